/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GetIpForwardTable2 and GetIpForwardEntry2. */
#include "platform.h"

#include <string.h>

#define UNKNOWN_INDEX 0xfffffff0U

static const ADDRESS_FAMILY bad_families[] = {1, 3, 99, 0xffff, AF_INET6 + 1};

static void test_table_parameters(void **state)
{
    MIB_IPFORWARD_TABLE2 *table = NULL;

    (void)state;
    assert_int_equal(GetIpForwardTable2(AF_UNSPEC, NULL), ERROR_INVALID_PARAMETER);
    assert_int_equal(GetIpForwardTable2(AF_INET, NULL), ERROR_INVALID_PARAMETER);
    assert_int_equal(GetIpForwardTable2(99, NULL), ERROR_INVALID_PARAMETER);
    for (size_t i = 0; i < ARRAY_SIZE(bad_families); i++)
        assert_int_equal(GetIpForwardTable2(bad_families[i], &table), ERROR_INVALID_PARAMETER);
}

static void test_tables(void **state)
{
    static const ADDRESS_FAMILY families[] = {AF_INET, AF_INET6};
    MIB_IPFORWARD_TABLE2 *both = NULL;
    ULONG total = 0;

    (void)state;
    assert_int_equal(GetIpForwardTable2(AF_UNSPEC, &both), NO_ERROR);
    for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
        MIB_IPFORWARD_TABLE2 *table = NULL;
        DWORD rc = GetIpForwardTable2(families[i], &table);
        if (rc == ERROR_NOT_FOUND) {
            assert_null(table);
            continue;
        }
        assert_int_equal(rc, NO_ERROR);
        for (ULONG j = 0; j < table->NumEntries; j++)
            assert_int_equal(table->Table[j].DestinationPrefix.Prefix.si_family, families[i]);
        total += table->NumEntries;
        FreeMibTable(table);
    }
    assert_int_equal(both->NumEntries, total);
    FreeMibTable(both);
}

static void check_row(const MIB_IPFORWARD_ROW2 *row)
{
    ADDRESS_FAMILY family = row->DestinationPrefix.Prefix.si_family;

    assert_true(family == AF_INET || family == AF_INET6);
    assert_true(row->NextHop.si_family == AF_INET || row->NextHop.si_family == AF_INET6);
    assert_true(row->DestinationPrefix.PrefixLength <= (family == AF_INET ? 32 : 128));
    assert_int_not_equal(row->InterfaceIndex, 0);
    assert_true(row->InterfaceLuid.Value != 0);
    assert_int_not_equal(row->Protocol, 0);
}

/* The three parts of a key, and nothing else. */
static MIB_IPFORWARD_ROW2 key_of(const MIB_IPFORWARD_ROW2 *known)
{
    MIB_IPFORWARD_ROW2 row;

    memset(&row, 0, sizeof(row));
    row.DestinationPrefix = known->DestinationPrefix;
    row.NextHop = known->NextHop;
    row.InterfaceLuid = known->InterfaceLuid;
    return row;
}

static void compare_rows(const MIB_IPFORWARD_ROW2 *a, const MIB_IPFORWARD_ROW2 *b)
{
    assert_true(a->InterfaceLuid.Value == b->InterfaceLuid.Value);
    assert_int_equal(a->InterfaceIndex, b->InterfaceIndex);
    assert_int_equal(a->Metric, b->Metric);
    assert_int_equal(a->Protocol, b->Protocol);
    assert_int_equal(a->Origin, b->Origin);
    assert_int_equal(a->Loopback, b->Loopback);
}

static MIB_IPFORWARD_TABLE2 *all_routes(void)
{
    MIB_IPFORWARD_TABLE2 *table = NULL;

    assert_int_equal(GetIpForwardTable2(AF_UNSPEC, &table), NO_ERROR);
    assert_true(table->NumEntries > 0);
    return table;
}

static void test_entries(void **state)
{
    MIB_IPFORWARD_TABLE2 *table = all_routes();

    (void)state;
    for (ULONG i = 0; i < table->NumEntries; i++) {
        const MIB_IPFORWARD_ROW2 *known = &table->Table[i];
        MIB_IPFORWARD_ROW2 row = key_of(known);

        check_row(known);
        assert_int_equal(GetIpForwardEntry2(&row), NO_ERROR);
        compare_rows(&row, known);

        row = key_of(known);
        row.InterfaceLuid.Value = 0;
        row.InterfaceIndex = known->InterfaceIndex;
        assert_int_equal(GetIpForwardEntry2(&row), NO_ERROR);
        compare_rows(&row, known);

        /* The LUID counts. */
        row = key_of(known);
        row.InterfaceIndex = UNKNOWN_INDEX;
        assert_int_equal(GetIpForwardEntry2(&row), NO_ERROR);
        compare_rows(&row, known);
    }
    FreeMibTable(table);
}

static void test_entry_errors(void **state)
{
    MIB_IPFORWARD_TABLE2 *table = all_routes();
    MIB_IPFORWARD_ROW2 known = table->Table[0];
    MIB_IPFORWARD_ROW2 row;

    (void)state;
    FreeMibTable(table);
    assert_int_equal(GetIpForwardEntry2(NULL), ERROR_INVALID_PARAMETER);
    memset(&row, 0, sizeof(row));
    assert_int_equal(GetIpForwardEntry2(&row), ERROR_INVALID_PARAMETER);

    row = key_of(&known);
    row.DestinationPrefix.Prefix.si_family = AF_UNSPEC;
    assert_int_equal(GetIpForwardEntry2(&row), ERROR_INVALID_PARAMETER);
    row = key_of(&known);
    row.NextHop.si_family = AF_UNSPEC;
    assert_int_equal(GetIpForwardEntry2(&row), ERROR_INVALID_PARAMETER);
    for (size_t i = 0; i < ARRAY_SIZE(bad_families); i++) {
        row = key_of(&known);
        row.DestinationPrefix.Prefix.si_family = bad_families[i];
        assert_int_equal(GetIpForwardEntry2(&row), ERROR_INVALID_PARAMETER);
        row = key_of(&known);
        row.NextHop.si_family = bad_families[i];
        assert_int_equal(GetIpForwardEntry2(&row), ERROR_INVALID_PARAMETER);
    }

    row = key_of(&known);
    row.DestinationPrefix.PrefixLength = 129;
    assert_int_equal(GetIpForwardEntry2(&row), ERROR_INVALID_PARAMETER);
    row.DestinationPrefix.PrefixLength = 255;
    assert_int_equal(GetIpForwardEntry2(&row), ERROR_INVALID_PARAMETER);

    /* Neither LUID nor index. */
    row = key_of(&known);
    row.InterfaceLuid.Value = 0;
    assert_int_equal(GetIpForwardEntry2(&row), ERROR_INVALID_PARAMETER);

    row.InterfaceIndex = UNKNOWN_INDEX;
    assert_int_equal(GetIpForwardEntry2(&row), ERROR_NOT_FOUND);
    row = key_of(&known);
    row.InterfaceLuid.Value = ~(ULONG64)0;
    row.InterfaceIndex = known.InterfaceIndex;
    assert_int_equal(GetIpForwardEntry2(&row), ERROR_NOT_FOUND);
}

static void test_ipv4_prefix_length(void **state)
{
    MIB_IPFORWARD_TABLE2 *table = NULL;

    (void)state;
    conformance_cause_change(CHANGE_ROUTE, true);
    assert_int_equal(GetIpForwardTable2(AF_INET, &table), NO_ERROR);
    MIB_IPFORWARD_ROW2 row = key_of(&table->Table[0]);
    FreeMibTable(table);
    row.DestinationPrefix.PrefixLength = 33;
    assert_int_equal(GetIpForwardEntry2(&row), ERROR_INVALID_PARAMETER);
    conformance_cause_change(CHANGE_ROUTE, false);
}

/* A route that comes is in the table, and can be read by its key only. */
static void test_new_route(void **state)
{
    MIB_IPFORWARD_TABLE2 *table = NULL;
    MIB_IPFORWARD_ROW2 known;
    bool found = false;

    (void)state;
    memset(&known, 0, sizeof(known));
    conformance_cause_change(CHANGE_ROUTE, true);
    assert_int_equal(GetIpForwardTable2(AF_INET, &table), NO_ERROR);
    for (ULONG i = 0; i < table->NumEntries; i++) {
        const IP_ADDRESS_PREFIX *prefix = &table->Table[i].DestinationPrefix;
        if (prefix->PrefixLength == CHANGE_PREFIX_LENGTH &&
            memcmp(&prefix->Prefix.Ipv4.sin_addr, CHANGE_PREFIX, 4) == 0) {
            found = true;
            known = table->Table[i];
        }
    }
    FreeMibTable(table);
    assert_true(found);
    check_row(&known);
    assert_int_equal(known.Protocol, MIB_IPPROTO_NETMGMT);
    assert_int_equal(known.ValidLifetime, 0xffffffff);

    MIB_IPFORWARD_ROW2 row = key_of(&known);
    assert_int_equal(GetIpForwardEntry2(&row), NO_ERROR);
    row = key_of(&known);
    row.DestinationPrefix.PrefixLength = CHANGE_PREFIX_LENGTH + 1;
    assert_int_equal(GetIpForwardEntry2(&row), ERROR_NOT_FOUND);
    row = key_of(&known);
    memcpy(&row.NextHop.Ipv4.sin_addr, CHANGE_ADDRESS, 4);
    assert_int_equal(GetIpForwardEntry2(&row), ERROR_NOT_FOUND);

    conformance_cause_change(CHANGE_ROUTE, false);
    row = key_of(&known);
    assert_int_equal(GetIpForwardEntry2(&row), ERROR_NOT_FOUND);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table_parameters),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_entries),
        cmocka_unit_test(test_entry_errors),
        cmocka_unit_test(test_ipv4_prefix_length),
        cmocka_unit_test(test_new_route),
    };

    (void)argc;
    int rc = platform_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
