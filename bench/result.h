/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was measured: samples in pairs with their floor, and the figures that follow. */
#ifndef BENCH_RESULT_H
#define BENCH_RESULT_H

#include <stddef.h>
#include <stdio.h>

/* Samples in the order in which they came. Zeroed is empty. */
struct samples {
    double *values;
    size_t count, capacity;
    size_t round_start; /* the first of the round under way */
};

void samples_add(struct samples *samples, double value);

/*
 * The samples of the library and those of its floor, taken in turns. Ratios are those of each
 * round, so that what disturbs a machine for a while disturbs both sides of it.
 */
struct pair {
    struct samples value, floor;
    struct samples ratios, p99_ratios; /* one for each round */
};

/* Ends a round of both sides. */
void pair_end_round(struct pair *pair);

/* A figure; what was not measured is NAN. A figure without a floor has no ratio either. */
struct result {
    char bench[24];
    char parameter[64];
    char metric[64];
    char unit[16];
    char floor[64]; /* what the floor is; "": none */
    double value_median, value_p99;
    double floor_median, floor_p99;
    double ratio_median; /* the median of the rounds' ratios */
    double ratio_least;  /* … the lowest … */
    double ratio_most;   /* … and the highest of them */
    double ratio_p99;    /* the median of those of the rounds' 99th percentiles */
    unsigned int rounds;
};

/*
 * Makes a figure of a pair, hands it on (see results_to) and empties the pair. The floor may have
 * no samples.
 */
void result_of(const char *bench, const char *parameter, const char *metric, const char *unit,
               const char *floor, struct pair *pair);

/* Where this process's results go: a pipe that another one reads with results_read. */
void results_to(int fd);

struct results {
    struct result *results;
    size_t count;
};

/* Appends what comes until the other end closes. */
void results_read(struct results *results, int fd);

void results_print(const struct results *results, FILE *file);
void results_print_json(const struct results *results, FILE *file);

#endif
