/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * UDP's endpoints, as rows and tables. Ports are in network byte order, in the lower half of a
 * DWORD; addresses are in network byte order.
 */
#ifndef IPHLPAPI_UDPMIB_H
#define IPHLPAPI_UDPMIB_H

#include "iphlpapi_statistics.h"
#include "iphlpapi_windef.h"
#include "ipmib.h"
#include "tcpmib.h"
#include "ws2ipdef.h"

typedef struct _MIB_UDPROW {
    DWORD dwLocalAddr;
    DWORD dwLocalPort;
} MIB_UDPROW, *PMIB_UDPROW;

typedef struct _MIB_UDPTABLE {
    DWORD dwNumEntries;
    MIB_UDPROW table[ANY_SIZE];
} MIB_UDPTABLE, *PMIB_UDPTABLE;

#define SIZEOF_UDPTABLE(count) IPHLPAPI_SIZEOF_TABLE(MIB_UDPTABLE, MIB_UDPROW, count)

typedef struct _MIB_UDPROW_OWNER_PID {
    DWORD dwLocalAddr;
    DWORD dwLocalPort;
    DWORD dwOwningPid;
} MIB_UDPROW_OWNER_PID, *PMIB_UDPROW_OWNER_PID;

typedef struct _MIB_UDPTABLE_OWNER_PID {
    DWORD dwNumEntries;
    MIB_UDPROW_OWNER_PID table[ANY_SIZE];
} MIB_UDPTABLE_OWNER_PID, *PMIB_UDPTABLE_OWNER_PID;

#define SIZEOF_UDPTABLE_OWNER_PID(count)                                                           \
    IPHLPAPI_SIZEOF_TABLE(MIB_UDPTABLE_OWNER_PID, MIB_UDPROW_OWNER_PID, count)

typedef struct _MIB_UDPROW_OWNER_MODULE {
    DWORD dwLocalAddr;
    DWORD dwLocalPort;
    DWORD dwOwningPid;
    LARGE_INTEGER liCreateTimestamp;
    __extension__ union {
        __extension__ struct {
            DWORD SpecificPortBind : 1;
        };
        DWORD dwFlags;
    };
    ULONG64 OwningModuleInfo[TCPIP_OWNING_MODULE_SIZE];
} MIB_UDPROW_OWNER_MODULE, *PMIB_UDPROW_OWNER_MODULE;

typedef struct _MIB_UDPTABLE_OWNER_MODULE {
    DWORD dwNumEntries;
    MIB_UDPROW_OWNER_MODULE table[ANY_SIZE];
} MIB_UDPTABLE_OWNER_MODULE, *PMIB_UDPTABLE_OWNER_MODULE;

#define SIZEOF_UDPTABLE_OWNER_MODULE(count)                                                        \
    IPHLPAPI_SIZEOF_TABLE(MIB_UDPTABLE_OWNER_MODULE, MIB_UDPROW_OWNER_MODULE, count)

/* A scope ID is the index of the interface that a link-local address is on, else 0. */
typedef struct _MIB_UDP6ROW {
    IN6_ADDR dwLocalAddr;
    DWORD dwLocalScopeId;
    DWORD dwLocalPort;
} MIB_UDP6ROW, *PMIB_UDP6ROW;

typedef struct _MIB_UDP6TABLE {
    DWORD dwNumEntries;
    MIB_UDP6ROW table[ANY_SIZE];
} MIB_UDP6TABLE, *PMIB_UDP6TABLE;

#define SIZEOF_UDP6TABLE(count) IPHLPAPI_SIZEOF_TABLE(MIB_UDP6TABLE, MIB_UDP6ROW, count)

typedef struct _MIB_UDP6ROW_OWNER_PID {
    UCHAR ucLocalAddr[16];
    DWORD dwLocalScopeId;
    DWORD dwLocalPort;
    DWORD dwOwningPid;
} MIB_UDP6ROW_OWNER_PID, *PMIB_UDP6ROW_OWNER_PID;

typedef struct _MIB_UDP6TABLE_OWNER_PID {
    DWORD dwNumEntries;
    MIB_UDP6ROW_OWNER_PID table[ANY_SIZE];
} MIB_UDP6TABLE_OWNER_PID, *PMIB_UDP6TABLE_OWNER_PID;

#define SIZEOF_UDP6TABLE_OWNER_PID(count)                                                          \
    IPHLPAPI_SIZEOF_TABLE(MIB_UDP6TABLE_OWNER_PID, MIB_UDP6ROW_OWNER_PID, count)

typedef struct _MIB_UDP6ROW_OWNER_MODULE {
    UCHAR ucLocalAddr[16];
    DWORD dwLocalScopeId;
    DWORD dwLocalPort;
    DWORD dwOwningPid;
    LARGE_INTEGER liCreateTimestamp;
    __extension__ union {
        __extension__ struct {
            DWORD SpecificPortBind : 1;
        };
        DWORD dwFlags;
    };
    ULONG64 OwningModuleInfo[TCPIP_OWNING_MODULE_SIZE];
} MIB_UDP6ROW_OWNER_MODULE, *PMIB_UDP6ROW_OWNER_MODULE;

typedef struct _MIB_UDP6TABLE_OWNER_MODULE {
    DWORD dwNumEntries;
    MIB_UDP6ROW_OWNER_MODULE table[ANY_SIZE];
} MIB_UDP6TABLE_OWNER_MODULE, *PMIB_UDP6TABLE_OWNER_MODULE;

#define SIZEOF_UDP6TABLE_OWNER_MODULE(count)                                                       \
    IPHLPAPI_SIZEOF_TABLE(MIB_UDP6TABLE_OWNER_MODULE, MIB_UDP6ROW_OWNER_MODULE, count)

#endif /* IPHLPAPI_UDPMIB_H */
