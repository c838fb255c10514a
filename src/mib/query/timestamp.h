/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which timestamps of packets a link can give, or gives as it is set. */
#ifndef SRC_MIB_QUERY_TIMESTAMP_H
#define SRC_MIB_QUERY_TIMESTAMP_H

#include "mib/query.h"

enum {
    MIB_TIMESTAMP_HARDWARE_RECEIVE = 1,     /* of each packet */
    MIB_TIMESTAMP_HARDWARE_RECEIVE_PTP = 2, /* of PTPv2's event messages over UDP */
    MIB_TIMESTAMP_HARDWARE_TRANSMIT = 4,    /* of packets that ask for it */
    MIB_TIMESTAMP_SOFTWARE_RECEIVE = 8,
    MIB_TIMESTAMP_SOFTWARE_TRANSMIT = 16,
};

/* In: ifindex, iftype, is_active. Out: all else. -ENODEV; -EOPNOTSUPP: it can give none. */
struct mib_timestamp {
    MIB_HEAD;             /* no family */
    uint8_t is_active;    /* of hardware's only those that are on */
    uint32_t flags;       /* MIB_TIMESTAMP_… */
    uint32_t clock_in_hz; /* of the link's own; 0: it has none */
};

MIB_ASSERT_LAYOUT(struct mib_timestamp, MIB_QUERY_SIZE_TIMESTAMP);

#endif
