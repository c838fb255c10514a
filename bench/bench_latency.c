/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How long it takes from a change to the callback. Each change is made when the one before has
 * reached every receiver and all are asleep again: what is measured is a single event on an idle
 * system, with the kernel's part (the change itself, waking a thread) in both sides of the pair.
 *
 * Opening a receiver that learns a large table keeps the processors busy. For some 100 ms after
 * that a sleeping thread is woken on another processor than the one that makes the change, which
 * takes three times as long as all the rest. So both sides let the system come to rest first.
 */
#include "bench.h"
#include "clock.h"
#include "kernel.h"
#include "receiver.h"
#include "result.h"

#include <errno.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

enum { RECEIVERS_MAX = 100, WARM_UP = 20, DEADLINE_S = 30 };

static const uint64_t PAUSE_NS = 100000;   /* before each change */
static const uint64_t REST_NS = 500000000; /* after opening */

/* Outside of what kernel_enter() uses. */
static const uint32_t ADDRESS = 0xc6336401; /* 198.51.100.1 */

/* One change under way, and who has heard of it. */
struct race {
    atomic_uint expected_key;
    atomic_uint expected_change;
    atomic_ullong sent; /* ns */
    atomic_uint missing;
    sem_t all_heard;
    uint64_t heard[RECEIVERS_MAX]; /* ns, by receiver; read after all_heard */
};

struct runner {
    struct race *race;
    unsigned int number;
    unsigned int last_event; /* not to count one event twice */
    const atomic_uint *event;
};

static void on_change(void *context, enum change change, uint32_t key)
{
    uint64_t now = receiver_now();
    struct runner *runner = context;
    struct race *race = runner->race;
    unsigned int event = atomic_load(runner->event);

    if (key != atomic_load(&race->expected_key) ||
        (unsigned int)change != atomic_load(&race->expected_change) || event == runner->last_event)
        return;
    runner->last_event = event;
    race->heard[runner->number] = now;
    if (atomic_fetch_sub(&race->missing, 1) == 1)
        (void)sem_post(&race->all_heard);
}

static void await_all(struct race *race)
{
    struct timespec until;

    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += DEADLINE_S;
    while (sem_timedwait(&race->all_heard, &until) < 0)
        if (errno != EINTR)
            bench_die("a change was not reported", 0);
}

/* The event-th change of a subject: there and back again. */
static void make_change(struct race *race, enum subject subject, uint32_t known, bool there)
{
    switch (subject) {
    case SUBJECT_LINKS:
        atomic_store(&race->expected_change, CHANGE_PARAMETER);
        atomic_store(&race->expected_key, BENCH_MTU_BASE + there);
        kernel_change_mtu(BENCH_MTU_BASE + there, &race->sent);
        break;
    case SUBJECT_ADDRESSES:
        atomic_store(&race->expected_change, there ? CHANGE_ADD : CHANGE_DELETE);
        atomic_store(&race->expected_key, ADDRESS);
        kernel_change_address(there, ADDRESS, &race->sent);
        break;
    case SUBJECT_ROUTES4:
    case SUBJECT_ROUTES6:
        atomic_store(&race->expected_change, there ? CHANGE_ADD : CHANGE_DELETE);
        atomic_store(&race->expected_key, known);
        kernel_change_route(there, known, &race->sent);
        break;
    }
}

static void run_round(const struct receiver_kind *kind, enum subject subject, uint32_t known,
                      unsigned int receivers, unsigned int events, struct samples *samples)
{
    static struct race race;
    struct runner runners[RECEIVERS_MAX];
    void *opened[RECEIVERS_MAX];
    atomic_uint event = 0;

    atomic_store(&race.expected_key, UINT32_MAX);
    if (sem_init(&race.all_heard, 0, 0) < 0)
        bench_die("cannot make a semaphore", errno);
    for (unsigned int i = 0; i < receivers; i++) {
        runners[i] = (struct runner){.race = &race, .number = i, .event = &event};
        opened[i] = kind->open(subject, on_change, &runners[i]);
    }
    clock_pause(REST_NS);
    for (unsigned int i = 0; i < WARM_UP + events; i++) {
        clock_pause(PAUSE_NS);
        atomic_fetch_add(&event, 1);
        atomic_store(&race.missing, receivers);
        make_change(&race, subject, known, i % 2 == 0);
        await_all(&race);
        for (unsigned int j = 0; i >= WARM_UP && j < receivers; j++)
            samples_add(samples, (double)(race.heard[j] - atomic_load(&race.sent)) / 1000);
    }
    for (unsigned int i = 0; i < receivers; i++)
        kind->close(opened[i]);
    (void)sem_destroy(&race.all_heard);
}

static void measure(const struct options *options, enum subject subject, const char *name,
                    uint32_t known, unsigned int receivers, unsigned int rounds)
{
    unsigned int events = receivers >= 100 ? 60 : receivers >= 10 ? 200 : 400;
    struct pair pair = {0};
    char parameter[64];

    if (options->quick)
        events /= 6;
    (void)snprintf(parameter, sizeof(parameter), "%s, %u registration%s", name, receivers,
                   receivers == 1 ? "" : "s");
    progress("%s", parameter);
    events -= events % 2; /* there and back again */
    for (unsigned int i = 0; i < rounds; i++) {
        run_round(&receiver_floor, subject, known, receivers, events, &pair.floor);
        run_round(&receiver_ours, subject, known, receivers, events, &pair.value);
        pair_end_round(&pair);
    }
    result_of("latency", parameter, "change to callback", "us", "bare recv() thread", &pair);
}

void bench_latency_in_wine(const struct options *options)
{
    static const struct {
        enum subject subject;
        const char *name;
    } subjects[] = {
        {SUBJECT_LINKS, "links"}, {SUBJECT_ADDRESSES, "addresses"}, {SUBJECT_ROUTES4, "routes"}};
    const unsigned int events = options->quick ? 60 : 400;

    for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++) {
        struct pair pair = {0};

        progress("%s, 1 registration", subjects[i].name);
        for (unsigned int round = 0; round < options->rounds; round++) {
            run_round(&receiver_ours, subjects[i].subject, 0, 1, events, &pair.floor);
            run_round(&receiver_wine, subjects[i].subject, 0, 1, events, &pair.value);
            pair_end_round(&pair);
        }
        result_of("wine", subjects[i].name, "change to callback", "us", "native library", &pair);
    }
}

void bench_latency(const struct options *options)
{
    static const unsigned int receivers[] = {1, 10, 100};
    const uint32_t large = options->quick ? 20000 : 1000000;
    /* Rounds that need not learn a large table are short: more of them. */
    const unsigned int many = options->quick ? options->rounds : options->rounds * 3;
    const unsigned int few = options->rounds < 3 ? options->rounds : 3;
    char name[32];

    for (int i = 0; i < 3; i++)
        measure(options, SUBJECT_LINKS, "links", 0, receivers[i], many);
    for (int i = 0; i < 3; i++)
        measure(options, SUBJECT_ADDRESSES, "addresses", 0, receivers[i], many);
    (void)kernel_change_routes(false, true, 0, 1000);
    for (int i = 0; i < 3; i++)
        measure(options, SUBJECT_ROUTES4, "1000 routes", 1000, receivers[i], many);
    (void)kernel_change_routes(false, true, 1000, large - 1000);
    (void)snprintf(name, sizeof(name), "%u routes", large);
    /* Each registration learns the whole table first: of many, few rounds must do. */
    measure(options, SUBJECT_ROUTES4, name, large, 1, many);
    measure(options, SUBJECT_ROUTES4, name, large, 10, few);
    if (!options->quick)
        measure(options, SUBJECT_ROUTES4, name, large, 100, few);
}
