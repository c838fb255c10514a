/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is in which attribute of rtnetlink's messages: linux/rtnetlink.h, if_link.h, if_addr.h, … */
#include "anonymous_policy.h"

#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/if_tunnel.h>
#include <linux/neighbour.h>
#include <linux/netconf.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#define KEEP(bytes)                                                                                \
    {                                                                                              \
        .kind = ANONYMOUS_KEEP, .max = (bytes)                                                     \
    }
#define NEST(set)                                                                                  \
    {                                                                                              \
        .kind = ANONYMOUS_NEST, .nested = &(set)                                                   \
    }
#define SET(name)                                                                                  \
    static const struct anonymous_set name = {name##_policies, sizeof(name##_policies) /           \
                                                                   sizeof(name##_policies[0])}

static const struct anonymous_policy inet_policies[] = {
    [IFLA_INET_CONF] = KEEP(512),
};
SET(inet);

static const struct anonymous_policy inet6_policies[] = {
    [IFLA_INET6_FLAGS] = KEEP(4),         [IFLA_INET6_CONF] = KEEP(1024),
    [IFLA_INET6_STATS] = KEEP(1024),      [IFLA_INET6_CACHEINFO] = KEEP(16),
    [IFLA_INET6_ICMP6STATS] = KEEP(1024), [IFLA_INET6_ADDR_GEN_MODE] = KEEP(1),
    [IFLA_INET6_RA_MTU] = KEEP(4),
};
SET(inet6);

static const struct anonymous_policy families_policies[] = {
    [AF_INET] = NEST(inet),
    [AF_INET6] = NEST(inet6),
};
SET(families);

/* Of the kernel's words IFLA_INFO_KIND is one. */
static const struct anonymous_policy link_info_policies[] = {
    [IFLA_INFO_KIND] = KEEP(16),
    [IFLA_INFO_DATA] = {.kind = ANONYMOUS_NEST},
    [IFLA_INFO_SLAVE_KIND] = KEEP(16),
};
SET(link_info);

static const struct anonymous_policy tun_policies[] = {
    [IFLA_TUN_TYPE] = KEEP(1),
    [IFLA_TUN_PI] = KEEP(1),
    [IFLA_TUN_VNET_HDR] = KEEP(1),
    [IFLA_TUN_PERSIST] = KEEP(1),
    [IFLA_TUN_MULTI_QUEUE] = KEEP(1),
    [IFLA_TUN_NUM_QUEUES] = KEEP(4),
    [IFLA_TUN_NUM_DISABLED_QUEUES] = KEEP(4),
};
SET(tun);

static const struct anonymous_policy ip_tunnel_policies[] = {
    [IFLA_IPTUN_LINK] = KEEP(4),
    [IFLA_IPTUN_LOCAL] = {.kind = ANONYMOUS_IPV4},
    [IFLA_IPTUN_REMOTE] = {.kind = ANONYMOUS_IPV4},
    [IFLA_IPTUN_TTL] = KEEP(1),
    [IFLA_IPTUN_TOS] = KEEP(1),
    [IFLA_IPTUN_FLAGS] = KEEP(2),
    [IFLA_IPTUN_PROTO] = KEEP(1),
    [IFLA_IPTUN_PMTUDISC] = KEEP(1),
};
SET(ip_tunnel);

static const struct anonymous_policy link_policies[] = {
    [IFLA_ADDRESS] = {.kind = ANONYMOUS_LINK_ADDRESS},
    [IFLA_BROADCAST] = {.kind = ANONYMOUS_LINK_ADDRESS},
    [IFLA_PERM_ADDRESS] = {.kind = ANONYMOUS_LINK_ADDRESS},
    [IFLA_IFNAME] = {.kind = ANONYMOUS_NAME},
    [IFLA_IFALIAS] = {.kind = ANONYMOUS_TEXT},
    [IFLA_PARENT_DEV_NAME] = {.kind = ANONYMOUS_TEXT},
    [IFLA_MTU] = KEEP(4),
    [IFLA_LINK] = KEEP(4),
    [IFLA_STATS] = KEEP(256),
    [IFLA_STATS64] = KEEP(512),
    [IFLA_MASTER] = KEEP(4),
    [IFLA_TXQLEN] = KEEP(4),
    [IFLA_OPERSTATE] = KEEP(1),
    [IFLA_LINKMODE] = KEEP(1),
    [IFLA_LINKINFO] = {.kind = ANONYMOUS_LINKINFO, .nested = &link_info},
    [IFLA_EXT_MASK] = KEEP(4),
    [IFLA_PROMISCUITY] = KEEP(4),
    [IFLA_CARRIER] = KEEP(1),
    [IFLA_CARRIER_CHANGES] = KEEP(4),
    [IFLA_LINK_NETNSID] = KEEP(4),
    [IFLA_EVENT] = KEEP(4),
    [IFLA_MIN_MTU] = KEEP(4),
    [IFLA_MAX_MTU] = KEEP(4),
    [IFLA_WIRELESS] = {.kind = ANONYMOUS_EMPTY},
    [IFLA_AF_SPEC] = {.kind = ANONYMOUS_NEST, .nested = &families, .unspec = 1},
    [IFLA_PROTINFO] = {.kind = ANONYMOUS_NEST, .nested = &inet6, .family = AF_INET6},
};
SET(link);

static const struct anonymous_policy address_policies[] = {
    [IFA_ADDRESS] = {.kind = ANONYMOUS_ADDRESS},
    [IFA_LOCAL] = {.kind = ANONYMOUS_ADDRESS},
    [IFA_BROADCAST] = {.kind = ANONYMOUS_ADDRESS},
    [IFA_ANYCAST] = {.kind = ANONYMOUS_ADDRESS},
    [IFA_MULTICAST] = {.kind = ANONYMOUS_ADDRESS},
    [IFA_CACHEINFO] = KEEP(16),
    [IFA_FLAGS] = KEEP(4),
    [IFA_RT_PRIORITY] = KEEP(4),
    [IFA_PROTO] = KEEP(1),
};
SET(address);

/* Numbers but for the name of an algorithm. */
static const struct anonymous_policy metrics_policies[] = {
    [RTAX_LOCK] = KEEP(4),     [RTAX_MTU] = KEEP(4),      [RTAX_WINDOW] = KEEP(4),
    [RTAX_RTT] = KEEP(4),      [RTAX_RTTVAR] = KEEP(4),   [RTAX_SSTHRESH] = KEEP(4),
    [RTAX_CWND] = KEEP(4),     [RTAX_ADVMSS] = KEEP(4),   [RTAX_REORDERING] = KEEP(4),
    [RTAX_HOPLIMIT] = KEEP(4), [RTAX_INITCWND] = KEEP(4), [RTAX_FEATURES] = KEEP(4),
    [RTAX_RTO_MIN] = KEEP(4),  [RTAX_INITRWND] = KEEP(4), [RTAX_QUICKACK] = KEEP(4),
};
SET(metrics);

/* Of a nexthop in a route of several. */
static const struct anonymous_policy hop_policies[] = {
    [RTA_GATEWAY] = {.kind = ANONYMOUS_ADDRESS},
    [RTA_VIA] = {.kind = ANONYMOUS_VIA},
    [RTA_FLOW] = KEEP(4),
    [RTA_ENCAP] = {.kind = ANONYMOUS_EMPTY},
    [RTA_ENCAP_TYPE] = KEEP(2),
};
SET(hop);

static const struct anonymous_policy route_policies[] = {
    [RTA_DST] = {.kind = ANONYMOUS_DESTINATION},
    [RTA_SRC] = {.kind = ANONYMOUS_SOURCE},
    [RTA_GATEWAY] = {.kind = ANONYMOUS_ADDRESS},
    [RTA_PREFSRC] = {.kind = ANONYMOUS_ADDRESS},
    [RTA_MULTIPATH] = {.kind = ANONYMOUS_MULTIPATH, .nested = &hop},
    [RTA_VIA] = {.kind = ANONYMOUS_VIA},
    [RTA_METRICS] = NEST(metrics),
    [RTA_ENCAP] = {.kind = ANONYMOUS_EMPTY},
    [RTA_ENCAP_TYPE] = KEEP(2),
    [RTA_IIF] = KEEP(4),
    [RTA_OIF] = KEEP(4),
    [RTA_PRIORITY] = KEEP(4),
    [RTA_FLOW] = KEEP(4),
    [RTA_CACHEINFO] = KEEP(32),
    [RTA_TABLE] = KEEP(4),
    [RTA_MARK] = KEEP(4),
    [RTA_PREF] = KEEP(1),
    [RTA_EXPIRES] = KEEP(8),
    [RTA_TTL_PROPAGATE] = KEEP(1),
    [RTA_NH_ID] = KEEP(4),
};
SET(route);

static const struct anonymous_policy neighbour_policies[] = {
    [NDA_DST] = {.kind = ANONYMOUS_ADDRESS},
    [NDA_LLADDR] = {.kind = ANONYMOUS_LINK_ADDRESS},
    [NDA_CACHEINFO] = KEEP(16),
    [NDA_PROBES] = KEEP(4),
    [NDA_IFINDEX] = KEEP(4),
    [NDA_MASTER] = KEEP(4),
    [NDA_PROTOCOL] = KEEP(1),
};
SET(neighbour);

static const struct anonymous_policy prefix_policies[] = {
    [PREFIX_ADDRESS] = {.kind = ANONYMOUS_DESTINATION},
    [PREFIX_CACHEINFO] = KEEP(8),
};
SET(prefix);

static const struct anonymous_policy netconf_policies[] = {
    [NETCONFA_IFINDEX] = KEEP(4),     [NETCONFA_FORWARDING] = KEEP(4),
    [NETCONFA_RP_FILTER] = KEEP(4),   [NETCONFA_MC_FORWARDING] = KEEP(4),
    [NETCONFA_PROXY_NEIGH] = KEEP(4), [NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN] = KEEP(4),
    [NETCONFA_INPUT] = KEEP(4),       [NETCONFA_BC_FORWARDING] = KEEP(4),
};
SET(netconf);

static const struct anonymous_policy nexthop_policies[] = {
    [NHA_ID] = KEEP(4),
    [NHA_GROUP] = KEEP(65528),
    [NHA_GROUP_TYPE] = KEEP(2),
    [NHA_BLACKHOLE] = {.kind = ANONYMOUS_EMPTY},
    [NHA_OIF] = KEEP(4),
    [NHA_GATEWAY] = {.kind = ANONYMOUS_ADDRESS},
    [NHA_ENCAP_TYPE] = KEEP(2),
    [NHA_ENCAP] = {.kind = ANONYMOUS_EMPTY},
    [NHA_GROUPS] = {.kind = ANONYMOUS_EMPTY},
    [NHA_MASTER] = KEEP(4),
    [NHA_FDB] = {.kind = ANONYMOUS_EMPTY},
};
SET(nexthop);

static const struct anonymous_message messages[] = {
    {&link, RTM_NEWLINK, RTM_SETLINK, sizeof(struct ifinfomsg), 0, 0},
    {&address, RTM_NEWADDR, RTM_GETADDR, sizeof(struct ifaddrmsg), 0, 0},
    {&address, RTM_GETMULTICAST, RTM_GETMULTICAST, sizeof(struct ifaddrmsg), 0, 0},
    {&address, RTM_GETANYCAST, RTM_GETANYCAST, sizeof(struct ifaddrmsg), 0, 0},
    {&route, RTM_NEWROUTE, RTM_GETROUTE, sizeof(struct rtmsg), offsetof(struct rtmsg, rtm_dst_len),
     offsetof(struct rtmsg, rtm_src_len)},
    {&neighbour, RTM_NEWNEIGH, RTM_GETNEIGH, sizeof(struct ndmsg), 0, 0},
    {&prefix, RTM_NEWPREFIX, RTM_NEWPREFIX, sizeof(struct prefixmsg),
     offsetof(struct prefixmsg, prefix_len), 0},
    {&netconf, RTM_NEWNETCONF, RTM_GETNETCONF, NLMSG_ALIGN(sizeof(struct netconfmsg)), 0, 0},
    {&nexthop, RTM_NEWNEXTHOP, RTM_GETNEXTHOP, sizeof(struct nhmsg), 0, 0},
};

const struct anonymous_message *anonymous_message(uint16_t type)
{
    for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++)
        if (type >= messages[i].first && type <= messages[i].last)
            return &messages[i];
    return NULL;
}

const struct anonymous_set *anonymous_link_kind(const char *kind, size_t size)
{
    static const struct {
        const char *kind;
        const struct anonymous_set *set;
    } kinds[] = {{"tun", &tun}, {"sit", &ip_tunnel}, {"ipip", &ip_tunnel}};
    const size_t length = strnlen(kind, size);

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strlen(kinds[i].kind) == length && memcmp(kinds[i].kind, kind, length) == 0)
            return kinds[i].set;
    return NULL;
}

const struct anonymous_policy *anonymous_policy(const struct anonymous_set *set, unsigned type)
{
    return type < set->count && set->policies[type].kind != ANONYMOUS_DROP ? &set->policies[type]
                                                                           : NULL;
}
