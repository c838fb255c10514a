/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Index, LUID and alias of an interface, each from the other. */
#include "suite.h"

#include <string.h>

/*
 * The interfaces that have addresses: the loopback interface at least. So these tests do not depend
 * on another table than one that every implementation has.
 */
static MIB_UNICASTIPADDRESS_TABLE *all_addresses(void)
{
    MIB_UNICASTIPADDRESS_TABLE *table = NULL;

    assert_int_equal(GetUnicastIpAddressTable(AF_UNSPEC, &table), NO_ERROR);
    assert_true(table->NumEntries > 0);
    return table;
}

static NET_LUID any_luid(void)
{
    MIB_UNICASTIPADDRESS_TABLE *table = all_addresses();
    NET_LUID luid = table->Table[0].InterfaceLuid;

    FreeMibTable(table);
    return luid;
}

static void check_names(NET_IFINDEX known_index, NET_LUID known_luid)
{
    NET_LUID luid = {.Value = 1};
    NET_IFINDEX index = 0;
    WCHAR alias[IF_MAX_STRING_SIZE + 1];

    assert_int_equal(ConvertInterfaceIndexToLuid(known_index, &luid), NO_ERROR);
    assert_true(luid.Value == known_luid.Value);
    assert_int_equal(ConvertInterfaceLuidToIndex(&luid, &index), NO_ERROR);
    assert_int_equal(index, known_index);

    assert_int_equal(ConvertInterfaceLuidToAlias(&luid, alias, ARRAY_SIZE(alias)), NO_ERROR);
    assert_int_not_equal(alias[0], 0);
    NET_LUID named = {.Value = 1};
    assert_int_equal(ConvertInterfaceAliasToLuid(alias, &named), NO_ERROR);
    assert_true(named.Value == luid.Value);
}

static void test_round_trips(void **state)
{
    MIB_UNICASTIPADDRESS_TABLE *table = all_addresses();

    (void)state;
    for (ULONG i = 0; i < table->NumEntries; i++)
        check_names(table->Table[i].InterfaceIndex, table->Table[i].InterfaceLuid);
    FreeMibTable(table);
}

/* One bit of a LUID that exists changed, in each of its three fields. */
static void test_changed_luids(void **state)
{
    static const unsigned bits[] = {0, 23, 24 + 23, 48, 63};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bits); i++) {
        NET_LUID luid = {.Value = any_luid().Value ^ (ULONG64)1 << bits[i]};
        NET_IFINDEX index = 4711;

        assert_int_equal(ConvertInterfaceLuidToIndex(&luid, &index), ERROR_FILE_NOT_FOUND);
        assert_int_equal(index, 0);
    }
}

/* Room for the name and the null just suffices; with less nothing is written. */
static void test_room_for_the_alias(void **state)
{
    NET_LUID luid = any_luid();
    WCHAR alias[IF_MAX_STRING_SIZE + 1];
    WCHAR untouched[IF_MAX_STRING_SIZE + 1];
    SIZE_T length = 0;

    (void)state;
    assert_int_equal(ConvertInterfaceLuidToAlias(&luid, alias, ARRAY_SIZE(alias)), NO_ERROR);
    while (alias[length])
        length++;
    memset(untouched, 0x5a, sizeof(untouched));
    memset(alias, 0x5a, sizeof(alias));
    for (SIZE_T room = 0; room <= length; room++) {
        assert_int_equal(ConvertInterfaceLuidToAlias(&luid, alias, room), ERROR_NOT_ENOUGH_MEMORY);
        assert_memory_equal(alias, untouched, sizeof(alias));
    }
    assert_int_equal(ConvertInterfaceLuidToAlias(&luid, alias, length + 1), NO_ERROR);
    assert_int_equal(alias[length], 0);
    assert_int_equal(alias[length + 1], 0x5a5a);
}

static void test_new_interface(void **state)
{
    NET_LUID luid = {.Value = 0};

    (void)state;
    network_add(ROW_INTERFACE, AF_INET, 1);
    assert_int_equal(ConvertInterfaceIndexToLuid(network_interface_index(1), &luid), NO_ERROR);
    check_names(network_interface_index(1), luid);
}

static void test_deleted_interface(void **state)
{
    NET_IFINDEX index = network_interface_index(1);
    WCHAR alias[IF_MAX_STRING_SIZE + 1];
    NET_LUID luid = {.Value = 0};

    (void)state;
    network_add(ROW_INTERFACE, AF_INET, 1);
    assert_int_equal(ConvertInterfaceIndexToLuid(index, &luid), NO_ERROR);
    assert_int_equal(ConvertInterfaceLuidToAlias(&luid, alias, ARRAY_SIZE(alias)), NO_ERROR);
    network_delete(ROW_INTERFACE, AF_INET, 1);
    assert_int_equal(ConvertInterfaceLuidToIndex(&luid, &index), ERROR_FILE_NOT_FOUND);
    assert_int_equal(ConvertInterfaceAliasToLuid(alias, &luid), ERROR_INVALID_PARAMETER);
    assert_true(luid.Value == 0);
    index = network_interface_index(1);
    assert_int_equal(ConvertInterfaceIndexToLuid(index, &luid), ERROR_FILE_NOT_FOUND);
}

int main(int argc, char **argv)
{
    static const struct suite_test tests[] = {
        suite_test("round_trips", test_round_trips, NULL),
        suite_test("luid_with_a_bit_changed", test_changed_luids, NULL),
        suite_test("room_for_the_alias", test_room_for_the_alias, NULL),
        suite_test("new_interface", test_new_interface, NULL),
        suite_test("deleted_interface", test_deleted_interface, NULL),
    };

    return suite_main(argc, argv, tests, ARRAY_SIZE(tests));
}
