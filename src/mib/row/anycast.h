/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Anycast addresses that the host answers for on an interface. */
#ifndef SRC_MIB_ROW_ANYCAST_H
#define SRC_MIB_ROW_ANYCAST_H

#include "mib/table.h"

/* Key: all of it. */
struct mib_anycast {
    MIB_HEAD;
    uint8_t reserved;
    struct mib_addr address;
};

MIB_ASSERT_LAYOUT(struct mib_anycast, MIB_ROW_SIZE_ANYCAST);

#endif
