/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the tables of TCP and of UDP sockets share: everything but the rows. */
#ifndef SRC_BACKEND_NETLINK_TABLE_INET_SOCKETS_H
#define SRC_BACKEND_NETLINK_TABLE_INET_SOCKETS_H

#include "backend/inet_socket.h"
#include "mib/filter.h"

#include <stddef.h>

/* As it belongs into the table: its family and addresses are those of the row. */
struct owned_socket {
    struct inet_socket socket;
    uint32_t pid;
};

typedef int (*inet_sockets_sink)(void *context, const struct owned_socket *socket, size_t more);

/*
 * Gives the sockets that the filter means, IPv4's before IPv6's. protocol is IPPROTO_TCP or
 * IPPROTO_UDP, states are bits 1 << TCP_LISTEN, …. 0; what the sink ended it with; -EOPNOTSUPP:
 * there is neither sock_diag nor /proc; -ENOMEM, -EMFILE, …
 */
int inet_sockets_read_table(uint8_t protocol, uint32_t states, const struct mib_filter *filter,
                            inet_sockets_sink sink, void *context);

/*
 * The connection with the key's family, ends and, where that is not 0, link, as it belongs into the
 * table, with all that is known of it. sock is one of NETLINK_SOCK_DIAG. 0; -ENOENT: there is none
 * that the table has; -EOPNOTSUPP: there is no sock_diag; …
 */
struct netlink_socket;
int inet_sockets_find(struct netlink_socket *sock, uint8_t protocol, uint32_t states,
                      const struct inet_socket *key, struct inet_socket *ret);

/* The link that the address needs to be understood on, of a socket of that family; 0: none. */
uint32_t inet_socket_scope(const struct inet_socket *socket, const struct mib_addr *address);

#endif
