/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Neighbours. Contracts: include/netioapi.h. */
#include "api/error.h"
#include "api/rows/convert.h"
#include "api/rows/neighbour.h"
#include "api/shape.h"

#include <errno.h>

NETIOAPI_API GetIpNetTable2(ADDRESS_FAMILY Family, PMIB_IPNET_TABLE2 *Table)
{
    return shape_get_table(&api_row_neighbour, Family, (void **)Table);
}

NETIOAPI_API GetIpNetEntry2(PMIB_IPNET_ROW2 Row)
{
    return shape_get_row(&api_row_neighbour, Row);
}

NETIOAPI_API CreateIpNetEntry2(const MIB_IPNET_ROW2 *Row)
{
    return shape_change_row(&api_row_neighbour_change, MIB_VERB_CREATE, Row);
}

NETIOAPI_API SetIpNetEntry2(PMIB_IPNET_ROW2 Row)
{
    return shape_change_row(&api_row_neighbour_change, MIB_VERB_SET, Row);
}

NETIOAPI_API DeleteIpNetEntry2(const MIB_IPNET_ROW2 *Row)
{
    return shape_change_row(&api_row_neighbour_change, MIB_VERB_DELETE, Row);
}

NETIOAPI_API FlushIpNetTable2(ADDRESS_FAMILY Family, NET_IFINDEX InterfaceIndex)
{
    struct mib_neighbour what = {.ifindex = InterfaceIndex};
    enum mib_family family;

    if (!family_of_af(Family, &family))
        return ERROR_INVALID_PARAMETER;
    what.family = (uint8_t)family;
    int r = backend_change_row(MIB_TABLE_NEIGHBOUR, MIB_VERB_FLUSH, &what, 0);
    return error_from(r == -ENODEV ? -ENOENT : r);
}
