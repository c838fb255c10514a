/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Paths: mib_path and MIB_IPPATH_ROW. */
#include "mib/row/path.h"
#include "api/rows/convert.h"
#include "api/rows/row.h"

#include <errno.h>
#include <string.h>

static ULONG milliseconds_of(uint32_t microseconds)
{
    return microseconds / 1000 + (microseconds % 1000 >= 500);
}

/* A source that is not known has no family: a key may have it so. */
static void to_row(const void *model, void *row)
{
    const struct mib_path *from = model;
    MIB_IPPATH_ROW *ret = row;

    memset(ret, 0, sizeof(*ret));
    if (!mib_addr_is_zero(&from->source))
        sockaddr_of(from->family, &from->source, from->ifindex, &ret->Source);
    sockaddr_of(from->family, &from->destination, from->ifindex, &ret->Destination);
    ret->InterfaceLuid = luid_of(from->ifindex, from->iftype);
    ret->InterfaceIndex = from->ifindex;
    sockaddr_of(from->next_hop_family, &from->next_hop, from->ifindex, &ret->CurrentNextHop);
    ret->PathMtu = from->mtu;
    ret->RttMean = milliseconds_of(from->rtt);
    ret->RttDeviation = milliseconds_of(from->rtt_deviation);
    ret->LastReachable = from->last_reachable;
    ret->IsReachable = TRUE;
    ret->LinkTransmitSpeed = from->transmit_speed;
    ret->LinkReceiveSpeed = from->receive_speed;
}

static bool key_of(const void *row, void *ret_key)
{
    const MIB_IPPATH_ROW *from = row;
    struct mib_path *key = ret_key;
    uint8_t source_family;

    if (!address_of(&from->Destination, &key->family, &key->destination))
        return false;
    if (from->Source.si_family == AF_UNSPEC)
        return true;
    return address_of(&from->Source, &source_family, &key->source) && source_family == key->family;
}

const struct api_row api_row_path = {
    .table = MIB_TABLE_PATH,
    .size = sizeof(MIB_IPPATH_ROW),
    .rows_offset = offsetof(MIB_IPPATH_TABLE, Table),
    .luid_offset = offsetof(MIB_IPPATH_ROW, InterfaceLuid),
    .index_offset = offsetof(MIB_IPPATH_ROW, InterfaceIndex),
    .to_row = to_row,
    .key_of = key_of,
    .without_interface = -EINVAL,
    .unknown_index = -ENODEV,
    .unknown_luid = -ENODEV,
};
