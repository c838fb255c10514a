/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How far away an IPv4 address is, and how long it takes to it and back. */
#ifndef SRC_MIB_QUERY_HOPS_H
#define SRC_MIB_QUERY_HOPS_H

#include "mib/query.h"

/*
 * In: the address and max_hops. Out: hops and rtt. It takes as long as answers let themselves be
 * waited for, within bounds. -EHOSTUNREACH: it is farther away, or routers say that there is no
 * way; -ENETUNREACH: the host itself has none; -ETIMEDOUT: nobody answers; -EPERM.
 */
struct mib_hops {
    MIB_HEAD;
    uint8_t reserved;
    struct mib_addr address;
    uint32_t max_hops;
    uint32_t hops; /* 1: nobody forwards a packet on the way there */
    uint32_t rtt;  /* microseconds */
};

MIB_ASSERT_LAYOUT(struct mib_hops, MIB_QUERY_SIZE_HOPS);

#endif
