/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The network tables and their change notifications.
 *
 * Types and constants are those of the Windows 11 SDK; of the functions, those are declared that
 * the library exports.
 *
 * Addresses are in network byte order, as everywhere in a sockaddr. "Family" is the host's
 * AF_UNSPEC, AF_INET or AF_INET6 (ws2def.h tells of Windows' value). An interface is named by its
 * LUID, or, where InterfaceLuid.Value is 0, by its index; where both are set the LUID counts.
 * Unless a function says otherwise it may be called from any thread, also from inside a callback,
 * and writes to its output parameters only when it succeeds.
 *
 * All functions that ask the kernel may also return ERROR_NOT_SUPPORTED or ERROR_ACCESS_DENIED,
 * where the process is denied netlink sockets (a sandbox; systemd's RestrictAddressFamilies without
 * AF_NETLINK), and ERROR_GEN_FAILURE, where the kernel gives an error that has no counterpart. That
 * leaves existing registrations alone, and sets no handle or table to anything but NULL.
 */
#ifndef IPHLPAPI_NETIOAPI_H
#define IPHLPAPI_NETIOAPI_H

#include "ifdef.h"
#include "ipifcons.h"
#include "iphlpapi_windef.h"
#include "iprtrmib.h"
#include "nldef.h"
#include "ntddndis.h"
#include "ws2def.h"
#include "ws2ipdef.h"

#ifdef __cplusplus
extern "C" {
#endif

#define NETIO_STATUS DWORD
#define NETIO_SUCCESS(x) ((x) == NO_ERROR)

/* Functions and callbacks use the host's calling convention, whatever WINAPI means to a port. */
#define NETIOAPI_API_
#define NETIOAPI_API NETIO_STATUS NETIOAPI_API_
#define _NETIOAPI_SUCCESS_

#ifndef IPHLPAPI_DLL_LINKAGE
#define IPHLPAPI_DLL_LINKAGE __attribute__((visibility("default")))
#endif

/* What a callback is told has happened to the row it is given. */
typedef enum _MIB_NOTIFICATION_TYPE {
    MibParameterNotification = 0, /* its other fields changed */
    MibAddInstance = 1,           /* it was added */
    MibDeleteInstance = 2,        /* it is gone */
    MibInitialNotification = 3    /* nothing: this is the first call that was asked for */
} MIB_NOTIFICATION_TYPE,
    *PMIB_NOTIFICATION_TYPE;

/* ---- Interfaces ------------------------------------------------------------------------------ */

typedef enum _MIB_IF_ENTRY_LEVEL {
    MibIfEntryNormal = 0,
    MibIfEntryNormalWithoutStatistics = 2
} MIB_IF_ENTRY_LEVEL,
    *PMIB_IF_ENTRY_LEVEL;

typedef enum _MIB_IF_TABLE_LEVEL {
    MibIfTableNormal = 0,
    MibIfTableRaw = 1,
    MibIfTableNormalWithoutStatistics = 2
} MIB_IF_TABLE_LEVEL,
    *PMIB_IF_TABLE_LEVEL;

/* Key: InterfaceLuid. Speeds are in bits per second, Mtu in bytes. */
typedef struct _MIB_IF_ROW2 {
    NET_LUID InterfaceLuid;
    NET_IFINDEX InterfaceIndex;
    GUID InterfaceGuid;
    WCHAR Alias[IF_MAX_STRING_SIZE + 1];
    WCHAR Description[IF_MAX_STRING_SIZE + 1];
    ULONG PhysicalAddressLength;
    UCHAR PhysicalAddress[IF_MAX_PHYS_ADDRESS_LENGTH];
    UCHAR PermanentPhysicalAddress[IF_MAX_PHYS_ADDRESS_LENGTH];
    ULONG Mtu;
    IFTYPE Type;
    TUNNEL_TYPE TunnelType;
    NDIS_MEDIUM MediaType;
    NDIS_PHYSICAL_MEDIUM PhysicalMediumType;
    NET_IF_ACCESS_TYPE AccessType;
    NET_IF_DIRECTION_TYPE DirectionType;
    struct {
        __extension__ BOOLEAN HardwareInterface : 1;
        __extension__ BOOLEAN FilterInterface : 1;
        __extension__ BOOLEAN ConnectorPresent : 1;
        __extension__ BOOLEAN NotAuthenticated : 1;
        __extension__ BOOLEAN NotMediaConnected : 1;
        __extension__ BOOLEAN Paused : 1;
        __extension__ BOOLEAN LowPower : 1;
        __extension__ BOOLEAN EndPointInterface : 1;
    } InterfaceAndOperStatusFlags;
    IF_OPER_STATUS OperStatus;
    NET_IF_ADMIN_STATUS AdminStatus;
    NET_IF_MEDIA_CONNECT_STATE MediaConnectState;
    NET_IF_NETWORK_GUID NetworkGuid;
    NET_IF_CONNECTION_TYPE ConnectionType;
    ULONG64 TransmitLinkSpeed;
    ULONG64 ReceiveLinkSpeed;
    ULONG64 InOctets;
    ULONG64 InUcastPkts;
    ULONG64 InNUcastPkts;
    ULONG64 InDiscards;
    ULONG64 InErrors;
    ULONG64 InUnknownProtos;
    ULONG64 InUcastOctets;
    ULONG64 InMulticastOctets;
    ULONG64 InBroadcastOctets;
    ULONG64 OutOctets;
    ULONG64 OutUcastPkts;
    ULONG64 OutNUcastPkts;
    ULONG64 OutDiscards;
    ULONG64 OutErrors;
    ULONG64 OutUcastOctets;
    ULONG64 OutMulticastOctets;
    ULONG64 OutBroadcastOctets;
    ULONG64 OutQLen;
} MIB_IF_ROW2, *PMIB_IF_ROW2;

typedef struct _MIB_IF_TABLE2 {
    ULONG NumEntries;
    MIB_IF_ROW2 Table[ANY_SIZE];
} MIB_IF_TABLE2, *PMIB_IF_TABLE2;

typedef struct _MIB_IFSTACK_ROW {
    NET_IFINDEX HigherLayerInterfaceIndex;
    NET_IFINDEX LowerLayerInterfaceIndex;
} MIB_IFSTACK_ROW, *PMIB_IFSTACK_ROW;

typedef struct _MIB_IFSTACK_TABLE {
    ULONG NumEntries;
    MIB_IFSTACK_ROW Table[ANY_SIZE];
} MIB_IFSTACK_TABLE, *PMIB_IFSTACK_TABLE;

typedef struct _MIB_INVERTEDIFSTACK_ROW {
    NET_IFINDEX LowerLayerInterfaceIndex;
    NET_IFINDEX HigherLayerInterfaceIndex;
} MIB_INVERTEDIFSTACK_ROW, *PMIB_INVERTEDIFSTACK_ROW;

typedef struct _MIB_INVERTEDIFSTACK_TABLE {
    ULONG NumEntries;
    MIB_INVERTEDIFSTACK_ROW Table[ANY_SIZE];
} MIB_INVERTEDIFSTACK_TABLE, *PMIB_INVERTEDIFSTACK_TABLE;

/* ---- IP interfaces --------------------------------------------------------------------------- */

/*
 * What one family does on one interface. Key: Family, InterfaceLuid.
 * BaseReachableTime, RetransmitTime, PathMtuDiscoveryTimeout, LinkLocalAddressTimeout and
 * ReachableTime are in milliseconds, NlMtu and MaxReassemblySize in bytes.
 */
typedef struct _MIB_IPINTERFACE_ROW {
    ADDRESS_FAMILY Family;
    NET_LUID InterfaceLuid;
    NET_IFINDEX InterfaceIndex;
    ULONG MaxReassemblySize;
    ULONG64 InterfaceIdentifier;
    ULONG MinRouterAdvertisementInterval;
    ULONG MaxRouterAdvertisementInterval;
    BOOLEAN AdvertisingEnabled;
    BOOLEAN ForwardingEnabled;
    BOOLEAN WeakHostSend;
    BOOLEAN WeakHostReceive;
    BOOLEAN UseAutomaticMetric;
    BOOLEAN UseNeighborUnreachabilityDetection;
    BOOLEAN ManagedAddressConfigurationSupported;
    BOOLEAN OtherStatefulConfigurationSupported;
    BOOLEAN AdvertiseDefaultRoute;
    NL_ROUTER_DISCOVERY_BEHAVIOR RouterDiscoveryBehavior;
    ULONG DadTransmits;
    ULONG BaseReachableTime;
    ULONG RetransmitTime;
    ULONG PathMtuDiscoveryTimeout;
    NL_LINK_LOCAL_ADDRESS_BEHAVIOR LinkLocalAddressBehavior;
    ULONG LinkLocalAddressTimeout;
    ULONG ZoneIndices[ScopeLevelCount];
    ULONG SitePrefixLength;
    ULONG Metric;
    ULONG NlMtu;
    BOOLEAN Connected;
    BOOLEAN SupportsWakeUpPatterns;
    BOOLEAN SupportsNeighborDiscovery;
    BOOLEAN SupportsRouterDiscovery;
    ULONG ReachableTime;
    NL_INTERFACE_OFFLOAD_ROD TransmitOffload;
    NL_INTERFACE_OFFLOAD_ROD ReceiveOffload;
    BOOLEAN DisableDefaultRoutes;
} MIB_IPINTERFACE_ROW, *PMIB_IPINTERFACE_ROW;

typedef struct _MIB_IPINTERFACE_TABLE {
    ULONG NumEntries;
    MIB_IPINTERFACE_ROW Table[ANY_SIZE];
} MIB_IPINTERFACE_TABLE, *PMIB_IPINTERFACE_TABLE;

typedef struct _MIB_IP_NETWORK_CONNECTION_BANDWIDTH_ESTIMATES {
    NL_BANDWIDTH_INFORMATION InboundBandwidthInformation;
    NL_BANDWIDTH_INFORMATION OutboundBandwidthInformation;
} MIB_IP_NETWORK_CONNECTION_BANDWIDTH_ESTIMATES, *PMIB_IP_NETWORK_CONNECTION_BANDWIDTH_ESTIMATES;

/* ---- Addresses ------------------------------------------------------------------------------- */

/* Key: Address, InterfaceLuid. Lifetimes are in seconds, 0xffffffff is forever. */
typedef struct _MIB_UNICASTIPADDRESS_ROW {
    SOCKADDR_INET Address;
    NET_LUID InterfaceLuid;
    NET_IFINDEX InterfaceIndex;
    NL_PREFIX_ORIGIN PrefixOrigin;
    NL_SUFFIX_ORIGIN SuffixOrigin;
    ULONG ValidLifetime;
    ULONG PreferredLifetime;
    UINT8 OnLinkPrefixLength;
    BOOLEAN SkipAsSource;
    NL_DAD_STATE DadState;
    SCOPE_ID ScopeId;
    LARGE_INTEGER CreationTimeStamp;
} MIB_UNICASTIPADDRESS_ROW, *PMIB_UNICASTIPADDRESS_ROW;

typedef struct _MIB_UNICASTIPADDRESS_TABLE {
    ULONG NumEntries;
    MIB_UNICASTIPADDRESS_ROW Table[ANY_SIZE];
} MIB_UNICASTIPADDRESS_TABLE, *PMIB_UNICASTIPADDRESS_TABLE;

/* Key: Address, InterfaceLuid. */
typedef struct _MIB_ANYCASTIPADDRESS_ROW {
    SOCKADDR_INET Address;
    NET_LUID InterfaceLuid;
    NET_IFINDEX InterfaceIndex;
    SCOPE_ID ScopeId;
} MIB_ANYCASTIPADDRESS_ROW, *PMIB_ANYCASTIPADDRESS_ROW;

typedef struct _MIB_ANYCASTIPADDRESS_TABLE {
    ULONG NumEntries;
    MIB_ANYCASTIPADDRESS_ROW Table[ANY_SIZE];
} MIB_ANYCASTIPADDRESS_TABLE, *PMIB_ANYCASTIPADDRESS_TABLE;

/* Key: Address, InterfaceLuid. Index and LUID stand the other way round than in an anycast row. */
typedef struct _MIB_MULTICASTIPADDRESS_ROW {
    SOCKADDR_INET Address;
    NET_IFINDEX InterfaceIndex;
    NET_LUID InterfaceLuid;
    SCOPE_ID ScopeId;
} MIB_MULTICASTIPADDRESS_ROW, *PMIB_MULTICASTIPADDRESS_ROW;

typedef struct _MIB_MULTICASTIPADDRESS_TABLE {
    ULONG NumEntries;
    MIB_MULTICASTIPADDRESS_ROW Table[ANY_SIZE];
} MIB_MULTICASTIPADDRESS_TABLE, *PMIB_MULTICASTIPADDRESS_TABLE;

/* ---- Routes and paths ------------------------------------------------------------------------ */

typedef struct _IP_ADDRESS_PREFIX {
    SOCKADDR_INET Prefix;
    UINT8 PrefixLength; /* bits */
} IP_ADDRESS_PREFIX, *PIP_ADDRESS_PREFIX;

/*
 * Key: InterfaceLuid, DestinationPrefix, NextHop. Lifetimes and Age are in seconds, 0xffffffff is
 * forever.
 */
typedef struct _MIB_IPFORWARD_ROW2 {
    NET_LUID InterfaceLuid;
    NET_IFINDEX InterfaceIndex;
    IP_ADDRESS_PREFIX DestinationPrefix;
    SOCKADDR_INET NextHop;
    UCHAR SitePrefixLength;
    ULONG ValidLifetime;
    ULONG PreferredLifetime;
    ULONG Metric;
    NL_ROUTE_PROTOCOL Protocol;
    BOOLEAN Loopback;
    BOOLEAN AutoconfigureAddress;
    BOOLEAN Publish;
    BOOLEAN Immortal;
    ULONG Age;
    NL_ROUTE_ORIGIN Origin;
} MIB_IPFORWARD_ROW2, *PMIB_IPFORWARD_ROW2;

typedef struct _MIB_IPFORWARD_TABLE2 {
    ULONG NumEntries;
    MIB_IPFORWARD_ROW2 Table[ANY_SIZE];
} MIB_IPFORWARD_TABLE2, *PMIB_IPFORWARD_TABLE2;

/* Key: Source, Destination, InterfaceLuid. Times are in milliseconds, speeds in bits per second. */
typedef struct _MIB_IPPATH_ROW {
    SOCKADDR_INET Source;
    SOCKADDR_INET Destination;
    NET_LUID InterfaceLuid;
    NET_IFINDEX InterfaceIndex;
    SOCKADDR_INET CurrentNextHop;
    ULONG PathMtu;
    ULONG RttMean;
    ULONG RttDeviation;
    __extension__ union {
        ULONG LastReachable;
        ULONG LastUnreachable;
    };
    BOOLEAN IsReachable;
    ULONG64 LinkTransmitSpeed;
    ULONG64 LinkReceiveSpeed;
} MIB_IPPATH_ROW, *PMIB_IPPATH_ROW;

typedef struct _MIB_IPPATH_TABLE {
    ULONG NumEntries;
    MIB_IPPATH_ROW Table[ANY_SIZE];
} MIB_IPPATH_TABLE, *PMIB_IPPATH_TABLE;

/* ---- Neighbours ------------------------------------------------------------------------------ */

/* Key: Address, InterfaceLuid. Times are in milliseconds. */
typedef struct _MIB_IPNET_ROW2 {
    SOCKADDR_INET Address;
    NET_IFINDEX InterfaceIndex;
    NET_LUID InterfaceLuid;
    UCHAR PhysicalAddress[IF_MAX_PHYS_ADDRESS_LENGTH];
    ULONG PhysicalAddressLength;
    NL_NEIGHBOR_STATE State;
    __extension__ union {
        __extension__ struct {
            __extension__ BOOLEAN IsRouter : 1;
            __extension__ BOOLEAN IsUnreachable : 1;
        };
        UCHAR Flags;
    };
    union {
        ULONG LastReachable;
        ULONG LastUnreachable;
    } ReachabilityTime;
} MIB_IPNET_ROW2, *PMIB_IPNET_ROW2;

typedef struct _MIB_IPNET_TABLE2 {
    ULONG NumEntries;
    MIB_IPNET_ROW2 Table[ANY_SIZE];
} MIB_IPNET_TABLE2, *PMIB_IPNET_TABLE2;

#include "netioapi_compartments.h"
#include "netioapi_dns.h"
#include "netioapi_hint.h"

/* ---- Callbacks ------------------------------------------------------------------------------- */

#define MIB_INVALID_TEREDO_PORT_NUMBER 0

/*
 * Who calls: the thread that registers, once, for the MibInitialNotification that it asked for;
 * from then on a thread of the registration's own, one call at a time, in the order of events.
 *
 * Row is NULL with MibInitialNotification and never else. It carries its key and whatever else the
 * event told. It stays readable until the registration is cancelled, unchanged for the next 63
 * calls at least, and is not the callback's to free. A callback may call every function of this
 * header. To cancel its own registration is refused, see CancelMibChangeNotify2.
 */
typedef void(NETIOAPI_API_ *PIPINTERFACE_CHANGE_CALLBACK)(PVOID CallerContext,
                                                          PMIB_IPINTERFACE_ROW Row,
                                                          MIB_NOTIFICATION_TYPE NotificationType);

typedef void(NETIOAPI_API_ *PUNICAST_IPADDRESS_CHANGE_CALLBACK)(
    PVOID CallerContext, PMIB_UNICASTIPADDRESS_ROW Row, MIB_NOTIFICATION_TYPE NotificationType);

typedef void(NETIOAPI_API_ *PIPFORWARD_CHANGE_CALLBACK)(PVOID CallerContext,
                                                        PMIB_IPFORWARD_ROW2 Row,
                                                        MIB_NOTIFICATION_TYPE NotificationType);

/* AddressTable is the callback's own: it frees the table with FreeMibTable. */
typedef void(NETIOAPI_API_ *PSTABLE_UNICAST_IPADDRESS_TABLE_CALLBACK)(
    PVOID CallerContext, PMIB_UNICASTIPADDRESS_TABLE AddressTable);

/* Port, in host byte order, is MIB_INVALID_TEREDO_PORT_NUMBER with MibInitialNotification. */
typedef void(NETIOAPI_API_ *PTEREDO_PORT_CHANGE_CALLBACK)(PVOID CallerContext, USHORT Port,
                                                          MIB_NOTIFICATION_TYPE NotificationType);

/* ---- Notification functions ------------------------------------------------------------------ */

/**
 * @brief Have every change of an IP interface reported.
 *
 * @param Family AF_INET or AF_INET6 for that family's interfaces, AF_UNSPEC for both
 * @param Callback called for every change
 * @param CallerContext passed to Callback untouched; may be NULL
 * @param InitialNotification TRUE to have Callback called once, with MibInitialNotification and a
 *     NULL row, before this function returns
 * @param NotificationHandle set to the registration's handle before Callback runs for the first
 *     time
 *
 * An IP interface is added when a family starts to work on an interface, deleted when it ends or
 * the interface goes away, and changed when a field of its row other than a counter changes. The
 * row given to Callback has Family, InterfaceLuid, InterfaceIndex and Connected, and those other
 * fields that the event told; GetIpInterfaceEntry() reads all of them.
 *
 * It is also reported as changed (MibParameterNotification) when one of its unicast addresses of
 * that family is added, deleted or changed in a way that NotifyUnicastIpAddressChange() reports,
 * such as an address that becomes usable: once for each such change, and the row may be the same as
 * before. Lifetimes that count down are no change. So a program that registers for interfaces alone
 * and reads the addresses in Callback has them as they are, as on Windows.
 *
 * Every change after the registration is reported exactly once, however slow Callback is. The
 * registration lasts until CancelMibChangeNotify2(). A fork()ed child does not inherit it.
 *
 * Linux does not announce what is written to some files of /proc/sys. A change of NlMtu,
 * RouterDiscoveryBehavior, DadTransmits or LinkLocalAddressBehavior (IPv6) that was made there is
 * reported when the interface is next announced for any reason. No change of BaseReachableTime,
 * ReachableTime, RetransmitTime or PathMtuDiscoveryTimeout is reported; Row has 0 there.
 *
 * Context: any thread, callbacks included. Callback runs on this thread (the initial call) and on
 * a thread of the registration's own (all others).
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Family is none of the three, Callback or NotificationHandle is
 *    NULL; *NotificationHandle is NULL where there is one
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory, thread or descriptor; *NotificationHandle is NULL
 * Source: Microsoft netioapi.h page NotifyIpInterfaceChange
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API NotifyIpInterfaceChange(ADDRESS_FAMILY Family,
                                                          PIPINTERFACE_CHANGE_CALLBACK Callback,
                                                          PVOID CallerContext,
                                                          BOOLEAN InitialNotification,
                                                          HANDLE *NotificationHandle);

/**
 * @brief Have every change of a unicast address reported.
 *
 * @param Family AF_INET or AF_INET6 for that family's addresses, AF_UNSPEC for both
 * @param Callback called for every change
 * @param CallerContext passed to Callback untouched; may be NULL
 * @param InitialNotification TRUE to have Callback called once, with MibInitialNotification and a
 *     NULL row, before this function returns
 * @param NotificationHandle set to the registration's handle before Callback runs for the first
 *     time
 *
 * Reported are addresses that come and go, and changes of state, prefix length, flags and origin.
 * Lifetimes that merely count down or are refreshed are no change. The row given to Callback has
 * Address, InterfaceLuid, InterfaceIndex, and those other fields that the event told;
 * GetUnicastIpAddressEntry() reads all of them.
 *
 * Every change after the registration is reported exactly once, however slow Callback is. The
 * registration lasts until CancelMibChangeNotify2(). A fork()ed child does not inherit it.
 *
 * Context: any thread, callbacks included. Callback runs on this thread (the initial call) and on
 * a thread of the registration's own (all others).
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Family is none of the three, Callback or NotificationHandle is
 *    NULL; *NotificationHandle is NULL where there is one
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory, thread or descriptor; *NotificationHandle is NULL
 * Source: Microsoft netioapi.h page NotifyUnicastIpAddressChange
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API NotifyUnicastIpAddressChange(
    ADDRESS_FAMILY Family, PUNICAST_IPADDRESS_CHANGE_CALLBACK Callback, PVOID CallerContext,
    BOOLEAN InitialNotification, HANDLE *NotificationHandle);

/**
 * @brief Have every change of a route reported.
 *
 * @param AddressFamily AF_INET or AF_INET6 for that family's routes, AF_UNSPEC for both
 * @param Callback called for every change
 * @param CallerContext passed to Callback untouched; may be NULL
 * @param InitialNotification TRUE to have Callback called once, with MibInitialNotification and a
 *     NULL row, before this function returns
 * @param NotificationHandle set to the registration's handle before Callback runs for the first
 *     time
 *
 * A route with several next hops is several rows. Where the host has several routes with one key
 * (interface, prefix, next hop), they are one row: the one that wins. The row given to Callback
 * has InterfaceLuid, InterfaceIndex, DestinationPrefix, NextHop, Protocol and Metric, and those
 * other fields that the event told; GetIpForwardEntry2() reads all of them.
 *
 * Every change after the registration is reported exactly once, however slow Callback is. The
 * registration lasts until CancelMibChangeNotify2(). A fork()ed child does not inherit it.
 *
 * Context: any thread, callbacks included. Callback runs on this thread (the initial call) and on
 * a thread of the registration's own (all others).
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: AddressFamily is none of the three, Callback or
 *    NotificationHandle is NULL; *NotificationHandle is NULL where there is one
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory, thread or descriptor; *NotificationHandle is NULL
 * Source: Microsoft netioapi.h page NotifyRouteChange2
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API NotifyRouteChange2(ADDRESS_FAMILY AddressFamily,
                                                     PIPFORWARD_CHANGE_CALLBACK Callback,
                                                     PVOID CallerContext,
                                                     BOOLEAN InitialNotification,
                                                     HANDLE *NotificationHandle);

/**
 * @brief Get the unicast addresses once none of them is tentative or awaited.
 *
 * @param Family AF_INET or AF_INET6 for that family's addresses, AF_UNSPEC for both
 * @param Table set to the table when it is stable already, else to NULL; free it with
 *     FreeMibTable()
 * @param CallerCallback called each time the table becomes stable, when it is not stable yet
 * @param CallerContext passed to CallerCallback untouched; may be NULL
 * @param NotificationHandle set to the registration's handle, or to NULL when Table was set
 *
 * With NO_ERROR the table is in *Table, *NotificationHandle is NULL, and CallerCallback will
 * never be called. With ERROR_IO_PENDING *Table is NULL, and CallerCallback gets a table each
 * time one becomes stable, until *NotificationHandle is cancelled with CancelMibChangeNotify2();
 * each table is its own to free. Rows are filled as by GetUnicastIpAddressTable().
 *
 * With AF_INET6 and AF_UNSPEC the table is not stable either while a Teredo client runs that has
 * not got its address yet, because no Teredo server has answered; it becomes stable when the
 * address is there, or the client ends. With a client whose server never answers CallerCallback
 * is not called at all, as on Windows: the program decides how long it waits.
 *
 * Context: any thread, callbacks included. CallerCallback runs on a thread of the registration's
 * own, never before this function has stored the handle.
 * @return NO_ERROR or ERROR_IO_PENDING, or
 *  - ERROR_INVALID_PARAMETER: Family is none of the three, or Table, CallerCallback or
 *    NotificationHandle is NULL; *NotificationHandle is NULL where there is one
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory, thread or descriptor; *NotificationHandle is NULL
 * Source: Microsoft netioapi.h page NotifyStableUnicastIpAddressTable
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API
NotifyStableUnicastIpAddressTable(ADDRESS_FAMILY Family, PMIB_UNICASTIPADDRESS_TABLE *Table,
                                  PSTABLE_UNICAST_IPADDRESS_TABLE_CALLBACK CallerCallback,
                                  PVOID CallerContext, HANDLE *NotificationHandle);

/**
 * @brief Have every change of the Teredo client's UDP port reported.
 *
 * @param Callback called for every change
 * @param CallerContext passed to Callback untouched; may be NULL
 * @param InitialNotification TRUE to have Callback called once, with MibInitialNotification and
 *     port 0, before this function returns
 * @param NotificationHandle set to the registration's handle before Callback runs for the first
 *     time
 *
 * The port is that of GetTeredoPort(). Microsoft's page does not say which types Callback gets
 * when; here they mean what they mean elsewhere:
 *  - MibAddInstance: there is a client with that port, and none was known before
 *  - MibParameterNotification: the client has that port now instead of another
 *  - MibDeleteInstance: there is no client any more; Port is the one that it had, so that what was
 *    opened for it can be closed
 * A restart is told as a deletion and an addition where both are noticed; one that keeps the port
 * and is over before it is noticed is no change. The first port of a client whose process may be
 * looked into is told when it is bound, else when the client has got its address.
 *
 * Changes are noticed by what becomes of the client's interface and address. A client that moves
 * to another port and leaves both as they are goes unnoticed until something becomes of them;
 * Miredo has no way to do that. The registration lasts until CancelMibChangeNotify2(). A fork()ed
 * child does not inherit it.
 *
 * Context: any thread, callbacks included. Callback runs on this thread (the initial call) and on
 * a thread of the registration's own (all others).
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Callback or NotificationHandle is NULL; *NotificationHandle is NULL
 *    where there is one
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory, thread or descriptor; *NotificationHandle is NULL
 * Source: Microsoft netioapi.h page NotifyTeredoPortChange
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API NotifyTeredoPortChange(PTEREDO_PORT_CHANGE_CALLBACK Callback,
                                                         PVOID CallerContext,
                                                         BOOLEAN InitialNotification,
                                                         HANDLE *NotificationHandle);

/**
 * @brief End a registration.
 *
 * @param NotificationHandle a handle from one of the Notify functions
 *
 * Returns after the callback that is running, if any, has returned. No callback runs afterwards:
 * the caller may free the context at once, and rows that were handed out are no longer readable.
 *
 * Context: any thread. From inside the registration's own callback the call is refused, as is
 * exactly one call of a ring of callbacks that cancel each other; those registrations live on.
 * Other registrations may be cancelled from a callback.
 *
 * A program may make a call that can never return: a thread holds a lock and cancels, and the
 * callback waits for that lock. Natively such a call is refused, too, after some 10 ms, where it
 * can be proven: the callback's thread waits, without a limit of time, for a mutex or a read-write
 * lock that this thread holds, or for its end (pthread_join), perhaps through other threads, locks
 * and cancels. That is so with glibc on x86. Whatever else the callback waits for, and in Wine,
 * the call waits for the callback, and after 5 s says so on standard error.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: NotificationHandle is NULL
 *  - ERROR_INVALID_HANDLE: any other value that is not, or no longer, a registration's handle
 *  - ERROR_POSSIBLE_DEADLOCK: to wait for the callback would be to wait for this thread itself;
 *    nothing has changed: the registration lives on, and is told every change
 * Source: Microsoft netioapi.h page CancelMibChangeNotify2
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API CancelMibChangeNotify2(HANDLE NotificationHandle);

/* ---- Tables and entries ---------------------------------------------------------------------- */

/**
 * @brief Read all IP interfaces.
 *
 * @param Family AF_INET or AF_INET6 for that family's interfaces, AF_UNSPEC for both
 * @param Table set to the table; free it with FreeMibTable()
 *
 * Fills all fields of every row, as GetIpInterfaceEntry() does.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Table is NULL, or Family is none of the three
 *  - ERROR_NOT_FOUND: there is no entry at all; *Table is NULL
 *  - ERROR_NOT_SUPPORTED: Family is AF_INET6 and the host has no IPv6; *Table is NULL
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page GetIpInterfaceTable
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API GetIpInterfaceTable(ADDRESS_FAMILY Family,
                                                      PMIB_IPINTERFACE_TABLE *Table);

/**
 * @brief Read one IP interface.
 *
 * @param Row in: Family (AF_INET or AF_INET6) and InterfaceLuid or InterfaceIndex; out: all fields
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Row is NULL, Family is neither of the two, or neither LUID nor index
 *    is set
 *  - ERROR_FILE_NOT_FOUND: there is no interface with that InterfaceIndex
 *  - ERROR_NOT_FOUND: there is no interface with that InterfaceLuid (so Windows, as Wine's tests
 *    have it; the page has ERROR_FILE_NOT_FOUND), or Family does not work on the interface
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page GetIpInterfaceEntry
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API GetIpInterfaceEntry(PMIB_IPINTERFACE_ROW Row);

/**
 * @brief Change what an IP interface is set to.
 *
 * @param Row in: Family (AF_INET or AF_INET6), InterfaceLuid or InterfaceIndex, and all other
 * fields as they are to be, as GetIpInterfaceEntry() fills them, with what is to be another;
 *     SitePrefixLength is 0 for IPv4. A field of which all bits are set stays as it is, as
 *     RouterDiscoveryUnchanged and LinkLocalUnchanged do. out: InterfaceLuid, if it was 0
 *
 * These fields can be changed:
 *  - ForwardingEnabled. IPv6: only to what net.ipv6.conf.all.forwarding is, as Linux has one switch
 *  - UseAutomaticMetric, with Metric 0: a route's metric is the whole metric
 *  - NlMtu in bytes. IPv4's is that of the link, which IPv6 has, too, unless its own is lower.
 *    IPv6's is not above that of the link
 *  - RouterDiscoveryBehavior, DadTransmits, LinkLocalAddressBehavior of IPv6. An address that there
 *    is stays when link-local addresses are switched off
 *  - BaseReachableTime, RetransmitTime in ms, which are rounded up to a tick of the kernel's clock
 *
 * MaxReassemblySize, InterfaceIdentifier, MinRouterAdvertisementInterval,
 * MaxRouterAdvertisementInterval, Connected, SupportsWakeUpPatterns, SupportsNeighborDiscovery,
 * SupportsRouterDiscovery, ReachableTime, TransmitOffload and ReceiveOffload are ignored. All
 * others must be as they are. SitePrefixLength 0 is taken for IPv6, too.
 *
 * All registrations are told, those of other processes as well. The settings last as long as the
 * interface.
 *
 * Needs CAP_NET_ADMIN over the network namespace, and for ForwardingEnabled and the fields of IPv6
 * a writable /proc/sys, which containers may lack.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or, nothing having changed,
 *  - ERROR_ACCESS_DENIED: the process may not configure the network, or not write to /proc/sys
 *  - ERROR_INVALID_PARAMETER: Row is NULL; Family is neither of the two; neither LUID nor index is
 *    set; RouterDiscoveryBehavior or LinkLocalAddressBehavior is none of its enumeration;
 *    SitePrefixLength is not 0 for IPv4, or above 128 for IPv6; NlMtu is below 68 for IPv4, below
 *    1280 for IPv6, above what the link can do, or above the link's for IPv6; BaseReachableTime or
 *    RetransmitTime is 0; a number is above 0x7fffffff
 *  - ERROR_FILE_NOT_FOUND: there is no such interface
 *  - ERROR_NOT_FOUND: the interface does not have that family
 *  - ERROR_NOT_SUPPORTED: a field is to change that Linux does not have, or not for that family or
 *    interface; Metric is not 0; NlMtu of IPv4 is below 1280 where the interface has IPv6, which it
 *    would lose; somebody else has written net.ipv4.conf.*.tag of the interface, which
 *    UseAutomaticMetric and the times need; the host has no IPv6
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page SetIpInterfaceEntry
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API SetIpInterfaceEntry(PMIB_IPINTERFACE_ROW Row);

/**
 * @brief Prepare a row for SetIpInterfaceEntry.
 *
 * @param Row out: Family is AF_UNSPEC, InterfaceLuid and all other fields are 0; NULL is ignored
 *
 * Context: any thread, callbacks included.
 * Source: Microsoft netioapi.h page InitializeIpInterfaceEntry
 */
IPHLPAPI_DLL_LINKAGE void NETIOAPI_API_ InitializeIpInterfaceEntry(PMIB_IPINTERFACE_ROW Row);

/**
 * @brief Ask what bandwidth a connection over an interface has had.
 *
 * @param InterfaceIndex the interface's index
 * @param AddressFamily AF_INET or AF_INET6
 * @param BandwidthEstimates set to zeros. So an interface has it for which there are no estimates;
 *     Linux makes them for each TCP connection, not for interfaces
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: BandwidthEstimates is NULL, AddressFamily is neither of the two, or
 *    InterfaceIndex is 0
 *  - ERROR_FILE_NOT_FOUND: there is no such interface
 *  - ERROR_NOT_FOUND: the interface does not have that family
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page GetIpNetworkConnectionBandwidthEstimates
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API GetIpNetworkConnectionBandwidthEstimates(
    NET_IFINDEX InterfaceIndex, ADDRESS_FAMILY AddressFamily,
    PMIB_IP_NETWORK_CONNECTION_BANDWIDTH_ESTIMATES BandwidthEstimates);

/**
 * @brief Read all unicast addresses.
 *
 * @param Family AF_INET or AF_INET6 for that family's addresses, AF_UNSPEC for both
 * @param Table set to the table; free it with FreeMibTable()
 *
 * Fills all fields of every row, as GetUnicastIpAddressEntry() does.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Table is NULL, or Family is none of the three
 *  - ERROR_NOT_FOUND: there is no entry at all; *Table is NULL
 *  - ERROR_NOT_SUPPORTED: Family is AF_INET6 and the host has no IPv6; *Table is NULL
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page GetUnicastIpAddressTable
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API GetUnicastIpAddressTable(ADDRESS_FAMILY Family,
                                                           PMIB_UNICASTIPADDRESS_TABLE *Table);

/**
 * @brief Read one unicast address.
 *
 * @param Row in: Address (si_family AF_INET or AF_INET6, and the address of that family) and
 *     InterfaceLuid or InterfaceIndex; out: all fields
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Row is NULL, Address.si_family is neither of the two, or the address
 *    is no unicast address
 *  - ERROR_FILE_NOT_FOUND: there is no such interface, or neither LUID nor index is set (so
 *    Windows, as Wine's tests have it; the page has ERROR_INVALID_PARAMETER for the latter)
 *  - ERROR_NOT_FOUND: the interface exists, but does not have the address
 *  - ERROR_NOT_SUPPORTED: Address.si_family is AF_INET6 and the host has no IPv6
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page GetUnicastIpAddressEntry
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API GetUnicastIpAddressEntry(PMIB_UNICASTIPADDRESS_ROW Row);

/**
 * @brief Give an interface a unicast address.
 *
 * @param Row in: Address, InterfaceLuid or InterfaceIndex, and what the address is to have:
 *     OnLinkPrefixLength in bits (255: the whole address), ValidLifetime and PreferredLifetime in
 *     seconds (0xffffffff: for ever), PrefixOrigin and SuffixOrigin (both Unchanged: Manual).
 *     InitializeUnicastIpAddressEntry() fills what a program does not want to choose
 *
 * Duplicate address detection of an IPv6 address goes on after the function has returned: until
 * its end the address is IpDadStateTentative. With DadState IpDadStatePreferred there is none, and
 * the address may be used at once. ScopeId and CreationTimeStamp are ignored. The address goes
 * with the interface or with the system's end; it is in no configuration.
 *
 * Needs CAP_NET_ADMIN over the network namespace.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or, nothing having changed,
 *  - ERROR_ACCESS_DENIED: the process may not configure the network
 *  - ERROR_INVALID_PARAMETER: Row is NULL; Address is of neither family or no unicast address;
 *    neither LUID nor index is set; the preferred lifetime is longer than the valid one, or that is
 *    0; only one origin is Unchanged, or one is none of its enumeration; the prefix is longer than
 *    the address; a loopback address is to be on another interface
 *  - ERROR_NOT_FOUND: there is no such interface, or it has no state of that family
 *  - ERROR_NOT_SUPPORTED: the host has no IPv6, or it is switched off on the interface; or
 *    SkipAsSource is set, which Linux does not have
 *  - ERROR_OBJECT_ALREADY_EXISTS: the interface has that address, with whatever prefix
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page CreateUnicastIpAddressEntry, RFC 4862
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API CreateUnicastIpAddressEntry(const MIB_UNICASTIPADDRESS_ROW *Row);

/**
 * @brief Change lifetimes, prefix length and origins of a unicast address.
 *
 * @param Row in: Address and InterfaceLuid or InterfaceIndex; OnLinkPrefixLength in bits (255: the
 *     whole address), both lifetimes in seconds, both origins (Unchanged: they stay). As
 *     GetUnicastIpAddressEntry() fills it, with what is to be another
 *
 * DadState, ScopeId and CreationTimeStamp are ignored. An IPv6 address whose prefix length changes
 * is deleted and made again, which registrations are told: Linux has no other way.
 *
 * Needs CAP_NET_ADMIN over the network namespace.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_ACCESS_DENIED: the process may not configure the network; or other addresses would go
 *    with the old prefix and /proc/sys cannot be written
 *  - ERROR_INVALID_PARAMETER: as of CreateUnicastIpAddressEntry()
 *  - ERROR_NOT_FOUND: there is no such interface, or it does not have the address
 *  - ERROR_NOT_SUPPORTED: the host has no IPv6; or SkipAsSource is set, which Linux does not have
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page SetUnicastIpAddressEntry
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API SetUnicastIpAddressEntry(const MIB_UNICASTIPADDRESS_ROW *Row);

/**
 * @brief Take a unicast address from an interface.
 *
 * @param Row in: Address and InterfaceLuid or InterfaceIndex; all else is ignored
 *
 * No other address goes with it: where Linux would delete IPv4's secondary ones of the subnet, they
 * stay (promote_secondaries of the link is on meanwhile).
 *
 * Needs CAP_NET_ADMIN over the network namespace.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_ACCESS_DENIED: the process may not configure the network; or other addresses would go
 *    with this one and /proc/sys cannot be written
 *  - ERROR_INVALID_PARAMETER: Row is NULL, Address is of neither family or no unicast address, or
 *    neither LUID nor index is set
 *  - ERROR_NOT_FOUND: there is no such interface, or it does not have the address
 *  - ERROR_NOT_SUPPORTED: Address is an IPv6 address and the host has no IPv6
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page DeleteUnicastIpAddressEntry
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API DeleteUnicastIpAddressEntry(const MIB_UNICASTIPADDRESS_ROW *Row);

/**
 * @brief Prepare a row for CreateUnicastIpAddressEntry.
 *
 * @param Row out: PrefixOrigin is IpPrefixOriginUnchanged, SuffixOrigin IpSuffixOriginUnchanged,
 *     OnLinkPrefixLength 255 (no length), both lifetimes 0xffffffff (forever), all other fields are
 *     0; NULL is ignored
 *
 * Context: any thread, callbacks included.
 * Source: Microsoft netioapi.h page InitializeUnicastIpAddressEntry
 */
IPHLPAPI_DLL_LINKAGE void NETIOAPI_API_
InitializeUnicastIpAddressEntry(PMIB_UNICASTIPADDRESS_ROW Row);

/**
 * @brief Read all multicast groups that interfaces have joined.
 *
 * @param Family AF_INET or AF_INET6 for that family's, AF_UNSPEC for both
 * @param Table set to the table; free it with FreeMibTable()
 *
 * Whoever joined them: the system, or a program. A group that several have joined is there once.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Table is NULL, or Family is none of the three
 *  - ERROR_NOT_FOUND: there is no entry at all; *Table is NULL
 *  - ERROR_NOT_SUPPORTED: Family is AF_INET6 and the host has no IPv6; *Table is NULL
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page GetMulticastIpAddressTable
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API GetMulticastIpAddressTable(ADDRESS_FAMILY Family,
                                                             PMIB_MULTICASTIPADDRESS_TABLE *Table);

/**
 * @brief Read one multicast group of an interface.
 *
 * @param Row in: Address and InterfaceLuid or InterfaceIndex; out: all fields
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Row is NULL, Address is of neither family or no group, or neither
 * LUID nor index is set
 *  - ERROR_FILE_NOT_FOUND: there is no such interface
 *  - ERROR_NOT_FOUND: the interface does not have it
 *  - ERROR_NOT_SUPPORTED: Address is an IPv6 address and the host has no IPv6
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page GetMulticastIpAddressEntry
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API GetMulticastIpAddressEntry(PMIB_MULTICASTIPADDRESS_ROW Row);

/**
 * @brief Read all anycast addresses that the host answers for.
 *
 * @param Family AF_INET or AF_INET6 for that family's, AF_UNSPEC for both
 * @param Table set to the table; free it with FreeMibTable()
 *
 * IPv6 only: those of the prefixes of an interface that forwards (RFC 4291, 2.6.1), and those that
 * a program has joined.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Table is NULL, or Family is none of the three
 *  - ERROR_NOT_FOUND: there is no entry at all; *Table is NULL
 *  - ERROR_NOT_SUPPORTED: Family is AF_INET6 and the host has no IPv6; *Table is NULL
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page GetAnycastIpAddressTable
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API GetAnycastIpAddressTable(ADDRESS_FAMILY Family,
                                                           PMIB_ANYCASTIPADDRESS_TABLE *Table);

/**
 * @brief Read one anycast address of an interface.
 *
 * @param Row in: Address and InterfaceLuid or InterfaceIndex; out: all fields
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Row is NULL, Address is of neither family or no unicast address, or
 * neither LUID nor index is set
 *  - ERROR_FILE_NOT_FOUND: there is no such interface
 *  - ERROR_NOT_FOUND: the interface does not have it
 *  - ERROR_NOT_SUPPORTED: Address is an IPv6 address and the host has no IPv6
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page GetAnycastIpAddressEntry
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API GetAnycastIpAddressEntry(PMIB_ANYCASTIPADDRESS_ROW Row);

/**
 * @brief Give an interface an anycast address: Linux has no such request.
 *
 * @param Row in: Address and InterfaceLuid or InterfaceIndex
 *
 * A socket may join an anycast address (IPV6_JOIN_ANYCAST), for as long as it is open; nothing
 * makes or deletes one of an interface. So this function never succeeds.
 *
 * Context: any thread, callbacks included.
 * @return
 *  - ERROR_NOT_SUPPORTED: what is asked for is in order
 *  - ERROR_ACCESS_DENIED: the process may not configure the network
 *  - ERROR_INVALID_PARAMETER: Row is NULL, Address is of neither family or no unicast address, or
 *    neither LUID nor index is set
 *  - ERROR_NOT_FOUND: there is no such interface
 *  - ERROR_OBJECT_ALREADY_EXISTS: the interface has that address
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page CreateAnycastIpAddressEntry
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API CreateAnycastIpAddressEntry(const MIB_ANYCASTIPADDRESS_ROW *Row);

/**
 * @brief Take from an interface an anycast address: Linux has no such request.
 *
 * @param Row in: Address and InterfaceLuid or InterfaceIndex
 *
 * A socket may join an anycast address (IPV6_JOIN_ANYCAST), for as long as it is open; nothing
 * makes or deletes one of an interface. So this function never succeeds.
 *
 * Context: any thread, callbacks included.
 * @return
 *  - ERROR_NOT_SUPPORTED: what is asked for is in order
 *  - ERROR_ACCESS_DENIED: the process may not configure the network
 *  - ERROR_INVALID_PARAMETER: Row is NULL, Address is of neither family or no unicast address, or
 *    neither LUID nor index is set
 *  - ERROR_NOT_FOUND: there is no such interface, or it does not have the address
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page DeleteAnycastIpAddressEntry
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API DeleteAnycastIpAddressEntry(const MIB_ANYCASTIPADDRESS_ROW *Row);

/**
 * @brief Read all routes.
 *
 * @param Family AF_INET or AF_INET6 for that family's routes, AF_UNSPEC for both
 * @param Table set to the table; free it with FreeMibTable()
 *
 * Fills all fields of every row, as GetIpForwardEntry2() does; there is one row for each key
 * (interface, prefix, next hop).
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Table is NULL, or Family is none of the three
 *  - ERROR_NOT_FOUND: there is no entry at all; *Table is NULL
 *  - ERROR_NOT_SUPPORTED: Family is AF_INET6 and the host has no IPv6; *Table is NULL
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page GetIpForwardTable2
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API GetIpForwardTable2(ADDRESS_FAMILY Family,
                                                     PMIB_IPFORWARD_TABLE2 *Table);

/**
 * @brief Read one route.
 *
 * @param Row in: DestinationPrefix (Prefix.si_family AF_INET or AF_INET6, the prefix, and its
 *     length in bits), NextHop (all zeros for an on-link route; of the same family, but for IPv4
 *     routes through an IPv6 gateway) and InterfaceLuid or InterfaceIndex; out: all fields
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Row is NULL, a family is neither of the two or the families do not
 *    go together, the prefix is longer than an address, or neither LUID nor index is set
 *  - ERROR_NOT_FOUND: there is no such interface or no such route
 *  - ERROR_NOT_SUPPORTED: the prefix' family is AF_INET6 and the host has no IPv6
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page GetIpForwardEntry2
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API GetIpForwardEntry2(PMIB_IPFORWARD_ROW2 Row);

/**
 * @brief Prepare a row for CreateIpForwardEntry2.
 *
 * @param Row out: both lifetimes are 0xffffffff (forever); Loopback, AutoconfigureAddress, Publish
 *     and Immortal are TRUE; SitePrefixLength is 255, Metric 0xffffffff and Protocol -1, which
 *     stand for no value; all other fields are 0; NULL is ignored
 *
 * Context: any thread, callbacks included.
 * Source: Microsoft netioapi.h page InitializeIpForwardEntry
 */
IPHLPAPI_DLL_LINKAGE void NETIOAPI_API_ InitializeIpForwardEntry(PMIB_IPFORWARD_ROW2 Row);

/**
 * @brief Read all neighbours: which link-layer address an IP address on a link has.
 *
 * @param Family AF_INET or AF_INET6 for that family's neighbours (ARP, ND), AF_UNSPEC for both
 * @param Table set to the table; free it with FreeMibTable()
 *
 * Fills all fields of every row, as GetIpNetEntry2() does. Groups and broadcast addresses that were
 * sent to are there as NlnsPermanent; 224.0.0.22 and 239.255.255.250 always are, on every IPv4
 * interface, as on Windows. So are addresses that the host answers for (proxies).
 *
 * PhysicalAddressLength is that of the link's addresses, 0 where it has none (tunnels, loopback);
 * PhysicalAddress is zero where it is not known, as in NlnsIncomplete. ReachabilityTime is how long
 * ago, in ms, the neighbour was last confirmed to be reachable, or, where IsUnreachable is set, was
 * found to be unreachable; 0 for NlnsPermanent.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Table is NULL, or Family is none of the three
 *  - ERROR_NOT_FOUND: there is no entry at all; *Table is NULL
 *  - ERROR_NOT_SUPPORTED: Family is AF_INET6 and the host has no IPv6; *Table is NULL
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page GetIpNetTable2, RFC 826, RFC 4861
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API GetIpNetTable2(ADDRESS_FAMILY Family, PMIB_IPNET_TABLE2 *Table);

/**
 * @brief Read one neighbour.
 *
 * @param Row in: Address and InterfaceLuid or InterfaceIndex; out: all fields, as of
 *     GetIpNetTable2()
 *
 * Nothing is sent: who is not in the table is not found.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Row is NULL, Address is of neither family or unspecified (0.0.0.0,
 *    ::), or neither LUID nor index is set
 *  - ERROR_FILE_NOT_FOUND: there is no such interface
 *  - ERROR_NOT_FOUND: the interface has no such neighbour
 *  - ERROR_NOT_SUPPORTED: Address is an IPv6 address and the host has no IPv6
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page GetIpNetEntry2
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API GetIpNetEntry2(PMIB_IPNET_ROW2 Row);

/**
 * @brief Create a neighbour.
 *
 * @param Row Address, InterfaceLuid or InterfaceIndex, PhysicalAddress and PhysicalAddressLength;
 *     nothing else is looked at
 *
 * It is permanent: no traffic changes it. Takes CAP_NET_ADMIN.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_ACCESS_DENIED: the process may not
 *  - ERROR_INVALID_PARAMETER: Row is NULL; Address is of neither family, unspecified, loopback or
 *    255.255.255.255; PhysicalAddressLength is not that of the interface's addresses, or those
 *    have none (the loopback interface, a tunnel); or neither LUID nor index is set
 *  - ERROR_NOT_FOUND: there is no such interface, or it lacks the family
 *  - ERROR_NOT_SUPPORTED: Address is an IPv6 address and the host has no IPv6
 *  - ERROR_OBJECT_ALREADY_EXISTS: the interface has such a neighbour, of whatever state
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor, or no room in the kernel's table
 * Source: Microsoft netioapi.h page CreateIpNetEntry2
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API CreateIpNetEntry2(const MIB_IPNET_ROW2 *Row);

/**
 * @brief Set the link-layer address of a neighbour.
 *
 * @param Row as for CreateIpNetEntry2()
 *
 * The neighbour is permanent from now on. Takes CAP_NET_ADMIN.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_ACCESS_DENIED: the process may not
 *  - ERROR_INVALID_PARAMETER: as for CreateIpNetEntry2()
 *  - ERROR_NOT_FOUND: there is no such interface, it lacks the family, or it has no such neighbour
 *  - ERROR_NOT_SUPPORTED: Address is an IPv6 address and the host has no IPv6
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page SetIpNetEntry2
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API SetIpNetEntry2(PMIB_IPNET_ROW2 Row);

/**
 * @brief Delete a neighbour.
 *
 * @param Row Address, and InterfaceLuid or InterfaceIndex; nothing else is looked at
 *
 * Where the row shows an address that the host answers for (CreateProxyArpEntry()), the host
 * does so no longer. Takes CAP_NET_ADMIN.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_ACCESS_DENIED: the process may not
 *  - ERROR_INVALID_PARAMETER: Row is NULL, Address is of neither family or unspecified, or neither
 *    LUID nor index is set
 *  - ERROR_NOT_FOUND: there is no such interface, it lacks the family, or it has no such neighbour
 *  - ERROR_NOT_SUPPORTED: Address is an IPv6 address and the host has no IPv6; or it is a group
 *    that every IPv4 interface has a row of
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page DeleteIpNetEntry2
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API DeleteIpNetEntry2(const MIB_IPNET_ROW2 *Row);

/**
 * @brief Delete all neighbours.
 *
 * @param Family AF_INET or AF_INET6 for that family's, AF_UNSPEC for both
 * @param InterfaceIndex those of this interface; 0: of all
 *
 * Permanent ones, too. Left are the addresses that the host answers for, and the groups that every
 * IPv4 interface has a row of. Neighbours that are in use come again. Takes CAP_NET_ADMIN.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_ACCESS_DENIED: the process may not
 *  - ERROR_INVALID_PARAMETER: Family is none of the three
 *  - ERROR_NOT_FOUND: there is no such interface
 *  - ERROR_NOT_SUPPORTED: AF_INET6, and the host has no IPv6
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor; some may be deleted
 * Source: Microsoft netioapi.h page FlushIpNetTable2
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API FlushIpNetTable2(ADDRESS_FAMILY Family,
                                                   NET_IFINDEX InterfaceIndex);

/**
 * @brief Ask a neighbour for its link-layer address.
 *
 * @param Row in: Address and InterfaceLuid or InterfaceIndex; out: all fields, as of
 *     GetIpNetTable2()
 * @param SourceAddress an address of that interface, of the same family, or NULL
 *
 * What the host knew of the neighbour is deleted first, unless it is permanent: that is the answer.
 * The call waits for the neighbour, up to 3.5 s. A process without CAP_NET_ADMIN cannot delete it:
 * what the neighbour itself has confirmed a moment ago is the answer then, else an empty datagram
 * to port 9 makes the kernel ask; where it has an address from earlier it does so after 5 s only,
 * and the call takes up to 9.5 s. For an address of the interface itself its own is the answer.
 *
 * Context: any thread; a callback that waits holds up its registration only.
 * @return NO_ERROR, or
 *  - ERROR_BAD_NET_NAME: nobody answers; Address is not on-link there, but reached by a gateway or
 *    not at all; or the interface is down, has no carrier, or no ARP or ND
 *  - ERROR_INVALID_PARAMETER: Row is NULL; Address is of neither family, unspecified, loopback or
 *    255.255.255.255; SourceAddress is of another family; or neither LUID nor index is set
 *  - ERROR_NOT_FOUND: there is no such interface, or SourceAddress is not one of its addresses
 *  - ERROR_NOT_SUPPORTED: Address is an IPv6 address and the host has no IPv6
 *  - ERROR_ACCESS_DENIED: the process may not, and a filter keeps its datagram
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor, or no room in the kernel's table
 * Source: Microsoft netioapi.h page ResolveIpNetEntry2
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API ResolveIpNetEntry2(PMIB_IPNET_ROW2 Row,
                                                     const SOCKADDR_INET *SourceAddress);

/**
 * @brief Read all network interfaces, at a level.
 *
 * @param Level MibIfTableNormal; MibIfTableRaw, which is the same, as Linux has no filters between
 *     an interface and what uses it; MibIfTableNormalWithoutStatistics: all counters are 0
 * @param Table set to the table, sorted by InterfaceIndex; free it with FreeMibTable()
 *
 * One row for each link, whether it is up or not and whatever families are on it. Speeds are in
 * bits per second, NET_IF_LINK_SPEED_UNKNOWN (all ones) where the driver does not know or say one:
 * without carrier, loopback, tunnels. Mtu is in bytes. Description is what the administrator has
 * set (`ip link set ... alias`), else the name. Counters that Linux does not have are 0: octets by
 * kind of address, packets sent to groups, which are in OutUcastPkts, and OutQLen.
 *
 * Context: any thread, callbacks included. A driver that is slow to tell its speed is waited for.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Table is NULL, or Level is none of the three
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page GetIfTable2Ex, RFC 2863
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API GetIfTable2Ex(MIB_IF_TABLE_LEVEL Level, PMIB_IF_TABLE2 *Table);

/**
 * @brief Read all network interfaces.
 *
 * @param Table as of GetIfTable2Ex() with MibIfTableNormal
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Table is NULL
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page GetIfTable2
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API GetIfTable2(PMIB_IF_TABLE2 *Table);

/**
 * @brief Read one network interface, at a level.
 *
 * @param Level MibIfEntryNormal; MibIfEntryNormalWithoutStatistics: all counters are 0
 * @param Row in: InterfaceLuid or InterfaceIndex; out: all fields, as of GetIfTable2Ex()
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Row is NULL, Level is neither of the two, or neither LUID nor index
 *    is set
 *  - ERROR_FILE_NOT_FOUND: there is no such interface
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page GetIfEntry2Ex
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API GetIfEntry2Ex(MIB_IF_ENTRY_LEVEL Level, PMIB_IF_ROW2 Row);

/**
 * @brief Read one network interface.
 *
 * @param Row in: InterfaceLuid or InterfaceIndex; out: all fields, as of GetIfTable2Ex()
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Row is NULL, or neither LUID nor index is set
 *  - ERROR_FILE_NOT_FOUND: there is no such interface
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page GetIfEntry2
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API GetIfEntry2(PMIB_IF_ROW2 Row);

/**
 * @brief Read which network interface is immediately upon which.
 *
 * @param Table set to the table, sorted by the higher index, then by the lower; free it with
 *     FreeMibTable()
 *
 * A VLAN, a MACVLAN or a tunnel bound to an interface is upon that; a bridge, a bond or a VRF is
 * upon its ports. What is in another network namespace is not shown. Interfaces without a relation
 * have no row.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Table is NULL
 *  - ERROR_NOT_FOUND: no interface is upon another; *Table is NULL
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page GetIfStackTable
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API GetIfStackTable(PMIB_IFSTACK_TABLE *Table);

/**
 * @brief Read which network interface is immediately below which.
 *
 * @param Table set to the table, sorted by the lower index, then by the higher; free it with
 *     FreeMibTable()
 *
 * The relations of GetIfStackTable(), the other way round.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Table is NULL
 *  - ERROR_NOT_FOUND: no interface is upon another; *Table is NULL
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page GetInvertedIfStackTable
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API GetInvertedIfStackTable(PMIB_INVERTEDIFSTACK_TABLE *Table);

/**
 * @brief Get the UDP port of the host's Teredo client.
 *
 * @param Port set to the port, in host byte order (Microsoft's page does not name one)
 *
 * The client is found by its tunnel: a tun device with an address in 2001::/32, or one on which
 * Miredo is still waiting for such an address. The port is the one that the client's process has
 * bound. Where this process may not look into that one (it takes the rights of its user, and
 * CAP_SYS_PTRACE where the client has changed its own), it is the port that the client's address
 * tells (RFC 4380, section 4): the same, unless an address translator maps it to another.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Port is NULL
 *  - ERROR_NOT_READY: there is no Teredo client on this host, or there is one whose port is not
 *    known: it has none yet, or its process may not be looked into and it has no address yet
 *  - ERROR_NOT_SUPPORTED: the host has no IPv6
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page GetTeredoPort, RFC 4380
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API GetTeredoPort(USHORT *Port);

/**
 * @brief Free a table that a function of this header returned.
 *
 * @param Memory the table, or NULL
 *
 * Context: any thread, callbacks included.
 * Source: Microsoft netioapi.h page FreeMibTable
 */
IPHLPAPI_DLL_LINKAGE void NETIOAPI_API_ FreeMibTable(PVOID Memory);

/**
 * @brief Create a route.
 *
 * @param Row DestinationPrefix (AF_INET or AF_INET6, without bits beyond its length), NextHop (of
 *     that family, or IPv6 for an IPv4 route; zero: on-link), InterfaceLuid or InterfaceIndex;
 *     Metric, 0xffffffff for the kernel's default; Protocol, 0 or -1 for MIB_IPPROTO_NETMGMT;
 *     ValidLifetime in seconds, 0xffffffff for ever, and PreferredLifetime, not above it
 *
 * The route is in table main. A next hop that no route of the interface covers is taken for
 * on-link, as on Windows. The metric is the whole metric: of routes with one prefix the lowest
 * wins. Linux has no metric 0 for IPv6: it becomes 1. Origin is NlroManual. All other fields are
 * not looked at.
 *
 * Takes CAP_NET_ADMIN. Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_ACCESS_DENIED: the process may not
 *  - ERROR_INVALID_PARAMETER: Row is NULL, a family is neither of the two, the families do not go
 *    together, the prefix is longer than an address or has bits beyond its length, neither LUID nor
 *    index is set, Protocol is above 255, ValidLifetime is 0 or below PreferredLifetime
 *  - ERROR_NOT_FOUND: there is no such interface
 *  - ERROR_OBJECT_ALREADY_EXISTS: there is a route with that prefix, next hop and interface
 *  - ERROR_NOT_READY: the interface is down: Linux keeps no routes for it
 *  - ERROR_NOT_SUPPORTED: the family is AF_INET6 and the host has no IPv6; or ValidLifetime of an
 *    IPv4 route is not 0xffffffff: on Linux they do not expire
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page CreateIpForwardEntry2
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API CreateIpForwardEntry2(const MIB_IPFORWARD_ROW2 *Row);

/**
 * @brief Set metric, protocol and lifetime of a route.
 *
 * @param Route as for CreateIpForwardEntry2(); Origin counts with Protocol. What is not set stays
 *
 * Of several routes with that prefix, next hop and interface it is the one that
 * GetIpForwardEntry2() gives. The new route is there before the old one goes.
 *
 * Takes CAP_NET_ADMIN. Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_ACCESS_DENIED: the process may not
 *  - ERROR_INVALID_PARAMETER: as for CreateIpForwardEntry2()
 *  - ERROR_NOT_FOUND: there is no such interface or route
 *  - ERROR_OBJECT_ALREADY_EXISTS: there is such a route with that metric, too
 *  - ERROR_NOT_SUPPORTED: as for CreateIpForwardEntry2(); or it is one of several next hops of an
 *    IPv4 route or of a nexthop group; or protocol or lifetime of an IPv6 route are to change and
 *    its metric is not: Linux cannot do that to exactly this route; or the kernel would take
 *    another route of that prefix for it, as for DeleteIpForwardEntry2()
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page SetIpForwardEntry2
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API SetIpForwardEntry2(const MIB_IPFORWARD_ROW2 *Route);

/**
 * @brief Delete a route.
 *
 * @param Row DestinationPrefix, NextHop, InterfaceLuid or InterfaceIndex; nothing else is looked at
 *
 * Of several routes with that prefix, next hop and interface it is the one that
 * GetIpForwardEntry2() gives, whatever else has its prefix; the row then is the next of them. Of a
 * route with several next hops the others stay.
 *
 * Takes CAP_NET_ADMIN. Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_ACCESS_DENIED: the process may not
 *  - ERROR_INVALID_PARAMETER: Row is NULL, a family is neither of the two, the families do not go
 *    together, the prefix is longer than an address or has bits beyond its length, or neither LUID
 *    nor index is set
 *  - ERROR_NOT_FOUND: there is no such interface or route
 *  - ERROR_NOT_SUPPORTED: the family is AF_INET6 and the host has no IPv6; or it is one of several
 *    next hops of a nexthop group, which other routes may have, too; or the kernel would take
 * another route of that prefix and metric for it (docs/MAPPING.md has the cases)
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page DeleteIpForwardEntry2
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API DeleteIpForwardEntry2(const MIB_IPFORWARD_ROW2 *Row);

/**
 * @brief Read the paths: the destinations of which the host has learned something.
 *
 * @param Family AF_INET, AF_INET6, or AF_UNSPEC for both
 * @param Table set to the table, for FreeMibTable(); NULL on failure
 *
 * Linux keeps such a record, an exception to a route, for a destination to which a smaller MTU or
 * another gateway was announced, and none of any other: Windows has one for each destination of
 * late. Source is the address from which the host sends there; AF_UNSPEC where that is not known.
 * CurrentNextHop of what is on-link is Destination. RttMean, RttDeviation and LastReachable are
 * TCP's, in milliseconds: 0 where it has measured nothing, where it was less than half of one, or
 * where the kernel has no such record. IsReachable is TRUE. LinkTransmitSpeed and LinkReceiveSpeed
 * are those of the interface, as of GetIfEntry2(). Paths of what the host forwards are no rows.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Table is NULL, or Family is none of the three
 *  - ERROR_NOT_FOUND: there are no paths of that family
 *  - ERROR_NOT_SUPPORTED: Family is AF_INET6 and the host has no IPv6
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page GetIpPathTable
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API GetIpPathTable(ADDRESS_FAMILY Family, PMIB_IPPATH_TABLE *Table);

/**
 * @brief Read one path.
 *
 * @param Row in: Destination, InterfaceLuid or InterfaceIndex, and Source, whose family may be
 *     AF_UNSPEC for any; out: all fields as of GetIpPathTable()
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_FILE_NOT_FOUND: there is no such interface
 *  - ERROR_INVALID_PARAMETER: Row is NULL, the family of Destination is neither AF_INET nor
 *    AF_INET6, that of Source is neither the same nor AF_UNSPEC, or neither LUID nor index is set
 *  - ERROR_NOT_FOUND: there is no such path
 *  - ERROR_NOT_SUPPORTED: the family is AF_INET6 and the host has no IPv6
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page GetIpPathEntry
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API GetIpPathEntry(PMIB_IPPATH_ROW Row);

/**
 * @brief Forget the paths.
 *
 * @param Family AF_INET, AF_INET6, or AF_UNSPEC for both
 *
 * What TCP has measured is not forgotten: it is shown with a path only.
 *
 * Takes CAP_NET_ADMIN, and for IPv4 a /proc/sys that can be written to. Context: any thread,
 * callbacks included.
 * @return NO_ERROR, there having been any or not, or
 *  - ERROR_ACCESS_DENIED: the process may not
 *  - ERROR_INVALID_PARAMETER: Family is none of the three
 *  - ERROR_NOT_SUPPORTED: Family is AF_INET6 and the host has no IPv6, or another one and there is
 *    no /proc
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page FlushIpPathTable
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API FlushIpPathTable(ADDRESS_FAMILY Family);

/**
 * @brief Find the way that the host takes to an address, and the source address for it.
 *
 * @param InterfaceLuid the interface that the way has to go over; NULL, or a value of 0: the one
 *     that InterfaceIndex names
 * @param InterfaceIndex likewise by its index; 0: any
 * @param SourceAddress the address that the traffic has to come from, AF_INET or AF_INET6 as the
 *     destination; NULL, or an address that is zero: any
 * @param DestinationAddress the address, AF_INET or AF_INET6; one that is zero means the default
 *     route; the sin6_scope_id of a link-local address names the interface, where it is not 0 and
 *     no interface is given
 * @param AddressSortOptions not used, as on Windows
 * @param BestRoute set to the route, all fields
 * @param BestSourceAddress set to the address that traffic to the destination comes from
 *
 * The kernel decides, by its rules and tables; no table is read. The route can be one of a table
 * that GetIpForwardTable2() does not show, where a rule leads there. For an address of the host's
 * own it is the route to that address, on the interface that has it.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: DestinationAddress, BestRoute or BestSourceAddress is NULL, a family
 *    is neither of the two, or the two families differ
 *  - ERROR_FILE_NOT_FOUND: there is no such interface
 *  - ERROR_NETWORK_UNREACHABLE: there is no way to the address, or none that is allowed
 *  - ERROR_NOT_SUPPORTED: the address is an IPv6 one and the host has no IPv6
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page GetBestRoute2
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API GetBestRoute2(NET_LUID *InterfaceLuid, NET_IFINDEX InterfaceIndex,
                                                const SOCKADDR_INET *SourceAddress,
                                                const SOCKADDR_INET *DestinationAddress,
                                                ULONG AddressSortOptions,
                                                PMIB_IPFORWARD_ROW2 BestRoute,
                                                SOCKADDR_INET *BestSourceAddress);

/* ---- The order of destinations --------------------------------------------------------------- */

/**
 * @brief Sort destination addresses by how well this host reaches them (RFC 6724, 6).
 *
 * @param SourceAddressList must be NULL
 * @param SourceAddressCount must be 0
 * @param DestinationAddressList the addresses, of family AF_INET6; IPv4 ones as IPv4-mapped ones
 * @param DestinationAddressCount how many, 500 at most
 * @param AddressSortOptions not looked at
 * @param SortedAddressPairList set to one pair for each destination, the best first: that, and the
 *     source address that the host takes for it; zero (::) where there is no way to it. The
 *     caller frees it with FreeMibTable(), once for all
 * @param SortedAddressPairCount set to the number of pairs
 *
 * Sources are the kernel's, as GetBestRoute2() tells them; labels are those of `ip addrlabel`,
 * precedences those of /etc/gai.conf, or else RFC 6724's. Rules 4 (home addresses) and 7 (native
 * transport) are not looked at. What is equal by all rules stays in its order.
 *
 * Context: any thread, callbacks included. Takes some kernel requests for each destination.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: there are sources, DestinationAddressList, SortedAddressPairList or
 *    SortedAddressPairCount is NULL, there are more than 500 destinations, or one of another family
 *  - ERROR_NOT_SUPPORTED: the host has no IPv6
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page CreateSortedAddressPairs
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API CreateSortedAddressPairs(
    PSOCKADDR_IN6 SourceAddressList, ULONG SourceAddressCount, PSOCKADDR_IN6 DestinationAddressList,
    ULONG DestinationAddressCount, ULONG AddressSortOptions,
    PSOCKADDR_IN6_PAIR *SortedAddressPairList, ULONG *SortedAddressPairCount);

/* ---- Names of interfaces --------------------------------------------------------------------- */

/**
 * @brief Find an interface's LUID by its index.
 *
 * @param InterfaceIndex the index
 * @param InterfaceLuid set to the LUID, or to 0 when there is no such interface
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: InterfaceLuid is NULL
 *  - ERROR_FILE_NOT_FOUND: there is no such interface
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page ConvertInterfaceIndexToLuid
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API ConvertInterfaceIndexToLuid(NET_IFINDEX InterfaceIndex,
                                                              PNET_LUID InterfaceLuid);

/**
 * @brief Find an interface's index by its LUID.
 *
 * @param InterfaceLuid the LUID
 * @param InterfaceIndex set to the index, or to 0 (NET_IFINDEX_UNSPECIFIED) on failure
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: InterfaceLuid or InterfaceIndex is NULL
 *  - ERROR_FILE_NOT_FOUND: there is no such interface (so Windows, as Wine's tests have it; the
 *    page has ERROR_INVALID_PARAMETER)
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page ConvertInterfaceLuidToIndex
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API ConvertInterfaceLuidToIndex(const NET_LUID *InterfaceLuid,
                                                              PNET_IFINDEX InterfaceIndex);

/**
 * @brief Find an interface's name by its LUID.
 *
 * @param InterfaceLuid the LUID
 * @param InterfaceAlias filled with the name, UTF-16 with a terminating null
 * @param Length how many WCHARs InterfaceAlias has room for, the null counted;
 *     NDIS_IF_MAX_STRING_SIZE + 1 always suffices
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: InterfaceLuid or InterfaceAlias is NULL
 *  - ERROR_FILE_NOT_FOUND: there is no such interface (the page has ERROR_INVALID_PARAMETER, as it
 *    has for ConvertInterfaceLuidToIndex(), where Wine's tests say that Windows does not)
 *  - ERROR_NOT_ENOUGH_MEMORY: the name is longer than Length allows, or no memory or descriptor
 * Source: Microsoft netioapi.h page ConvertInterfaceLuidToAlias
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API ConvertInterfaceLuidToAlias(const NET_LUID *InterfaceLuid,
                                                              PWSTR InterfaceAlias, SIZE_T Length);

/**
 * @brief Find an interface's LUID by its name.
 *
 * The alias is the interface's name, the one that ConvertInterfaceLuidToAlias() gives. Alternative
 * names (`ip link property add … altname`) are no aliases.
 *
 * @param InterfaceAlias the name, UTF-16 with a terminating null
 * @param InterfaceLuid set to the LUID, or to 0 on failure
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: InterfaceAlias or InterfaceLuid is NULL, or there is no interface of
 *    that name, or it is an alternative name only
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page ConvertInterfaceAliasToLuid
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API ConvertInterfaceAliasToLuid(const WCHAR *InterfaceAlias,
                                                              PNET_LUID InterfaceLuid);

/**
 * @brief Find an interface's LUID by its GUID.
 *
 * The GUID is the one that ConvertInterfaceLuidToGuid() gives. It is the interface's as long as
 * that exists, and another one's never; a device that is made anew has another.
 *
 * @param InterfaceGuid the GUID
 * @param InterfaceLuid set to the LUID
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: InterfaceGuid or InterfaceLuid is NULL, or no interface has that GUID
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page ConvertInterfaceGuidToLuid
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API ConvertInterfaceGuidToLuid(const GUID *InterfaceGuid,
                                                             PNET_LUID InterfaceLuid);

/**
 * @brief Find an interface's GUID by its LUID.
 *
 * @param InterfaceLuid the LUID
 * @param InterfaceGuid set to the GUID, or to zeros when there is no such interface
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: InterfaceLuid or InterfaceGuid is NULL
 *  - ERROR_FILE_NOT_FOUND: there is no such interface (so Windows, as Wine's tests have it; the
 *    page has ERROR_INVALID_PARAMETER)
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft netioapi.h page ConvertInterfaceLuidToGuid
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API ConvertInterfaceLuidToGuid(const NET_LUID *InterfaceLuid,
                                                             GUID *InterfaceGuid);

/**
 * @brief Make the name of an interface of its LUID, such as "ethernet_3".
 *
 * The name says the type and the index. It is not the alias, which is the name that Linux has, and
 * is made of the LUID alone, whether there is such an interface or not.
 *
 * @param InterfaceLuid the LUID
 * @param InterfaceName filled with the name and a terminating null
 * @param Length how many characters InterfaceName has room for, the null counted;
 *     NDIS_IF_MAX_STRING_SIZE + 1 always suffices
 *
 * Context: any thread, callbacks included. Asks nobody.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: InterfaceLuid is NULL
 *  - ERROR_NOT_ENOUGH_MEMORY: the name is longer than Length allows, or InterfaceName is NULL (so
 *    Windows, as Wine's tests have it; the page has ERROR_INVALID_PARAMETER for the latter)
 * Source: Microsoft netioapi.h page ConvertInterfaceLuidToNameA
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API ConvertInterfaceLuidToNameA(const NET_LUID *InterfaceLuid,
                                                              char *InterfaceName, SIZE_T Length);

/**
 * @brief Make the name of an interface of its LUID, as UTF-16.
 *
 * @param InterfaceLuid the LUID
 * @param InterfaceName filled with the name and a terminating null
 * @param Length how many WCHARs InterfaceName has room for, the null counted
 *
 * As ConvertInterfaceLuidToNameA().
 *
 * Context: any thread, callbacks included. Asks nobody.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: InterfaceLuid or InterfaceName is NULL
 *  - ERROR_NOT_ENOUGH_MEMORY: the name is longer than Length allows
 * Source: Microsoft netioapi.h page ConvertInterfaceLuidToNameW
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API ConvertInterfaceLuidToNameW(const NET_LUID *InterfaceLuid,
                                                              PWSTR InterfaceName, SIZE_T Length);

/**
 * @brief Make an interface's LUID of its name, such as "ethernet_3".
 *
 * The reverse of ConvertInterfaceLuidToNameA(): the LUID is made of the name alone, whether there
 * is such an interface or not.
 *
 * @param InterfaceName the name
 * @param InterfaceLuid set to the LUID, or to 0 where the name is none
 *
 * Context: any thread, callbacks included. Asks nobody.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_NAME: InterfaceName is NULL, or is no interface's name
 *  - ERROR_INVALID_PARAMETER: InterfaceLuid is NULL
 * Source: Microsoft netioapi.h page ConvertInterfaceNameToLuidA
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API ConvertInterfaceNameToLuidA(const char *InterfaceName,
                                                              PNET_LUID InterfaceLuid);

/**
 * @brief Make an interface's LUID of its name, which is UTF-16.
 *
 * @param InterfaceName the name
 * @param InterfaceLuid set to the LUID, or to 0 where the name is none or NULL
 *
 * As ConvertInterfaceNameToLuidA().
 *
 * Context: any thread, callbacks included. Asks nobody.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_NAME: InterfaceName is NULL, or is no interface's name
 *  - ERROR_INVALID_PARAMETER: InterfaceLuid is NULL
 * Source: Microsoft netioapi.h page ConvertInterfaceNameToLuidW
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API ConvertInterfaceNameToLuidW(const WCHAR *InterfaceName,
                                                              PNET_LUID InterfaceLuid);

/* ---- Masks and GUIDs in other forms ---------------------------------------------------------- */

/**
 * @brief Make an IPv4 subnet mask of a prefix length.
 *
 * @param MaskLength the length, in bits
 * @param Mask set to the mask, in network byte order; to all ones where MaskLength is above 32
 *
 * Context: any thread, callbacks included. Asks nobody.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: MaskLength is above 32, or Mask is NULL
 * Source: Microsoft netioapi.h page ConvertLengthToIpv4Mask
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API ConvertLengthToIpv4Mask(ULONG MaskLength, ULONG *Mask);

/**
 * @brief Make a prefix length of an IPv4 subnet mask.
 *
 * @param Mask the mask, in network byte order
 * @param MaskLength set to the length, in bits
 *
 * Context: any thread, callbacks included. Asks nobody.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: MaskLength is NULL, or the ones of Mask are not all before its zeros
 * Source: Microsoft netioapi.h page ConvertIpv4MaskToLength
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API ConvertIpv4MaskToLength(ULONG Mask, UINT8 *MaskLength);

/**
 * @brief Make text of a GUID: "{00112233-4455-6677-8899-AABBCCDDEEFF}".
 *
 * @param Guid the GUID
 * @param String filled with the text and a terminating null
 * @param Length how many characters String has room for, the null counted: 39 at least
 *
 * Context: any thread, callbacks included. Asks nobody.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Guid or String is NULL
 *  - ERROR_INSUFFICIENT_BUFFER: Length is too small
 * Source: Windows' iphlpapi.dll exports it, Microsoft has no page of it; Wine's tests call it
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API ConvertGuidToStringA(const GUID *Guid, char *String,
                                                       ULONG Length);

/**
 * @brief Make text of a GUID, as UTF-16.
 *
 * @param Guid the GUID
 * @param String filled with the text and a terminating null
 * @param Length how many WCHARs String has room for, the null counted: 39 at least
 *
 * Context: any thread, callbacks included. Asks nobody.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Guid or String is NULL
 *  - ERROR_INSUFFICIENT_BUFFER: Length is too small
 * Source: as ConvertGuidToStringA
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API ConvertGuidToStringW(const GUID *Guid, PWSTR String,
                                                       ULONG Length);

/**
 * @brief Make a GUID of its text: "{00112233-4455-6677-8899-AABBCCDDEEFF}".
 *
 * @param String the text, braces included, digits in either case; what stands behind it is not
 *     looked at
 * @param Guid set to the GUID
 *
 * Context: any thread, callbacks included. Asks nobody.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: String or Guid is NULL, or String is no GUID's text
 * Source: as ConvertGuidToStringA
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API ConvertStringToGuidA(const char *String, GUID *Guid);

/**
 * @brief Make a GUID of its text, which is UTF-16.
 *
 * @param String the text, braces included, digits in either case; what stands behind it is not
 *     looked at
 * @param Guid set to the GUID
 *
 * Context: any thread, callbacks included. Asks nobody.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: String or Guid is NULL, or String is no GUID's text
 * Source: as ConvertGuidToStringA
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API ConvertStringToGuidW(const WCHAR *String, GUID *Guid);

/*
 * A program that is compiled with -fshort-enums, or includes this header under a #pragma pack,
 * would read rows otherwise than the library writes them.
 */
IPHLPAPI_ASSERT_SIZE(MIB_NOTIFICATION_TYPE, 4);
#if __SIZEOF_POINTER__ == 8
IPHLPAPI_ASSERT_SIZE(MIB_IPINTERFACE_TABLE, 176);
IPHLPAPI_ASSERT_SIZE(MIB_UNICASTIPADDRESS_TABLE, 88);
IPHLPAPI_ASSERT_SIZE(MIB_IPFORWARD_TABLE2, 112);
IPHLPAPI_ASSERT_SIZE(MIB_IPNET_TABLE2, 96);
#endif
#undef IPHLPAPI_ASSERT_SIZE

#ifdef __cplusplus
}
#endif

#endif /* IPHLPAPI_NETIOAPI_H */
