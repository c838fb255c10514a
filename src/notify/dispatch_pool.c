/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Dispatchers that share a few threads, where a thread is dear. All threads wait for all watches;
 * one is given a watch that has something, reports its changes, and puts it back. So calls of one
 * registration come one at a time and in order, and each call under way has its thread. Before the
 * last thread that waits makes a call, it sees to it that another one waits.
 */
#include "notify/registration.h"

#include <errno.h>

/* So many go on waiting, the others leave when they had nothing to do for so long. */
enum { THREADS_KEPT = 2, IDLE_MS = 2000 };

/* How long a cancel waits for the descriptors of a registration whose last call has returned. */
enum { LONGEST_END_MS = 1000 };

static platform_mutex pool_lock = PLATFORM_MUTEX_INIT; /* guards what follows; takes no other */
static unsigned int threads;
static unsigned int waiting; /* of them; also those that are about to */

static void run(void *context);

/* The program ended the thread in a call, and the registration has been cut off by its own guard.
 */
static void lose_thread(void *guard)
{
    platform_mutex_lock(&pool_lock);
    threads--;
    platform_mutex_unlock(&pool_lock);
    platform_free(guard);
}

/* One more that waits. 0; -ENOMEM, -EAGAIN. */
static int add_thread(void)
{
    struct platform_guard *guard = platform_allocate(sizeof(*guard));
    platform_thread thread;

    if (!guard)
        return -ENOMEM;
    *guard = (struct platform_guard){.cut_off = lose_thread, .context = guard};
    platform_mutex_lock(&pool_lock);
    threads++;
    waiting++;
    platform_mutex_unlock(&pool_lock);
    int r = platform_thread_start(&thread, "iphlpapi-notify", run, guard);
    if (r == 0) {
        platform_thread_detach(thread);
        return 0;
    }
    platform_mutex_lock(&pool_lock);
    threads--;
    waiting--;
    platform_mutex_unlock(&pool_lock);
    platform_free(guard);
    return r;
}

/* Where the system has no thread to give, watches are served when a call returns. */
static void see_that_one_waits(void)
{
    platform_mutex_lock(&pool_lock);
    const bool none = waiting == 0;
    platform_mutex_unlock(&pool_lock);
    if (none)
        (void)add_thread();
}

static void end(struct registration *registration)
{
    if (registration->ops->ended)
        registration->ops->ended(registration->subscriber);
    platform_mutex_lock(&registration->lock);
    registration->ended = true;
    platform_condition_broadcast(&registration->condition);
    platform_mutex_unlock(&registration->lock);
    registration_drop(registration); /* the dispatcher's */
}

/* Until it has nothing more to report. Then another thread may have it already. */
static void serve(struct registration *registration)
{
    for (;;) {
        _Alignas(struct mib_change) uint8_t changes[DISPATCH_CHANGES_SIZE];
        size_t count;
        int r = backend_watch_take(registration->watch, changes, sizeof(changes), &count);

        if (r == -EAGAIN)
            return;
        if (r == 0)
            see_that_one_waits();
        if (r < 0 || !dispatch_report(registration, changes, count)) {
            end(registration);
            return;
        }
    }
}

/* The next registration; false: the thread is to end. */
static bool await_registration(struct registration **ret_registration)
{
    void *context = NULL;
    int r;

    for (;;) {
        platform_mutex_lock(&pool_lock);
        const bool may_leave = waiting > THREADS_KEPT;
        platform_mutex_unlock(&pool_lock);
        r = backend_watch_next(may_leave ? IDLE_MS : UINT32_MAX, &context);
        if (r != -ETIMEDOUT)
            break;
        platform_mutex_lock(&pool_lock);
        const bool leaves = waiting > THREADS_KEPT;
        if (leaves) {
            waiting--;
            threads--;
        }
        platform_mutex_unlock(&pool_lock);
        if (leaves)
            return false;
    }
    platform_mutex_lock(&pool_lock);
    waiting--;
    if (r < 0)
        threads--;
    platform_mutex_unlock(&pool_lock);
    if (r < 0)
        return false;
    *ret_registration = context;
    return true;
}

static void run(void *context)
{
    struct platform_guard *guard = context; /* not on this stack, which is gone when it is called */
    struct registration *registration;

    platform_guard_enter(guard);
    while (await_registration(&registration)) {
        serve(registration);
        platform_mutex_lock(&pool_lock);
        waiting++;
        platform_mutex_unlock(&pool_lock);
    }
    platform_guard_leave(guard);
    platform_free(guard);
}

int dispatch_prepare(struct registration *registration)
{
    int r = backend_watch_share(registration->watch, registration);

    if (r < 0)
        return r == -ENOMEM ? r : -EAGAIN;
    platform_mutex_lock(&pool_lock);
    const unsigned int there = threads;
    platform_mutex_unlock(&pool_lock);
    for (unsigned int i = there; r == 0 && i < THREADS_KEPT; i++)
        r = add_thread();
    return there > 0 ? 0 : r;
}

void dispatch_give_up(struct registration *registration)
{
    registration_drop(registration);
}

void dispatch_begin(struct registration *registration)
{
    platform_mutex_lock(&registration->lock);
    registration->begun = true;
    platform_mutex_unlock(&registration->lock);
    backend_watch_put(registration->watch);
}

/* Usually it is at once. Where all threads are in calls, and no more are to be had, it is not. */
void dispatch_await_end(struct registration *registration)
{
    platform_mutex_lock(&registration->lock);
    while (!registration->ended && platform_condition_wait_for(&registration->condition,
                                                               &registration->lock, LONGEST_END_MS))
        ;
    platform_mutex_unlock(&registration->lock);
}
