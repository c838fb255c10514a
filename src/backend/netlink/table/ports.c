/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The query for blocks of ports, over the kernel's list of those that it gives to nobody. */
#include "mib/query/ports.h"
#include "backend/netlink/socket/ask.h"
#include "backend/netlink/socket/family.h"
#include "backend/netlink/table/table.h"
#include "backend/proc/ports.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_of(const struct mib_ports *block, uint32_t port)
{
    return port >= block->start && port < block->start + block->count;
}

/* How many of the block's ports are in the set. */
static uint32_t count_of(const struct mib_ports *block, const struct port_set *set)
{
    uint32_t count = 0;

    for (uint32_t port = block->start; port < block->start + block->count; port++)
        count += ports_has(set, port);
    return count;
}

/* ---- Sockets ----------------------------------------------------------------------------------
 */

static int take_socket(void *context, const struct nlmsghdr *message)
{
    struct inet_diag_msg diag;

    if (message->nlmsg_type != SOCK_DIAG_BY_FAMILY ||
        message->nlmsg_len < NLMSG_LENGTH(sizeof(diag)))
        return -EBADMSG;
    memcpy(&diag, NLMSG_DATA(message), sizeof(diag));
    return is_of(context, ntohs(diag.id.idiag_sport)) ? -EADDRINUSE : 0;
}

static struct nl_msg *request_sockets(int family, bool udp)
{
    const struct inet_diag_req_v2 request = {
        .sdiag_family = (uint8_t)family,
        .sdiag_protocol = udp ? IPPROTO_UDP : IPPROTO_TCP,
        .idiag_states = UINT32_MAX,
    };
    struct nl_msg *message = nlmsg_alloc_simple(SOCK_DIAG_BY_FAMILY, NLM_F_DUMP);

    if (message && nlmsg_append(message, (void *)&request, sizeof(request), NLMSG_ALIGNTO) < 0) {
        nlmsg_free(message);
        return NULL;
    }
    return message;
}

/* -EADDRINUSE: a socket has one of the ports. A kernel without sock_diag has none to tell of. */
static int check_sockets(const struct mib_ports *block)
{
    static const int families[] = {AF_INET, AF_INET6};
    struct netlink_socket sock = {.is_open = false};
    int r = netlink_socket_open_family(&sock, NETLINK_SOCK_DIAG);

    for (size_t i = 0; r == 0 && i < sizeof(families) / sizeof(families[0]); i++) {
        if (families[i] == AF_INET6 && !netlink_has_family(MIB_FAMILY_IPV6))
            continue;
        r = netlink_ask_over(&sock, request_sockets(families[i], block->udp), take_socket,
                             (void *)block);
    }
    netlink_socket_close(&sock);
    return r == -ENOENT || r == -EPROTONOSUPPORT ? 0 : r;
}

/* ---- The list --------------------------------------------------------------------------------
 */

static int keep(int fd, const struct mib_ports *block, struct port_set *set)
{
    int r = count_of(block, set) > 0 ? -EADDRINUSE : check_sockets(block);

    if (r < 0)
        return r;
    for (uint32_t port = block->start; port < block->start + block->count; port++)
        ports_put(set, port, true);
    return ports_write(fd, set);
}

static int give_up(int fd, const struct mib_ports *block, struct port_set *set)
{
    if (count_of(block, set) < block->count)
        return -ENOENT;
    for (uint32_t port = block->start; port < block->start + block->count; port++)
        ports_put(set, port, false);
    return ports_write(fd, set);
}

static int apply(int fd, const struct mib_ports *block)
{
    struct port_set *set = malloc(sizeof(*set));
    int r = set ? ports_read(fd, set) : -ENOMEM;

    if (r == 0 && block->verb == MIB_PORTS_KEEP)
        r = keep(fd, block, set);
    else if (r == 0 && block->verb == MIB_PORTS_GIVE_UP)
        r = give_up(fd, block, set);
    else if (r == 0)
        r = count_of(block, set) < block->count ? -ENOENT : 0;
    free(set);
    return r == -EBADMSG ? -EIO : r;
}

int netlink_query_ports(void *params)
{
    const struct mib_ports *block = params;

    if (block->verb > MIB_PORTS_GIVE_UP || block->start == 0 || block->count == 0 ||
        block->count > PORTS - (uint32_t)block->start)
        return -EINVAL;
    int fd = ports_open(block->verb != MIB_PORTS_LOOK_UP);
    if (fd < 0)
        return fd == -ENOENT ? -EOPNOTSUPP : fd;
    int r = apply(fd, block);
    close(fd);
    return r;
}
