/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kinds of watches do that keep addresses: those of addresses and of interfaces. */
#ifndef SRC_BACKEND_NETLINK_WATCH_ADDRESSES_H
#define SRC_BACKEND_NETLINK_WATCH_ADDRESSES_H

#include "backend/netlink/watch/teredo_client.h"
#include "backend/netlink/watch/watch.h"

/* The state of such a kind, and its clear_state. */
struct addresses_state {
    struct teredo_addresses teredo; /* of the dump under way */
};

void watch_addresses_clear(struct backend_watch *watch);

/* The groups that announce IPv6's addresses, and what changes them without being announced. */
#define WATCH_IPV6_ADDRESS_GROUPS                                                                  \
    RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV6_IFINFO, RTNLGRP_IPV6_NETCONF, RTNLGRP_IPV6_PREFIX

/* The scopes of both families: the addresses of each, in a table of struct address_record. */
extern const struct watch_scope watch_scope_addresses;

/*
 * After watch_take_link: requests the resyncs of addresses that such a message calls for. `link`
 * NULL: it is gone.
 */
void watch_addresses_after_link(struct backend_watch *watch, const struct nlmsghdr *message,
                                const struct link *before, const struct link *link);

/* Takes a message about an address or an advertised prefix; ignores others. */
int watch_take_address(struct backend_watch *watch, const struct nlmsghdr *message);

#endif
