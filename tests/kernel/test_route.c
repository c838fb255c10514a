/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Routes with one next hop: added, replaced, appended, changed, deleted, and taken away. */
#include "expect.h"

#include <stdio.h>
#include <string.h>

/* 10.0.0.1/24 and 2001:db8:1::1/64 on an interface with a carrier. */
static struct iface start(struct world *world)
{
    world_without_dad();
    world_add_pair(world, "v0", "v1");
    ip("addr add 10.0.0.1/24 dev v0");
    ip("addr add 2001:db8:1::1/64 dev v0");
    struct iface v0 = iface_get("v0");
    world_watch(world);
    return v0;
}

static void test_added_and_deleted(void **state)
{
    struct world *world = *state;
    struct iface v0 = start(world);

    world_change(world, "route add 10.1.0.0/16 via 10.0.0.2");
    world_expect(world, ROW_ROUTE, route_key(v0, "10.1.0.0/16", "10.0.0.2"), "A");
    union any_row row = world_row(world, ROW_ROUTE, route_key(v0, "10.1.0.0/16", "10.0.0.2"));
    assert_int_equal(row.route.InterfaceIndex, v0.index);
    assert_int_equal(row.route.Metric, 0);
    assert_int_equal(row.route.Protocol, MIB_IPPROTO_NETMGMT);
    assert_int_equal(row.route.Origin, NlroManual);
    assert_int_equal(row.route.ValidLifetime, 0xffffffff);

    world_change(world, "route add 10.2.0.0/16 dev v0 metric 7");
    row = world_row(world, ROW_ROUTE, route_key(v0, "10.2.0.0/16", NULL));
    assert_int_equal(row.route.Metric, 7);
    assert_int_equal(row.route.NextHop.si_family, AF_INET);

    world_change(world, "-6 route add 2001:db8:2::/48 via 2001:db8:1::2");
    world_expect(world, ROW_ROUTE, route_key(v0, "2001:db8:2::/48", "2001:db8:1::2"), "A");
    row = world_row(world, ROW_ROUTE, route_key(v0, "2001:db8:2::/48", "2001:db8:1::2"));
    assert_int_equal(row.route.Metric, 1024);

    world_begin(world);
    ip("route add default via 10.0.0.2");
    ip("-6 route add default via fe80::2 dev v0");
    world_settle(world);
    world_expect(world, ROW_ROUTE, route_key(v0, "0.0.0.0/0", "10.0.0.2"), "A");
    world_expect(world, ROW_ROUTE, route_key(v0, "::/0", "fe80::2"), "A");

    world_begin(world);
    ip("route del 10.1.0.0/16");
    ip("route del 10.2.0.0/16");
    ip("-6 route del 2001:db8:2::/48");
    ip("route del default");
    ip("-6 route del default");
    world_settle(world);
    expect_routes(world, {v0, "10.1.0.0/16", "10.0.0.2", "D"}, {v0, "10.2.0.0/16", NULL, "D"},
                  {v0, "2001:db8:2::/48", "2001:db8:1::2", "D"}, {v0, "0.0.0.0/0", "10.0.0.2", "D"},
                  {v0, "::/0", "fe80::2", "D"});
    world_expect_no_row(world, ROW_ROUTE, route_key(v0, "::/0", "fe80::2"));
}

static void check_replace(struct world *world, struct iface v0, const char *command,
                          const char *prefix, const char *first, const char *second)
{
    world_change(world, "%s add %s via %s metric 10", command, prefix, first);
    world_change(world, "%s replace %s via %s metric 10", command, prefix, second);
    world_expect(world, ROW_ROUTE, route_key(v0, prefix, first), "D");
    world_expect(world, ROW_ROUTE, route_key(v0, prefix, second), "A");

    /* The key stays, a field changes. */
    world_change(world, "%s replace %s via %s metric 10 proto bgp", command, prefix, second);
    world_expect(world, ROW_ROUTE, route_key(v0, prefix, second), "P");
    union any_row row = world_row(world, ROW_ROUTE, route_key(v0, prefix, second));
    assert_int_equal(row.route.Protocol, MIB_IPPROTO_BGP);
    assert_int_equal(row.route.Metric, 10);

    /* By itself. */
    world_change(world, "%s replace %s via %s metric 10 proto bgp", command, prefix, second);
    world_expect_quiet(world, ROW_ROUTE);

    world_change(world, "%s change %s via %s metric 10 proto bgp", command, prefix, first);
    world_expect(world, ROW_ROUTE, route_key(v0, prefix, second), "D");
    world_expect(world, ROW_ROUTE, route_key(v0, prefix, first), "A");
    world_change(world, "%s del %s metric 10", command, prefix);
    world_expect(world, ROW_ROUTE, route_key(v0, prefix, first), "D");
}

static void test_replaced(void **state)
{
    struct world *world = *state;
    struct iface v0 = start(world);

    check_replace(world, v0, "route", "10.1.0.0/16", "10.0.0.2", "10.0.0.3");
    check_replace(world, v0, "-6 route", "2001:db8:2::/48", "2001:db8:1::2", "2001:db8:1::3");
}

static void test_appended_and_prepended(void **state)
{
    struct world *world = *state;
    struct iface v0 = start(world);
    struct row_key first = route_key(v0, "10.1.0.0/16", "10.0.0.2");
    struct row_key second = route_key(v0, "10.1.0.0/16", "10.0.0.3");
    struct row_key third = route_key(v0, "10.1.0.0/16", "10.0.0.4");

    world_change(world, "route add 10.1.0.0/16 via 10.0.0.2");
    world_change(world, "route append 10.1.0.0/16 via 10.0.0.3");
    world_expect(world, ROW_ROUTE, first, "");
    world_expect(world, ROW_ROUTE, second, "A");
    world_change(world, "route prepend 10.1.0.0/16 via 10.0.0.4");
    world_expect(world, ROW_ROUTE, first, "");
    world_expect(world, ROW_ROUTE, second, "");
    world_expect(world, ROW_ROUTE, third, "A");

    /* A replace takes the first of them only. */
    world_change(world, "route replace 10.1.0.0/16 via 10.0.0.5");
    world_expect(world, ROW_ROUTE, third, "D");
    world_expect(world, ROW_ROUTE, first, "");
    world_expect(world, ROW_ROUTE, route_key(v0, "10.1.0.0/16", "10.0.0.5"), "A");

    world_change(world, "route del 10.1.0.0/16 via 10.0.0.2");
    world_expect(world, ROW_ROUTE, first, "D");
    world_expect(world, ROW_ROUTE, second, "");
    world_change(world, "route flush 10.1.0.0/16");
    world_expect(world, ROW_ROUTE, second, "D");
}

static void check_metrics(struct world *world, struct iface v0, const char *command,
                          const char *prefix, const char *next_hop)
{
    struct row_key key = route_key(v0, prefix, next_hop);

    world_change(world, "%s add %s via %s metric 10", command, prefix, next_hop);
    world_expect(world, ROW_ROUTE, key, "A");
    world_change(world, "%s add %s via %s metric 20", command, prefix, next_hop);
    world_expect(world, ROW_ROUTE, key, "");
    assert_int_equal(world_row(world, ROW_ROUTE, key).route.Metric, 10);

    world_change(world, "%s add %s via %s metric 5", command, prefix, next_hop);
    world_expect(world, ROW_ROUTE, key, "P");
    assert_int_equal(world_row(world, ROW_ROUTE, key).route.Metric, 5);

    world_change(world, "%s del %s metric 10", command, prefix);
    world_expect(world, ROW_ROUTE, key, "");
    world_change(world, "%s del %s metric 5", command, prefix);
    world_expect(world, ROW_ROUTE, key, "P");
    assert_int_equal(world_row(world, ROW_ROUTE, key).route.Metric, 20);

    world_change(world, "%s del %s metric 20", command, prefix);
    world_expect(world, ROW_ROUTE, key, "D");
    world_expect_no_row(world, ROW_ROUTE, key);
}

static void test_two_metrics_of_one_key(void **state)
{
    struct world *world = *state;
    struct iface v0 = start(world);

    check_metrics(world, v0, "route", "10.1.0.0/16", "10.0.0.2");
    check_metrics(world, v0, "-6 route", "2001:db8:2::/48", "2001:db8:1::2");
}

static void test_rejecting_routes(void **state)
{
    static const char *const types[] = {"blackhole", "unreachable", "prohibit"};
    struct world *world = *state;
    struct iface lo = iface_get("lo");

    start(world);
    for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
        world_begin(world);
        ip("route add %s 10.1.0.0/16", types[i]);
        ip("-6 route add %s 2001:db8:2::/48", types[i]);
        world_settle(world);
        world_expect(world, ROW_ROUTE, route_key(lo, "10.1.0.0/16", NULL), "A");
        world_expect(world, ROW_ROUTE, route_key(lo, "2001:db8:2::/48", NULL), "A");
        world_row(world, ROW_ROUTE, route_key(lo, "10.1.0.0/16", NULL));

        world_begin(world);
        ip("route del %s 10.1.0.0/16", types[i]);
        ip("-6 route del %s 2001:db8:2::/48", types[i]);
        world_settle(world);
        world_expect(world, ROW_ROUTE, route_key(lo, "10.1.0.0/16", NULL), "D");
        world_expect(world, ROW_ROUTE, route_key(lo, "2001:db8:2::/48", NULL), "D");
    }

    /* Not a way for packets to go, and not one to be refused either. */
    world_begin(world);
    ip("route add throw 10.1.0.0/16");
    ip("route del throw 10.1.0.0/16");
    world_settle(world);
    world_expect_quiet(world, ROW_ROUTE);

    /* One turns into the other. */
    world_change(world, "route add blackhole 10.1.0.0/16");
    struct iface v0 = iface_get("v0");
    world_change(world, "route replace 10.1.0.0/16 via 10.0.0.2");
    world_expect(world, ROW_ROUTE, route_key(lo, "10.1.0.0/16", NULL), "D");
    world_expect(world, ROW_ROUTE, route_key(v0, "10.1.0.0/16", "10.0.0.2"), "A");
}

/* One key in two tables is one row. */
static void check_key_in_two_tables(struct world *world, struct iface v0, const char *prefix)
{
    struct row_key key = route_key(v0, prefix, NULL);

    world_change(world, "route add %s dev v0", prefix);
    world_expect(world, ROW_ROUTE, key, "A");
    world_change(world, "route add %s dev v0 table local", prefix);
    world_expect(world, ROW_ROUTE, key, "P|");
    world_row(world, ROW_ROUTE, key);
    world_change(world, "route del %s dev v0 table main", prefix);
    world_expect(world, ROW_ROUTE, key, "P|");
    world_change(world, "route del %s dev v0 table local", prefix);
    world_expect(world, ROW_ROUTE, key, "D");
}

static void test_tables(void **state)
{
    struct world *world = *state;
    struct iface v0 = start(world);
    struct iface lo = iface_get("lo");

    world_begin(world);
    ip("route add 10.1.0.0/16 via 10.0.0.2 table 100");
    ip("-6 route add 2001:db8:2::/48 via 2001:db8:1::2 table 100");
    world_settle(world);
    world_expect_quiet(world, ROW_ROUTE);
    world_change(world, "route del 10.1.0.0/16 table 100");
    world_expect_quiet(world, ROW_ROUTE);

    world_change(world, "route add local 10.3.0.0/16 dev lo");
    world_expect(world, ROW_ROUTE, route_key(lo, "10.3.0.0/16", NULL), "A");

    check_key_in_two_tables(world, v0, "10.4.0.0/16");
    check_key_in_two_tables(world, v0, "10.5.0.1/32");
}

static void test_types_of_service(void **state)
{
    struct world *world = *state;
    struct iface v0 = start(world);
    struct row_key key = route_key(v0, "10.1.0.0/16", "10.0.0.2");

    world_change(world, "route add 10.1.0.0/16 via 10.0.0.2");
    world_expect(world, ROW_ROUTE, key, "A");
    world_change(world, "route add 10.1.0.0/16 via 10.0.0.2 tos 0x10");
    world_expect(world, ROW_ROUTE, key, "");
    world_change(world, "route del 10.1.0.0/16 tos 0");
    world_expect(world, ROW_ROUTE, key, "");
    world_change(world, "route del 10.1.0.0/16 tos 0x10");
    world_expect(world, ROW_ROUTE, key, "D");
}

/* The kernel takes IPv4's routes away in silence. */
static void test_link_down(void **state)
{
    struct world *world = *state;
    struct iface v0 = start(world);

    world_begin(world);
    ip("route add 10.1.0.0/16 via 10.0.0.2");
    ip("route add 10.2.0.0/16 dev v0");
    ip("-6 route add 2001:db8:2::/48 via 2001:db8:1::2");
    world_settle(world);
    world_change(world, "link set v0 down");
    expect_routes(world, {v0, "10.1.0.0/16", "10.0.0.2", "D"}, {v0, "10.2.0.0/16", NULL, "D"},
                  {v0, "10.0.0.0/24", NULL, "D"}, {v0, "10.0.0.1/32", NULL, ""},
                  {v0, "2001:db8:2::/48", "2001:db8:1::2", "D"});

    world_change(world, "link set v0 up");
    world_expect(world, ROW_ROUTE, route_key(v0, "10.1.0.0/16", "10.0.0.2"), "");
    world_expect(world, ROW_ROUTE, route_key(v0, "10.0.0.0/24", NULL), "A");
    world_row(world, ROW_ROUTE, route_key(v0, "10.0.0.0/24", NULL));
}

static void test_link_deleted(void **state)
{
    struct world *world = *state;
    struct iface v0 = start(world);

    world_begin(world);
    ip("route add 10.1.0.0/16 via 10.0.0.2");
    ip("-6 route add 2001:db8:2::/48 via 2001:db8:1::2");
    world_settle(world);
    world_change(world, "link del v0");
    expect_routes(world, {v0, "10.1.0.0/16", "10.0.0.2", "D"}, {v0, "10.0.0.0/24", NULL, "D"},
                  {v0, "10.0.0.1/32", NULL, "D"}, {v0, "2001:db8:2::/48", "2001:db8:1::2", "D"},
                  {v0, "2001:db8:1::/64", NULL, "D"});
    world_expect(world, ROW_UNICAST, unicast_key(v0, "10.0.0.1"), "D");
    world_expect(world, ROW_UNICAST, unicast_key(v0, "2001:db8:1::1"), "D");
}

static void test_ipv6_next_hop_of_an_ipv4_route(void **state)
{
    struct world *world = *state;
    struct iface v0 = start(world);
    struct row_key key = route_key(v0, "10.1.0.0/16", "fe80::2");

    world_change(world, "route add 10.1.0.0/16 via inet6 fe80::2 dev v0");
    world_expect(world, ROW_ROUTE, key, "A");
    union any_row row = world_row(world, ROW_ROUTE, key);
    assert_int_equal(row.route.NextHop.si_family, AF_INET6);
    world_change(world, "route del 10.1.0.0/16");
    world_expect(world, ROW_ROUTE, key, "D");

    /* A next hop that is none has a family, too. */
    world_change(world, "route add 10.2.0.0/16 dev v0");
    world_row(world, ROW_ROUTE, route_key(v0, "10.2.0.0/16", "0.0.0.0"));
    world_expect_no_row(world, ROW_ROUTE, route_key(v0, "10.2.0.0/16", "::"));
}

static void test_protocols_and_origins(void **state)
{
    static const struct {
        const char *name;
        NL_ROUTE_PROTOCOL protocol;
        int origin; /* -1: not laid down */
    } cases[] = {
        {"kernel", MIB_IPPROTO_LOCAL, NlroWellKnown},
        {"boot", MIB_IPPROTO_NETMGMT, NlroManual},
        {"static", MIB_IPPROTO_NETMGMT, NlroManual},
        {"dhcp", MIB_IPPROTO_NETMGMT, NlroDHCP},
        {"ra", MIB_IPPROTO_NETMGMT, NlroRouterAdvertisement},
        {"redirect", MIB_IPPROTO_ICMP, -1},
        {"bgp", MIB_IPPROTO_BGP, -1},
        {"ospf", MIB_IPPROTO_OSPF, -1},
        {"rip", MIB_IPPROTO_RIP, -1},
        {"isis", MIB_IPPROTO_IS_IS, -1},
        {"babel", MIB_IPPROTO_OTHER, -1},
        {"200", MIB_IPPROTO_OTHER, -1},
    };
    struct world *world = *state;
    struct iface v0 = start(world);

    world_begin(world);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        ip("route add 10.%zu.0.0/16 via 10.0.0.2 proto %s", i + 1, cases[i].name);
    world_settle(world);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        char prefix[32];
        (void)snprintf(prefix, sizeof(prefix), "10.%zu.0.0/16", i + 1);
        union any_row row = world_row(world, ROW_ROUTE, route_key(v0, prefix, "10.0.0.2"));
        if (row.route.Protocol != cases[i].protocol ||
            (cases[i].origin >= 0 && (int)row.route.Origin != cases[i].origin))
            fail_test("proto %s: protocol %d, origin %d", cases[i].name, (int)row.route.Protocol,
                      (int)row.route.Origin);
    }
}

#define BURST 2000

static void test_burst(void **state)
{
    struct world *world = *state;
    struct iface v0 = start(world);
    static char lines[2 * BURST * 64];
    size_t length = 0;

    for (int i = 0; i < BURST; i++) {
        length += (size_t)snprintf(lines + length, sizeof(lines) - length,
                                   "route add 10.%d.%d.0/24 via 10.0.0.2\n"
                                   "route add 2001:db8:100:%x::/64 via 2001:db8:1::2\n",
                                   1 + i / 250, i % 250, i);
    }
    world_begin(world);
    ip_batch(lines);
    world_settle(world);
    world_expect(world, ROW_ROUTE, route_key(v0, "10.8.249.0/24", "10.0.0.2"), "A");
    world_expect(world, ROW_ROUTE, route_key(v0, "2001:db8:100:7::/64", "2001:db8:1::2"), "A");

    world_begin(world);
    ip("route flush root 10.4.0.0/14");
    ip("-6 route flush root 2001:db8:100::/48");
    world_settle(world);
    expect_routes(world, {v0, "10.3.0.0/24", "10.0.0.2", ""}, {v0, "10.4.0.0/24", "10.0.0.2", "D"},
                  {v0, "2001:db8:100:7::/64", "2001:db8:1::2", "D"});
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_added_and_deleted),      world_test(test_replaced),
        world_test(test_appended_and_prepended), world_test(test_two_metrics_of_one_key),
        world_test(test_rejecting_routes),       world_test(test_tables),
        world_test(test_types_of_service),       world_test(test_link_down),
        world_test(test_link_deleted),           world_test(test_ipv6_next_hop_of_an_ipv4_route),
        world_test(test_protocols_and_origins),  world_test(test_burst),
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
