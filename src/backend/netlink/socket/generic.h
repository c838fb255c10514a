/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Generic netlink: families by their names, and requests to them. */
#ifndef SRC_BACKEND_NETLINK_SOCKET_GENERIC_H
#define SRC_BACKEND_NETLINK_SOCKET_GENERIC_H

#include "backend/netlink/socket/socket.h"

/*
 * The number of a family, over a socket of NETLINK_GENERIC. -ENOENT: the kernel that runs has no
 * such family now. No module is loaded for the question.
 */
int generic_find_family(struct netlink_socket *sock, const char *name, uint16_t *ret);

/* A request without attributes. NULL: no memory. */
struct nl_msg *generic_request(uint16_t family, int flags, uint8_t command);

#endif
