/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Called by the tables' change_row. What a request means is the business of those who make it. */
#include "backend/netlink/socket/change.h"
#include "backend/netlink/socket/socket.h"

#include <netlink/msg.h>

int netlink_change(struct nl_msg *request)
{
    struct netlink_socket sock;
    int r = netlink_socket_open(&sock);

    if (r < 0) {
        nlmsg_free(request);
        return r;
    }
    netlink_socket_explain(&sock);
    r = netlink_change_over(&sock, request);
    netlink_socket_close(&sock);
    return r;
}

int netlink_change_over(struct netlink_socket *sock, struct nl_msg *request)
{
    if (request)
        nlmsg_hdr(request)->nlmsg_flags |= NLM_F_ACK;
    int r = netlink_socket_request(sock, request);
    return r < 0 ? r : netlink_socket_collect(sock, NULL, NULL, NULL);
}
