/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* UDP's endpoints: sockets that have a port, connected or not. */
#ifndef SRC_MIB_ROW_UDP_H
#define SRC_MIB_ROW_UDP_H

#include "mib/table.h"

/*
 * No key: several sockets may share address and port. ifindex and iftype are 0. What is IPv4 over
 * an IPv6 socket is of IPv4's family. An IPv6 socket for all addresses that takes IPv4, too, is a
 * row of either.
 */
struct mib_udp {
    MIB_HEAD;
    uint8_t is_owned; /* some process holds it, known or not */
    struct mib_addr local_address;
    uint32_t local_scope; /* index of the link that a link-local address is on, or 0 */
    uint32_t owner_pid;   /* 0: not asked for, not known, or there is none */
    uint16_t local_port;  /* host byte order */
    uint16_t reserved;
};

MIB_ASSERT_LAYOUT(struct mib_udp, MIB_ROW_SIZE_UDP);

#endif
