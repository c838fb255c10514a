/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Routes: the one table in which the kernel keeps silent about a good deal of what it does. */
#include "backend/netlink/watch/route.h"
#include "backend/times.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/membarrier.h>
#include <linux/netconf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void groups(const struct backend_watch *watch, int *ret_groups)
{
    *ret_groups++ = RTNLGRP_LINK;
    *ret_groups++ = RTNLGRP_NEXTHOP;
    if (watch_wants(watch, MIB_FAMILY_IPV4)) {
        *ret_groups++ = RTNLGRP_IPV4_ROUTE;
        *ret_groups++ = RTNLGRP_IPV4_IFADDR;
        *ret_groups++ = RTNLGRP_IPV4_NETCONF;
    }
    if (watch_wants(watch, MIB_FAMILY_IPV6)) {
        *ret_groups++ = RTNLGRP_IPV6_ROUTE;
        *ret_groups++ = RTNLGRP_IPV6_IFADDR;
        *ret_groups++ = RTNLGRP_IPV6_NETCONF;
    }
}

/* Links are independent of each other only while no route has nexthops on several. */
static void request_routes(struct backend_watch *watch, enum mib_family family, uint32_t ifindex)
{
    watch_request_resync(watch, scope_of(family), watch->has_shared_routes ? 0 : ifindex);
}

/* Records. */

/* The same nexthop, hidden where this one is seen and the other way round. */
static struct route_record_wide with_visibility_inverted(const struct route_record_wide *record)
{
    struct route_record_wide inverted = *record;

    inverted.common.flags ^= ROUTE_NOT_SHOWN;
    return inverted;
}

static int note_duplicate(struct backend_watch *watch, const struct route_record_wide *record)
{
    const struct route_record_wide inverted = with_visibility_inverted(record);

    if (!instance_table_is_initialised(&watch->dumped_duplicates))
        instance_table_init(&watch->dumped_duplicates, &route_ops_wide);
    int r = instance_table_put(&watch->dumped_duplicates, record, NULL, NULL);
    return r == 0 ? instance_table_put(&watch->dumped_duplicates, &inverted, NULL, NULL) : r;
}

static int mark_dumped(struct backend_watch *watch, struct instance_table *table,
                       const void *record)
{
    if (((const struct route_record *)record)->flags & ROUTE_IPV6) {
        const struct route_record_wide inverted = with_visibility_inverted(record);
        bool again = instance_table_is_dumped(table, record);

        if (again || instance_table_is_dumped(table, &inverted)) {
            int r = note_duplicate(watch, record);
            if (r < 0 || again)
                return r;
        }
    }
    return instance_table_mark_dumped(table, record);
}

/* The time is s of CLOCK_BOOTTIME. */
static void look_again_at(struct backend_watch *watch, uint32_t time)
{
    if (watch->next_expiry == 0 || time < watch->next_expiry)
        watch->next_expiry = time;
}

/*
 * When to look at the table again: when a route expires, and, while an expired one is still with
 * the kernel (family state a minute at the most), every now and then, as it can be revived in
 * silence.
 */
static void note_expiry(struct backend_watch *watch, const struct route_record *record)
{
    enum { LOOK_AGAIN_AFTER = 2 /* s */ };

    if (!(record->flags & ROUTE_EXPIRES))
        return;
    watch->has_expiring_routes = true;
    look_again_at(watch, record->flags & ROUTE_NOT_SHOWN ? times_now_s() + LOOK_AGAIN_AFTER
                                                         : record->expires_at);
}

/* Nexthops of a message that names a nexthop object and no nexthops. */

static int add_resolved_nexthop(void *context, const struct route_nexthop *nexthop)
{
    return route_nexthops_add(context, nexthop);
}

static int resolve_nexthops(struct backend_watch *watch, const struct route_message *route)
{
    if (route->nexthop_id == 0 || watch->nexthops.count > 0)
        return 0;
    return nexthop_map_resolve(&watch->nexthop_objects, route->nexthop_id, add_resolved_nexthop,
                               &watch->nexthops);
}

static void make_record(struct backend_watch *watch, const struct route_message *route,
                        const struct route_nexthop *nexthop, struct route_record_wide *ret)
{
    bool multipath = watch->nexthops.count > 1;

    route_record_make(route, nexthop, multipath, link_map_iftype(&watch->links, nexthop->ifindex),
                      route->expires ? times_now_s() : 0, ret);
    if (multipath || route->nexthop_id != 0)
        watch->has_shared_routes = true;
    if (watch->has_expiring_routes && route->family == MIB_FAMILY_IPV6 && !route->expires &&
        watch_route_is_expiring(watch, ret)) {
        ret->common.flags |= ROUTE_EXPIRES | ROUTE_NOT_SHOWN;
        ret->common.expires_at = times_now_s();
    }
}

/* Whether the nexthop is known, hidden or seen. IPv6 only. */
static bool is_known(const struct backend_watch *watch, const struct route_record_wide *record)
{
    const struct route_record_wide inverted = with_visibility_inverted(record);

    return instance_table_has_instance(&watch->instances[SCOPE_IPV6], record) ||
           instance_table_has_instance(&watch->instances[SCOPE_IPV6], &inverted);
}

/* A nexthop is known as hidden or as seen, not as both. */
static int drop_other_visibility(struct backend_watch *watch,
                                 const struct route_record_wide *record)
{
    const struct route_record_wide inverted = with_visibility_inverted(record);

    return watch_route_drop(watch, &inverted);
}

static int route_added(struct backend_watch *watch, struct route_message *route, bool replaces)
{
    bool ipv6 = route->family == MIB_FAMILY_IPV6;
    bool again = false;
    int r = 0;

    if (!replaces && ipv6 && watch->nexthops.count > 1 &&
        watch_route_adopt_protocol(watch, route)) {
        watch->has_mixed_routes = true;
        watch_request_resync(watch, SCOPE_IPV6, 0);
    }
    for (size_t i = 0; r == 0 && i < watch->nexthops.count; i++) {
        struct route_record_wide record;

        make_record(watch, route, &watch->nexthops.items[i], &record);
        again |= replaces && ipv6 && is_known(watch, &record);
        r = watch_route_act(watch, &record, watch_put);
        note_expiry(watch, &record.common);
        if (r == 0 &&
            !replaces) /* what is replaced is dropped below, the nexthop's inverse with it */
            r = drop_other_visibility(watch, &record);
    }
    return r == 0 && replaces ? watch_route_drop_replaced(watch, route, again) : r;
}

static int route_deleted(struct backend_watch *watch, const struct route_message *route)
{
    /* IPv4 deletes whole routes; IPv6 names the nexthops, unless they are a nexthop object's. */
    if (route->family == MIB_FAMILY_IPV4 || watch->nexthops.count == 0)
        return watch_route_drop_unnamed(watch, route);
    int r = 0;
    /* The nexthops that are left may be shown with another protocol from now on. */
    if (watch->has_mixed_routes)
        watch_request_resync(watch, SCOPE_IPV6, 0);
    for (size_t i = 0; r == 0 && i < watch->nexthops.count; i++) {
        struct route_record_wide record;
        make_record(watch, route, &watch->nexthops.items[i], &record);
        r = watch_route_drop(watch, &record);
        if (r == 0)
            r = drop_other_visibility(watch, &record);
    }
    return r;
}

/*
 * The kernel announces some of the routes that it makes of a router advertisement first, and sets
 * then, in silence, when they expire: those of route information options (RFC 4191), and up to
 * Linux 6.1 those of the router itself. What a program adds as such a route has its lifetime.
 */
static bool lifetime_follows(const struct nlmsghdr *message, const struct route_message *route)
{
    return message->nlmsg_pid == 0 && !(message->nlmsg_flags & NLM_F_REPLACE) &&
           route->family == MIB_FAMILY_IPV6 && route->protocol == RTPROT_RA && !route->expires;
}

static int route_event(struct backend_watch *watch, const struct nlmsghdr *message)
{
    struct route_message route;
    int r = route_parse(message, &route, &watch->nexthops);

    if (r < 0)
        return r;
    if (message->nlmsg_type == RTM_DELROUTE)
        return route_deleted(watch, &route);
    r = resolve_nexthops(watch, &route);
    if (r < 0)
        return r;
    if (lifetime_follows(message, &route) && watch->nexthops.count > 0) {
        watch->awaits_lifetimes = true;
        request_routes(watch, MIB_FAMILY_IPV6, watch->nexthops.items[0].ifindex);
        return 0;
    }
    return route_added(watch, &route, message->nlmsg_flags & NLM_F_REPLACE);
}

/* What is no route, but moves routes. */

/*
 * The setting for all links counts on each of them beside its own. IPv4's default is copied to
 * those on which it was never set, without a word of them: so the links are read again, too.
 */
static void settings_of_all(struct backend_watch *watch, const struct nlmsghdr *message)
{
    struct netconf_message parsed;

    if (netconf_parse(message, &parsed) < 0 || parsed.ignores_linkdown < 0)
        return;
    bool all = parsed.ifindex == NETCONFA_IFINDEX_ALL;
    bool by_default = parsed.ifindex == NETCONFA_IFINDEX_DEFAULT;

    if (parsed.family == AF_INET && (all || by_default))
        watch_request_resync(watch, SCOPE_IPV4, 0);
    else if (parsed.family == AF_INET6 && all)
        watch_request_resync(watch, SCOPE_IPV6, 0);
    if (parsed.family == AF_INET && by_default)
        watch_request_resync(watch, SCOPE_LINKS, 0);
}

static bool family_state_changed(const struct link_family_state *before,
                                 const struct link_family_state *after)
{
    return before->exists != after->exists || before->ignores_linkdown != after->ignores_linkdown;
}

static int link_event(struct backend_watch *watch, const struct nlmsghdr *message)
{
    bool netconf = message->nlmsg_type == RTM_NEWNETCONF || message->nlmsg_type == RTM_DELNETCONF;
    struct link before;
    struct link *link;
    int r = watch_take_link(watch, message, &before, &link);

    if (r == 0 && netconf)
        settings_of_all(watch, message);
    if (r < 0 || before.ifindex == 0)
        return r;
    bool changed = !link || link->iftype != before.iftype || link_carrying_changed(&before, link);
    /* To join or leave a VRF takes routes away, also those of a link that is down. */
    bool moved = changed || link->master != before.master;

    /* A lost carrier takes nexthop objects with it, and no word is said. */
    if (link && changed && watch->nexthop_objects.count > 0)
        watch_request_resync(watch, SCOPE_NEXTHOPS, 0);
    if (moved || family_state_changed(&before.ipv4, &link->ipv4))
        request_routes(watch, MIB_FAMILY_IPV4, before.ifindex);
    if (moved || family_state_changed(&before.ipv6, &link->ipv6))
        request_routes(watch, MIB_FAMILY_IPV6, before.ifindex);
    return 0;
}

/*
 * The last IPv4 address of a link takes static routes with it and leaves the nexthops of others
 * dead; the next one revives those. IPv6's sets its prefix's lifetime.
 */
static int address_event(struct backend_watch *watch, const struct nlmsghdr *message)
{
    const struct ifaddrmsg *info = NLMSG_DATA(message);

    if (message->nlmsg_len < NLMSG_LENGTH(sizeof(*info)))
        return -EBADMSG;
    if (info->ifa_family == AF_INET &&
        (message->nlmsg_type == RTM_DELADDR || watch->has_shared_routes))
        request_routes(watch, MIB_FAMILY_IPV4, info->ifa_index);
    else if (info->ifa_family == AF_INET6)
        request_routes(watch, MIB_FAMILY_IPV6, info->ifa_index);
    return 0;
}

static int nexthop_event(struct backend_watch *watch, const struct nlmsghdr *message)
{
    struct nexthop_object object;
    int r = nexthop_parse(message, &object);

    if (r < 0)
        return r;
    bool known = nexthop_map_has(&watch->nexthop_objects, object.id);
    if (message->nlmsg_type == RTM_DELNEXTHOP) {
        nexthop_map_remove(&watch->nexthop_objects, object.id);
        nexthop_clear(&object);
    } else {
        r = nexthop_map_put(&watch->nexthop_objects, &object);
        if (r < 0)
            nexthop_clear(&object);
    }
    /* A new one is used by no route yet. */
    if (known && watch->has_shared_routes) {
        watch_request_resync(watch, SCOPE_IPV4, 0);
        watch_request_resync(watch, SCOPE_IPV6, 0);
    }
    return r;
}

static int event(struct backend_watch *watch, const struct nlmsghdr *message)
{
    switch (message->nlmsg_type) {
    case RTM_NEWROUTE:
    case RTM_DELROUTE:
        return route_event(watch, message);
    case RTM_NEWADDR:
    case RTM_DELADDR:
        return address_event(watch, message);
    case RTM_NEWNEXTHOP:
    case RTM_DELNEXTHOP:
        return nexthop_event(watch, message);
    default:
        return watch_is_link_message(message) ? link_event(watch, message) : 0;
    }
}

static bool invalidates(enum resync_scope scope, const struct nlmsghdr *message)
{
    const struct rtmsg *info = NLMSG_DATA(message);

    switch (scope) {
    case SCOPE_LINKS:
        return watch_is_link_message(message);
    case SCOPE_NEXTHOPS:
        return message->nlmsg_type == RTM_NEWNEXTHOP || message->nlmsg_type == RTM_DELNEXTHOP;
    case SCOPE_IPV4:
    case SCOPE_IPV6:
        /* Only the tables that are dumped; a number above 255 shows as RT_TABLE_COMPAT. */
        return (message->nlmsg_type == RTM_NEWROUTE || message->nlmsg_type == RTM_DELROUTE) &&
               message->nlmsg_len >= NLMSG_LENGTH(sizeof(*info)) &&
               info->rtm_family == af_of(family_of(scope)) &&
               (info->rtm_table == RT_TABLE_MAIN || info->rtm_table == RT_TABLE_LOCAL);
    case SCOPE_COUNT:
        break;
    }
    return false;
}

/*
 * IPv4 dumps show every route that is left alone meanwhile; IPv6 dumps do not. So of an IPv4 dump
 * only the prefixes that messages tell of are not to be taken as valid.
 */
static bool exclude(struct backend_watch *watch, enum resync_scope scope,
                    const struct nlmsghdr *message)
{
    struct instance_table *table = &watch->instances[SCOPE_IPV4];
    struct route_message route;
    struct route_record_wide record;
    struct route_record_narrow narrow;

    if (scope != SCOPE_IPV4)
        return false;
    if (route_parse(message, &route, &watch->nexthops) < 0)
        return true; /* it has no row, or cannot be understood: it touches nothing */
    route_record_make(&route, &(struct route_nexthop){0}, false, 0, 0, &record);
    if (!instance_table_is_initialised(&watch->excluded_prefixes))
        instance_table_init(&watch->excluded_prefixes, &route_ops_prefix);
    if (instance_table_put(&watch->excluded_prefixes, &record, NULL, NULL) < 0)
        return false;
    route_record_narrow_of(&record, &narrow);
    if (instance_table_exclude(table, route_table_is_wide(table) ? (const void *)&record : &narrow))
        watch->recheck = true;
    return true;
}

static bool has_scope(const struct backend_watch *watch, enum resync_scope scope)
{
    switch (scope) {
    case SCOPE_LINKS:
    case SCOPE_NEXTHOPS:
        return true;
    case SCOPE_IPV4:
    case SCOPE_IPV6:
        return watch_wants(watch, family_of(scope));
    case SCOPE_COUNT:
        break;
    }
    return false;
}

static struct instance_table *table_of(struct backend_watch *watch, enum resync_scope scope)
{
    if (scope == SCOPE_LINKS || scope == SCOPE_NEXTHOPS)
        return NULL;
    struct instance_table *table = watch_instances(watch, family_of(scope));
    if (!instance_table_is_initialised(table))
        instance_table_init(table, scope == SCOPE_IPV4 ? &route_ops_narrow : &route_ops_wide);
    return table;
}

static int take_dumped_nexthop(void *context, const struct nlmsghdr *message)
{
    struct backend_watch *watch = context;
    int r = nexthop_map_take(&watch->dumped_nexthop_objects, message);

    return r == -ENOMEM ? r : 0;
}

static int take_dumped_route(void *context, const struct nlmsghdr *message)
{
    struct backend_watch *watch = context;
    struct route_message route;
    int r;

    if (watch->invalid && !watch->suppressed)
        return 0; /* nothing of it will be taken as valid */
    r = route_parse(message, &route, &watch->nexthops);
    if (r == 0 && route.family != family_of(watch->scope))
        return 0;
    if (r == 0)
        r = resolve_nexthops(watch, &route);
    if (r < 0)
        return r == -ENOMEM ? r : 0;
    for (size_t i = 0; r == 0 && i < watch->nexthops.count; i++) {
        struct route_record_wide record;

        make_record(watch, &route, &watch->nexthops.items[i], &record);
        if (watch->excluded_prefixes.count > 0 &&
            instance_table_has_key(&watch->excluded_prefixes, &record))
            continue;
        r = watch_route_act(watch, &record, mark_dumped);
    }
    return r;
}

/*
 * Waits until the kernel has done with the router advertisements whose routes it has announced:
 * it works on one in a section of RCU, and this waits for all that have begun. Where it may not be
 * asked to, commit() sees to the lifetimes that are missing.
 */
static void await_lifetimes(void)
{
    (void)syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
}

static int dump(struct backend_watch *watch, enum resync_scope scope, uint32_t ifindex)
{
    static const uint32_t tables[] = {RT_TABLE_LOCAL, RT_TABLE_MAIN};
    int r = 0;

    if (scope == SCOPE_IPV6 && watch->awaits_lifetimes)
        await_lifetimes();
    if (scope == SCOPE_LINKS)
        return watch_dump_links(watch);
    if (scope == SCOPE_NEXTHOPS) {
        nexthop_map_clear(&watch->dumped_nexthop_objects);
        return watch_collect(watch, nexthop_request_dump(), take_dumped_nexthop);
    }
    for (size_t i = 0; r == 0 && i < sizeof(tables) / sizeof(tables[0]); i++)
        r = watch_collect(watch, route_request_dump(af_of(family_of(scope)), tables[i], ifindex),
                          take_dumped_route);
    return r;
}

static bool on_link(const void *record, uint32_t ifindex)
{
    const struct route_record *route = record;

    /* The loopback link is where rows of IPv4 reject routes are, not where the kernel has them. */
    bool linkless = !(route->flags & ROUTE_IPV6) &&
                    (route->type == RTN_BLACKHOLE || route->type == RTN_UNREACHABLE ||
                     route->type == RTN_PROHIBIT || route->type == RTN_THROW);

    return route->ifindex == ifindex && !linkless;
}

static bool note_record_expiry(void *context, const void *record)
{
    struct backend_watch *watch = context;
    const struct route_record *route = record;

    note_expiry(watch, route);
    if (watch->awaits_lifetimes && route->protocol == RTPROT_RA && !(route->flags & ROUTE_EXPIRES))
        look_again_at(watch, times_now_s() + 1); /* unless it has none, it is there by then */
    return false;
}

static void commit(struct backend_watch *watch, enum resync_scope scope)
{
    switch (scope) {
    case SCOPE_LINKS:
        watch_commit_links(watch, scope);
        break;
    case SCOPE_NEXTHOPS:
        nexthop_map_clear(&watch->nexthop_objects);
        watch->nexthop_objects = watch->dumped_nexthop_objects;
        watch->dumped_nexthop_objects = (struct nexthop_map){0};
        break;
    case SCOPE_IPV6:
        if (watch->limited_count == 0) {
            instance_table_clear(&watch->duplicates);
            watch->duplicates = watch->dumped_duplicates;
            watch->dumped_duplicates = (struct instance_table){0};
            watch->ambiguous = false;
        }
        watch->next_expiry = 0;
        watch->has_expiring_routes = false;
        (void)instance_table_visit_all(&watch->instances[SCOPE_IPV6], note_record_expiry, watch);
        /* What disturbed it may have been another such route, which the next resync shows. */
        if (!watch->invalid)
            watch->awaits_lifetimes = false;
        break;
    case SCOPE_IPV4:
    case SCOPE_COUNT:
        break;
    }
}

static bool is_row(enum resync_scope scope, const void *record)
{
    (void)scope;
    return !(((const struct route_record *)record)->flags & ROUTE_NOT_SHOWN);
}

static void row_of(struct backend_watch *watch, const void *record, void *ret)
{
    const struct route_record *common = record;
    enum mib_family family = common->flags & ROUTE_IPV6 ? MIB_FAMILY_IPV6 : MIB_FAMILY_IPV4;
    struct route_record_wide wide;

    watch_route_widened(watch_instances(watch, family), record, &wide);
    route_record_row(&wide, common->flags & ROUTE_EXPIRES ? times_now_s() : 0, ret);
}

const struct watch_kind watch_kind_route = {
    .groups = groups,
    .event = event,
    .invalidates = invalidates,
    .exclude = exclude,
    .has_scope = has_scope,
    .table = table_of,
    .dump = dump,
    .on_link = on_link,
    .commit = commit,
    .is_row = is_row,
    .row = row_of,
};
