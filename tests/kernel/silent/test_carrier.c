/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Links whose carrier goes and comes back, by their peers. */
#include "expect.h"
#include "scene.h"

#include <linux/netconf.h>

#define ALL_INTERFACES ((unsigned)NETCONFA_IFINDEX_ALL)
#define STATIC4 "10.1.0.0/16"
#define STATIC6 "2001:db8:a::/48"
#define MULTIPATH4 "10.2.0.0/16"
#define MULTIPATH6 "2001:db8:b::/48"
#define NEAR4 "10.0.0.0/24"
#define NEAR6 "2001:db8:1::/64"

static void start(struct scene *scene)
{
    scene_add_pairs(scene);
    ip_batch("route add " STATIC4 " via 10.0.0.2\n"
             "route add " MULTIPATH4 " nexthop via 10.0.0.2 nexthop via 10.0.1.2\n"
             "route add " STATIC6 " via 2001:db8:1::2\n"
             "route add " MULTIPATH6 " nexthop via 2001:db8:1::2 nexthop via 2001:db8:1:1::2\n");
}

static void heard_no_routes(struct scene *scene)
{
    heard_each(scene->listener, {STATIC4, ""}, {MULTIPATH4, ""}, {NEAR4, ""}, {STATIC6, ""},
               {MULTIPATH6, ""}, {NEAR6, ""});
}

/* What is reported of all rows on v0. The other nexthop's link has a carrier all the time. */
static void expect_all(struct scene *scene, const char *ipv4, const char *ipv6)
{
    struct world *world = scene->world;

    expect_routes(
        world, {scene->v0, STATIC4, "10.0.0.2", ipv4}, {scene->v0, MULTIPATH4, "10.0.0.2", ipv4},
        {scene->v0, NEAR4, NULL, ipv4}, {scene->w0, MULTIPATH4, "10.0.1.2", ""},
        {scene->v0, STATIC6, "2001:db8:1::2", ipv6}, {scene->v0, MULTIPATH6, "2001:db8:1::2", ipv6},
        {scene->v0, NEAR6, NULL, ipv6}, {scene->w0, MULTIPATH6, "2001:db8:1:1::2", ""});
}

/* Routes that are only marked "linkdown" are there. */
static void test_linkdown(void **state)
{
    struct scene *scene = *state;

    start(scene);
    scene_watch(scene);
    for (int on = 0; on < 2; on++) {
        scene_carrier(scene, scene->v0, "v1", on);
        heard_no_routes(scene);
        world_settle(scene->world);
        expect_all(scene, "", "");
        expect_interface(scene->world, scene->v0, "P", "P");
        world_expect(scene->world, ROW_INTERFACE, interface_key(scene->w0, AF_INET), "");
    }
}

static void test_dead(void **state)
{
    struct scene *scene = *state;

    start(scene);
    sysctl_write("net/ipv4/conf/v0/ignore_routes_with_linkdown", "1");
    sysctl_write("net/ipv6/conf/v0/ignore_routes_with_linkdown", "1");
    scene_watch(scene);
    scene_carrier(scene, scene->v0, "v1", false);
    heard_no_routes(scene);
    world_settle(scene->world);
    expect_all(scene, "D", "D");
    world_expect_no_row(scene->world, ROW_ROUTE, route_key(scene->v0, STATIC4, "10.0.0.2"));
    world_expect_no_row(scene->world, ROW_ROUTE, route_key(scene->v0, MULTIPATH6, "2001:db8:1::2"));

    scene_carrier(scene, scene->v0, "v1", true);
    heard_no_routes(scene);
    world_settle(scene->world);
    expect_all(scene, "A", "A");
    world_row(scene->world, ROW_ROUTE, route_key(scene->v0, STATIC4, "10.0.0.2"));
}

/* The setting decides, while there is no carrier, whether the routes are there. */
static void check_toggled(void **state, const char *path, const char *down4, const char *up4,
                          const char *down6, const char *up6)
{
    struct scene *scene = *state;
    bool ipv4 = *down4;

    start(scene);
    scene_watch(scene);
    scene_carrier(scene, scene->v0, "v1", false);
    world_settle(scene->world);
    scene_set(scene, path, "1");
    heard_no_routes(scene);
    if (!ipv4 && listener_heard_nothing(scene->listener, HEARD_NETCONF6, scene->v0.index))
        scene_cannot_play("this kernel, like Linux 6.1, changes IPv6's setting in silence");
    heard(scene->listener, ipv4 ? HEARD_NETCONF4 : HEARD_NETCONF6, scene->v0.index, "N");
    heard(scene->listener, HEARD_LINK, scene->v0.index, "");
    world_settle(scene->world);
    expect_all(scene, down4, down6);
    world_expect_quiet(scene->world, ROW_INTERFACE);

    scene_set(scene, path, "0");
    heard_no_routes(scene);
    world_settle(scene->world);
    expect_all(scene, up4, up6);
}

static void test_toggled_ipv4(void **state)
{
    check_toggled(state, "net/ipv4/conf/v0/ignore_routes_with_linkdown", "D", "A", "", "");
}

static void test_toggled_ipv6(void **state)
{
    check_toggled(state, "net/ipv6/conf/v0/ignore_routes_with_linkdown", "", "", "D", "A");
}

/*
 * For all interfaces at once: IPv4 has a setting of the namespace beside each interface's own, and
 * one of the two suffices; IPv6 copies it to all interfaces.
 */
static void test_toggled_for_all(void **state)
{
    struct scene *scene = *state;

    start(scene);
    scene_watch(scene);
    scene_carrier(scene, scene->v0, "v1", false);
    world_settle(scene->world);
    scene_set(scene, "net/ipv4/conf/all/ignore_routes_with_linkdown", "1");
    heard_no_routes(scene);
    heard(scene->listener, HEARD_NETCONF4, ALL_INTERFACES, "N");
    heard(scene->listener, HEARD_NETCONF4, scene->v0.index, "");
    world_settle(scene->world);
    expect_all(scene, "D", "");

    scene_set(scene, "net/ipv6/conf/all/ignore_routes_with_linkdown", "1");
    heard_no_routes(scene);
    heard(scene->listener, HEARD_NETCONF6, ALL_INTERFACES, "N");
    heard(scene->listener, HEARD_NETCONF6, scene->v0.index, "N");
    world_settle(scene->world);
    expect_all(scene, "", "D");

    scene_begin(scene);
    sysctl_write("net/ipv4/conf/all/ignore_routes_with_linkdown", "0");
    sysctl_write("net/ipv6/conf/all/ignore_routes_with_linkdown", "0");
    listener_collect(scene->listener);
    heard_no_routes(scene);
    world_settle(scene->world);
    expect_all(scene, "A", "A");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        scene_test(test_linkdown),        scene_test(test_dead),
        scene_test(test_toggled_ipv4),    scene_test(test_toggled_ipv6),
        scene_test(test_toggled_for_all),
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
