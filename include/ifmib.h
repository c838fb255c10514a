/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Network interfaces, as they were before Windows Vista, and what the headers of the old tables
 * share.
 */
#ifndef IPHLPAPI_IFMIB_H
#define IPHLPAPI_IFMIB_H

#include "ifdef.h"
#include "iphlpapi_windef.h"
#include "ipifcons.h"

/* Length that a table's row array is declared with; dwNumEntries tells how many rows there are. */
#ifndef ANY_SIZE
#define ANY_SIZE 1
#endif

/*
 * Bytes of an old table of count rows, as SIZEOF_… of each table gives them: Windows counts eight
 * more, to align the rows by.
 */
#define IPHLPAPI_SIZEOF_TABLE(table_type, row_type, count)                                         \
    (offsetof(table_type, table) + (count) * sizeof(row_type) + 8)

#define MAX_INTERFACE_NAME_LEN 256
#define MAXLEN_PHYSADDR 8
#define MAXLEN_IFDESCR 256

/* How many interfaces there are. */
typedef struct _MIB_IFNUMBER {
    DWORD dwValue;
} MIB_IFNUMBER, *PMIB_IFNUMBER;

/* Key: dwIndex. The speed is in bits per second, the MTU in bytes. */
typedef struct _MIB_IFROW {
    WCHAR wszName[MAX_INTERFACE_NAME_LEN];
    IF_INDEX dwIndex;
    IFTYPE dwType;
    DWORD dwMtu;
    DWORD dwSpeed;
    DWORD dwPhysAddrLen;
    UCHAR bPhysAddr[MAXLEN_PHYSADDR];
    DWORD dwAdminStatus;
    INTERNAL_IF_OPER_STATUS dwOperStatus;
    DWORD dwLastChange;
    DWORD dwInOctets;
    DWORD dwInUcastPkts;
    DWORD dwInNUcastPkts;
    DWORD dwInDiscards;
    DWORD dwInErrors;
    DWORD dwInUnknownProtos;
    DWORD dwOutOctets;
    DWORD dwOutUcastPkts;
    DWORD dwOutNUcastPkts;
    DWORD dwOutDiscards;
    DWORD dwOutErrors;
    DWORD dwOutQLen;
    DWORD dwDescrLen;
    UCHAR bDescr[MAXLEN_IFDESCR];
} MIB_IFROW, *PMIB_IFROW;

typedef struct _MIB_IFTABLE {
    DWORD dwNumEntries;
    MIB_IFROW table[ANY_SIZE];
} MIB_IFTABLE, *PMIB_IFTABLE;

#define SIZEOF_IFTABLE(count) IPHLPAPI_SIZEOF_TABLE(MIB_IFTABLE, MIB_IFROW, count)

#endif /* IPHLPAPI_IFMIB_H */
