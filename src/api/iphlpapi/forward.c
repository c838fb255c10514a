/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Routes in the older form. Contracts: include/iphlpapi.h. */
#include "api/error.h"
#include "api/shape.h"
#include "backend/backend.h"
#include "mib/query/best_route.h"

#include <string.h>

DWORD NETIOAPI_API_ GetIpForwardTable(PMIB_IPFORWARDTABLE pIpForwardTable, PULONG pdwSize,
                                      BOOL bOrder)
{
    return shape_get_buffer(&api_buffer_route, pIpForwardTable, pdwSize, bOrder);
}

DWORD NETIOAPI_API_ GetBestRoute(DWORD dwDestAddr, DWORD dwSourceAddr, PMIB_IPFORWARDROW pBestRoute)
{
    struct mib_best_route query = {.family = MIB_FAMILY_IPV4};

    if (!pBestRoute)
        return ERROR_INVALID_PARAMETER;
    memcpy(query.destination.bytes, &dwDestAddr, sizeof(dwDestAddr));
    memcpy(query.source.bytes, &dwSourceAddr, sizeof(dwSourceAddr));
    int r = backend_query(MIB_QUERY_BEST_ROUTE, &query);
    if (r == 0)
        api_buffer_route.row.to_row(&query.route, pBestRoute);
    return error_from(r);
}

DWORD NETIOAPI_API_ CreateIpForwardEntry(PMIB_IPFORWARDROW pRoute)
{
    return shape_change_row(&api_buffer_route.row, MIB_VERB_CREATE, pRoute);
}

DWORD NETIOAPI_API_ SetIpForwardEntry(PMIB_IPFORWARDROW pRoute)
{
    return shape_change_row(&api_buffer_route.row, MIB_VERB_SET, pRoute);
}

DWORD NETIOAPI_API_ DeleteIpForwardEntry(PMIB_IPFORWARDROW pRoute)
{
    return shape_change_row(&api_buffer_route.row, MIB_VERB_DELETE, pRoute);
}
