/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The shapes in which the API gives rows, over their descriptors: a table that the program frees
 * with FreeMibTable, one row by its key, a table in a buffer of the program's, a change of a row, a
 * row with initial values.
 */
#ifndef SRC_API_SHAPE_H
#define SRC_API_SHAPE_H

#include "api/rows/row.h"
#include "backend/backend.h"

/*
 * A whole Get…Table function: checks the arguments, reads, gives the table. No entries at all are
 * ERROR_NOT_FOUND. *table, the program's own, is NULL on failure, unless an argument was wrong.
 */
DWORD shape_get_table(const struct api_row *row, ADDRESS_FAMILY af, void **table);

/* Likewise, of those rows that the filter means. */
DWORD shape_get_rows(const struct api_row *row, const struct mib_filter *filter, void **table);

/* A whole Get…Entry function; *memory, the program's row, is written on success only. */
DWORD shape_get_row(const struct api_row *row, void *memory);

/*
 * A whole Create…, Set…, Delete… or Flush… function: takes the program's row, and does to the
 * host's what the verb says. An interface that is not there has the same errors as for Get…Entry.
 */
DWORD shape_change_row(const struct api_row *row, enum mib_verb verb, const void *memory);

/*
 * A whole function of the older form: into `buffer`, which has *size bytes, go the number of rows
 * and the rows. ERROR_INSUFFICIENT_BUFFER: it is too small, or NULL; *size is what is needed.
 */
DWORD shape_get_buffer(const struct api_buffer *shape, void *buffer, ULONG *size, BOOL order);

/*
 * Likewise for those that allocate: the table comes from the program's heap, with HeapAlloc()'s
 * flags. *table, the program's own, is written on success only.
 */
DWORD shape_allocate_buffer(const struct api_buffer *shape, BOOL order, HANDLE heap, DWORD flags,
                            void **table);

/* Likewise, without the number of rows in front of them. */
DWORD shape_allocate_rows(const struct api_buffer *shape, BOOL order, HANDLE heap, DWORD flags,
                          void **rows, DWORD *count);

/* A whole Initialize…Entry function. NULL is fine. */
void shape_initialize_row(const struct api_row *row, void *memory);

/* A table being built. */
struct table_builder {
    const struct api_row *row;
    uint8_t *memory; /* the table itself; begins with NumEntries */
    size_t count;
    size_t capacity;
};

/* 0; -ENOMEM. An empty table is a table, too. */
int table_begin(struct table_builder *builder, const struct api_row *row);

/* A backend_sink; context is the builder. */
int table_add(void *context, const void *from, size_t more);

/* The table, for FreeMibTable; the builder holds nothing any more. */
void *table_end(struct table_builder *builder);

/* Instead of table_end. */
void table_abandon(struct table_builder *builder);

#endif
