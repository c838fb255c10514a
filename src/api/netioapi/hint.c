/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Connectivity hints, and the notification of the host's. Contracts: include/netioapi.h. */
#include "api/error.h"
#include "api/windows.h"
#include "mib/row/hint.h"
#include "notify/notify.h"
#include "platform/platform.h"

#include <errno.h>
#include <string.h>

/* Every byte is set. Of data limits and roaming nothing is known. */
static void to_hint(const struct mib_hint *row, NL_NETWORK_CONNECTIVITY_HINT *ret)
{
    memset(ret, 0, sizeof(*ret));
    ret->ConnectivityLevel = (NL_NETWORK_CONNECTIVITY_LEVEL_HINT)row->level;
    ret->ConnectivityCost = (NL_NETWORK_CONNECTIVITY_COST_HINT)row->cost;
}

static DWORD read_hint(uint32_t ifindex, NL_NETWORK_CONNECTIVITY_HINT *hint)
{
    struct mib_hint row = {.ifindex = ifindex};

    if (!hint)
        return ERROR_INVALID_PARAMETER;
    int r = backend_read_row(MIB_TABLE_HINT, &row);
    if (r == 0)
        to_hint(&row, hint);
    return error_from(r);
}

NETIOAPI_API GetNetworkConnectivityHint(NL_NETWORK_CONNECTIVITY_HINT *ConnectivityHint)
{
    return read_hint(0, ConnectivityHint);
}

NETIOAPI_API
GetNetworkConnectivityHintForInterface(NET_IFINDEX InterfaceIndex,
                                       NL_NETWORK_CONNECTIVITY_HINT *ConnectivityHint)
{
    /* The row of index 0 is the host's. */
    if (ConnectivityHint && InterfaceIndex == 0)
        return error_from(-ENODEV);
    return read_hint(InterfaceIndex, ConnectivityHint);
}

struct subscriber {
    PNETWORK_CONNECTIVITY_HINT_CHANGE_CALLBACK callback;
    void *context;
    NL_NETWORK_CONNECTIVITY_HINT first; /* as it was when the watch was opened */
};

static void initial(void *context)
{
    const struct subscriber *subscriber = context;

    subscriber->callback(subscriber->context, subscriber->first);
}

static void change(void *context, enum mib_change_type type, const void *row)
{
    const struct subscriber *subscriber = context;
    NL_NETWORK_CONNECTIVITY_HINT hint;

    (void)type;
    to_hint(row, &hint);
    subscriber->callback(subscriber->context, hint);
}

static const struct notify_subscriber_ops hint_ops = {
    .name = "NotifyNetworkConnectivityHintChange",
    .thread_name = "iphlp-hint",
    .table = MIB_TABLE_HINT,
    .initial = initial,
    .change = change,
    .release = platform_free,
};

static int take_first(void *context, const void *row, size_t more)
{
    const struct mib_hint *hint = row;

    (void)more;
    if (hint->ifindex == 0)
        to_hint(hint, &((struct subscriber *)context)->first);
    return 0;
}

NETIOAPI_API
NotifyNetworkConnectivityHintChange(PNETWORK_CONNECTIVITY_HINT_CHANGE_CALLBACK Callback,
                                    PVOID CallerContext, BOOLEAN InitialNotification,
                                    HANDLE *NotificationHandle)
{
    const struct mib_filter filter = {.family = MIB_FAMILY_UNSPEC};
    struct backend_watch *watch = NULL;
    struct subscriber *subscriber;

    if (!NotificationHandle)
        return ERROR_INVALID_PARAMETER;
    *NotificationHandle = NULL;
    if (!Callback)
        return ERROR_INVALID_PARAMETER;
    subscriber = platform_allocate(sizeof(*subscriber));
    if (!subscriber)
        return ERROR_NOT_ENOUGH_MEMORY;
    subscriber->callback = Callback;
    subscriber->context = CallerContext;
    int r = backend_watch_open(MIB_TABLE_HINT, &filter, &watch);
    if (r == 0)
        r = backend_watch_rows(watch, take_first, subscriber);
    if (r == 0)
        r = notify_register(watch, &hint_ops, subscriber, (const void *)(uintptr_t)Callback,
                            InitialNotification, NotificationHandle);
    if (r < 0) {
        backend_watch_close(watch);
        platform_free(subscriber);
    }
    return error_from(r);
}
