/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which way the host takes to an address. */
#ifndef SRC_MIB_QUERY_BEST_ROUTE_H
#define SRC_MIB_QUERY_BEST_ROUTE_H

#include "mib/query.h"
#include "mib/row/route.h"

/*
 * In: family and destination; ifindex, where the way has to go over that interface, with its type
 * or 0; source, where the traffic has to come from that address, else zero. A destination that is
 * zero means the default route. Out: the interface of the route; source, the address that traffic
 * comes from; route, whose head is that of the query. only_interface: nothing but the ifindex is
 * wanted, and nothing else of what is out counts.
 * -ENODEV: no such interface; -ENETUNREACH: no way, or none that is allowed.
 */
struct mib_best_route {
    MIB_HEAD;
    uint8_t only_interface;
    struct mib_addr destination;
    struct mib_addr source;
    struct mib_route route;
};

MIB_ASSERT_LAYOUT(struct mib_best_route, MIB_QUERY_SIZE_BEST_ROUTE);

#endif
