/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a registration keeps in memory for each route. The floor is an array of what identifies a
 * route and nothing else: prefix, length, next hop, interface.
 */
#include "bench.h"
#include "clock.h"
#include "kernel.h"
#include "receiver.h"
#include "result.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

static uint64_t resident_bytes(void)
{
    FILE *file;
    char line[128];
    uint64_t kilobytes = 0;

    (void)malloc_trim(0);
    file = fopen("/proc/self/smaps_rollup", "re");
    if (!file)
        bench_die("cannot read /proc/self/smaps_rollup", errno);
    while (fgets(line, sizeof(line), file))
        if (strncmp(line, "Rss:", 4) == 0)
            kilobytes = strtoull(line + 4, NULL, 10);
    (void)fclose(file);
    return kilobytes * 1024;
}

static void ignore(void *context, enum change change, uint32_t key)
{
    (void)context;
    (void)change;
    (void)key;
}

static void measure(const struct options *options, bool ipv6, uint32_t routes)
{
    enum subject subject = ipv6 ? SUBJECT_ROUTES6 : SUBJECT_ROUTES4;
    struct pair pair = {0};
    char parameter[64];

    (void)snprintf(parameter, sizeof(parameter), "%u %s routes", routes, ipv6 ? "IPv6" : "IPv4");
    progress("%s", parameter);
    (void)kernel_change_routes(ipv6, true, 0, routes);
    /* Once unmeasured, so that code and tables of the C library are resident. */
    receiver_ours.close(receiver_ours.open(SUBJECT_LINKS, ignore, NULL));
    for (unsigned int i = 0; i < options->rounds; i++) {
        uint32_t count;
        uint64_t before = resident_bytes();
        void *keys = floor_dump_keys(ipv6, &count);
        uint64_t after = resident_bytes();
        samples_add(&pair.floor, (double)(after - before) / count);
        free(keys);

        before = resident_bytes();
        void *registration = receiver_ours.open(subject, ignore, NULL);
        after = resident_bytes();
        samples_add(&pair.value, (double)(after - before) / count);
        receiver_ours.close(registration);
        pair_end_round(&pair);
    }
    (void)kernel_change_routes(ipv6, false, 0, routes);
    result_of("memory", parameter, "resident per route", "B", "array of bare keys", &pair);
}

void bench_memory(const struct options *options)
{
    measure(options, false, options->quick ? 100000 : 1000000);
    measure(options, true, options->quick ? 20000 : 200000);
}
