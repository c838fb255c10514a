/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a source of routes knows, looked at by prefix: a message may speak of routes that it does
 * not name.
 */
#include "backend/netlink/array.h"
#include "backend/netlink/source_route.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Records: IPv4's are narrow until the first IPv6 gateway comes. */

static void widen(const void *from, void *to)
{
    route_record_wide_of(from, to);
}

int source_route_act(struct backend_source *source, const struct route_record_wide *record,
                     table_action action)
{
    enum mib_family family = record->common.flags & ROUTE_IPV6 ? MIB_FAMILY_IPV6 : MIB_FAMILY_IPV4;
    struct known_table *table = source_known(source, family);
    struct route_record_narrow narrow;

    if (!table->ops)
        return 0; /* not learned yet: the dump to come will show it */
    if (table->ops == &route_ops_narrow && (record->common.flags & ROUTE_GATEWAY_IPV6)) {
        if (action == source_drop)
            return 0; /* nothing of the kind is known */
        int r = known_table_convert(table, &route_ops_wide, widen);
        if (r < 0)
            return r;
    }
    if (table->ops == &route_ops_wide)
        return action(source, table, record);
    route_record_narrow_of(record, &narrow);
    return action(source, table, &narrow);
}

/* Until the compare of everything that resolves it, no deletion is believed. */
static void doubt(struct backend_source *source)
{
    source->doubtful = true;
    source_request_compare(source, COMPARE_IPV6, 0);
}

int source_route_drop(struct backend_source *source, const struct route_record_wide *record)
{
    if ((record->common.flags & ROUTE_IPV6) &&
        (source->doubtful || known_table_has_instance(&source->doubles, record))) {
        doubt(source);
        return 0;
    }
    return source_route_act(source, record, source_drop);
}

/* Routes that a message speaks of beside its legs: found by prefix, sifted here. */

struct sift {
    struct backend_source *source;
    const struct route_message *route;
    const struct known_table *table;
    bool replaces;                     /* a replacement: what it stands for; else a deletion */
    struct route_record_wide *records; /* the legs found */
    size_t count, capacity;
    size_t not_multipath;
    size_t not_ecmp; /* IPv6: of those that cannot be legs of one route */
    bool several_digests;
    int result;
};

static bool is_new_leg(const struct sift *sift, const struct route_record_wide *record)
{
    const struct route_legs *legs = &sift->source->legs;

    for (size_t i = 0; i < legs->count; i++)
        if (legs->legs[i].ifindex == record->common.ifindex &&
            route_leg_is_hidden(sift->route, &legs->legs[i]) ==
                !!(record->common.flags & ROUTE_HIDDEN) &&
            route_selector(sift->route, &legs->legs[i]) == record->common.selector &&
            memcmp(&legs->legs[i].gateway, &record->gateway, sizeof(record->gateway)) == 0)
            return true;
    return false;
}

static int sift_add(struct sift *sift, const struct route_record_wide *record)
{
    struct route_record_wide *records =
        array_make_room(sift->records, sift->count, &sift->capacity, sizeof(*records), 8);

    if (!records)
        return -ENOMEM;
    sift->records = records;
    if (sift->count > 0 && sift->records[0].common.digest != record->common.digest)
        sift->several_digests = true;
    if (!(record->common.flags & ROUTE_MULTIPATH))
        sift->not_multipath++;
    if ((record->common.flags & ROUTE_OF_NEXTHOP) || mib_addr_is_zero(&record->gateway))
        sift->not_ecmp++;
    sift->records[sift->count++] = *record;
    return 0;
}

static bool sift_record(void *context, const void *found)
{
    struct sift *sift = context;
    const struct route_message *route = sift->route;
    bool ipv6 = route->family == MIB_FAMILY_IPV6;
    struct route_record_wide record;

    if (sift->table->ops == &route_ops_wide)
        record = *(const struct route_record_wide *)found;
    else
        route_record_wide_of(found, &record);
    const struct route_record *common = &record.common;

    if (common->prefix_length != route->prefix_length ||
        (!ipv6 && common->selector != route->tos) || common->metric != route->metric ||
        !!(common->flags & ROUTE_LOCAL_TABLE) != route->local_table ||
        !!(common->flags & ROUTE_SOURCE) != (route->source != 0) ||
        memcmp(&record.prefix, &route->prefix, sizeof(record.prefix)) != 0)
        return false;
    if (sift->replaces) {
        bool own = ipv6 || common->digest == route->digest;
        if (own && is_new_leg(sift, &record))
            return false;
    } else if (ipv6 ? !(common->flags & ROUTE_OF_NEXTHOP) ||
                          common->selector != route_selector(route, &(struct route_leg){0})
                    : common->digest != route->digest) {
        return false;
    }
    sift->result = sift_add(sift, &record);
    return sift->result < 0;
}

/* Collects the known records that a message is about although it does not name them. */
static int sift_known(struct sift *sift)
{
    struct route_record_wide key = {
        .common = {.prefix_length = sift->route->prefix_length},
        .prefix = sift->route->prefix,
    };
    struct route_record_narrow narrow;

    if (!sift->table->ops)
        return 0;
    route_record_narrow_of(&key, &narrow);
    (void)known_table_visit(sift->table,
                            sift->table->ops == &route_ops_wide ? (const void *)&key : &narrow,
                            sift_record, sift);
    return sift->result;
}

static int drop_sifted(struct backend_source *source, const struct sift *sift)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < sift->count; i++)
        r = source_route_drop(source, &sift->records[i]);
    return r;
}

/*
 * Whether all that was found is what the replacement stands for. IPv4 replaces one whole route.
 * IPv6 replaces a route that could be a leg beside the new one with all its legs, or the first one
 * that could not if the new one could not either (net/ipv6/ip6_fib.c, fib6_add_rt2node); which
 * need not be the one that is the same but stands behind.
 */
static bool is_plain_replacement(const struct sift *sift, bool again)
{
    const struct route_legs *legs = &sift->source->legs;

    if (sift->route->family == MIB_FAMILY_IPV4)
        return !sift->several_digests;
    bool ecmp = sift->route->nexthop_id == 0 && legs->count > 0 &&
                legs->legs[0].gateway_family != MIB_FAMILY_UNSPEC;
    if (ecmp)
        return sift->not_ecmp == 0 && (sift->not_multipath == 0 || sift->count == 1);
    return sift->count == 0 || (sift->count == 1 && sift->not_ecmp == 1 && !again);
}

int source_route_drop_replaced(struct backend_source *source, const struct route_message *route,
                               bool again)
{
    struct sift sift = {
        .source = source,
        .route = route,
        .table = source_known(source, route->family),
        .replaces = true,
    };
    int r = sift_known(&sift);
    /* Records do not tell which source is theirs where there is more than its digest in one. */
    bool plain = route->source == 0 && is_plain_replacement(&sift, again);

    if (r == 0 && plain)
        r = drop_sifted(source, &sift);
    else if (r == 0 && again)
        doubt(source);
    else if (r == 0)
        source_request_compare(source, subject_of(route->family), 0);
    free(sift.records);
    return r;
}

int source_route_drop_unnamed(struct backend_source *source, const struct route_message *route)
{
    struct sift sift = {
        .source = source, .route = route, .table = source_known(source, route->family)};
    int r = sift_known(&sift);

    if (r == 0)
        r = drop_sifted(source, &sift);
    free(sift.records);
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

    if (common->prefix_length != route->prefix_length || common->metric != route->metric ||
        !!(common->flags & ROUTE_LOCAL_TABLE) != route->local_table ||
        !!(common->flags & ROUTE_SOURCE) != (route->source != 0) ||
        (common->flags & ROUTE_OF_NEXTHOP) || common->protocol == route->protocol ||
        memcmp(&record->prefix, &route->prefix, sizeof(record->prefix)) != 0)
        return false;
    route->protocol = common->protocol;
    adoption->adopted = true;
    return true;
}

bool source_route_adopt_protocol(struct backend_source *source, struct route_message *route)
{
    const struct known_table *table = source_known(source, MIB_FAMILY_IPV6);
    struct route_record_wide key = {
        .common = {.prefix_length = route->prefix_length},
        .prefix = route->prefix,
    };
    struct adoption adoption = {.route = route};

    if (table->ops)
        (void)known_table_visit(table, &key, adopt, &adoption);
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
           other->common.prefix_length == record->common.prefix_length &&
           route_ops_wide.same_instance(other, record) &&
           memcmp(&other->prefix, &record->prefix, sizeof(other->prefix)) == 0 &&
           memcmp(&other->gateway, &record->gateway, sizeof(other->gateway)) == 0;
}

bool source_route_is_expiring(const struct backend_source *source,
                              const struct route_record_wide *record)
{
    struct expiring expiring = {.record = record, .now = source_now()};
    const struct known_table *table = &source->known[COMPARE_IPV6];

    return table->ops && known_table_visit(table, record, expires_now, &expiring);
}
