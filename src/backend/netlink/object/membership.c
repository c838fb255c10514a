/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Multicast groups and anycast addresses in messages. The tables of both use it. */
#include "backend/netlink/object/membership.h"
#include "backend/netlink/socket/family.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <string.h>

static bool is_group(enum mib_family family, const struct mib_addr *address)
{
    return family == MIB_FAMILY_IPV4 ? (address->bytes[0] & 0xf0) == 0xe0
                                     : address->bytes[0] == 0xff;
}

int membership_parse(const struct nlmsghdr *message, enum membership_kind kind,
                     struct membership *ret)
{
    static const uint16_t types[] = {
        [MEMBERSHIP_MULTICAST] = IFA_MULTICAST,
        [MEMBERSHIP_ANYCAST] = IFA_ANYCAST,
    };
    struct nlattr *attributes[IFA_MAX + 1];
    struct membership membership = {0};
    const struct ifaddrmsg *info;

    if (message->nlmsg_len < NLMSG_LENGTH(sizeof(*info)) ||
        nlmsg_parse((struct nlmsghdr *)message, sizeof(*info), attributes, IFA_MAX, NULL) < 0)
        return -EBADMSG;
    info = NLMSG_DATA(message);
    const struct nlattr *address = attributes[types[kind]];
    if ((info->ifa_family != AF_INET && info->ifa_family != AF_INET6) || !address)
        return -ENOMSG;
    size_t length = info->ifa_family == AF_INET ? 4 : 16;
    if ((size_t)nla_len(address) != length || info->ifa_index == 0)
        return -EBADMSG;
    memcpy(membership.address.bytes, nla_data(address), length);
    membership.family = length == 4 ? MIB_FAMILY_IPV4 : MIB_FAMILY_IPV6;
    membership.ifindex = info->ifa_index;
    if (kind == MEMBERSHIP_MULTICAST ? !is_group(membership.family, &membership.address)
                                     : !mib_addr_is_unicast(membership.family, &membership.address))
        return -EBADMSG;
    *ret = membership;
    return 0;
}

struct nl_msg *membership_request_dump(enum membership_kind kind, enum mib_family family)
{
    struct ifaddrmsg info = {.ifa_family = af_of(family)};
    struct nl_msg *message = nlmsg_alloc_simple(
        kind == MEMBERSHIP_MULTICAST ? RTM_GETMULTICAST : RTM_GETANYCAST, NLM_F_DUMP);

    if (message && nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO) < 0) {
        nlmsg_free(message);
        return NULL;
    }
    return message;
}
