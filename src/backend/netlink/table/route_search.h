/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One route of the kernel's, by the key of its row; and what the readers of routes share. */
#ifndef SRC_BACKEND_NETLINK_TABLE_ROUTE_SEARCH_H
#define SRC_BACKEND_NETLINK_TABLE_ROUTE_SEARCH_H

#include "backend/netlink/object/nexthop.h"
#include "backend/netlink/object/route.h"
#include "mib/change.h"

/* What a filtered dump answers where the link or the table does not exist. */
int route_nothing_is_fine(int r);

/* Messages that are of something else are passed over. */
int route_only_want_of_memory(int r);

/* A netlink_handler; context is a struct nexthop_map. */
int route_take_nexthop_object(void *context, const struct nlmsghdr *message);

/* A message with all its nexthops, those of a nexthop object included. Errors as of route_parse. */
int route_parse_whole(const struct nlmsghdr *message, const struct nexthop_map *nexthop_objects,
                      struct route_message *ret, struct route_nexthops *nexthops);

/* The route behind a row: of those with its key the one that the row shows. */
struct route_search {
    const struct mib_route *row;
    struct nexthop_map nexthop_objects;
    bool has_nexthop_objects;       /* they have been read */
    struct route_nexthops nexthops; /* of the message looked at last */
    uint16_t iftype;
    bool found;
    struct route_record_wide best;

    /* What the kernel said of it. */
    struct route_message route;
    struct route_nexthop nexthop; /* the one that the row shows … */
    size_t nexthop_count;         /* … of so many */
    struct nlmsghdr *message;
};

/* *row holds the key. 0: found; -ENODEV, -ENOENT, …. route_search_end() in any case. */
int route_search_run(struct route_search *search, const struct mib_route *row);
void route_search_end(struct route_search *search);

/*
 * Whether a request to delete the route that was found, which says all that there is to say of it,
 * deletes that one. The kernel takes the first route that fits, and compares less than it could:
 * of an IPv6 route through a nexthop object no nexthop, of an IPv4 route no missing gateway, and
 * of several nexthops only as many as that route has. 0, -EOPNOTSUPP when it would be another, ….
 */
int route_search_is_first(struct route_search *search);

/* The change_row of the table of routes. */
int route_change(enum mib_verb verb, const void *memory, uint64_t fields);

#endif
