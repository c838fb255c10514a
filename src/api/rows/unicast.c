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

static int max_prefix_length(uint8_t family)
{
    return family == MIB_FAMILY_IPV4 ? 32 : 128;
}

/* OnLinkPrefixLength 255 stands for the length of an address. */
enum { WHOLE_ADDRESS = 255 };

/* Both origins are given, or neither; their bit is added to *fields. */
static int take_origins(const MIB_UNICASTIPADDRESS_ROW *row, struct mib_unicast *ret,
                        uint64_t *fields)
{
    bool keeps_prefix = row->PrefixOrigin == IpPrefixOriginUnchanged;
    bool keeps_suffix = row->SuffixOrigin == IpSuffixOriginUnchanged;

    if (keeps_prefix && keeps_suffix)
        return 0;
    if (keeps_prefix || keeps_suffix ||
        (unsigned int)row->PrefixOrigin > IpPrefixOriginRouterAdvertisement ||
        (unsigned int)row->SuffixOrigin > IpSuffixOriginRandom)
        return -EINVAL;
    ret->prefix_origin = (uint8_t)row->PrefixOrigin;
    ret->suffix_origin = (uint8_t)row->SuffixOrigin;
    *fields |= MIB_UNICAST_ORIGINS;
    return 0;
}

static int change_of(const void *memory, enum mib_verb verb, void *ret_change, uint64_t *ret_fields)
{
    const MIB_UNICASTIPADDRESS_ROW *row = memory;
    struct mib_unicast *ret = ret_change;
    uint64_t fields = 0;

    if (!key_of(row, ret))
        return -EINVAL;
    if (verb == MIB_VERB_DELETE)
        return 0;
    int longest = max_prefix_length(ret->family);
    if (row->ValidLifetime < row->PreferredLifetime || row->ValidLifetime == 0 ||
        (row->OnLinkPrefixLength != WHOLE_ADDRESS && row->OnLinkPrefixLength > longest) ||
        take_origins(row, ret, &fields) < 0)
        return -EINVAL;
    /* Linux has no address that it shows and never chooses as a source. */
    if (row->SkipAsSource)
        return -EOPNOTSUPP;
    if (verb == MIB_VERB_CREATE && row->DadState == IpDadStatePreferred)
        fields |= MIB_UNICAST_WITHOUT_DAD;
    ret->valid_lifetime = row->ValidLifetime;
    ret->preferred_lifetime = row->PreferredLifetime;
    ret->prefix_length =
        row->OnLinkPrefixLength == WHOLE_ADDRESS ? (uint8_t)longest : row->OnLinkPrefixLength;
    *ret_fields = fields;
    return 0;
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

/* What functions that change an address say of interfaces is not what those say that read one. */
const struct api_row api_row_unicast_change = {
    .table = MIB_TABLE_UNICAST,
    .size = sizeof(MIB_UNICASTIPADDRESS_ROW),
    .luid_offset = offsetof(MIB_UNICASTIPADDRESS_ROW, InterfaceLuid),
    .index_offset = offsetof(MIB_UNICASTIPADDRESS_ROW, InterfaceIndex),
    .change_of = change_of,
    .without_interface = -EINVAL,
    .unknown_index = -ENOENT,
    .unknown_luid = -ENOENT,
};
