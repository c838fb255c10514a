/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of connectivity hints: what a watch knows when it is opened. */
#include "mib/row/hint.h"
#include "backend/netlink/table/table.h"

#include <errno.h>

static int read_table(const struct mib_filter *filter, backend_sink sink, void *context)
{
    return netlink_read_watched(MIB_TABLE_HINT, filter, sink, context);
}

struct wanted {
    struct mib_hint row; /* its key, and then the row */
    bool found;
};

static int take_row(void *context, const void *row, size_t more)
{
    const struct mib_hint *hint = row;
    struct wanted *wanted = context;

    (void)more;
    if (hint->ifindex == wanted->row.ifindex &&
        (wanted->row.iftype == 0 || hint->iftype == wanted->row.iftype)) {
        wanted->row = *hint;
        wanted->found = true;
    }
    return 0;
}

/* -ENODEV: there is no such interface. */
static int read_row(void *memory)
{
    const struct mib_filter filter = {.family = MIB_FAMILY_UNSPEC};
    struct wanted wanted = {.row = *(const struct mib_hint *)memory};
    int r = read_table(&filter, take_row, &wanted);

    if (r == 0 && !wanted.found)
        r = -ENODEV;
    if (r == 0)
        *(struct mib_hint *)memory = wanted.row;
    return r;
}

const struct netlink_table netlink_table_hint = {
    .read_table = read_table,
    .read_row = read_row,
};
