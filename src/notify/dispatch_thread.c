/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Dispatchers that are a thread each, which waits in its watch. Where a thread costs little, no way
 * is shorter from the kernel to the program's function. Where a runtime takes in the threads that
 * call it, another thread makes the calls.
 */
#include "notify/caller.h"

static bool await_begin(struct registration *registration)
{
    bool begun;

    platform_mutex_lock(&registration->lock);
    while (!registration->begun && !registration->cancelled)
        platform_condition_wait(&registration->condition, &registration->lock);
    begun = !registration->cancelled;
    platform_mutex_unlock(&registration->lock);
    return begun;
}

/* The changes that come next. False: none will. */
static bool await_changes(struct registration *registration, void *changes, size_t *ret_count)
{
    return backend_watch_wait(registration->watch, changes, DISPATCH_CHANGES_SIZE, ret_count) == 0;
}

static void end(struct registration *registration)
{
    if (registration->ops->ended)
        registration->ops->ended(registration->subscriber);
    registration_drop(registration); /* its own */
}

static void run(void *context)
{
    struct registration *registration = context;
    _Alignas(struct mib_change) uint8_t changes[DISPATCH_CHANGES_SIZE];
    size_t count;
    bool going = await_begin(registration);

    while (going)
        going = await_changes(registration, changes, &count) &&
                dispatch_report(registration, changes, count);
    end(registration);
}

static void run_with_caller(void *context)
{
    struct registration *registration = context;
    _Alignas(struct mib_change) uint8_t changes[DISPATCH_CHANGES_SIZE];
    size_t count;
    struct caller caller;
    enum caller_result result = await_begin(registration) ? CALLER_GOING : CALLER_ENDS;

    caller_init(&caller, registration);
    while (result == CALLER_GOING)
        result = await_changes(registration, changes, &count)
                     ? caller_report(&caller, changes, count)
                     : CALLER_ENDS;
    caller_destroy(&caller);
    if (result != CALLER_LOST)
        end(registration);
}

int dispatch_prepare(struct registration *registration)
{
    return platform_thread_start(&registration->thread, registration->ops->thread_name,
                                 platform_runtime_takes_threads() ? run_with_caller : run,
                                 registration);
}

static void let_go(struct registration *registration, bool cancelled)
{
    platform_mutex_lock(&registration->lock);
    registration->begun = true;
    registration->cancelled |= cancelled;
    platform_condition_broadcast(&registration->condition);
    platform_mutex_unlock(&registration->lock);
}

void dispatch_give_up(struct registration *registration)
{
    let_go(registration, true);
    platform_thread_join(registration->thread);
}

void dispatch_begin(struct registration *registration)
{
    let_go(registration, false);
}

void dispatch_await_end(struct registration *registration)
{
    platform_thread_join(registration->thread);
}
