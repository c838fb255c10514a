/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The writer of linked lists in a program's buffer. Called by the exports; it knows no row. */
#include "api/arena.h"

#include <string.h>

/* Where the next structure goes. NULL: the arena measures. */
static uint8_t *reserve(struct arena *arena, size_t size)
{
    uint8_t *place = arena->memory ? arena->memory + arena->used : NULL;

    arena->used += ((uint64_t)size + ARENA_ALIGNMENT - 1) & ~(uint64_t)(ARENA_ALIGNMENT - 1);
    return place;
}

void *arena_take(struct arena *arena, size_t size)
{
    uint8_t *place = reserve(arena, size);

    return memset(place ? place : arena->scratch, 0, size);
}

void *arena_copy(struct arena *arena, const void *from, size_t size)
{
    uint8_t *place = reserve(arena, size);

    return place ? memcpy(place, from, size) : NULL;
}

DWORD arena_give(arena_writer write, const void *from, void *buffer, ULONG *size)
{
    struct arena arena = {.memory = NULL};

    write(&arena, from);
    if (arena.used > UINT32_MAX)
        return ERROR_NOT_ENOUGH_MEMORY;
    if (!buffer || *size < arena.used) {
        *size = (ULONG)arena.used;
        return ERROR_BUFFER_OVERFLOW;
    }
    arena = (struct arena){.memory = buffer};
    write(&arena, from);
    return NO_ERROR;
}
