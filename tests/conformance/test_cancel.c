/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The contract of CancelMibChangeNotify2. */
#include "registration.h"

#include <stdlib.h>
#include <string.h>

static const uintptr_t forged[] = {
    1, 2, 3, 4, 8, 16, 4096, 0xdeadbeef, 0x7fffffff, 0x80000000, 0xffffffff, ~(uintptr_t)0,
};

static void test_forged(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(forged); i++)
        assert_int_equal(CancelMibChangeNotify2((HANDLE)forged[i]), ERROR_INVALID_HANDLE);

    /* Real addresses: of the stack, of data, of code, of a table. */
    MIB_UNICASTIPADDRESS_TABLE *table = NULL;
    assert_int_equal(GetUnicastIpAddressTable(AF_UNSPEC, &table), NO_ERROR);
    assert_int_equal(CancelMibChangeNotify2((HANDLE)&table), ERROR_INVALID_HANDLE);
    assert_int_equal(CancelMibChangeNotify2((HANDLE)forged), ERROR_INVALID_HANDLE);
    assert_int_equal(CancelMibChangeNotify2((HANDLE)test_forged), ERROR_INVALID_HANDLE);
    assert_int_equal(CancelMibChangeNotify2(table), ERROR_INVALID_HANDLE);
    FreeMibTable(table);
}

/* What lies near a handle is none, and trying does no harm to it. */
static void test_shifted(void **state)
{
    const struct suite_subject *subject = *state;
    static struct registration registration;

    registration_start(&registration, subject->kind, AF_INET, FALSE);
    uintptr_t value = (uintptr_t)registration.handle;
    uintptr_t wrong[32 + 8 * sizeof(value)] = {
        value + 1,
        value + 2,
        value + 4,
        value + 8,
        value - 1,
        value - 4,
        ~value,
        0 - value,
        value << 1,
        value >> 1,
        value * 2,
        value ^ 0x80U << 24,
        value << 4 * sizeof(value),
        value >> 4 * sizeof(value),
    };
    size_t count = 14;
    for (size_t bit = 0; bit < 8 * sizeof(value); bit++)
        wrong[count++] = value ^ (uintptr_t)1 << bit;

    for (size_t i = 0; i < count; i++) {
        DWORD expected = wrong[i] == 0 ? ERROR_INVALID_PARAMETER : ERROR_INVALID_HANDLE;
        if (wrong[i] != value)
            assert_int_equal(CancelMibChangeNotify2((HANDLE)wrong[i]), expected);
    }
    registration_exercise(&registration, AF_INET);
    registration_stop(&registration);
}

static void test_twice_and_stale(void **state)
{
    enum { COUNT = 20 };
    static struct registration registrations[COUNT];
    HANDLE stale[COUNT];

    (void)state;
    for (size_t i = 0; i < COUNT; i++) {
        registration_start(&registrations[i], (enum row_kind)(i % ROW_WATCHED_KINDS), AF_UNSPEC,
                           FALSE);
        stale[i] = registrations[i].handle;
    }
    for (size_t i = 0; i < COUNT; i++) {
        registration_stop(&registrations[i]);
        assert_int_equal(CancelMibChangeNotify2(stale[i]), ERROR_INVALID_HANDLE);
    }

    /* Their places may have been taken by others; those are not to be hit. */
    for (size_t i = 0; i < COUNT; i++)
        registration_start(&registrations[i], ROW_ROUTE, AF_INET, FALSE);
    for (size_t i = 0; i < COUNT; i++)
        assert_int_equal(CancelMibChangeNotify2(stale[i]), ERROR_INVALID_HANDLE);
    for (size_t i = 0; i < COUNT; i++)
        registration_stop(&registrations[i]);
}

/* After it no callback comes: the context may be freed at once. */
static void test_silence_afterwards(void **state)
{
    const struct suite_subject *subject = *state;
    struct registration *registration = malloc(sizeof(*registration));
    static struct registration witness;

    assert_non_null(registration);
    registration_start(registration, subject->kind, subject->family, FALSE);
    registration_start(&witness, subject->kind, subject->family, FALSE);
    registration_settle((struct registration *const[]){registration, &witness}, 2);
    registration_stop(registration);
    memset(registration, 0, sizeof(*registration)); /* a callback would find no lock */
    registration_settle((struct registration *const[]){&witness}, 1);
    registration_stop(&witness);
    free(registration);
}

/* ---- From two threads at once -------------------------------------------------------------- */

#define RACERS 2

struct race {
    struct platform_monitor *monitor;
    HANDLE handle;
    unsigned ready;
    unsigned succeeded;
    unsigned invalid;
};

static void run_racer(void *context)
{
    struct race *race = context;
    uint64_t deadline = suite_deadline();
    bool timely = true;

    platform_monitor_lock(race->monitor);
    race->ready++;
    platform_monitor_announce(race->monitor);
    while (race->ready < RACERS && timely)
        timely = platform_monitor_wait(race->monitor, deadline);
    platform_monitor_unlock(race->monitor);

    DWORD rc = CancelMibChangeNotify2(race->handle);

    platform_monitor_lock(race->monitor);
    race->succeeded += rc == NO_ERROR;
    race->invalid += rc == ERROR_INVALID_HANDLE;
    platform_monitor_unlock(race->monitor);
}

static void test_from_two_threads(void **state)
{
    (void)state;
    for (int round = 0; round < 50; round++) {
        static struct registration registration;
        struct platform_thread *threads[RACERS];
        struct race race = {.monitor = platform_monitor_new()};

        registration_start(&registration, (enum row_kind)(round % ROW_WATCHED_KINDS), AF_UNSPEC,
                           FALSE);
        race.handle = registration.handle;
        for (size_t i = 0; i < RACERS; i++)
            threads[i] = platform_thread_start(run_racer, &race);
        for (size_t i = 0; i < RACERS; i++)
            platform_thread_join(threads[i]);
        assert_int_equal(race.succeeded, 1);
        assert_int_equal(race.invalid, RACERS - 1);
        platform_monitor_free(race.monitor);
        registration_forget(&registration);
    }
}

/* ---- While the callback runs --------------------------------------------------------------- */

#define CANCELLERS 3

struct canceller {
    struct registration *registration;
    struct platform_monitor *monitor;
    struct platform_thread *thread;

    /* Guarded by the monitor. */
    bool begun;
    bool returned;
    DWORD result;
    unsigned inside; /* callbacks running when it returned */
};

static void run_canceller(void *context)
{
    struct canceller *canceller = context;

    platform_monitor_lock(canceller->monitor);
    canceller->begun = true;
    platform_monitor_announce(canceller->monitor);
    platform_monitor_unlock(canceller->monitor);

    DWORD result = CancelMibChangeNotify2(canceller->registration->handle);
    unsigned inside = registration_inside(canceller->registration);

    platform_monitor_lock(canceller->monitor);
    canceller->result = result;
    canceller->inside = inside;
    canceller->returned = true;
    platform_monitor_announce(canceller->monitor);
    platform_monitor_unlock(canceller->monitor);
}

static void start_cancellers(struct canceller *cancellers, size_t count,
                             struct registration *registration, struct platform_monitor *monitor)
{
    uint64_t deadline = suite_deadline();

    for (size_t i = 0; i < count; i++) {
        cancellers[i] = (struct canceller){.registration = registration, .monitor = monitor};
        cancellers[i].thread = platform_thread_start(run_canceller, &cancellers[i]);
    }
    for (size_t i = 0; i < count; i++) {
        bool timely = true;
        platform_monitor_lock(monitor);
        while (!cancellers[i].begun && timely)
            timely = platform_monitor_wait(monitor, deadline);
        platform_monitor_unlock(monitor);
        assert_true(timely);
    }
}

/*
 * It returns when the callback has; and what happened meanwhile, and had not been told, is not told
 * any more. That it waits shows in what it finds when it returns, not in how long it takes.
 */
static void cancel_held(const struct suite_subject *subject, size_t count)
{
    static struct registration registration;
    static struct registration witness;
    static struct canceller cancellers[CANCELLERS];
    struct platform_monitor *monitor = platform_monitor_new();
    size_t succeeded = 0;

    registration_start(&registration, subject->kind, subject->family, FALSE);
    registration_start(&witness, subject->kind, subject->family, FALSE);
    registration_hold(&registration);
    network_make_change(subject->kind, subject->family);
    registration_await_held(&registration);
    start_cancellers(cancellers, count, &registration, monitor);

    /* Time for a cancel that does not wait to return. */
    network_undo_change(subject->kind, subject->family);
    registration_await(&witness, 2);
    registration_exercise(&witness, subject->family);

    registration_release(&registration);
    for (size_t i = 0; i < count; i++) {
        platform_thread_join(cancellers[i].thread);
        if (cancellers[i].result == NO_ERROR) {
            succeeded++;
            assert_int_equal(cancellers[i].inside, 0);
        } else {
            assert_int_equal(cancellers[i].result, ERROR_INVALID_HANDLE);
        }
    }
    assert_int_equal(succeeded, 1);
    registration_exercise(&witness, subject->family);
    assert_int_equal(registration.changes, 1);
    registration_forget(&registration);
    registration_stop(&witness);
    platform_monitor_free(monitor);
}

static void test_waits(void **state)
{
    cancel_held(*state, 1);
}

/* One has the success, and has waited; for the others the registration is cancelled already. */
static void test_several_cancel(void **state)
{
    cancel_held(*state, CANCELLERS);
}

/* Has another thread cancel it, and makes a change that a cancel which does not wait leaves time
 * for. */
static void be_cancelled(struct registration *registration, void *row, MIB_NOTIFICATION_TYPE type)
{
    struct canceller *canceller = registration->context;
    uint64_t deadline = suite_deadline();
    bool timely = true;

    (void)row;
    if (type != MibInitialNotification)
        return;
    canceller->thread = platform_thread_start(run_canceller, canceller);
    platform_monitor_lock(canceller->monitor);
    while (!canceller->begun && timely)
        timely = platform_monitor_wait(canceller->monitor, deadline);
    platform_monitor_unlock(canceller->monitor);
    if (!network_try_add(registration->kind, registration->family, 1)) {
        platform_monitor_lock(registration->monitor);
        registration->violation = "no change could be made in the initial callback";
        platform_monitor_unlock(registration->monitor);
    }
}

/* The handle is good before the initial callback has returned; the change is not told any more. */
static void test_waits_for_initial(void **state)
{
    const struct suite_subject *subject = *state;
    static struct registration registration;
    static struct registration witness;
    static struct canceller canceller;

    canceller =
        (struct canceller){.registration = &registration, .monitor = platform_monitor_new()};
    registration_start(&witness, subject->kind, subject->family, FALSE);
    registration_start_with(&registration, subject->kind, subject->family, TRUE, be_cancelled,
                            &canceller);
    platform_thread_join(canceller.thread);
    assert_int_equal(canceller.result, NO_ERROR);
    assert_int_equal(canceller.inside, 0);
    registration_await_told(&witness, MibAddInstance, subject->family, 1, 1);
    assert_int_equal(registration.initials, 1);
    assert_int_equal(registration.changes, 0);
    assert_int_equal(CancelMibChangeNotify2(registration.handle), ERROR_INVALID_HANDLE);
    registration_forget(&registration);
    registration_stop(&witness);
    platform_monitor_free(canceller.monitor);
}

/* ---- From callbacks ------------------------------------------------------------------------ */

static void cancel_own(struct registration *registration, void *row, MIB_NOTIFICATION_TYPE type)
{
    DWORD rc = CancelMibChangeNotify2(registration->handle);

    (void)row;
    (void)type;
    platform_monitor_lock(registration->monitor);
    if (rc != ERROR_POSSIBLE_DEADLOCK && !registration->stopping)
        registration->violation = "cancel of the own registration was not refused";
    platform_monitor_unlock(registration->monitor);
}

/* Refused in the initial callback as in any other; the registration lives on. */
static void test_own_initial(void **state)
{
    const struct suite_subject *subject = *state;
    static struct registration registration;

    registration_start_with(&registration, subject->kind, AF_UNSPEC, TRUE, cancel_own, NULL);
    registration_stop(&registration);
}

static void test_own(void **state)
{
    const struct suite_subject *subject = *state;
    static struct registration registration;

    registration_start_with(&registration, subject->kind, subject->family, FALSE, cancel_own, NULL);
    registration_exercise(&registration, subject->family);
    registration_stop(&registration);
}

/*
 * Within the initial callback of one registration that of another: neither of the two can be
 * cancelled there, and the inner one can when its callback has returned.
 */
static void cancel_outer(struct registration *registration, void *row, MIB_NOTIFICATION_TYPE type)
{
    const struct registration *outer = registration->context;
    bool refused = CancelMibChangeNotify2(outer->handle) == ERROR_POSSIBLE_DEADLOCK;

    cancel_own(registration, row, type);
    platform_monitor_lock(registration->monitor);
    if (!refused)
        registration->violation = "cancel of the registration outside was not refused";
    platform_monitor_unlock(registration->monitor);
}

static void register_within(struct registration *registration, void *row,
                            MIB_NOTIFICATION_TYPE type)
{
    static struct registration inner;

    (void)row;
    if (type != MibInitialNotification)
        return;
    registration_start_with(&inner, registration->kind, registration->family, TRUE, cancel_outer,
                            registration);
    assert_int_equal(registration_look(&inner).initials, 1);
    inner.action = NULL;
    registration_stop(&inner);
}

static void test_within_initial(void **state)
{
    const struct suite_subject *subject = *state;
    static struct registration registration;

    registration_start_with(&registration, subject->kind, subject->family, TRUE, register_within,
                            NULL);
    registration_exercise(&registration, subject->family);
    registration_stop(&registration);
}

/* Cancels the registration that is its context, once. */
static void cancel_other(struct registration *registration, void *row, MIB_NOTIFICATION_TYPE type)
{
    struct registration *other = registration->context;

    (void)row;
    (void)type;
    platform_monitor_lock(other->monitor);
    HANDLE handle = other->handle;
    other->handle = NULL;
    platform_monitor_unlock(other->monitor);
    if (!handle)
        return;

    DWORD rc = CancelMibChangeNotify2(handle);
    platform_monitor_lock(registration->monitor);
    if (rc != NO_ERROR)
        registration->violation = "cancel of another registration failed";
    platform_monitor_unlock(registration->monitor);
}

static void check_other(const struct suite_subject *subject, BOOLEAN initial)
{
    static struct registration other;
    static struct registration registration;

    registration_start(&other, (enum row_kind)((subject->kind + 1) % ROW_WATCHED_KINDS), AF_UNSPEC,
                       FALSE);
    HANDLE handle = other.handle;
    registration_start_with(&registration, subject->kind, AF_UNSPEC, initial, cancel_other, &other);
    if (!initial)
        registration_exercise(&registration, subject->family);
    assert_int_equal(CancelMibChangeNotify2(handle), ERROR_INVALID_HANDLE);
    /* Whose callback looks at the other one, whenever it is called. */
    registration_stop(&registration);
    registration_forget(&other);
}

static void test_other(void **state)
{
    check_other(*state, FALSE);
}

static void test_other_initial(void **state)
{
    check_other(*state, TRUE);
}

/* A callback that cancels another registration waits for that one's callback. */
static void cancel_and_look(struct registration *registration, void *row,
                            MIB_NOTIFICATION_TYPE type)
{
    struct canceller *canceller = registration->context;

    (void)row;
    (void)type;
    platform_monitor_lock(canceller->monitor);
    bool begun = canceller->begun;
    platform_monitor_unlock(canceller->monitor);
    if (!begun)
        run_canceller(canceller);
}

static void test_other_waits(void **state)
{
    const struct suite_subject *subject = *state;
    static struct registration other;
    static struct registration registration;
    static struct registration witness;
    static struct canceller canceller;
    uint64_t deadline = suite_deadline();
    bool timely = true;

    /* Whether such a change can be made at all is found out before. */
    network_add(subject->kind, subject->family, 1);
    network_delete(subject->kind, subject->family, 1);
    canceller = (struct canceller){.registration = &other, .monitor = platform_monitor_new()};
    registration_start(&other, subject->kind, subject->family, FALSE);
    registration_start(&witness, subject->kind, subject->family, FALSE);
    registration_hold(&other);
    network_make_change(subject->kind, subject->family);
    registration_await_held(&other);
    registration_start_with(&registration, subject->kind, subject->family, FALSE, cancel_and_look,
                            &canceller);
    network_undo_change(subject->kind, subject->family);
    platform_monitor_lock(canceller.monitor);
    while (!canceller.begun && timely)
        timely = platform_monitor_wait(canceller.monitor, deadline);
    platform_monitor_unlock(canceller.monitor);
    assert_true(timely);
    registration_exercise(&witness, subject->family);

    registration_release(&other);
    platform_monitor_lock(canceller.monitor);
    while (!canceller.returned && timely)
        timely = platform_monitor_wait(canceller.monitor, deadline);
    platform_monitor_unlock(canceller.monitor);
    assert_true(canceller.returned);
    assert_int_equal(canceller.result, NO_ERROR);
    assert_int_equal(canceller.inside, 0);
    registration_forget(&other);
    registration_stop(&registration);
    registration_stop(&witness);
    platform_monitor_free(canceller.monitor);
}

/* ---- Rings: callbacks that cancel each other ----------------------------------------------- */

#define RING_MAX 3

struct ring {
    struct platform_monitor *monitor;
    size_t size;

    /* Guarded by the monitor. */
    size_t arrived;
    HANDLE handles[RING_MAX];
    bool done[RING_MAX];
    DWORD results[RING_MAX];
};

struct member {
    struct ring *ring;
    size_t place;
};

/* All callbacks are running before the first of them cancels the next. */
static void cancel_next(struct registration *registration, void *row, MIB_NOTIFICATION_TYPE type)
{
    struct member *member = registration->context;
    struct ring *ring = member->ring;
    uint64_t deadline = suite_deadline();
    bool timely = true;

    (void)row;
    (void)type;
    platform_monitor_lock(ring->monitor);
    bool first = !ring->done[member->place];
    if (first)
        ring->arrived++;
    platform_monitor_announce(ring->monitor);
    while (first && ring->arrived < ring->size && timely)
        timely = platform_monitor_wait(ring->monitor, deadline);
    HANDLE next = ring->handles[(member->place + 1) % ring->size];
    platform_monitor_unlock(ring->monitor);
    if (!first)
        return;

    DWORD result = CancelMibChangeNotify2(next);

    platform_monitor_lock(ring->monitor);
    ring->results[member->place] = timely ? result : ERROR_TIMEOUT;
    ring->done[member->place] = true;
    platform_monitor_announce(ring->monitor);
    platform_monitor_unlock(ring->monitor);
}

/* Exactly one cancel of the ring is refused, and that registration lives on. */
static void check_ring(size_t size)
{
    static struct registration registrations[RING_MAX];
    static struct member members[RING_MAX];
    static struct ring ring;
    uint64_t deadline = suite_deadline();
    size_t done = 0;
    size_t refused = 0;
    size_t succeeded = 0;

    memset(&ring, 0, sizeof(ring));
    ring.monitor = platform_monitor_new();
    ring.size = size;
    for (size_t i = 0; i < size; i++) {
        members[i] = (struct member){.ring = &ring, .place = i};
        registration_start_with(&registrations[i], (enum row_kind)(i % ROW_WATCHED_KINDS), AF_INET,
                                FALSE, cancel_next, &members[i]);
        platform_monitor_lock(ring.monitor);
        ring.handles[i] = registrations[i].handle;
        platform_monitor_unlock(ring.monitor);
    }
    for (size_t i = 0; i < size; i++)
        network_make_change((enum row_kind)(i % ROW_WATCHED_KINDS), AF_INET);

    platform_monitor_lock(ring.monitor);
    for (size_t i = 0; i < size; i++) {
        bool timely = true;
        while (!ring.done[i] && timely)
            timely = platform_monitor_wait(ring.monitor, deadline);
        done += ring.done[i];
        refused += ring.done[i] && ring.results[i] == ERROR_POSSIBLE_DEADLOCK;
        succeeded += ring.done[i] && ring.results[i] == NO_ERROR;
    }
    platform_monitor_unlock(ring.monitor);
    if (done != size || refused != 1 || succeeded != size - 1)
        fail_msg("ring of %u: %u cancels returned, %u refused, %u succeeded", (unsigned)size,
                 (unsigned)done, (unsigned)refused, (unsigned)succeeded);

    for (size_t i = 0; i < size; i++) {
        bool alive = ring.results[(i + size - 1) % size] == ERROR_POSSIBLE_DEADLOCK;
        assert_int_equal(CancelMibChangeNotify2(registrations[i].handle),
                         alive ? NO_ERROR : ERROR_INVALID_HANDLE);
        registration_forget(&registrations[i]);
    }
    platform_monitor_free(ring.monitor);
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

int main(int argc, char **argv)
{
    static const struct suite_test tests[] = {
        suite_test("forged_handles_are_refused", test_forged, NULL),
        suite_test_per_kind("shifted_handles_are_refused", test_shifted, SUITE_NOTIFY),
        suite_test("stale_handles_are_refused", test_twice_and_stale, NULL),
        suite_test("one_of_two_racing_cancels_succeeds", test_from_two_threads, NULL),
        suite_test_per_family("nothing_comes_afterwards", test_silence_afterwards, SUITE_NOTIFY),
        suite_test_per_kind("waits_for_the_running_callback", test_waits, SUITE_NOTIFY),
        suite_test_per_kind("one_of_several_waits_for_the_running_callback", test_several_cancel,
                            SUITE_NOTIFY),
        suite_test_per_kind("waits_for_the_initial_callback", test_waits_for_initial, SUITE_NOTIFY),
        suite_test_per_kind("own_in_the_initial_callback_is_refused", test_own_initial,
                            SUITE_NOTIFY),
        suite_test_per_kind("own_and_outer_in_an_initial_callback_are_refused", test_within_initial,
                            SUITE_NOTIFY),
        suite_test_per_kind("own_in_a_callback_is_refused", test_own, SUITE_NOTIFY),
        suite_test_per_kind("another_in_the_initial_callback", test_other_initial, SUITE_NOTIFY),
        suite_test_per_kind("another_in_a_callback", test_other, SUITE_NOTIFY),
        suite_test_per_kind("another_in_a_callback_waits_for_its_callback", test_other_waits,
                            SUITE_NOTIFY),
        suite_test("ring_of_two_is_broken_once", test_ring_of_two, NULL),
        suite_test("ring_of_three_is_broken_once", test_ring_of_three, NULL),
    };

    return suite_main(argc, argv, tests, ARRAY_SIZE(tests));
}
