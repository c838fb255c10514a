/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Routes with several next hops, and next hops that are objects of their own. */
#include "world.h"

#include <stdio.h>

#define PREFIX4 "10.1.0.0/16"
#define PREFIX6 "2001:db8:2::/48"

/* Two interfaces with a carrier: 10.0.0.1/24 and 10.0.1.1/24, 2001:db8:0:0 and 0:1::1/64. */
struct ends {
    struct iface v0;
    struct iface w0;
};

static struct ends start(struct world *world)
{
    world_without_dad();
    world_add_pair(world, "v0", "v1");
    world_add_pair(world, "w0", "w1");
    ip("addr add 10.0.0.1/24 dev v0");
    ip("addr add 10.0.1.1/24 dev w0");
    ip("addr add 2001:db8:1::1/64 dev v0");
    ip("addr add 2001:db8:1:1::1/64 dev w0");
    struct ends ends = {iface_get("v0"), iface_get("w0")};
    world_watch(world);
    return ends;
}

static void test_ipv4_legs(void **state)
{
    struct world *world = *state;
    struct ends ends = start(world);
    struct row_key first = route_key(ends.v0, PREFIX4, "10.0.0.2");
    struct row_key second = route_key(ends.w0, PREFIX4, "10.0.1.2");
    struct row_key third = route_key(ends.v0, PREFIX4, "10.0.0.3");

    world_change(world, "route add " PREFIX4 " nexthop via 10.0.0.2 nexthop via 10.0.1.2");
    world_expect(world, ROW_ROUTE, first, "A");
    world_expect(world, ROW_ROUTE, second, "A");
    world_row(world, ROW_ROUTE, second);

    world_change(world, "route replace " PREFIX4
                        " nexthop via 10.0.0.2 nexthop via 10.0.1.2 nexthop via 10.0.0.3");
    world_expect(world, ROW_ROUTE, first, "");
    world_expect(world, ROW_ROUTE, second, "");
    world_expect(world, ROW_ROUTE, third, "A");

    world_change(world, "route replace " PREFIX4 " nexthop via 10.0.1.2 nexthop via 10.0.0.3");
    world_expect(world, ROW_ROUTE, first, "D");
    world_expect(world, ROW_ROUTE, second, "");
    world_expect(world, ROW_ROUTE, third, "");

    world_change(world, "route replace " PREFIX4 " via 10.0.0.3");
    world_expect(world, ROW_ROUTE, second, "D");
    world_expect(world, ROW_ROUTE, third, "");

    world_change(world, "route del " PREFIX4);
    world_expect(world, ROW_ROUTE, third, "D");
    world_expect_no_row(world, ROW_ROUTE, third);
}

static void test_ipv6_legs(void **state)
{
    struct world *world = *state;
    struct ends ends = start(world);
    struct row_key first = route_key(ends.v0, PREFIX6, "2001:db8:1::2");
    struct row_key second = route_key(ends.w0, PREFIX6, "2001:db8:1:1::2");
    struct row_key third = route_key(ends.v0, PREFIX6, "2001:db8:1::3");

    world_change(world,
                 "-6 route add " PREFIX6 " nexthop via 2001:db8:1::2 nexthop via 2001:db8:1:1::2");
    world_expect(world, ROW_ROUTE, first, "A");
    world_expect(world, ROW_ROUTE, second, "A");

    /* A sibling joins, and one leaves: the route lives on. */
    world_change(world, "-6 route append " PREFIX6 " via 2001:db8:1::3");
    world_expect(world, ROW_ROUTE, first, "");
    world_expect(world, ROW_ROUTE, second, "");
    world_expect(world, ROW_ROUTE, third, "A");
    world_change(world, "-6 route del " PREFIX6 " via 2001:db8:1:1::2");
    world_expect(world, ROW_ROUTE, first, "");
    world_expect(world, ROW_ROUTE, second, "D");
    world_expect(world, ROW_ROUTE, third, "");

    /* All legs are replaced, without a word of those that go. */
    world_change(world, "-6 route replace " PREFIX6 " via 2001:db8:1:1::2");
    world_expect(world, ROW_ROUTE, first, "D");
    world_expect(world, ROW_ROUTE, second, "A");
    world_expect(world, ROW_ROUTE, third, "D");

    world_change(world, "-6 route del " PREFIX6);
    world_expect(world, ROW_ROUTE, second, "D");
}

static void check_leg_down_and_up(struct world *world, struct row_key stays, struct row_key goes)
{
    world_change(world, "link set w0 down");
    world_expect(world, ROW_ROUTE, stays, "");
    world_expect(world, ROW_ROUTE, goes, "D");
    world_expect_no_row(world, ROW_ROUTE, goes);

    /* Whether the kernel revives the leg is its affair; the table tells. */
    world_change(world, "link set w0 up");
    world_expect(world, ROW_ROUTE, stays, "");
    world_expect(world, ROW_ROUTE, goes, "A|");
}

static void test_ipv4_leg_down(void **state)
{
    struct world *world = *state;
    struct ends ends = start(world);

    world_change(world, "route add " PREFIX4 " nexthop via 10.0.0.2 nexthop via 10.0.1.2");
    check_leg_down_and_up(world, route_key(ends.v0, PREFIX4, "10.0.0.2"),
                          route_key(ends.w0, PREFIX4, "10.0.1.2"));
}

static void test_ipv6_leg_down(void **state)
{
    struct world *world = *state;
    struct ends ends = start(world);

    sysctl_write("net/ipv6/conf/w0/keep_addr_on_down", "1");
    world_change(world,
                 "-6 route add " PREFIX6 " nexthop via 2001:db8:1::2 nexthop via 2001:db8:1:1::2");
    check_leg_down_and_up(world, route_key(ends.v0, PREFIX6, "2001:db8:1::2"),
                          route_key(ends.w0, PREFIX6, "2001:db8:1:1::2"));
}

/* IPv4's whole route vanishes with the link of one leg, without a word. */
static void test_link_of_a_leg_deleted(void **state)
{
    struct world *world = *state;
    struct ends ends = start(world);

    world_begin(world);
    ip("route add " PREFIX4 " nexthop via 10.0.0.2 nexthop via 10.0.1.2");
    ip("-6 route add " PREFIX6 " nexthop via 2001:db8:1::2 nexthop via 2001:db8:1:1::2");
    world_settle(world);
    world_change(world, "link del w0");
    world_expect(world, ROW_ROUTE, route_key(ends.w0, PREFIX4, "10.0.1.2"), "D");
    world_expect(world, ROW_ROUTE, route_key(ends.v0, PREFIX4, "10.0.0.2"), "D|");
    world_expect(world, ROW_ROUTE, route_key(ends.w0, PREFIX6, "2001:db8:1:1::2"), "D");
}

static void test_carrier_of_a_leg(void **state)
{
    struct world *world = *state;
    struct ends ends = start(world);

    sysctl_write("net/ipv4/conf/w0/ignore_routes_with_linkdown", "1");
    world_change(world, "route add " PREFIX4 " nexthop via 10.0.0.2 nexthop via 10.0.1.2");
    world_begin(world);
    ip_in(world_beside(world), "link set w1 down");
    world_await(world, ROW_INTERFACE, interface_key(ends.w0, AF_INET), "P");
    world_settle(world);
    world_expect(world, ROW_ROUTE, route_key(ends.v0, PREFIX4, "10.0.0.2"), "");

    world_begin(world);
    ip_in(world_beside(world), "link set w1 up");
    world_await(world, ROW_INTERFACE, interface_key(ends.w0, AF_INET), "P");
    world_settle(world);
    world_expect(world, ROW_ROUTE, route_key(ends.v0, PREFIX4, "10.0.0.2"), "");
    world_row(world, ROW_ROUTE, route_key(ends.w0, PREFIX4, "10.0.1.2"));
}

static void check_nexthop_objects(struct world *world, const char *compat)
{
    struct ends ends = start(world);

    sysctl_write("net/ipv4/nexthop_compat_mode", compat);
    if (!ip_try("nexthop add id 1 via 10.0.0.2 dev v0"))
        fail_test("no next hop objects: %s", netns_complaint());
    ip("nexthop add id 2 via 10.0.1.2 dev w0");
    ip("nexthop add id 3 group 1/2");
    ip("nexthop add id 11 via 2001:db8:1::2 dev v0");
    ip("nexthop add id 12 via 2001:db8:1:1::2 dev w0");
    ip("nexthop add id 13 group 11/12");
    world_settle(world);

    struct row_key first4 = route_key(ends.v0, PREFIX4, "10.0.0.2");
    struct row_key second4 = route_key(ends.w0, PREFIX4, "10.0.1.2");
    struct row_key first6 = route_key(ends.v0, PREFIX6, "2001:db8:1::2");
    struct row_key second6 = route_key(ends.w0, PREFIX6, "2001:db8:1:1::2");
    struct row_key single4 = route_key(ends.v0, "10.2.0.0/16", "10.0.0.2");
    struct row_key single6 = route_key(ends.v0, "2001:db8:3::/48", "2001:db8:1::2");

    world_begin(world);
    ip("route add " PREFIX4 " nhid 3");
    ip("-6 route add " PREFIX6 " nhid 13");
    ip("route add 10.2.0.0/16 nhid 1");
    ip("-6 route add 2001:db8:3::/48 nhid 11");
    world_settle(world);
    world_expect(world, ROW_ROUTE, first4, "A");
    world_expect(world, ROW_ROUTE, second4, "A");
    world_expect(world, ROW_ROUTE, first6, "A");
    world_expect(world, ROW_ROUTE, second6, "A");
    world_expect(world, ROW_ROUTE, single4, "A");
    world_expect(world, ROW_ROUTE, single6, "A");

    /* An object changes, and with it every route that uses it. */
    world_begin(world);
    ip("nexthop replace id 1 via 10.0.0.3 dev v0");
    ip("nexthop replace id 11 via 2001:db8:1::3 dev v0");
    world_settle(world);
    world_expect(world, ROW_ROUTE, first4, "D");
    world_expect(world, ROW_ROUTE, route_key(ends.v0, PREFIX4, "10.0.0.3"), "A");
    world_expect(world, ROW_ROUTE, second4, "");
    world_expect(world, ROW_ROUTE, first6, "D");
    world_expect(world, ROW_ROUTE, route_key(ends.v0, PREFIX6, "2001:db8:1::3"), "A");
    world_expect(world, ROW_ROUTE, second6, "");
    world_expect(world, ROW_ROUTE, single4, "D");
    world_expect(world, ROW_ROUTE, route_key(ends.v0, "10.2.0.0/16", "10.0.0.3"), "A");
    world_expect(world, ROW_ROUTE, single6, "D");
    world_expect(world, ROW_ROUTE, route_key(ends.v0, "2001:db8:3::/48", "2001:db8:1::3"), "A");

    /* An object goes: from its groups, and with the routes that use it alone. */
    world_begin(world);
    ip("nexthop del id 1");
    ip("nexthop del id 11");
    world_settle(world);
    world_expect(world, ROW_ROUTE, route_key(ends.v0, PREFIX4, "10.0.0.3"), "D");
    world_expect(world, ROW_ROUTE, second4, "");
    world_expect(world, ROW_ROUTE, route_key(ends.v0, PREFIX6, "2001:db8:1::3"), "D");
    world_expect(world, ROW_ROUTE, second6, "");
    world_expect(world, ROW_ROUTE, route_key(ends.v0, "10.2.0.0/16", "10.0.0.3"), "D");
    world_expect(world, ROW_ROUTE, route_key(ends.v0, "2001:db8:3::/48", "2001:db8:1::3"), "D");

    world_begin(world);
    ip("nexthop del id 3");
    ip("nexthop del id 13");
    world_settle(world);
    world_expect(world, ROW_ROUTE, second4, "D");
    world_expect(world, ROW_ROUTE, second6, "D");

    /* Objects go with the link, and take their routes along. */
    world_begin(world);
    ip("route add " PREFIX4 " nhid 2");
    ip("-6 route add " PREFIX6 " nhid 12");
    world_settle(world);
    world_expect(world, ROW_ROUTE, second4, "A");
    world_expect(world, ROW_ROUTE, second6, "A");
    world_change(world, "link set w0 down");
    world_expect(world, ROW_ROUTE, second4, "D");
    world_expect(world, ROW_ROUTE, second6, "D");
}

static void test_nexthop_objects_compatible(void **state)
{
    check_nexthop_objects(*state, "1");
}

static void test_nexthop_objects_incompatible(void **state)
{
    check_nexthop_objects(*state, "0");
}

static void test_blackhole_nexthop(void **state)
{
    struct world *world = *state;
    struct iface lo = iface_get("lo");

    start(world);
    ip("nexthop add id 1 blackhole");
    world_change(world, "route add " PREFIX4 " nhid 1");
    world_expect(world, ROW_ROUTE, route_key(lo, PREFIX4, NULL), "A");
    world_change(world, "nexthop del id 1");
    world_expect(world, ROW_ROUTE, route_key(lo, PREFIX4, NULL), "D");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_ipv4_legs),
        world_test(test_ipv6_legs),
        world_test(test_ipv4_leg_down),
        world_test(test_ipv6_leg_down),
        world_test(test_link_of_a_leg_deleted),
        world_test(test_carrier_of_a_leg),
        world_test(test_nexthop_objects_compatible),
        world_test(test_nexthop_objects_incompatible),
        world_test(test_blackhole_nexthop),
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
