/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The host's Teredo client: which link is its tunnel, and which UDP port its process has bound. The
 * watches of Teredo's port and of addresses ask; nothing here remembers anything between two looks.
 */
#include "backend/netlink/watch/teredo_client.h"
#include "backend/array.h"
#include "backend/netlink/object/inet_socket.h"
#include "backend/netlink/object/udp.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* RFC 4380, 2.7. */
enum { TEREDO_SERVICE_PORT = 3544 };

void teredo_addresses_clear(struct teredo_addresses *addresses)
{
    free(addresses->items);
    *addresses = (struct teredo_addresses){0};
}

void teredo_begin_dump(struct teredo_addresses *addresses, uint32_t ifindex)
{
    struct teredo_address *one =
        array_find(addresses->items, addresses->count, sizeof(*one), ifindex);

    if (ifindex == 0)
        addresses->count = 0;
    else if (one)
        array_close_gap(addresses->items, addresses->count--, sizeof(*one), one);
}

int teredo_take_address(struct teredo_addresses *addresses, const struct link_map *links,
                        const struct mib_unicast *row)
{
    if (!mib_addr_is_teredo(row->family, &row->address))
        return 0;
    const struct link *link = link_map_find(links, row->ifindex);
    if (!link || !link->is_tun)
        return 0;
    struct teredo_address *item =
        array_find(addresses->items, addresses->count, sizeof(*item), row->ifindex);
    if (!item) {
        struct teredo_address *items = array_make_room(addresses->items, addresses->count,
                                                       &addresses->capacity, sizeof(*items), 1);
        if (!items)
            return -ENOMEM;
        size_t i = array_position_of(items, addresses->count, sizeof(*items), row->ifindex);
        array_open_gap(items, addresses->count++, sizeof(*items), i);
        items[i] = (struct teredo_address){.ifindex = row->ifindex, .address = row->address};
        addresses->items = items;
    } else if (memcmp(&row->address, &item->address, sizeof(row->address)) < 0) {
        item->address = row->address;
    }
    return 0;
}

const struct mib_addr *teredo_address_of(const struct teredo_addresses *addresses, uint32_t ifindex)
{
    const struct teredo_address *item =
        array_find(addresses->items, addresses->count, sizeof(*item), ifindex);

    return item ? &item->address : NULL;
}

bool teredo_link_matters(const struct link *before, const struct link *after)
{
    bool was_tun = before->present && before->is_tun;
    bool is_tun = after && after->is_tun;

    if (!was_tun || !is_tun)
        return was_tun || is_tun;
    return ((before->flags ^ after->flags) & IFF_UP) || strcmp(before->name, after->name) != 0;
}

bool teredo_is_address_message(const struct nlmsghdr *message)
{
    struct address_record record;

    return (message->nlmsg_type == RTM_NEWADDR || message->nlmsg_type == RTM_DELADDR) &&
           address_parse(message, &record) == 0 &&
           mib_addr_is_teredo(record.row.family, &record.row.address);
}

static int open_proc(void)
{
    int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    return proc < 0 ? -errno : proc;
}

int teredo_is_waiting(const struct teredo_addresses *addresses, const struct link *link)
{
    if (!link->present || !link->is_tun || teredo_address_of(addresses, link->ifindex))
        return 0;
    if (!(link->flags & IFF_UP) && !link->is_persistent &&
        (strcmp(link->name, "teredo") == 0 || strcmp(link->name, "miredo") == 0))
        return 1;
    int proc = open_proc();
    if (proc < 0)
        return proc == -ENOENT ? 0 : proc;
    int r = process_serves_teredo(proc, link->ifindex);
    (void)close(proc);
    return r;
}

int teredo_find_tunnel(const struct teredo_addresses *addresses, const struct link_map *links,
                       const struct link **ret)
{
    for (size_t i = 0; i < addresses->count; i++) {
        const struct link *link = link_map_find(links, addresses->items[i].ifindex);

        if (link) {
            *ret = link;
            return 0;
        }
    }
    for (size_t i = 0; i < links->count; i++) {
        int r = teredo_is_waiting(addresses, &links->links[i]);

        if (r < 0)
            return r;
        if (r > 0) {
            *ret = &links->links[i];
            return 0;
        }
    }
    *ret = NULL;
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

int teredo_fill_ports(struct process_sockets *sockets)
{
    struct netlink_socket sock;
    int r = netlink_socket_open_family(&sock, NETLINK_SOCK_DIAG);

    if (r == -EIO || r == -EPERM)
        return -EOPNOTSUPP; /* no such family of netlink */
    if (r < 0)
        return r;
    r = netlink_socket_request(&sock, inet_socket_request_dump(MIB_FAMILY_IPV4, IPPROTO_UDP,
                                                               1U << TCP_CLOSE, INET_SOCKET_ALL));
    if (r == 0)
        r = netlink_socket_collect(&sock, take_socket, NULL, sockets);
    netlink_socket_close(&sock);
    /* Without the module for UDP the kernel knows nothing of that name. */
    return r == -ENOENT || r == -EINVAL ? -EOPNOTSUPP : r;
}

uint16_t teredo_choose_port(const struct process_sockets *sockets)
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

int teredo_bound_port(const char *ifname, uint16_t *ret_port)
{
    struct process_sockets sockets = {0};
    int proc = open_proc();

    if (proc == -ENOENT)
        return -EACCES; /* not mounted */
    if (proc < 0)
        return proc;
    int r = process_tun_sockets(proc, ifname, &sockets);
    (void)close(proc);
    if (r < 0)
        return r;
    r = teredo_fill_ports(&sockets);
    uint16_t port = teredo_choose_port(&sockets);
    process_sockets_clear(&sockets);
    if (r == -EOPNOTSUPP)
        return -EACCES;
    if (r == 0 && port == 0)
        return -EINPROGRESS;
    if (r == 0)
        *ret_port = port;
    return r;
}
