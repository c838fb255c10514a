/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The older tables, allocated: they have the rows of those that fill a buffer. */
#include "suite.h"
#include "table.h"

#include <stdlib.h>
#include <string.h>

static DWORD fill_interfaces(void *buffer, ULONG *size)
{
    return GetIfTable(buffer, size, TRUE);
}

static DWORD fill_addresses(void *buffer, ULONG *size)
{
    return GetIpAddrTable(buffer, size, TRUE);
}

static DWORD fill_routes(void *buffer, ULONG *size)
{
    return GetIpForwardTable(buffer, size, TRUE);
}

/* Their counters go on. */
static void test_interfaces(void **state)
{
    MIB_IFTABLE *expected = table_in_buffer(fill_interfaces, ERROR_INSUFFICIENT_BUFFER);
    MIB_IFTABLE *table = NULL;

    (void)state;
    assert_int_equal(AllocateAndGetIfTableFromStack(&table, TRUE, platform_heap(), 0), NO_ERROR);
    assert_int_equal(table->dwNumEntries, expected->dwNumEntries);
    for (DWORD i = 0; i < table->dwNumEntries; i++) {
        assert_int_equal(table->table[i].dwIndex, expected->table[i].dwIndex);
        assert_int_equal(table->table[i].dwType, expected->table[i].dwType);
    }
    platform_heap_free(table);
    free(expected);
}

static void test_addresses(void **state)
{
    MIB_IPADDRTABLE *expected = table_in_buffer(fill_addresses, ERROR_INSUFFICIENT_BUFFER);
    MIB_IPADDRTABLE *table = NULL;

    (void)state;
    assert_int_equal(AllocateAndGetIpAddrTableFromStack(&table, TRUE, platform_heap(), 0),
                     NO_ERROR);
    assert_int_equal(table->dwNumEntries, expected->dwNumEntries);
    assert_memory_equal(table->table, expected->table,
                        table->dwNumEntries * sizeof(table->table[0]));
    platform_heap_free(table);
    free(expected);
}

static void test_routes(void **state)
{
    MIB_IPFORWARDTABLE *expected;
    MIB_IPFORWARDTABLE *table = NULL;
    ULONG size = 0;

    (void)state;
    network_add(ROW_ROUTE, AF_INET, 1);
    expected = table_in_buffer(fill_routes, ERROR_INSUFFICIENT_BUFFER);
    assert_int_equal(AllocateAndGetIpForwardTableFromStack(&table, TRUE, platform_heap(), 0),
                     NO_ERROR);
    assert_int_equal(table->dwNumEntries, expected->dwNumEntries);
    assert_memory_equal(table->table, expected->table,
                        table->dwNumEntries * sizeof(table->table[0]));
    platform_heap_free(table);
    free(expected);

    MIB_IPNETTABLE *neighbours = NULL;
    DWORD rc = GetIpNetTable(NULL, &size, FALSE);
    assert_int_equal(AllocateAndGetIpNetTableFromStack(&neighbours, FALSE, platform_heap(), 0),
                     rc == ERROR_INSUFFICIENT_BUFFER ? NO_ERROR : rc);
    platform_heap_free(neighbours);
}

static void check_names(const IP_INTERFACE_NAME_INFO *names, DWORD count)
{
    MIB_IFTABLE *interfaces = table_in_buffer(fill_interfaces, ERROR_INSUFFICIENT_BUFFER);

    assert_int_equal(count, interfaces->dwNumEntries);
    for (DWORD i = 0; i < count; i++) {
        NET_LUID luid;
        GUID guid;

        assert_int_equal(names[i].Index, interfaces->table[i].dwIndex);
        assert_int_equal(names[i].MediaType, interfaces->table[i].dwType);
        assert_int_equal(ConvertInterfaceIndexToLuid(names[i].Index, &luid), NO_ERROR);
        assert_int_equal(ConvertInterfaceLuidToGuid(&luid, &guid), NO_ERROR);
        assert_memory_equal(&names[i].InterfaceGuid, &guid, sizeof(guid));
        assert_memory_equal(&names[i].DeviceGuid, &guid, sizeof(guid));
        assert_in_range(names[i].AccessType, 1, 4);
    }
    free(interfaces);
}

static void test_names(void **state)
{
    IP_INTERFACE_NAME_INFO *names = NULL;
    DWORD count = 0;

    (void)state;
    assert_int_equal(
        NhpAllocateAndGetInterfaceInfoFromStack(&names, &count, TRUE, platform_heap(), 0),
        NO_ERROR);
    check_names(names, count);
    platform_heap_free(names);
}

int main(int argc, char **argv)
{
    static const struct suite_test tests[] = {
        suite_test("interfaces", test_interfaces, NULL),
        suite_test("addresses", test_addresses, NULL),
        suite_test("routes", test_routes, NULL),
        suite_test("names", test_names, NULL),
    };

    return suite_main(argc, argv, tests, ARRAY_SIZE(tests));
}
