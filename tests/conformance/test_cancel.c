/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The contract of CancelMibChangeNotify2. */
#include "registration.h"

#include <string.h>

static void test_null(void **state)
{
    (void)state;
    assert_int_equal(CancelMibChangeNotify2(NULL), ERROR_INVALID_PARAMETER);
}

static const uintptr_t forged[] = {
    1, 2, 3, 4, 8, 16, 4096, 0xdeadbeef, 0x7fffffff, 0x80000000, 0xffffffff, ~(uintptr_t)0,
};

static void test_forged(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(forged); i++)
        assert_int_equal(CancelMibChangeNotify2((HANDLE)forged[i]), ERROR_INVALID_HANDLE);

    /* Real addresses: of the stack, of data, of code, of a table. */
    MIB_IPINTERFACE_TABLE *table = NULL;
    assert_int_equal(GetIpInterfaceTable(AF_UNSPEC, &table), NO_ERROR);
    assert_int_equal(CancelMibChangeNotify2((HANDLE)&table), ERROR_INVALID_HANDLE);
    assert_int_equal(CancelMibChangeNotify2((HANDLE)forged), ERROR_INVALID_HANDLE);
    assert_int_equal(CancelMibChangeNotify2((HANDLE)test_forged), ERROR_INVALID_HANDLE);
    assert_int_equal(CancelMibChangeNotify2(table), ERROR_INVALID_HANDLE);
    FreeMibTable(table);
}

/* What lies near a handle is none, and trying does no harm to it. */
static void test_shifted(void **state)
{
    (void)state;
    for (int kind = 0; kind < CHANGE_KINDS; kind++) {
        struct registration registration;
        registration_start(&registration, (enum conformance_change)kind, AF_INET, FALSE);

        uintptr_t value = (uintptr_t)registration.handle;
        uintptr_t wrong[32 + 8 * sizeof(value)] = {
            value + 1, value + 2,  value + 4,  value + 8,           value - 1,
            value - 4, value << 1, value >> 1, value << 32,         value >> 32,
            value * 2, ~value,     0 - value,  value ^ 0x80U << 24,
        };
        size_t count = 14;
        for (size_t bit = 0; bit < 8 * sizeof(value); bit++)
            wrong[count++] = value ^ (uintptr_t)1 << bit;

        for (size_t i = 0; i < count; i++) {
            DWORD expected = wrong[i] == 0 ? ERROR_INVALID_PARAMETER : ERROR_INVALID_HANDLE;
            if (wrong[i] != value)
                assert_int_equal(CancelMibChangeNotify2((HANDLE)wrong[i]), expected);
        }
        registration_exercise(&registration);
        registration_stop(&registration);
    }
}

static void test_twice_and_stale(void **state)
{
    enum { COUNT = 20 };
    struct registration registrations[COUNT];
    HANDLE stale[COUNT];

    (void)state;
    for (size_t i = 0; i < COUNT; i++) {
        registration_start(&registrations[i], (enum conformance_change)(i % CHANGE_KINDS),
                           AF_UNSPEC, FALSE);
        stale[i] = registrations[i].handle;
    }
    for (size_t i = 0; i < COUNT; i++) {
        registration_stop(&registrations[i]);
        assert_int_equal(CancelMibChangeNotify2(stale[i]), ERROR_INVALID_HANDLE);
    }

    /* Their places may have been taken by others; those are not to be hit. */
    for (size_t i = 0; i < COUNT; i++)
        registration_start(&registrations[i], CHANGE_ROUTE, AF_INET, FALSE);
    for (size_t i = 0; i < COUNT; i++)
        assert_int_equal(CancelMibChangeNotify2(stale[i]), ERROR_INVALID_HANDLE);
    for (size_t i = 0; i < COUNT; i++)
        registration_stop(&registrations[i]);
}

/* After it no callback comes. */
static void test_silence_afterwards(void **state)
{
    (void)state;
    for (int kind = 0; kind < CHANGE_KINDS; kind++) {
        struct registration registration;
        struct registration witness;

        registration_start(&registration, (enum conformance_change)kind, AF_INET, FALSE);
        registration_start(&witness, (enum conformance_change)kind, AF_INET, FALSE);
        registration_exercise(&registration);
        assert_int_equal(CancelMibChangeNotify2(registration.handle), NO_ERROR);
        unsigned changes = registration.changes;
        registration_exercise(&witness);
        platform_monitor_lock(registration.monitor);
        assert_int_equal(registration.changes, changes);
        platform_monitor_unlock(registration.monitor);
        registration_forget(&registration);
        registration_stop(&witness);
    }
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
    uint64_t deadline = platform_deadline();
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
        struct registration registration;
        struct platform_thread *threads[RACERS];
        struct race race = {.monitor = platform_monitor_new()};

        registration_start(&registration, (enum conformance_change)(round % CHANGE_KINDS),
                           AF_UNSPEC, FALSE);
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
static void test_own(void **state)
{
    (void)state;
    for (int kind = 0; kind < CHANGE_KINDS; kind++) {
        struct registration registration;

        registration_start_with(&registration, (enum conformance_change)kind, AF_UNSPEC, TRUE,
                                cancel_own, NULL);
        registration_exercise(&registration);
        registration_stop(&registration);
    }
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

static void test_others(void **state)
{
    (void)state;
    for (int initial = 0; initial < 2; initial++) {
        for (int kind = 0; kind < CHANGE_KINDS; kind++) {
            struct registration other;
            struct registration registration;

            registration_start(&other, (enum conformance_change)((kind + 1) % CHANGE_KINDS),
                               AF_UNSPEC, FALSE);
            HANDLE handle = other.handle;
            registration_start_with(&registration, (enum conformance_change)kind, AF_UNSPEC,
                                    (BOOLEAN)initial, cancel_other, &other);
            registration_exercise(&registration);
            assert_int_equal(CancelMibChangeNotify2(handle), ERROR_INVALID_HANDLE);
            registration_forget(&other);
            registration_stop(&registration);
        }
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_null),
        cmocka_unit_test(test_forged),
        cmocka_unit_test(test_shifted),
        cmocka_unit_test(test_twice_and_stale),
        cmocka_unit_test(test_silence_afterwards),
        cmocka_unit_test(test_from_two_threads),
        cmocka_unit_test(test_own),
        cmocka_unit_test(test_others),
    };

    (void)argc;
    int rc = platform_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
