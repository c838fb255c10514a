/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Routes that the API makes, sets and deletes: what registrations are told, what can be read back,
 * and that nothing else of the same prefix is touched. Routes made by `ip` are changed, too.
 */
#include "world.h"

#include "child.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef DWORD NETIOAPI_API_ change_function(const MIB_IPFORWARD_ROW2 *row);

static struct iface v0;

static void start(struct world *world, const char *routes)
{
    world_without_dad();
    world_add_pair(world, "v0", "v1");
    ip("link add v2 type veth peer name v3");
    ip("addr add 10.0.0.1/24 dev v0");
    ip("addr add 2001:db8:1::1/64 dev v0");
    ip_batch(routes);
    v0 = iface_get("v0");
    world_watch(world);
}

/* next_hop NULL: on-link. */
static MIB_IPFORWARD_ROW2 row_of(const char *prefix, const char *next_hop, ULONG metric)
{
    size_t length = strcspn(prefix, "/");
    char address[INET6_ADDRSTRLEN];
    MIB_IPFORWARD_ROW2 row;

    InitializeIpForwardEntry(&row);
    row.InterfaceLuid = v0.luid;
    (void)snprintf(address, sizeof(address), "%.*s", (int)length, prefix);
    row.DestinationPrefix.Prefix = inet_address(address);
    row.DestinationPrefix.PrefixLength = (UINT8)atoi(prefix + length + 1);
    if (next_hop)
        row.NextHop = inet_address(next_hop);
    else
        row.NextHop.si_family = row.DestinationPrefix.Prefix.si_family;
    row.Metric = metric;
    return row;
}

/* The change has this outcome; then the route's registrations are told that. */
static void expect_change(struct world *world, change_function *change, const char *prefix,
                          const char *next_hop, ULONG metric, DWORD error, const char *pattern)
{
    MIB_IPFORWARD_ROW2 row = row_of(prefix, next_hop, metric);

    world_begin(world);
    DWORD result = change(&row);
    if (result != error)
        fail_test("%s: error %u, not %u", prefix, result, error);
    world_settle(world);
    world_expect(world, ROW_ROUTE, route_key(v0, prefix, next_hop), pattern);
}

static ULONG metric_of(struct world *world, const char *prefix, const char *next_hop)
{
    return world_row(world, ROW_ROUTE, route_key(v0, prefix, next_hop)).route.Metric;
}

static void test_created_and_deleted(void **state)
{
    static const struct {
        const char *prefix;
        const char *next_hop;
        ULONG metric;
        ULONG read; /* what it is then */
    } rows[] = {
        {"10.1.0.0/16", "10.0.0.2", 7, 7},
        {"10.2.0.0/16", NULL, 0, 0},
        {"10.3.0.0/16", "10.0.0.3", 0xffffffff, 0},
        {"10.4.0.1/32", "10.0.0.2", 1, 1},
        {"0.0.0.0/0", "10.0.0.2", 4, 4},
        {"10.5.0.0/16", "fe80::9", 3, 3},
        {"2001:db8:2::/48", "2001:db8:1::2", 9, 9},
        {"2001:db8:3::/48", NULL, 0, 1},
        {"2001:db8:4::/48", "fe80::5", 0xffffffff, 1024},
        {"::/0", "2001:db8:1::2", 5, 5},
        /* Next hops that no route covers. */
        {"10.6.0.0/16", "172.16.0.1", 0, 0},
        {"2001:db8:6::/48", "2001:db8:99::1", 2, 2},
    };

    struct world *world = *state;
    start(world, "");
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        const char *prefix = rows[i].prefix;
        const char *next_hop = rows[i].next_hop;

        expect_change(world, CreateIpForwardEntry2, prefix, next_hop, rows[i].metric, NO_ERROR,
                      "A");
        union any_row row = world_row(world, ROW_ROUTE, route_key(v0, prefix, next_hop));
        assert_int_equal(row.route.Metric, rows[i].read);
        assert_int_equal(row.route.Protocol, MIB_IPPROTO_NETMGMT);
        assert_int_equal(row.route.Origin, NlroManual);
        assert_int_equal(row.route.ValidLifetime, 0xffffffff);
        expect_change(world, CreateIpForwardEntry2, prefix, next_hop, 99,
                      ERROR_OBJECT_ALREADY_EXISTS, "");
    }
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        expect_change(world, DeleteIpForwardEntry2, rows[i].prefix, rows[i].next_hop, 0, NO_ERROR,
                      "D");
        expect_change(world, DeleteIpForwardEntry2, rows[i].prefix, rows[i].next_hop, 0,
                      ERROR_NOT_FOUND, "");
    }
}

/* Whatever else has the prefix stays as it is. */
static void test_exactly_one(void **state)
{
    static const struct {
        const char *prefix;
        const char *next_hop;
    } rows[] = {
        {"10.1.0.0/16", "10.0.0.2"},          {"10.1.0.0/16", "10.0.0.3"},
        {"10.1.0.0/16", "10.0.0.4"},          {"2001:db8:2::/48", "2001:db8:1::2"},
        {"2001:db8:2::/48", "2001:db8:1::3"}, {"2001:db8:2::/48", "2001:db8:1::4"},
    };

    struct world *world = *state;
    start(world, "route add 10.1.0.0/16 via 10.0.0.2 metric 5 proto bgp\n"
                 "route append 10.1.0.0/16 via 10.0.0.3 metric 5\n"
                 "route add 10.1.0.0/16 via 10.0.0.4 tos 0x10 metric 5 src 10.0.0.1 mtu 1400\n"
                 "route add 2001:db8:2::/48 via 2001:db8:1::2 metric 5\n"
                 "route append 2001:db8:2::/48 via 2001:db8:1::3 metric 5\n"
                 "route add 2001:db8:2::/48 via 2001:db8:1::4 metric 6\n");
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        expect_change(world, DeleteIpForwardEntry2, rows[i].prefix, rows[i].next_hop, 0, NO_ERROR,
                      "D");
        for (size_t j = i + 1; j < ARRAY_SIZE(rows); j++)
            world_expect(world, ROW_ROUTE, route_key(v0, rows[j].prefix, rows[j].next_hop), "");
    }
    world_expect_no_row(world, ROW_ROUTE, route_key(v0, "10.1.0.0/16", "10.0.0.2"));
}

static void test_metrics(void **state)
{
    struct world *world = *state;

    start(world, "route add 10.1.0.0/16 via 10.0.0.2 metric 5 proto bgp\n"
                 "route append 10.1.0.0/16 via 10.0.0.3 metric 5\n"
                 "route add 10.1.0.0/16 via 10.0.0.2 metric 50\n"
                 "route add 2001:db8:2::/48 via 2001:db8:1::2 metric 5\n"
                 "route append 2001:db8:2::/48 via 2001:db8:1::3 metric 5\n");
    expect_change(world, SetIpForwardEntry2, "10.1.0.0/16", "10.0.0.2", 5, NO_ERROR, "");
    expect_change(world, SetIpForwardEntry2, "10.1.0.0/16", "10.0.0.2", 3, NO_ERROR, "P");
    assert_int_equal(metric_of(world, "10.1.0.0/16", "10.0.0.2"), 3);
    assert_int_equal(metric_of(world, "10.1.0.0/16", "10.0.0.3"), 5);
    expect_change(world, SetIpForwardEntry2, "10.1.0.0/16", "10.0.0.2", 20, NO_ERROR, "P");
    assert_int_equal(metric_of(world, "10.1.0.0/16", "10.0.0.2"), 20);
    /* Another route with that next hop has it. */
    expect_change(world, SetIpForwardEntry2, "10.1.0.0/16", "10.0.0.9", 20, ERROR_NOT_FOUND, "");
    expect_change(world, SetIpForwardEntry2, "2001:db8:2::/48", "2001:db8:1::3", 8, NO_ERROR, "P");
    assert_int_equal(metric_of(world, "2001:db8:2::/48", "2001:db8:1::3"), 8);
    assert_int_equal(metric_of(world, "2001:db8:2::/48", "2001:db8:1::2"), 5);
    /* The row is what the better of two is. */
    expect_change(world, DeleteIpForwardEntry2, "10.1.0.0/16", "10.0.0.2", 0, NO_ERROR, "P");
    assert_int_equal(metric_of(world, "10.1.0.0/16", "10.0.0.2"), 50);
    expect_change(world, CreateIpForwardEntry2, "10.7.0.0/16", "10.0.0.2", 5, NO_ERROR, "A");
    ip("route add 10.7.0.0/16 via 10.0.0.2 metric 6 proto static");
    expect_change(world, SetIpForwardEntry2, "10.7.0.0/16", "10.0.0.2", 6,
                  ERROR_OBJECT_ALREADY_EXISTS, "");
    assert_int_equal(metric_of(world, "10.7.0.0/16", "10.0.0.2"), 5);
}

static void test_nexthops(void **state)
{
    struct world *world = *state;

    start(world, "route add 10.1.0.0/16 nexthop via 10.0.0.2 weight 3 nexthop via 10.0.0.3 "
                 "nexthop via 10.0.0.4\n"
                 "nexthop add id 1 via 10.0.0.5 dev v0\n"
                 "nexthop add id 2 via 10.0.0.6 dev v0\n"
                 "nexthop add id 3 group 1/2\n"
                 "route add 10.2.0.0/16 nhid 3\n"
                 "route add 10.3.0.0/16 nhid 1\n");
    expect_change(world, SetIpForwardEntry2, "10.1.0.0/16", "10.0.0.3", 9, ERROR_NOT_SUPPORTED, "");
    expect_change(world, DeleteIpForwardEntry2, "10.1.0.0/16", "10.0.0.3", 0, NO_ERROR, "D");
    world_expect(world, ROW_ROUTE, route_key(v0, "10.1.0.0/16", "10.0.0.2"), "");
    world_expect(world, ROW_ROUTE, route_key(v0, "10.1.0.0/16", "10.0.0.4"), "");
    expect_change(world, DeleteIpForwardEntry2, "10.1.0.0/16", "10.0.0.2", 0, NO_ERROR, "D");
    expect_change(world, SetIpForwardEntry2, "10.1.0.0/16", "10.0.0.4", 9, NO_ERROR, "P");
    expect_change(world, DeleteIpForwardEntry2, "10.1.0.0/16", "10.0.0.4", 0, NO_ERROR, "D");
    expect_change(world, DeleteIpForwardEntry2, "10.2.0.0/16", "10.0.0.5", 0, ERROR_NOT_SUPPORTED,
                  "");
    expect_change(world, SetIpForwardEntry2, "10.3.0.0/16", "10.0.0.5", 9, NO_ERROR, "P");
    expect_change(world, DeleteIpForwardEntry2, "10.3.0.0/16", "10.0.0.5", 0, NO_ERROR, "D");
}

/*
 * Routes that the kernel takes for the named one when not all is said of it, and that come before
 * it.
 */
static void test_similar(void **state)
{
    static const struct {
        const char *before; /* what the kernel finds first … */
        const char *named;  /* … and what is meant */
        const char *prefix;
        const char *next_hop;
        DWORD error;
    } cases[] = {
        {"10.1.0.0/16 via 10.0.0.2 dev v0 metric 5", "10.1.0.0/16 dev v0 metric 5", "10.1.0.0/16",
         NULL, NO_ERROR},
        {"10.1.0.0/16 via 10.0.0.2 dev v0 metric 5", "10.1.0.0/16 dev v0 metric 5 scope global",
         "10.1.0.0/16", NULL, ERROR_NOT_SUPPORTED},
        {"10.1.0.0/16 via 10.0.0.2 dev v0 metric 5",
         "10.1.0.0/16 metric 5 nexthop via 10.0.0.2 dev v0 nexthop via 10.0.0.3 dev v0",
         "10.1.0.0/16", "10.0.0.3", ERROR_NOT_SUPPORTED},
        {"10.1.0.0/16 metric 5 nhid 4", "10.1.0.0/16 via 10.0.0.3 dev v0 metric 5", "10.1.0.0/16",
         "10.0.0.3", NO_ERROR},
        {"2001:db8:2::/48 via 2001:db8:1::2 dev v0 metric 5", "2001:db8:2::/48 dev v0 metric 5",
         "2001:db8:2::/48", NULL, NO_ERROR},
        {"2001:db8:2::/48 nhid 6 metric 5", "2001:db8:2::/48 via 2001:db8:1::3 dev v0 metric 5",
         "2001:db8:2::/48", "2001:db8:1::3", ERROR_NOT_SUPPORTED},
        {"2001:db8:2::/48 nhid 6 metric 5 proto bgp",
         "2001:db8:2::/48 via 2001:db8:1::3 dev v0 metric 5", "2001:db8:2::/48", "2001:db8:1::3",
         NO_ERROR},
        {"2001:db8:2::/48 via 2001:db8:1::3 dev v0 metric 5", "2001:db8:2::/48 nhid 6 metric 5",
         "2001:db8:2::/48", "2001:db8:1::2", NO_ERROR},
    };

    struct world *world = *state;
    start(world, "nexthop add id 4 via 10.0.0.2 dev v0\n"
                 "nexthop add id 6 via 2001:db8:1::2 dev v0\n");
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        MIB_IPFORWARD_ROW2 row = row_of(cases[i].prefix, cases[i].next_hop, 0);

        ip("route add %s", cases[i].before);
        ip("route append %s", cases[i].named);
        for (int set = 1; set >= 0; set--) {
            row.Metric = 9;
            DWORD error = set ? SetIpForwardEntry2(&row) : DeleteIpForwardEntry2(&row);
            if (error != cases[i].error)
                fail_test("%s beside %s: error %u, not %u", cases[i].named, cases[i].before, error,
                          cases[i].error);
            /* What is there cannot be added again. */
            if (ip_try("route append %s", cases[i].before))
                fail_test("%s is gone, not %s", cases[i].before, cases[i].named);
            if (ip_try("route append %s", cases[i].named) != (error == NO_ERROR))
                fail_test("%s: error %u, but it is %s", cases[i].named, error,
                          error == NO_ERROR ? "there" : "gone");
            if (error == NO_ERROR && set)
                ip("route del %s metric 9", cases[i].prefix);
        }
        while (ip_try("route del %s", cases[i].prefix))
            continue;
    }
}

static void test_refused(void **state)
{
    struct world *world = *state;
    MIB_IPFORWARD_ROW2 row;

    start(world, "");
    world_begin(world);
    row = row_of("10.1.0.0/16", NULL, 0);
    row.ValidLifetime = row.PreferredLifetime = 100;
    assert_int_equal(CreateIpForwardEntry2(&row), ERROR_NOT_SUPPORTED);
    row = row_of("2001:db8:2::/48", NULL, 3);
    row.ValidLifetime = 100;
    assert_int_equal(CreateIpForwardEntry2(&row), ERROR_INVALID_PARAMETER);
    row.PreferredLifetime = 100;
    assert_int_equal(CreateIpForwardEntry2(&row), NO_ERROR);
    world_settle(world);
    union any_row is = world_row(world, ROW_ROUTE, route_key(v0, "2001:db8:2::/48", NULL));
    assert_true(is.route.ValidLifetime > 50 && is.route.ValidLifetime <= 100);
    row.Protocol = MIB_IPPROTO_BGP;
    assert_int_equal(SetIpForwardEntry2(&row), ERROR_NOT_SUPPORTED);
    row.Metric = 4;
    assert_int_equal(SetIpForwardEntry2(&row), NO_ERROR);
    world_settle(world);
    is = world_row(world, ROW_ROUTE, route_key(v0, "2001:db8:2::/48", NULL));
    assert_int_equal(is.route.Protocol, MIB_IPPROTO_BGP);
    assert_int_equal(is.route.Metric, 4);
    /* LUID and index disagree: the LUID counts. */
    row = row_of("10.1.0.0/16", NULL, 0);
    row.InterfaceIndex = 1;
    assert_int_equal(CreateIpForwardEntry2(&row), NO_ERROR);
    world_settle(world);
    (void)world_row(world, ROW_ROUTE, route_key(v0, "10.1.0.0/16", NULL));
    /* The interface is down. */
    row = row_of("10.2.0.0/16", NULL, 0);
    row.InterfaceLuid = iface_get("v2").luid;
    assert_int_equal(CreateIpForwardEntry2(&row), ERROR_NOT_READY);
}

static void change_nothing(struct child *self, void *context)
{
    MIB_IPFORWARD_ROW2 added = row_of("10.9.0.0/16", NULL, 0);
    MIB_IPFORWARD_ROW2 there = row_of("10.1.0.0/16", "10.0.0.2", 9);

    (void)self;
    (void)context;
    child_drop_capabilities();
    check(CreateIpForwardEntry2(&added) == ERROR_ACCESS_DENIED);
    check(SetIpForwardEntry2(&there) == ERROR_ACCESS_DENIED);
    check(DeleteIpForwardEntry2(&there) == ERROR_ACCESS_DENIED);
}

static void test_without_privilege(void **state)
{
    struct world *world = *state;

    start(world, "route add 10.1.0.0/16 via 10.0.0.2 metric 5\n");
    world_begin(world);
    struct child child = child_start(change_nothing, NULL);
    child_join(&child);
    world_settle(world);
    world_expect_quiet(world, ROW_ROUTE);
    assert_int_equal(metric_of(world, "10.1.0.0/16", "10.0.0.2"), 5);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_created_and_deleted),
        world_test(test_exactly_one),
        world_test(test_metrics),
        world_test(test_nexthops),
        world_test(test_similar),
        world_test(test_refused),
        world_test(test_without_privilege),
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
