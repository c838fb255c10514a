/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The system's clocks as rows have them. */
#ifndef SRC_BACKEND_TIMES_H
#define SRC_BACKEND_TIMES_H

#include <stdint.h>

/*
 * A moment given in 100 ns since the system's start (CLOCK_MONOTONIC) as 100 ns since 1601-01-01
 * UTC. The same moment always gives the same result within a process, whatever becomes of the
 * wall clock.
 */
uint64_t times_from_start(uint64_t since_start);

/* Has another moment as the system's start. Before any other thread asks for it. */
void times_set_system_start(uint64_t start);

/* CLOCK_BOOTTIME, in ms. */
uint64_t times_now_ms(void);

/* The same in s: the clock of routes' times of expiry. */
static inline uint32_t times_now_s(void)
{
    return (uint32_t)(times_now_ms() / 1000);
}

#endif
