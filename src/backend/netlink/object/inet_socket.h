/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* TCP and UDP sockets in sock_diag's messages. */
#ifndef SRC_BACKEND_NETLINK_OBJECT_INET_SOCKET_H
#define SRC_BACKEND_NETLINK_OBJECT_INET_SOCKET_H

#include "backend/inet_socket.h"

#include <linux/netlink.h>

struct nl_msg;

/*
 * Pure. One socket of a dump. -EBADMSG: the message cannot be one of the kernel's; -ENOMSG: the
 * socket is of another family than IPv4 and IPv6.
 */
int inet_socket_parse(const struct nlmsghdr *message, struct inet_socket *ret);

/* Which sockets of a family the kernel gives. */
enum inet_socket_part {
    INET_SOCKET_ALL,
    INET_SOCKET_WITHOUT_MAPPED, /* of IPv6: but for those whose own address is an IPv4 one, mapped
                                 */
    INET_SOCKET_MAPPED,         /* of IPv6: those, and those for all addresses */
};

/*
 * A dump of the sockets of the netlink socket's network namespace, for NETLINK_SOCK_DIAG: protocol
 * is IPPROTO_TCP or IPPROTO_UDP, states are bits 1 << TCP_LISTEN, …. NULL: no memory.
 */
struct nl_msg *inet_socket_request_dump(enum mib_family family, uint8_t protocol, uint32_t states,
                                        enum inet_socket_part part);

/*
 * A question for the socket with this family, these ends, this link, and this cookie where that is
 * not 0. extensions are bits 1 << (INET_DIAG_INFO - 1), …, of what is to be told beside. Where no
 * connection has the ends, the answer is the listener that would take it. NULL: no memory.
 */
struct nl_msg *inet_socket_request_one(uint8_t protocol, const struct inet_socket *socket,
                                       uint8_t extensions);

/* Has the same socket closed, as if its connection had failed. */
struct nl_msg *inet_socket_request_destroy(uint8_t protocol, const struct inet_socket *socket);

#endif
