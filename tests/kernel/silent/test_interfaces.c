/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Settings of interfaces, and the family states of them that come and go with a setting. */
#include "advertisement.h"
#include "expect.h"
#include "scene.h"

#include <stdio.h>

#define STATIC4 "10.1.0.0/16"
#define STATIC6 "2001:db8:a::/48"
#define MULTIPATH4 "10.2.0.0/16"
#define NEAR6 "2001:db8:1::/64"
#define ROUTER "fe80::1"

static void start(struct scene *scene)
{
    scene_add_pairs(scene);
    ip_batch("route add " STATIC4 " via 10.0.0.2\n"
             "route add " MULTIPATH4 " nexthop via 10.0.0.2 nexthop via 10.0.1.2\n"
             "route add " STATIC6 " via 2001:db8:1::2\n");
    scene_watch(scene);
}

/* ---- IPv6 off and on ----------------------------------------------------------------------- */

static void test_ipv6_disabled(void **state)
{
    struct scene *scene = *state;
    struct world *world = scene->world;

    start(scene);
    struct row_key key = interface_key(scene->v0, AF_INET6);
    scene_set(scene, "net/ipv6/conf/v0/disable_ipv6", "1");
    heard_addresses(scene->listener, "2001:db8:1::1", "D");
    heard_routes(scene->listener, NEAR6, "D");
    heard_routes(scene->listener, STATIC6, "D");
    heard(scene->listener, HEARD_NETCONF6, scene->v0.index, "");
    world_settle(world);
    world_expect(world, ROW_UNICAST, unicast_key(scene->v0, "2001:db8:1::1"), "D");
    world_expect(world, ROW_ROUTE, route_key(scene->v0, NEAR6, NULL), "D");
    world_expect(world, ROW_ROUTE, route_key(scene->v0, STATIC6, "2001:db8:1::2"), "D");
    world_expect(world, ROW_INTERFACE, key, "");
    world_row(world, ROW_INTERFACE, key);

    scene_set(scene, "net/ipv6/conf/v0/disable_ipv6", "0");
    world_settle(world);
    world_expect(world, ROW_INTERFACE, key, "");
    world_expect(world, ROW_ROUTE, route_key(scene->v0, "ff00::/8", NULL), "A");
    world_expect(world, ROW_ROUTE, route_key(scene->v0, "fe80::/64", NULL), "A");
}

/* On a link that is down there is nothing to take away, unless addresses were kept. */
static void check_ipv6_disabled_while_down(struct scene *scene, const char *keep, const char *told)
{
    struct world *world = scene->world;

    start(scene);
    sysctl_write("net/ipv6/conf/v0/keep_addr_on_down", keep);
    scene_change(scene, "link set v0 down");
    world_settle(world);
    scene_set(scene, "net/ipv6/conf/v0/disable_ipv6", "1");
    heard(scene->listener, HEARD_NETCONF6, scene->v0.index, "");
    heard(scene->listener, HEARD_LINK, scene->v0.index, "");
    heard_addresses(scene->listener, "2001:db8:1::1", told);
    world_settle(world);
    world_expect(world, ROW_UNICAST, unicast_key(scene->v0, "2001:db8:1::1"), told);
    world_expect_quiet(world, ROW_INTERFACE);

    scene_set(scene, "net/ipv6/conf/v0/disable_ipv6", "0");
    world_settle(world);
    scene_change(scene, "link set v0 up");
    world_settle(world);
    world_expect(world, ROW_ROUTE, route_key(scene->v0, "ff00::/8", NULL), "A");
}

static void test_ipv6_disabled_while_down(void **state)
{
    check_ipv6_disabled_while_down(*state, "0", "");
}

static void test_ipv6_disabled_with_kept_addresses(void **state)
{
    check_ipv6_disabled_while_down(*state, "1", "D");
}

static void test_ipv6_disabled_for_all(void **state)
{
    struct scene *scene = *state;
    struct world *world = scene->world;

    start(scene);
    scene_begin(scene);
    sysctl_write("net/ipv6/conf/all/disable_ipv6", "1");
    listener_collect(scene->listener);
    heard_addresses(scene->listener, "2001:db8:1::1", "D");
    heard_routes(scene->listener, STATIC6, "D");
    heard(scene->listener, HEARD_NETCONF6, scene->v0.index, "");
    world_await(world, ROW_UNICAST, unicast_key(scene->v0, "2001:db8:1::1"), "D");
    world_await(world, ROW_UNICAST, unicast_key(scene->lo, "::1"), "D");
    world_await(world, ROW_ROUTE, route_key(scene->v0, STATIC6, "2001:db8:1::2"), "D");

    /* Settling needs IPv6. */
    scene_begin(scene);
    sysctl_write("net/ipv6/conf/all/disable_ipv6", "0");
    listener_collect(scene->listener);
    world_settle(world);
    world_expect(world, ROW_UNICAST, unicast_key(scene->lo, "::1"), "A");
}

/* ---- The MTU ------------------------------------------------------------------------------- */

/* IPv6 is there while the MTU is 1280 at least. */
static void test_mtu_below_1280(void **state)
{
    struct scene *scene = *state;
    struct world *world = scene->world;

    start(scene);
    scene_change(scene, "link set v0 mtu 1279");
    heard(scene->listener, HEARD_NETCONF6, scene->v0.index, "D");
    heard(scene->listener, HEARD_NETCONF4, scene->v0.index, "");
    heard_addresses(scene->listener, "2001:db8:1::1", "D");
    heard_routes(scene->listener, STATIC6, "D");
    world_settle(world);
    world_expect(world, ROW_INTERFACE, interface_key(scene->v0, AF_INET6), "D|PD");
    world_expect(world, ROW_INTERFACE, interface_key(scene->v0, AF_INET), "P");
    world_expect(world, ROW_UNICAST, unicast_key(scene->v0, "2001:db8:1::1"), "D");
    world_expect(world, ROW_ROUTE, route_key(scene->v0, STATIC6, "2001:db8:1::2"), "D");
    world_expect(world, ROW_ROUTE, route_key(scene->v0, STATIC4, "10.0.0.2"), "");
    world_expect_no_row(world, ROW_INTERFACE, interface_key(scene->v0, AF_INET6));

    scene_change(scene, "link set v0 mtu 1280");
    heard(scene->listener, HEARD_NETCONF6, scene->v0.index, "N");
    world_settle(world);
    world_expect(world, ROW_INTERFACE, interface_key(scene->v0, AF_INET6), "A|AP");
    world_expect(world, ROW_INTERFACE, interface_key(scene->v0, AF_INET), "P");
    union any_row row = world_row(world, ROW_INTERFACE, interface_key(scene->v0, AF_INET6));
    assert_int_equal(row.interface.NlMtu, 1280);
}

/*
 * IPv4 while it is 68 at least, which most kinds of link do not go below. The loopback link does;
 * it keeps its IPv6 family state, without addresses.
 */
static void test_mtu_below_68(void **state)
{
    struct scene *scene = *state;
    struct world *world = scene->world;

    start(scene);
    ip("addr add 10.7.0.1/24 dev lo");
    ip("route add 10.8.0.0/16 dev lo");
    ip("route add 10.9.0.0/16 nexthop dev lo nexthop via 10.0.0.2");
    world_settle(world);
    scene_change(scene, "link set lo mtu 67");
    heard(scene->listener, HEARD_NETCONF4, scene->lo.index, "D");
    heard(scene->listener, HEARD_NETCONF6, scene->lo.index, "");
    heard_addresses(scene->listener, "::1", "D");
    heard_addresses(scene->listener, "10.7.0.1", "D");
    heard_addresses(scene->listener, "127.0.0.1", "D");
    heard_each(scene->listener, {"10.7.0.1/32", "D"}, {"10.8.0.0/16", ""}, {"10.9.0.0/16", ""});
    world_await(world, ROW_INTERFACE, interface_key(scene->lo, AF_INET), "D|PD");
    world_await(world, ROW_UNICAST, unicast_key(scene->lo, "::1"), "D");
    world_await(world, ROW_UNICAST, unicast_key(scene->lo, "10.7.0.1"), "D");
    world_await(world, ROW_UNICAST, unicast_key(scene->lo, "127.0.0.1"), "D");
    world_await(world, ROW_ROUTE, route_key(scene->lo, "10.7.0.1/32", NULL), "D");
    world_await(world, ROW_ROUTE, route_key(scene->lo, "10.8.0.0/16", NULL), "D");
    world_await(world, ROW_ROUTE, route_key(scene->lo, "10.9.0.0/16", NULL), "D");
    world_expect(world, ROW_ROUTE, route_key(scene->v0, "10.9.0.0/16", "10.0.0.2"), "");

    /* Settling needs lo. */
    scene_change(scene, "link set lo mtu 65536");
    heard(scene->listener, HEARD_NETCONF4, scene->lo.index, "N");
    world_settle(world);
    expect_interface(world, scene->lo, "A|AP", "");
    world_expect(world, ROW_ROUTE, route_key(scene->lo, "10.8.0.0/16", NULL), "");
}

/* ---- Settings ------------------------------------------------------------------------------ */

static void check_forwarding(struct scene *scene, const char *path, struct iface iface,
                             ADDRESS_FAMILY family)
{
    struct world *world = scene->world;
    struct row_key key = interface_key(iface, family);

    scene_set(scene, path, "1");
    heard(scene->listener, family == AF_INET ? HEARD_NETCONF4 : HEARD_NETCONF6, iface.index, "N+");
    heard(scene->listener, HEARD_LINK, iface.index, "");
    world_settle(world);
    world_expect(world, ROW_INTERFACE, key, "P");
    union any_row row = world_row(world, ROW_INTERFACE, key);
    assert_true(row.interface.ForwardingEnabled);

    scene_set(scene, path, "0");
    world_settle(world);
    world_expect(world, ROW_INTERFACE, key, "P");
    row = world_row(world, ROW_INTERFACE, key);
    assert_false(row.interface.ForwardingEnabled);
}

static void test_forwarding(void **state)
{
    struct scene *scene = *state;

    start(scene);
    check_forwarding(scene, "net/ipv4/conf/v0/forwarding", scene->v0, AF_INET);
    check_forwarding(scene, "net/ipv6/conf/v0/forwarding", scene->v0, AF_INET6);
    /* All interfaces at once. */
    check_forwarding(scene, "net/ipv4/ip_forward", scene->w0, AF_INET);
    check_forwarding(scene, "net/ipv6/conf/all/forwarding", scene->w0, AF_INET6);
}

/* Announced, and no row shows it. */
static void test_other_announced_settings(void **state)
{
    static const char *const paths[] = {
        "net/ipv4/conf/v0/rp_filter",
        "net/ipv4/conf/v0/proxy_arp",
        "net/ipv6/conf/v0/proxy_ndp",
    };
    struct scene *scene = *state;

    start(scene);
    for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
        scene_set(scene, paths[i], "1");
        heard(scene->listener, i < 2 ? HEARD_NETCONF4 : HEARD_NETCONF6, scene->v0.index, "N");
        world_settle(scene->world);
        for (int kind = 0; kind < ROW_WATCHED_KINDS; kind++)
            world_expect_quiet(scene->world, (enum row_kind)kind);
    }
}

/*
 * Not announced: who asks is told, and the others with the link's next message, once. Which
 * settings these are is for test_settings to find out.
 */
static void set_in_silence(struct scene *scene, const char *mtu)
{
    scene_begin(scene);
    sysctl_write("net/ipv6/conf/v0/mtu", mtu);
    listener_collect(scene->listener);
    heard(scene->listener, HEARD_LINK, scene->v0.index, "");
    heard(scene->listener, HEARD_IPV6, scene->v0.index, "");
    heard(scene->listener, HEARD_NETCONF6, scene->v0.index, "");
    world_barrier(scene->world, 1U << ROW_INTERFACE);
    world_expect(scene->world, ROW_INTERFACE, interface_key(scene->v0, AF_INET6), "");
}

static void expect_told_of_mtu(struct scene *scene, ULONG mtu)
{
    struct row_key key = interface_key(scene->v0, AF_INET6);

    world_settle(scene->world);
    world_expect(scene->world, ROW_INTERFACE, key, "P");
    world_expect(scene->world, ROW_INTERFACE, interface_key(scene->v0, AF_INET), "");
    union any_row row = world_row(scene->world, ROW_INTERFACE, key);
    assert_int_equal(row.interface.NlMtu, mtu);
}

static void test_silent_settings(void **state)
{
    /* Each has the kernel announce the link, and changes nothing that a row shows. */
    static const char *const nudges[] = {
        "alias some-words",
        "group 0",
        "promisc on",
        "addrgenmode eui64" /* by IFLA_AF_SPEC */,
    };
    struct scene *scene = *state;
    char mtu[8];

    start(scene);
    for (size_t i = 0; i < ARRAY_SIZE(nudges); i++) {
        (void)snprintf(mtu, sizeof(mtu), "%zu", 1400 + i);
        set_in_silence(scene, mtu);
        scene_change(scene, "link set v0 %s", nudges[i]);
        heard(scene->listener, HEARD_LINK, scene->v0.index, "U+");
        expect_told_of_mtu(scene, (ULONG)(1400 + i));
    }
}

/* So does a message of the IPv6 family state alone. */
static void test_silent_setting_before_advertisement(void **state)
{
    const struct advertisement advertisement = {.managed = true};
    struct scene *scene = *state;

    start(scene);
    ip_in(world_beside(scene->world), "addr add " ROUTER "/64 dev v1 nodad");
    set_in_silence(scene, "1400");
    scene_begin(scene);
    advertise(world_beside(scene->world), "v1", ROUTER, &advertisement);
    await_heard(scene->listener, HEARD_IPV6, scene->v0.index, "N");
    heard(scene->listener, HEARD_LINK, scene->v0.index, "");
    expect_told_of_mtu(scene, 1400);
}

/* What another setting's own message leaves out stays untold. */
static void test_silent_setting_before_netconf(void **state)
{
    struct scene *scene = *state;

    start(scene);
    set_in_silence(scene, "1400");
    scene_set(scene, "net/ipv6/conf/v0/proxy_ndp", "1");
    heard(scene->listener, HEARD_NETCONF6, scene->v0.index, "N");
    world_barrier(scene->world, 1U << ROW_INTERFACE);
    world_expect(scene->world, ROW_INTERFACE, interface_key(scene->v0, AF_INET6), "");
    scene_change(scene, "link set v0 alias some-words");
    expect_told_of_mtu(scene, 1400);
}

static void test_rename(void **state)
{
    struct scene *scene = *state;
    struct world *world = scene->world;

    bool while_up = ip_renames_while_up();
    start(scene);
    if (!while_up) {
        ip("link set v0 down");
        world_settle(world);
    }
    scene_change(scene, "link set v0 name renamed0");
    heard(scene->listener, HEARD_LINK, scene->v0.index, "U+|L+");
    heard(scene->listener, HEARD_NETCONF4, scene->v0.index, "DN");
    heard(scene->listener, HEARD_NETCONF6, scene->v0.index, "DN");
    heard_addresses(scene->listener, "10.0.0.1", "N");
    heard_addresses(scene->listener, "2001:db8:1::1", "");
    world_settle(world);
    for (int kind = 0; kind < ROW_WATCHED_KINDS; kind++)
        world_expect_quiet(world, (enum row_kind)kind);
    assert_int_equal(iface_get("renamed0").luid.Value, scene->v0.luid.Value);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        scene_test(test_ipv6_disabled),
        scene_test(test_ipv6_disabled_while_down),
        scene_test(test_ipv6_disabled_with_kept_addresses),
        scene_test(test_ipv6_disabled_for_all),
        scene_test(test_mtu_below_1280),
        scene_test(test_mtu_below_68),
        scene_test(test_forwarding),
        scene_test(test_other_announced_settings),
        scene_test(test_silent_settings),
        scene_test(test_silent_setting_before_advertisement),
        scene_test(test_silent_setting_before_netconf),
        scene_test(test_rename),
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
