/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* TCP sockets in sock_diag's messages. */
#include "backend/netlink/object/tcp.h"

#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netlink/msg.h>

bool tcp_is_socket(const struct nlmsghdr *message)
{
    return message->nlmsg_type == SOCK_DIAG_BY_FAMILY &&
           message->nlmsg_len >= NLMSG_LENGTH(sizeof(struct inet_diag_msg));
}

struct nl_msg *tcp_request_dump(uint8_t family, uint32_t states)
{
    const struct inet_diag_req_v2 request = {
        .sdiag_family = family,
        .sdiag_protocol = IPPROTO_TCP,
        .idiag_states = states,
    };
    struct nl_msg *message = nlmsg_alloc_simple(SOCK_DIAG_BY_FAMILY, NLM_F_DUMP);

    if (message && nlmsg_append(message, (void *)&request, sizeof(request), NLMSG_ALIGNTO) < 0) {
        nlmsg_free(message);
        return NULL;
    }
    return message;
}
