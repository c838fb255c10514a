/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The canary: a route of its own that is made and deleted, and the time from before the call that
 * does it until the callback has it.
 */
#include "soak.h"

#include <stdlib.h>
#include <string.h>

enum { KEPT = 4096, PAUSE_MS = 50, PATIENCE_MS = 60000 };

static struct platform_monitor *monitor; /* guards what follows */
static UCHAR last_number; /* of the route that the last notification was of; 0: none */
static MIB_NOTIFICATION_TYPE last_type;
static uint64_t told_at_ns;
static uint64_t took_us[KEPT];
static size_t count;

static NET_IFINDEX interface_index;
static UCHAR network_number;
static HANDLE handle;

static bool is_own(const MIB_IPFORWARD_ROW2 *row, UCHAR *ret_number)
{
    UCHAR bytes[4];

    memcpy(bytes, &row->DestinationPrefix.Prefix.Ipv4.sin_addr, sizeof(bytes));
    *ret_number = bytes[3];
    return row->DestinationPrefix.PrefixLength == 32 && bytes[0] == 198 && bytes[1] == 18 &&
           bytes[2] == network_number;
}

static void told(void *context, void *row, MIB_NOTIFICATION_TYPE type)
{
    uint64_t now = host_now_ns();
    UCHAR number;

    (void)context;
    atomic_fetch_add(&soak_notifications, 1);
    if (!row || !is_own(row, &number))
        return;
    platform_monitor_lock(monitor);
    last_number = number;
    last_type = type;
    told_at_ns = now;
    platform_monitor_announce(monitor);
    platform_monitor_unlock(monitor);
}

void canary_begin(NET_IFINDEX interface_of_routes, unsigned network)
{
    static const struct row_listener listener = {.told = told};

    interface_index = interface_of_routes;
    network_number = (UCHAR)network;
    monitor = platform_monitor_new();
    if (row_types[ROW_ROUTE].notify(AF_INET, &listener, FALSE, &handle) != NO_ERROR)
        soak_fault("the canary: not registered");
}

/* Since `began_ns`. */
static void await_told(UCHAR number, MIB_NOTIFICATION_TYPE type, uint64_t began_ns)
{
    uint64_t deadline = platform_now() + PATIENCE_MS;
    bool timely = true;

    platform_monitor_lock(monitor);
    while ((last_number != number || last_type != type) && timely)
        timely = platform_monitor_wait(monitor, deadline);
    if (timely)
        took_us[count++ % KEPT] = (told_at_ns - began_ns) / 1000;
    platform_monitor_unlock(monitor);
    if (!timely)
        soak_fault("the canary: a change is not told");
}

static void change(UCHAR number, bool add)
{
    MIB_IPFORWARD_ROW2 row;

    InitializeIpForwardEntry(&row);
    row.InterfaceIndex = interface_index;
    row.DestinationPrefix.PrefixLength = 32;
    row.DestinationPrefix.Prefix.Ipv4.sin_family = AF_INET;
    memcpy(&row.DestinationPrefix.Prefix.Ipv4.sin_addr,
           (const UCHAR[]){198, 18, network_number, number}, 4);
    row.NextHop.Ipv4.sin_family = AF_INET;
    row.Metric = 1;
    uint64_t began_ns = host_now_ns();
    DWORD error = add ? CreateIpForwardEntry2(&row) : DeleteIpForwardEntry2(&row);
    if (error != NO_ERROR)
        soak_fault("the canary: error %u", (unsigned)error);
    else
        await_told(number, add ? MibAddInstance : MibDeleteInstance, began_ns);
}

void canary_run(void *unused)
{
    UCHAR number = 0;

    (void)unused;
    while (soak_goes_on(NULL)) {
        number = (UCHAR)(number % 250 + 1);
        change(number, true);
        change(number, false);
        host_pass_ms(PAUSE_MS);
    }
}

static int compare(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a;
    const uint64_t y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

struct canary_result canary_result(void)
{
    struct canary_result result = {0};

    platform_monitor_lock(monitor);
    size_t kept = count < KEPT ? count : KEPT;
    qsort(took_us, kept, sizeof(took_us[0]), compare);
    if (kept > 0) {
        result.median_us = took_us[kept / 2];
        result.p99_us = took_us[kept - 1 - kept / 100];
    }
    count = 0;
    platform_monitor_unlock(monitor);
    return result;
}

void canary_end(void)
{
    if (CancelMibChangeNotify2(handle) != NO_ERROR)
        soak_fault("the canary: not cancelled");
    platform_monitor_free(monitor);
}
