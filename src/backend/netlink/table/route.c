/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table of routes. IPv4's, which may be a million, are read with one dump of each of the
 * kernel's tables and not kept; IPv6's are what a watch knows when it is opened.
 */
#include "backend/netlink/table/read.h"
#include "backend/netlink/object/route.h"
#include "backend/netlink/table/route_search.h"
#include "backend/netlink/table/table.h"
#include "backend/times.h"

#include <errno.h>
#include <string.h>

/*
 * The whole IPv4 table. The kernel dumps routes with the same prefix one after the other, so the
 * rows of a prefix can be told when the next prefix comes; only table local, which is small as a
 * rule, is kept until the end, because its routes may share rows with those of table main.
 */
struct route_reader {
    struct netlink_socket sock;
    struct link_map links;
    uint32_t ifindex; /* of the link looked up last, as the next route is over it as a rule … */
    uint16_t iftype;  /* … and its type */
    struct nexthop_map nexthop_objects;
    struct route_nexthops nexthops;
    struct instance_table local;     /* table local */
    uint64_t local_lengths;          /* a bit for each prefix length that occurs there */
    struct route_record_wide single; /* the one record of the prefix read last … */
    bool has_single;
    struct instance_table several; /* … or its records, where there are more */
    bool reading_local;
    backend_sink sink;
    void *context;
    int result;
};

static bool sink_record(void *context, const void *record)
{
    struct route_reader *reader = context;
    struct mib_route row;

    route_record_row(record, 0, &row); /* IPv4 routes do not expire */
    reader->result = reader->sink(reader->context, &row, 0);
    return reader->result < 0;
}

static bool sink_unless_local(void *context, const void *record)
{
    struct route_reader *reader = context;
    unsigned int length = ((const struct route_record *)record)->prefix_length;
    bool is_local =
        (reader->local_lengths >> length & 1) && instance_table_has_key(&reader->local, record);

    return !is_local && sink_record(reader, record);
}

static int end_prefix(struct route_reader *reader)
{
    if (reader->has_single)
        (void)sink_unless_local(reader, &reader->single);
    else if (reader->several.count > 0)
        (void)instance_table_visit_rows(&reader->several, sink_unless_local, reader);
    if (reader->several.count > 0)
        instance_table_clear(&reader->several);
    reader->has_single = false;
    return reader->result;
}

static bool same_prefix(const struct route_record_wide *a, const struct route_record_wide *b)
{
    return a->common.prefix_length == b->common.prefix_length &&
           memcmp(&a->prefix, &b->prefix, sizeof(a->prefix)) == 0;
}

static bool is_of_prefix(void *context, const void *record)
{
    return same_prefix(context, record);
}

static int take_main_record(struct route_reader *reader, struct route_record_wide *record)
{
    int r = 0;

    if (reader->has_single && same_prefix(&reader->single, record)) {
        reader->has_single = false;
        r = instance_table_put(&reader->several, &reader->single, NULL, NULL);
    }
    if (r == 0 && instance_table_visit_all(&reader->several, is_of_prefix, record))
        return instance_table_put(&reader->several, record, NULL, NULL);
    if (r == 0)
        r = end_prefix(reader);
    reader->single = *record;
    reader->has_single = true;
    return r;
}

static uint16_t iftype_of(struct route_reader *reader, uint32_t ifindex)
{
    if (reader->ifindex != ifindex) {
        reader->ifindex = ifindex;
        reader->iftype = link_map_iftype(&reader->links, ifindex);
    }
    return reader->iftype;
}

static int take_route(void *context, const struct nlmsghdr *message)
{
    struct route_reader *reader = context;
    struct route_message route;
    int r = route_parse_whole(message, &reader->nexthop_objects, &route, &reader->nexthops);

    if (r < 0)
        return route_only_want_of_memory(r);
    for (size_t i = 0; r == 0 && i < reader->nexthops.count; i++) {
        const struct route_nexthop *nexthop = &reader->nexthops.items[i];
        struct route_record_wide record;

        if (route_nexthop_not_shown(&route, nexthop))
            continue;
        route_record_make(&route, nexthop, reader->nexthops.count > 1,
                          iftype_of(reader, nexthop->ifindex), 0, &record);
        if (reader->reading_local) {
            reader->local_lengths |= (uint64_t)1 << record.common.prefix_length;
            r = instance_table_put(&reader->local, &record, NULL, NULL);
        } else {
            r = take_main_record(reader, &record);
        }
    }
    return r;
}

static int take_link(void *context, const struct nlmsghdr *message)
{
    struct route_reader *reader = context;
    struct link_message parsed;
    struct link *link;

    if (link_parse(message, &parsed) < 0)
        return 0;
    return link_map_take_link(&reader->links, &parsed, true, &reader->sock, &link);
}

static int take_nexthop_object_of_reader(void *context, const struct nlmsghdr *message)
{
    return route_take_nexthop_object(&((struct route_reader *)context)->nexthop_objects, message);
}

static int dump(struct route_reader *reader, struct nl_msg *request, netlink_handler handler)
{
    int r = netlink_socket_request(&reader->sock, request);

    if (r == 0) /* IPv4 dumps are complete, marked as interrupted or not */
        r = netlink_socket_collect_ahead(&reader->sock, handler, reader);
    return route_nothing_is_fine(r);
}

static int read_ipv4(backend_sink sink, void *context)
{
    struct route_reader reader = {.sink = sink, .context = context};
    int r = netlink_socket_open(&reader.sock);

    if (r < 0)
        return r;
    instance_table_init(&reader.local, &route_ops_wide);
    instance_table_init(&reader.several, &route_ops_wide);
    r = dump(&reader, link_request_dump(), take_link);
    if (r == 0)
        r = dump(&reader, nexthop_request_dump(), take_nexthop_object_of_reader);
    reader.reading_local = true;
    if (r == 0)
        r = dump(&reader, route_request_dump(AF_INET, RT_TABLE_LOCAL, 0), take_route);
    reader.reading_local = false;
    if (r == 0)
        r = dump(&reader, route_request_dump(AF_INET, RT_TABLE_MAIN, 0), take_route);
    if (r == 0)
        r = end_prefix(&reader);
    if (r == 0 && instance_table_visit_rows(&reader.local, sink_record, &reader))
        r = reader.result;
    instance_table_clear(&reader.local);
    instance_table_clear(&reader.several);
    route_nexthops_clear(&reader.nexthops);
    nexthop_map_clear(&reader.nexthop_objects);
    link_map_clear(&reader.links);
    netlink_socket_close(&reader.sock);
    return r;
}

static int read_table(const struct mib_filter *filter, backend_sink sink, void *context)
{
    const struct mib_filter ipv6 = {.family = MIB_FAMILY_IPV6};
    int r = filter->family == MIB_FAMILY_IPV6 ? 0 : read_ipv4(sink, context);

    if (r < 0 || filter->family == MIB_FAMILY_IPV4)
        return r;
    return netlink_read_watched(MIB_TABLE_ROUTE, &ipv6, sink, context);
}

/* One route. */

static int read_row(void *memory)
{
    struct mib_route *row = memory;
    struct route_search search;
    int r = route_search_run(&search, row);

    if (r == 0)
        route_record_row(&search.best, times_now_s(), row);
    route_search_end(&search);
    return r;
}

const struct netlink_table netlink_table_route = {
    .read_table = read_table,
    .read_row = read_row,
    .change_row = route_change,
};
