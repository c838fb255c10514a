/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table of NTE contexts. A number is a place in it, and no place is given away again: there are
 * as many as addresses have been seen, which are few.
 */
#include "api/nte.h"
#include "platform/platform.h"

#include <stddef.h>
#include <stdlib.h>

struct nte {
    uint32_t address;
    uint32_t ifindex;
};

static struct {
    platform_mutex lock;
    struct nte *entries;
    uint32_t count;
    uint32_t capacity;
} table = {.lock = PLATFORM_MUTEX_INIT};

static uint32_t find_or_add(uint32_t address, uint32_t ifindex)
{
    for (uint32_t i = 0; i < table.count; i++)
        if (table.entries[i].address == address && table.entries[i].ifindex == ifindex)
            return i + 1;
    if (table.count == table.capacity) {
        uint32_t capacity = table.capacity ? 2 * table.capacity : 16;
        struct nte *grown = realloc(table.entries, capacity * sizeof(*grown));

        if (!grown)
            return 0;
        table.entries = grown;
        table.capacity = capacity;
    }
    table.entries[table.count++] = (struct nte){.address = address, .ifindex = ifindex};
    return table.count;
}

uint32_t nte_context_of(uint32_t address, uint32_t ifindex)
{
    platform_mutex_lock(&table.lock);
    uint32_t context = find_or_add(address, ifindex);
    platform_mutex_unlock(&table.lock);
    return context;
}

bool nte_find(uint32_t context, uint32_t *ret_address, uint32_t *ret_ifindex)
{
    platform_mutex_lock(&table.lock);
    bool found = context > 0 && context <= table.count;
    if (found) {
        *ret_address = table.entries[context - 1].address;
        *ret_ifindex = table.entries[context - 1].ifindex;
    }
    platform_mutex_unlock(&table.lock);
    return found;
}
