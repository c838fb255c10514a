/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What sock_diag says of TCP and UDP sockets. */
#include "fuzz.h"

#include "backend/netlink/object/inet_socket.h"

#include <errno.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nlmsghdr *message = message_of(data, size);
    struct inet_socket socket = {.family = 0};

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
    free(message);
    return 0;
}
