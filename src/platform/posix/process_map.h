/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The process' memory, as the kernel has it in /proc. For wait.c and wait_signature.c. */
#ifndef SRC_PLATFORM_POSIX_PROCESS_MAP_H
#define SRC_PLATFORM_POSIX_PROCESS_MAP_H

#include <stdbool.h>
#include <stdint.h>

struct process_map {
    uintptr_t begin;
    uintptr_t end;
    bool is_shared; /* other processes may have the same memory */
};

/* The mapping an address is in. Takes no lock. False: there is none, or it cannot be found out. */
bool process_map_find(uintptr_t address, struct process_map *ret);

#endif
