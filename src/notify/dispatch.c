/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What dispatchers of either sort do with changes. */
#include "notify/registration.h"
#include "probes/probes.h"

_Static_assert(sizeof(struct mib_change) + MIB_ROW_SIZE_MAX <= DISPATCH_CHANGES_SIZE,
               "there is room for one change");

bool dispatch_report(struct registration *registration, const void *changes, size_t count)
{
    const struct notify_subscriber_ops *ops = registration->ops;
    size_t size = mib_change_size(ops->table);

    for (size_t i = 0; ops->change && i < count; i++) {
        const struct mib_change *change = (const void *)((const uint8_t *)changes + i * size);

        if (!registration_begin_call(registration))
            return false;
        PROBE_callback_begin(registration->handle, registration->watch, ops->name, change->type);
        ops->change(registration->subscriber, change->type, change->row);
        PROBE_callback_end(registration->handle, registration->watch, ops->name, change->type);
        registration_end_call(registration);
    }
    if (ops->settled && ops->settled(registration->subscriber, registration->watch)) {
        if (!registration_begin_call(registration))
            return false;
        PROBE_callback_begin(registration->handle, registration->watch, ops->name,
                             PROBE_CALL_SETTLED);
        ops->call(registration->subscriber);
        PROBE_callback_end(registration->handle, registration->watch, ops->name,
                           PROBE_CALL_SETTLED);
        registration_end_call(registration);
    }
    return true;
}
