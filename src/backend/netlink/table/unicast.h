/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Unicast addresses are changed: the table's change_row. */
#ifndef SRC_BACKEND_NETLINK_TABLE_UNICAST_H
#define SRC_BACKEND_NETLINK_TABLE_UNICAST_H

#include "mib/change.h"
#include "mib/row/unicast.h"

int unicast_change_row(enum mib_verb verb, const void *memory, uint64_t fields);

#endif
