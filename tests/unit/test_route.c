/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* backend/netlink/object/route: route messages, their nexthops, records and rows. */
#include "invariants.h"
#include "messages.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIXED = sizeof(struct rtmsg),
    FAMILY_OFFSET = NLMSG_HDRLEN + offsetof(struct rtmsg, rtm_family),
    LENGTH_OFFSET = NLMSG_HDRLEN + offsetof(struct rtmsg, rtm_dst_len),
    TYPE_OFFSET = NLMSG_HDRLEN + offsetof(struct rtmsg, rtm_type),
    FLAGS_OFFSET = NLMSG_HDRLEN + offsetof(struct rtmsg, rtm_flags),
    NOW = 1000000,
};

static struct route_nexthops nexthops;

static int teardown(void **state)
{
    (void)state;
    route_nexthops_clear(&nexthops);
    return 0;
}

static int parse(struct nlmsghdr *message, struct route_message *ret)
{
    int r = route_parse(message, ret, &nexthops);

    free(message);
    return r;
}

static int parse_with(const struct nlmsghdr *message, uint16_t type, const void *data,
                      size_t length)
{
    struct route_message route;

    return parse(message_with(message, FIXED, type, data, length), &route);
}

static bool is_address(const struct mib_addr *address, const char *text)
{
    struct mib_addr other = {0};

    assert_int_equal(inet_pton(strchr(text, ':') ? AF_INET6 : AF_INET, text, other.bytes), 1);
    return memcmp(address, &other, sizeof(other)) == 0;
}

/* What recorded routes with one nexthop are, as rows. */
static void recorded_routes(void **state)
{
    (void)state;
    static const struct {
        const char *name, *prefix, *next_hop;
        uint8_t prefix_length;
        uint32_t ifindex, metric;
        uint8_t type, protocol, origin;
        bool loopback;
    } cases[] = {
        {"ipv4-on-link", "198.51.100.0", "0.0.0.0", 24, 3, 0, RTN_UNICAST,
         MIB_ROUTE_PROTOCOL_NETMGMT, MIB_ROUTE_ORIGIN_MANUAL, false},
        {"ipv4-gateway", "203.0.113.0", "192.0.2.2", 24, 3, 100, RTN_UNICAST,
         MIB_ROUTE_PROTOCOL_NETMGMT, MIB_ROUTE_ORIGIN_MANUAL, false},
        {"ipv4-second-metric", "203.0.113.0", "192.0.2.3", 24, 3, 200, RTN_UNICAST,
         MIB_ROUTE_PROTOCOL_NETMGMT, MIB_ROUTE_ORIGIN_MANUAL, false},
        {"ipv4-gone", "203.0.113.0", "192.0.2.3", 24, 3, 200, RTN_UNICAST,
         MIB_ROUTE_PROTOCOL_NETMGMT, MIB_ROUTE_ORIGIN_MANUAL, false},
        {"ipv4-replaced", "203.0.113.0", "192.0.2.4", 24, 3, 100, RTN_UNICAST,
         MIB_ROUTE_PROTOCOL_NETMGMT, MIB_ROUTE_ORIGIN_MANUAL, false},
        {"ipv4-metrics", "203.0.113.9", "192.0.2.2", 32, 3, 0, RTN_UNICAST,
         MIB_ROUTE_PROTOCOL_NETMGMT, MIB_ROUTE_ORIGIN_DHCP, false},
        {"ipv4-default", "0.0.0.0", "192.0.2.2", 0, 3, 0, RTN_UNICAST, MIB_ROUTE_PROTOCOL_NETMGMT,
         MIB_ROUTE_ORIGIN_MANUAL, false},
        {"ipv4-via-ipv6", "10.2.0.0", "2001:db8::2", 16, 3, 0, RTN_UNICAST,
         MIB_ROUTE_PROTOCOL_NETMGMT, MIB_ROUTE_ORIGIN_MANUAL, false},
        {"ipv4-blackhole", "10.4.0.0", "0.0.0.0", 16, 1, 0, RTN_BLACKHOLE,
         MIB_ROUTE_PROTOCOL_NETMGMT, MIB_ROUTE_ORIGIN_MANUAL, true},
        {"ipv4-local", "10.7.0.1", "0.0.0.0", 32, 3, 0, RTN_LOCAL, MIB_ROUTE_PROTOCOL_NETMGMT,
         MIB_ROUTE_ORIGIN_MANUAL, true},
        {"ipv4-nexthop-compat", "10.11.0.0", "192.0.2.2", 16, 3, 0, RTN_UNICAST,
         MIB_ROUTE_PROTOCOL_NETMGMT, MIB_ROUTE_ORIGIN_MANUAL, false},
        {"ipv4-nexthop-blackhole-compat", "10.13.0.0", "0.0.0.0", 16, 1, 0, RTN_BLACKHOLE,
         MIB_ROUTE_PROTOCOL_NETMGMT, MIB_ROUTE_ORIGIN_MANUAL, true},
        {"ipv6-on-link", "2001:db8:2::", "::", 48, 3, 1024, RTN_UNICAST, MIB_ROUTE_PROTOCOL_NETMGMT,
         MIB_ROUTE_ORIGIN_MANUAL, false},
        {"ipv6-gateway", "2001:db8:3::", "2001:db8::2", 48, 3, 77, RTN_UNICAST,
         MIB_ROUTE_PROTOCOL_NETMGMT, MIB_ROUTE_ORIGIN_ROUTER_ADVERTISEMENT, false},
        {"ipv6-expires", "2001:db8:4::", "2001:db8::2", 48, 3, 1024, RTN_UNICAST,
         MIB_ROUTE_PROTOCOL_NETMGMT, MIB_ROUTE_ORIGIN_MANUAL, false},
        {"ipv6-unreachable", "2001:db8:6::", "::", 48, 1, 1024, RTN_UNREACHABLE,
         MIB_ROUTE_PROTOCOL_NETMGMT, MIB_ROUTE_ORIGIN_MANUAL, true},
        {"ipv6-default", "::", "fe80::99", 0, 3, 1024, RTN_UNICAST, MIB_ROUTE_PROTOCOL_NETMGMT,
         MIB_ROUTE_ORIGIN_MANUAL, false},
        {"ipv6-one-leg-gone", "2001:db8:5::", "2001:db8:1::2", 48, 2, 1024, RTN_UNICAST,
         MIB_ROUTE_PROTOCOL_NETMGMT, MIB_ROUTE_ORIGIN_MANUAL, false},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct route_message route;
        struct route_record_wide record;
        struct mib_route row;
        char path[64];

        (void)snprintf(path, sizeof(path), "route/%s", cases[i].name);
        assert_int_equal(parse(message_load(path), &route), 0);
        assert_int_equal(nexthops.count, 1);
        assert_false(route_nexthop_not_shown(&route, &nexthops.items[0]));
        route_record_make(&route, &nexthops.items[0], false, 6, NOW, &record);
        route_record_row(&record, NOW, &row);
        assert_null(route_row_violation(&row));
        bool finite = strcmp(cases[i].name, "ipv6-expires") == 0;
        if (!is_address(&row.prefix, cases[i].prefix) ||
            !is_address(&row.next_hop, cases[i].next_hop) ||
            row.family != (strchr(cases[i].prefix, ':') ? 6 : 4) ||
            row.next_hop_family != (strchr(cases[i].next_hop, ':') ? 6 : 4) ||
            row.prefix_length != cases[i].prefix_length || row.ifindex != cases[i].ifindex ||
            row.metric != cases[i].metric || row.iftype != 6 || route.type != cases[i].type ||
            row.protocol != cases[i].protocol || row.origin != cases[i].origin ||
            row.loopback != cases[i].loopback ||
            row.valid_lifetime != (finite ? 600 : MIB_LIFETIME_INFINITE))
            fail_msg("%s: not what was recorded", path);
    }
}

static void recorded_multipath(void **state)
{
    (void)state;
    struct route_message route;

    assert_int_equal(parse(message_load("route/ipv4-multipath"), &route), 0);
    assert_int_equal(nexthops.count, 2);
    assert_int_equal(nexthops.items[0].ifindex, 3);
    assert_int_equal(nexthops.items[0].weight, 2);
    assert_true(is_address(&nexthops.items[0].gateway, "192.0.2.2"));
    assert_int_equal(nexthops.items[1].ifindex, 2);
    assert_int_equal(nexthops.items[1].gateway_family, MIB_FAMILY_UNSPEC);

    assert_int_equal(parse(message_load("route/ipv4-multipath-via-ipv6"), &route), 0);
    assert_int_equal(nexthops.count, 2);
    assert_int_equal(nexthops.items[0].gateway_family, MIB_FAMILY_IPV6);
    assert_int_equal(nexthops.items[1].gateway_family, MIB_FAMILY_IPV4);

    assert_int_equal(parse(message_load("route/ipv6-multipath"), &route), 0);
    assert_int_equal(nexthops.count, 2);
    assert_true(is_address(&nexthops.items[1].gateway, "2001:db8:1::2"));
    assert_int_equal(nexthops.items[1].ifindex, 2);

    assert_int_equal(parse(message_load("route/ipv4-nexthop-group-compat"), &route), 0);
    assert_int_equal(route.nexthop_id, 20);
    assert_int_equal(nexthops.count, 2);
}

static void routes_of_nexthop_objects(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint32_t id;
    } cases[] = {{"ipv4-nexthop", 11}, {"ipv4-nexthop-group", 20}, {"ipv4-nexthop-blackhole", 14}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct route_message route;
        char path[64];

        (void)snprintf(path, sizeof(path), "route/%s", cases[i].name);
        assert_int_equal(parse(message_load(path), &route), 0);
        assert_int_equal(route.nexthop_id, cases[i].id);
        assert_int_equal(nexthops.count, 0);
    }
}

static void routes_without_rows(void **state)
{
    (void)state;
    struct nlmsghdr *message = message_load("route/ipv4-gateway");
    struct route_message route;

    assert_int_equal(parse(message_load("route/ipv4-other-table"), &route), -ENOMSG);
    assert_int_equal(parse(message_with_byte(message, FLAGS_OFFSET + 1, RTM_F_CLONED >> 8), &route),
                     -ENOMSG);
    assert_int_equal(parse(message_with_byte(message, TYPE_OFFSET, RTN_NAT), &route), -ENOMSG);
    assert_int_equal(parse(message_with_byte(message, TYPE_OFFSET, RTN_UNSPEC), &route), -ENOMSG);
    assert_int_equal(parse(message_with_byte(message, TYPE_OFFSET, 77), &route), -ENOMSG);
    assert_int_equal(parse(message_with_byte(message, FAMILY_OFFSET, RTNL_FAMILY_IPMR), &route),
                     -ENOMSG);
    free(message);
}

static void hidden_nexthops(void **state)
{
    (void)state;
    struct route_message route;

    assert_int_equal(parse(message_load("route/ipv4-throw"), &route), 0);
    assert_int_equal(nexthops.count, 1);
    assert_true(route_nexthop_not_shown(&route, &nexthops.items[0]));
    assert_int_equal(parse(message_load("route/ipv4-gateway"), &route), 0);
    nexthops.items[0].dead = true;
    assert_true(route_nexthop_not_shown(&route, &nexthops.items[0]));
    assert_int_equal(parse(message_load("route/ipv6-expires"), &route), 0);
    assert_true(route.expires);
    assert_int_equal(route.expires_in, 600);
    assert_false(route_nexthop_not_shown(&route, &nexthops.items[0]));
    route.expires_in = 0;
    assert_true(route_nexthop_not_shown(&route, &nexthops.items[0]));

    struct nlmsghdr *message = message_load("route/ipv4-gateway");
    assert_int_equal(parse(message_with_byte(message, FLAGS_OFFSET, RTNH_F_DEAD), &route), 0);
    assert_true(nexthops.items[0].dead);
    free(message);
}

/* 1/100 s, of which a last piece counts as a whole second. */
static void expiry_is_rounded_up(void **state)
{
    (void)state;
    struct nlmsghdr *message = message_load("route/ipv6-expires");
    static const struct {
        int32_t hundredths, seconds;
    } cases[] = {{1, 1},
                 {99, 1},
                 {100, 1},
                 {101, 2},
                 {60000, 600},
                 {-1, 0},
                 {-100, -1},
                 {INT32_MAX, 21474837},
                 {INT32_MIN, -21474836}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct rta_cacheinfo info = {.rta_expires = cases[i].hundredths};
        struct route_message route;

        assert_int_equal(
            parse(message_with(message, FIXED, RTA_CACHEINFO, &info, sizeof(info)), &route), 0);
        assert_true(route.expires);
        assert_int_equal(route.expires_in, cases[i].seconds);
    }
    struct rta_cacheinfo never = {0};
    struct route_message route;
    assert_int_equal(
        parse(message_with(message, FIXED, RTA_CACHEINFO, &never, sizeof(never)), &route), 0);
    assert_false(route.expires);
    free(message);
}

static void routes_that_cannot_be(void **state)
{
    (void)state;
    struct nlmsghdr *ipv4 = message_load("route/ipv4-gateway");
    struct nlmsghdr *ipv6 = message_load("route/ipv6-gateway");
    static const uint8_t bytes[64] = {1};
    static const uint32_t zero;
    static const uint16_t numbers[] = {RTA_TABLE, RTA_OIF, RTA_PRIORITY, RTA_NH_ID};
    struct route_message route;

    /* Family and lengths that disagree. */
    assert_int_equal(parse(message_with_byte(ipv4, FAMILY_OFFSET, AF_INET6), &route), -EBADMSG);
    assert_int_equal(parse(message_with_byte(ipv6, FAMILY_OFFSET, AF_INET), &route), -EBADMSG);
    for (size_t length = 0; length <= 20; length++) {
        int expected4 = length == 4 ? 0 : -EBADMSG;
        int expected6 = length == 16 ? 0 : -EBADMSG;
        assert_int_equal(parse_with(ipv4, RTA_DST, bytes, length), expected4);
        assert_int_equal(parse_with(ipv4, RTA_GATEWAY, bytes, length), expected4);
        assert_int_equal(parse_with(ipv6, RTA_DST, bytes, length), expected6);
        assert_int_equal(parse_with(ipv6, RTA_GATEWAY, bytes, length), expected6);
    }
    assert_int_equal(parse(message_with_byte(ipv4, LENGTH_OFFSET, 33), &route), -EBADMSG);
    assert_int_equal(parse(message_with_byte(ipv6, LENGTH_OFFSET, 129), &route), -EBADMSG);
    assert_int_equal(parse_with(ipv4, RTA_DST, NULL, 0), -EBADMSG);
    assert_int_equal(parse_with(ipv4, RTA_OIF, NULL, 0), -EBADMSG);
    assert_int_equal(parse_with(ipv4, RTA_OIF, &zero, sizeof(zero)), -EBADMSG);
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        for (size_t length = 0; length <= 8; length++)
            if (length != 4 && parse_with(ipv4, numbers[i], bytes, length) != -EBADMSG)
                fail_msg("attribute %u of %zu bytes was accepted", numbers[i], length);
    assert_int_equal(parse_with(ipv6, RTA_CACHEINFO, bytes, sizeof(struct rta_cacheinfo) - 1),
                     -EBADMSG);
    assert_int_equal(parse_with(ipv6, RTA_CACHEINFO, bytes, sizeof(struct rta_cacheinfo) + 4), 0);
    assert_int_equal(parse_with(ipv4, 0x3ff0, bytes, 1), 0);
    free(ipv4);
    free(ipv6);
}

static void via_any_family(void **state)
{
    (void)state;
    struct nlmsghdr *message = message_load("route/ipv4-via-ipv6");
    static const uint16_t families[] = {AF_UNSPEC, AF_INET, AF_INET6, 77};

    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
        for (size_t length = 0; length <= 24; length++) {
            uint8_t via[32] = {0};
            size_t right = families[i] == AF_INET ? 6 : families[i] == AF_INET6 ? 18 : 99;

            memcpy(via, &families[i], sizeof(families[i]));
            assert_int_equal(parse_with(message, RTA_VIA, via, length),
                             length == right ? 0 : -EBADMSG);
        }
    free(message);
}

static void cut_multipath(void **state)
{
    (void)state;
    struct nlmsghdr *message = message_load("route/ipv4-multipath");
    /* 192.0.2.2 on link 3, then link 2 alone. */
    struct {
        struct rtnexthop first;
        struct nlattr attribute;
        uint8_t gateway[4];
        struct rtnexthop second;
    } hops = {
        .first = {.rtnh_len = 16, .rtnh_ifindex = 3},
        .attribute = {.nla_len = 8, .nla_type = RTA_GATEWAY},
        .gateway = {192, 0, 2, 2},
        .second = {.rtnh_len = 8, .rtnh_ifindex = 2},
    };

    assert_int_equal(parse_with(message, RTA_MULTIPATH, &hops, sizeof(hops)), 0);
    assert_int_equal(nexthops.count, 2);
    for (size_t length = 0; length < sizeof(hops); length++)
        if (parse_with(message, RTA_MULTIPATH, &hops, length) != (length == 16 ? 0 : -EBADMSG))
            fail_msg("%zu bytes of next hops were accepted", length);
    for (uint16_t length = 0; length < 64; length++) {
        hops.first.rtnh_len = length;
        int r = parse_with(message, RTA_MULTIPATH, &hops, sizeof(hops));
        assert_true(r == -EBADMSG || (r == 0 && length >= 8 && length <= sizeof(hops)));
    }
    hops.first.rtnh_len = 16;
    hops.second.rtnh_ifindex = 0;
    assert_int_equal(parse_with(message, RTA_MULTIPATH, &hops, sizeof(hops)), -EBADMSG);
    hops.second.rtnh_ifindex = -5;
    assert_int_equal(parse_with(message, RTA_MULTIPATH, &hops, sizeof(hops)), -EBADMSG);
    hops.second.rtnh_ifindex = 2;
    hops.attribute.nla_len = 7;
    assert_int_equal(parse_with(message, RTA_MULTIPATH, &hops, sizeof(hops)), -EBADMSG);
    free(message);
}

/* The digest tells apart what the kernel tells apart, and nothing that changes in a life. */
static void digests(void **state)
{
    (void)state;
    struct nlmsghdr *message = message_load("route/ipv4-gateway");
    static const uint32_t number = 0x02020202;
    static const uint16_t counting[] = {RTA_PREFSRC, RTA_METRICS, RTA_GATEWAY};
    struct route_message route;
    struct route_message other;

    assert_int_equal(route_parse(message, &route, &nexthops), 0);
    for (size_t i = 0; i < sizeof(counting) / sizeof(counting[0]); i++) {
        assert_int_equal(parse(message_with(message, FIXED, counting[i], &number, 4), &other), 0);
        assert_true(other.digest != route.digest);
    }
    assert_int_equal(parse(message_with_byte(message, FLAGS_OFFSET, RTNH_F_LINKDOWN), &other), 0);
    assert_int_equal(other.digest, route.digest);
    assert_int_equal(parse(message_load("route/ipv6-gateway"), &other), 0);
    assert_int_equal(other.digest, 0);
    free(message);
}

static struct route_record_wide record_of(const char *name)
{
    struct route_message route;
    struct route_record_wide record;

    assert_int_equal(parse(message_load(name), &route), 0);
    route_record_make(&route, &nexthops.items[0], false, 6, NOW, &record);
    return record;
}

static void narrow_and_wide_agree(void **state)
{
    (void)state;
    struct route_record_wide wide[] = {record_of("route/ipv4-gateway"),
                                       record_of("route/ipv4-second-metric"),
                                       record_of("route/ipv4-on-link")};
    struct route_record_narrow narrow[3];

    for (size_t i = 0; i < 3; i++) {
        struct route_record_wide back;
        route_record_narrow_of(&wide[i], &narrow[i]);
        route_record_wide_of(&narrow[i], &back);
        assert_memory_equal(&back, &wide[i], sizeof(back));
    }
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 3; k++) {
            assert_int_equal(route_ops_narrow.same_key(&narrow[i], &narrow[k]),
                             route_ops_wide.same_key(&wide[i], &wide[k]));
            assert_int_equal(route_ops_narrow.same_row(&narrow[i], &narrow[k]),
                             route_ops_wide.same_row(&wide[i], &wide[k]));
            assert_int_equal(route_ops_narrow.rank(&narrow[i], &narrow[k]),
                             route_ops_wide.rank(&wide[i], &wide[k]));
        }
}

static void order_of_instances(void **state)
{
    (void)state;
    struct route_record_wide a = record_of("route/ipv4-gateway");
    struct route_record_wide b = a;
    const struct instance_ops *ops = &route_ops_wide;

    b.common.metric++;
    assert_true(ops->same_key(&a, &b) && !ops->same_instance(&a, &b) && !ops->same_row(&a, &b));
    assert_true(ops->rank(&a, &b) < 0 && ops->rank(&b, &a) > 0);
    b.common.flags |= ROUTE_LOCAL_TABLE; /* looked up first */
    assert_true(ops->rank(&b, &a) < 0 && ops->rank(&a, &b) > 0);
    struct route_message route;
    assert_int_equal(parse(message_load("route/ipv4-gateway"), &route), 0);
    route.tos = 16; /* ordinary traffic comes first */
    route_record_make(&route, &nexthops.items[0], false, 6, NOW, &b);
    assert_true(ops->same_key(&a, &b) && !ops->same_instance(&a, &b));
    assert_true(ops->rank(&a, &b) < 0 && ops->rank(&b, &a) > 0);
    b = a;
    b.common.digest++;
    assert_false(ops->same_instance(&a, &b));
    assert_true(ops->rank(&a, &b) < 0 && ops->rank(&b, &a) > 0);
    assert_true(ops->same_row(&a, &b));
    b = a;
    b.common.flags |= ROUTE_NOT_SHOWN;
    assert_false(ops->same_key(&a, &b));
    b = a;
    b.common.protocol = RTPROT_BGP;
    assert_true(ops->same_instance(&a, &b) && !ops->same_record(&a, &b) && !ops->same_row(&a, &b));
    b.common.protocol = RTPROT_STATIC; /* for a program the same as RTPROT_BOOT */
    assert_true(!ops->same_record(&a, &b) && ops->same_row(&a, &b));

    /* Of an IPv6 route the time of expiry is no identity. */
    a = record_of("route/ipv6-expires");
    b = a;
    b.common.expires_at += 100;
    assert_true(ops->same_instance(&a, &b) && ops->same_record(&a, &b) && ops->same_row(&a, &b));
    assert_int_equal(ops->rank(&a, &b), 0);
    b.common.flags &= (uint8_t)~ROUTE_EXPIRES;
    assert_false(ops->same_row(&a, &b));
}

static void lifetimes_count_down(void **state)
{
    (void)state;
    struct route_record_wide record = record_of("route/ipv6-expires");
    struct mib_route row;

    route_record_row(&record, NOW + 599, &row);
    assert_int_equal(row.valid_lifetime, 1);
    route_record_row(&record, NOW + 600, &row);
    assert_int_equal(row.valid_lifetime, 0);
    route_record_row(&record, NOW + 700, &row);
    assert_int_equal(row.valid_lifetime, 0);
}

static void check_route(const struct nlmsghdr *message)
{
    struct route_message route;
    int r = route_parse(message, &route, &nexthops);

    if (r != 0) {
        assert_true(r == -EBADMSG || r == -ENOMSG);
        return;
    }
    assert_true(message->nlmsg_len >= NLMSG_LENGTH(FIXED));
    const char *violation = route_violation(&route, &nexthops);
    if (violation)
        fail_msg("accepted, but not: %s", violation);
    for (size_t i = 0; i < nexthops.count; i++) {
        struct route_record_wide record;
        struct mib_route row;

        route_record_make(&route, &nexthops.items[i], nexthops.count > 1, 6, NOW, &record);
        route_record_row(&record, NOW, &row);
        assert_null(route_row_violation(&row));
    }
}

static void check_whole(const char *name, const struct nlmsghdr *message)
{
    struct route_message route;
    int r = route_parse(message, &route, &nexthops);

    if (r != 0 && !(r == -ENOMSG && strcmp(name, "route/ipv4-other-table") == 0))
        fail_msg("%s is not understood", name);
    message_mutilate(message, check_route);
}

static void everything_recorded_and_mutilated(void **state)
{
    (void)state;
    message_load_all("route", check_whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_routes),
        cmocka_unit_test(recorded_multipath),
        cmocka_unit_test(routes_of_nexthop_objects),
        cmocka_unit_test(routes_without_rows),
        cmocka_unit_test(hidden_nexthops),
        cmocka_unit_test(expiry_is_rounded_up),
        cmocka_unit_test(routes_that_cannot_be),
        cmocka_unit_test(via_any_family),
        cmocka_unit_test(cut_multipath),
        cmocka_unit_test(digests),
        cmocka_unit_test(narrow_and_wide_agree),
        cmocka_unit_test(order_of_instances),
        cmocka_unit_test(lifetimes_count_down),
        cmocka_unit_test(everything_recorded_and_mutilated),
    };

    return cmocka_run_group_tests(tests, NULL, teardown);
}
