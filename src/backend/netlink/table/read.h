/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the tables that are read on demand share. */
#ifndef SRC_BACKEND_NETLINK_TABLE_READ_H
#define SRC_BACKEND_NETLINK_TABLE_READ_H

#include "backend/netlink/object/link.h"
#include "backend/netlink/socket/socket.h"

/*
 * One link with both its family states: by ifindex, or by name where that is not NULL. iftype 0: of
 * whatever type; a mismatch is -ENODEV, as is a link that does not exist.
 */
int netlink_read_whole_link(uint32_t ifindex, const char *name, uint16_t iftype, struct link *ret);

/* Likewise by ifindex, over a socket that is open, for those who ask for more than a link. */
int netlink_read_link_over(struct netlink_socket *sock, uint32_t ifindex, uint16_t iftype,
                           struct link *ret);

/*
 * For answers that need no change: who may not make one is told that before anything else. 0, or
 * -EPERM.
 */
int netlink_check_rights(void);

#endif
