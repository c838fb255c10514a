/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages about neighbour tables. The linker puts these functions in the socket's place. */
#include "fuzz.h"

#include "backend/netlink/table/neighbour_times.h"
#include "backend/netlink/socket/socket.h"

#include <netlink/msg.h>

int __wrap_netlink_socket_open(struct netlink_socket *sock);
void __wrap_netlink_socket_close(struct netlink_socket *sock);
int __wrap_netlink_socket_request(struct netlink_socket *sock, struct nl_msg *message);
int __wrap_netlink_socket_collect(struct netlink_socket *sock, netlink_handler on_answer,
                                  netlink_handler on_other, void *context);

static const struct nlmsghdr *answer;

int __wrap_netlink_socket_open(struct netlink_socket *sock)
{
    memset(sock, 0, sizeof(*sock));
    return 0;
}

void __wrap_netlink_socket_close(struct netlink_socket *sock)
{
    (void)sock;
}

int __wrap_netlink_socket_request(struct netlink_socket *sock, struct nl_msg *message)
{
    (void)sock;
    nlmsg_free(message);
    return 0;
}

int __wrap_netlink_socket_collect(struct netlink_socket *sock, netlink_handler on_answer,
                                  netlink_handler on_other, void *context)
{
    (void)sock;
    (void)on_other;
    return on_answer(context, answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nlmsghdr *message = message_of(data, size);
    struct neighbour_times times = {0};

    if (!message)
        return 0;
    answer = message;
    MUST(neighbour_times_read(&times) == 0);
    MUST(times.count <= 1);
    for (size_t i = 0; i < times.count; i++) {
        struct mib_ipinterface row = {.family = times.times[i].family,
                                      .ifindex = times.times[i].ifindex};

        MUST(row.family == MIB_FAMILY_IPV4 || row.family == MIB_FAMILY_IPV6);
        neighbour_times_fill(&times, &row);
        MUST(row.retransmit_time == times.times[i].retransmit);
    }
    neighbour_times_clear(&times);
    free(message);
    return 0;
}
