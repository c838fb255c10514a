/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Neighbours in messages, and requests for them. The table read on demand uses it. Pure: it opens
 * no socket and keeps nothing.
 */
#include "backend/netlink/object/neighbour.h"
#include "backend/netlink/object/attributes.h"
#include "backend/netlink/socket/family.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/neighbour.h>
#include <netlink/addr.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/route/neighbour.h>
#include <string.h>

/* False: NUD_NONE, or no state at all. */
static bool take_state(uint16_t nud_state, struct neighbour_message *neighbour)
{
    static const struct {
        uint16_t nud_state;
        uint8_t state;
    } states[] = {
        {NUD_FAILED, MIB_NEIGHBOUR_UNREACHABLE},  {NUD_INCOMPLETE, MIB_NEIGHBOUR_INCOMPLETE},
        {NUD_PROBE, MIB_NEIGHBOUR_PROBE},         {NUD_DELAY, MIB_NEIGHBOUR_DELAY},
        {NUD_STALE, MIB_NEIGHBOUR_STALE},         {NUD_REACHABLE, MIB_NEIGHBOUR_REACHABLE},
        {NUD_PERMANENT, MIB_NEIGHBOUR_PERMANENT}, {NUD_NOARP, MIB_NEIGHBOUR_PERMANENT},
    };

    neighbour->has_fixed_address = nud_state == NUD_NOARP;
    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        if (states[i].nud_state != nud_state)
            continue;
        neighbour->row.state = states[i].state;
        return true;
    }
    return false;
}

/* NDA_CACHEINFO counts in 1/100 s. What is permanent was never asked. */
static void take_time(const struct nlattr *attribute, struct mib_neighbour *row)
{
    struct nda_cacheinfo info;

    if (!attribute || row->state == MIB_NEIGHBOUR_PERMANENT)
        return;
    memcpy(&info, attribute_data(attribute), sizeof(info));
    uint32_t since =
        row->state == MIB_NEIGHBOUR_UNREACHABLE ? info.ndm_updated : info.ndm_confirmed;
    row->since = since < UINT32_MAX / 10 ? since * 10 : UINT32_MAX;
}

int neighbour_parse(const struct nlmsghdr *message, struct neighbour_message *ret)
{
    static const struct attribute_lengths lengths[NDA_CACHEINFO + 1] = {
        [NDA_LLADDR] = {.most = MIB_PHYSICAL_ADDRESS_MAX},
        [NDA_CACHEINFO] = {.least = sizeof(struct nda_cacheinfo)},
    };
    const struct nlattr *attributes[NDA_CACHEINFO + 1];
    struct neighbour_message parsed = {0};
    struct mib_neighbour *row = &parsed.row;
    const struct ndmsg *info;

    if (message->nlmsg_len < NLMSG_LENGTH(sizeof(*info)))
        return -EBADMSG;
    info = NLMSG_DATA(message);
    if (!attributes_parse(info + 1, message->nlmsg_len - NLMSG_LENGTH(sizeof(*info)), NDA_CACHEINFO,
                          lengths, attributes))
        return -EBADMSG;
    if (info->ndm_family != AF_INET && info->ndm_family != AF_INET6)
        return -ENOMSG;
    size_t length = info->ndm_family == AF_INET ? 4 : 16;
    if (info->ndm_ifindex < 0 || !attributes[NDA_DST] ||
        attribute_length(attributes[NDA_DST]) != length)
        return -EBADMSG;
    row->family = length == 4 ? MIB_FAMILY_IPV4 : MIB_FAMILY_IPV6;
    row->ifindex = (uint32_t)info->ndm_ifindex;
    memcpy(row->address.bytes, attribute_data(attributes[NDA_DST]), length);
    if (info->ndm_flags & NTF_PROXY)
        row->state = MIB_NEIGHBOUR_PERMANENT;
    else if (!take_state(info->ndm_state, &parsed))
        return -ENOMSG;
    if (row->ifindex == 0 || mib_addr_is_zero(&row->address))
        return -ENOMSG;
    row->router = (info->ndm_flags & NTF_ROUTER) != 0;
    if (attributes[NDA_LLADDR]) {
        row->physical_address_length = (uint8_t)attribute_length(attributes[NDA_LLADDR]);
        memcpy(row->physical_address, attribute_data(attributes[NDA_LLADDR]),
               row->physical_address_length);
    }
    take_time(attributes[NDA_CACHEINFO], row);
    *ret = parsed;
    return 0;
}

bool neighbour_complete(struct neighbour_message *neighbour, const struct link *link)
{
    struct mib_neighbour *row = &neighbour->row;

    row->iftype = link->iftype;
    if (link->flags & IFF_LOOPBACK) {
        /* The kernel has six bytes of zero there; Windows has no such addresses. */
        memset(row->physical_address, 0, sizeof(row->physical_address));
        row->physical_address_length = 0;
        return !(neighbour->has_fixed_address && mib_addr_is_unicast(row->family, &row->address));
    }
    /* Of what is not resolved the address has its length, and is zero. */
    if (row->physical_address_length == 0)
        row->physical_address_length = link->address_length;
    return true;
}

/* RFC 1112, 6.4. */
static void map_group(struct mib_neighbour *row)
{
    static const uint8_t prefix[] = {0x01, 0x00, 0x5e};

    memcpy(row->physical_address, prefix, sizeof(prefix));
    memcpy(row->physical_address + 3, row->address.bytes + 1, 3);
    row->physical_address[3] &= 0x7f;
}

void neighbour_group(size_t which, const struct link *link, struct mib_neighbour *ret)
{
    /* All IGMPv3 routers (RFC 3376), and SSDP's. */
    static const uint8_t groups[NEIGHBOUR_GROUPS][4] = {{224, 0, 0, 22}, {239, 255, 255, 250}};
    struct neighbour_message group = {
        .row = {.ifindex = link->ifindex,
                .family = MIB_FAMILY_IPV4,
                .state = MIB_NEIGHBOUR_PERMANENT},
    };

    memcpy(group.row.address.bytes, groups[which], sizeof(groups[which]));
    if (link->arphrd == ARPHRD_ETHER || link->arphrd == ARPHRD_IEEE802 ||
        link->arphrd == ARPHRD_FDDI)
        map_group(&group.row);
    (void)neighbour_complete(&group, link);
    *ret = group.row;
}

static struct nl_msg *request(int type, int flags, const struct ndmsg *info)
{
    struct nl_msg *message = nlmsg_alloc_simple(type, flags);

    if (message && nlmsg_append(message, (void *)info, sizeof(*info), NLMSG_ALIGNTO) < 0) {
        nlmsg_free(message);
        return NULL;
    }
    return message;
}

struct nl_msg *neighbour_request_dump(enum mib_family family, bool proxies)
{
    const struct ndmsg info = {
        .ndm_family = af_of(family),
        .ndm_flags = proxies ? NTF_PROXY : 0,
    };

    return request(RTM_GETNEIGH, NLM_F_DUMP, &info);
}

struct nl_msg *neighbour_request_one(const struct mib_neighbour *key, bool proxy)
{
    bool ipv4 = key->family == MIB_FAMILY_IPV4;
    const struct ndmsg info = {
        .ndm_family = af_of(key->family),
        .ndm_ifindex = (int)key->ifindex,
        .ndm_flags = proxy ? NTF_PROXY : 0,
    };
    struct nl_msg *message = request(RTM_GETNEIGH, 0, &info);

    if (message && nla_put(message, NDA_DST, ipv4 ? 4 : 16, key->address.bytes) < 0) {
        nlmsg_free(message);
        return NULL;
    }
    return message;
}

/* The neighbour as libnl-route has it. NULL: no memory. */
static struct rtnl_neigh *neighbour_of(const struct mib_neighbour *row)
{
    struct rtnl_neigh *neighbour = rtnl_neigh_alloc();
    struct nl_addr *address =
        nl_addr_build(af_of(row->family), row->address.bytes,
                      row->family == MIB_FAMILY_IPV4 ? 4 : sizeof(row->address));

    if (neighbour && address && rtnl_neigh_set_dst(neighbour, address) == 0) {
        rtnl_neigh_set_ifindex(neighbour, (int)row->ifindex);
    } else {
        rtnl_neigh_put(neighbour);
        neighbour = NULL;
    }
    nl_addr_put(address);
    return neighbour;
}

/* Consumes the neighbour, which may be NULL. */
static struct nl_msg *add_request(struct rtnl_neigh *neighbour, int flags)
{
    struct nl_msg *message = NULL;

    if (neighbour && rtnl_neigh_build_add_request(neighbour, flags | NLM_F_ACK, &message) < 0)
        message = NULL;
    rtnl_neigh_put(neighbour);
    return message;
}

struct nl_msg *neighbour_request_put(const struct mib_neighbour *row, int flags)
{
    struct rtnl_neigh *neighbour = neighbour_of(row);
    struct nl_addr *address =
        nl_addr_build(AF_LLC, row->physical_address, row->physical_address_length);

    if (neighbour && address) {
        rtnl_neigh_set_lladdr(neighbour, address);
        rtnl_neigh_set_state(neighbour,
                             row->state == MIB_NEIGHBOUR_STALE ? NUD_STALE : NUD_PERMANENT);
        rtnl_neigh_set_flags(neighbour, row->router ? NTF_ROUTER : 0);
    } else {
        rtnl_neigh_put(neighbour);
        neighbour = NULL;
    }
    nl_addr_put(address);
    return add_request(neighbour, flags);
}

struct nl_msg *neighbour_request_put_proxy(const struct mib_neighbour *key)
{
    struct rtnl_neigh *neighbour = neighbour_of(key);

    if (neighbour)
        rtnl_neigh_set_flags(neighbour, NTF_PROXY);
    return add_request(neighbour, NLM_F_CREATE | NLM_F_EXCL);
}

struct nl_msg *neighbour_request_delete(const struct mib_neighbour *key, bool proxy)
{
    struct rtnl_neigh *neighbour = neighbour_of(key);
    struct nl_msg *message = NULL;

    if (neighbour && proxy)
        rtnl_neigh_set_flags(neighbour, NTF_PROXY);
    if (neighbour && rtnl_neigh_build_delete_request(neighbour, NLM_F_ACK, &message) < 0)
        message = NULL;
    rtnl_neigh_put(neighbour);
    return message;
}

struct nl_msg *neighbour_request_use(const struct mib_neighbour *key)
{
    struct rtnl_neigh *neighbour = neighbour_of(key);

    if (neighbour) {
        rtnl_neigh_set_flags(neighbour, NTF_USE);
        rtnl_neigh_set_state(neighbour, NUD_NONE);
    }
    return add_request(neighbour, NLM_F_CREATE | NLM_F_REPLACE);
}

struct nl_msg *neighbour_request_nothing(void)
{
    const struct ndmsg info = {.ndm_family = AF_INET};

    return request(RTM_DELNEIGH, NLM_F_ACK, &info);
}
