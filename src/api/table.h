/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* MIB tables, built row by row as the backend gives them. */
#ifndef SRC_API_TABLE_H
#define SRC_API_TABLE_H

#include "api/windows.h"
#include "backend/backend.h"

/* How the tables of one kind are laid out. */
struct table_layout {
    enum mib_table table;
    size_t header_size; /* offset of Table */
    size_t row_size;
    void (*to_row)(const void *from, void *ret);
};

extern const struct table_layout ipinterface_layout;
extern const struct table_layout unicast_layout;
extern const struct table_layout forward_layout;

/* A table being built. */
struct table_builder {
    const struct table_layout *layout;
    uint8_t *memory; /* the table itself; begins with NumEntries */
    size_t count;
    size_t capacity;
};

/* 0; -ENOMEM. An empty table is a table, too. */
int table_begin(struct table_builder *builder, const struct table_layout *layout);

/* A backend_sink; context is the builder. */
int table_add(void *context, const void *row, size_t more);

/* The table, for FreeMibTable; the builder holds nothing any more. */
void *table_end(struct table_builder *builder);

/* Instead of table_end. */
void table_abandon(struct table_builder *builder);

/*
 * A whole Get…Table function: checks the arguments, reads, gives the table. No entries at all are
 * ERROR_NOT_FOUND. *table, the program's own, is NULL on failure, unless an argument was wrong.
 */
DWORD table_get(const struct table_layout *layout, ADDRESS_FAMILY af, void **table);

#endif
