/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One question to rtnetlink, for what is read on demand and what a watch has to ask beside. */
#include "backend/netlink/socket/ask.h"

#include <netlink/msg.h>

int netlink_ask_over(struct netlink_socket *sock, struct nl_msg *request, netlink_handler handler,
                     void *context)
{
    int r = netlink_socket_request(sock, request);

    return r < 0 ? r : netlink_socket_collect(sock, handler, NULL, context);
}

int netlink_ask(struct nl_msg *request, netlink_handler handler, void *context)
{
    struct netlink_socket sock;
    int r = netlink_socket_open(&sock);

    if (r < 0) {
        nlmsg_free(request);
        return r;
    }
    r = netlink_ask_over(&sock, request, handler, context);
    netlink_socket_close(&sock);
    return r;
}
