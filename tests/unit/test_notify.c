/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* notify: cancels that meet, each at the point where it matters. */
#include "notify/registration.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

enum { PATIENCE_SECONDS = 10, CANCELS = 4 };

static unsigned released;

static const struct mib_filter ipv4 = {.family = MIB_FAMILY_IPV4};

static void release(void *subscriber)
{
    (void)subscriber;
    released++;
}

static const struct notify_subscriber_ops ops = {
    .name = "test",
    .thread_name = "test",
    .table = MIB_TABLE_ROUTE,
    .release = release,
};

static void *cancel(void *context)
{
    const handle_value *handle = context;

    return (void *)(intptr_t)notify_cancel(*handle); // NOLINT(performance-no-int-to-ptr)
}

/* All have found the registration before the first of them takes its handle away. */
static void cancelled_by_several_at_once(void **state)
{
    (void)state;
    const struct timespec pause = {.tv_nsec = 1000000};
    struct backend_watch *watch;
    struct registration *registration;
    pthread_t threads[CANCELS];
    void *handle;
    unsigned succeeded = 0;

    released = 0;
    assert_int_equal(backend_watch_open(MIB_TABLE_ROUTE, &ipv4, &watch), 0);
    assert_int_equal(notify_register(watch, &ops, &released, NULL, false, &handle), 0);
    handle_value value = (handle_value)handle;
    registration = handle_table_find(&notify_handles, value, NULL);
    assert_non_null(registration);

    platform_mutex_lock(&notify_wait_lock);
    for (size_t i = 0; i < CANCELS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, cancel, &value), 0);
    unsigned references = 0;
    for (unsigned i = 0; i < PATIENCE_SECONDS * 1000 && references < 2 + CANCELS; i++) {
        references = atomic_load(&registration->references);
        (void)nanosleep(&pause, NULL); /* there is nothing to wait on */
    }
    assert_int_equal(references, 2 + CANCELS); /* handle's, dispatcher's, and one for each */
    assert_int_equal(released, 0);
    platform_mutex_unlock(&notify_wait_lock);

    for (size_t i = 0; i < CANCELS; i++) {
        void *result;

        assert_int_equal(pthread_join(threads[i], &result), 0);
        if ((intptr_t)result == 0)
            succeeded++;
        else
            assert_int_equal((intptr_t)result, -EBADF);
    }
    assert_int_equal(succeeded, 1);
    assert_int_equal(released, 1); /* with the last of them */
    assert_int_equal(notify_cancel(value), -EBADF);
}

/* Without a handle there is no registration: the thread ends, the rest stays the caller's. */
static void handles_run_out(void **state)
{
    (void)state;
    struct backend_watch *watch;
    const size_t capacity = (size_t)1 << 20;
    handle_value *others = calloc(capacity, sizeof(*others));
    size_t count = 0;
    void *handle = NULL;

    assert_non_null(others);
    while (count < capacity && handle_table_insert(&notify_handles, &released, &others[count]) == 0)
        count++;
    released = 0;
    assert_int_equal(backend_watch_open(MIB_TABLE_ROUTE, &ipv4, &watch), 0);
    assert_int_equal(notify_register(watch, &ops, &released, NULL, true, &handle), -ENOMEM);
    while (count > 0)
        assert_ptr_equal(handle_table_remove(&notify_handles, others[--count]), &released);
    free(others);
    assert_null(handle);
    assert_int_equal(released, 0);

    /* As good as new. */
    assert_int_equal(notify_register(watch, &ops, &released, NULL, true, &handle), 0);
    assert_int_equal(notify_cancel((handle_value)handle), 0);
    assert_int_equal(released, 1);
}

/* A call that goes on until a line was printed about it. */
struct call {
    struct registration *registration;
    sem_t entered;
    sem_t told;
    bool lock_was_free;
};

static struct call call;

static void initial(void *subscriber)
{
    (void)subscriber;
    (void)sem_post(&call.entered);
    (void)sem_wait(&call.told);
}

static const struct notify_subscriber_ops ops_with_call = {
    .name = "test",
    .thread_name = "test",
    .table = MIB_TABLE_ROUTE,
    .initial = initial,
    .release = release,
};

void __wrap_platform_diagnostic(const char *line);
void __wrap_platform_symbol_of(const void *function, char *ret_name, size_t size);
bool __wrap_platform_condition_wait_for(platform_condition *condition, platform_mutex *mutex,
                                        uint32_t milliseconds);

/*
 * Whether the calling thread has the lock. Others may have it for a moment (the dispatcher, which
 * a cancel wakes), so it is waited for; who has it already would wait for ever.
 */
static void look_at_lock(void)
{
    struct timespec deadline;

    assert_int_equal(clock_gettime(CLOCK_REALTIME, &deadline), 0);
    deadline.tv_sec += PATIENCE_SECONDS;
    if (pthread_mutex_timedlock(&call.registration->lock, &deadline) != 0) {
        call.lock_was_free = false;
        return;
    }
    platform_mutex_unlock(&call.registration->lock);
}

void __wrap_platform_diagnostic(const char *line)
{
    (void)line;
    look_at_lock();
    (void)sem_post(&call.told);
}

void __wrap_platform_symbol_of(const void *function, char *ret_name, size_t size)
{
    (void)function;
    look_at_lock();
    if (size > 0)
        *ret_name = 0;
}

/* No time needs to pass. */
bool __wrap_platform_condition_wait_for(platform_condition *condition, platform_mutex *mutex,
                                        uint32_t milliseconds)
{
    (void)milliseconds;
    (void)condition;
    platform_mutex_unlock(mutex);
    (void)sched_yield();
    platform_mutex_lock(mutex);
    return false;
}

static void *register_with_call(void *context)
{
    void **handle = context;
    struct backend_watch *watch;

    if (backend_watch_open(MIB_TABLE_ROUTE, &ipv4, &watch) == 0)
        (void)notify_register(watch, &ops_with_call, &released, NULL, true, handle);
    return NULL;
}

/*
 * The name of a function is looked up under the loader's lock, and whoever holds that may be
 * waiting for the registration's.
 */
static void no_lock_while_a_line_is_printed(void **state)
{
    (void)state;
    pthread_t thread;
    void *handle = NULL;

    call.lock_was_free = true;
    assert_int_equal(sem_init(&call.entered, 0, 0), 0);
    assert_int_equal(sem_init(&call.told, 0, 0), 0);
    assert_int_equal(pthread_create(&thread, NULL, register_with_call, &handle), 0);
    assert_int_equal(sem_wait(&call.entered), 0);
    call.registration = handle_table_find(&notify_handles, (handle_value)handle, registration_keep);
    assert_non_null(call.registration);
    assert_int_equal(notify_cancel((handle_value)handle), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(call.lock_was_free);
    registration_drop(call.registration);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cancelled_by_several_at_once),
        cmocka_unit_test(handles_run_out),
        cmocka_unit_test(no_lock_while_a_line_is_printed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
