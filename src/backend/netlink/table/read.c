/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tables and single rows on demand. A table is what a watch has learned when it is opened, so
 * that a program reads exactly what its registration goes by; but for IPv4 routes, which may be a
 * million and are read without being learned (read_route.c).
 */
#include "backend/netlink/table/read.h"
#include "backend/backend.h"
#include "backend/netlink/object/address.h"
#include "backend/netlink/object/link.h"
#include "backend/netlink/table/neighbour_times.h"
#include "backend/netlink/watch/watch.h"
#include "backend/times.h"

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

static void link_row(const struct link *link, struct mib_link *ret)
{
    *ret = (struct mib_link){.ifindex = link->ifindex, .iftype = link->iftype};
    memcpy(ret->name, link->name, sizeof(ret->name));
}

int backend_read_link(uint32_t ifindex, struct mib_link *ret_link)
{
    struct link link = {0};
    int r = netlink_read_whole_link(ifindex, NULL, 0, &link);

    if (r == 0)
        link_row(&link, ret_link);
    return r;
}

int backend_read_link_by_name(const char *name, struct mib_link *ret_link)
{
    struct link link = {0};

    if (!name[0] || strlen(name) >= IFNAMSIZ)
        return -ENODEV;
    int r = netlink_read_whole_link(0, name, 0, &link);
    /* The kernel finds links by their alternative names, too. */
    if (r == 0 && strcmp(link.name, name) != 0)
        r = -ENODEV;
    if (r == 0)
        link_row(&link, ret_link);
    return r;
}

/* Tables. */

struct table_reader {
    enum mib_table table;
    backend_sink sink;
    void *context;
    struct neighbour_times times;
};

static int sink_row(void *context, const union mib_row *row, size_t more)
{
    struct table_reader *reader = context;
    union mib_row complete = *row;

    if (reader->table == MIB_TABLE_IPINTERFACE)
        neighbour_times_fill(&reader->times, &complete.ipinterface);
    return reader->sink(reader->context, &complete, more);
}

int backend_read_table(enum mib_table table, enum mib_family family, backend_sink sink,
                       void *context)
{
    struct table_reader reader = {.table = table, .sink = sink, .context = context};
    struct backend_watch *watch;
    int r = 0;

    if (family == MIB_FAMILY_IPV6 && !netlink_has_family(family))
        return -EAFNOSUPPORT;
    if (table == MIB_TABLE_IPINTERFACE)
        r = neighbour_times_read(&reader.times);
    if (table == MIB_TABLE_ROUTE && family != MIB_FAMILY_IPV6) {
        r = netlink_read_ipv4_routes(sink, context);
        if (r < 0 || family == MIB_FAMILY_IPV4)
            return r;
        family = MIB_FAMILY_IPV6;
    }
    if (r == 0)
        r = backend_watch_open(table, family, &watch);
    if (r == 0) {
        r = backend_watch_rows(watch, sink_row, &reader);
        backend_watch_close(watch);
    }
    neighbour_times_clear(&reader.times);
    return r;
}

/* Single rows. */

int backend_read_ipinterface(struct mib_ipinterface *row)
{
    enum mib_family family = row->family;
    struct neighbour_times times = {0};
    struct link link = {0};
    int r = netlink_read_whole_link(row->ifindex, NULL, row->iftype, &link);

    if (r < 0)
        return r;
    if (!(family == MIB_FAMILY_IPV4 ? link.ipv4.exists : link.ipv6.exists))
        return -ENOENT;
    r = neighbour_times_read(&times);
    if (r == 0) {
        link_ipinterface(&link, family, row);
        neighbour_times_fill(&times, row);
    }
    neighbour_times_clear(&times);
    return r;
}

struct address_search {
    struct mib_unicast *row;
    struct address_record best;
    bool found;
};

static int match_address(void *context, const struct nlmsghdr *message)
{
    struct address_search *search = context;
    struct address_record record;

    if (address_parse(message, &record) < 0 || record.row.ifindex != search->row->ifindex ||
        record.row.family != search->row->family ||
        memcmp(&record.row.address, &search->row->address, sizeof(record.row.address)) != 0)
        return 0;
    if (!search->found || address_ops.rank(&record, &search->best) < 0)
        search->best = record;
    search->found = true;
    return 0;
}

int backend_read_unicast(struct mib_unicast *row)
{
    struct address_search search = {.row = row};
    struct link link = {0};
    int r = netlink_read_whole_link(row->ifindex, NULL, row->iftype, &link);

    if (r == 0)
        r = netlink_ask(address_request_dump(af_of(row->family), row->ifindex), match_address,
                        &search);
    if (r < 0)
        return r;
    if (!search.found)
        return netlink_has_family(row->family) ? -ENOENT : -EAFNOSUPPORT;
    *row = search.best.row;
    row->iftype = link.iftype;
    row->created = times_from_start(row->created);
    return 0;
}
