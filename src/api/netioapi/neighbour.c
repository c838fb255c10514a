/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Neighbours. Contracts: include/netioapi.h. */
#include "api/shape.h"

NETIOAPI_API GetIpNetTable2(ADDRESS_FAMILY Family, PMIB_IPNET_TABLE2 *Table)
{
    return shape_get_table(&api_row_neighbour, Family, (void **)Table);
}

NETIOAPI_API GetIpNetEntry2(PMIB_IPNET_ROW2 Row)
{
    return shape_get_row(&api_row_neighbour, Row);
}
