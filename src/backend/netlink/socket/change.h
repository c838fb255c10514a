/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One request to rtnetlink that changes something, over a socket that lives no longer than it. */
#ifndef SRC_BACKEND_NETLINK_SOCKET_CHANGE_H
#define SRC_BACKEND_NETLINK_SOCKET_CHANGE_H

struct nl_msg;

/*
 * Sends the request, consuming it whatever comes of it, and waits for the kernel's
 * acknowledgement. 0: it is done. -EPERM, -EEXIST, …: the kernel's error, and nothing has changed;
 * why, as far as the kernel says (its extended acknowledgement), goes to the log. -ENOMEM where
 * request is NULL.
 */
int netlink_change(struct nl_msg *request);

#endif
