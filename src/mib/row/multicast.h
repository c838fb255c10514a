/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Multicast groups that the host has joined on an interface. */
#ifndef SRC_MIB_ROW_MULTICAST_H
#define SRC_MIB_ROW_MULTICAST_H

#include "mib/table.h"

/* Key: all of it. */
struct mib_multicast {
    MIB_HEAD;
    uint8_t reserved;
    struct mib_addr address;
};

MIB_ASSERT_LAYOUT(struct mib_multicast, MIB_ROW_SIZE_MULTICAST);

#endif
