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

/* Whether a prefix has bits beyond its length. */
static bool has_host_bits(const struct mib_route *route)
{
    unsigned int whole = route->prefix_length / 8;
    unsigned int length = route->family == MIB_FAMILY_IPV4 ? 4 : 16;

    if (whole < length && (route->prefix.bytes[whole] & (0xff >> route->prefix_length % 8)))
        return true;
    for (unsigned int i = whole + 1; i < length; i++)
        if (route->prefix.bytes[i])
            return true;
    return false;
}

/* What Initialize…Entry leaves, and what a row of zeros has, is not set. */
static int change_of(const void *row, enum mib_verb verb, void *ret, uint64_t *ret_fields)
{
    const MIB_IPFORWARD_ROW2 *from = row;
    struct mib_route *change = ret;
    uint64_t fields = MIB_ROUTE_LIFETIME;

    if (!key_of(row, ret) || has_host_bits(change))
        return -EINVAL;
    if (verb == MIB_VERB_DELETE)
        return 0;
    if ((int)from->Protocol > UINT8_MAX || from->ValidLifetime == 0 ||
        from->PreferredLifetime > from->ValidLifetime)
        return -EINVAL;
    change->valid_lifetime = from->ValidLifetime;
    if (from->Metric != UINT32_MAX)
        fields |= MIB_ROUTE_METRIC;
    change->metric = from->Metric;
    if ((int)from->Protocol > 0)
        fields |= MIB_ROUTE_PROTOCOL;
    change->protocol = (uint8_t)from->Protocol;
    /* A route that a program makes is made by hand. */
    change->origin = verb == MIB_VERB_CREATE ? MIB_ROUTE_ORIGIN_MANUAL : (uint8_t)from->Origin;
    *ret_fields = fields;
    return 0;
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
    .change_of = change_of,
    /* For routes there is no other "not found". */
    .without_interface = -EINVAL,
    .unknown_index = -ENOENT,
    .unknown_luid = -ENOENT,
    .initial_fields = initial_fields,
    .initial_count = sizeof(initial_fields) / sizeof(initial_fields[0]),
};
