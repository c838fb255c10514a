/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Requests that change a link, or that make the kernel tell of it. Pure. */
#ifndef SRC_BACKEND_NETLINK_OBJECT_LINK_CHANGE_H
#define SRC_BACKEND_NETLINK_OBJECT_LINK_CHANGE_H

#include <stdbool.h>
#include <stdint.h>

struct nl_msg;

/* Bytes; IPv4's MTU, and IPv6's becomes the same. */
struct nl_msg *link_request_mtu(uint32_t ifindex, uint32_t mtu);

/* The tag, of link.h. -EAFNOSUPPORT from the kernel: the link has no IPv4. */
struct nl_msg *link_request_tag(uint32_t ifindex, uint32_t tag);

/* How IPv6 makes addresses by itself. None is made because of it. */
struct nl_msg *link_request_addr_gen_mode(uint32_t ifindex, uint8_t mode);

/* Changes nothing. The kernel announces the link, if it is up. */
struct nl_msg *link_request_announce(uint32_t ifindex);

/*
 * IFF_NOTRAILERS, which has had no effect since BSD's trailers: another value of it makes the
 * kernel announce a link that is down, too.
 */
struct nl_msg *link_request_notrailers(uint32_t ifindex, bool on);

#endif
