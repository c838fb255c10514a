/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Neighbours: mib_neighbour, MIB_IPNET_ROW2 and the older MIB_IPNETROW. */
#include "api/rows/neighbour.h"
#include "api/rows/convert.h"

#include <errno.h>
#include <string.h>

_Static_assert((int)MIB_NEIGHBOUR_UNREACHABLE == (int)NlnsUnreachable &&
                   (int)MIB_NEIGHBOUR_PERMANENT == (int)NlnsPermanent,
               "the model's numbers are the API's");
_Static_assert((int)MIB_PHYSICAL_ADDRESS_MAX == (int)IF_MAX_PHYS_ADDRESS_LENGTH,
               "an address of the model has room");

static void to_row(const void *model, void *row)
{
    const struct mib_neighbour *from = model;
    MIB_IPNET_ROW2 *ret = row;

    memset(ret, 0, sizeof(*ret));
    sockaddr_of(from->family, &from->address, from->ifindex, &ret->Address);
    ret->InterfaceIndex = from->ifindex;
    ret->InterfaceLuid = luid_of(from->ifindex, from->iftype);
    memcpy(ret->PhysicalAddress, from->physical_address, sizeof(ret->PhysicalAddress));
    ret->PhysicalAddressLength = from->physical_address_length;
    ret->State = (NL_NEIGHBOR_STATE)from->state;
    ret->IsRouter = from->router;
    ret->IsUnreachable = from->state == MIB_NEIGHBOUR_UNREACHABLE;
    ret->ReachabilityTime.LastReachable = from->since;
}

static bool key_of(const void *row, void *ret_key)
{
    struct mib_neighbour *key = ret_key;

    return address_of(&((const MIB_IPNET_ROW2 *)row)->Address, &key->family, &key->address) &&
           !mib_addr_is_zero(&key->address);
}

bool neighbour_is_address(uint8_t family, const struct mib_addr *address)
{
    static const struct mib_addr loopback = {.bytes = {[15] = 1}};
    static const uint8_t everybody[4] = {255, 255, 255, 255};

    if (mib_addr_is_zero(address))
        return false;
    if (family == MIB_FAMILY_IPV6)
        return memcmp(address, &loopback, sizeof(loopback)) != 0;
    return address->bytes[0] != 127 && memcmp(address->bytes, everybody, sizeof(everybody)) != 0;
}

static int change_of(const void *memory, enum mib_verb verb, void *ret, uint64_t *ret_fields)
{
    const MIB_IPNET_ROW2 *row = memory;
    struct mib_neighbour change = {0};

    if (!key_of(row, &change))
        return -EINVAL;
    if (verb != MIB_VERB_DELETE) {
        if (row->PhysicalAddressLength == 0 ||
            row->PhysicalAddressLength > MIB_PHYSICAL_ADDRESS_MAX ||
            !neighbour_is_address(change.family, &change.address))
            return -EINVAL;
        change.physical_address_length = (uint8_t)row->PhysicalAddressLength;
        memcpy(change.physical_address, row->PhysicalAddress, row->PhysicalAddressLength);
        change.state = MIB_NEIGHBOUR_PERMANENT;
    }
    memcpy(ret, &change, sizeof(change));
    *ret_fields = 0;
    return 0;
}

static DWORD old_type(uint8_t state)
{
    switch (state) {
    case MIB_NEIGHBOUR_UNREACHABLE:
    case MIB_NEIGHBOUR_INCOMPLETE:
        return MIB_IPNET_TYPE_INVALID;
    case MIB_NEIGHBOUR_PERMANENT:
        return MIB_IPNET_TYPE_STATIC;
    default:
        return MIB_IPNET_TYPE_DYNAMIC;
    }
}

/* An address that has no room is not given, rather than a part of it. */
static void to_old_row(const void *model, void *row)
{
    const struct mib_neighbour *from = model;
    MIB_IPNETROW *ret = row;

    memset(ret, 0, sizeof(*ret));
    ret->dwIndex = from->ifindex;
    if (from->physical_address_length <= sizeof(ret->bPhysAddr)) {
        ret->dwPhysAddrLen = from->physical_address_length;
        memcpy(ret->bPhysAddr, from->physical_address, from->physical_address_length);
    }
    memcpy(&ret->dwAddr, from->address.bytes, sizeof(ret->dwAddr));
    ret->dwType = old_type(from->state);
}

/* By address, then by interface. */
static int compare_old_rows(const void *a, const void *b)
{
    const MIB_IPNETROW *x = a;
    const MIB_IPNETROW *y = b;
    int order = memcmp(&x->dwAddr, &y->dwAddr, sizeof(x->dwAddr));

    return order ? order : (x->dwIndex > y->dwIndex) - (x->dwIndex < y->dwIndex);
}

const struct api_buffer api_buffer_neighbour = {
    .row =
        {
            .table = MIB_TABLE_NEIGHBOUR,
            .size = sizeof(MIB_IPNETROW),
            .rows_offset = offsetof(MIB_IPNETTABLE, table),
            .to_row = to_old_row,
        },
    .family = MIB_FAMILY_IPV4,
    .compare = compare_old_rows,
    .without_rows = -ENODATA,
};

const struct api_row api_row_neighbour_change = {
    .table = MIB_TABLE_NEIGHBOUR,
    .luid_offset = offsetof(MIB_IPNET_ROW2, InterfaceLuid),
    .index_offset = offsetof(MIB_IPNET_ROW2, InterfaceIndex),
    .change_of = change_of,
    .without_interface = -EINVAL,
    .unknown_index = -ENOENT,
    .unknown_luid = -ENOENT,
};

const struct api_row api_row_neighbour = {
    .table = MIB_TABLE_NEIGHBOUR,
    .size = sizeof(MIB_IPNET_ROW2),
    .rows_offset = offsetof(MIB_IPNET_TABLE2, Table),
    .luid_offset = offsetof(MIB_IPNET_ROW2, InterfaceLuid),
    .index_offset = offsetof(MIB_IPNET_ROW2, InterfaceIndex),
    .to_row = to_row,
    .key_of = key_of,
    .without_interface = -EINVAL,
    .unknown_index = -ENODEV,
    .unknown_luid = -ENODEV,
};
