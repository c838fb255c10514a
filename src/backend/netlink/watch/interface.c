/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The watch of IP interfaces: which links have an IPv4 and an IPv6 family state, and what those are
 * set to. It keeps addresses as well: a change of an address is reported as a change of its
 * interface, whose row stays as it is.
 */
#include "backend/netlink/object/address.h"
#include "backend/netlink/watch/addresses.h"
#include "backend/netlink/watch/links.h"

#include <errno.h>

static uint32_t interface_hash(const void *record)
{
    const struct mib_ipinterface *row = record;

    return row->ifindex * 0x9e3779b1U;
}

static bool interface_same_key(const void *a, const void *b)
{
    const struct mib_ipinterface *x = a;
    const struct mib_ipinterface *y = b;

    return x->ifindex == y->ifindex && x->iftype == y->iftype && x->family == y->family;
}

static bool interface_same_instance(const void *a, const void *b)
{
    (void)a;
    (void)b;
    return true;
}

static bool interface_same_row(const void *a, const void *b)
{
    return mib_ipinterface_same(a, b);
}

static int interface_rank(const void *a, const void *b)
{
    (void)a;
    (void)b;
    return 0; /* one instance a key */
}

static const struct instance_ops interface_ops = {
    .record_size = sizeof(struct mib_ipinterface),
    .group_hash = interface_hash,
    .same_key = interface_same_key,
    .same_instance = interface_same_instance,
    .same_record = interface_same_row,
    .rank = interface_rank,
    .same_row = interface_same_row,
};

static const enum mib_family families[] = {MIB_FAMILY_IPV4, MIB_FAMILY_IPV6};

static bool has_family_state(const struct link *link, enum mib_family family)
{
    return link->present && (family == MIB_FAMILY_IPV4 ? link->ipv4.exists : link->ipv6.exists);
}

/*
 * Takes over both family states of a link after a message. `link` NULL: it is gone. ipv6_follows:
 * IPv6's row is put when its settings have come.
 */
static int update_rows(struct backend_watch *watch, const struct link *before,
                       const struct link *link, bool ipv6_follows)
{
    struct instance_table *table = &watch->instances[SCOPE_LINKS];

    if (watch_awaits_initial_dump(table))
        return 0; /* it will show the link */
    int r = 0;

    for (size_t i = 0; r == 0 && i < 2; i++) {
        enum mib_family family = families[i];
        struct mib_ipinterface row;

        if (!watch_wants(watch, family))
            continue;
        /* The type of a link is part of its LUID: another type is another interface. */
        bool moved = link && before->present && before->iftype != link->iftype;
        if (before->present && (!link || moved || !has_family_state(link, family))) {
            link_ipinterface(before, family, &row);
            r = watch_drop(watch, table, &row);
        }
        if (r == 0 && link && has_family_state(link, family) &&
            !(ipv6_follows && family == MIB_FAMILY_IPV6)) {
            link_ipinterface(link, family, &row);
            r = watch_put(watch, table, &row);
        }
    }
    return r;
}

/*
 * The answer to what was asked about a link: its IPv6 settings as they were then. All else that it
 * says was said by messages before it.
 */
static int take_ipv6_settings(struct backend_watch *watch, const struct nlmsghdr *message)
{
    struct link_message parsed;
    struct link *link;
    int r = link_parse(message, &parsed);

    if (r < 0)
        return r;
    link = link_map_find(&watch->links, parsed.ifindex);
    if (!link || !link->present)
        return 0;
    struct link before = *link;
    link_take_ipv6_settings(link, &parsed);
    return update_rows(watch, &before, link, false);
}

/*
 * The kernel sends a message about a new MTU before IPv6 takes it over. A message about an IPv6
 * family state that has come back does not have its settings. So it is asked; and as the settings
 * may become others before the answer, and messages that wait tell of those before it, the answer
 * takes its place among them.
 */
static bool needs_ipv6_settings(const struct backend_watch *watch, const struct link *before,
                                const struct link *link)
{
    return watch_wants(watch, MIB_FAMILY_IPV6) && before->present && link->present &&
           link->ipv6.exists && (!before->ipv6.exists || link->mtu != before->mtu);
}

static int interface_event(struct backend_watch *watch, const struct nlmsghdr *message)
{
    struct link before;
    struct link *link;
    int r;

    if (!watch_is_link_message(message))
        return watch_take_address(watch, message);
    if (netlink_socket_is_posted(&watch->socket, message))
        return take_ipv6_settings(watch, message);
    r = watch_take_link(watch, message, &before, &link);
    if (r < 0)
        return r;
    watch_addresses_after_link(watch, message, &before, link);
    if (!link && message->nlmsg_type != RTM_DELLINK)
        return 0;
    bool asks = link && needs_ipv6_settings(watch, &before, link);
    if (asks) {
        r = watch_post(watch, link_request_one(link->ifindex, NULL));
        if (r < 0)
            return r;
    }
    /* An ipvlan link follows the MTU of the one below it, which is not announced. */
    if (link && before.present && link->mtu != before.mtu &&
        link_map_has_mtu_follower(&watch->links, link->ifindex))
        watch_request_resync(watch, SCOPE_LINKS, 0);
    return update_rows(watch, &before, link, asks);
}

static int interfaces_dump(struct backend_watch *watch, enum resync_scope scope, uint32_t ifindex)
{
    int r = watch_dump_links(watch);

    (void)ifindex; /* a resync of links is always one of all */
    for (size_t i = 0; r == 0 && i < watch->dumped_links.count; i++) {
        const struct link *link = &watch->dumped_links.links[i];

        for (size_t j = 0; r == 0 && j < 2; j++) {
            struct mib_ipinterface row;

            if (!watch_wants(watch, families[j]) || !has_family_state(link, families[j]))
                continue;
            link_ipinterface(link, families[j], &row);
            r = instance_table_mark_dumped(&watch->instances[scope], &row);
        }
    }
    return r;
}

/* Links, and the rows of the interfaces on them. */
static const struct watch_scope interfaces_scope = {
    .ops = &interface_ops,
    .invalidates = watch_invalidates_links,
    .dump = interfaces_dump,
    .commit = watch_commit_links,
    .discard = watch_discard_links,
};

static bool interface_is_row(enum resync_scope scope, const void *record)
{
    (void)record;
    return scope == SCOPE_LINKS;
}

static void interface_row(struct backend_watch *watch, const void *record, void *ret)
{
    (void)watch;
    *(struct mib_ipinterface *)ret = *(const struct mib_ipinterface *)record;
}

/*
 * An address came, went, or changed in a way that a program can see. Nothing is reported where no
 * interface is known for it: a program looks at the addresses of an interface when it comes.
 */
static bool interface_implied_row(struct backend_watch *watch, const void *record, void *ret)
{
    const struct mib_unicast *address = &((const struct address_record *)record)->row;
    const struct mib_ipinterface key = {
        .family = address->family, .ifindex = address->ifindex, .iftype = address->iftype};
    const struct mib_ipinterface *interface =
        instance_table_find(&watch->instances[SCOPE_LINKS], &key);

    if (!interface)
        return false;
    *(struct mib_ipinterface *)ret = *interface;
    return true;
}

const struct watch_kind watch_kind_ipinterface = {
    .groups = {RTNLGRP_LINK},
    .groups_ipv4 = {RTNLGRP_IPV4_NETCONF, RTNLGRP_IPV4_IFADDR},
    .groups_ipv6 = {WATCH_IPV6_ADDRESS_GROUPS}, /* with IPv6's netconf */
    .scopes =
        {
            [SCOPE_LINKS] = &interfaces_scope,
            [SCOPE_IPV4] = &watch_scope_addresses,
            [SCOPE_IPV6] = &watch_scope_addresses,
        },
    .state_size = sizeof(struct addresses_state),
    .clear_state = watch_addresses_clear,
    .event = interface_event,
    .is_row = interface_is_row,
    .row = interface_row,
    .implied_row = interface_implied_row,
};
