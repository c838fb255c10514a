/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Arrays that grow by doubling, and such arrays as sorted maps. Anything of the backend uses them.
 */
#ifndef SRC_BACKEND_ARRAY_H
#define SRC_BACKEND_ARRAY_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/*
 * Makes room for one item more than count; the first room is for so many. Returns the array, which
 * may have moved, or NULL for want of memory: then it is where and as it was.
 */
static inline void *array_make_room(void *items, size_t count, size_t *capacity, size_t item_size,
                                    size_t first)
{
    if (count < *capacity)
        return items;

    size_t more = *capacity ? *capacity * 2 : first;
    void *grown = reallocarray(items, more, item_size);
    if (grown)
        *capacity = more;
    return grown;
}

/*
 * Maps by number: arrays of items whose first member is a uint32_t, by which they are sorted and
 * which occurs once. This is the index at which the item with that key is, or would be.
 */
static inline size_t array_position_of(const void *items, size_t count, size_t item_size,
                                       uint32_t key)
{
    size_t low = 0;
    size_t high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        uint32_t other;

        memcpy(&other, (const uint8_t *)items + middle * item_size, sizeof(other));
        if (other < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The item with that key; NULL: there is none. */
static inline void *array_find(void *items, size_t count, size_t item_size, uint32_t key)
{
    size_t i = array_position_of(items, count, item_size, key);
    uint32_t other;

    if (i == count)
        return NULL;
    uint8_t *item = (uint8_t *)items + i * item_size;
    memcpy(&other, item, sizeof(other));
    return other == key ? item : NULL;
}

/* Opens a gap for an item at an index. There is room for one more than count. */
static inline void array_open_gap(void *items, size_t count, size_t item_size, size_t i)
{
    uint8_t *gap = (uint8_t *)items + i * item_size;

    memmove(gap + item_size, gap, (count - i) * item_size);
}

/* Closes the gap that an item leaves; count is that with it. */
static inline void array_close_gap(void *items, size_t count, size_t item_size, const void *item)
{
    size_t i = (size_t)((const uint8_t *)item - (const uint8_t *)items) / item_size;
    uint8_t *gap = (uint8_t *)items + i * item_size;

    memmove(gap, gap + item_size, (count - 1 - i) * item_size);
}

#endif
