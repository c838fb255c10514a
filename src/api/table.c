/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/table.h"
#include "api/error.h"
#include "api/rows/rows.h"
#include "platform/platform.h"

#include <errno.h>
#include <string.h>

static int reserve(struct table_builder *builder, size_t capacity)
{
    const struct table_layout *layout = builder->layout;

    if (capacity > (SIZE_MAX - layout->header_size) / layout->row_size)
        return -ENOMEM;
    uint8_t *memory =
        platform_reallocate(builder->memory, layout->header_size + capacity * layout->row_size);
    if (!memory)
        return -ENOMEM;
    builder->memory = memory;
    builder->capacity = capacity;
    return 0;
}

int table_begin(struct table_builder *builder, const struct table_layout *layout)
{
    *builder = (struct table_builder){.layout = layout};
    int r = reserve(builder, 16);
    if (r == 0)
        memset(builder->memory, 0, layout->header_size);
    return r;
}

int table_add(void *context, const void *row, size_t more)
{
    struct table_builder *builder = context;
    const struct table_layout *layout = builder->layout;

    if (builder->count == builder->capacity) {
        size_t capacity = builder->capacity + builder->capacity / 2;
        size_t needed = builder->count + 1 + more;
        int r = reserve(builder, needed > capacity ? needed : capacity);
        if (r < 0)
            return r;
    }
    layout->to_row(row, builder->memory + layout->header_size + builder->count * layout->row_size);
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

DWORD table_get(const struct table_layout *layout, ADDRESS_FAMILY af, void **table)
{
    struct table_builder builder;
    enum mib_family family;

    if (!table || !family_of_af(af, &family))
        return ERROR_INVALID_PARAMETER;
    *table = NULL;
    int r = table_begin(&builder, layout);
    if (r == 0)
        r = backend_read_table(layout->table, &(struct mib_filter){.family = family}, table_add,
                               &builder);
    if (r == 0 && builder.count == 0)
        r = -ENOENT;
    if (r == 0)
        *table = table_end(&builder);
    else
        table_abandon(&builder);
    return error_from(r);
}
