/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* backend/netlink/object/route: route messages, their nexthops, records and rows. */
#include "converter.h"
#include "invariants.h"

#include "backend/netlink/socket/ask.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

enum {
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

static int parse(const struct nlmsghdr *message, void *ret)
{
    return route_parse(message, ret, &nexthops);
}

static void check(const struct nlmsghdr *message, const void *object)
{
    const struct route_message *route = object;
    const char *broken = route_violation(route, &nexthops);

    (void)message;
    if (broken)
        fail_msg("accepted, but not: %s", broken);
    for (size_t i = 0; i < nexthops.count; i++) {
        struct route_record_wide record;
        struct mib_route row;

        route_record_make(route, &nexthops.items[i], nexthops.count > 1, 6, NOW, &record);
        route_record_row(&record, NOW, &row);
        assert_null(route_row_violation(&row));
    }
}

static const struct converter converter = {
    .kind = "route",
    .header_size = sizeof(struct rtmsg),
    .object_size = sizeof(struct route_message),
    .parse = parse,
    .check = check,
    .has_messages_without_row = true,
    .without_row = "ipv4-other-table",
};

/* What recorded routes with one nexthop are, as rows. */
static void recorded_routes(void **state)
{
    (void)state;
    static const struct {
        const char *name, *prefix, *next_hop;
        uint8_t prefix_length;
        uint32_t ifindex, metric;
        uint8_t type; /* RTN_UNICAST where 0 */
        uint8_t origin;
        bool loopback;
        bool expires;
    } cases[] = {
        {"ipv4-on-link", "198.51.100.0", "0.0.0.0", 24, 3, 0, .origin = MIB_ROUTE_ORIGIN_MANUAL},
        {"ipv4-gateway", "203.0.113.0", "192.0.2.2", 24, 3, 100, .origin = MIB_ROUTE_ORIGIN_MANUAL},
        {"ipv4-second-metric", "203.0.113.0", "192.0.2.3", 24, 3, 200,
         .origin = MIB_ROUTE_ORIGIN_MANUAL},
        {"ipv4-gone", "203.0.113.0", "192.0.2.3", 24, 3, 200, .origin = MIB_ROUTE_ORIGIN_MANUAL},
        {"ipv4-replaced", "203.0.113.0", "192.0.2.4", 24, 3, 100,
         .origin = MIB_ROUTE_ORIGIN_MANUAL},
        {"ipv4-metrics", "203.0.113.9", "192.0.2.2", 32, 3, 0, .origin = MIB_ROUTE_ORIGIN_DHCP},
        {"ipv4-default", "0.0.0.0", "192.0.2.2", 0, 3, 0, .origin = MIB_ROUTE_ORIGIN_MANUAL},
        {"ipv4-via-ipv6", "10.2.0.0", "2001:db8::2", 16, 3, 0, .origin = MIB_ROUTE_ORIGIN_MANUAL},
        {"ipv4-blackhole", "10.4.0.0", "0.0.0.0", 16, 1, 0, .type = RTN_BLACKHOLE,
         .loopback = true},
        {"ipv4-local", "10.7.0.1", "0.0.0.0", 32, 3, 0, .type = RTN_LOCAL, .loopback = true},
        {"ipv4-nexthop-compat", "10.11.0.0", "192.0.2.2", 16, 3, 0,
         .origin = MIB_ROUTE_ORIGIN_MANUAL},
        {"ipv4-nexthop-blackhole-compat", "10.13.0.0", "0.0.0.0", 16, 1, 0, .type = RTN_BLACKHOLE,
         .loopback = true},
        {"ipv6-on-link", "2001:db8:2::", "::", 48, 3, 1024, .origin = MIB_ROUTE_ORIGIN_MANUAL},
        {"ipv6-gateway", "2001:db8:3::", "2001:db8::2", 48, 3, 77,
         .origin = MIB_ROUTE_ORIGIN_ROUTER_ADVERTISEMENT},
        {"ipv6-expires", "2001:db8:4::", "2001:db8::2", 48, 3, 1024, .expires = true},
        {"ipv6-unreachable", "2001:db8:6::", "::", 48, 1, 1024, .type = RTN_UNREACHABLE,
         .loopback = true},
        {"ipv6-default", "::", "fe80::99", 0, 3, 1024, .origin = MIB_ROUTE_ORIGIN_MANUAL},
        {"ipv6-one-nexthop-gone", "2001:db8:5::", "2001:db8:1::2", 48, 2, 1024,
         .origin = MIB_ROUTE_ORIGIN_MANUAL},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct route_message route;
        struct route_record_wide record;
        struct mib_route row;

        convert_recorded(&converter, cases[i].name, &route);
        assert_int_equal(nexthops.count, 1);
        assert_false(route_nexthop_not_shown(&route, &nexthops.items[0]));
        route_record_make(&route, &nexthops.items[0], false, 6, NOW, &record);
        route_record_row(&record, NOW, &row);
        assert_null(route_row_violation(&row));
        if (!is_address(&row.prefix, cases[i].prefix) ||
            !is_address(&row.next_hop, cases[i].next_hop) ||
            row.family != family_of_text(cases[i].prefix) ||
            row.next_hop_family != family_of_text(cases[i].next_hop) ||
            row.prefix_length != cases[i].prefix_length || row.ifindex != cases[i].ifindex ||
            row.metric != cases[i].metric || row.iftype != 6 ||
            route.type != (cases[i].type ? cases[i].type : RTN_UNICAST) ||
            row.protocol != MIB_ROUTE_PROTOCOL_NETMGMT || row.origin != cases[i].origin ||
            row.loopback != cases[i].loopback ||
            row.valid_lifetime != (cases[i].expires ? 600 : MIB_LIFETIME_INFINITE))
            fail_msg("%s: not what was recorded", cases[i].name);
    }
}

/* Routes with several nexthops, and with nexthop objects, whose nexthops a message may leave out.
 */
static void recorded_nexthops(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint32_t nexthop_id;
        size_t count;
        struct {
            uint32_t ifindex;
            uint32_t weight;     /* as the kernel counts: from 0 */
            const char *gateway; /* NULL: none */
        } nexthops[2];
    } cases[] = {
        {"ipv4-multipath", 0, 2, {{3, 2, "192.0.2.2"}, {2, 0, NULL}}},
        {"ipv4-multipath-via-ipv6", 0, 2, {{3, 0, "2001:db8::2"}, {3, 0, "192.0.2.2"}}},
        {"ipv6-multipath", 0, 2, {{3, 1, "2001:db8::2"}, {2, 0, "2001:db8:1::2"}}},
        {"ipv4-nexthop-group-compat", 20, 2, {{3, 0, "192.0.2.2"}, {2, 0, NULL}}},
        {.name = "ipv4-nexthop", .nexthop_id = 11},
        {.name = "ipv4-nexthop-group", .nexthop_id = 20},
        {.name = "ipv4-nexthop-blackhole", .nexthop_id = 14},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct route_message route;

        convert_recorded(&converter, cases[i].name, &route);
        if (route.nexthop_id != cases[i].nexthop_id || nexthops.count != cases[i].count)
            fail_msg("%s: nexthop object %u, %zu nexthops", cases[i].name, route.nexthop_id,
                     nexthops.count);
        for (size_t k = 0; k < nexthops.count; k++) {
            const struct route_nexthop *found = &nexthops.items[k];
            const char *gateway = cases[i].nexthops[k].gateway;

            if (found->ifindex != cases[i].nexthops[k].ifindex ||
                found->weight != cases[i].nexthops[k].weight ||
                found->gateway_family != (gateway ? family_of_text(gateway) : MIB_FAMILY_UNSPEC) ||
                !is_address(&found->gateway, gateway ? gateway : "::"))
                fail_msg("%s: nexthop %zu is not what was recorded: link %u, weight %u, family %u",
                         cases[i].name, k, found->ifindex, found->weight, found->gateway_family);
        }
    }
}

static void routes_without_rows(void **state)
{
    (void)state;
    static const struct converter_case cases[] = {
        BYTE("ipv4-gateway", FLAGS_OFFSET + 1, RTM_F_CLONED >> 8, -ENOMSG),
        BYTE("ipv4-gateway", TYPE_OFFSET, RTN_NAT, -ENOMSG),
        BYTE("ipv4-gateway", TYPE_OFFSET, RTN_UNSPEC, -ENOMSG),
        BYTE("ipv4-gateway", TYPE_OFFSET, 77, -ENOMSG),
        BYTE("ipv4-gateway", FAMILY_OFFSET, RTNL_FAMILY_IPMR, -ENOMSG),
    };
    struct route_message route;

    assert_int_equal(convert(&converter, message_load("route/ipv4-other-table"), &route), -ENOMSG);
    convert_cases(&converter, cases, sizeof(cases) / sizeof(cases[0]));
}

static void nexthops_that_are_not_shown(void **state)
{
    (void)state;
    struct route_message route;

    convert_recorded(&converter, "ipv4-throw", &route);
    assert_int_equal(nexthops.count, 1);
    assert_true(route_nexthop_not_shown(&route, &nexthops.items[0]));
    convert_recorded(&converter, "ipv4-gateway", &route);
    nexthops.items[0].dead = true;
    assert_true(route_nexthop_not_shown(&route, &nexthops.items[0]));
    convert_recorded(&converter, "ipv6-expires", &route);
    assert_true(route.expires);
    assert_int_equal(route.expires_in, 600);
    assert_false(route_nexthop_not_shown(&route, &nexthops.items[0]));
    route.expires_in = 0;
    assert_true(route_nexthop_not_shown(&route, &nexthops.items[0]));

    struct nlmsghdr *message = message_load("route/ipv4-gateway");
    assert_int_equal(
        convert(&converter, message_with_byte(message, FLAGS_OFFSET, RTNH_F_DEAD), &route), 0);
    assert_true(nexthops.items[0].dead);
    free(message);
}

/* 1/100 s, of which a last piece counts as a whole second. */
static void expiry_is_rounded_up(void **state)
{
    (void)state;
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
                 {INT32_MIN, -21474836},
                 {0, 0}}; /* it does not expire */

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct rta_cacheinfo info = {.rta_expires = cases[i].hundredths};
        struct route_message route;

        convert_changed(&converter, "ipv6-expires", RTA_CACHEINFO, &info, sizeof(info), &route);
        assert_int_equal(route.expires, info.rta_expires != 0);
        if (route.expires)
            assert_int_equal(route.expires_in, cases[i].seconds);
    }
}

static void changed_routes(void **state)
{
    (void)state;
    static const uint8_t bytes[64] = {1};
    static const uint32_t zero;
    static const struct converter_case cases[] = {
        /* Family and lengths that disagree. */
        BYTE("ipv4-gateway", FAMILY_OFFSET, AF_INET6, -EBADMSG),
        BYTE("ipv6-gateway", FAMILY_OFFSET, AF_INET, -EBADMSG),
        LENGTHS("ipv4-gateway", RTA_DST, bytes, 4, 20, 0),
        LENGTHS("ipv4-gateway", RTA_GATEWAY, bytes, 4, 20, 0),
        LENGTHS("ipv6-gateway", RTA_DST, bytes, 16, 20, 0),
        LENGTHS("ipv6-gateway", RTA_GATEWAY, bytes, 16, 20, 0),
        BYTE("ipv4-gateway", LENGTH_OFFSET, 33, -EBADMSG),
        BYTE("ipv6-gateway", LENGTH_OFFSET, 129, -EBADMSG),
        WITHOUT("ipv4-gateway", RTA_DST, -EBADMSG),
        WITHOUT("ipv4-gateway", RTA_OIF, -EBADMSG),
        WITH("ipv4-gateway", RTA_OIF, &zero, sizeof(zero), -EBADMSG),
        LENGTHS("ipv4-gateway", RTA_TABLE, bytes, 4, 8, -ENOMSG), /* table 1 has no rows */
        LENGTHS("ipv4-gateway", RTA_OIF, bytes, 4, 8, 0),
        LENGTHS("ipv4-gateway", RTA_PRIORITY, bytes, 4, 8, 0),
        LENGTHS("ipv4-gateway", RTA_NH_ID, bytes, 4, 8, 0),
        WITH("ipv6-gateway", RTA_CACHEINFO, bytes, sizeof(struct rta_cacheinfo) - 1, -EBADMSG),
        WITH("ipv6-gateway", RTA_CACHEINFO, bytes, sizeof(struct rta_cacheinfo) + 4, 0),
        WITH("ipv4-gateway", 0x3ff0, bytes, 1, 0),
    };

    convert_cases(&converter, cases, sizeof(cases) / sizeof(cases[0]));
}

static void via_any_family(void **state)
{
    (void)state;
    static const struct rtvia_any {
        uint16_t family;
        uint8_t address[30];
    } unspec = {.family = AF_UNSPEC}, ipv4 = {.family = AF_INET}, ipv6 = {.family = AF_INET6},
      other = {.family = 77};
    static const struct converter_case cases[] = {
        LENGTHS("ipv4-via-ipv6", RTA_VIA, &ipv4, 6, 24, 0),
        LENGTHS("ipv4-via-ipv6", RTA_VIA, &ipv6, 18, 24, 0),
        {"ipv4-via-ipv6", .type = RTA_VIA, .data = &unspec, .last = 24, .expected = -EBADMSG},
        {"ipv4-via-ipv6", .type = RTA_VIA, .data = &other, .last = 24, .expected = -EBADMSG},
    };

    convert_cases(&converter, cases, sizeof(cases) / sizeof(cases[0]));
}

static int convert_multipath(const void *hops, size_t length)
{
    struct nlmsghdr *message = message_load("route/ipv4-multipath");
    struct nlmsghdr *changed =
        message_with(message, converter.header_size, RTA_MULTIPATH, hops, length);
    struct route_message route;

    free(message);
    return convert(&converter, changed, &route);
}

static void truncated_multipath(void **state)
{
    (void)state;
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

    assert_int_equal(convert_multipath(&hops, sizeof(hops)), 0);
    assert_int_equal(nexthops.count, 2);
    for (size_t length = 0; length < sizeof(hops); length++)
        if (convert_multipath(&hops, length) != (length == 16 ? 0 : -EBADMSG))
            fail_msg("%zu bytes of next hops were accepted", length);
    for (uint16_t length = 0; length < 64; length++) {
        hops.first.rtnh_len = length;
        int r = convert_multipath(&hops, sizeof(hops));
        assert_true(r == -EBADMSG || (r == 0 && length >= 8 && length <= sizeof(hops)));
    }
    hops.first.rtnh_len = 16;
    hops.second.rtnh_ifindex = 0;
    assert_int_equal(convert_multipath(&hops, sizeof(hops)), -EBADMSG);
    hops.second.rtnh_ifindex = -5;
    assert_int_equal(convert_multipath(&hops, sizeof(hops)), -EBADMSG);
    hops.second.rtnh_ifindex = 2;
    hops.attribute.nla_len = 7;
    assert_int_equal(convert_multipath(&hops, sizeof(hops)), -EBADMSG);
}

/* The digest tells apart what the kernel tells apart, and nothing that changes in a life. */
static void digests(void **state)
{
    (void)state;
    static const uint32_t number = 0x02020202;
    static const uint16_t counting[] = {RTA_PREFSRC, RTA_METRICS, RTA_GATEWAY};
    struct route_message route;
    struct route_message other;

    convert_recorded(&converter, "ipv4-gateway", &route);
    for (size_t i = 0; i < sizeof(counting) / sizeof(counting[0]); i++) {
        convert_changed(&converter, "ipv4-gateway", counting[i], &number, sizeof(number), &other);
        assert_true(other.digest != route.digest);
    }
    struct nlmsghdr *message = message_load("route/ipv4-gateway");
    assert_int_equal(
        convert(&converter, message_with_byte(message, FLAGS_OFFSET, RTNH_F_LINKDOWN), &other), 0);
    assert_int_equal(other.digest, route.digest);
    convert_recorded(&converter, "ipv6-gateway", &other);
    assert_int_equal(other.digest, 0);
    free(message);
}

static struct route_record_wide record_of(const char *name)
{
    struct route_message route;
    struct route_record_wide record;

    convert_recorded(&converter, name, &route);
    route_record_make(&route, &nexthops.items[0], false, 6, NOW, &record);
    return record;
}

static void narrow_and_wide_agree(void **state)
{
    (void)state;
    struct route_record_wide wide[] = {record_of("ipv4-gateway"), record_of("ipv4-second-metric"),
                                       record_of("ipv4-on-link")};
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
    struct route_record_wide a = record_of("ipv4-gateway");
    struct route_record_wide b = a;
    const struct instance_ops *ops = &route_ops_wide;

    b.common.metric++;
    assert_true(ops->same_key(&a, &b) && !ops->same_instance(&a, &b) && !ops->same_row(&a, &b));
    assert_true(ops->rank(&a, &b) < 0 && ops->rank(&b, &a) > 0);
    b.common.flags |= ROUTE_LOCAL_TABLE; /* looked up first */
    assert_true(ops->rank(&b, &a) < 0 && ops->rank(&a, &b) > 0);
    struct route_message route;
    convert_recorded(&converter, "ipv4-gateway", &route);
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
    a = record_of("ipv6-expires");
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
    struct route_record_wide record = record_of("ipv6-expires");
    struct mib_route row;

    route_record_row(&record, NOW + 599, &row);
    assert_int_equal(row.valid_lifetime, 1);
    route_record_row(&record, NOW + 600, &row);
    assert_int_equal(row.valid_lifetime, 0);
    route_record_row(&record, NOW + 700, &row);
    assert_int_equal(row.valid_lifetime, 0);
}

static void everything_recorded_and_mutilated(void **state)
{
    (void)state;
    convert_everything(&converter, true);
}

static int pass_over(void *context, const struct nlmsghdr *message)
{
    (void)context;
    (void)message;
    return 0;
}

/*
 * The kernel takes the question for one route, of either family: what it does not understand in it
 * would be refused, and every route looked for in a dump.
 */
static void lookups_are_understood(void **state)
{
    static const uint8_t loopback6[16] = {[15] = 1};
    static const uint8_t loopback4[4] = {127, 0, 0, 1};
    struct mib_route rows[] = {
        {.family = MIB_FAMILY_IPV4, .ifindex = 1, .prefix_length = 32},
        {.family = MIB_FAMILY_IPV6, .ifindex = 1, .prefix_length = 128},
    };

    (void)state;
    memcpy(rows[0].prefix.bytes, loopback4, sizeof(loopback4));
    memcpy(rows[1].prefix.bytes, loopback6, sizeof(loopback6));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_not_equal(netlink_ask(route_request_lookup(&rows[i]), pass_over, NULL), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_routes),
        cmocka_unit_test(recorded_nexthops),
        cmocka_unit_test(routes_without_rows),
        cmocka_unit_test(nexthops_that_are_not_shown),
        cmocka_unit_test(lookups_are_understood),
        cmocka_unit_test(expiry_is_rounded_up),
        cmocka_unit_test(changed_routes),
        cmocka_unit_test(via_any_family),
        cmocka_unit_test(truncated_multipath),
        cmocka_unit_test(digests),
        cmocka_unit_test(narrow_and_wide_agree),
        cmocka_unit_test(order_of_instances),
        cmocka_unit_test(lifetimes_count_down),
        cmocka_unit_test(everything_recorded_and_mutilated),
    };

    return cmocka_run_group_tests(tests, NULL, teardown);
}
