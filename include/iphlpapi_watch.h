/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What registrations for notifications have counted: why they looked at the system again, what was
 * lost, how long callbacks take. Of this library alone: Windows has no such functions. Natively
 * iphlpapi.h includes it.
 */
#ifndef IPHLPAPI_IPHLPAPI_WATCH_H
#define IPHLPAPI_IPHLPAPI_WATCH_H

#ifdef _WIN32
#include <winsock2.h>
#include <ws2ipdef.h>
/* In this order. */
#include <iphlpapi.h>
#include <netioapi.h>
#ifndef IPHLPAPI_DLL_LINKAGE
#define IPHLPAPI_DLL_LINKAGE
#endif
#else
#include "netioapi.h"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/*
 * How often there was a cause to look at a table again although nothing that the kernel announced
 * changed a row of it. The kernel leaves much unsaid: docs/KERNEL.md.
 */
typedef struct _IPHLPAPI_RESYNCS {
    ULONG64 Open;    /* the first reading of each part of the table, when it was registered */
    ULONG64 Link;    /* a message about a link */
    ULONG64 Address; /* … an address */
    ULONG64 Route;   /* … a route that does not tell which one is meant */
    ULONG64 Nexthop; /* … a nexthop object */
    ULONG64 Netconf; /* … a setting of a link */
    ULONG64 Prefix;  /* … a prefix that a router advertises */
    ULONG64 Expiry;  /* the time has come at which something ends that is not announced */
    ULONG64 Overrun; /* messages were lost, as the receive buffer was full */
    ULONG64 Answer;  /* an answer of the kernel's was lost, or was not what a row can be made of */
    ULONG64 Error;   /* no memory, or the kernel refused something */
} IPHLPAPI_RESYNCS;

/* All since the registration. 64-bit numbers begin at a multiple of 8 in any program. */
typedef struct _IPHLPAPI_WATCH_STATISTICS {
    HANDLE NotificationHandle;
    ULONG Size;        /* of the structure, as the program knows it: set before each call */
    char Function[36]; /* that made the registration: "NotifyRouteChange2" */

    ULONG64 Messages;          /* from the kernel, that told of something */
    ULONG64 MalformedMessages; /* passed over: not as the kernel's are */
    ULONG64 ForeignDatagrams;  /* passed over: not from the kernel */
    ULONG64 CutDatagrams;      /* larger than there was room for, and so lost in part */
    ULONG64 Overruns;          /* how often messages were lost, as the receive buffer was full */

    ULONG64 Dumps;          /* of the whole table or a part of it, the first ones included */
    ULONG64 ValidDumps;     /* that were taken over */
    ULONG64 DiscardedDumps; /* that failed, or during which something changed: nothing is told */
    ULONG64 Retries;        /* dumps in place of one that was discarded */

    ULONG64 Changes;      /* found; those that are not given yet are the queue */
    ULONG64 GivenChanges; /* … and taken for the callback */
    ULONG64 LongestQueue; /* the most that waited for the callback; more wait in the kernel */

    ULONG64 Callbacks;       /* that have returned */
    ULONG64 LongestCallback; /* in nanoseconds, of those that were timed */

    IPHLPAPI_RESYNCS Resyncs;
} IPHLPAPI_WATCH_STATISTICS, *PIPHLPAPI_WATCH_STATISTICS;

/**
 * @brief What a registration has counted.
 *
 * @param NotificationHandle of NotifyRouteChange2() and its like. Those of NotifyAddrChange() and
 *        NotifyRouteChange() are others
 * @param Statistics its Size is that of the structure; what else it has is written
 *
 * The numbers go on while they are read: those of one moment need not fit each other. They cost the
 * registration nothing.
 *
 * Context: any thread, callbacks included.
 * @return
 *  - ERROR_INVALID_PARAMETER: Statistics is NULL, or its Size is less than this structure's
 *  - ERROR_INVALID_HANDLE: not a registration's, or one that is cancelled
 * Source: of this library
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_
IphlpapiGetWatchStatistics(HANDLE NotificationHandle, PIPHLPAPI_WATCH_STATISTICS Statistics);

/**
 * @brief Likewise, of one registration of the process after the other.
 *
 * @param NotificationHandle NULL for the first; then the one in Statistics. It need not exist any
 *        more
 * @param Statistics as above; NotificationHandle tells whose they are
 *
 * A registration that exists from the first call to the last is found just once.
 *
 * Context: any thread, callbacks included.
 * @return
 *  - ERROR_INVALID_PARAMETER: Statistics is NULL, or its Size is less than this structure's
 *  - ERROR_NO_MORE_ITEMS: there is no further one
 * Source: of this library
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_
IphlpapiGetNextWatchStatistics(HANDLE NotificationHandle, PIPHLPAPI_WATCH_STATISTICS Statistics);

/**
 * @brief Have callbacks timed, of all registrations.
 *
 * @param Enable TRUE: those that begin from now on; FALSE: no more
 *
 * A callback that is timed costs two readings of a clock. Otherwise LongestCallback stays as it is.
 *
 * Context: any thread, callbacks included.
 * Source: of this library
 */
IPHLPAPI_DLL_LINKAGE void NETIOAPI_API_ IphlpapiTimeCallbacks(BOOL Enable);

#ifdef __cplusplus
}
#endif

#endif
