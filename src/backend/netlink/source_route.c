/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Routes: the one table in which the kernel keeps silent about a good deal of what it does. */
#include "backend/netlink/source_route.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/membarrier.h>
#include <linux/netconf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void groups(const struct backend_source *source, int *ret_groups)
{
    *ret_groups++ = RTNLGRP_LINK;
    *ret_groups++ = RTNLGRP_NEXTHOP;
    if (source_wants(source, MIB_FAMILY_IPV4)) {
        *ret_groups++ = RTNLGRP_IPV4_ROUTE;
        *ret_groups++ = RTNLGRP_IPV4_IFADDR;
        *ret_groups++ = RTNLGRP_IPV4_NETCONF;
    }
    if (source_wants(source, MIB_FAMILY_IPV6)) {
        *ret_groups++ = RTNLGRP_IPV6_ROUTE;
        *ret_groups++ = RTNLGRP_IPV6_IFADDR;
        *ret_groups++ = RTNLGRP_IPV6_NETCONF;
    }
}

/* Links are independent of each other only while no route has legs on several. */
static void request_routes(struct backend_source *source, enum mib_family family, uint32_t ifindex)
{
    source_request_compare(source, subject_of(family), source->has_shared_routes ? 0 : ifindex);
}

/* Records. */

/* The same leg, hidden where this one is seen and the other way round. */
static struct route_record_wide twin_of(const struct route_record_wide *record)
{
    struct route_record_wide twin = *record;

    twin.common.flags ^= ROUTE_HIDDEN;
    return twin;
}

static int note_double(struct backend_source *source, const struct route_record_wide *record)
{
    const struct route_record_wide twin = twin_of(record);

    if (!source->fresh_doubles.ops)
        known_table_init(&source->fresh_doubles, &route_ops_wide);
    int r = known_table_put(&source->fresh_doubles, record, NULL, NULL);
    return r == 0 ? known_table_put(&source->fresh_doubles, &twin, NULL, NULL) : r;
}

static int saw(struct backend_source *source, struct known_table *table, const void *record)
{
    if (((const struct route_record *)record)->flags & ROUTE_IPV6) {
        const struct route_record_wide twin = twin_of(record);
        bool again = known_table_has_seen(table, record);

        if (again || known_table_has_seen(table, &twin)) {
            int r = note_double(source, record);
            if (r < 0 || again)
                return r;
        }
    }
    return known_table_saw(table, record);
}

/* The time is s of CLOCK_BOOTTIME. */
static void look_again_at(struct backend_source *source, uint32_t time)
{
    if (source->next_expiry == 0 || time < source->next_expiry)
        source->next_expiry = time;
}

/*
 * When to look at the table again: when a route expires, and, while an expired one is still with
 * the kernel (half a minute at the most), every now and then, as it can be revived in silence.
 */
static void note_expiry(struct backend_source *source, const struct route_record *record)
{
    enum { LOOK_AGAIN_AFTER = 2 /* s */ };

    if (!(record->flags & ROUTE_EXPIRES))
        return;
    source->has_expiring_routes = true;
    look_again_at(source, record->flags & ROUTE_HIDDEN ? source_now() + LOOK_AGAIN_AFTER
                                                       : record->expires_at);
}

/* Legs of a message that names a nexthop object and no legs. */

static int add_resolved_leg(void *context, const struct route_leg *leg)
{
    return route_legs_add(context, leg);
}

static int resolve_legs(struct backend_source *source, const struct route_message *route)
{
    if (route->nexthop_id == 0 || source->legs.count > 0)
        return 0;
    return nexthop_map_resolve(&source->nexthops, route->nexthop_id, add_resolved_leg,
                               &source->legs);
}

static void make_record(struct backend_source *source, const struct route_message *route,
                        const struct route_leg *leg, struct route_record_wide *ret)
{
    bool multipath = source->legs.count > 1;

    route_record_make(route, leg, multipath, link_map_iftype(&source->links, leg->ifindex),
                      route->expires ? source_now() : 0, ret);
    if (multipath || route->nexthop_id != 0)
        source->has_shared_routes = true;
    if (source->has_expiring_routes && route->family == MIB_FAMILY_IPV6 && !route->expires &&
        source_route_is_expiring(source, ret)) {
        ret->common.flags |= ROUTE_EXPIRES | ROUTE_HIDDEN;
        ret->common.expires_at = source_now();
    }
}

/* Whether the leg is known, hidden or seen. IPv6 only. */
static bool is_known(const struct backend_source *source, const struct route_record_wide *record)
{
    const struct route_record_wide twin = twin_of(record);

    return known_table_has_instance(&source->known[COMPARE_IPV6], record) ||
           known_table_has_instance(&source->known[COMPARE_IPV6], &twin);
}

/* A leg is known as hidden or as seen, not as both. */
static int drop_other_visibility(struct backend_source *source,
                                 const struct route_record_wide *record)
{
    const struct route_record_wide twin = twin_of(record);

    return source_route_drop(source, &twin);
}

static int route_added(struct backend_source *source, struct route_message *route, bool replaces)
{
    bool ipv6 = route->family == MIB_FAMILY_IPV6;
    bool again = false;
    int r = 0;

    if (!replaces && ipv6 && source->legs.count > 1 && source_route_adopt_protocol(source, route)) {
        source->has_mixed_routes = true;
        source_request_compare(source, COMPARE_IPV6, 0);
    }
    for (size_t i = 0; r == 0 && i < source->legs.count; i++) {
        struct route_record_wide record;

        make_record(source, route, &source->legs.legs[i], &record);
        again |= replaces && ipv6 && is_known(source, &record);
        r = source_route_act(source, &record, source_put);
        note_expiry(source, &record.common);
        if (r == 0 && !replaces) /* what is replaced is dropped below, the leg's twin with it */
            r = drop_other_visibility(source, &record);
    }
    return r == 0 && replaces ? source_route_drop_replaced(source, route, again) : r;
}

static int route_deleted(struct backend_source *source, const struct route_message *route)
{
    /* IPv4 deletes whole routes; IPv6 names the legs, unless they are a nexthop object's. */
    if (route->family == MIB_FAMILY_IPV4 || source->legs.count == 0)
        return source_route_drop_unnamed(source, route);
    int r = 0;
    /* The legs that are left may be shown with another protocol from now on. */
    if (source->has_mixed_routes)
        source_request_compare(source, COMPARE_IPV6, 0);
    for (size_t i = 0; r == 0 && i < source->legs.count; i++) {
        struct route_record_wide record;
        make_record(source, route, &source->legs.legs[i], &record);
        r = source_route_drop(source, &record);
        if (r == 0)
            r = drop_other_visibility(source, &record);
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

static int route_event(struct backend_source *source, const struct nlmsghdr *message)
{
    struct route_message route;
    int r = route_parse(message, &route, &source->legs);

    if (r < 0)
        return r;
    if (message->nlmsg_type == RTM_DELROUTE)
        return route_deleted(source, &route);
    r = resolve_legs(source, &route);
    if (r < 0)
        return r;
    if (lifetime_follows(message, &route) && source->legs.count > 0) {
        source->awaits_lifetimes = true;
        request_routes(source, MIB_FAMILY_IPV6, source->legs.legs[0].ifindex);
        return 0;
    }
    return route_added(source, &route, message->nlmsg_flags & NLM_F_REPLACE);
}

/* What is no route, but moves routes. */

/*
 * The setting for all links counts on each of them beside its own. IPv4's default is copied to
 * those on which it was never set, without a word of them: so the links are read again, too.
 */
static void settings_of_all(struct backend_source *source, const struct nlmsghdr *message)
{
    struct netconf_message parsed;

    if (netconf_parse(message, &parsed) < 0 || parsed.ignores_linkdown < 0)
        return;
    bool all = parsed.ifindex == NETCONFA_IFINDEX_ALL;
    bool by_default = parsed.ifindex == NETCONFA_IFINDEX_DEFAULT;

    if (parsed.family == AF_INET && (all || by_default))
        source_request_compare(source, COMPARE_IPV4, 0);
    else if (parsed.family == AF_INET6 && all)
        source_request_compare(source, COMPARE_IPV6, 0);
    if (parsed.family == AF_INET && by_default)
        source_request_compare(source, COMPARE_LINKS, 0);
}

static bool half_changed(const struct link_ip *before, const struct link_ip *after)
{
    return before->exists != after->exists || before->ignores_linkdown != after->ignores_linkdown;
}

static int link_event(struct backend_source *source, const struct nlmsghdr *message)
{
    bool netconf = message->nlmsg_type == RTM_NEWNETCONF || message->nlmsg_type == RTM_DELNETCONF;
    struct link before;
    struct link *link;
    int r = source_take_link(source, message, &before, &link);

    if (r == 0 && netconf)
        settings_of_all(source, message);
    if (r < 0 || before.ifindex == 0)
        return r;
    bool changed = !link || link->iftype != before.iftype || link_carrying_changed(&before, link);
    /* To join or leave a VRF takes routes away, also those of a link that is down. */
    bool moved = changed || link->master != before.master;

    /* A lost carrier takes nexthop objects with it, and no word is said. */
    if (link && changed && source->nexthops.count > 0)
        source_request_compare(source, COMPARE_NEXTHOPS, 0);
    if (moved || half_changed(&before.ipv4, &link->ipv4))
        request_routes(source, MIB_FAMILY_IPV4, before.ifindex);
    if (moved || half_changed(&before.ipv6, &link->ipv6))
        request_routes(source, MIB_FAMILY_IPV6, before.ifindex);
    return 0;
}

/*
 * The last IPv4 address of a link takes static routes with it and leaves the legs of others dead;
 * the next one revives those. IPv6's sets its prefix's lifetime.
 */
static int address_event(struct backend_source *source, const struct nlmsghdr *message)
{
    const struct ifaddrmsg *info = NLMSG_DATA(message);

    if (message->nlmsg_len < NLMSG_LENGTH(sizeof(*info)))
        return -EBADMSG;
    if (info->ifa_family == AF_INET &&
        (message->nlmsg_type == RTM_DELADDR || source->has_shared_routes))
        request_routes(source, MIB_FAMILY_IPV4, info->ifa_index);
    else if (info->ifa_family == AF_INET6)
        request_routes(source, MIB_FAMILY_IPV6, info->ifa_index);
    return 0;
}

static int nexthop_event(struct backend_source *source, const struct nlmsghdr *message)
{
    struct nexthop nexthop;
    int r = nexthop_parse(message, &nexthop);

    if (r < 0)
        return r;
    bool known = nexthop_map_has(&source->nexthops, nexthop.id);
    if (message->nlmsg_type == RTM_DELNEXTHOP) {
        nexthop_map_remove(&source->nexthops, nexthop.id);
        nexthop_clear(&nexthop);
    } else {
        r = nexthop_map_put(&source->nexthops, &nexthop);
        if (r < 0)
            nexthop_clear(&nexthop);
    }
    /* A new one is used by no route yet. */
    if (known && source->has_shared_routes) {
        source_request_compare(source, COMPARE_IPV4, 0);
        source_request_compare(source, COMPARE_IPV6, 0);
    }
    return r;
}

static int event(struct backend_source *source, const struct nlmsghdr *message)
{
    switch (message->nlmsg_type) {
    case RTM_NEWROUTE:
    case RTM_DELROUTE:
        return route_event(source, message);
    case RTM_NEWADDR:
    case RTM_DELADDR:
        return address_event(source, message);
    case RTM_NEWNEXTHOP:
    case RTM_DELNEXTHOP:
        return nexthop_event(source, message);
    default:
        return source_is_link_message(message) ? link_event(source, message) : 0;
    }
}

static bool concerns(enum compare_subject subject, const struct nlmsghdr *message)
{
    const struct rtmsg *info = NLMSG_DATA(message);

    switch (subject) {
    case COMPARE_LINKS:
        return source_is_link_message(message);
    case COMPARE_NEXTHOPS:
        return message->nlmsg_type == RTM_NEWNEXTHOP || message->nlmsg_type == RTM_DELNEXTHOP;
    case COMPARE_IPV4:
    case COMPARE_IPV6:
        /* Only the tables that are dumped; a number above 255 shows as RT_TABLE_COMPAT. */
        return (message->nlmsg_type == RTM_NEWROUTE || message->nlmsg_type == RTM_DELROUTE) &&
               message->nlmsg_len >= NLMSG_LENGTH(sizeof(*info)) &&
               info->rtm_family == af_of(family_of(subject)) &&
               (info->rtm_table == RT_TABLE_MAIN || info->rtm_table == RT_TABLE_LOCAL);
    case COMPARE_SUBJECTS:
        break;
    }
    return false;
}

/*
 * IPv4 dumps show every route that is left alone meanwhile; IPv6 dumps do not. So of an IPv4 dump
 * only the prefixes that messages tell of are not to be believed.
 */
static bool shield(struct backend_source *source, enum compare_subject subject,
                   const struct nlmsghdr *message)
{
    struct known_table *table = &source->known[COMPARE_IPV4];
    struct route_message route;
    struct route_record_wide record;
    struct route_record_narrow narrow;

    if (subject != COMPARE_IPV4)
        return false;
    if (route_parse(message, &route, &source->legs) < 0)
        return true; /* it has no row, or cannot be understood: it touches nothing */
    route_record_make(&route, &(struct route_leg){0}, false, 0, 0, &record);
    if (!source->touched.ops)
        known_table_init(&source->touched, &route_ops_prefix);
    if (known_table_put(&source->touched, &record, NULL, NULL) < 0)
        return false;
    route_record_narrow_of(&record, &narrow);
    bool wide = table->ops == &route_ops_wide;
    if (known_table_shield(table, wide ? (const void *)&record : &narrow,
                           wide ? route_ops_prefix.same_key : route_same_prefix_narrow,
                           route_ops_wide.same_instance))
        source->unsettled = true;
    return true;
}

static bool has_subject(const struct backend_source *source, enum compare_subject subject)
{
    switch (subject) {
    case COMPARE_LINKS:
    case COMPARE_NEXTHOPS:
        return true;
    case COMPARE_IPV4:
    case COMPARE_IPV6:
        return source_wants(source, family_of(subject));
    case COMPARE_SUBJECTS:
        break;
    }
    return false;
}

static struct known_table *table_of(struct backend_source *source, enum compare_subject subject)
{
    if (subject == COMPARE_LINKS || subject == COMPARE_NEXTHOPS)
        return NULL;
    struct known_table *table = source_known(source, family_of(subject));
    if (!table->ops)
        known_table_init(table, subject == COMPARE_IPV4 ? &route_ops_narrow : &route_ops_wide);
    return table;
}

static int take_dumped_nexthop(void *context, const struct nlmsghdr *message)
{
    struct backend_source *source = context;
    int r = nexthop_map_take(&source->fresh_nexthops, message);

    return r == -ENOMEM ? r : 0;
}

static int take_dumped_route(void *context, const struct nlmsghdr *message)
{
    struct backend_source *source = context;
    struct route_message route;
    int r;

    if (source->disturbed && !source->silent)
        return 0; /* nothing of it will be believed */
    r = route_parse(message, &route, &source->legs);
    if (r == 0 && route.family != family_of(source->subject))
        return 0;
    if (r == 0)
        r = resolve_legs(source, &route);
    if (r < 0)
        return r == -ENOMEM ? r : 0;
    for (size_t i = 0; r == 0 && i < source->legs.count; i++) {
        struct route_record_wide record;

        make_record(source, &route, &source->legs.legs[i], &record);
        if (source->touched.count > 0 && known_table_has_key(&source->touched, &record))
            continue;
        r = source_route_act(source, &record, saw);
    }
    return r;
}

/*
 * Waits until the kernel has done with the router advertisements whose routes it has announced:
 * it works on one in a section of RCU, and this waits for all that have begun. Where it may not be
 * asked to, settled() sees to the lifetimes that are missing.
 */
static void await_lifetimes(void)
{
    (void)syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
}

static int dump(struct backend_source *source, enum compare_subject subject, uint32_t ifindex)
{
    static const uint32_t tables[] = {RT_TABLE_LOCAL, RT_TABLE_MAIN};
    int r = 0;

    if (subject == COMPARE_IPV6 && source->awaits_lifetimes)
        await_lifetimes();
    if (subject == COMPARE_LINKS)
        return source_dump_links(source);
    if (subject == COMPARE_NEXTHOPS) {
        nexthop_map_clear(&source->fresh_nexthops);
        return source_collect(source, nexthop_request_dump(), take_dumped_nexthop);
    }
    for (size_t i = 0; r == 0 && i < sizeof(tables) / sizeof(tables[0]); i++)
        r = source_collect(source,
                           route_request_dump(af_of(family_of(subject)), tables[i], ifindex),
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
    struct backend_source *source = context;
    const struct route_record *route = record;

    note_expiry(source, route);
    if (source->awaits_lifetimes && route->protocol == RTPROT_RA && !(route->flags & ROUTE_EXPIRES))
        look_again_at(source, source_now() + 1); /* unless it has none, it is there by then */
    return false;
}

static void settled(struct backend_source *source, enum compare_subject subject)
{
    switch (subject) {
    case COMPARE_LINKS:
        source_settle_links(source, subject);
        break;
    case COMPARE_NEXTHOPS:
        nexthop_map_clear(&source->nexthops);
        source->nexthops = source->fresh_nexthops;
        source->fresh_nexthops = (struct nexthop_map){0};
        break;
    case COMPARE_IPV6:
        if (source->limited_count == 0) {
            known_table_clear(&source->doubles);
            source->doubles = source->fresh_doubles;
            source->fresh_doubles = (struct known_table){0};
            source->doubtful = false;
        }
        source->next_expiry = 0;
        source->has_expiring_routes = false;
        (void)known_table_visit_all(&source->known[COMPARE_IPV6], note_record_expiry, source);
        /* What disturbed it may have been another such route, which the next compare shows. */
        if (!source->disturbed)
            source->awaits_lifetimes = false;
        break;
    case COMPARE_IPV4:
    case COMPARE_SUBJECTS:
        break;
    }
}

static bool is_row(enum compare_subject subject, const void *record)
{
    (void)subject;
    return !(((const struct route_record *)record)->flags & ROUTE_HIDDEN);
}

static void row_of(struct backend_source *source, const void *record, union mib_row *ret)
{
    const struct route_record *common = record;
    struct route_record_wide wide;

    if ((common->flags & ROUTE_IPV6) || source->known[COMPARE_IPV4].ops == &route_ops_wide)
        wide = *(const struct route_record_wide *)record;
    else
        route_record_wide_of(record, &wide);
    route_record_row(&wide, common->flags & ROUTE_EXPIRES ? source_now() : 0, &ret->route);
}

const struct source_kind source_kind_route = {
    .groups = groups,
    .event = event,
    .concerns = concerns,
    .shield = shield,
    .has_subject = has_subject,
    .table = table_of,
    .dump = dump,
    .on_link = on_link,
    .settled = settled,
    .is_row = is_row,
    .row = row_of,
};
