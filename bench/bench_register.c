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

static double bare(void)
{
    uint64_t before = clock_now();

    receiver_floor.close(floor_open_with_dump(false));
    return (double)(clock_now() - before) / 1000;
}

static void measure(const struct options *options, uint32_t routes, unsigned int samples)
{
    struct pair pair = {0};
    char parameter[64];

    (void)snprintf(parameter, sizeof(parameter), "%u routes", routes);
    progress("%s", parameter);
    (void)ours();
    (void)bare();
    for (unsigned int i = 0; i < options->rounds; i++) {
        for (unsigned int j = 0; j < samples; j++) {
            samples_add(&pair.floor, bare());
            samples_add(&pair.value, ours());
        }
        pair_end_round(&pair);
    }
    result_of("register", parameter, "register and cancel", "us", "socket, thread and dump", &pair);
}

void bench_register(const struct options *options)
{
    const uint32_t large = options->quick ? 10000 : 100000;

    (void)kernel_change_routes(false, true, 0, 10);
    measure(options, 10, options->quick ? 20 : 100);
    (void)kernel_change_routes(false, true, 10, large - 10);
    measure(options, large, options->quick ? 2 : 5);
}
