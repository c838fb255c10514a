/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static uint64_t read_clock(clockid_t clock)
{
    struct timespec time;

    if (clock_gettime(clock, &time) < 0)
        return 0;
    return (uint64_t)time.tv_sec * 1000000000U + (uint64_t)time.tv_nsec;
}

uint64_t clock_now(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

uint64_t clock_of_thread(pthread_t thread)
{
    clockid_t clock;

    return pthread_getcpuclockid(thread, &clock) == 0 ? read_clock(clock) : 0;
}

void clock_pause(uint64_t ns)
{
    const struct timespec time = {
        .tv_sec = (time_t)(ns / 1000000000U),
        .tv_nsec = (long)(ns % 1000000000U),
    };

    (void)nanosleep(&time, NULL);
}

void bench_die(const char *what, int error)
{
    if (error != 0)
        (void)fprintf(stderr, "iphlpapi-bench: %s: %s\n", what, strerrordesc_np(error));
    else
        (void)fprintf(stderr, "iphlpapi-bench: %s\n", what);
    /* Other threads may be at work, and what exit() would run is not theirs to lose. */
    _exit(1);
}
