/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads sockets, by sock_diag if there is one, and looks for their owners if that is asked for.
 *
 * What is IPv4 over an IPv6 socket is shown as IPv4's: its addresses are mapped ones (RFC 4291,
 * 2.5.5.2). A socket that waits for both families is shown as one of either. So a table of IPv4
 * takes two dumps, of which the second is filtered in the kernel.
 */
#include "backend/netlink/table/inet_sockets.h"
#include "backend/array.h"
#include "backend/netlink/object/inet_socket.h"
#include "backend/netlink/socket/ask.h"
#include "backend/netlink/socket/family.h"
#include "backend/netlink/socket/socket.h"
#include "backend/proc/inet_sockets.h"
#include "backend/proc/socket_owners.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

struct reader {
    uint8_t protocol;
    uint32_t states;
    bool with_owners;
    enum mib_family family; /* of the rows that are wanted now */
    inet_sockets_sink sink;
    void *context;

    /* Those that wait for their owners. */
    struct inet_socket *sockets;
    size_t count;
    size_t capacity;
    struct socket_owners owners;
};

uint32_t inet_socket_scope(const struct inet_socket *socket, const struct mib_addr *address)
{
    return mib_addr_is_link_local(socket->family, address) ? socket->ifindex : 0;
}

static bool is_mapped(const struct mib_addr *address)
{
    static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};

    return memcmp(address->bytes, prefix, sizeof(prefix)) == 0;
}

static struct mib_addr ipv4_of(const struct mib_addr *mapped)
{
    struct mib_addr address = {{0}};

    if (is_mapped(mapped))
        memcpy(address.bytes, mapped->bytes + 12, 4);
    return address;
}

static bool has_no_peer(const struct inet_socket *socket)
{
    return socket->state == TCP_LISTEN || socket->state == TCP_CLOSE;
}

/* The socket as one of the family that is wanted; false: it is none. */
static bool convert(const struct reader *reader, const struct inet_socket *socket,
                    struct inet_socket *ret)
{
    bool mapped = socket->family == MIB_FAMILY_IPV6 && is_mapped(&socket->local_address);
    bool both =
        socket->takes_ipv4 && has_no_peer(socket) && mib_addr_is_zero(&socket->local_address);

    if (reader->family == MIB_FAMILY_IPV6 && (socket->family != MIB_FAMILY_IPV6 || mapped))
        return false;
    if (reader->family == MIB_FAMILY_IPV4 && socket->family != MIB_FAMILY_IPV4 && !mapped && !both)
        return false;
    *ret = *socket;
    if (reader->family != (enum mib_family)socket->family) {
        ret->family = (uint8_t)reader->family;
        ret->local_address = ipv4_of(&socket->local_address);
        ret->remote_address = ipv4_of(&socket->remote_address);
    }
    return true;
}

static int keep(struct reader *reader, const struct inet_socket *socket)
{
    struct inet_socket *grown =
        array_make_room(reader->sockets, reader->count, &reader->capacity, sizeof(*grown), 256);

    if (!grown)
        return -ENOMEM;
    reader->sockets = grown;
    reader->sockets[reader->count++] = *socket;
    return socket_owners_want(&reader->owners, socket->inode);
}

static int take(void *context, const struct inet_socket *socket)
{
    struct reader *reader = context;
    struct owned_socket row = {.pid = 0};

    if (socket->state >= 32 || !(reader->states & 1U << socket->state) || socket->local_port == 0 ||
        !convert(reader, socket, &row.socket))
        return 0;
    return reader->with_owners ? keep(reader, &row.socket) : reader->sink(reader->context, &row, 0);
}

static int take_message(void *context, const struct nlmsghdr *message)
{
    struct inet_socket socket;
    int r = inet_socket_parse(message, &socket);

    if (r < 0)
        return r == -ENOMSG ? 0 : -EIO;
    return take(context, &socket);
}

static int dump(struct reader *reader, enum mib_family family)
{
    struct netlink_socket sock;
    enum inet_socket_part part = INET_SOCKET_ALL;
    int r = netlink_socket_open_family(&sock, NETLINK_SOCK_DIAG);

    if (r < 0)
        return r == -EIO || r == -EPERM ? -EPROTONOSUPPORT : r; /* no such family of netlink */
    if (family == MIB_FAMILY_IPV6)
        part = reader->family == MIB_FAMILY_IPV4 ? INET_SOCKET_MAPPED : INET_SOCKET_WITHOUT_MAPPED;
    r = netlink_socket_request(
        &sock, inet_socket_request_dump(family, reader->protocol, reader->states, part));
    if (r == 0)
        r = netlink_socket_collect_ahead(&sock, take_message, reader);
    netlink_socket_close(&sock);
    return r;
}

/* A kernel may lack sock_diag, or its part for the protocol, or keep it from a container. */
static bool is_lack_of_sock_diag(int r)
{
    return r == -ENOENT || r == -EINVAL || r == -EPERM || r == -EACCES || r == -EPROTONOSUPPORT ||
           r == -EAFNOSUPPORT;
}

static int read_family(struct reader *reader, enum mib_family family)
{
    const char *name = reader->protocol == IPPROTO_TCP ? "tcp" : "udp";
    const char *name6 = reader->protocol == IPPROTO_TCP ? "tcp6" : "udp6";
    int r = dump(reader, family);

    if (is_lack_of_sock_diag(r))
        r = inet_sockets_read(family == MIB_FAMILY_IPV4 ? name : name6, take, reader);
    return r == -ENOENT ? -EOPNOTSUPP : r;
}

static int give_kept(struct reader *reader)
{
    int r = socket_owners_find(&reader->owners);

    for (size_t i = 0; r == 0 && i < reader->count; i++) {
        const struct owned_socket row = {
            .socket = reader->sockets[i],
            .pid = socket_owners_pid(&reader->owners, reader->sockets[i].inode),
        };

        r = reader->sink(reader->context, &row, reader->count - i - 1);
    }
    return r;
}

/* Looks for one among those that it is given. */
struct search {
    const struct inet_socket *key;
    struct inet_socket found;
    bool is_found;
};

static int compare_with_key(void *context, const struct owned_socket *row, size_t more)
{
    struct search *search = context;
    const struct inet_socket *key = search->key;
    const struct inet_socket *socket = &row->socket;

    (void)more;
    if (socket->local_port == key->local_port && socket->remote_port == key->remote_port &&
        memcmp(&socket->local_address, &key->local_address, sizeof(key->local_address)) == 0 &&
        memcmp(&socket->remote_address, &key->remote_address, sizeof(key->remote_address)) == 0 &&
        (key->ifindex == 0 || socket->ifindex == key->ifindex)) {
        search->found = *socket;
        search->is_found = true;
    }
    return 0;
}

int inet_sockets_find(struct netlink_socket *sock, uint8_t protocol, uint32_t states,
                      const struct inet_socket *key, struct inet_socket *ret)
{
    struct search search = {.key = key};
    struct reader reader = {
        .protocol = protocol,
        .states = states,
        .family = (enum mib_family)key->family,
        .sink = compare_with_key,
        .context = &search,
    };
    int r =
        netlink_ask_over(sock, inet_socket_request_one(protocol, key, 0), take_message, &reader);

    /* The kernel finds a socket that is bound to a link only with that. */
    if ((r == 0 || r == -ENOENT) && !search.is_found)
        r = dump(&reader, (enum mib_family)key->family);
    if (r == 0 && !search.is_found && key->family == MIB_FAMILY_IPV4 &&
        netlink_has_family(MIB_FAMILY_IPV6))
        r = dump(&reader, MIB_FAMILY_IPV6);
    if (r < 0)
        return is_lack_of_sock_diag(r) ? -EOPNOTSUPP : r;
    if (!search.is_found)
        return -ENOENT;
    *ret = search.found;
    return 0;
}

int inet_sockets_read_table(uint8_t protocol, uint32_t states, const struct mib_filter *filter,
                            inet_sockets_sink sink, void *context)
{
    struct reader reader = {
        .protocol = protocol,
        .states = states,
        .with_owners = filter->flags & MIB_FILTER_OWNERS,
        .sink = sink,
        .context = context,
    };
    bool has_ipv6 = netlink_has_family(MIB_FAMILY_IPV6);
    int r = 0;

    if (filter->family != MIB_FAMILY_IPV6) {
        reader.family = MIB_FAMILY_IPV4;
        r = read_family(&reader, MIB_FAMILY_IPV4);
        if (r == 0 && has_ipv6)
            r = read_family(&reader, MIB_FAMILY_IPV6);
    }
    if (r == 0 && filter->family != MIB_FAMILY_IPV4 && has_ipv6) {
        reader.family = MIB_FAMILY_IPV6;
        r = read_family(&reader, MIB_FAMILY_IPV6);
    }
    if (r == 0)
        r = give_kept(&reader);
    free(reader.sockets);
    socket_owners_clear(&reader.owners);
    return r;
}
