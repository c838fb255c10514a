/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The tables of the model, made of tables.def, and what their rows have in common.
 *
 * Rows know neither Windows' nor Linux' headers and have the same layout everywhere, so they can
 * cross a process or ABI boundary as they are. Address families are those of enum mib_family;
 * addresses are in network byte order, everything else is in the host's.
 */
#ifndef SRC_MIB_TABLE_H
#define SRC_MIB_TABLE_H

#include "mib/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mib_table {
#define MIB_TABLE(id, name, size, watched) MIB_TABLE_##id,
#include "mib/tables.def"
#undef MIB_TABLE
    MIB_TABLES
};

enum {
#define MIB_TABLE(id, name, size, watched) MIB_ROW_SIZE_##id = (size),
#include "mib/tables.def"
#undef MIB_TABLE
};

/* What is no table of its own has no larger row. */
enum { MIB_ROW_SIZE_MAX = 1024 };

/*
 * How every row and every query's struct begins: the interface that it is on, as the other parts
 * of the key are only understood on it. 0 where there is none. Whoever carries rows from one side
 * to another can find it without knowing the table.
 */
#define MIB_HEAD                                                                                   \
    uint32_t ifindex;                                                                              \
    uint16_t iftype; /* IANA ifType, part of the LUID */                                           \
    uint8_t family   /* enum mib_family */

struct mib_head {
    MIB_HEAD;
};

/* For the header of each row or query: that it is laid out as the lists say. */
#define MIB_ASSERT_LAYOUT(type, size)                                                              \
    _Static_assert(sizeof(type) == (size_t)(size) && offsetof(type, ifindex) == 0 &&               \
                       offsetof(type, iftype) == 4 && offsetof(type, family) == 6,                 \
                   #type " has another layout here")

/* The bytes of a row. */
static inline size_t mib_row_size(enum mib_table table)
{
    static const uint16_t sizes[] = {
#define MIB_TABLE(id, name, size, watched) (size),
#include "mib/tables.def"
#undef MIB_TABLE
    };

    return sizes[table];
}

#define MIB_LIFETIME_INFINITE UINT32_MAX

#endif
