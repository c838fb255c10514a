/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Links that are put under another one and released: ports of bridges, bonds and teams, and members
 * of VRFs, whose routes move to a table that no row shows.
 */
#include "expect.h"
#include "scene.h"

#define STATIC4 "10.1.0.0/16"
#define STATIC6 "2001:db8:a::/48"
#define NEAR4 "10.0.0.0/24"
#define LOCAL4 "10.0.0.1/32"
#define NEAR6 "2001:db8:1::/64"

static void start(struct scene *scene, const struct link_kind *kind)
{
    scene_add_pairs(scene);
    scene_add_kind(kind, "m0");
    ip("link set m0 up");
    ip("route add " STATIC4 " via 10.0.0.2");
    ip("route add " STATIC6 " via 2001:db8:1::2");
}

/* Whatever becomes of addresses and routes, it is told. */
static void test_port(void **state)
{
    static const char *const steps[] = {
        "link set v0 down",
        "link set v0 master m0",
        "link set v0 up",
        "addr add 10.0.2.1/24 dev v0",
        "addr add 2001:db8:2::1/64 dev v0",
        "addr add 10.5.0.1/24 dev m0",
        "link set m0 down",
        "link set m0 up",
        "link set v0 down",
        "link set v0 nomaster",
        "link set v0 up",
        "link set v0 down",
        "link set v0 master m0",
        "link del m0",
        "link set v0 up",
    };
    struct scene *scene = *state;

    start(scene, scene->kind);
    scene_watch(scene);
    for (size_t i = 0; i < ARRAY_SIZE(steps); i++)
        world_change(scene->world, "%s", steps[i]);
}

/* IPv4's routes, the address' own among them, go in silence; those in the VRF's table are no rows.
 */
static void test_vrf(void **state)
{
    struct scene *scene = *state;
    struct world *world = scene->world;

    start(scene, link_kind_named("vrf"));
    scene_watch(scene);
    scene_change(scene, "link set v0 master m0");
    heard_each(scene->listener, {STATIC4, ""}, {NEAR4, ""}, {LOCAL4, ""});
    world_settle(world);
    expect_routes(world, {scene->v0, STATIC4, "10.0.0.2", "D"}, {scene->v0, NEAR4, NULL, "D"},
                  {scene->v0, LOCAL4, NULL, "D"}, {scene->v0, STATIC6, "2001:db8:1::2", "D"});
    world_expect(world, ROW_UNICAST, unicast_key(scene->v0, "10.0.0.1"), "");
    world_row(world, ROW_UNICAST, unicast_key(scene->v0, "10.0.0.1"));

    scene_change(scene, "link set v0 nomaster");
    world_settle(world);
    expect_routes(world, {scene->v0, STATIC4, "10.0.0.2", ""}, {scene->v0, NEAR4, NULL, "A"},
                  {scene->v0, LOCAL4, NULL, "A"});
}

/* A link that is down has its own IPv4 address' route all the same, until it joins a VRF. */
static void test_vrf_of_link_down(void **state)
{
    struct scene *scene = *state;
    struct world *world = scene->world;
    struct row_key local;

    start(scene, link_kind_named("vrf"));
    ip("link set v0 down");
    local = route_key(scene->v0, LOCAL4, NULL);
    scene_watch(scene);
    world_row(world, ROW_ROUTE, local);
    scene_change(scene, "link set v0 master m0");
    heard_routes(scene->listener, LOCAL4, "");
    world_settle(world);
    world_expect(world, ROW_ROUTE, local, "D");
    world_expect_no_row(world, ROW_ROUTE, local);
}

int main(int argc, char **argv)
{
    static const char *const masters[] = {"bridge", "bond", "team", "vrf"};
    struct CMUnitTest tests[ARRAY_SIZE(masters) + 2] = {
        scene_test(test_vrf),
        scene_test(test_vrf_of_link_down),
    };

    (void)argc;
    for (size_t i = 0; i < ARRAY_SIZE(masters); i++)
        tests[2 + i] =
            (struct CMUnitTest)scene_test_of_kind(test_port, link_kind_named(masters[i]));
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
