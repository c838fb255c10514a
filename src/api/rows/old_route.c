/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Routes in the older form: mib_route and MIB_IPFORWARDROW. */
#include "api/rows/row.h"
#include "mib/row/route.h"

#include <errno.h>
#include <string.h>

_Static_assert((int)MIB_ROUTE_PROTOCOL_NETMGMT == (int)MIB_IPPROTO_NETMGMT,
               "the model's numbers are the API's");

/* In network byte order. */
static DWORD mask_of(uint8_t length)
{
    uint8_t bytes[4] = {0};
    DWORD mask;

    for (unsigned int bit = 0; bit < length; bit++)
        bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
    memcpy(&mask, bytes, sizeof(mask));
    return mask;
}

static void to_row(const void *model, void *row)
{
    const struct mib_route *from = model;
    MIB_IPFORWARDROW *ret = row;

    memset(ret, 0, sizeof(*ret));
    memcpy(&ret->dwForwardDest, from->prefix.bytes, sizeof(ret->dwForwardDest));
    ret->dwForwardMask = mask_of(from->prefix_length);
    if (from->next_hop_family == MIB_FAMILY_IPV4)
        memcpy(&ret->dwForwardNextHop, from->next_hop.bytes, sizeof(ret->dwForwardNextHop));
    ret->dwForwardIfIndex = from->ifindex;
    ret->dwForwardType =
        mib_addr_is_zero(&from->next_hop) ? MIB_IPROUTE_TYPE_DIRECT : MIB_IPROUTE_TYPE_INDIRECT;
    ret->dwForwardProto = from->protocol;
    ret->dwForwardMetric1 = from->metric;
    ret->dwForwardMetric2 = MIB_IPROUTE_METRIC_UNUSED;
    ret->dwForwardMetric3 = MIB_IPROUTE_METRIC_UNUSED;
    ret->dwForwardMetric4 = MIB_IPROUTE_METRIC_UNUSED;
    ret->dwForwardMetric5 = MIB_IPROUTE_METRIC_UNUSED;
}

static bool is_multicast(const struct mib_addr *address)
{
    return (address->bytes[0] & 0xf0) == 0xe0;
}

/*
 * The metric. The protocol that has to be given is that of routes made by hand, and of
 * those by DHCP, which they stay when they are set.
 */
static int change_of(const void *row, enum mib_verb verb, void *ret, uint64_t *ret_fields)
{
    const MIB_IPFORWARDROW *from = row;
    struct mib_route *change = ret;

    if (from->dwForwardProto != MIB_IPPROTO_NETMGMT ||
        (from->dwForwardDest & ~from->dwForwardMask) != 0 ||
        ConvertIpv4MaskToLength(from->dwForwardMask, &change->prefix_length) != NO_ERROR)
        return -EINVAL;
    change->family = MIB_FAMILY_IPV4;
    memcpy(change->prefix.bytes, &from->dwForwardDest, sizeof(from->dwForwardDest));
    change->next_hop_family = MIB_FAMILY_IPV4;
    memcpy(change->next_hop.bytes, &from->dwForwardNextHop, sizeof(from->dwForwardNextHop));
    if (verb == MIB_VERB_CREATE && is_multicast(&change->prefix))
        return -EINVAL;
    change->valid_lifetime = MIB_LIFETIME_INFINITE;
    change->metric = from->dwForwardMetric1;
    *ret_fields = from->dwForwardMetric1 == MIB_IPROUTE_METRIC_UNUSED ? 0 : MIB_ROUTE_METRIC;
    return 0;
}

static int compare(const void *a, const void *b)
{
    const MIB_IPFORWARDROW *x = a;
    const MIB_IPFORWARDROW *y = b;
    int r = memcmp(&x->dwForwardDest, &y->dwForwardDest, sizeof(x->dwForwardDest));

    if (r == 0)
        r = memcmp(&x->dwForwardMask, &y->dwForwardMask, sizeof(x->dwForwardMask));
    if (r == 0 && x->dwForwardProto != y->dwForwardProto)
        r = x->dwForwardProto < y->dwForwardProto ? -1 : 1;
    return r ? r : memcmp(&x->dwForwardNextHop, &y->dwForwardNextHop, sizeof(x->dwForwardNextHop));
}

const struct api_buffer api_buffer_route = {
    .row =
        {
            .table = MIB_TABLE_ROUTE,
            .size = sizeof(MIB_IPFORWARDROW),
            .rows_offset = offsetof(MIB_IPFORWARDTABLE, table),
            .to_row = to_row,
            .index_offset = offsetof(MIB_IPFORWARDROW, dwForwardIfIndex),
            .without_luid = true,
            .change_of = change_of,
            .without_interface = -EINVAL,
            .unknown_index = -ENODEV,
        },
    .family = MIB_FAMILY_IPV4,
    .compare = compare,
    .without_rows = -ENODATA,
};
