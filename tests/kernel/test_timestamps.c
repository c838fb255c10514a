/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Timestamps that links can give, beside what SO_TIMESTAMPING's drivers say: a veth gives the
 * system's, a bridge none of packets that it sends.
 */
#include "world.h"

#include <net/if.h>

#include <string.h>

static void expect(const char *link, DWORD error, BOOLEAN receives, BOOLEAN transmits)
{
    INTERFACE_TIMESTAMP_CAPABILITIES capabilities;
    INTERFACE_TIMESTAMP_CAPABILITIES active;
    INTERFACE_TIMESTAMP_CAPABILITIES expected;
    NET_LUID luid;

    memset(&capabilities, 0x5a, sizeof(capabilities));
    memset(&active, 0x5a, sizeof(active));
    memset(&expected, error == NO_ERROR ? 0 : 0x5a, sizeof(expected));
    if (error == NO_ERROR) {
        expected.SoftwareCapabilities.AllReceive = receives;
        expected.SoftwareCapabilities.TaggedTransmit = transmits;
    }
    assert_int_equal(ConvertInterfaceIndexToLuid(if_nametoindex(link), &luid), NO_ERROR);
    assert_int_equal(GetInterfaceSupportedTimestampCapabilities(&luid, &capabilities), error);
    assert_memory_equal(&capabilities, &expected, sizeof(expected));
    assert_int_equal(GetInterfaceActiveTimestampCapabilities(&luid, &active), error);
    assert_memory_equal(&active, &expected, sizeof(expected));
}

static void test_software(void **state)
{
    (void)state;
    ip("link add a0 type veth peer name b0");
    ip("link add c0 type bridge");
    expect("lo", NO_ERROR, TRUE, TRUE);
    expect("a0", NO_ERROR, TRUE, TRUE);
    expect("c0", NO_ERROR, TRUE, FALSE);
    ip("link del a0");
    ip("link del c0");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_software),
    };

    (void)argc;
    int r = netns_begin(argv);
    return r ? r : cmocka_run_group_tests(tests, NULL, NULL);
}
