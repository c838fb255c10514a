/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One thread for each registration: waits for changes and reports them. Started by registration.c.
 */
#include "notify/registration.h"

/* Of changes taken at once: some 60 routes, and one at least of any table. */
enum { CHANGES_SIZE = 4096 };

_Static_assert(sizeof(struct mib_change) + MIB_ROW_SIZE_MAX <= CHANGES_SIZE,
               "there is room for one change");

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
static bool report(struct registration *registration, const uint8_t *changes, size_t count)
{
    const struct notify_subscriber_ops *ops = registration->ops;
    size_t size = mib_change_size(ops->table);

    for (size_t i = 0; ops->change && i < count; i++) {
        const struct mib_change *change = (const void *)(changes + i * size);

        if (!registration_begin_call(registration))
            return false;
        ops->change(registration->subscriber, change->type, change->row);
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
        _Alignas(struct mib_change) uint8_t changes[CHANGES_SIZE];
        size_t count;

        going = backend_watch_wait(registration->watch, changes, sizeof(changes), &count) == 0 &&
                report(registration, changes, count);
    }
    if (registration->ops->ended)
        registration->ops->ended(registration->subscriber);
    registration_drop(registration); /* its own */
}
