/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Several routes of the kernel that have one row, because Windows knows nothing of what tells
 * them apart: the row is there until the last of them goes, whichever that is.
 */
#include "world.h"

static struct iface start(struct world *world)
{
    world_without_dad();
    world_add_pair(world, "v0", "v1");
    ip("addr add 10.0.0.1/24 dev v0");
    ip("addr add 2001:db8:1::1/64 dev v0");
    /* Their ids have the lower half in common. */
    ip("nexthop add id 1 via fe80::2 dev v0");
    ip("nexthop add id 65537 via fe80::2 dev v0");
    return iface_get("v0");
}

/* Two routes of one row. */
struct pair {
    const char *family;           /* "-4" or "-6" */
    const char *first, *second;   /* what `ip route append` and `del` get */
    const char *prefix, *gateway; /* the row's */
};

/* Encapsulations, realms and sources are options of the kernel. Before it is watched. */
static bool is_offered(const struct pair *pair)
{
    if (!ip_try("%s route append %s", pair->family, pair->first)) {
        print_message("not offered here: route append %s: %s\n", pair->first, netns_complaint());
        return false;
    }
    ip("%s route del %s", pair->family, pair->first);
    return true;
}

static void check_pair(struct world *world, struct iface v0, const struct pair *pair)
{
    struct row_key key = route_key(v0, pair->prefix, pair->gateway);
    const char *const orders[2][2] = {{pair->first, pair->second}, {pair->second, pair->first}};

    for (size_t i = 0; i < ARRAY_SIZE(orders); i++) {
        world_change(world, "%s route append %s", pair->family, pair->first);
        world_expect(world, ROW_ROUTE, key, "A");
        world_change(world, "%s route append %s", pair->family, pair->second);
        world_expect(world, ROW_ROUTE, key, "");
        world_change(world, "%s route del %s", pair->family, orders[i][0]);
        world_expect(world, ROW_ROUTE, key, "");
        world_row(world, ROW_ROUTE, key);
        world_change(world, "%s route del %s", pair->family, orders[i][1]);
        world_expect(world, ROW_ROUTE, key, "D");
        world_expect_no_row(world, ROW_ROUTE, key);
    }
}

static void check_all_pairs(struct world *world, const struct pair *pairs, size_t count)
{
    struct iface v0 = start(world);
    bool offered[16] = {false};

    check(count <= ARRAY_SIZE(offered));
    for (size_t i = 0; i < count; i++)
        offered[i] = is_offered(&pairs[i]);
    world_watch(world);
    for (size_t i = 0; i < count; i++)
        if (offered[i])
            check_pair(world, v0, &pairs[i]);
}

/* Routes for traffic from certain addresses only (RFC 8678, section 4). */
static void test_sources(void **state)
{
    static const struct pair pairs[] = {
        {"-6", "2001:db8:2::/48 from 2001:db8:1::/64 via fe80::2 dev v0",
         "2001:db8:2::/48 from 2001:db8:3::/64 via fe80::2 dev v0", "2001:db8:2::/48", "fe80::2"},
        {"-6", "2001:db8:2::/48 from 2001:db8:1::/64 dev v0",
         "2001:db8:2::/48 from 2001:db8:1::/63 dev v0", "2001:db8:2::/48", NULL},
        {"-6", "2001:db8:2::/48 from 2001:db8:1::/64 via fe80::2 dev v0",
         "2001:db8:2::/48 via fe80::2 dev v0", "2001:db8:2::/48", "fe80::2"},
    };

    check_all_pairs(*state, pairs, ARRAY_SIZE(pairs));
}

/* The row is that of ordinary traffic, whatever the metrics are. */
static void test_source_and_none(void **state)
{
    struct world *world = *state;
    struct iface v0 = start(world);
    struct row_key key = route_key(v0, "::/0", "fe80::2");

    if (!is_offered(&(struct pair){.family = "-6",
                                   .first = "default from 2001:db8:1::/64 via fe80::2 dev v0"}))
        skip();
    world_watch(world);
    world_change(world, "-6 route add default from 2001:db8:1::/64 via fe80::2 dev v0 metric 10");
    world_expect(world, ROW_ROUTE, key, "A");
    assert_int_equal(world_row(world, ROW_ROUTE, key).route.Metric, 10);
    world_change(world, "-6 route add default via fe80::2 dev v0 metric 20");
    world_expect(world, ROW_ROUTE, key, "P");
    assert_int_equal(world_row(world, ROW_ROUTE, key).route.Metric, 20);

    /* A replacement is one among routes of its own source. */
    world_change(world, "-6 route replace default via fe80::3 dev v0 metric 20");
    world_expect(world, ROW_ROUTE, key, "P");
    world_expect(world, ROW_ROUTE, route_key(v0, "::/0", "fe80::3"), "A");
    assert_int_equal(world_row(world, ROW_ROUTE, key).route.Metric, 10);
    world_change(world, "-6 route replace default from 2001:db8:1::/64 via fe80::3 dev v0 "
                        "metric 10");
    world_expect(world, ROW_ROUTE, key, "D");
    world_expect(world, ROW_ROUTE, route_key(v0, "::/0", "fe80::3"), "");
    assert_int_equal(world_row(world, ROW_ROUTE, route_key(v0, "::/0", "fe80::3")).route.Metric,
                     20);
    world_change(world, "-6 route replace default from 2001:db8:1::/64 via fe80::2 dev v0 "
                        "metric 10");
    world_expect(world, ROW_ROUTE, key, "A");
    world_expect(world, ROW_ROUTE, route_key(v0, "::/0", "fe80::3"), "");
}

static void test_encapsulations_and_other_options(void **state)
{
    static const struct pair pairs[] = {
        {"-4", "10.1.0.0/16 via 10.0.0.2 dev v0", "10.1.0.0/16 via 10.0.0.2 dev v0 onlink",
         "10.1.0.0/16", "10.0.0.2"},
        {"-4", "10.1.0.0/16 via 10.0.0.2 realm 5", "10.1.0.0/16 via 10.0.0.2 realm 6",
         "10.1.0.0/16", "10.0.0.2"},
        {"-4", "10.1.0.0/16 encap ip id 7 dst 10.9.9.9 via 10.0.0.2",
         "10.1.0.0/16 encap ip id 8 dst 10.9.9.9 via 10.0.0.2", "10.1.0.0/16", "10.0.0.2"},
        {"-4", "10.1.0.0/16 nexthop via 10.0.0.2 realm 5 nexthop via 10.0.0.3",
         "10.1.0.0/16 nexthop via 10.0.0.2 realm 6 nexthop via 10.0.0.3", "10.1.0.0/16",
         "10.0.0.2"},
        {"-6", "2001:db8:2::/48 encap ip6 id 7 dst 2001:db8::7 dev v0",
         "2001:db8:2::/48 encap ip6 id 8 dst 2001:db8::8 dev v0", "2001:db8:2::/48", NULL},
        {"-6", "2001:db8:2::/48 encap ip6 id 7 dst 2001:db8::7 via fe80::2 dev v0",
         "2001:db8:2::/48 encap ip6 id 8 dst 2001:db8::8 via fe80::2 dev v0", "2001:db8:2::/48",
         "fe80::2"},
        {"-6", "2001:db8:2::/48 nhid 1", "2001:db8:2::/48 nhid 65537", "2001:db8:2::/48",
         "fe80::2"},
    };

    check_all_pairs(*state, pairs, ARRAY_SIZE(pairs));
}

/*
 * IPv6 replaces the first route, also where another is the same as the new one: duplicates may be
 * left, and a deletion takes one of them.
 */
static void test_duplicates(void **state)
{
    static const struct {
        const char *change;
        const char *reports;        /* of the route on v0 … */
        const char *reject_reports; /* … and of the reject route; NULL: not looked at */
    } steps[] = {
#define ROUTE "2001:db8:2::/48 dev v0 metric 100"
#define REJECT "unreachable 2001:db8:2::/48 metric 100"
        {"add " REJECT, NULL, NULL},
        {"append " ROUTE " proto static", "A", NULL},
        {"replace " ROUTE " proto static", "", "D"},
        {"replace " REJECT, "", "A"},
        {"replace " ROUTE " proto bgp", "P", "D"},
        {"del " ROUTE " proto bgp", "P", NULL},
        {"del " ROUTE, "D", NULL},
        /* Here the route that is the same as the new one stands first itself. */
        {"add " ROUTE " proto static", NULL, NULL},
        {"append " REJECT, NULL, NULL},
        {"replace " ROUTE " proto bgp", "P", ""},
        {"del " ROUTE, "D", NULL},
#undef ROUTE
#undef REJECT
    };
    struct world *world = *state;
    struct iface v0 = start(world);
    struct row_key key = route_key(v0, "2001:db8:2::/48", NULL);
    struct row_key reject = route_key(iface_get("lo"), "2001:db8:2::/48", NULL);

    world_watch(world);
    for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
        world_change(world, "-6 route %s", steps[i].change);
        if (steps[i].reject_reports)
            world_expect(world, ROW_ROUTE, reject, steps[i].reject_reports);
        if (steps[i].reports)
            world_expect(world, ROW_ROUTE, key, steps[i].reports);
        if (steps[i].reports && *steps[i].reports == 'D')
            world_expect_no_row(world, ROW_ROUTE, key);
    }
    world_row(world, ROW_ROUTE, reject);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_sources),
        world_test(test_source_and_none),
        world_test(test_encapsulations_and_other_options),
        world_test(test_duplicates),
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
