/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/netlink/object/udp.h"
#include "backend/netlink/socket/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netlink/msg.h>
#include <string.h>

/* RFC 4380, 2.7. */
enum { TEREDO_SERVICE_PORT = 3544 };

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

static int take_socket(void *context, const struct nlmsghdr *message)
{
    struct process_sockets *sockets = context;
    struct udp_socket socket;

    if (udp_parse(message, &socket) < 0)
        return 0;
    for (size_t i = 0; i < sockets->count; i++)
        if (sockets->sockets[i].inode == socket.inode)
            sockets->sockets[i].port = socket.port;
    return 0;
}

static struct nl_msg *request_dump(void)
{
    const struct inet_diag_req_v2 request = {
        .sdiag_family = AF_INET,
        .sdiag_protocol = IPPROTO_UDP,
        .idiag_states = 1U << TCP_CLOSE,
    };
    struct nl_msg *message = nlmsg_alloc_simple(SOCK_DIAG_BY_FAMILY, NLM_F_DUMP);

    if (message && nlmsg_append(message, (void *)&request, sizeof(request), NLMSG_ALIGNTO) < 0) {
        nlmsg_free(message);
        return NULL;
    }
    return message;
}

int udp_fill_ports(struct process_sockets *sockets)
{
    struct netlink_socket sock;
    int r = netlink_socket_open_family(&sock, NETLINK_SOCK_DIAG);

    if (r == -EIO || r == -EPERM)
        return -EOPNOTSUPP; /* no such family of netlink */
    if (r < 0)
        return r;
    r = netlink_socket_request(&sock, request_dump());
    if (r == 0)
        r = netlink_socket_collect(&sock, take_socket, NULL, sockets);
    netlink_socket_close(&sock);
    /* Without the module for UDP the kernel knows nothing of that name. */
    return r == -ENOENT || r == -EINVAL ? -EOPNOTSUPP : r;
}

uint16_t udp_choose_teredo_port(const struct process_sockets *sockets)
{
    uint16_t otherwise = 0;

    for (size_t i = 0; i < sockets->count; i++) {
        uint16_t port = sockets->sockets[i].port;

        if (port != 0 && port != TEREDO_SERVICE_PORT)
            return port;
        if (port != 0)
            otherwise = port;
    }
    return otherwise;
}
