/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GetIpForwardTable2 and GetIpForwardEntry2. */
#include "table.h"

#include <string.h>

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

/* Not every implementation shows the kernel's own routes; so there are two besides. */
static MIB_IPFORWARD_TABLE2 *all_routes(void)
{
    MIB_IPFORWARD_TABLE2 *table = NULL;

    network_add(NETWORK_ROUTE, AF_INET, 1);
    network_add(NETWORK_ROUTE, AF_INET6, 1);
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

static MIB_IPFORWARD_ROW2 new_route(ADDRESS_FAMILY family)
{
    MIB_IPFORWARD_ROW2 known;

    network_add(NETWORK_ROUTE, family, 1);
    table_find(NETWORK_ROUTE, family, 1, &known);
    return known;
}

/* A route that comes is in the table, and can be read by its key only; until it goes. */
static void test_new_route(void **state)
{
    const struct suite_subject *subject = *state;
    MIB_IPFORWARD_ROW2 known = new_route(subject->family);

    check_row(&known);
    assert_int_equal(known.Protocol, MIB_IPPROTO_NETMGMT);
    assert_int_equal(known.ValidLifetime, 0xffffffff);

    MIB_IPFORWARD_ROW2 row = key_of(&known);
    assert_int_equal(GetIpForwardEntry2(&row), NO_ERROR);
    compare_rows(&row, &known);
    row = key_of(&known);
    row.DestinationPrefix.PrefixLength++;
    assert_int_equal(GetIpForwardEntry2(&row), ERROR_NOT_FOUND);
    row = key_of(&known);
    row.NextHop = network_address(subject->family, 2);
    assert_int_equal(GetIpForwardEntry2(&row), ERROR_NOT_FOUND);

    network_change(NETWORK_ROUTE, subject->family, 1);
    row = key_of(&known);
    assert_int_equal(GetIpForwardEntry2(&row), NO_ERROR);
    assert_true(row.Protocol != known.Protocol || row.Metric != known.Metric);
    network_delete(NETWORK_ROUTE, subject->family, 1);
    row = key_of(&known);
    assert_int_equal(GetIpForwardEntry2(&row), ERROR_NOT_FOUND);
}

int main(int argc, char **argv)
{
    static const struct CMUnitTest tests[] = {
        suite_test("tables_by_family", table_test_by_family, &suite_route4),
        suite_test("entries_agree_with_the_table", test_entries, NULL),
        suite_test("new_route.ipv4", test_new_route, &suite_route4),
        suite_test("new_route.ipv6", test_new_route, &suite_route6),
    };

    return suite_main(argc, argv, tests, ARRAY_SIZE(tests));
}
