/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* IP interfaces. Contracts: include/netioapi.h. */
#include "api/error.h"
#include "api/rows/rows.h"
#include "api/table.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

static void to_row(const void *from, void *ret)
{
    ipinterface_to_row(from, ret);
}

const struct table_layout ipinterface_layout = {
    .table = MIB_TABLE_IPINTERFACE,
    .header_size = offsetof(MIB_IPINTERFACE_TABLE, Table),
    .row_size = sizeof(MIB_IPINTERFACE_ROW),
    .to_row = to_row,
};

NETIOAPI_API GetIpInterfaceTable(ADDRESS_FAMILY Family, PMIB_IPINTERFACE_TABLE *Table)
{
    return table_get(&ipinterface_layout, Family, (void **)Table);
}

NETIOAPI_API GetIpInterfaceEntry(PMIB_IPINTERFACE_ROW Row)
{
    struct mib_ipinterface row = {0};
    enum mib_family family;

    if (!Row || !ip_family_of_af(Row->Family, &family))
        return ERROR_INVALID_PARAMETER;
    row.family = (uint8_t)family;
    int r = interface_of(&Row->InterfaceLuid, Row->InterfaceIndex, &row.ifindex, &row.iftype);
    if (r == 0)
        r = backend_read_row(MIB_TABLE_IPINTERFACE, &row);
    /* Windows looks an index up first; a LUID that nothing has is as good as a family not on it. */
    if (r == -ENODEV && Row->InterfaceLuid.Value != 0)
        r = -ENOENT;
    if (r == 0)
        ipinterface_to_row(&row, Row);
    return error_from(r);
}

void NETIOAPI_API_ InitializeIpInterfaceEntry(PMIB_IPINTERFACE_ROW Row)
{
    if (Row)
        memset(Row, 0, sizeof(*Row));
}
