/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Windows programs in Wine. What fails here ends the process. */
#ifndef BENCH_WINE_H
#define BENCH_WINE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The folder with the programs and the DLL, from the environment: IPHLPAPI_BENCH_STAGE. */
const char *wine_stage(void);

/* A server that stays, in the namespace that the process is in, and its end. */
void wine_begin(void);
void wine_finish(void);

struct wine_program {
    pid_t process;
    int input;  /* its standard input, to be written; -1: closed */
    int output; /* its standard output, to be read */
};

/* A program of the stage. with_dll: it gets our DLL, else Wine's own. arguments end with NULL. */
void wine_start(struct wine_program *ret_program, bool with_dll, const char *name,
                const char *const *arguments);
void wine_close_input(struct wine_program *program);

/* Waits for its end, which has to be a good one. */
void wine_end(struct wine_program *program);

/* What the processor's counter says, as clock_now(), and as ns. */
uint64_t wine_time(uint64_t ticks);
double wine_ns(uint64_t ticks);

#endif
