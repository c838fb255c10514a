/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One row by its key, and one way, where there are many: what each call costs. */
#include "bench.h"
#include "clock.h"
#include "floor_row.h"
#include "kernel.h"
#include "result.h"

#include "iphlpapi.h"

#include <arpa/inet.h>
#include <string.h>

/* Routes and neighbours that are asked for are spread over all that there are. */
enum { STRIDE = 7919, SAMPLES = 200, SLOW_SAMPLES = 3 };

/* A call that takes so long reads a table; it is not made as often. */
static const double SLOW_US = 20000;

static void check(DWORD error, const char *what)
{
    if (error != NO_ERROR)
        bench_die(what, (int)error);
}

static void set_address(SOCKADDR_INET *ret, uint32_t address)
{
    memset(ret, 0, sizeof(*ret));
    ret->si_family = AF_INET;
    ret->Ipv4.sin_addr.s_addr = htonl(address);
}

/* Each case is a call of the library for the row of that number. */

static void set_route(MIB_IPFORWARD_ROW2 *ret, uint32_t number)
{
    InitializeIpForwardEntry(ret);
    ret->InterfaceIndex = kernel_ifindex();
    set_address(&ret->DestinationPrefix.Prefix, kernel_route_prefix(number));
    ret->DestinationPrefix.PrefixLength = 24;
    set_address(&ret->NextHop, kernel_gateway());
}

static void get_route(uint32_t number)
{
    MIB_IPFORWARD_ROW2 row;

    set_route(&row, number);
    check(GetIpForwardEntry2(&row), "GetIpForwardEntry2 failed");
}

static void get_route_bare(uint32_t number)
{
    floor_get_route(kernel_route_prefix(number));
}

static void get_best_route(uint32_t number)
{
    SOCKADDR_INET to;
    SOCKADDR_INET source;
    MIB_IPFORWARD_ROW2 row;

    set_address(&to, kernel_route_prefix(number) + 1);
    check(GetBestRoute2(NULL, 0, NULL, &to, 0, &row, &source), "GetBestRoute2 failed");
}

static void get_best_route_bare(uint32_t number)
{
    floor_get_best_route(kernel_route_prefix(number) + 1);
}

static void get_best_interface(uint32_t number)
{
    DWORD index;

    check(GetBestInterface(htonl(kernel_route_prefix(number) + 1), &index),
          "GetBestInterface failed");
}

static void get_best_interface_bare(uint32_t number)
{
    floor_get_best_interface(kernel_route_prefix(number) + 1);
}

static void get_link(uint32_t number)
{
    MIB_IF_ROW2 row = {.InterfaceIndex = kernel_ifindex()};

    (void)number;
    check(GetIfEntry2(&row), "GetIfEntry2 failed");
}

static void get_link_bare(uint32_t number)
{
    (void)number;
    floor_get_link();
}

static void get_address(uint32_t number)
{
    MIB_UNICASTIPADDRESS_ROW row;

    (void)number;
    InitializeUnicastIpAddressEntry(&row);
    row.InterfaceIndex = kernel_ifindex();
    set_address(&row.Address, kernel_address());
    check(GetUnicastIpAddressEntry(&row), "GetUnicastIpAddressEntry failed");
}

static void get_address_bare(uint32_t number)
{
    (void)number;
    floor_get_address();
}

static void get_neighbour(uint32_t number)
{
    MIB_IPNET_ROW2 row = {.InterfaceIndex = kernel_ifindex()};

    set_address(&row.Address, kernel_neighbour_address(number));
    check(GetIpNetEntry2(&row), "GetIpNetEntry2 failed");
}

static void get_neighbour_bare(uint32_t number)
{
    floor_get_neighbour(kernel_neighbour_address(number));
}

static void delete_route(uint32_t number)
{
    MIB_IPFORWARD_ROW2 row;

    set_route(&row, number);
    check(DeleteIpForwardEntry2(&row), "DeleteIpForwardEntry2 failed");
}

static void delete_route_bare(uint32_t number)
{
    floor_change_route(false, number);
}

static void create_route(uint32_t number)
{
    MIB_IPFORWARD_ROW2 row;

    set_route(&row, number);
    check(CreateIpForwardEntry2(&row), "CreateIpForwardEntry2 failed");
}

static void create_route_bare(uint32_t number)
{
    floor_change_route(true, number);
}

struct row_case {
    const char *metric;
    const char *floor;
    void (*ours)(uint32_t number);
    void (*bare)(uint32_t number);
    bool of_neighbours;
    void (*before)(uint32_t number); /* not measured; NULL: nothing */
    void (*after)(uint32_t number);
};

static const struct row_case cases[] = {
    {.metric = "GetIpForwardEntry2",
     .floor = "link, look-up",
     .ours = get_route,
     .bare = get_route_bare},
    {.metric = "GetBestRoute2",
     .floor = "two look-ups, link",
     .ours = get_best_route,
     .bare = get_best_route_bare},
    {.metric = "GetBestInterface",
     .floor = "look-up",
     .ours = get_best_interface,
     .bare = get_best_interface_bare},
    {.metric = "GetIfEntry2", .floor = "link, speed", .ours = get_link, .bare = get_link_bare},
    {.metric = "GetUnicastIpAddressEntry",
     .floor = "link, its addresses",
     .ours = get_address,
     .bare = get_address_bare},
    {.metric = "GetIpNetEntry2",
     .floor = "link, neighbour",
     .ours = get_neighbour,
     .bare = get_neighbour_bare,
     .of_neighbours = true},
    {.metric = "DeleteIpForwardEntry2",
     .floor = "deletion",
     .ours = delete_route,
     .bare = delete_route_bare,
     .after = create_route_bare},
    {.metric = "CreateIpForwardEntry2",
     .floor = "addition",
     .ours = create_route,
     .bare = create_route_bare,
     .before = delete_route_bare},
};

/* In us. */
static double time_of(const struct row_case *of, bool bare, uint32_t number)
{
    if (of->before)
        of->before(number);
    uint64_t before = clock_now();
    (bare ? of->bare : of->ours)(number);
    uint64_t after = clock_now();
    if (of->after)
        of->after(number);
    return (double)(after - before) / 1000;
}

static void measure(const struct options *options, const struct row_case *of, const char *parameter,
                    uint32_t rows)
{
    struct pair pair = {0};
    uint32_t number = 0;

    (void)time_of(of, true, number);
    bool slow = time_of(of, false, number) > SLOW_US;
    unsigned int samples = slow ? SLOW_SAMPLES : SAMPLES;
    for (unsigned int i = 0; i < options->rounds; i++) {
        for (unsigned int j = 0; j < samples; j++) {
            number = (number + STRIDE) % rows;
            samples_add(&pair.floor, time_of(of, true, number));
            samples_add(&pair.value, time_of(of, false, number));
        }
        pair_end_round(&pair);
    }
    result_of("row", parameter, of->metric, "us", of->floor, &pair);
}

static void measure_all(const struct options *options, uint32_t routes, uint32_t neighbours)
{
    char parameter[64];

    (void)snprintf(parameter, sizeof(parameter), "%u routes, %u neighbours", routes, neighbours);
    progress("%s", parameter);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        measure(options, &cases[i], parameter, cases[i].of_neighbours ? neighbours : routes);
}

void bench_row(const struct options *options)
{
    const uint32_t few = 1000;
    const uint32_t routes = 1000000;
    const uint32_t neighbours = 100000;

    (void)kernel_change_routes(false, true, 0, few);
    kernel_add_neighbours(0, few);
    measure_all(options, few, few);
    if (options->quick)
        return;
    (void)kernel_change_routes(false, true, few, routes - few);
    kernel_add_neighbours(few, neighbours - few);
    measure_all(options, routes, neighbours);
}
