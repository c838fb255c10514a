/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Addresses, as the watches of addresses and of interfaces keep them: one table for each family,
 * and the resyncs that find what the kernel does not announce. Whether an address is a row, and
 * what its change means to a program, is the kind's business.
 */
#include "backend/netlink/watch/addresses.h"
#include "backend/netlink/object/address.h"
#include "backend/netlink/socket/family.h"

#include <errno.h>
#include <linux/if_addr.h>

static struct addresses_state *addresses_state_of(const struct backend_watch *watch)
{
    return watch->state;
}

void watch_addresses_clear(struct backend_watch *watch)
{
    teredo_addresses_clear(&addresses_state_of(watch)->teredo);
}

/* The scope of a family's addresses. */
static enum resync_scope address_scope(const struct backend_watch *watch, enum mib_family family)
{
    if (!watch->kind->scopes[SCOPE_IPV4_ADDRESSES])
        return scope_of(family);
    return family == MIB_FAMILY_IPV4 ? SCOPE_IPV4_ADDRESSES : SCOPE_IPV6_ADDRESSES;
}

static struct instance_table *address_table(struct backend_watch *watch, enum mib_family family)
{
    return &watch->instances[address_scope(watch, family)];
}

static void request_addresses(struct backend_watch *watch, enum mib_family family, uint32_t ifindex)
{
    watch_request_resync(watch, address_scope(watch, family), ifindex);
}

/* Whether the address that a Teredo client waits for counts already, as a tentative one. */
static bool awaits_teredo(const struct backend_watch *watch)
{
    return watch->filter.flags & MIB_FILTER_AWAITED_TEREDO;
}

/*
 * The kernel announces an address that it made itself only when duplicate detection is over. It
 * does not announce that an address turned tentative again (keep_addr_on_down). It makes link-local
 * addresses when the link or its IPv6 family state comes up, which a link or netconf message
 * announces.
 */
void watch_addresses_after_link(struct backend_watch *watch, const struct nlmsghdr *message,
                                const struct link *before, const struct link *link)
{
    bool of_link = message->nlmsg_type == RTM_NEWLINK || message->nlmsg_type == RTM_DELLINK;
    /* Messages about links and about netconf both begin with the family. */
    bool of_ipv6 = ((const struct ifinfomsg *)NLMSG_DATA(message))->ifi_family == AF_INET6;

    if (awaits_teredo(watch) && teredo_link_matters(before, link))
        request_addresses(watch, MIB_FAMILY_IPV6, link ? link->ifindex : before->ifindex);
    if (!before->present)
        return;
    if (of_link && (!link || link->iftype != before->iftype)) {
        /* The kernel has announced the deletion of each address; the dumps find what was missed. */
        request_addresses(watch, MIB_FAMILY_IPV4, before->ifindex);
        request_addresses(watch, MIB_FAMILY_IPV6, before->ifindex);
    } else if (link && (of_ipv6 || (of_link && link_carrying_changed(before, link)))) {
        request_addresses(watch, MIB_FAMILY_IPV6, before->ifindex);
    }
}

/* A router advertised a prefix: the kernel may make addresses of it. */
static int prefix_event(struct backend_watch *watch, const struct nlmsghdr *message)
{
    const struct prefixmsg *prefix = NLMSG_DATA(message);

    if (message->nlmsg_len < NLMSG_LENGTH(sizeof(*prefix)) || prefix->prefix_ifindex <= 0)
        return -EBADMSG;
    request_addresses(watch, MIB_FAMILY_IPV6, (uint32_t)prefix->prefix_ifindex);
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
    struct instance_table *table = address_table(watch, record.row.family);
    if (watch_awaits_initial_dump(table))
        return 0; /* it will show the address */
    if (awaits_teredo(watch) && mib_addr_is_teredo(record.row.family, &record.row.address))
        request_addresses(watch, MIB_FAMILY_IPV6, record.row.ifindex);
    if (message->nlmsg_type == RTM_NEWADDR)
        return watch_put(watch, table, &record);
    return watch_drop(watch, table, &record);
}

static bool addresses_invalidates(enum resync_scope scope, const struct nlmsghdr *message)
{
    if ((message->nlmsg_type != RTM_NEWADDR && message->nlmsg_type != RTM_DELADDR) ||
        message->nlmsg_len < NLMSG_LENGTH(sizeof(struct ifaddrmsg)))
        return false;
    return ((const struct ifaddrmsg *)NLMSG_DATA(message))->ifa_family == af_of(family_of(scope));
}

static int take_dumped_address(void *context, const struct nlmsghdr *message)
{
    struct backend_watch *watch = context;
    struct address_record record;

    if (watch_dump_is_useless(watch))
        return 0;
    if (address_parse(message, &record) < 0 || record.row.family != family_of(watch->resync.scope))
        return 0;
    if (awaits_teredo(watch)) {
        int r = teredo_take_address(&addresses_state_of(watch)->teredo, &watch->links, &record.row);
        if (r < 0)
            return r;
    }
    record.row.iftype = link_map_iftype(&watch->links, record.row.ifindex);
    return instance_table_mark_dumped(address_table(watch, record.row.family), &record);
}

/* The address that a Teredo client waits for on the link: as much of it as is known. */
static struct address_record awaited_address(const struct link *link)
{
    return (struct address_record){
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
}

/* The addresses that Teredo clients wait for, on one link or all, as if the dump had shown them. */
static int mark_awaited(struct backend_watch *watch, uint32_t ifindex)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < watch->links.count; i++) {
        const struct link *link = &watch->links.links[i];

        if (ifindex != 0 && link->ifindex != ifindex)
            continue;
        r = teredo_is_waiting(&addresses_state_of(watch)->teredo, link);
        if (r > 0) {
            struct address_record record = awaited_address(link);
            r = instance_table_mark_dumped(address_table(watch, MIB_FAMILY_IPV6), &record);
        }
    }
    return r;
}

static int addresses_dump(struct backend_watch *watch, enum resync_scope scope, uint32_t ifindex)
{
    bool awaits = awaits_teredo(watch) && family_of(scope) == MIB_FAMILY_IPV6;

    if (awaits)
        teredo_begin_dump(&addresses_state_of(watch)->teredo, ifindex);
    int r = watch_collect(watch, address_request_dump(af_of(family_of(scope)), ifindex),
                          take_dumped_address);
    return r == 0 && awaits ? mark_awaited(watch, ifindex) : r;
}

static bool address_on_link(const void *record, uint32_t ifindex)
{
    return ((const struct address_record *)record)->row.ifindex == ifindex;
}

const struct watch_scope watch_scope_addresses = {
    .ops = &address_ops,
    .invalidates = addresses_invalidates,
    .dump = addresses_dump,
    .on_link = address_on_link,
};
