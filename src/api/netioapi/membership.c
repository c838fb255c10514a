/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Multicast groups and anycast addresses. Contracts: include/netioapi.h. */
#include "api/shape.h"

NETIOAPI_API GetMulticastIpAddressTable(ADDRESS_FAMILY Family, PMIB_MULTICASTIPADDRESS_TABLE *Table)
{
    return shape_get_table(&api_row_multicast, Family, (void **)Table);
}

NETIOAPI_API GetMulticastIpAddressEntry(PMIB_MULTICASTIPADDRESS_ROW Row)
{
    return shape_get_row(&api_row_multicast, Row);
}

NETIOAPI_API GetAnycastIpAddressTable(ADDRESS_FAMILY Family, PMIB_ANYCASTIPADDRESS_TABLE *Table)
{
    return shape_get_table(&api_row_anycast, Family, (void **)Table);
}

NETIOAPI_API GetAnycastIpAddressEntry(PMIB_ANYCASTIPADDRESS_ROW Row)
{
    return shape_get_row(&api_row_anycast, Row);
}

NETIOAPI_API CreateAnycastIpAddressEntry(const MIB_ANYCASTIPADDRESS_ROW *Row)
{
    return shape_change_row(&api_row_anycast_change, MIB_VERB_CREATE, Row);
}

NETIOAPI_API DeleteAnycastIpAddressEntry(const MIB_ANYCASTIPADDRESS_ROW *Row)
{
    return shape_change_row(&api_row_anycast_change, MIB_VERB_DELETE, Row);
}
