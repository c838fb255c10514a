/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The known routes of a prefix: which of them a message is about that does not name them, as a
 * replacement and some deletions do not. Used by route.c.
 */
#include "backend/array.h"
#include "backend/netlink/watch/route.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void widen(const void *from, void *to)
{
    route_record_wide_of(from, to);
}

void watch_route_widened(const struct instance_table *table, const void *record,
                         struct route_record_wide *ret)
{
    if (route_table_is_wide(table))
        *ret = *(const struct route_record_wide *)record;
    else
        route_record_wide_of(record, ret);
}

int watch_route_act(struct backend_watch *watch, const struct route_record_wide *record,
                    table_action action)
{
    enum mib_family family = record->common.flags & ROUTE_IPV6 ? MIB_FAMILY_IPV6 : MIB_FAMILY_IPV4;
    struct instance_table *table = watch_instances(watch, family);
    struct route_record_narrow narrow;

    if (watch_awaits_initial_dump(table))
        return 0; /* it will show the route */
    if (!route_table_is_wide(table) && (record->common.flags & ROUTE_GATEWAY_IPV6)) {
        if (action == watch_drop)
            return 0; /* no such route is known */
        int r = instance_table_convert(table, &route_ops_wide, widen);
        if (r < 0)
            return r;
    }
    if (route_table_is_wide(table))
        return action(watch, table, record);
    route_record_narrow_of(record, &narrow);
    return action(watch, table, &narrow);
}

/* No deletion is applied until the resync of everything, which resolves it. */
static void mark_ambiguous(struct backend_watch *watch)
{
    route_state_of(watch)->ambiguous = true;
    watch_request_resync(watch, SCOPE_IPV6, 0);
}

int watch_route_drop(struct backend_watch *watch, const struct route_record_wide *record)
{
    if ((record->common.flags & ROUTE_IPV6) &&
        (route_state_of(watch)->ambiguous ||
         instance_table_has_instance(&route_state_of(watch)->duplicates, record))) {
        mark_ambiguous(watch);
        return 0;
    }
    return watch_route_act(watch, record, watch_drop);
}

/* The known records that a message is about although it does not name them. */

struct candidates {
    struct backend_watch *watch;
    const struct route_message *route;
    const struct instance_table *table;
    bool replaces;                     /* the message replaces a route; else it deletes one */
    struct route_record_wide *records; /* the candidates */
    size_t count, capacity;
    size_t not_multipath;
    size_t not_ecmp; /* IPv6: those that cannot be nexthops of a multipath route */
    bool several_digests;
    int result;
};

static bool is_new_nexthop(const struct candidates *candidates,
                           const struct route_record_wide *record)
{
    const struct route_nexthops *nexthops = &route_state_of(candidates->watch)->nexthops;

    for (size_t i = 0; i < nexthops->count; i++)
        if (nexthops->items[i].ifindex == record->common.ifindex &&
            route_nexthop_not_shown(candidates->route, &nexthops->items[i]) ==
                !!(record->common.flags & ROUTE_NOT_SHOWN) &&
            route_instance_id(candidates->route, &nexthops->items[i]) ==
                record->common.instance_id &&
            memcmp(&nexthops->items[i].gateway, &record->gateway, sizeof(record->gateway)) == 0)
            return true;
    return false;
}

static int candidates_add(struct candidates *candidates, const struct route_record_wide *record)
{
    struct route_record_wide *records = array_make_room(candidates->records, candidates->count,
                                                        &candidates->capacity, sizeof(*records), 8);

    if (!records)
        return -ENOMEM;
    candidates->records = records;
    if (candidates->count > 0 && candidates->records[0].common.digest != record->common.digest)
        candidates->several_digests = true;
    if (!(record->common.flags & ROUTE_MULTIPATH))
        candidates->not_multipath++;
    if ((record->common.flags & ROUTE_OF_NEXTHOP) || mib_addr_is_zero(&record->gateway))
        candidates->not_ecmp++;
    candidates->records[candidates->count++] = *record;
    return 0;
}

static bool candidates_check(void *context, const void *found)
{
    struct candidates *candidates = context;
    const struct route_message *route = candidates->route;
    bool ipv6 = route->family == MIB_FAMILY_IPV6;
    struct route_record_wide record;

    watch_route_widened(candidates->table, found, &record);
    const struct route_record *common = &record.common;

    if ((!ipv6 && common->instance_id != route->tos) || common->metric != route->metric ||
        !!(common->flags & ROUTE_LOCAL_TABLE) != route->local_table ||
        !!(common->flags & ROUTE_SOURCE_PREFIX) != (route->source_prefix != 0))
        return false;
    if (candidates->replaces) {
        bool own = ipv6 || common->digest == route->digest;
        if (own && is_new_nexthop(candidates, &record))
            return false;
    } else if (ipv6
                   ? !(common->flags & ROUTE_OF_NEXTHOP) ||
                         common->instance_id != route_instance_id(route, &(struct route_nexthop){0})
                   : common->digest != route->digest) {
        return false;
    }
    candidates->result = candidates_add(candidates, &record);
    return candidates->result < 0;
}

static int candidates_find(struct candidates *candidates)
{
    struct route_record_wide key = {
        .common = {.prefix_length = candidates->route->prefix_length},
        .prefix = candidates->route->prefix,
    };
    struct route_record_narrow narrow;

    if (watch_awaits_initial_dump(candidates->table))
        return 0;
    route_record_narrow_of(&key, &narrow);
    bool wide = route_table_is_wide(candidates->table);
    (void)instance_table_visit_group(candidates->table, wide ? (const void *)&key : &narrow,
                                     candidates_check, candidates);
    return candidates->result;
}

static int drop_candidates(struct backend_watch *watch, const struct candidates *candidates)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < candidates->count; i++)
        r = watch_route_drop(watch, &candidates->records[i]);
    return r;
}

/*
 * True if the candidates are exactly what this replace removed. IPv4: one route. IPv6: if the new
 * route can be a multipath nexthop, all routes that can; otherwise the first route that cannot,
 * which is not necessarily the one equal to the new route (net/ipv6/ip6_fib.c, fib6_add_rt2node).
 */
static bool is_plain_replacement(const struct candidates *candidates, bool again)
{
    const struct route_nexthops *nexthops = &route_state_of(candidates->watch)->nexthops;

    if (candidates->route->family == MIB_FAMILY_IPV4)
        return !candidates->several_digests;
    bool ecmp = candidates->route->nexthop_id == 0 && nexthops->count > 0 &&
                nexthops->items[0].gateway_family != MIB_FAMILY_UNSPEC;
    if (ecmp)
        return candidates->not_ecmp == 0 &&
               (candidates->not_multipath == 0 || candidates->count == 1);
    return candidates->count == 0 ||
           (candidates->count == 1 && candidates->not_ecmp == 1 && !again);
}

int watch_route_drop_replaced(struct backend_watch *watch, const struct route_message *route,
                              bool again)
{
    struct candidates candidates = {
        .watch = watch,
        .route = route,
        .table = watch_instances(watch, route->family),
        .replaces = true,
    };
    int r = candidates_find(&candidates);
    /* A record has no source prefix to compare, only a hash of it and of other things. */
    bool plain = route->source_prefix == 0 && is_plain_replacement(&candidates, again);

    if (r == 0 && plain)
        r = drop_candidates(watch, &candidates);
    else if (r == 0 && again)
        mark_ambiguous(watch);
    else if (r == 0)
        watch_request_resync(watch, scope_of(route->family), 0);
    free(candidates.records);
    return r;
}

int watch_route_drop_unnamed(struct backend_watch *watch, const struct route_message *route)
{
    struct candidates candidates = {
        .watch = watch, .route = route, .table = watch_instances(watch, route->family)};
    int r = candidates_find(&candidates);

    if (r == 0)
        r = drop_candidates(watch, &candidates);
    free(candidates.records);
    return r;
}

struct adoption {
    struct route_message *route;
    bool adopted;
};

static bool adopt(void *context, const void *found)
{
    struct adoption *adoption = context;
    struct route_message *route = adoption->route;
    const struct route_record_wide *record = found;
    const struct route_record *common = &record->common;

    if (common->metric != route->metric ||
        !!(common->flags & ROUTE_LOCAL_TABLE) != route->local_table ||
        !!(common->flags & ROUTE_SOURCE_PREFIX) != (route->source_prefix != 0) ||
        (common->flags & ROUTE_OF_NEXTHOP) || common->protocol == route->protocol)
        return false;
    route->protocol = common->protocol;
    adoption->adopted = true;
    return true;
}

bool watch_route_adopt_protocol(struct backend_watch *watch, struct route_message *route)
{
    const struct instance_table *table = watch_instances(watch, MIB_FAMILY_IPV6);
    struct route_record_wide key = {
        .common = {.prefix_length = route->prefix_length},
        .prefix = route->prefix,
    };
    struct adoption adoption = {.route = route};

    if (!watch_awaits_initial_dump(table))
        (void)instance_table_visit_group(table, &key, adopt, &adoption);
    return adoption.adopted;
}

struct expiring {
    const struct route_record_wide *record;
    uint32_t now;
};

static bool expires_now(void *context, const void *found)
{
    const struct expiring *expiring = context;
    const struct route_record_wide *other = found;
    const struct route_record_wide *record = expiring->record;

    return (other->common.flags & ROUTE_EXPIRES) && other->common.expires_at <= expiring->now + 1 &&
           other->common.expires_at + 1 >= expiring->now &&
           other->common.ifindex == record->common.ifindex &&
           route_ops_wide.same_instance(other, record) &&
           memcmp(&other->gateway, &record->gateway, sizeof(other->gateway)) == 0;
}

bool watch_route_is_expiring(const struct backend_watch *watch,
                             const struct route_record_wide *record)
{
    struct expiring expiring = {.record = record, .now = watch_now_s(watch)};
    const struct instance_table *table = &watch->instances[SCOPE_IPV6];

    return !watch_awaits_initial_dump(table) &&
           instance_table_visit_group(table, record, expires_now, &expiring);
}
