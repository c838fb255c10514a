/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Routes in messages, how the instance table compares them, and the rows that follow. The watch of
 * routes and the table of routes use it. Made by hand for speed: a dump may have a million.
 * Pure: it opens no socket and keeps nothing.
 */
#include "backend/netlink/object/route.h"
#include "backend/array.h"
#include "backend/netlink/object/attributes.h"
#include "backend/netlink/object/link.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdlib.h>
#include <string.h>

void route_nexthops_clear(struct route_nexthops *nexthops)
{
    free(nexthops->items);
    *nexthops = (struct route_nexthops){0};
}

int route_nexthops_add(struct route_nexthops *nexthops, const struct route_nexthop *nexthop)
{
    struct route_nexthop *grown =
        array_make_room(nexthops->items, nexthops->count, &nexthops->capacity, sizeof(*grown), 8);

    if (!grown)
        return -ENOMEM;
    nexthops->items = grown;
    nexthops->items[nexthops->count++] = *nexthop;
    return 0;
}

static size_t address_length(uint8_t family)
{
    return family == MIB_FAMILY_IPV4 ? 4 : 16;
}

static uint64_t mix(uint64_t digest, uint64_t value)
{
    digest = (digest ^ value) * 0x9e3779b97f4a7c15U;
    return digest ^ digest >> 32;
}

static uint64_t mix_attribute(uint64_t digest, const struct nlattr *attribute)
{
    size_t length = attribute ? attribute_length(attribute) : 0;

    digest = mix(digest, length);
    for (size_t i = 0; i < length; i += 4) {
        uint32_t word = 0;
        size_t left = length - i < sizeof(word) ? length - i : sizeof(word);
        memcpy(&word, (const uint8_t *)attribute_data(attribute) + i, left);
        digest = mix(digest, word);
    }
    return digest;
}

static int parse_gateway(const struct nlattr *attribute, uint8_t family,
                         struct route_nexthop *nexthop)
{
    if (attribute_length(attribute) != address_length(family))
        return -EBADMSG;
    memcpy(nexthop->gateway.bytes, attribute_data(attribute), address_length(family));
    nexthop->gateway_family = family;
    return 0;
}

/* RTA_VIA: an address of any family. */
static int parse_via(const struct nlattr *attribute, struct route_nexthop *nexthop)
{
    uint16_t af;
    size_t length = attribute_length(attribute);

    if (length < sizeof(af))
        return -EBADMSG;
    memcpy(&af, attribute_data(attribute), sizeof(af));
    length -= sizeof(af);
    if (!((af == AF_INET && length == 4) || (af == AF_INET6 && length == 16)))
        return -EBADMSG;
    memcpy(nexthop->gateway.bytes, (const uint8_t *)attribute_data(attribute) + sizeof(af), length);
    nexthop->gateway_family = af == AF_INET ? MIB_FAMILY_IPV4 : MIB_FAMILY_IPV6;
    return 0;
}

/*
 * What makes nexthops with one gateway on one link different ones for the kernel (nh_comp in
 * net/ipv4/fib_semantics.c, rt6_duplicate_nexthop in include/net/ip6_route.h). Other flags than
 * this one change in the life of a nexthop.
 */
static uint32_t encap_id_of(const struct nlattr *const *attributes, uint8_t family, uint32_t flags)
{
    bool onlink = family == MIB_FAMILY_IPV4 && (flags & RTNH_F_ONLINK);

    if (!onlink && !attributes[RTA_FLOW] && !attributes[RTA_ENCAP_TYPE])
        return 0;
    uint64_t digest = mix(0, onlink);
    digest = mix_attribute(digest, attributes[RTA_FLOW]);
    digest = mix_attribute(digest, attributes[RTA_ENCAP_TYPE]);
    return (uint32_t)mix_attribute(digest, attributes[RTA_ENCAP]) | 1;
}

/* The attributes that a route and one nexthop of a multipath route have in common. */
static int parse_nexthop(const struct nlattr *const *attributes, uint8_t family, uint32_t flags,
                         struct route_nexthop *nexthop)
{
    nexthop->dead = flags & RTNH_F_DEAD;
    nexthop->encap_id = encap_id_of(attributes, family, flags);
    if (attributes[RTA_GATEWAY])
        return parse_gateway(attributes[RTA_GATEWAY], family, nexthop);
    if (attributes[RTA_VIA])
        return parse_via(attributes[RTA_VIA], nexthop);
    return 0;
}

static int parse_multipath(const struct nlattr *multipath, uint8_t family,
                           struct route_nexthops *nexthops)
{
    const struct rtnexthop *hop = attribute_data(multipath);
    int room = (int)attribute_length(multipath);

    while (room >= (int)sizeof(*hop) && hop->rtnh_len >= sizeof(*hop) && hop->rtnh_len <= room) {
        const struct nlattr *attributes[RTA_MAX + 1];
        struct route_nexthop nexthop = {
            .ifindex = (uint32_t)hop->rtnh_ifindex,
            .weight = hop->rtnh_hops,
        };

        if (hop->rtnh_ifindex <= 0 ||
            !attributes_parse(RTNH_DATA(hop), hop->rtnh_len - sizeof(*hop), RTA_MAX, NULL,
                              attributes) ||
            parse_nexthop(attributes, family, hop->rtnh_flags, &nexthop) < 0)
            return -EBADMSG;
        if (route_nexthops_add(nexthops, &nexthop) < 0)
            return -ENOMEM;
        int step = (int)RTNH_ALIGN(hop->rtnh_len);
        room -= step;
        hop = (const void *)((const uint8_t *)hop + step);
    }
    return room > 0 || nexthops->count == 0 ? -EBADMSG : 0;
}

static bool is_reject(uint8_t type)
{
    return type == RTN_BLACKHOLE || type == RTN_UNREACHABLE || type == RTN_PROHIBIT ||
           type == RTN_THROW;
}

static int parse_nexthops(const struct nlattr *const *attributes, const struct rtmsg *info,
                          const struct route_message *route, struct route_nexthops *nexthops)
{
    struct route_nexthop nexthop = {.weight = 1};

    if (attributes[RTA_MULTIPATH])
        return parse_multipath(attributes[RTA_MULTIPATH], route->family, nexthops);
    if (attributes[RTA_OIF])
        nexthop.ifindex = attribute_u32(attributes[RTA_OIF]);
    if (parse_nexthop(attributes, route->family, info->rtm_flags, &nexthop) < 0)
        return -EBADMSG;
    if (nexthop.ifindex == 0 && route->nexthop_id != 0)
        return 0;
    /* IPv6 has its reject routes on the loopback link. IPv4's are on none; they get the same. */
    if (nexthop.ifindex == 0 && is_reject(route->type))
        nexthop.ifindex = LOOPBACK_IFINDEX;
    if (nexthop.ifindex == 0)
        return -EBADMSG;
    return route_nexthops_add(nexthops, &nexthop);
}

static uint64_t mix_nexthop(uint64_t digest, const struct route_nexthop *nexthop)
{
    uint64_t words[2];

    memcpy(words, nexthop->gateway.bytes, sizeof(words));
    digest = mix(digest, (uint64_t)nexthop->ifindex << 32 | (uint32_t)nexthop->gateway_family << 8 |
                             nexthop->weight);
    digest = mix(digest, words[0]);
    if (words[1])
        digest = mix(digest, words[1]);
    return nexthop->encap_id ? mix(digest, nexthop->encap_id) : digest;
}

/*
 * What makes two IPv4 routes with the same prefix, tos and metric different ones for the kernel
 * (net/ipv4/fib_semantics.c, nh_comp and fib_find_info), as far as messages have it. A nexthop
 * object's nexthops are left out: they change in the life of a route.
 */
static uint32_t digest_of(const struct route_message *route, const struct nlattr *const *attributes,
                          const struct route_nexthops *nexthops)
{
    uint64_t digest = mix(route->nexthop_id, (uint32_t)route->type << 16 |
                                                 (uint32_t)route->protocol << 8 | route->scope);

    digest = mix_attribute(digest, attributes[RTA_PREFSRC]);
    digest = mix_attribute(digest, attributes[RTA_METRICS]);
    for (size_t i = 0; route->nexthop_id == 0 && i < nexthops->count; i++)
        digest = mix_nexthop(digest, &nexthops->items[i]);
    return (uint32_t)digest;
}

/* The kernel tells routes apart by it; Windows has no such thing (RFC 8678, 4). */
static uint32_t source_prefix_of(const struct rtmsg *info, const struct nlattr *attribute)
{
    if (info->rtm_family != AF_INET6 || info->rtm_src_len == 0)
        return 0;
    return (uint32_t)mix_attribute(info->rtm_src_len, attribute) | 1;
}

/* RTA_CACHEINFO: the time to expiry in USER_HZ (1/100 s), 0 for ever, negative when past. */
static void take_expiry(const struct nlattr *attribute, struct route_message *route)
{
    struct rta_cacheinfo info;

    memcpy(&info, attribute_data(attribute), sizeof(info));
    route->expires = info.rta_expires != 0;
    /* Rounded up, so that what will be gone in half a second is not gone yet. */
    route->expires_in =
        info.rta_expires > 0 ? (info.rta_expires - 1) / 100 + 1 : info.rta_expires / 100;
}

static bool in_shown_table(const struct rtmsg *info, uint32_t table)
{
    return (table == RT_TABLE_MAIN || table == RT_TABLE_LOCAL) &&
           !(info->rtm_flags & RTM_F_CLONED) && info->rtm_type != RTN_NAT &&
           info->rtm_type != RTN_UNSPEC && info->rtm_type < RTN_XRESOLVE;
}

int route_parse(const struct nlmsghdr *message, struct route_message *ret,
                struct route_nexthops *nexthops)
{
    static const struct attribute_lengths lengths[RTA_MAX + 1] = {
        [RTA_TABLE] = {sizeof(uint32_t), sizeof(uint32_t)},
        [RTA_OIF] = {sizeof(uint32_t), sizeof(uint32_t)},
        [RTA_PRIORITY] = {sizeof(uint32_t), sizeof(uint32_t)},
        [RTA_NH_ID] = {sizeof(uint32_t), sizeof(uint32_t)},
        [RTA_CACHEINFO] = {sizeof(struct rta_cacheinfo), 0},
    };
    const struct nlattr *attributes[RTA_MAX + 1];
    const struct rtmsg *info;
    int r;

    nexthops->count = 0;
    if (message->nlmsg_len < NLMSG_LENGTH(sizeof(*info)))
        return -EBADMSG;
    info = NLMSG_DATA(message);
    if (info->rtm_family != AF_INET && info->rtm_family != AF_INET6)
        return -ENOMSG;
    const uint8_t *first = (const uint8_t *)message + NLMSG_SPACE(sizeof(*info));
    const uint8_t *end = (const uint8_t *)message + message->nlmsg_len;
    if (!attributes_parse(first, first < end ? (size_t)(end - first) : 0, RTA_MAX, lengths,
                          attributes))
        return -EBADMSG;
    uint32_t table = attributes[RTA_TABLE] ? attribute_u32(attributes[RTA_TABLE]) : info->rtm_table;
    if (!in_shown_table(info, table))
        return -ENOMSG;

    struct route_message route = {
        .family = info->rtm_family == AF_INET ? MIB_FAMILY_IPV4 : MIB_FAMILY_IPV6,
        .prefix_length = info->rtm_dst_len,
        .tos = info->rtm_tos,
        .protocol = info->rtm_protocol,
        .scope = info->rtm_scope,
        .type = info->rtm_type,
        .local_table = table == RT_TABLE_LOCAL,
        .source_prefix = source_prefix_of(info, attributes[RTA_SRC]),
    };
    size_t length = address_length(route.family);
    if (route.prefix_length > length * 8)
        return -EBADMSG;
    if (attributes[RTA_DST]) {
        if (attribute_length(attributes[RTA_DST]) != length)
            return -EBADMSG;
        memcpy(route.prefix.bytes, attribute_data(attributes[RTA_DST]), length);
    } else if (route.prefix_length != 0) {
        return -EBADMSG;
    }
    if (attributes[RTA_PRIORITY])
        route.metric = attribute_u32(attributes[RTA_PRIORITY]);
    if (attributes[RTA_NH_ID])
        route.nexthop_id = attribute_u32(attributes[RTA_NH_ID]);
    if (attributes[RTA_CACHEINFO])
        take_expiry(attributes[RTA_CACHEINFO], &route);
    r = parse_nexthops(attributes, info, &route, nexthops);
    if (r < 0)
        return r;
    if (route.family == MIB_FAMILY_IPV4)
        route.digest = digest_of(&route, attributes, nexthops);
    *ret = route;
    return 0;
}

/* Records. The two forms differ in where the addresses lie and how long they are. */

/*
 * The hash of a group, which is a prefix: a replacement must find the routes that it may have
 * replaced. Dumps come in the order of prefixes, so consecutive prefixes get adjacent buckets: the
 * last bits of the network part stay as they are, the others are mixed.
 */
static uint32_t hash_of(const struct route_record *record, const uint8_t *prefix, size_t length)
{
    enum { ADJACENT_BITS = 6, ADJACENT = (1 << ADJACENT_BITS) - 1 };
    uint64_t hash = record->prefix_length;
    uint32_t adjacent = 0;
    uint32_t left = record->prefix_length;

    for (size_t i = 0; i < length; i += 4) {
        uint32_t word = (uint32_t)prefix[i] << 24 | (uint32_t)prefix[i + 1] << 16 |
                        (uint32_t)prefix[i + 2] << 8 | prefix[i + 3];

        if (left > 0 && left <= 32) {
            adjacent = word >> (32 - left) & ADJACENT;
            word &= ~((uint32_t)ADJACENT << (32 - left));
        }
        left = left > 32 ? left - 32 : 0;
        hash = mix(hash, word);
    }
    return (uint32_t)(hash << ADJACENT_BITS) | adjacent;
}

static bool same_common_key(const struct route_record *a, const struct route_record *b)
{
    const uint8_t mask = ROUTE_IPV6 | ROUTE_GATEWAY_IPV6 | ROUTE_NOT_SHOWN;

    return a->ifindex == b->ifindex && a->iftype == b->iftype &&
           a->prefix_length == b->prefix_length && (a->flags & mask) == (b->flags & mask);
}

static bool same_instance(const void *first, const void *second)
{
    const struct route_record *a = first;
    const struct route_record *b = second;

    const uint8_t mask = ROUTE_LOCAL_TABLE | ROUTE_SOURCE_PREFIX;

    return a->metric == b->metric && a->instance_id == b->instance_id &&
           (a->flags & mask) == (b->flags & mask) &&
           ((a->flags & ROUTE_IPV6) || a->digest == b->digest);
}

static bool same_record(const void *first, const void *second)
{
    const struct route_record *a = first;
    const struct route_record *b = second;

    return a->type == b->type && a->protocol == b->protocol && a->flags == b->flags;
}

/*
 * Order of look-up: the local table first, then the lower metric. But a program looks for the route
 * of ordinary traffic: so a route without a source prefix wins over one with, and the lowest tos
 * over others.
 */
static int rank(const void *first, const void *second)
{
    const struct route_record *a = first;
    const struct route_record *b = second;
    bool a_local = a->flags & ROUTE_LOCAL_TABLE;
    bool b_local = b->flags & ROUTE_LOCAL_TABLE;
    bool a_source = a->flags & ROUTE_SOURCE_PREFIX;
    bool b_source = b->flags & ROUTE_SOURCE_PREFIX;

    if (a_local != b_local)
        return a_local ? -1 : 1;
    if (a_source != b_source)
        return a_source ? 1 : -1;
    if (a->instance_id != b->instance_id && !(a->flags & ROUTE_IPV6))
        return a->instance_id < b->instance_id ? -1 : 1;
    if (a->metric != b->metric)
        return a->metric < b->metric ? -1 : 1;
    /* The rest only makes the order total: messages do not have the kernel's order. */
    if (a->instance_id != b->instance_id)
        return a->instance_id < b->instance_id ? -1 : 1;
    if (a->digest != b->digest && !(a->flags & ROUTE_IPV6))
        return a->digest < b->digest ? -1 : 1;
    return 0;
}

static bool is_loopback(const struct route_record *record)
{
    return record->type == RTN_LOCAL || record->ifindex == LOOPBACK_IFINDEX;
}

static bool same_row(const void *first, const void *second)
{
    const struct route_record *a = first;
    const struct route_record *b = second;

    return a->metric == b->metric &&
           route_mib_protocol(a->protocol) == route_mib_protocol(b->protocol) &&
           route_mib_origin(a->protocol) == route_mib_origin(b->protocol) &&
           is_loopback(a) == is_loopback(b) &&
           (a->flags & ROUTE_EXPIRES) == (b->flags & ROUTE_EXPIRES);
}

static uint32_t hash_narrow(const void *record)
{
    const struct route_record_narrow *r = record;

    return hash_of(&r->common, r->prefix, sizeof(r->prefix));
}

static uint32_t hash_wide(const void *record)
{
    const struct route_record_wide *r = record;

    return hash_of(&r->common, r->prefix.bytes, sizeof(r->prefix.bytes));
}

static bool same_key_narrow(const void *first, const void *second)
{
    const struct route_record_narrow *a = first;
    const struct route_record_narrow *b = second;

    return same_common_key(&a->common, &b->common) &&
           memcmp(a->prefix, b->prefix, sizeof(a->prefix)) == 0 &&
           memcmp(a->gateway, b->gateway, sizeof(a->gateway)) == 0;
}

static bool same_key_wide(const void *first, const void *second)
{
    const struct route_record_wide *a = first;
    const struct route_record_wide *b = second;

    return same_common_key(&a->common, &b->common) &&
           memcmp(&a->prefix, &b->prefix, sizeof(a->prefix)) == 0 &&
           memcmp(&a->gateway, &b->gateway, sizeof(a->gateway)) == 0;
}

static bool same_prefix_narrow(const void *first, const void *second)
{
    const struct route_record_narrow *a = first;
    const struct route_record_narrow *b = second;

    return a->common.prefix_length == b->common.prefix_length &&
           memcmp(a->prefix, b->prefix, sizeof(a->prefix)) == 0;
}

static bool same_prefix_wide(const void *first, const void *second)
{
    const struct route_record_wide *a = first;
    const struct route_record_wide *b = second;

    return a->common.prefix_length == b->common.prefix_length &&
           memcmp(&a->prefix, &b->prefix, sizeof(a->prefix)) == 0;
}

static bool always(const void *a, const void *b)
{
    (void)a;
    (void)b;
    return true;
}

const struct instance_ops route_ops_prefix = {
    .record_size = sizeof(struct route_record_wide),
    .group_hash = hash_wide,
    .same_key = same_prefix_wide,
    .same_instance = always,
    .same_record = always,
    .rank = rank,
    .same_row = always,
};

const struct instance_ops route_ops_narrow = {
    .record_size = sizeof(struct route_record_narrow),
    .group_hash = hash_narrow,
    .same_group = same_prefix_narrow,
    .same_key = same_key_narrow,
    .same_instance = same_instance,
    .same_record = same_record,
    .rank = rank,
    .same_row = same_row,
};

const struct instance_ops route_ops_wide = {
    .record_size = sizeof(struct route_record_wide),
    .group_hash = hash_wide,
    .same_group = same_prefix_wide,
    .same_key = same_key_wide,
    .same_instance = same_instance,
    .same_record = same_record,
    .rank = rank,
    .same_row = same_row,
};

bool route_nexthop_not_shown(const struct route_message *route, const struct route_nexthop *nexthop)
{
    return nexthop->dead || route->type == RTN_THROW || (route->expires && route->expires_in <= 0);
}

uint16_t route_instance_id(const struct route_message *route, const struct route_nexthop *nexthop)
{
    if (route->family == MIB_FAMILY_IPV4)
        return route->tos;
    uint32_t encap_id = route->nexthop_id ? route->nexthop_id : nexthop->encap_id;
    return (uint16_t)(encap_id ^ route->source_prefix);
}

void route_record_make(const struct route_message *route, const struct route_nexthop *nexthop,
                       bool multipath, uint16_t iftype, uint32_t now, struct route_record_wide *ret)
{
    *ret = (struct route_record_wide){
        .common =
            {
                .ifindex = nexthop->ifindex,
                .metric = route->metric,
                .digest = route->digest,
                .iftype = iftype,
                .prefix_length = route->prefix_length,
                .instance_id = route_instance_id(route, nexthop),
                .type = route->type,
                .protocol = route->protocol,
            },
        .prefix = route->prefix,
        .gateway = nexthop->gateway,
    };
    struct route_record *common = &ret->common;

    if (route->family == MIB_FAMILY_IPV6) {
        common->flags |= ROUTE_IPV6;
        common->expires_at = 0;
        if (route->expires) {
            common->flags |= ROUTE_EXPIRES;
            common->expires_at = now + (uint32_t)route->expires_in;
        }
    }
    if (nexthop->gateway_family == MIB_FAMILY_IPV6 ||
        (nexthop->gateway_family == MIB_FAMILY_UNSPEC && route->family == MIB_FAMILY_IPV6))
        common->flags |= ROUTE_GATEWAY_IPV6;
    if (route_nexthop_not_shown(route, nexthop))
        common->flags |= ROUTE_NOT_SHOWN;
    if (route->local_table)
        common->flags |= ROUTE_LOCAL_TABLE;
    if (multipath)
        common->flags |= ROUTE_MULTIPATH;
    if (route->nexthop_id != 0)
        common->flags |= ROUTE_OF_NEXTHOP;
    if (route->source_prefix != 0)
        common->flags |= ROUTE_SOURCE_PREFIX;
}

void route_record_narrow_of(const struct route_record_wide *wide, struct route_record_narrow *ret)
{
    ret->common = wide->common;
    memcpy(ret->prefix, wide->prefix.bytes, sizeof(ret->prefix));
    memcpy(ret->gateway, wide->gateway.bytes, sizeof(ret->gateway));
}

void route_record_wide_of(const struct route_record_narrow *narrow, struct route_record_wide *ret)
{
    *ret = (struct route_record_wide){.common = narrow->common};
    memcpy(ret->prefix.bytes, narrow->prefix, sizeof(narrow->prefix));
    memcpy(ret->gateway.bytes, narrow->gateway, sizeof(narrow->gateway));
}

/*
 * RTPROT_… (linux/rtnetlink.h) as RFC 4292's IANAipRouteProtocol and as NL_ROUTE_ORIGIN. Routes
 * that an administrator, a DHCP client or a router advertisement made are "netmgmt", as Windows
 * has them; what has no number of its own is "other", and made by hand.
 */
static const struct {
    uint8_t protocol; /* 0: other */
    uint8_t origin;
} protocol_map[UINT8_MAX + 1] = {
    [RTPROT_REDIRECT] = {MIB_ROUTE_PROTOCOL_ICMP, MIB_ROUTE_ORIGIN_MANUAL},
    [RTPROT_KERNEL] = {MIB_ROUTE_PROTOCOL_LOCAL, MIB_ROUTE_ORIGIN_WELL_KNOWN},
    [RTPROT_BOOT] = {MIB_ROUTE_PROTOCOL_NETMGMT, MIB_ROUTE_ORIGIN_MANUAL},
    [RTPROT_STATIC] = {MIB_ROUTE_PROTOCOL_NETMGMT, MIB_ROUTE_ORIGIN_MANUAL},
    [RTPROT_RA] = {MIB_ROUTE_PROTOCOL_NETMGMT, MIB_ROUTE_ORIGIN_ROUTER_ADVERTISEMENT},
    [RTPROT_DHCP] = {MIB_ROUTE_PROTOCOL_NETMGMT, MIB_ROUTE_ORIGIN_DHCP},
    [RTPROT_BGP] = {MIB_ROUTE_PROTOCOL_BGP, MIB_ROUTE_ORIGIN_MANUAL},
    [RTPROT_ISIS] = {MIB_ROUTE_PROTOCOL_IS_IS, MIB_ROUTE_ORIGIN_MANUAL},
    [RTPROT_OSPF] = {MIB_ROUTE_PROTOCOL_OSPF, MIB_ROUTE_ORIGIN_MANUAL},
    [RTPROT_RIP] = {MIB_ROUTE_PROTOCOL_RIP, MIB_ROUTE_ORIGIN_MANUAL},
};

uint8_t route_mib_protocol(uint8_t protocol)
{
    return protocol_map[protocol].protocol ? protocol_map[protocol].protocol
                                           : MIB_ROUTE_PROTOCOL_OTHER;
}

uint8_t route_mib_origin(uint8_t protocol)
{
    return protocol_map[protocol].origin;
}

uint8_t route_kernel_protocol(uint8_t mib_protocol, uint8_t mib_origin)
{
    /* RTPROT_BOOT is the same as RTPROT_STATIC on Windows; the latter is an administrator's. */
    for (unsigned int i = UINT8_MAX; i > RTPROT_REDIRECT; i--)
        if (i != RTPROT_BOOT && protocol_map[i].protocol == mib_protocol &&
            protocol_map[i].origin == mib_origin)
            return (uint8_t)i;
    return RTPROT_STATIC;
}

void route_record_row(const struct route_record_wide *record, uint32_t now, struct mib_route *ret)
{
    const struct route_record *common = &record->common;

    *ret = (struct mib_route){
        .prefix = record->prefix,
        .next_hop = record->gateway,
        .ifindex = common->ifindex,
        .metric = common->metric,
        .valid_lifetime = MIB_LIFETIME_INFINITE,
        .iftype = common->iftype,
        .family = common->flags & ROUTE_IPV6 ? MIB_FAMILY_IPV6 : MIB_FAMILY_IPV4,
        .next_hop_family = common->flags & ROUTE_GATEWAY_IPV6 ? MIB_FAMILY_IPV6 : MIB_FAMILY_IPV4,
        .prefix_length = common->prefix_length,
        .protocol = route_mib_protocol(common->protocol),
        .origin = route_mib_origin(common->protocol),
        .loopback = is_loopback(common),
    };
    if (common->flags & ROUTE_EXPIRES)
        ret->valid_lifetime = common->expires_at > now ? common->expires_at - now : 0;
}

struct nl_msg *route_request_dump(uint8_t af, uint32_t table, uint32_t ifindex)
{
    struct rtmsg info = {.rtm_family = af};
    struct nl_msg *message = nlmsg_alloc_simple(RTM_GETROUTE, NLM_F_DUMP);

    if (message && (nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO) < 0 ||
                    nla_put_u32(message, RTA_TABLE, table) < 0 ||
                    (ifindex && nla_put_u32(message, RTA_OIF, ifindex) < 0))) {
        nlmsg_free(message);
        return NULL;
    }
    return message;
}

struct nl_msg *route_request_lookup(const struct mib_route *row)
{
    bool ipv4 = row->family == MIB_FAMILY_IPV4;
    int length = (int)address_length(row->family);
    struct rtmsg info = {
        .rtm_family = ipv4 ? AF_INET : AF_INET6,
        .rtm_dst_len = (unsigned char)(length * 8),
        .rtm_flags = RTM_F_FIB_MATCH | (ipv4 ? RTM_F_LOOKUP_TABLE : 0), /* IPv6 knows but one */
    };
    struct nl_msg *message = nlmsg_alloc_simple(RTM_GETROUTE, 0);

    if (message && (nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO) < 0 ||
                    nla_put(message, RTA_DST, length, row->prefix.bytes) < 0 ||
                    nla_put_u32(message, RTA_OIF, row->ifindex) < 0)) {
        nlmsg_free(message);
        return NULL;
    }
    return message;
}
