/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The verbs of backend.h that a table is read or changed with, over the records of the tables. */
#include "backend/netlink/table/table.h"
#include "backend/netlink/socket/family.h"

#include <errno.h>

static const struct netlink_table *const tables[] = {
#define MIB_TABLE(id, name, size, watched) &netlink_table_##name,
#include "mib/tables.def"
#undef MIB_TABLE
};

static int (*const queries[])(void *params) = {
#define MIB_QUERY(id, name, size) netlink_query_##name,
#include "mib/queries.def"
#undef MIB_QUERY
};

/* NULL: there is no such table. Numbers come from another binary, too. */
static const struct netlink_table *find(enum mib_table table)
{
    return (unsigned int)table < MIB_TABLES ? tables[table] : NULL;
}

int backend_read_table(enum mib_table table, const struct mib_filter *filter, backend_sink sink,
                       void *context)
{
    const struct netlink_table *found = find(table);

    if (!found || !found->read_table)
        return -EOPNOTSUPP;
    if (filter->family == MIB_FAMILY_IPV6 && !netlink_has_family(filter->family))
        return -EAFNOSUPPORT;
    return found->read_table(filter, sink, context);
}

int backend_read_row(enum mib_table table, void *row)
{
    const struct netlink_table *found = find(table);

    return found && found->read_row ? found->read_row(row) : -EOPNOTSUPP;
}

int backend_change_row(enum mib_table table, enum mib_verb verb, const void *row, uint64_t fields)
{
    const struct netlink_table *found = find(table);

    return found && found->change_row ? found->change_row(verb, row, fields) : -EOPNOTSUPP;
}

int backend_query(enum mib_query query, void *params)
{
    return (unsigned int)query < MIB_QUERIES ? queries[query](params) : -EOPNOTSUPP;
}

int netlink_read_watched(enum mib_table table, const struct mib_filter *filter, backend_sink sink,
                         void *context)
{
    struct backend_watch *watch;
    int r = backend_watch_open(table, filter, &watch);

    if (r < 0)
        return r;
    r = backend_watch_rows(watch, sink, context);
    backend_watch_close(watch);
    return r;
}
