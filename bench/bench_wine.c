/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The DLL in Wine, beside the native library, and beside Wine's own. */
#include "bench.h"
#include "clock.h"
#include "kernel.h"
#include "receiver.h"
#include "result.h"
#include "wine.h"

#include "netioapi.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The times of reading the table in one program, in ms. */
static void read_in_wine(const char *dll, bool with_dll, uint32_t routes, struct samples *samples)
{
    struct wine_program program;
    unsigned long long ticks;
    unsigned long count;

    wine_start(&program, with_dll, "bench_helper.exe",
               (const char *const[]){"table", dll, "3", NULL});
    FILE *lines = fdopen(dup(program.output), "r");
    if (!lines)
        bench_die("no memory", 0);
    while (fscanf(lines, "%llu %lu", &ticks, &count) == 2) { // NOLINT(cert-err34-c): our own
        if (count < routes)
            bench_die("the table in Wine has too few routes", 0);
        samples_add(samples, wine_ns(ticks) / 1e6);
    }
    (void)fclose(lines);
    wine_end(&program);
}

static void read_natively(uint32_t routes, struct samples *samples)
{
    for (int i = 0; i < 3; i++) {
        PMIB_IPFORWARD_TABLE2 table;
        uint64_t before = clock_now();

        if (GetIpForwardTable2(AF_INET, &table) != NO_ERROR || table->NumEntries < routes)
            bench_die("GetIpForwardTable2 failed", 0);
        samples_add(samples, (double)(clock_now() - before) / 1e6);
        FreeMibTable(table);
    }
}

static void measure_table(uint32_t routes, unsigned int rounds)
{
    struct pair beside_wine = {0};
    struct pair beside_native = {0};
    char parameter[64];

    (void)snprintf(parameter, sizeof(parameter), "%u routes", routes);
    progress("%s", parameter);
    for (unsigned int i = 0; i < rounds; i++) {
        read_in_wine("wine_iphlpapi.dll", true, routes, &beside_wine.floor);
        read_in_wine("iphlpapi.dll", true, routes, &beside_wine.value);
        read_natively(routes, &beside_native.floor);
        read_in_wine("iphlpapi.dll", true, routes, &beside_native.value);
        pair_end_round(&beside_wine);
        pair_end_round(&beside_native);
    }
    result_of("wine", parameter, "GetIpForwardTable2", "ms", "Wine's own", &beside_wine);
    result_of("wine", parameter, "GetIpForwardTable2", "ms", "native library", &beside_native);
}

static double start_in_wine(const char *name, bool with_dll)
{
    static const char *const arguments[] = {"nothing", NULL};
    struct wine_program program;
    uint64_t before = clock_now();

    wine_start(&program, with_dll, name, arguments);
    wine_end(&program);
    return (double)(clock_now() - before) / 1e6;
}

static void measure_start(const char *name, const char *parameter, unsigned int rounds)
{
    struct pair pair = {0};

    progress("%s", parameter);
    for (unsigned int i = 0; i < rounds; i++) {
        for (int j = 0; j < 10; j++) {
            /* By turns, who comes first too. */
            samples_add(j % 2 ? &pair.value : &pair.floor, start_in_wine(name, j % 2));
            samples_add(j % 2 ? &pair.floor : &pair.value, start_in_wine(name, j % 2 == 0));
        }
        pair_end_round(&pair);
    }
    result_of("wine", parameter, "start and end", "ms", "with Wine's own DLL", &pair);
}

void bench_wine(const struct options *options)
{
    const uint32_t large = options->quick ? 20000 : 1000000;

    wine_begin();
    measure_start("bench_nothing.exe", "a program that uses none of it", options->rounds);
    measure_start("bench_helper.exe", "a program that loads the DLL", options->rounds);
    bench_latency_in_wine(options);
    (void)kernel_change_routes(false, true, 0, large);
    measure_table(large, options->rounds < 3 ? options->rounds : 3);
    wine_finish();
}
