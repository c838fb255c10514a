/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Between the files that make the watch of routes. */
#ifndef SRC_BACKEND_NETLINK_WATCH_ROUTE_H
#define SRC_BACKEND_NETLINK_WATCH_ROUTE_H

#include "backend/netlink/watch/watch.h"

/* A record of one of the watch's tables, in the wide form. */
void watch_route_widened(const struct instance_table *table, const void *record,
                         struct route_record_wide *ret);

typedef int (*table_action)(struct backend_watch *watch, struct instance_table *table,
                            const void *record);

/*
 * Does something with a record, in the form that its table holds: IPv4's are narrow until the
 * first IPv6 gateway comes.
 */
int watch_route_act(struct backend_watch *watch, const struct route_record_wide *record,
                    table_action action);

/*
 * Drops a record, unless it is in doubt whether that is all: IPv6 may have one route twice, for all
 * that messages tell (the one that stood first was replaced by a copy of the other). Then it stays
 * until the resync that is requested.
 */
int watch_route_drop(struct backend_watch *watch, const struct route_record_wide *record);

/*
 * After the message's nexthops are known: drops what a replacement stands for. It takes the place
 * of one route, which it does not name. Where only one can be meant it goes, otherwise a resync is
 * requested. again: one of the nexthops had been known before.
 */
int watch_route_drop_replaced(struct backend_watch *watch, const struct route_message *route,
                              bool again);

/* Drops all nexthops of a route that is deleted, whatever the message says of them. */
int watch_route_drop_unnamed(struct backend_watch *watch, const struct route_message *route);

/*
 * IPv6 nexthops that were added one by one may have protocols of their own. An event shows all with
 * the newest one's, everything else with the oldest one's: gives the message the protocol that
 * the known nexthops have. False: there is no other.
 */
bool watch_route_adopt_protocol(struct backend_watch *watch, struct route_message *route);

/*
 * The kernel gives no time to expiry both for a route that has none and for one that has less
 * than 1/100 s left. Whether the record is of a route that is known to expire about now.
 */
bool watch_route_is_expiring(const struct backend_watch *watch,
                             const struct route_record_wide *record);

#endif
