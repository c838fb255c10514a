/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of UDP's endpoints, read on demand. */
#include "mib/row/udp.h"
#include "backend/netlink/table/inet_sockets.h"
#include "backend/netlink/table/table.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

/* Where the rows go. */
struct udp_reader {
    backend_sink sink;
    void *context;
};

static int give(void *context, const struct owned_socket *owned, size_t more)
{
    const struct udp_reader *reader = context;
    const struct inet_socket *socket = &owned->socket;
    const struct mib_udp row = {
        .family = socket->family,
        .is_owned = socket->inode != 0,
        .local_address = socket->local_address,
        .local_scope = inet_socket_scope(socket, &socket->local_address),
        .owner_pid = owned->pid,
        .local_port = socket->local_port,
    };

    return reader->sink(reader->context, &row, more);
}

static int read_table(const struct mib_filter *filter, backend_sink sink, void *context)
{
    struct udp_reader reader = {.sink = sink, .context = context};

    return inet_sockets_read_table(IPPROTO_UDP, 1U << TCP_ESTABLISHED | 1U << TCP_CLOSE, filter,
                                   give, &reader);
}

const struct netlink_table netlink_table_udp = {.read_table = read_table};
