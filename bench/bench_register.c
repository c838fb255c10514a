/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a registration costs from its beginning to its end, with nothing happening in between. */
#include "bench.h"
#include "clock.h"
#include "kernel.h"
#include "receiver.h"
#include "result.h"

static void ignore(void *context, enum change change, uint32_t key)
{
    (void)context;
    (void)change;
    (void)key;
}

static double ours(void)
{
    uint64_t before = clock_now();

    receiver_ours.close(receiver_ours.open(SUBJECT_ROUTES4, ignore, NULL));
    return (double)(clock_now() - before) / 1000;
}

static double bare(bool with_links)
{
    uint64_t before = clock_now();

    receiver_floor.close(floor_open_with_dump(false, with_links));
    return (double)(clock_now() - before) / 1000;
}

/* Beside the least, and beside all that a registration has to ask for. */
static const struct {
    const char *metric;
    const char *floor;
    bool with_links;
} floors[] = {
    {"register and cancel", "socket, thread and dump", false},
    {"beside all its dumps", "socket, thread, dumps of links, nexthops and routes", true},
};

static void measure(const struct options *options, uint32_t routes, unsigned int samples)
{
    char parameter[64];

    (void)snprintf(parameter, sizeof(parameter), "%u routes", routes);
    progress("%s", parameter);
    (void)ours();
    (void)bare(true);
    for (size_t k = 0; k < sizeof(floors) / sizeof(floors[0]); k++) {
        struct pair pair = {0};

        for (unsigned int i = 0; i < options->rounds; i++) {
            for (unsigned int j = 0; j < samples; j++) {
                samples_add(&pair.floor, bare(floors[k].with_links));
                samples_add(&pair.value, ours());
            }
            pair_end_round(&pair);
        }
        result_of("register", parameter, floors[k].metric, "us", floors[k].floor, &pair);
    }
}

void bench_register(const struct options *options)
{
    const uint32_t large = options->quick ? 10000 : 100000;

    (void)kernel_change_routes(false, true, 0, 10);
    measure(options, 10, options->quick ? 20 : 100);
    (void)kernel_change_routes(false, true, 10, large - 10);
    measure(options, large, options->quick ? 2 : 5);
}
