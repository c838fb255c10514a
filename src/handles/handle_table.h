/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Handles: numbers that stand for objects.
 *
 * A handle is a running number, scrambled one to one onto all bits of a pointer but the lowest,
 * which is set. So a value comes back only when all others have been used up:
 *  - with 64 bits never, in the life of a process;
 *  - with 32 bits after about a billion others, and never while it stands for something.
 *
 * What a program makes of a handle by mistake is not another object's: a value with one bit
 * changed, or up to HANDLE_STEPS more or less, is no handle at that time. A value that was shifted
 * or made up is one by accident only: one in 2^63 for each handle that there is, with 32 bits one
 * in 2^31.
 *
 * CloseHandle refuses a handle: it lies above where the system's own are (above 32 bits, or with
 * 32 bits above the 2^24 handles that a process can have, which are multiples of 4), and below the
 * few values of the system's pseudo handles at the end.
 *
 * Tables of one process count from different numbers, each in a quarter of its own: a handle of one
 * is none in another for as long as no quarter is used up.
 *
 * Thread-safe; look-ups take one short lock.
 */
#ifndef SRC_HANDLES_HANDLE_TABLE_H
#define SRC_HANDLES_HANDLE_TABLE_H

#include "platform/platform.h"

typedef uintptr_t handle_value;

enum { HANDLE_STEPS = 64 };

struct handle_slot {
    handle_value handle; /* 0: free */
    void *object;
};

/* How wide handles are, and what follows from that. */
struct handle_width {
    unsigned int bits;
    unsigned int half;  /* of the bits of a number */
    uint64_t numbers;   /* all bits of a number */
    uint64_t first;     /* the system has no handle from here on … */
    uint64_t end;       /* … but its pseudo handles, from here on */
    uint64_t max_slots; /* a power of two, twice as many as handles at a time */
};

extern const struct handle_width handle_width_64;
extern const struct handle_width handle_width_32;

struct handle_table {
    platform_mutex lock; /* guards everything below */
    const struct handle_width *width;
    struct handle_slot *slots;
    uint32_t slot_count;  /* a power of two, twice count at least */
    unsigned int quarter; /* of the numbers, from which it counts: 0 or 1 of each library */
    uint64_t number;      /* of the handle that was made last; 0: there was none */
    size_t count;
    struct handle_slot *forgotten; /* the parent's slots, in a forked child */
};

/* As wide as pointers are; a test may choose less. */
#define HANDLE_TABLE_INIT(of_quarter)                                                              \
    {                                                                                              \
        .lock = PLATFORM_MUTEX_INIT, .quarter = (of_quarter),                                      \
        .width = sizeof(handle_value) == 8 ? &handle_width_64 : &handle_width_32                   \
    }

/*
 * 0; -ENOMEM: no memory, or too many handles at a time (a million; with 32 bits 8,192). The object
 * stays the caller's.
 */
int handle_table_insert(struct handle_table *table, void *object, handle_value *ret_handle);

/*
 * The object of a handle, or NULL. `keep` (may be NULL) is called on it while it cannot be
 * removed, to take a reference.
 */
void *handle_table_find(struct handle_table *table, handle_value handle, void (*keep)(void *));

/*
 * Likewise that of the handle that is next by its value; 0: the first. What is there all the while
 * is found once by going on from handle to handle, whatever comes and goes meanwhile.
 */
void *handle_table_next(struct handle_table *table, handle_value handle, void (*keep)(void *));

/* Makes a handle invalid. The object to the one caller that did it, NULL to all others. */
void *handle_table_remove(struct handle_table *table, handle_value handle);

/*
 * In a forked child: makes every handle invalid. The numbers go on, so that the parent's handles
 * stay unknown here. Another thread may have been in the midst of a change, with the lock; so
 * neither the lock nor the slots are relied on.
 */
void handle_table_forget(struct handle_table *table);

#endif
