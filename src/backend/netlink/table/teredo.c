/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of the host's Teredo client: what a watch knows when it is opened. */
#include "mib/row/teredo.h"
#include "backend/netlink/socket/family.h"
#include "backend/netlink/table/table.h"
#include "backend/netlink/watch/teredo.h"

#include <errno.h>

static int read_table(const struct mib_filter *filter, backend_sink sink, void *context)
{
    return netlink_read_watched(MIB_TABLE_TEREDO, filter, sink, context);
}

static int take_row(void *context, const void *row, size_t more)
{
    (void)more;
    *(struct mib_teredo *)context = *(const struct mib_teredo *)row;
    return 0;
}

/* -ENOENT: there is no client; -EINPROGRESS: its port is not known yet. */
static int read_row(void *memory)
{
    const struct mib_filter filter = {.family = MIB_FAMILY_IPV6};
    struct backend_watch *watch;
    struct mib_teredo row = {0};
    int r;

    if (!netlink_has_family(MIB_FAMILY_IPV6))
        return -EAFNOSUPPORT;
    r = backend_watch_open(MIB_TABLE_TEREDO, &filter, &watch);
    if (r < 0)
        return r;
    r = backend_watch_rows(watch, take_row, &row);
    if (r == 0 && row.port == 0)
        r = watch_teredo_is_starting(watch) ? -EINPROGRESS : -ENOENT;
    backend_watch_close(watch);
    if (r == 0)
        *(struct mib_teredo *)memory = row;
    return r;
}

const struct netlink_table netlink_table_teredo = {
    .read_table = read_table,
    .read_row = read_row,
};
