/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the soak program needs of its host beyond the conformance tests' platform. */
#ifndef TESTS_SOAK_HOST_H
#define TESTS_SOAK_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Nanoseconds of a clock that is never set. */
uint64_t host_now_ns(void);

/* Lets so much time go by, on the calling thread. */
void host_pass_ms(unsigned milliseconds);

/* What the program has of its heap, in KiB; 0 where the system does not tell. */
size_t host_heap_kib(void);

/*
 * Calls a function in a forked child, and ends that with what it returned. 0 to 255; -1: this host
 * has no fork.
 */
int host_in_child(int (*call)(void));

#endif
