/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the kernel answers when it is asked for the way to one address: RTM_GETROUTE without a dump.
 * What it has learned of such ways, its exceptions, are messages of the same form.
 */
#ifndef SRC_BACKEND_NETLINK_OBJECT_BEST_ROUTE_H
#define SRC_BACKEND_NETLINK_OBJECT_BEST_ROUTE_H

#include "backend/netlink/socket/socket.h"
#include "mib/query/best_route.h"

struct best_route_message {
    uint8_t prefix_length;
    uint8_t protocol; /* RTPROT_… */
    uint8_t type;     /* RTN_… */
    struct mib_addr prefix;
    struct mib_addr gateway; /* zero: on-link */
    uint8_t gateway_family;  /* enum mib_family; unspecified: on-link */
    struct mib_addr source;  /* preferred; zero: none is said */
    uint32_t ifindex;        /* 0: none is said, as for a route with several nexthops */
    uint32_t metric;
    bool expires;
    int32_t expires_in; /* s */
    uint32_t table;
    uint32_t mtu;  /* bytes; 0: that of the link */
    bool cloned;   /* of one destination, not of a table */
    bool incoming; /* for packets of others, which the host forwards */
};

/* Pure. -EBADMSG for a message that cannot be one of the kernel's answers to such a request. */
int best_route_parse(const struct nlmsghdr *message, struct best_route_message *ret);

/*
 * The way that the kernel would send a packet, with the source that it would choose; or,
 * `in_table`, the route of the table that says so.
 */
struct nl_msg *best_route_request(const struct mib_best_route *query, bool in_table);

/* A dump of the exceptions. */
struct nl_msg *best_route_request_exceptions(enum mib_family family);

/* IPv6: that the kernel forget one of them, by its destination, table and interface. */
struct nl_msg *best_route_request_forget(const struct best_route_message *exception);

#endif
