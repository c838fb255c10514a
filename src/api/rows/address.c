/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* IPv4 addresses in the older form: mib_unicast and MIB_IPADDRROW. */
#include "api/rows/address.h"
#include "mib/row/unicast.h"

#include <string.h>

/* The first bytes of an address in network byte order, as a number or as a mask. */
static DWORD mask_of(uint8_t prefix_length)
{
    uint8_t bytes[4] = {0};
    DWORD mask;

    for (size_t bit = 0; bit < prefix_length && bit < 32; bit++)
        bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
    memcpy(&mask, bytes, sizeof(mask));
    return mask;
}

static void to_row(const void *model, void *row)
{
    const struct mib_unicast *from = model;
    MIB_IPADDRROW *ret = row;

    memset(ret, 0, sizeof(*ret));
    memcpy(&ret->dwAddr, from->address.bytes, sizeof(ret->dwAddr));
    ret->dwIndex = from->ifindex;
    ret->dwMask = mask_of(from->prefix_length);
    /* What Windows gives for both, whatever the link is like. */
    ret->dwBCastAddr = 1;
    ret->dwReasmSize = 65535;
    ret->wType = MIB_IPADDR_PRIMARY;
    if (from->prefix_origin == MIB_PREFIX_ORIGIN_DHCP)
        ret->wType |= MIB_IPADDR_DYNAMIC;
}

static int compare(const void *a, const void *b)
{
    const MIB_IPADDRROW *x = a;
    const MIB_IPADDRROW *y = b;
    int order = memcmp(&x->dwAddr, &y->dwAddr, sizeof(x->dwAddr));

    return order ? order : (x->dwIndex > y->dwIndex) - (x->dwIndex < y->dwIndex);
}

static bool is_loopback(const MIB_IPADDRROW *row)
{
    uint8_t bytes[4];

    memcpy(bytes, &row->dwAddr, sizeof(bytes));
    return bytes[0] == 127;
}

static int compare_adapters_first(const void *a, const void *b)
{
    const MIB_IPADDRROW *x = a;
    const MIB_IPADDRROW *y = b;

    if (is_loopback(x) != is_loopback(y))
        return is_loopback(x) ? 1 : -1;
    if (x->dwIndex != y->dwIndex)
        return x->dwIndex < y->dwIndex ? -1 : 1;
    return compare(a, b);
}

#define ADDRESSES                                                                                  \
    {                                                                                              \
        .table = MIB_TABLE_UNICAST, .size = sizeof(MIB_IPADDRROW),                                 \
        .rows_offset = offsetof(MIB_IPADDRTABLE, table), .to_row = to_row,                         \
    }

const struct api_buffer api_buffer_address = {
    .row = ADDRESSES,
    .family = MIB_FAMILY_IPV4,
    .compare = compare,
};

const struct api_buffer api_buffer_address_unordered = {
    .row = ADDRESSES,
    .family = MIB_FAMILY_IPV4,
    .compare = compare_adapters_first,
};
