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
#include "notify/wait_chain.h"
#include "notify/wait_report.h"
#include "platform/wait.h"
#include "probes/probes.h"

#include <errno.h>

/* The first diagnostic after this, each further one after twice the time. */
enum { LONG_WAIT_MS = 5000, LONGEST_WAIT_MS = 3600 * 1000 };

/* Likewise for the proof that the wait cannot end. */
enum { PROOF_FIRST_MS = 10, PROOF_LAST_MS = 1000 };

/* Something to be done after a time, and again after twice that, up to a longest one. */
struct recurrence {
    uint32_t period;
    uint32_t longest;
    uint32_t left; /* milliseconds */
};

/* Under notify_wait_lock. */
static void remove_wait(const struct notify_wait *wait)
{
    struct notify_wait **place = &notify_waits;

    while (*place != wait)
        place = &(*place)->next;
    *place = wait->next;
}

/* True: it is due. */
static bool recurrence_passed(struct recurrence *recurrence, uint32_t milliseconds)
{
    recurrence->left -= milliseconds;
    if (recurrence->left > 0)
        return false;
    recurrence->period =
        recurrence->period < recurrence->longest / 2 ? recurrence->period * 2 : recurrence->longest;
    recurrence->left = recurrence->period;
    return true;
}

/*
 * The wait goes, if it is proven that it cannot end. Of several that cannot, the first that looks;
 * the others find that it is gone.
 */
static bool refuse(const struct notify_wait *wait)
{
    if (!platform_waits_learn())
        return false;
    platform_mutex_lock(&notify_wait_lock);
    const bool proven = wait_chain_is_proven(wait->registration, wait->thread);
    if (proven)
        remove_wait(wait);
    platform_mutex_unlock(&notify_wait_lock);
    return proven;
}

/* Under the registration's lock, which is let go meanwhile. False: the wait was refused. */
static bool await_end_of_call(const struct notify_wait *wait)
{
    struct registration *registration = wait->registration;
    struct recurrence report = {LONG_WAIT_MS, LONGEST_WAIT_MS, LONG_WAIT_MS};
    struct recurrence proof = {PROOF_FIRST_MS, PROOF_LAST_MS, PROOF_FIRST_MS};
    uint64_t waited = 0;
    uint64_t runner;
    bool refused = false;

    while (!refused && (runner = registration->runner) != 0) {
        const uint32_t limit = proof.left < report.left ? proof.left : report.left;

        if (platform_condition_wait_for(&registration->condition, &registration->lock, limit))
            continue;
        waited += limit;
        platform_mutex_unlock(&registration->lock);
        if (recurrence_passed(&proof, limit))
            refused = refuse(wait);
        if (recurrence_passed(&report, limit) && !refused)
            wait_report(registration, runner, waited / 1000);
        platform_mutex_lock(&registration->lock);
    }
    return !refused;
}

/*
 * Until the call under way is over, and the registration with it. No call begins meanwhile: one
 * that is due waits for this, so that no storm of changes keeps a cancel waiting. Nothing else has
 * changed before. 0; -EDEADLK: the call cannot end; -EBADF: another cancel came first.
 */
static int await_call(struct notify_wait *wait)
{
    struct registration *registration = wait->registration;
    int r = -EDEADLK;

    platform_mutex_lock(&registration->lock);
    if (await_end_of_call(wait))
        r = handle_table_remove(&notify_handles, registration->handle) ? 0 : -EBADF;
    if (r == 0)
        registration->cancelled = true;
    registration->waiting_cancels--;
    platform_condition_broadcast(&registration->condition);
    platform_mutex_unlock(&registration->lock);
    if (r == -EDEADLK)
        return r; /* and nobody waits */
    platform_mutex_lock(&notify_wait_lock);
    remove_wait(wait);
    platform_mutex_unlock(&notify_wait_lock);
    return r;
}

/* Under notify_wait_lock. 0; -EDEADLK. */
static int begin_wait(struct notify_wait *wait)
{
    struct registration *registration = wait->registration;

    if (wait_chain_is_ring(registration, wait->thread))
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
    r = await_call(&wait);
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
