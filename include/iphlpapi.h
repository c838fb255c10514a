/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The IP Helper API. Programs include this header; everything else comes with it.
 *
 * Here are the functions older than netioapi.h. Whatever its head says of families, threads and
 * errors goes for these, too. IPv4 addresses are in network byte order.
 */
#ifndef IPHLPAPI_IPHLPAPI_H
#define IPHLPAPI_IPHLPAPI_H

#include "ifdef.h"
#include "ipexport.h"
#include "icmpapi.h"
#include "ifmib.h"
#include "ipifcons.h"
#include "iphlpapi_estats.h"
#include "iphlpapi_sockets.h"
#include "iphlpapi_sockets_allocated.h"
#include "iphlpapi_tables_allocated.h"
#include "iphlpapi_text.h"
#include "iphlpapi_timestamp.h"
#include "iphlpapi_watch.h"
#include "iphlpapi_windef.h"
#include "ipmib.h"
#include "iprtrmib.h"
#include "iptypes.h"
#include "netioapi.h"
#include "nldef.h"
#include "ntddndis.h"
#include "tcpestats.h"
#include "tcpmib.h"
#include "udpmib.h"
#include "ws2def.h"
#include "ws2ipdef.h"

/*
 * The functions that are older than netioapi.h. They know IPv4 only, as a rule, and name interfaces
 * by index. What netioapi.h says at its head holds here, too.
 */
#ifdef __cplusplus
extern "C" {
#endif

/* A program with Windows' types of its own may lack this one. */
struct _OVERLAPPED;

/**
 * @brief Read IPv4's routes into a buffer.
 *
 * @param pIpForwardTable set to the number of rows, and the rows; NULL asks for the size
 * @param pdwSize in: the buffer's size in bytes; out, where that is too small: the size needed
 * @param bOrder whether the rows are in order: by dwForwardDest, dwForwardMask, dwForwardProto,
 *     dwForwardNextHop
 *
 * The rows are those of GetIpForwardTable2(AF_INET), all of them. dwForwardType is
 * MIB_IPROUTE_TYPE_DIRECT for what is on-link, else MIB_IPROUTE_TYPE_INDIRECT; where the next hop
 * is an IPv6 address, for which there is no room, dwForwardNextHop is 0.0.0.0. dwForwardMetric1 is
 * the metric, the other four are MIB_IPROUTE_METRIC_UNUSED. dwForwardPolicy, dwForwardAge and
 * dwForwardNextHopAS are 0. Routes come between two calls: a size that was enough may be too small.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INSUFFICIENT_BUFFER: the buffer is NULL or too small
 *  - ERROR_INVALID_PARAMETER: pdwSize is NULL
 *  - ERROR_NO_DATA: there are no routes
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetIpForwardTable
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ GetIpForwardTable(PMIB_IPFORWARDTABLE pIpForwardTable,
                                                           ULONG *pdwSize, BOOL bOrder);

/**
 * @brief Create an IPv4 route.
 *
 * @param pRoute dwForwardDest, without bits beyond dwForwardMask; dwForwardNextHop, 0.0.0.0 for
 *     what is on-link; dwForwardIfIndex; dwForwardProto, MIB_IPPROTO_NETMGMT; dwForwardMetric1,
 *     MIB_IPROUTE_METRIC_UNUSED for the kernel's default
 *
 * As CreateIpForwardEntry2(). dwForwardMetric1 is the sum of the route's and its interface's
 * metric; the latter is 0, so there is none that is too low (ERROR_BAD_ARGUMENTS on Windows). The
 * other fields are not looked at.
 *
 * Takes CAP_NET_ADMIN. Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_ACCESS_DENIED: the process may not
 *  - ERROR_INVALID_PARAMETER: pRoute is NULL, dwForwardMask is no mask, dwForwardDest has bits
 *    beyond it or is a group, dwForwardIfIndex is 0, or dwForwardProto is another
 *  - ERROR_FILE_NOT_FOUND: there is no such interface
 *  - ERROR_OBJECT_ALREADY_EXISTS: there is a route with that prefix, next hop and interface
 *  - ERROR_NOT_READY: the interface is down: Linux keeps no routes for it
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page CreateIpForwardEntry
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ CreateIpForwardEntry(PMIB_IPFORWARDROW pRoute);

/**
 * @brief Set the metric of an IPv4 route.
 *
 * @param pRoute as for CreateIpForwardEntry(); MIB_IPROUTE_METRIC_UNUSED leaves the metric
 *
 * As SetIpForwardEntry2(). A route by DHCP stays one.
 *
 * Takes CAP_NET_ADMIN. Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_ACCESS_DENIED: the process may not
 *  - ERROR_INVALID_PARAMETER: as for CreateIpForwardEntry(), but for groups
 *  - ERROR_FILE_NOT_FOUND: there is no such interface
 *  - ERROR_NOT_FOUND: there is no such route
 *  - ERROR_OBJECT_ALREADY_EXISTS: there is such a route with that metric, too
 *  - ERROR_NOT_SUPPORTED: as for SetIpForwardEntry2()
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page SetIpForwardEntry
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ SetIpForwardEntry(PMIB_IPFORWARDROW pRoute);

/**
 * @brief Delete an IPv4 route.
 *
 * @param pRoute dwForwardDest, dwForwardMask, dwForwardNextHop, dwForwardIfIndex; dwForwardProto,
 *     MIB_IPPROTO_NETMGMT
 *
 * As DeleteIpForwardEntry2(): whatever else has its prefix stays.
 *
 * Takes CAP_NET_ADMIN. Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_ACCESS_DENIED: the process may not
 *  - ERROR_INVALID_PARAMETER: as for CreateIpForwardEntry(), but for groups
 *  - ERROR_FILE_NOT_FOUND: there is no such interface
 *  - ERROR_NOT_FOUND: there is no such route
 *  - ERROR_NOT_SUPPORTED: as for DeleteIpForwardEntry2()
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page DeleteIpForwardEntry
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ DeleteIpForwardEntry(PMIB_IPFORWARDROW pRoute);

/**
 * @brief Find the route by which the host reaches an IPv4 address.
 *
 * @param dwDestAddr the address, in network byte order; 0.0.0.0 means the default route
 * @param dwSourceAddr the address that the traffic has to come from; 0.0.0.0: any
 * @param pBestRoute set to the route, fields as of GetIpForwardTable()
 *
 * The kernel decides, by its rules and tables, as for GetBestRoute2().
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: pBestRoute is NULL
 *  - ERROR_NETWORK_UNREACHABLE: there is no way to the address, or none that is allowed
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetBestRoute
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ GetBestRoute(DWORD dwDestAddr, DWORD dwSourceAddr,
                                                      PMIB_IPFORWARDROW pBestRoute);

/**
 * @brief Find out how far away an IPv4 address is, and how long it takes to it and back.
 *
 * @param DestIpAddress a unicast address
 * @param HopCount set to the least time to live with which a packet gets there: 1 for the host
 *     itself and for what is on-link, one more for each router on the way
 * @param MaxHops the longest way that is looked for; more than 255 is no more than that
 * @param RTT set to the shortest round-trip time measured, in milliseconds
 *
 * ICMP echo requests are sent, and answers waited for: up to 3 s where none comes at all, else
 * twice the round-trip time and 500 ms, but no more than 1 s, for each of up to 16, if routers on
 * the way do not tell. A process needs CAP_NET_RAW for that, or a group that
 * net.ipv4.ping_group_range has.
 *
 * Context: any thread; a callback that waits holds up its registration only.
 * @return TRUE, or FALSE: GetLastError(), natively errno, tells why
 *  - EINVAL, in the DLL ERROR_INVALID_PARAMETER: HopCount or RTT is NULL, or DestIpAddress is no
 *    unicast address
 *  - EPERM, ERROR_ACCESS_DENIED: the process may send no echo requests
 *  - ENETUNREACH, ERROR_NETWORK_UNREACHABLE: the host has no route there
 *  - EHOSTUNREACH, ERROR_HOST_UNREACHABLE: it is farther away than MaxHops, or a router has no
 *    route there
 *  - ETIMEDOUT, ERROR_TIMEOUT: nobody answers
 *  - ENOMEM, EMFILE, ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetRTTAndHopCount
 */
IPHLPAPI_DLL_LINKAGE BOOL NETIOAPI_API_ GetRTTAndHopCount(IPAddr DestIpAddress, ULONG *HopCount,
                                                          ULONG MaxHops, ULONG *RTT);

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
/* ---- Neighbours ------------------------------------------------------------------------------ */

/**
 * @brief Read IPv4's neighbours into a buffer: which link-layer address an IPv4 address has.
 *
 * @param IpNetTable set to the number of rows, and the rows; NULL asks for the size
 * @param SizePointer in: the buffer's size in bytes; out, where that is too small: the size needed
 * @param Order whether the rows are in the order of their addresses
 *
 * The rows are those of GetIpNetTable2(AF_INET). dwType is MIB_IPNET_TYPE_STATIC for what is
 * permanent, MIB_IPNET_TYPE_INVALID for what is not resolved or cannot be reached, else
 * MIB_IPNET_TYPE_DYNAMIC. An address longer than bPhysAddr is not given: dwPhysAddrLen is 0.
 * Neighbours come between two calls: a size that was enough may be too small.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INSUFFICIENT_BUFFER: the buffer is NULL or too small
 *  - ERROR_INVALID_PARAMETER: SizePointer is NULL
 *  - ERROR_NO_DATA: there are no neighbours
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetIpNetTable
 */
IPHLPAPI_DLL_LINKAGE ULONG NETIOAPI_API_ GetIpNetTable(PMIB_IPNETTABLE IpNetTable,
                                                       ULONG *SizePointer, BOOL Order);

/**
 * @brief Create an IPv4 neighbour.
 *
 * @param pArpEntry dwIndex, dwAddr, bPhysAddr, dwPhysAddrLen: that of the interface's own address;
 *     dwType: MIB_IPNET_TYPE_STATIC for a permanent one, or MIB_IPNET_TYPE_DYNAMIC for one that is
 *     asked after when it is used, and may age
 *
 * Takes CAP_NET_ADMIN. Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_ACCESS_DENIED: the process may not
 *  - ERROR_INVALID_PARAMETER: pArpEntry is NULL; dwAddr is unspecified, loopback or
 *    255.255.255.255; dwPhysAddrLen is not that of the interface's addresses; dwType is another;
 *    or there is no such interface, or none that has IPv4 and neighbours
 *  - ERROR_OBJECT_ALREADY_EXISTS: the interface has such a neighbour, of whatever state
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page CreateIpNetEntry
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ CreateIpNetEntry(PMIB_IPNETROW pArpEntry);

/**
 * @brief Set the link-layer address and the type of an IPv4 neighbour.
 *
 * @param pArpEntry as for CreateIpNetEntry()
 *
 * Takes CAP_NET_ADMIN. Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_ACCESS_DENIED: the process may not
 *  - ERROR_INVALID_PARAMETER: as for CreateIpNetEntry()
 *  - ERROR_NOT_FOUND: the interface has no such neighbour
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page SetIpNetEntry
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ SetIpNetEntry(PMIB_IPNETROW pArpEntry);

/**
 * @brief Delete an IPv4 neighbour.
 *
 * @param pArpEntry dwIndex and dwAddr; nothing else is looked at
 *
 * Takes CAP_NET_ADMIN. Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_ACCESS_DENIED: the process may not
 *  - ERROR_INVALID_PARAMETER: pArpEntry is NULL, dwAddr is 0.0.0.0, or there is no such interface
 *  - ERROR_NOT_FOUND: the interface has no such neighbour
 *  - ERROR_NOT_SUPPORTED: as for DeleteIpNetEntry2()
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page DeleteIpNetEntry
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ DeleteIpNetEntry(PMIB_IPNETROW pArpEntry);

/**
 * @brief Delete all IPv4 neighbours of an interface.
 *
 * @param dwIfIndex the interface
 *
 * As FlushIpNetTable2(AF_INET, dwIfIndex). Takes CAP_NET_ADMIN. Context: any thread, callbacks
 * included.
 * @return NO_ERROR, or
 *  - ERROR_ACCESS_DENIED: the process may not
 *  - ERROR_INVALID_PARAMETER: there is no such interface
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page FlushIpNetTable
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ FlushIpNetTable(DWORD dwIfIndex);

/**
 * @brief Let the host answer ARP requests for another host's IPv4 address.
 *
 * @param dwAddress the address
 * @param dwMask 255.255.255.255, or the mask of the network that dwAddress is in
 * @param dwIfIndex the interface on which it answers, with that interface's link-layer address
 *
 * The host answers for dwAddress alone. Linux does so where it forwards from that interface
 * (ForwardingEnabled of its IP interface) and reaches dwAddress by another one.
 *
 * Takes CAP_NET_ADMIN. Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_ACCESS_DENIED: the process may not
 *  - ERROR_INVALID_PARAMETER: dwAddress is no unicast address, or loopback; dwMask has holes; or
 *    there is no such interface, or none that has IPv4 and ARP
 *  - ERROR_NOT_SUPPORTED: dwAddress is a whole network, by dwMask
 *  - ERROR_OBJECT_ALREADY_EXISTS: the host does so already
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page CreateProxyArpEntry
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ CreateProxyArpEntry(DWORD dwAddress, DWORD dwMask,
                                                             DWORD dwIfIndex);

/**
 * @brief End what CreateProxyArpEntry() has begun.
 *
 * @param dwAddress, dwMask, dwIfIndex as for CreateProxyArpEntry()
 *
 * Takes CAP_NET_ADMIN. Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_ACCESS_DENIED: the process may not
 *  - ERROR_INVALID_PARAMETER: dwAddress is no unicast address, or loopback; dwMask has holes; or
 *    there is no such interface
 *  - ERROR_NOT_FOUND: the host does not answer for dwAddress there
 *  - ERROR_NOT_SUPPORTED: dwAddress is a whole network, by dwMask
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page DeleteProxyArpEntry
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ DeleteProxyArpEntry(DWORD dwAddress, DWORD dwMask,
                                                             DWORD dwIfIndex);

/**
 * @brief Find the link-layer address of an IPv4 address on a network that the host is on.
 *
 * @param DestIP the address
 * @param SrcIP an address of the host's: that of the interface to ask on; or 0.0.0.0
 * @param pMacAddr set to the link-layer address
 * @param PhyAddrLen in: the size of pMacAddr in bytes, 6 at least; out: the address's length, 0 on
 *     any failure
 *
 * What the host has heard from the neighbour itself a moment ago, and what is permanent, is the
 * answer; else the neighbour is asked, and the call waits: up to 3.5 s. A process without
 * CAP_NET_ADMIN sends an empty datagram to port 9 for that, and cannot make the kernel forget an
 * address that it has from earlier: there, the kernel asks after 5 s only, and the call takes up to
 * 9.5 s. For an address of the host's own the interface's is the answer.
 *
 * Context: any thread; a callback that waits holds up its registration only.
 * @return NO_ERROR, or
 *  - ERROR_BAD_NET_NAME: nobody answers; DestIP is not on-link, but reached by a gateway or not at
 *    all; or the interface is down, has no carrier or no ARP
 *  - ERROR_BUFFER_OVERFLOW: *PhyAddrLen is less than 6, or than the address's length
 *  - ERROR_INVALID_PARAMETER: pMacAddr or PhyAddrLen is NULL; DestIP is unspecified, loopback or
 *    255.255.255.255
 *  - ERROR_NOT_FOUND: SrcIP is not an address of the host
 *  - ERROR_ACCESS_DENIED: the process may not, and a filter keeps its datagram
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor, or no room in the kernel's table
 * Source: Microsoft iphlpapi.h page SendARP (as of Windows Vista)
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ SendARP(IPAddr DestIP, IPAddr SrcIP, PVOID pMacAddr,
                                                 ULONG *PhyAddrLen);

/**
 * @brief Not for use since Windows Vista; see ResolveIpNetEntry2().
 *
 * @param NetworkAddress, PhysicalAddress, PhysicalAddressLength not looked at
 *
 * Context: any thread, callbacks included.
 * @return
 *  - ERROR_NOT_SUPPORTED: always, as on Windows
 * Source: Microsoft iphlpapi.h page ResolveNeighbor
 */
IPHLPAPI_DLL_LINKAGE ULONG NETIOAPI_API_ ResolveNeighbor(SOCKADDR *NetworkAddress,
                                                         PVOID PhysicalAddress,
                                                         ULONG *PhysicalAddressLength);

/* ---- Addresses ------------------------------------------------------------------------------- */

/**
 * @brief Read the IPv4 addresses into a buffer.
 *
 * @param pIpAddrTable set to the number of rows, and the rows; NULL asks for the size
 * @param pdwSize in: the buffer's size in bytes; out, where that is too small: the size needed
 * @param bOrder whether the rows are in the order of their addresses; else loopback addresses come
 *     last, as on Windows, where programs take the first row for an adapter
 *
 * The rows are those of GetUnicastIpAddressTable(AF_INET). dwBCastAddr is 1 and dwReasmSize 65535,
 * as on Windows. wType is MIB_IPADDR_PRIMARY, with MIB_IPADDR_DYNAMIC for an address of DHCP's.
 * Addresses come between two calls: a size that was enough may be too small.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INSUFFICIENT_BUFFER: the buffer is NULL or too small
 *  - ERROR_INVALID_PARAMETER: pdwSize is NULL
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetIpAddrTable
 */
IPHLPAPI_DLL_LINKAGE DWORD GetIpAddrTable(PMIB_IPADDRTABLE pIpAddrTable, ULONG *pdwSize,
                                          BOOL bOrder);

/**
 * @brief Give an interface an IPv4 address.
 *
 * @param Address the address
 * @param IpMask the mask of its subnet; its ones come first
 * @param IfIndex the interface
 * @param NTEContext set to the number by which DeleteIPAddress() knows the address, in this process
 * @param NTEInstance set to the same
 *
 * The address goes with the interface or with the system's end; it does not go with the process.
 *
 * Takes CAP_NET_ADMIN. Context: any thread, callbacks included.
 * @return NO_ERROR, or, nothing having changed,
 *  - ERROR_ACCESS_DENIED: the process may not (Microsoft's page has ERROR_INVALID_HANDLE, which was
 *    before Windows Vista)
 *  - ERROR_DEV_NOT_EXIST: there is no such interface
 *  - ERROR_DUP_DOMAINNAME: the interface has the address
 *  - ERROR_GEN_FAILURE: Address is no unicast address
 *  - ERROR_INVALID_PARAMETER: NTEContext or NTEInstance is NULL, IpMask is no mask, or a loopback
 *    address is to be on another interface
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page AddIPAddress
 */
IPHLPAPI_DLL_LINKAGE DWORD AddIPAddress(IPAddr Address, IPMask IpMask, DWORD IfIndex,
                                        ULONG *NTEContext, ULONG *NTEInstance);

/**
 * @brief Take an IPv4 address from its interface.
 *
 * @param NTEContext what AddIPAddress() has given for it, in this process
 *
 * No other address goes with it, as of DeleteUnicastIpAddressEntry().
 *
 * Takes CAP_NET_ADMIN. Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_ACCESS_DENIED: the process may not
 *  - ERROR_INVALID_PARAMETER: no address has that number in this process
 *  - ERROR_NOT_FOUND: the address or its interface is gone
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page DeleteIPAddress
 */
IPHLPAPI_DLL_LINKAGE DWORD DeleteIPAddress(ULONG NTEContext);

/* ---- Network interfaces ---------------------------------------------------------------------- */

/**
 * @brief Read all network interfaces into a buffer.
 *
 * @param pIfTable a buffer for the number of rows and the rows, or NULL
 * @param pdwSize in: its size in bytes; out, with ERROR_INSUFFICIENT_BUFFER: what is needed
 * @param bOrder TRUE: sorted by index; they always are
 *
 * The interfaces of GetIfTable2(). wszName is \DEVICE\TCPIP_{GUID}, bDescr the description in
 * bytes, dwDescrLen long. Counters have 32 bits and wrap; a speed that is higher or not known is
 * 0xffffffff bits per second. Of a link-layer address the first 8 bytes are shown. dwLastChange
 * and dwOutQLen are 0.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: pdwSize is NULL
 *  - ERROR_INSUFFICIENT_BUFFER: the buffer is NULL or too small
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetIfTable
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ GetIfTable(PMIB_IFTABLE pIfTable, ULONG *pdwSize,
                                                    BOOL bOrder);

/**
 * @brief Read one network interface.
 *
 * @param pIfRow in: dwIndex; out: all fields, as of GetIfTable()
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: pIfRow is NULL
 *  - ERROR_INVALID_DATA: there is no interface with that index
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetIfEntry
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ GetIfEntry(PMIB_IFROW pIfRow);

/**
 * @brief Set a network interface up or down.
 *
 * @param pIfRow dwIndex, and dwAdminStatus: MIB_IF_ADMIN_STATUS_UP or MIB_IF_ADMIN_STATUS_DOWN
 *
 * No other field is looked at. When an interface goes down the kernel takes its routes away.
 *
 * Context: any thread, callbacks included. Takes CAP_NET_ADMIN.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: pIfRow is NULL, dwIndex is 0, or dwAdminStatus is neither of the two
 *  - ERROR_FILE_NOT_FOUND: there is no interface with that index
 *  - ERROR_ACCESS_DENIED: the process may not
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page SetIfEntry
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ SetIfEntry(PMIB_IFROW pIfRow);

/**
 * @brief Count the network interfaces.
 *
 * @param pdwNumIf set to the number of rows of GetIfTable(), loopback included
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: pdwNumIf is NULL
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetNumberOfInterfaces
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ GetNumberOfInterfaces(DWORD *pdwNumIf);

/**
 * @brief Read the names and indexes of the network interfaces that have IPv4.
 *
 * @param pIfTable a buffer, or NULL
 * @param dwOutBufLen in: its size in bytes; out, with ERROR_INSUFFICIENT_BUFFER: what is needed
 *
 * Without the loopback interface. Names are \DEVICE\TCPIP_{GUID}.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: dwOutBufLen is NULL
 *  - ERROR_INSUFFICIENT_BUFFER: the buffer is NULL or too small
 *  - ERROR_NO_DATA: there is no such interface
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetInterfaceInfo
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ GetInterfaceInfo(PIP_INTERFACE_INFO pIfTable,
                                                          ULONG *dwOutBufLen);

/**
 * @brief Find the index of a network interface by its device's name.
 *
 * @param AdapterName \DEVICE\TCPIP_{GUID}, as GetIfTable() and GetInterfaceInfo() have it, or
 *     {GUID}; upper and lower case are the same
 * @param IfIndex set to the index
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: a parameter is NULL
 *  - ERROR_DEV_NOT_EXIST: there is no such interface
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetAdapterIndex
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ GetAdapterIndex(PWSTR AdapterName, ULONG *IfIndex);

/**
 * @brief Make an index that has 24 bits.
 *
 * @param IfIndex an index; whether there is such an interface is not looked at
 *
 * Context: any thread, callbacks included.
 * @return the lower 24 bits of it
 * Source: Microsoft iphlpapi.h page GetFriendlyIfIndex
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ GetFriendlyIfIndex(DWORD IfIndex);

/**
 * @brief Read the adapters that receive and do not send.
 *
 * @param pIPIfInfo a buffer, or NULL
 * @param dwOutBufLen in: its size in bytes; out, with ERROR_MORE_DATA: what is needed
 *
 * Linux has none: NumAdapters is 0.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: dwOutBufLen is NULL
 *  - ERROR_MORE_DATA: the buffer is NULL or too small
 * Source: Microsoft iphlpapi.h page GetUniDirectionalAdapterInfo
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_
GetUniDirectionalAdapterInfo(PIP_UNIDIRECTIONAL_ADAPTER_ADDRESS pIPIfInfo, ULONG *dwOutBufLen);

/**
 * @brief Read all adapters with all that belongs to them.
 *
 * @param Family AF_UNSPEC, AF_INET or AF_INET6: of the addresses, servers, prefixes and gateways
 * @param Flags GAA_FLAG_..., joined by |
 * @param Reserved not looked at; NULL
 * @param AdapterAddresses set to a list, whose first member lies at its begin; NULL asks for the
 *     size
 * @param SizePointer in: the buffer's size in bytes; out, where that is too small: the size needed
 *
 * There is an adapter for each interface that has IPv4 or IPv6, as Family says; with
 * GAA_FLAG_INCLUDE_ALL_INTERFACES for every interface. First come those of the default routes, of
 * IPv4 and then of IPv6, last the loopback. Everything is as the functions for it tell of it
 * (GetIfEntry2(), GetUnicastIpAddressTable(), GetIpInterfaceEntry(), ...):
 *  - IfIndex, Ipv6IfIndex: 0 where the interface has not that family
 *  - AdapterName: the GUID; FriendlyName: the alias, empty with GAA_FLAG_SKIP_FRIENDLY_NAME
 *  - FirstUnicastAddress, FirstAnycastAddress, FirstMulticastAddress: the rows of the tables.
 *    LeaseLifetime is ValidLifetime. IP_ADAPTER_ADDRESS_DNS_ELIGIBLE: neither link-local nor
 *    loopback nor tentative; IP_ADAPTER_ADDRESS_TRANSIENT: a temporary address of RFC 8981
 *  - FirstDnsServerAddress, DnsSuffix, FirstDnsSuffix: what is configured for the interface, or
 *    /etc/resolv.conf's for those of the default routes (docs/MAPPING.md, "DNS of a link"); not
 * with GAA_FLAG_SKIP_DNS_INFO, and the servers not with GAA_FLAG_SKIP_DNS_SERVER
 *  - FirstPrefix, with GAA_FLAG_INCLUDE_PREFIX: of each address the subnet, the host and, for IPv4,
 *    the subnet's broadcast address; 224.0.0.0/4 and 255.255.255.255/32, or ff00::/8; each once
 *  - FirstGatewayAddress, with GAA_FLAG_INCLUDE_GATEWAYS: the next hops of default routes
 *  - Dhcpv4Enabled, Dhcpv4Server, Dhcpv6Server, Dhcpv6ClientDuid, Dhcpv6Iaid: as the host's DHCP
 *    client has written down (docs/MAPPING.md, "DHCP of a link"); without one they are 0 and empty
 *  - FirstWinsServerAddress: NULL, as Linux knows none
 *  - Mtu: bytes; TransmitLinkSpeed, ReceiveLinkSpeed: bit/s
 *  - Flags: as far as Linux has them; IP_ADAPTER_DDNS_ENABLED and
 *    IP_ADAPTER_REGISTER_ADAPTER_SUFFIX are not set, as nothing is registered
 *  - CompartmentId: 1
 *
 * Addresses come between two calls: a size that was enough may be too small.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_BUFFER_OVERFLOW: the buffer is NULL or too small
 *  - ERROR_INVALID_PARAMETER: SizePointer is NULL, or Family is none of the three
 *  - ERROR_NO_DATA: there are no such adapters
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetAdaptersAddresses; iptypes.h page IP_ADAPTER_ADDRESSES_LH
 */
IPHLPAPI_DLL_LINKAGE ULONG NETIOAPI_API_
GetAdaptersAddresses(ULONG Family, ULONG Flags, void *Reserved,
                     PIP_ADAPTER_ADDRESSES AdapterAddresses, ULONG *SizePointer);

/**
 * @brief Read the adapters, as they were before Windows XP: IPv4's, as text.
 *
 * @param AdapterInfo set to a list, whose first member lies at its begin; NULL asks for the size
 * @param SizePointer in: the buffer's size in bytes; out, where that is too small: the size needed
 *
 * There is an adapter for each interface that has IPv4, but for the loopback, in the order of
 * GetAdaptersAddresses(). IpAddressList has its addresses, with Context as of AddIPAddress(),
 * GatewayList the next hops of its default routes; where there is none, the first of the list is
 * 0.0.0.0. DhcpEnabled, DhcpServer, LeaseObtained and LeaseExpires (seconds since 1970) are as the
 * host's DHCP client has written down; a lease without an end expires in 2038, one that is not
 * known at 0. Description is cut to 128 bytes. ComboIndex is 0, CurrentIpAddress NULL, as on
 * Windows; HaveWins is FALSE, as Linux knows no WINS servers.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_BUFFER_OVERFLOW: the buffer is NULL or too small
 *  - ERROR_INVALID_PARAMETER: SizePointer is NULL
 *  - ERROR_NO_DATA: there is no adapter
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetAdaptersInfo; iptypes.h page IP_ADAPTER_INFO
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ GetAdaptersInfo(PIP_ADAPTER_INFO AdapterInfo,
                                                         ULONG *SizePointer);

/**
 * @brief Read the order of the adapters.
 *
 * They are those of GetAdaptersInfo(), in that order, by their indexes.
 *
 * Context: any thread, callbacks included.
 * @return the map, to be freed with LocalFree(), natively with FreeMibTable(); NULL:
 *     GetLastError(), natively errno, tells why
 *  - ENOMEM, EMFILE, in the DLL ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetAdapterOrderMap
 */
IPHLPAPI_DLL_LINKAGE PIP_ADAPTER_ORDER_MAP NETIOAPI_API_ GetAdapterOrderMap(void);

/**
 * @brief Read an adapter's DNS servers, and whether it has given itself an address.
 *
 * @param IfIndex the interface
 * @param pPerAdapterInfo a buffer, or NULL
 * @param pOutBufLen in: its size in bytes; out, where that is too small: the size needed
 *
 * DnsServerList has the IPv4 servers of GetAdaptersAddresses(), and is empty where there is none;
 * CurrentDnsServer is NULL. AutoconfigEnabled, AutoconfigActive: the interface has an address of
 * 169.254.0.0/16. Whether something on the host would give it one cannot be seen before it does.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_BUFFER_OVERFLOW: the buffer is NULL or too small
 *  - ERROR_INVALID_PARAMETER: pOutBufLen is NULL
 *  - ERROR_NO_DATA: there is no such interface
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetPerAdapterInfo; iptypes.h page IP_PER_ADAPTER_INFO_W2KSP1
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ GetPerAdapterInfo(ULONG IfIndex,
                                                           PIP_PER_ADAPTER_INFO pPerAdapterInfo,
                                                           ULONG *pOutBufLen);

/**
 * @brief Read the host's name, its domain, its DNS servers.
 *
 * @param pFixedInfo a buffer, or NULL
 * @param pOutBufLen in: its size in bytes; out, where that is too small: the size needed
 *
 * HostName is gethostname()'s up to the first dot, DomainName what follows that, or else the
 * suffix of the first adapter that has one. DnsServerList has the IPv4 servers of all adapters in
 * their order, each once, and is empty where there is none; CurrentDnsServer is NULL. NodeType is
 * BROADCAST_NODETYPE, Windows' where no WINS server is configured, and ScopeId is empty.
 * EnableRouting: IPv4 forwarding is on for all interfaces; EnableDns: there is a server.
 * EnableProxy is FALSE: Linux has proxies of single addresses (CreateProxyArpEntry()).
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_BUFFER_OVERFLOW: the buffer is NULL or too small
 *  - ERROR_INVALID_PARAMETER: pOutBufLen is NULL
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetNetworkParams; iptypes.h page FIXED_INFO_W2KSP1
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ GetNetworkParams(PFIXED_INFO pFixedInfo,
                                                          ULONG *pOutBufLen);

/**
 * @brief Read IP's statistics of IPv4.
 *
 * @param Statistics receives them; as GetIpStatisticsEx() has them for AF_INET
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Statistics is NULL
 *  - ERROR_NOT_SUPPORTED: there is no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetIpStatistics
 */
IPHLPAPI_DLL_LINKAGE ULONG NETIOAPI_API_ GetIpStatistics(PMIB_IPSTATS Statistics);

/**
 * @brief Read IP's statistics of IPv4 or IPv6.
 *
 * @param Statistics receives them
 * @param Family AF_INET or AF_INET6
 *
 * Counters are the kernel's (/proc/net/snmp, /proc/net/snmp6) since the network namespace is there,
 * and begin again at 0 after 2^32. dwForwarding: whether it is on for all interfaces.
 * dwDefaultTTL: IPv6's is that of interfaces to come. dwReasmTimeout: seconds that fragments are
 * kept. dwRoutingDiscards is 0, as Linux does not count it. dwNumIf, dwNumAddr, dwNumRoutes: the
 * rows of GetIpInterfaceTable(), GetUnicastIpAddressTable(), GetIpForwardTable2().
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Statistics is NULL, or Family is none of the two
 *  - ERROR_NOT_SUPPORTED: the kernel has not the family, or there is no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetIpStatisticsEx; ipmib.h page MIB_IPSTATS_LH
 */
IPHLPAPI_DLL_LINKAGE ULONG NETIOAPI_API_ GetIpStatisticsEx(PMIB_IPSTATS Statistics, ULONG Family);

/**
 * @brief Read TCP's statistics of IPv4.
 *
 * @param Statistics receives them; as GetTcpStatisticsEx() has them for AF_INET
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Statistics is NULL
 *  - ERROR_NOT_SUPPORTED: there is no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetTcpStatistics
 */
IPHLPAPI_DLL_LINKAGE ULONG NETIOAPI_API_ GetTcpStatistics(PMIB_TCPSTATS Statistics);

/**
 * @brief Read TCP's statistics of IPv4 or IPv6.
 *
 * @param Statistics receives them
 * @param Family AF_INET or AF_INET6
 *
 * The kernel counts the TCP of IPv4 and of IPv6 together: both families have the same counters
 * (/proc/net/snmp), dwCurrEstab included, which begin again at 0 after 2^32. dwNumConns is of the
 * family: its sockets in all states but listening.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Statistics is NULL, or Family is none of the two
 *  - ERROR_NOT_SUPPORTED: the kernel has not the family, or there is no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetTcpStatisticsEx; tcpmib.h page MIB_TCPSTATS_LH
 */
IPHLPAPI_DLL_LINKAGE ULONG NETIOAPI_API_ GetTcpStatisticsEx(PMIB_TCPSTATS Statistics, ULONG Family);

/**
 * @brief Read UDP's statistics of IPv4.
 *
 * @param Stats receives them; as GetUdpStatisticsEx() has them for AF_INET
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Stats is NULL
 *  - ERROR_NOT_SUPPORTED: there is no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetUdpStatistics
 */
IPHLPAPI_DLL_LINKAGE ULONG NETIOAPI_API_ GetUdpStatistics(PMIB_UDPSTATS Stats);

/**
 * @brief Read UDP's statistics of IPv4 or IPv6.
 *
 * @param Statistics receives them
 * @param Family AF_INET or AF_INET6
 *
 * Counters are the kernel's (/proc/net/snmp, /proc/net/snmp6), and begin again at 0 after 2^32.
 * dwInErrors contains datagrams for which the receiver had no room. dwNumAddrs: the sockets of the
 * family that have a port.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Statistics is NULL, or Family is none of the two
 *  - ERROR_NOT_SUPPORTED: the kernel has not the family, or there is no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetUdpStatisticsEx; udpmib.h page MIB_UDPSTATS
 */
IPHLPAPI_DLL_LINKAGE ULONG NETIOAPI_API_ GetUdpStatisticsEx(PMIB_UDPSTATS Statistics, ULONG Family);

/**
 * @brief Read TCP's statistics of IPv4 or IPv6, with 64-bit counters of segments.
 *
 * @param Statistics receives what GetTcpStatisticsEx() has, with dw64InSegs and dw64OutSegs whole
 * @param Family AF_INET or AF_INET6
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Statistics is NULL, or Family is none of the two
 *  - ERROR_NOT_SUPPORTED: the kernel has not the family, or there is no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetTcpStatisticsEx2; tcpmib.h page MIB_TCPSTATS2
 */
IPHLPAPI_DLL_LINKAGE ULONG NETIOAPI_API_ GetTcpStatisticsEx2(PMIB_TCPSTATS2 Statistics,
                                                             ULONG Family);

/**
 * @brief Read UDP's statistics of IPv4 or IPv6, with 64-bit counters of datagrams.
 *
 * @param Statistics receives what GetUdpStatisticsEx() has, with dw64InDatagrams and
 *     dw64OutDatagrams whole
 * @param Family AF_INET or AF_INET6
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Statistics is NULL, or Family is none of the two
 *  - ERROR_NOT_SUPPORTED: the kernel has not the family, or there is no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetUdpStatisticsEx2; udpmib.h page MIB_UDPSTATS2
 */
IPHLPAPI_DLL_LINKAGE ULONG NETIOAPI_API_ GetUdpStatisticsEx2(PMIB_UDPSTATS2 Statistics,
                                                             ULONG Family);

/**
 * @brief Read ICMP's statistics of IPv4.
 *
 * @param Statistics receives them; as GetIcmpStatisticsEx() has them for AF_INET
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Statistics is NULL
 *  - ERROR_NOT_SUPPORTED: there is no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetIcmpStatistics
 */
IPHLPAPI_DLL_LINKAGE ULONG NETIOAPI_API_ GetIcmpStatistics(PMIB_ICMP Statistics);

/**
 * @brief Read ICMP's statistics of IPv4 or IPv6.
 *
 * @param Statistics receives them
 * @param Family AF_INET or AF_INET6
 *
 * Counters are the kernel's (/proc/net/snmp, /proc/net/snmp6), and begin again at 0 after 2^32.
 * rgdwTypeCount has them by the type of the message.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Statistics is NULL, or Family is none of the two
 *  - ERROR_NOT_SUPPORTED: the kernel has not the family, or there is no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetIcmpStatisticsEx; ipmib.h page MIB_ICMP_EX_XPSP1
 */
IPHLPAPI_DLL_LINKAGE ULONG NETIOAPI_API_ GetIcmpStatisticsEx(PMIB_ICMP_EX Statistics, ULONG Family);

/**
 * @brief Set IPv4 forwarding and the default TTL.
 *
 * @param pIpStats what is set
 *
 * dwForwarding is MIB_IP_FORWARDING, MIB_IP_NOT_FORWARDING or MIB_USE_CURRENT_FORWARDING, and goes
 * for all interfaces; dwDefaultTTL is 1 to 255 or MIB_USE_CURRENT_TTL. No other field counts. Both
 * are set, or none.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_ACCESS_DENIED: no CAP_NET_ADMIN, or /proc/sys is read-only
 *  - ERROR_INVALID_PARAMETER: pIpStats is NULL, or a value is none of these
 *  - ERROR_NOT_SUPPORTED: there is no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page SetIpStatistics
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ SetIpStatistics(PMIB_IPSTATS pIpStats);

/**
 * @brief Set forwarding and the default TTL of IPv4 or IPv6.
 *
 * @param Statistics what is set
 * @param Family AF_INET or AF_INET6
 *
 * dwForwarding is MIB_IP_FORWARDING, MIB_IP_NOT_FORWARDING or MIB_USE_CURRENT_FORWARDING, and goes
 * for all interfaces; dwDefaultTTL is 1 to 255 or MIB_USE_CURRENT_TTL. No other field counts. Both
 * are set, or none.
 * IPv6's TTL is set for each interface and for those to come; what a router
 * advertises for an interface takes its place there.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_ACCESS_DENIED: no CAP_NET_ADMIN, or /proc/sys is read-only
 *  - ERROR_INVALID_PARAMETER: Statistics is NULL, Family is none of the two, or a value is none of
 * these
 *  - ERROR_NOT_SUPPORTED: the kernel has not the family, or there is no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page SetIpStatisticsEx
 */
IPHLPAPI_DLL_LINKAGE ULONG NETIOAPI_API_ SetIpStatisticsEx(PMIB_IPSTATS Statistics, ULONG Family);

/**
 * @brief Set the default TTL of IPv4.
 *
 * @param nTTL 1 to 255
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_ACCESS_DENIED: no CAP_NET_ADMIN, or /proc/sys is read-only
 *  - ERROR_INVALID_PARAMETER: nTTL is none of these
 *  - ERROR_NOT_SUPPORTED: there is no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page SetIpTTL
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ SetIpTTL(unsigned int nTTL);

/**
 * @brief Turn on IPv4 forwarding, as long as the process wants it.
 *
 * @param pHandle not looked at
 * @param pOverlapped not NULL; no member is looked at, and nothing is signalled, as the request
 *     never ends by itself
 *
 * The requests of a process are counted. When each has been taken back by UnenableRouter(),
 * forwarding is turned off, if it was off before the first of them. Where another process has asked
 * for it meanwhile, Linux does not know; nor does it turn it off when the process ends without
 * that.
 *
 * Context: any thread, callbacks included.
 * @return ERROR_IO_PENDING, or
 *  - ERROR_ACCESS_DENIED: no CAP_NET_ADMIN, or /proc/sys is read-only
 *  - ERROR_INVALID_PARAMETER: pOverlapped is NULL
 *  - ERROR_IO_PENDING: it is on; no other value means success
 *  - ERROR_NOT_SUPPORTED: there is no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page EnableRouter
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ EnableRouter(HANDLE *pHandle,
                                                      struct _OVERLAPPED *pOverlapped);

/**
 * @brief Take back a request of EnableRouter().
 *
 * @param pOverlapped that of EnableRouter(); not NULL
 * @param lpdwEnableCount set to 0x7fffffff, as on Windows, which does not tell the count; or NULL
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_ACCESS_DENIED: no CAP_NET_ADMIN, or /proc/sys is read-only
 *  - ERROR_INVALID_PARAMETER: pOverlapped is NULL, or the process has no such request
 *  - ERROR_NOT_SUPPORTED: there is no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page UnenableRouter
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ UnenableRouter(struct _OVERLAPPED *pOverlapped,
                                                        DWORD *lpdwEnableCount);

/* ---- Waiting for the next change ---------------------------------------------------------------
 */

/**
 * @brief Wait for the next change of IPv4's addresses, or be told of it.
 *
 * @param Handle set to a handle that goes with the request, before that can end; or NULL. It is not
 *     closed. On Linux nothing takes it
 * @param overlapped names the request; laid out as on Windows, and in its place until that has
 *     ended; NULL: the call itself waits, and Handle is not looked at
 *
 * A change is one that NotifyUnicastIpAddressChange(AF_INET) tells of. Each call is told of one at
 * the most; who wants to know of the next calls again.
 *
 * While the request is under way, overlapped->Internal is STATUS_PENDING
 * (HasOverlappedIoCompleted). When it has ended, Internal is 0, or STATUS_CANCELLED, InternalHigh
 * is 0, and hEvent is set. On Linux hEvent is the descriptor of an eventfd, to which 1 is added;
 * the program reads it before it calls again. With NULL for hEvent nothing is set, so descriptor 0
 * is none. In Wine hEvent is an event, which the call resets, and a completion port to which the
 * program has given the handle is told, unless the lowest bit of hEvent is 1; GetOverlappedResult
 * gives ERROR_OPERATION_ABORTED after a cancel. The handle is the same for all requests of a
 * process, of NotifyRouteChange, too.
 *
 * No change falls between two calls: a call goes on from one that has ended, and ends at once if
 * something has changed since then. It goes on from the one with the same overlapped (without one,
 * of the same thread); else from one of the same thread, and rather with the same hEvent; else from
 * one with the same hEvent; else from the one that has ended first of those from which no other has
 * gone on. Where there is none it is told of changes from now on; so it is after a cancel. A
 * program that calls for the first time, while another part of it has yet to call again, may be
 * told of a change that came before. The 256 requests that have ended last are remembered, and from
 * the first call on changes are listened to for as long as there are such, or any under way.
 *
 * A call with an overlapped whose request is under way replaces that. On Linux the changes are
 * those of the network namespace in which the first of all these calls was made. A forked child
 * begins without requests; those of its parent stay STATUS_PENDING in it, and are the parent's. A
 * thread that ends leaves its requests as they are.
 *
 * Context: any thread, callbacks included; it waits where overlapped is NULL.
 * @return NO_ERROR after having waited, ERROR_IO_PENDING for a request, or
 *  - ERROR_CANCELLED: no change can be heard of any more: Wine's server has ended, or the program
 *    has closed the library's socket
 *  - ERROR_INVALID_HANDLE: hEvent is neither NULL nor an event
 *  - ERROR_INVALID_PARAMETER: overlapped is that of a request of NotifyRouteChange under way
 *  - ERROR_IO_PENDING: the request is under way, or has ended already; no other value means success
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory, thread or descriptor
 * Source: Microsoft iphlpapi.h page NotifyAddrChange
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ NotifyAddrChange(HANDLE *Handle,
                                                          struct _OVERLAPPED *overlapped);

/**
 * @brief Wait for the next change of IPv4's routes, or be told of it.
 *
 * @param Handle as that of NotifyAddrChange()
 * @param overlapped as that of NotifyAddrChange()
 *
 * A change is one that NotifyRouteChange2(AF_INET) tells of. All else is as with
 * NotifyAddrChange().
 *
 * Context: any thread, callbacks included; it waits where overlapped is NULL.
 * @return NO_ERROR after having waited, ERROR_IO_PENDING for a request, or
 *  - ERROR_CANCELLED: no change can be heard of any more, as with NotifyAddrChange()
 *  - ERROR_INVALID_HANDLE: hEvent is neither NULL nor an event
 *  - ERROR_INVALID_PARAMETER: overlapped is that of a request of NotifyAddrChange under way
 *  - ERROR_IO_PENDING: the request is under way, or has ended already; no other value means success
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory, thread or descriptor
 * Source: Microsoft iphlpapi.h page NotifyRouteChange
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ NotifyRouteChange(HANDLE *Handle,
                                                           struct _OVERLAPPED *overlapped);

/**
 * @brief Cancel a request of NotifyAddrChange() or NotifyRouteChange().
 *
 * @param notifyOverlapped that of the request
 *
 * The request has ended when this returns: Internal is STATUS_CANCELLED, hEvent is set, and the
 * library looks at neither any more. A request that has ended by a change is not changed; the next
 * call goes on from it all the same. A call that waits is not cancelled.
 *
 * Context: any thread, callbacks included.
 * @return TRUE, or FALSE: GetLastError(), natively errno, tells why
 *  - ENOENT, in the DLL ERROR_NOT_FOUND: no request of that name is under way; NULL names none
 * Source: Microsoft iphlpapi.h page CancelIPChangeNotify
 */
IPHLPAPI_DLL_LINKAGE BOOL NETIOAPI_API_ CancelIPChangeNotify(struct _OVERLAPPED *notifyOverlapped);

/**
 * @brief Have an interface's IPv4 lease renewed by its DHCP client.
 *
 * @param AdapterInfo the interface, by its Name as GetInterfaceInfo() has it; Index does not count
 *
 * The client is systemd-networkd or NetworkManager, which are asked on D-Bus; whether the user may
 * is for their polkit rules to say. NetworkManager renews by applying the device's connection
 * again, with which its IPv6 addresses are made anew, too; after IpReleaseAddress() it is the
 * connection as it is stored. Returns when the client has set the address anew, after 10 s at
 * the most; but where NetworkManager has a lease, when it has begun to ask.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_ACCESS_DENIED: the user may not
 *  - ERROR_INVALID_PARAMETER: AdapterInfo is NULL, or no interface has the Name
 *  - ERROR_NOT_SUPPORTED: none of the two has a DHCP client on the interface
 *  - ERROR_PROC_NOT_FOUND: the client refuses, for a reason of its own, which goes to the log
 *  - ERROR_TIMEOUT: no DHCP server has answered in time, or the client has not; it may go on trying
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page IpRenewAddress
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ IpRenewAddress(PIP_ADAPTER_INDEX_MAP AdapterInfo);

/**
 * @brief Have an interface's IPv4 lease given up by its DHCP client.
 *
 * @param AdapterInfo the interface, by its Name as GetInterfaceInfo() has it; Index does not count
 *
 * The client is NetworkManager, as in IpRenewAddress(): systemd-networkd cannot be asked for it.
 * The address is gone when this returns, and the device is without IPv4 until IpRenewAddress() or
 * until its connection is activated anew. Where the connection has fixed IPv4 addresses beside
 * DHCP's, NetworkManager refuses.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_ACCESS_DENIED: the user may not
 *  - ERROR_INVALID_PARAMETER: AdapterInfo is NULL, or no interface has the Name
 *  - ERROR_NOT_SUPPORTED: NetworkManager has no DHCP client on the interface
 *  - ERROR_PROC_NOT_FOUND: the client refuses, for a reason of its own, which goes to the log
 *  - ERROR_TIMEOUT: the client does not answer
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page IpReleaseAddress
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ IpReleaseAddress(PIP_ADAPTER_INDEX_MAP AdapterInfo);

/**
 * @brief Reserve a block of TCP ports until it is deleted, or the network namespace or host ends.
 *
 * @param StartPort the first port, in network byte order
 * @param NumberOfPorts how many there are
 * @param Token set to a number that stands for the block, the same in each process
 *
 * The kernel gives a reserved port to no socket that asks for any
 * (net.ipv4.ip_local_reserved_ports); a program that names it gets it. Linux reserves for TCP and
 * UDP at once: a block that is reserved is so for both.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_ACCESS_DENIED: the user may not (root of the network namespace's user namespace may), or
 *    /proc/sys is read-only
 *  - ERROR_INVALID_PARAMETER: Token is NULL, StartPort or NumberOfPorts is 0, or the block has
 * ports above 65535
 *  - ERROR_SHARING_VIOLATION: a port of the block is reserved, or a TCP socket has it
 *  - ERROR_NOT_SUPPORTED: there is no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor, or the kernel's list gets too long
 * Source: Microsoft iphlpapi.h page CreatePersistentTcpPortReservation
 */
IPHLPAPI_DLL_LINKAGE ULONG NETIOAPI_API_ CreatePersistentTcpPortReservation(USHORT StartPort,
                                                                            USHORT NumberOfPorts,
                                                                            ULONG64 *Token);

/**
 * @brief Give up a block of TCP ports that is reserved.
 *
 * @param StartPort the first port, in network byte order
 * @param NumberOfPorts how many there are
 *
 * The kernel keeps single ports: any block that is reserved as a whole can be given up, a part of
 * another as well, and that for TCP and UDP at once.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_ACCESS_DENIED: the user may not, or /proc/sys is read-only
 *  - ERROR_INVALID_PARAMETER: StartPort or NumberOfPorts is 0, or the block has ports above 65535
 *  - ERROR_NOT_FOUND: a port of the block is not reserved
 *  - ERROR_NOT_SUPPORTED: there is no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor, or the kernel's list gets too long
 * Source: Microsoft iphlpapi.h page DeletePersistentTcpPortReservation
 */
IPHLPAPI_DLL_LINKAGE ULONG NETIOAPI_API_ DeletePersistentTcpPortReservation(USHORT StartPort,
                                                                            USHORT NumberOfPorts);

/**
 * @brief Find the token of a block of TCP ports that is reserved.
 *
 * @param StartPort the first port, in network byte order
 * @param NumberOfPorts how many there are
 * @param Token set to the number that stands for the block
 *
 * A block is found if all of its ports are reserved, by whomever and for whichever protocol: Linux
 * does not keep how they were.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Token is NULL, StartPort or NumberOfPorts is 0, or the block has
 * ports above 65535
 *  - ERROR_NOT_FOUND: a port of the block is not reserved
 *  - ERROR_NOT_SUPPORTED: there is no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page LookupPersistentTcpPortReservation
 */
IPHLPAPI_DLL_LINKAGE ULONG NETIOAPI_API_ LookupPersistentTcpPortReservation(USHORT StartPort,
                                                                            USHORT NumberOfPorts,
                                                                            ULONG64 *Token);

/**
 * @brief Reserve a block of UDP ports until it is deleted, or the network namespace or host ends.
 *
 * @param StartPort the first port, in network byte order
 * @param NumberOfPorts how many there are
 * @param Token set to a number that stands for the block, the same in each process
 *
 * The kernel gives a reserved port to no socket that asks for any
 * (net.ipv4.ip_local_reserved_ports); a program that names it gets it. Linux reserves for TCP and
 * UDP at once: a block that is reserved is so for both.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_ACCESS_DENIED: the user may not (root of the network namespace's user namespace may), or
 *    /proc/sys is read-only
 *  - ERROR_INVALID_PARAMETER: Token is NULL, StartPort or NumberOfPorts is 0, or the block has
 * ports above 65535
 *  - ERROR_SHARING_VIOLATION: a port of the block is reserved, or a UDP socket has it
 *  - ERROR_NOT_SUPPORTED: there is no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor, or the kernel's list gets too long
 * Source: Microsoft iphlpapi.h page CreatePersistentUdpPortReservation
 */
IPHLPAPI_DLL_LINKAGE ULONG NETIOAPI_API_ CreatePersistentUdpPortReservation(USHORT StartPort,
                                                                            USHORT NumberOfPorts,
                                                                            ULONG64 *Token);

/**
 * @brief Give up a block of UDP ports that is reserved.
 *
 * @param StartPort the first port, in network byte order
 * @param NumberOfPorts how many there are
 *
 * The kernel keeps single ports: any block that is reserved as a whole can be given up, a part of
 * another as well, and that for TCP and UDP at once.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_ACCESS_DENIED: the user may not, or /proc/sys is read-only
 *  - ERROR_INVALID_PARAMETER: StartPort or NumberOfPorts is 0, or the block has ports above 65535
 *  - ERROR_NOT_FOUND: a port of the block is not reserved
 *  - ERROR_NOT_SUPPORTED: there is no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor, or the kernel's list gets too long
 * Source: Microsoft iphlpapi.h page DeletePersistentUdpPortReservation
 */
IPHLPAPI_DLL_LINKAGE ULONG NETIOAPI_API_ DeletePersistentUdpPortReservation(USHORT StartPort,
                                                                            USHORT NumberOfPorts);

/**
 * @brief Find the token of a block of UDP ports that is reserved.
 *
 * @param StartPort the first port, in network byte order
 * @param NumberOfPorts how many there are
 * @param Token set to the number that stands for the block
 *
 * A block is found if all of its ports are reserved, by whomever and for whichever protocol: Linux
 * does not keep how they were.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Token is NULL, StartPort or NumberOfPorts is 0, or the block has
 * ports above 65535
 *  - ERROR_NOT_FOUND: a port of the block is not reserved
 *  - ERROR_NOT_SUPPORTED: there is no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page LookupPersistentUdpPortReservation
 */
IPHLPAPI_DLL_LINKAGE ULONG NETIOAPI_API_ LookupPersistentUdpPortReservation(USHORT StartPort,
                                                                            USHORT NumberOfPorts,
                                                                            ULONG64 *Token);

/**
 * @brief Nothing, as on Windows since Vista, which does not hide interfaces without a carrier.
 *
 * @param pHandle not written
 * @param pOverLapped not looked at; nothing is signalled
 *
 * Context: any thread, callbacks included. Asks nobody.
 * @return NO_ERROR
 * Source: Microsoft iphlpapi.h page DisableMediaSense
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ DisableMediaSense(HANDLE *pHandle,
                                                           struct _OVERLAPPED *pOverLapped);

/**
 * @brief Nothing, as on Windows since Vista.
 *
 * @param pOverlapped not looked at; nothing is signalled
 * @param lpdwEnableCount not written
 *
 * Context: any thread, callbacks included. Asks nobody.
 * @return NO_ERROR
 * Source: Microsoft iphlpapi.h page RestoreMediaSense
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ RestoreMediaSense(struct _OVERLAPPED *pOverlapped,
                                                           DWORD *lpdwEnableCount);

#ifdef __cplusplus
}
#endif

#endif /* IPHLPAPI_IPHLPAPI_H */
