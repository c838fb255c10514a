/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What netioapi.h has of connectivity hints. A file of its own because the DLL for Wine includes it
 * beside mingw-w64's netioapi.h, which lacks it. Programs include iphlpapi.h.
 */
#ifndef IPHLPAPI_NETIOAPI_HINT_H
#define IPHLPAPI_NETIOAPI_HINT_H

#ifdef _WIN32
#define IPHLPAPI_DLL_LINKAGE
#include "nldef_hint.h"
#else
#include "netioapi.h"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The hint comes by value, as everything else that Windows passes so. */
typedef void(NETIOAPI_API_ *PNETWORK_CONNECTIVITY_HINT_CHANGE_CALLBACK)(
    PVOID CallerContext, NL_NETWORK_CONNECTIVITY_HINT ConnectivityHint);

/**
 * @brief Tell how far packets of this host are likely to get, and what they cost.
 *
 * @param ConnectivityHint set to the hint of the host
 *
 * The host has the level of the interface that gets furthest; of several with the same, the one
 * that the kernel prefers by the metrics of its default routes, IPv4's first. ConnectivityCost is
 * that interface's.
 *
 * ConnectivityLevel of an interface:
 *  - NetworkConnectivityLevelHintNone: it is down, has no carrier or no address, or is a loopback
 *  - NetworkConnectivityLevelHintLocalAccess: it has an address, and no default route that leads
 *    anywhere; or NetworkManager has found the Internet out of reach behind it
 *  - NetworkConnectivityLevelHintInternetAccess: it has a default route of a family of which the
 *    host has an address that is not link-local. Nothing is sent to find out more
 *  - NetworkConnectivityLevelHintConstrainedInternetAccess: likewise, and NetworkManager has found
 *    a captive portal behind it
 *  - NetworkConnectivityLevelHintUnknown and …Hidden: never
 * NetworkManager's judgement counts where it makes one (its connectivity check is on), for the
 * links that it knows. It is waited for no longer than a second.
 *
 * ConnectivityCost: NetworkConnectivityCostHintFixed where NetworkManager has the interface as
 * metered, which is what Windows makes of a connection that its user has called metered;
 * NetworkConnectivityCostHintUnrestricted where it has it as not metered; else, and where there is
 * no NetworkManager, NetworkConnectivityCostHintUnknown. ApproachingDataLimit, OverDataLimit and
 * Roaming are FALSE: nothing that is asked knows them.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: ConnectivityHint is NULL
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page GetNetworkConnectivityHint; nldef.h pages of the types (whose
 * descriptions of LocalAccess and InternetAccess are interchanged)
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API
GetNetworkConnectivityHint(NL_NETWORK_CONNECTIVITY_HINT *ConnectivityHint);

/**
 * @brief Tell how far packets are likely to get through one interface, and what they cost.
 *
 * @param InterfaceIndex the interface
 * @param ConnectivityHint set to the hint, as GetNetworkConnectivityHint() says of interfaces
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: ConnectivityHint is NULL
 *  - ERROR_FILE_NOT_FOUND: there is no such interface
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page GetNetworkConnectivityHintForInterface
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API GetNetworkConnectivityHintForInterface(
    NET_IFINDEX InterfaceIndex, NL_NETWORK_CONNECTIVITY_HINT *ConnectivityHint);

/**
 * @brief Have every change of the host's connectivity hint reported.
 *
 * @param Callback called with the hint for every change
 * @param CallerContext passed to Callback untouched; may be NULL
 * @param InitialNotification TRUE to have Callback called once, with the hint as it is, before this
 *     function returns
 * @param NotificationHandle set to the registration's handle before Callback runs for the first
 *     time
 *
 * The hint is that of GetNetworkConnectivityHint(); a change is told when a value of it is another
 * than was told last, or was there at the registration. Each is told once, in order. Where the
 * kernel changes routes without announcing it (a link loses its carrier, an address is deleted), it
 * is asked first; what is over by then is no change. NetworkManager's changes are heard over a
 * connection to the bus that is never waited for once this function has returned; where it does
 * not answer within a second, what it says is told when it says it. It may come and go meanwhile;
 * a bus that comes later than the registration is looked for when links, addresses or default
 * routes change.
 *
 * The registration lasts until CancelMibChangeNotify2(). A fork()ed child does not inherit it.
 *
 * Context: any thread, callbacks included. Callback runs on this thread (the initial call) and on
 * a thread of the registration's own (all others).
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Callback or NotificationHandle is NULL; *NotificationHandle is NULL
 *    where there is one
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory, thread or descriptor; *NotificationHandle is NULL
 * Source: Microsoft netioapi.h page NotifyNetworkConnectivityHintChange
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API NotifyNetworkConnectivityHintChange(
    PNETWORK_CONNECTIVITY_HINT_CHANGE_CALLBACK Callback, PVOID CallerContext,
    BOOLEAN InitialNotification, HANDLE *NotificationHandle);

#ifdef __cplusplus
}
#endif

#endif /* IPHLPAPI_NETIOAPI_HINT_H */
