/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table of neighbours: for each family one dump of the kernel's proxies, which are few, and one
 * of its neighbours, which may be many and are not kept. A row by its key is asked for alone.
 */
#include "backend/netlink/table/neighbour.h"
#include "backend/netlink/socket/ask.h"
#include "backend/netlink/socket/family.h"
#include "backend/netlink/table/read.h"
#include "backend/netlink/table/table.h"
#include "mib/instance_table.h"

#include <errno.h>
#include <string.h>

/* Rows by their keys. */

static uint32_t hash(const void *record)
{
    const struct mib_neighbour *row = record;

    return mib_addr_hash(row->ifindex, &row->address);
}

static bool same_key(const void *a, const void *b)
{
    const struct mib_neighbour *x = a;
    const struct mib_neighbour *y = b;

    return x->ifindex == y->ifindex && x->family == y->family &&
           memcmp(&x->address, &y->address, sizeof(x->address)) == 0;
}

static bool same(const void *a, const void *b)
{
    (void)a;
    (void)b;
    return true;
}

static int rank(const void *a, const void *b)
{
    (void)a;
    (void)b;
    return 0;
}

/* One instance for each key; the last one put is it. */
static const struct instance_ops spare_ops = {
    .record_size = sizeof(struct mib_neighbour),
    .group_hash = hash,
    .same_key = same_key,
    .same_instance = same,
    .same_record = same,
    .rank = rank,
    .same_row = same,
};

/* The whole table. */

struct neighbour_reader {
    struct netlink_socket sock;
    struct link_map links;
    const struct link *link; /* of the entry before, as a rule that of the next */

    /* Rows that are shown unless the kernel has a neighbour with their key. */
    struct instance_table spare;
    bool reading_proxies;
    backend_sink sink;
    void *context;
    int result;
};

/* Links that came since they were dumped are passed over, and so is what is no neighbour. */
static bool read_message(struct neighbour_reader *reader, const struct nlmsghdr *message,
                         struct neighbour_message *neighbour)
{
    if (neighbour_parse(message, neighbour) < 0)
        return false;
    if (!reader->link || reader->link->ifindex != neighbour->row.ifindex)
        reader->link = link_map_find(&reader->links, neighbour->row.ifindex);
    return reader->link && neighbour_complete(neighbour, reader->link);
}

static int take_entry(void *context, const struct nlmsghdr *message)
{
    struct neighbour_reader *reader = context;
    struct neighbour_message neighbour;

    if (!read_message(reader, message, &neighbour))
        return 0;
    if (reader->reading_proxies)
        return instance_table_put(&reader->spare, &neighbour.row, NULL, NULL);
    if (reader->spare.count > 0)
        (void)instance_table_drop(&reader->spare, &neighbour.row, NULL, NULL);
    return reader->sink(reader->context, &neighbour.row, 0);
}

static int take_link(void *context, const struct nlmsghdr *message)
{
    struct neighbour_reader *reader = context;
    struct link_message parsed;
    struct link *link;

    if (link_parse(message, &parsed) < 0)
        return 0;
    return link_map_take_link(&reader->links, &parsed, true, &reader->sock, &link);
}

static bool sink_spare(void *context, const void *row)
{
    struct neighbour_reader *reader = context;

    reader->result = reader->sink(reader->context, row, 0);
    return reader->result < 0;
}

static int dump(struct neighbour_reader *reader, struct nl_msg *request, netlink_handler handler)
{
    int r = netlink_socket_request(&reader->sock, request);

    return r < 0 ? r : netlink_socket_collect(&reader->sock, handler, NULL, reader);
}

static int put_groups(struct neighbour_reader *reader)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < reader->links.count; i++) {
        const struct link *link = &reader->links.links[i];
        struct mib_neighbour row;

        for (size_t j = 0; r == 0 && link->ipv4.exists && j < NEIGHBOUR_GROUPS; j++) {
            neighbour_group(j, link, &row);
            r = instance_table_put(&reader->spare, &row, NULL, NULL);
        }
    }
    return r;
}

static int read_family(struct neighbour_reader *reader, enum mib_family family)
{
    int r = family == MIB_FAMILY_IPV4 ? put_groups(reader) : 0;

    reader->reading_proxies = true;
    if (r == 0)
        r = dump(reader, neighbour_request_dump(family, true), take_entry);
    reader->reading_proxies = false;
    if (r == 0)
        r = netlink_socket_request(&reader->sock, neighbour_request_dump(family, false));
    if (r == 0)
        r = netlink_socket_collect_ahead(&reader->sock, take_entry, reader);
    if (r == 0 && instance_table_visit_rows(&reader->spare, sink_spare, reader))
        r = reader->result;
    instance_table_clear(&reader->spare);
    return r;
}

static int read_table(const struct mib_filter *filter, backend_sink sink, void *context)
{
    struct neighbour_reader reader = {.sink = sink, .context = context};
    int r = netlink_socket_open(&reader.sock);

    if (r < 0)
        return r;
    instance_table_init(&reader.spare, &spare_ops);
    r = dump(&reader, link_request_dump(), take_link);
    if (r == 0 && filter->family != MIB_FAMILY_IPV6)
        r = read_family(&reader, MIB_FAMILY_IPV4);
    if (r == 0 && filter->family != MIB_FAMILY_IPV4)
        r = read_family(&reader, MIB_FAMILY_IPV6);
    link_map_clear(&reader.links);
    netlink_socket_close(&reader.sock);
    return r;
}

/* One neighbour. */

bool neighbour_same_key(const struct mib_neighbour *a, const struct mib_neighbour *b)
{
    return same_key(a, b);
}

struct neighbour_search {
    const struct link *link;
    struct neighbour_message neighbour;
    bool found;
};

static int match_entry(void *context, const struct nlmsghdr *message)
{
    struct neighbour_search *search = context;

    search->found = neighbour_parse(message, &search->neighbour) == 0 &&
                    neighbour_complete(&search->neighbour, search->link);
    return 0;
}

static int read_entry(struct netlink_socket *sock, const struct mib_neighbour *key,
                      const struct link *link, bool proxy, struct mib_neighbour *ret)
{
    struct neighbour_search search = {.link = link};
    int r = netlink_ask_over(sock, neighbour_request_one(key, proxy), match_entry, &search);

    if (r == 0 && !search.found)
        r = -ENOENT;
    if (r == 0)
        *ret = search.neighbour.row;
    return r;
}

int neighbour_read_entry(const struct mib_neighbour *key, const struct link *link, bool proxy,
                         struct mib_neighbour *ret)
{
    struct netlink_socket sock;
    int r = netlink_socket_open(&sock);

    if (r < 0)
        return r;
    r = read_entry(&sock, key, link, proxy, ret);
    netlink_socket_close(&sock);
    return r;
}

bool neighbour_is_group(const struct mib_neighbour *key, const struct link *link,
                        struct mib_neighbour *ret)
{
    for (size_t i = 0; link->ipv4.exists && i < NEIGHBOUR_GROUPS; i++) {
        struct mib_neighbour row;

        neighbour_group(i, link, &row);
        if (!same_key(&row, key))
            continue;
        *ret = row;
        return true;
    }
    return false;
}

static int read_row(void *memory)
{
    struct mib_neighbour *row = memory;
    struct link link = {0};
    struct netlink_socket sock;
    int r = netlink_socket_open(&sock);

    if (r < 0)
        return r;
    r = netlink_read_link_over(&sock, row->ifindex, row->iftype, &link);
    if (r == 0) {
        r = read_entry(&sock, row, &link, false, row);
        if (r == -ENOENT)
            r = read_entry(&sock, row, &link, true, row);
    }
    netlink_socket_close(&sock);
    if (r == -ENOENT && neighbour_is_group(row, &link, row))
        r = 0;
    if (r == -ENOENT && !netlink_has_family(row->family))
        r = -EAFNOSUPPORT;
    return r;
}

const struct netlink_table netlink_table_neighbour = {
    .read_table = read_table,
    .read_row = read_row,
    .change_row = neighbour_change_row,
};
