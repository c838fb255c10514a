/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A recording of what the kernel says to the watches of a process, and its replay in the kernel's
 * place. socket/ calls this where its sockets open, send, receive and close; nothing below here
 * knows a message's meaning but that of a link, whose name a replay is asked for.
 *
 * Recorded are the sockets that have joined multicast groups: a watch's. Each is a stream of
 * entries. What a watch does follows from its stream alone: from what it receives, when it receives
 * nothing, what else it asks the host, and the clock. So all of that is in the stream, and while
 * one is recorded or played its clock stands at the time of its last entry.
 *
 * A replay gives each stream its entries one by one. A watch that waits gets its next one when all
 * others wait, and when it is the first in the file of those that they wait for. So the order of
 * all notifications is the file's. Of other questions it answers those about one link, by what the
 * watches have heard so far.
 *
 * record.c and play.c have a lock each, inside which no other is taken.
 */
#ifndef SRC_BACKEND_NETLINK_TAPE_TAPE_H
#define SRC_BACKEND_NETLINK_TAPE_TAPE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tape_mode {
    TAPE_OFF,
    TAPE_RECORDS,
    TAPE_PLAYS,
};

/* A socket's place in the recording. */
struct tape_stream;

struct tape_datagram {
    void *bytes;
    size_t size;
    uint32_t sender; /* its port; 0: the kernel */
    bool cut;        /* it was longer than there was room for, and has no bytes here */
};

/* No receive gives more datagrams. */
enum { TAPE_BATCH = 8 };

/*
 * Begins with the first socket what the environment asks for: IPHLPAPI_RECORD or IPHLPAPI_REPLAY
 * has the name of a file. After that, what there is.
 */
enum tape_mode tape_mode(void);

/*
 * Of a socket of a netlink family with groups (RTNLGRP_…, 0-terminated; NULL: none). *ret is NULL
 * where nothing is recorded of it.
 */
int tape_record_open(int family, const int *groups, uint32_t port, struct tape_stream **ret);

/*
 * Likewise in the kernel's place. *ret_fd becomes readable when there may be something, and is the
 * caller's to close; -1 where there is no reason to wait for it.
 * -ENODATA: the recording has no such stream, or none any more.
 */
int tape_play_open(int family, const int *groups, struct tape_stream **ret, int *ret_fd,
                   uint32_t *ret_port);

bool tape_plays(const struct tape_stream *stream);

/* NULL is fine. */
void tape_close(struct tape_stream *stream);

/* ---- Of a stream that is recorded ---- */

/* Before a request is sent; and when the kernel did not take it. */
void tape_record_request(struct tape_stream *stream, const void *bytes, size_t size);
void tape_record_refusal(struct tape_stream *stream, int error);

/* What one receive gave: datagrams, at most TAPE_BATCH; or a positive errno. */
void tape_record_batch(struct tape_stream *stream, const struct tape_datagram *datagrams,
                       size_t count);
void tape_record_error(struct tape_stream *stream, int error);

/* ---- Of one that is played ---- */

/*
 * -EINTR: the replay is over, or the recording has something else here. Otherwise what the kernel
 * said to it.
 */
int tape_play_request(struct tape_stream *stream, const void *bytes, size_t size);

/* How a receive waits. */
enum tape_wait {
    TAPE_WAITS_NOT,  /* gives what was recorded at this place, be it that there was nothing */
    TAPE_WAITS,      /* for its turn */
    TAPE_WOULD_WAIT, /* -EINPROGRESS where that would wait, and the descriptor tells when not */
};

/*
 * The next datagrams, those of one receive, as many as there is memory for: each of the items has
 * `size` bytes of it. The number; or the error that was recorded, -EAGAIN included. -EINTR as
 * above, and once *interrupted is set.
 */
int tape_play_receive(struct tape_stream *stream, enum tape_wait wait,
                      const atomic_bool *interrupted, struct tape_datagram *datagrams,
                      size_t count);

/* After *interrupted was set. Any thread. */
void tape_play_wake(void);

/* ---- Of either ---- */

/* The stream's clock: CLOCK_BOOTTIME in ms. */
uint64_t tape_now_ms(const struct tape_stream *stream);

/* Sets it to the time. A replay does so where the recording did. */
void tape_tick(struct tape_stream *stream);

/*
 * What a watch has asked the host beside its socket: whether a link is wireless. Records the
 * answer, or replaces it by the recorded one.
 */
void tape_record_wireless(struct tape_stream *stream, uint32_t ifindex, bool wireless);
bool tape_play_wireless(struct tape_stream *stream, uint32_t ifindex);

#endif
