/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The interface towards an address. Contracts: include/iphlpapi.h. */
#include "api/windows.h"

#include <string.h>

static DWORD best_interface(const SOCKADDR_INET *to, DWORD *ret)
{
    MIB_IPFORWARD_ROW2 route;
    SOCKADDR_INET source;
    DWORD error = GetBestRoute2(NULL, 0, NULL, to, 0, &route, &source);

    if (error != NO_ERROR)
        return error;
    *ret = route.InterfaceIndex;
    return NO_ERROR;
}

DWORD NETIOAPI_API_ GetBestInterface(IPAddr dwDestAddr, DWORD *pdwBestIfIndex)
{
    SOCKADDR_INET to;

    if (!pdwBestIfIndex)
        return ERROR_INVALID_PARAMETER;
    memset(&to, 0, sizeof(to));
    to.si_family = AF_INET;
    memcpy(&to.Ipv4.sin_addr, &dwDestAddr, sizeof(dwDestAddr));
    return best_interface(&to, pdwBestIfIndex);
}

DWORD NETIOAPI_API_ GetBestInterfaceEx(struct sockaddr *pDestAddr, DWORD *pdwBestIfIndex)
{
    SOCKADDR_INET to;

    if (!pDestAddr || !pdwBestIfIndex)
        return ERROR_INVALID_PARAMETER;
    memset(&to, 0, sizeof(to));
    if (pDestAddr->sa_family == AF_INET)
        memcpy(&to.Ipv4, pDestAddr, sizeof(to.Ipv4));
    else if (pDestAddr->sa_family == AF_INET6)
        memcpy(&to.Ipv6, pDestAddr, sizeof(to.Ipv6));
    else
        return ERROR_INVALID_PARAMETER;
    return best_interface(&to, pdwBestIfIndex);
}
