/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The soak program: it registers, cancels, is called and calls for hours, while soak.py changes the
 * network. soak.c has the threads and the commands; this is what its parts have of each other.
 */
#ifndef TESTS_SOAK_SOAK_H
#define TESTS_SOAK_SOAK_H

#include "host.h"
#include "platform.h"
#include "row_kinds.h"

#include <stdatomic.h>

/* What is counted and told to soak.py. */
#define SOAK_COUNTERS(X)                                                                           \
    X(registrations)                                                                               \
    X(cancels)                                                                                     \
    X(notifications)                                                                               \
    X(calls)                                                                                       \
    X(forks)                                                                                       \
    X(overruns)                                                                                    \
    X(resyncs)                                                                                     \
    X(faults)

#define SOAK_COUNTER(name) extern atomic_ullong soak_##name;
SOAK_COUNTERS(SOAK_COUNTER)
#undef SOAK_COUNTER

/* Says what must never be, and counts it. Any thread. */
void soak_fault(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The next number of a sequence (xorshift64*). */
uint64_t soak_random(uint64_t *random);

/* A thread's own sequence, of the run's seed. */
uint64_t soak_seed(unsigned thread);

/*
 * Threads ask this between any two things that they do. While the program rests it waits, having
 * called let_go (may be NULL). False: the program ends.
 */
bool soak_goes_on(void (*let_go)(void));

/*
 * exact.c: registrations that live all the while, and are told each change; what they were told,
 * played over the table, is the table.
 */
void exact_begin(void);
void exact_check(void); /* waits until it is so; nothing changes meanwhile */
void exact_end(void);

/* temporary.c: a thread that registers and cancels, and whose callbacks do so, too. */
void temporary_begin(void);
void temporary_run(void *thread_number);

/* calls.c: a thread that calls all that reads. */
void calls_run(void *thread_number);
int calls_in_child(void); /* a few, in a forked child: 0 if they did as they should */

/* slow.c: a registration whose callback waits for as long as it is held. */
void slow_begin(void);
void slow_hold(void);
void slow_release(void);
void slow_end(void);

/* canary.c: a thread that makes a change and measures how long it takes until it is told. */
struct canary_result {
    uint64_t median_us;
    uint64_t p99_us; /* 99 of 100 are as fast */
};
void canary_begin(NET_IFINDEX interface_of_routes,
                  unsigned network); /* routes of 198.18.NETWORK.0 */
void canary_run(void *unused);
struct canary_result canary_result(void); /* since the last time */
void canary_end(void);

#endif
