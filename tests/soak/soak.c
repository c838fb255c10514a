/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The soak program, for the host and for Windows: soak INTERFACE_INDEX NETWORK SEED. It does what a
 * line of standard input says, and answers with a line:
 *
 *     go        its threads begin, or go on
 *     hold      the slow callback waits …
 *     release   … no more
 *     rest      its threads wait; only what lives all the while is registered. The answer, which
 *               comes when what was told is what there is, is what it has counted
 *
 * At the line "end" it ends, with 0 if there was no fault.
 */
#include "soak.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SOAK_COUNTER(name) atomic_ullong soak_##name;
SOAK_COUNTERS(SOAK_COUNTER)
#undef SOAK_COUNTER

enum { TEMPORARY_THREADS = 4, CALLING_THREADS = 2, FORK_EVERY_MS = 500, FAULTS_SHOWN = 20 };

static enum { RESTING, GOING, ENDING } state;
static unsigned active;                  /* threads that do not wait */
static struct platform_monitor *monitor; /* guards them */
static uint64_t run_seed;

void soak_fault(const char *format, ...)
{
    char line[256];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    if (atomic_fetch_add(&soak_faults, 1) < FAULTS_SHOWN) {
        (void)fprintf(stderr, "soak: %s\n", line);
        (void)fflush(stderr);
    }
}

uint64_t soak_random(uint64_t *random)
{
    *random ^= *random >> 12;
    *random ^= *random << 25;
    *random ^= *random >> 27;
    return *random * 0x2545f4914f6cdd1dU >> 16;
}

uint64_t soak_seed(unsigned thread)
{
    uint64_t seed = (run_seed + thread) * 0x9e3779b97f4a7c15U;

    return seed ? seed : 1;
}

bool soak_goes_on(void (*let_go)(void))
{
    platform_monitor_lock(monitor);
    bool waits = state != GOING;
    platform_monitor_unlock(monitor);
    if (waits && let_go)
        let_go();
    platform_monitor_lock(monitor);
    if (state == RESTING && waits) {
        active--;
        platform_monitor_announce(monitor);
        while (state == RESTING)
            (void)platform_monitor_wait(monitor, UINT64_MAX);
        active++;
    }
    bool goes_on = state != ENDING;
    platform_monitor_unlock(monitor);
    return goes_on;
}

static void set_state(int to)
{
    platform_monitor_lock(monitor);
    state = to;
    platform_monitor_announce(monitor);
    while (state == RESTING && active > 0)
        (void)platform_monitor_wait(monitor, UINT64_MAX);
    platform_monitor_unlock(monitor);
}

/* Forks among busy threads, where the host has that. */
static void fork_run(void *unused)
{
    (void)unused;
    while (soak_goes_on(NULL)) {
        int status = host_in_child(calls_in_child);

        if (status > 0)
            soak_fault("a forked child: %d", status);
        if (status >= 0)
            atomic_fetch_add(&soak_forks, 1);
        host_pass_ms(FORK_EVERY_MS);
    }
}

static const struct {
    void (*run)(void *number);
    unsigned count;
} kinds_of_threads[] = {
    {temporary_run, TEMPORARY_THREADS},
    {calls_run, CALLING_THREADS},
    {fork_run, 1},
    {canary_run, 1},
};

enum { MOST_THREADS = TEMPORARY_THREADS + CALLING_THREADS + 2 };

static struct platform_thread *threads[MOST_THREADS];

static void start_threads(void)
{
    uintptr_t number = 0;

    for (size_t i = 0; i < ARRAY_SIZE(kinds_of_threads); i++) {
        for (unsigned j = 0; j < kinds_of_threads[i].count; j++) {
            platform_monitor_lock(monitor);
            active++;
            platform_monitor_unlock(monitor);
            threads[number] = platform_thread_start(kinds_of_threads[i].run, (void *)(number + 1));
            number++;
        }
    }
}

/* Of the registrations that live all the while. */
static void count_watches(void)
{
    IPHLPAPI_WATCH_STATISTICS statistics = {.Size = sizeof(statistics)};
    unsigned long long overruns = 0;
    unsigned long long resyncs = 0;
    HANDLE handle = NULL;

    while (IphlpapiGetNextWatchStatistics(handle, &statistics) == NO_ERROR) {
        handle = statistics.NotificationHandle;
        overruns += statistics.Overruns;
        resyncs += statistics.ValidDumps;
    }
    atomic_store(&soak_overruns, overruns);
    atomic_store(&soak_resyncs, resyncs);
}

static void report(void)
{
    const struct canary_result canary = canary_result();

    count_watches();
    (void)printf("resting");
#define SOAK_COUNTER(name) (void)printf(" " #name "=%llu", atomic_load(&soak_##name));
    SOAK_COUNTERS(SOAK_COUNTER)
#undef SOAK_COUNTER
    (void)printf(" median_us=%" PRIu64 " p99_us=%" PRIu64 " heap_kib=%zu\n", canary.median_us,
                 canary.p99_us, host_heap_kib());
}

static void rest(void)
{
    slow_release();
    set_state(RESTING);
    exact_check();
    report();
}

static bool obey(const char *line)
{
    if (strcmp(line, "go") == 0)
        set_state(GOING);
    else if (strcmp(line, "hold") == 0)
        slow_hold();
    else if (strcmp(line, "release") == 0)
        slow_release();
    else if (strcmp(line, "rest") == 0)
        rest();
    else
        return false;
    if (strcmp(line, "rest") != 0)
        (void)printf("%s\n", line);
    (void)fflush(stdout);
    return true;
}

int main(int argc, char **argv)
{
    char line[64];

    if (argc != 4)
        return 2;
    run_seed = strtoull(argv[3], NULL, 10);
    api_look_up();
    monitor = platform_monitor_new();
    temporary_begin();
    exact_begin();
    slow_begin();
    canary_begin((NET_IFINDEX)strtoul(argv[1], NULL, 10), (unsigned)strtoul(argv[2], NULL, 10));
    start_threads();
    bool going_on = true;
    while (going_on && fgets(line, sizeof(line), stdin)) {
        line[strcspn(line, "\r\n")] = '\0';
        going_on = obey(line);
    }
    set_state(ENDING);
    for (size_t i = 0; i < MOST_THREADS; i++)
        platform_thread_join(threads[i]);
    canary_end();
    slow_end();
    exact_end();
    return atomic_load(&soak_faults) > 0;
}
