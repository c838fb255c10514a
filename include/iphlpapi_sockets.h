/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The functions for TCP's and UDP's sockets. Programs include iphlpapi.h, which has them.
 *
 * All of them show the sockets of the calling thread's network namespace: those of all users and of
 * all programs. Each table is what the kernel had while it was read: a socket that comes, goes, or
 * changes its state meanwhile may be there or not, and in rare cases twice. What is IPv4 over an
 * IPv6 socket stands in IPv4's tables; an IPv6 socket that waits for both families at all addresses
 * stands in those of either.
 *
 * Buffers: a table is the number of rows, and the rows. Where the buffer is NULL or too small, its
 * size is set to what is needed, and nothing else is written. Sockets come between two calls: a
 * size that was enough may be too small.
 *
 * Order: by local address, local scope ID, local port, remote address, remote scope ID, remote
 * port, as far as a row has them; addresses byte by byte, ports as numbers. Without it the rows are
 * in the kernel's order.
 *
 * Owners are process IDs as getpid() has them. Of several processes that hold a socket it is the
 * first by number. 0: no process holds it (TIME_WAIT, a connection that nobody has accepted yet),
 * or the caller may not see who does: another user's process without CAP_SYS_PTRACE, one that
 * hidepid hides, one outside of the process namespace, or there is no /proc. Linux has no time at
 * which a socket was made, and no module that made it: liCreateTimestamp, OwningModuleInfo and
 * dwFlags are 0.
 *
 * In Wine an owner is a process of this Wine, as GetCurrentProcessId() has it, as far as Wine
 * tells; 4 stands for any program of the host, 0 for none, or for one that is not known.
 */
#ifndef IPHLPAPI_SOCKETS_H
#define IPHLPAPI_SOCKETS_H

#include "iphlpapi_windef.h"
#include "iprtrmib.h"
#include "netioapi.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @brief Read the TCP sockets of IPv4.
 *
 * @param TcpTable receives them; NULL asks for the size
 * @param SizePointer in: the buffer's size in bytes; out, where that is too small: the size needed
 * @param Order whether the rows are in order, as this header's head has it
 *
 * A connection that is bound, and neither listens nor has a peer, is in no table.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, also where there is no socket, or
 *  - ERROR_INSUFFICIENT_BUFFER: the buffer is NULL or too small
 *  - ERROR_INVALID_PARAMETER: SizePointer is NULL
 *  - ERROR_NOT_SUPPORTED: the kernel has no sock_diag for TCP, and there is no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetTcpTable; tcpmib.h page MIB_TCPROW_LH
 */
IPHLPAPI_DLL_LINKAGE ULONG NETIOAPI_API_ GetTcpTable(PMIB_TCPTABLE TcpTable, ULONG *SizePointer,
                                                     BOOL Order);

/**
 * @brief Read the TCP sockets of IPv4, with their owners.
 *
 * @param TcpTable receives them; NULL asks for the size
 * @param SizePointer in: the buffer's size in bytes; out, where that is too small: the size needed
 * @param Order whether the rows are in order, as this header's head has it
 *
 * The rows are those of GetTcpTable(). dwOffloadState is TcpConnectionOffloadStateInHost.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, also where there is no socket, or
 *  - ERROR_INSUFFICIENT_BUFFER: the buffer is NULL or too small
 *  - ERROR_INVALID_PARAMETER: SizePointer is NULL
 *  - ERROR_NOT_SUPPORTED: the kernel has no sock_diag for TCP, and there is no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetTcpTable2; tcpmib.h page MIB_TCPROW2
 */
IPHLPAPI_DLL_LINKAGE ULONG NETIOAPI_API_ GetTcpTable2(PMIB_TCPTABLE2 TcpTable, ULONG *SizePointer,
                                                      BOOL Order);

/**
 * @brief Read the TCP sockets of IPv6.
 *
 * @param TcpTable receives them; NULL asks for the size
 * @param SizePointer in: the buffer's size in bytes; out, where that is too small: the size needed
 * @param Order whether the rows are in order, as this header's head has it
 *
 * A connection that is bound, and neither listens nor has a peer, is in no table.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, also where there is no socket, or
 *  - ERROR_INSUFFICIENT_BUFFER: the buffer is NULL or too small
 *  - ERROR_INVALID_PARAMETER: SizePointer is NULL
 *  - ERROR_NOT_SUPPORTED: the kernel lacks IPv6; it has no sock_diag for TCP, and there is no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetTcp6Table; tcpmib.h page MIB_TCP6ROW
 */
IPHLPAPI_DLL_LINKAGE ULONG NETIOAPI_API_ GetTcp6Table(PMIB_TCP6TABLE TcpTable, ULONG *SizePointer,
                                                      BOOL Order);

/**
 * @brief Read the TCP sockets of IPv6, with their owners.
 *
 * @param TcpTable receives them; NULL asks for the size
 * @param SizePointer in: the buffer's size in bytes; out, where that is too small: the size needed
 * @param Order whether the rows are in order, as this header's head has it
 *
 * The rows are those of GetTcp6Table(). dwOffloadState is TcpConnectionOffloadStateInHost.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, also where there is no socket, or
 *  - ERROR_INSUFFICIENT_BUFFER: the buffer is NULL or too small
 *  - ERROR_INVALID_PARAMETER: SizePointer is NULL
 *  - ERROR_NOT_SUPPORTED: the kernel lacks IPv6; it has no sock_diag for TCP, and there is no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetTcp6Table2; tcpmib.h page MIB_TCP6ROW2
 */
IPHLPAPI_DLL_LINKAGE ULONG NETIOAPI_API_ GetTcp6Table2(PMIB_TCP6TABLE2 TcpTable, ULONG *SizePointer,
                                                       BOOL Order);

/**
 * @brief Read TCP sockets of either family, with what the class says.
 *
 * @param pTcpTable receives them: a MIB_TCPTABLE for a BASIC class, MIB_TCPTABLE_OWNER_PID or
 *     MIB_TCPTABLE_OWNER_MODULE for the others; those with TCP6TABLE for AF_INET6. NULL asks for
 *     the size
 * @param pdwSize in: the buffer's size in bytes; out, where that is too small: the size needed
 * @param bOrder whether the rows are in order, as this header's head has it
 * @param ulAf AF_INET or AF_INET6
 * @param TableClass TCP_TABLE_…: LISTENER are those that listen, CONNECTIONS all others, ALL both
 * @param Reserved not looked at
 *
 * Owners are looked for where the class has them, which takes a look at all processes.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, also where there is no socket, or
 *  - ERROR_INSUFFICIENT_BUFFER: the buffer is NULL or too small
 *  - ERROR_INVALID_PARAMETER: pdwSize is NULL, ulAf is no family, or TableClass is no class
 *  - ERROR_NOT_SUPPORTED: AF_INET6 with a BASIC class; the kernel lacks IPv6; it has no sock_diag
 *    for TCP, and there is no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetExtendedTcpTable
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ GetExtendedTcpTable(PVOID pTcpTable, DWORD *pdwSize,
                                                             BOOL bOrder, ULONG ulAf,
                                                             TCP_TABLE_CLASS TableClass,
                                                             ULONG Reserved);

/**
 * @brief Read the UDP sockets of IPv4.
 *
 * @param UdpTable receives them; NULL asks for the size
 * @param SizePointer in: the buffer's size in bytes; out, where that is too small: the size needed
 * @param Order whether the rows are in order, as this header's head has it
 *
 * A row is a socket that has a port, connected or not; several may have the same address and port.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, also where there is no socket, or
 *  - ERROR_INSUFFICIENT_BUFFER: the buffer is NULL or too small
 *  - ERROR_INVALID_PARAMETER: SizePointer is NULL
 *  - ERROR_NOT_SUPPORTED: the kernel has no sock_diag for UDP, and there is no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetUdpTable; udpmib.h page MIB_UDPROW
 */
IPHLPAPI_DLL_LINKAGE ULONG NETIOAPI_API_ GetUdpTable(PMIB_UDPTABLE UdpTable, ULONG *SizePointer,
                                                     BOOL Order);

/**
 * @brief Read the UDP sockets of IPv6.
 *
 * @param Udp6Table receives them; NULL asks for the size
 * @param SizePointer in: the buffer's size in bytes; out, where that is too small: the size needed
 * @param Order whether the rows are in order, as this header's head has it
 *
 * A row is a socket that has a port, connected or not; several may have the same address and port.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, also where there is no socket, or
 *  - ERROR_INSUFFICIENT_BUFFER: the buffer is NULL or too small
 *  - ERROR_INVALID_PARAMETER: SizePointer is NULL
 *  - ERROR_NOT_SUPPORTED: the kernel lacks IPv6; it has no sock_diag for UDP, and there is no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetUdp6Table; udpmib.h page MIB_UDP6ROW
 */
IPHLPAPI_DLL_LINKAGE ULONG NETIOAPI_API_ GetUdp6Table(PMIB_UDP6TABLE Udp6Table, ULONG *SizePointer,
                                                      BOOL Order);

/**
 * @brief Read UDP sockets of either family, with what the class says.
 *
 * @param pUdpTable receives them: a MIB_UDPTABLE, MIB_UDPTABLE_OWNER_PID or
 *     MIB_UDPTABLE_OWNER_MODULE; those with UDP6TABLE for AF_INET6. NULL asks for the size
 * @param pdwSize in: the buffer's size in bytes; out, where that is too small: the size needed
 * @param bOrder whether the rows are in order, as this header's head has it
 * @param ulAf AF_INET or AF_INET6
 * @param TableClass UDP_TABLE_BASIC, UDP_TABLE_OWNER_PID or UDP_TABLE_OWNER_MODULE
 * @param Reserved not looked at
 *
 * Owners are looked for where the class has them, which takes a look at all processes.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, also where there is no socket, or
 *  - ERROR_INSUFFICIENT_BUFFER: the buffer is NULL or too small
 *  - ERROR_INVALID_PARAMETER: pdwSize is NULL, ulAf is no family, or TableClass is no class
 *  - ERROR_NOT_SUPPORTED: the kernel lacks IPv6; it has no sock_diag for UDP, and there is no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetExtendedUdpTable
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ GetExtendedUdpTable(PVOID pUdpTable, DWORD *pdwSize,
                                                             BOOL bOrder, ULONG ulAf,
                                                             UDP_TABLE_CLASS TableClass,
                                                             ULONG Reserved);

/**
 * @brief Find out which program owns a TCP socket of IPv4.
 *
 * @param pTcpEntry a row, of which dwOwningPid counts
 * @param Class TCPIP_OWNER_MODULE_INFO_BASIC
 * @param pBuffer receives a TCPIP_OWNER_MODULE_BASIC_INFO and what that points to; NULL asks for
 *     the size
 * @param pdwSize in: the buffer's size in bytes; out, where that is too small: the size needed
 *
 * The path is that of the program of the process (/proc/PID/exe), the name its last part. Both are
 * empty where the caller may not see it, as on Windows, and where a process has none. In Wine it is
 * the path of the Windows program; both are "System" for 4.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INSUFFICIENT_BUFFER: the buffer is NULL or too small
 *  - ERROR_INVALID_PARAMETER: pTcpEntry or pdwSize is NULL, or Class is another
 *  - ERROR_NOT_FOUND: the owner is 0, or there is no such process any more
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory
 * Source: Microsoft iphlpapi.h page GetOwnerModuleFromTcpEntry
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_
GetOwnerModuleFromTcpEntry(PMIB_TCPROW_OWNER_MODULE pTcpEntry, TCPIP_OWNER_MODULE_INFO_CLASS Class,
                           PVOID pBuffer, DWORD *pdwSize);

/**
 * @brief Find out which program owns a TCP socket of IPv6.
 *
 * @param pTcpEntry a row, of which dwOwningPid counts
 * @param Class TCPIP_OWNER_MODULE_INFO_BASIC
 * @param pBuffer receives a TCPIP_OWNER_MODULE_BASIC_INFO and what that points to; NULL asks for
 *     the size
 * @param pdwSize in: the buffer's size in bytes; out, where that is too small: the size needed
 *
 * The path is that of the program of the process (/proc/PID/exe), the name its last part. Both are
 * empty where the caller may not see it, as on Windows, and where a process has none. In Wine it is
 * the path of the Windows program; both are "System" for 4.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INSUFFICIENT_BUFFER: the buffer is NULL or too small
 *  - ERROR_INVALID_PARAMETER: pTcpEntry or pdwSize is NULL, or Class is another
 *  - ERROR_NOT_FOUND: the owner is 0, or there is no such process any more
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory
 * Source: Microsoft iphlpapi.h page GetOwnerModuleFromTcp6Entry
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_
GetOwnerModuleFromTcp6Entry(PMIB_TCP6ROW_OWNER_MODULE pTcpEntry,
                            TCPIP_OWNER_MODULE_INFO_CLASS Class, PVOID pBuffer, DWORD *pdwSize);

/**
 * @brief Find out which program owns a UDP socket of IPv4.
 *
 * @param pUdpEntry a row, of which dwOwningPid counts
 * @param Class TCPIP_OWNER_MODULE_INFO_BASIC
 * @param pBuffer receives a TCPIP_OWNER_MODULE_BASIC_INFO and what that points to; NULL asks for
 *     the size
 * @param pdwSize in: the buffer's size in bytes; out, where that is too small: the size needed
 *
 * The path is that of the program of the process (/proc/PID/exe), the name its last part. Both are
 * empty where the caller may not see it, as on Windows, and where a process has none. In Wine it is
 * the path of the Windows program; both are "System" for 4.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INSUFFICIENT_BUFFER: the buffer is NULL or too small
 *  - ERROR_INVALID_PARAMETER: pUdpEntry or pdwSize is NULL, or Class is another
 *  - ERROR_NOT_FOUND: the owner is 0, or there is no such process any more
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory
 * Source: Microsoft iphlpapi.h page GetOwnerModuleFromUdpEntry
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_
GetOwnerModuleFromUdpEntry(PMIB_UDPROW_OWNER_MODULE pUdpEntry, TCPIP_OWNER_MODULE_INFO_CLASS Class,
                           PVOID pBuffer, DWORD *pdwSize);

/**
 * @brief Find out which program owns a UDP socket of IPv6.
 *
 * @param pUdpEntry a row, of which dwOwningPid counts
 * @param Class TCPIP_OWNER_MODULE_INFO_BASIC
 * @param pBuffer receives a TCPIP_OWNER_MODULE_BASIC_INFO and what that points to; NULL asks for
 *     the size
 * @param pdwSize in: the buffer's size in bytes; out, where that is too small: the size needed
 *
 * The path is that of the program of the process (/proc/PID/exe), the name its last part. Both are
 * empty where the caller may not see it, as on Windows, and where a process has none. In Wine it is
 * the path of the Windows program; both are "System" for 4.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INSUFFICIENT_BUFFER: the buffer is NULL or too small
 *  - ERROR_INVALID_PARAMETER: pUdpEntry or pdwSize is NULL, or Class is another
 *  - ERROR_NOT_FOUND: the owner is 0, or there is no such process any more
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory
 * Source: Microsoft iphlpapi.h page GetOwnerModuleFromUdp6Entry
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_
GetOwnerModuleFromUdp6Entry(PMIB_UDP6ROW_OWNER_MODULE pUdpEntry,
                            TCPIP_OWNER_MODULE_INFO_CLASS Class, PVOID pBuffer, DWORD *pdwSize);

/**
 * @brief Find out which program a process runs that owns a socket.
 *
 * @param ulPid the process
 * @param pInfo a row's OwningModuleInfo; not looked at
 * @param Class TCPIP_OWNER_MODULE_INFO_BASIC
 * @param pBuffer receives a TCPIP_OWNER_MODULE_BASIC_INFO and what that points to; NULL asks for
 *     the size
 * @param pdwSize in: the buffer's size in bytes; out, where that is too small: the size needed
 *
 * The path is that of the program of the process (/proc/PID/exe), the name its last part. Both are
 * empty where the caller may not see it, as on Windows, and where a process has none. In Wine it is
 * the path of the Windows program; both are "System" for 4.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INSUFFICIENT_BUFFER: the buffer is NULL or too small
 *  - ERROR_INVALID_PARAMETER: pdwSize is NULL, or Class is another
 *  - ERROR_NOT_FOUND: ulPid is 0, or there is no such process any more
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory
 * Source: mingw-w64's iphlpapi.h; Microsoft iphlpapi.h page GetOwnerModuleFromTcpEntry
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_
GetOwnerModuleFromPidAndInfo(ULONG ulPid, ULONG64 *pInfo, TCPIP_OWNER_MODULE_INFO_CLASS Class,
                             PVOID pBuffer, DWORD *pdwSize);

/**
 * @brief Close a TCP connection of IPv4.
 *
 * @param pTcpRow the connection's two ends, as GetTcpTable() shows them; dwState is
 *     MIB_TCP_STATE_DELETE_TCB, the only state that can be set
 *
 * The connection is reset (SOCK_DESTROY): its program's calls fail with ECONNABORTED, or
 * ECONNRESET, and the other end is told. Takes CAP_NET_ADMIN.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_ACCESS_DENIED: the caller may not
 *  - ERROR_INVALID_PARAMETER: pTcpRow is NULL, or dwState another
 *  - ERROR_NOT_FOUND: there is no such connection; a listener is none
 *  - ERROR_NOT_SUPPORTED: the kernel cannot, or not in the state in which the connection is
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page SetTcpEntry
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ SetTcpEntry(PMIB_TCPROW pTcpRow);

#ifdef __cplusplus
}
#endif

#endif /* IPHLPAPI_SOCKETS_H */
