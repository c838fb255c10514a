/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Connectivity hints beside what `ip` does, without NetworkManager: each change of the host's hint
 * is told once, in order, and is what GetNetworkConnectivityHint says.
 */
#include "netns.h"
#include "told_hints.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { UNCHANGED = -1 };

static int level_of(const char *link)
{
    NL_NETWORK_CONNECTIVITY_HINT hint;
    NL_NETWORK_CONNECTIVITY_HINT filled;
    DWORD error;

    memset(&hint, 0x5a, sizeof(hint));
    error = link ? GetNetworkConnectivityHintForInterface(netns_ifindex(link), &hint)
                 : GetNetworkConnectivityHint(&hint);
    assert_int_equal(error, NO_ERROR);
    memset(&filled, 0, sizeof(filled));
    filled.ConnectivityLevel = hint.ConnectivityLevel;
    assert_memory_equal(&hint, &filled, sizeof(hint)); /* nothing else is known here */
    return (int)hint.ConnectivityLevel;
}

struct step {
    const char *change;
    int level;   /* that it is told; UNCHANGED: nothing is */
    int of_link; /* v0's, or UNCHANGED: not looked at */
};

#define NONE NetworkConnectivityLevelHintNone
#define LOCAL NetworkConnectivityLevelHintLocalAccess
#define INTERNET NetworkConnectivityLevelHintInternetAccess

static void play(const struct step *steps, size_t count)
{
    static struct told_hints told;
    unsigned expected = 1;

    told_hints_begin(&told);
    assert_int_equal(told_hints_get(&told, 0).ConnectivityLevel, NONE);
    for (size_t i = 0; i < count; i++) {
        ip("%s", steps[i].change);
        if (steps[i].level != UNCHANGED)
            expected++;
        told_hints_await(&told, expected, steps[i].change);
        int now = (int)told_hints_last(&told).ConnectivityLevel;
        if (steps[i].level != UNCHANGED && now != steps[i].level)
            fail_test("after `%s`: level %d, not %d", steps[i].change, now, steps[i].level);
        if (level_of(NULL) != now)
            fail_test("after `%s`: level %d is told, %d read", steps[i].change, now,
                      level_of(NULL));
        if (steps[i].of_link != UNCHANGED && level_of("v0") != steps[i].of_link)
            fail_test("after `%s`: v0 has level %d, not %d", steps[i].change, level_of("v0"),
                      steps[i].of_link);
    }
    assert_int_equal(told_hints_end(&told), expected);
}

/* Links whose IPv6 addresses are the test's own. */
#define PAIR                                                                                       \
    {"link add v0 type veth peer name v1", UNCHANGED, NONE},                                       \
        {"link set dev v0 addrgenmode none", UNCHANGED, NONE},                                     \
        {"link set dev v1 addrgenmode none", UNCHANGED, NONE},                                     \
        {"link set dev v1 up", UNCHANGED, NONE},                                                   \
    {                                                                                              \
        "link set dev v0 up", UNCHANGED, NONE                                                      \
    }

static void test_ipv4(void **state)
{
    static const struct step steps[] = {
        PAIR,
        {"addr add 192.0.2.1/24 dev v0", LOCAL, LOCAL},
        {"route add 198.51.100.0/24 via 192.0.2.2", UNCHANGED, LOCAL},
        {"route add default via 192.0.2.2", INTERNET, INTERNET},
        {"route add default via 192.0.2.3 metric 5", UNCHANGED, INTERNET},
        {"route del default via 192.0.2.2", UNCHANGED, INTERNET},
        {"route change default via 192.0.2.4 metric 5", UNCHANGED, INTERNET},
        {"route del default via 192.0.2.4", LOCAL, LOCAL},
        /* For packets of one kind only. */
        {"route add default via 192.0.2.2 tos 0x10", UNCHANGED, LOCAL},
        /* Of another table. */
        {"route add default via 192.0.2.2 table 7", UNCHANGED, LOCAL},
        {"route add unreachable default metric 1", UNCHANGED, LOCAL},
        {"route add default via 192.0.2.2 metric 9", UNCHANGED, LOCAL},
        {"route del unreachable default metric 1", INTERNET, INTERNET},
        {"link set dev v1 down", NONE, NONE},
        {"link set dev v1 up", INTERNET, INTERNET},
        /* The route goes with the link's last address. */
        {"addr del 192.0.2.1/24 dev v0", NONE, NONE},
        {"addr add 169.254.1.1/16 dev v0", LOCAL, LOCAL},
        {"route add default dev v0", UNCHANGED, LOCAL},
        {"addr add 192.0.2.1/32 dev lo", INTERNET, INTERNET},
        {"addr del 192.0.2.1/32 dev lo", LOCAL, LOCAL},
        {"addr add 192.0.2.1/24 dev v0", INTERNET, INTERNET},
        {"link set dev v0 down", NONE, NONE},
        /* The kernel has taken the default route away. */
        {"link set dev v0 up", LOCAL, LOCAL},
        {"link del v0", NONE, UNCHANGED},
    };

    (void)state;
    play(steps, ARRAY_SIZE(steps));
}

static void test_ipv6(void **state)
{
    static const struct step steps[] = {
        PAIR,
        {"-6 addr add fe80::1/64 dev v0 nodad", LOCAL, LOCAL},
        {"-6 route add default via fe80::2 dev v0", UNCHANGED, LOCAL},
        {"-6 addr add 2001:db8::1/64 dev v0 nodad", INTERNET, INTERNET},
        {"-6 route del default", LOCAL, LOCAL},
        {"-6 route add default nexthop via fe80::2 dev v0 nexthop via fe80::3 dev v0", INTERNET,
         INTERNET},
        {"-6 route del default", LOCAL, LOCAL},
        {"-6 nexthop add id 7 via fe80::4 dev v0", UNCHANGED, LOCAL},
        {"-6 route add default nhid 7", INTERNET, INTERNET},
        {"nexthop del id 7", LOCAL, LOCAL},
        {"-6 route add default from 2001:db8::/64 via fe80::2 dev v0", INTERNET, INTERNET},
        {"link set dev v1 down", NONE, NONE},
        {"link set dev v1 up", INTERNET, INTERNET},
        {"-6 addr del 2001:db8::1/64 dev v0", LOCAL, LOCAL},
        {"-6 addr flush dev v0", NONE, NONE},
    };

    (void)state;
    play(steps, ARRAY_SIZE(steps));
}

/* Of several links the host has the best. */
static void test_links(void **state)
{
    static const struct step steps[] = {
        PAIR,
        {"link add w0 type veth peer name w1", UNCHANGED, NONE},
        {"link set dev w0 addrgenmode none up", UNCHANGED, NONE},
        {"link set dev w1 addrgenmode none up", UNCHANGED, NONE},
        {"addr add 198.51.100.1/24 dev w0", LOCAL, NONE},
        {"addr add 192.0.2.1/24 dev v0", UNCHANGED, LOCAL},
        {"route add default via 192.0.2.2", INTERNET, INTERNET},
        {"route add default via 198.51.100.2 metric 1", UNCHANGED, INTERNET},
        {"link set dev v1 down", UNCHANGED, NONE},
        {"link del dev w0", NONE, NONE},
        {"link set dev v1 up", INTERNET, INTERNET},
    };

    (void)state;
    play(steps, ARRAY_SIZE(steps));
}

/* Changes faster than they are told: no two neighbours are equal, and the last is what there is. */
static void test_burst(void **state)
{
    static const char *const changes[] = {
        "route add default via 192.0.2.2",
        "route del default",
        "link set dev v1 down",
        "link set dev v1 up",
        "link set dev v0 down",
        "link set dev v0 up",
        "addr add 192.0.2.1/24 dev v0",
        "addr flush dev v0",
    };
    static struct told_hints told;
    const char *given = getenv("IPHLPAPI_TEST_SEED"); // NOLINT(concurrency-mt-unsafe)
    unsigned seed = given ? (unsigned)strtoul(given, NULL, 10) : (unsigned)time(NULL);

    (void)state;
    print_message("seed %u\n", seed);
    ip("link add v0 type veth peer name v1");
    ip("link set dev v1 up");
    told_hints_begin(&told);
    for (unsigned i = 0; i < 100; i++) {
        seed = seed * 1103515245 + 12345;
        (void)ip_try("%s", changes[seed / 65536 % ARRAY_SIZE(changes)]);
    }
    (void)ip_try("addr flush dev v0");
    (void)ip_try("link set dev v1 up");
    (void)ip_try("link set dev v0 up");
    (void)ip_try("addr add 192.0.2.1/24 dev v0");
    (void)ip_try("route add default via 192.0.2.2");
    told_hints_await_level(&told, INTERNET);
    ip("link del v0"); /* and nothing more of the above comes after this */
    told_hints_await_level(&told, NONE);
    (void)told_hints_end(&told);
    assert_int_equal(level_of(NULL), NONE);
}

/* Other routes by the thousand are not looked at. */
static void test_other_routes(void **state)
{
    static struct told_hints told;

    (void)state;
    ip("link add v0 type veth peer name v1");
    ip("link set dev v0 addrgenmode none up");
    ip("link set dev v1 up");
    ip("addr add 192.0.2.1/24 dev v0");
    told_hints_begin(&told);
    assert_int_equal(told_hints_get(&told, 0).ConnectivityLevel, LOCAL);
    for (unsigned i = 0; i < 200; i++)
        ip("route add 10.%u.0.0/16 via 192.0.2.2", i);
    ip("route add default via 192.0.2.2");
    told_hints_await(&told, 2, "route add default");
    assert_int_equal(told_hints_get(&told, 1).ConnectivityLevel, INTERNET);
    assert_int_equal(told_hints_end(&told), 2);
}

static void test_no_interface(void **state)
{
    NL_NETWORK_CONNECTIVITY_HINT hint;

    (void)state;
    assert_int_equal(level_of("lo"), NONE);
    assert_int_equal(GetNetworkConnectivityHintForInterface(77, &hint), ERROR_FILE_NOT_FOUND);
}

static int enter(void **state)
{
    (void)state;
    netns_enter_new();
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_ipv4, enter),
        cmocka_unit_test_setup(test_ipv6, enter),
        cmocka_unit_test_setup(test_links, enter),
        cmocka_unit_test_setup(test_burst, enter),
        cmocka_unit_test_setup(test_other_routes, enter),
        cmocka_unit_test_setup(test_no_interface, enter),
    };

    (void)argc;
    int rc = netns_begin(argv);
    /* There is no bus: only the kernel counts. */
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): no threads */
    if (rc == 0 && setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent", 1) < 0)
        rc = 1;
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
