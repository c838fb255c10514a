/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Neighbours: which link-layer address an IP address on a link has (ARP, RFC 826; ND, RFC 4861). */
#ifndef SRC_MIB_ROW_NEIGHBOUR_H
#define SRC_MIB_ROW_NEIGHBOUR_H

#include "mib/table.h"

enum { MIB_PHYSICAL_ADDRESS_MAX = 32 };

/* RFC 4861, 7.3.2, with two more: what cannot be reached, and what needs no resolution. */
enum mib_neighbour_state {
    MIB_NEIGHBOUR_UNREACHABLE = 0,
    MIB_NEIGHBOUR_INCOMPLETE = 1,
    MIB_NEIGHBOUR_PROBE = 2,
    MIB_NEIGHBOUR_DELAY = 3,
    MIB_NEIGHBOUR_STALE = 4,
    MIB_NEIGHBOUR_REACHABLE = 5,
    MIB_NEIGHBOUR_PERMANENT = 6,
};

/* Key: family, address, ifindex, iftype. */
struct mib_neighbour {
    MIB_HEAD;
    uint8_t state; /* enum mib_neighbour_state */
    struct mib_addr address;
    uint8_t physical_address[MIB_PHYSICAL_ADDRESS_MAX]; /* zero: not known */
    uint8_t physical_address_length;                    /* that of the link's addresses; 0: none */
    uint8_t router;                                     /* IPv6: it says that it is one */
    uint16_t reserved;
    uint32_t since; /* ms since it was last known to be reachable, or is known to be unreachable */
};

/*
 * The fields of a change, which has the key in any case. A neighbour that is created or set has its
 * link-layer address and its state, MIB_NEIGHBOUR_PERMANENT or MIB_NEIGHBOUR_STALE, without a bit.
 * MIB_VERB_FLUSH takes ifindex 0 and family MIB_FAMILY_UNSPEC for all, and leaves proxies alone.
 */
enum {
    MIB_NEIGHBOUR_PROXY = 1, /* not a neighbour: an address that the host answers for */
};

MIB_ASSERT_LAYOUT(struct mib_neighbour, MIB_ROW_SIZE_NEIGHBOUR);

#endif
