/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which rows of a table are meant. */
#ifndef SRC_MIB_FILTER_H
#define SRC_MIB_FILTER_H

#include "mib/addr.h"

enum {
    /*
     * Unicast addresses: beside the host's, tentative, the one that a Teredo client still waits
     * for (2001::/32, the rest zero, on the link that will have it).
     */
    MIB_FILTER_AWAITED_TEREDO = 1,

    /* Interfaces: their counters, their speeds are not asked for. */
    MIB_FILTER_WITHOUT_STATISTICS = 2,
    MIB_FILTER_WITHOUT_SPEED = 4,

    /*
     * Unicast, multicast and anycast addresses: iftype is 0, and links are not read. For who has
     * them already.
     */
    MIB_FILTER_WITHOUT_IFTYPE = 8,

    /*
     * TCP: sockets that listen, all others; neither or both: all. TCP and UDP: their owners are
     * looked for, which takes a look at every process.
     */
    MIB_FILTER_LISTENERS = 16,
    MIB_FILTER_CONNECTIONS = 32,
    MIB_FILTER_OWNERS = 64,

    /*
     * TCP: instead of all others, sockets that are bound, and neither listen nor have a peer.
     * -EOPNOTSUPP: the host does not tell of them.
     */
    MIB_FILTER_BOUND = 128,
};

struct mib_filter {
    uint32_t family; /* enum mib_family */
    uint32_t flags;  /* MIB_FILTER_… */
};

#endif
