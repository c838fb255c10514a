/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Unicast addresses: each record of watch_addresses.c is a row. */
#include "backend/netlink/object/address.h"
#include "backend/netlink/watch/watch.h"
#include "backend/times.h"

static void groups(const struct backend_watch *watch, int *ret_groups)
{
    *ret_groups++ = RTNLGRP_LINK;
    (void)watch_address_groups(watch, ret_groups);
}

static int event(struct backend_watch *watch, const struct nlmsghdr *message)
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

static bool invalidates(enum resync_scope scope, const struct nlmsghdr *message)
{
    return scope == SCOPE_LINKS ? watch_is_link_message(message)
                                : watch_addresses_concerns(scope, message);
}

static struct instance_table *table_of(struct backend_watch *watch, enum resync_scope scope)
{
    return scope == SCOPE_LINKS ? NULL : watch_addresses_table(watch, scope);
}

static int dump(struct backend_watch *watch, enum resync_scope scope, uint32_t ifindex)
{
    return scope == SCOPE_LINKS ? watch_dump_links(watch)
                                : watch_dump_addresses(watch, scope, ifindex);
}

static void row_of(struct backend_watch *watch, const void *record, void *ret)
{
    struct mib_unicast *row = ret;

    (void)watch;
    *row = ((const struct address_record *)record)->row;
    row->created = times_from_start(row->created);
}

const struct watch_kind watch_kind_unicast = {
    .groups = groups,
    .event = event,
    .invalidates = invalidates,
    .has_scope = watch_has_links_and_families,
    .table = table_of,
    .dump = dump,
    .on_link = watch_address_on_link,
    .commit = watch_commit_links,
    .reports_at_once = true,
    .row = row_of,
};
