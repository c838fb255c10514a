/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses that come, change and go, and the routes that live and die with them. */
#include "world.h"

#include <stdio.h>

static struct iface start(struct world *world)
{
    world_without_dad();
    world_add_pair(world, "v0", "v1");
    return iface_get("v0");
}

struct added {
    ADDRESS_FAMILY family;
    const char *arguments; /* of `ip addr add` */
    const char *address;
    const char *routes[3]; /* what comes and goes with it; NULL: no more */
    UINT8 prefix_length;
    const char *reports;           /* … of the address, when it is added … */
    const char *interface_reports; /* … and of its interface */
};

static void check_added_and_deleted(struct world *world, const struct added *added)
{
    struct iface v0 = start(world);
    struct row_key key = unicast_key(v0, added->address);
    struct row_key interface = interface_key(v0, added->family);

    world_watch(world);
    world_change(world, "addr add %s dev v0", added->arguments);
    world_expect(world, ROW_UNICAST, key, added->reports);
    /* The interface is reported as it was: programs that hear of interfaces only look again. */
    world_expect(world, ROW_INTERFACE, interface, added->interface_reports);
    for (size_t i = 0; i < ARRAY_SIZE(added->routes) && added->routes[i]; i++)
        world_expect(world, ROW_ROUTE, route_key(v0, added->routes[i], NULL), "A");

    union any_row row = world_row(world, ROW_UNICAST, key);
    assert_int_equal(row.unicast.InterfaceIndex, v0.index);
    assert_int_equal(row.unicast.OnLinkPrefixLength, added->prefix_length);
    assert_int_equal(row.unicast.DadState, IpDadStatePreferred);
    assert_int_equal(row.unicast.ValidLifetime, 0xffffffff);
    assert_int_equal(row.unicast.PreferredLifetime, 0xffffffff);
    assert_int_equal(row.unicast.SkipAsSource, 0);
    assert_int_equal(row.unicast.ScopeId.Value, 0);
    assert_true(row.unicast.CreationTimeStamp.QuadPart != 0);
    assert_int_equal(row.unicast.PrefixOrigin, IpPrefixOriginManual);

    world_change(world, "addr del %s/%u dev v0", added->address, added->prefix_length);
    world_expect(world, ROW_UNICAST, key, "D");
    world_expect(world, ROW_INTERFACE, interface, "p");
    for (size_t i = 0; i < ARRAY_SIZE(added->routes) && added->routes[i]; i++)
        world_expect(world, ROW_ROUTE, route_key(v0, added->routes[i], NULL), "D");
    world_expect_no_row(world, ROW_UNICAST, key);
}

static void test_ipv4_added_and_deleted(void **state)
{
    static const struct added added = {
        .family = AF_INET,
        .arguments = "10.0.0.1/24 brd +",
        .address = "10.0.0.1",
        .routes = {"10.0.0.0/24", "10.0.0.1/32", "10.0.0.255/32"},
        .prefix_length = 24,
        .reports = "A",
        .interface_reports = "p",
    };

    check_added_and_deleted(*state, &added);
}

/* Without detection the kernel may still announce the address before it clears the flag. */
static void test_ipv6_added_and_deleted(void **state)
{
    static const struct added added = {
        .family = AF_INET6,
        .arguments = "2001:db8::1/64",
        .address = "2001:db8::1",
        .routes = {"2001:db8::/64", "2001:db8::1/128"},
        .prefix_length = 64,
        .reports = "A|AP",
        .interface_reports = "p|pp",
    };

    check_added_and_deleted(*state, &added);
}

static void check_lifetimes(struct world *world, const char *address, const char *with_length)
{
    struct iface v0 = start(world);
    struct row_key key = unicast_key(v0, address);

    ip("addr add %s dev v0", with_length);
    world_watch(world);

    world_change(world, "addr change %s dev v0 valid_lft 1000 preferred_lft 500", with_length);
    world_expect(world, ROW_UNICAST, key, "P|");
    union any_row row = world_row(world, ROW_UNICAST, key);
    assert_in_range(row.unicast.ValidLifetime, 900, 1000);
    assert_in_range(row.unicast.PreferredLifetime, 400, 500);
    assert_int_equal(row.unicast.DadState, IpDadStatePreferred);

    /* What each router advertisement does. */
    world_change(world, "addr change %s dev v0 valid_lft 900 preferred_lft 450", with_length);
    world_expect_quiet(world, ROW_UNICAST);
    world_expect_quiet(world, ROW_INTERFACE);

    world_change(world, "addr change %s dev v0 valid_lft 1000 preferred_lft 0", with_length);
    world_expect(world, ROW_UNICAST, key, "P");
    row = world_row(world, ROW_UNICAST, key);
    assert_int_equal(row.unicast.DadState, IpDadStateDeprecated);
    world_expect(world, ROW_INTERFACE, interface_key(v0, row.unicast.Address.si_family), "p");

    world_change(world, "addr change %s dev v0 valid_lft forever preferred_lft forever",
                 with_length);
    world_expect(world, ROW_UNICAST, key, "P");
    row = world_row(world, ROW_UNICAST, key);
    assert_int_equal(row.unicast.DadState, IpDadStatePreferred);
    assert_int_equal(row.unicast.ValidLifetime, 0xffffffff);

    /* It expires by itself; the kernel looks for that at its own pace. */
    world_begin(world);
    ip("addr change %s dev v0 valid_lft 1 preferred_lft 1", with_length);
    world_await(world, ROW_UNICAST, key, "D|PD|PPD");
    world_settle(world);
    world_expect_no_row(world, ROW_UNICAST, key);
}

static void test_ipv4_lifetimes(void **state)
{
    check_lifetimes(*state, "10.0.0.1", "10.0.0.1/24");
}

static void test_ipv6_lifetimes(void **state)
{
    check_lifetimes(*state, "2001:db8::1", "2001:db8::1/64");
}

static void test_peer_address(void **state)
{
    struct world *world = *state;
    struct iface v0 = start(world);

    world_watch(world);
    world_change(world, "addr add 10.0.0.1 peer 10.9.9.9/32 dev v0");
    world_expect(world, ROW_UNICAST, unicast_key(v0, "10.0.0.1"), "A");
    world_expect(world, ROW_UNICAST, unicast_key(v0, "10.9.9.9"), "");
    world_expect(world, ROW_ROUTE, route_key(v0, "10.9.9.9/32", NULL), "A");
    world_expect_no_row(world, ROW_UNICAST, unicast_key(v0, "10.9.9.9"));

    world_change(world, "addr add 2001:db8::1 peer 2001:db8::9 dev v0");
    world_expect(world, ROW_UNICAST, unicast_key(v0, "2001:db8::1"), "A|AP");
    world_expect(world, ROW_UNICAST, unicast_key(v0, "2001:db8::9"), "");

    world_begin(world);
    ip("addr del 10.0.0.1 peer 10.9.9.9/32 dev v0");
    ip("addr del 2001:db8::1 peer 2001:db8::9 dev v0");
    world_settle(world);
    world_expect(world, ROW_UNICAST, unicast_key(v0, "10.0.0.1"), "D");
    world_expect(world, ROW_UNICAST, unicast_key(v0, "2001:db8::1"), "D");
}

static void test_two_prefix_lengths(void **state)
{
    struct world *world = *state;
    struct iface v0 = start(world);
    struct row_key key = unicast_key(v0, "10.0.0.1");

    world_watch(world);
    world_change(world, "addr add 10.0.0.1/24 dev v0");
    world_expect(world, ROW_UNICAST, key, "A");

    /* Two on Linux are one on Windows: which of them it shows is a choice, made consistently. */
    world_change(world, "addr add 10.0.0.1/16 dev v0");
    world_expect(world, ROW_UNICAST, key, "P|");
    union any_row both = world_row(world, ROW_UNICAST, key);
    bool shown_24 = both.unicast.OnLinkPrefixLength == 24;

    world_change(world, "addr del 10.0.0.1/24 dev v0");
    world_expect(world, ROW_UNICAST, key, shown_24 ? "P" : "");
    union any_row row = world_row(world, ROW_UNICAST, key);
    assert_int_equal(row.unicast.OnLinkPrefixLength, 16);

    world_change(world, "addr del 10.0.0.1/16 dev v0");
    world_expect(world, ROW_UNICAST, key, "D");
}

static void test_same_address_on_two_links(void **state)
{
    struct world *world = *state;
    struct iface v0 = start(world);

    world_add_pair(world, "w0", "w1");
    struct iface w0 = iface_get("w0");
    world_watch(world);
    world_begin(world);
    ip("addr add 10.0.0.1/24 dev v0");
    ip("addr add 10.0.0.1/24 dev w0");
    world_settle(world);
    world_expect(world, ROW_UNICAST, unicast_key(v0, "10.0.0.1"), "A");
    world_expect(world, ROW_UNICAST, unicast_key(w0, "10.0.0.1"), "A");

    world_change(world, "addr del 10.0.0.1/24 dev v0");
    world_expect(world, ROW_UNICAST, unicast_key(v0, "10.0.0.1"), "D");
    world_expect(world, ROW_UNICAST, unicast_key(w0, "10.0.0.1"), "");
}

static void test_secondaries_go_with_the_primary(void **state)
{
    struct world *world = *state;
    struct iface v0 = start(world);

    ip("addr add 10.0.0.1/24 dev v0");
    ip("addr add 10.0.0.2/24 dev v0");
    sysctl_write("net/ipv4/conf/v0/promote_secondaries", "0");
    sysctl_write("net/ipv4/conf/all/promote_secondaries", "0");
    world_watch(world);
    world_change(world, "addr del 10.0.0.1/24 dev v0");
    world_expect(world, ROW_UNICAST, unicast_key(v0, "10.0.0.1"), "D");
    world_expect(world, ROW_UNICAST, unicast_key(v0, "10.0.0.2"), "D");

    ip("addr add 10.0.0.1/24 dev v0");
    ip("addr add 10.0.0.2/24 dev v0");
    sysctl_write("net/ipv4/conf/v0/promote_secondaries", "1");
    world_settle(world);
    world_change(world, "addr del 10.0.0.1/24 dev v0");
    world_expect(world, ROW_UNICAST, unicast_key(v0, "10.0.0.1"), "D");
    /* Deleted and added again by the kernel, or changed: what matters is that it is there. */
    world_row(world, ROW_UNICAST, unicast_key(v0, "10.0.0.2"));
}

/* The kernel takes these routes away in silence. */
static void test_routes_go_with_the_last_address(void **state)
{
    struct world *world = *state;
    struct iface v0 = start(world);

    ip("addr add 10.0.0.1/24 dev v0");
    ip("route add 10.1.0.0/16 via 10.0.0.2");
    ip("route add 10.2.0.0/16 dev v0");
    world_watch(world);
    world_change(world, "addr del 10.0.0.1/24 dev v0");
    world_expect(world, ROW_ROUTE, route_key(v0, "10.1.0.0/16", "10.0.0.2"), "D");
    world_expect(world, ROW_ROUTE, route_key(v0, "10.2.0.0/16", NULL), "D");
    world_expect_no_row(world, ROW_ROUTE, route_key(v0, "10.1.0.0/16", "10.0.0.2"));
}

static void test_routes_go_with_their_source(void **state)
{
    struct world *world = *state;
    struct iface v0 = start(world);

    ip("addr add 10.0.0.1/24 dev v0");
    ip("addr add 10.0.1.1/24 dev v0");
    ip("route add 10.1.0.0/16 via 10.0.0.2 src 10.0.1.1");
    world_watch(world);
    world_change(world, "addr del 10.0.1.1/24 dev v0");
    world_expect(world, ROW_ROUTE, route_key(v0, "10.1.0.0/16", "10.0.0.2"), "D");
}

#define BURST 500

static void test_ipv4_link_local(void **state)
{
    struct world *world = *state;

    world_add_pair(world, "v0", "v1");
    struct iface v0 = iface_get("v0");
    world_watch(world);
    world_change(world, "addr add 169.254.7.7/16 dev v0 scope link");
    world_expect(world, ROW_UNICAST, unicast_key(v0, "169.254.7.7"), "A");
    union any_row row = world_row(world, ROW_UNICAST, unicast_key(v0, "169.254.7.7"));
    assert_int_equal(row.unicast.PrefixOrigin, IpPrefixOriginWellKnown);
    assert_int_equal(row.unicast.SuffixOrigin, IpSuffixOriginLinkLayerAddress);

    world_change(world, "addr add 169.254.169.254/32 dev v0");
    row = world_row(world, ROW_UNICAST, unicast_key(v0, "169.254.169.254"));
    assert_int_equal(row.unicast.PrefixOrigin, IpPrefixOriginWellKnown);
    assert_int_equal(row.unicast.SuffixOrigin, IpSuffixOriginManual);
}

/* Groups that are joined by means of an address are nobody's unicast addresses. */
static void test_groups(void **state)
{
    static const char *const groups[] = {"224.1.1.1/32", "239.1.1.1/32", "ff05::4711/128"};
    struct world *world = *state;

    world_add_pair(world, "v0", "v1");
    world_watch(world);
    for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
        world_change(world, "addr add %s dev v0 autojoin", groups[i]);
        world_expect_quiet(world, ROW_UNICAST);

        MIB_UNICASTIPADDRESS_TABLE *table = NULL;
        HANDLE handle = NULL;
        assert_int_equal(NotifyStableUnicastIpAddressTable(
                             AF_UNSPEC, &table,
                             (PSTABLE_UNICAST_IPADDRESS_TABLE_CALLBACK)(void *)test_groups, NULL,
                             &handle),
                         NO_ERROR);
        for (ULONG j = 0; j < table->NumEntries; j++) {
            const SOCKADDR_INET *address = &table->Table[j].Address;
            const uint8_t *bytes = address->si_family == AF_INET
                                       ? (const uint8_t *)&address->Ipv4.sin_addr
                                       : (const uint8_t *)&address->Ipv6.sin6_addr;
            assert_true(address->si_family == AF_INET ? bytes[0] < 224 : bytes[0] != 0xff);
        }
        FreeMibTable(table);
        world_change(world, "addr del %s dev v0", groups[i]);
        world_expect_quiet(world, ROW_UNICAST);
    }
}

static void test_burst(void **state)
{
    struct world *world = *state;
    struct iface v0 = start(world);
    static char lines[2 * BURST * 64];
    size_t length = 0;

    world_watch(world);
    for (int i = 0; i < BURST; i++) {
        length += (size_t)snprintf(lines + length, sizeof(lines) - length,
                                   "addr add 10.%d.%d.1/32 dev v0\n"
                                   "addr add 2001:db8:%x::1/128 dev v0 nodad\n",
                                   1 + i / 250, i % 250, i);
    }
    world_begin(world);
    ip_batch(lines);
    world_settle(world);
    for (int i = 0; i < BURST; i += 7) {
        char address[32];
        (void)snprintf(address, sizeof(address), "10.%d.%d.1", 1 + i / 250, i % 250);
        world_expect(world, ROW_UNICAST, unicast_key(v0, address), "A");
        (void)snprintf(address, sizeof(address), "2001:db8:%x::1", i);
        world_expect(world, ROW_UNICAST, unicast_key(v0, address), "A");
    }

    world_change(world, "addr flush dev v0");
    world_expect(world, ROW_UNICAST, unicast_key(v0, "10.1.0.1"), "D");
    world_expect(world, ROW_UNICAST, unicast_key(v0, "2001:db8::1"), "D");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_ipv4_added_and_deleted),
        world_test(test_ipv6_added_and_deleted),
        world_test(test_ipv4_lifetimes),
        world_test(test_ipv6_lifetimes),
        world_test(test_peer_address),
        world_test(test_two_prefix_lengths),
        world_test(test_same_address_on_two_links),
        world_test(test_secondaries_go_with_the_primary),
        world_test(test_routes_go_with_the_last_address),
        world_test(test_routes_go_with_their_source),
        world_test(test_ipv4_link_local),
        world_test(test_groups),
        world_test(test_burst),
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
