/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* UDP sockets, as sock_diag reports them. */
#ifndef SRC_BACKEND_NETLINK_OBJECT_UDP_H
#define SRC_BACKEND_NETLINK_OBJECT_UDP_H

#include <linux/netlink.h>
#include <stdint.h>

/* A socket that is bound and not connected. */
struct udp_socket {
    uint32_t inode;
    uint16_t port; /* host byte order */
};

/*
 * Pure. -EBADMSG for a message that cannot be one of the kernel's; -ENOMSG for a socket that is not
 * an IPv4 one, not bound, or connected.
 */
int udp_parse(const struct nlmsghdr *message, struct udp_socket *ret);

#endif
