/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which processes hold which sockets: the sockets that are asked for, found in one walk. */
#ifndef SRC_BACKEND_PROC_SOCKET_OWNERS_H
#define SRC_BACKEND_PROC_SOCKET_OWNERS_H

#include <stddef.h>
#include <stdint.h>

/* A map from the inode of a socket to a process; places without inode are free. Zeroed is empty. */
struct socket_owners {
    struct socket_owner {
        uint32_t inode;
        uint32_t pid; /* 0: not found */
    } * places;
    size_t capacity; /* a power of two, or 0 */
    size_t count;
    size_t found;
};

/*
 * Processes whose names (/proc/PID/comm) begin so hold sockets for others, and own none; NULL:
 * there are no such. Set before anything else here is called.
 */
extern const char *socket_owners_keeper;

/* Asks for the socket with that inode, which may be asked for already; 0 is none. 0; -ENOMEM. */
int socket_owners_want(struct socket_owners *owners, uint32_t inode);

/*
 * Looks at the descriptors of all processes, until each socket is found. Of several processes that
 * hold one, the first by number counts. A process that may not be looked into is passed over, and
 * without /proc none is found. 0; -EMFILE, -ENFILE, -ENOMEM.
 */
int socket_owners_find(struct socket_owners *owners);

/* The process that holds it; 0: none is known. */
uint32_t socket_owners_pid(const struct socket_owners *owners, uint32_t inode);

void socket_owners_clear(struct socket_owners *owners);

#endif
