/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The contract of NotifyStableUnicastIpAddressTable where the addresses are stable. */
#include "registration.h"

#include <string.h>

static unsigned calls;

static void NETIOAPI_API_ on_stable(void *context, MIB_UNICASTIPADDRESS_TABLE *table)
{
    (void)context;
    calls++;
    FreeMibTable(table);
}

static void test_bad_parameters(void **state)
{
    static const ADDRESS_FAMILY bad_families[] = {1, 3, 99, 0xffff, AF_INET6 + 1};
    MIB_UNICASTIPADDRESS_TABLE *table = NULL;
    HANDLE handle;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bad_families); i++) {
        handle = NOBODYS_HANDLE;
        assert_int_equal(
            NotifyStableUnicastIpAddressTable(bad_families[i], &table, on_stable, NULL, &handle),
            ERROR_INVALID_PARAMETER);
        assert_null(handle);
    }
    handle = NOBODYS_HANDLE;
    assert_int_equal(NotifyStableUnicastIpAddressTable(AF_UNSPEC, NULL, on_stable, NULL, &handle),
                     ERROR_INVALID_PARAMETER);
    assert_null(handle);
    handle = NOBODYS_HANDLE;
    assert_int_equal(NotifyStableUnicastIpAddressTable(AF_UNSPEC, &table, NULL, NULL, &handle),
                     ERROR_INVALID_PARAMETER);
    assert_null(handle);
    assert_int_equal(NotifyStableUnicastIpAddressTable(AF_UNSPEC, &table, on_stable, NULL, NULL),
                     ERROR_INVALID_PARAMETER);
    assert_int_equal(NotifyStableUnicastIpAddressTable(AF_UNSPEC, NULL, NULL, NULL, NULL),
                     ERROR_INVALID_PARAMETER);
    assert_int_equal(calls, 0);
}

/* The table at once, no handle, no callback. */
static void test_stable_already(void **state)
{
    static const ADDRESS_FAMILY families[] = {AF_UNSPEC, AF_INET, AF_INET6};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
        MIB_UNICASTIPADDRESS_TABLE *table = NULL;
        HANDLE handle = NOBODYS_HANDLE;

        assert_int_equal(
            NotifyStableUnicastIpAddressTable(families[i], &table, on_stable, NULL, &handle),
            NO_ERROR);
        assert_null(handle);
        assert_non_null(table);
        for (ULONG j = 0; j < table->NumEntries; j++) {
            assert_int_not_equal(table->Table[j].DadState, IpDadStateTentative);
            if (families[i] != AF_UNSPEC)
                assert_int_equal(table->Table[j].Address.si_family, families[i]);
        }
        FreeMibTable(table);
    }

    /* By when this was told, a callback would have come too. */
    struct registration witness;
    registration_start(&witness, CHANGE_UNICAST, AF_INET, FALSE);
    registration_exercise(&witness);
    registration_stop(&witness);
    assert_int_equal(calls, 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_parameters),
        cmocka_unit_test(test_stable_already),
    };

    (void)argc;
    int rc = platform_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
