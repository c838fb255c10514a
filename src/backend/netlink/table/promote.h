/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An IPv4 address is deleted, and the secondary ones of its subnet stay. */
#ifndef SRC_BACKEND_NETLINK_TABLE_PROMOTE_H
#define SRC_BACKEND_NETLINK_TABLE_PROMOTE_H

#include "backend/netlink/object/address.h"

/*
 * Deletes the address while the link's promote_secondaries is on, and sets that back. -EACCES,
 * -EROFS: it cannot be switched on, and nothing has changed.
 */
int promote_while(const char *ifname, const struct address_message *address);

#endif
