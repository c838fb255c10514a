/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* UDP sockets, as sock_diag tells of them. */
#ifndef SRC_BACKEND_NETLINK_OBJECT_UDP_H
#define SRC_BACKEND_NETLINK_OBJECT_UDP_H

#include "backend/proc/process.h"

#include <linux/netlink.h>

/* A socket that takes datagrams from everybody; host byte order. */
struct udp_socket {
    uint32_t inode;
    uint16_t port;
};

/* Pure. -EBADMSG for a message that cannot be one of the kernel's, -ENOMSG: no such socket. */
int udp_parse(const struct nlmsghdr *message, struct udp_socket *ret);

/*
 * Fills in the ports of those sockets that are IPv4 UDP ones, bound and not connected, in the
 * calling thread's network namespace. -EOPNOTSUPP: the kernel cannot be asked.
 */
int udp_fill_ports(struct process_sockets *sockets);

/*
 * The port of a Teredo client that has these sockets; 0: none of them can be its. It is the first
 * that is bound, but for the one on which clients of a local network find each other (RFC 4380,
 * 5.2.8): port 3544, unless there is no other.
 */
uint16_t udp_choose_teredo_port(const struct process_sockets *sockets);

#endif
