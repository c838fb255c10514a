/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Changes of rows: heard from the host, or asked of it. */
#ifndef SRC_MIB_CHANGE_H
#define SRC_MIB_CHANGE_H

#include "mib/table.h"

/* Add, change and delete, decided against what was known before. */
enum mib_change_type {
    MIB_CHANGE_PARAMETER,
    MIB_CHANGE_ADD,
    MIB_CHANGE_DELETE,
};

/* One change of a row. In an array each takes mib_change_size() bytes. */
struct mib_change {
    _Alignas(8) uint32_t type; /* enum mib_change_type */
    uint32_t reserved;
    uint8_t row[]; /* as the table has it; aligned for any row */
};

_Static_assert(sizeof(struct mib_change) == 8, "struct mib_change has another layout here");

static inline size_t mib_change_size(enum mib_table table)
{
    return sizeof(struct mib_change) + (mib_row_size(table) + 7) / 8 * 8;
}

/* What is to be done to the row that a key names. */
enum mib_verb {
    MIB_VERB_CREATE, /* -EEXIST: it is there */
    MIB_VERB_SET,    /* -ENOENT: it is not there */
    MIB_VERB_DELETE, /* -ENOENT */
    MIB_VERB_FLUSH,  /* all rows on the key's interface */
};

#endif
