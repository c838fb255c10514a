/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Plain IPv4 addresses and lists of interfaces, as the functions have them that are older than
 * Windows Vista.
 */
#ifndef IPHLPAPI_IPEXPORT_H
#define IPHLPAPI_IPEXPORT_H

#include "iphlpapi_windef.h"

/* In network byte order. */
typedef ULONG IPAddr;
typedef ULONG IPMask;

#define MAX_ADAPTER_NAME 128

/* An interface by its index, and by the name that the old functions have for it. */
typedef struct _IP_ADAPTER_INDEX_MAP {
    ULONG Index;
    WCHAR Name[MAX_ADAPTER_NAME];
} IP_ADAPTER_INDEX_MAP, *PIP_ADAPTER_INDEX_MAP;

typedef struct _IP_INTERFACE_INFO {
    int NumAdapters;
    IP_ADAPTER_INDEX_MAP Adapter[1];
} IP_INTERFACE_INFO, *PIP_INTERFACE_INFO;

typedef struct _IP_UNIDIRECTIONAL_ADAPTER_ADDRESS {
    ULONG NumAdapters;
    IPAddr Address[1];
} IP_UNIDIRECTIONAL_ADAPTER_ADDRESS, *PIP_UNIDIRECTIONAL_ADAPTER_ADDRESS;

/* Indexes of interfaces in the order in which they are preferred. */
typedef struct _IP_ADAPTER_ORDER_MAP {
    ULONG NumAdapters;
    ULONG AdapterOrder[1];
} IP_ADAPTER_ORDER_MAP, *PIP_ADAPTER_ORDER_MAP;

#endif /* IPHLPAPI_IPEXPORT_H */
