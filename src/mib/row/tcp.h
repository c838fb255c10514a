/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* TCP's connections and listeners. */
#ifndef SRC_MIB_ROW_TCP_H
#define SRC_MIB_ROW_TCP_H

#include "mib/table.h"

/* As Windows numbers them; RFC 4022 has CLOSING and LAST_ACK the other way round. */
enum mib_tcp_state {
    MIB_TCP_CLOSED = 1,
    MIB_TCP_LISTEN = 2,
    MIB_TCP_SYN_SENT = 3,
    MIB_TCP_SYN_RECEIVED = 4,
    MIB_TCP_ESTABLISHED = 5,
    MIB_TCP_FIN_WAIT_1 = 6,
    MIB_TCP_FIN_WAIT_2 = 7,
    MIB_TCP_CLOSE_WAIT = 8,
    MIB_TCP_CLOSING = 9,
    MIB_TCP_LAST_ACK = 10,
    MIB_TCP_TIME_WAIT = 11,
    MIB_TCP_BOUND = 100, /* no state of the protocol's; in rows of MIB_FILTER_BOUND only */
};

/*
 * Key: family, addresses, scopes and ports; ifindex and iftype are 0. What is IPv4 over an IPv6
 * socket is of IPv4's family. An IPv6 listener for all addresses that takes IPv4, too, is a row of
 * either.
 *
 * MIB_VERB_DELETE resets the connection: -ENOENT: there is none, or it is a listener; -EPERM;
 * -EOPNOTSUPP: the kernel cannot.
 */
struct mib_tcp {
    MIB_HEAD;
    uint8_t state; /* enum mib_tcp_state */
    struct mib_addr local_address;
    struct mib_addr remote_address; /* zero for a listener */
    uint32_t local_scope;           /* index of the link that a link-local address is on, or 0 */
    uint32_t remote_scope;
    uint16_t local_port; /* ports are in host byte order */
    uint16_t remote_port;
    uint32_t owner_pid; /* 0: not asked for, not known, or there is none */
    uint8_t is_owned;   /* some process holds it, known or not */
    uint8_t reserved[3];
};

MIB_ASSERT_LAYOUT(struct mib_tcp, MIB_ROW_SIZE_TCP);

#endif
