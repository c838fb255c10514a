/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Interfaces that come, change and go, and what their addresses and routes do then. */
#include "expect.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The link-local address that the kernel makes of that MAC address, and the latter. */
#define MAC "02:00:00:00:00:01"
#define LINK_LOCAL "fe80::ff:fe00:1"

static void test_comes_and_goes(void **state)
{
    struct world *world = *state;

    world_watch(world);
    world_change(world, "link add v0 type veth peer name v1");
    struct iface v0 = iface_get("v0");
    struct iface v1 = iface_get("v1");
    const struct iface ends[] = {v0, v1};
    for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
        expect_interface(world, ends[i], "A", "A");
        union any_row row = world_row(world, ROW_INTERFACE, interface_key(ends[i], AF_INET));
        assert_false(row.interface.Connected);
        assert_int_equal(row.interface.NlMtu, 1500);
        assert_int_equal(row.interface.InterfaceIndex, ends[i].index);
        assert_int_equal(row.interface.InterfaceLuid.Info.IfType, IF_TYPE_ETHERNET_CSMACD);
    }
    world_expect_quiet(world, ROW_UNICAST);
    world_expect_quiet(world, ROW_ROUTE);

    world_change(world, "link del v0");
    for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
        expect_interface(world, ends[i], "D", "D");
        world_expect_no_row(world, ROW_INTERFACE, interface_key(ends[i], AF_INET));
        world_expect_no_row(world, ROW_INTERFACE, interface_key(ends[i], AF_INET6));
    }
    world_expect_quiet(world, ROW_UNICAST);
    world_expect_quiet(world, ROW_ROUTE);
}

static void test_up_and_down(void **state)
{
    struct world *world = *state;

    world_without_dad();
    ip("link add v0 address " MAC " type veth peer name v1");
    ip("addr add 10.0.0.1/24 dev v0");
    ip("link set v1 up");
    struct iface v0 = iface_get("v0");
    world_watch(world);

    world_begin(world);
    ip("link set v0 up");
    world_await(world, ROW_UNICAST, unicast_key(v0, LINK_LOCAL), "A|AP");
    world_settle(world);
    expect_interface(world, v0, "P", "P");
    world_expect(world, ROW_UNICAST, unicast_key(v0, "10.0.0.1"), "");
    world_expect(world, ROW_UNICAST, unicast_key(v0, LINK_LOCAL), "A|AP");
    expect_routes(world, {v0, "10.0.0.0/24", NULL, "A"}, {v0, "fe80::/64", NULL, "A"},
                  {v0, "ff00::/8", NULL, "A"}, {v0, LINK_LOCAL "/128", NULL, "A"});

    union any_row row = world_row(world, ROW_INTERFACE, interface_key(v0, AF_INET6));
    assert_true(row.interface.Connected);
    row = world_row(world, ROW_UNICAST, unicast_key(v0, LINK_LOCAL));
    assert_int_equal(row.unicast.OnLinkPrefixLength, 64);
    assert_int_equal(row.unicast.DadState, IpDadStatePreferred);
    assert_int_equal(row.unicast.ScopeId.Value, v0.index);
    assert_int_equal(row.unicast.Address.Ipv6.sin6_scope_id, v0.index);
    assert_int_equal(row.unicast.ValidLifetime, 0xffffffff);
    row = world_row(world, ROW_ROUTE, route_key(v0, "10.0.0.0/24", NULL));
    assert_int_equal(row.route.Protocol, MIB_IPPROTO_LOCAL);
    assert_int_equal(row.route.Origin, NlroWellKnown);

    world_change(world, "link set v0 down");
    expect_interface(world, v0, "P", "P");
    world_expect(world, ROW_UNICAST, unicast_key(v0, "10.0.0.1"), "");
    world_expect(world, ROW_UNICAST, unicast_key(v0, LINK_LOCAL), "D");
    expect_routes(world, {v0, "10.0.0.0/24", NULL, "D"}, {v0, "10.0.0.1/32", NULL, ""},
                  {v0, "fe80::/64", NULL, "D"}, {v0, "ff00::/8", NULL, "D"},
                  {v0, LINK_LOCAL "/128", NULL, "D"});
    row = world_row(world, ROW_INTERFACE, interface_key(v0, AF_INET));
    assert_false(row.interface.Connected);
}

static void test_rename(void **state)
{
    struct world *world = *state;

    world_without_dad();
    world_add_pair(world, "v0", "v1");
    ip("addr add 10.0.0.1/24 dev v0");
    ip("addr add 2001:db8::1/64 dev v0");
    struct iface v0 = iface_get("v0");
    if (!ip_renames_while_up())
        ip("link set v0 down");
    world_watch(world);

    /* No field of any of the three rows is the name. */
    world_change(world, "link set v0 name w0");
    world_expect_quiet(world, ROW_INTERFACE);
    world_expect_quiet(world, ROW_UNICAST);
    world_expect_quiet(world, ROW_ROUTE);

    struct iface w0 = iface_get("w0");
    assert_int_equal(w0.index, v0.index);
    assert_int_equal(w0.luid.Value, v0.luid.Value);
    WCHAR alias[IF_MAX_STRING_SIZE + 1];
    assert_int_equal(ConvertInterfaceLuidToAlias(&v0.luid, alias, ARRAY_SIZE(alias)), NO_ERROR);
    assert_memory_equal(alias, u"w0", sizeof(u"w0"));
}

/* The kernel finds a link by its alternative names; its alias is its name alone. */
static void test_alternative_name(void **state)
{
    NET_LUID luid = {.Value = 1};

    (void)state;
    ip("link add v0 type veth peer name v1");
    ip("link property add dev v0 altname other");
    ip("link show dev other");
    struct iface v0 = iface_get("v0");
    assert_int_equal(ConvertInterfaceAliasToLuid(u"other", &luid), ERROR_INVALID_PARAMETER);
    assert_int_equal(luid.Value, 0);
    assert_int_equal(ConvertInterfaceAliasToLuid(u"v0", &luid), NO_ERROR);
    assert_int_equal(luid.Value, v0.luid.Value);

    /* What was an alternative name becomes the name of another link. */
    ip("link property del dev v0 altname other");
    ip("link set v1 name other");
    assert_int_equal(ConvertInterfaceAliasToLuid(u"other", &luid), NO_ERROR);
    assert_int_equal(luid.Value, iface_get("other").luid.Value);
    assert_int_not_equal(luid.Value, v0.luid.Value);
}

static void test_mtu(void **state)
{
    struct world *world = *state;

    world_without_dad();
    world_add_pair(world, "v0", "v1");
    struct iface v0 = iface_get("v0");
    world_watch(world);

    world_change(world, "link set v0 mtu 1400");
    expect_interface(world, v0, "P", "P");
    union any_row row = world_row(world, ROW_INTERFACE, interface_key(v0, AF_INET));
    assert_int_equal(row.interface.NlMtu, 1400);
    row = world_row(world, ROW_INTERFACE, interface_key(v0, AF_INET6));
    assert_int_equal(row.interface.NlMtu, 1400);
    world_expect_quiet(world, ROW_UNICAST);
    world_expect_quiet(world, ROW_ROUTE);

    world_change(world, "link set v0 mtu 1400");
    world_expect_quiet(world, ROW_INTERFACE);
}

/* An interface that is up, with addresses of both families. */
static struct iface watch_with_addresses(struct world *world)
{
    world_without_dad();
    ip("link add v0 address " MAC " type veth peer name v1");
    ip("link set v0 up");
    ip("link set v1 up");
    ip("addr add 10.0.0.1/24 dev v0");
    ip("addr add 2001:db8::1/64 dev v0");
    struct iface v0 = iface_get("v0");
    world_watch(world);
    return v0;
}

static void test_mtu_too_small_for_ipv6(void **state)
{
    struct world *world = *state;
    struct iface v0 = watch_with_addresses(world);

    world_change(world, "link set v0 mtu 1000");
    expect_interface(world, v0, "P", "D");
    expect_addresses(world, {v0, LINK_LOCAL, "D"}, {v0, "2001:db8::1", "D"}, {v0, "10.0.0.1", ""});
    expect_routes(world, {v0, "2001:db8::/64", NULL, "D"}, {v0, "ff00::/8", NULL, "D"},
                  {v0, "10.0.0.0/24", NULL, ""});
    world_expect_no_row(world, ROW_INTERFACE, interface_key(v0, AF_INET6));
    union any_row row = world_row(world, ROW_INTERFACE, interface_key(v0, AF_INET));
    assert_int_equal(row.interface.NlMtu, 1000);

    world_begin(world);
    ip("link set v0 mtu 1500");
    world_await(world, ROW_UNICAST, unicast_key(v0, LINK_LOCAL), "A|AP");
    world_settle(world);
    world_expect(world, ROW_INTERFACE, interface_key(v0, AF_INET), "P");
    /* With what it starts is the kernel's affair; that it starts once is ours. */
    world_expect(world, ROW_INTERFACE, interface_key(v0, AF_INET6), "A|AP");
    world_expect(world, ROW_UNICAST, unicast_key(v0, LINK_LOCAL), "A|AP");
    row = world_row(world, ROW_INTERFACE, interface_key(v0, AF_INET6));
    assert_int_equal(row.interface.NlMtu, 1500);
    assert_true(row.interface.Connected);
}

static void test_moved_away_and_back(void **state)
{
    struct world *world = *state;

    world_without_dad();
    int beside = world_beside(world);
    ip("link add v0 type veth peer name v1");
    ip("link set v0 up");
    ip("link set v1 up");
    ip("addr add 10.0.0.1/24 dev v0");
    ip("addr add 2001:db8::1/64 dev v0");
    ip("route add 10.1.0.0/16 via 10.0.0.2");
    struct iface v0 = iface_get("v0");
    world_watch(world);

    world_change(world, "link set v0 netns /proc/%d/fd/%d", (int)getpid(), beside);
    expect_interface(world, v0, "PD|D", "PD|D");
    world_expect(world, ROW_UNICAST, unicast_key(v0, "10.0.0.1"), "D");
    world_expect(world, ROW_UNICAST, unicast_key(v0, "2001:db8::1"), "D");
    expect_routes(world, {v0, "10.0.0.0/24", NULL, "D"}, {v0, "10.0.0.1/32", NULL, "D"},
                  {v0, "10.1.0.0/16", "10.0.0.2", "D"}, {v0, "2001:db8::/64", NULL, "D"});

    world_begin(world);
    ip_in(beside, "link set v0 netns /proc/%d/fd/%d", (int)getpid(), world->home);
    world_settle(world);
    struct iface back = iface_get("v0");
    expect_interface(world, back, "A", "A");
    union any_row row = world_row(world, ROW_INTERFACE, interface_key(back, AF_INET));
    assert_false(row.interface.Connected);
}

static void test_recreated_with_the_same_index(void **state)
{
    struct world *world = *state;

    world_without_dad();
    ip("link add b0 index 4711 type bridge");
    ip("link set b0 up");
    ip("addr add 10.0.0.1/24 dev b0");
    struct iface b0 = iface_get("b0");
    world_watch(world);

    /* In one go: were it told from the state alone, nothing would have happened. */
    world_begin(world);
    ip_batch("link del b0\n"
             "link add b0 index 4711 type bridge\n"
             "link set b0 up\n"
             "addr add 10.0.0.1/24 dev b0\n");
    world_settle(world);
    struct iface again = iface_get("b0");
    assert_int_equal(again.luid.Value, b0.luid.Value);
    /* The old one may be seen going down, and the new one coming up. */
    expect_interface(world, b0, "DA|PDA|DAP|PDAP|DAPP|PDAPP", "DA|PDA|DAP|PDAP|DAPP|PDAPP");
    world_expect(world, ROW_UNICAST, unicast_key(b0, "10.0.0.1"), "DA");
    world_expect(world, ROW_ROUTE, route_key(b0, "10.0.0.1/32", NULL), "DA");
}

static void test_carrier(void **state)
{
    struct world *world = *state;

    world_without_dad();
    world_add_pair(world, "v0", "v1");
    ip("addr add 10.0.0.1/24 dev v0");
    ip("route add 10.1.0.0/16 via 10.0.0.2");
    struct iface v0 = iface_get("v0");
    world_watch(world);

    /* The peer goes down: the link stays up, without a carrier. */
    world_begin(world);
    ip_in(world_beside(world), "link set v1 down");
    world_await(world, ROW_INTERFACE, interface_key(v0, AF_INET), "P");
    world_await(world, ROW_INTERFACE, interface_key(v0, AF_INET6), "P");
    world_settle(world);
    union any_row row = world_row(world, ROW_INTERFACE, interface_key(v0, AF_INET));
    assert_false(row.interface.Connected);
    world_expect(world, ROW_ROUTE, route_key(v0, "10.1.0.0/16", "10.0.0.2"), "");

    world_begin(world);
    ip_in(world_beside(world), "link set v1 up");
    world_await(world, ROW_INTERFACE, interface_key(v0, AF_INET), "P");
    world_await(world, ROW_INTERFACE, interface_key(v0, AF_INET6), "P");
    world_settle(world);
    row = world_row(world, ROW_INTERFACE, interface_key(v0, AF_INET6));
    assert_true(row.interface.Connected);
    world_expect(world, ROW_ROUTE, route_key(v0, "10.1.0.0/16", "10.0.0.2"), "");
}

static void test_forwarding(void **state)
{
    static const struct {
        ADDRESS_FAMILY family;
        const char *setting;
        const char *ipv4_reports, *ipv6_reports;
    } families[] = {
        {AF_INET, "net/ipv4/conf/v0/forwarding", "P", ""},
        {AF_INET6, "net/ipv6/conf/v0/forwarding", "", "P"},
    };
    struct world *world = *state;

    world_without_dad();
    world_add_pair(world, "v0", "v1");
    struct iface v0 = iface_get("v0");
    world_watch(world);

    for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
        world_begin(world);
        sysctl_write(families[i].setting, "1");
        world_settle(world);
        expect_interface(world, v0, families[i].ipv4_reports, families[i].ipv6_reports);
        union any_row row = world_row(world, ROW_INTERFACE, interface_key(v0, families[i].family));
        assert_true(row.interface.ForwardingEnabled);
    }

    world_begin(world);
    for (size_t i = 0; i < ARRAY_SIZE(families); i++)
        sysctl_write(families[i].setting, "0");
    world_settle(world);
    expect_interface(world, v0, "P", "P");
}

static void test_ipv6_disabled_and_enabled(void **state)
{
    struct world *world = *state;
    struct iface v0 = watch_with_addresses(world);

    world_begin(world);
    sysctl_write("net/ipv6/conf/v0/disable_ipv6", "1");
    world_settle(world);
    world_expect(world, ROW_UNICAST, unicast_key(v0, LINK_LOCAL), "D");
    world_expect(world, ROW_UNICAST, unicast_key(v0, "2001:db8::1"), "D");
    world_expect(world, ROW_ROUTE, route_key(v0, "2001:db8::/64", NULL), "D");
    world_expect(world, ROW_ROUTE, route_key(v0, "fe80::/64", NULL), "D");
    world_expect(world, ROW_INTERFACE, interface_key(v0, AF_INET), "");
    world_expect(world, ROW_UNICAST, unicast_key(v0, "10.0.0.1"), "");

    world_begin(world);
    sysctl_write("net/ipv6/conf/v0/disable_ipv6", "0");
    world_await(world, ROW_UNICAST, unicast_key(v0, LINK_LOCAL), "A|AP");
    world_settle(world);
    world_expect(world, ROW_UNICAST, unicast_key(v0, LINK_LOCAL), "A|AP");
    world_expect(world, ROW_ROUTE, route_key(v0, "fe80::/64", NULL), "A");
    world_expect(world, ROW_INTERFACE, interface_key(v0, AF_INET), "");
}

/* Indexes that long-lived hosts of containers reach: no two interfaces have one LUID. */
static void test_indexes_far_apart(void **state)
{
    static const char *const indexes[] = {"100", "16777316", "16777216", "2147483647"};
    struct world *world = *state;
    struct iface ifaces[ARRAY_SIZE(indexes)];
    WCHAR alias[IF_MAX_STRING_SIZE + 1];
    NET_IFINDEX index;

    world_without_dad();
    world_watch(world);
    for (size_t i = 0; i < ARRAY_SIZE(indexes); i++) {
        world_change(world, "link add l%zu index %s type bridge", i, indexes[i]);
        ifaces[i] = iface_get((const char[]){'l', (char)('0' + i), '\0'});
        for (size_t j = 0; j <= i; j++)
            world_expect(world, ROW_INTERFACE, interface_key(ifaces[j], AF_INET),
                         j == i ? "A" : "");
        world_change(world, "addr add 10.0.%zu.1/24 dev l%zu", i, i);
    }
    for (size_t i = 0; i < ARRAY_SIZE(indexes); i++) {
        const struct row_key key = interface_key(ifaces[i], AF_INET);
        char address[16];

        (void)snprintf(address, sizeof(address), "10.0.%zu.1", i);
        assert_int_equal(ConvertInterfaceLuidToIndex(&ifaces[i].luid, &index), NO_ERROR);
        assert_int_equal(index, strtoul(indexes[i], NULL, 10));
        assert_int_equal(ConvertInterfaceLuidToAlias(&ifaces[i].luid, alias, ARRAY_SIZE(alias)),
                         NO_ERROR);
        assert_int_equal(alias[1], '0' + i);
        assert_int_equal(world_row(world, ROW_INTERFACE, key).interface.InterfaceIndex, index);
        assert_int_equal(
            world_row(world, ROW_UNICAST, unicast_key(ifaces[i], address)).unicast.InterfaceIndex,
            index);
    }

    world_change(world, "link del l0");
    world_expect(world, ROW_INTERFACE, interface_key(ifaces[0], AF_INET), "D");
    world_expect(world, ROW_INTERFACE, interface_key(ifaces[1], AF_INET), "");
    world_expect_no_row(world, ROW_INTERFACE, interface_key(ifaces[0], AF_INET));
    world_row(world, ROW_INTERFACE, interface_key(ifaces[1], AF_INET));
}

static void test_values(void **state)
{
    struct world *world = *state;
    struct iface lo = iface_get("lo");
    static const ADDRESS_FAMILY families[] = {AF_INET, AF_INET6};

    assert_int_equal(lo.luid.Info.IfType, IF_TYPE_SOFTWARE_LOOPBACK);
    for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
        union any_row row = world_row(world, ROW_INTERFACE, interface_key(lo, families[i]));
        assert_int_equal(row.interface.InterfaceIndex, lo.index);
        assert_int_equal(row.interface.MinRouterAdvertisementInterval, 200);
        assert_int_equal(row.interface.MaxRouterAdvertisementInterval, 600);
        assert_int_equal(row.interface.SitePrefixLength, 64);
        assert_true(row.interface.Connected);
        assert_true(row.interface.WeakHostSend);
        assert_true(row.interface.WeakHostReceive);
        assert_true(row.interface.UseAutomaticMetric);
        assert_int_equal(row.interface.Metric, 0);
        assert_int_equal(row.interface.NlMtu, 65536);
        assert_false(row.interface.ForwardingEnabled);
    }

    /* Without a link layer: what Windows calls PPP. */
    if (ip_try("tuntap add tun0 mode tun")) {
        struct iface tun = iface_get("tun0");
        assert_int_equal(tun.luid.Info.IfType, IF_TYPE_PPP);
        union any_row row = world_row(world, ROW_INTERFACE, interface_key(tun, AF_INET6));
        assert_int_equal(row.interface.DadTransmits, 0);
    }
}

static void test_duplicate_detection(void **state)
{
    struct world *world = *state;

    ip("link add v0 type veth peer name v1");
    struct row_key key = interface_key(iface_get("v0"), AF_INET6);
    sysctl_write("net/ipv6/conf/v0/dad_transmits", "2");
    world_watch(world);
    assert_int_equal(world_row(world, ROW_INTERFACE, key).interface.DadTransmits, 2);
    world_change(world, "link set v0 arp off");
    world_expect(world, ROW_INTERFACE, key, "P");
    assert_int_equal(world_row(world, ROW_INTERFACE, key).interface.DadTransmits, 0);
    world_change(world, "link set v0 arp on");
    world_expect(world, ROW_INTERFACE, key, "P");
    assert_int_equal(world_row(world, ROW_INTERFACE, key).interface.DadTransmits, 2);

    /* A setting of which the kernel tells with the next change of the link. */
    sysctl_write("net/ipv6/conf/v0/accept_dad", "0");
    world_change(world, "link set v0 mtu 1400");
    world_expect(world, ROW_INTERFACE, key, "P");
    assert_int_equal(world_row(world, ROW_INTERFACE, key).interface.DadTransmits, 0);
}

/*
 * A program that is slow is told what was, in its order, and not what came after: of settings that
 * the kernel was asked for, the answer is newer than what still waits to be told.
 */
static void test_settings_while_it_waits(void **state)
{
    struct recorder recorder;
    struct timespec deadline = check_deadline();
    char types[TYPES_SIZE];

    (void)state;
    ip("link add v0 type veth peer name v1");
    ip("link set v0 addrgenmode none"); /* an address would be told of, too */
    ip("link set v1 up");
    ip("link set v0 up");
    struct iface v0 = iface_get("v0");
    struct row_key key = interface_key(v0, AF_INET6);
    assert_int_equal(recorder_start(&recorder, ROW_INTERFACE, AF_INET6, FALSE), NO_ERROR);
    recorder_hold(&recorder);
    ip("link set v0 mtu 1450");
    assert_true(recorder_wait_held(&recorder, &deadline));
    /* All others of these messages have IPv6's MTU as it is then. */
    ip("link set v0 mtu 1400");
    ip("link set v0 txqueuelen 901");
    sysctl_write("net/ipv6/conf/v0/mtu", "1300");
    ip("link set v0 txqueuelen 902");
    size_t before = recorder_count(&recorder);
    recorder_release(&recorder);
    ip("link set v0 down");
    assert_true(recorder_wait(&recorder, before, MibParameterNotification, &key, &deadline));
    ip("link del v0");
    assert_true(recorder_wait(&recorder, before, MibDeleteInstance, &key, &deadline));
    recorder_types(&recorder, before, &key, types);
    assert_string_equal(types, "PPPD"); /* 1400, 1300, down, gone */
    recorder_stop(&recorder);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_comes_and_goes),
        world_test(test_up_and_down),
        world_test(test_rename),
        world_test(test_alternative_name),
        world_test(test_mtu),
        world_test(test_mtu_too_small_for_ipv6),
        world_test(test_moved_away_and_back),
        world_test(test_recreated_with_the_same_index),
        world_test(test_carrier),
        world_test(test_forwarding),
        world_test(test_ipv6_disabled_and_enabled),
        world_test(test_indexes_far_apart),
        world_test(test_values),
        world_test(test_duplicate_detection),
        world_test(test_settings_while_it_waits),
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
