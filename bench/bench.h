/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The benchmarks. Each runs in a process and a network namespace of its own. */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct options {
    bool quick;          /* small sizes: shows that it works, measures little */
    unsigned int rounds; /* of each side of a pair */
};

void bench_latency(const struct options *options);
void bench_storm(const struct options *options);
void bench_table(const struct options *options);
void bench_row(const struct options *options);
void bench_echo(const struct options *options);
void bench_register(const struct options *options);
void bench_memory(const struct options *options);
void bench_compare(const struct options *options);
void bench_idle(const struct options *options);
void bench_wine(const struct options *options);

/* A part of the latter. */
void bench_latency_in_wine(const struct options *options);

/* Says on standard error what is going on. */
void progress(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
