/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Routes: mib_route and MIB_IPFORWARD_ROW2. */
#include "mib/row/route.h"
#include "api/rows/convert.h"
#include "api/rows/row.h"

#include <errno.h>
#include <string.h>

_Static_assert((int)MIB_ROUTE_ORIGIN_6TO4 == (int)Nlro6to4 &&
                   (int)MIB_ROUTE_PROTOCOL_BGP == (int)MIB_IPPROTO_BGP,
               "the model's numbers are the API's");

static void to_row(const void *model, void *row)
{
    const struct mib_route *from = model;
    MIB_IPFORWARD_ROW2 *ret = row;
    bool finite = from->valid_lifetime != MIB_LIFETIME_INFINITE;

    memset(ret, 0, sizeof(*ret));
    ret->InterfaceLuid = luid_of(from->ifindex, from->iftype);
    ret->InterfaceIndex = from->ifindex;
    sockaddr_of(from->family, &from->prefix, from->ifindex, &ret->DestinationPrefix.Prefix);
    ret->DestinationPrefix.PrefixLength = from->prefix_length;
    sockaddr_of(from->next_hop_family, &from->next_hop, from->ifindex, &ret->NextHop);
    ret->ValidLifetime = from->valid_lifetime;
    ret->PreferredLifetime = from->valid_lifetime;
    ret->Metric = from->metric;
    ret->Protocol = (NL_ROUTE_PROTOCOL)from->protocol;
    ret->Loopback = from->loopback;
    ret->AutoconfigureAddress = from->origin == MIB_ROUTE_ORIGIN_ROUTER_ADVERTISEMENT;
    ret->Immortal = !finite;
    ret->Origin = (NL_ROUTE_ORIGIN)from->origin;
}

/* The next hop of an IPv4 route may be an IPv6 address, never the other way round. */
static bool key_of(const void *row, void *ret_key)
{
    const MIB_IPFORWARD_ROW2 *from = row;
    struct mib_route *key = ret_key;

    key->prefix_length = from->DestinationPrefix.PrefixLength;
    return address_of(&from->DestinationPrefix.Prefix, &key->family, &key->prefix) &&
           address_of(&from->NextHop, &key->next_hop_family, &key->next_hop) &&
           (key->family == key->next_hop_family || key->family == MIB_FAMILY_IPV4) &&
           key->prefix_length <= (key->family == MIB_FAMILY_IPV4 ? 32 : 128);
}

static const struct api_initial_field initial_fields[] = {
    API_INITIAL_FIELD(MIB_IPFORWARD_ROW2, SitePrefixLength, 255),
    API_INITIAL_FIELD(MIB_IPFORWARD_ROW2, ValidLifetime, 0xffffffff),
    API_INITIAL_FIELD(MIB_IPFORWARD_ROW2, PreferredLifetime, 0xffffffff),
    API_INITIAL_FIELD(MIB_IPFORWARD_ROW2, Metric, 0xffffffff),
    API_INITIAL_FIELD(MIB_IPFORWARD_ROW2, Protocol, -1),
    API_INITIAL_FIELD(MIB_IPFORWARD_ROW2, Loopback, TRUE),
    API_INITIAL_FIELD(MIB_IPFORWARD_ROW2, AutoconfigureAddress, TRUE),
    API_INITIAL_FIELD(MIB_IPFORWARD_ROW2, Publish, TRUE),
    API_INITIAL_FIELD(MIB_IPFORWARD_ROW2, Immortal, TRUE),
};

const struct api_row api_row_route = {
    .table = MIB_TABLE_ROUTE,
    .size = sizeof(MIB_IPFORWARD_ROW2),
    .rows_offset = offsetof(MIB_IPFORWARD_TABLE2, Table),
    .luid_offset = offsetof(MIB_IPFORWARD_ROW2, InterfaceLuid),
    .index_offset = offsetof(MIB_IPFORWARD_ROW2, InterfaceIndex),
    .to_row = to_row,
    .key_of = key_of,
    /* For routes there is no other "not found". */
    .without_interface = -EINVAL,
    .unknown_index = -ENOENT,
    .unknown_luid = -ENOENT,
    .initial_fields = initial_fields,
    .initial_count = sizeof(initial_fields) / sizeof(initial_fields[0]),
};
