/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What sock_diag says of UDP sockets. */
#include "fuzz.h"

#include "backend/netlink/object/udp.h"
#include "backend/netlink/watch/teredo_client.h"

#include <errno.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nlmsghdr *message = message_of(data, size);
    struct udp_socket socket = {0};

    if (!message)
        return 0;
    int r = udp_parse(message, &socket);
    MUST(r == 0 || r == -EBADMSG || r == -ENOMSG);
    MUST(r == 0 ? socket.port != 0 : socket.port == 0 && socket.inode == 0);
    struct process_socket list[] = {{.inode = 1, .port = 3544}, {.port = socket.port}};
    struct process_sockets sockets = {.sockets = list, .count = 2};
    uint16_t port = teredo_choose_port(&sockets);
    MUST(port == (r == 0 ? socket.port : 3544));
    free(message);
    return 0;
}
