/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Routes that are created, set and deleted. The kernel finds the route that a request means by what
 * the request says of it, and takes the first that fits. So a request for a route that is there
 * says all that the kernel itself says of it; and what is to become another route is added beside
 * it before it is deleted, so that there is a way at any moment, and nothing has changed when
 * either fails.
 */
#include "backend/netlink/socket/change.h"
#include "backend/netlink/socket/family.h"
#include "backend/netlink/table/route_search.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>

/* net/ipv6/route.c: what the kernel would make of 0 there is behind everything else. */
enum { FIRST_IPV6_METRIC = 1 };

/* What of a route is to be another than it is. */
struct variant {
    bool has_metric;
    uint32_t metric;
    bool has_protocol;
    uint8_t protocol;                    /* RTPROT_… */
    bool expires;                        /* IPv6 */
    uint32_t expires_in;                 /* s */
    const struct route_nexthop *of;      /* only this one of its nexthops … */
    const struct route_nexthop *without; /* … or all but this one */
};

static size_t length_of(uint8_t family)
{
    return family == MIB_FAMILY_IPV4 ? 4 : 16;
}

static bool same_nexthop(const struct rtnexthop *hop, uint8_t af, const struct route_nexthop *other)
{
    static const uint8_t none[16];
    struct nlattr *attributes[RTA_MAX + 1];
    const uint8_t *gateway = none;
    size_t length = 0;

    if ((uint32_t)hop->rtnh_ifindex != other->ifindex ||
        nla_parse(attributes, RTA_MAX, (struct nlattr *)RTNH_DATA(hop),
                  hop->rtnh_len - (int)RTNH_LENGTH(0), NULL) < 0)
        return false;
    if (attributes[RTA_GATEWAY]) {
        gateway = nla_data(attributes[RTA_GATEWAY]);
        length = (size_t)nla_len(attributes[RTA_GATEWAY]);
    } else if (attributes[RTA_VIA]) {
        const struct rtvia *via = nla_data(attributes[RTA_VIA]);

        af = (uint8_t)via->rtvia_family;
        gateway = via->rtvia_addr;
        length = (size_t)nla_len(attributes[RTA_VIA]) - sizeof(*via);
    }
    if (length > sizeof(other->gateway.bytes))
        return false;
    if (length == 0)
        return other->gateway_family == MIB_FAMILY_UNSPEC;
    return other->gateway_family == (af == AF_INET ? MIB_FAMILY_IPV4 : MIB_FAMILY_IPV6) &&
           memcmp(gateway, other->gateway.bytes, length) == 0;
}

/* The nexthops that the variant leaves, without what only the kernel says of them. */
static int put_nexthops(struct nl_msg *message, struct nlattr *multipath, uint8_t af,
                        const struct variant *variant)
{
    const struct rtnexthop *hop = nla_data(multipath);
    int left = nla_len(multipath);
    struct nlattr *nest = nla_nest_start(message, RTA_MULTIPATH);

    if (!nest)
        return -ENOMEM;
    while (left >= (int)sizeof(*hop) && RTNH_OK(hop, left)) {
        bool is_meant = (variant->of && same_nexthop(hop, af, variant->of)) ||
                        (variant->without && !same_nexthop(hop, af, variant->without)) ||
                        (!variant->of && !variant->without);

        if (is_meant) {
            struct rtnexthop *copy = nlmsg_reserve(message, RTNH_ALIGN(hop->rtnh_len), 0);

            if (!copy)
                return -ENOMEM;
            memcpy(copy, hop, RTNH_ALIGN(hop->rtnh_len));
            copy->rtnh_flags &= RTNH_F_ONLINK | RTNH_F_PERVASIVE;
        }
        left -= RTNH_ALIGN(hop->rtnh_len);
        hop = RTNH_NEXT(hop);
    }
    nla_nest_end(message, nest);
    return 0;
}

/* Whether an attribute of the kernel's is part of what a request says. */
static bool is_said(int type, bool has_object, const struct variant *variant)
{
    switch (type) {
    case RTA_CACHEINFO:
    case RTA_EXPIRES:
    case RTA_MULTIPATH:
        return false;
    case RTA_PRIORITY:
        return !variant->has_metric;
    case RTA_OIF:
    case RTA_GATEWAY:
    case RTA_VIA:
    case RTA_FLOW:
    case RTA_ENCAP:
    case RTA_ENCAP_TYPE:
        return !has_object; /* they are the object's */
    default:
        return true;
    }
}

/* A request about the route that was found, or a variant of it. */
static struct nl_msg *request_like(const struct route_search *search, uint16_t type, int flags,
                                   const struct variant *variant)
{
    struct rtmsg info = *(const struct rtmsg *)NLMSG_DATA(search->message);
    struct nl_msg *message = nlmsg_alloc_size(search->message->nlmsg_len + 256U);
    struct nlattr *said[RTA_MAX + 1];
    static const uint8_t no_gateway[16];
    bool has_object = search->route.nexthop_id != 0;
    struct nlattr *attribute;
    int left;
    int r = 0;

    if (!message || nlmsg_parse(search->message, sizeof(info), said, RTA_MAX, NULL) < 0)
        goto fail;
    info.rtm_flags &= RTNH_F_ONLINK | RTNH_F_PERVASIVE;
    if (variant->has_protocol)
        info.rtm_protocol = variant->protocol;
    if (!nlmsg_put(message, NL_AUTO_PORT, NL_AUTO_SEQ, type, 0, flags) ||
        nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO) < 0)
        goto fail;
    nlmsg_for_each_attr(attribute, search->message, sizeof(info), left)
    {
        if (is_said(nla_type(attribute), has_object, variant) &&
            nla_put(message, nla_type(attribute), nla_len(attribute), nla_data(attribute)) < 0)
            goto fail;
    }
    if (said[RTA_MULTIPATH] && !has_object)
        r = put_nexthops(message, said[RTA_MULTIPATH], info.rtm_family, variant);
    /* To IPv6, one with a gateway fits, too, unless it is said that there is none. */
    else if (type == RTM_DELROUTE && info.rtm_family == AF_INET6 && !has_object &&
             !said[RTA_GATEWAY])
        r = nla_put(message, RTA_GATEWAY, sizeof(no_gateway), no_gateway);
    if (r < 0 || (variant->has_metric && nla_put_u32(message, RTA_PRIORITY, variant->metric) < 0) ||
        (variant->expires && nla_put_u32(message, RTA_EXPIRES, variant->expires_in) < 0))
        goto fail;
    return message;

fail:
    nlmsg_free(message);
    return NULL;
}

/* One nexthop of several is asked for by itself where the route has several. */
static const struct route_nexthop *one_of_several(const struct route_search *search)
{
    return search->nexthop_count > 1 ? &search->nexthop : NULL;
}

/* Adds the variant, and deletes what it takes the place of. */
static int change_into(const struct route_search *search, const struct variant *added,
                       const struct variant *deleted)
{
    int r = netlink_change(request_like(search, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_APPEND, added));

    if (r < 0)
        return r;
    r = netlink_change(request_like(search, RTM_DELROUTE, 0, deleted));
    if (r < 0)
        (void)netlink_change(request_like(search, RTM_DELROUTE, 0, added));
    return r;
}

static int delete_route(struct route_search *search)
{
    const struct variant whole = {0};
    const struct variant one = {.of = one_of_several(search)};
    const struct variant others = {.without = one_of_several(search)};
    int r = route_search_is_first(search);

    if (r < 0)
        return r;
    if (!one.of)
        return netlink_change(request_like(search, RTM_DELROUTE, 0, &whole));
    /* The members of a group belong to other routes, too. */
    if (search->route.nexthop_id != 0)
        return -EOPNOTSUPP;
    /* IPv6 has them one by one; of an IPv4 route, the others become a route in its place. */
    if (search->route.family == MIB_FAMILY_IPV6)
        return netlink_change(request_like(search, RTM_DELROUTE, 0, &one));
    return change_into(search, &others, &whole);
}

static int set_route(struct route_search *search, const struct mib_route *row, uint64_t fields)
{
    struct mib_route now;
    struct variant variant = {.of = one_of_several(search)};
    const struct variant deleted = {.of = one_of_several(search)};
    bool other_lifetime;
    int r;

    route_record_row(&search->best, 0, &now);
    other_lifetime = (fields & MIB_ROUTE_LIFETIME) &&
                     (search->route.expires || row->valid_lifetime != MIB_LIFETIME_INFINITE);
    variant.has_metric = (fields & MIB_ROUTE_METRIC) && row->metric != search->route.metric;
    variant.metric = row->metric;
    variant.has_protocol = (fields & MIB_ROUTE_PROTOCOL) &&
                           (row->protocol != now.protocol || row->origin != now.origin);
    variant.protocol = route_kernel_protocol(row->protocol, row->origin);
    if (!variant.has_metric && !variant.has_protocol && !other_lifetime)
        return 0;
    variant.expires = search->route.expires;
    variant.expires_in = (uint32_t)search->route.expires_in;
    if (fields & MIB_ROUTE_LIFETIME) {
        variant.expires = row->valid_lifetime != MIB_LIFETIME_INFINITE;
        variant.expires_in = row->valid_lifetime;
    }
    /* IPv6 has one route of a metric and nexthop; the kernel's replace may hit another. */
    if ((search->route.family == MIB_FAMILY_IPV6 && !variant.has_metric) ||
        (variant.of && (search->route.family == MIB_FAMILY_IPV4 || search->route.nexthop_id != 0)))
        return -EOPNOTSUPP;
    r = route_search_is_first(search);
    return r < 0 ? r : change_into(search, &variant, &deleted);
}

/* A new route of table main. on_link: the next hop is taken for on-link, whatever routes there are.
 */
static struct nl_msg *request_create(const struct mib_route *row, uint64_t fields, bool on_link)
{
    bool ipv4 = row->family == MIB_FAMILY_IPV4;
    bool has_gateway = !mib_addr_is_zero(&row->next_hop);
    int length = (int)length_of(row->family);
    struct rtmsg info = {
        .rtm_family = af_of(row->family),
        .rtm_dst_len = row->prefix_length,
        .rtm_table = RT_TABLE_MAIN,
        .rtm_protocol = fields & MIB_ROUTE_PROTOCOL
                            ? route_kernel_protocol(row->protocol, row->origin)
                            : RTPROT_STATIC,
        .rtm_scope = ipv4 && !has_gateway ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE,
        .rtm_type = RTN_UNICAST,
        .rtm_flags = on_link ? RTNH_F_ONLINK : 0,
    };
    struct nl_msg *message = nlmsg_alloc_simple(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_APPEND);
    struct {
        uint16_t family;
        uint8_t address[16];
    } via = {.family = AF_INET6};

    memcpy(via.address, row->next_hop.bytes, sizeof(via.address));
    if (message &&
        (nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO) < 0 ||
         nla_put(message, RTA_DST, length, row->prefix.bytes) < 0 ||
         nla_put_u32(message, RTA_OIF, row->ifindex) < 0 ||
         ((fields & MIB_ROUTE_METRIC) && nla_put_u32(message, RTA_PRIORITY, row->metric) < 0) ||
         (has_gateway && row->next_hop_family == row->family &&
          nla_put(message, RTA_GATEWAY, length, row->next_hop.bytes) < 0) ||
         (has_gateway && row->next_hop_family != row->family &&
          nla_put(message, RTA_VIA, sizeof(via), &via) < 0) ||
         (row->valid_lifetime != MIB_LIFETIME_INFINITE && (fields & MIB_ROUTE_LIFETIME) &&
          nla_put_u32(message, RTA_EXPIRES, row->valid_lifetime) < 0))) {
        nlmsg_free(message);
        return NULL;
    }
    return message;
}

static int create_route(const struct mib_route *row, uint64_t fields)
{
    int r = netlink_change(request_create(row, fields, false));

    /* On Windows a next hop is on its interface, whether a route says so or not. */
    if ((r == -ENETUNREACH || r == -EHOSTUNREACH || r == -EINVAL) &&
        !mib_addr_is_zero(&row->next_hop))
        r = netlink_change(request_create(row, fields, true));
    return r;
}

int route_change(enum mib_verb verb, const void *memory, uint64_t fields)
{
    struct mib_route row = *(const struct mib_route *)memory;
    struct route_search search;
    int r = route_search_run(&search, &row);

    if (row.family == MIB_FAMILY_IPV6 && row.metric == 0)
        row.metric = FIRST_IPV6_METRIC;
    if ((fields & MIB_ROUTE_LIFETIME) && row.family == MIB_FAMILY_IPV4 &&
        row.valid_lifetime != MIB_LIFETIME_INFINITE && (r == 0 || r == -ENOENT))
        r = -EOPNOTSUPP; /* IPv4 routes do not expire */
    switch (verb) {
    case MIB_VERB_CREATE:
        if (r == 0)
            r = -EEXIST;
        else if (r == -ENOENT)
            r = create_route(&row, fields);
        break;
    case MIB_VERB_SET:
        if (r == 0)
            r = set_route(&search, &row, fields);
        break;
    case MIB_VERB_DELETE:
        if (r == 0)
            r = delete_route(&search);
        break;
    default:
        r = -EOPNOTSUPP;
        break;
    }
    route_search_end(&search);
    return r == -ESRCH ? -ENOENT : r;
}
