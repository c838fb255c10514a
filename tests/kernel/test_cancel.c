/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cancelling while callbacks run: it waits for them, and for itself it does not. */
#include "world.h"

#include <string.h>
#include <unistd.h>

/* ---- Rings: callbacks that cancel each other --------------------------------------------- */

#define RING_MAX 10

struct ring;

struct member {
    struct ring *ring;
    size_t place;
    struct row_listener listener;
    HANDLE handle;
    bool done; /* it has called cancel, with this result */
    DWORD result;
    unsigned later; /* changes it was told after that */
};

struct ring {
    struct monitor monitor; /* guards all of it */
    size_t size;
    size_t arrived; /* members whose callbacks are running */
    struct member members[RING_MAX];
};

/* All callbacks are running before the first of them cancels the next. */
static void cancel_next(struct member *member)
{
    struct ring *ring = member->ring;
    struct timespec deadline = check_deadline();
    bool timely = true;

    monitor_lock(&ring->monitor);
    if (member->done) {
        member->later++;
        monitor_announce(&ring->monitor);
        monitor_unlock(&ring->monitor);
        return;
    }
    ring->arrived++;
    monitor_announce(&ring->monitor);
    while (ring->arrived < ring->size && timely)
        timely = monitor_wait(&ring->monitor, &deadline);
    HANDLE next = ring->members[(member->place + 1) % ring->size].handle;
    monitor_unlock(&ring->monitor);

    DWORD result = CancelMibChangeNotify2(next);

    monitor_lock(&ring->monitor);
    member->result = timely ? result : ERROR_TIMEOUT;
    member->done = true;
    monitor_announce(&ring->monitor);
    monitor_unlock(&ring->monitor);
}

static void cancel_next_when_told(void *context, void *row, MIB_NOTIFICATION_TYPE type)
{
    (void)row;
    (void)type;
    cancel_next(context);
}

static void check_ring(size_t size)
{
    static struct ring ring;
    struct holdings before = holdings_now();
    struct timespec deadline = check_deadline();

    memset(&ring, 0, sizeof(ring));
    ring.size = size;
    monitor_init(&ring.monitor);
    for (size_t i = 0; i < size; i++) {
        struct member *member = &ring.members[i];
        const struct row_type *type = &row_types[i % ROW_WATCHED_KINDS];
        HANDLE handle;

        member->ring = &ring;
        member->place = i;
        member->listener = (struct row_listener){cancel_next_when_told, member};
        assert_int_equal(type->notify(AF_UNSPEC, &member->listener, FALSE, &handle), NO_ERROR);
        monitor_lock(&ring.monitor);
        member->handle = handle;
        monitor_unlock(&ring.monitor);
    }

    /* A change in each table. */
    ip_batch("link add b0 type bridge\n"
             "addr add 10.0.0.1/32 dev lo\n");

    monitor_lock(&ring.monitor);
    for (size_t i = 0; i < size; i++) {
        bool timely = true;
        while (!ring.members[i].done && timely)
            timely = monitor_wait(&ring.monitor, &deadline);
    }
    size_t done = 0;
    size_t refused = 0;
    size_t succeeded = 0;
    for (size_t i = 0; i < size; i++) {
        done += ring.members[i].done;
        refused += ring.members[i].done && ring.members[i].result == ERROR_POSSIBLE_DEADLOCK;
        succeeded += ring.members[i].done && ring.members[i].result == NO_ERROR;
    }
    monitor_unlock(&ring.monitor);
    if (done != size || refused != 1 || succeeded != size - 1)
        fail_test("ring of %zu: %zu cancels returned, %zu refused, %zu succeeded", size, done,
                  refused, succeeded);

    /* One registration lives on, that whose cancel was refused. */
    for (size_t i = 0; i < size; i++) {
        bool alive = ring.members[(i + size - 1) % size].result == ERROR_POSSIBLE_DEADLOCK;
        assert_int_equal(CancelMibChangeNotify2(ring.members[i].handle),
                         alive ? NO_ERROR : ERROR_INVALID_HANDLE);
    }
    monitor_destroy(&ring.monitor);
    holdings_expect_restored(&before);
    ip("link del b0");
    ip("addr del 10.0.0.1/32 dev lo");
}

static void test_ring_of_two(void **state)
{
    (void)state;
    check_ring(2);
}

static void test_ring_of_three(void **state)
{
    (void)state;
    check_ring(3);
}

static void test_ring_of_ten(void **state)
{
    (void)state;
    check_ring(10);
}

static void test_rings_again_and_again(void **state)
{
    (void)state;
    for (size_t i = 0; i < 20; i++)
        check_ring(2 + i % (RING_MAX - 1));
}

/* The ring of one. */
static void test_own_callback(void **state)
{
    struct ring ring = {.size = 1};
    struct member *member = &ring.members[0];
    struct timespec deadline = check_deadline();
    bool timely = true;
    HANDLE handle;

    (void)state;
    monitor_init(&ring.monitor);
    member->ring = &ring;
    member->listener = (struct row_listener){cancel_next_when_told, member};
    assert_int_equal(row_types[ROW_ROUTE].notify(AF_INET, &member->listener, FALSE, &handle),
                     NO_ERROR);
    monitor_lock(&ring.monitor);
    member->handle = handle;
    monitor_unlock(&ring.monitor);

    ip("route add blackhole 10.1.0.0/16");
    monitor_lock(&ring.monitor);
    assert_true(monitor_wait_until(&ring.monitor, &member->done, true));
    assert_int_equal(member->result, ERROR_POSSIBLE_DEADLOCK);
    monitor_unlock(&ring.monitor);

    /* It lives on. */
    ip("route del blackhole 10.1.0.0/16");
    monitor_lock(&ring.monitor);
    while (member->later == 0 && timely)
        timely = monitor_wait(&ring.monitor, &deadline);
    assert_int_equal(member->later, 1);
    monitor_unlock(&ring.monitor);
    assert_int_equal(CancelMibChangeNotify2(handle), NO_ERROR);
    monitor_destroy(&ring.monitor);
}

/* ---- Cancel waits for a long callback ------------------------------------------------------ */

#define CANCELLERS 3

struct canceller {
    struct monitor *monitor;
    HANDLE handle;
    pthread_t thread;
    int tid;
    bool returned;
    DWORD result;
};

static void *run_canceller(void *context)
{
    struct canceller *canceller = context;

    monitor_lock(canceller->monitor);
    canceller->tid = (int)gettid();
    monitor_announce(canceller->monitor);
    monitor_unlock(canceller->monitor);

    DWORD result = CancelMibChangeNotify2(canceller->handle);

    monitor_lock(canceller->monitor);
    canceller->result = result;
    canceller->returned = true;
    monitor_announce(canceller->monitor);
    monitor_unlock(canceller->monitor);
    return NULL;
}

/* Once it sleeps, which it does in cancel only; or has returned. */
static void await_waiting(struct canceller *canceller)
{
    struct timespec deadline = check_deadline();

    for (;;) {
        monitor_lock(canceller->monitor);
        int tid = canceller->tid;
        bool returned = canceller->returned;
        monitor_unlock(canceller->monitor);
        if (returned || (tid != 0 && thread_is_asleep(tid)))
            return;
        if (check_deadline_passed(&deadline))
            fail_test("a cancel neither waits nor returns");
        struct timespec look_again = check_deadline_in(0.001);
        monitor_lock(canceller->monitor);
        monitor_wait(canceller->monitor, &look_again);
        monitor_unlock(canceller->monitor);
    }
}

/* Several cancel at once: one has the success, and it comes after the callback has ended. */
static void test_cancel_waits(void **state)
{
    struct canceller cancellers[CANCELLERS];
    struct recorder recorder;
    struct recorder witness;
    struct monitor monitor;
    struct iface lo = iface_get("lo");
    struct timespec deadline = check_deadline();

    (void)state;
    monitor_init(&monitor);
    assert_int_equal(recorder_start(&recorder, ROW_ROUTE, AF_INET, FALSE), NO_ERROR);
    assert_int_equal(recorder_start(&witness, ROW_ROUTE, AF_INET, FALSE), NO_ERROR);
    recorder_hold(&recorder);
    ip("route add blackhole 10.1.0.0/16");
    assert_true(recorder_wait_held(&recorder, &deadline));

    for (size_t i = 0; i < CANCELLERS; i++) {
        cancellers[i] = (struct canceller){.monitor = &monitor, .handle = recorder.handle};
        assert_int_equal(pthread_create(&cancellers[i].thread, NULL, run_canceller, &cancellers[i]),
                         0);
    }
    for (size_t i = 0; i < CANCELLERS; i++)
        await_waiting(&cancellers[i]);

    /* More to tell, too late: nothing is told after the running callback. */
    ip("route add blackhole 10.2.0.0/16");
    struct row_key key = route_key(lo, "10.2.0.0/16", NULL);
    assert_true(recorder_wait(&witness, 0, MibAddInstance, &key, &deadline));

    size_t succeeded = 0;
    monitor_lock(&monitor);
    for (size_t i = 0; i < CANCELLERS; i++)
        succeeded += cancellers[i].returned && cancellers[i].result == NO_ERROR;
    monitor_unlock(&monitor);
    assert_int_equal(succeeded, 0);

    recorder_release(&recorder);
    for (size_t i = 0; i < CANCELLERS; i++) {
        pthread_join(cancellers[i].thread, NULL);
        succeeded += cancellers[i].result == NO_ERROR;
        if (cancellers[i].result != NO_ERROR)
            assert_int_equal(cancellers[i].result, ERROR_INVALID_HANDLE);
    }
    assert_int_equal(succeeded, 1);
    assert_false(recorder.inside);
    assert_int_equal(recorder.count, 1);

    key = route_key(lo, "10.3.0.0/16", NULL);
    ip("route add blackhole 10.3.0.0/16");
    assert_true(recorder_wait(&witness, 0, MibAddInstance, &key, &deadline));
    assert_int_equal(recorder_count(&recorder), 1);
    assert_null(recorder.fault);

    assert_int_equal(CancelMibChangeNotify2(recorder.handle), ERROR_INVALID_HANDLE);
    recorder_discard(&recorder);
    recorder_stop(&witness);
    monitor_destroy(&monitor);
}

/* Of several changes that were found out at once, none is told once a cancel waits. */
static void test_cancel_amid_changes_found_at_once(void **state)
{
    struct canceller canceller;
    struct recorder recorder;
    struct monitor monitor;
    struct timespec deadline = check_deadline();

    (void)state;
    monitor_init(&monitor);
    ip_batch("link add b0 type bridge\n"
             "link set b0 up\n"
             "addr add 10.0.0.1/24 dev b0\n"
             "route add 10.1.0.0/16 via 10.0.0.2\n"
             "route add 10.2.0.0/16 via 10.0.0.2\n"
             "route add 10.3.0.0/16 via 10.0.0.2\n");
    assert_int_equal(recorder_start(&recorder, ROW_ROUTE, AF_INET, FALSE), NO_ERROR);
    recorder_hold(&recorder);
    ip("link set b0 down"); /* the routes go without a word: one compare finds them all */
    assert_true(recorder_wait_held(&recorder, &deadline));

    canceller = (struct canceller){.monitor = &monitor, .handle = recorder.handle};
    assert_int_equal(pthread_create(&canceller.thread, NULL, run_canceller, &canceller), 0);
    await_waiting(&canceller);
    recorder_release(&recorder);
    pthread_join(canceller.thread, NULL);
    assert_int_equal(canceller.result, NO_ERROR);
    assert_int_equal(recorder.count, 1);
    recorder_discard(&recorder);
    monitor_destroy(&monitor);
}

/* The initial call is waited for like any other. */
struct registrant {
    struct monitor monitor;
    HANDLE handle;
    bool inside;
    bool let_go;
    bool left;
};

static void stay_in_initial_call(void *context, MIB_IPFORWARD_ROW2 *row, MIB_NOTIFICATION_TYPE type)
{
    struct registrant *registrant = context;

    (void)row;
    (void)type;
    monitor_lock(&registrant->monitor);
    registrant->inside = true;
    monitor_announce(&registrant->monitor);
    (void)monitor_wait_until(&registrant->monitor, &registrant->let_go, true);
    registrant->left = true;
    monitor_announce(&registrant->monitor);
    monitor_unlock(&registrant->monitor);
}

static void *run_registrant(void *context)
{
    struct registrant *registrant = context;

    (void)NotifyRouteChange2(AF_INET, stay_in_initial_call, registrant, TRUE, &registrant->handle);
    return NULL;
}

static void test_cancel_waits_for_the_initial_call(void **state)
{
    struct holdings before = holdings_now();
    struct registrant registrant = {0};
    struct canceller canceller;
    pthread_t thread;

    (void)state;
    monitor_init(&registrant.monitor);
    assert_int_equal(pthread_create(&thread, NULL, run_registrant, &registrant), 0);
    monitor_lock(&registrant.monitor);
    assert_true(monitor_wait_until(&registrant.monitor, &registrant.inside, true));
    monitor_unlock(&registrant.monitor);

    /* Its handle is there already. */
    canceller = (struct canceller){.monitor = &registrant.monitor, .handle = registrant.handle};
    assert_int_equal(pthread_create(&canceller.thread, NULL, run_canceller, &canceller), 0);
    await_waiting(&canceller);
    threads_await_asleep();
    monitor_lock(&registrant.monitor);
    bool returned = canceller.returned;
    registrant.let_go = true;
    monitor_announce(&registrant.monitor);
    monitor_unlock(&registrant.monitor);
    assert_false(returned);

    pthread_join(canceller.thread, NULL);
    assert_int_equal(canceller.result, NO_ERROR);
    assert_true(registrant.left);
    pthread_join(thread, NULL);
    monitor_destroy(&registrant.monitor);
    holdings_expect_restored(&before);
}

/* Whoever cancels another's registration from a callback waits for that one's callback too. */
struct outer {
    struct monitor monitor;
    HANDLE other;
    bool begun;
    bool done;
    DWORD result;
    size_t told_at_return;
    struct recorder *recorder;
};

static void cancel_other(void *context, MIB_IPFORWARD_ROW2 *row, MIB_NOTIFICATION_TYPE type)
{
    struct outer *outer = context;

    (void)row;
    (void)type;
    monitor_lock(&outer->monitor);
    bool done = outer->done;
    HANDLE other = outer->other;
    monitor_unlock(&outer->monitor);
    if (done)
        return;

    monitor_lock(&outer->monitor);
    outer->begun = true;
    monitor_announce(&outer->monitor);
    monitor_unlock(&outer->monitor);
    DWORD result = CancelMibChangeNotify2(other);

    monitor_lock(&outer->monitor);
    outer->result = result;
    outer->told_at_return = recorder_count(outer->recorder);
    outer->done = true;
    monitor_announce(&outer->monitor);
    monitor_unlock(&outer->monitor);
}

static void test_cancel_of_another_from_a_callback(void **state)
{
    struct recorder recorder;
    struct outer outer = {.recorder = &recorder};
    struct timespec deadline = check_deadline();
    HANDLE handle;

    (void)state;
    monitor_init(&outer.monitor);
    assert_int_equal(recorder_start(&recorder, ROW_ROUTE, AF_UNSPEC, FALSE), NO_ERROR);
    monitor_lock(&outer.monitor);
    outer.other = recorder.handle;
    monitor_unlock(&outer.monitor);

    /* The other is in its callback before the one that cancels it can be called. */
    recorder_hold(&recorder);
    ip("route add blackhole 10.1.0.0/16");
    assert_true(recorder_wait_held(&recorder, &deadline));
    assert_int_equal(NotifyRouteChange2(AF_INET, cancel_other, &outer, FALSE, &handle), NO_ERROR);
    ip("route add blackhole 10.2.0.0/16");
    monitor_lock(&outer.monitor);
    assert_true(monitor_wait_until(&outer.monitor, &outer.begun, true));
    assert_false(outer.done);
    monitor_unlock(&outer.monitor);
    recorder_release(&recorder);

    monitor_lock(&outer.monitor);
    assert_true(monitor_wait_until(&outer.monitor, &outer.done, true));
    assert_int_equal(outer.result, NO_ERROR);
    monitor_unlock(&outer.monitor);
    assert_int_equal(CancelMibChangeNotify2(handle), NO_ERROR);
    assert_int_equal(recorder.count, outer.told_at_return);
    recorder_discard(&recorder);
    monitor_destroy(&outer.monitor);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_ring_of_two),
        world_test(test_ring_of_three),
        world_test(test_ring_of_ten),
        world_test(test_rings_again_and_again),
        world_test(test_own_callback),
        world_test(test_cancel_waits),
        world_test(test_cancel_amid_changes_found_at_once),
        world_test(test_cancel_waits_for_the_initial_call),
        world_test(test_cancel_of_another_from_a_callback),
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
