/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One thread for each registration: waits for changes and tells them. */
#include "notify/registration.h"

enum { CHANGES_AT_ONCE = 64 };

static bool await_release(struct registration *registration)
{
    bool released;

    platform_mutex_lock(&registration->lock);
    while (!registration->released && !registration->cancelled)
        platform_condition_wait(&registration->condition, &registration->lock);
    released = !registration->cancelled;
    platform_mutex_unlock(&registration->lock);
    return released;
}

/* False: cancelled meanwhile. */
static bool tell(struct registration *registration, const struct mib_change *changes, size_t count)
{
    const struct notify_subscriber_ops *ops = registration->ops;

    for (size_t i = 0; ops->change && i < count; i++) {
        if (!registration_begin_call(registration))
            return false;
        ops->change(registration->subscriber, &changes[i]);
        registration_end_call(registration);
    }
    if (ops->settled && ops->settled(registration->subscriber, registration->watch)) {
        if (!registration_begin_call(registration))
            return false;
        ops->call(registration->subscriber);
        registration_end_call(registration);
    }
    return true;
}

void dispatcher_run(void *context)
{
    struct registration *registration = context;
    bool going = await_release(registration);

    while (going) {
        struct mib_change changes[CHANGES_AT_ONCE];
        size_t count;

        going = backend_watch_wait(registration->watch, changes, CHANGES_AT_ONCE, &count) == 0 &&
                tell(registration, changes, count);
    }
    registration_drop(registration); /* its own */
}
