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
        },
    .family = MIB_FAMILY_IPV4,
    .compare = compare,
    .without_rows = -ENODATA,
};
