/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Windows' names for the host's socket address types, and the scope of an address.
 *
 * The structures are the host's own, so AF_INET6 has the host's value and an address taken from a
 * row can be handed to connect() as it is. A family that goes in may as well be Windows' AF_INET6,
 * 23: it is taken for IPv6 everywhere, and what comes out has the host's value all the same.
 */
#ifndef IPHLPAPI_WS2DEF_H
#define IPHLPAPI_WS2DEF_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "iphlpapi_windef.h"

typedef USHORT ADDRESS_FAMILY;

typedef struct in_addr IN_ADDR, *PIN_ADDR, *LPIN_ADDR;
typedef struct sockaddr SOCKADDR, *PSOCKADDR, *LPSOCKADDR;
typedef struct sockaddr_in SOCKADDR_IN, *PSOCKADDR_IN, *LPSOCKADDR_IN;
typedef struct sockaddr_storage SOCKADDR_STORAGE, *PSOCKADDR_STORAGE, *LPSOCKADDR_STORAGE;

typedef struct _SOCKET_ADDRESS {
    LPSOCKADDR lpSockaddr;
    int iSockaddrLength;
} SOCKET_ADDRESS, *PSOCKET_ADDRESS, *LPSOCKET_ADDRESS;

/* RFC 4007 scopes. The values are those of the scope field of an IPv6 multicast address. */
typedef enum _SCOPE_LEVEL {
    ScopeLevelInterface = 1,
    ScopeLevelLink = 2,
    ScopeLevelSubnet = 3,
    ScopeLevelAdmin = 4,
    ScopeLevelSite = 5,
    ScopeLevelOrganization = 8,
    ScopeLevelGlobal = 14,
    ScopeLevelCount = 16
} SCOPE_LEVEL;

/* __extension__: ISO C before C11 wants a member with a name. */
__extension__ typedef struct _SCOPE_ID {
    __extension__ union {
        __extension__ struct {
            ULONG Zone : 28;
            ULONG Level : 4;
        };
        ULONG Value;
    };
} SCOPE_ID, *PSCOPE_ID;

#endif /* IPHLPAPI_WS2DEF_H */
