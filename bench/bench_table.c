/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading tables: GetIpForwardTable2, and what else there is for the same. */
#include "bench.h"
#include "clock.h"
#include "kernel.h"
#include "receiver.h"
#include "result.h"
#include "rival.h"

#include "iphlpapi.h"

#include <ifaddrs.h>
#include <math.h>
#include <stdlib.h>

/* What takes longer than a reader has patience for is asked only for so many rows. */
enum { SLOW_MAX = 100000 };

/* Whoever reads a table; the time in ms, NAN: not installed. */
struct reader {
    const char *name;
    double (*read)(uint32_t rows);
    bool slow;
    uint32_t (*dump)(void); /* its floor, where that is not the table's; else NULL */
};

enum { READERS_MAX = 4, SIZES_MAX = 3 };

struct table {
    const char *what;
    void (*add)(uint32_t first, uint32_t count);
    uint32_t (*dump)(void);             /* bare; how many there are */
    struct reader readers[READERS_MAX]; /* the library's is the first */
    uint32_t sizes[SIZES_MAX];          /* growing; 0: no more */
    uint32_t quick_sizes[SIZES_MAX];
};

/* Readers of a Get…Table function, which are alike but for the types. */
/* NOLINTBEGIN(bugprone-macro-parentheses): names do not go in parentheses */
#define READER(function, get_table, table_type)                                                    \
    READER_OF(function, get_table(AF_INET, &table), #get_table, table_type)
#define READER_OF(function, call, name, table_type)                                                \
    static double function(uint32_t rows)                                                          \
    {                                                                                              \
        table_type *table;                                                                         \
        uint64_t before = clock_now();                                                             \
                                                                                                   \
        if ((call) != NO_ERROR)                                                                    \
            bench_die(name " failed", 0);                                                          \
        double ms = (double)(clock_now() - before) / 1e6;                                          \
        if (table->NumEntries < rows)                                                              \
            bench_die(name " gave too few rows", 0);                                               \
        FreeMibTable(table);                                                                       \
        return ms;                                                                                 \
    }
/* NOLINTEND(bugprone-macro-parentheses) */

/* Routes. */

static void add_routes(uint32_t first, uint32_t count)
{
    (void)kernel_change_routes(false, true, first, count);
}

static uint32_t dump_routes(void)
{
    return floor_dump(false);
}

READER(read_routes, GetIpForwardTable2, MIB_IPFORWARD_TABLE2)

static double ip_routes(uint32_t routes)
{
    static char *const arguments[] = {"ip", "-4", "route", "show", "table", "all", NULL};

    (void)routes;
    return rival_ip(arguments);
}

/* Neighbours. */

READER(read_neighbours, GetIpNetTable2, MIB_IPNET_TABLE2)

static double ip_neighbours(uint32_t neighbours)
{
    static char *const arguments[] = {"ip", "-4", "neigh", "show", NULL};

    (void)neighbours;
    return rival_ip(arguments);
}

/* Links, and the addresses on them. */

READER_OF(read_links, GetIfTable2(&table), "GetIfTable2", MIB_IF_TABLE2)

static double read_adapters(uint32_t links)
{
    ULONG size = 1U << 24;
    IP_ADAPTER_ADDRESSES *adapters = malloc(size);
    uint32_t count = 0;
    uint64_t before = clock_now();

    if (!adapters || GetAdaptersAddresses(AF_UNSPEC, 0, NULL, adapters, &size) != NO_ERROR)
        bench_die("GetAdaptersAddresses failed", 0);
    double ms = (double)(clock_now() - before) / 1e6;
    for (const IP_ADAPTER_ADDRESSES *at = adapters; at; at = at->Next)
        count++;
    if (count < links)
        bench_die("GetAdaptersAddresses gave too few adapters", 0);
    free(adapters);
    return ms;
}

static double read_ifaddrs(uint32_t links)
{
    struct ifaddrs *addresses;
    uint64_t before = clock_now();

    (void)links;
    if (getifaddrs(&addresses) < 0)
        bench_die("getifaddrs failed", 0);
    double ms = (double)(clock_now() - before) / 1e6;
    freeifaddrs(addresses);
    return ms;
}

static double ip_addresses(uint32_t links)
{
    static char *const arguments[] = {"ip", "addr", "show", NULL};

    (void)links;
    return rival_ip(arguments);
}

static const struct table tables[] = {
    {
        .what = "routes",
        .add = add_routes,
        .dump = dump_routes,
        .readers = {{"GetIpForwardTable2", read_routes, false, NULL},
                    {"ip -4 route show table all", ip_routes, false, NULL},
                    {"libnl rtnl_route_alloc_cache", rival_libnl, true, NULL},
                    {"pyroute2 IPRoute.get_routes", rival_pyroute2, true, NULL}},
        .sizes = {1000, 100000, 1000000},
        .quick_sizes = {1000, 20000},
    },
    {
        .what = "neighbours",
        .add = kernel_add_neighbours,
        .dump = floor_dump_neighbours,
        .readers = {{"GetIpNetTable2", read_neighbours, false, NULL},
                    {"ip -4 neigh show", ip_neighbours, false, NULL}},
        .sizes = {1000, 100000},
        .quick_sizes = {1000, 20000},
    },
    /* At the end, as links are part of what the others read. */
    {
        .what = "links",
        .add = kernel_add_links,
        .dump = floor_dump_adapters,
        .readers = {{"GetIfTable2", read_links, false, floor_dump_links},
                    {"GetAdaptersAddresses", read_adapters, false, NULL},
                    {"getifaddrs", read_ifaddrs, false, NULL},
                    {"ip addr show", ip_addresses, false, NULL}},
        .sizes = {100, 1000},
        .quick_sizes = {100},
    },
};

static double read_floor(const struct table *table, const struct reader *reader, uint32_t rows)
{
    uint64_t before = clock_now();

    if ((reader->dump ? reader->dump : table->dump)() < rows)
        bench_die("the dump gave too few rows", 0);
    return (double)(clock_now() - before) / 1e6;
}

static void measure(const struct options *options, const struct table *table, uint32_t rows)
{
    struct pair pairs[READERS_MAX] = {0};
    char parameter[64];

    (void)snprintf(parameter, sizeof(parameter), "%u %s", rows, table->what);
    progress("%s", parameter);
    (void)read_floor(table, &table->readers[0],
                     rows); /* once unmeasured: the kernel's side of the memory gets warm */
    for (unsigned int round = 0; round < options->rounds; round++) {
        for (int i = 0; i < READERS_MAX && table->readers[i].read; i++) {
            const struct reader *reader = &table->readers[i];
            /* Memory that a virtual machine's host has taken back is slow the first time. */
            unsigned int samples = i > 0 ? 1 : rows <= 10000 ? 20 : 3;

            if ((reader->slow && rows > SLOW_MAX) || (reader->slow && round >= 3))
                continue;
            for (unsigned int j = 0; j < samples; j++) {
                samples_add(&pairs[i].floor, read_floor(table, reader, rows));
                double ms = reader->read(rows);
                if (!isnan(ms))
                    samples_add(&pairs[i].value, ms);
            }
            pair_end_round(&pairs[i]);
        }
    }
    for (int i = 0; i < READERS_MAX; i++)
        if (pairs[i].value.count > 0)
            result_of("table", parameter, table->readers[i].name, "ms", "bare dump", &pairs[i]);
}

void bench_table(const struct options *options)
{
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        const struct table *table = &tables[i];
        const uint32_t *sizes = options->quick ? table->quick_sizes : table->sizes;
        uint32_t there = 0;

        for (int j = 0; j < SIZES_MAX && sizes[j] != 0; j++) {
            table->add(there, sizes[j] - there);
            there = sizes[j];
            measure(options, table, there);
        }
    }
}
