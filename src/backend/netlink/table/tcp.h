/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One of TCP's connections, for what is asked about it or done to it. */
#ifndef SRC_BACKEND_NETLINK_TABLE_TCP_H
#define SRC_BACKEND_NETLINK_TABLE_TCP_H

#include "backend/inet_socket.h"
#include "backend/netlink/socket/socket.h"
#include "mib/row/tcp.h"

/*
 * Opens sock, of NETLINK_SOCK_DIAG, and finds the connection over it. 0; -ENOENT: there is none,
 * or it is a listener; -EOPNOTSUPP: there is no sock_diag; …; after a failure sock is closed.
 */
int tcp_find(struct netlink_socket *sock, const struct mib_tcp *key, struct inet_socket *ret);

#endif
