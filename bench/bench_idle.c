/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How often registrations run while nothing happens: their threads' context switches. */
#include "bench.h"
#include "clock.h"
#include "kernel.h"
#include "receiver.h"
#include "result.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void ignore(void *context, enum change change, uint32_t key)
{
    (void)context;
    (void)change;
    (void)key;
}

static uint64_t switches_of(const char *thread)
{
    char path[300];
    char line[128];
    uint64_t switches = 0;

    (void)snprintf(path, sizeof(path), "/proc/self/task/%s/status", thread);
    FILE *file = fopen(path, "re");
    if (!file)
        bench_die("cannot read a thread's status", errno);
    while (fgets(line, sizeof(line), file)) {
        const char *value = strchr(line, ':');
        if (strstr(line, "voluntary_ctxt_switches:") && value)
            switches += strtoull(value + 1, NULL, 10); /* and nonvoluntary_… */
    }
    (void)fclose(file);
    return switches;
}

/* Of all threads but this one. */
static uint64_t switches_of_others(unsigned int *ret_threads)
{
    DIR *directory = opendir("/proc/self/task");
    const struct dirent *entry;
    uint64_t switches = 0;

    if (!directory)
        bench_die("cannot list the threads", errno);
    *ret_threads = 0;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is this thread's alone
    while ((entry = readdir(directory))) {
        if (entry->d_name[0] == '.' || strtol(entry->d_name, NULL, 10) == gettid())
            continue;
        switches += switches_of(entry->d_name);
        (*ret_threads)++;
    }
    (void)closedir(directory);
    return switches;
}

static double count_switches(const struct receiver_kind *kind, unsigned int seconds)
{
    void *receivers[4];
    unsigned int threads;

    for (enum subject subject = SUBJECT_LINKS; subject <= SUBJECT_ROUTES6; subject++)
        receivers[subject] = kind->open(subject, ignore, NULL);
    clock_pause(500000000); /* until the threads have gone to sleep */
    uint64_t before = switches_of_others(&threads);
    if (threads != 4)
        bench_die("not one thread for each registration", 0);
    clock_pause((uint64_t)seconds * 1000000000U);
    uint64_t switches = switches_of_others(&threads) - before;
    for (enum subject subject = SUBJECT_LINKS; subject <= SUBJECT_ROUTES6; subject++)
        kind->close(receivers[subject]);
    return (double)switches;
}

void bench_idle(const struct options *options)
{
    const unsigned int seconds = options->quick ? 1 : 10;
    struct pair pair = {0};
    char parameter[64];

    (void)kernel_change_routes(false, true, 0, 1000);
    (void)kernel_change_routes(true, true, 0, 1000);
    clock_pause(3000000000U); /* until the kernel is done with the new interfaces */
    (void)snprintf(parameter, sizeof(parameter), "4 registrations, %u s", seconds);
    progress("%s", parameter);
    samples_add(&pair.floor, count_switches(&receiver_floor, seconds));
    samples_add(&pair.value, count_switches(&receiver_ours, seconds));
    pair_end_round(&pair);
    result_of("idle", parameter, "wake-ups", "1", "bare recv() thread", &pair);
}
