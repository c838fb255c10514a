/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The shapes over row descriptors. Called by the exports; it knows no row by name. Errors of the
 * backend become those that the descriptor has for them, and then Win32 codes.
 */
#include "api/shape.h"
#include "api/error.h"
#include "api/rows/convert.h"
#include "platform/platform.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int reserve(struct table_builder *builder, size_t capacity)
{
    const struct api_row *row = builder->row;

    if (capacity > (SIZE_MAX - row->rows_offset) / row->size)
        return -ENOMEM;
    size_t size = row->rows_offset + capacity * row->size;
    uint8_t *memory = platform_grow(builder->memory, &size);
    if (!memory)
        return -ENOMEM;
    builder->memory = memory;
    builder->capacity = (size - row->rows_offset) / row->size;
    return 0;
}

int table_begin(struct table_builder *builder, const struct api_row *row)
{
    *builder = (struct table_builder){.row = row};
    int r = reserve(builder, 16);
    if (r == 0)
        memset(builder->memory, 0, row->rows_offset);
    return r;
}

int table_add(void *context, const void *from, size_t more)
{
    struct table_builder *builder = context;
    const struct api_row *row = builder->row;

    if (builder->count == builder->capacity) {
        size_t capacity = builder->capacity + builder->capacity / 2;
        size_t needed = builder->count + 1 + more;
        int r = reserve(builder, needed > capacity ? needed : capacity);
        if (r < 0)
            return r;
    }
    row->to_row(from, builder->memory + row->rows_offset + builder->count * row->size);
    builder->count++;
    return 0;
}

void *table_end(struct table_builder *builder)
{
    ULONG count = (ULONG)builder->count;
    void *table = builder->memory;

    memcpy(table, &count, sizeof(count));
    builder->memory = NULL;
    return table;
}

void table_abandon(struct table_builder *builder)
{
    platform_free(builder->memory);
    builder->memory = NULL;
}

DWORD shape_get_rows(const struct api_row *row, const struct mib_filter *filter, void **table)
{
    struct table_builder builder;

    if (!table)
        return ERROR_INVALID_PARAMETER;
    *table = NULL;
    int r = table_begin(&builder, row);
    if (r == 0)
        r = backend_read_table(row->table, filter, table_add, &builder);
    if (r == 0 && builder.count == 0)
        r = -ENOENT;
    if (r == 0)
        *table = table_end(&builder);
    else
        table_abandon(&builder);
    return error_from(r);
}

DWORD shape_get_table(const struct api_row *row, ADDRESS_FAMILY af, void **table)
{
    enum mib_family family;

    if (!table || !family_of_af(af, &family))
        return ERROR_INVALID_PARAMETER;
    return shape_get_rows(row, &(struct mib_filter){.family = family}, table);
}

static const NET_LUID *luid_in(const struct api_row *row, const void *memory)
{
    static const NET_LUID none = {.Value = 0};

    return row->without_luid ? &none : (const void *)((const uint8_t *)memory + row->luid_offset);
}

/* The interface in a program's row, into the model's. */
static int find_interface(const struct api_row *row, const void *from, struct mib_head *key)
{
    const NET_IFINDEX *index = (const void *)((const uint8_t *)from + row->index_offset);

    return interface_of(luid_in(row, from), *index, &key->ifindex, &key->iftype);
}

/* The error for an interface that is not there. */
static int unknown_interface(const struct api_row *row, const void *memory)
{
    return luid_in(row, memory)->Value ? row->unknown_luid : row->unknown_index;
}

DWORD shape_get_row(const struct api_row *row, void *memory)
{
    _Alignas(8) uint8_t found[MIB_ROW_SIZE_MAX];

    memset(found, 0, mib_row_size(row->table));
    if (!memory || !row->key_of(memory, found))
        return ERROR_INVALID_PARAMETER;
    int r = find_interface(row, memory, (struct mib_head *)found);
    if (r == -EINVAL)
        return error_from(row->without_interface);
    if (r == 0)
        r = backend_read_row(row->table, found);
    if (r == -ENODEV)
        r = unknown_interface(row, memory);
    if (r == 0)
        row->to_row(found, memory);
    return error_from(r);
}

DWORD shape_change_row(const struct api_row *row, enum mib_verb verb, const void *memory)
{
    _Alignas(8) uint8_t change[MIB_ROW_SIZE_MAX];
    uint64_t fields = 0;

    if (!memory)
        return ERROR_INVALID_PARAMETER;
    memset(change, 0, mib_row_size(row->table));
    int r = row->change_of(memory, verb, change, &fields);
    if (r < 0)
        return error_from(r);
    r = find_interface(row, memory, (struct mib_head *)change);
    if (r == -EINVAL)
        return error_from(row->without_interface);
    if (r == 0)
        r = backend_change_row(row->table, verb, change, fields);
    return error_from(r == -ENODEV ? unknown_interface(row, memory) : r);
}

/* A table_builder that passes over rows of the model. */
struct buffer_builder {
    struct table_builder table;
    const struct api_buffer *shape;
};

static int add_to_buffer(void *context, const void *from, size_t more)
{
    struct buffer_builder *builder = context;

    if (builder->shape->takes && !builder->shape->takes(from))
        return 0;
    return table_add(&builder->table, from, more);
}

/* The table's rows, in order if so, and how many bytes it has with them. */
static int read_into(struct buffer_builder *builder, bool filled, BOOL order, ULONG *ret_size)
{
    const struct api_buffer *shape = builder->shape;
    const struct mib_filter filter = {
        .family = shape->family,
        .flags = shape->filter_flags | (filled ? shape->filling_flags : 0),
    };
    int r = table_begin(&builder->table, &shape->row);

    if (r == 0)
        r = backend_read_table(shape->row.table, &filter, add_to_buffer, builder);
    if (r < 0)
        return r;
    const size_t count = builder->table.count;
    const uint64_t size = shape->row.rows_offset + (uint64_t)count * shape->row.size;
    if (count == 0 && shape->without_rows)
        return shape->without_rows;
    if (size > UINT32_MAX)
        return -ENOMEM;
    if (order && shape->compare && count > 1)
        qsort(builder->table.memory + shape->row.rows_offset, count, shape->row.size,
              shape->compare);
    const ULONG number = (ULONG)count;
    memcpy(builder->table.memory, &number, sizeof(number));
    *ret_size = (ULONG)size;
    return 0;
}

DWORD shape_get_buffer(const struct api_buffer *shape, void *buffer, ULONG *size, BOOL order)
{
    struct buffer_builder builder = {.shape = shape};
    ULONG needed;

    if (!size)
        return ERROR_INVALID_PARAMETER;
    int r = read_into(&builder, buffer != NULL, order, &needed);
    DWORD error = error_from(r);
    if (r == 0 && (!buffer || *size < needed)) {
        *size = needed;
        error = ERROR_INSUFFICIENT_BUFFER;
    } else if (r == 0) {
        memcpy(buffer, builder.table.memory, needed);
    }
    table_abandon(&builder.table);
    return error;
}

/* What is read from the offset on, in memory of a heap. */
static int allocate(const struct api_buffer *shape, BOOL order, HANDLE heap, DWORD flags,
                    size_t offset, void **ret_memory, DWORD *ret_count)
{
    struct buffer_builder builder = {.shape = shape};
    void *memory = NULL;
    ULONG size;
    int r = read_into(&builder, true, order, &size);

    if (r == 0) {
        memory = platform_heap_allocate(heap, flags, size - offset);
        if (!memory)
            r = -ENOMEM;
    }
    if (r == 0) {
        *ret_memory = memcpy(memory, builder.table.memory + offset, size - offset);
        *ret_count = (DWORD)builder.table.count;
    }
    table_abandon(&builder.table);
    return r;
}

DWORD shape_allocate_buffer(const struct api_buffer *shape, BOOL order, HANDLE heap, DWORD flags,
                            void **table)
{
    DWORD count;

    if (!table)
        return ERROR_INVALID_PARAMETER;
    return error_from(allocate(shape, order, heap, flags, 0, table, &count));
}

DWORD shape_allocate_rows(const struct api_buffer *shape, BOOL order, HANDLE heap, DWORD flags,
                          void **rows, DWORD *count)
{
    if (!rows || !count)
        return ERROR_INVALID_PARAMETER;
    return error_from(allocate(shape, order, heap, flags, shape->row.rows_offset, rows, count));
}

void shape_initialize_row(const struct api_row *row, void *memory)
{
    if (!memory)
        return;
    memset(memory, 0, row->size);
    for (size_t i = 0; i < row->initial_count; i++) {
        const struct api_initial_field *field = &row->initial_fields[i];
        uint8_t *place = (uint8_t *)memory + field->offset;

        if (field->size == sizeof(uint8_t))
            *place = (uint8_t)field->value;
        else
            memcpy(place, &field->value, sizeof(field->value));
    }
}
