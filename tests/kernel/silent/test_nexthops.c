/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Next hops that are objects: what happens to them happens to the routes that use them. */
#include "expect.h"
#include "scene.h"

#include <string.h>

#define SINGLE4 "10.1.0.0/16"
#define SINGLE6 "2001:db8:a::/48"
#define GROUP4 "10.2.0.0/16"
#define GROUP6 "2001:db8:b::/48"

static void start(struct scene *scene, const char *compatible)
{
    scene_add_pairs(scene);
    sysctl_write("net/ipv4/nexthop_compat_mode", compatible);
    if (!ip_try("nexthop add id 1 via 10.0.0.2 dev v0"))
        fail_test("no next hop objects: %s", netns_complaint());
    ip_batch("nexthop add id 2 via 10.0.1.2 dev w0\n"
             "nexthop add id 3 group 1/2\n"
             "nexthop add id 11 via 2001:db8:1::2 dev v0\n"
             "nexthop add id 12 via 2001:db8:1:1::2 dev w0\n"
             "nexthop add id 13 group 11/12\n"
             "route add " SINGLE4 " nhid 1\n"
             "route add " GROUP4 " nhid 3\n"
             "route add " SINGLE6 " nhid 11\n"
             "route add " GROUP6 " nhid 13\n");
    scene_watch(scene);
}

/* The rows of the routes through v0, by the last number of their gateway. */
static void expect_v0(struct scene *scene, const char *number, const char *reports)
{
    struct world *world = scene->world;
    char gateway4[] = "10.0.0.x";
    char gateway6[] = "2001:db8:1::x";

    gateway4[strlen(gateway4) - 1] = *number;
    gateway6[strlen(gateway6) - 1] = *number;
    expect_routes(world, {scene->v0, SINGLE4, gateway4, reports},
                  {scene->v0, GROUP4, gateway4, reports}, {scene->v0, SINGLE6, gateway6, reports},
                  {scene->v0, GROUP6, gateway6, reports});
}

static void expect_w0(struct scene *scene, const char *reports)
{
    struct world *world = scene->world;

    world_expect(world, ROW_ROUTE, route_key(scene->w0, GROUP4, "10.0.1.2"), reports);
    world_expect(world, ROW_ROUTE, route_key(scene->w0, GROUP6, "2001:db8:1:1::2"), reports);
}

/* `announced`: of each route that uses what is replaced. */
static void check_replaced(struct scene *scene, const char *compatible, const char *announced)
{
    start(scene, compatible);
    scene_begin(scene);
    ip("nexthop replace id 1 via 10.0.0.3 dev v0");
    ip("nexthop replace id 11 via 2001:db8:1::3 dev v0");
    listener_collect(scene->listener);
    heard(scene->listener, HEARD_NEXTHOP, 1, "N");
    heard(scene->listener, HEARD_NEXTHOP, 11, "N");
    heard_each(scene->listener, {SINGLE4, announced}, {GROUP4, announced}, {SINGLE6, announced},
               {GROUP6, announced});
    world_settle(scene->world);
    expect_v0(scene, "2", "D");
    expect_v0(scene, "3", "A");
    expect_w0(scene, "");
}

static void test_replaced_compatible(void **state)
{
    check_replaced(*state, "1", "R");
}

static void test_replaced(void **state)
{
    check_replaced(*state, "0", "");
}

static void check_deleted(struct scene *scene, const char *compatible, const char *deleted6)
{
    start(scene, compatible);
    scene_begin(scene);
    ip("nexthop del id 1");
    ip("nexthop del id 11");
    listener_collect(scene->listener);
    heard(scene->listener, HEARD_NEXTHOP, 1, "D");
    heard(scene->listener, HEARD_NEXTHOP, 11, "D");
    heard(scene->listener, HEARD_NEXTHOP, 3, "N");
    heard(scene->listener, HEARD_NEXTHOP, 13, "N");
    heard_each(scene->listener, {SINGLE4, ""}, {SINGLE6, deleted6}, {GROUP4, *deleted6 ? "R?" : ""},
               {GROUP6, *deleted6 ? "R?" : ""});
    world_settle(scene->world);
    expect_v0(scene, "2", "D");
    expect_w0(scene, "");
    world_row(scene->world, ROW_ROUTE, route_key(scene->w0, GROUP4, "10.0.1.2"));

    /* The last member: the group goes too, and with it the routes. */
    scene_begin(scene);
    ip("nexthop del id 2");
    ip("nexthop del id 12");
    listener_collect(scene->listener);
    heard_routes(scene->listener, GROUP4, "");
    heard_routes(scene->listener, GROUP6, deleted6);
    world_settle(scene->world);
    expect_w0(scene, "D");
}

static void test_deleted_compatible(void **state)
{
    check_deleted(*state, "1", "D");
}

static void test_deleted(void **state)
{
    check_deleted(*state, "0", "");
}

static void test_group_shrinks(void **state)
{
    struct scene *scene = *state;

    start(scene, "0");
    scene_begin(scene);
    ip("nexthop replace id 3 group 2");
    ip("nexthop replace id 13 group 12");
    listener_collect(scene->listener);
    heard(scene->listener, HEARD_NEXTHOP, 3, "N");
    heard(scene->listener, HEARD_NEXTHOP, 13, "N");
    heard_routes(scene->listener, GROUP4, "");
    heard_routes(scene->listener, GROUP6, "");
    world_settle(scene->world);
    expect_routes(scene->world, {scene->v0, GROUP4, "10.0.0.2", "D"},
                  {scene->v0, GROUP6, "2001:db8:1::2", "D"}, {scene->v0, SINGLE4, "10.0.0.2", ""});
    expect_w0(scene, "");
}

static void check_all_gone(struct scene *scene, bool lost)
{
    heard(scene->listener, HEARD_NEXTHOP, 1, "");
    heard(scene->listener, HEARD_NEXTHOP, 11, "");
    heard_routes(scene->listener, SINGLE4, "");
    heard_routes(scene->listener, GROUP4, "");
    if (lost)
        heard_routes(scene->listener, GROUP6, "");
    world_settle(scene->world);
    expect_v0(scene, "2", "D");
    expect_w0(scene, "");
    world_expect_no_row(scene->world, ROW_ROUTE, route_key(scene->v0, SINGLE4, "10.0.0.2"));
}

/* The objects go with the carrier, and do not return with it. */
static void check_carrier(void **state, const char *compatible)
{
    struct scene *scene = *state;

    start(scene, compatible);
    scene_carrier(scene, scene->v0, "v1", false);
    check_all_gone(scene, true);
    scene_carrier(scene, scene->v0, "v1", true);
    world_settle(scene->world);
    expect_v0(scene, "2", "");
}

static void test_carrier_compatible(void **state)
{
    check_carrier(state, "1");
}

static void test_carrier(void **state)
{
    check_carrier(state, "0");
}

static void test_link_down(void **state)
{
    struct scene *scene = *state;

    start(scene, "0");
    scene_change(scene, "link set v0 down");
    check_all_gone(scene, false);
}

static void test_link_deleted(void **state)
{
    struct scene *scene = *state;

    start(scene, "0");
    scene_change(scene, "link del v0");
    check_all_gone(scene, false);
}

/* Routes that reject are on the loopback interface, whichever way they came by it. */
static void check_blackhole(struct scene *scene, const char *compatible)
{
    struct world *world = scene->world;

    sysctl_write("net/ipv4/nexthop_compat_mode", compatible);
    ip("nexthop add id 21 blackhole");
    ip("-6 nexthop add id 22 blackhole");
    scene_watch(scene);
    scene_begin(scene);
    ip("route add " SINGLE4 " nhid 21");
    ip("route add " SINGLE6 " nhid 22");
    listener_collect(scene->listener);
    heard_routes(scene->listener, SINGLE4, "N");
    heard_routes(scene->listener, SINGLE6, "N");
    world_settle(world);
    world_expect(world, ROW_ROUTE, route_key(scene->lo, SINGLE4, NULL), "A");
    world_expect(world, ROW_ROUTE, route_key(scene->lo, SINGLE6, NULL), "A");
    world_row(world, ROW_ROUTE, route_key(scene->lo, SINGLE4, NULL));

    scene_begin(scene);
    ip("nexthop del id 21");
    ip("nexthop del id 22");
    listener_collect(scene->listener);
    heard_routes(scene->listener, SINGLE4, "");
    world_settle(world);
    world_expect(world, ROW_ROUTE, route_key(scene->lo, SINGLE4, NULL), "D");
    world_expect(world, ROW_ROUTE, route_key(scene->lo, SINGLE6, NULL), "D");
}

static void test_blackhole_compatible(void **state)
{
    check_blackhole(*state, "1");
}

static void test_blackhole(void **state)
{
    check_blackhole(*state, "0");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        scene_test(test_replaced_compatible),
        scene_test(test_replaced),
        scene_test(test_deleted_compatible),
        scene_test(test_deleted),
        scene_test(test_group_shrinks),
        scene_test(test_carrier_compatible),
        scene_test(test_carrier),
        scene_test(test_link_down),
        scene_test(test_link_deleted),
        scene_test(test_blackhole_compatible),
        scene_test(test_blackhole),
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
