/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Routes added, and when all have been reported, deleted, as fast as the kernel takes them. Each
 * report is checked against what was reported before; nothing may be missing, twice or wrong.
 */
#include "bench.h"
#include "clock.h"
#include "kernel.h"
#include "receiver.h"
#include "result.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* With nothing new for so long, what has not come does not come. */
static const uint64_t PATIENCE_NS = 20000000000U;
static const uint64_t LOOK_NS = 1000000;

struct listener {
    uint8_t *known; /* by route, whether it has been reported to be there */
    uint32_t routes;
    atomic_uint heard; /* reports that fit */
    atomic_uint wrong; /* reports that do not */
    atomic_ullong last_ns;
    atomic_bool has_thread;
    pthread_t thread; /* once has_thread is set */
};

static void on_change(void *context, enum change change, uint32_t key)
{
    struct listener *listener = context;
    bool there = change != CHANGE_DELETE;

    if (!atomic_load_explicit(&listener->has_thread, memory_order_relaxed)) {
        listener->thread = pthread_self();
        atomic_store(&listener->has_thread, true);
    }
    if (key >= listener->routes || change == CHANGE_PARAMETER || listener->known[key] == there) {
        atomic_fetch_add_explicit(&listener->wrong, 1, memory_order_relaxed);
        return;
    }
    listener->known[key] = there;
    unsigned int heard = atomic_load_explicit(&listener->heard, memory_order_relaxed) + 1;
    if (heard == listener->routes)
        atomic_store(&listener->last_ns, clock_now());
    atomic_store_explicit(&listener->heard, heard, memory_order_release);
}

/* The figures of one direction. */
struct figures {
    struct pair delivered, missing, wrong, dropped, cpu, total, kernel;
};

/* What the library and the floor have in common. */
static void storm(bool ipv6, bool add, struct listener *listener, struct figures *figures,
                  bool is_floor)
{
    uint64_t start = clock_now();
    uint64_t drops = kernel_drops();
    uint64_t cpu = atomic_load(&listener->has_thread) ? clock_of_thread(listener->thread) : 0;

    atomic_store(&listener->heard, 0);
    atomic_store(&listener->wrong, 0);
    uint64_t busy = kernel_change_routes(ipv6, add, 0, listener->routes);
    uint64_t progressed = clock_now();
    unsigned int heard = 0;
    for (;;) {
        unsigned int now_heard = atomic_load(&listener->heard);
        if (now_heard >= listener->routes || clock_now() - progressed > PATIENCE_NS)
            break;
        if (now_heard != heard)
            progressed = clock_now();
        heard = now_heard;
        clock_pause(LOOK_NS);
    }
    heard = atomic_load(&listener->heard);
    uint64_t end = heard >= listener->routes ? atomic_load(&listener->last_ns) : progressed;

#define SIDE(of) (is_floor ? &figures->of.floor : &figures->of.value)
    samples_add(SIDE(delivered), heard);
    samples_add(SIDE(missing), (double)listener->routes - heard);
    samples_add(SIDE(wrong), atomic_load(&listener->wrong));
    samples_add(SIDE(dropped), (double)(kernel_drops() - drops));
    samples_add(SIDE(total), (double)(end - start) / 1e6);
    if (atomic_load(&listener->has_thread) && heard > 0)
        samples_add(SIDE(cpu), (double)(clock_of_thread(listener->thread) - cpu) / heard);
    samples_add(SIDE(kernel), (double)busy / 1e6);
#undef SIDE
}

static void run_round(const struct receiver_kind *kind, bool ordinary, bool ipv6, uint32_t routes,
                      struct figures figures[2])
{
    bool is_floor = kind == &receiver_floor;
    struct listener listener = {.known = calloc(routes, 1), .routes = routes};

    if (!listener.known)
        bench_die("no memory", 0);
    if (ordinary && !is_floor)
        kernel_be_ordinary(true);
    void *receiver = kind->open(ipv6 ? SUBJECT_ROUTES6 : SUBJECT_ROUTES4, on_change, &listener);
    if (ordinary && !is_floor) {
        kernel_be_ordinary(false);
        kernel_shrink_buffers();
    }
    storm(ipv6, true, &listener, &figures[0], is_floor);
    storm(ipv6, false, &listener, &figures[1], is_floor);
    kind->close(receiver);
    free(listener.known);
}

static void report(const char *parameter, struct figures *figures)
{
    static const char floor[] = "bare recv() thread";

    result_of("storm", parameter, "delivered", "routes", floor, &figures->delivered);
    result_of("storm", parameter, "missing", "routes", floor, &figures->missing);
    result_of("storm", parameter, "wrong", "routes", floor, &figures->wrong);
    result_of("storm", parameter, "dropped at the full buffer", "messages", floor,
              &figures->dropped);
    result_of("storm", parameter, "CPU per delivered route", "ns", floor, &figures->cpu);
    result_of("storm", parameter, "until all delivered", "ms", floor, &figures->total);
    result_of("storm", parameter, "the kernel's part of it", "ms", floor, &figures->kernel);
}

static void measure(const struct options *options, bool ordinary, bool ipv6, uint32_t routes)
{
    const unsigned int rounds = options->rounds < 3 ? options->rounds : 3;
    struct figures figures[2];
    char parameter[64];

    memset(figures, 0, sizeof(figures));
    for (unsigned int i = 0; i < rounds; i++) {
        progress("%u %s routes, %s buffer, round %u", routes, ipv6 ? "IPv6" : "IPv4",
                 ordinary ? "ordinary" : "large", i + 1);
        run_round(&receiver_floor, ordinary, ipv6, routes, figures);
        run_round(&receiver_ours, ordinary, ipv6, routes, figures);
        for (int j = 0; j < 2; j++) {
            pair_end_round(&figures[j].delivered);
            pair_end_round(&figures[j].missing);
            pair_end_round(&figures[j].wrong);
            pair_end_round(&figures[j].dropped);
            pair_end_round(&figures[j].cpu);
            pair_end_round(&figures[j].total);
            pair_end_round(&figures[j].kernel);
        }
    }
    for (int j = 0; j < 2; j++) {
        (void)snprintf(parameter, sizeof(parameter), "%u %s %s, %s buffer", routes,
                       ipv6 ? "IPv6" : "IPv4", j == 0 ? "added" : "deleted",
                       ordinary ? "user's" : "root's");
        report(parameter, &figures[j]);
    }
}

void bench_storm(const struct options *options)
{
    const uint32_t routes4 = options->quick ? 50000 : 1000000;
    const uint32_t routes6 = options->quick ? 20000 : 200000;

    if (kernel_may_force_buffer()) {
        measure(options, false, false, routes4);
        measure(options, false, true, routes6);
    } else {
        progress("not the system's root: only with an ordinary user's receive buffer");
    }
    measure(options, true, false, routes4);
    measure(options, true, true, routes6);
}
