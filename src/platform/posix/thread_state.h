/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where another thread of the process sleeps, as /proc has it, and memory that may be gone. For
 * wait.c and wait_signature.c. All of it takes no lock and allocates nothing.
 */
#ifndef SRC_PLATFORM_POSIX_THREAD_STATE_H
#define SRC_PLATFORM_POSIX_THREAD_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { THREAD_STATE_ARGUMENTS = 6 };

struct thread_state {
    long number; /* of the system call */
    uintptr_t arguments[THREAD_STATE_ARGUMENTS];
    uintptr_t stack; /* the stack's pointer in the program */
    uintptr_t code;  /* the instruction at which it goes on there */
    uint64_t sleeps; /* switches away from it up to now */
};

/* False: it does not sleep in a system call, there is none, or it cannot be found out. */
bool thread_state_read(uint64_t thread, struct thread_state *ret);

/* True: it has slept in one system call from the one reading to the other. */
bool thread_state_same(const struct thread_state *a, const struct thread_state *b);

/* Whether any of this can be found out here. */
bool thread_state_is_available(void);

/* As many bytes as can be read, without a fault where there are none. */
size_t thread_memory_read(uintptr_t from, void *ret, size_t size);

#endif
