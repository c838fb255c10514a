/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading tables: GetIpForwardTable2, and what else there is for the same. */
#include "bench.h"
#include "clock.h"
#include "kernel.h"
#include "receiver.h"
#include "result.h"
#include "rival.h"

#include "iphlpapi.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

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
    return rival_program(arguments);
}

/* Neighbours. */

READER(read_neighbours, GetIpNetTable2, MIB_IPNET_TABLE2)

static double ip_neighbours(uint32_t neighbours)
{
    static char *const arguments[] = {"ip", "-4", "neigh", "show", NULL};

    (void)neighbours;
    return rival_program(arguments);
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
    return rival_program(arguments);
}

/* TCP's sockets, held by processes with as many as each may have. */

enum { ADDRESSES_OF_LOOPBACK = 50, FIRST_PORT = 2000, SOCKETS_OF_PROCESS = 15000 };

static void listen_on(uint32_t first, uint32_t count)
{
    for (uint32_t i = first; i < first + count; i++) {
        const struct sockaddr_in address = {
            .sin_family = AF_INET,
            .sin_port = htons((uint16_t)(FIRST_PORT + i / ADDRESSES_OF_LOOPBACK)),
            .sin_addr.s_addr = htonl(INADDR_LOOPBACK + i % ADDRESSES_OF_LOOPBACK),
        };
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

        if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
            listen(fd, 1) < 0)
            bench_die("cannot have a listener", errno);
    }
}

/* A process that lives as long as this one. */
static void listen_elsewhere(uint32_t first, uint32_t count)
{
    int ends[2];
    char ready;

    if (pipe(ends) < 0)
        bench_die("cannot make a pipe", errno);
    pid_t child = fork();
    if (child < 0)
        bench_die("cannot start a process", errno);
    if (child == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        listen_on(first, count);
        if (write(ends[1], "", 1) != 1)
            bench_die("cannot say that all are there", errno);
        for (;;)
            (void)pause();
    }
    (void)close(ends[1]);
    if (read(ends[0], &ready, 1) != 1)
        bench_die("there are not all listeners", 0);
    (void)close(ends[0]);
}

static void add_sockets(uint32_t first, uint32_t count)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        bench_die("cannot ask for the limit of descriptors", errno);
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
    for (; count > SOCKETS_OF_PROCESS; count -= SOCKETS_OF_PROCESS) {
        listen_elsewhere(first, SOCKETS_OF_PROCESS);
        first += SOCKETS_OF_PROCESS;
    }
    listen_elsewhere(first, count);
}

/* Into a buffer that is large enough, as a program has it that asks again and again. */
static double read_sockets_of(TCP_TABLE_CLASS table_class, uint32_t sockets)
{
    DWORD size = sockets * 256 + 4096;
    MIB_TCPTABLE *table = malloc(size);
    uint64_t before = clock_now();

    if (!table || GetExtendedTcpTable(table, &size, FALSE, AF_INET, table_class, 0) != NO_ERROR)
        bench_die("GetExtendedTcpTable failed", 0);
    double ms = (double)(clock_now() - before) / 1e6;
    if (table->dwNumEntries < sockets)
        bench_die("GetExtendedTcpTable gave too few sockets", 0);
    free(table);
    return ms;
}

static double read_sockets(uint32_t sockets)
{
    return read_sockets_of(TCP_TABLE_BASIC_ALL, sockets);
}

static double read_owners(uint32_t sockets)
{
    return read_sockets_of(TCP_TABLE_OWNER_PID_ALL, sockets);
}

static double ss_owners(uint32_t sockets)
{
    static char *const arguments[] = {"ss", "-tanp", NULL};

    (void)sockets;
    return rival_program(arguments);
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
    {
        .what = "sockets",
        .add = add_sockets,
        .dump = floor_dump_sockets,
        .readers = {{"GetExtendedTcpTable, BASIC", read_sockets, false, NULL},
                    {"GetExtendedTcpTable, OWNER_PID", read_owners, false, NULL},
                    {"ss -tanp", ss_owners, false, NULL}},
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
