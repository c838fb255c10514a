/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the two files of the table of IP interfaces share. */
#ifndef SRC_BACKEND_NETLINK_TABLE_IPINTERFACE_H
#define SRC_BACKEND_NETLINK_TABLE_IPINTERFACE_H

#include "backend/netlink/object/link.h"
#include "mib/change.h"

/*
 * The row of a key, and the link that it is on. -ENODEV: there is no such link; -ENOENT: it does
 * not have the family.
 */
int ipinterface_read(const struct mib_ipinterface *key, struct link *ret_link,
                     struct mib_ipinterface *ret);

/* The change_row of the table. */
int ipinterface_change_row(enum mib_verb verb, const void *memory, uint64_t fields);

#endif
