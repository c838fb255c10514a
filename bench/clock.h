/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Time, pauses, and what to do when a benchmark cannot go on. */
#ifndef BENCH_CLOCK_H
#define BENCH_CLOCK_H

#include <pthread.h>
#include <stdint.h>

/* CLOCK_MONOTONIC, in ns. */
uint64_t clock_now(void);

/* What a thread of this process has had of a processor, in ns. */
uint64_t clock_of_thread(pthread_t thread);

void clock_pause(uint64_t ns);

/* Prints a line with errno's meaning (error 0: without) and ends the process with status 1. */
_Noreturn void bench_die(const char *what, int error);

#endif
