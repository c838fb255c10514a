/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of this folder share. */
#ifndef SRC_BACKEND_NETLINK_TAPE_STREAM_H
#define SRC_BACKEND_NETLINK_TAPE_STREAM_H

#include "backend/netlink/tape/tape.h"

/* The first member of record.c's stream and of play.c's. */
struct tape_stream {
    bool plays;
    uint64_t now_ms; /* of its last entry */
};

/*
 * What ANSWER entries say, as text. The first entry of a file is the head: when the system started
 * (100 ns since 1601), and how far the file's times are ahead of CLOCK_BOOTTIME (ns, modulo 2^64).
 * The last one of a file that was ended is TAPE_END.
 */
#define TAPE_NAME "iphlpapi "
#define TAPE_HEAD TAPE_NAME "1 start %" PRIu64 " ahead %" PRIu64
#define TAPE_HEAD_READ TAPE_NAME "1 start %" SCNu64 " ahead %" SCNu64
#define TAPE_TICK "clock"
#define TAPE_WIRELESS "wireless %" PRIu32 " %d"
#define TAPE_END "end"

enum { TAPE_TEXT = 96 };

/* Groups above this one are not told apart. */
enum { TAPE_GROUPS = 64 };

/* The bit of each group. */
uint64_t tape_mask(const int *groups);

/* Begins a recording. 0; a negative errno. */
int record_begin(const char *path);

/* Ends it. 0; the negative errno by which it is not complete. */
int record_end(void);

/* tape_tick and tape_close of either. */
void tape_record_tick(struct tape_stream *stream);
void tape_play_tick(struct tape_stream *stream);
void tape_record_close(struct tape_stream *stream);
void tape_play_close(struct tape_stream *stream);

/*
 * Loads a recording and looks at all of it. by_tool: no watch that waits gets anything before
 * play_start, and tables that were read are left to the last. 0; a negative errno, and
 * play_problem.
 */
int play_begin(const char *path, bool by_tool);

/* From now on; `ended` is called once: at the end, by the thread of a watch that finds it. */
void play_start(void (*ended)(void));

/* Why the replay is over before its end: NULL, or a line. Lasts. */
const char *play_problem(void);

/* The time of what was given last: ns since 1970. */
uint64_t play_time(void);

/* In a forked child. */
void record_forget(void);
void play_forget(void);

#endif
