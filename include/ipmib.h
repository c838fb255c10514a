/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The rows of IPv4's older tables. Addresses are in network byte order.
 * Route protocols (MIB_IPPROTO_*) live in nldef.h; programs look for them here.
 */
#ifndef IPHLPAPI_IPMIB_H
#define IPHLPAPI_IPMIB_H

#include "ifdef.h"
#include "iphlpapi_windef.h"
#include "nldef.h"

/* Length that a table's row array is declared with; dwNumEntries tells how many rows there are. */
#ifndef ANY_SIZE
#define ANY_SIZE 1
#endif

#define MAXLEN_PHYSADDR 8

/* ---- Neighbours ------------------------------------------------------------------------------ */

typedef enum {
    MIB_IPNET_TYPE_OTHER = 1,
    MIB_IPNET_TYPE_INVALID = 2, /* its link-layer address is not known */
    MIB_IPNET_TYPE_DYNAMIC = 3, /* learned, and may age */
    MIB_IPNET_TYPE_STATIC = 4
} MIB_IPNET_TYPE;

/* Key: dwAddr, dwIndex. */
typedef struct _MIB_IPNETROW_LH {
    IF_INDEX dwIndex;
    DWORD dwPhysAddrLen;
    UCHAR bPhysAddr[MAXLEN_PHYSADDR];
    DWORD dwAddr;
    __extension__ union {
        DWORD dwType;
        MIB_IPNET_TYPE Type;
    };
} MIB_IPNETROW_LH, *PMIB_IPNETROW_LH;

typedef MIB_IPNETROW_LH MIB_IPNETROW, *PMIB_IPNETROW;

typedef struct _MIB_IPNETTABLE {
    DWORD dwNumEntries;
    MIB_IPNETROW table[ANY_SIZE];
} MIB_IPNETTABLE, *PMIB_IPNETTABLE;

#endif /* IPHLPAPI_IPMIB_H */
