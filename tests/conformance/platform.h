/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the conformance tests need beyond ISO C: the API's headers, cmocka, threads, and changes
 * that really happen. Implemented in posix.c and win32.c.
 */
#ifndef TESTS_CONFORMANCE_PLATFORM_H
#define TESTS_CONFORMANCE_PLATFORM_H

#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
#endif
#include <iphlpapi.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/*
 * Called first thing in main(). Returns 0, or the code to exit with, having said why: 77
 * (skipped), or 1 where skipping is no option (CI=true in the environment).
 */
int platform_begin(char **argv);

/* ---- Changes ------------------------------------------------------------------------------- */

enum conformance_change {
    CHANGE_INTERFACE, /* IPv4 on the loopback interface has another MTU */
    CHANGE_UNICAST,   /* the loopback interface has CHANGE_ADDRESS as well */
    CHANGE_ROUTE,     /* there is a route for CHANGE_PREFIX through the loopback interface */
};

#define CHANGE_KINDS 3

/* 198.51.100.77 and 203.0.113.0/24, in network byte order as in a sockaddr. */
#define CHANGE_ADDRESS "\306\063\144\115"
#define CHANGE_PREFIX "\313\000\161\000"
#define CHANGE_PREFIX_LENGTH 24

/* Makes the change, or undoes it. Fails the test where that is impossible. */
void conformance_cause_change(enum conformance_change change, bool make);

/* ---- Threads ------------------------------------------------------------------------------- */

struct platform_thread;

/* Fails the test if there is no thread to be had. */
struct platform_thread *platform_thread_start(void (*run)(void *), void *context);
void platform_thread_join(struct platform_thread *thread);

/* A number of the calling thread's own while it lives. */
uintptr_t platform_thread_self(void);

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
 * deadline has passed (milliseconds, from platform_deadline()).
 */
bool platform_monitor_wait(struct platform_monitor *monitor, uint64_t deadline);

/* How long to wait for what must come. Reaching it is a failure; nothing is timed by it. */
uint64_t platform_deadline(void);

#endif
