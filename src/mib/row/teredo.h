/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The host's Teredo client (RFC 4380): a table of one row at most. */
#ifndef SRC_MIB_ROW_TEREDO_H
#define SRC_MIB_ROW_TEREDO_H

#include "mib/table.h"

/* No key: there is one. iftype is not filled. */
struct mib_teredo {
    MIB_HEAD; /* its tunnel */
    uint8_t reserved;
    uint16_t port; /* UDP, not 0 */
    uint16_t reserved2;
};

MIB_ASSERT_LAYOUT(struct mib_teredo, MIB_ROW_SIZE_TEREDO);

#endif
