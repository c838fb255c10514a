/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the conformance tests need beyond ISO C: the API's headers, cmocka, threads, and a way to
 * run `ip`. Implemented in posix.c, and in win32.c for Windows and Wine.
 */
#ifndef TESTS_CONFORMANCE_PLATFORM_H
#define TESTS_CONFORMANCE_PLATFORM_H

#include "api.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* What a program of tests exits with, besides 0 (all passed) and 1 (one failed). */
enum {
    EXIT_USAGE = 2,
    EXIT_SKIPPED = 77,
    EXIT_NOT_EXPORTED = 78, /* a function that the test calls is not there */
    EXIT_HUNG = 79,
};

/*
 * Called first thing in main(). Returns 0, or the code to exit with, having said why: EXIT_SKIPPED,
 * or 1 where skipping is no option (CI=true in the environment).
 */
int platform_begin(char **argv);

/* The implementation's function of that name, or NULL. */
void (*platform_function(const char *name))(void);

/* The environment variable's value, or NULL. */
const char *platform_environment(const char *name);

/* Ends the process at once with that code, from any thread, whatever else goes on. */
void platform_exit(int code) __attribute__((noreturn));

/* Has the process end with EXIT_HUNG after so many seconds; each call counts anew. */
void platform_watch(unsigned seconds);

/* ---- The network --------------------------------------------------------------------------- */

/* The functions that change it here (network.h), or NULL with the reason why there are none. */
struct network_driver;
const struct network_driver *platform_network(const char **ret_why_not);

/* Runs a program of its host; argv[0] is "ip" or "sh". Returns whether it exited with 0. */
bool platform_run(char **argv);

/* ---- Threads ------------------------------------------------------------------------------- */

struct platform_thread;

/* Fails the test if there is no thread to be had. */
struct platform_thread *platform_thread_start(void (*run)(void *), void *context);
void platform_thread_join(struct platform_thread *thread);

/* A number of the calling thread's own while it lives. */
uintptr_t platform_thread_self(void);

/* A moment in which what the system has queued for the calling thread is called. */
void platform_let_routines_run(void);

/* A heap for functions that allocate from one, and the end of what they gave. NULL is fine. */
HANDLE platform_heap(void);
void platform_heap_free(void *memory);

/* An event of the system's, as programs hand them to the API; NULL: there are none. */
void *platform_event_new(void);
bool platform_event_await(void *event, uint64_t deadline);
void platform_event_free(void *event);

/* A lock, and a condition under it that all who wait are woken for. */
struct platform_monitor;

struct platform_monitor *platform_monitor_new(void);
void platform_monitor_free(struct platform_monitor *monitor);
void platform_monitor_lock(struct platform_monitor *monitor);
void platform_monitor_unlock(struct platform_monitor *monitor);

/* With the lock held. */
void platform_monitor_announce(struct platform_monitor *monitor);

/*
 * With the lock held, in a loop around the condition waited for: true when woken, false when the
 * deadline has passed (as platform_now() counts).
 */
bool platform_monitor_wait(struct platform_monitor *monitor, uint64_t deadline);

/* What an OVERLAPPED has for hEvent: it tells one waiter, once. Fails the test if there is none. */
HANDLE platform_signal_new(void);
void platform_signal_free(HANDLE signal);

/* False when the deadline has passed, as at once for 0. */
bool platform_signal_wait(HANDLE signal, uint64_t deadline);

/* Milliseconds of a clock that is never set. */
uint64_t platform_now(void);

#endif
