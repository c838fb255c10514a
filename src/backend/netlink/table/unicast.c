/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of unicast addresses: what a watch knows when it is opened. */
#include "backend/netlink/object/address.h"
#include "backend/netlink/socket/ask.h"
#include "backend/netlink/socket/family.h"
#include "backend/netlink/table/read.h"
#include "backend/netlink/table/table.h"
#include "backend/netlink/table/unicast.h"
#include "backend/times.h"

#include <errno.h>
#include <string.h>

static int read_table(const struct mib_filter *filter, backend_sink sink, void *context)
{
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

const struct netlink_table netlink_table_unicast = {
    .read_table = read_table,
    .read_row = read_row,
    .change_row = unicast_change_row,
};
