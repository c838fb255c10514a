/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Files of what went over netlink sockets: pcapng of link type NETLINK, which Wireshark opens. This
 * writes and reads them, and knows nothing of what is in a message.
 *
 * Each entry is one packet. What no packet has (which socket it was, what happened there) is in its
 * comment, as text.
 */
#ifndef SRC_CAPTURE_CAPTURE_H
#define SRC_CAPTURE_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum capture_event {
    CAPTURE_OPEN,    /* a socket: protocol, groups, its port as the sender's */
    CAPTURE_REQUEST, /* data went to the kernel */
    CAPTURE_RECEIVE, /* data came from the sender's port; 0: the kernel */
    CAPTURE_ERROR,   /* a call failed with the errno; data says which, where it is not a receive */
    CAPTURE_CLOSE,
    CAPTURE_ANSWER, /* data is text: what else was asked of the host */
    CAPTURE_EVENTS
};

struct capture_entry {
    uint64_t time_ns; /* since 1970 */
    uint32_t stream;  /* which socket, by the order of opening; not of the file's own answers */
    enum capture_event event;
    uint32_t protocol;    /* of an opening: NETLINK_… */
    uint64_t groups;      /* of an opening: the bit of each; group 1 is bit 0 */
    uint32_t sender_port; /* of an opening and of what was received */
    int error;            /* a positive errno */
    const void *data;
    size_t size;
};

/* No entry has more bytes. */
enum { CAPTURE_DATA_MAX = 1 << 20 };

struct capture_writer;

/*
 * Makes the file, or empties it; readable by its owner only. 0; -EBUSY: another writer has it;
 * another negative errno.
 */
int capture_writer_new(const char *path, struct capture_writer **ret);

/* 0; a negative errno: the file is not complete, and nothing more can be written. */
int capture_write(struct capture_writer *writer, const struct capture_entry *entry);

/* Writes what is left, and frees the writer. NULL is fine. 0; as above. */
int capture_writer_end(struct capture_writer *writer);

struct capture_reader;

int capture_reader_open(const char *path, struct capture_reader **ret);

/*
 * 1, and the next entry, whose data is valid until the next read; 0 at the end. -ENODATA: the file
 * ends within an entry; -EBADMSG: it is none of these files; another errno of reading it. Then
 * capture_reader_problem says more.
 */
int capture_read(struct capture_reader *reader, struct capture_entry *ret);

/* A line; NULL: there is none. Valid as long as the reader. */
const char *capture_reader_problem(const struct capture_reader *reader);

/* NULL is fine. */
void capture_reader_close(struct capture_reader *reader);

#endif
