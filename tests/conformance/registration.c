/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "registration.h"

#include <string.h>

static void count(struct registration *registration, void *row, MIB_NOTIFICATION_TYPE type)
{
    platform_monitor_lock(registration->monitor);
    if (registration->initials + registration->changes == 0)
        registration->handle_seen = registration->handle;
    if (registration->inside++ > 0)
        registration->violation = "two callbacks at once";
    registration->thread = platform_thread_self();
    if (type == MibInitialNotification) {
        registration->initials++;
        if (registration->changes > 0)
            registration->violation = "an initial notification after a change";
        if (row)
            registration->violation = "an initial notification with a row";
    } else {
        registration->changes++;
        if (!row)
            registration->violation = "a change without a row";
        if (type != MibAddInstance && type != MibDeleteInstance && type != MibParameterNotification)
            registration->violation = "a type that does not exist";
    }
    platform_monitor_announce(registration->monitor);
    platform_monitor_unlock(registration->monitor);

    if (registration->action)
        registration->action(registration, row, type);

    platform_monitor_lock(registration->monitor);
    registration->inside--;
    platform_monitor_announce(registration->monitor);
    platform_monitor_unlock(registration->monitor);
}

static void NETIOAPI_API_ on_interface(void *context, MIB_IPINTERFACE_ROW *row,
                                       MIB_NOTIFICATION_TYPE type)
{
    count(context, row, type);
}

static void NETIOAPI_API_ on_unicast(void *context, MIB_UNICASTIPADDRESS_ROW *row,
                                     MIB_NOTIFICATION_TYPE type)
{
    count(context, row, type);
}

static void NETIOAPI_API_ on_route(void *context, MIB_IPFORWARD_ROW2 *row,
                                   MIB_NOTIFICATION_TYPE type)
{
    count(context, row, type);
}

DWORD notify_call(enum conformance_change kind, ADDRESS_FAMILY family, bool with_callback,
                  struct registration *registration, BOOLEAN initial, HANDLE *handle)
{
    switch (kind) {
    case CHANGE_INTERFACE:
        return NotifyIpInterfaceChange(family, with_callback ? on_interface : NULL, registration,
                                       initial, handle);
    case CHANGE_UNICAST:
        return NotifyUnicastIpAddressChange(family, with_callback ? on_unicast : NULL, registration,
                                            initial, handle);
    case CHANGE_ROUTE:
        return NotifyRouteChange2(family, with_callback ? on_route : NULL, registration, initial,
                                  handle);
    }
    return ERROR_GEN_FAILURE;
}

void registration_start(struct registration *registration, enum conformance_change kind,
                        ADDRESS_FAMILY family, BOOLEAN initial)
{
    registration_start_with(registration, kind, family, initial, NULL, NULL);
}

void registration_start_with(struct registration *registration, enum conformance_change kind,
                             ADDRESS_FAMILY family, BOOLEAN initial, registration_action action,
                             void *context)
{
    memset(registration, 0, sizeof(*registration));
    registration->kind = kind;
    registration->action = action;
    registration->context = context;
    registration->monitor = platform_monitor_new();
    assert_int_equal(notify_call(kind, family, true, registration, initial, &registration->handle),
                     NO_ERROR);
    assert_non_null(registration->handle);
}

void registration_forget(struct registration *registration)
{
    platform_monitor_lock(registration->monitor);
    const char *violation = registration->violation;
    unsigned inside = registration->inside;
    platform_monitor_unlock(registration->monitor);
    platform_monitor_free(registration->monitor);
    if (violation)
        fail_msg("registration of kind %d: %s", (int)registration->kind, violation);
    assert_int_equal(inside, 0);
}

void registration_stop(struct registration *registration)
{
    platform_monitor_lock(registration->monitor);
    registration->stopping = true;
    platform_monitor_unlock(registration->monitor);
    assert_int_equal(CancelMibChangeNotify2(registration->handle), NO_ERROR);
    registration_forget(registration);
}

void registration_await(struct registration *registration, unsigned changes)
{
    uint64_t deadline = platform_deadline();
    bool timely = true;

    platform_monitor_lock(registration->monitor);
    while ((registration->changes < changes || registration->inside > 0) && timely)
        timely = platform_monitor_wait(registration->monitor, deadline);
    unsigned told = registration->changes;
    platform_monitor_unlock(registration->monitor);
    if (told < changes)
        fail_msg("registration of kind %d: told %u changes of %u", (int)registration->kind, told,
                 changes);
}

void registration_exercise(struct registration *registration)
{
    platform_monitor_lock(registration->monitor);
    unsigned changes = registration->changes;
    platform_monitor_unlock(registration->monitor);

    conformance_cause_change(registration->kind, true);
    registration_await(registration, changes + 1);
    conformance_cause_change(registration->kind, false);
    registration_await(registration, changes + 2);
}
