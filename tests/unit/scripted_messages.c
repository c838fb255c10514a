/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scripted_messages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/ipv6.h>
#include <linux/netconf.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct nl_msg *begin(uint16_t type, uint16_t flags, const void *fixed, size_t length)
{
    struct nl_msg *message = nlmsg_alloc_simple(type, flags);

    assert_non_null(message);
    assert_int_equal(nlmsg_append(message, (void *)fixed, length, NLMSG_ALIGNTO), 0);
    return message;
}

static void put(struct nl_msg *message, int type, const void *data, size_t length)
{
    assert_int_equal(nla_put(message, type, (int)length, data), 0);
}

static struct nlmsghdr *end(struct nl_msg *message)
{
    const struct nlmsghdr *header = nlmsg_hdr(message);
    struct nlmsghdr *copy = malloc(header->nlmsg_len);

    assert_non_null(copy);
    memcpy(copy, header, header->nlmsg_len);
    nlmsg_free(message);
    return copy;
}

/* With IFLA_INET6_CONF, as far as it is needed. */
static void put_ipv6_spec(struct nl_msg *message, uint32_t mtu)
{
    uint32_t conf[DEVCONF_MAX] = {0};

    if (mtu == 0) {
        put(message, AF_INET6, NULL, 0); /* libnl takes nests away that are empty */
        return;
    }
    struct nlattr *spec = nla_nest_start(message, AF_INET6);
    assert_non_null(spec);
    conf[DEVCONF_MTU6] = mtu;
    put(message, IFLA_INET6_CONF, conf, sizeof(conf));
    (void)nla_nest_end(message, spec);
}

static struct nlmsghdr *build_link(const struct scripted_link *link, uint32_t ifindex)
{
    const struct ifinfomsg info = {
        .ifi_family = (unsigned char)link->family,
        .ifi_index = (int)ifindex,
        .ifi_type = link->arphrd   ? link->arphrd
                    : ifindex == 1 ? ARPHRD_LOOPBACK
                                   : ARPHRD_NONE,
        .ifi_flags = link->flags | (link->is_down ? 0 : IFF_UP | IFF_RUNNING | IFF_LOWER_UP),
    };
    const uint32_t mtu = link->mtu ? link->mtu : 1500;
    char name[IFNAMSIZ];
    struct nl_msg *message =
        begin(link->deleted ? RTM_DELLINK : RTM_NEWLINK, 0, &info, sizeof(info));

    (void)snprintf(name, sizeof(name), "link%u", ifindex);
    put(message, IFLA_IFNAME, name, strlen(name) + 1);
    put(message, IFLA_MTU, &mtu, sizeof(mtu));
    if (link->family != AF_UNSPEC)
        return end(message);
    if (link->master)
        put(message, IFLA_MASTER, &link->master, sizeof(link->master));
    if (link->lower)
        put(message, IFLA_LINK, &link->lower, sizeof(link->lower));
    if (link->is_ipvlan) {
        struct nlattr *kind = nla_nest_start(message, IFLA_LINKINFO);
        assert_non_null(kind);
        put(message, IFLA_INFO_KIND, "ipvlan", sizeof("ipvlan"));
        (void)nla_nest_end(message, kind);
    }
    struct nlattr *specs = nla_nest_start(message, IFLA_AF_SPEC);
    assert_non_null(specs);
    put(message, AF_INET, NULL, 0);
    if (!link->without_ipv6)
        put_ipv6_spec(message, link->ipv6_mtu);
    (void)nla_nest_end(message, specs);
    return end(message);
}

static void gateway_of(int family, uint8_t gateway, uint8_t bytes[16])
{
    memset(bytes, 0, 16);
    bytes[0] = family == AF_INET ? 10 : 0x20;
    bytes[family == AF_INET ? 3 : 15] = gateway;
}

static void put_nexthop(struct nl_msg *message, int family, struct rtnexthop hop, uint8_t gateway)
{
    uint8_t bytes[16];
    size_t length = family == AF_INET ? 4 : 16;

    gateway_of(family, gateway, bytes);
    hop.rtnh_len = (unsigned short)(sizeof(hop) + RTA_SPACE(length));
    assert_int_equal(nlmsg_append(message, &hop, sizeof(hop), NLMSG_ALIGNTO), 0);
    put(message, RTA_GATEWAY, bytes, length);
}

static void put_multipath(struct nl_msg *message, const struct scripted_route *route,
                          uint32_t ifindex)
{
    const struct rtnexthop first = {.rtnh_ifindex = (int)ifindex};
    const struct rtnexthop second = {
        .rtnh_flags = route->nexthop_is_dead ? RTNH_F_DEAD : 0,
        .rtnh_hops = route->weight,
        .rtnh_ifindex = (int)route->second_link,
    };
    struct nlattr *nexthops = nla_nest_start(message, RTA_MULTIPATH);

    assert_non_null(nexthops);
    put_nexthop(message, route->family, first, route->gateway);
    put_nexthop(message, route->family, second, route->second_gateway);
    (void)nla_nest_end(message, nexthops);
}

static struct nlmsghdr *build_route(const struct scripted_route *route, uint64_t time_ms)
{
    uint32_t table = route->table ? route->table : RT_TABLE_MAIN;
    uint32_t metric = route->metric ? route->metric : 10;
    uint32_t ifindex = route->link ? route->link : 2;
    size_t length = route->family == AF_INET ? 4 : 16;
    uint8_t prefix[16] = {10, route->number};
    uint8_t gateway[16];
    const struct rtmsg info = {
        .rtm_family = (unsigned char)route->family,
        .rtm_dst_len = route->family == AF_INET ? 16 : 32,
        .rtm_tos = route->tos,
        .rtm_table = (unsigned char)table,
        .rtm_protocol = route->protocol ? route->protocol : RTPROT_STATIC,
        .rtm_scope = route->scope,
        .rtm_type = route->type ? route->type : RTN_UNICAST,
        .rtm_flags = route->nexthop_is_dead && !route->second_gateway ? RTNH_F_DEAD : 0,
    };
    struct nl_msg *message =
        begin(route->deleted ? RTM_DELROUTE : RTM_NEWROUTE, route->flags, &info, sizeof(info));

    if (route->family == AF_INET6)
        memcpy(prefix, (const uint8_t[]){0x20, 0x01, 0, route->number}, 4);
    put(message, RTA_DST, prefix, length);
    put(message, RTA_TABLE, &table, sizeof(table));
    put(message, RTA_PRIORITY, &metric, sizeof(metric));
    if (route->has_expiry) {
        const struct rta_cacheinfo cache = {
            .rta_expires = route->expires_at
                               ? (int32_t)((int64_t)route->expires_at - (int64_t)time_ms) / 10
                               : route->expires,
        };
        put(message, RTA_CACHEINFO, &cache, sizeof(cache));
    }
    if (route->nexthop)
        put(message, RTA_NH_ID, &route->nexthop, sizeof(route->nexthop));
    if (route->nexthop && !route->compatible)
        return end(message);
    if (route->second_gateway) {
        put_multipath(message, route, ifindex);
    } else if (info.rtm_type == RTN_UNICAST || info.rtm_type == RTN_LOCAL) {
        put(message, RTA_OIF, &ifindex, sizeof(ifindex));
        gateway_of(route->family, route->gateway, gateway);
        if (route->gateway)
            put(message, RTA_GATEWAY, gateway, length);
    }
    return end(message);
}

static struct nlmsghdr *build_nexthop(const struct scripted_nexthop *nexthop)
{
    const struct nhmsg info = {.nh_family = (unsigned char)nexthop->family};
    uint8_t bytes[16];
    struct nl_msg *message =
        begin(nexthop->deleted ? RTM_DELNEXTHOP : RTM_NEWNEXTHOP, 0, &info, sizeof(info));

    gateway_of(nexthop->family, nexthop->gateway, bytes);
    put(message, NHA_ID, &nexthop->id, sizeof(nexthop->id));
    put(message, NHA_OIF, &nexthop->link, sizeof(nexthop->link));
    put(message, NHA_GATEWAY, bytes, nexthop->family == AF_INET ? 4 : 16);
    return end(message);
}

static struct nlmsghdr *build_address(const struct scripted_address *address, unsigned number)
{
    const struct ifaddrmsg info = {
        .ifa_family = (unsigned char)address->family,
        .ifa_prefixlen = address->family == AF_INET ? 24 : 64,
        .ifa_flags = IFA_F_PERMANENT,
        .ifa_index = address->link,
    };
    uint8_t low = (uint8_t)number;
    uint8_t high = (uint8_t)(number >> 8);
    const uint8_t ipv4[4] = {10, low, high, 1};
    const uint8_t ipv6[16] = {0x20, 0x01, 0, low, high, [15] = 1};
    struct nl_msg *message =
        begin(address->deleted ? RTM_DELADDR : RTM_NEWADDR, 0, &info, sizeof(info));

    if (address->family == AF_INET)
        put(message, IFA_ADDRESS, ipv4, sizeof(ipv4));
    else
        put(message, IFA_ADDRESS, ipv6, sizeof(ipv6));
    return end(message);
}

static struct nlmsghdr *build_prefix(uint32_t ifindex)
{
    const struct prefixmsg info = {.prefix_family = AF_INET6, .prefix_ifindex = (int)ifindex};

    return end(begin(RTM_NEWPREFIX, 0, &info, sizeof(info)));
}

static struct nlmsghdr *build_netconf(const struct scripted_netconf *netconf)
{
    const struct netconfmsg info = {.ncm_family = (unsigned char)netconf->family};
    struct nl_msg *message =
        begin(netconf->deleted ? RTM_DELNETCONF : RTM_NEWNETCONF, 0, &info, sizeof(info));

    put(message, NETCONFA_IFINDEX, &netconf->ifindex, sizeof(netconf->ifindex));
    put(message, NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN, &netconf->ignores_linkdown,
        sizeof(netconf->ignores_linkdown));
    return end(message);
}

static struct nlmsghdr *build_malformed(const struct scripted_malformed *malformed)
{
    const uint8_t bytes[NLMSG_ALIGNTO] = {malformed->family};
    struct nlmsghdr *message = end(begin(malformed->type, 0, bytes, sizeof(bytes)));

    message->nlmsg_len = NLMSG_LENGTH(2);
    return message;
}

unsigned scripted_message_count(const struct scripted_message *message)
{
    unsigned count = 1;

    if (message->kind == SCRIPTED_ADDRESS && message->address.count)
        count = message->address.count;
    if ((message->kind == SCRIPTED_LINK || message->kind == SCRIPTED_NO_LINK) && message->link.last)
        count = message->link.last - message->link.ifindex + 1;
    return count;
}

struct nlmsghdr *scripted_message_build(const struct scripted_message *message, unsigned nth,
                                        uint64_t time_ms)
{
    switch (message->kind) {
    case SCRIPTED_LINK:
        return build_link(&message->link, message->link.ifindex + nth);
    case SCRIPTED_NEXTHOP:
        return build_nexthop(&message->nexthop);
    case SCRIPTED_ROUTE:
        return build_route(&message->route, time_ms);
    case SCRIPTED_ADDRESS:
        return build_address(&message->address, message->address.number + nth);
    case SCRIPTED_PREFIX:
        return build_prefix(message->prefix_link);
    case SCRIPTED_NETCONF:
        return build_netconf(&message->netconf);
    case SCRIPTED_MALFORMED:
        return build_malformed(&message->malformed);
    case SCRIPTED_END:
    case SCRIPTED_NO_LINK:
    case SCRIPTED_TRUNCATED:
    case SCRIPTED_FAILURE:
        break;
    }
    fail_msg("kind %d is no message", (int)message->kind);
    return NULL;
}
