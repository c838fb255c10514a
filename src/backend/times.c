/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Clocks, for the backends. */
#include "backend/times.h"

#include <pthread.h>
#include <time.h>

/* From 1601-01-01 to 1970-01-01, in 100 ns. */
static const uint64_t UNIX_EPOCH = 116444736000000000U;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static uint64_t system_start;

static uint64_t ticks(clockid_t clock)
{
    struct timespec now = {0};

    (void)clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 10000000 + (uint64_t)now.tv_nsec / 100;
}

static void note_system_start(void)
{
    system_start = UNIX_EPOCH + ticks(CLOCK_REALTIME) - ticks(CLOCK_MONOTONIC);
}

uint64_t times_from_start(uint64_t since_start)
{
    (void)pthread_once(&once, note_system_start);
    return system_start + since_start;
}

void times_set_system_start(uint64_t start)
{
    (void)pthread_once(&once, note_system_start);
    system_start = start;
}

uint64_t times_now_ms(void)
{
    return ticks(CLOCK_BOOTTIME) / 10000;
}
