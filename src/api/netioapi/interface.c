/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* IP interfaces. Contracts: include/netioapi.h. */
#include "api/shape.h"

NETIOAPI_API GetIpInterfaceTable(ADDRESS_FAMILY Family, PMIB_IPINTERFACE_TABLE *Table)
{
    return shape_get_table(&api_row_ipinterface, Family, (void **)Table);
}

NETIOAPI_API GetIpInterfaceEntry(PMIB_IPINTERFACE_ROW Row)
{
    return shape_get_row(&api_row_ipinterface, Row);
}

void NETIOAPI_API_ InitializeIpInterfaceEntry(PMIB_IPINTERFACE_ROW Row)
{
    shape_initialize_row(&api_row_ipinterface, Row);
}
