/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What holds of everything that a converter accepts, whatever bytes it was given. Each function
 * returns NULL, or what does not hold.
 */
#ifndef TESTS_MESSAGES_INVARIANTS_H
#define TESTS_MESSAGES_INVARIANTS_H

#include "backend/netlink/object/address.h"
#include "backend/netlink/object/link.h"
#include "backend/netlink/object/membership.h"
#include "backend/netlink/object/neighbour.h"
#include "backend/netlink/object/nexthop.h"
#include "backend/netlink/object/route.h"

const char *link_violation(const struct nlmsghdr *message, const struct link_message *link);
const char *address_violation(const struct address_record *address);
const char *route_violation(const struct route_message *route,
                            const struct route_nexthops *nexthops);
const char *membership_violation(const struct membership *membership, enum membership_kind kind);
const char *neighbour_violation(const struct neighbour_message *neighbour);
const char *nexthop_object_violation(const struct nexthop_object *object);

/* Of the rows that follow. */
const char *ipinterface_row_violation(const struct mib_ipinterface *row);
const char *route_row_violation(const struct mib_route *row);

#endif
