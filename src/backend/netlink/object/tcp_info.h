/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What TCP knows of a connection, in sock_diag's messages. */
#ifndef SRC_BACKEND_NETLINK_OBJECT_TCP_INFO_H
#define SRC_BACKEND_NETLINK_OBJECT_TCP_INFO_H

#include "mib/query/tcp_info.h"

#include <linux/netlink.h>

/* The bit of inet_socket_request_one()'s extensions that asks for it. */
extern const uint8_t tcp_info_extension;

/*
 * Pure. Sets all that is out in *info; its head and its connection are left as they are. A
 * kernel's struct may be shorter or longer: what it lacks is 0. -EBADMSG: the message cannot be one
 * of the kernel's; -ENOMSG: it tells nothing of TCP, as of what has no socket any more.
 */
int tcp_info_parse(const struct nlmsghdr *message, struct mib_tcp_info *info);

#endif
