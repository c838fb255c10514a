/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* IPv4 and IPv6 as the kernel numbers them, and whether it has them. */
#ifndef SRC_BACKEND_NETLINK_SOCKET_FAMILY_H
#define SRC_BACKEND_NETLINK_SOCKET_FAMILY_H

#include "mib/addr.h"

#include <sys/socket.h>

static inline uint8_t af_of(enum mib_family family)
{
    return family == MIB_FAMILY_IPV4 ? AF_INET : AF_INET6;
}

/* Whether the kernel has the family: it may have been started, or built, without IPv6. */
bool netlink_has_family(enum mib_family family);

#endif
