/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading the IPv4 routes: GetIpForwardTable2, and what else there is for it. */
#include "bench.h"
#include "clock.h"
#include "kernel.h"
#include "receiver.h"
#include "result.h"
#include "rival.h"

#include "netioapi.h"

#include <math.h>

/* What takes longer than a reader has patience for is asked only for so many routes. */
enum { SLOW_MAX = 100000 };

static double read_ours(uint32_t routes)
{
    PMIB_IPFORWARD_TABLE2 table;
    uint64_t before = clock_now();

    if (GetIpForwardTable2(AF_INET, &table) != NO_ERROR)
        bench_die("GetIpForwardTable2 failed", 0);
    double ms = (double)(clock_now() - before) / 1e6;
    if (table->NumEntries < routes)
        bench_die("GetIpForwardTable2 gave too few routes", 0);
    FreeMibTable(table);
    return ms;
}

static double read_floor(uint32_t routes)
{
    uint64_t before = clock_now();

    if (floor_dump(false) < routes)
        bench_die("the dump gave too few routes", 0);
    return (double)(clock_now() - before) / 1e6;
}

static const struct {
    const char *name;
    double (*read)(uint32_t routes); /* ms; NAN: not installed */
    bool slow;
} readers[] = {
    {"GetIpForwardTable2", read_ours, false},
    {"ip -4 route show table all", rival_ip, false},
    {"libnl rtnl_route_alloc_cache", rival_libnl, true},
    {"pyroute2 IPRoute.get_routes", rival_pyroute2, true},
};

enum { READERS = sizeof(readers) / sizeof(readers[0]) };

static void measure(const struct options *options, uint32_t routes)
{
    struct pair pairs[READERS] = {0};
    char parameter[64];

    (void)snprintf(parameter, sizeof(parameter), "%u routes", routes);
    progress("%s", parameter);
    (void)read_floor(routes); /* once unmeasured: the kernel's side of the memory gets warm */
    for (unsigned int round = 0; round < options->rounds; round++) {
        for (int i = 0; i < READERS; i++) {
            unsigned int samples = i == 0 && routes <= 10000 ? 20 : 1;

            if ((readers[i].slow && routes > SLOW_MAX) || (readers[i].slow && round >= 3))
                continue;
            for (unsigned int j = 0; j < samples; j++) {
                samples_add(&pairs[i].floor, read_floor(routes));
                double ms = readers[i].read(routes);
                if (!isnan(ms))
                    samples_add(&pairs[i].value, ms);
            }
            pair_end_round(&pairs[i]);
        }
    }
    for (int i = 0; i < READERS; i++)
        if (pairs[i].value.count > 0)
            result_of("table", parameter, readers[i].name, "ms", "bare dump", &pairs[i]);
}

void bench_table(const struct options *options)
{
    (void)kernel_change_routes(false, true, 0, 1000);
    measure(options, 1000);
    if (options->quick) {
        (void)kernel_change_routes(false, true, 1000, 19000);
        measure(options, 20000);
        return;
    }
    (void)kernel_change_routes(false, true, 1000, 99000);
    measure(options, 100000);
    (void)kernel_change_routes(false, true, 100000, 900000);
    measure(options, 1000000);
}
