/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Asks nl80211 over generic netlink. link.c asks here when it forms the type of a new link. */
#include "backend/netlink/socket/wireless.h"
#include "backend/netlink/socket/socket.h"

#include <linux/genetlink.h>
#include <linux/nl80211.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

static struct nl_msg *request(uint16_t family, int flags, uint8_t command)
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
    uint16_t *family = context;

    if (nlmsg_parse((struct nlmsghdr *)message, GENL_HDRLEN, attributes, CTRL_ATTR_MAX, policy) ==
            0 &&
        attributes[CTRL_ATTR_FAMILY_ID] && attributes[CTRL_ATTR_FAMILY_NAME] &&
        nla_strcmp(attributes[CTRL_ATTR_FAMILY_NAME], NL80211_GENL_NAME) == 0)
        *family = nla_get_u16(attributes[CTRL_ATTR_FAMILY_ID]);
    return 0;
}

static int take_interface(void *context, const struct nlmsghdr *message)
{
    (void)message;
    *(bool *)context = true;
    return 0;
}

bool wireless_has_link(uint32_t ifindex)
{
    struct netlink_socket sock;
    bool found = false;
    uint16_t family = 0;

    if (netlink_socket_open_family(&sock, NETLINK_GENERIC) < 0)
        return false;
    /* All families are dumped: to look for one by its name, the kernel would start modprobe. */
    int r = netlink_socket_request(&sock, request(GENL_ID_CTRL, NLM_F_DUMP, CTRL_CMD_GETFAMILY));
    if (r == 0)
        r = netlink_socket_collect(&sock, take_family, NULL, &family);
    if (r == 0 && family != 0) {
        struct nl_msg *question = request(family, 0, NL80211_CMD_GET_INTERFACE);

        if (question && nla_put_u32(question, NL80211_ATTR_IFINDEX, ifindex) < 0) {
            nlmsg_free(question);
            question = NULL;
        }
        r = netlink_socket_request(&sock, question);
        if (r == 0)
            (void)netlink_socket_collect(&sock, take_interface, NULL, &found);
    }
    netlink_socket_close(&sock);
    return found;
}
