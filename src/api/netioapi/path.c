/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Paths. Contracts: include/netioapi.h. */
#include "api/error.h"
#include "api/rows/convert.h"
#include "api/shape.h"
#include "mib/row/path.h"

NETIOAPI_API GetIpPathTable(ADDRESS_FAMILY Family, PMIB_IPPATH_TABLE *Table)
{
    return shape_get_table(&api_row_path, Family, (void **)Table);
}

NETIOAPI_API GetIpPathEntry(PMIB_IPPATH_ROW Row)
{
    return shape_get_row(&api_row_path, Row);
}

NETIOAPI_API FlushIpPathTable(ADDRESS_FAMILY Family)
{
    struct mib_path what = {0};
    enum mib_family family;

    if (!family_of_af(Family, &family))
        return ERROR_INVALID_PARAMETER;
    what.family = (uint8_t)family;
    return error_from(backend_change_row(MIB_TABLE_PATH, MIB_VERB_FLUSH, &what, 0));
}
