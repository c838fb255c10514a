/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A recording in memory, for a replay. */
#ifndef SRC_BACKEND_NETLINK_TAPE_LOAD_H
#define SRC_BACKEND_NETLINK_TAPE_LOAD_H

#include "capture/capture.h"

enum { NO_ENTRY = UINT32_MAX, PROBLEM_TEXT = 256 };

struct loaded_entry {
    struct capture_entry entry; /* with bytes of its own */
    uint32_t next;              /* the stream's next one, or NO_ENTRY */
};

struct loaded_stream {
    uint32_t first; /* its OPEN */
    uint32_t last;
};

struct recording {
    struct loaded_entry *entries;
    size_t entry_count;
    size_t entry_capacity;
    struct loaded_stream *streams; /* by number */
    size_t stream_count;
    size_t stream_capacity;
    uint64_t system_start;      /* as times.h has it */
    uint64_t ahead_ns;          /* the entries' times, of CLOCK_BOOTTIME; modulo 2^64 */
    bool ended;                 /* it has all that was to be recorded */
    char problem[PROBLEM_TEXT]; /* why it could not be loaded, or only up to a place; empty: none */
};

/*
 * 0, also where the file has only a beginning that can be played (`problem` says why). Otherwise a
 * negative errno and `problem`.
 */
int recording_load(struct recording *recording, const char *path);

void recording_clear(struct recording *recording);

/* Whether it is an answer of just that text. */
bool entry_says(const struct capture_entry *entry, const char *text);

/* Entries are counted from 1 where people are told of them. */
static inline uint32_t entry_number(uint32_t index)
{
    return index + 1;
}

#endif
