/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Links, more fully than object/link.c reads them: addresses, state, counters, encapsulation. The
 * table of interfaces uses it; watches do without, as none of this is told to registrations.
 */
#include "backend/netlink/object/interface.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/if_tunnel.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>

/* The link-layer address of a loopback link means nothing. */
static void take_addresses(struct nlattr *const *attributes, struct mib_interface *row)
{
    const struct nlattr *address = attributes[IFLA_ADDRESS];
    const struct nlattr *permanent = attributes[IFLA_PERM_ADDRESS];

    if (!address || row->arphrd == ARPHRD_LOOPBACK)
        return;
    row->physical_address_length = (uint8_t)nla_len(address);
    memcpy(row->physical_address, nla_data(address), row->physical_address_length);
    if (permanent && nla_len(permanent) == nla_len(address))
        memcpy(row->permanent_address, nla_data(permanent), row->physical_address_length);
}

static uint8_t flags_of(const struct link_message *link, const struct nlattr *carrier)
{
    static const struct {
        uint32_t kernels;
        uint8_t flag;
    } map[] = {
        {IFF_UP, MIB_INTERFACE_UP},
        {IFF_RUNNING, MIB_INTERFACE_RUNNING},
        {IFF_LOWER_UP, MIB_INTERFACE_LOWER_UP},
        {IFF_DORMANT, MIB_INTERFACE_DORMANT},
        {IFF_POINTOPOINT, MIB_INTERFACE_POINT_TO_POINT},
        {IFF_MULTICAST, MIB_INTERFACE_MULTICAST},
        {IFF_NOARP, MIB_INTERFACE_NO_ARP},
    };
    uint8_t flags = 0;

    for (size_t i = 0; i < sizeof(map) / sizeof(map[0]); i++)
        if (link->flags & map[i].kernels)
            flags |= map[i].flag;
    if (carrier ? nla_get_u8(carrier) != 0 : (link->flags & IFF_LOWER_UP) != 0)
        flags |= MIB_INTERFACE_CARRIER;
    return flags;
}

/* A driver that tells no state (loopback, tun, dummy) has none but up and carrier. */
static uint8_t oper_of(const struct link_message *link, const struct nlattr *operstate)
{
    bool carries = (link->flags & IFF_UP) && (link->flags & IFF_LOWER_UP);

    switch (operstate ? nla_get_u8(operstate) : IF_OPER_UNKNOWN) {
    case IF_OPER_UP:
        return MIB_OPER_UP;
    case IF_OPER_DOWN:
        return MIB_OPER_DOWN;
    case IF_OPER_NOTPRESENT:
        return MIB_OPER_NOT_PRESENT;
    case IF_OPER_LOWERLAYERDOWN:
        return MIB_OPER_LOWER_LAYER_DOWN;
    case IF_OPER_TESTING:
        return MIB_OPER_TESTING;
    case IF_OPER_DORMANT:
        return MIB_OPER_DORMANT;
    default:
        return carries ? MIB_OPER_UP : MIB_OPER_DOWN;
    }
}

static uint8_t medium_of(uint16_t arphrd)
{
    static const struct {
        uint16_t arphrd;
        uint8_t medium;
    } map[] = {
        {ARPHRD_LOOPBACK, MIB_MEDIUM_LOOPBACK},
        {ARPHRD_ETHER, MIB_MEDIUM_ETHERNET},
        {ARPHRD_IEEE802, MIB_MEDIUM_TOKENRING},
        {ARPHRD_IEEE802_TR, MIB_MEDIUM_TOKENRING},
        {ARPHRD_FDDI, MIB_MEDIUM_FDDI},
        {ARPHRD_PPP, MIB_MEDIUM_PPP},
        {ARPHRD_SLIP, MIB_MEDIUM_PPP},
        {ARPHRD_NONE, MIB_MEDIUM_IP},
        {ARPHRD_RAWIP, MIB_MEDIUM_IP},
        {ARPHRD_TUNNEL, MIB_MEDIUM_TUNNEL},
        {ARPHRD_TUNNEL6, MIB_MEDIUM_TUNNEL},
        {ARPHRD_SIT, MIB_MEDIUM_TUNNEL},
        {ARPHRD_IPGRE, MIB_MEDIUM_TUNNEL},
        {ARPHRD_IP6GRE, MIB_MEDIUM_TUNNEL},
        {ARPHRD_INFINIBAND, MIB_MEDIUM_INFINIBAND},
        {ARPHRD_IEEE1394, MIB_MEDIUM_FIREWIRE},
    };

    for (size_t i = 0; i < sizeof(map) / sizeof(map[0]); i++)
        if (map[i].arphrd == arphrd)
            return map[i].medium;
    return MIB_MEDIUM_OTHER;
}

/* A sit tunnel is one of three. With no remote end it finds that in 2002::/16, as 6to4 does. */
static int take_sit(struct nlattr *data, struct mib_interface *row)
{
    static const struct nla_policy policy[IFLA_IPTUN_MAX + 1] = {
        [IFLA_IPTUN_REMOTE] = {.type = NLA_U32, .maxlen = sizeof(uint32_t)},
        [IFLA_IPTUN_FLAGS] = {.type = NLA_U16, .maxlen = sizeof(uint16_t)},
        [IFLA_IPTUN_6RD_PREFIX] = {.minlen = 16, .maxlen = 16},
    };
    static const uint8_t prefix_6to4[2] = {0x20, 0x02};
    struct nlattr *attributes[IFLA_IPTUN_MAX + 1];

    row->tunnel = MIB_TUNNEL_DIRECT;
    if (!data)
        return 0;
    if (nla_parse_nested(attributes, IFLA_IPTUN_MAX, data, policy) < 0)
        return -EBADMSG;
    if (attributes[IFLA_IPTUN_FLAGS] && (nla_get_u16(attributes[IFLA_IPTUN_FLAGS]) & SIT_ISATAP)) {
        row->tunnel = MIB_TUNNEL_ISATAP;
        return 0;
    }
    const struct nlattr *remote = attributes[IFLA_IPTUN_REMOTE];
    const struct nlattr *prefix = attributes[IFLA_IPTUN_6RD_PREFIX];
    if ((!remote || nla_get_u32(remote) == 0) && prefix &&
        memcmp(nla_data(prefix), prefix_6to4, sizeof(prefix_6to4)) == 0)
        row->tunnel = MIB_TUNNEL_6TO4;
    return 0;
}

/* What a link's kind says. Kinds that are not listed are no tunnels and are made of one lower link.
 */
static const struct kind {
    const char *name;
    uint8_t tunnel;
    bool has_peer; /* IFLA_LINK is that, and no lower link */
} kinds[] = {
    {"ipip", MIB_TUNNEL_DIRECT, false}, {"ip6tnl", MIB_TUNNEL_DIRECT, false},
    {"gre", MIB_TUNNEL_OTHER, false},   {"ip6gre", MIB_TUNNEL_OTHER, false},
    {"vti", MIB_TUNNEL_OTHER, false},   {"vti6", MIB_TUNNEL_OTHER, false},
    {"xfrm", MIB_TUNNEL_OTHER, false},  {"wireguard", MIB_TUNNEL_OTHER, false},
    {"veth", MIB_TUNNEL_NONE, true},    {"vxcan", MIB_TUNNEL_NONE, true},
    {"netkit", MIB_TUNNEL_NONE, true},
};

static int take_kind(struct nlattr *info, struct mib_interface *row)
{
    static const struct nla_policy policy[IFLA_INFO_MAX + 1] = {
        [IFLA_INFO_KIND] = {.type = NLA_STRING},
        [IFLA_INFO_DATA] = {.type = NLA_NESTED},
    };
    struct nlattr *attributes[IFLA_INFO_MAX + 1];

    if (nla_parse_nested(attributes, IFLA_INFO_MAX, info, policy) < 0)
        return -EBADMSG;
    const struct nlattr *name = attributes[IFLA_INFO_KIND];
    if (!name)
        return 0;
    row->hardware = 0;
    if (nla_strcmp(name, "sit") == 0)
        return take_sit(attributes[IFLA_INFO_DATA], row);
    /* A tun device that carries IP, not frames. */
    if (nla_strcmp(name, "tun") == 0 && row->arphrd == ARPHRD_NONE)
        row->tunnel = MIB_TUNNEL_OTHER;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (nla_strcmp(name, kinds[i].name) != 0)
            continue;
        row->tunnel = kinds[i].tunnel;
        if (kinds[i].has_peer)
            row->lower = 0;
    }
    return 0;
}

static void set_counters(struct mib_interface *row, const struct rtnl_link_stats64 *stats)
{
    row->in_octets = stats->rx_bytes;
    row->in_packets = stats->rx_packets;
    row->in_multicast = stats->multicast;
    row->in_discards = stats->rx_dropped;
    row->in_errors = stats->rx_errors;
    row->in_unknown = stats->rx_nohandler;
    row->out_octets = stats->tx_bytes;
    row->out_packets = stats->tx_packets;
    row->out_discards = stats->tx_dropped;
    row->out_errors = stats->tx_errors;
}

/* An older kernel has fewer counters: the others are zero. */
static void take_counters(const struct nlattr *attribute, struct mib_interface *row)
{
    struct rtnl_link_stats64 stats = {0};
    size_t size = (size_t)nla_len(attribute);

    memcpy(&stats, nla_data(attribute), size < sizeof(stats) ? size : sizeof(stats));
    set_counters(row, &stats);
}

void interface_clear_counters(struct mib_interface *row)
{
    const struct rtnl_link_stats64 none = {0};

    set_counters(row, &none);
}

int interface_parse(const struct nlmsghdr *message, struct link_message *ret_link,
                    struct mib_interface *ret)
{
    static const struct nla_policy policy[IFLA_MAX + 1] = {
        [IFLA_ADDRESS] = {.maxlen = MIB_PHYSICAL_ADDRESS_MAX},
        [IFLA_PERM_ADDRESS] = {.maxlen = MIB_PHYSICAL_ADDRESS_MAX},
        [IFLA_OPERSTATE] = {.type = NLA_U8, .maxlen = sizeof(uint8_t)},
        [IFLA_CARRIER] = {.type = NLA_U8, .maxlen = sizeof(uint8_t)},
        [IFLA_IFALIAS] = {.type = NLA_STRING},
        [IFLA_LINKINFO] = {.type = NLA_NESTED},
    };
    struct nlattr *attributes[IFLA_MAX + 1];
    struct link_message link;
    int r = link_parse(message, &link);

    if (r < 0)
        return r;
    if (message->nlmsg_type != RTM_NEWLINK || link.family != AF_UNSPEC)
        return -ENOMSG;
    if (nlmsg_parse((struct nlmsghdr *)message, sizeof(struct ifinfomsg), attributes, IFLA_MAX,
                    policy) < 0)
        return -EBADMSG;
    struct mib_interface row = {
        .ifindex = link.ifindex,
        .mtu = link.mtu,
        .lower = link.lower,
        .master = link.master,
        .arphrd = link.arphrd,
        .flags = flags_of(&link, attributes[IFLA_CARRIER]),
        .oper = oper_of(&link, attributes[IFLA_OPERSTATE]),
        .medium = medium_of(link.arphrd),
        .hardware = link.has_device,
        .has_ipv4 = link.has_ipv4,
        .has_ipv6 = link.has_ipv6,
        .managed_addresses = (link.ipv6_flags & LINK_RA_MANAGED) != 0,
        .other_stateful = (link.ipv6_flags & LINK_RA_OTHERCONF) != 0,
        .transmit_speed = MIB_SPEED_UNKNOWN,
        .receive_speed = MIB_SPEED_UNKNOWN,
    };

    take_addresses(attributes, &row);
    memcpy(row.name, link.name, sizeof(row.name));
    memcpy(row.description, link.name, sizeof(link.name));
    if (attributes[IFLA_IFALIAS] && nla_len(attributes[IFLA_IFALIAS]) > 0)
        nla_strlcpy(row.description, attributes[IFLA_IFALIAS], sizeof(row.description));
    if (attributes[IFLA_STATS64])
        take_counters(attributes[IFLA_STATS64], &row);
    if (attributes[IFLA_LINKINFO])
        r = take_kind(attributes[IFLA_LINKINFO], &row);
    if (r < 0)
        return r;
    *ret_link = link;
    *ret = row;
    return 0;
}

static struct nl_msg *request(uint32_t ifindex, int flags, uint8_t without)
{
    struct ifinfomsg info = {.ifi_family = AF_UNSPEC, .ifi_index = (int)ifindex};
    struct nl_msg *message = nlmsg_alloc_simple(RTM_GETLINK, flags);

    if (message && (nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO) < 0 ||
                    ((without & MIB_INTERFACE_WITHOUT_STATISTICS) &&
                     nla_put_u32(message, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS) < 0))) {
        nlmsg_free(message);
        return NULL;
    }
    return message;
}

struct nl_msg *interface_request_dump(uint8_t without)
{
    return request(0, NLM_F_DUMP, without);
}

struct nl_msg *interface_request_one(uint32_t ifindex, uint8_t without)
{
    return request(ifindex, 0, without);
}

struct nl_msg *interface_request_up(uint32_t ifindex, bool up)
{
    struct ifinfomsg info = {
        .ifi_family = AF_UNSPEC,
        .ifi_index = (int)ifindex,
        .ifi_flags = up ? IFF_UP : 0,
        .ifi_change = IFF_UP,
    };
    struct nl_msg *message = nlmsg_alloc_simple(RTM_NEWLINK, 0);

    if (message && nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO) < 0) {
        nlmsg_free(message);
        return NULL;
    }
    return message;
}
