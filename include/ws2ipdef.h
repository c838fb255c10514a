/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Windows' names for the host's IPv6 address types, and the address type of the tables' rows. */
#ifndef IPHLPAPI_WS2IPDEF_H
#define IPHLPAPI_WS2IPDEF_H

#include "ws2def.h"

typedef struct in6_addr IN6_ADDR, *PIN6_ADDR, *LPIN6_ADDR;
typedef struct sockaddr_in6 SOCKADDR_IN6, *PSOCKADDR_IN6, *LPSOCKADDR_IN6;
typedef struct sockaddr_in6 SOCKADDR_IN6_LH, *PSOCKADDR_IN6_LH;

/* An IPv4 or IPv6 address; si_family overlays sin_family and sin6_family and tells which. */
typedef union _SOCKADDR_INET {
    SOCKADDR_IN Ipv4;
    SOCKADDR_IN6 Ipv6;
    ADDRESS_FAMILY si_family;
} SOCKADDR_INET, *PSOCKADDR_INET;

typedef struct _sockaddr_in6_pair {
    PSOCKADDR_IN6 SourceAddress;
    PSOCKADDR_IN6 DestinationAddress;
} SOCKADDR_IN6_PAIR, *PSOCKADDR_IN6_PAIR;

#endif /* IPHLPAPI_WS2IPDEF_H */
