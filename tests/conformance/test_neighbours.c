/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Neighbours that the functions make, set, delete and flush, as every function that shows them then
 * has them. Who changes the network has to be allowed to.
 */
#include "network.h"
#include "suite.h"
#include "table.h"

#include <stdlib.h>
#include <string.h>

#define NUMBER 1 /* of an interface of the test's own */

/* Of no host: RFC 5737 and RFC 3849. */
static MIB_IPNET_ROW2 neighbour(ADDRESS_FAMILY family, UCHAR last)
{
    static const UCHAR ipv4[] = {192, 0, 2, 0};
    static const UCHAR ipv6[16] = {0x20, 0x01, 0x0d, 0xb8};
    MIB_IPNET_ROW2 row;

    memset(&row, 0, sizeof(row));
    row.InterfaceIndex = network_interface_index(NUMBER);
    row.Address.si_family = family;
    if (family == AF_INET) {
        memcpy(&row.Address.Ipv4.sin_addr, ipv4, sizeof(ipv4));
        ((UCHAR *)&row.Address.Ipv4.sin_addr)[3] = last;
    } else {
        memcpy(&row.Address.Ipv6.sin6_addr, ipv6, sizeof(ipv6));
        ((UCHAR *)&row.Address.Ipv6.sin6_addr)[15] = last;
    }
    row.PhysicalAddressLength = 6;
    row.PhysicalAddress[0] = 2;
    row.PhysicalAddress[5] = last;
    return row;
}

static void expect(const MIB_IPNET_ROW2 *expected)
{
    MIB_IPNET_ROW2 row = *expected;

    memset(row.PhysicalAddress, 0, sizeof(row.PhysicalAddress));
    assert_int_equal(GetIpNetEntry2(&row), NO_ERROR);
    assert_int_equal(row.State, NlnsPermanent);
    assert_int_equal(row.PhysicalAddressLength, 6);
    assert_memory_equal(row.PhysicalAddress, expected->PhysicalAddress,
                        sizeof(row.PhysicalAddress));
    assert_int_equal(row.InterfaceIndex, expected->InterfaceIndex);
}

static void expect_none(const MIB_IPNET_ROW2 *key)
{
    MIB_IPNET_ROW2 row = *key;

    assert_int_equal(GetIpNetEntry2(&row), ERROR_NOT_FOUND);
}

static void test_round_trip(void **state)
{
    static const ADDRESS_FAMILY families[] = {AF_INET, AF_INET6};

    (void)state;
    network_add(ROW_INTERFACE, AF_INET, NUMBER);
    for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
        MIB_IPNET_ROW2 row = neighbour(families[i], 77);

        assert_int_equal(SetIpNetEntry2(&row), ERROR_NOT_FOUND);
        assert_int_equal(CreateIpNetEntry2(&row), NO_ERROR);
        expect(&row);
        assert_int_equal(CreateIpNetEntry2(&row), ERROR_OBJECT_ALREADY_EXISTS);
        row.PhysicalAddress[4] = 9;
        assert_int_equal(SetIpNetEntry2(&row), NO_ERROR);
        expect(&row);
        assert_int_equal(DeleteIpNetEntry2(&row), NO_ERROR);
        expect_none(&row);
        assert_int_equal(DeleteIpNetEntry2(&row), ERROR_NOT_FOUND);
    }
}

static void test_flush(void **state)
{
    (void)state;
    network_add(ROW_INTERFACE, AF_INET, NUMBER);
    MIB_IPNET_ROW2 ipv4 = neighbour(AF_INET, 77);
    MIB_IPNET_ROW2 ipv6 = neighbour(AF_INET6, 77);
    assert_int_equal(CreateIpNetEntry2(&ipv4), NO_ERROR);
    assert_int_equal(CreateIpNetEntry2(&ipv6), NO_ERROR);
    assert_int_equal(FlushIpNetTable2(AF_INET6, network_interface_index(NUMBER)), NO_ERROR);
    expect(&ipv4);
    expect_none(&ipv6);
    assert_int_equal(FlushIpNetTable(network_interface_index(NUMBER)), NO_ERROR);
    expect_none(&ipv4);
}

static DWORD get_old_table(void *buffer, ULONG *size)
{
    return GetIpNetTable(buffer, size, TRUE);
}

static void test_older_form(void **state)
{
    ULONG found = 0;

    (void)state;
    network_add(ROW_INTERFACE, AF_INET, NUMBER);
    MIB_IPNET_ROW2 row = neighbour(AF_INET, 77);
    MIB_IPNETROW old;
    memset(&old, 0, sizeof(old));
    old.dwIndex = row.InterfaceIndex;
    old.dwPhysAddrLen = row.PhysicalAddressLength;
    memcpy(old.bPhysAddr, row.PhysicalAddress, 6);
    memcpy(&old.dwAddr, &row.Address.Ipv4.sin_addr, sizeof(old.dwAddr));
    old.dwType = MIB_IPNET_TYPE_STATIC;
    assert_int_equal(CreateIpNetEntry(&old), NO_ERROR);
    expect(&row);
    MIB_IPNETTABLE *table = table_in_buffer(get_old_table, ERROR_INSUFFICIENT_BUFFER);
    for (DWORD i = 0; i < table->dwNumEntries; i++)
        found += memcmp(&table->table[i], &old, sizeof(old)) == 0;
    free(table);
    assert_int_equal(found, 1);
    assert_int_equal(DeleteIpNetEntry(&old), NO_ERROR);
    expect_none(&row);
}

/* Nobody can be asked on an interface without a carrier. */
static void test_resolve(void **state)
{
    (void)state;
    network_add(ROW_INTERFACE, AF_INET, NUMBER);
    MIB_IPNET_ROW2 row = neighbour(AF_INET, 77);
    assert_int_equal(ResolveIpNetEntry2(&row, NULL), ERROR_BAD_NET_NAME);
}

int main(int argc, char **argv)
{
    static const struct suite_test tests[] = {
        suite_test("round_trip", test_round_trip, NULL),
        suite_test("flush", test_flush, NULL),
        suite_test("older_form", test_older_form, NULL),
        suite_test("resolve", test_resolve, NULL),
    };

    return suite_main(argc, argv, tests, ARRAY_SIZE(tests));
}
