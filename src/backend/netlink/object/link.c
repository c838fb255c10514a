/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Links in messages, and what the messages of a link add up to. Watches and the tables read on
 * demand use it. It opens no rtnetlink socket, but asks the kernel whether a link is wireless.
 */
#include "backend/netlink/object/link.h"
#include "backend/array.h"
#include "backend/netlink/socket/socket.h"
#include "backend/netlink/socket/wireless.h"
#include "backend/netlink/tape/tape.h"

#include <errno.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netconf.h>
#include <linux/netdevice.h>
#include <linux/wireless.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

/* The IANA ifType numbers that links get (IANAifType-MIB). */
enum {
    IFTYPE_OTHER = 1,
    IFTYPE_ETHERNET = 6,
    IFTYPE_TOKENRING = 9,
    IFTYPE_FDDI = 15,
    IFTYPE_PPP = 23,
    IFTYPE_LOOPBACK = 24,
    IFTYPE_SLIP = 28,
    IFTYPE_IEEE80211 = 71,
};

uint16_t link_iftype_pointopoint = IFTYPE_PPP;

void link_map_clear(struct link_map *map)
{
    free(map->links);
    *map = (struct link_map){0};
}

struct link *link_map_find(const struct link_map *map, uint32_t ifindex)
{
    return array_find(map->links, map->count, sizeof(*map->links), ifindex);
}

void link_map_remove(struct link_map *map, uint32_t ifindex)
{
    struct link *link = link_map_find(map, ifindex);

    if (!link)
        return;
    array_close_gap(map->links, map->count--, sizeof(*link), link);
}

uint16_t link_map_iftype(const struct link_map *map, uint32_t ifindex)
{
    const struct link *link = link_map_find(map, ifindex);

    return link ? link->iftype : 0;
}

bool link_map_has_mtu_follower(const struct link_map *map, uint32_t ifindex)
{
    for (size_t i = 0; i < map->count; i++)
        if (map->links[i].mtu_of == ifindex)
            return true;
    return false;
}

bool link_carrying_changed(const struct link *before, const struct link *after)
{
    const uint32_t carrying = IFF_UP | IFF_RUNNING | IFF_LOWER_UP | IFF_DORMANT;

    return (before->flags ^ after->flags) & carrying;
}

static int link_map_add(struct link_map *map, uint32_t ifindex, struct link **ret_link)
{
    size_t i = array_position_of(map->links, map->count, sizeof(*map->links), ifindex);
    struct link *links = array_make_room(map->links, map->count, &map->capacity, sizeof(*links), 8);

    if (!links)
        return -ENOMEM;
    map->links = links;
    array_open_gap(links, map->count++, sizeof(*links), i);
    map->links[i] = (struct link){.ifindex = ifindex};
    *ret_link = &map->links[i];
    return 0;
}

/* An array of 32-bit values: as many as the kernel that runs has. */
static const uint32_t *conf_of(const struct nlattr *attribute, size_t *ret_count)
{
    *ret_count = (size_t)nla_len(attribute) / sizeof(uint32_t);
    return nla_data(attribute);
}

static int parse_ipv4_spec(struct nlattr *spec, struct link_message *parsed)
{
    struct nlattr *attributes[IFLA_INET_MAX + 1];

    if (nla_parse_nested(attributes, IFLA_INET_MAX, spec, NULL) < 0)
        return -EBADMSG;
    parsed->has_ipv4 = true;
    if (attributes[IFLA_INET_CONF])
        parsed->ipv4_conf = conf_of(attributes[IFLA_INET_CONF], &parsed->ipv4_conf_count);
    return 0;
}

static int parse_ipv6_spec(struct nlattr *spec, struct link_message *parsed)
{
    static const struct nla_policy policy[IFLA_INET6_MAX + 1] = {
        [IFLA_INET6_FLAGS] = {.type = NLA_U32, .maxlen = sizeof(uint32_t)},
        [IFLA_INET6_ADDR_GEN_MODE] = {.type = NLA_U8, .maxlen = sizeof(uint8_t)},
    };
    struct nlattr *attributes[IFLA_INET6_MAX + 1];

    if (nla_parse_nested(attributes, IFLA_INET6_MAX, spec, policy) < 0)
        return -EBADMSG;
    parsed->has_ipv6 = true;
    if (attributes[IFLA_INET6_CONF])
        parsed->ipv6_conf = conf_of(attributes[IFLA_INET6_CONF], &parsed->ipv6_conf_count);
    if (attributes[IFLA_INET6_FLAGS]) {
        parsed->has_ipv6_flags = true;
        parsed->ipv6_flags = nla_get_u32(attributes[IFLA_INET6_FLAGS]);
    }
    if (attributes[IFLA_INET6_ADDR_GEN_MODE]) {
        parsed->has_addr_gen_mode = true;
        parsed->addr_gen_mode = nla_get_u8(attributes[IFLA_INET6_ADDR_GEN_MODE]);
    }
    return 0;
}

static int parse_specs(struct nlattr *specs, struct link_message *parsed)
{
    struct nlattr *spec;
    int left;

    nla_for_each_nested(spec, specs, left)
    {
        int r = 0;
        if (nla_type(spec) == AF_INET)
            r = parse_ipv4_spec(spec, parsed);
        else if (nla_type(spec) == AF_INET6)
            r = parse_ipv6_spec(spec, parsed);
        if (r < 0)
            return r;
    }
    return 0;
}

static int parse_info(struct nlattr *info, struct link_message *parsed)
{
    static const struct nla_policy policy[IFLA_INFO_MAX + 1] = {
        [IFLA_INFO_KIND] = {.type = NLA_STRING},
        [IFLA_INFO_DATA] = {.type = NLA_NESTED},
    };
    static const struct nla_policy tun_policy[IFLA_TUN_MAX + 1] = {
        [IFLA_TUN_PERSIST] = {.type = NLA_U8, .maxlen = sizeof(uint8_t)},
    };
    struct nlattr *attributes[IFLA_INFO_MAX + 1];
    struct nlattr *tun[IFLA_TUN_MAX + 1];

    if (nla_parse_nested(attributes, IFLA_INFO_MAX, info, policy) < 0)
        return -EBADMSG;
    if (!attributes[IFLA_INFO_KIND])
        return 0;
    parsed->is_tun = nla_strcmp(attributes[IFLA_INFO_KIND], "tun") == 0;
    parsed->is_ipvlan = nla_strcmp(attributes[IFLA_INFO_KIND], "ipvlan") == 0 ||
                        nla_strcmp(attributes[IFLA_INFO_KIND], "ipvtap") == 0;
    if (!parsed->is_tun || !attributes[IFLA_INFO_DATA])
        return 0;
    if (nla_parse_nested(tun, IFLA_TUN_MAX, attributes[IFLA_INFO_DATA], tun_policy) < 0)
        return -EBADMSG;
    parsed->is_persistent = tun[IFLA_TUN_PERSIST] && nla_get_u8(tun[IFLA_TUN_PERSIST]) != 0;
    return 0;
}

int link_parse(const struct nlmsghdr *message, struct link_message *ret)
{
    static const struct nla_policy policy[IFLA_MAX + 1] = {
        [IFLA_ADDRESS] = {.maxlen = MAX_ADDR_LEN},
        [IFLA_IFNAME] = {.type = NLA_STRING, .maxlen = IFNAMSIZ},
        [IFLA_MTU] = {.type = NLA_U32, .maxlen = sizeof(uint32_t)},
        [IFLA_MASTER] = {.type = NLA_U32, .maxlen = sizeof(uint32_t)},
        [IFLA_LINK] = {.type = NLA_U32, .maxlen = sizeof(uint32_t)},
        [IFLA_AF_SPEC] = {.type = NLA_NESTED},
        [IFLA_PROTINFO] = {.type = NLA_NESTED},
        [IFLA_LINKINFO] = {.type = NLA_NESTED},
    };
    struct nlattr *attributes[IFLA_MAX + 1];
    const struct ifinfomsg *info;

    if (message->nlmsg_len < NLMSG_LENGTH(sizeof(*info)) ||
        nlmsg_parse((struct nlmsghdr *)message, sizeof(*info), attributes, IFLA_MAX, policy) < 0)
        return -EBADMSG;
    info = NLMSG_DATA(message);
    if (info->ifi_index <= 0)
        return -EBADMSG;
    struct link_message parsed = {
        .ifindex = (uint32_t)info->ifi_index,
        .flags = info->ifi_flags,
        .arphrd = info->ifi_type,
        .family = info->ifi_family,
    };
    int r = 0;

    if (attributes[IFLA_IFNAME])
        nla_strlcpy(parsed.name, attributes[IFLA_IFNAME], sizeof(parsed.name));
    if (attributes[IFLA_MTU]) {
        parsed.has_mtu = true;
        parsed.mtu = nla_get_u32(attributes[IFLA_MTU]);
    }
    parsed.has_device = attributes[IFLA_PARENT_DEV_NAME];
    if (attributes[IFLA_ADDRESS]) {
        parsed.address_length = (uint8_t)nla_len(attributes[IFLA_ADDRESS]);
        parsed.address = nla_data(attributes[IFLA_ADDRESS]);
    }
    if (attributes[IFLA_MASTER])
        parsed.master = nla_get_u32(attributes[IFLA_MASTER]);
    if (attributes[IFLA_LINK] && !attributes[IFLA_LINK_NETNSID])
        parsed.lower = nla_get_u32(attributes[IFLA_LINK]);
    if (parsed.family == AF_INET6 && attributes[IFLA_PROTINFO])
        r = parse_ipv6_spec(attributes[IFLA_PROTINFO], &parsed);
    else if (parsed.family == AF_UNSPEC && attributes[IFLA_AF_SPEC])
        r = parse_specs(attributes[IFLA_AF_SPEC], &parsed);
    if (r == 0 && parsed.family == AF_UNSPEC && attributes[IFLA_LINKINFO])
        r = parse_info(attributes[IFLA_LINKINFO], &parsed);
    if (r == 0)
        *ret = parsed;
    return r;
}

int netconf_parse(const struct nlmsghdr *message, struct netconf_message *ret)
{
    static const struct nla_policy policy[NETCONFA_MAX + 1] = {
        [NETCONFA_IFINDEX] = {.type = NLA_U32, .maxlen = sizeof(uint32_t)},
        [NETCONFA_FORWARDING] = {.type = NLA_U32, .maxlen = sizeof(uint32_t)},
        [NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN] = {.type = NLA_U32, .maxlen = sizeof(uint32_t)},
    };
    struct nlattr *attributes[NETCONFA_MAX + 1];
    const struct netconfmsg *conf;

    if (message->nlmsg_len < NLMSG_LENGTH(sizeof(*conf)) ||
        nlmsg_parse((struct nlmsghdr *)message, sizeof(*conf), attributes, NETCONFA_MAX, policy) <
            0 ||
        !attributes[NETCONFA_IFINDEX])
        return -EBADMSG;
    conf = NLMSG_DATA(message);
    *ret = (struct netconf_message){
        .family = conf->ncm_family,
        .ifindex = nla_get_s32(attributes[NETCONFA_IFINDEX]),
        .forwarding = -1,
        .ignores_linkdown = -1,
    };
    if (attributes[NETCONFA_FORWARDING])
        ret->forwarding = nla_get_s32(attributes[NETCONFA_FORWARDING]);
    if (attributes[NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN])
        ret->ignores_linkdown = nla_get_s32(attributes[NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN]);
    return 0;
}

/*
 * Asks nl80211 first, if the link has a device, which may be a radio; a link of Wi-Fi 7 has nothing
 * else. Then asks the wireless extensions, which older drivers and kernels have, by the name that
 * the link has now. For the name of a link that is gone the kernel would start modprobe, to look
 * for a module that makes such a link, and we would wait for it.
 */
static bool is_wireless(int fd, uint32_t ifindex, bool has_device)
{
    struct ifreq current = {.ifr_ifindex = (int)ifindex};
    struct iwreq request = {0};

    if (has_device && wireless_has_link(ifindex))
        return true;
    if (ioctl(fd, SIOCGIFNAME, &current) < 0)
        return false;
    memcpy(request.ifr_name, current.ifr_name, sizeof(request.ifr_name));
    return ioctl(fd, SIOCGIWNAME, &request) == 0;
}

/* As is_wireless, or as it was when what is played was recorded. */
static bool asks_wireless(const struct netlink_socket *sock, const struct link_message *link)
{
    if (sock->tape && tape_plays(sock->tape))
        return tape_play_wireless(sock->tape, link->ifindex);
    bool wireless = is_wireless(sock->fd, link->ifindex, link->has_device);
    if (sock->tape)
        tape_record_wireless(sock->tape, link->ifindex, wireless);
    return wireless;
}

/*
 * The types that Wine 10 forms (dlls/nsiproxy.sys/ndis.c), so that a program can mix LUIDs of both.
 * For an older Wine, src/wine/dll/iftypes.c converts them to that Wine's.
 */
uint16_t link_iftype(const struct link_message *link, const struct netlink_socket *sock)
{
    switch (link->arphrd) {
    case ARPHRD_LOOPBACK:
        return IFTYPE_LOOPBACK;
    case ARPHRD_ETHER:
        return asks_wireless(sock, link) ? IFTYPE_IEEE80211 : IFTYPE_ETHERNET;
    case ARPHRD_IEEE802:
    case ARPHRD_IEEE802_TR:
        return IFTYPE_TOKENRING;
    case ARPHRD_FDDI:
        return IFTYPE_FDDI;
    case ARPHRD_SLIP:
        return IFTYPE_SLIP;
    case ARPHRD_PPP:
        return IFTYPE_PPP;
    default:
        return link->flags & IFF_POINTOPOINT ? link_iftype_pointopoint : IFTYPE_OTHER;
    }
}

static void take_ipv4_conf(struct link_family_state *ip, const struct link_message *message)
{
    if (message->ipv4_conf_count >= IPV4_DEVCONF_FORWARDING)
        ip->forwarding = message->ipv4_conf[IPV4_DEVCONF_FORWARDING - 1] != 0;
    if (message->ipv4_conf_count >= IPV4_DEVCONF_IGNORE_ROUTES_WITH_LINKDOWN)
        ip->ignores_linkdown =
            message->ipv4_conf[IPV4_DEVCONF_IGNORE_ROUTES_WITH_LINKDOWN - 1] != 0;
}

/* The upper half is a mark; the lower has both families' metric_fixed, then their times_set. */
enum { TAG_MARK = 0x4950, TAG_COUNT_MAX = 0x7f };

int link_tag_parse(uint32_t tag, struct link_tag *ret)
{
    if (tag == 0) {
        *ret = (struct link_tag){0};
        return 0;
    }
    if (tag >> 16 != TAG_MARK)
        return -EBUSY;
    *ret = (struct link_tag){
        .metric_fixed = {tag & 1, tag >> 1 & 1},
        .times_set = {tag >> 2 & TAG_COUNT_MAX, tag >> 9 & TAG_COUNT_MAX},
    };
    return 0;
}

uint32_t link_tag_format(const struct link_tag *tag)
{
    uint32_t bits = (uint32_t)tag->metric_fixed[0] | (uint32_t)tag->metric_fixed[1] << 1 |
                    (uint32_t)(tag->times_set[0] & TAG_COUNT_MAX) << 2 |
                    (uint32_t)(tag->times_set[1] & TAG_COUNT_MAX) << 9;

    return bits ? (uint32_t)TAG_MARK << 16 | bits : 0;
}

static uint32_t ipv6_conf(const struct link_message *message, size_t index, uint32_t otherwise)
{
    return index < message->ipv6_conf_count ? message->ipv6_conf[index] : otherwise;
}

void link_take_ipv6_settings(struct link *link, const struct link_message *message)
{
    struct link_family_state *ip = &link->ipv6;

    /* net/ipv6/addrconf.c: enum in6_addr_gen_mode; 1 is "none". */
    enum { ADDR_GEN_MODE_NONE = 1 };

    if (message->ipv6_conf_count > 0) {
        ip->forwarding = ipv6_conf(message, DEVCONF_FORWARDING, 0) != 0;
        ip->ignores_linkdown = ipv6_conf(message, DEVCONF_IGNORE_ROUTES_WITH_LINKDOWN, 0) != 0;
        ip->accept_ra = ipv6_conf(message, DEVCONF_ACCEPT_RA, 0);
        ip->detects_duplicates = (int32_t)ipv6_conf(message, DEVCONF_ACCEPT_DAD, 1) > 0;
        ip->dad_transmits = ipv6_conf(message, DEVCONF_DAD_TRANSMITS, ip->dad_transmits);
        ip->mtu = ipv6_conf(message, DEVCONF_MTU6, ip->mtu);
    }
    if (message->has_ipv6_flags) {
        ip->managed_addresses = message->ipv6_flags & LINK_RA_MANAGED;
        ip->other_stateful = message->ipv6_flags & LINK_RA_OTHERCONF;
    }
    if (message->has_addr_gen_mode)
        ip->link_local_automatic = message->addr_gen_mode != ADDR_GEN_MODE_NONE;
}

int link_map_take_link(struct link_map *map, const struct link_message *message, bool from_dump,
                       const struct netlink_socket *sock, struct link **ret_link)
{
    struct link *link = link_map_find(map, message->ifindex);
    if (!link && link_map_add(map, message->ifindex, &link) < 0)
        return -ENOMEM;
    bool is_new = !link->present;
    /* The type depends on these. A tunnel becomes point-to-point when it gets a remote end. */
    bool is_other = is_new || link->arphrd != message->arphrd ||
                    ((link->flags ^ message->flags) & IFF_POINTOPOINT);

    link->present = true;
    link->flags = message->flags;
    if (message->family == AF_UNSPEC) {
        link->address_length = message->address_length;
        link->master = message->master;
        link->mtu_of = message->is_ipvlan ? message->lower : 0;
        link->is_tun = message->is_tun;
        link->is_persistent = message->is_persistent;
    }
    if (message->name[0] && strcmp(link->name, message->name) != 0) {
        if (!is_new) {
            link->ipv4.rename_pending = link->ipv4.exists;
            link->ipv6.rename_pending = link->ipv6.exists;
        }
        memcpy(link->name, message->name, sizeof(link->name));
    }
    if (is_other) {
        link->arphrd = message->arphrd;
        link->iftype = link_iftype(message, sock);
    }
    if (message->has_mtu)
        link->mtu = message->mtu;
    if (from_dump) {
        link->ipv4.exists = message->has_ipv4;
        link->ipv6.exists = message->has_ipv6;
    }
    take_ipv4_conf(&link->ipv4, message);
    if (message->ipv4_conf_count >= IPV4_DEVCONF_TAG)
        link->tag = message->ipv4_conf[IPV4_DEVCONF_TAG - 1];
    link_take_ipv6_settings(link, message);
    *ret_link = link;
    return 0;
}

int link_map_take_netconf(struct link_map *map, const struct netconf_message *message, bool present,
                          struct link **ret_link)
{
    bool is_of_link =
        message->ifindex > 0 && (message->family == AF_INET || message->family == AF_INET6);
    struct link *link = is_of_link ? link_map_find(map, (uint32_t)message->ifindex) : NULL;

    if (!is_of_link || (!link && !present)) {
        *ret_link = NULL;
        return 0;
    }
    if (!link && link_map_add(map, (uint32_t)message->ifindex, &link) < 0)
        return -ENOMEM;
    struct link_family_state *ip = message->family == AF_INET ? &link->ipv4 : &link->ipv6;

    *ret_link = link;
    if (!present) {
        /* A rename sends a DELNETCONF and a NEWNETCONF, and nothing else happens. */
        if (ip->rename_pending)
            return 0;
        *ip = (struct link_family_state){0};
        if (ip == &link->ipv4)
            link->tag = 0;
        return 0;
    }
    if (message->forwarding >= 0)
        ip->forwarding = message->forwarding != 0;
    if (message->ignores_linkdown >= 0)
        ip->ignores_linkdown = message->ignores_linkdown != 0;
    ip->exists = true;
    ip->rename_pending = false;
    return 0;
}

void link_ipinterface(const struct link *link, enum mib_family family, struct mib_ipinterface *ret)
{
    const struct link_family_state *ip = family == MIB_FAMILY_IPV4 ? &link->ipv4 : &link->ipv6;
    bool resolves = !(link->flags & (IFF_NOARP | IFF_LOOPBACK));
    bool detects = resolves && ip->detects_duplicates; /* addrconf_dad_begin in the kernel */
    /* 1 listens unless the host forwards, 2 always (ipv6_accept_ra in the kernel). */
    bool listens = ip->forwarding ? ip->accept_ra == 2 : ip->accept_ra != 0;
    bool discovers =
        family == MIB_FAMILY_IPV6 && !(link->flags & IFF_LOOPBACK) && (link->flags & IFF_MULTICAST);
    size_t place = family == MIB_FAMILY_IPV6;
    struct link_tag tag = {0};

    (void)link_tag_parse(link->tag, &tag);

    *ret = (struct mib_ipinterface){
        .family = (uint8_t)family,
        .forwarding = ip->forwarding,
        .unreachability_detection = resolves,
        .managed_addresses = ip->managed_addresses,
        .other_stateful = ip->other_stateful,
        .router_discovery = discovers && listens,
        .supports_router_discovery = discovers,
        .link_local_automatic = ip->link_local_automatic,
        .connected = (link->flags & IFF_UP) && (link->flags & IFF_LOWER_UP),
        .ifindex = link->ifindex,
        .iftype = link->iftype,
        .dad_transmits = detects ? ip->dad_transmits : 0,
        .mtu = ip->mtu ? ip->mtu : link->mtu,
        .metric_fixed = tag.metric_fixed[place],
        .times_set = tag.times_set[place],
    };
}

struct nl_msg *link_request_dump(void)
{
    struct ifinfomsg info = {.ifi_family = AF_UNSPEC};
    struct nl_msg *message = nlmsg_alloc_simple(RTM_GETLINK, NLM_F_DUMP);

    if (message && (nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO) < 0 ||
                    nla_put_u32(message, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS) < 0)) {
        nlmsg_free(message);
        return NULL;
    }
    return message;
}

struct nl_msg *link_request_one(uint32_t ifindex, const char *name)
{
    struct ifinfomsg info = {.ifi_family = AF_UNSPEC, .ifi_index = (int)ifindex};
    struct nl_msg *message = nlmsg_alloc_simple(RTM_GETLINK, 0);

    if (message && (nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO) < 0 ||
                    nla_put_u32(message, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS) < 0 ||
                    (name && nla_put_string(message, IFLA_IFNAME, name) < 0))) {
        nlmsg_free(message);
        return NULL;
    }
    return message;
}
