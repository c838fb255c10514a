/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One question to rtnetlink, over a socket that lives no longer than the call, or a given one. */
#ifndef SRC_BACKEND_NETLINK_SOCKET_ASK_H
#define SRC_BACKEND_NETLINK_SOCKET_ASK_H

#include "backend/netlink/socket/socket.h"

/*
 * Sends the request, consuming it whatever comes of it, and gives each answer to the handler. 0;
 * what netlink_socket_open or netlink_socket_collect failed with; -ENOMEM where request is NULL.
 */
int netlink_ask(struct nl_msg *request, netlink_handler handler, void *context);

/* Likewise, over a socket that is open: to open one takes as long as a question does. */
int netlink_ask_over(struct netlink_socket *sock, struct nl_msg *request, netlink_handler handler,
                     void *context);

#endif
