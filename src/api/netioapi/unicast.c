/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Unicast addresses. Contracts: include/netioapi.h. */
#include "api/shape.h"

NETIOAPI_API GetUnicastIpAddressTable(ADDRESS_FAMILY Family, PMIB_UNICASTIPADDRESS_TABLE *Table)
{
    return shape_get_table(&api_row_unicast, Family, (void **)Table);
}

NETIOAPI_API GetUnicastIpAddressEntry(PMIB_UNICASTIPADDRESS_ROW Row)
{
    return shape_get_row(&api_row_unicast, Row);
}

void NETIOAPI_API_ InitializeUnicastIpAddressEntry(PMIB_UNICASTIPADDRESS_ROW Row)
{
    shape_initialize_row(&api_row_unicast, Row);
}

NETIOAPI_API CreateUnicastIpAddressEntry(const MIB_UNICASTIPADDRESS_ROW *Row)
{
    return shape_change_row(&api_row_unicast_change, MIB_VERB_CREATE, Row);
}

NETIOAPI_API SetUnicastIpAddressEntry(const MIB_UNICASTIPADDRESS_ROW *Row)
{
    return shape_change_row(&api_row_unicast_change, MIB_VERB_SET, Row);
}

NETIOAPI_API DeleteUnicastIpAddressEntry(const MIB_UNICASTIPADDRESS_ROW *Row)
{
    return shape_change_row(&api_row_unicast_change, MIB_VERB_DELETE, Row);
}
