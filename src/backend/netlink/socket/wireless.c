/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Asks nl80211 over generic netlink. link.c asks here when it forms the type of a new link. */
#include "backend/netlink/socket/wireless.h"
#include "backend/netlink/socket/generic.h"

#include <linux/nl80211.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

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
    uint16_t family;

    if (netlink_socket_open_family(&sock, NETLINK_GENERIC) < 0)
        return false;
    if (generic_find_family(&sock, NL80211_GENL_NAME, &family) == 0) {
        struct nl_msg *question = generic_request(family, 0, NL80211_CMD_GET_INTERFACE);

        if (question && nla_put_u32(question, NL80211_ATTR_IFINDEX, ifindex) < 0) {
            nlmsg_free(question);
            question = NULL;
        }
        if (netlink_socket_request(&sock, question) == 0)
            (void)netlink_socket_collect(&sock, take_interface, NULL, &found);
    }
    netlink_socket_close(&sock);
    return found;
}
