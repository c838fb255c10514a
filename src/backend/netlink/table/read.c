/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Requests over a socket that lives no longer than the call. */
#include "backend/netlink/table/read.h"
#include "backend/netlink/object/link.h"
#include "backend/netlink/watch/watch.h"

#include <errno.h>
#include <linux/if.h>
#include <netlink/msg.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

bool netlink_has_family(enum mib_family family)
{
    int fd = socket(af_of(family), SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd >= 0)
        (void)close(fd);
    return fd >= 0 || errno != EAFNOSUPPORT;
}

int netlink_ask(struct nl_msg *request, netlink_handler handler, void *context)
{
    struct netlink_socket sock;
    int r = netlink_socket_open(&sock);

    if (r < 0) {
        nlmsg_free(request);
        return r;
    }
    r = netlink_socket_request(&sock, request);
    if (r == 0)
        r = netlink_socket_collect(&sock, handler, NULL, context);
    netlink_socket_close(&sock);
    return r;
}

int netlink_read_link(uint32_t ifindex, const char *name, netlink_handler handler, void *context)
{
    return netlink_ask(link_request_one(ifindex, name), handler, context);
}

/* Links. */

/* As link_map_take_link wants a socket to ask about wireless links, one is kept for the while. */
struct link_reader {
    struct netlink_socket sock;
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
    return link_map_take_link(&reader->map, &parsed, true, reader->sock.fd, &link);
}

int netlink_read_whole_link(uint32_t ifindex, const char *name, uint16_t iftype, struct link *ret)
{
    struct link_reader reader = {0};

    /* The kernel's indexes are positive ints; others would not reach it as what they are. */
    if (!name && (ifindex == 0 || ifindex > INT32_MAX))
        return -ENODEV;
    int r = netlink_socket_open(&reader.sock);
    if (r < 0)
        return r;
    r = netlink_socket_request(&reader.sock, link_request_one(ifindex, name));
    if (r == 0)
        r = netlink_socket_collect(&reader.sock, take_link_of_reader, NULL, &reader);
    if (r == 0 && (reader.map.count == 0 || (iftype && reader.map.links[0].iftype != iftype)))
        r = -ENODEV;
    if (r == 0)
        *ret = reader.map.links[0];
    link_map_clear(&reader.map);
    netlink_socket_close(&reader.sock);
    return r;
}
