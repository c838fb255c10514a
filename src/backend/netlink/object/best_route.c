/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Used by table/best_route.c. Unlike route.c it takes routes of any table: the kernel decides by
 * its rules, and may choose one that no row of the table of routes shows.
 */
#include "backend/netlink/object/best_route.h"
#include "backend/netlink/socket/family.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>

static size_t length_of(uint8_t af)
{
    return af == AF_INET ? 4 : 16;
}

/* An address of that family; false: it has another length. */
static bool take_address(struct nlattr *attribute, uint8_t af, struct mib_addr *ret)
{
    if ((size_t)nla_len(attribute) != length_of(af))
        return false;
    memcpy(ret->bytes, nla_data(attribute), length_of(af));
    return true;
}

/* A gateway of a family of its own. */
static bool take_via(struct nlattr *attribute, struct best_route_message *parsed)
{
    const struct rtvia *via = nla_data(attribute);
    size_t length = (size_t)nla_len(attribute);

    if (length < sizeof(*via) || (via->rtvia_family != AF_INET && via->rtvia_family != AF_INET6) ||
        length - sizeof(*via) != length_of((uint8_t)via->rtvia_family))
        return false;
    memcpy(parsed->gateway.bytes, via->rtvia_addr, length - sizeof(*via));
    parsed->gateway_family = via->rtvia_family == AF_INET ? MIB_FAMILY_IPV4 : MIB_FAMILY_IPV6;
    return true;
}

static int take_metrics(struct nlattr *attribute, struct best_route_message *parsed)
{
    static const struct nla_policy policy[RTAX_MAX + 1] = {
        [RTAX_MTU] = {.type = NLA_U32, .maxlen = sizeof(uint32_t)},
    };
    struct nlattr *metrics[RTAX_MAX + 1];

    if (nla_parse_nested(metrics, RTAX_MAX, attribute, (struct nla_policy *)policy) < 0)
        return -EBADMSG;
    if (metrics[RTAX_MTU])
        parsed->mtu = nla_get_u32(metrics[RTAX_MTU]);
    return 0;
}

int best_route_parse(const struct nlmsghdr *message, struct best_route_message *ret)
{
    static const struct nla_policy policy[RTA_MAX + 1] = {
        [RTA_OIF] = {.type = NLA_U32, .maxlen = sizeof(uint32_t)},
        [RTA_PRIORITY] = {.type = NLA_U32, .maxlen = sizeof(uint32_t)},
        [RTA_EXPIRES] = {.type = NLA_U32, .maxlen = sizeof(uint32_t)},
        [RTA_TABLE] = {.type = NLA_U32, .maxlen = sizeof(uint32_t)},
        [RTA_METRICS] = {.type = NLA_NESTED},
    };
    struct nlattr *attributes[RTA_MAX + 1];
    struct best_route_message parsed = {0};
    const struct rtmsg *info;

    if (message->nlmsg_type != RTM_NEWROUTE || message->nlmsg_len < NLMSG_LENGTH(sizeof(*info)) ||
        nlmsg_parse((struct nlmsghdr *)message, sizeof(*info), attributes, RTA_MAX, policy) < 0)
        return -EBADMSG;
    info = NLMSG_DATA(message);
    uint8_t af = info->rtm_family;
    if ((af != AF_INET && af != AF_INET6) || info->rtm_dst_len > length_of(af) * 8)
        return -EBADMSG;
    parsed.prefix_length = info->rtm_dst_len;
    parsed.protocol = info->rtm_protocol;
    parsed.type = info->rtm_type;
    parsed.table = attributes[RTA_TABLE] ? nla_get_u32(attributes[RTA_TABLE]) : info->rtm_table;
    parsed.cloned = info->rtm_flags & RTM_F_CLONED;
    parsed.incoming = attributes[RTA_IIF] != NULL;
    if ((attributes[RTA_DST] && !take_address(attributes[RTA_DST], af, &parsed.prefix)) ||
        (attributes[RTA_PREFSRC] && !take_address(attributes[RTA_PREFSRC], af, &parsed.source)) ||
        (attributes[RTA_VIA] && !take_via(attributes[RTA_VIA], &parsed)) ||
        (attributes[RTA_METRICS] && take_metrics(attributes[RTA_METRICS], &parsed) < 0))
        return -EBADMSG;
    if (attributes[RTA_GATEWAY]) {
        if (!take_address(attributes[RTA_GATEWAY], af, &parsed.gateway))
            return -EBADMSG;
        parsed.gateway_family = af == AF_INET ? MIB_FAMILY_IPV4 : MIB_FAMILY_IPV6;
    }
    if (attributes[RTA_OIF])
        parsed.ifindex = nla_get_u32(attributes[RTA_OIF]);
    if (attributes[RTA_PRIORITY])
        parsed.metric = nla_get_u32(attributes[RTA_PRIORITY]);
    if (attributes[RTA_EXPIRES]) {
        parsed.expires = true;
        parsed.expires_in = nla_get_s32(attributes[RTA_EXPIRES]);
    }
    *ret = parsed;
    return 0;
}

/*
 * Instead of the address that is zero. For IPv4 the kernel takes that for the loopback address, but
 * the address beside it, which is nobody's, for any other: every route that matches one matches
 * both, but one to that address. For IPv6 a packet to it would come from a link-local address, and
 * one to any global address from a global one.
 */
static void destination_of(const struct mib_best_route *query, bool in_table, struct mib_addr *ret)
{
    *ret = query->destination;
    if (!mib_addr_is_zero(ret))
        return;
    if (query->family == MIB_FAMILY_IPV4)
        ret->bytes[3] = 1;
    else if (!in_table && query->ifindex != 0)
        ret->bytes[0] = 0x20;
}

struct nl_msg *best_route_request(const struct mib_best_route *query, bool in_table)
{
    uint8_t af = af_of(query->family);
    int length = (int)length_of(af);
    bool has_source = !mib_addr_is_zero(&query->source);
    struct rtmsg info = {
        .rtm_family = af,
        .rtm_dst_len = (unsigned char)(length * 8),
        .rtm_src_len = has_source ? (unsigned char)(length * 8) : 0,
        .rtm_flags = in_table ? RTM_F_FIB_MATCH : 0,
    };
    struct nl_msg *message = nlmsg_alloc_simple(RTM_GETROUTE, 0);
    struct mib_addr destination;

    destination_of(query, in_table, &destination);
    if (message && (nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO) < 0 ||
                    nla_put(message, RTA_DST, length, destination.bytes) < 0 ||
                    (has_source && nla_put(message, RTA_SRC, length, query->source.bytes) < 0) ||
                    (query->ifindex && nla_put_u32(message, RTA_OIF, query->ifindex) < 0))) {
        nlmsg_free(message);
        return NULL;
    }
    return message;
}

struct nl_msg *best_route_request_exceptions(enum mib_family family)
{
    struct rtmsg info = {.rtm_family = af_of(family), .rtm_flags = RTM_F_CLONED};
    struct nl_msg *message = nlmsg_alloc_simple(RTM_GETROUTE, NLM_F_DUMP);

    if (message && nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO) < 0) {
        nlmsg_free(message);
        return NULL;
    }
    return message;
}

struct nl_msg *best_route_request_forget(const struct best_route_message *exception)
{
    struct rtmsg info = {.rtm_family = AF_INET6, .rtm_dst_len = 128, .rtm_flags = RTM_F_CLONED};
    struct nl_msg *message = nlmsg_alloc_simple(RTM_DELROUTE, NLM_F_ACK);

    if (message &&
        (nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO) < 0 ||
         nla_put(message, RTA_DST, (int)length_of(AF_INET6), exception->prefix.bytes) < 0 ||
         nla_put_u32(message, RTA_TABLE, exception->table) < 0 ||
         (exception->ifindex && nla_put_u32(message, RTA_OIF, exception->ifindex) < 0))) {
        nlmsg_free(message);
        return NULL;
    }
    return message;
}
