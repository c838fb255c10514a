/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How the kernel reaches an address: questions by RTM_GETROUTE, and what the answers say. Pure. */
#ifndef SRC_BACKEND_NETLINK_OBJECT_REACH_H
#define SRC_BACKEND_NETLINK_OBJECT_REACH_H

#include "mib/addr.h"

#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>

struct nl_msg;

struct reach {
    uint32_t ifindex; /* 0: none is named */
    uint8_t type;     /* RTN_… */
    bool has_gateway; /* the address itself is not on-link */
};

/* -EBADMSG for a message that cannot be one of the kernel's. */
int reach_parse(const struct nlmsghdr *message, struct reach *ret);

/*
 * By which interface and gateway; ifindex: by that interface, 0: by the best. IPv4 addresses that
 * no route of the named interface has are answered as if they were on-link; by_route asks whether
 * there is a route: the kernel's error, or the route, which may have several nexthops.
 */
struct nl_msg *reach_request(enum mib_family family, const struct mib_addr *address,
                             uint32_t ifindex, bool by_route);

#endif
