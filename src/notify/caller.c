/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * To be taken in costs more than a call. So the thread stays while changes follow each other; and
 * at the end of the program Mono waits for it that long.
 */
#include "notify/caller.h"

enum { LINGER_MS = 100 };

void caller_init(struct caller *caller, struct registration *registration)
{
    *caller = (struct caller){.registration = registration};
    platform_mutex_init(&caller->lock);
    platform_condition_init(&caller->condition);
}

/* Under the lock: when that is given back, the thread knows nothing of the caller any more. */
static void say_end(struct caller *caller)
{
    caller->lives = false;
    caller->changes = NULL;
    platform_condition_broadcast(&caller->condition);
}

/* The registration has been cut off by its own guard, and may be gone. */
static void lose_thread(void *context)
{
    struct caller *caller = context;

    platform_mutex_lock(&caller->lock);
    caller->lost = true;
    say_end(caller);
    platform_mutex_unlock(&caller->lock);
}

/* Under the lock. False: none came. */
static bool await_changes(struct caller *caller)
{
    bool in_time = true;

    while (!caller->changes && !caller->dismissed && in_time)
        in_time = platform_condition_wait_for(&caller->condition, &caller->lock, LINGER_MS);
    return caller->changes;
}

static void run(void *context)
{
    struct caller *caller = context;

    platform_guard_enter(&caller->guard);
    platform_mutex_lock(&caller->lock);
    while (await_changes(caller)) {
        const void *changes = caller->changes;
        const size_t count = caller->count;

        platform_mutex_unlock(&caller->lock);
        const bool going =
            !platform_runtime_is_ending() && dispatch_report(caller->registration, changes, count);
        platform_mutex_lock(&caller->lock);
        caller->going = going;
        caller->changes = NULL;
        platform_condition_broadcast(&caller->condition);
    }
    platform_guard_leave(&caller->guard);
    say_end(caller);
    platform_mutex_unlock(&caller->lock);
}

/* Under the lock. False: the system has no thread to give. */
static bool start(struct caller *caller)
{
    platform_thread thread;

    caller->guard = (struct platform_guard){.cut_off = lose_thread, .context = caller};
    caller->lives = true;
    if (platform_thread_start(&thread, caller->registration->ops->thread_name, run, caller) < 0) {
        say_end(caller);
        return false;
    }
    platform_thread_detach(thread);
    return true;
}

/* Under the lock. Until the changes are reported, or the thread is lost. */
static enum caller_result await_report(struct caller *caller)
{
    while (caller->changes)
        platform_condition_wait(&caller->condition, &caller->lock);
    if (caller->lost)
        return CALLER_LOST;
    return caller->going ? CALLER_GOING : CALLER_ENDS;
}

enum caller_result caller_report(struct caller *caller, const void *changes, size_t count)
{
    enum caller_result result = CALLER_ENDS;

    platform_mutex_lock(&caller->lock);
    caller->changes = changes;
    caller->count = count;
    platform_condition_broadcast(&caller->condition);
    const bool given = caller->lives || start(caller);
    if (given)
        result = await_report(caller);
    platform_mutex_unlock(&caller->lock);
    if (!given && dispatch_report(caller->registration, changes, count))
        result = CALLER_GOING;
    return result;
}

void caller_destroy(struct caller *caller)
{
    platform_mutex_lock(&caller->lock);
    caller->dismissed = true;
    platform_condition_broadcast(&caller->condition);
    while (caller->lives)
        platform_condition_wait(&caller->condition, &caller->lock);
    platform_mutex_unlock(&caller->lock);
    platform_condition_destroy(&caller->condition);
    platform_mutex_destroy(&caller->lock);
}
