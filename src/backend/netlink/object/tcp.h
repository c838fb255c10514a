/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* TCP sockets in sock_diag's messages. */
#ifndef SRC_BACKEND_NETLINK_OBJECT_TCP_H
#define SRC_BACKEND_NETLINK_OBJECT_TCP_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>

struct nl_msg;

/* Whether the message is a socket. */
bool tcp_is_socket(const struct nlmsghdr *message);

/*
 * A dump of the sockets of the socket's network namespace that are of the family (AF_INET, …) and
 * in one of the states (bits 1 << TCP_LISTEN, …), for NETLINK_SOCK_DIAG. NULL: no memory.
 */
struct nl_msg *tcp_request_dump(uint8_t family, uint32_t states);

#endif
