/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Handles: numbers that stand for objects, and for no other object ever after.
 *
 * A handle is made of a slot's index and of a serial number that is scrambled, so that a number
 * which was shifted, incremented or made up is not another object's handle. Its lowest bit is
 * set and, where pointers have 64 bits, it lies above the 32 bits that hold the system's own
 * handles: CloseHandle refuses it.
 *
 * Thread-safe; look-ups take one short lock.
 */
#ifndef SRC_HANDLES_HANDLE_TABLE_H
#define SRC_HANDLES_HANDLE_TABLE_H

#include "platform/platform.h"

typedef uintptr_t handle_value;

struct handle_slot {
    handle_value handle; /* 0: free */
    void *object;
    uint32_t next_free; /* of a free slot */
};

struct handle_table {
    platform_mutex lock; /* guards everything below */
    struct handle_slot *slots;
    uint32_t slot_count;
    uint32_t free_head;
    uint64_t serial;
    size_t count;
};

#define HANDLE_TABLE_INIT                                                                          \
    {                                                                                              \
        .lock = PLATFORM_MUTEX_INIT, .free_head = UINT32_MAX                                       \
    }

/* 0; -ENOMEM: no memory, or no handle is left. */
int handle_table_insert(struct handle_table *table, void *object, handle_value *ret_handle);

/*
 * The object of a handle, or NULL. `keep` (may be NULL) is called on it while it cannot be
 * removed, to take a reference.
 */
void *handle_table_find(struct handle_table *table, handle_value handle, void (*keep)(void *));

/* Makes a handle invalid. The object to the one caller that did it, NULL to all others. */
void *handle_table_remove(struct handle_table *table, handle_value handle);

/* Around a fork: takes the lock before, gives it back after. */
void handle_table_lock(struct handle_table *table);
void handle_table_unlock(struct handle_table *table);

/*
 * In a forked child, instead of handle_table_unlock: makes every handle invalid, calling `forget`
 * on each object. The serial goes on, so that the parent's handles stay unknown here.
 */
void handle_table_reset(struct handle_table *table, void (*forget)(void *));

#endif
