/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sockets that echo requests go over. */
#ifndef SRC_BACKEND_ICMP_SOCKET_H
#define SRC_BACKEND_ICMP_SOCKET_H

#include "mib/query/echo.h"

#include <netinet/in.h>
#include <sys/socket.h>

/* What is the same of the two families, but for its names. */
struct echo_kind {
    int family;
    int protocol;
    int level;
    int hops;
    int traffic_class;
    int discover;
    int receive_errors;
    int in_fragments; /* values of `discover` */
    int whole;
    uint8_t request;
    uint8_t reply;
    uint8_t origin;
};

const struct echo_kind *echo_kind_of(uint8_t family);

union echo_address {
    struct sockaddr head;
    struct sockaddr_in ipv4;
    struct sockaddr_in6 ipv6;
};

/* `addr` is of the request's family and zone. Returns its length. */
socklen_t echo_address_from(const struct mib_echo *echo, const struct mib_addr *addr,
                            union echo_address *ret);

struct echo_socket {
    int fd;
    bool raw;    /* messages of others' requests come, too; IPv4's with their IP header */
    bool bound;  /* to an address of the request's own */
    uint16_t id; /* of its requests, in network byte order; raw: of this process */
    uint8_t time_to_live;
    uint8_t traffic_class;
    uint8_t flags;
};

/*
 * A socket of the kernel's own for echo requests, where net.ipv4.ping_group_range allows it, else a
 * raw one, with the request's options set; IPv4's options take a raw one. 0; -EPERM: the process
 * may have neither; -EADDRNOTAVAIL: the source is no address of the host's; -EINVAL, -EMFILE, …
 */
int echo_socket_open(const struct mib_echo *echo, struct echo_socket *ret);

/* Whether the request may go over it when another one has gone. */
bool echo_socket_fits(const struct echo_socket *socket, const struct mib_echo *echo);

/*
 * Whether it may be kept for another request. One that is raw may not: what comes for others would
 * fill its buffer meanwhile.
 */
bool echo_socket_is_plain(const struct echo_socket *socket);

void echo_socket_close(struct echo_socket *socket);

#endif
