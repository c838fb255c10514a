/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Change notifications. Contracts: include/netioapi.h. */
#include "notify/notify.h"
#include "api/error.h"
#include "api/rows/rows.h"
#include "api/table.h"
#include "mib/row/teredo.h"
#include "platform/platform.h"

#include <errno.h>

/*
 * Rows that were given to a callback stay as they were for so many further calls, and readable
 * until the cancel: programs (GLib) keep the pointer and look at it later, on another thread.
 */
enum { ROWS_KEPT = 64 };

typedef void(NETIOAPI_API_ *any_callback)(void);

struct subscriber {
    union {
        PIPINTERFACE_CHANGE_CALLBACK ipinterface;
        PUNICAST_IPADDRESS_CHANGE_CALLBACK unicast;
        PIPFORWARD_CHANGE_CALLBACK forward;
        PSTABLE_UNICAST_IPADDRESS_TABLE_CALLBACK stable;
        PTEREDO_PORT_CHANGE_CALLBACK teredo;
        any_callback any;
    } callback;
    void *context;
    size_t next_row;

    /* Of the stable table only. */
    bool is_stable;
    PMIB_UNICASTIPADDRESS_TABLE table; /* due to be given away */

    union {
        MIB_IPINTERFACE_ROW ipinterface;
        MIB_UNICASTIPADDRESS_ROW unicast;
        MIB_IPFORWARD_ROW2 forward;
    } rows[];
};

static MIB_NOTIFICATION_TYPE type_of(enum mib_change_type type)
{
    switch (type) {
    case MIB_CHANGE_ADD:
        return MibAddInstance;
    case MIB_CHANGE_DELETE:
        return MibDeleteInstance;
    case MIB_CHANGE_PARAMETER:
        break;
    }
    return MibParameterNotification;
}

static size_t take_row(struct subscriber *subscriber)
{
    return subscriber->next_row++ % ROWS_KEPT;
}

static void release(void *context)
{
    struct subscriber *subscriber = context;

    if (subscriber)
        platform_free(subscriber->table);
    platform_free(subscriber);
}

static void ipinterface_initial(void *context)
{
    const struct subscriber *subscriber = context;

    subscriber->callback.ipinterface(subscriber->context, NULL, MibInitialNotification);
}

static void ipinterface_change(void *context, enum mib_change_type type, const void *changed)
{
    struct subscriber *subscriber = context;
    MIB_IPINTERFACE_ROW *row = &subscriber->rows[take_row(subscriber)].ipinterface;

    ipinterface_to_row(changed, row);
    subscriber->callback.ipinterface(subscriber->context, row, type_of(type));
}

static void unicast_initial(void *context)
{
    const struct subscriber *subscriber = context;

    subscriber->callback.unicast(subscriber->context, NULL, MibInitialNotification);
}

static void unicast_change(void *context, enum mib_change_type type, const void *changed)
{
    struct subscriber *subscriber = context;
    MIB_UNICASTIPADDRESS_ROW *row = &subscriber->rows[take_row(subscriber)].unicast;

    unicast_to_row(changed, row);
    subscriber->callback.unicast(subscriber->context, row, type_of(type));
}

static void forward_initial(void *context)
{
    const struct subscriber *subscriber = context;

    subscriber->callback.forward(subscriber->context, NULL, MibInitialNotification);
}

static void forward_change(void *context, enum mib_change_type type, const void *changed)
{
    struct subscriber *subscriber = context;
    MIB_IPFORWARD_ROW2 *row = &subscriber->rows[take_row(subscriber)].forward;

    route_to_row(changed, row);
    subscriber->callback.forward(subscriber->context, row, type_of(type));
}

static void teredo_initial(void *context)
{
    const struct subscriber *subscriber = context;

    subscriber->callback.teredo(subscriber->context, MIB_INVALID_TEREDO_PORT_NUMBER,
                                MibInitialNotification);
}

static void teredo_change(void *context, enum mib_change_type type, const void *changed)
{
    const struct subscriber *subscriber = context;

    subscriber->callback.teredo(subscriber->context, ((const struct mib_teredo *)changed)->port,
                                type_of(type));
}

static const struct notify_subscriber_ops ipinterface_ops = {
    .name = "NotifyIpInterfaceChange",
    .thread_name = "iphlp-interface",
    .table = MIB_TABLE_IPINTERFACE,
    .initial = ipinterface_initial,
    .change = ipinterface_change,
    .release = release,
};

static const struct notify_subscriber_ops unicast_ops = {
    .name = "NotifyUnicastIpAddressChange",
    .thread_name = "iphlp-address",
    .table = MIB_TABLE_UNICAST,
    .initial = unicast_initial,
    .change = unicast_change,
    .release = release,
};

static const struct notify_subscriber_ops forward_ops = {
    .name = "NotifyRouteChange2",
    .thread_name = "iphlp-route",
    .table = MIB_TABLE_ROUTE,
    .initial = forward_initial,
    .change = forward_change,
    .release = release,
};

static const struct notify_subscriber_ops teredo_ops = {
    .name = "NotifyTeredoPortChange",
    .thread_name = "iphlp-teredo",
    .table = MIB_TABLE_TEREDO,
    .initial = teredo_initial,
    .change = teredo_change,
    .release = release,
};

/* What the functions that tell of single changes have in common. */
static DWORD notify_changes(const struct notify_subscriber_ops *ops, ADDRESS_FAMILY af,
                            any_callback callback, void *context, bool initial, HANDLE *handle)
{
    struct backend_watch *watch = NULL;
    struct subscriber *subscriber;
    enum mib_family family;
    int r;

    if (!handle)
        return ERROR_INVALID_PARAMETER;
    *handle = NULL;
    if (!callback || !family_of_af(af, &family))
        return ERROR_INVALID_PARAMETER;
    subscriber = platform_allocate(sizeof(*subscriber) + ROWS_KEPT * sizeof(*subscriber->rows));
    if (!subscriber)
        return ERROR_NOT_ENOUGH_MEMORY;
    subscriber->callback.any = callback;
    subscriber->context = context;
    r = backend_watch_open(ops->table, &(struct mib_filter){.family = family}, &watch);
    if (r == 0)
        r = notify_register(watch, ops, subscriber, (const void *)(uintptr_t)callback, initial,
                            handle);
    if (r < 0) {
        backend_watch_close(watch);
        release(subscriber);
    }
    return error_from(r);
}

NETIOAPI_API NotifyIpInterfaceChange(ADDRESS_FAMILY Family, PIPINTERFACE_CHANGE_CALLBACK Callback,
                                     PVOID CallerContext, BOOLEAN InitialNotification,
                                     HANDLE *NotificationHandle)
{
    return notify_changes(&ipinterface_ops, Family, (any_callback)Callback, CallerContext,
                          InitialNotification, NotificationHandle);
}

NETIOAPI_API NotifyUnicastIpAddressChange(ADDRESS_FAMILY Family,
                                          PUNICAST_IPADDRESS_CHANGE_CALLBACK Callback,
                                          PVOID CallerContext, BOOLEAN InitialNotification,
                                          HANDLE *NotificationHandle)
{
    return notify_changes(&unicast_ops, Family, (any_callback)Callback, CallerContext,
                          InitialNotification, NotificationHandle);
}

NETIOAPI_API NotifyRouteChange2(ADDRESS_FAMILY AddressFamily, PIPFORWARD_CHANGE_CALLBACK Callback,
                                PVOID CallerContext, BOOLEAN InitialNotification,
                                HANDLE *NotificationHandle)
{
    return notify_changes(&forward_ops, AddressFamily, (any_callback)Callback, CallerContext,
                          InitialNotification, NotificationHandle);
}

NETIOAPI_API NotifyTeredoPortChange(PTEREDO_PORT_CHANGE_CALLBACK Callback, PVOID CallerContext,
                                    BOOLEAN InitialNotification, HANDLE *NotificationHandle)
{
    return notify_changes(&teredo_ops, AF_INET6, (any_callback)Callback, CallerContext,
                          InitialNotification, NotificationHandle);
}

NETIOAPI_API CancelMibChangeNotify2(HANDLE NotificationHandle)
{
    if (!NotificationHandle)
        return ERROR_INVALID_PARAMETER;
    return error_from(notify_cancel((handle_value)NotificationHandle));
}

/* The stable unicast address table. */

struct stability {
    struct table_builder builder;
    bool tentative; /* an address is still being probed, or a Teredo client waits for its own */
};

static int add_address(void *context, const void *row, size_t more)
{
    struct stability *stability = context;

    if (((const struct mib_unicast *)row)->dad_state == MIB_DAD_TENTATIVE)
        stability->tentative = true;
    return table_add(&stability->builder, row, more);
}

/* *ret_table is NULL where the table is not stable. 0; -ENOMEM. */
static int read_stable(struct backend_watch *watch, PMIB_UNICASTIPADDRESS_TABLE *ret_table)
{
    struct stability stability = {0};
    int r = table_begin(&stability.builder, &unicast_layout);

    if (r == 0)
        r = backend_watch_rows(watch, add_address, &stability);
    if (r < 0 || stability.tentative)
        table_abandon(&stability.builder);
    if (r < 0)
        return r;
    *ret_table = stability.tentative ? NULL : table_end(&stability.builder);
    return 0;
}

static bool stable_settled(void *context, struct backend_watch *watch)
{
    struct subscriber *subscriber = context;
    PMIB_UNICASTIPADDRESS_TABLE table;

    /* Without memory for the table the next change finds it stable, if nothing else does. */
    if (read_stable(watch, &table) < 0)
        return false;
    bool became_stable = table && !subscriber->is_stable;
    subscriber->is_stable = table != NULL;
    if (!became_stable) {
        platform_free(table);
        return false;
    }
    subscriber->table = table;
    return true;
}

static void stable_call(void *context)
{
    struct subscriber *subscriber = context;
    PMIB_UNICASTIPADDRESS_TABLE table = subscriber->table;

    subscriber->table = NULL; /* the callback's from here on */
    subscriber->callback.stable(subscriber->context, table);
}

static const struct notify_subscriber_ops stable_ops = {
    .name = "NotifyStableUnicastIpAddressTable",
    .thread_name = "iphlp-stable",
    .table = MIB_TABLE_UNICAST,
    .settled = stable_settled,
    .call = stable_call,
    .release = release,
};

NETIOAPI_API
NotifyStableUnicastIpAddressTable(ADDRESS_FAMILY Family, PMIB_UNICASTIPADDRESS_TABLE *Table,
                                  PSTABLE_UNICAST_IPADDRESS_TABLE_CALLBACK CallerCallback,
                                  PVOID CallerContext, HANDLE *NotificationHandle)
{
    struct backend_watch *watch = NULL;
    struct subscriber *subscriber;
    enum mib_family family;
    int r;

    if (NotificationHandle)
        *NotificationHandle = NULL;
    if (Table)
        *Table = NULL;
    if (!Table || !NotificationHandle || !CallerCallback || !family_of_af(Family, &family))
        return ERROR_INVALID_PARAMETER;
    subscriber = platform_allocate(sizeof(*subscriber));
    if (!subscriber)
        return ERROR_NOT_ENOUGH_MEMORY;
    subscriber->callback.stable = CallerCallback;
    subscriber->context = CallerContext;
    const struct mib_filter filter = {.family = family, .flags = MIB_FILTER_AWAITED_TEREDO};
    /* The watch hears every change from now on, so none falls between this look and the next. */
    r = backend_watch_open(MIB_TABLE_UNICAST, &filter, &watch);
    if (r == 0)
        r = read_stable(watch, Table);
    if (r == 0 && !*Table) {
        r = notify_register(watch, &stable_ops, subscriber, (const void *)(uintptr_t)CallerCallback,
                            false, NotificationHandle);
        if (r == 0)
            return ERROR_IO_PENDING;
    }
    backend_watch_close(watch);
    release(subscriber);
    return error_from(r);
}
