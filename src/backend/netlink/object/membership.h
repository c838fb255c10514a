/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a link listens to beside its own addresses: the multicast groups that it has joined, and the
 * anycast addresses that it answers for. RTM_GETMULTICAST and RTM_GETANYCAST. Pure.
 */
#ifndef SRC_BACKEND_NETLINK_OBJECT_MEMBERSHIP_H
#define SRC_BACKEND_NETLINK_OBJECT_MEMBERSHIP_H

#include "backend/netlink/socket/socket.h"
#include "mib/addr.h"

enum membership_kind { MEMBERSHIP_MULTICAST, MEMBERSHIP_ANYCAST };

struct membership {
    uint32_t ifindex;
    enum mib_family family;
    struct mib_addr address;
};

/*
 * -EBADMSG for a message that cannot be one of the kernel's, -ENOMSG for one that is not of this
 * kind, or is of another family.
 */
int membership_parse(const struct nlmsghdr *message, enum membership_kind kind,
                     struct membership *ret);

/* A dump of all that there is of the kind and of the family. */
struct nl_msg *membership_request_dump(enum membership_kind kind, enum mib_family family);

#endif
