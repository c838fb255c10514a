/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/netlink/watch/teredo_client.h"
#include "backend/netlink/object/udp.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <string.h>
#include <unistd.h>

/* RFC 4380, 2.7. */
enum { TEREDO_SERVICE_PORT = 3544 };

void teredo_begin_dump(struct link_map *links, uint32_t ifindex)
{
    for (size_t i = 0; i < links->count; i++)
        if (ifindex == 0 || links->links[i].ifindex == ifindex)
            links->links[i].teredo_address = (struct mib_addr){0};
}

void teredo_take_address(struct link_map *links, const struct mib_unicast *row)
{
    if (!mib_addr_is_teredo(row->family, &row->address))
        return;
    struct link *link = link_map_find(links, row->ifindex);

    /* A client has one; should there be more, the same one is taken each time. */
    if (link && link->is_tun &&
        (mib_addr_is_zero(&link->teredo_address) ||
         memcmp(&row->address, &link->teredo_address, sizeof(row->address)) < 0))
        link->teredo_address = row->address;
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

int teredo_is_waiting(const struct link *link)
{
    if (!link->present || !link->is_tun || !mib_addr_is_zero(&link->teredo_address))
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

int teredo_find_tunnel(const struct link_map *links, const struct link **ret)
{
    for (size_t i = 0; i < links->count; i++)
        if (!mib_addr_is_zero(&links->links[i].teredo_address)) {
            *ret = &links->links[i];
            return 0;
        }
    for (size_t i = 0; i < links->count; i++) {
        int r = teredo_is_waiting(&links->links[i]);

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
    r = netlink_socket_request(&sock, udp_request_dump());
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
