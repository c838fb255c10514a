/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Index, LUID, GUID, name and alias of an interface, each from the other; masks and GUIDs in their
 * other forms.
 */
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

    GUID guid;
    named.Value = 1;
    assert_int_equal(ConvertInterfaceLuidToGuid(&luid, &guid), NO_ERROR);
    assert_int_equal(ConvertInterfaceGuidToLuid(&guid, &named), NO_ERROR);
    assert_true(named.Value == luid.Value);

    char name[IF_MAX_STRING_SIZE + 1];
    WCHAR wide[IF_MAX_STRING_SIZE + 1];
    assert_int_equal(ConvertInterfaceLuidToNameA(&luid, name, sizeof(name)), NO_ERROR);
    assert_int_equal(ConvertInterfaceLuidToNameW(&luid, wide, ARRAY_SIZE(wide)), NO_ERROR);
    for (size_t i = 0; i <= strlen(name); i++)
        assert_int_equal(wide[i], name[i]);
    named.Value = 1;
    assert_int_equal(ConvertInterfaceNameToLuidA(name, &named), NO_ERROR);
    assert_true(named.Value == luid.Value);
    named.Value = 1;
    assert_int_equal(ConvertInterfaceNameToLuidW(wide, &named), NO_ERROR);
    assert_true(named.Value == luid.Value);
#ifdef _WIN32
    char of_index[IF_MAX_STRING_SIZE + 1];
    assert_int_equal(if_nametoindex(name), index);
    assert_ptr_equal(if_indextoname(index, of_index), of_index);
    assert_string_equal(of_index, name);
#endif
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
    GUID guid;
    assert_int_equal(ConvertInterfaceLuidToGuid(&luid, &guid), ERROR_FILE_NOT_FOUND);
    assert_int_equal(ConvertInterfaceAliasToLuid(alias, &luid), ERROR_INVALID_PARAMETER);
    assert_true(luid.Value == 0);
    index = network_interface_index(1);
    assert_int_equal(ConvertInterfaceIndexToLuid(index, &luid), ERROR_FILE_NOT_FOUND);
}

/* Windows' names, which Wine has, too. */
static void test_names(void **state)
{
    static const struct {
        IFTYPE type;
        const char *name;
    } names[] = {
        {IF_TYPE_OTHER, "other_7"},
        {IF_TYPE_ETHERNET_CSMACD, "ethernet_7"},
        {IF_TYPE_ISO88025_TOKENRING, "tokenring_7"},
        {IF_TYPE_PPP, "ppp_7"},
        {IF_TYPE_SOFTWARE_LOOPBACK, "loopback_7"},
        {IF_TYPE_ATM, "atm_7"},
        {IF_TYPE_IEEE80211, "wireless_7"},
        {IF_TYPE_TUNNEL, "tunnel_7"},
        {IF_TYPE_IEEE1394, "ieee1394_7"},
        {53, "iftype53_7"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        const NET_LUID luid = {.Info = {.NetLuidIndex = 7, .IfType = names[i].type}};
        NET_LUID back = {.Value = 0};
        char name[IF_MAX_STRING_SIZE + 1];

        assert_int_equal(ConvertInterfaceLuidToNameA(&luid, name, sizeof(name)), NO_ERROR);
        assert_string_equal(name, names[i].name);
        assert_int_equal(ConvertInterfaceNameToLuidA(name, &back), NO_ERROR);
        assert_true(back.Value == luid.Value);
    }
}

static void test_masks(void **state)
{
    (void)state;
    for (ULONG length = 0; length <= 32; length++) {
        UCHAR expected[4] = {0};
        ULONG mask = 1;
        UINT8 back = 99;

        for (ULONG bit = 0; bit < length; bit++)
            expected[bit / 8] |= (UCHAR)(0x80 >> bit % 8);
        assert_int_equal(ConvertLengthToIpv4Mask(length, &mask), NO_ERROR);
        assert_memory_equal(&mask, expected, sizeof(mask));
        assert_int_equal(ConvertIpv4MaskToLength(mask, &back), NO_ERROR);
        assert_int_equal(back, length);
        /* With one bit changed it is a mask of another length, or none. */
        for (ULONG bit = 0; bit < 32; bit++) {
            UCHAR changed[4];
            ULONG other;
            memcpy(changed, expected, sizeof(changed));
            changed[bit / 8] ^= (UCHAR)(0x80 >> bit % 8);
            memcpy(&other, changed, sizeof(other));
            bool is_mask = bit == length || bit + 1 == length;
            assert_int_equal(ConvertIpv4MaskToLength(other, &back),
                             is_mask ? NO_ERROR : ERROR_INVALID_PARAMETER);
            assert_int_equal(back, !is_mask ? length : bit == length ? length + 1 : length - 1);
            back = (UINT8)length;
        }
    }
}

static void test_guid_text(void **state)
{
    static const char text[] = "{12345678-9ABC-DEF0-1122-33445566778F}";
    static const char lower[] = "{12345678-9abc-def0-1122-33445566778f}";
    static const GUID guid = {
        0x12345678, 0x9abc, 0xdef0, {0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x8f}};
    char narrow[sizeof(text)];
    WCHAR wide[sizeof(text)];
    GUID back;

    (void)state;
    assert_int_equal(ConvertGuidToStringA(&guid, narrow, sizeof(narrow)), NO_ERROR);
    assert_string_equal(narrow, text);
    assert_int_equal(ConvertGuidToStringW(&guid, wide, ARRAY_SIZE(wide)), NO_ERROR);
    for (size_t i = 0; i < sizeof(text); i++)
        assert_int_equal(wide[i], text[i]);
    assert_int_equal(ConvertStringToGuidW(wide, &back), NO_ERROR);
    assert_memory_equal(&back, &guid, sizeof(back));
    wide[10] = 0;
    assert_int_equal(ConvertStringToGuidW(wide, &back), ERROR_INVALID_PARAMETER);
    memset(&back, 0, sizeof(back));
    assert_int_equal(ConvertStringToGuidA(lower, &back), NO_ERROR);
    assert_memory_equal(&back, &guid, sizeof(back));
    /* Wine looks at no more than the GUID. */
    memset(&back, 0, sizeof(back));
    assert_int_equal(
        ConvertStringToGuidA("{12345678-9ABC-DEF0-1122-33445566778F}, and more", &back), NO_ERROR);
    assert_memory_equal(&back, &guid, sizeof(back));
    /* Each character counts. */
    for (size_t i = 0; i < sizeof(text) - 1; i++) {
        memcpy(narrow, text, sizeof(narrow));
        narrow[i] = 'g';
        assert_int_equal(ConvertStringToGuidA(narrow, &back), ERROR_INVALID_PARAMETER);
        narrow[i] = 0;
        assert_int_equal(ConvertStringToGuidA(narrow, &back), ERROR_INVALID_PARAMETER);
    }
}

int main(int argc, char **argv)
{
    static const struct suite_test tests[] = {
        suite_test("names", test_names, NULL),
        suite_test("masks", test_masks, NULL),
        suite_test("guid_text", test_guid_text, NULL),
        suite_test("round_trips", test_round_trips, NULL),
        suite_test("luid_with_a_bit_changed", test_changed_luids, NULL),
        suite_test("room_for_the_alias", test_room_for_the_alias, NULL),
        suite_test("new_interface", test_new_interface, NULL),
        suite_test("deleted_interface", test_deleted_interface, NULL),
    };

    return suite_main(argc, argv, tests, ARRAY_SIZE(tests));
}
