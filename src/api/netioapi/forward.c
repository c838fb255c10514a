/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Routes. Contracts: include/netioapi.h. */
#include "api/shape.h"

NETIOAPI_API GetIpForwardTable2(ADDRESS_FAMILY Family, PMIB_IPFORWARD_TABLE2 *Table)
{
    return shape_get_table(&api_row_route, Family, (void **)Table);
}

NETIOAPI_API GetIpForwardEntry2(PMIB_IPFORWARD_ROW2 Row)
{
    return shape_get_row(&api_row_route, Row);
}

void NETIOAPI_API_ InitializeIpForwardEntry(PMIB_IPFORWARD_ROW2 Row)
{
    shape_initialize_row(&api_row_route, Row);
}

NETIOAPI_API CreateIpForwardEntry2(const MIB_IPFORWARD_ROW2 *Row)
{
    return shape_change_row(&api_row_route, MIB_VERB_CREATE, Row);
}

NETIOAPI_API SetIpForwardEntry2(const MIB_IPFORWARD_ROW2 *Route)
{
    return shape_change_row(&api_row_route, MIB_VERB_SET, Route);
}

NETIOAPI_API DeleteIpForwardEntry2(const MIB_IPFORWARD_ROW2 *Row)
{
    return shape_change_row(&api_row_route, MIB_VERB_DELETE, Row);
}
