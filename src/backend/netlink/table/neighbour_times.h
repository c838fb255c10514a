/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The times of IP interfaces that the kernel announces no change of: RTM_GETNEIGHTBL,
 * RTM_SETNEIGHTBL and sysctls.
 */
#ifndef SRC_BACKEND_NETLINK_TABLE_NEIGHBOUR_TIMES_H
#define SRC_BACKEND_NETLINK_TABLE_NEIGHBOUR_TIMES_H

#include "mib/row/ipinterface.h"

struct neighbour_time {
    uint32_t ifindex;
    uint8_t family;
    uint32_t base_reachable; /* ms, as are the others */
    uint32_t reachable;
    uint32_t retransmit;
};

/* Zeroed is empty. */
struct neighbour_times {
    struct neighbour_time *times;
    size_t count;
    size_t capacity;
    uint32_t path_mtu_timeout[2]; /* ms: IPv4, IPv6 */
};

/* Of all links; the caller clears them. */
int neighbour_times_read(struct neighbour_times *ret);
void neighbour_times_clear(struct neighbour_times *times);

/* Sets the times of a row, which has its key. */
void neighbour_times_fill(const struct neighbour_times *times, struct mib_ipinterface *row);

enum neighbour_time_kind {
    NEIGHBOUR_TIME_BASE_REACHABLE,
    NEIGHBOUR_TIME_RETRANSMIT,
};

struct nl_msg;

/* Request: to set one of the times, which the kernel rounds up to a tick of its clock. */
struct nl_msg *neighbour_times_request(uint32_t ifindex, enum mib_family family,
                                       enum neighbour_time_kind kind, uint32_t ms);

#endif
