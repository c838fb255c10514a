/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Threads of the library: which signals may find them. */
#include "platform/platform.h"
#include "platform/posix/values.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static sigset_t mask;

static void read_mask(void *context)
{
    (void)context;
    (void)pthread_sigmask(SIG_BLOCK, NULL, &mask);
}

/* What a thread makes itself, by a fault, is not held back: blocked, it would be the process' end.
 */
static void signals_of_a_thread(void **state)
{
    static const struct {
        int number;
        int blocked;
    } signals[] = {
        {SIGTERM, 1}, {SIGINT, 1}, {SIGCHLD, 1}, {SIGUSR1, 1}, {SIGPWR, 1}, {SIGSEGV, 0},
        {SIGBUS, 0},  {SIGFPE, 0}, {SIGILL, 0},  {SIGTRAP, 0}, {SIGSYS, 0},
    };
    platform_thread thread;
    sigset_t before;
    sigset_t after;

    (void)state;
    assert_false(platform_values.has_runtime);
    (void)pthread_sigmask(SIG_BLOCK, NULL, &before);
    assert_int_equal(platform_thread_start(&thread, "test", read_mask, NULL), 0);
    platform_thread_join(thread);
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
        assert_int_equal(sigismember(&mask, signals[i].number), signals[i].blocked);
    (void)pthread_sigmask(SIG_BLOCK, NULL, &after);
    for (int number = 1; number <= SIGRTMAX; number++)
        assert_int_equal(sigismember(&after, number), sigismember(&before, number));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signals_of_a_thread),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
