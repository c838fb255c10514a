/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of TCP's connections and listeners, read on demand. */
#include "mib/row/tcp.h"
#include "backend/netlink/table/inet_sockets.h"
#include "backend/netlink/object/inet_socket.h"
#include "backend/netlink/socket/change.h"
#include "backend/netlink/table/table.h"
#include "backend/netlink/table/tcp.h"

#include <errno.h>
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

int tcp_find(struct netlink_socket *sock, const struct mib_tcp *key, struct inet_socket *ret)
{
    const struct inet_socket ends = {
        .local_address = key->local_address,
        .remote_address = key->remote_address,
        .ifindex = key->local_scope ? key->local_scope : key->remote_scope,
        .local_port = key->local_port,
        .remote_port = key->remote_port,
        .family = key->family,
    };
    int r = netlink_socket_open_family(sock, NETLINK_SOCK_DIAG);

    if (r < 0)
        return r == -EIO || r == -EPERM || r == -EPROTONOSUPPORT ? -EOPNOTSUPP : r;
    r = inet_sockets_find(sock, IPPROTO_TCP, states_of(MIB_FILTER_CONNECTIONS), &ends, ret);
    if (r < 0)
        netlink_socket_close(sock);
    return r;
}

/*
 * The cookie says which socket is meant: without it, a connection that has gone meanwhile would
 * take the listener of its port with it.
 */
static int change_row(enum mib_verb verb, const void *row, uint64_t fields)
{
    const struct mib_tcp *key = row;
    struct inet_socket socket;
    struct netlink_socket sock;

    (void)fields;
    if (verb != MIB_VERB_DELETE)
        return -EOPNOTSUPP;
    int r = tcp_find(&sock, key, &socket);
    if (r < 0)
        return r;
    netlink_socket_explain(&sock);
    r = netlink_change_over(&sock, inet_socket_request_destroy(IPPROTO_TCP, &socket));
    netlink_socket_close(&sock);
    return r == -ESTALE ? -ENOENT : r;
}

const struct netlink_table netlink_table_tcp = {
    .read_table = read_table,
    .change_row = change_row,
};
