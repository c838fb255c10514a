/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Routes. Contracts: include/netioapi.h. */
#include "api/error.h"
#include "api/rows/rows.h"
#include "api/table.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

static void to_row(const void *from, void *ret)
{
    route_to_row(from, ret);
}

const struct table_layout forward_layout = {
    .table = MIB_TABLE_ROUTE,
    .header_size = offsetof(MIB_IPFORWARD_TABLE2, Table),
    .row_size = sizeof(MIB_IPFORWARD_ROW2),
    .to_row = to_row,
};

NETIOAPI_API GetIpForwardTable2(ADDRESS_FAMILY Family, PMIB_IPFORWARD_TABLE2 *Table)
{
    return table_get(&forward_layout, Family, (void **)Table);
}

/* The next hop of an IPv4 route may be an IPv6 address, never the other way round. */
static bool key_of(const MIB_IPFORWARD_ROW2 *from, struct mib_route *ret)
{
    struct mib_route key = {.prefix_length = from->DestinationPrefix.PrefixLength};

    if (!address_of(&from->DestinationPrefix.Prefix, &key.family, &key.prefix) ||
        !address_of(&from->NextHop, &key.next_hop_family, &key.next_hop) ||
        (key.family != key.next_hop_family && key.family != MIB_FAMILY_IPV4) ||
        key.prefix_length > (key.family == MIB_FAMILY_IPV4 ? 32 : 128))
        return false;
    *ret = key;
    return true;
}

NETIOAPI_API GetIpForwardEntry2(PMIB_IPFORWARD_ROW2 Row)
{
    struct mib_route row;

    if (!Row || !key_of(Row, &row))
        return ERROR_INVALID_PARAMETER;
    int r = interface_of(&Row->InterfaceLuid, Row->InterfaceIndex, &row.ifindex, &row.iftype);
    if (r == 0)
        r = backend_read_row(MIB_TABLE_ROUTE, &row);
    if (r == -ENODEV)
        r = -ENOENT; /* for routes there is no other "not found" */
    if (r == 0)
        route_to_row(&row, Row);
    return error_from(r);
}

void NETIOAPI_API_ InitializeIpForwardEntry(PMIB_IPFORWARD_ROW2 Row)
{
    if (!Row)
        return;
    memset(Row, 0, sizeof(*Row));
    Row->SitePrefixLength = 255;
    Row->ValidLifetime = 0xffffffff;
    Row->PreferredLifetime = 0xffffffff;
    Row->Metric = 0xffffffff;
    Row->Protocol = (NL_ROUTE_PROTOCOL)-1;
    Row->Loopback = TRUE;
    Row->AutoconfigureAddress = TRUE;
    Row->Publish = TRUE;
    Row->Immortal = TRUE;
}
