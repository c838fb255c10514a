/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* api/rows/names: GUIDs and names of interfaces, and back. */
#include "api/rows/names.h"
#include "api/rows/convert.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void guids(void **state)
{
    static const uint32_t indices[] = {1, 2, 0xffffff, 0x1000000, INT32_MAX};
    static const uint8_t wines[16] = {7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 'N', 'e', 't', 'D', 'e', 'v'};
    GUID guid = guid_of(7);

    (void)state;
    assert_memory_equal(&guid, wines, sizeof(wines));
    for (size_t i = 0; i < sizeof(indices) / sizeof(indices[0]); i++) {
        guid = guid_of(indices[i]);
        assert_int_equal(ifindex_of_guid(&guid), indices[i]);
    }
}

/* A GUID that differs in any bit is another interface's, or none. */
static void other_guids(void **state)
{
    GUID guid = guid_of(7);

    (void)state;
    for (size_t bit = 0; bit < 8 * sizeof(guid); bit++) {
        uint8_t bytes[sizeof(guid)];
        GUID other;
        memcpy(bytes, &guid, sizeof(bytes));
        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        memcpy(&other, bytes, sizeof(other));
        uint32_t ifindex = ifindex_of_guid(&other);
        assert_int_equal(ifindex, bit < 31 ? 7U ^ 1U << bit : 0);
    }
}

static const struct {
    uint32_t ifindex;
    uint16_t iftype;
    const char *name;
} names[] = {
    {1, IF_TYPE_SOFTWARE_LOOPBACK, "loopback_1"},
    {2, IF_TYPE_ETHERNET_CSMACD, "ethernet_2"},
    {0, IF_TYPE_OTHER, "other_0"},
    {3, IF_TYPE_ISO88025_TOKENRING, "tokenring_3"},
    {10, IF_TYPE_PPP, "ppp_10"},
    {4, IF_TYPE_ATM, "atm_4"},
    {99, IF_TYPE_IEEE80211, "wireless_99"},
    {5, IF_TYPE_TUNNEL, "tunnel_5"},
    {6, IF_TYPE_IEEE1394, "ieee1394_6"},
    {8, 53, "iftype53_8"},
    {8, 0, "iftype0_8"},
    {0xffffff, IF_TYPE_OTHER, "other_16777215"},
    {0x1000000, IF_TYPE_OTHER, "other_16777216"}, /* more than NetLuidIndex holds */
    {INT32_MAX, UINT16_MAX, "iftype65535_2147483647"},
};

static void names_both_ways(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        NET_LUID luid = luid_of(names[i].ifindex, names[i].iftype);
        NET_LUID back = {.Value = 0};
        char name[INTERFACE_NAME_SIZE];

        name_of_luid(&luid, name);
        assert_string_equal(name, names[i].name);
        assert_true(luid_of_name(name, &back));
        assert_int_equal(back.Value, luid.Value);
    }
}

/* A LUID of which all bits are set has a name that fits, too. */
static void impossible_luid(void **state)
{
    NET_LUID luid = {.Value = UINT64_MAX};
    char name[INTERFACE_NAME_SIZE];

    (void)state;
    name_of_luid(&luid, name);
    assert_string_equal(name, "iftype65535_16777215");
}

static void no_names(void **state)
{
    static const char *const wrong[] = {
        "",          "_",          "lo",           "ethernet",   "ethernet_",
        "ethernet1", "_1",         "Ethernet_1",   "ethernet_x", "ethernet_1x",
        "iftype_1",  "iftypeX_1",  "iftype65536_", "ether_1",    "iftype65536_1",
        "other_-1",  "other_+1",   "other_ 1",     "other_1_1",  "other_2147483648",
        "other__1",  "iftype-1_1", "iftype1x_1",   "ethernets_1"};
    NET_LUID luid = {.Value = 5};

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        if (luid_of_name(wrong[i], &luid))
            fail_msg("%s", wrong[i]);
        assert_int_equal(luid.Value, 5);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guids),           cmocka_unit_test(other_guids),
        cmocka_unit_test(names_both_ways), cmocka_unit_test(impossible_luid),
        cmocka_unit_test(no_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
