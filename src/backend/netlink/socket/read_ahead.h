/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Receives the parts of a large dump on a thread of its own, ahead of who handles them. The kernel
 * makes a part of a dump in the receive of the one before, on the thread that receives: so while
 * one thread is with the kernel, the other parses, and builds rows. Used by socket.c.
 */
#ifndef SRC_BACKEND_NETLINK_SOCKET_READ_AHEAD_H
#define SRC_BACKEND_NETLINK_SOCKET_READ_AHEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include <linux/netlink.h>

/* One receive: what it gave, or the error with which it failed. */
struct datagram {
    uint8_t *bytes; /* memory for `room` of them */
    size_t room;
    size_t length; /* of what is there */
    bool cut;      /* it was longer than the room */
    struct sockaddr_nl sender;
    socklen_t sender_size;
};

/* Receives one into the memory that *datagram has. 0; a negative errno, *datagram as it was. */
int datagram_receive(int fd, int flags, struct datagram *datagram);

struct read_ahead;

/*
 * Begins to receive from the socket, without waiting, until that fails: the end of a dump is where
 * nothing is there any more. Nobody else receives from it until read_ahead_end. NULL: there is
 * no processor for it, or no memory or thread; then nothing has begun.
 */
struct read_ahead *read_ahead_begin(int fd, size_t room);

/*
 * The next datagram, in the order in which they came; it is the caller's until the next call. 0, or
 * the negative errno of the receive; after one other than -ENOBUFS there is nothing more.
 */
int read_ahead_next(struct read_ahead *ahead, const struct datagram **ret_datagram);

/* Ends the thread and forgets what it has received beyond. NULL is fine. */
void read_ahead_end(struct read_ahead *ahead);

#endif
