/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Windows' AF_INET6: taken for IPv6 wherever a family goes in, also where the library's own is
 * another number; what comes out has the library's.
 */
#include "registration.h"
#include "suite.h"
#include "table.h"

#include <stdlib.h>
#include <string.h>

#define WINDOWS_AF_INET6 ((ADDRESS_FAMILY)23)
#define NUMBER 1

/* The number, in every field that has a family. */
static void set_families(enum row_kind kind, void *row)
{
    const struct row_type *type = &row_types[kind];

    for (size_t i = 0; i < type->field_count; i++) {
        const struct row_field *field = &type->fields[i];
        if (field->format == FORMAT_FAMILY || field->format == FORMAT_ADDRESS)
            memcpy(row_field_at(field, row), &(ADDRESS_FAMILY){WINDOWS_AF_INET6},
                   sizeof(ADDRESS_FAMILY));
    }
}

static void add(enum row_kind kind)
{
    network_add(kind, AF_INET6, NUMBER);
}

static void test_table(void **state)
{
    const struct suite_subject *subject = *state;
    struct table table;
    struct table expected;

    add(subject->kind);
    assert_int_equal(table_get(subject->kind, WINDOWS_AF_INET6, &table), NO_ERROR);
    expected = table_read(subject->kind, AF_INET6);
    assert_int_equal(table.count, expected.count);
    assert_true(table.count > 0);
    for (ULONG i = 0; i < table.count; i++) {
        assert_int_equal(row_family(subject->kind, table_row(&table, i)), AF_INET6);
        rows_expect_same(subject->kind, table_row(&table, i), table_row(&expected, i), FIELD_KEY);
    }
    table_free(&table);
    table_free(&expected);
}

static void test_entry(void **state)
{
    const struct suite_subject *subject = *state;

    add(subject->kind);
    struct table table = table_read(subject->kind, AF_INET6);
    assert_true(table.count > 0);
    for (ULONG i = 0; i < table.count; i++) {
        const void *expected = table_row(&table, i);
        union any_row row = row_with_key_of(subject->kind, expected);

        set_families(subject->kind, &row);
        assert_int_equal(row_types[subject->kind].get_entry(&row), NO_ERROR);
        rows_expect_same(subject->kind, &row, expected, FIELD_KEY);
    }
    table_free(&table);
}

static void test_notification(void **state)
{
    const struct suite_subject *subject = *state;
    struct registration registration;
    unsigned count;

    if (!network_is_there())
        suite_skip("the network cannot be changed here");
    registration_start(&registration, subject->kind, WINDOWS_AF_INET6, FALSE);
    network_make_change(subject->kind, AF_INET6);
    registration_await(&registration, 1);
    struct told *told = registration_told(&registration, &count);
    assert_int_equal(row_family(subject->kind, &told[0].row), AF_INET6);
    free(told);
    network_undo_change(subject->kind, AF_INET6);
    registration_stop(&registration);
}

/* ---- Functions that have a form of their own ------------------------------------------------- */

static SOCKADDR_INET loopback(void)
{
    SOCKADDR_INET address;

    memset(&address, 0, sizeof(address));
    address.si_family = WINDOWS_AF_INET6;
    ((UCHAR *)&address.Ipv6.sin6_addr)[15] = 1;
    return address;
}

static void best_route(void)
{
    const SOCKADDR_INET to = loopback();
    MIB_IPFORWARD_ROW2 route;
    SOCKADDR_INET source;

    assert_int_equal(GetBestRoute2(NULL, 0, NULL, &to, 0, &route, &source), NO_ERROR);
    assert_int_equal(route.DestinationPrefix.Prefix.si_family, AF_INET6);
    assert_int_equal(route.NextHop.si_family, AF_INET6);
    assert_int_equal(source.si_family, AF_INET6);
}

static void best_interface(void)
{
    SOCKADDR_INET to = loopback();
    DWORD index = 0;

    assert_int_equal(GetBestInterfaceEx((struct sockaddr *)&to, &index), NO_ERROR);
    assert_int_not_equal(index, 0);
}

static void sorted_pairs(void)
{
    SOCKADDR_INET to = loopback();
    SOCKADDR_IN6_PAIR *pairs;
    ULONG count;

    assert_int_equal(CreateSortedAddressPairs(NULL, 0, &to.Ipv6, 1, 0, &pairs, &count), NO_ERROR);
    assert_int_equal(count, 1);
    assert_int_equal(pairs->SourceAddress->sin6_family, AF_INET6);
    assert_int_equal(pairs->DestinationAddress->sin6_family, AF_INET6);
    FreeMibTable(pairs);
}

static void adapters(void)
{
    ULONG size = 1 << 20;
    IP_ADAPTER_ADDRESSES *list = malloc(size);
    unsigned addresses = 0;

    assert_non_null(list);
    assert_int_equal(GetAdaptersAddresses(WINDOWS_AF_INET6, 0, NULL, list, &size), NO_ERROR);
    for (const IP_ADAPTER_ADDRESSES *adapter = list; adapter; adapter = adapter->Next)
        for (const IP_ADAPTER_UNICAST_ADDRESS *at = adapter->FirstUnicastAddress; at;
             at = at->Next) {
            assert_int_equal(at->Address.lpSockaddr->sa_family, AF_INET6);
            addresses++;
        }
    assert_true(addresses > 0);
    free(list);
}

static void socket_tables(void)
{
    static const ULONG families[] = {WINDOWS_AF_INET6, AF_INET6};
    DWORD sizes[2];

    for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
        sizes[i] = 0;
        assert_int_equal(
            GetExtendedTcpTable(NULL, &sizes[i], FALSE, families[i], TCP_TABLE_OWNER_PID_ALL, 0),
            ERROR_INSUFFICIENT_BUFFER);
    }
    assert_int_equal(sizes[0], sizes[1]);
}

static void statistics(void)
{
    MIB_IPSTATS ip;

    assert_int_equal(GetIpStatisticsEx(&ip, WINDOWS_AF_INET6), NO_ERROR);
    assert_true(ip.dwNumIf > 0);
}

static void address(void)
{
    MIB_UNICASTIPADDRESS_ROW row;

    InitializeUnicastIpAddressEntry(&row);
    row.Address = network_address(AF_INET6, NUMBER + 1);
    row.Address.si_family = WINDOWS_AF_INET6;
    row.InterfaceIndex = 1;
    assert_int_equal(CreateUnicastIpAddressEntry(&row), NO_ERROR);
    assert_int_equal(GetUnicastIpAddressEntry(&row), NO_ERROR);
    assert_int_equal(row.Address.si_family, AF_INET6);
    row.Address.si_family = WINDOWS_AF_INET6;
    assert_int_equal(DeleteUnicastIpAddressEntry(&row), NO_ERROR);
}

static void test_others(void **state)
{
    static void (*const others[])(void) = {
        best_route, best_interface, sorted_pairs, adapters, socket_tables, statistics, address,
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(others); i++)
        others[i]();
}

int main(int argc, char **argv)
{
    static const struct suite_test tests[] = {
        suite_test_per_kind("table", test_table, SUITE_TABLE),
        suite_test_per_kind("entry", test_entry, SUITE_ENTRY),
        suite_test_per_kind("notification", test_notification, SUITE_NOTIFY),
        suite_test("others", test_others, NULL),
    };

    return suite_main(argc, argv, tests, ARRAY_SIZE(tests));
}
