/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Unicast addresses: each record of source_addresses.c is a row. */
#include "backend/netlink/address.h"
#include "backend/netlink/source.h"
#include "backend/netlink/times.h"

static void groups(const struct backend_source *source, int *ret_groups)
{
    *ret_groups++ = RTNLGRP_LINK;
    (void)source_address_groups(source, ret_groups);
}

static int event(struct backend_source *source, const struct nlmsghdr *message)
{
    struct link before;
    struct link *link;

    if (!source_is_link_message(message))
        return source_take_address(source, message);
    int r = source_take_link(source, message, &before, &link);
    if (r == 0)
        source_addresses_after_link(source, message, &before, link);
    return r;
}

static bool concerns(enum compare_subject subject, const struct nlmsghdr *message)
{
    return subject == COMPARE_LINKS ? source_is_link_message(message)
                                    : source_addresses_concerns(subject, message);
}

static struct known_table *table_of(struct backend_source *source, enum compare_subject subject)
{
    return subject == COMPARE_LINKS ? NULL : source_addresses_table(source, subject);
}

static int dump(struct backend_source *source, enum compare_subject subject, uint32_t ifindex)
{
    return subject == COMPARE_LINKS ? source_dump_links(source)
                                    : source_dump_addresses(source, subject, ifindex);
}

static void row_of(struct backend_source *source, const void *record, union mib_row *ret)
{
    (void)source;
    ret->unicast = ((const struct address_record *)record)->row;
    ret->unicast.created = times_from_start(ret->unicast.created);
}

const struct source_kind source_kind_unicast = {
    .groups = groups,
    .event = event,
    .concerns = concerns,
    .has_subject = source_has_links_and_families,
    .table = table_of,
    .dump = dump,
    .on_link = source_address_on_link,
    .settled = source_settle_links,
    .reports_at_once = true,
    .row = row_of,
};
