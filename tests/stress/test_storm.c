/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Many threads register, cancel each other's registrations and are called, while interfaces,
 * addresses and routes come and go all the time.
 */
#include "world.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define THREADS 8
#define ROUNDS (CHECK_SANITIZED ? 25 : 150)
#define LINES 400

#define ALIVE 0x600dc0deU
#define DEAD 0xdeadc0deU

/* Freed by whoever's cancel succeeds: a callback that comes later is a use after free. */
struct target {
    atomic_uint magic;
    atomic_uint inside;
    atomic_uint calls;
    uint64_t random; /* of the callback */
    struct row_listener listener;
};

/* What thread i has registered, for all to cancel. */
struct slot {
    HANDLE handle;
    struct target *target;
};

static struct monitor storm; /* guards the slots and threads_left */
static struct slot slots[THREADS];
static unsigned threads_left;

static atomic_uint registered;
static atomic_uint cancelled;
static atomic_uint called;
static atomic_uint errors;

/* Callbacks use the API as programs do. */
static void call(struct target *target)
{
    if (atomic_load(&target->magic) != ALIVE || atomic_fetch_add(&target->inside, 1) != 0)
        atomic_fetch_add(&errors, 1);
    atomic_fetch_add(&target->calls, 1);
    atomic_fetch_add(&called, 1);

    HANDLE nested = NULL;
    MIB_IPINTERFACE_TABLE *table = NULL;
    switch (check_random(&target->random) % 40) {
    case 0:
        if (row_types[ROW_ROUTE].notify(AF_INET, &row_ignore, TRUE, &nested) != NO_ERROR ||
            CancelMibChangeNotify2(nested) != NO_ERROR)
            atomic_fetch_add(&errors, 1);
        break;
    case 1:
        if (GetIpInterfaceTable(AF_UNSPEC, &table) != NO_ERROR)
            atomic_fetch_add(&errors, 1);
        FreeMibTable(table);
        break;
    default:
        break;
    }
    atomic_fetch_sub(&target->inside, 1);
}

static void on_told(void *context, void *row, MIB_NOTIFICATION_TYPE type)
{
    if ((row == NULL) != (type == MibInitialNotification))
        atomic_fetch_add(&errors, 1);
    call(context);
}

/* Whoever has the success owns the target, in which nothing runs any more. */
static void cancel(struct slot slot)
{
    DWORD rc = CancelMibChangeNotify2(slot.handle);

    if (rc == ERROR_INVALID_HANDLE)
        return;
    if (rc != NO_ERROR || atomic_load(&slot.target->inside) != 0) {
        atomic_fetch_add(&errors, 1);
        return;
    }
    atomic_fetch_add(&cancelled, 1);
    atomic_store(&slot.target->magic, DEAD);
    free(slot.target);
}

struct worker {
    pthread_t thread;
    size_t place;
    uint64_t random;
};

static void one_round(struct worker *worker)
{
    static const ADDRESS_FAMILY families[] = {AF_UNSPEC, AF_INET, AF_INET6};
    struct target *target = malloc(sizeof(*target));
    const struct row_type *type = &row_types[check_random(&worker->random) % ROW_WATCHED_KINDS];
    ADDRESS_FAMILY family = families[check_random(&worker->random) % ARRAY_SIZE(families)];
    BOOLEAN initial = check_random(&worker->random) % 2;
    HANDLE handle = NULL;

    if (!target)
        abort();
    atomic_init(&target->magic, ALIVE);
    atomic_init(&target->inside, 0);
    atomic_init(&target->calls, 0);
    target->random = check_random(&worker->random);
    target->listener = (struct row_listener){on_told, target};
    DWORD rc = type->notify(family, &target->listener, initial, &handle);
    if (rc != NO_ERROR || !handle) {
        atomic_fetch_add(&errors, 1);
        free(target);
        return;
    }
    atomic_fetch_add(&registered, 1);

    /* Some wait to be called; whether they are depends on what goes on. */
    if (check_random(&worker->random) % 4 == 0) {
        struct timespec until = check_deadline_in(0.02);
        while (atomic_load(&target->calls) <= initial && !check_deadline_passed(&until))
            sched_yield();
    }

    struct slot own = {handle, target};
    monitor_lock(&storm);
    struct slot previous = slots[worker->place];
    slots[worker->place] = own;
    struct slot other = slots[check_random(&worker->random) % THREADS];
    monitor_unlock(&storm);
    if (previous.handle)
        cancel(previous);
    if (other.handle && check_random(&worker->random) % 2)
        cancel(other);
}

static void *work(void *context)
{
    struct worker *worker = context;

    for (int i = 0; i < ROUNDS; i++)
        one_round(worker);

    monitor_lock(&storm);
    threads_left--;
    monitor_announce(&storm);
    monitor_unlock(&storm);
    return NULL;
}

/* A few hundred changes, of which some fail because of others: that is as it should be. */
static void make_lines(char *lines, size_t size, uint64_t *random)
{
    static const char *const changes[] = {
        "route replace 10.%u.0.0/16 via 10.0.0.2\n",
        "route del 10.%u.0.0/16\n",
        "route replace 2001:db8:%u::/48 via 2001:db8::2\n",
        "route del 2001:db8:%u::/48\n",
        "addr add 10.0.1.%u/32 dev v0\n",
        "addr del 10.0.1.%u/32 dev v0\n",
        "addr add 2001:db8::1:%u/128 dev v0 nodad\n",
        "addr del 2001:db8::1:%u/128 dev v0\n",
        "route replace blackhole 10.%u.0.0/16\n",
        "link set v0 mtu 14%02u\n",
    };
    size_t length = 0;

    for (int i = 0; i < LINES && length < size - 256; i++) {
        uint64_t number = check_random(random);
        length +=
            (size_t)snprintf(lines + length, size - length, changes[number % ARRAY_SIZE(changes)],
                             (unsigned)(number >> 32) % 50 + 1);
        if ((number >> 16) % 100 == 0)
            length += (size_t)snprintf(lines + length, size - length,
                                       "link set v0 down\nlink set v0 up\n"
                                       "link add b0 type bridge\nlink del b0\n");
    }
}

static void test_storm(void **state)
{
    static char lines[LINES * 256];
    static struct worker workers[THREADS];
    struct world *world = *state;
    uint64_t random = check_seed();

    world_without_dad();
    world_add_pair(world, "v0", "v1");
    ip("addr add 10.0.0.1/24 dev v0");
    ip("addr add 2001:db8::1/64 dev v0");

    monitor_init(&storm);
    struct holdings before = holdings_now();
    world_watch(world);
    threads_left = THREADS;
    for (size_t i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.place = i, .random = check_random(&random)};
        assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    }

    unsigned left = THREADS;
    while (left > 0) {
        make_lines(lines, sizeof(lines), &random);
        ip_batch_finish(ip_batch_start(lines));
        monitor_lock(&storm);
        left = threads_left;
        monitor_unlock(&storm);
    }
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(workers[i].thread, NULL);
    for (size_t i = 0; i < THREADS; i++)
        cancel(slots[i]);

    print_message("%u registrations, %u cancelled, %u callbacks\n", registered, cancelled, called);
    assert_int_equal(errors, 0);
    assert_int_equal(registered, THREADS * ROUNDS);
    assert_int_equal(cancelled, registered);

    /* Those that saw all of it were told exactly. */
    world_settle(world);
    world_stop(world);
    holdings_expect_restored(&before);
    monitor_destroy(&storm);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_storm),
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
