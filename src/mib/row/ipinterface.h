/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* IP interfaces: one row for each family that a link has. */
#ifndef SRC_MIB_ROW_IPINTERFACE_H
#define SRC_MIB_ROW_IPINTERFACE_H

#include "mib/table.h"

/*
 * Key: family, ifindex, iftype. The times are filled where a row is read on demand, not in a
 * notification: the kernel announces no change of them (reachable_time it even draws at random).
 */
struct mib_ipinterface {
    MIB_HEAD;
    uint8_t forwarding;
    uint8_t unreachability_detection; /* neighbours are resolved and probed (ARP, ND) */
    uint8_t managed_addresses;        /* the last router advertisement had the M flag */
    uint8_t other_stateful;           /* … the O flag */
    uint8_t router_discovery;         /* the host listens to router advertisements */
    uint8_t link_local_automatic;     /* the kernel makes link-local addresses by itself */
    uint8_t connected;                /* up, and the lower layer has carrier */
    uint8_t supports_router_discovery;
    uint8_t reserved;
    uint32_t dad_transmits;
    uint32_t mtu;                        /* bytes */
    uint32_t base_reachable_time;        /* ms */
    uint32_t reachable_time;             /* ms */
    uint32_t retransmit_time;            /* ms */
    uint32_t path_mtu_discovery_timeout; /* ms */
};

MIB_ASSERT_LAYOUT(struct mib_ipinterface, MIB_ROW_SIZE_IPINTERFACE);

/*
 * Whether a program that reads the row again could see a difference worth a notification; the keys
 * are equal. Times that are read on demand do not count.
 */
bool mib_ipinterface_same(const struct mib_ipinterface *a, const struct mib_ipinterface *b);

#endif
