/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Paths: what the host has learned of the ways to single addresses. */
#ifndef SRC_MIB_ROW_PATH_H
#define SRC_MIB_ROW_PATH_H

#include "mib/table.h"

/* Key: family, destination, source, ifindex, iftype. In a key, a source that is zero is any. */
struct mib_path {
    MIB_HEAD;
    uint8_t next_hop_family; /* differs from family for IPv4 paths through IPv6 gateways */
    struct mib_addr destination;
    struct mib_addr source;   /* zero: not known */
    struct mib_addr next_hop; /* on-link: the destination */
    uint32_t mtu;             /* bytes */
    uint32_t rtt;             /* microseconds; this and the next two are 0 where not known */
    uint32_t rtt_deviation;   /* microseconds */
    uint32_t last_reachable;  /* ms ago */
    _Alignas(8) uint64_t transmit_speed; /* of the link, bit/s, or MIB_SPEED_UNKNOWN */
    _Alignas(8) uint64_t receive_speed;
};

MIB_ASSERT_LAYOUT(struct mib_path, MIB_ROW_SIZE_PATH);

#endif
