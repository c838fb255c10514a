/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What registrations have counted. Contracts: include/iphlpapi_watch.h. */
#include "api/error.h"
#include "api/windows.h"
#include "notify/notify.h"

#include <stdio.h>
#include <string.h>

static DWORD check(const IPHLPAPI_WATCH_STATISTICS *statistics)
{
    return statistics && statistics->Size >= sizeof(*statistics) ? NO_ERROR
                                                                 : ERROR_INVALID_PARAMETER;
}

static void fill(const struct notify_statistics *counted, IPHLPAPI_WATCH_STATISTICS *ret)
{
    const uint64_t *values = counted->watch.values;
    const uint64_t *resyncs = values + WATCH_COUNTER_RESYNCS;

    memset(ret->Function, 0, sizeof(ret->Function));
    (void)snprintf(ret->Function, sizeof(ret->Function), "%s", counted->function);
    ret->NotificationHandle = (HANDLE)counted->handle; // NOLINT(performance-no-int-to-ptr)
#define WATCH_COUNTER(id, name, field) ret->field = values[WATCH_COUNTER_##id];
#include "mib/watch_counters.def"
#undef WATCH_COUNTER
#define RESYNC_CAUSE(id, name, field) ret->Resyncs.field = resyncs[RESYNC_CAUSE_##id];
#include "mib/resync_causes.def"
#undef RESYNC_CAUSE
    ret->Callbacks = counted->calls;
    ret->LongestCallback = counted->longest_call_ns;
}

DWORD NETIOAPI_API_ IphlpapiGetWatchStatistics(HANDLE NotificationHandle,
                                               PIPHLPAPI_WATCH_STATISTICS Statistics)
{
    struct notify_statistics counted;
    DWORD error = check(Statistics);

    if (error != NO_ERROR)
        return error;
    if (notify_statistics_of((handle_value)NotificationHandle, &counted) < 0)
        return ERROR_INVALID_HANDLE;
    fill(&counted, Statistics);
    return NO_ERROR;
}

DWORD NETIOAPI_API_ IphlpapiGetNextWatchStatistics(HANDLE NotificationHandle,
                                                   PIPHLPAPI_WATCH_STATISTICS Statistics)
{
    struct notify_statistics counted;
    DWORD error = check(Statistics);

    if (error != NO_ERROR)
        return error;
    if (notify_statistics_next((handle_value)NotificationHandle, &counted) < 0)
        return ERROR_NO_MORE_ITEMS;
    fill(&counted, Statistics);
    return NO_ERROR;
}

void NETIOAPI_API_ IphlpapiTimeCallbacks(BOOL Enable)
{
    notify_time_calls(Enable != FALSE);
}
