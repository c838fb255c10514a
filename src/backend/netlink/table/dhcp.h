/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Leases are renewed and given up: the table's change_row. */
#ifndef SRC_BACKEND_NETLINK_TABLE_DHCP_H
#define SRC_BACKEND_NETLINK_TABLE_DHCP_H

#include "mib/change.h"
#include "mib/row/dhcp.h"

int dhcp_change_row(enum mib_verb verb, const void *memory, uint64_t fields);

#endif
