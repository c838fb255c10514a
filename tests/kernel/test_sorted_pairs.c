/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Destinations sorted by RFC 6724, each rule by two that it alone tells apart; sources and labels
 * are the kernel's.
 */
#include "world.h"

#include <arpa/inet.h>
#include <string.h>

static SOCKADDR_IN6 destination_of(const char *text, const char *zone)
{
    SOCKADDR_IN6 address;

    memset(&address, 0, sizeof(address));
    address.sin6_family = AF_INET6;
    address.sin6_port = 0x1234;
    if (inet_pton(AF_INET6, text, &address.sin6_addr) != 1)
        fail_test("%s is no address", text);
    if (zone)
        address.sin6_scope_id = netns_ifindex(zone);
    return address;
}

static const char *text_of(const SOCKADDR_IN6 *address, char text[INET6_ADDRSTRLEN])
{
    assert_int_equal(address->sin6_family, AF_INET6);
    return inet_ntop(AF_INET6, &address->sin6_addr, text, INET6_ADDRSTRLEN);
}

/* Two destinations, in the order in which they are to come out, with their sources. */
struct expected {
    const char *first;
    const char *first_source;
    const char *second;
    const char *second_source;
    bool as_given; /* the rules do not tell them apart: the order stays */
};

static void expect_order(const struct expected *expected, bool swapped)
{
    SOCKADDR_IN6 given[] = {destination_of(swapped ? expected->second : expected->first, NULL),
                            destination_of(swapped ? expected->first : expected->second, NULL)};
    SOCKADDR_IN6_PAIR *pairs = NULL;
    char text[INET6_ADDRSTRLEN];
    bool turned = swapped && expected->as_given;
    ULONG count = 0;

    assert_int_equal(CreateSortedAddressPairs(NULL, 0, given, 2, 0, &pairs, &count), NO_ERROR);
    assert_int_equal(count, 2);
    assert_string_equal(text_of(pairs[turned].DestinationAddress, text), expected->first);
    assert_string_equal(text_of(pairs[turned].SourceAddress, text), expected->first_source);
    assert_string_equal(text_of(pairs[!turned].DestinationAddress, text), expected->second);
    assert_string_equal(text_of(pairs[!turned].SourceAddress, text), expected->second_source);
    assert_int_equal(pairs[0].DestinationAddress->sin6_port, 0x1234);
    FreeMibTable(pairs);
}

static void expect_all(const struct expected *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        expect_order(&rows[i], false);
        expect_order(&rows[i], true);
    }
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
             "addr add 10.2.0.1/16 dev v2\n"
             "addr add 2001:db8:1::1/64 dev v0\n"
             "addr add 2001:db8:2::1/64 dev v2 preferred_lft 0\n"
             "addr add fd00:1::1/64 dev v0\n"
             "route add default via 10.0.0.2\n"
             "route add default via 2001:db8:1::2\n"
             "route add unreachable 2001:db8:8::/48\n"
             "route add unreachable 203.0.113.0/24\n");
    world_await_addresses();
    /* Its source is another interface's, and deprecated. */
    ip("route add 2001:db8:7::/48 via 2001:db8:1::2 src 2001:db8:2::1");
}

static void test_rules(void **state)
{
    static const struct expected rows[] = {
        /* 1: there is a way to one only. */
        {"2002::1", "2001:db8:1::1", "2001:db8:8::1", "::", false},
        {"::ffff:8.8.8.8", "::ffff:10.0.0.1", "2001:db8:8::1", "::", false},
        {"2001:db8:9::1", "2001:db8:1::1", "::ffff:203.0.113.1", "::", false},
        /* 2: scopes of source and destination: there is no link-local IPv4 address. */
        {"::ffff:8.8.8.8", "::ffff:10.0.0.1", "::ffff:169.254.1.1", "::ffff:10.0.0.1", false},
        /* 3: the source that the route has is deprecated. */
        {"2a00::1", "2001:db8:1::1", "2001:db8:7::1", "2001:db8:2::1", false},
        /* 5: labels; by precedence 6to4 would lose against all but a few. */
        {"::ffff:8.8.8.8", "::ffff:10.0.0.1", "2002:808:808::1", "2001:db8:1::1", false},
        {"fd00:1::9", "fd00:1::1", "2002:808:808::1", "2001:db8:1::1", false},
        /* 6: precedence. */
        {"2001:db8:9::1", "2001:db8:1::1", "::ffff:8.8.8.8", "::ffff:10.0.0.1", false},
        {"::1", "::1", "2001:db8:1::9", "2001:db8:1::1", false},
        {"2001:db8:9::1", "2001:db8:1::1", "fd00:1::9", "fd00:1::1", false},
        /* 9: the longer prefix in common with the source, of no more than the source's own. */
        {"2001:db8:1::9", "2001:db8:1::1", "2001:db8:9::1", "2001:db8:1::1", false},
        {"2001:db8:9::1", "2001:db8:1::1", "2a00::1", "2001:db8:1::1", false},
        {"::ffff:10.0.0.77", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::ffff:10.0.0.1", false},
        {"::ffff:10.0.0.3", "::ffff:10.0.0.1", "::ffff:10.0.0.77", "::ffff:10.0.0.1", true},
        {"2001:db8:1::3", "2001:db8:1::1", "2001:db8:1::ffff", "2001:db8:1::1", true},
        /* 10: the order stays. */
        {"2001:db8:8::1", "::", "2001:db8:8::2", "::", true},
    };

    (void)state;
    make_network();
    expect_all(rows, ARRAY_SIZE(rows));
}

/* The scope of a link-local destination is its zone. */
static void test_zones(void **state)
{
    SOCKADDR_IN6_PAIR *pairs = NULL;
    ULONG count;

    (void)state;
    make_network();
    SOCKADDR_IN6 given[] = {destination_of("2001:db8:9::1", NULL), destination_of("fe80::9", "v2")};
    /* 8: the smaller scope. */
    assert_int_equal(CreateSortedAddressPairs(NULL, 0, given, 2, 0, &pairs, &count), NO_ERROR);
    assert_int_equal(pairs[0].DestinationAddress->sin6_scope_id, netns_ifindex("v2"));
    assert_int_equal(pairs[0].SourceAddress->sin6_scope_id, netns_ifindex("v2"));
    assert_int_equal(pairs[0].SourceAddress->sin6_addr.s6_addr[0], 0xfe);
    assert_int_equal(pairs[1].SourceAddress->sin6_scope_id, 0);
    FreeMibTable(pairs);
}

/* What `ip addrlabel` changes is what counts. */
static void test_labels(void **state)
{
    static const struct expected before[] = {
        {"2001:db8:1::9", "2001:db8:1::1", "2001:db8:9::1", "2001:db8:1::1", false}};
    static const struct expected after[] = {
        {"2001:db8:9::1", "2001:db8:1::1", "2001:db8:1::9", "2001:db8:1::1", false}};

    (void)state;
    make_network();
    expect_all(before, 1);
    ip("addrlabel add prefix 2001:db8:1::9/128 label 77");
    expect_all(after, 1);
    ip("addrlabel del prefix 2001:db8:1::9/128 label 77");
    /* For the addresses of one link. */
    ip("addrlabel add prefix 2001:db8:1::9/128 dev v2 label 77");
    expect_all(before, 1);
    ip("addrlabel add prefix 2001:db8:1::9/128 dev v0 label 77");
    expect_all(after, 1);
}

/* As many as there may be, and none. */
static void test_many(void **state)
{
    static SOCKADDR_IN6 given[500];
    SOCKADDR_IN6_PAIR *pairs = NULL;
    ULONG count;

    (void)state;
    make_network();
    for (size_t i = 0; i < ARRAY_SIZE(given); i++) {
        given[i] = destination_of(i % 2 ? "2001:db8:9::" : "::ffff:8.8.0.0", NULL);
        given[i].sin6_addr.s6_addr[14] = (UCHAR)(i >> 8);
        given[i].sin6_addr.s6_addr[15] = (UCHAR)i;
    }
    assert_int_equal(CreateSortedAddressPairs(NULL, 0, given, 500, 0, &pairs, &count), NO_ERROR);
    assert_int_equal(count, 500);
    for (size_t i = 0; i < 500; i++) {
        size_t from = i < 250 ? 2 * i + 1 : 2 * (i - 250);
        assert_memory_equal(pairs[i].DestinationAddress, &given[from], sizeof(given[0]));
    }
    FreeMibTable(pairs);
    assert_int_equal(CreateSortedAddressPairs(NULL, 0, given, 0, 0, &pairs, &count), NO_ERROR);
    assert_int_equal(count, 0);
    FreeMibTable(pairs);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_rules),
        world_test(test_zones),
        world_test(test_labels),
        world_test(test_many),
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
