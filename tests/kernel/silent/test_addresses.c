/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses that go, age or fail, and the routes that depend on them. */
#include "expect.h"
#include "scene.h"

#include <string.h>

#define STATIC4 "10.1.0.0/16"
#define STATIC6 "2001:db8:a::/48"
#define NEAR4 "10.0.0.0/24"
#define NEAR6 "2001:db8:1::/64"

/* ---- Deleted ------------------------------------------------------------------------------- */

static void test_last_ipv4_address_deleted(void **state)
{
    struct scene *scene = *state;
    struct world *world = scene->world;

    scene_add_pairs(scene);
    ip("route add " STATIC4 " via 10.0.0.2");
    ip("route add 10.3.0.0/16 dev v0");
    ip("route add 10.2.0.0/16 nexthop via 10.0.0.2 nexthop via 10.0.1.2");
    scene_watch(scene);
    scene_change(scene, "addr del 10.0.0.1/24 dev v0");
    heard_addresses(scene->listener, "10.0.0.1", "D");
    heard_each(scene->listener, {NEAR4, "D"}, {"10.0.0.1/32", "D"}, {STATIC4, ""},
               {"10.3.0.0/16", ""}, {"10.2.0.0/16", ""});
    world_settle(world);
    world_expect(world, ROW_UNICAST, unicast_key(scene->v0, "10.0.0.1"), "D");
    expect_routes(world, {scene->v0, NEAR4, NULL, "D"}, {scene->v0, STATIC4, "10.0.0.2", "D"},
                  {scene->v0, "10.3.0.0/16", NULL, "D"},
                  {scene->v0, "10.2.0.0/16", "10.0.0.2", "D"});
    world_expect_no_row(world, ROW_ROUTE, route_key(scene->v0, STATIC4, "10.0.0.2"));
}

/* With the last address a nexthop dies, with the next one it lives: no message about the route. */
static void test_next_ipv4_address_revives(void **state)
{
    struct scene *scene = *state;
    struct world *world = scene->world;

    scene_add_pairs(scene);
    ip("route add 10.9.0.0/16 nexthop via 10.0.0.2 nexthop via 10.0.1.2");
    scene_watch(scene);
    struct row_key key = route_key(scene->v0, "10.9.0.0/16", "10.0.0.2");

    scene_change(scene, "addr del 10.0.0.1/24 dev v0");
    heard_routes(scene->listener, "10.9.0.0/16", "");
    world_settle(world);
    world_expect(world, ROW_ROUTE, key, "D");
    scene_change(scene, "addr add 10.0.0.7/24 dev v0");
    heard_routes(scene->listener, "10.9.0.0/16", "");
    world_settle(world);
    world_expect(world, ROW_ROUTE, key, "A");
    world_expect(world, ROW_ROUTE, route_key(scene->w0, "10.9.0.0/16", "10.0.1.2"), "");
}

/* Another address keeps the link's static routes alive. */
static void test_one_of_two_ipv4_addresses_deleted(void **state)
{
    struct scene *scene = *state;
    struct world *world = scene->world;

    scene_add_pairs(scene);
    ip("addr add 10.5.0.1/24 dev v0");
    ip("route add " STATIC4 " via 10.5.0.2");
    scene_watch(scene);
    scene_change(scene, "addr del 10.0.0.1/24 dev v0");
    heard_routes(scene->listener, NEAR4, "D");
    heard_routes(scene->listener, STATIC4, "");
    world_settle(world);
    world_expect(world, ROW_ROUTE, route_key(scene->v0, NEAR4, NULL), "D");
    world_expect(world, ROW_ROUTE, route_key(scene->v0, STATIC4, "10.5.0.2"), "");
    world_row(world, ROW_ROUTE, route_key(scene->v0, STATIC4, "10.5.0.2"));
}

static void test_preferred_source_deleted(void **state)
{
    struct scene *scene = *state;
    struct world *world = scene->world;

    scene_add_pairs(scene);
    ip("addr add 10.5.0.1/24 dev w0");
    ip("addr add 2001:db8:5::1/64 dev w0");
    world_await_addresses(); /* a source must not be tentative, even without detection */
    ip("route add " STATIC4 " via 10.0.0.2 src 10.5.0.1");
    ip("route add " STATIC6 " via 2001:db8:1::2 src 2001:db8:5::1");
    scene_watch(scene);
    scene_change(scene, "addr del 10.5.0.1/24 dev w0");
    heard_routes(scene->listener, STATIC4, "D");
    world_settle(world);
    world_expect(world, ROW_ROUTE, route_key(scene->v0, STATIC4, "10.0.0.2"), "D");

    /* IPv6 keeps the route, without the source, which no row shows. */
    scene_change(scene, "addr del 2001:db8:5::1/64 dev w0");
    heard_routes(scene->listener, STATIC6, "");
    heard_addresses(scene->listener, "2001:db8:5::1", "D");
    world_settle(world);
    world_expect(world, ROW_ROUTE, route_key(scene->v0, STATIC6, "2001:db8:1::2"), "");
    world_row(world, ROW_ROUTE, route_key(scene->v0, STATIC6, "2001:db8:1::2"));

    /* A deletion without the source finds the route that is known. */
    scene_change(scene, "route del " STATIC6 " via 2001:db8:1::2");
    world_settle(world);
    world_expect(world, ROW_ROUTE, route_key(scene->v0, STATIC6, "2001:db8:1::2"), "D");
}

/* ---- Lifetimes ----------------------------------------------------------------------------- */

/* Changes the address's lifetime; whatever that does to its prefix's route is done in silence. */
static void change_lifetime(struct scene *scene, const char *valid, const char *preferred)
{
    scene_change(scene, "addr change 2001:db8:1::5/64 dev v0 valid_lft %s preferred_lft %s", valid,
                 preferred);
    heard_addresses(scene->listener, "2001:db8:1::5", "N");
    heard_routes(scene->listener, NEAR6, "");
    world_settle(scene->world);
}

static void test_lifetimes(void **state)
{
    struct scene *scene = *state;
    struct world *world = scene->world;

    scene_add_pairs(scene);
    ip("addr del 2001:db8:1::1/64 dev v0");
    ip("addr add 2001:db8:1::5/64 dev v0 valid_lft 9000 preferred_lft 8000");
    scene_watch(scene);
    struct row_key address = unicast_key(scene->v0, "2001:db8:1::5");
    struct row_key near = route_key(scene->v0, NEAR6, NULL);
    union any_row row = world_row(world, ROW_ROUTE, near);
    assert_in_range(row.route.ValidLifetime, 3001, 9000);

    /* A refresh is nothing to tell of; who asks gets the new lifetimes. */
    change_lifetime(scene, "3000", "2000");
    world_expect_quiet(world, ROW_ROUTE);
    world_expect_quiet(world, ROW_UNICAST);
    row = world_row(world, ROW_UNICAST, address);
    assert_in_range(row.unicast.ValidLifetime, 1, 3000);
    assert_in_range(row.unicast.PreferredLifetime, 1, 2000);
    row = world_row(world, ROW_ROUTE, near);
    assert_in_range(row.route.ValidLifetime, 1, 3000);
    change_lifetime(scene, "8000", "7000");
    world_expect_quiet(world, ROW_ROUTE);
    world_expect_quiet(world, ROW_UNICAST);
    row = world_row(world, ROW_ROUTE, near);
    assert_in_range(row.route.ValidLifetime, 3001, 8000);

    change_lifetime(scene, "forever", "forever");
    world_expect(world, ROW_ROUTE, near, "P");
    row = world_row(world, ROW_ROUTE, near);
    assert_int_equal(row.route.ValidLifetime, 0xffffffff);

    /* Linux 6.18 gives the route an expiry in the past then, and uses it no more. */
    change_lifetime(scene, "8000", "7000");
    world_expect(world, ROW_ROUTE, near, "P|D");
    change_lifetime(scene, "forever", "forever");
    world_expect(world, ROW_ROUTE, near, "P|A");
    world_row(world, ROW_ROUTE, near);
}

static void check_end_of_life(struct scene *scene, const char *text, const char *near)
{
    struct world *world = scene->world;
    struct row_key address = unicast_key(scene->w0, text);
    const char *length = strchr(near, '/') + 1;

    scene_begin(scene);
    ip("addr add %s/%s dev w0 valid_lft 60 preferred_lft 1", text, length);
    await_address(scene->listener, text, "T?N+O");
    world_await(world, ROW_UNICAST, address, "AP|APP");
    world_settle(world);
    union any_row row = world_row(world, ROW_UNICAST, address);
    assert_int_equal(row.unicast.DadState, IpDadStateDeprecated);

    scene_begin(scene);
    ip("addr change %s/%s dev w0 valid_lft 1 preferred_lft 0", text, length);
    await_address(scene->listener, text, "[NO]*D");
    world_await(world, ROW_UNICAST, address, "D");
    world_settle(world);
    world_expect(world, ROW_ROUTE, route_key(scene->w0, near, NULL), "D");
}

static void test_end_of_life(void **state)
{
    struct scene *scene = *state;

    scene_add_pairs(scene);
    scene_watch(scene);
    check_end_of_life(scene, "10.9.0.1", "10.9.0.0/24");
    check_end_of_life(scene, "2001:db8:9::1", "2001:db8:9::/64");
}

/* ---- Duplicate detection ------------------------------------------------------------------- */

/* With duplicate detection, and its peer beside. */
static struct iface start_with_detection(struct scene *scene)
{
    world_add_pair(scene->world, "v0", "v1");
    scene->v0 = iface_get("v0");
    scene_watch(scene);
    return scene->v0;
}

static void test_detection_fails(void **state)
{
    struct scene *scene = *state;
    struct world *world = scene->world;
    struct iface v0 = start_with_detection(scene);
    struct row_key key = unicast_key(v0, "2001:db8:1::1");
    struct row_key other = unicast_key(v0, "2001:db8:1::3");

    ip_in(world_beside(world), "addr add 2001:db8:1::1/64 dev v1 nodad");
    scene_begin(scene);
    ip("addr add 2001:db8:1::1/64 dev v0");
    ip("addr add 2001:db8:1::3/64 dev v0");
    await_address(scene->listener, "2001:db8:1::1", "T+F");
    await_address(scene->listener, "2001:db8:1::3", "T+N");
    world_await(world, ROW_UNICAST, key, "AP");
    world_await(world, ROW_UNICAST, other, "AP");
    world_settle(world);
    union any_row row = world_row(world, ROW_UNICAST, key);
    assert_int_equal(row.unicast.DadState, IpDadStateDuplicate);
    row = world_row(world, ROW_UNICAST, other);
    assert_int_equal(row.unicast.DadState, IpDadStatePreferred);
}

/* An address that stays on a link that is down turns tentative, and nobody says so. */
static void test_kept_while_down(void **state)
{
    struct scene *scene = *state;
    struct world *world = scene->world;
    struct iface v0 = start_with_detection(scene);
    struct row_key key = unicast_key(v0, "2001:db8:1::1");

    sysctl_write("net/ipv6/conf/v0/keep_addr_on_down", "1");
    scene_begin(scene);
    ip("addr add 2001:db8:1::1/64 dev v0");
    await_address(scene->listener, "2001:db8:1::1", "T+N");
    world_await(world, ROW_UNICAST, key, "AP");
    world_settle(world);

    scene_change(scene, "link set v0 down");
    heard_addresses(scene->listener, "2001:db8:1::1", "");
    world_settle(world);
    world_expect(world, ROW_UNICAST, key, "P");
    union any_row row = world_row(world, ROW_UNICAST, key);
    assert_int_equal(row.unicast.DadState, IpDadStateTentative);

    scene_begin(scene);
    ip("link set v0 up");
    await_address(scene->listener, "2001:db8:1::1", "T*N");
    world_await(world, ROW_UNICAST, key, "P");
    world_settle(world);
    row = world_row(world, ROW_UNICAST, key);
    assert_int_equal(row.unicast.DadState, IpDadStatePreferred);
}

#define OWN "fe80::ff:fe00:1"

static struct iface add_link_with_own_address(void)
{
    ip("link add v0 address 02:00:00:00:00:01 type veth peer name v1");
    ip("link set v1 up");
    return iface_get("v0");
}

/* The link's own address has been made: it is announced, and reported again, once it is usable. */
static void expect_own_address(struct scene *scene, struct iface v0)
{
    struct row_key key = unicast_key(v0, OWN);

    world_await(scene->world, ROW_UNICAST, key, "A");
    listener_collect(scene->listener);
    heard_addresses(scene->listener, OWN, "");
    await_address(scene->listener, OWN, "N");
    world_await(scene->world, ROW_UNICAST, key, "AP");
    world_settle(scene->world);
}

/* The link's own address is there as soon as the link is up. */
static void test_link_local_address(void **state)
{
    struct scene *scene = *state;
    struct iface v0 = add_link_with_own_address();

    sysctl_write("net/ipv6/conf/v0/dad_transmits", "4");
    scene_watch(scene);
    scene_begin(scene);
    ip("link set v0 up");
    expect_own_address(scene, v0);
}

/* Likewise where IPv6 is allowed on a link that is up: no message about the link itself. */
static void test_ipv6_allowed(void **state)
{
    struct scene *scene = *state;
    struct iface v0 = add_link_with_own_address();

    ip("link set v0 up");
    scene_watch(scene);
    scene_set(scene, "net/ipv6/conf/v0/disable_ipv6", "1");
    world_settle(scene->world);
    world_expect(scene->world, ROW_UNICAST, unicast_key(v0, OWN), "D");

    sysctl_write("net/ipv6/conf/v0/dad_transmits", "4");
    scene_set(scene, "net/ipv6/conf/v0/disable_ipv6", "0");
    heard(scene->listener, HEARD_LINK, v0.index, "");
    heard(scene->listener, HEARD_IPV6, v0.index, "N+");
    heard_addresses(scene->listener, OWN, "");
    expect_own_address(scene, v0);
}

/*
 * Likewise where a setting has it made: it is announced and reported once it is usable. Before,
 * only the route of its prefix is announced, which goes to another kind of registrations.
 */
static void test_link_local_by_setting(void **state)
{
    struct scene *scene = *state;
    struct world *world = scene->world;
    union any_row row;
    struct iface v0 = add_link_with_own_address();
    struct row_key key = unicast_key(v0, OWN);

    sysctl_write("net/ipv6/conf/v0/addr_gen_mode", "1");
    sysctl_write("net/ipv6/conf/v0/dad_transmits", "4");
    ip("link set v0 up");
    scene_watch(scene);
    world_expect_no_row(world, ROW_UNICAST, key);

    scene_set(scene, "net/ipv6/conf/v0/addr_gen_mode", "0");
    heard(scene->listener, HEARD_LINK, v0.index, "");
    heard(scene->listener, HEARD_IPV6, v0.index, "");
    heard(scene->listener, HEARD_NETCONF6, v0.index, "");
    heard_addresses(scene->listener, OWN, "");
    heard_routes(scene->listener, "fe80::/64", "N");
    assert_int_equal(row_get(ROW_UNICAST, &key, &row), NO_ERROR);
    assert_int_equal(row.unicast.DadState, IpDadStateTentative);
    await_address(scene->listener, OWN, "N");
    world_await(world, ROW_UNICAST, key, "A");
    /* Of the interface's own field the next message about the link tells. */
    ip("link set v0 alias told");
    world_settle(world);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        scene_test(test_last_ipv4_address_deleted),
        scene_test(test_next_ipv4_address_revives),
        scene_test(test_one_of_two_ipv4_addresses_deleted),
        scene_test(test_preferred_source_deleted),
        scene_test(test_lifetimes),
        scene_test(test_end_of_life),
        scene_test(test_detection_fails),
        scene_test(test_kept_while_down),
        scene_test(test_link_local_address),
        scene_test(test_ipv6_allowed),
        scene_test(test_link_local_by_setting),
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
