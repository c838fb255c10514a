/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Unicast addresses: mib_unicast and MIB_UNICASTIPADDRESS_ROW. */
#include "mib/row/unicast.h"
#include "api/rows/convert.h"
#include "api/rows/row.h"

#include <errno.h>
#include <string.h>

_Static_assert((int)MIB_PREFIX_ORIGIN_ROUTER_ADVERTISEMENT ==
                       (int)IpPrefixOriginRouterAdvertisement &&
                   (int)MIB_SUFFIX_ORIGIN_RANDOM == (int)IpSuffixOriginRandom &&
                   (int)MIB_DAD_PREFERRED == (int)IpDadStatePreferred,
               "the model's numbers are the API's");

static void to_row(const void *model, void *row)
{
    const struct mib_unicast *from = model;
    MIB_UNICASTIPADDRESS_ROW *ret = row;

    memset(ret, 0, sizeof(*ret));
    sockaddr_of(from->family, &from->address, from->ifindex, &ret->Address);
    ret->InterfaceLuid = luid_of(from->ifindex, from->iftype);
    ret->InterfaceIndex = from->ifindex;
    ret->PrefixOrigin = (NL_PREFIX_ORIGIN)from->prefix_origin;
    ret->SuffixOrigin = (NL_SUFFIX_ORIGIN)from->suffix_origin;
    ret->ValidLifetime = from->valid_lifetime;
    ret->PreferredLifetime = from->preferred_lifetime;
    ret->OnLinkPrefixLength = from->prefix_length;
    ret->DadState = (NL_DAD_STATE)from->dad_state;
    if (from->family == MIB_FAMILY_IPV6)
        ret->ScopeId.Value = ret->Address.Ipv6.sin6_scope_id;
    ret->CreationTimeStamp.QuadPart = (int64_t)from->created;
}

static bool key_of(const void *row, void *ret_key)
{
    struct mib_unicast *key = ret_key;

    return address_of(&((const MIB_UNICASTIPADDRESS_ROW *)row)->Address, &key->family,
                      &key->address) &&
           mib_addr_is_unicast(key->family, &key->address);
}

static const struct api_initial_field initial_fields[] = {
    API_INITIAL_FIELD(MIB_UNICASTIPADDRESS_ROW, PrefixOrigin, IpPrefixOriginUnchanged),
    API_INITIAL_FIELD(MIB_UNICASTIPADDRESS_ROW, SuffixOrigin, IpSuffixOriginUnchanged),
    API_INITIAL_FIELD(MIB_UNICASTIPADDRESS_ROW, OnLinkPrefixLength, 255),
    API_INITIAL_FIELD(MIB_UNICASTIPADDRESS_ROW, ValidLifetime, 0xffffffff),
    API_INITIAL_FIELD(MIB_UNICASTIPADDRESS_ROW, PreferredLifetime, 0xffffffff),
};

const struct api_row api_row_unicast = {
    .table = MIB_TABLE_UNICAST,
    .size = sizeof(MIB_UNICASTIPADDRESS_ROW),
    .rows_offset = offsetof(MIB_UNICASTIPADDRESS_TABLE, Table),
    .luid_offset = offsetof(MIB_UNICASTIPADDRESS_ROW, InterfaceLuid),
    .index_offset = offsetof(MIB_UNICASTIPADDRESS_ROW, InterfaceIndex),
    .to_row = to_row,
    .key_of = key_of,
    /* Neither LUID nor index: for addresses Windows takes that for an unknown interface. */
    .without_interface = -ENODEV,
    .unknown_index = -ENODEV,
    .unknown_luid = -ENODEV,
    .initial_fields = initial_fields,
    .initial_count = sizeof(initial_fields) / sizeof(initial_fields[0]),
};
