/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The tables as this backend has them, one record each, and the queries. A table that is read on
 * demand keeps nothing between calls.
 */
#ifndef SRC_BACKEND_NETLINK_TABLE_TABLE_H
#define SRC_BACKEND_NETLINK_TABLE_TABLE_H

#include "backend/backend.h"

/* What backend.h's functions do with one table; NULL: -EOPNOTSUPP. */
struct netlink_table {
    /* The kernel has the filter's family, where the filter names one. */
    int (*read_table)(const struct mib_filter *filter, backend_sink sink, void *context);

    /* *row holds the key, of a family that the kernel may not have. Written on success only. */
    int (*read_row)(void *row);

    int (*change_row)(enum mib_verb verb, const void *row, uint64_t fields);
};

/* netlink_table_route, …: in the file of that name. */
#define MIB_TABLE(id, name, size, watched) extern const struct netlink_table netlink_table_##name;
#include "mib/tables.def"
#undef MIB_TABLE

/* netlink_query_link, …: likewise. */
#define MIB_QUERY(id, name, size) int netlink_query_##name(void *params);
#include "mib/queries.def"
#undef MIB_QUERY

/*
 * For a read_table: the rows that a watch knows when it is opened, so that a program reads exactly
 * what its registration goes by. A watch hears when something changes while it dumps, and dumps
 * again: dumps of IPv6 routes, for one, miss routes then, and the kernel does not say so.
 */
int netlink_read_watched(enum mib_table table, const struct mib_filter *filter, backend_sink sink,
                         void *context);

#endif
