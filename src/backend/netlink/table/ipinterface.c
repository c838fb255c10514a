/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table of IP interfaces: what a watch knows when it is opened, and the times, which nothing
 * announces.
 */
#include "backend/netlink/table/ipinterface.h"
#include "backend/netlink/table/neighbour_times.h"
#include "backend/netlink/table/read.h"
#include "backend/netlink/table/table.h"

#include <errno.h>

struct reader {
    struct neighbour_times times;
    backend_sink sink;
    void *context;
};

static int fill_times(void *context, const void *known, size_t more)
{
    struct reader *reader = context;
    struct mib_ipinterface row = *(const struct mib_ipinterface *)known;

    neighbour_times_fill(&reader->times, &row);
    return reader->sink(reader->context, &row, more);
}

static int read_table(const struct mib_filter *filter, backend_sink sink, void *context)
{
    struct reader reader = {.sink = sink, .context = context};
    int r = neighbour_times_read(&reader.times);

    if (r == 0)
        r = netlink_read_watched(MIB_TABLE_IPINTERFACE, filter, fill_times, &reader);
    neighbour_times_clear(&reader.times);
    return r;
}

int ipinterface_read(const struct mib_ipinterface *key, struct link *ret_link,
                     struct mib_ipinterface *ret)
{
    enum mib_family family = key->family;
    struct neighbour_times times = {0};
    struct link link = {0};
    int r = netlink_read_whole_link(key->ifindex, NULL, key->iftype, &link);

    if (r < 0)
        return r;
    if (!(family == MIB_FAMILY_IPV4 ? link.ipv4.exists : link.ipv6.exists))
        return -ENOENT;
    r = neighbour_times_read(&times);
    if (r == 0) {
        link_ipinterface(&link, family, ret);
        neighbour_times_fill(&times, ret);
        *ret_link = link;
    }
    neighbour_times_clear(&times);
    return r;
}

static int read_row(void *memory)
{
    struct mib_ipinterface *row = memory;
    const struct mib_ipinterface key = *row;
    struct link link;

    return ipinterface_read(&key, &link, row);
}

const struct netlink_table netlink_table_ipinterface = {
    .read_table = read_table,
    .read_row = read_row,
    .change_row = ipinterface_change_row,
};
