/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * backend/netlink/socket/read_ahead: what is received ahead comes in order and whole, errors
 * included; an early end leaves no thread behind; and where there is no processor, memory or thread
 * for it, nothing has begun. What is received comes from the test.
 */
#include "backend/netlink/socket/read_ahead.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROOM = 64, FD = 4711 };

/* What the receives give, one after the other: a length, or a negative errno. */
static struct {
    const int *results;
    size_t count;
    atomic_size_t next;
} script;

static bool has_processors;
static bool has_threads;
static int scarce; /* allocations that succeed before one fails; negative: all do */

ssize_t __wrap_recvfrom(int fd, void *buffer, size_t size, int flags, struct sockaddr *sender,
                        socklen_t *sender_size);
ssize_t __wrap_recvfrom(int fd, void *buffer, size_t size, int flags, struct sockaddr *sender,
                        socklen_t *sender_size)
{
    size_t i = atomic_fetch_add(&script.next, 1);
    int result = i < script.count ? script.results[i] : -EAGAIN;

    /* No assertions: it is another thread. */
    if (fd != FD || size != ROOM || flags != (MSG_DONTWAIT | MSG_TRUNC))
        abort();
    if (result < 0) {
        errno = -result;
        return -1;
    }
    memset(buffer, (int)i, (size_t)result < size ? (size_t)result : size);
    memcpy(sender, &(struct sockaddr_nl){.nl_family = AF_NETLINK, .nl_pid = (uint32_t)i},
           sizeof(struct sockaddr_nl));
    *sender_size = sizeof(struct sockaddr_nl);
    return result;
}

int __real_sched_getaffinity(pid_t pid, size_t size, cpu_set_t *set);
int __wrap_sched_getaffinity(pid_t pid, size_t size, cpu_set_t *set);
int __wrap_sched_getaffinity(pid_t pid, size_t size, cpu_set_t *set)
{
    (void)pid;
    (void)size;
    CPU_ZERO(set);
    CPU_SET(0, set);
    if (has_processors)
        CPU_SET(1, set);
    return 0;
}

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                          void *context);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                          void *context);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                          void *context)
{
    return has_threads ? __real_pthread_create(thread, attributes, run, context) : EAGAIN;
}

static bool refused(void)
{
    return scarce >= 0 && scarce-- == 0;
}

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
    return refused() ? NULL : __real_malloc(size);
}

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
    return refused() ? NULL : __real_calloc(count, size);
}

static void play(const int *results, size_t count)
{
    script.results = results;
    script.count = count;
    atomic_store(&script.next, 0);
}

static int setup(void **state)
{
    (void)state;
    has_processors = true;
    has_threads = true;
    scarce = -1;
    play(NULL, 0);
    return 0;
}

static unsigned long threads(void)
{
    FILE *file = fopen("/proc/self/status", "re");
    char line[128];
    unsigned long count = 0;

    assert_non_null(file);
    while (count == 0 && fgets(line, sizeof(line), file))
        if (strncmp(line, "Threads:", 8) == 0)
            count = strtoul(line + 8, NULL, 10);
    (void)fclose(file);
    assert_true(count > 0);
    return count;
}

static void expect_datagram(struct read_ahead *ahead, uint8_t number, size_t length, bool cut)
{
    const struct datagram *datagram = NULL;
    uint8_t expected[ROOM];

    assert_int_equal(read_ahead_next(ahead, &datagram), 0);
    memset(expected, number, sizeof(expected));
    assert_int_equal(datagram->length, length);
    assert_memory_equal(datagram->bytes, expected, length);
    assert_int_equal(datagram->cut, cut);
    assert_int_equal(datagram->sender.nl_pid, number);
    assert_int_equal(datagram->sender_size, sizeof(struct sockaddr_nl));
}

static void expect_error(struct read_ahead *ahead, int error)
{
    const struct datagram *datagram = NULL;

    assert_int_equal(read_ahead_next(ahead, &datagram), -error);
    assert_null(datagram);
}

static void all_in_order(void **state)
{
    (void)state;
    static int lengths[200];

    for (int i = 0; i < 200; i++)
        lengths[i] = i % ROOM;
    lengths[100] = ROOM;
    lengths[150] = ROOM + 1;
    play(lengths, 200);
    struct read_ahead *ahead = read_ahead_begin(FD, ROOM);
    assert_non_null(ahead);
    for (int i = 0; i < 200; i++)
        expect_datagram(ahead, (uint8_t)i, lengths[i] > ROOM ? ROOM : (size_t)lengths[i], i == 150);
    /* The end stays the end. */
    for (int i = 0; i < 3; i++)
        expect_error(ahead, EAGAIN);
    read_ahead_end(ahead);
    assert_int_equal(atomic_load(&script.next), 201);
}

static void errors_in_between(void **state)
{
    (void)state;
    static const int results[] = {5, -ENOBUFS, 6, -EINTR, 7, -EBADF, 8};

    play(results, sizeof(results) / sizeof(results[0]));
    struct read_ahead *ahead = read_ahead_begin(FD, ROOM);
    assert_non_null(ahead);
    expect_datagram(ahead, 0, 5, false);
    expect_error(ahead, ENOBUFS);
    expect_datagram(ahead, 2, 6, false);
    expect_datagram(ahead, 4, 7, false); /* a signal is none of anybody's business */
    expect_error(ahead, EBADF);
    expect_error(ahead, EAGAIN);
    read_ahead_end(ahead);
}

static void ended_early(void **state)
{
    (void)state;
    static int lengths[200];
    unsigned long before = threads();

    for (int taken = 0; taken < 20; taken++) {
        play(lengths, 200);
        struct read_ahead *ahead = read_ahead_begin(FD, ROOM);
        assert_non_null(ahead);
        for (int i = 0; i < taken; i++)
            expect_datagram(ahead, (uint8_t)i, 0, false);
        read_ahead_end(ahead);
        /* The ring bounds what is received ahead. */
        assert_in_range(atomic_load(&script.next), 0, (unsigned)taken + 8);
    }
    read_ahead_end(NULL);
    /* What is joined is gone for us, and a moment later for the system. */
    while (threads() > before)
        (void)sched_yield();
}

static void cancellation_waits(void **state)
{
    (void)state;
    int cancel_state;
    struct read_ahead *ahead = read_ahead_begin(FD, ROOM);

    assert_non_null(ahead);
    assert_int_equal(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state), 0);
    assert_int_equal(cancel_state, PTHREAD_CANCEL_DISABLE);
    read_ahead_end(ahead);
    assert_int_equal(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &cancel_state), 0);
    assert_int_equal(cancel_state, PTHREAD_CANCEL_ENABLE);
}

static void nothing_for_it(void **state)
{
    (void)state;
    unsigned long before = threads();

    has_processors = false;
    assert_null(read_ahead_begin(FD, ROOM));
    has_processors = true;
    has_threads = false;
    assert_null(read_ahead_begin(FD, ROOM));
    has_threads = true;
    for (int allocations = 0; allocations < 2; allocations++) {
        scarce = allocations;
        struct read_ahead *ahead = read_ahead_begin(FD, ROOM);
        scarce = -1;
        assert_null(ahead);
    }
    assert_int_equal(threads(), before);
    assert_int_equal(atomic_load(&script.next), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(all_in_order, setup),
        cmocka_unit_test_setup(errors_in_between, setup),
        cmocka_unit_test_setup(ended_early, setup),
        cmocka_unit_test_setup(cancellation_waits, setup),
        cmocka_unit_test_setup(nothing_for_it, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
