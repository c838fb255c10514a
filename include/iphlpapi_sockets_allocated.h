/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tables of sockets that are allocated: what Windows XP had for it, and what iphlpapi.dll exports
 * without a header. Programs include iphlpapi.h, which has them. The rows and their owners are
 * those of iphlpapi_sockets.h.
 *
 * In the DLL the memory is the given heap's, and is freed with HeapFree(). Natively there are no
 * heaps: it is freed with FreeMibTable().
 */
#ifndef IPHLPAPI_SOCKETS_ALLOCATED_H
#define IPHLPAPI_SOCKETS_ALLOCATED_H

#ifdef _WIN32 /* the DLL for Wine includes it beside mingw-w64's headers, which lack these */
#ifndef IPHLPAPI_DLL_LINKAGE
#define IPHLPAPI_DLL_LINKAGE
#endif
#else
#include "iphlpapi_windef.h"
#include "iprtrmib.h"
#include "netioapi.h"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @brief Read the TCP sockets of IPv4 into memory of a heap.
 *
 * @param ppTcpTable receives the table; the program frees it: with HeapFree(), natively with
 *     FreeMibTable()
 * @param bOrder whether the rows are in order, as this header's head has it
 * @param hHeap a heap; natively not looked at
 * @param dwFlags as HeapAlloc() has them; natively not looked at, and the memory is zeroed
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, also where there is no socket, or
 *  - ERROR_INVALID_PARAMETER: ppTcpTable is NULL
 *  - ERROR_NOT_SUPPORTED: the kernel has no sock_diag for TCP, and there is no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor; no such heap
 * Source: Wine's iphlpapi; Windows had it up to XP
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ AllocateAndGetTcpTableFromStack(PMIB_TCPTABLE *ppTcpTable,
                                                                         BOOL bOrder, HANDLE hHeap,
                                                                         DWORD dwFlags);

/**
 * @brief Read TCP sockets with their owners into memory of a heap.
 *
 * @param ppTcpTable receives the table; the program frees it: with HeapFree(), natively with
 *     FreeMibTable()
 * @param bOrder whether the rows are in order, as this header's head has it
 * @param hHeap a heap; natively not looked at
 * @param dwFlags as HeapAlloc() has them; natively not looked at, and the memory is zeroed
 * @param dwFamily AF_INET or AF_INET6
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, also where there is no socket, or
 *  - ERROR_INVALID_PARAMETER: ppTcpTable is NULL, or dwFamily no family
 *  - ERROR_NOT_SUPPORTED: the kernel lacks IPv6; it has no sock_diag for TCP, and there is no
 *    /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor; no such heap
 * Source: Wine's iphlpapi; Windows had it up to XP
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ AllocateAndGetTcpExTableFromStack(
    PVOID *ppTcpTable, BOOL bOrder, HANDLE hHeap, DWORD dwFlags, DWORD dwFamily);

/**
 * @brief Read TCP sockets, with what the class says, into memory of a heap.
 *
 * @param ppTcpTable receives the table; the program frees it: with HeapFree(), natively with
 *     FreeMibTable()
 * @param bOrder whether the rows are in order, as this header's head has it
 * @param hHeap a heap; natively not looked at
 * @param dwFlags as HeapAlloc() has them; natively not looked at, and the memory is zeroed
 * @param dwFamily AF_INET or AF_INET6
 * @param TableClass as for GetExtendedTcpTable()
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, also where there is no socket, or
 *  - ERROR_INVALID_PARAMETER: ppTcpTable is NULL, dwFamily no family, or TableClass no class
 *  - ERROR_NOT_SUPPORTED: AF_INET6 with a BASIC class; the kernel lacks
 *    IPv6; it has no sock_diag for TCP, and there is no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor; no such heap
 * Source: Windows had it in XP and Server 2003; its prototype is that of programs which call it
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_
AllocateAndGetTcpExTable2FromStack(PVOID *ppTcpTable, BOOL bOrder, HANDLE hHeap, DWORD dwFlags,
                                   DWORD dwFamily, TCP_TABLE_CLASS TableClass);

/**
 * @brief Read the UDP sockets of IPv4 into memory of a heap.
 *
 * @param ppUdpTable receives the table; the program frees it: with HeapFree(), natively with
 *     FreeMibTable()
 * @param bOrder whether the rows are in order, as this header's head has it
 * @param hHeap a heap; natively not looked at
 * @param dwFlags as HeapAlloc() has them; natively not looked at, and the memory is zeroed
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, also where there is no socket, or
 *  - ERROR_INVALID_PARAMETER: ppUdpTable is NULL
 *  - ERROR_NOT_SUPPORTED: the kernel has no sock_diag for UDP, and there is no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor; no such heap
 * Source: Wine's iphlpapi; Windows had it up to XP
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ AllocateAndGetUdpTableFromStack(PMIB_UDPTABLE *ppUdpTable,
                                                                         BOOL bOrder, HANDLE hHeap,
                                                                         DWORD dwFlags);

/**
 * @brief Read UDP sockets with their owners into memory of a heap.
 *
 * @param ppUdpTable receives the table; the program frees it: with HeapFree(), natively with
 *     FreeMibTable()
 * @param bOrder whether the rows are in order, as this header's head has it
 * @param hHeap a heap; natively not looked at
 * @param dwFlags as HeapAlloc() has them; natively not looked at, and the memory is zeroed
 * @param dwFamily AF_INET or AF_INET6
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, also where there is no socket, or
 *  - ERROR_INVALID_PARAMETER: ppUdpTable is NULL, or dwFamily no family
 *  - ERROR_NOT_SUPPORTED: the kernel lacks IPv6; it has no sock_diag for UDP, and there is no
 *    /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor; no such heap
 * Source: Wine's iphlpapi; Windows had it up to XP
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ AllocateAndGetUdpExTableFromStack(
    PVOID *ppUdpTable, BOOL bOrder, HANDLE hHeap, DWORD dwFlags, DWORD dwFamily);

/**
 * @brief Read UDP sockets, with what the class says, into memory of a heap.
 *
 * @param ppUdpTable receives the table; the program frees it: with HeapFree(), natively with
 *     FreeMibTable()
 * @param bOrder whether the rows are in order, as this header's head has it
 * @param hHeap a heap; natively not looked at
 * @param dwFlags as HeapAlloc() has them; natively not looked at, and the memory is zeroed
 * @param dwFamily AF_INET or AF_INET6
 * @param TableClass as for GetExtendedUdpTable()
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, also where there is no socket, or
 *  - ERROR_INVALID_PARAMETER: ppUdpTable is NULL, dwFamily no family, or TableClass no class
 *  - ERROR_NOT_SUPPORTED: the kernel lacks
 *    IPv6; it has no sock_diag for UDP, and there is no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor; no such heap
 * Source: Windows had it in XP and Server 2003; its prototype is that of programs which call it
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_
AllocateAndGetUdpExTable2FromStack(PVOID *ppUdpTable, BOOL bOrder, HANDLE hHeap, DWORD dwFlags,
                                   DWORD dwFamily, UDP_TABLE_CLASS TableClass);

/**
 * @brief Read the TCP sockets of IPv4, into memory of a heap.
 *
 * @param Table receives the table; the program frees it: with HeapFree(), natively with
 *     FreeMibTable()
 * @param HeapHandle a heap; natively not looked at
 * @param HeapFlags as HeapAlloc() has them; natively not looked at, and the memory is zeroed
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, also where there is no socket, or
 *  - ERROR_INVALID_PARAMETER: Table is NULL
 *  - ERROR_NOT_SUPPORTED: the kernel has no sock_diag for TCP, and there is no
 *    /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor; no such heap
 * Source: System Informer's phnt, of its functions of this kind
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ InternalGetTcpTable(PMIB_TCPTABLE *Table,
                                                             HANDLE HeapHandle, DWORD HeapFlags);

/**
 * @brief Read the TCP sockets of IPv4, with their owners, into memory of a heap.
 *
 * @param Table receives the table; the program frees it: with HeapFree(), natively with
 *     FreeMibTable()
 * @param HeapHandle a heap; natively not looked at
 * @param HeapFlags as HeapAlloc() has them; natively not looked at, and the memory is zeroed
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, also where there is no socket, or
 *  - ERROR_INVALID_PARAMETER: Table is NULL
 *  - ERROR_NOT_SUPPORTED: the kernel has no sock_diag for TCP, and there is no
 *    /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor; no such heap
 * Source: System Informer's phnt, of its functions of this kind
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ InternalGetTcpTable2(PMIB_TCPTABLE2 *Table,
                                                              HANDLE HeapHandle, DWORD HeapFlags);

/**
 * @brief Read the TCP sockets of IPv6, with their owners, into memory of a heap.
 *
 * @param Table receives the table; the program frees it: with HeapFree(), natively with
 *     FreeMibTable()
 * @param HeapHandle a heap; natively not looked at
 * @param HeapFlags as HeapAlloc() has them; natively not looked at, and the memory is zeroed
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, also where there is no socket, or
 *  - ERROR_INVALID_PARAMETER: Table is NULL
 *  - ERROR_NOT_SUPPORTED: the kernel lacks IPv6; it has no sock_diag for TCP, and there is no
 *    /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor; no such heap
 * Source: System Informer's phnt, of its functions of this kind
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ InternalGetTcp6Table2(PMIB_TCP6TABLE2 *Table,
                                                               HANDLE HeapHandle, DWORD HeapFlags);

/**
 * @brief Read the TCP sockets of IPv4, with their owners, into memory of a heap.
 *
 * @param Table receives the table; the program frees it: with HeapFree(), natively with
 *     FreeMibTable()
 * @param HeapHandle a heap; natively not looked at
 * @param HeapFlags as HeapAlloc() has them; natively not looked at, and the memory is zeroed
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, also where there is no socket, or
 *  - ERROR_INVALID_PARAMETER: Table is NULL
 *  - ERROR_NOT_SUPPORTED: the kernel has no sock_diag for TCP, and there is no
 *    /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor; no such heap
 * Source: System Informer's phnt, of its functions of this kind
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_
InternalGetTcpTableWithOwnerPid(PMIB_TCPTABLE_OWNER_PID *Table, HANDLE HeapHandle, DWORD HeapFlags);

/**
 * @brief Read the TCP sockets of IPv6, with their owners, into memory of a heap.
 *
 * @param Table receives the table; the program frees it: with HeapFree(), natively with
 *     FreeMibTable()
 * @param HeapHandle a heap; natively not looked at
 * @param HeapFlags as HeapAlloc() has them; natively not looked at, and the memory is zeroed
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, also where there is no socket, or
 *  - ERROR_INVALID_PARAMETER: Table is NULL
 *  - ERROR_NOT_SUPPORTED: the kernel lacks IPv6; it has no sock_diag for TCP, and there is no
 *    /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor; no such heap
 * Source: System Informer's phnt, of its functions of this kind
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ InternalGetTcp6TableWithOwnerPid(
    PMIB_TCP6TABLE_OWNER_PID *Table, HANDLE HeapHandle, DWORD HeapFlags);

/**
 * @brief Read the TCP sockets of IPv4, with their owners, into memory of a heap.
 *
 * @param Table receives the table; the program frees it: with HeapFree(), natively with
 *     FreeMibTable()
 * @param HeapHandle a heap; natively not looked at
 * @param HeapFlags as HeapAlloc() has them; natively not looked at, and the memory is zeroed
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, also where there is no socket, or
 *  - ERROR_INVALID_PARAMETER: Table is NULL
 *  - ERROR_NOT_SUPPORTED: the kernel has no sock_diag for TCP, and there is no
 *    /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor; no such heap
 * Source: System Informer's phnt, of its functions of this kind
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ InternalGetTcpTableWithOwnerModule(
    PMIB_TCPTABLE_OWNER_MODULE *Table, HANDLE HeapHandle, DWORD HeapFlags);

/**
 * @brief Read the TCP sockets of IPv6, with their owners, into memory of a heap.
 *
 * @param Table receives the table; the program frees it: with HeapFree(), natively with
 *     FreeMibTable()
 * @param HeapHandle a heap; natively not looked at
 * @param HeapFlags as HeapAlloc() has them; natively not looked at, and the memory is zeroed
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, also where there is no socket, or
 *  - ERROR_INVALID_PARAMETER: Table is NULL
 *  - ERROR_NOT_SUPPORTED: the kernel lacks IPv6; it has no sock_diag for TCP, and there is no
 *    /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor; no such heap
 * Source: System Informer's phnt, of its functions of this kind
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ InternalGetTcp6TableWithOwnerModule(
    PMIB_TCP6TABLE_OWNER_MODULE *Table, HANDLE HeapHandle, DWORD HeapFlags);

/**
 * @brief Read the UDP sockets of IPv4, into memory of a heap.
 *
 * @param Table receives the table; the program frees it: with HeapFree(), natively with
 *     FreeMibTable()
 * @param HeapHandle a heap; natively not looked at
 * @param HeapFlags as HeapAlloc() has them; natively not looked at, and the memory is zeroed
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, also where there is no socket, or
 *  - ERROR_INVALID_PARAMETER: Table is NULL
 *  - ERROR_NOT_SUPPORTED: the kernel has no sock_diag for UDP, and there is no
 *    /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor; no such heap
 * Source: System Informer's phnt, of its functions of this kind
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ InternalGetUdpTable(PMIB_UDPTABLE *Table,
                                                             HANDLE HeapHandle, DWORD HeapFlags);

/**
 * @brief Read the UDP sockets of IPv4, with their owners, into memory of a heap.
 *
 * @param Table receives the table; the program frees it: with HeapFree(), natively with
 *     FreeMibTable()
 * @param HeapHandle a heap; natively not looked at
 * @param HeapFlags as HeapAlloc() has them; natively not looked at, and the memory is zeroed
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, also where there is no socket, or
 *  - ERROR_INVALID_PARAMETER: Table is NULL
 *  - ERROR_NOT_SUPPORTED: the kernel has no sock_diag for UDP, and there is no
 *    /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor; no such heap
 * Source: System Informer's phnt, of its functions of this kind
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_
InternalGetUdpTableWithOwnerPid(PMIB_UDPTABLE_OWNER_PID *Table, HANDLE HeapHandle, DWORD HeapFlags);

/**
 * @brief Read the UDP sockets of IPv6, with their owners, into memory of a heap.
 *
 * @param Table receives the table; the program frees it: with HeapFree(), natively with
 *     FreeMibTable()
 * @param HeapHandle a heap; natively not looked at
 * @param HeapFlags as HeapAlloc() has them; natively not looked at, and the memory is zeroed
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, also where there is no socket, or
 *  - ERROR_INVALID_PARAMETER: Table is NULL
 *  - ERROR_NOT_SUPPORTED: the kernel lacks IPv6; it has no sock_diag for UDP, and there is no
 *    /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor; no such heap
 * Source: System Informer's phnt, of its functions of this kind
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ InternalGetUdp6TableWithOwnerPid(
    PMIB_UDP6TABLE_OWNER_PID *Table, HANDLE HeapHandle, DWORD HeapFlags);

/**
 * @brief Read the UDP sockets of IPv4, with their owners, into memory of a heap.
 *
 * @param Table receives the table; the program frees it: with HeapFree(), natively with
 *     FreeMibTable()
 * @param HeapHandle a heap; natively not looked at
 * @param HeapFlags as HeapAlloc() has them; natively not looked at, and the memory is zeroed
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, also where there is no socket, or
 *  - ERROR_INVALID_PARAMETER: Table is NULL
 *  - ERROR_NOT_SUPPORTED: the kernel has no sock_diag for UDP, and there is no
 *    /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor; no such heap
 * Source: System Informer's phnt, of its functions of this kind
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ InternalGetUdpTableWithOwnerModule(
    PMIB_UDPTABLE_OWNER_MODULE *Table, HANDLE HeapHandle, DWORD HeapFlags);

/**
 * @brief Read the UDP sockets of IPv6, with their owners, into memory of a heap.
 *
 * @param Table receives the table; the program frees it: with HeapFree(), natively with
 *     FreeMibTable()
 * @param HeapHandle a heap; natively not looked at
 * @param HeapFlags as HeapAlloc() has them; natively not looked at, and the memory is zeroed
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, also where there is no socket, or
 *  - ERROR_INVALID_PARAMETER: Table is NULL
 *  - ERROR_NOT_SUPPORTED: the kernel lacks IPv6; it has no sock_diag for UDP, and there is no
 *    /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor; no such heap
 * Source: System Informer's phnt, of its functions of this kind
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ InternalGetUdp6TableWithOwnerModule(
    PMIB_UDP6TABLE_OWNER_MODULE *Table, HANDLE HeapHandle, DWORD HeapFlags);

/**
 * @brief Read the TCP sockets of IPv4 that are bound, and neither listen nor have a peer.
 *
 * @param BoundTcpTable receives the table; the program frees it: with HeapFree(), natively with
 *     FreeMibTable()
 * @param HeapHandle a heap; natively not looked at
 * @param HeapFlags as HeapAlloc() has them; natively not looked at, and the memory is zeroed
 *
 * The state is MIB_TCP_STATE_RESERVED, as they have none of the protocol's.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, also where there is no socket, or
 *  - ERROR_INVALID_PARAMETER: BoundTcpTable is NULL
 *  - ERROR_NOT_SUPPORTED: the kernel does not tell of such sockets: before Linux
 *    6.8, or without sock_diag
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor; no such heap
 * Source: System Informer's phnt
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_
InternalGetBoundTcpEndpointTable(PMIB_TCPTABLE2 *BoundTcpTable, HANDLE HeapHandle, DWORD HeapFlags);

/**
 * @brief Read the TCP sockets of IPv6 that are bound, and neither listen nor have a peer.
 *
 * @param BoundTcpTable receives the table; the program frees it: with HeapFree(), natively with
 *     FreeMibTable()
 * @param HeapHandle a heap; natively not looked at
 * @param HeapFlags as HeapAlloc() has them; natively not looked at, and the memory is zeroed
 *
 * The state is MIB_TCP_STATE_RESERVED, as they have none of the protocol's.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, also where there is no socket, or
 *  - ERROR_INVALID_PARAMETER: BoundTcpTable is NULL
 *  - ERROR_NOT_SUPPORTED: the kernel lacks IPv6, or it does not tell of such sockets: before Linux
 *    6.8, or without sock_diag
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor; no such heap
 * Source: System Informer's phnt
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ InternalGetBoundTcp6EndpointTable(
    PMIB_TCP6TABLE2 *BoundTcpTable, HANDLE HeapHandle, DWORD HeapFlags);

#ifdef __cplusplus
}
#endif

#endif /* IPHLPAPI_SOCKETS_ALLOCATED_H */
