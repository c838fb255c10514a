/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A socket for each request, so that what comes late for another is not taken for its answer.
 * Routers' errors come through the socket's queue of errors, over either kind of socket.
 */
#include "backend/icmp/echo.h"
#include "backend/icmp/message.h"
#include "backend/log.h"

#include <time.h> /* the next ones need it */

#include <errno.h>
#include <linux/errqueue.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

/* Beside the data of an answer: the headers, IPv4's with options. */
enum { HEADERS = 60 + ECHO_HEADER };

struct exchange {
    struct mib_echo *echo;
    struct mib_echo found;
    int fd;
    bool raw;    /* messages of others' requests come, too; IPv4's with their IP header */
    uint16_t id; /* raw: of this process; else the kernel's */
    uint16_t sequence;
    uint64_t sent; /* microseconds */
    uint8_t *bytes;
    size_t room;
};

union any_address {
    struct sockaddr head;
    struct sockaddr_in ipv4;
    struct sockaddr_in6 ipv6;
};

/* What is the same of the two families, but for its names. */
struct kind {
    int family;
    int protocol;
    int level;
    int hops;
    int traffic_class;
    int discover;
    int receive_errors;
    int in_fragments; /* values of `discover` */
    int whole;
    uint8_t request;
    uint8_t reply;
    uint8_t origin;
};

static const struct kind kinds[] = {
    {AF_INET, IPPROTO_ICMP, IPPROTO_IP, IP_TTL, IP_TOS, IP_MTU_DISCOVER, IP_RECVERR,
     IP_PMTUDISC_DONT, IP_PMTUDISC_DO, ICMP_ECHO, ICMP_ECHOREPLY, SO_EE_ORIGIN_ICMP},
    {AF_INET6, IPPROTO_ICMPV6, IPPROTO_IPV6, IPV6_UNICAST_HOPS, IPV6_TCLASS, IPV6_MTU_DISCOVER,
     IPV6_RECVERR, IPV6_PMTUDISC_WANT, IPV6_PMTUDISC_DO, ICMPV6_ECHO_REQUEST, ICMPV6_ECHO_REPLY,
     SO_EE_ORIGIN_ICMP6},
};

static const struct kind *kind_of(uint8_t family)
{
    return &kinds[family == MIB_FAMILY_IPV6];
}

static uint64_t now(void)
{
    struct timespec time;

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000;
}

/* Sockets. */

static int open_raw(const struct kind *kind, int *ret_fd)
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

static int open_socket(const struct kind *kind, bool needs_raw, int *ret_fd, bool *ret_raw)
{
    int fd = needs_raw ? -1 : socket(kind->family, SOCK_DGRAM | SOCK_CLOEXEC, kind->protocol);

    if (fd >= 0) {
        *ret_fd = fd;
        *ret_raw = false;
        return 0;
    }
    if (!needs_raw && errno != EACCES && errno != EPROTONOSUPPORT)
        return -errno;
    int r = open_raw(kind, ret_fd);
    if (r == -EPERM)
        log_error(needs_raw ? "an echo request with IP options: it takes CAP_NET_RAW"
                            : "no echo requests: the process has neither a group in the sysctl "
                              "net.ipv4.ping_group_range nor CAP_NET_RAW");
    if (r == 0)
        *ret_raw = true;
    return r;
}

/* Groups: a descriptor that is readable from the moment on when they end. */

int echo_group_open(uint8_t family, struct mib_echo_group *ret_group)
{
    int fd = -1;
    bool raw;
    int r = open_socket(kind_of(family), false, &fd, &raw);

    if (r < 0)
        return r;
    (void)close(fd);
    fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0)
        return -errno;
    *ret_group = (struct mib_echo_group){.stop = fd, .owner = (uint32_t)getpid()};
    return 0;
}

int echo_group_stop(const struct mib_echo_group *group)
{
    const uint64_t one = 1;

    if (group->owner != (uint32_t)getpid())
        return -EBADF;
    return write(group->stop, &one, sizeof(one)) < 0 && errno != EAGAIN ? -errno : 0;
}

int echo_group_close(const struct mib_echo_group *group)
{
    if (group->owner != (uint32_t)getpid())
        return -EBADF;
    (void)close(group->stop);
    return 0;
}

/* Requests. */

/* The errors by which the kernel says that there is no way. */
static int no_way(int error)
{
    switch (error) {
    case EHOSTUNREACH:
    case EACCES:
    case EINVAL:
    case ENETDOWN:
    case EADDRNOTAVAIL:
        return -ENETUNREACH;
    default:
        return -error;
    }
}

static socklen_t address_from(const struct mib_echo *echo, const struct mib_addr *addr,
                              union any_address *ret)
{
    memset(ret, 0, sizeof(*ret));
    if (echo->family == MIB_FAMILY_IPV4) {
        ret->ipv4.sin_family = AF_INET;
        memcpy(&ret->ipv4.sin_addr, addr->bytes, sizeof(ret->ipv4.sin_addr));
        return sizeof(ret->ipv4);
    }
    ret->ipv6.sin6_family = AF_INET6;
    memcpy(&ret->ipv6.sin6_addr, addr->bytes, sizeof(ret->ipv6.sin6_addr));
    ret->ipv6.sin6_scope_id = echo->ifindex;
    return sizeof(ret->ipv6);
}

static struct mib_addr address_to(const union any_address *address)
{
    struct mib_addr addr = {{0}};

    if (address->head.sa_family == AF_INET)
        memcpy(addr.bytes, &address->ipv4.sin_addr, sizeof(address->ipv4.sin_addr));
    else if (address->head.sa_family == AF_INET6)
        memcpy(addr.bytes, &address->ipv6.sin6_addr, sizeof(address->ipv6.sin6_addr));
    return addr;
}

static int set_number(const struct exchange *exchange, int level, int option, int value)
{
    return setsockopt(exchange->fd, level, option, &value, sizeof(value)) < 0 ? -errno : 0;
}

static int set_options(struct exchange *exchange)
{
    const struct mib_echo *echo = exchange->echo;
    const struct kind *kind = kind_of(echo->family);
    bool whole = echo->flags & MIB_ECHO_DONT_FRAGMENT;
    int r = set_number(exchange, kind->level, kind->receive_errors, 1);

    if (r == 0 && echo->time_to_live)
        r = set_number(exchange, kind->level, kind->hops, echo->time_to_live);
    if (r == 0 && echo->traffic_class)
        r = set_number(exchange, kind->level, kind->traffic_class, echo->traffic_class);
    if (r == 0)
        r = set_number(exchange, kind->level, kind->discover,
                       whole ? kind->whole : kind->in_fragments);
    if (r == 0 && echo->flags & MIB_ECHO_BROADCAST)
        r = set_number(exchange, SOL_SOCKET, SO_BROADCAST, 1);
    if (r < 0 || echo->family != MIB_FAMILY_IPV4)
        return r;
    r = set_number(exchange, IPPROTO_IP, IP_RECVTTL, 1);
    if (r == 0)
        r = set_number(exchange, IPPROTO_IP, IP_RECVTOS, 1);
    if (r == 0 && echo->options_size &&
        setsockopt(exchange->fd, IPPROTO_IP, IP_OPTIONS, echo->options, echo->options_size) < 0)
        r = -errno;
    return r;
}

/* Its own address, if it has one, and its number. */
static int bind_socket(struct exchange *exchange)
{
    union any_address own;
    socklen_t length = address_from(exchange->echo, &exchange->echo->from, &own);

    if (exchange->raw && mib_addr_is_zero(&exchange->echo->from))
        return 0;
    if (bind(exchange->fd, &own.head, length) < 0)
        return errno == EINVAL ? -EADDRNOTAVAIL : -errno;
    if (exchange->raw)
        return 0;
    if (getsockname(exchange->fd, &own.head, &length) < 0)
        return -errno;
    exchange->id =
        exchange->echo->family == MIB_FAMILY_IPV4 ? own.ipv4.sin_port : own.ipv6.sin6_port;
    return 0;
}

static void *pointer_to(uint64_t address)
{
    return (void *)(uintptr_t)address; // NOLINT(performance-no-int-to-ptr)
}

/* A raw socket's id for ICMPv6 is the sum's own business: the kernel makes it there. */
static int send_request(struct exchange *exchange)
{
    const struct mib_echo *echo = exchange->echo;
    const struct kind *kind = kind_of(echo->family);
    const struct echo_message request = {kind->request, exchange->id, exchange->sequence};
    uint8_t header[ECHO_HEADER];
    union any_address to;
    struct iovec parts[] = {{.iov_base = header, .iov_len = sizeof(header)},
                            {.iov_base = pointer_to(echo->data), .iov_len = echo->size}};
    struct msghdr message = {.msg_name = &to, .msg_iov = parts, .msg_iovlen = 2};

    message.msg_namelen = address_from(echo, &echo->to, &to);
    echo_put(header, &request);
    uint16_t sum = echo_checksum(header, sizeof(header), parts[1].iov_base, echo->size);
    memcpy(header + 2, &sum, sizeof(sum));
    exchange->sent = now();
    return sendmsg(exchange->fd, &message, MSG_NOSIGNAL) < 0 ? no_way(errno) : 0;
}

/* Answers. */

static void take_answer(struct exchange *exchange, enum mib_echo_answer answer,
                        const union any_address *from)
{
    exchange->found.answer = (uint8_t)answer;
    exchange->found.time = (uint32_t)(now() - exchange->sent);
    exchange->found.from = address_to(from);
}

/* What a router or the host says of the request, which it quotes. */
static void take_error(struct exchange *exchange, struct msghdr *message, size_t length)
{
    const struct kind *kind = kind_of(exchange->echo->family);
    const struct echo_message request = {kind->request, exchange->id, exchange->sequence};
    struct cmsghdr *control = CMSG_FIRSTHDR(message);

    for (; control; control = CMSG_NXTHDR(message, control)) {
        struct {
            struct sock_extended_err error;
            union any_address from;
        } told;
        size_t size = control->cmsg_len - CMSG_LEN(0);

        if (control->cmsg_level != kind->level || control->cmsg_type != kind->receive_errors ||
            size < sizeof(told.error))
            continue;
        memset(&told, 0, sizeof(told));
        memcpy(&told, CMSG_DATA(control), size < sizeof(told) ? size : sizeof(told));
        if (told.error.ee_origin != kind->origin ||
            !echo_is(exchange->bytes, length, false, &request))
            continue;
        take_answer(exchange, MIB_ECHO_ERROR, &told.from);
        exchange->found.type = told.error.ee_type;
        exchange->found.code = told.error.ee_code;
        exchange->found.answer_size = 0;
    }
}

/* What is told of the reply beside its bytes: over a raw socket, too. */
static void take_control(struct exchange *exchange, struct msghdr *message)
{
    struct cmsghdr *control = CMSG_FIRSTHDR(message);

    for (; control; control = CMSG_NXTHDR(message, control)) {
        int value = 0;

        if (control->cmsg_level != IPPROTO_IP)
            continue;
        if (control->cmsg_type == IP_TTL && control->cmsg_len >= CMSG_LEN(sizeof(value))) {
            memcpy(&value, CMSG_DATA(control), sizeof(value));
            exchange->found.time_to_live = (uint8_t)value;
        } else if (control->cmsg_type == IP_TOS && control->cmsg_len >= CMSG_LEN(1)) {
            exchange->found.traffic_class = *CMSG_DATA(control);
        }
    }
}

/* An IPv4 header, which only a raw socket shows. */
static void take_header(struct exchange *exchange, size_t header)
{
    enum { FLAGS_AT = 6, DONT_FRAGMENT = 0x40, FIXED = 20 };

    if (exchange->bytes[FLAGS_AT] & DONT_FRAGMENT)
        exchange->found.flags |= MIB_ECHO_DONT_FRAGMENT;
    exchange->found.options_size = (uint8_t)(header - FIXED);
    memcpy(exchange->found.options, exchange->bytes + FIXED, header - FIXED);
}

static void take_reply(struct exchange *exchange, struct msghdr *message, size_t length)
{
    const struct kind *kind = kind_of(exchange->echo->family);
    const struct echo_message reply = {kind->reply, exchange->id, exchange->sequence};
    bool has_header = exchange->raw && exchange->echo->family == MIB_FAMILY_IPV4;

    if (!echo_is(exchange->bytes, length, has_header, &reply))
        return;
    size_t header = has_header ? echo_ip_header(exchange->bytes, length) : 0;
    size_t size = length - header - ECHO_HEADER;

    take_answer(exchange, MIB_ECHO_REPLY, message->msg_name);
    exchange->found.flags = 0;
    exchange->found.options_size = 0;
    exchange->found.time_to_live = 0;
    exchange->found.traffic_class = 0;
    take_control(exchange, message);
    if (has_header)
        take_header(exchange, header);
    if (size > exchange->echo->answer_size)
        size = exchange->echo->answer_size;
    exchange->found.answer_size = (uint16_t)size;
    if (size > 0 && exchange->echo->answer_data)
        memcpy(pointer_to(exchange->echo->answer_data), exchange->bytes + header + ECHO_HEADER,
               size);
}

/* Whether there was something; errors are in a queue of their own. */
static bool receive(struct exchange *exchange, int queue)
{
    union any_address from;
    _Alignas(struct cmsghdr) uint8_t control[512];
    struct iovec vector = {.iov_base = exchange->bytes, .iov_len = exchange->room};
    struct msghdr message = {
        .msg_name = &from,
        .msg_namelen = sizeof(from),
        .msg_iov = &vector,
        .msg_iovlen = 1,
        .msg_control = control,
        .msg_controllen = sizeof(control),
    };

    memset(&from, 0, sizeof(from));
    ssize_t length = recvmsg(exchange->fd, &message, queue | MSG_DONTWAIT);
    if (length < 0)
        return false;
    if (queue)
        take_error(exchange, &message, (size_t)length);
    else
        take_reply(exchange, &message, (size_t)length);
    return true;
}

/* An error of the socket's own is one that has been queued, too, and is not looked at. */
static void clear_error(const struct exchange *exchange)
{
    socklen_t length = sizeof(int);
    int error;

    (void)getsockopt(exchange->fd, SOL_SOCKET, SO_ERROR, &error, &length);
}

static int await_answer(struct exchange *exchange)
{
    const struct mib_echo_group *group = &exchange->echo->group;
    const uint64_t deadline = exchange->sent + (uint64_t)exchange->echo->timeout_ms * 1000;
    struct pollfd ready[] = {{.fd = exchange->fd, .events = POLLIN},
                             {.fd = group->owner ? group->stop : -1, .events = POLLIN}};

    for (;;) {
        uint64_t time = now();

        while (exchange->found.answer == MIB_ECHO_NONE && receive(exchange, 0))
            ;
        while (exchange->found.answer == MIB_ECHO_NONE && receive(exchange, MSG_ERRQUEUE))
            ;
        if (exchange->found.answer != MIB_ECHO_NONE || time >= deadline)
            return 0;
        clear_error(exchange);

        uint64_t left_ms = (deadline - time + 999) / 1000;
        if (poll(ready, 2, left_ms < INT32_MAX ? (int)left_ms : INT32_MAX) < 0 && errno != EINTR)
            return -errno;
        if (ready[1].revents)
            return -ECANCELED;
    }
}

static int run(struct exchange *exchange)
{
    int r = open_socket(kind_of(exchange->echo->family), exchange->echo->options_size > 0,
                        &exchange->fd, &exchange->raw);

    if (r == 0)
        r = set_options(exchange);
    if (r == 0)
        r = bind_socket(exchange);
    if (r == 0)
        r = send_request(exchange);
    return r == 0 ? await_answer(exchange) : r;
}

int echo_exchange(struct mib_echo *echo)
{
    static atomic_uint requests;
    struct exchange exchange = {
        .echo = echo,
        .found = *echo,
        .fd = -1,
        .id = (uint16_t)getpid(),
        .sequence = (uint16_t)atomic_fetch_add(&requests, 1),
        .room = HEADERS + (size_t)(echo->size > echo->answer_size ? echo->size : echo->answer_size),
    };

    if (echo->options_size > sizeof(echo->options))
        return -EINVAL;
    if (echo->group.owner && echo->group.owner != (uint32_t)getpid())
        return -EBADF;
    exchange.bytes = malloc(exchange.room);
    if (!exchange.bytes)
        return -ENOMEM;
    exchange.found.answer = MIB_ECHO_NONE;
    exchange.found.answer_size = 0;
    int r = run(&exchange);
    if (exchange.fd >= 0)
        (void)close(exchange.fd);
    free(exchange.bytes);
    if (r == 0)
        *echo = exchange.found;
    return r;
}
