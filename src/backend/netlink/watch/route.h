/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Between the files that make the watch of routes: route.c, which applies messages and dumps, and
 * route_candidates.c, which finds the known routes that a message is about without naming them.
 */
#ifndef SRC_BACKEND_NETLINK_WATCH_ROUTE_H
#define SRC_BACKEND_NETLINK_WATCH_ROUTE_H

#include "backend/netlink/object/nexthop.h"
#include "backend/netlink/object/route.h"
#include "backend/netlink/watch/watch.h"

/* What a watch of routes remembers beside the instances of SCOPE_IPV4 and SCOPE_IPV6. */
struct route_state {
    struct nexthop_map nexthop_objects;
    struct nexthop_map dumped_nexthop_objects; /* by the resync of them that is under way */

    /* Those of the message being handled; kept for their memory. */
    struct route_nexthops nexthops;

    /* The prefixes of IPv4 routes for which messages arrived during the resync under way. */
    struct instance_table excluded_prefixes;

    /* IPv6 routes that the kernel has twice; and as the resync under way finds them. */
    struct instance_table duplicates;
    struct instance_table dumped_duplicates;

    /* It is not clear which route IPv6's messages are about; a resync of all is requested. */
    bool ambiguous;
    bool has_mixed_routes;  /* IPv6 nexthops of one prefix with several protocols */
    bool has_shared_routes; /* multipath or nexthop routes: links are not independent */
    bool has_expiring_routes;
    bool default_only;     /* of the dumps, routes with a longer prefix are left out */
    bool awaits_lifetimes; /* of routes that a router advertised: a resync is to show them */
};

static inline struct route_state *route_state_of(const struct backend_watch *watch)
{
    return watch->state;
}

/*
 * For kinds of which routes are only a part. Their state begins with struct route_state, and their
 * scopes of nexthops and of IPv6's routes are these; the functions are those of IPv4's routes.
 */
extern const struct watch_scope watch_scope_nexthops;
extern const struct watch_scope watch_scope_ipv6_routes;

bool watch_invalidates_routes(enum resync_scope scope, const struct nlmsghdr *message);
bool watch_exclude_ipv4_route(struct backend_watch *watch, const struct nlmsghdr *message);
int watch_dump_routes(struct backend_watch *watch, enum resync_scope scope, uint32_t ifindex);
bool watch_route_on_link(const void *record, uint32_t ifindex);
void watch_discard_routes(struct backend_watch *watch);
void watch_routes_clear(struct backend_watch *watch);

/* Takes a message about a route, an address or a nexthop object; ignores others. */
int watch_take_route(struct backend_watch *watch, const struct nlmsghdr *message);

/* After watch_take_link: requests the resyncs of routes that such a message calls for. */
void watch_routes_after_link(struct backend_watch *watch, const struct nlmsghdr *message,
                             const struct link *before, const struct link *link);

/* A record of one of the watch's tables, in the wide form. */
void watch_route_widened(const struct instance_table *table, const void *record,
                         struct route_record_wide *ret);

typedef int (*table_action)(struct backend_watch *watch, struct instance_table *table,
                            const void *record);

/*
 * Calls the action with a record, in the form that its table has: IPv4's records are narrow until
 * the first IPv6 gateway comes.
 */
int watch_route_act(struct backend_watch *watch, const struct route_record_wide *record,
                    table_action action);

/*
 * Drops a record. IPv6 may have one route twice, as far as messages tell: the first of two was
 * replaced by a copy of the second. A record that may be one of two stays, and a resync is
 * requested.
 */
int watch_route_drop(struct backend_watch *watch, const struct route_record_wide *record);

/*
 * Removes the route that an NLM_F_REPLACE message replaced, after the message's nexthops are in the
 * table. The message does not say which route that was: if the known routes leave one candidate,
 * removes it, else requests a resync. again: one of the message's nexthops was known before.
 */
int watch_route_drop_replaced(struct backend_watch *watch, const struct route_message *route,
                              bool again);

/* Drops all known nexthops of a route that is deleted; the message need not have them. */
int watch_route_drop_unnamed(struct backend_watch *watch, const struct route_message *route);

/*
 * IPv6 nexthops that were added one by one may have protocols of their own. An event shows all of
 * them with that of the newest, a dump with that of the oldest. Gives the message the protocol that
 * the known nexthops have. False: they have the message's own.
 */
bool watch_route_adopt_protocol(struct backend_watch *watch, struct route_message *route);

/*
 * Whether the record is of a route that is known to expire about now. The kernel gives no time to
 * expiry both for a route that never expires and for one that has less than 1/100 s left.
 */
bool watch_route_is_expiring(const struct backend_watch *watch,
                             const struct route_record_wide *record);

#endif
