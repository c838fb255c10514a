/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Answers to RTM_GETROUTE for one address. What resolves neighbours uses it. Pure. */
#include "backend/netlink/object/reach.h"
#include "backend/netlink/object/attributes.h"
#include "backend/netlink/socket/family.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

int reach_parse(const struct nlmsghdr *message, struct reach *ret)
{
    static const struct attribute_lengths lengths[RTA_VIA + 1] = {
        [RTA_OIF] = {.least = sizeof(uint32_t), .most = sizeof(uint32_t)},
    };
    const struct nlattr *attributes[RTA_VIA + 1];
    const struct rtmsg *info;

    if (message->nlmsg_type != RTM_NEWROUTE || message->nlmsg_len < NLMSG_LENGTH(sizeof(*info)))
        return -EBADMSG;
    info = NLMSG_DATA(message);
    if (!attributes_parse(info + 1, message->nlmsg_len - NLMSG_LENGTH(sizeof(*info)), RTA_VIA,
                          lengths, attributes))
        return -EBADMSG;
    *ret = (struct reach){
        .ifindex = attributes[RTA_OIF] ? attribute_u32(attributes[RTA_OIF]) : 0,
        .type = info->rtm_type,
        .has_gateway = attributes[RTA_GATEWAY] || attributes[RTA_VIA],
    };
    return 0;
}

struct nl_msg *reach_request(enum mib_family family, const struct mib_addr *address,
                             uint32_t ifindex, bool by_route)
{
    const int length = family == MIB_FAMILY_IPV4 ? 4 : 16;
    struct rtmsg info = {
        .rtm_family = af_of(family),
        .rtm_dst_len = (uint8_t)(8 * length),
        .rtm_flags = by_route ? RTM_F_FIB_MATCH : 0,
    };
    struct nl_msg *message = nlmsg_alloc_simple(RTM_GETROUTE, 0);

    if (message && (nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO) < 0 ||
                    nla_put(message, RTA_DST, length, address->bytes) < 0 ||
                    (ifindex && nla_put_u32(message, RTA_OIF, ifindex) < 0))) {
        nlmsg_free(message);
        return NULL;
    }
    return message;
}
