/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Arrays that grow by doubling. */
#ifndef SRC_BACKEND_ARRAY_H
#define SRC_BACKEND_ARRAY_H

#include <stddef.h>
#include <stdlib.h>

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

#endif
