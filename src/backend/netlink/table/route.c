/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table of routes. IPv4's, which may be a million, are read with one dump of each of the
 * kernel's tables and not kept; IPv6's are what a watch knows when it is opened.
 */
#include "backend/netlink/table/read.h"
#include "backend/netlink/object/route.h"
#include "backend/netlink/socket/ask.h"
#include "backend/netlink/socket/family.h"
#include "backend/netlink/table/table.h"
#include "backend/times.h"

#include <errno.h>
#include <string.h>

/* What a filtered dump answers where the link or the table does not exist. */
static int nothing_is_fine(int r)
{
    return r == -ENODEV || r == -ENOENT || r == -EOPNOTSUPP ? 0 : r;
}

/* Messages that are of something else are passed over. */
static int only_want_of_memory(int r)
{
    return r == -ENOMEM ? r : 0;
}

static int take_nexthop_object(void *context, const struct nlmsghdr *message)
{
    return only_want_of_memory(nexthop_map_take(context, message));
}

static int add_nexthop(void *context, const struct route_nexthop *nexthop)
{
    return route_nexthops_add(context, nexthop);
}

/* A message with all its nexthops, those of a nexthop object included. Errors as of route_parse. */
static int parse_whole(const struct nlmsghdr *message, const struct nexthop_map *nexthop_objects,
                       struct route_message *ret, struct route_nexthops *nexthops)
{
    struct route_message route;
    int r = route_parse(message, &route, nexthops);

    if (r == 0 && route.nexthop_id != 0 && nexthops->count == 0)
        r = nexthop_map_resolve(nexthop_objects, route.nexthop_id, add_nexthop, nexthops);
    if (r == 0)
        *ret = route;
    return r;
}

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
    int r = parse_whole(message, &reader->nexthop_objects, &route, &reader->nexthops);

    if (r < 0)
        return only_want_of_memory(r);
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
    return link_map_take_link(&reader->links, &parsed, true, reader->sock.fd, &link);
}

static int take_nexthop_object_of_reader(void *context, const struct nlmsghdr *message)
{
    return take_nexthop_object(&((struct route_reader *)context)->nexthop_objects, message);
}

static int dump(struct route_reader *reader, struct nl_msg *request, netlink_handler handler)
{
    int r = netlink_socket_request(&reader->sock, request);

    if (r == 0) /* IPv4 dumps are complete, marked as interrupted or not */
        r = netlink_socket_collect_ahead(&reader->sock, handler, reader);
    return nothing_is_fine(r);
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

struct route_search {
    const struct mib_route *row;
    const struct nexthop_map *nexthop_objects;
    struct route_nexthops nexthops;
    struct route_record_wide best;
    bool found;
    uint16_t iftype;
};

static void match_nexthop(struct route_search *search, const struct route_message *route,
                          const struct route_nexthop *nexthop)
{
    const struct mib_route *wanted = search->row;
    struct route_record_wide record;
    struct mib_route row;

    if (route_nexthop_not_shown(route, nexthop))
        return;
    route_record_make(route, nexthop, false, search->iftype, times_now_s(), &record);
    route_record_row(&record, times_now_s(), &row);
    if (row.family != wanted->family || row.ifindex != wanted->ifindex ||
        row.prefix_length != wanted->prefix_length ||
        row.next_hop_family != wanted->next_hop_family ||
        memcmp(&row.prefix, &wanted->prefix, sizeof(row.prefix)) != 0 ||
        memcmp(&row.next_hop, &wanted->next_hop, sizeof(row.next_hop)) != 0)
        return;
    if (!search->found || route_ops_wide.rank(&record, &search->best) < 0)
        search->best = record;
    search->found = true;
}

static int match_route(void *context, const struct nlmsghdr *message)
{
    struct route_search *search = context;
    struct route_message route;
    int r = parse_whole(message, search->nexthop_objects, &route, &search->nexthops);

    if (r < 0)
        return only_want_of_memory(r);
    for (size_t i = 0; i < search->nexthops.count; i++)
        match_nexthop(search, &route, &search->nexthops.items[i]);
    return 0;
}

/* The kernel's own look-up of the prefix' address, over the row's link. */
static int look_up(struct route_search *search)
{
    return netlink_ask(route_request_lookup(search->row), match_route, search);
}

/* All routes over the row's link. */
static int search_all(struct route_search *search)
{
    static const uint32_t tables[] = {RT_TABLE_LOCAL, RT_TABLE_MAIN};
    const struct mib_route *row = search->row;
    int r = 0;

    /* The loopback link also has the rows of reject routes, which the kernel has on no link. */
    for (size_t i = 0; r == 0 && i < 2; i++)
        r = nothing_is_fine(netlink_ask(
            route_request_dump(af_of(row->family), tables[i], row->ifindex == 1 ? 0 : row->ifindex),
            match_route, search));
    return r;
}

static int read_row(void *memory)
{
    struct mib_route *row = memory;
    struct nexthop_map nexthop_objects = {0};
    struct route_search search = {.row = row, .nexthop_objects = &nexthop_objects};
    struct link link = {0};
    int r = netlink_read_whole_link(row->ifindex, NULL, row->iftype, &link);

    if (r < 0)
        return r;
    search.iftype = link.iftype;
    r = nothing_is_fine(netlink_ask(nexthop_request_dump(), take_nexthop_object, &nexthop_objects));
    /*
     * A look-up finds the route that wins for that address; where it is of the prefix and the
     * next hop that are asked for, it is the one. A longer prefix or another next hop may hide
     * it; only then is the table searched, which takes time when it is large.
     */
    if (r == 0 && look_up(&search) == -ENOMEM)
        r = -ENOMEM;
    if (r == 0 && !search.found)
        r = search_all(&search);
    if (r == 0 && !search.found)
        r = netlink_has_family(row->family) ? -ENOENT : -EAFNOSUPPORT;
    if (r == 0)
        route_record_row(&search.best, times_now_s(), row);
    nexthop_map_clear(&nexthop_objects);
    route_nexthops_clear(&search.nexthops);
    return r;
}

const struct netlink_table netlink_table_route = {
    .read_table = read_table,
    .read_row = read_row,
};
