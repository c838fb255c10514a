/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Notifications of single changes, and the cancel of any. Contracts: include/netioapi.h. */
#include "notify/notify.h"
#include "api/error.h"
#include "api/rows/convert.h"
#include "api/rows/row.h"
#include "mib/row/teredo.h"
#include "platform/platform.h"

/*
 * Rows that were given to a callback stay as they were for so many further calls, and readable
 * until the cancel: programs (GLib) keep the pointer and look at it later, on another thread.
 */
enum { ROWS_KEPT = 64 };

typedef void(NETIOAPI_API_ *any_callback)(void);

/* One function that reports single changes. */
struct change_notification {
    struct notify_subscriber_ops ops;
    const struct api_row *row; /* what the callback gets; NULL: the model's row as it is */

    /* Calls the program. The initial call has no row. */
    void (*call)(any_callback callback, void *context, void *row, MIB_NOTIFICATION_TYPE type);
};

struct subscriber {
    const struct change_notification *notification;
    any_callback callback;
    void *context;
    size_t next_row;
    uint8_t rows[]; /* ROWS_KEPT */
};

_Static_assert(offsetof(struct subscriber, rows) % 8 == 0, "rows are aligned");

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

static void initial(void *context)
{
    const struct subscriber *subscriber = context;

    subscriber->notification->call(subscriber->callback, subscriber->context, NULL,
                                   MibInitialNotification);
}

static void change(void *context, enum mib_change_type type, const void *changed)
{
    struct subscriber *subscriber = context;
    const struct change_notification *notification = subscriber->notification;
    void *row = (void *)changed;

    if (notification->row) {
        row = subscriber->rows + subscriber->next_row++ % ROWS_KEPT * notification->row->size;
        notification->row->to_row(changed, row);
    }
    notification->call(subscriber->callback, subscriber->context, row, type_of(type));
}

/* The four callbacks, each called as the type that it has. */

static void call_ipinterface(any_callback callback, void *context, void *row,
                             MIB_NOTIFICATION_TYPE type)
{
    ((PIPINTERFACE_CHANGE_CALLBACK)callback)(context, row, type);
}

static void call_unicast(any_callback callback, void *context, void *row,
                         MIB_NOTIFICATION_TYPE type)
{
    ((PUNICAST_IPADDRESS_CHANGE_CALLBACK)callback)(context, row, type);
}

static void call_route(any_callback callback, void *context, void *row, MIB_NOTIFICATION_TYPE type)
{
    ((PIPFORWARD_CHANGE_CALLBACK)callback)(context, row, type);
}

static void call_teredo(any_callback callback, void *context, void *row, MIB_NOTIFICATION_TYPE type)
{
    const struct mib_teredo *teredo = row;

    ((PTEREDO_PORT_CHANGE_CALLBACK)callback)(
        context, teredo ? teredo->port : MIB_INVALID_TEREDO_PORT_NUMBER, type);
}

#define CHANGE_OPS(function, thread, of)                                                           \
    {                                                                                              \
        .name = (function), .thread_name = (thread), .table = (of), .initial = initial,            \
        .change = change, .release = platform_free,                                                \
    }

static const struct change_notification ipinterface_changes = {
    .ops = CHANGE_OPS("NotifyIpInterfaceChange", "iphlp-interface", MIB_TABLE_IPINTERFACE),
    .row = &api_row_ipinterface,
    .call = call_ipinterface,
};

static const struct change_notification unicast_changes = {
    .ops = CHANGE_OPS("NotifyUnicastIpAddressChange", "iphlp-address", MIB_TABLE_UNICAST),
    .row = &api_row_unicast,
    .call = call_unicast,
};

static const struct change_notification route_changes = {
    .ops = CHANGE_OPS("NotifyRouteChange2", "iphlp-route", MIB_TABLE_ROUTE),
    .row = &api_row_route,
    .call = call_route,
};

static const struct change_notification teredo_changes = {
    .ops = CHANGE_OPS("NotifyTeredoPortChange", "iphlp-teredo", MIB_TABLE_TEREDO),
    .call = call_teredo,
};

/* A whole Notify…Change function. */
static DWORD notify_changes(const struct change_notification *notification, ADDRESS_FAMILY af,
                            any_callback callback, void *context, bool with_initial, HANDLE *handle)
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
    subscriber = platform_allocate(sizeof(*subscriber) +
                                   (notification->row ? ROWS_KEPT * notification->row->size : 0));
    if (!subscriber)
        return ERROR_NOT_ENOUGH_MEMORY;
    subscriber->notification = notification;
    subscriber->callback = callback;
    subscriber->context = context;
    r = backend_watch_open(notification->ops.table, &(struct mib_filter){.family = family}, &watch);
    if (r == 0)
        r = notify_register(watch, &notification->ops, subscriber,
                            (const void *)(uintptr_t)callback, with_initial, handle);
    if (r < 0) {
        backend_watch_close(watch);
        platform_free(subscriber);
    }
    return error_from(r);
}

NETIOAPI_API NotifyIpInterfaceChange(ADDRESS_FAMILY Family, PIPINTERFACE_CHANGE_CALLBACK Callback,
                                     PVOID CallerContext, BOOLEAN InitialNotification,
                                     HANDLE *NotificationHandle)
{
    return notify_changes(&ipinterface_changes, Family, (any_callback)Callback, CallerContext,
                          InitialNotification, NotificationHandle);
}

NETIOAPI_API NotifyUnicastIpAddressChange(ADDRESS_FAMILY Family,
                                          PUNICAST_IPADDRESS_CHANGE_CALLBACK Callback,
                                          PVOID CallerContext, BOOLEAN InitialNotification,
                                          HANDLE *NotificationHandle)
{
    return notify_changes(&unicast_changes, Family, (any_callback)Callback, CallerContext,
                          InitialNotification, NotificationHandle);
}

NETIOAPI_API NotifyRouteChange2(ADDRESS_FAMILY AddressFamily, PIPFORWARD_CHANGE_CALLBACK Callback,
                                PVOID CallerContext, BOOLEAN InitialNotification,
                                HANDLE *NotificationHandle)
{
    return notify_changes(&route_changes, AddressFamily, (any_callback)Callback, CallerContext,
                          InitialNotification, NotificationHandle);
}

NETIOAPI_API NotifyTeredoPortChange(PTEREDO_PORT_CHANGE_CALLBACK Callback, PVOID CallerContext,
                                    BOOLEAN InitialNotification, HANDLE *NotificationHandle)
{
    return notify_changes(&teredo_changes, af_of(MIB_FAMILY_IPV6), (any_callback)Callback,
                          CallerContext, InitialNotification, NotificationHandle);
}

NETIOAPI_API CancelMibChangeNotify2(HANDLE NotificationHandle)
{
    if (!NotificationHandle)
        return ERROR_INVALID_PARAMETER;
    return error_from(notify_cancel((handle_value)NotificationHandle));
}
