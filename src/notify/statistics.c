/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What registrations have counted, for a program that asks. Called by the API. */
#include "notify/registration.h"

#include <errno.h>

static atomic_bool times_calls;

void notify_time_calls(bool yes)
{
    atomic_store_explicit(&times_calls, yes, memory_order_relaxed);
}

bool notify_times_calls(void)
{
    return atomic_load_explicit(&times_calls, memory_order_relaxed);
}

/* Drops the reference. */
static void read_and_drop(struct registration *registration, struct notify_statistics *ret)
{
    ret->handle = registration->handle;
    ret->function = registration->ops->name;
    backend_watch_count(registration->watch, &ret->watch);
    platform_mutex_lock(&registration->lock);
    ret->calls = registration->calls;
    ret->longest_call_ns = registration->longest_call_ns;
    platform_mutex_unlock(&registration->lock);
    registration_drop(registration);
}

int notify_statistics_of(handle_value handle, struct notify_statistics *ret)
{
    struct registration *registration =
        handle_table_find(&notify_handles, handle, registration_keep);

    if (!registration)
        return -EBADF;
    read_and_drop(registration, ret);
    return 0;
}

int notify_statistics_next(handle_value handle, struct notify_statistics *ret)
{
    struct registration *registration =
        handle_table_next(&notify_handles, handle, registration_keep);

    if (!registration)
        return -ENOENT;
    read_and_drop(registration, ret);
    return 0;
}
