/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Called by what asks nl80211 and ethtool. */
#include "backend/netlink/socket/generic.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

struct search {
    const char *name;
    uint16_t family; /* 0: not found */
};

struct nl_msg *generic_request(uint16_t family, int flags, uint8_t command)
{
    struct genlmsghdr info = {.cmd = command, .version = 1};
    struct nl_msg *message = nlmsg_alloc_simple(family, flags);

    if (message && nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO) < 0) {
        nlmsg_free(message);
        return NULL;
    }
    return message;
}

static int take_family(void *context, const struct nlmsghdr *message)
{
    static const struct nla_policy policy[CTRL_ATTR_MAX + 1] = {
        [CTRL_ATTR_FAMILY_ID] = {.type = NLA_U16, .maxlen = sizeof(uint16_t)},
        [CTRL_ATTR_FAMILY_NAME] = {.type = NLA_STRING},
    };
    struct nlattr *attributes[CTRL_ATTR_MAX + 1];
    struct search *search = context;

    if (nlmsg_parse((struct nlmsghdr *)message, GENL_HDRLEN, attributes, CTRL_ATTR_MAX, policy) ==
            0 &&
        attributes[CTRL_ATTR_FAMILY_ID] && attributes[CTRL_ATTR_FAMILY_NAME] &&
        nla_strcmp(attributes[CTRL_ATTR_FAMILY_NAME], search->name) == 0)
        search->family = nla_get_u16(attributes[CTRL_ATTR_FAMILY_ID]);
    return 0;
}

/* All families are dumped: to look for one by its name, the kernel would start modprobe. */
int generic_find_family(struct netlink_socket *sock, const char *name, uint16_t *ret)
{
    struct search search = {.name = name};
    int r =
        netlink_socket_request(sock, generic_request(GENL_ID_CTRL, NLM_F_DUMP, CTRL_CMD_GETFAMILY));

    if (r == 0)
        r = netlink_socket_collect(sock, take_family, NULL, &search);
    if (r == 0 && search.family == 0)
        r = -ENOENT;
    if (r == 0)
        *ret = search.family;
    return r;
}
