/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The Get…Table and Get…Entry functions of all kinds alike. */
#ifndef TESTS_CONFORMANCE_TABLE_H
#define TESTS_CONFORMANCE_TABLE_H

#include "suite.h"

struct table {
    enum row_kind kind;
    void *memory; /* what Get…Table gave */
    ULONG count;
};

/* Get…Table of that kind, with its error; without one there are no rows and no memory. */
DWORD table_get(enum row_kind kind, ADDRESS_FAMILY family, struct table *ret_table);

/* Fails the test if it cannot be read. table_free() it when done. */
struct table table_read(enum row_kind kind, ADDRESS_FAMILY family);
void table_free(const struct table *table);

const void *table_row(const struct table *table, ULONG i);

/*
 * What a function of the older form fills, in a buffer that malloc() made; zeroed where it has
 * nothing (ERROR_NO_DATA). A buffer with no room has to be answered by TOO_SMALL and the size
 * needed, which is asked for again where more has come until it is filled.
 */
void *table_in_buffer(DWORD (*get)(void *buffer, ULONG *size), DWORD too_small);

/*
 * Copies the row of the thing with that number from the table of its family; fails the test unless
 * there is just one.
 */
void table_find(enum row_kind kind, ADDRESS_FAMILY family, unsigned number, void *ret_row);

/* Fails the test, with the field's name, unless the fields with one of these roles are the same. */
void rows_expect_same(enum row_kind kind, const void *a, const void *b, unsigned roles);

/* Likewise for all fields that do not become others by themselves. */
void rows_expect_same_as_a_whole(enum row_kind kind, const void *a, const void *b);

/* A row with the key of another, as Get…Entry takes it, and nothing else. */
union any_row row_with_key_of(enum row_kind kind, const void *row);

#endif
