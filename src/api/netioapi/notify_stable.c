/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* NotifyStableUnicastIpAddressTable. Contract: include/netioapi.h. */
#include "notify/notify.h"
#include "api/error.h"
#include "api/rows/convert.h"
#include "api/shape.h"
#include "mib/row/unicast.h"
#include "platform/platform.h"

struct subscriber {
    PSTABLE_UNICAST_IPADDRESS_TABLE_CALLBACK callback;
    void *context;
    bool is_stable;
    PMIB_UNICASTIPADDRESS_TABLE table; /* due to be given to the callback */
};

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
    int r = table_begin(&stability.builder, &api_row_unicast);

    if (r == 0)
        r = backend_watch_rows(watch, add_address, &stability);
    if (r < 0 || stability.tentative)
        table_abandon(&stability.builder);
    if (r < 0)
        return r;
    *ret_table = stability.tentative ? NULL : table_end(&stability.builder);
    return 0;
}

static void release(void *context)
{
    struct subscriber *subscriber = context;

    platform_free(subscriber->table);
    platform_free(subscriber);
}

static bool settled(void *context, struct backend_watch *watch)
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

static void call(void *context)
{
    struct subscriber *subscriber = context;
    PMIB_UNICASTIPADDRESS_TABLE table = subscriber->table;

    subscriber->table = NULL; /* the callback's from here on */
    subscriber->callback(subscriber->context, table);
}

static const struct notify_subscriber_ops stable_ops = {
    .name = "NotifyStableUnicastIpAddressTable",
    .thread_name = "iphlp-stable",
    .table = MIB_TABLE_UNICAST,
    .settled = settled,
    .call = call,
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
    subscriber->callback = CallerCallback;
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
