/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Links that go down, away and elsewhere, and what becomes of the routes on them. */
#include "expect.h"
#include "scene.h"

#include <stdio.h>
#include <unistd.h>

#define STATIC4 "10.1.0.0/16"
#define STATIC6 "2001:db8:a::/48"
#define MULTIPATH4 "10.2.0.0/16"
#define MULTIPATH6 "2001:db8:b::/48"
#define NEAR4 "10.0.0.0/24"
#define BROADCAST4 "10.0.0.255/32"
#define LOCAL4 "10.0.0.1/32"
#define NEAR6 "2001:db8:1::/64"

static void start(struct scene *scene)
{
    scene_add_pairs(scene);
    ip_batch("route add " STATIC4 " via 10.0.0.2\n"
             "route add " MULTIPATH4 " nexthop via 10.0.0.2 nexthop via 10.0.1.2\n"
             "route add 10.3.0.0/16 via 10.0.0.2 table 100\n"
             "route add " STATIC6 " via 2001:db8:1::2\n"
             "route add " MULTIPATH6 " nexthop via 2001:db8:1::2 nexthop via 2001:db8:1:1::2\n");
}

/* ---- Down ---------------------------------------------------------------------------------- */

static void test_ipv4_link_down(void **state)
{
    struct scene *scene = *state;
    struct world *world = scene->world;

    start(scene);
    scene_watch(scene);
    scene_change(scene, "link set v0 down");
    heard(scene->listener, HEARD_LINK, scene->v0.index, "L+");
    heard_each(scene->listener, {NEAR4, ""}, {BROADCAST4, ""}, {LOCAL4, ""}, {STATIC4, ""},
               {MULTIPATH4, ""});
    heard_addresses(scene->listener, "10.0.0.1", "");
    world_settle(world);
    expect_routes(world, {scene->v0, NEAR4, NULL, "D"}, {scene->v0, BROADCAST4, NULL, "D"},
                  {scene->v0, STATIC4, "10.0.0.2", "D"}, {scene->v0, MULTIPATH4, "10.0.0.2", "D"},
                  {scene->w0, MULTIPATH4, "10.0.1.2", ""}, {scene->v0, LOCAL4, NULL, ""});
    world_row(world, ROW_ROUTE, route_key(scene->v0, LOCAL4, NULL));
    world_expect(world, ROW_UNICAST, unicast_key(scene->v0, "10.0.0.1"), "");
    expect_interface(world, scene->v0, "P", "P");

    /* The dead nexthop revives and the link's own prefix returns; static routes stay gone. */
    scene_change(scene, "link set v0 up");
    heard_each(scene->listener, {NEAR4, "N"}, {STATIC4, ""}, {MULTIPATH4, ""});
    world_settle(world);
    expect_routes(world, {scene->v0, NEAR4, NULL, "A"}, {scene->v0, MULTIPATH4, "10.0.0.2", "A"},
                  {scene->w0, MULTIPATH4, "10.0.1.2", ""}, {scene->v0, STATIC4, "10.0.0.2", ""});
    world_expect_no_row(world, ROW_ROUTE, route_key(scene->v0, STATIC4, "10.0.0.2"));
}

static void test_ipv6_link_down(void **state)
{
    struct scene *scene = *state;
    struct world *world = scene->world;

    start(scene);
    sysctl_write("net/ipv6/conf/v0/keep_addr_on_down", "1");
    scene_watch(scene);
    scene_change(scene, "link set v0 down");
    heard_routes(scene->listener, STATIC6, "D");
    heard_routes(scene->listener, MULTIPATH6, "");
    world_settle(world);
    expect_routes(world, {scene->v0, STATIC6, "2001:db8:1::2", "D"},
                  {scene->v0, MULTIPATH6, "2001:db8:1::2", "D"},
                  {scene->w0, MULTIPATH6, "2001:db8:1:1::2", ""});
    world_row(world, ROW_ROUTE, route_key(scene->w0, MULTIPATH6, "2001:db8:1:1::2"));

    scene_change(scene, "link set v0 up");
    heard_routes(scene->listener, MULTIPATH6, "");
    world_settle(world);
    expect_routes(world, {scene->v0, NEAR6, NULL, "A"},
                  {scene->v0, MULTIPATH6, "2001:db8:1::2", "A"},
                  {scene->w0, MULTIPATH6, "2001:db8:1:1::2", ""});
    world_expect_no_row(world, ROW_ROUTE, route_key(scene->v0, STATIC6, "2001:db8:1::2"));
}

static void test_skip_notify_on_dev_down(void **state)
{
    struct scene *scene = *state;
    struct world *world = scene->world;

    if (!sysctl_exists("net/ipv6/route/skip_notify_on_dev_down"))
        scene_cannot_play("only real root can set skip_notify_on_dev_down");
    start(scene);
    sysctl_write("net/ipv6/route/skip_notify_on_dev_down", "1");
    scene_watch(scene);
    scene_change(scene, "link set v0 down");
    heard_addresses(scene->listener, "2001:db8:1::1", "D");
    heard_each(scene->listener, {NEAR6, ""}, {STATIC6, ""}, {MULTIPATH6, ""});
    world_settle(world);
    world_expect(world, ROW_UNICAST, unicast_key(scene->v0, "2001:db8:1::1"), "D");
    expect_routes(world, {scene->v0, NEAR6, NULL, "D"}, {scene->v0, "ff00::/8", NULL, "D"},
                  {scene->v0, STATIC6, "2001:db8:1::2", "D"},
                  {scene->v0, MULTIPATH6, "2001:db8:1::2", "D"},
                  {scene->w0, MULTIPATH6, "2001:db8:1:1::2", ""});
}

static void test_loopback_down(void **state)
{
    struct scene *scene = *state;
    struct world *world = scene->world;

    ip("route add " STATIC4 " dev lo");
    scene_watch(scene);
    scene_begin(scene);
    ip("link set lo down");
    /* The sentinel of settling needs lo up: only what the kernel says is looked at now. */
    listener_collect(scene->listener);
    heard_routes(scene->listener, "127.0.0.0/8", "");
    heard_routes(scene->listener, STATIC4, "");
    world_await(world, ROW_ROUTE, route_key(scene->lo, STATIC4, NULL), "D");
    world_await(world, ROW_INTERFACE, interface_key(scene->lo, AF_INET), "P");
    world_await(world, ROW_UNICAST, unicast_key(scene->lo, "::1"), "D");

    scene_change(scene, "link set lo up");
    heard_routes(scene->listener, STATIC4, "");
    world_settle(world);
    world_expect(world, ROW_ROUTE, route_key(scene->lo, STATIC4, NULL), "");
    world_expect(world, ROW_UNICAST, unicast_key(scene->lo, "::1"), "A");
}

/* ---- Away and elsewhere -------------------------------------------------------------------- */

/* A multipath route with one nexthop on a link that goes vanishes as a whole. */
static void check_gone(struct scene *scene)
{
    struct world *world = scene->world;

    heard(scene->listener, HEARD_LINK, scene->v0.index, "L*D");
    heard_addresses(scene->listener, "10.0.0.1", "D");
    heard_each(scene->listener, {LOCAL4, "D"}, {NEAR4, ""}, {BROADCAST4, ""}, {STATIC4, ""},
               {MULTIPATH4, ""});
    world_settle(world);
    world_expect(world, ROW_UNICAST, unicast_key(scene->v0, "10.0.0.1"), "D");
    expect_routes(world, {scene->v0, LOCAL4, NULL, "D"}, {scene->v0, NEAR4, NULL, "D"},
                  {scene->v0, BROADCAST4, NULL, "D"}, {scene->v0, STATIC4, "10.0.0.2", "D"},
                  {scene->v0, MULTIPATH4, "10.0.0.2", "D"},
                  {scene->w0, MULTIPATH4, "10.0.1.2", "D"});
    world_expect_no_row(world, ROW_ROUTE, route_key(scene->w0, MULTIPATH4, "10.0.1.2"));

    /* IPv6 keeps the other nexthop. */
    expect_routes(world, {scene->v0, STATIC6, "2001:db8:1::2", "D"},
                  {scene->v0, MULTIPATH6, "2001:db8:1::2", "D"},
                  {scene->w0, MULTIPATH6, "2001:db8:1:1::2", ""});
    world_row(world, ROW_ROUTE, route_key(scene->w0, MULTIPATH6, "2001:db8:1:1::2"));
    world_expect_no_row(world, ROW_INTERFACE, interface_key(scene->v0, AF_INET));
    world_expect_no_row(world, ROW_INTERFACE, interface_key(scene->v0, AF_INET6));
}

static void test_link_deleted(void **state)
{
    struct scene *scene = *state;

    start(scene);
    scene_watch(scene);
    scene_change(scene, "link del v0");
    check_gone(scene);
}

static void test_link_moved(void **state)
{
    struct scene *scene = *state;

    start(scene);
    scene_watch(scene);
    scene_change(scene, "link set v0 netns /proc/%d/fd/%d", (int)getpid(), scene->world->beside);
    check_gone(scene);
}

/* IPv4 routes through IPv6 gateways are on the link like any other. */
static void test_ipv6_gateway(void **state)
{
    struct scene *scene = *state;
    struct world *world = scene->world;

    scene_add_pairs(scene);
    scene_watch(scene);
    scene_begin(scene);
    ip("route add " STATIC4 " via inet6 fe80::2 dev v0");
    ip("route add " MULTIPATH4 " nexthop via inet6 fe80::2 dev v0 nexthop via 10.0.1.2 dev w0");
    listener_collect(scene->listener);
    heard_routes(scene->listener, STATIC4, "N");
    heard_routes(scene->listener, MULTIPATH4, "N");
    world_settle(world);
    expect_routes(world, {scene->v0, STATIC4, "fe80::2", "A"},
                  {scene->v0, MULTIPATH4, "fe80::2", "A"},
                  {scene->w0, MULTIPATH4, "10.0.1.2", "A"});
    world_row(world, ROW_ROUTE, route_key(scene->v0, STATIC4, "fe80::2"));

    scene_change(scene, "link set v0 down");
    heard_routes(scene->listener, STATIC4, "");
    heard_routes(scene->listener, MULTIPATH4, "");
    world_settle(world);
    expect_routes(world, {scene->v0, STATIC4, "fe80::2", "D"},
                  {scene->v0, MULTIPATH4, "fe80::2", "D"}, {scene->w0, MULTIPATH4, "10.0.1.2", ""});

    scene_change(scene, "link set v0 up");
    heard_routes(scene->listener, MULTIPATH4, "");
    world_settle(world);
    world_expect(world, ROW_ROUTE, route_key(scene->v0, MULTIPATH4, "fe80::2"), "A");
    world_expect(world, ROW_ROUTE, route_key(scene->v0, STATIC4, "fe80::2"), "");

    scene_change(scene, "link del v0");
    heard_routes(scene->listener, MULTIPATH4, "");
    world_settle(world);
    world_expect(world, ROW_ROUTE, route_key(scene->v0, MULTIPATH4, "fe80::2"), "D");
    world_expect(world, ROW_ROUTE, route_key(scene->w0, MULTIPATH4, "10.0.1.2"), "D");
}

/* What is announced is reported just so. */
static void test_announced(void **state)
{
    struct scene *scene = *state;
    struct world *world = scene->world;

    scene_add_pairs(scene);
    scene_watch(scene);
    scene_change(scene, "route add " STATIC4 " via 10.0.0.2");
    heard_routes(scene->listener, STATIC4, "N");
    world_settle(world);
    world_expect(world, ROW_ROUTE, route_key(scene->v0, STATIC4, "10.0.0.2"), "A");

    scene_change(scene, "route replace " STATIC4 " via 10.0.1.2");
    heard_routes(scene->listener, STATIC4, "R");
    world_settle(world);
    world_expect(world, ROW_ROUTE, route_key(scene->v0, STATIC4, "10.0.0.2"), "D");
    world_expect(world, ROW_ROUTE, route_key(scene->w0, STATIC4, "10.0.1.2"), "A");

    scene_change(scene, "route replace " STATIC4 " via 10.0.1.2");
    heard_routes(scene->listener, STATIC4, "");
    world_settle(world);
    world_expect_quiet(world, ROW_ROUTE);

    scene_change(scene, "route append " STATIC4 " via 10.0.0.2");
    heard_routes(scene->listener, STATIC4, "N");
    world_settle(world);
    world_expect(world, ROW_ROUTE, route_key(scene->v0, STATIC4, "10.0.0.2"), "A");

    scene_change(scene, "-6 route replace " STATIC6 " via 2001:db8:1::2");
    heard_routes(scene->listener, STATIC6, "N");
    world_settle(world);
    world_expect(world, ROW_ROUTE, route_key(scene->v0, STATIC6, "2001:db8:1::2"), "A");

    scene_change(scene, "route flush proto boot");
    heard_routes(scene->listener, STATIC4, "DD");
    world_settle(world);
    world_expect(world, ROW_ROUTE, route_key(scene->v0, STATIC4, "10.0.0.2"), "D");
    world_expect(world, ROW_ROUTE, route_key(scene->w0, STATIC4, "10.0.1.2"), "D");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        scene_test(test_ipv4_link_down),
        scene_test(test_ipv6_link_down),
        scene_test(test_skip_notify_on_dev_down),
        scene_test(test_loopback_down),
        scene_test(test_link_deleted),
        scene_test(test_link_moved),
        scene_test(test_ipv6_gateway),
        scene_test(test_announced),
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
