/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A netlink socket, of rtnetlink as a rule: requests, dumps and multicast events over one
 * descriptor. Overruns are reported as such, which libnl's own receive functions do not do.
 */
#ifndef SRC_BACKEND_NETLINK_SOCKET_SOCKET_H
#define SRC_BACKEND_NETLINK_SOCKET_SOCKET_H

#include "backend/counter.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

struct nl_msg;
struct read_ahead;
struct tape_stream;

/* Datagrams received with one system call, and the size of each: the kernel's largest dump part. */
enum { SOCKET_BATCH = 8, SOCKET_DATAGRAM = 32768 };

struct netlink_socket {
    bool is_open;  /* zeroed: not */
    int fd;        /* -1 after it was abandoned in a forked child */
    uint32_t port; /* the netlink port that the kernel's answers name */
    uint32_t sequence;
    atomic_bool interrupted;
    uint32_t timeout_ms; /* SO_RCVTIMEO as it is set; 0: none */
    bool explains;       /* the kernel was asked to say why it refuses */
    bool would_wait;     /* a receive that does not wait stands for one that does; cleared where the
                            recorded one has waited in vain */
    struct tape_stream *tape; /* what is recorded of it, or played in the kernel's place; or NULL */

    /*
     * The batch that was received last, and how far it has been looked at. Its first datagram has
     * memory from the start, the others from the first time that a receive looks for several.
     */
    uint8_t *first;
    uint8_t *others;
    struct read_ahead *ahead;       /* who receives the dump that is being collected, or NULL */
    unsigned int parts_until_ahead; /* parts of it that are to come before; 0: never */
    unsigned int singles; /* receives in a row that gave one datagram and looked for no more */
    struct mmsghdr headers[SOCKET_BATCH];
    struct iovec vectors[SOCKET_BATCH];
    struct sockaddr_nl senders[SOCKET_BATCH];
    unsigned int received;
    unsigned int current;
    const struct nlmsghdr *message;
    int message_room;

    /*
     * The answers that were collected last may be wrong: the kernel marked the dump as interrupted,
     * or messages were lost meanwhile.
     */
    bool answers_invalid;

    /* How many times messages were lost or ignored. Any thread may read them. */
    counter overruns;          /* the kernel dropped messages at the full receive buffer */
    counter dropped_foreign;   /* not from the kernel */
    counter dropped_cut;       /* truncated by the receive buffer */
    counter dropped_malformed; /* messages that cannot be one of the kernel's */
};

/* Opens and binds a socket of NETLINK_ROUTE, close-on-exec, with dumps filtered in the kernel. */
int netlink_socket_open(struct netlink_socket *sock);

/* Likewise one of another netlink family. */
int netlink_socket_open_family(struct netlink_socket *sock, int family);

/* Likewise, joined to multicast groups (RTNLGRP_…, 0-terminated) from the beginning. */
int netlink_socket_open_joined(struct netlink_socket *sock, const int *groups);

/* Accepts a zeroed or closed one. */
void netlink_socket_close(struct netlink_socket *sock);

/* Asks for a receive buffer of so many bytes; gets what the privileges allow. */
void netlink_socket_enlarge(struct netlink_socket *sock, int bytes);

/* From now on the kernel says why it refuses a request, and that goes to the log. */
void netlink_socket_explain(struct netlink_socket *sock);

/* Sends a request and consumes the message, whatever comes of it. -ENOMEM where message is NULL. */
int netlink_socket_request(struct netlink_socket *sock, struct nl_msg *message);

/*
 * Likewise, where the answer is not waited for: it comes among the events, in its place in their
 * order, or gets lost when the receive buffer is full. Before this returns it is in that buffer.
 */
int netlink_socket_post(struct netlink_socket *sock, struct nl_msg *message);

/* Whether the message is the answer to such a request. */
bool netlink_socket_is_posted(const struct netlink_socket *sock, const struct nlmsghdr *message);

/*
 * The next message of the batch, or NULL at its end; it stays valid until the next receive. Skips
 * and counts datagrams that are not the kernel's, and truncated ones. A truncated datagram means
 * that messages were lost, as an overrun does.
 */
const struct nlmsghdr *netlink_socket_next(struct netlink_socket *sock);

/*
 * Receives a batch. timeout_ms: UINT32_MAX waits for ever, 0 does not wait. -EAGAIN: nothing
 * there in time. -ENOBUFS: an overrun, messages were lost. -EINTR: interrupted for good.
 */
int netlink_socket_receive(struct netlink_socket *sock, uint32_t timeout_ms);

/* CLOCK_BOOTTIME in ms, as who receives from this socket is to have it. */
uint64_t netlink_socket_now_ms(const struct netlink_socket *sock);

/* Where the time decides what is done next, and nothing may have been received for long. */
void netlink_socket_look_at_clock(struct netlink_socket *sock);

/*
 * Makes every receive return -EINTR, the one that is waiting included: the kernel is asked for an
 * acknowledgement, which wakes it. Any thread.
 */
void netlink_socket_interrupt(struct netlink_socket *sock);

/* Whether this is an answer to the request sent last. */
bool netlink_socket_is_answer(const struct netlink_socket *sock, const struct nlmsghdr *message);

/* Handles one message, which is valid during the call only. 0, or a negative errno. */
typedef int (*netlink_handler)(void *context, const struct nlmsghdr *message);

/*
 * Waits for the answers to the request sent last, and gives each to on_answer. Other messages go
 * to on_other (NULL: nowhere). Ends with the acknowledgement, the end of the dump, or, for a
 * request that is neither dump nor acknowledged, the first answer.
 * 0; the kernel's error; -EINTR; -ENOBUFS: the answer was lost in an overrun; after the last
 * answer, the first negative errno of a handler. Sets sock->answers_invalid in any case.
 * on_answer may be NULL for a request that is only acknowledged.
 */
int netlink_socket_collect(struct netlink_socket *sock, netlink_handler on_answer,
                           netlink_handler on_other, void *context);

/*
 * Likewise, over a socket that has joined no groups: where there is much of a dump, it is received
 * on a thread of its own while on_answer, on the caller's, has to do with what has come.
 */
int netlink_socket_collect_ahead(struct netlink_socket *sock, netlink_handler on_answer,
                                 void *context);

/* Gives the memory of the receive buffer back to the system; what it holds is lost. */
void netlink_socket_trim(struct netlink_socket *sock);

#endif
