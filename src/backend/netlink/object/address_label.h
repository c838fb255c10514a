/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Labels of addresses (RFC 6724, 2.1), which the kernel chooses sources by: RTM_…ADDRLABEL. */
#ifndef SRC_BACKEND_NETLINK_OBJECT_ADDRESS_LABEL_H
#define SRC_BACKEND_NETLINK_OBJECT_ADDRESS_LABEL_H

#include "backend/netlink/socket/socket.h"
#include "mib/addr.h"

struct address_label {
    struct mib_addr prefix; /* IPv6 */
    uint8_t length;         /* bits */
    uint32_t ifindex;       /* of the link for whose addresses it is; 0: any */
    uint32_t label;
};

/* Pure. -EBADMSG for a message that cannot be one of the kernel's; -ENOMSG: of another family. */
int address_label_parse(const struct nlmsghdr *message, struct address_label *ret);

struct nl_msg *address_label_request_dump(void);

#endif
