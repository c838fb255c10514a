/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table of unicast addresses: what a watch knows when it is opened, or without the links one
 * dump for each family.
 */
#include "backend/netlink/object/address.h"
#include "backend/netlink/socket/ask.h"
#include "backend/netlink/socket/family.h"
#include "backend/netlink/table/read.h"
#include "backend/netlink/table/table.h"
#include "backend/netlink/table/unicast.h"
#include "backend/times.h"

#include <errno.h>
#include <string.h>

/* A dump beside which addresses came or went may lack others, and is taken again so many times. */
enum { ATTEMPTS_MAX = 100 };

static int take_address(void *context, const struct nlmsghdr *message)
{
    struct address_record record;

    if (address_parse(message, &record) < 0)
        return 0;
    return instance_table_put(context, &record, NULL, NULL);
}

struct address_giver {
    backend_sink sink;
    void *context;
    int r;
};

/* True ends the visit. */
static bool give_address(void *context, const void *record)
{
    struct address_giver *giver = context;
    struct mib_unicast row = ((const struct address_record *)record)->row;

    row.created = times_from_start(row.created);
    giver->r = giver->sink(giver->context, &row, 0);
    return giver->r < 0;
}

static int read_family(struct netlink_socket *sock, enum mib_family family,
                       struct address_giver *giver)
{
    struct instance_table addresses = {0};
    int r = 0;

    instance_table_init(&addresses, &address_ops);
    for (unsigned int i = 0; r == 0 && i < ATTEMPTS_MAX; i++) {
        instance_table_clear(&addresses);
        r = netlink_socket_request(sock, address_request_dump(af_of(family), 0));
        if (r == 0)
            r = netlink_socket_collect(sock, take_address, NULL, &addresses);
        if (!sock->answers_invalid)
            break;
    }
    if (r == 0 && instance_table_visit_rows(&addresses, give_address, giver))
        r = giver->r;
    instance_table_clear(&addresses);
    return r;
}

static int read_without_links(const struct mib_filter *filter, backend_sink sink, void *context)
{
    struct address_giver giver = {.sink = sink, .context = context};
    struct netlink_socket sock;
    int r = netlink_socket_open(&sock);

    if (r < 0)
        return r;
    if (filter->family != MIB_FAMILY_IPV6)
        r = read_family(&sock, MIB_FAMILY_IPV4, &giver);
    if (r == 0 && filter->family != MIB_FAMILY_IPV4 && netlink_has_family(MIB_FAMILY_IPV6))
        r = read_family(&sock, MIB_FAMILY_IPV6, &giver);
    netlink_socket_close(&sock);
    return r;
}

static int read_table(const struct mib_filter *filter, backend_sink sink, void *context)
{
    if (filter->flags & MIB_FILTER_WITHOUT_IFTYPE)
        return read_without_links(filter, sink, context);
    return netlink_read_watched(MIB_TABLE_UNICAST, filter, sink, context);
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

static int read_row(void *memory)
{
    struct mib_unicast *row = memory;
    struct address_search search = {.row = row};
    struct link link = {0};
    struct netlink_socket sock;
    int r = netlink_socket_open(&sock);

    if (r < 0)
        return r;
    r = netlink_read_link_over(&sock, row->ifindex, row->iftype, &link);
    if (r == 0)
        r = netlink_ask_over(&sock, address_request_dump(af_of(row->family), row->ifindex),
                             match_address, &search);
    netlink_socket_close(&sock);
    if (r < 0)
        return r;
    if (!search.found)
        return netlink_has_family(row->family) ? -ENOENT : -EAFNOSUPPORT;
    *row = search.best.row;
    row->iftype = link.iftype;
    row->created = times_from_start(row->created);
    return 0;
}

const struct netlink_table netlink_table_unicast = {
    .read_table = read_table,
    .read_row = read_row,
    .change_row = unicast_change_row,
};
