/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The older tables, allocated: what Windows had up to XP, without a header, and Wine has still.
 * Programs include iphlpapi.h, which has them. The rows are those of the functions that fill a
 * buffer.
 *
 * In the DLL the memory is the given heap's, and is freed with HeapFree(). Natively there are no
 * heaps: it is freed with FreeMibTable().
 */
#ifndef IPHLPAPI_TABLES_ALLOCATED_H
#define IPHLPAPI_TABLES_ALLOCATED_H

#ifdef _WIN32 /* the DLL for Wine includes it beside mingw-w64's headers, which lack these */
#ifndef IPHLPAPI_DLL_LINKAGE
#define IPHLPAPI_DLL_LINKAGE
#endif
#else
#include "iphlpapi_windef.h"
#include "iprtrmib.h"
#include "iptypes.h"
#include "netioapi.h"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @brief As GetIfTable, into memory of a heap: the interfaces.
 *
 * @param ppIfTable receives the table; the program frees it: with HeapFree(), natively with
 *     FreeMibTable()
 * @param bOrder whether the rows are in order, as GetIfTable has it
 * @param hHeap a heap; natively not looked at
 * @param dwFlags as HeapAlloc() has them; natively not looked at, and the memory is zeroed
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: ppIfTable is NULL
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor; no such heap
 * Source: Wine's iphlpapi; Windows had it up to XP
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ AllocateAndGetIfTableFromStack(PMIB_IFTABLE *ppIfTable,
                                                                        BOOL bOrder, HANDLE hHeap,
                                                                        DWORD dwFlags);

/**
 * @brief As GetIpAddrTable, into memory of a heap: IPv4's addresses.
 *
 * @param ppIpAddrTable receives the table; the program frees it: with HeapFree(), natively with
 *     FreeMibTable()
 * @param bOrder whether the rows are in order, as GetIpAddrTable has it
 * @param hHeap a heap; natively not looked at
 * @param dwFlags as HeapAlloc() has them; natively not looked at, and the memory is zeroed
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: ppIpAddrTable is NULL
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor; no such heap
 * Source: Wine's iphlpapi; Windows had it up to XP
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ AllocateAndGetIpAddrTableFromStack(
    PMIB_IPADDRTABLE *ppIpAddrTable, BOOL bOrder, HANDLE hHeap, DWORD dwFlags);

/**
 * @brief As GetIpForwardTable, into memory of a heap: IPv4's routes.
 *
 * @param ppIpForwardTable receives the table; the program frees it: with HeapFree(), natively with
 *     FreeMibTable()
 * @param bOrder whether the rows are in order, as GetIpForwardTable has it
 * @param hHeap a heap; natively not looked at
 * @param dwFlags as HeapAlloc() has them; natively not looked at, and the memory is zeroed
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: ppIpForwardTable is NULL
 *  - ERROR_NO_DATA: there are no routes
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor; no such heap
 * Source: Wine's iphlpapi; Windows had it up to XP
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ AllocateAndGetIpForwardTableFromStack(
    PMIB_IPFORWARDTABLE *ppIpForwardTable, BOOL bOrder, HANDLE hHeap, DWORD dwFlags);

/**
 * @brief As GetIpNetTable, into memory of a heap: IPv4's neighbours.
 *
 * @param ppIpNetTable receives the table; the program frees it: with HeapFree(), natively with
 *     FreeMibTable()
 * @param bOrder whether the rows are in order, as GetIpNetTable has it
 * @param hHeap a heap; natively not looked at
 * @param dwFlags as HeapAlloc() has them; natively not looked at, and the memory is zeroed
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: ppIpNetTable is NULL
 *  - ERROR_NO_DATA: there are no neighbours
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor; no such heap
 * Source: Wine's iphlpapi; Windows had it up to XP
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ AllocateAndGetIpNetTableFromStack(
    PMIB_IPNETTABLE *ppIpNetTable, BOOL bOrder, HANDLE hHeap, DWORD dwFlags);

/**
 * @brief Read what the interfaces are called, into memory of a heap.
 *
 * @param ppTable receives an array; the program frees it: with HeapFree(), natively with
 *     FreeMibTable()
 * @param pdwCount set to the number of its elements
 * @param bOrder whether they are in order, by Index
 * @param hHeap a heap; natively not looked at
 * @param dwFlags as HeapAlloc() has them; natively not looked at, and the memory is zeroed
 *
 * All interfaces of GetIfTable. MediaType is their IF_TYPE_…; ConnectionType and AccessType are
 * those of MIB_IF_ROW2; DeviceGuid and InterfaceGuid are both its InterfaceGuid.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: ppTable or pdwCount is NULL
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor; no such heap
 * Source: Microsoft iphlpapi.h page NhpAllocateAndGetInterfaceInfoFromStack
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ NhpAllocateAndGetInterfaceInfoFromStack(
    IP_INTERFACE_NAME_INFO **ppTable, DWORD *pdwCount, BOOL bOrder, HANDLE hHeap, DWORD dwFlags);

#ifdef __cplusplus
}
#endif

#endif /* IPHLPAPI_TABLES_ALLOCATED_H */
