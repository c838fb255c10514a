/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How fast links are: answers of ethtool and of nl80211, over generic netlink. */
#ifndef SRC_BACKEND_NETLINK_OBJECT_SPEED_H
#define SRC_BACKEND_NETLINK_OBJECT_SPEED_H

#include <linux/netlink.h>
#include <stdint.h>

struct nl_msg;

/* In bit/s; MIB_SPEED_UNKNOWN: not said. */
struct link_speed {
    uint32_t ifindex;
    uint64_t transmit;
    uint64_t receive;
};

/*
 * Pure. An answer to speed_request_ethtool. -EBADMSG: it cannot be one of the kernel's. -ENOMSG: it
 * is about no link.
 */
int speed_parse_ethtool(const struct nlmsghdr *message, struct link_speed *ret);

/* Pure. An answer to speed_request_stations: the rates to and from one station. Likewise. */
int speed_parse_station(const struct nlmsghdr *message, struct link_speed *ret);

/* Requests. ifindex 0: a dump of all links. Stations are those of one wireless link, dumped. */
struct nl_msg *speed_request_ethtool(uint16_t family, uint32_t ifindex);
struct nl_msg *speed_request_stations(uint16_t family, uint32_t ifindex);

#endif
