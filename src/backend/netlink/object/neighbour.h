/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Neighbours: RTM_…NEIGH messages, and the rows that follow from them and their link. Pure. */
#ifndef SRC_BACKEND_NETLINK_OBJECT_NEIGHBOUR_H
#define SRC_BACKEND_NETLINK_OBJECT_NEIGHBOUR_H

#include "backend/netlink/object/link.h"
#include "mib/row/neighbour.h"

/* What a message says of a neighbour, or of an address that the host answers for (a proxy). */
struct neighbour_message {
    struct mib_neighbour row; /* iftype 0; physical_address_length 0: not said */
    bool has_fixed_address;   /* NUD_NOARP: made by the kernel from the IP address or the link */
};

/*
 * -EBADMSG for a message that cannot be one of the kernel's. -ENOMSG for one that is not of an IP
 * neighbour on a link: an entry for all addresses of a link (the unspecified address), one that the
 * kernel has set aside and not begun to resolve (NUD_NONE), a proxy on all links.
 */
int neighbour_parse(const struct nlmsghdr *message, struct neighbour_message *ret);

/*
 * Completes the row by what its link says. False: no row shows the entry, because the host is no
 * neighbour of its own (the entries that the kernel makes on the loopback link).
 */
bool neighbour_complete(struct neighbour_message *neighbour, const struct link *link);

/*
 * The IPv4 groups whose mapping Windows has on every interface, be they used or not; each as a row
 * on the link.
 */
enum { NEIGHBOUR_GROUPS = 2 };
void neighbour_group(size_t which, const struct link *link, struct mib_neighbour *ret);

/* A dump of a family's neighbours, or of its proxies. */
struct nl_msg *neighbour_request_dump(enum mib_family family, bool proxies);

/* The one neighbour, or proxy, with the row's key; the kernel answers -ENOENT where there is none.
 */
struct nl_msg *neighbour_request_one(const struct mib_neighbour *key, bool proxy);

/*
 * Requests that change something; flags: NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE. A neighbour with
 * the row's link-layer address, permanent or stale; a proxy; that either goes; that the kernel asks
 * for a neighbour's address, as if there was something to send.
 */
struct nl_msg *neighbour_request_put(const struct mib_neighbour *row, int flags);
struct nl_msg *neighbour_request_put_proxy(const struct mib_neighbour *key);
struct nl_msg *neighbour_request_delete(const struct mib_neighbour *key, bool proxy);
struct nl_msg *neighbour_request_use(const struct mib_neighbour *key);

/* A change of nothing: -EPERM for who may change nothing, -EINVAL for who may. */
struct nl_msg *neighbour_request_nothing(void);

#endif
