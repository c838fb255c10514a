/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of TCP's connections and listeners, read on demand. */
#include "mib/row/tcp.h"
#include "backend/netlink/table/inet_sockets.h"
#include "backend/netlink/table/table.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

/* In sock_diag's messages alone: a connection that is not made yet has no socket. */
enum { TCP_NEW_SYN_RECEIVED = TCP_CLOSING + 1 };

/* 0: it is in no table. A socket that is only bound has no state of TCP's. */
static const uint8_t states[] = {
    [TCP_ESTABLISHED] = MIB_TCP_ESTABLISHED,
    [TCP_SYN_SENT] = MIB_TCP_SYN_SENT,
    [TCP_SYN_RECV] = MIB_TCP_SYN_RECEIVED,
    [TCP_FIN_WAIT1] = MIB_TCP_FIN_WAIT_1,
    [TCP_FIN_WAIT2] = MIB_TCP_FIN_WAIT_2,
    [TCP_TIME_WAIT] = MIB_TCP_TIME_WAIT,
    [TCP_CLOSE_WAIT] = MIB_TCP_CLOSE_WAIT,
    [TCP_LAST_ACK] = MIB_TCP_LAST_ACK,
    [TCP_LISTEN] = MIB_TCP_LISTEN,
    [TCP_CLOSING] = MIB_TCP_CLOSING,
    [TCP_NEW_SYN_RECEIVED] = MIB_TCP_SYN_RECEIVED,
};

/* Where the rows go. */
struct tcp_reader {
    backend_sink sink;
    void *context;
};

static int give(void *context, const struct owned_socket *owned, size_t more)
{
    const struct tcp_reader *reader = context;
    const struct inet_socket *socket = &owned->socket;
    const struct mib_tcp row = {
        .family = socket->family,
        .state = states[socket->state],
        .local_address = socket->local_address,
        .remote_address = socket->remote_address,
        .local_scope = inet_socket_scope(socket, &socket->local_address),
        .remote_scope = inet_socket_scope(socket, &socket->remote_address),
        .local_port = socket->local_port,
        .remote_port = socket->remote_port,
        .owner_pid = owned->pid,
        .is_owned = socket->inode != 0,
    };

    return reader->sink(reader->context, &row, more);
}

static uint32_t states_of(uint32_t flags)
{
    const uint32_t listeners = 1U << TCP_LISTEN;
    uint32_t wanted = 0;

    for (size_t i = 0; i < sizeof(states); i++)
        if (states[i])
            wanted |= 1U << i;
    switch (flags & (MIB_FILTER_LISTENERS | MIB_FILTER_CONNECTIONS)) {
    case MIB_FILTER_LISTENERS:
        return listeners;
    case MIB_FILTER_CONNECTIONS:
        return wanted & ~listeners;
    default:
        return wanted;
    }
}

static int read_table(const struct mib_filter *filter, backend_sink sink, void *context)
{
    struct tcp_reader reader = {.sink = sink, .context = context};

    return inet_sockets_read_table(IPPROTO_TCP, states_of(filter->flags), filter, give, &reader);
}

const struct netlink_table netlink_table_tcp = {.read_table = read_table};
