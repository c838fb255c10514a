/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What sock_diag says of TCP and UDP sockets, and of what TCP knows of one. */
#include "fuzz.h"

#include "backend/netlink/object/inet_socket.h"
#include "backend/netlink/object/tcp_info.h"

#include <errno.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nlmsghdr *message = message_of(data, size);
    struct inet_socket socket = {.family = 0};
    struct mib_tcp_info info = {.family = MIB_FAMILY_IPV4};

    if (!message)
        return 0;
    int r = inet_socket_parse(message, &socket);
    MUST(r == 0 || r == -EBADMSG || r == -ENOMSG);
    if (r < 0)
        MUST(socket.family == 0);
    else
        MUST(socket.family == MIB_FAMILY_IPV6 ||
             (socket.family == MIB_FAMILY_IPV4 && !socket.takes_ipv4 &&
              socket.local_address.bytes[4] == 0));
    r = tcp_info_parse(message, &info);
    MUST(r == 0 || r == -EBADMSG || r == -ENOMSG);
    MUST(info.family == MIB_FAMILY_IPV4 && info.ifindex == 0);
    if (r == 0)
        MUST((info.window_scale_sent == MIB_TCP_WINDOW_SCALE_UNKNOWN ||
              info.window_scale_sent < 16) &&
             info.rtt_least != UINT32_MAX);
    else
        MUST(info.segments_sent == 0 && info.bytes_sent == 0);
    free(message);
    return 0;
}
