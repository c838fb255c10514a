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

/* What else a message says of an address: all that making it again takes. */
struct address_message {
    struct address_record record;
    uint32_t flags;    /* IFA_F_… */
    uint32_t priority; /* of its prefix's route; 0: the kernel's own */
    uint8_t scope;     /* RT_SCOPE_… */
    uint8_t protocol;  /* IFAPROT_…, or one that carries origins */
};

/*
 * Pure. The row's iftype is left 0, and `created` is relative to the system's start.
 * -EBADMSG for a message that cannot be one of the kernel's, -ENOMSG for one that is not of a
 * unicast address (anycast, multicast).
 */
int address_parse(const struct nlmsghdr *message, struct address_record *ret);
int address_parse_message(const struct nlmsghdr *message, struct address_message *ret);

/*
 * Gives the address these origins: those that its other fields imply need no word, all others are
 * carried by a protocol of this library's own, by which every process reads them.
 */
void address_put_origins(struct address_message *address, uint8_t prefix_origin,
                         uint8_t suffix_origin);

/* A dump of all addresses of a family, or of one link (ifindex not 0). */
struct nl_msg *address_request_dump(uint8_t af, uint32_t ifindex);

/* Makes it, or gives what there is its lifetimes; flags: NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE.
 */
struct nl_msg *address_request_put(const struct address_message *address, int flags);

/* Takes away exactly this one. */
struct nl_msg *address_request_delete(const struct address_message *address);

/* A change of nothing: -EPERM for who may change nothing, -ENODEV for who may. */
struct nl_msg *address_request_nothing(void);

#endif
