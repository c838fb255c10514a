/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One link on demand, for the tables whose rows are on links, and what may be changed. */
#include "backend/netlink/table/read.h"
#include "backend/netlink/object/neighbour.h"
#include "backend/netlink/socket/ask.h"

#include <errno.h>

/* As link_map_take_link wants a socket to ask about wireless links, one is kept for the while. */
struct link_reader {
    struct netlink_socket *sock;
    struct link_map map;
};

static int take_link_of_reader(void *context, const struct nlmsghdr *message)
{
    struct link_reader *reader = context;
    struct link_message parsed;
    struct link *link;
    int r = link_parse(message, &parsed);

    if (r < 0)
        return -EIO;
    return link_map_take_link(&reader->map, &parsed, true, reader->sock, &link);
}

static int read_link(struct netlink_socket *sock, uint32_t ifindex, const char *name,
                     uint16_t iftype, struct link *ret)
{
    struct link_reader reader = {.sock = sock};
    int r = netlink_ask_over(sock, link_request_one(ifindex, name), take_link_of_reader, &reader);

    if (r == 0 && (reader.map.count == 0 || (iftype && reader.map.links[0].iftype != iftype)))
        r = -ENODEV;
    if (r == 0)
        *ret = reader.map.links[0];
    link_map_clear(&reader.map);
    return r;
}

/* The kernel's indexes are positive ints; others would not reach it as what they are. */
static bool is_index(uint32_t ifindex)
{
    return ifindex > 0 && ifindex <= INT32_MAX;
}

int netlink_read_whole_link(uint32_t ifindex, const char *name, uint16_t iftype, struct link *ret)
{
    struct netlink_socket sock;

    if (!name && !is_index(ifindex))
        return -ENODEV;
    int r = netlink_socket_open(&sock);
    if (r < 0)
        return r;
    r = read_link(&sock, ifindex, name, iftype, ret);
    netlink_socket_close(&sock);
    return r;
}

int netlink_read_link_over(struct netlink_socket *sock, uint32_t ifindex, uint16_t iftype,
                           struct link *ret)
{
    return is_index(ifindex) ? read_link(sock, ifindex, NULL, iftype, ret) : -ENODEV;
}

/* A request that the kernel refuses to all, but tells those first who may make none. */
int netlink_check_rights(void)
{
    int r = netlink_ask(neighbour_request_nothing(), NULL, NULL);

    return r == -EINVAL ? 0 : r;
}
