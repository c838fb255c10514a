/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which link has an index or a name. */
#ifndef SRC_MIB_QUERY_LINK_H
#define SRC_MIB_QUERY_LINK_H

#include "mib/query.h"

/*
 * In: ifindex, or the name where that is 0; the type where another than that is to be -ENODEV, else
 * 0. Out: all.
 */
struct mib_link {
    MIB_HEAD; /* no family */
    uint8_t reserved;
    char name[16]; /* NUL-terminated */
};

MIB_ASSERT_LAYOUT(struct mib_link, MIB_QUERY_SIZE_LINK);

#endif
