/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Routes with several next hops, and next hops that are objects of their own. */
#include "expect.h"

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

/* The routes of one family: two nexthops on v0 and w0, a third on v0. */
static const struct family {
    const char *command;
    const char *prefix;
    const char *first, *second, *third;
    const char *single_prefix; /* of a route with one nexthop */
    unsigned id;               /* ids of its nexthop objects are this and those behind it */
} families[] = {
    {"route", PREFIX4, "10.0.0.2", "10.0.1.2", "10.0.0.3", "10.2.0.0/16", 1},
    {"-6 route", PREFIX6, "2001:db8:1::2", "2001:db8:1:1::2", "2001:db8:1::3", "2001:db8:3::/48",
     11},
};

/* A change, and what is reported of the first, second and third nexthop; NULL: not looked at. */
struct step {
    const char *change;
    const char *reports[3];
};

static void play(struct world *world, const struct family *family, const struct step *steps,
                 size_t count)
{
    struct ends ends = start(world);
    const struct row_key keys[] = {
        route_key(ends.v0, family->prefix, family->first),
        route_key(ends.w0, family->prefix, family->second),
        route_key(ends.v0, family->prefix, family->third),
    };

    for (size_t i = 0; i < count; i++) {
        world_change(world, "%s %s", family->command, steps[i].change);
        for (size_t k = 0; k < ARRAY_SIZE(keys); k++) {
            if (!steps[i].reports[k])
                continue;
            world_expect(world, ROW_ROUTE, keys[k], steps[i].reports[k]);
            if (steps[i].reports[k][0] == 'A')
                world_row(world, ROW_ROUTE, keys[k]);
            if (steps[i].reports[k][0] == 'D')
                world_expect_no_row(world, ROW_ROUTE, keys[k]);
        }
    }
}

static void test_ipv4_nexthops(void **state)
{
    static const struct step steps[] = {
        {"add " PREFIX4 " nexthop via 10.0.0.2 nexthop via 10.0.1.2", {"A", "A", NULL}},
        {"replace " PREFIX4 " nexthop via 10.0.0.2 nexthop via 10.0.1.2 nexthop via 10.0.0.3",
         {"", "", "A"}},
        {"replace " PREFIX4 " nexthop via 10.0.1.2 nexthop via 10.0.0.3", {"D", "", ""}},
        {"replace " PREFIX4 " via 10.0.0.3", {NULL, "D", ""}},
        {"del " PREFIX4, {NULL, NULL, "D"}},
    };

    play(*state, &families[0], steps, ARRAY_SIZE(steps));
}

static void test_ipv6_nexthops(void **state)
{
    static const struct step steps[] = {
        {"add " PREFIX6 " nexthop via 2001:db8:1::2 nexthop via 2001:db8:1:1::2", {"A", "A", NULL}},
        /* A nexthop joins, and one leaves: the route lives on. */
        {"append " PREFIX6 " via 2001:db8:1::3", {"", "", "A"}},
        {"del " PREFIX6 " via 2001:db8:1:1::2", {"", "D", ""}},
        /* All nexthops are replaced, and no message names those that go. */
        {"replace " PREFIX6 " via 2001:db8:1:1::2", {"D", "A", "D"}},
        {"del " PREFIX6, {NULL, "D", NULL}},
    };

    play(*state, &families[1], steps, ARRAY_SIZE(steps));
}

static void check_link_down_and_up(struct world *world, const struct family *family)
{
    struct ends ends = start(world);
    struct row_key stays = route_key(ends.v0, family->prefix, family->first);
    struct row_key goes = route_key(ends.w0, family->prefix, family->second);

    if (family == &families[1])
        sysctl_write("net/ipv6/conf/w0/keep_addr_on_down", "1");
    world_change(world, "%s add %s nexthop via %s nexthop via %s", family->command, family->prefix,
                 family->first, family->second);
    world_change(world, "link set w0 down");
    world_expect(world, ROW_ROUTE, stays, "");
    world_expect(world, ROW_ROUTE, goes, "D");
    world_expect_no_row(world, ROW_ROUTE, goes);

    /* Whether the kernel revives the nexthop is its affair; the table tells. */
    world_change(world, "link set w0 up");
    world_expect(world, ROW_ROUTE, stays, "");
    world_expect(world, ROW_ROUTE, goes, "A|");
}

static void test_ipv4_link_down(void **state)
{
    check_link_down_and_up(*state, &families[0]);
}

static void test_ipv6_link_down(void **state)
{
    check_link_down_and_up(*state, &families[1]);
}

/* IPv4's whole route vanishes in silence with the link of one nexthop. */
static void test_link_of_a_nexthop_deleted(void **state)
{
    struct world *world = *state;
    struct ends ends = start(world);

    world_begin(world);
    ip("route add " PREFIX4 " nexthop via 10.0.0.2 nexthop via 10.0.1.2");
    ip("-6 route add " PREFIX6 " nexthop via 2001:db8:1::2 nexthop via 2001:db8:1:1::2");
    world_settle(world);
    world_change(world, "link del w0");
    expect_routes(world, {ends.w0, PREFIX4, "10.0.1.2", "D"}, {ends.v0, PREFIX4, "10.0.0.2", "D|"},
                  {ends.w0, PREFIX6, "2001:db8:1:1::2", "D"});
}

static void test_carrier_of_a_nexthop(void **state)
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

/* What is reported of the routes of one family; NULL: not looked at. */
struct object_reports {
    const char *first, *second; /* of the group … */
    const char *third;          /* … and of what takes the first one's place */
    const char *single, *single_third;
};

#define expect_objects(world, ends, ...)                                                           \
    expect_objects_at(__LINE__, world, ends, (struct object_reports){__VA_ARGS__})

static void expect_objects_at(int line, struct world *world, const struct ends *ends,
                              struct object_reports reports)
{
    for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
        const struct family *family = &families[i];
        const struct expected_route rows[] = {
            {ends->v0, family->prefix, family->first, reports.first},
            {ends->w0, family->prefix, family->second, reports.second},
            {ends->v0, family->prefix, family->third, reports.third},
            {ends->v0, family->single_prefix, family->first, reports.single},
            {ends->v0, family->single_prefix, family->third, reports.single_third},
        };

        for (size_t k = 0; k < ARRAY_SIZE(rows); k++)
            if (rows[k].reports)
                world_expect_at(__FILE__, line, world, ROW_ROUTE,
                                route_key(rows[k].iface, rows[k].prefix, rows[k].next_hop),
                                rows[k].reports);
    }
}

static void check_nexthop_objects(struct world *world, const char *compat)
{
    struct ends ends = start(world);
    const struct family *family;
    const struct family *end = families + ARRAY_SIZE(families);

    sysctl_write("net/ipv4/nexthop_compat_mode", compat);
    for (family = families; family < end; family++) {
        if (!ip_try("nexthop add id %u via %s dev v0", family->id, family->first))
            fail_test("no next hop objects: %s", netns_complaint());
        ip("nexthop add id %u via %s dev w0", family->id + 1, family->second);
        ip("nexthop add id %u group %u/%u", family->id + 2, family->id, family->id + 1);
    }
    world_settle(world);

    world_begin(world);
    for (family = families; family < end; family++) {
        ip("%s add %s nhid %u", family->command, family->prefix, family->id + 2);
        ip("%s add %s nhid %u", family->command, family->single_prefix, family->id);
    }
    world_settle(world);
    expect_objects(world, &ends, .first = "A", .second = "A", .single = "A");

    /* An object changes, and with it every route that uses it. */
    world_begin(world);
    for (family = families; family < end; family++)
        ip("nexthop replace id %u via %s dev v0", family->id, family->third);
    world_settle(world);
    expect_objects(world, &ends, "D", "", "A", "D", "A");

    /* An object goes: from its groups, and with the routes that use it alone. */
    world_begin(world);
    for (family = families; family < end; family++)
        ip("nexthop del id %u", family->id);
    world_settle(world);
    expect_objects(world, &ends, .second = "", .third = "D", .single_third = "D");

    world_begin(world);
    for (family = families; family < end; family++)
        ip("nexthop del id %u", family->id + 2);
    world_settle(world);
    expect_objects(world, &ends, .second = "D");

    /* Objects go with the link, and take their routes along. */
    world_begin(world);
    for (family = families; family < end; family++)
        ip("%s add %s nhid %u", family->command, family->prefix, family->id + 1);
    world_settle(world);
    expect_objects(world, &ends, .second = "A");
    world_change(world, "link set w0 down");
    expect_objects(world, &ends, .second = "D");
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
        world_test(test_ipv4_nexthops),
        world_test(test_ipv6_nexthops),
        world_test(test_ipv4_link_down),
        world_test(test_ipv6_link_down),
        world_test(test_link_of_a_nexthop_deleted),
        world_test(test_carrier_of_a_nexthop),
        world_test(test_nexthop_objects_compatible),
        world_test(test_nexthop_objects_incompatible),
        world_test(test_blackhole_nexthop),
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
