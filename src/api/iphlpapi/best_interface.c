/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The interface towards an address. Contracts: include/iphlpapi.h. */
#include "api/error.h"
#include "api/rows/convert.h"
#include "backend/backend.h"
#include "mib/query/best_route.h"

#include <string.h>

static DWORD best_interface(const SOCKADDR_INET *to, DWORD *ret)
{
    struct mib_best_route query = {.only_interface = true};

    if (!address_of(to, &query.family, &query.destination))
        return ERROR_INVALID_PARAMETER;
    if (query.family == MIB_FAMILY_IPV6 && mib_addr_is_link_local(query.family, &query.destination))
        query.ifindex = to->Ipv6.sin6_scope_id;
    int r = backend_query(MIB_QUERY_BEST_ROUTE, &query);
    if (r < 0)
        return error_from(r);
    *ret = query.ifindex;
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
    enum mib_family family;
    SOCKADDR_INET to;

    if (!pDestAddr || !pdwBestIfIndex || !ip_family_of_af(pDestAddr->sa_family, &family))
        return ERROR_INVALID_PARAMETER;
    memset(&to, 0, sizeof(to));
    if (family == MIB_FAMILY_IPV4)
        memcpy(&to.Ipv4, pDestAddr, sizeof(to.Ipv4));
    else
        memcpy(&to.Ipv6, pDestAddr, sizeof(to.Ipv6));
    return best_interface(&to, pdwBestIfIndex);
}
