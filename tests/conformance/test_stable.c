/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * NotifyStableUnicastIpAddressTable: where all addresses are stable, and where one is tentative for
 * a while.
 */
#include "registration.h"

#include <string.h>

/* What the callback was given so far; guarded by the monitor. */
struct stable {
    struct platform_monitor *monitor;
    unsigned calls;
    bool tentative;                /* a table had such an address */
    bool present[NETWORK_NUMBERS]; /* of the last table */
    bool cancel_own;
    HANDLE handle;
    DWORD own_result;
};

static struct stable stable;

static void NETIOAPI_API_ on_stable(void *context, MIB_UNICASTIPADDRESS_TABLE *table)
{
    struct stable *told = context;

    platform_monitor_lock(told->monitor);
    told->calls++;
    memset(told->present, 0, sizeof(told->present));
    for (ULONG i = 0; table && i < table->NumEntries; i++) {
        int number = network_number(ROW_UNICAST, AF_INET6, &table->Table[i]);
        if (number >= 0)
            told->present[number] = true;
        told->tentative = told->tentative || table->Table[i].DadState == IpDadStateTentative;
    }
    if (told->cancel_own)
        told->own_result = CancelMibChangeNotify2(told->handle);
    platform_monitor_announce(told->monitor);
    platform_monitor_unlock(told->monitor);
    FreeMibTable(table);
}

static void begin(void)
{
    memset(&stable, 0, sizeof(stable));
    stable.monitor = platform_monitor_new();
}

/* Waits for a table in which that address is. */
static void await_table_with(unsigned number)
{
    uint64_t deadline = suite_deadline();
    bool timely = true;

    platform_monitor_lock(stable.monitor);
    while (!stable.present[number] && timely)
        timely = platform_monitor_wait(stable.monitor, deadline);
    bool present = stable.present[number];
    bool was_tentative = stable.tentative;
    platform_monitor_unlock(stable.monitor);
    assert_true(present);
    assert_false(was_tentative);
}

static unsigned calls(void)
{
    platform_monitor_lock(stable.monitor);
    unsigned so_far = stable.calls;
    platform_monitor_unlock(stable.monitor);
    return so_far;
}

/* ---- All stable ---------------------------------------------------------------------------- */

/* The table at once, no handle, and never a callback. */
static void test_stable_already(void **state)
{
    static struct registration witness;

    (void)state;
    begin();
    for (size_t i = 0; i < ARRAY_SIZE(suite_families); i++) {
        MIB_UNICASTIPADDRESS_TABLE *table = NULL;
        HANDLE handle = NOBODYS_HANDLE;

        assert_int_equal(NotifyStableUnicastIpAddressTable(suite_families[i], &table, on_stable,
                                                           &stable, &handle),
                         NO_ERROR);
        assert_null(handle);
        assert_non_null(table);
        assert_true(table->NumEntries > 0);
        for (ULONG j = 0; j < table->NumEntries; j++) {
            assert_int_not_equal(table->Table[j].DadState, IpDadStateTentative);
            if (suite_families[i] != AF_UNSPEC)
                assert_int_equal(table->Table[j].Address.si_family, suite_families[i]);
        }
        FreeMibTable(table);
    }

    /* By when this was told, a callback would have come too. */
    registration_start(&witness, ROW_UNICAST, AF_INET, FALSE);
    registration_exercise(&witness, AF_INET);
    registration_stop(&witness);
    assert_int_equal(calls(), 0);
    platform_monitor_free(stable.monitor);
}

/* ---- One tentative ------------------------------------------------------------------------- */

static void start_tentative(ADDRESS_FAMILY family)
{
    static MIB_UNICASTIPADDRESS_TABLE something;
    MIB_UNICASTIPADDRESS_TABLE *table = &something;
    HANDLE handle = NOBODYS_HANDLE;

    network_add_tentative(1);
    begin();
    assert_int_equal(NotifyStableUnicastIpAddressTable(family, &table, on_stable, &stable, &handle),
                     ERROR_IO_PENDING);
    assert_null(table);
    assert_non_null(handle);
    assert_ptr_not_equal(handle, NOBODYS_HANDLE);
    platform_monitor_lock(stable.monitor);
    stable.handle = handle;
    platform_monitor_unlock(stable.monitor);
}

static void stop_tentative(void)
{
    assert_int_equal(CancelMibChangeNotify2(stable.handle), NO_ERROR);
    assert_int_equal(CancelMibChangeNotify2(stable.handle), ERROR_INVALID_HANDLE);
    platform_monitor_free(stable.monitor);
}

/* A table each time they have become stable, until cancelled. */
static void test_becomes_stable(void **state)
{
    (void)state;
    start_tentative(AF_INET6);
    assert_int_equal(calls(), 0);
    network_settle();
    await_table_with(1);
    network_add_tentative(2);
    network_settle();
    await_table_with(2);
    stop_tentative();
}

static void test_becomes_stable_for_both_families(void **state)
{
    (void)state;
    start_tentative(AF_UNSPEC);
    network_settle();
    await_table_with(1);
    stop_tentative();
}

/* The other family's addresses are stable all the while. */
static void test_families_apart(void **state)
{
    MIB_UNICASTIPADDRESS_TABLE *table = NULL;
    HANDLE handle = NOBODYS_HANDLE;

    (void)state;
    start_tentative(AF_INET6);
    assert_int_equal(
        NotifyStableUnicastIpAddressTable(AF_INET, &table, on_stable, &stable, &handle), NO_ERROR);
    assert_null(handle);
    assert_non_null(table);
    FreeMibTable(table);
    stop_tentative();
}

static void test_tentative_in_the_table(void **state)
{
    MIB_UNICASTIPADDRESS_TABLE *table = NULL;
    bool found = false;

    (void)state;
    network_add_tentative(1);
    assert_int_equal(GetUnicastIpAddressTable(AF_INET6, &table), NO_ERROR);
    for (ULONG i = 0; i < table->NumEntries; i++) {
        if (network_number(ROW_UNICAST, AF_INET6, &table->Table[i]) == 1) {
            found = true;
            assert_int_equal(table->Table[i].DadState, IpDadStateTentative);
        }
    }
    FreeMibTable(table);
    assert_true(found);
}

/* An address that comes is told while it is tentative, and that it is not, then. */
static void test_tentative_is_told(void **state)
{
    static struct registration registration;

    (void)state;
    registration_start(&registration, ROW_UNICAST, AF_INET6, FALSE);
    network_add_tentative(1);
    registration_await_told(&registration, MibAddInstance, AF_INET6, 1, 1);
    network_settle();
    registration_await_told(&registration, MibParameterNotification, AF_INET6, 1, 1);
    registration_settle((struct registration *const[]){&registration}, 1);
    assert_string_equal(registration_history(&registration, AF_INET6, 1), "AP");
    registration_stop(&registration);
}

static void test_cancel(void **state)
{
    static struct registration witness;

    (void)state;
    start_tentative(AF_INET6);
    registration_start(&witness, ROW_UNICAST, AF_INET6, FALSE);
    assert_int_equal(CancelMibChangeNotify2(stable.handle), NO_ERROR);
    assert_int_equal(CancelMibChangeNotify2(stable.handle), ERROR_INVALID_HANDLE);

    /* By when this was told, a callback would have come too. */
    network_settle();
    registration_await_told(&witness, MibParameterNotification, AF_INET6, 1, 1);
    registration_settle((struct registration *const[]){&witness}, 1);
    registration_stop(&witness);
    assert_int_equal(calls(), 0);
    platform_monitor_free(stable.monitor);
}

static void test_cancel_own(void **state)
{
    (void)state;
    start_tentative(AF_INET6);
    platform_monitor_lock(stable.monitor);
    stable.cancel_own = true;
    platform_monitor_unlock(stable.monitor);
    network_settle();
    await_table_with(1);
    platform_monitor_lock(stable.monitor);
    DWORD own_result = stable.own_result;
    stable.cancel_own = false;
    platform_monitor_unlock(stable.monitor);
    assert_int_equal(own_result, ERROR_POSSIBLE_DEADLOCK);

    /* It lives on. */
    network_add_tentative(2);
    network_settle();
    await_table_with(2);
    stop_tentative();
}

int main(int argc, char **argv)
{
    static const struct suite_test tests[] = {
        suite_test("table_at_once", test_stable_already, NULL),
        suite_test("tentative_address_in_the_table", test_tentative_in_the_table, NULL),
        suite_test("tentative_address_is_told", test_tentative_is_told, NULL),
        suite_test("table_when_stable_again", test_becomes_stable, NULL),
        suite_test("table_when_stable_both_families", test_becomes_stable_for_both_families, NULL),
        suite_test("other_family_is_stable", test_families_apart, NULL),
        suite_test("nothing_comes_after_cancel", test_cancel, NULL),
        suite_test("own_cancel_is_refused", test_cancel_own, NULL),
    };

    return suite_main(argc, argv, tests, ARRAY_SIZE(tests));
}
