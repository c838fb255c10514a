/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Multicast groups and anycast addresses: mib_multicast and MIB_MULTICASTIPADDRESS_ROW, mib_anycast
 * and MIB_ANYCASTIPADDRESS_ROW.
 */
#include "api/rows/convert.h"
#include "api/rows/row.h"
#include "mib/row/anycast.h"
#include "mib/row/multicast.h"

#include <errno.h>
#include <string.h>

/* IPv6 groups of these scopes are other ones on each interface or link (RFC 4291, 2.7). */
enum { SCOPE_INTERFACE_LOCAL = 1, SCOPE_LINK_LOCAL = 2 };

static bool is_group(uint8_t family, const struct mib_addr *address)
{
    return family == MIB_FAMILY_IPV4 ? (address->bytes[0] & 0xf0) == 0xe0
                                     : address->bytes[0] == 0xff;
}

static void multicast_to_row(const void *model, void *row)
{
    const struct mib_multicast *from = model;
    MIB_MULTICASTIPADDRESS_ROW *ret = row;
    uint8_t scope = from->address.bytes[1] & 0x0f;

    memset(ret, 0, sizeof(*ret));
    sockaddr_of(from->family, &from->address, from->ifindex, &ret->Address);
    ret->InterfaceIndex = from->ifindex;
    ret->InterfaceLuid = luid_of(from->ifindex, from->iftype);
    if (from->family == MIB_FAMILY_IPV6 &&
        (scope == SCOPE_INTERFACE_LOCAL || scope == SCOPE_LINK_LOCAL)) {
        ret->Address.Ipv6.sin6_scope_id = from->ifindex;
        ret->ScopeId.Value = from->ifindex;
    }
}

static bool multicast_key_of(const void *row, void *ret_key)
{
    struct mib_multicast *key = ret_key;

    return address_of(&((const MIB_MULTICASTIPADDRESS_ROW *)row)->Address, &key->family,
                      &key->address) &&
           is_group(key->family, &key->address);
}

const struct api_row api_row_multicast = {
    .table = MIB_TABLE_MULTICAST,
    .size = sizeof(MIB_MULTICASTIPADDRESS_ROW),
    .rows_offset = offsetof(MIB_MULTICASTIPADDRESS_TABLE, Table),
    .luid_offset = offsetof(MIB_MULTICASTIPADDRESS_ROW, InterfaceLuid),
    .index_offset = offsetof(MIB_MULTICASTIPADDRESS_ROW, InterfaceIndex),
    .to_row = multicast_to_row,
    .key_of = multicast_key_of,
    .without_interface = -EINVAL,
    .unknown_index = -ENODEV,
    .unknown_luid = -ENODEV,
};

static void anycast_to_row(const void *model, void *row)
{
    const struct mib_anycast *from = model;
    MIB_ANYCASTIPADDRESS_ROW *ret = row;

    memset(ret, 0, sizeof(*ret));
    sockaddr_of(from->family, &from->address, from->ifindex, &ret->Address);
    ret->InterfaceLuid = luid_of(from->ifindex, from->iftype);
    ret->InterfaceIndex = from->ifindex;
    if (from->family == MIB_FAMILY_IPV6)
        ret->ScopeId.Value = ret->Address.Ipv6.sin6_scope_id;
}

static bool anycast_key_of(const void *row, void *ret_key)
{
    struct mib_anycast *key = ret_key;

    return address_of(&((const MIB_ANYCASTIPADDRESS_ROW *)row)->Address, &key->family,
                      &key->address) &&
           mib_addr_is_unicast(key->family, &key->address);
}

const struct api_row api_row_anycast = {
    .table = MIB_TABLE_ANYCAST,
    .size = sizeof(MIB_ANYCASTIPADDRESS_ROW),
    .rows_offset = offsetof(MIB_ANYCASTIPADDRESS_TABLE, Table),
    .luid_offset = offsetof(MIB_ANYCASTIPADDRESS_ROW, InterfaceLuid),
    .index_offset = offsetof(MIB_ANYCASTIPADDRESS_ROW, InterfaceIndex),
    .to_row = anycast_to_row,
    .key_of = anycast_key_of,
    .without_interface = -EINVAL,
    .unknown_index = -ENODEV,
    .unknown_luid = -ENODEV,
};

static int anycast_change_of(const void *row, enum mib_verb verb, void *ret, uint64_t *ret_fields)
{
    (void)verb;
    if (!anycast_key_of(row, ret))
        return -EINVAL;
    *ret_fields = 0;
    return 0;
}

/* What functions that change an address say of interfaces is not what those say that read one. */
const struct api_row api_row_anycast_change = {
    .table = MIB_TABLE_ANYCAST,
    .size = sizeof(MIB_ANYCASTIPADDRESS_ROW),
    .luid_offset = offsetof(MIB_ANYCASTIPADDRESS_ROW, InterfaceLuid),
    .index_offset = offsetof(MIB_ANYCASTIPADDRESS_ROW, InterfaceIndex),
    .change_of = anycast_change_of,
    .without_interface = -EINVAL,
    .unknown_index = -ENOENT,
    .unknown_luid = -ENOENT,
};
