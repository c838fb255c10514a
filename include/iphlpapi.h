/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The IP Helper API. Programs include this header; everything else comes with it. */
#ifndef IPHLPAPI_IPHLPAPI_H
#define IPHLPAPI_IPHLPAPI_H

#include "ifdef.h"
#include "ipifcons.h"
#include "iphlpapi_windef.h"
#include "ipexport.h"
#include "ipmib.h"
#include "iprtrmib.h"
#include "netioapi.h"
#include "nldef.h"
#include "ntddndis.h"
#include "ws2def.h"
#include "ws2ipdef.h"

/*
 * The functions that are older than netioapi.h. They know IPv4 only, as a rule, and name interfaces
 * by index. What netioapi.h says at its head holds here, too.
 */
#ifdef __cplusplus
extern "C" {
#endif

/**
 * @brief Find the interface over which the host reaches an IPv4 address.
 *
 * @param dwDestAddr the address, in network byte order; 0.0.0.0 means the default route
 * @param pdwBestIfIndex set to the interface's index
 *
 * The kernel decides, by its rules and tables, as for GetBestRoute2().
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: pdwBestIfIndex is NULL
 *  - ERROR_NETWORK_UNREACHABLE: there is no way to the address, or none that is allowed
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetBestInterface
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ GetBestInterface(IPAddr dwDestAddr, DWORD *pdwBestIfIndex);

/**
 * @brief Find the interface over which the host reaches an IPv4 or IPv6 address.
 *
 * @param pDestAddr a sockaddr_in or sockaddr_in6; an address that is zero means the default route;
 *     the sin6_scope_id of a link-local address names the interface, where it is not 0
 * @param pdwBestIfIndex set to the interface's index
 *
 * The kernel decides, by its rules and tables, as for GetBestRoute2().
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: a parameter is NULL, or the family is neither of the two
 *  - ERROR_FILE_NOT_FOUND: there is no interface with that sin6_scope_id
 *  - ERROR_NETWORK_UNREACHABLE: there is no way to the address, or none that is allowed
 *  - ERROR_NOT_SUPPORTED: the address is an IPv6 one and the host has no IPv6
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetBestInterfaceEx
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ GetBestInterfaceEx(struct sockaddr *pDestAddr,
                                                            DWORD *pdwBestIfIndex);

#ifdef __cplusplus
}
#endif

#endif /* IPHLPAPI_IPHLPAPI_H */
