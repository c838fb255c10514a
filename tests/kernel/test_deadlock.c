/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Cancels that can never return, by what the canceller has and the callback waits for, and waits
 * that look like it and come to an end. IPHLPAPI_TEST_ROUNDS says how often each is played.
 */
#include "deadlock_scene.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- Locks --------------------------------------------------------------------------------- */

static void lock_mutex(struct scene *scene)
{
    assert_int_equal(pthread_mutex_lock(&scene->mutex), 0);
}

static void unlock_mutex(struct scene *scene)
{
    assert_int_equal(pthread_mutex_unlock(&scene->mutex), 0);
}

static void lock_mutex_twice(struct scene *scene)
{
    lock_mutex(scene);
    lock_mutex(scene);
}

static void unlock_mutex_twice(struct scene *scene)
{
    unlock_mutex(scene);
    unlock_mutex(scene);
}

static void want_mutex(struct scene *scene)
{
    lock_mutex(scene);
    unlock_mutex(scene);
}

static void lock_standard(struct scene *scene)
{
    assert_int_equal(mtx_lock(&scene->standard), thrd_success);
}

static void unlock_standard(struct scene *scene)
{
    assert_int_equal(mtx_unlock(&scene->standard), thrd_success);
}

static void want_standard(struct scene *scene)
{
    lock_standard(scene);
    unlock_standard(scene);
}

static void write_rwlock(struct scene *scene)
{
    assert_int_equal(pthread_rwlock_wrlock(&scene->rwlock), 0);
}

static void unlock_rwlock(struct scene *scene)
{
    assert_int_equal(pthread_rwlock_unlock(&scene->rwlock), 0);
}

static void read_rwlock(struct scene *scene)
{
    assert_int_equal(pthread_rwlock_rdlock(&scene->rwlock), 0);
}

static void want_to_write(struct scene *scene)
{
    write_rwlock(scene);
    unlock_rwlock(scene);
}

static void want_to_read(struct scene *scene)
{
    read_rwlock(scene);
    unlock_rwlock(scene);
}

static void write_rwlock_for_writers(struct scene *scene)
{
    assert_int_equal(pthread_rwlock_wrlock(&scene->rwlock_for_writers), 0);
}

static void unlock_rwlock_for_writers(struct scene *scene)
{
    assert_int_equal(pthread_rwlock_unlock(&scene->rwlock_for_writers), 0);
}

static void want_to_read_beside_writers(struct scene *scene)
{
    assert_int_equal(pthread_rwlock_rdlock(&scene->rwlock_for_writers), 0);
    unlock_rwlock_for_writers(scene);
}

/* ---- Condition variables: the mutex at the end of the wait --------------------------------- */

static struct timespec in_an_hour(clockid_t clock)
{
    struct timespec time;

    clock_gettime(clock, &time);
    time.tv_sec += 3600;
    return time;
}

static void lock_condition(struct scene *scene)
{
    assert_int_equal(pthread_mutex_lock(&scene->condition_mutex), 0);
}

static void unlock_condition(struct scene *scene)
{
    assert_int_equal(pthread_mutex_unlock(&scene->condition_mutex), 0);
}

static void wait_for_condition(struct scene *scene)
{
    lock_condition(scene);
    scene->awaits_signal = true;
    while (!scene->is_signalled)
        (void)pthread_cond_wait(&scene->condition, &scene->condition_mutex);
    unlock_condition(scene);
}

static void wait_for_condition_until(struct scene *scene)
{
    const struct timespec until = in_an_hour(CLOCK_REALTIME);

    lock_condition(scene);
    scene->awaits_signal = true;
    while (!scene->is_signalled)
        (void)pthread_cond_timedwait(&scene->condition, &scene->condition_mutex, &until);
    unlock_condition(scene);
}

static void wait_for_condition_by_clock(struct scene *scene)
{
    const struct timespec until = in_an_hour(CLOCK_MONOTONIC);

    lock_condition(scene);
    scene->awaits_signal = true;
    while (!scene->is_signalled)
        (void)pthread_cond_clockwait(&scene->condition, &scene->condition_mutex, CLOCK_MONOTONIC,
                                     &until);
    unlock_condition(scene);
}

static void signal_condition(struct scene *scene)
{
    lock_condition(scene);
    scene->is_signalled = true;
    (void)pthread_cond_signal(&scene->condition);
    unlock_condition(scene);
}

/* When the callback waits, it is told to go on, and needs the mutex for it. */
static void signal_and_keep_mutex(struct scene *scene)
{
    lock_condition(scene);
    while (!scene->awaits_signal) {
        unlock_condition(scene);
        (void)sched_yield();
        lock_condition(scene);
    }
    scene->is_signalled = true;
    (void)pthread_cond_signal(&scene->condition);
}

/* ---- Helpers: threads in between ----------------------------------------------------------- */

/* Has its own lock and wants the scene's. */
static void keep_and_want_mutex(struct helper *helper)
{
    struct scene *scene = helper->scene;

    (void)pthread_mutex_lock(&scene->plain[helper->number]);
    scene_ready(helper);
    want_mutex(scene);
    (void)pthread_mutex_unlock(&scene->plain[helper->number]);
}

/* Has its own lock and wants that of the helper before. */
static void keep_and_want_last(struct helper *helper)
{
    struct scene *scene = helper->scene;
    pthread_mutex_t *last = &scene->plain[helper->number - 1];

    (void)pthread_mutex_lock(&scene->plain[helper->number]);
    scene_ready(helper);
    (void)pthread_mutex_lock(last);
    (void)pthread_mutex_unlock(last);
    (void)pthread_mutex_unlock(&scene->plain[helper->number]);
}

static void write_and_want_mutex(struct helper *helper)
{
    write_rwlock(helper->scene);
    scene_ready(helper);
    want_mutex(helper->scene);
    unlock_rwlock(helper->scene);
}

static void want_mutex_alone(struct helper *helper)
{
    scene_ready(helper);
    want_mutex(helper->scene);
}

static void join_canceller(struct helper *helper)
{
    scene_ready(helper);
    (void)pthread_join(helper->scene->canceller, NULL);
}

static void keep_and_join_canceller(struct helper *helper)
{
    struct scene *scene = helper->scene;

    (void)pthread_mutex_lock(&scene->plain[helper->number]);
    join_canceller(helper);
    (void)pthread_mutex_unlock(&scene->plain[helper->number]);
}

/* The second registration's callback waits by then. */
static void keep_and_cancel_second(struct helper *helper)
{
    struct scene *scene = helper->scene;

    (void)pthread_mutex_lock(&scene->plain[helper->number]);
    scene_ready(helper);
    scene_await_inside(scene, 1);
    scene_cancel(scene, 1);
    (void)pthread_mutex_unlock(&scene->plain[helper->number]);
}

static void cancel_first(struct helper *helper)
{
    scene_ready(helper);
    scene_await_inside(helper->scene, 0);
    scene_cancel(helper->scene, 0);
}

static void keep_and_await_semaphore(struct helper *helper)
{
    struct scene *scene = helper->scene;

    (void)pthread_mutex_lock(&scene->plain[helper->number]);
    scene_ready(helper);
    (void)sem_wait(&scene->semaphore);
    (void)pthread_mutex_unlock(&scene->plain[helper->number]);
}

static void keep_and_run(struct helper *helper)
{
    struct scene *scene = helper->scene;

    (void)pthread_mutex_lock(&scene->plain[helper->number]);
    scene_ready(helper);
    while (!scene_is_over(scene))
        (void)sched_yield();
    (void)pthread_mutex_unlock(&scene->plain[helper->number]);
}

static struct timespec in_a_moment(clockid_t clock)
{
    struct timespec time;

    clock_gettime(clock, &time);
    time.tv_nsec += 200 * 1000 * 1000;
    if (time.tv_nsec >= 1000 * 1000 * 1000) {
        time.tv_sec++;
        time.tv_nsec -= 1000 * 1000 * 1000;
    }
    return time;
}

/* What the canceller has, again and again for a moment. */
static void try_mutex(struct scene *scene)
{
    while (!scene_is_over(scene)) {
        const struct timespec until = in_a_moment(CLOCK_REALTIME);

        (void)pthread_mutex_timedlock(&scene->mutex, &until);
    }
}

static void keep_and_try_mutex(struct helper *helper)
{
    struct scene *scene = helper->scene;

    (void)pthread_mutex_lock(&scene->plain[helper->number]);
    scene_ready(helper);
    try_mutex(scene);
    (void)pthread_mutex_unlock(&scene->plain[helper->number]);
}

/* With the mutex, from the one to the other. */
static void take_turns(struct helper *helper)
{
    scene_ready(helper);
    while (!scene_is_over(helper->scene))
        want_mutex(helper->scene);
}

static void await_semaphore_alone(struct helper *helper)
{
    scene_ready(helper);
    (void)sem_wait(&helper->scene->semaphore);
}

#if !CHECK_SANITIZED
static void die_with_mutex(struct helper *helper)
{
    lock_mutex(helper->scene);
    scene_ready(helper);
}
#endif

static void start_one(struct scene *scene)
{
    scene_spawn(scene, keep_and_want_mutex);
}

static void start_ten(struct scene *scene)
{
    scene_spawn(scene, keep_and_want_mutex);
    for (size_t i = 1; i < 10; i++)
        scene_spawn(scene, keep_and_want_last);
}

static void start_writer(struct scene *scene)
{
    scene_spawn(scene, write_and_want_mutex);
}

static void start_rivals(struct scene *scene)
{
    for (size_t i = 0; i < 4; i++)
        scene_spawn(scene, want_mutex_alone);
}

static void start_joined(struct scene *scene)
{
    scene_spawn(scene, want_mutex_alone);
    scene->helpers[0].is_joined = true;
}

static void start_joiner(struct scene *scene)
{
    scene_spawn(scene, join_canceller);
    scene->helpers[0].is_joined = true;
}

static void start_joiner_with_lock(struct scene *scene)
{
    scene_spawn(scene, keep_and_join_canceller);
}

static void start_canceller_of_second(struct scene *scene)
{
    scene_spawn(scene, keep_and_cancel_second);
}

static void start_cancel_of_first(struct scene *scene)
{
    scene_spawn(scene, cancel_first);
}

static void start_awaiter(struct scene *scene)
{
    scene_spawn(scene, keep_and_await_semaphore);
}

static void start_runner(struct scene *scene)
{
    scene_spawn(scene, keep_and_run);
}

static void start_trier(struct scene *scene)
{
    scene_spawn(scene, keep_and_try_mutex);
}

static void start_turns(struct scene *scene)
{
    scene_spawn(scene, take_turns);
    scene_spawn(scene, take_turns);
}

#if !CHECK_SANITIZED
static void start_dying(struct scene *scene)
{
    scene_spawn(scene, die_with_mutex);
    (void)pthread_join(scene->helpers[0].thread, NULL);
    scene->helpers[0].is_joined = true;
}
#endif

static void start_joined_awaiter(struct scene *scene)
{
    scene_spawn(scene, await_semaphore_alone);
    scene->helpers[0].is_joined = true;
}

/* ---- What callbacks wait for --------------------------------------------------------------- */

static void want_last_plain(struct scene *scene)
{
    pthread_mutex_t *mutex = &scene->plain[scene->helpers_count - 1];

    (void)pthread_mutex_lock(mutex);
    (void)pthread_mutex_unlock(mutex);
}

static void want_end_of_canceller(struct scene *scene)
{
    (void)pthread_join(scene->canceller, NULL);
}

static void want_end_of_helper(struct scene *scene)
{
    (void)pthread_join(scene->helpers[0].thread, NULL);
}

static void cancel_second(struct scene *scene)
{
    scene_await_inside(scene, 1);
    scene_await_asleep(scene, &scene->parts[1].tid);
    scene_cancel(scene, 1);
}

static void cancel_third(struct scene *scene)
{
    scene_await_inside(scene, 2);
    scene_await_asleep(scene, &scene->parts[2].tid);
    scene_cancel(scene, 2);
}

#define NORMAL                                                                                     \
    {                                                                                              \
        0                                                                                          \
    }
#define KIND(a_type, a_protocol, a_robust)                                                         \
    {                                                                                              \
        PTHREAD_MUTEX_##a_type, PTHREAD_PRIO_##a_protocol, PTHREAD_MUTEX_##a_robust, 0             \
    }
#define ON_MUTEX .hold = lock_mutex, .waits = {want_mutex}, .let_go = unlock_mutex

#define AFTER_SIGNAL(a_wait)                                                                       \
    .waits = {a_wait}, .let_go = unlock_condition, .before = signal_and_keep_mutex

static const struct shape deadlocks[] = {
    {.name = "normal mutex", ON_MUTEX},
    {.name = "recursive mutex",
     .hold = lock_mutex_twice,
     .waits = {want_mutex},
     .let_go = unlock_mutex_twice,
     .kind = KIND(RECURSIVE, NONE, STALLED)},
    {.name = "error-checking mutex", ON_MUTEX, .kind = KIND(ERRORCHECK, NONE, STALLED)},
    {.name = "adaptive mutex", ON_MUTEX, .kind = KIND(ADAPTIVE_NP, NONE, STALLED)},
    {.name = "robust mutex", ON_MUTEX, .kind = KIND(NORMAL, NONE, ROBUST)},
    {.name = "robust recursive mutex", ON_MUTEX, .kind = KIND(RECURSIVE, NONE, ROBUST)},
    {.name = "inheriting mutex", ON_MUTEX, .kind = KIND(NORMAL, INHERIT, STALLED)},
    {.name = "inheriting recursive mutex", ON_MUTEX, .kind = KIND(RECURSIVE, INHERIT, STALLED)},
    {.name = "inheriting robust mutex", ON_MUTEX, .kind = KIND(NORMAL, INHERIT, ROBUST)},
    {.name = "mutex of C11",
     .hold = lock_standard,
     .waits = {want_standard},
     .let_go = unlock_standard},
    {.name = "mutex with rivals",
     .hold = lock_mutex,
     .start = start_rivals,
     .waits = {want_mutex},
     .let_go = unlock_mutex},
    {.name = "writer against reader",
     .hold = write_rwlock,
     .waits = {want_to_read},
     .let_go = unlock_rwlock},
    {.name = "writer against writer",
     .hold = write_rwlock,
     .waits = {want_to_write},
     .let_go = unlock_rwlock},
    {.name = "preferred writer against reader",
     .hold = write_rwlock_for_writers,
     .waits = {want_to_read_beside_writers},
     .let_go = unlock_rwlock_for_writers},
    {.name = "condition variable's mutex", AFTER_SIGNAL(wait_for_condition)},
    {.name = "the same with a limit of time", AFTER_SIGNAL(wait_for_condition_until)},
    {.name = "the same by a clock", AFTER_SIGNAL(wait_for_condition_by_clock)},
    {.name = "join", .waits = {want_end_of_canceller}, .is_canceller_joined = true},
    {.name = "one lock between",
     .hold = lock_mutex,
     .start = start_one,
     .waits = {want_last_plain},
     .let_go = unlock_mutex},
    {.name = "ten locks between",
     .hold = lock_mutex,
     .start = start_ten,
     .waits = {want_last_plain},
     .let_go = unlock_mutex,
     .kind = KIND(NORMAL, INHERIT, STALLED)},
    {.name = "a writer between",
     .hold = lock_mutex,
     .start = start_writer,
     .waits = {want_to_read},
     .let_go = unlock_mutex,
     .kind = KIND(NORMAL, NONE, ROBUST)},
    {.name = "a thread joined that waits",
     .hold = lock_mutex,
     .start = start_joined,
     .waits = {want_end_of_helper},
     .let_go = unlock_mutex},
    {.name = "a thread joined that joins",
     .start = start_joiner,
     .waits = {want_end_of_helper},
     .is_canceller_joined = true},
    {.name = "a lock of a thread that joins",
     .start = start_joiner_with_lock,
     .waits = {want_last_plain},
     .is_canceller_joined = true},
    {.name = "a cancel between",
     .hold = lock_mutex,
     .waits = {cancel_second, want_mutex},
     .let_go = unlock_mutex},
    {.name = "two cancels between",
     .hold = lock_mutex,
     .waits = {cancel_second, cancel_third, want_mutex},
     .let_go = unlock_mutex},
    {.name = "a lock and a cancel between",
     .hold = lock_mutex,
     .start = start_canceller_of_second,
     .waits = {want_last_plain, want_mutex},
     .let_go = unlock_mutex},
    {.name = "the initial call", ON_MUTEX, .is_initial = true},
    {.name = "another cancel of it",
     .hold = lock_mutex,
     .start = start_cancel_of_first,
     .waits = {want_mutex},
     .let_go = unlock_mutex},
    {.name = "from a callback", ON_MUTEX, .is_cancelled_in_callback = true},
};

/* ---- Waits that another thread ends -------------------------------------------------------- */

static void try_mutex_by_clock(struct scene *scene)
{
    while (!scene_is_over(scene)) {
        const struct timespec until = in_a_moment(CLOCK_MONOTONIC);

        (void)pthread_mutex_clocklock(&scene->mutex, CLOCK_MONOTONIC, &until);
    }
}

static void try_to_read(struct scene *scene)
{
    while (!scene_is_over(scene)) {
        const struct timespec until = in_a_moment(CLOCK_REALTIME);

        (void)pthread_rwlock_timedrdlock(&scene->rwlock, &until);
    }
}

static void try_to_write(struct scene *scene)
{
    while (!scene_is_over(scene)) {
        const struct timespec until = in_a_moment(CLOCK_REALTIME);

        (void)pthread_rwlock_timedwrlock(&scene->rwlock, &until);
    }
}

static void try_to_join(struct scene *scene)
{
    while (!scene_is_over(scene)) {
        const struct timespec until = in_a_moment(CLOCK_REALTIME);

        (void)pthread_timedjoin_np(scene->canceller, NULL, &until);
    }
}

static void await_semaphore(struct scene *scene)
{
    (void)sem_wait(&scene->semaphore);
}

static void await_semaphore_for_an_hour(struct scene *scene)
{
    const struct timespec until = in_an_hour(CLOCK_REALTIME);

    (void)sem_timedwait(&scene->semaphore, &until);
}

static void post_semaphore(struct scene *scene)
{
    (void)sem_post(&scene->semaphore);
}

static void await_barrier(struct scene *scene)
{
    (void)pthread_barrier_wait(&scene->barrier);
}

static void read_event(struct scene *scene)
{
    uint64_t count;

    (void)!read(scene->event, &count, sizeof(count));
}

static void poll_event(struct scene *scene)
{
    struct pollfd poll_for = {.fd = scene->event, .events = POLLIN};

    (void)poll(&poll_for, 1, -1);
}

static void set_event(struct scene *scene)
{
    const uint64_t one = 1;

    (void)!write(scene->event, &one, sizeof(one));
}

static void read_pipe(struct scene *scene)
{
    char byte;

    (void)!read(scene->pipe[0], &byte, 1);
}

static void write_pipe(struct scene *scene)
{
    (void)!write(scene->pipe[1], "x", 1);
}

static void sleep_on(struct scene *scene)
{
    struct timespec time = {.tv_nsec = 200 * 1000 * 1000};

    while (!scene_is_over(scene))
        (void)nanosleep(&time, NULL);
}

static void run_on(struct scene *scene)
{
    while (!scene_is_over(scene))
        (void)sched_yield();
}

static void hold_spin(struct scene *scene)
{
    (void)pthread_spin_lock(&scene->spin);
}

static void want_spin(struct scene *scene)
{
    while (!scene_is_over(scene))
        if (pthread_spin_trylock(&scene->spin) == 0)
            (void)pthread_spin_unlock(&scene->spin);
}

static void let_go_of_spin(struct scene *scene)
{
    (void)pthread_spin_unlock(&scene->spin);
}

/* A program's own lock, with all that a mutex would have, and the canceller as its owner. */
static void hold_fake(struct scene *scene)
{
    atomic_store(&scene->fake[0], 2);
    atomic_store(&scene->fake[2], (int)gettid());
    atomic_store(&scene->fake[3], 1);
}

static void await_fake(struct scene *scene)
{
    while (atomic_load(&scene->fake[0]) == 2)
        (void)syscall(SYS_futex, &scene->fake[0], FUTEX_WAIT_PRIVATE, 2, NULL, NULL, 0);
}

static void end_fake(struct scene *scene)
{
    atomic_store(&scene->fake[0], 0);
    (void)syscall(SYS_futex, &scene->fake[0], FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

/* Another thread has it for reading. */
static void start_reader(struct scene *scene)
{
    read_rwlock(scene);
}

static void start_main_with_mutex(struct scene *scene)
{
    lock_mutex(scene);
}

static void start_main_with_writer(struct scene *scene)
{
    write_rwlock(scene);
}

static void cancel_second_that_ends(struct scene *scene)
{
    scene_await_inside(scene, 1);
    scene_cancel(scene, 1);
}

static struct scene *in_once;

static void wait_in_once_now(void)
{
    (void)sem_wait(&in_once->semaphore);
}

static void run_once(struct helper *helper)
{
    in_once = helper->scene;
    scene_ready(helper);
    (void)pthread_once(&helper->scene->once, wait_in_once_now);
}

static void nothing(void)
{
}

static void start_once(struct scene *scene)
{
    scene_spawn(scene, run_once);
    scene_await_asleep(scene, &scene->helpers[0].tid);
}

static void await_once(struct scene *scene)
{
    (void)pthread_once(&scene->once, nothing);
}

static void await_child(struct scene *scene)
{
    int status;

    while (waitpid(scene->child, &status, 0) < 0 && errno == EINTR)
        ;
}

/* A child that ends when something is in the pipe. */
static void start_child(struct scene *scene)
{
    scene->child = fork();
    assert_true(scene->child >= 0);
    if (scene->child == 0) {
        read_pipe(scene);
        _exit(0);
    }
}

/* A child that has the lock between processes until then. */
static void start_child_with_mutex(struct scene *scene)
{
    const struct mutex_kind kind = {.shared = PTHREAD_PROCESS_SHARED};

    scene_init_mutex(scene->shared, &kind);
    scene->child = fork();
    assert_true(scene->child >= 0);
    if (scene->child == 0) {
        (void)pthread_mutex_lock(scene->shared);
        set_event(scene);
        read_pipe(scene);
        (void)pthread_mutex_unlock(scene->shared);
        _exit(0);
    }
    read_event(scene);
}

static void want_mutex_of_child(struct scene *scene)
{
    (void)pthread_mutex_lock(scene->shared);
    (void)pthread_mutex_unlock(scene->shared);
}

static void start_child_with_rwlock(struct scene *scene)
{
    pthread_rwlockattr_t attributes;

    (void)pthread_rwlockattr_init(&attributes);
    (void)pthread_rwlockattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    (void)pthread_rwlock_init(scene->shared, &attributes);
    (void)pthread_rwlockattr_destroy(&attributes);
    scene->child = fork();
    assert_true(scene->child >= 0);
    if (scene->child == 0) {
        (void)pthread_rwlock_wrlock(scene->shared);
        set_event(scene);
        read_pipe(scene);
        (void)pthread_rwlock_unlock(scene->shared);
        _exit(0);
    }
    read_event(scene);
}

static void want_rwlock_of_child(struct scene *scene)
{
    (void)pthread_rwlock_rdlock(scene->shared);
    (void)pthread_rwlock_unlock(scene->shared);
}

static void end_child(struct scene *scene)
{
    write_pipe(scene);
    await_child(scene);
}

static void want_mutex_on(struct scene *scene)
{
    while (!scene_is_over(scene))
        want_mutex(scene);
}

#define OVER scene_set_over
#define BESIDE_MUTEX(a_wait, a_end)                                                                \
    .hold = lock_mutex, .waits = {a_wait}, .end = a_end, .let_go = unlock_mutex

static const struct shape no_deadlocks[] = {
    {.name = "mutex for a time", BESIDE_MUTEX(try_mutex, OVER)},
    {.name = "mutex for a time by a clock", BESIDE_MUTEX(try_mutex_by_clock, OVER)},
    {.name = "to read for a time",
     .hold = write_rwlock,
     .waits = {try_to_read},
     .end = OVER,
     .let_go = unlock_rwlock},
    {.name = "to write for a time",
     .hold = write_rwlock,
     .waits = {try_to_write},
     .end = OVER,
     .let_go = unlock_rwlock},
    {.name = "join for a time", .waits = {try_to_join}, .end = OVER},
    {.name = "condition variable", BESIDE_MUTEX(wait_for_condition, signal_condition)},
    {.name = "condition variable for a time",
     BESIDE_MUTEX(wait_for_condition_until, signal_condition)},
    {.name = "condition variable by a clock",
     BESIDE_MUTEX(wait_for_condition_by_clock, signal_condition)},
    {.name = "semaphore", BESIDE_MUTEX(await_semaphore, post_semaphore)},
    {.name = "semaphore for a time", BESIDE_MUTEX(await_semaphore_for_an_hour, post_semaphore)},
    {.name = "barrier", BESIDE_MUTEX(await_barrier, await_barrier)},
    {.name = "eventfd", BESIDE_MUTEX(read_event, set_event)},
    {.name = "poll", BESIDE_MUTEX(poll_event, set_event)},
    {.name = "pipe", BESIDE_MUTEX(read_pipe, write_pipe)},
    {.name = "sleep", BESIDE_MUTEX(sleep_on, OVER)},
    {.name = "busy loop", BESIDE_MUTEX(run_on, OVER)},
    {.name = "spin lock",
     .hold = hold_spin,
     .waits = {want_spin},
     .end = OVER,
     .let_go = let_go_of_spin},
    {.name = "a program's own lock", .hold = hold_fake, .waits = {await_fake}, .end = end_fake},
    {.name = "another thread's mutex",
     .start = start_main_with_mutex,
     .waits = {want_mutex},
     .end = unlock_mutex},
    {.name = "another thread's inheriting mutex",
     .start = start_main_with_mutex,
     .waits = {want_mutex},
     .end = unlock_mutex,
     .kind = KIND(NORMAL, INHERIT, STALLED)},
    {.name = "another writer",
     .start = start_main_with_writer,
     .waits = {want_to_write},
     .end = unlock_rwlock},
    {.name = "another reader",
     .start = start_reader,
     .waits = {want_to_write},
     .end = unlock_rwlock},
    {.name = "another thread's end",
     .hold = lock_mutex,
     .start = start_joined_awaiter,
     .waits = {want_end_of_helper},
     .end = post_semaphore,
     .let_go = unlock_mutex},
    {.name = "a mutex passed on", .start = start_turns, .waits = {want_mutex_on}, .end = OVER},
    {.name = "a lock of a thread that waits for a semaphore",
     .hold = lock_mutex,
     .start = start_awaiter,
     .waits = {want_last_plain},
     .end = post_semaphore,
     .let_go = unlock_mutex},
    {.name = "a lock of a thread that runs",
     .hold = lock_mutex,
     .start = start_runner,
     .waits = {want_last_plain},
     .end = OVER,
     .let_go = unlock_mutex},
    {.name = "a lock of a thread that tries",
     .hold = lock_mutex,
     .start = start_trier,
     .waits = {want_last_plain},
     .end = OVER,
     .let_go = unlock_mutex},
    {.name = "a cancel whose callback ends",
     .hold = lock_mutex,
     .waits = {cancel_second_that_ends, await_semaphore},
     .end = post_semaphore,
     .let_go = unlock_mutex},
#if !CHECK_SANITIZED
    /* No thread may unlock it, but any can. */
    {.name = "a dead thread's mutex",
     .start = start_dying,
     .waits = {want_mutex},
     .end = unlock_mutex},
#endif
    {.name = "once",
     .hold = lock_mutex,
     .start = start_once,
     .waits = {await_once},
     .end = post_semaphore,
     .let_go = unlock_mutex},
    {.name = "a child's end",
     .hold = lock_mutex,
     .start = start_child,
     .waits = {await_child},
     .end = write_pipe,
     .let_go = unlock_mutex},
    {.name = "another process' mutex",
     .hold = lock_mutex,
     .start = start_child_with_mutex,
     .waits = {want_mutex_of_child},
     .end = end_child,
     .let_go = unlock_mutex},
    {.name = "another process' read-write lock",
     .hold = lock_mutex,
     .start = start_child_with_rwlock,
     .waits = {want_rwlock_of_child},
     .end = end_child,
     .let_go = unlock_mutex},
};

/* ---- All of them --------------------------------------------------------------------------- */

static unsigned long rounds = 1;

static void test_refused(void **state)
{
    for (unsigned long i = 0; i < rounds; i++)
        scene_check_refused(*state);
}

static void test_not_refused(void **state)
{
    for (unsigned long i = 0; i < rounds; i++)
        scene_check_not_refused(*state);
}

static void add_tests(struct CMUnitTest *tests, const struct shape *shapes, size_t count,
                      CMUnitTestFunction test)
{
    for (size_t i = 0; i < count; i++)
        tests[i] = (struct CMUnitTest){
            .name = shapes[i].name, .test_func = test, .initial_state = (void *)&shapes[i]};
}

int main(int argc, char **argv)
{
    static struct CMUnitTest tests[ARRAY_SIZE(deadlocks) + ARRAY_SIZE(no_deadlocks)];
    const char *given = secure_getenv("IPHLPAPI_TEST_ROUNDS"); // NOLINT(concurrency-mt-unsafe)

    (void)argc;
    if (given)
        rounds = strtoul(given, NULL, 10);
    add_tests(tests, deadlocks, ARRAY_SIZE(deadlocks), test_refused);
    add_tests(tests + ARRAY_SIZE(deadlocks), no_deadlocks, ARRAY_SIZE(no_deadlocks),
              test_not_refused);
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
