/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The query for what TCP knows of one connection. */
#include "backend/netlink/object/tcp_info.h"
#include "backend/netlink/object/inet_socket.h"
#include "backend/netlink/socket/ask.h"
#include "backend/netlink/table/table.h"
#include "backend/netlink/table/tcp.h"

#include <errno.h>
#include <netinet/in.h>

struct answer {
    struct mib_tcp_info info;
    bool is_told;
};

static int take(void *context, const struct nlmsghdr *message)
{
    struct answer *answer = context;
    int r = tcp_info_parse(message, &answer->info);

    if (r < 0)
        return r == -ENOMSG ? 0 : -EIO;
    answer->is_told = true;
    return 0;
}

/*
 * In two steps: the first answer tells which socket has the two ends, and the second is of that
 * socket or of none. So a listener does not answer for a connection that has gone meanwhile.
 */
int netlink_query_tcp_info(void *params)
{
    struct answer answer = {.info = *(const struct mib_tcp_info *)params};
    struct inet_socket socket;
    struct netlink_socket sock;
    int r;

    answer.info.connection.family = answer.info.family;
    r = tcp_find(&sock, &answer.info.connection, &socket);
    if (r < 0)
        return r;
    r = netlink_ask_over(&sock, inet_socket_request_one(IPPROTO_TCP, &socket, tcp_info_extension),
                         take, &answer);
    netlink_socket_close(&sock);
    if (r == -ESTALE || (r == 0 && !answer.is_told))
        return -ENOENT;
    if (r == 0)
        *(struct mib_tcp_info *)params = answer.info;
    return r;
}
