/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A TCP or UDP socket, as the kernel shows it, by whichever way. */
#ifndef SRC_BACKEND_INET_SOCKET_H
#define SRC_BACKEND_INET_SOCKET_H

#include "mib/addr.h"

struct inet_socket {
    struct mib_addr local_address;
    struct mib_addr remote_address;
    uint64_t cookie;     /* the kernel's number for it; 0: not known */
    uint32_t ifindex;    /* the link that it is bound to, or 0 */
    uint32_t inode;      /* 0: no process holds it */
    uint16_t local_port; /* ports are in host byte order */
    uint16_t remote_port;
    uint8_t family;  /* enum mib_family */
    uint8_t state;   /* TCP_ESTABLISHED, …; of UDP, TCP_ESTABLISHED or TCP_CLOSE */
    bool takes_ipv4; /* an IPv6 socket without peer, known to be for IPv4, too */
};

#endif
