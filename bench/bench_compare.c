/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An overrun: a callback sleeps while more routes change than the receive buffer of an ordinary
 * user holds. From the moment that it returns, how long until every change has been reported?
 */
#include "bench.h"
#include "clock.h"
#include "kernel.h"
#include "receiver.h"
#include "result.h"

#include <errno.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <time.h>

enum { DEADLINE_S = 120 };

struct sleeper {
    atomic_bool asleep;
    sem_t may_return;
    atomic_uint heard, wanted;
    sem_t all_heard;
};

static void await(sem_t *semaphore, const char *what)
{
    struct timespec until;

    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += DEADLINE_S;
    while (sem_timedwait(semaphore, &until) < 0)
        if (errno != EINTR)
            bench_die(what, 0);
}

static void on_change(void *context, enum change change, uint32_t key)
{
    struct sleeper *sleeper = context;

    (void)change;
    (void)key;
    if (atomic_fetch_add(&sleeper->heard, 1) == 0)
        await(&sleeper->may_return, "the callback was forgotten");
    if (atomic_load(&sleeper->heard) == atomic_load(&sleeper->wanted))
        (void)sem_post(&sleeper->all_heard);
}

/* One overrun, ms. */
static double overrun(struct sleeper *sleeper, bool add, uint32_t first, uint32_t burst)
{
    uint64_t drops = kernel_drops();

    atomic_store(&sleeper->heard, 0);
    atomic_store(&sleeper->wanted, burst);
    (void)kernel_change_routes(false, add, first, burst);
    if (kernel_drops() == drops)
        bench_die("the receive buffer took everything", 0);
    uint64_t before = clock_now();
    (void)sem_post(&sleeper->may_return);
    await(&sleeper->all_heard, "changes were lost");
    return (double)(clock_now() - before) / 1e6;
}

void bench_compare(const struct options *options)
{
    const uint32_t known = options->quick ? 100000 : 1000000;
    const uint32_t burst = options->quick ? 40000 : 50000;
    struct sleeper sleeper = {0};
    struct pair pair = {0};
    char parameter[64];

    (void)snprintf(parameter, sizeof(parameter), "%u routes, %u more added and deleted", known,
                   burst);
    progress("%s", parameter);
    (void)kernel_change_routes(false, true, 0, known);
    if (sem_init(&sleeper.may_return, 0, 0) < 0 || sem_init(&sleeper.all_heard, 0, 0) < 0)
        bench_die("cannot make a semaphore", errno);
    kernel_be_ordinary(true);
    void *registration = receiver_ours.open(SUBJECT_ROUTES4, on_change, &sleeper);
    kernel_be_ordinary(false);
    kernel_shrink_buffers();
    for (unsigned int i = 0; i < options->rounds; i++) {
        for (int add = 1; add >= 0; add--) {
            uint64_t before = clock_now();
            (void)floor_dump(false);
            samples_add(&pair.floor, (double)(clock_now() - before) / 1e6);
            samples_add(&pair.value, overrun(&sleeper, add, known, burst));
        }
        pair_end_round(&pair);
    }
    receiver_ours.close(registration);
    result_of("compare", parameter, "overrun to exact", "ms", "bare dump", &pair);
}
