/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The same on every kind of link that the kernel offers: what the kernel says of one that goes down
 * and away, and what is told. A kind that is not offered is a test that is skipped, with the
 * reason.
 */
#include "scene.h"

#define STATIC4 "10.1.0.0/16"
#define STATIC6 "2001:db8:a::/48"

static void add_kind(struct scene *scene)
{
    scene_add_pairs(scene);
    scene_add_kind(scene->kind, "k0");
    ip("link set k0 up");
    ip("addr add 10.4.0.1/24 dev k0");
    if (!(scene->kind->traits & LINK_NO_IPV6))
        ip("addr add 2001:db8:4::1/64 dev k0");
    ip("route add " STATIC4 " via 10.4.0.2 dev k0 onlink");
    if (!(scene->kind->traits & LINK_NO_IPV6))
        ip("route add " STATIC6 " via 2001:db8:4::2 dev k0");
}

/* What is told of a route, where rows show the table that it is in. */
static void expect_route(struct scene *scene, struct row_key key, const char *pattern)
{
    world_expect(scene->world, ROW_ROUTE, key, scene->kind->traits & LINK_OWN_TABLE ? "" : pattern);
}

/* What names the link leads to all others. */
static void check_names(struct iface k0)
{
    MIB_IPINTERFACE_ROW row = {.Family = AF_INET, .InterfaceLuid = k0.luid};
    NET_LUID luid;
    NET_IFINDEX index;
    WCHAR alias[IF_MAX_STRING_SIZE + 1];

    assert_int_equal(ConvertInterfaceIndexToLuid(k0.index, &luid), NO_ERROR);
    assert_int_equal(luid.Value, k0.luid.Value);
    assert_int_equal(ConvertInterfaceLuidToIndex(&luid, &index), NO_ERROR);
    assert_int_equal(index, k0.index);
    assert_int_equal(ConvertInterfaceLuidToAlias(&luid, alias, ARRAY_SIZE(alias)), NO_ERROR);
    assert_memory_equal(alias, u"k0", sizeof(u"k0"));
    assert_int_equal(ConvertInterfaceAliasToLuid(alias, &luid), NO_ERROR);
    assert_int_equal(luid.Value, k0.luid.Value);
    assert_int_equal(GetIpInterfaceEntry(&row), NO_ERROR);
    assert_int_equal(row.InterfaceIndex, k0.index);
}

static void test_kind(void **state)
{
    struct scene *scene = *state;
    struct world *world = scene->world;
    bool ipv6 = !(scene->kind->traits & LINK_NO_IPV6);

    add_kind(scene);
    struct iface k0 = iface_get("k0");
    assert_int_equal(k0.luid.Info.IfType, scene->kind->type);
    check_names(k0);
    scene_watch(scene);
    scene_change(scene, "link set k0 down");
    heard_each(scene->listener, {"10.4.0.0/24", ""}, {STATIC4, ""}, {STATIC6, ipv6 ? "D" : ""});
    world_settle(world);
    expect_route(scene, route_key(k0, "10.4.0.0/24", NULL), "D");
    expect_route(scene, route_key(k0, "10.4.0.1/32", NULL), "");
    world_expect(world, ROW_ROUTE, route_key(k0, STATIC4, "10.4.0.2"), "D");
    world_expect(world, ROW_ROUTE, route_key(k0, STATIC6, "2001:db8:4::2"), ipv6 ? "D" : "");
    world_expect(world, ROW_UNICAST, unicast_key(k0, "10.4.0.1"), "");
    world_expect(world, ROW_UNICAST, unicast_key(k0, "2001:db8:4::1"), ipv6 ? "D" : "");

    scene_change(scene, "link set k0 up");
    heard_routes(scene->listener, STATIC4, "");
    world_settle(world);
    expect_route(scene, route_key(k0, "10.4.0.0/24", NULL), "A");
    world_expect(world, ROW_ROUTE, route_key(k0, STATIC4, "10.4.0.2"), "");
    world_expect(world, ROW_UNICAST, unicast_key(k0, "2001:db8:4::1"), "");

    /* Some links follow the MTU of the one below them, of these some in silence. */
    world_change(world, "link set v0 mtu 1400");
    world_change(world, "link set v0 mtu 1500");
    if (scene->kind->traits & LINK_STAYS)
        return;
    scene_change(scene, "link del k0");
    heard(scene->listener, HEARD_LINK, k0.index, "[LUC]*D");
    heard_routes(scene->listener, "10.4.0.0/24", "");
    heard_addresses(scene->listener, "10.4.0.1", "D");
    world_settle(world);
    expect_route(scene, route_key(k0, "10.4.0.0/24", NULL), "D");
    expect_route(scene, route_key(k0, "10.4.0.1/32", NULL), "D");
    world_expect(world, ROW_UNICAST, unicast_key(k0, "10.4.0.1"), "D");
    world_expect(world, ROW_INTERFACE, interface_key(k0, AF_INET), "P?D|PD|D");
    world_expect_no_row(world, ROW_INTERFACE, interface_key(k0, AF_INET6));
}

/* A tunnel without a remote end becomes point-to-point by getting one, and so another interface. */
static void test_other_type(void **state)
{
    struct scene *scene = *state;
    struct world *world = scene->world;

    scene_add_pairs(scene);
    scene_add_kind(link_kind_named("ip6tnl_open"), "k0");
    ip("link set k0 up");
    ip("addr add 10.4.0.1/24 dev k0");
    struct iface before = iface_get("k0");
    assert_int_equal(before.luid.Info.IfType, IF_TYPE_OTHER);
    scene_watch(scene);
    scene_change(scene, "link set k0 type ip6tnl local 2001:db8:e::7 remote 2001:db8:e::1");
    heard(scene->listener, HEARD_LINK, before.index, "U+");
    world_settle(world);
    struct iface after = iface_get("k0");
    assert_int_equal(after.luid.Info.IfType, IF_TYPE_PPP);
    world_expect(world, ROW_INTERFACE, interface_key(before, AF_INET), "D");
    world_expect(world, ROW_INTERFACE, interface_key(after, AF_INET), "A");
    world_expect(world, ROW_UNICAST, unicast_key(before, "10.4.0.1"), "D");
    world_expect(world, ROW_UNICAST, unicast_key(after, "10.4.0.1"), "A");
    world_expect(world, ROW_ROUTE, route_key(before, "10.4.0.0/24", NULL), "D");
    world_expect(world, ROW_ROUTE, route_key(after, "10.4.0.0/24", NULL), "A");
}

int main(int argc, char **argv)
{
    struct CMUnitTest tests[LINK_KINDS_MAX + 1] = {scene_test(test_other_type)};

    (void)argc;
    for (size_t i = 0; i < link_kinds_count; i++)
        tests[1 + i] = (struct CMUnitTest)scene_test_of_kind(test_kind, &link_kinds[i]);
    int rc = netns_begin(argv);
    return rc ? rc : _cmocka_run_group_tests("kinds", tests, 1 + link_kinds_count, NULL, NULL);
}
