/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The query for the best route: the kernel's own decision, by its rules, for two questions. Which
 * route of its tables applies, and what it makes of that for one packet: the nexthop of several,
 * and the source. No table is dumped.
 */
#include "mib/query/best_route.h"
#include "backend/netlink/object/best_route.h"
#include "backend/netlink/object/link.h"
#include "backend/netlink/object/route.h"
#include "backend/netlink/socket/family.h"
#include "backend/netlink/table/read.h"
#include "backend/netlink/table/table.h"

#include <errno.h>

struct answer {
    struct best_route_message message;
    int result;
};

static int take_answer(void *context, const struct nlmsghdr *message)
{
    struct answer *answer = context;

    answer->result = best_route_parse(message, &answer->message);
    return 0;
}

/* The errors by which the kernel says that there is no way: none, unreachable, prohibited, … */
static int no_way(int r)
{
    return r == -EHOSTUNREACH || r == -EACCES || r == -EINVAL ? -ENETUNREACH : r;
}

static int ask(struct netlink_socket *sock, const struct mib_best_route *query, bool in_table,
               struct best_route_message *ret)
{
    struct answer answer = {.result = -EIO};
    int r = netlink_socket_request(sock, best_route_request(query, in_table));

    if (r == 0)
        r = netlink_socket_collect(sock, take_answer, NULL, &answer);
    if (r < 0)
        return no_way(r);
    if (answer.result < 0)
        return -EIO;
    *ret = answer.message;
    return 0;
}

/* The route of the table, over the nexthop that the packet takes. */
static void make_route(const struct best_route_message *route,
                       const struct best_route_message *packet, uint8_t family,
                       struct mib_route *ret)
{
    const struct best_route_message *nexthop = route->ifindex ? route : packet;
    uint8_t gateway_family = nexthop->gateway_family ? nexthop->gateway_family : family;

    *ret = (struct mib_route){
        .family = family,
        .ifindex = nexthop->ifindex,
        .prefix = route->prefix,
        .prefix_length = route->prefix_length,
        .next_hop = nexthop->gateway,
        .next_hop_family = gateway_family,
        .metric = route->metric,
        .valid_lifetime = MIB_LIFETIME_INFINITE,
        .protocol = route_mib_protocol(route->protocol),
        .origin = route_mib_origin(route->protocol),
        .loopback = route->type == RTN_LOCAL || nexthop->ifindex == LOOPBACK_IFINDEX,
    };
    if (route->expires)
        ret->valid_lifetime = route->expires_in > 0 ? (uint32_t)route->expires_in : 0;
}

static int look_up(struct netlink_socket *sock, struct mib_best_route *query)
{
    struct best_route_message route = {0};
    struct best_route_message packet = {0};
    int r;

    /*
     * The table first: where no route applies, but an interface is given, the kernel takes
     * everything for on-link in its second answer.
     */
    r = ask(sock, query, true, &route);
    if (r == 0 && query->ifindex == 0 && mib_addr_is_zero(&query->destination))
        query->ifindex = route.ifindex; /* of the default route, whatever there is beside it */
    /* Of several nexthops only the packet's is the one. */
    if (r == 0 && !(query->only_interface && route.ifindex != 0))
        r = ask(sock, query, false, &packet);
    if (r < 0)
        return r;
    make_route(&route, &packet, query->family, &query->route);
    if (mib_addr_is_zero(&query->source))
        query->source = packet.source;
    return 0;
}

/* *link becomes that of the way, if its type is wanted. */
static int find_way(struct netlink_socket *sock, struct mib_best_route *found, struct link *link)
{
    int r = found->ifindex ? netlink_read_link_over(sock, found->ifindex, found->iftype, link) : 0;

    if (r < 0)
        return r;
    r = look_up(sock, found);
    if (r < 0 && !netlink_has_family(found->family))
        r = -EAFNOSUPPORT;
    if (r < 0)
        return r;
    if (found->only_interface) {
        link->ifindex = found->route.ifindex;
    } else if (found->route.ifindex != link->ifindex) {
        r = netlink_read_link_over(sock, found->route.ifindex, 0, link);
        if (r == -ENODEV)
            r = -ENETUNREACH; /* it has gone meanwhile */
    }
    return r;
}

int netlink_query_best_route(void *params)
{
    struct mib_best_route *query = params;
    struct mib_best_route found = *query;
    struct link link = {0};
    struct netlink_socket sock;
    int r = netlink_socket_open(&sock);

    if (r < 0)
        return r;
    r = find_way(&sock, &found, &link);
    netlink_socket_close(&sock);
    if (r < 0)
        return r;
    found.ifindex = found.route.ifindex = link.ifindex;
    found.iftype = found.route.iftype = link.iftype;
    *query = found;
    return 0;
}
