/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Unicast addresses. Contracts: include/netioapi.h. */
#include "api/error.h"
#include "api/rows/rows.h"
#include "api/table.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

static void to_row(const void *from, void *ret)
{
    unicast_to_row(from, ret);
}

const struct table_layout unicast_layout = {
    .table = MIB_TABLE_UNICAST,
    .header_size = offsetof(MIB_UNICASTIPADDRESS_TABLE, Table),
    .row_size = sizeof(MIB_UNICASTIPADDRESS_ROW),
    .to_row = to_row,
};

NETIOAPI_API GetUnicastIpAddressTable(ADDRESS_FAMILY Family, PMIB_UNICASTIPADDRESS_TABLE *Table)
{
    return table_get(&unicast_layout, Family, (void **)Table);
}

NETIOAPI_API GetUnicastIpAddressEntry(PMIB_UNICASTIPADDRESS_ROW Row)
{
    struct mib_unicast row = {0};

    if (!Row || !address_of(&Row->Address, &row.family, &row.address) ||
        !mib_addr_is_unicast(row.family, &row.address))
        return ERROR_INVALID_PARAMETER;
    int r = interface_of(&Row->InterfaceLuid, Row->InterfaceIndex, &row.ifindex, &row.iftype);
    /* Neither LUID nor index: for addresses Windows takes that for an unknown interface. */
    if (r == -EINVAL)
        r = -ENODEV;
    if (r == 0)
        r = backend_read_row(MIB_TABLE_UNICAST, &row);
    if (r == 0)
        unicast_to_row(&row, Row);
    return error_from(r);
}

void NETIOAPI_API_ InitializeUnicastIpAddressEntry(PMIB_UNICASTIPADDRESS_ROW Row)
{
    if (!Row)
        return;
    memset(Row, 0, sizeof(*Row));
    Row->PrefixOrigin = IpPrefixOriginUnchanged;
    Row->SuffixOrigin = IpSuffixOriginUnchanged;
    Row->OnLinkPrefixLength = 255;
    Row->ValidLifetime = 0xffffffff;
    Row->PreferredLifetime = 0xffffffff;
}
