/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Dispatchers that are a thread each, which waits in its watch. Where a thread costs little, no way
 * is shorter from the kernel to the program's function.
 */
#include "notify/registration.h"

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

static void run(void *context)
{
    struct registration *registration = context;
    bool going = await_begin(registration);

    while (going) {
        _Alignas(struct mib_change) uint8_t changes[DISPATCH_CHANGES_SIZE];
        size_t count;

        going = backend_watch_wait(registration->watch, changes, sizeof(changes), &count) == 0 &&
                dispatch_report(registration, changes, count);
    }
    if (registration->ops->ended)
        registration->ops->ended(registration->subscriber);
    registration_drop(registration); /* its own */
}

int dispatch_prepare(struct registration *registration)
{
    return platform_thread_start(&registration->thread, registration->ops->thread_name, run,
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
