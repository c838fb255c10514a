/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The three Get…Table functions alike, and the tests that are the same for each of them. */
#ifndef TESTS_CONFORMANCE_TABLE_H
#define TESTS_CONFORMANCE_TABLE_H

#include "suite.h"

struct table {
    void *memory; /* what Get…Table gave */
    const void *rows;
    size_t row_size;
    ULONG count;
};

/* Fails the test if it cannot be read. table_free() it when done. */
struct table table_read(enum network_kind kind, ADDRESS_FAMILY family);
void table_free(const struct table *table);

const void *table_row(const struct table *table, ULONG i);

/*
 * Copies the row of the thing with that number from the table of its family; fails the test unless
 * there is just one.
 */
void table_find(enum network_kind kind, ADDRESS_FAMILY family, unsigned number, void *ret_row);

/* Tests of the table that the subject names; its family does not matter. */
void table_test_by_family(void **state);

#endif
