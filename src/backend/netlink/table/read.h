/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Requests over a socket that lives no longer than the call. */
#ifndef SRC_BACKEND_NETLINK_TABLE_READ_H
#define SRC_BACKEND_NETLINK_TABLE_READ_H

#include "backend/netlink/object/link.h"
#include "backend/netlink/socket/socket.h"

/* Whether the kernel has the family: it may have been started, or built, without IPv6. */
bool netlink_has_family(enum mib_family family);

/* Sends a request, consuming it whatever comes of it, and gives each answer to the handler. */
int netlink_ask(struct nl_msg *request, netlink_handler handler, void *context);

/*
 * Gives the RTM_NEWLINK of one link to the handler: by ifindex, or by name where that is not
 * NULL. -ENODEV where there is none.
 */
int netlink_read_link(uint32_t ifindex, const char *name, netlink_handler handler, void *context);

/* One link with both its family states, as above. iftype 0: of whatever type; another is -ENODEV.
 */
int netlink_read_whole_link(uint32_t ifindex, const char *name, uint16_t iftype, struct link *ret);

#endif
