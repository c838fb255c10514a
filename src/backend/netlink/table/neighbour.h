/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What reading, changing and resolving neighbours share. */
#ifndef SRC_BACKEND_NETLINK_TABLE_NEIGHBOUR_H
#define SRC_BACKEND_NETLINK_TABLE_NEIGHBOUR_H

#include "backend/netlink/object/neighbour.h"
#include "mib/change.h"

/*
 * One entry of the kernel's, a neighbour or a proxy, as the row that shows it. -ENOENT: there is
 * none, or no row shows it.
 */
int neighbour_read_entry(const struct mib_neighbour *key, const struct link *link, bool proxy,
                         struct mib_neighbour *ret);

/* Whether it is one of the groups that the link has rows of without the kernel having an entry. */
bool neighbour_is_group(const struct mib_neighbour *key, const struct link *link,
                        struct mib_neighbour *ret);

bool neighbour_same_key(const struct mib_neighbour *a, const struct mib_neighbour *b);

/* The table's change_row. */
int neighbour_change_row(enum mib_verb verb, const void *memory, uint64_t fields);

#endif
