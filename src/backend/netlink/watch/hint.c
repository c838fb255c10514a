/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The watch of connectivity hints: links, addresses and default routes as the kernel announces
 * them, and what NetworkManager says of links. The messages and their resyncs are those of routes
 * and of addresses; the hint follows from all of it together, whenever no resync is due.
 */
#include "backend/netlink/watch/hint.h"
#include "backend/netlink/watch/addresses.h"
#include "backend/netlink/watch/links.h"
#include "backend/times.h"

#include <errno.h>
#include <string.h>

/* A message that may be about a default route. */
static bool is_of_default_route(const struct nlmsghdr *message)
{
    const struct rtmsg *info = NLMSG_DATA(message);

    return message->nlmsg_len >= NLMSG_LENGTH(sizeof(*info)) && info->rtm_dst_len == 0;
}

static bool is_route_message(const struct nlmsghdr *message)
{
    return message->nlmsg_type == RTM_NEWROUTE || message->nlmsg_type == RTM_DELROUTE;
}

/* ---- NetworkManager ---------------------------------------------------------------------------
 */

static int connect_manager(struct backend_watch *watch)
{
    struct hint_state *state = hint_state_of(watch);
    short events;

    state->manager_sought = times_now_s();
    int r = manager_open(&state->manager);
    if (r < 0)
        return r;
    watch->source_fd = manager_poll(state->manager, &events);
    return 0;
}

static void disconnect_manager(struct backend_watch *watch)
{
    struct hint_state *state = hint_state_of(watch);

    watch->source_fd = -1;
    manager_close(state->manager);
    state->manager = NULL;
}

/*
 * Where there was no bus: looks whether it is there now. Called when something happens, so that
 * nothing is done as long as nothing does.
 */
static void seek_manager(struct backend_watch *watch)
{
    const struct hint_state *state = hint_state_of(watch);

    if (!state->manager && state->manager_sought != times_now_s())
        (void)connect_manager(watch);
}

static int hint_source_poll(struct backend_watch *watch, short *ret_events)
{
    const struct hint_state *state = hint_state_of(watch);

    return state->manager ? manager_poll(state->manager, ret_events) : -1;
}

static int hint_source_take(struct backend_watch *watch)
{
    const struct hint_state *state = hint_state_of(watch);

    if (!state->manager)
        return 0;
    int r = manager_take(state->manager);
    if (r >= 0)
        return r;
    disconnect_manager(watch);
    return 1; /* what it said counts no more */
}

/* ---- The kernel -------------------------------------------------------------------------------
 */

static int hint_open_state(struct backend_watch *watch)
{
    struct hint_state *state = hint_state_of(watch);

    state->routes.default_only = true;
    int r = connect_manager(watch);
    if (r == 0 && manager_await(state->manager) < 0)
        disconnect_manager(watch);
    return r == -ENOTCONN ? 0 : r;
}

static void hint_clear_state(struct backend_watch *watch)
{
    manager_close(hint_state_of(watch)->manager);
    watch_routes_clear(watch);
}

static int hint_link_event(struct backend_watch *watch, const struct nlmsghdr *message)
{
    struct link before;
    struct link *link;
    int r = watch_take_link(watch, message, &before, &link);

    if (r < 0)
        return r;
    watch_routes_after_link(watch, message, &before, link);
    watch_addresses_after_link(watch, message, &before, link);
    return 0;
}

static int hint_event(struct backend_watch *watch, const struct nlmsghdr *message)
{
    if (is_route_message(message) && !is_of_default_route(message))
        return 0;
    seek_manager(watch);
    if (watch_is_link_message(message))
        return hint_link_event(watch, message);
    int r = watch_take_route(watch, message);
    return r == 0 ? watch_take_address(watch, message) : r;
}

/* Of routes that are not kept nothing can be wrong in the dump. */
static bool exclude_ipv4_route(struct backend_watch *watch, const struct nlmsghdr *message)
{
    return !is_of_default_route(message) || watch_exclude_ipv4_route(watch, message);
}

static const struct watch_scope ipv4_defaults_scope = {
    .ops = &route_ops_narrow,
    .invalidates = watch_invalidates_routes,
    .exclude = exclude_ipv4_route,
    .dump = watch_dump_routes,
    .on_link = watch_route_on_link,
    .discard = watch_discard_routes,
};

/* ---- The hint ---------------------------------------------------------------------------------
 */

static bool hint_is_row(enum resync_scope scope, const void *record)
{
    (void)scope;
    (void)record;
    return false;
}

static int hint_derive(struct backend_watch *watch)
{
    struct hint_state *state = hint_state_of(watch);
    struct mib_hint hint;

    watch_hint_of_host(watch, &hint);
    if (memcmp(&hint, &state->told, sizeof(hint)) == 0)
        return 0;
    int r = watch->suppressed ? 0 : watch_report(watch, MIB_CHANGE_PARAMETER, &hint);
    if (r == 0)
        state->told = hint;
    return r;
}

const struct watch_kind watch_kind_hint = {
    .groups = {RTNLGRP_LINK, RTNLGRP_NEXTHOP},
    .groups_ipv4 = {RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV4_NETCONF},
    .groups_ipv6 = {RTNLGRP_IPV6_ROUTE, WATCH_IPV6_ADDRESS_GROUPS},
    .scopes =
        {
            [SCOPE_LINKS] = &watch_scope_links,
            [SCOPE_NEXTHOPS] = &watch_scope_nexthops,
            [SCOPE_IPV4] = &ipv4_defaults_scope,
            [SCOPE_IPV6] = &watch_scope_ipv6_routes,
            [SCOPE_IPV4_ADDRESSES] = &watch_scope_addresses,
            [SCOPE_IPV6_ADDRESSES] = &watch_scope_addresses,
        },
    .state_size = sizeof(struct hint_state),
    .asks_host = true,
    .open_state = hint_open_state,
    .clear_state = hint_clear_state,
    .event = hint_event,
    .reports_at_once = true,
    .is_row = hint_is_row,
    .derive = hint_derive,
    .derived_rows = watch_hint_rows,
    .source_poll = hint_source_poll,
    .source_take = hint_source_take,
};
