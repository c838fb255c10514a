/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Neighbours: mib_neighbour and MIB_IPNET_ROW2. */
#include "mib/row/neighbour.h"
#include "api/rows/convert.h"
#include "api/rows/row.h"

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
