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
    uint8_t metric_fixed; /* a program has chosen the metric, which is 0 */
    uint8_t times_set;    /* another number after each time that MIB_VERB_SET has set */
    uint8_t reserved[3];
    uint32_t dad_transmits;
    uint32_t mtu;                        /* bytes */
    uint32_t base_reachable_time;        /* ms */
    uint32_t reachable_time;             /* ms */
    uint32_t retransmit_time;            /* ms */
    uint32_t path_mtu_discovery_timeout; /* ms */
};

/* The fields of a change, which has the key in any case. What is not among them stays. */
enum {
    MIB_IPINTERFACE_FORWARDING = 0x001,
    MIB_IPINTERFACE_METRIC = 0x002, /* metric_fixed */
    MIB_IPINTERFACE_ROUTER_DISCOVERY = 0x004,
    MIB_IPINTERFACE_DAD_TRANSMITS = 0x008,
    MIB_IPINTERFACE_LINK_LOCAL = 0x010, /* link_local_automatic */
    MIB_IPINTERFACE_MTU = 0x020,
    MIB_IPINTERFACE_BASE_REACHABLE_TIME = 0x040,
    MIB_IPINTERFACE_RETRANSMIT_TIME = 0x080,

    /* These cannot be changed: -EOPNOTSUPP unless the row has them so. */
    MIB_IPINTERFACE_UNREACHABILITY_DETECTION = 0x100,
    MIB_IPINTERFACE_MANAGED_ADDRESSES = 0x200,
    MIB_IPINTERFACE_OTHER_STATEFUL = 0x400,
    MIB_IPINTERFACE_PATH_MTU_TIMEOUT = 0x800,

    /*
     * Beside the fields: what no interface can have is to be set, or what none has on such a host.
     * -EINVAL, -EOPNOTSUPP, if there is such an interface at all and it may be changed.
     */
    MIB_IPINTERFACE_IMPOSSIBLE = 0x1000,
    MIB_IPINTERFACE_UNSUPPORTED = 0x2000,
};

MIB_ASSERT_LAYOUT(struct mib_ipinterface, MIB_ROW_SIZE_IPINTERFACE);

/*
 * Whether a program that reads the row again could see a difference worth a notification; the keys
 * are equal. Times that are read on demand do not count, but that they were set.
 */
bool mib_ipinterface_same(const struct mib_ipinterface *a, const struct mib_ipinterface *b);

#endif
