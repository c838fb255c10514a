/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which interface is upon which. Contracts: include/netioapi.h. */
#include "api/error.h"
#include "api/shape.h"
#include "mib/row/interface.h"

#include <errno.h>
#include <stdlib.h>

_Static_assert(sizeof(MIB_IFSTACK_ROW) == sizeof(MIB_INVERTEDIFSTACK_ROW) &&
                   offsetof(MIB_IFSTACK_TABLE, Table) == offsetof(MIB_INVERTEDIFSTACK_TABLE, Table),
               "two names of one layout");

struct pair {
    uint32_t higher;
    uint32_t lower;
};

static void to_stack_row(const void *model, void *row)
{
    const struct pair *from = model;
    MIB_IFSTACK_ROW *ret = row;

    ret->HigherLayerInterfaceIndex = from->higher;
    ret->LowerLayerInterfaceIndex = from->lower;
}

static void to_inverted_row(const void *model, void *row)
{
    const struct pair *from = model;
    MIB_INVERTEDIFSTACK_ROW *ret = row;

    ret->LowerLayerInterfaceIndex = from->lower;
    ret->HigherLayerInterfaceIndex = from->higher;
}

static const struct api_row stack_row = {
    .size = sizeof(MIB_IFSTACK_ROW),
    .rows_offset = offsetof(MIB_IFSTACK_TABLE, Table),
    .to_row = to_stack_row,
};

static const struct api_row inverted_row = {
    .size = sizeof(MIB_INVERTEDIFSTACK_ROW),
    .rows_offset = offsetof(MIB_INVERTEDIFSTACK_TABLE, Table),
    .to_row = to_inverted_row,
};

/* A backend_sink. A link is upon the one that it is made of, and below the one that it is in. */
static int add_pairs(void *context, const void *row, size_t more)
{
    const struct mib_interface *from = row;
    int r = 0;

    (void)more;
    if (from->lower)
        r = table_add(context, &(struct pair){from->ifindex, from->lower}, 0);
    if (r == 0 && from->master)
        r = table_add(context, &(struct pair){from->master, from->ifindex}, 0);
    return r;
}

/* By the first index, then by the second. */
static int compare(const void *a, const void *b)
{
    const NET_IFINDEX *x = a;
    const NET_IFINDEX *y = b;

    if (x[0] != y[0])
        return x[0] < y[0] ? -1 : 1;
    return (x[1] > y[1]) - (x[1] < y[1]);
}

static DWORD get_stack(const struct api_row *row, void **table)
{
    const struct mib_filter filter = {.flags =
                                          MIB_FILTER_WITHOUT_STATISTICS | MIB_FILTER_WITHOUT_SPEED};
    struct table_builder builder;

    if (!table)
        return ERROR_INVALID_PARAMETER;
    *table = NULL;
    int r = table_begin(&builder, row);
    if (r == 0)
        r = backend_read_table(MIB_TABLE_INTERFACE, &filter, add_pairs, &builder);
    if (r == 0 && builder.count == 0)
        r = -ENOENT;
    if (r < 0) {
        table_abandon(&builder);
        return error_from(r);
    }
    qsort(builder.memory + row->rows_offset, builder.count, row->size, compare);
    *table = table_end(&builder);
    return NO_ERROR;
}

NETIOAPI_API GetIfStackTable(PMIB_IFSTACK_TABLE *Table)
{
    return get_stack(&stack_row, (void **)Table);
}

NETIOAPI_API GetInvertedIfStackTable(PMIB_INVERTEDIFSTACK_TABLE *Table)
{
    return get_stack(&inverted_row, (void **)Table);
}
