/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The watch of routes. The kernel changes many routes without announcing it; so what may have
 * changed them, such as a link's carrier or a deleted address, requests a resync. The parser and
 * the records are object/route.c's; which routes a replacement is about, route_candidates.c's.
 */
#include "backend/netlink/socket/family.h"
#include "backend/netlink/watch/links.h"
#include "backend/netlink/watch/route.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/membarrier.h>
#include <linux/netconf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

void watch_routes_clear(struct backend_watch *watch)
{
    struct route_state *state = route_state_of(watch);

    nexthop_map_clear(&state->nexthop_objects);
    nexthop_map_clear(&state->dumped_nexthop_objects);
    route_nexthops_clear(&state->nexthops);
    instance_table_clear(&state->excluded_prefixes);
    instance_table_clear(&state->duplicates);
    instance_table_clear(&state->dumped_duplicates);
}

/* Links are independent of each other only while no route has nexthops on several. */
static void request_routes(struct backend_watch *watch, enum mib_family family, uint32_t ifindex)
{
    watch_request_resync(watch, scope_of(family),
                         route_state_of(watch)->has_shared_routes ? 0 : ifindex);
}

/* Records. */

/* The same nexthop with ROUTE_NOT_SHOWN inverted. */
static struct route_record_wide with_visibility_inverted(const struct route_record_wide *record)
{
    struct route_record_wide inverted = *record;

    inverted.common.flags ^= ROUTE_NOT_SHOWN;
    return inverted;
}

static int note_duplicate(struct backend_watch *watch, const struct route_record_wide *record)
{
    const struct route_record_wide inverted = with_visibility_inverted(record);
    struct instance_table *duplicates = &route_state_of(watch)->dumped_duplicates;

    if (!instance_table_is_initialised(duplicates))
        instance_table_init(duplicates, &route_ops_wide);
    int r = instance_table_put(duplicates, record, NULL, NULL);
    return r == 0 ? instance_table_put(duplicates, &inverted, NULL, NULL) : r;
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

/* At that time (s, CLOCK_BOOTTIME) at the latest. Only IPv6 routes expire. */
static void look_again_by(struct backend_watch *watch, uint32_t time)
{
    uint32_t *at = &watch->look_again_at[SCOPE_IPV6];

    if (*at == 0 || time < *at)
        *at = time;
}

/*
 * The table is looked at again when a route expires. The kernel keeps an expired route for up to
 * half a minute, and a router may revive it, which is not announced: so it is looked at again every
 * now and then while one is there.
 */
static void note_expiry(struct backend_watch *watch, const struct route_record *record)
{
    enum { LOOK_AGAIN_AFTER = 2 /* s */ };

    if (!(record->flags & ROUTE_EXPIRES))
        return;
    route_state_of(watch)->has_expiring_routes = true;
    look_again_by(watch, record->flags & ROUTE_NOT_SHOWN ? watch_now_s(watch) + LOOK_AGAIN_AFTER
                                                         : record->expires_at);
}

/* Nexthops of a message that has the id of a nexthop object and no nexthops. */

static int add_resolved_nexthop(void *context, const struct route_nexthop *nexthop)
{
    return route_nexthops_add(context, nexthop);
}

static int resolve_nexthops(struct backend_watch *watch, const struct route_message *route)
{
    struct route_state *state = route_state_of(watch);

    if (route->nexthop_id == 0 || state->nexthops.count > 0)
        return 0;
    return nexthop_map_resolve(&state->nexthop_objects, route->nexthop_id, add_resolved_nexthop,
                               &state->nexthops);
}

static void make_record(struct backend_watch *watch, const struct route_message *route,
                        const struct route_nexthop *nexthop, struct route_record_wide *ret)
{
    struct route_state *state = route_state_of(watch);
    bool multipath = state->nexthops.count > 1;

    route_record_make(route, nexthop, multipath, link_map_iftype(&watch->links, nexthop->ifindex),
                      route->expires ? watch_now_s(watch) : 0, ret);
    if (multipath || route->nexthop_id != 0)
        state->has_shared_routes = true;
    if (state->has_expiring_routes && route->family == MIB_FAMILY_IPV6 && !route->expires &&
        watch_route_is_expiring(watch, ret)) {
        ret->common.flags |= ROUTE_EXPIRES | ROUTE_NOT_SHOWN;
        ret->common.expires_at = watch_now_s(watch);
    }
}

/* Whether the nexthop is known, shown or not. IPv6 only. */
static bool is_known(const struct backend_watch *watch, const struct route_record_wide *record)
{
    const struct route_record_wide inverted = with_visibility_inverted(record);

    return instance_table_has_instance(&watch->instances[SCOPE_IPV6], record) ||
           instance_table_has_instance(&watch->instances[SCOPE_IPV6], &inverted);
}

/* A nexthop is shown or not shown, never both. */
static int drop_other_visibility(struct backend_watch *watch,
                                 const struct route_record_wide *record)
{
    const struct route_record_wide inverted = with_visibility_inverted(record);

    return watch_route_drop(watch, &inverted);
}

static int route_added(struct backend_watch *watch, struct route_message *route, bool replaces)
{
    struct route_state *state = route_state_of(watch);
    bool ipv6 = route->family == MIB_FAMILY_IPV6;
    bool again = false;
    int r = 0;

    if (!replaces && ipv6 && state->nexthops.count > 1 &&
        watch_route_adopt_protocol(watch, route)) {
        state->has_mixed_routes = true;
        watch_request_resync(watch, SCOPE_IPV6, 0);
    }
    for (size_t i = 0; r == 0 && i < state->nexthops.count; i++) {
        struct route_record_wide record;

        make_record(watch, route, &state->nexthops.items[i], &record);
        again |= replaces && ipv6 && is_known(watch, &record);
        r = watch_route_act(watch, &record, watch_put);
        note_expiry(watch, &record.common);
        /* Of a replacement, the other visibility is dropped below with what is replaced. */
        if (r == 0 && !replaces)
            r = drop_other_visibility(watch, &record);
    }
    return r == 0 && replaces ? watch_route_drop_replaced(watch, route, again) : r;
}

static int route_deleted(struct backend_watch *watch, const struct route_message *route)
{
    struct route_state *state = route_state_of(watch);
    int r = 0;

    /* IPv4 deletes whole routes; IPv6's message has the nexthops, but for a nexthop object's. */
    if (route->family == MIB_FAMILY_IPV4 || state->nexthops.count == 0)
        return watch_route_drop_unnamed(watch, route);
    /* The dump may show the nexthops that are left with another protocol now. */
    if (state->has_mixed_routes)
        watch_request_resync(watch, SCOPE_IPV6, 0);
    for (size_t i = 0; r == 0 && i < state->nexthops.count; i++) {
        struct route_record_wide record;
        make_record(watch, route, &state->nexthops.items[i], &record);
        r = watch_route_drop(watch, &record);
        if (r == 0)
            r = drop_other_visibility(watch, &record);
    }
    return r;
}

/*
 * Of some routes that it makes of a router advertisement, the kernel announces the route first and
 * then sets when it expires, which it does not announce: those of route information options (RFC
 * 4191), and up to Linux 6.1 those of the router itself. A route of this protocol that a program
 * adds has its lifetime from the start.
 */
static bool lifetime_follows(const struct nlmsghdr *message, const struct route_message *route)
{
    return message->nlmsg_pid == 0 && !(message->nlmsg_flags & NLM_F_REPLACE) &&
           route->family == MIB_FAMILY_IPV6 && route->protocol == RTPROT_RA && !route->expires;
}

static int route_event(struct backend_watch *watch, const struct nlmsghdr *message)
{
    struct route_state *state = route_state_of(watch);
    struct route_message route;
    int r = route_parse(message, &route, &state->nexthops);

    if (r < 0)
        return r;
    if (message->nlmsg_type == RTM_DELROUTE)
        return route_deleted(watch, &route);
    r = resolve_nexthops(watch, &route);
    if (r < 0)
        return r;
    if (lifetime_follows(message, &route) && state->nexthops.count > 0) {
        state->awaits_lifetimes = true;
        request_routes(watch, MIB_FAMILY_IPV6, state->nexthops.items[0].ifindex);
        return 0;
    }
    return route_added(watch, &route, message->nlmsg_flags & NLM_F_REPLACE);
}

/* Other messages that change routes. */

/*
 * The setting for all links counts on each of them beside its own. IPv4's default is copied to
 * those links on which it was never set, which is not announced: so the links are read again, too.
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

void watch_routes_after_link(struct backend_watch *watch, const struct nlmsghdr *message,
                             const struct link *before, const struct link *link)
{
    if (message->nlmsg_type == RTM_NEWNETCONF || message->nlmsg_type == RTM_DELNETCONF)
        settings_of_all(watch, message);
    if (before->ifindex == 0)
        return;
    bool changed = !link || link->iftype != before->iftype || link_carrying_changed(before, link);
    /* A link that joins or leaves a VRF loses routes, also while it is down. */
    bool moved = changed || link->master != before->master;

    /* A lost carrier deletes nexthop objects, which is not announced. */
    if (link && changed && route_state_of(watch)->nexthop_objects.count > 0)
        watch_request_resync(watch, SCOPE_NEXTHOPS, 0);
    if (moved || family_state_changed(&before->ipv4, &link->ipv4))
        request_routes(watch, MIB_FAMILY_IPV4, before->ifindex);
    if (moved || family_state_changed(&before->ipv6, &link->ipv6))
        request_routes(watch, MIB_FAMILY_IPV6, before->ifindex);
}

static int route_link_event(struct backend_watch *watch, const struct nlmsghdr *message)
{
    struct link before;
    struct link *link;
    int r = watch_take_link(watch, message, &before, &link);

    if (r == 0)
        watch_routes_after_link(watch, message, &before, link);
    return r;
}

/*
 * When the last IPv4 address of a link goes, the kernel deletes static routes of the link and makes
 * the nexthops of others dead; the next address revives those. An IPv6 address sets the lifetime of
 * its prefix's route. Neither is announced.
 */
static int route_address_event(struct backend_watch *watch, const struct nlmsghdr *message)
{
    const struct ifaddrmsg *info = NLMSG_DATA(message);

    if (message->nlmsg_len < NLMSG_LENGTH(sizeof(*info)))
        return -EBADMSG;
    if (info->ifa_family == AF_INET &&
        (message->nlmsg_type == RTM_DELADDR || route_state_of(watch)->has_shared_routes))
        request_routes(watch, MIB_FAMILY_IPV4, info->ifa_index);
    else if (info->ifa_family == AF_INET6)
        request_routes(watch, MIB_FAMILY_IPV6, info->ifa_index);
    return 0;
}

static int nexthop_event(struct backend_watch *watch, const struct nlmsghdr *message)
{
    struct route_state *state = route_state_of(watch);
    struct nexthop_object object;
    int r = nexthop_parse(message, &object);

    if (r < 0)
        return r;
    bool known = nexthop_map_has(&state->nexthop_objects, object.id);
    if (message->nlmsg_type == RTM_DELNEXTHOP) {
        nexthop_map_remove(&state->nexthop_objects, object.id);
        nexthop_clear(&object);
    } else {
        r = nexthop_map_put(&state->nexthop_objects, &object);
        if (r < 0)
            nexthop_clear(&object);
    }
    /* No route uses a new one yet. */
    if (known && state->has_shared_routes) {
        watch_request_resync(watch, SCOPE_IPV4, 0);
        watch_request_resync(watch, SCOPE_IPV6, 0);
    }
    return r;
}

int watch_take_route(struct backend_watch *watch, const struct nlmsghdr *message)
{
    switch (message->nlmsg_type) {
    case RTM_NEWROUTE:
    case RTM_DELROUTE:
        return route_event(watch, message);
    case RTM_NEWADDR:
    case RTM_DELADDR:
        return route_address_event(watch, message);
    case RTM_NEWNEXTHOP:
    case RTM_DELNEXTHOP:
        return nexthop_event(watch, message);
    default:
        return 0;
    }
}

static int route_watch_event(struct backend_watch *watch, const struct nlmsghdr *message)
{
    return watch_is_link_message(message) ? route_link_event(watch, message)
                                          : watch_take_route(watch, message);
}

static bool nexthops_invalidates(enum resync_scope scope, const struct nlmsghdr *message)
{
    (void)scope;
    return message->nlmsg_type == RTM_NEWNEXTHOP || message->nlmsg_type == RTM_DELNEXTHOP;
}

/* Only the tables that are dumped; a number above 255 shows as RT_TABLE_COMPAT. */
bool watch_invalidates_routes(enum resync_scope scope, const struct nlmsghdr *message)
{
    const struct rtmsg *info = NLMSG_DATA(message);

    return (message->nlmsg_type == RTM_NEWROUTE || message->nlmsg_type == RTM_DELROUTE) &&
           message->nlmsg_len >= NLMSG_LENGTH(sizeof(*info)) &&
           info->rtm_family == af_of(family_of(scope)) &&
           (info->rtm_table == RT_TABLE_MAIN || info->rtm_table == RT_TABLE_LOCAL);
}

/*
 * An IPv4 dump shows every route that does not change meanwhile; an IPv6 dump does not. So a
 * message makes an IPv4 dump wrong about its own prefix only.
 */
bool watch_exclude_ipv4_route(struct backend_watch *watch, const struct nlmsghdr *message)
{
    struct route_state *state = route_state_of(watch);
    struct instance_table *excluded = &state->excluded_prefixes;
    struct instance_table *table = &watch->instances[SCOPE_IPV4];
    struct route_message route;
    struct route_record_wide record;
    struct route_record_narrow narrow;

    if (route_parse(message, &route, &state->nexthops) < 0)
        return true; /* it has no row, or cannot be understood: it changes nothing */
    route_record_make(&route, &(struct route_nexthop){0}, false, 0, 0, &record);
    if (!instance_table_is_initialised(excluded))
        instance_table_init(excluded, &route_ops_prefix);
    if (instance_table_put(excluded, &record, NULL, NULL) < 0)
        return false;
    route_record_narrow_of(&record, &narrow);
    if (instance_table_exclude(table, route_table_is_wide(table) ? (const void *)&record : &narrow))
        watch->resync.recheck = true;
    return true;
}

static int take_dumped_nexthop(void *context, const struct nlmsghdr *message)
{
    struct backend_watch *watch = context;
    int r = nexthop_map_take(&route_state_of(watch)->dumped_nexthop_objects, message);

    return r == -ENOMEM ? r : 0;
}

static int nexthops_dump(struct backend_watch *watch, enum resync_scope scope, uint32_t ifindex)
{
    (void)scope;
    (void)ifindex; /* a resync of nexthop objects is always one of all */
    return watch_collect(watch, nexthop_request_dump(), take_dumped_nexthop);
}

static void nexthops_commit(struct backend_watch *watch)
{
    struct route_state *state = route_state_of(watch);

    nexthop_map_clear(&state->nexthop_objects);
    state->nexthop_objects = state->dumped_nexthop_objects;
    state->dumped_nexthop_objects = (struct nexthop_map){0};
}

static void nexthops_discard(struct backend_watch *watch)
{
    nexthop_map_clear(&route_state_of(watch)->dumped_nexthop_objects);
}

static int take_dumped_route(void *context, const struct nlmsghdr *message)
{
    struct backend_watch *watch = context;
    struct route_state *state = route_state_of(watch);
    struct route_message route;
    int r;

    if (watch_dump_is_useless(watch))
        return 0;
    r = route_parse(message, &route, &state->nexthops);
    if (r == 0 && (route.family != family_of(watch->resync.scope) ||
                   (state->default_only && route.prefix_length > 0)))
        return 0;
    if (r == 0)
        r = resolve_nexthops(watch, &route);
    if (r < 0)
        return r == -ENOMEM ? r : 0;
    for (size_t i = 0; r == 0 && i < state->nexthops.count; i++) {
        struct route_record_wide record;

        make_record(watch, &route, &state->nexthops.items[i], &record);
        if (state->excluded_prefixes.count > 0 &&
            instance_table_has_key(&state->excluded_prefixes, &record))
            continue;
        r = watch_route_act(watch, &record, mark_dumped);
    }
    return r;
}

/*
 * Waits until the kernel has done with the router advertisements whose routes it has announced. It
 * works on an advertisement in a section of RCU, and this waits for all sections that have begun.
 * Where the kernel refuses, commit_ipv6_routes looks again for the lifetimes that are
 * missing.
 */
static void await_lifetimes(void)
{
    (void)syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
}

int watch_dump_routes(struct backend_watch *watch, enum resync_scope scope, uint32_t ifindex)
{
    static const uint32_t tables[] = {RT_TABLE_LOCAL, RT_TABLE_MAIN};
    int r = 0;

    if (scope == SCOPE_IPV6 && route_state_of(watch)->awaits_lifetimes)
        await_lifetimes();
    for (size_t i = 0; r == 0 && i < sizeof(tables) / sizeof(tables[0]); i++)
        r = watch_collect(watch, route_request_dump(af_of(family_of(scope)), tables[i], ifindex),
                          take_dumped_route);
    return r;
}

bool watch_route_on_link(const void *record, uint32_t ifindex)
{
    const struct route_record *route = record;

    /* Rows of IPv4 reject routes are on the loopback link; the kernel has them on no link. */
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
    if (route_state_of(watch)->awaits_lifetimes && route->protocol == RTPROT_RA &&
        !(route->flags & ROUTE_EXPIRES))
        look_again_by(watch, watch_now_s(watch) + 1); /* if it gets one, it has it by then */
    return false;
}

static void commit_ipv6_routes(struct backend_watch *watch)
{
    struct route_state *state = route_state_of(watch);

    if (watch->resync.request.all) {
        instance_table_clear(&state->duplicates);
        state->duplicates = state->dumped_duplicates;
        state->dumped_duplicates = (struct instance_table){0};
        state->ambiguous = false;
    }
    watch->look_again_at[SCOPE_IPV6] = 0;
    state->has_expiring_routes = false;
    (void)instance_table_visit_all(&watch->instances[SCOPE_IPV6], note_record_expiry, watch);
    /* A message that made the dump invalid may be of another such route: the next resync shows. */
    if (!watch->resync.invalid)
        state->awaits_lifetimes = false;
}

void watch_discard_routes(struct backend_watch *watch)
{
    struct route_state *state = route_state_of(watch);

    instance_table_clear(&state->excluded_prefixes);
    instance_table_clear(&state->dumped_duplicates);
}

const struct watch_scope watch_scope_nexthops = {
    .invalidates = nexthops_invalidates,
    .dump = nexthops_dump,
    .commit = nexthops_commit,
    .discard = nexthops_discard,
};

static const struct watch_scope ipv4_routes_scope = {
    .ops = &route_ops_narrow,
    .invalidates = watch_invalidates_routes,
    .exclude = watch_exclude_ipv4_route,
    .dump = watch_dump_routes,
    .on_link = watch_route_on_link,
    .discard = watch_discard_routes,
};

const struct watch_scope watch_scope_ipv6_routes = {
    .ops = &route_ops_wide,
    .invalidates = watch_invalidates_routes,
    .dump = watch_dump_routes,
    .on_link = watch_route_on_link,
    .commit = commit_ipv6_routes,
    .discard = watch_discard_routes,
};

static bool route_is_row(enum resync_scope scope, const void *record)
{
    (void)scope;
    return !(((const struct route_record *)record)->flags & ROUTE_NOT_SHOWN);
}

static void route_row(struct backend_watch *watch, const void *record, void *ret)
{
    const struct route_record *common = record;
    enum mib_family family = common->flags & ROUTE_IPV6 ? MIB_FAMILY_IPV6 : MIB_FAMILY_IPV4;
    struct route_record_wide wide;

    watch_route_widened(watch_instances(watch, family), record, &wide);
    route_record_row(&wide, common->flags & ROUTE_EXPIRES ? watch_now_s(watch) : 0, ret);
}

const struct watch_kind watch_kind_route = {
    .groups = {RTNLGRP_LINK, RTNLGRP_NEXTHOP},
    .groups_ipv4 = {RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV4_NETCONF},
    .groups_ipv6 = {RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV6_NETCONF},
    .scopes =
        {
            [SCOPE_LINKS] = &watch_scope_links,
            [SCOPE_NEXTHOPS] = &watch_scope_nexthops,
            [SCOPE_IPV4] = &ipv4_routes_scope,
            [SCOPE_IPV6] = &watch_scope_ipv6_routes,
        },
    .state_size = sizeof(struct route_state),
    .clear_state = watch_routes_clear,
    .event = route_watch_event,
    .is_row = route_is_row,
    .row = route_row,
};
