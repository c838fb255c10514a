/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Requests to rtnetlink that change something. */
#ifndef SRC_BACKEND_NETLINK_SOCKET_CHANGE_H
#define SRC_BACKEND_NETLINK_SOCKET_CHANGE_H

struct netlink_socket;
struct nl_msg;

/*
 * Sends the request over a socket that lives no longer than that, consuming it whatever comes of
 * it, and waits for the kernel's acknowledgement. 0: it is done. -EPERM, -EEXIST, …: the kernel's
 * error, and nothing has changed; why, as far as the kernel says (its extended acknowledgement),
 * goes to the log. -ENOMEM where request is NULL.
 */
int netlink_change(struct nl_msg *request);

/*
 * Likewise, over a socket that the caller has, with netlink_socket_explain() if the log is to know
 * why. It takes no memory.
 */
int netlink_change_over(struct netlink_socket *sock, struct nl_msg *request);

#endif
