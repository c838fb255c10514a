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
#include <sys/socket.h>
#include <unistd.h>

/*
 * For sock_diag alone: a connection that is not made yet has no socket; sockets that are bound and
 * no more are asked for by a state of their own (Linux 6.8) and told of as closed.
 */
enum { TCP_NEW_SYN_RECEIVED = TCP_CLOSING + 1, TCP_ONLY_BOUND };

/* 0: it is in no table. */
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
    size_t count; /* that have gone there */
};

static int give(void *context, const struct owned_socket *owned, size_t more)
{
    struct tcp_reader *reader = context;
    const struct inet_socket *socket = &owned->socket;
    const struct mib_tcp row = {
        .family = socket->family,
        .state = socket->state == TCP_CLOSE ? MIB_TCP_BOUND : states[socket->state],
        .local_address = socket->local_address,
        .remote_address = socket->remote_address,
        .local_scope = inet_socket_scope(socket, &socket->local_address),
        .remote_scope = inet_socket_scope(socket, &socket->remote_address),
        .local_port = socket->local_port,
        .remote_port = socket->remote_port,
        .owner_pid = owned->pid,
        .is_owned = socket->inode != 0,
    };

    reader->count++;
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

static int count_one(void *context, const struct owned_socket *owned, size_t more)
{
    size_t *count = context;

    (void)owned;
    (void)more;
    ++*count;
    return 0;
}

static const uint32_t bound_states = 1U << TCP_ONLY_BOUND | 1U << TCP_CLOSE;

/*
 * 0: the kernel tells of sockets that are bound, which it does of one that is so for the purpose;
 * -EOPNOTSUPP: it does not.
 */
static int try_bound(void)
{
    const struct mib_filter filter = {.family = MIB_FAMILY_IPV4};
    const struct sockaddr_in any = {.sin_family = AF_INET};
    size_t count = 0;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int r = fd < 0 || bind(fd, (const struct sockaddr *)&any, sizeof(any)) < 0 ? -errno : 0;

    if (r == 0)
        r = inet_sockets_read_table(IPPROTO_TCP, bound_states, &filter, count_one, &count);
    if (fd >= 0)
        (void)close(fd);
    return r == 0 && count == 0 ? -EOPNOTSUPP : r;
}

/* An older kernel says nothing of them, as if there were none. */
static int read_bound(const struct mib_filter *filter, struct tcp_reader *reader)
{
    int r = inet_sockets_read_table(IPPROTO_TCP, bound_states, filter, give, reader);

    return r == 0 && reader->count == 0 ? try_bound() : r;
}

static int read_table(const struct mib_filter *filter, backend_sink sink, void *context)
{
    struct tcp_reader reader = {.sink = sink, .context = context};

    return filter->flags & MIB_FILTER_BOUND
               ? read_bound(filter, &reader)
               : inet_sockets_read_table(IPPROTO_TCP, states_of(filter->flags), filter, give,
                                         &reader);
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
