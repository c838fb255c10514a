/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The way to an address, as the kernel decides it: by the longest prefix, by rules, among several
 * nexthops, over a given interface, from a given source. Each case is a row.
 */
#include "world.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct expected {
    const char *to;
    const char *over;   /* the interface asked for, or NULL */
    const char *from;   /* the source asked for, or NULL */
    DWORD error;        /* then the rest is not looked at */
    const char *prefix; /* of the route; NULL: not looked at */
    const char *next_hop;
    const char *link;
    const char *source;
    int metric;     /* -1: not looked at */
    bool not_a_row; /* of a table that GetIpForwardTable2() does not show */
};

static const char *text_of(const SOCKADDR_INET *address, char text[INET6_ADDRSTRLEN])
{
    if (address->si_family == AF_INET)
        return inet_ntop(AF_INET, &address->Ipv4.sin_addr, text, INET6_ADDRSTRLEN);
    return inet_ntop(AF_INET6, &address->Ipv6.sin6_addr, text, INET6_ADDRSTRLEN);
}

static DWORD ask(const struct expected *expected, MIB_IPFORWARD_ROW2 *route, SOCKADDR_INET *source)
{
    SOCKADDR_INET to = inet_address(expected->to);
    SOCKADDR_INET from;

    memset(route, 0x5a, sizeof(*route));
    memset(source, 0x5a, sizeof(*source));
    if (expected->from)
        from = inet_address(expected->from);
    return GetBestRoute2(NULL, expected->over ? netns_ifindex(expected->over) : 0,
                         expected->from ? &from : NULL, &to, 0, route, source);
}

static void check_row(const struct expected *expected, const MIB_IPFORWARD_ROW2 *route)
{
    MIB_IPFORWARD_ROW2 row;

    memset(&row, 0, sizeof(row));
    row.DestinationPrefix = route->DestinationPrefix;
    row.NextHop = route->NextHop;
    row.InterfaceLuid = route->InterfaceLuid;
    DWORD error = GetIpForwardEntry2(&row);
    if (expected->not_a_row)
        return;
    if (error != NO_ERROR)
        fail_test("to %s: the route is no row: error %u", expected->to, error);
    row.ValidLifetime = route->ValidLifetime; /* it may count down */
    row.PreferredLifetime = route->PreferredLifetime;
    assert_memory_equal(&row, route, sizeof(row));
}

static void expect(const struct expected *expected)
{
    MIB_IPFORWARD_ROW2 route;
    SOCKADDR_INET source;
    char text[INET6_ADDRSTRLEN];
    char prefix[INET6_ADDRSTRLEN + 4];
    DWORD error = ask(expected, &route, &source);

    if (error != expected->error)
        fail_test("to %s: error %u, not %u", expected->to, error, expected->error);
    if (error != NO_ERROR)
        return;
    if (expected->prefix) {
        (void)snprintf(prefix, sizeof(prefix), "%s/%u",
                       text_of(&route.DestinationPrefix.Prefix, text),
                       route.DestinationPrefix.PrefixLength);
        assert_string_equal(prefix, expected->prefix);
    }
    if (expected->next_hop)
        assert_string_equal(text_of(&route.NextHop, text), expected->next_hop);
    assert_int_equal(route.InterfaceIndex, netns_ifindex(expected->link));
    if (expected->source)
        assert_string_equal(text_of(&source, text), expected->source);
    if (expected->metric >= 0)
        assert_int_equal(route.Metric, expected->metric);
    check_row(expected, &route);
}

static void expect_all(const struct expected *expected, size_t count)
{
    for (size_t i = 0; i < count; i++)
        expect(&expected[i]);
}

static void make_network(void)
{
    world_without_dad();
    ip_batch("link set lo up\n"
             "link add v0 type veth peer name v1\n"
             "link add v2 type veth peer name v3\n"
             "link set v0 up\n"
             "link set v1 up\n"
             "link set v2 up\n"
             "link set v3 up\n"
             "addr add 10.0.0.1/24 dev v0\n"
             "addr add 10.0.0.9/24 dev v0\n"
             "addr add 10.2.0.1/24 dev v2\n"
             "addr add 2001:db8:1::1/64 dev v0\n"
             "route add default via 10.0.0.2 metric 5\n"
             "route add default via 10.2.0.2 metric 50\n"
             "route add 198.51.100.0/24 via 10.0.0.3 metric 7\n"
             "route add 198.51.100.128/25 via 10.2.0.3 src 10.2.0.1\n"
             "route add unreachable 203.0.113.0/25\n"
             "route add blackhole 203.0.113.128/26\n"
             "route add prohibit 203.0.113.192/26\n"
             "route add 100.64.0.0/10 nexthop via 10.0.0.4 dev v0 nexthop via 10.2.0.4 dev v2\n"
             "route add 192.0.2.0/24 via inet6 fe80::7 dev v0\n"
             "route add default via 2001:db8:1::2 metric 9\n"
             "route add 2001:db8:7::/48 via 2001:db8:1::7\n"
             "route add unreachable 2001:db8:8::/48\n");
    world_await_addresses();
}

static void test_decisions(void **state)
{
    static const struct expected rows[] = {
        {"8.8.8.8", NULL, NULL, 0, "0.0.0.0/0", "10.0.0.2", "v0", "10.0.0.1", 5, false},
        {"0.0.0.0", NULL, NULL, 0, "0.0.0.0/0", "10.0.0.2", "v0", "10.0.0.1", 5, false},
        {"10.0.0.77", NULL, NULL, 0, "10.0.0.0/24", "0.0.0.0", "v0", "10.0.0.1", 0, false},
        {"10.0.0.1", NULL, NULL, 0, "10.0.0.1/32", "0.0.0.0", "v0", "10.0.0.1", 0, false},
        {"127.0.0.1", NULL, NULL, 0, NULL, "0.0.0.0", "lo", "127.0.0.1", 0, false},
        {"198.51.100.5", NULL, NULL, 0, "198.51.100.0/24", "10.0.0.3", "v0", "10.0.0.1", 7, false},
        {"198.51.100.200", NULL, NULL, 0, "198.51.100.128/25", "10.2.0.3", "v2", "10.2.0.1", 0,
         false},
        {"192.0.2.1", NULL, NULL, 0, "192.0.2.0/24", "fe80::7", "v0", "10.0.0.1", 0, false},
        {"8.8.8.8", "v2", NULL, 0, "0.0.0.0/0", "10.2.0.2", "v2", "10.2.0.1", 50, false},
        {"8.8.8.8", NULL, "10.0.0.9", 0, "0.0.0.0/0", "10.0.0.2", "v0", "10.0.0.9", 5, false},
        {"224.0.0.5", NULL, NULL, 0, NULL, NULL, "v0", "10.0.0.1", -1, false},
        {"::", NULL, NULL, 0, "::/0", "2001:db8:1::2", "v0", "2001:db8:1::1", 9, false},
        {"2001:db8:7::5", NULL, NULL, 0, "2001:db8:7::/48", "2001:db8:1::7", "v0", "2001:db8:1::1",
         -1, false},
        {"2001:db8:1::1", NULL, NULL, 0, "2001:db8:1::1/128", "::", "v0", "2001:db8:1::1", 0,
         false},
        {"fe80::1", "v1", NULL, 0, "fe80::/64", "::", "v1", NULL, -1, false},
        {"203.0.113.5", NULL, NULL, ERROR_NETWORK_UNREACHABLE, NULL, NULL, NULL, NULL, 0, false},
        {"203.0.113.130", NULL, NULL, ERROR_NETWORK_UNREACHABLE, NULL, NULL, NULL, NULL, 0, false},
        {"203.0.113.200", NULL, NULL, ERROR_NETWORK_UNREACHABLE, NULL, NULL, NULL, NULL, 0, false},
        {"2001:db8:8::5", NULL, NULL, ERROR_NETWORK_UNREACHABLE, NULL, NULL, NULL, NULL, 0, false},
        /* Without a route there is no way, though the kernel would send a packet over the link. */
        {"8.8.8.8", "v1", NULL, ERROR_NETWORK_UNREACHABLE, NULL, NULL, NULL, NULL, 0, false},
    };

    (void)state;
    make_network();
    expect_all(rows, ARRAY_SIZE(rows));
}

/* One of the nexthops, and the same as a packet takes. */
static void test_multipath(void **state)
{
    bool seen[2] = {false, false};

    (void)state;
    make_network();
    for (unsigned i = 1; i < 64; i++) {
        char to[INET_ADDRSTRLEN];
        char text[INET6_ADDRSTRLEN];
        MIB_IPFORWARD_ROW2 route;
        SOCKADDR_INET source;

        (void)snprintf(to, sizeof(to), "100.64.%u.1", i);
        struct expected expected = {.to = to};
        assert_int_equal(ask(&expected, &route, &source), NO_ERROR);
        assert_int_equal(route.DestinationPrefix.PrefixLength, 10);
        bool second = route.InterfaceIndex == netns_ifindex("v2");
        assert_string_equal(text_of(&route.NextHop, text), second ? "10.2.0.4" : "10.0.0.4");
        assert_string_equal(text_of(&source, text), second ? "10.2.0.1" : "10.0.0.1");
        check_row(&expected, &route);
        seen[second] = true;
    }
    assert_true(seen[0] && seen[1]);
}

/* What a rule leads to counts, whether it is in a table that rows show or not. */
static void test_rules(void **state)
{
    static const struct expected rows[] = {
        {"172.16.0.1", NULL, NULL, 0, "0.0.0.0/0", "10.2.0.9", "v2", "10.2.0.1", 3, true},
        {"8.8.8.8", NULL, "10.0.0.9", 0, "0.0.0.0/0", "10.2.0.8", "v2", "10.0.0.9", 0, true},
        {"8.8.8.8", NULL, NULL, 0, "0.0.0.0/0", "10.0.0.2", "v0", "10.0.0.1", 5, false},
    };

    (void)state;
    make_network();
    ip("route add default via 10.2.0.9 metric 3 table 77");
    ip("route add default via 10.2.0.8 table 78");
    ip("rule add to 172.16.0.0/12 lookup 77");
    ip("rule add from 10.0.0.9 lookup 78");
    expect_all(rows, ARRAY_SIZE(rows));
}

/* A VPN's two halves win over the default route, and the way follows. */
static void test_moves(void **state)
{
    static const struct expected before[] = {
        {"0.0.0.0", NULL, NULL, 0, "0.0.0.0/0", "10.0.0.2", "v0", NULL, 5, false},
        {"203.0.114.1", NULL, NULL, 0, "0.0.0.0/0", "10.0.0.2", "v0", NULL, 5, false},
    };
    static const struct expected after[] = {
        {"0.0.0.0", NULL, NULL, 0, "0.0.0.0/1", "10.2.0.5", "v2", NULL, 0, false},
        {"203.0.114.1", NULL, NULL, 0, "128.0.0.0/1", "10.2.0.5", "v2", NULL, 0, false},
    };

    (void)state;
    make_network();
    expect_all(before, ARRAY_SIZE(before));
    ip("route add 0.0.0.0/1 via 10.2.0.5");
    ip("route add 128.0.0.0/1 via 10.2.0.5");
    expect_all(after, ARRAY_SIZE(after));
    ip("route del 0.0.0.0/1 via 10.2.0.5");
    ip("route del 128.0.0.0/1 via 10.2.0.5");
    expect_all(before, ARRAY_SIZE(before));
}

static void test_interfaces(void **state)
{
    struct in_addr address;
    DWORD index = 0;
    SOCKADDR_INET to;

    (void)state;
    make_network();
    assert_int_equal(inet_pton(AF_INET, "198.51.100.200", &address), 1);
    assert_int_equal(GetBestInterface(address.s_addr, &index), NO_ERROR);
    assert_int_equal(index, netns_ifindex("v2"));
    assert_int_equal(GetBestInterface(0, &index), NO_ERROR);
    assert_int_equal(index, netns_ifindex("v0"));
    assert_int_equal(inet_pton(AF_INET, "203.0.113.5", &address), 1);
    assert_int_equal(GetBestInterface(address.s_addr, &index), ERROR_NETWORK_UNREACHABLE);

    to = inet_address("2001:db8:7::1");
    assert_int_equal(GetBestInterfaceEx((struct sockaddr *)&to, &index), NO_ERROR);
    assert_int_equal(index, netns_ifindex("v0"));
    /* A link-local address is on the link that it names. */
    to = inet_address("fe80::99");
    to.Ipv6.sin6_scope_id = netns_ifindex("v1");
    assert_int_equal(GetBestInterfaceEx((struct sockaddr *)&to, &index), NO_ERROR);
    assert_int_equal(index, netns_ifindex("v1"));
    to.Ipv6.sin6_scope_id = 0x7ffffff0;
    assert_int_equal(GetBestInterfaceEx((struct sockaddr *)&to, &index), ERROR_FILE_NOT_FOUND);
    to = inet_address("2001:db8:8::1");
    assert_int_equal(GetBestInterfaceEx((struct sockaddr *)&to, &index), ERROR_NETWORK_UNREACHABLE);
}

/* The older form has the same rows and the same route. */
static void test_older_form(void **state)
{
    MIB_IPFORWARD_TABLE2 *newer;
    ULONG size = 0;
    DWORD to;

    (void)state;
    make_network();
    assert_int_equal(GetIpForwardTable2(AF_INET, &newer), NO_ERROR);
    assert_int_equal(GetIpForwardTable(NULL, &size, TRUE), ERROR_INSUFFICIENT_BUFFER);
    assert_int_equal(size, offsetof(MIB_IPFORWARDTABLE, table) +
                               newer->NumEntries * sizeof(MIB_IPFORWARDROW));
    MIB_IPFORWARDTABLE *older = malloc(size);
    ULONG less = size - 1;
    assert_non_null(older);
    assert_int_equal(GetIpForwardTable(older, &less, TRUE), ERROR_INSUFFICIENT_BUFFER);
    assert_int_equal(less, size);
    assert_int_equal(GetIpForwardTable(older, &size, TRUE), NO_ERROR);
    assert_int_equal(older->dwNumEntries, newer->NumEntries);
    for (ULONG i = 0; i < newer->NumEntries; i++) {
        const MIB_IPFORWARD_ROW2 *row = &newer->Table[i];
        bool is_there = false;

        for (ULONG j = 0; j < older->dwNumEntries && !is_there; j++) {
            const MIB_IPFORWARDROW *other = &older->table[j];
            bool ipv6 = row->NextHop.si_family == AF_INET6;
            ULONG mask = 0;

            assert_int_equal(ConvertLengthToIpv4Mask(row->DestinationPrefix.PrefixLength, &mask),
                             NO_ERROR);
            is_there = other->dwForwardDest == row->DestinationPrefix.Prefix.Ipv4.sin_addr.s_addr &&
                       other->dwForwardMask == mask &&
                       other->dwForwardIfIndex == row->InterfaceIndex &&
                       other->dwForwardNextHop == (ipv6 ? 0 : row->NextHop.Ipv4.sin_addr.s_addr) &&
                       other->dwForwardMetric1 == row->Metric &&
                       other->dwForwardProto == (DWORD)row->Protocol &&
                       (other->dwForwardType == MIB_IPROUTE_TYPE_DIRECT) ==
                           (!ipv6 && row->NextHop.Ipv4.sin_addr.s_addr == 0);
        }
        if (!is_there)
            fail_test("row %u is not in the older table", i);
    }
    free(older);
    FreeMibTable(newer);

    MIB_IPFORWARDROW best;
    assert_int_equal(inet_pton(AF_INET, "198.51.100.5", &to), 1);
    assert_int_equal(GetBestRoute(to, 0, &best), NO_ERROR);
    assert_int_equal(best.dwForwardMask, inet_addr("255.255.255.0"));
    assert_int_equal(best.dwForwardNextHop, inet_addr("10.0.0.3"));
    assert_int_equal(best.dwForwardIfIndex, netns_ifindex("v0"));
    assert_int_equal(best.dwForwardMetric1, 7);
    assert_int_equal(inet_pton(AF_INET, "203.0.113.5", &to), 1);
    assert_int_equal(GetBestRoute(to, 0, &best), ERROR_NETWORK_UNREACHABLE);
}

/* Nothing is up. */
static void test_no_way(void **state)
{
    static const struct expected rows[] = {
        {"8.8.8.8", NULL, NULL, ERROR_NETWORK_UNREACHABLE, NULL, NULL, NULL, NULL, 0, false},
        {"0.0.0.0", NULL, NULL, ERROR_NETWORK_UNREACHABLE, NULL, NULL, NULL, NULL, 0, false},
        {"2001:db8::1", NULL, NULL, ERROR_NETWORK_UNREACHABLE, NULL, NULL, NULL, NULL, 0, false},
        {"::", NULL, NULL, ERROR_NETWORK_UNREACHABLE, NULL, NULL, NULL, NULL, 0, false},
    };

    (void)state;
    expect_all(rows, ARRAY_SIZE(rows));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_decisions),  world_test(test_multipath),  world_test(test_rules),
        world_test(test_moves),      world_test(test_interfaces), world_test(test_no_way),
        world_test(test_older_form),
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
