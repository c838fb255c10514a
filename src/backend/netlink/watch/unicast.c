/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The watch of unicast addresses: each record of addresses.c is a row. */
#include "backend/netlink/object/address.h"
#include "backend/netlink/watch/addresses.h"
#include "backend/netlink/watch/links.h"
#include "backend/times.h"

static int unicast_event(struct backend_watch *watch, const struct nlmsghdr *message)
{
    struct link before;
    struct link *link;

    if (!watch_is_link_message(message))
        return watch_take_address(watch, message);
    int r = watch_take_link(watch, message, &before, &link);
    if (r == 0)
        watch_addresses_after_link(watch, message, &before, link);
    return r;
}

static void unicast_row(struct backend_watch *watch, const void *record, void *ret)
{
    struct mib_unicast *row = ret;

    (void)watch;
    *row = ((const struct address_record *)record)->row;
    row->created = times_from_start(row->created);
}

const struct watch_kind watch_kind_unicast = {
    .groups = {RTNLGRP_LINK},
    .groups_ipv4 = {RTNLGRP_IPV4_IFADDR},
    .groups_ipv6 = {WATCH_IPV6_ADDRESS_GROUPS},
    .scopes =
        {
            [SCOPE_LINKS] = &watch_scope_links,
            [SCOPE_IPV4] = &watch_scope_addresses,
            [SCOPE_IPV6] = &watch_scope_addresses,
        },
    .state_size = sizeof(struct addresses_state),
    .clear_state = watch_addresses_clear,
    .event = unicast_event,
    .reports_at_once = true,
    .row = unicast_row,
};
