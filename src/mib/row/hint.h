/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How far packets get through an interface, as far as the host can tell. */
#ifndef SRC_MIB_ROW_HINT_H
#define SRC_MIB_ROW_HINT_H

#include "mib/table.h"

/* As Windows numbers them. */
enum mib_hint_level {
    MIB_HINT_LEVEL_NONE = 1,
    MIB_HINT_LEVEL_LOCAL = 2,
    MIB_HINT_LEVEL_INTERNET = 3,
    MIB_HINT_LEVEL_CONSTRAINED = 4,
};

enum mib_hint_cost {
    MIB_HINT_COST_UNKNOWN = 0,
    MIB_HINT_COST_UNRESTRICTED = 1,
    MIB_HINT_COST_FIXED = 2,
};

/*
 * Key: ifindex. 0 is the row of the whole host, and the one whose changes a watch reports. family
 * is not filled.
 */
struct mib_hint {
    MIB_HEAD;
    uint8_t level; /* enum mib_hint_level */
    uint8_t cost;  /* enum mib_hint_cost */
    uint8_t reserved[3];
};

MIB_ASSERT_LAYOUT(struct mib_hint, MIB_ROW_SIZE_HINT);

#endif
