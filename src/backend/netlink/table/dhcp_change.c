/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Clients answer before they have done it. What they have done shows in the kernel's address: a
 * renewed one is set anew, which is announced, and one that is given up is deleted.
 */
#include "backend/netlink/table/dhcp.h"
#include "backend/dhcp/client.h"
#include "backend/dhcp/service.h"
#include "backend/netlink/table/read.h"
#include "backend/times.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <string.h>

enum { PATIENCE_MS = 10000 };

struct change {
    bool renews;
    struct link link;
    struct netlink_socket events;
};

static bool is_effect(const struct change *change, const struct nlmsghdr *message)
{
    const struct ifaddrmsg *address = NLMSG_DATA(message);

    return message->nlmsg_type == (change->renews ? RTM_NEWADDR : RTM_DELADDR) &&
           message->nlmsg_len >= NLMSG_LENGTH(sizeof(*address)) && address->ifa_family == AF_INET &&
           address->ifa_index == change->link.ifindex;
}

/* An overrun may have taken the message away: then it counts as heard. */
static int await_effect(struct change *change)
{
    const uint64_t deadline = times_now_ms() + PATIENCE_MS;
    const struct nlmsghdr *message;

    for (uint64_t now; (now = times_now_ms()) < deadline;) {
        int r = netlink_socket_receive(&change->events, (uint32_t)(deadline - now));

        if (r == -ENOBUFS)
            return 0;
        if (r < 0)
            return r == -EAGAIN ? -ETIMEDOUT : r;
        while ((message = netlink_socket_next(&change->events)))
            if (is_effect(change, message))
                return 0;
    }
    return -ETIMEDOUT;
}

/* Whether a client has a lease of the link, which the one names by its index, the other by name. */
struct wanted {
    const struct link *link;
    enum dhcp_source source;
    bool found;
};

static int take_lease(void *context, enum dhcp_source source, uint32_t ifindex,
                      const struct dhcp_lease *lease)
{
    struct wanted *wanted = context;

    if (source == wanted->source && lease->family == MIB_FAMILY_IPV4 &&
        (ifindex ? ifindex == wanted->link->ifindex
                 : strcmp(lease->interface, wanted->link->name) == 0))
        wanted->found = true;
    return 0;
}

/* networkd accepts the request for links without a client, too, and then does nothing. */
static int renew(struct bus *bus, const struct link *link, bool *ret_shows)
{
    struct wanted wanted = {link, DHCP_NETWORKD, false};
    int r = dhcp_find_leases(take_lease, &wanted);

    if (r == 0)
        r = wanted.found ? dhcp_renew_by_networkd(bus, link->ifindex) : -ESRCH;
    if (r == -ESRCH)
        return dhcp_renew_by_network_manager(bus, link->name, ret_shows);
    if (r == 0)
        *ret_shows = true;
    return r;
}

static int release(struct bus *bus, const struct link *link)
{
    struct wanted wanted = {link, DHCP_NETWORK_MANAGER, false};
    int r = dhcp_ask_network_manager(bus, take_lease, &wanted);

    if (r < 0)
        return r;
    return wanted.found ? dhcp_release_by_network_manager(bus, link->name) : -ESRCH;
}

static int ask_client(const struct change *change, bool *ret_shows)
{
    struct bus bus;
    bool shows = true;
    int r = bus_open(&bus);

    if (r < 0)
        return r == -ENOTCONN ? -EOPNOTSUPP : r;
    r = change->renews ? renew(&bus, &change->link, &shows) : release(&bus, &change->link);
    bus_close(&bus);
    if (r == 0)
        *ret_shows = shows;
    return r == -ESRCH ? -EOPNOTSUPP : r == -EIO || r == -EINVAL || r == -EBUSY ? -EPROTO : r;
}

int dhcp_change_row(enum mib_verb verb, const void *memory, uint64_t fields)
{
    static const int groups[] = {RTNLGRP_IPV4_IFADDR, 0};
    const struct mib_dhcp *row = memory;
    struct change change = {.renews = verb == MIB_VERB_SET};
    bool shows = false;

    (void)fields;
    if ((verb != MIB_VERB_SET && verb != MIB_VERB_DELETE) || row->family != MIB_FAMILY_IPV4)
        return -EOPNOTSUPP;
    int r = netlink_read_whole_link(row->ifindex, NULL, row->iftype, &change.link);
    if (r == 0)
        r = netlink_socket_open_joined(&change.events, groups);
    if (r == 0)
        r = ask_client(&change, &shows);
    if (r == 0 && shows)
        r = await_effect(&change);
    netlink_socket_close(&change.events);
    return r;
}
