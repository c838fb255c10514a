/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One route of the kernel's, by the key of its row. For table/route.c and route_change.c. */
#include "backend/netlink/table/route_search.h"
#include "backend/netlink/socket/ask.h"
#include "backend/netlink/socket/family.h"
#include "backend/netlink/table/read.h"
#include "backend/times.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int route_nothing_is_fine(int r)
{
    return r == -ENODEV || r == -ENOENT || r == -EOPNOTSUPP ? 0 : r;
}

int route_only_want_of_memory(int r)
{
    return r == -ENOMEM ? r : 0;
}

int route_take_nexthop_object(void *context, const struct nlmsghdr *message)
{
    return route_only_want_of_memory(nexthop_map_take(context, message));
}

static int add_nexthop(void *context, const struct route_nexthop *nexthop)
{
    return route_nexthops_add(context, nexthop);
}

int route_parse_whole(const struct nlmsghdr *message, const struct nexthop_map *nexthop_objects,
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

/* A route of many nexthops is long; one message is kept, that of the best route so far. */
static int keep_message(struct route_search *search, const struct nlmsghdr *message)
{
    struct nlmsghdr *copy = realloc(search->message, message->nlmsg_len);

    if (!copy)
        return -ENOMEM;
    memcpy(copy, message, message->nlmsg_len);
    search->message = copy;
    return 0;
}

static int match_nexthop(struct route_search *search, const struct nlmsghdr *message,
                         const struct route_message *route, const struct route_nexthop *nexthop)
{
    const struct mib_route *wanted = search->row;
    struct route_record_wide record;
    struct mib_route row;

    if (route_nexthop_not_shown(route, nexthop))
        return 0;
    route_record_make(route, nexthop, false, search->iftype, times_now_s(), &record);
    route_record_row(&record, times_now_s(), &row);
    if (row.family != wanted->family || row.ifindex != wanted->ifindex ||
        row.prefix_length != wanted->prefix_length ||
        row.next_hop_family != wanted->next_hop_family ||
        memcmp(&row.prefix, &wanted->prefix, sizeof(row.prefix)) != 0 ||
        memcmp(&row.next_hop, &wanted->next_hop, sizeof(row.next_hop)) != 0)
        return 0;
    if (search->found && route_ops_wide.rank(&record, &search->best) >= 0)
        return 0;
    search->best = record;
    search->found = true;
    search->nexthop = *nexthop;
    search->route = *route;
    search->nexthop_count = search->nexthops.count;
    return keep_message(search, message);
}

static int match_route(void *context, const struct nlmsghdr *message)
{
    struct route_search *search = context;
    struct route_message route;
    int r = route_parse_whole(message, &search->nexthop_objects, &route, &search->nexthops);

    if (r < 0)
        return route_only_want_of_memory(r);
    for (size_t i = 0; r == 0 && i < search->nexthops.count; i++)
        r = match_nexthop(search, message, &route, &search->nexthops.items[i]);
    return r;
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
        r = route_nothing_is_fine(netlink_ask(
            route_request_dump(af_of(row->family), tables[i], row->ifindex == 1 ? 0 : row->ifindex),
            match_route, search));
    return r;
}

int route_search_run(struct route_search *search, const struct mib_route *row)
{
    struct link link = {0};

    *search = (struct route_search){.row = row};
    int r = netlink_read_whole_link(row->ifindex, NULL, row->iftype, &link);
    if (r < 0)
        return r;
    search->iftype = link.iftype;
    r = route_nothing_is_fine(
        netlink_ask(nexthop_request_dump(), route_take_nexthop_object, &search->nexthop_objects));
    /*
     * A look-up finds the route that wins for that address; where it is of the prefix and the
     * next hop that are asked for, it is the one. A longer prefix or another next hop may hide
     * it; only then is the table searched, which takes time when it is large.
     */
    if (r == 0 && look_up(search) == -ENOMEM)
        r = -ENOMEM;
    if (r == 0 && !search->found)
        r = search_all(search);
    if (r == 0 && !search->found)
        r = netlink_has_family(row->family) ? -ENOENT : -EAFNOSUPPORT;
    return r;
}

void route_search_end(struct route_search *search)
{
    nexthop_map_clear(&search->nexthop_objects);
    route_nexthops_clear(&search->nexthops);
    free(search->message);
    search->message = NULL;
}
