/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The way to an address. Contract: include/netioapi.h. */
#include "api/error.h"
#include "api/rows/convert.h"
#include "api/rows/row.h"
#include "backend/backend.h"
#include "mib/query/best_route.h"

#include <errno.h>

/* The interface that a caller names, if any, into the query. */
static int take_interface(const NET_LUID *luid, NET_IFINDEX index, const SOCKADDR_INET *to,
                          struct mib_best_route *query)
{
    static const NET_LUID none = {.Value = 0};
    uint32_t ifindex = 0;
    int r = interface_of(luid ? luid : &none, index, &ifindex, &query->iftype);

    if (r == -EINVAL && mib_addr_is_link_local(query->family, &query->destination) &&
        query->family == MIB_FAMILY_IPV6)
        ifindex = to->Ipv6.sin6_scope_id;
    query->ifindex = ifindex;
    return r == -EINVAL ? 0 : r;
}

NETIOAPI_API GetBestRoute2(NET_LUID *InterfaceLuid, NET_IFINDEX InterfaceIndex,
                           const SOCKADDR_INET *SourceAddress,
                           const SOCKADDR_INET *DestinationAddress, ULONG AddressSortOptions,
                           PMIB_IPFORWARD_ROW2 BestRoute, SOCKADDR_INET *BestSourceAddress)
{
    struct mib_best_route query = {0};
    uint8_t source_family;

    (void)AddressSortOptions;
    if (!DestinationAddress || !BestRoute || !BestSourceAddress ||
        !address_of(DestinationAddress, &query.family, &query.destination) ||
        (SourceAddress && (!address_of(SourceAddress, &source_family, &query.source) ||
                           source_family != query.family)))
        return ERROR_INVALID_PARAMETER;
    int r = take_interface(InterfaceLuid, InterfaceIndex, DestinationAddress, &query);
    if (r == 0)
        r = backend_query(MIB_QUERY_BEST_ROUTE, &query);
    if (r < 0)
        return error_from(r);
    query.route.ifindex = query.ifindex;
    query.route.iftype = query.iftype;
    api_row_route.to_row(&query.route, BestRoute);
    sockaddr_of(query.family, &query.source, query.ifindex, BestSourceAddress);
    return NO_ERROR;
}
