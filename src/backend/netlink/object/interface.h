/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Links in RTM_NEWLINK messages, with all that a row of the table of interfaces shows. */
#ifndef SRC_BACKEND_NETLINK_OBJECT_INTERFACE_H
#define SRC_BACKEND_NETLINK_OBJECT_INTERFACE_H

#include "backend/netlink/object/link.h"
#include "mib/row/interface.h"

/*
 * Pure. The row but for the type and the speeds, which are 0 and not known, and what link_parse()
 * makes of the same message. -EBADMSG: it cannot be one of the kernel's. -ENOMSG: it is not about
 * the link itself.
 */
int interface_parse(const struct nlmsghdr *message, struct link_message *ret_link,
                    struct mib_interface *ret);

/* Takes the counters out of a row: some kernels give them unasked. */
void interface_clear_counters(struct mib_interface *row);

/* Requests: a dump of all links; one. `without` is as in a key. */
struct nl_msg *interface_request_dump(uint8_t without);
struct nl_msg *interface_request_one(uint32_t ifindex, uint8_t without);

/* Request: to set the link up or down. */
struct nl_msg *interface_request_up(uint32_t ifindex, bool up);

#endif
