/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Cancel: waits for the call under way, and finds out beforehand whether that wait could end.
 *
 * A cancel waits for one registration; that one's call runs on one thread; that thread may wait
 * in a cancel itself. So waits form chains, and a chain that leads back to the calling thread is
 * a deadlock. All cancels look and start to wait under notify_wait_lock, so the one that would
 * close a ring sees all others already waiting, and it alone is refused.
 *
 * Nothing changes before the call under way is over: the handle is valid, the source is heard. So a
 * cancel that has waited may still be refused.
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
 * Until the call under way is over, and the registration with it. No call begins meanwhile: one
 * that is due waits for this, so that no storm of changes keeps a cancel waiting. Nothing else has
 * changed before. 0; -EBADF: another cancel came first.
 */
static int await_call(struct registration *registration)
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
    const bool first = handle_table_remove(&notify_handles, registration->handle);
    registration->cancelled |= first;
    registration->waiting_cancels--;
    platform_condition_broadcast(&registration->condition);
    platform_mutex_unlock(&registration->lock);
    return first ? 0 : -EBADF;
}

/* Under notify_wait_lock. 0; -EDEADLK. */
static int begin_wait(struct notify_wait *wait)
{
    struct registration *registration = wait->registration;

    if (would_deadlock(registration, wait->thread))
        return -EDEADLK;
    wait->next = notify_waits;
    notify_waits = wait;
    platform_mutex_lock(&registration->lock);
    registration->waiting_cancels++;
    platform_mutex_unlock(&registration->lock);
    return 0;
}

static int cancel(struct registration *registration)
{
    struct notify_wait wait = {.thread = platform_thread_id(), .registration = registration};

    platform_mutex_lock(&notify_wait_lock);
    int r = begin_wait(&wait);
    platform_mutex_unlock(&notify_wait_lock);
    if (r < 0)
        return r;
    r = await_call(registration);
    platform_mutex_lock(&notify_wait_lock);
    remove_wait(&wait);
    platform_mutex_unlock(&notify_wait_lock);
    if (r < 0)
        return r;
    backend_watch_interrupt(registration->watch);
    /* For what it holds. It makes no call to the program any more. */
    dispatch_await_end(registration);
    registration_drop(registration); /* the handle's reference */
    return 0;
}

static int cancel_handle(handle_value handle)
{
    struct registration *registration;

    if (platform_is_ending())
        return 0; /* no call comes any more, and a lock may have been left locked */
    registration = handle_table_find(&notify_handles, handle, registration_keep);
    if (!registration)
        return -EBADF;
    /* The wait is on this stack, and others look at it. */
    const int kept = platform_thread_keep();
    int r = cancel(registration);
    registration_drop(registration); /* this call's */
    platform_thread_unkeep(kept);
    return r;
}

int notify_cancel(handle_value handle)
{
    PROBE_cancel_begin(handle);
    int r = cancel_handle(handle);
    PROBE_cancel_end(handle, r);
    return r;
}
