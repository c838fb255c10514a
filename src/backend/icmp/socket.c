/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kernel's own sockets for echo requests, and raw ones. */
#include "backend/icmp/socket.h"
#include "backend/log.h"

#include <time.h> /* the next ones need it */

#include <errno.h>
#include <linux/errqueue.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <string.h>
#include <unistd.h>

static const struct echo_kind kinds[] = {
    {AF_INET, IPPROTO_ICMP, IPPROTO_IP, IP_TTL, IP_TOS, IP_MTU_DISCOVER, IP_RECVERR,
     IP_PMTUDISC_DONT, IP_PMTUDISC_DO, ICMP_ECHO, ICMP_ECHOREPLY, SO_EE_ORIGIN_ICMP},
    {AF_INET6, IPPROTO_ICMPV6, IPPROTO_IPV6, IPV6_UNICAST_HOPS, IPV6_TCLASS, IPV6_MTU_DISCOVER,
     IPV6_RECVERR, IPV6_PMTUDISC_WANT, IPV6_PMTUDISC_DO, ICMPV6_ECHO_REQUEST, ICMPV6_ECHO_REPLY,
     SO_EE_ORIGIN_ICMP6},
};

const struct echo_kind *echo_kind_of(uint8_t family)
{
    return &kinds[family == MIB_FAMILY_IPV6];
}

static int open_raw(const struct echo_kind *kind, int *ret_fd)
{
    const struct icmp_filter only_replies = {~(1U << ICMP_ECHOREPLY)};
    struct icmp6_filter only_replies6;
    int fd = socket(kind->family, SOCK_RAW | SOCK_CLOEXEC, kind->protocol);
    int r;

    if (fd < 0)
        return errno == EACCES ? -EPERM : -errno;
    memset(&only_replies6, 0xff, sizeof(only_replies6));
    only_replies6.data[ICMPV6_ECHO_REPLY / 32] &= ~(1U << ICMPV6_ECHO_REPLY % 32);
    if (kind->family == AF_INET)
        r = setsockopt(fd, SOL_RAW, ICMP_FILTER, &only_replies, sizeof(only_replies));
    else
        r = setsockopt(fd, SOL_ICMPV6, ICMPV6_FILTER, &only_replies6, sizeof(only_replies6));
    if (r < 0) {
        r = -errno;
        (void)close(fd);
        return r;
    }
    *ret_fd = fd;
    return 0;
}

static int open_any(const struct echo_kind *kind, bool needs_raw, struct echo_socket *opened)
{
    opened->fd = needs_raw ? -1 : socket(kind->family, SOCK_DGRAM | SOCK_CLOEXEC, kind->protocol);
    opened->raw = opened->fd < 0;
    if (!opened->raw)
        return 0;
    if (!needs_raw && errno != EACCES && errno != EPROTONOSUPPORT)
        return -errno;
    int r = open_raw(kind, &opened->fd);
    if (r == -EPERM)
        log_tell(LOG_ERROR, needs_raw
                                ? "an echo request with IP options: it takes CAP_NET_RAW"
                                : "no echo requests: the process has neither a group in the sysctl "
                                  "net.ipv4.ping_group_range nor CAP_NET_RAW");
    return r;
}

socklen_t echo_address_from(const struct mib_echo *echo, const struct mib_addr *addr,
                            union echo_address *ret)
{
    union echo_address address;

    memset(&address, 0, sizeof(address));
    if (echo->family == MIB_FAMILY_IPV4) {
        address.ipv4.sin_family = AF_INET;
        memcpy(&address.ipv4.sin_addr, addr->bytes, sizeof(address.ipv4.sin_addr));
    } else {
        address.ipv6.sin6_family = AF_INET6;
        memcpy(&address.ipv6.sin6_addr, addr->bytes, sizeof(address.ipv6.sin6_addr));
        address.ipv6.sin6_scope_id = echo->ifindex;
    }
    *ret = address;
    return echo->family == MIB_FAMILY_IPV4 ? sizeof(address.ipv4) : sizeof(address.ipv6);
}

static int set_number(const struct echo_socket *socket, int level, int option, int value)
{
    return setsockopt(socket->fd, level, option, &value, sizeof(value)) < 0 ? -errno : 0;
}

static int set_options(const struct echo_socket *socket, const struct mib_echo *echo)
{
    const struct echo_kind *kind = echo_kind_of(echo->family);
    bool whole = echo->flags & MIB_ECHO_DONT_FRAGMENT;
    int r = set_number(socket, kind->level, kind->receive_errors, 1);

    if (r == 0 && echo->time_to_live)
        r = set_number(socket, kind->level, kind->hops, echo->time_to_live);
    if (r == 0 && echo->traffic_class)
        r = set_number(socket, kind->level, kind->traffic_class, echo->traffic_class);
    if (r == 0)
        r = set_number(socket, kind->level, kind->discover,
                       whole ? kind->whole : kind->in_fragments);
    if (r == 0 && echo->flags & MIB_ECHO_BROADCAST)
        r = set_number(socket, SOL_SOCKET, SO_BROADCAST, 1);
    if (r < 0 || echo->family != MIB_FAMILY_IPV4)
        return r;
    r = set_number(socket, IPPROTO_IP, IP_RECVTTL, 1);
    if (r == 0)
        r = set_number(socket, IPPROTO_IP, IP_RECVTOS, 1);
    if (r == 0 && echo->options_size &&
        setsockopt(socket->fd, IPPROTO_IP, IP_OPTIONS, echo->options, echo->options_size) < 0)
        r = -errno;
    return r;
}

/* To the address that the request is from, if it says one; and the number that it gets. */
static int bind_socket(struct echo_socket *socket, const struct mib_echo *echo)
{
    union echo_address own;
    socklen_t length = echo_address_from(echo, &echo->from, &own);

    if (socket->raw && mib_addr_is_zero(&echo->from))
        return 0;
    if (bind(socket->fd, &own.head, length) < 0)
        return errno == EINVAL ? -EADDRNOTAVAIL : -errno;
    if (socket->raw)
        return 0;
    if (getsockname(socket->fd, &own.head, &length) < 0)
        return -errno;
    socket->id = echo->family == MIB_FAMILY_IPV4 ? own.ipv4.sin_port : own.ipv6.sin6_port;
    return 0;
}

int echo_socket_open(const struct mib_echo *echo, struct echo_socket *ret)
{
    struct echo_socket opened = {
        .id = (uint16_t)getpid(),
        .bound = !mib_addr_is_zero(&echo->from),
        .time_to_live = echo->time_to_live,
        .traffic_class = echo->traffic_class,
        .flags = echo->flags,
    };
    int r = open_any(echo_kind_of(echo->family), echo->options_size > 0, &opened);

    if (r < 0)
        return r;
    r = set_options(&opened, echo);
    if (r == 0)
        r = bind_socket(&opened, echo);
    if (r < 0) {
        (void)close(opened.fd);
        return r;
    }
    *ret = opened;
    return 0;
}

bool echo_socket_fits(const struct echo_socket *socket, const struct mib_echo *echo)
{
    return echo_socket_is_plain(socket) && mib_addr_is_zero(&echo->from) &&
           echo->options_size == 0 && socket->time_to_live == echo->time_to_live &&
           socket->traffic_class == echo->traffic_class && socket->flags == echo->flags;
}

bool echo_socket_is_plain(const struct echo_socket *socket)
{
    return !socket->raw && !socket->bound;
}

void echo_socket_close(struct echo_socket *socket)
{
    (void)close(socket->fd);
}
