/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Linked lists inside one buffer of the program's, which says how many bytes it has. One writer
 * makes them, and is run twice over the same rows: first to measure, then, if there is room, to
 * fill. So a buffer that is too small is not touched.
 */
#ifndef SRC_API_ARENA_H
#define SRC_API_ARENA_H

#include "api/windows.h"

#include <stddef.h>
#include <stdint.h>

/* No structure that a writer takes is larger. */
enum { ARENA_STRUCT_MAX = 1024, ARENA_ALIGNMENT = 8 };

struct arena {
    uint8_t *memory; /* NULL: it measures */
    uint64_t used;
    _Alignas(ARENA_ALIGNMENT) uint8_t scratch[ARENA_STRUCT_MAX];
};

/*
 * A structure of `size` bytes, zeroed. While the arena measures, all structures have one place: a
 * writer may write to them, and must not read what it has written.
 */
void *arena_take(struct arena *arena, size_t size);

/* A copy of `size` bytes. While the arena measures, it is NULL. */
void *arena_copy(struct arena *arena, const void *from, size_t size);

/* Makes all there is, in the same way each time; what it makes first lies at the buffer's begin. */
typedef void (*arena_writer)(struct arena *arena, const void *from);

/*
 * A whole function of this shape. ERROR_BUFFER_OVERFLOW: the buffer is too small, or NULL; *size is
 * then what is needed. A size that suffices stays as it is.
 */
DWORD arena_give(arena_writer write, const void *from, void *buffer, ULONG *size);

#endif
