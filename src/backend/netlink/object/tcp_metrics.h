/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What TCP has measured on the way to an address: the generic netlink family "tcp_metrics". */
#ifndef SRC_BACKEND_NETLINK_OBJECT_TCP_METRICS_H
#define SRC_BACKEND_NETLINK_OBJECT_TCP_METRICS_H

#include "mib/addr.h"

#include <linux/netlink.h>

struct nl_msg;

/* Zero: not said. */
struct tcp_metrics {
    uint32_t rtt;           /* microseconds */
    uint32_t rtt_deviation; /* microseconds */
    uint64_t age;           /* ms since it was measured */
};

/* Pure. An answer to tcp_metrics_request. -EBADMSG: it cannot be one of the kernel's. */
int tcp_metrics_parse(const struct nlmsghdr *message, struct tcp_metrics *ret);

/* `number` is the generic family's. A source that is zero: any. */
struct nl_msg *tcp_metrics_request(uint16_t number, enum mib_family family,
                                   const struct mib_addr *destination,
                                   const struct mib_addr *source);

#endif
