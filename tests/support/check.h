/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What every test needs: cmocka with what it wants included before, failing with a formatted
 * reason, and waiting for a condition with a deadline.
 */
#ifndef TESTS_SUPPORT_CHECK_H
#define TESTS_SUPPORT_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <pthread.h>
#include <time.h>

#include <cmocka.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CHECK_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CHECK_SANITIZED 1
#endif
#endif
#ifndef CHECK_SANITIZED
#define CHECK_SANITIZED 0
#endif

/*
 * How long to wait for what must come. Reaching it is a failure; nothing is ever timed by it.
 * IPHLPAPI_TEST_PATIENCE says how many times as long, for emulated machines.
 */
#define CHECK_DEADLINE_SECONDS (check_patience() * (CHECK_SANITIZED ? 120 : 60))
int check_patience(void);

/* Ends the test with a reason. On the test's own thread only. */
#define fail_test(...) check_fail(__FILE__, __LINE__, __VA_ARGS__)
void check_fail(const char *file, int line, const char *format, ...)
    __attribute__((noreturn, format(printf, 3, 4)));

/* Like assert_true(), and fit for a child process. */
#define check(condition) ((condition) ? (void)0 : fail_test("not so: %s", #condition))

/* In a forked process: failures are written there, and end it. */
void check_report_to(int descriptor);

struct timespec check_deadline(void);
struct timespec check_deadline_in(double seconds);
bool check_deadline_passed(const struct timespec *deadline);

/*
 * A mutex and a condition that go together. What is being waited for is guarded by the lock and
 * announced with monitor_announce().
 */
struct monitor {
    pthread_mutex_t lock;
    pthread_cond_t changed;
};

void monitor_init(struct monitor *monitor);
void monitor_destroy(struct monitor *monitor);
void monitor_lock(struct monitor *monitor);
void monitor_unlock(struct monitor *monitor);

/* With the lock held. */
void monitor_announce(struct monitor *monitor);

/* With the lock held, as in while (!condition) … : false once the deadline has passed. */
bool monitor_wait(struct monitor *monitor, const struct timespec *deadline);

/* With the lock held: until what it guards is so, with a deadline of its own. False: it is not. */
bool monitor_wait_until(struct monitor *monitor, const bool *what, bool value);

/* Whether the kernel says so of that thread of this process. */
bool thread_is_asleep(int tid);

/* Waits until all threads but the calling one are asleep: what they have begun is done. */
void threads_await_asleep(void);

/* What the process holds, to be the same before and after. */
struct holdings {
    unsigned descriptors;
    unsigned threads;
    size_t resident_kib;
};

struct holdings holdings_now(void);

/* Waits until descriptors and threads are no more than they were; a joined thread takes a moment
 * to disappear from the process's list. Fails the test otherwise. */
void holdings_expect_restored(const struct holdings *before);

/* From the environment (IPHLPAPI_TEST_SEED) or the clock; printed, so that a failure replays. */
uint64_t check_seed(void);

/* The next number of a seeded sequence (xorshift64*). */
uint64_t check_random(uint64_t *state);

#endif
