/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Files of what went over netlink sockets: pcapng of link type NETLINK, which Wireshark opens. This
 * writes and reads them, and knows nothing of what is in a message but that it begins with its
 * length.
 *
 * Each entry is one packet. What no packet has (which socket it was, what happened there) is in its
 * comment, as text. Its number, from 1, is in another option: so an entry that is left out is
 * missed.
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

/* Who recorded: plain text; empty: nobody says so. */
enum { CAPTURE_ORIGIN_MAX = 96 };

struct capture_origin {
    char system[CAPTURE_ORIGIN_MAX];  /* the kernel and its release */
    char program[CAPTURE_ORIGIN_MAX]; /* what wrote the file, and its version */
};

struct capture_writer;

/*
 * Makes the file, or empties it; readable by its owner only, where the file system knows owners. 0;
 * -EBUSY: another writer has it; another negative errno.
 */
int capture_writer_new(const char *path, struct capture_writer **ret);

/* Its descriptor, which a forked child may close: while it is open, the file has its writer. */
int capture_writer_descriptor(const struct capture_writer *writer);

/* Has the file say so. Before the first entry. */
void capture_writer_set_origin(struct capture_writer *writer, const struct capture_origin *origin);

/* 0; a negative errno: the file is not complete, and nothing more can be written. */
int capture_write(struct capture_writer *writer, const struct capture_entry *entry);

/* Writes what is left, and frees the writer. NULL is fine. 0; as above. */
int capture_writer_end(struct capture_writer *writer);

struct capture_reader;

int capture_reader_open(const char *path, struct capture_reader **ret);

/*
 * 1, and the next entry, whose data is valid until the next read; 0 at the end. -ENODATA: the file
 * ends within a block; -EBADMSG: it is none of these files, or lacks something that the writer had
 * put in; another errno of reading it. Then capture_reader_problem says more.
 */
int capture_read(struct capture_reader *reader, struct capture_entry *ret);

/* What the file has said so far, as it has it: any plain text. Valid as long as the reader. */
const struct capture_origin *capture_reader_origin(const struct capture_reader *reader);

/* A line; NULL: there is none. Valid as long as the reader. */
const char *capture_reader_problem(const struct capture_reader *reader);

/* NULL is fine. */
void capture_reader_close(struct capture_reader *reader);

#endif
