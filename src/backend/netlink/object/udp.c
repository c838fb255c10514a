/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* UDP sockets in sock_diag's messages. Whose sockets they are is the caller's business. */
#include "backend/netlink/object/udp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <string.h>

int udp_parse(const struct nlmsghdr *message, struct udp_socket *ret)
{
    struct inet_diag_msg diag;

    if (message->nlmsg_type != SOCK_DIAG_BY_FAMILY ||
        message->nlmsg_len < NLMSG_LENGTH(sizeof(diag)))
        return -EBADMSG;
    memcpy(&diag, NLMSG_DATA(message), sizeof(diag));
    /* A UDP socket that is not connected has the state of a closed TCP one. */
    if (diag.idiag_family != AF_INET || diag.idiag_state != TCP_CLOSE || diag.id.idiag_sport == 0)
        return -ENOMSG;
    *ret = (struct udp_socket){
        .inode = diag.idiag_inode,
        .port = ntohs(diag.id.idiag_sport),
    };
    return 0;
}
