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

/* Once. Few hosts have any, and most routes can be told without. */
static int read_nexthop_objects(struct route_search *search, struct netlink_socket *sock)
{
    if (search->has_nexthop_objects)
        return 0;
    int r = route_nothing_is_fine(netlink_ask_over(
        sock, nexthop_request_dump(), route_take_nexthop_object, &search->nexthop_objects));
    search->has_nexthop_objects = r == 0;
    return r;
}

/* The kernel's own look-up of the prefix' address, over the row's link. */
static int look_up(struct route_search *search, struct netlink_socket *sock)
{
    int r = netlink_ask_over(sock, route_request_lookup(search->row), match_route, search);

    return route_only_want_of_memory(r);
}

/* All routes over the row's link. */
static int search_all(struct route_search *search, struct netlink_socket *sock)
{
    static const uint32_t tables[] = {RT_TABLE_LOCAL, RT_TABLE_MAIN};
    const struct mib_route *row = search->row;
    int r = 0;

    /* The loopback link also has the rows of reject routes, which the kernel has on no link. */
    for (size_t i = 0; r == 0 && i < 2; i++)
        r = route_nothing_is_fine(netlink_ask_over(
            sock,
            route_request_dump(af_of(row->family), tables[i], row->ifindex == 1 ? 0 : row->ifindex),
            match_route, search));
    return r;
}

/*
 * A look-up finds the route that wins for that address; where it is of the prefix and the next hop
 * that are asked for, it is the one. A longer prefix or another next hop may hide it; only then is
 * the table searched, which takes time when it is large.
 */
static int search_over(struct route_search *search, struct netlink_socket *sock)
{
    struct link link = {0};
    int r = netlink_read_link_over(sock, search->row->ifindex, search->row->iftype, &link);

    if (r < 0)
        return r;
    search->iftype = link.iftype;
    r = look_up(search, sock);
    if (r == 0 && !search->found) {
        r = read_nexthop_objects(search, sock);
        /* What led through one of them could not be told before. */
        if (r == 0 && search->nexthop_objects.count > 0)
            r = look_up(search, sock);
    }
    if (r == 0 && !search->found)
        r = search_all(search, sock);
    return r;
}

int route_search_run(struct route_search *search, const struct mib_route *row)
{
    struct netlink_socket sock;

    *search = (struct route_search){.row = row};
    int r = netlink_socket_open(&sock);
    if (r < 0)
        return r;
    r = search_over(search, &sock);
    netlink_socket_close(&sock);
    if (r == 0 && !search->found)
        r = netlink_has_family(row->family) ? -ENOENT : -EAFNOSUPPORT;
    return r;
}

/* ---- Which route a request to delete one hits --------------------------------------------------
 */

struct first_fit {
    const struct route_search *search;
    const struct route_nexthops *nexthops; /* of the route that is meant */
    struct route_nexthops others;          /* of the message looked at last */
    bool found;
    bool is_meant;
};

static bool same_gateway(const struct route_nexthop *one, const struct route_nexthop *other)
{
    return one->gateway_family == other->gateway_family &&
           memcmp(&one->gateway, &other->gateway, sizeof(one->gateway)) == 0;
}

/* An IPv4 route's nexthops, as the kernel compares them with those of a request. */
static bool fits_nexthops(const struct route_nexthops *asked, const struct route_nexthops *there)
{
    size_t compared = asked->count == 1 ? 1 : there->count;

    if (there->count == 0 || compared > asked->count)
        return false;
    for (size_t i = 0; i < compared; i++) {
        const struct route_nexthop *one = &asked->items[i];

        if (one->ifindex != there->items[i].ifindex ||
            (one->gateway_family != MIB_FAMILY_UNSPEC && !same_gateway(one, &there->items[i])) ||
            (asked->count > 1 && one->weight != 0 && one->weight != there->items[i].weight))
            return false;
    }
    return true;
}

static bool same_nexthops(const struct route_nexthops *one, const struct route_nexthops *other)
{
    if (one->count != other->count)
        return false;
    for (size_t i = 0; i < one->count; i++)
        if (one->items[i].ifindex != other->items[i].ifindex ||
            one->items[i].weight != other->items[i].weight ||
            !same_gateway(&one->items[i], &other->items[i]))
            return false;
    return true;
}

static int take_first_fit(void *context, const struct nlmsghdr *message)
{
    struct first_fit *fit = context;
    const struct route_message *meant = &fit->search->route;
    struct route_message route = {0};
    int r;

    if (fit->found)
        return 0;
    r = route_parse_whole(message, &fit->search->nexthop_objects, &route, &fit->others);
    if (r < 0)
        return route_only_want_of_memory(r);
    if (route.prefix_length != meant->prefix_length || route.tos != meant->tos ||
        route.metric != meant->metric || route.protocol != meant->protocol ||
        route.source_prefix != meant->source_prefix || route.local_table != meant->local_table ||
        memcmp(&route.prefix, &meant->prefix, sizeof(route.prefix)) != 0)
        return 0;
    fit->is_meant =
        route.nexthop_id == meant->nexthop_id && same_nexthops(fit->nexthops, &fit->others);
    if (meant->family == MIB_FAMILY_IPV6)
        fit->found = fit->is_meant || route.nexthop_id != 0;
    else
        fit->found = route.scope == meant->scope && route.type == meant->type &&
                     route.nexthop_id == 0 && fits_nexthops(fit->nexthops, &fit->others);
    return 0;
}

/* Whether a request may say the same of another route. Mostly not, and no table is read. */
static bool may_fit_others(const struct route_search *search)
{
    const struct route_message *route = &search->route;

    if (route->nexthop_id != 0)
        return false;
    if (route->family == MIB_FAMILY_IPV6)
        return search->nexthop_objects.count > 0;
    /* No route whose scope is the link has a gateway. */
    return search->nexthop_count > 1 || (search->nexthop.gateway_family == MIB_FAMILY_UNSPEC &&
                                         route->scope < RT_SCOPE_LINK && search->nexthop.ifindex);
}

static int find_first_fit(struct route_search *search, struct netlink_socket *sock)
{
    struct route_nexthops nexthops = {0};
    struct first_fit fit = {.search = search, .nexthops = &nexthops};
    struct route_message route;
    int r = read_nexthop_objects(search, sock);

    if (r < 0 || !may_fit_others(search))
        return r;
    r = route_parse_whole(search->message, &search->nexthop_objects, &route, &nexthops);
    if (r == 0)
        r = netlink_ask_over(
            sock,
            route_request_dump(af_of(search->row->family),
                               search->route.local_table ? RT_TABLE_LOCAL : RT_TABLE_MAIN, 0),
            take_first_fit, &fit);
    if (r == 0 && fit.found && !fit.is_meant)
        r = -EOPNOTSUPP;
    route_nexthops_clear(&nexthops);
    route_nexthops_clear(&fit.others);
    return r;
}

int route_search_is_first(struct route_search *search)
{
    struct netlink_socket sock;

    /* What may fit an IPv6 route depends on the nexthop objects that there are. */
    if (search->route.family != MIB_FAMILY_IPV6 && !may_fit_others(search))
        return 0;
    int r = netlink_socket_open(&sock);
    if (r < 0)
        return r;
    r = find_first_fit(search, &sock);
    netlink_socket_close(&sock);
    return r;
}

void route_search_end(struct route_search *search)
{
    nexthop_map_clear(&search->nexthop_objects);
    route_nexthops_clear(&search->nexthops);
    free(search->message);
    search->message = NULL;
}
