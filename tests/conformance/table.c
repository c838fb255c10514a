/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Enough of any table for the number of its rows, which is 0. */
enum { NOTHING_SIZE = 64 };

DWORD table_get(enum row_kind kind, ADDRESS_FAMILY family, struct table *ret_table)
{
    struct table table = {.kind = kind};
    DWORD rc = row_types[kind].get_table(family, &table.memory);

    if (table.memory)
        table.count = row_table_count(table.memory);
    *ret_table = table;
    return rc;
}

struct table table_read(enum row_kind kind, ADDRESS_FAMILY family)
{
    struct table table;

    assert_int_equal(table_get(kind, family, &table), NO_ERROR);
    assert_non_null(table.memory);
    return table;
}

void table_free(const struct table *table)
{
    FreeMibTable(table->memory);
}

const void *table_row(const struct table *table, ULONG i)
{
    return row_in_table(table->kind, table->memory, i);
}

void *table_in_buffer(DWORD (*get)(void *buffer, ULONG *size), DWORD too_small)
{
    ULONG size = 0;
    void *buffer = NULL;
    DWORD rc;

    while ((rc = get(buffer, &size)) == too_small) {
        free(buffer);
        buffer = calloc(1, size > 0 ? size : 1);
        assert_non_null(buffer);
    }
    if (rc == ERROR_NO_DATA) {
        free(buffer);
        buffer = calloc(1, NOTHING_SIZE);
    } else {
        assert_int_equal(rc, NO_ERROR);
    }
    assert_non_null(buffer);
    return buffer;
}

void table_find(enum row_kind kind, ADDRESS_FAMILY family, unsigned number, void *ret_row)
{
    struct table table = table_read(kind, family);
    unsigned found = 0;

    for (ULONG i = 0; i < table.count; i++) {
        const void *row = table_row(&table, i);

        if (network_number(kind, family, row) != (int)number)
            continue;
        memcpy(ret_row, row, row_types[kind].row_size);
        found++;
    }
    table_free(&table);
    assert_int_equal(found, 1);
}

static void expect_same_field(const struct row_field *field, const void *a, const void *b)
{
    if (!row_field_same(field, a, b))
        (void)printf("    %s differs\n", field->name);
    assert_memory_equal(row_field_in(field, a), row_field_in(field, b), field->size);
}

void rows_expect_same(enum row_kind kind, const void *a, const void *b, unsigned roles)
{
    const struct row_type *type = &row_types[kind];

    for (size_t i = 0; i < type->field_count; i++) {
        if (type->fields[i].roles & roles)
            expect_same_field(&type->fields[i], a, b);
    }
}

void rows_expect_same_as_a_whole(enum row_kind kind, const void *a, const void *b)
{
    const struct row_type *type = &row_types[kind];

    for (size_t i = 0; i < type->field_count; i++) {
        if (!(type->fields[i].roles & FIELD_DRIFTS))
            expect_same_field(&type->fields[i], a, b);
    }
}

union any_row row_with_key_of(enum row_kind kind, const void *row)
{
    union any_row with_key;

    memset(&with_key, 0, sizeof(with_key));
    row_copy(kind, &with_key, row, FIELD_KEY);
    return with_key;
}
