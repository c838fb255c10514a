/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Unicast addresses. */
#ifndef SRC_MIB_ROW_UNICAST_H
#define SRC_MIB_ROW_UNICAST_H

#include "mib/table.h"

enum mib_prefix_origin {
    MIB_PREFIX_ORIGIN_OTHER = 0,
    MIB_PREFIX_ORIGIN_MANUAL = 1,
    MIB_PREFIX_ORIGIN_WELL_KNOWN = 2,
    MIB_PREFIX_ORIGIN_DHCP = 3,
    MIB_PREFIX_ORIGIN_ROUTER_ADVERTISEMENT = 4,
};

enum mib_suffix_origin {
    MIB_SUFFIX_ORIGIN_OTHER = 0,
    MIB_SUFFIX_ORIGIN_MANUAL = 1,
    MIB_SUFFIX_ORIGIN_WELL_KNOWN = 2,
    MIB_SUFFIX_ORIGIN_DHCP = 3,
    MIB_SUFFIX_ORIGIN_LINK_LAYER_ADDRESS = 4,
    MIB_SUFFIX_ORIGIN_RANDOM = 5,
};

enum mib_dad_state {
    MIB_DAD_INVALID = 0,
    MIB_DAD_TENTATIVE = 1,
    MIB_DAD_DUPLICATE = 2,
    MIB_DAD_DEPRECATED = 3,
    MIB_DAD_PREFERRED = 4,
};

/* Key: family, address, ifindex, iftype. */
struct mib_unicast {
    MIB_HEAD;
    uint8_t prefix_length; /* bits */
    struct mib_addr address;
    uint32_t valid_lifetime;     /* s */
    uint32_t preferred_lifetime; /* s */
    uint8_t prefix_origin;       /* enum mib_prefix_origin */
    uint8_t suffix_origin;       /* enum mib_suffix_origin */
    uint8_t dad_state;           /* enum mib_dad_state */
    uint8_t reserved[5];
    _Alignas(8) uint64_t created; /* 100 ns since 1601-01-01 UTC */
};

/*
 * The fields of a change, which has the key, both lifetimes and the prefix's length in any case.
 * What is not among them is Linux': when it was created, and, but for this, the DAD state.
 */
enum {
    MIB_UNICAST_ORIGINS = 1,     /* prefix_origin, suffix_origin; else they stay as they are */
    MIB_UNICAST_WITHOUT_DAD = 2, /* created: it is preferred at once, and no host is asked */
};

MIB_ASSERT_LAYOUT(struct mib_unicast, MIB_ROW_SIZE_UNICAST);

/*
 * Whether a program that reads the row again could see a difference worth a notification; the keys
 * are equal. Lifetimes that count down do not count.
 */
bool mib_unicast_same(const struct mib_unicast *a, const struct mib_unicast *b);

#endif
