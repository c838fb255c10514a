/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Addresses, as the kinds of watches keep them that tell of addresses or of what follows from them:
 * one table for each family, and the looks at what the kernel does not announce.
 */
#include "backend/netlink/object/address.h"
#include "backend/netlink/watch/watch.h"
#include "backend/netlink/watch/teredo_client.h"

#include <errno.h>
#include <linux/if_addr.h>

/* Whether a Teredo client's address counts before it is there: as a tentative one. */
static bool awaits_teredo(const struct backend_watch *watch)
{
    return watch->filter.flags & MIB_FILTER_AWAITED_TEREDO;
}

int *watch_address_groups(const struct backend_watch *watch, int *groups)
{
    if (watch_wants(watch, MIB_FAMILY_IPV4))
        *groups++ = RTNLGRP_IPV4_IFADDR;
    if (watch_wants(watch, MIB_FAMILY_IPV6)) {
        *groups++ = RTNLGRP_IPV6_IFADDR;
        *groups++ = RTNLGRP_IPV6_IFINFO;
        *groups++ = RTNLGRP_IPV6_NETCONF;
        *groups++ = RTNLGRP_IPV6_PREFIX;
    }
    return groups;
}

/*
 * The kernel announces an address that it made itself only when duplicate detection is over, and
 * not that an address turned tentative again (keep_addr_on_down). It makes link-local addresses
 * when the link or its IPv6 family state comes up, which links and netconf tell of.
 */
void watch_addresses_after_link(struct backend_watch *watch, const struct nlmsghdr *message,
                                const struct link *before, const struct link *link)
{
    bool of_link = message->nlmsg_type == RTM_NEWLINK || message->nlmsg_type == RTM_DELLINK;
    /* Messages about links and about netconf both begin with it. */
    bool of_ipv6 = ((const struct ifinfomsg *)NLMSG_DATA(message))->ifi_family == AF_INET6;

    if (awaits_teredo(watch) && teredo_link_matters(before, link))
        watch_request_resync(watch, SCOPE_IPV6, link ? link->ifindex : before->ifindex);
    if (!before->present)
        return;
    if (of_link && (!link || link->iftype != before->iftype)) {
        /* Its addresses have been taken back one by one; this is the proof. */
        watch_request_resync(watch, SCOPE_IPV4, before->ifindex);
        watch_request_resync(watch, SCOPE_IPV6, before->ifindex);
    } else if (link && (of_ipv6 || (of_link && link_carrying_changed(before, link)))) {
        watch_request_resync(watch, SCOPE_IPV6, before->ifindex);
    }
}

/* A router advertised a prefix: there may be new addresses in it. */
static int prefix_event(struct backend_watch *watch, const struct nlmsghdr *message)
{
    const struct prefixmsg *prefix = NLMSG_DATA(message);

    if (message->nlmsg_len < NLMSG_LENGTH(sizeof(*prefix)) || prefix->prefix_ifindex <= 0)
        return -EBADMSG;
    watch_request_resync(watch, SCOPE_IPV6, (uint32_t)prefix->prefix_ifindex);
    return 0;
}

int watch_take_address(struct backend_watch *watch, const struct nlmsghdr *message)
{
    struct address_record record;
    int r;

    if (message->nlmsg_type == RTM_NEWPREFIX)
        return prefix_event(watch, message);
    if (message->nlmsg_type != RTM_NEWADDR && message->nlmsg_type != RTM_DELADDR)
        return 0;
    r = address_parse(message, &record);
    if (r < 0)
        return r;
    record.row.iftype = link_map_iftype(&watch->links, record.row.ifindex);
    struct instance_table *table = watch_instances(watch, record.row.family);
    if (watch_awaits_initial_dump(table))
        return 0; /* it will show the address */
    if (awaits_teredo(watch) && mib_addr_is_teredo(record.row.family, &record.row.address))
        watch_request_resync(watch, SCOPE_IPV6, record.row.ifindex);
    if (message->nlmsg_type == RTM_NEWADDR)
        return watch_put(watch, table, &record);
    return watch_drop(watch, table, &record);
}

bool watch_has_links_and_families(const struct backend_watch *watch, enum resync_scope scope)
{
    switch (scope) {
    case SCOPE_LINKS:
        return true;
    case SCOPE_IPV4:
    case SCOPE_IPV6:
        return watch_wants(watch, family_of(scope));
    case SCOPE_NEXTHOPS:
    case SCOPE_COUNT:
        break;
    }
    return false;
}

bool watch_addresses_concerns(enum resync_scope scope, const struct nlmsghdr *message)
{
    if ((message->nlmsg_type != RTM_NEWADDR && message->nlmsg_type != RTM_DELADDR) ||
        message->nlmsg_len < NLMSG_LENGTH(sizeof(struct ifaddrmsg)))
        return false;
    return ((const struct ifaddrmsg *)NLMSG_DATA(message))->ifa_family == af_of(family_of(scope));
}

struct instance_table *watch_addresses_table(struct backend_watch *watch, enum resync_scope scope)
{
    struct instance_table *table = &watch->instances[scope];

    if (!instance_table_is_initialised(table))
        instance_table_init(table, &address_ops);
    return table;
}

static int take_dumped(void *context, const struct nlmsghdr *message)
{
    struct backend_watch *watch = context;
    struct address_record record;

    if (watch->invalid && !watch->suppressed)
        return 0; /* nothing of it will be taken as valid */
    if (address_parse(message, &record) < 0 || record.row.family != family_of(watch->scope))
        return 0;
    if (awaits_teredo(watch))
        teredo_take_address(&watch->links, &record.row);
    record.row.iftype = link_map_iftype(&watch->links, record.row.ifindex);
    return instance_table_mark_dumped(watch_instances(watch, record.row.family), &record);
}

/* The addresses that Teredo clients wait for, on one link or all, as if they were there. */
static int mark_awaited(struct backend_watch *watch, uint32_t ifindex)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < watch->links.count; i++) {
        const struct link *link = &watch->links.links[i];

        if (ifindex != 0 && link->ifindex != ifindex)
            continue;
        r = teredo_is_waiting(link);
        if (r > 0) {
            struct address_record record = {
                .row =
                    {
                        .address = {.bytes = {0x20, 0x01}},
                        .ifindex = link->ifindex,
                        .valid_lifetime = MIB_LIFETIME_INFINITE,
                        .preferred_lifetime = MIB_LIFETIME_INFINITE,
                        .iftype = link->iftype,
                        .family = MIB_FAMILY_IPV6,
                        .prefix_length = 32,
                        .dad_state = MIB_DAD_TENTATIVE,
                    },
            };
            r = instance_table_mark_dumped(watch_instances(watch, MIB_FAMILY_IPV6), &record);
        }
    }
    return r;
}

int watch_dump_addresses(struct backend_watch *watch, enum resync_scope scope, uint32_t ifindex)
{
    bool awaits = awaits_teredo(watch) && scope == SCOPE_IPV6;

    if (awaits)
        teredo_begin_dump(&watch->links, ifindex);
    int r =
        watch_collect(watch, address_request_dump(af_of(family_of(scope)), ifindex), take_dumped);
    return r == 0 && awaits ? mark_awaited(watch, ifindex) : r;
}

bool watch_address_on_link(const void *record, uint32_t ifindex)
{
    return ((const struct address_record *)record)->row.ifindex == ifindex;
}
