/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which table of sockets a program wants, what of a socket's owner, and what is left of Windows'
 * router manager: its variables, as programs ask it for them by MprAdminMIB… functions. No function
 * of this library takes or gives those. The rows of the tables live in the headers that this one
 * has.
 */
#ifndef IPHLPAPI_IPRTRMIB_H
#define IPHLPAPI_IPRTRMIB_H

#include "ifmib.h"
#include "ipifcons.h"
#include "ipmib.h"
#include "tcpmib.h"
#include "udpmib.h"

/* Rows with what, and of which sockets. */
typedef enum _TCP_TABLE_CLASS {
    TCP_TABLE_BASIC_LISTENER,
    TCP_TABLE_BASIC_CONNECTIONS,
    TCP_TABLE_BASIC_ALL,
    TCP_TABLE_OWNER_PID_LISTENER,
    TCP_TABLE_OWNER_PID_CONNECTIONS,
    TCP_TABLE_OWNER_PID_ALL,
    TCP_TABLE_OWNER_MODULE_LISTENER,
    TCP_TABLE_OWNER_MODULE_CONNECTIONS,
    TCP_TABLE_OWNER_MODULE_ALL
} TCP_TABLE_CLASS,
    *PTCP_TABLE_CLASS;

typedef enum _UDP_TABLE_CLASS {
    UDP_TABLE_BASIC,
    UDP_TABLE_OWNER_PID,
    UDP_TABLE_OWNER_MODULE
} UDP_TABLE_CLASS,
    *PUDP_TABLE_CLASS;

/* What is told of the module that owns a socket. */
typedef enum _TCPIP_OWNER_MODULE_INFO_CLASS {
    TCPIP_OWNER_MODULE_INFO_BASIC
} TCPIP_OWNER_MODULE_INFO_CLASS,
    *PTCPIP_OWNER_MODULE_INFO_CLASS;

/* Both point into the buffer that has this at its begin. */
typedef struct _TCPIP_OWNER_MODULE_BASIC_INFO {
    WCHAR *pModuleName;
    WCHAR *pModulePath;
} TCPIP_OWNER_MODULE_BASIC_INFO, *PTCPIP_OWNER_MODULE_BASIC_INFO;

/* ---- The router manager's variables ---------------------------------------------------------- */

/* Its number among the routing protocols. */
#define IPRTRMGR_PID 10000

#define IF_NUMBER 0
#define IF_TABLE 1
#define IF_ROW 2
#define IP_STATS 3
#define IP_ADDRTABLE 4
#define IP_ADDRROW 5
#define IP_FORWARDNUMBER 6
#define IP_FORWARDTABLE 7
#define IP_FORWARDROW 8
#define IP_NETTABLE 9
#define IP_NETROW 10
#define ICMP_STATS 11
#define TCP_STATS 12
#define TCP_TABLE 13
#define TCP_ROW 14
#define UDP_STATS 15
#define UDP_TABLE 16
#define UDP_ROW 17
#define MCAST_MFE 18
#define MCAST_MFE_STATS 19
#define BEST_IF 20
#define BEST_ROUTE 21
#define PROXY_ARP 22
#define MCAST_IF_ENTRY 23
#define MCAST_GLOBAL 24
#define IF_STATUS 25
#define MCAST_BOUNDARY 26
#define MCAST_SCOPE 27
#define DEST_MATCHING 28
#define DEST_LONGER 29
#define DEST_SHORTER 30
#define ROUTE_MATCHING 31
#define ROUTE_LONGER 32
#define ROUTE_SHORTER 33
#define ROUTE_STATE 34
#define MCAST_MFE_STATS_EX 35
#define IP6_STATS 36
#define UDP6_STATS 37
#define TCP6_STATS 38
#define NUMBER_OF_EXPORTED_VARIABLES 39

/* Asks for a variable, by its number and as many indexes as it takes. */
typedef struct _MIB_OPAQUE_QUERY {
    DWORD dwVarId;
    DWORD rgdwVarIndex[ANY_SIZE];
} MIB_OPAQUE_QUERY, *PMIB_OPAQUE_QUERY;

/* A variable: dwId tells which, and a row of its type begins at rgbyData. */
typedef struct _MIB_OPAQUE_INFO {
    DWORD dwId;
    __extension__ union {
        ULONG64 ullAlign;
        UCHAR rgbyData[1];
    };
} MIB_OPAQUE_INFO, *PMIB_OPAQUE_INFO;

#define MAX_MIB_OFFSET 8 /* bytes before a row */

/* Room for a variable of a type: in bytes, and in DWORDs. */
#define MIB_INFO_SIZE(type) (MAX_MIB_OFFSET + sizeof(type))
#define MIB_INFO_SIZE_IN_DWORDS(type) (MIB_INFO_SIZE(type) / sizeof(DWORD) + 1)

/* Declares room for a variable, `info` that points to it, and `row` that points to its row. */
/* NOLINTBEGIN(bugprone-macro-parentheses): names and types do not go in parentheses */
#define DEFINE_MIB_BUFFER(info, type, row)                                                         \
    ULONG64 info##_room[MIB_INFO_SIZE(type) / sizeof(ULONG64) + 1];                                \
    PMIB_OPAQUE_INFO info = (PMIB_OPAQUE_INFO)info##_room;                                         \
    type *row = (type *)((info)->rgbyData)
/* NOLINTEND(bugprone-macro-parentheses) */

/* Makes `row`, a pointer of the type, point to the row of `info`. */
#define CAST_MIB_INFO(info, type, row) (row) = (type)((info)->rgbyData)

/* A group that does not leave by an interface. */
typedef struct _MIB_IPMCAST_BOUNDARY {
    DWORD dwIfIndex;
    DWORD dwGroupAddress;
    DWORD dwGroupMask;
    DWORD dwStatus;
} MIB_IPMCAST_BOUNDARY, *PMIB_IPMCAST_BOUNDARY;

typedef struct _MIB_IPMCAST_BOUNDARY_TABLE {
    DWORD dwNumEntries;
    MIB_IPMCAST_BOUNDARY table[ANY_SIZE];
} MIB_IPMCAST_BOUNDARY_TABLE, *PMIB_IPMCAST_BOUNDARY_TABLE;

#define SIZEOF_BOUNDARY_TABLE(count)                                                               \
    IPHLPAPI_SIZEOF_TABLE(MIB_IPMCAST_BOUNDARY_TABLE, MIB_IPMCAST_BOUNDARY, count)

typedef struct {
    DWORD dwGroupAddress;
    DWORD dwGroupMask;
} MIB_BOUNDARYROW, *PMIB_BOUNDARYROW;

/* What of an MIB_IPMCAST_IF_ENTRY can be set. */
typedef struct {
    DWORD dwTtl;
    DWORD dwRateLimit;
} MIB_MCAST_LIMIT_ROW, *PMIB_MCAST_LIMIT_ROW;

/* A name is in UTF-16, with its terminating zero. */
#define MAX_SCOPE_NAME_LEN 255
#define SN_UNICODE
typedef WCHAR SN_CHAR;
typedef SN_CHAR SCOPE_NAME_BUFFER[MAX_SCOPE_NAME_LEN + 1], *SCOPE_NAME;

/* A range of groups with a name. */
typedef struct _MIB_IPMCAST_SCOPE {
    DWORD dwGroupAddress;
    DWORD dwGroupMask;
    SCOPE_NAME_BUFFER snNameBuffer;
    DWORD dwStatus;
} MIB_IPMCAST_SCOPE, *PMIB_IPMCAST_SCOPE;

/*
 * A route as the router manager has it. On Windows a C program sees the fields of the route, a C++
 * program ForwardRow; here both see both.
 */
typedef struct _MIB_IPDESTROW {
    __extension__ union {
        MIB_IPFORWARDROW ForwardRow;
        __extension__ struct {
            DWORD dwForwardDest;
            DWORD dwForwardMask;
            DWORD dwForwardPolicy;
            DWORD dwForwardNextHop;
            IF_INDEX dwForwardIfIndex;
            __extension__ union {
                DWORD dwForwardType;
                MIB_IPFORWARD_TYPE ForwardType;
            };
            __extension__ union {
                DWORD dwForwardProto;
                MIB_IPFORWARD_PROTO ForwardProto;
            };
            DWORD dwForwardAge;
            DWORD dwForwardNextHopAS;
            DWORD dwForwardMetric1;
            DWORD dwForwardMetric2;
            DWORD dwForwardMetric3;
            DWORD dwForwardMetric4;
            DWORD dwForwardMetric5;
        };
    };
    DWORD dwForwardPreference;
    DWORD dwForwardViewSet;
} MIB_IPDESTROW, *PMIB_IPDESTROW;

typedef struct _MIB_IPDESTTABLE {
    DWORD dwNumEntries;
    MIB_IPDESTROW table[ANY_SIZE];
} MIB_IPDESTTABLE, *PMIB_IPDESTTABLE;

/* By which interface an address is reached. */
typedef struct _MIB_BEST_IF {
    DWORD dwDestAddr;
    DWORD dwIfIndex;
} MIB_BEST_IF, *PMIB_BEST_IF;

/* Addresses that an interface answers ARP requests for. */
typedef struct _MIB_PROXYARP {
    DWORD dwAddress;
    DWORD dwMask;
    DWORD dwIfIndex;
} MIB_PROXYARP, *PMIB_PROXYARP;

/* bMHbeat…: whether the interface waits for a multicast group's packets, and hears them. */
typedef struct _MIB_IFSTATUS {
    DWORD dwIfIndex;
    DWORD dwAdminStatus;       /* MIB_IF_ADMIN_STATUS_… */
    DWORD dwOperationalStatus; /* MIB_IF_OPER_STATUS_… */
    BOOL bMHbeatActive;
    BOOL bMHbeatAlive;
} MIB_IFSTATUS, *PMIB_IFSTATUS;

typedef struct _MIB_ROUTESTATE {
    BOOL bRoutesSetToStack; /* whether the router manager's routes are the host's */
} MIB_ROUTESTATE, *PMIB_ROUTESTATE;

#endif /* IPHLPAPI_IPRTRMIB_H */
