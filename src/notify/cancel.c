/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Cancel: waits for the call under way, and finds out beforehand whether that wait could end.
 *
 * A cancel waits for one registration; that one's call runs on one thread; that thread may wait
 * in a cancel itself. So waits form chains, and a chain that leads back to the calling thread is
 * a deadlock. All cancels look and start to wait under notify_wait_lock, so the one that would
 * close a ring sees all others already waiting, and it alone is refused.
 */
#include "notify/registration.h"
#include "probes/probes.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

/* The first diagnostic after this, each further one after twice the time. */
enum { LONG_WAIT_MS = 5000, LONGEST_WAIT_MS = 3600 * 1000 };

/* Under notify_wait_lock. What a thread waits for in a cancel, or NULL. */
static struct registration *waited_for_by(uint64_t thread)
{
    for (const struct notify_wait *wait = notify_waits; wait; wait = wait->next)
        if (wait->thread == thread)
            return wait->registration;
    return NULL;
}

/* Under notify_wait_lock. */
static bool would_deadlock(struct registration *registration, uint64_t asking)
{
    bool is_asking = false;

    /* No ring exists without the asking thread, so the chain ends. */
    while (registration && !is_asking) {
        uint64_t runner;

        platform_mutex_lock(&registration->lock);
        runner = registration->runner;
        platform_mutex_unlock(&registration->lock);
        is_asking = runner == asking;
        registration = runner ? waited_for_by(runner) : NULL;
    }
    return is_asking;
}

/* Under notify_wait_lock. */
static void remove_wait(const struct notify_wait *wait)
{
    struct notify_wait **place = &notify_waits;

    while (*place != wait)
        place = &(*place)->next;
    *place = wait->next;
}

static void report_long_wait(const struct registration *registration, uint64_t runner,
                             uint64_t waited_ms)
{
    char symbol[128];
    char line[320];

    platform_symbol_of(registration->callback, symbol, sizeof(symbol));
    (void)snprintf(line, sizeof(line),
                   "CancelMibChangeNotify2 has waited %" PRIu64 " s for the callback %s of the "
                   "registration %#" PRIxPTR " (%s) to return; it runs on thread %" PRIu64,
                   waited_ms / 1000, symbol, registration->handle, registration->ops->name, runner);
    platform_diagnostic(line);
}

/*
 * Until no call is under way. The dispatcher itself is not waited for: where the caller has a lock
 * of the system's, it may be unable to begin, or to end.
 */
static void await_call(struct registration *registration)
{
    uint32_t limit = LONG_WAIT_MS;
    uint64_t waited = 0;
    uint64_t runner;

    platform_mutex_lock(&registration->lock);
    while ((runner = registration->runner) != 0) {
        if (platform_condition_wait_for(&registration->condition, &registration->lock, limit))
            continue;
        waited += limit;
        platform_mutex_unlock(&registration->lock);
        report_long_wait(registration, runner, waited);
        platform_mutex_lock(&registration->lock);
        limit = limit < LONGEST_WAIT_MS / 2 ? limit * 2 : LONGEST_WAIT_MS;
    }
    platform_mutex_unlock(&registration->lock);
}

static int cancel_handle(handle_value handle)
{
    struct notify_wait wait = {.thread = platform_thread_id()};
    struct registration *registration;

    if (platform_is_ending())
        return 0; /* no call comes any more, and a lock may have been left locked */
    registration = handle_table_find(&notify_handles, handle, registration_keep);
    if (!registration)
        return -EBADF;
    platform_mutex_lock(&notify_wait_lock);
    if (would_deadlock(registration, wait.thread)) {
        platform_mutex_unlock(&notify_wait_lock);
        registration_drop(registration);
        return -EDEADLK;
    }
    if (!handle_table_remove(&notify_handles, handle)) {
        platform_mutex_unlock(&notify_wait_lock);
        registration_drop(registration);
        return -EBADF;
    }
    platform_mutex_lock(&registration->lock);
    registration->cancelled = true;
    platform_condition_broadcast(&registration->condition);
    platform_mutex_unlock(&registration->lock);
    wait.registration = registration;
    wait.next = notify_waits;
    notify_waits = &wait;
    platform_mutex_unlock(&notify_wait_lock);

    backend_watch_interrupt(registration->watch);
    await_call(registration);
    dispatch_await_end(registration);

    platform_mutex_lock(&notify_wait_lock);
    remove_wait(&wait);
    platform_mutex_unlock(&notify_wait_lock);
    registration_drop(registration); /* the handle's reference */
    registration_drop(registration); /* this call's */
    return 0;
}

int notify_cancel(handle_value handle)
{
    PROBE_cancel_begin(handle);
    int r = cancel_handle(handle);
    PROBE_cancel_end(handle, r);
    return r;
}
