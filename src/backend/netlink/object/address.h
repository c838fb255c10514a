/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Unicast addresses: RTM_…ADDR messages, and the records that watches keep of them. */
#ifndef SRC_BACKEND_NETLINK_OBJECT_ADDRESS_H
#define SRC_BACKEND_NETLINK_OBJECT_ADDRESS_H

#include "backend/netlink/socket/socket.h"
#include "mib/instance_table.h"
#include "mib/row/unicast.h"

/*
 * One address as the kernel has it. IPv4 allows the same address twice on a link, with different
 * prefix lengths or peers: instances of one row.
 */
struct address_record {
    struct mib_unicast row;
    struct mib_addr peer; /* the prefix's address: the peer of a point-to-point address */
};

extern const struct instance_ops address_ops;

/*
 * Pure. The row's iftype is left 0, and `created` is relative to the system's start.
 * -EBADMSG for a message that cannot be one of the kernel's, -ENOMSG for one that is not of a
 * unicast address (anycast, multicast).
 */
int address_parse(const struct nlmsghdr *message, struct address_record *ret);

/* A dump of all addresses of a family, or of one link (ifindex not 0). */
struct nl_msg *address_request_dump(uint8_t af, uint32_t ifindex);

#endif
