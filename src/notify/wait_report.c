/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a person needs to find the callback that does not return: thread, callback, registration,
 * and the lock. It looks up code and writes, so it may wait for the system.
 */
#include "notify/wait_report.h"
#include "platform/wait.h"

#include <inttypes.h>
#include <stdio.h>

enum { SYMBOL_SIZE = 128, THREAD_SIZE = 64, WAIT_SIZE = 320 };

/* "1234 (name)" */
static void name_thread(uint64_t thread, char ret[static THREAD_SIZE])
{
    char name[32];

    platform_thread_name(thread, name, sizeof(name));
    if (name[0] != '\0')
        (void)snprintf(ret, THREAD_SIZE, "%" PRIu64 " (%s)", thread, name);
    else
        (void)snprintf(ret, THREAD_SIZE, "%" PRIu64, thread);
}

/* ", which waits for …", or nothing. */
static void name_wait(uint64_t thread, char ret[static WAIT_SIZE])
{
    struct platform_wait wait;
    char owner[THREAD_SIZE];
    char symbol[SYMBOL_SIZE];

    ret[0] = '\0';
    if (!platform_wait_of(thread, &wait))
        return;
    name_thread(wait.owner, owner);
    platform_symbol_of(wait.object, symbol, sizeof(symbol));
    (void)snprintf(ret, WAIT_SIZE, ", which waits for %s at %p (%s) of thread %s", wait.what,
                   wait.object, symbol, owner);
}

void wait_report(const struct registration *registration, uint64_t runner, uint64_t seconds)
{
    char symbol[SYMBOL_SIZE];
    char thread[THREAD_SIZE];
    char wait[WAIT_SIZE];
    char line[800];

    platform_symbol_of(registration->callback, symbol, sizeof(symbol));
    name_thread(runner, thread);
    name_wait(runner, wait);
    (void)snprintf(line, sizeof(line),
                   "CancelMibChangeNotify2 has waited %" PRIu64 " s for the callback %s of the "
                   "registration %#" PRIxPTR " (%s) to return; it runs on thread %s%s",
                   seconds, symbol, registration->handle, registration->ops->name, thread, wait);
    platform_diagnostic(line);
}
