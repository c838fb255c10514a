/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Used by table/destination.c. */
#include "backend/netlink/object/address_label.h"

#include <errno.h>
#include <linux/if_addrlabel.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>

int address_label_parse(const struct nlmsghdr *message, struct address_label *ret)
{
    static const struct nla_policy policy[IFAL_MAX + 1] = {
        [IFAL_LABEL] = {.type = NLA_U32, .maxlen = sizeof(uint32_t)},
    };
    struct nlattr *attributes[IFAL_MAX + 1];
    struct address_label parsed = {.length = 0};
    const struct ifaddrlblmsg *info;

    if (message->nlmsg_len < NLMSG_LENGTH(sizeof(*info)) ||
        nlmsg_parse((struct nlmsghdr *)message, sizeof(*info), attributes, IFAL_MAX, policy) < 0)
        return -EBADMSG;
    info = NLMSG_DATA(message);
    if (info->ifal_family != AF_INET6)
        return -ENOMSG;
    if (info->ifal_prefixlen > 128 || !attributes[IFAL_ADDRESS] || !attributes[IFAL_LABEL] ||
        nla_len(attributes[IFAL_ADDRESS]) != (int)sizeof(parsed.prefix))
        return -EBADMSG;
    memcpy(&parsed.prefix, nla_data(attributes[IFAL_ADDRESS]), sizeof(parsed.prefix));
    parsed.length = info->ifal_prefixlen;
    parsed.ifindex = info->ifal_index;
    parsed.label = nla_get_u32(attributes[IFAL_LABEL]);
    *ret = parsed;
    return 0;
}

struct nl_msg *address_label_request_dump(void)
{
    struct ifaddrlblmsg info = {.ifal_family = AF_INET6};
    struct nl_msg *message = nlmsg_alloc_simple(RTM_GETADDRLABEL, NLM_F_DUMP);

    if (message && nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO) < 0) {
        nlmsg_free(message);
        return NULL;
    }
    return message;
}
