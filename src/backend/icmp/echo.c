/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A socket for each request under way, and a number for each: what comes late for another is not
 * taken for its answer. Routers' errors come through the socket's queue of errors, over either kind
 * of socket.
 */
#include "backend/icmp/echo.h"
#include "backend/icmp/group.h"
#include "backend/icmp/message.h"
#include "backend/icmp/socket.h"

#include <time.h> /* the next ones need it */

#include <errno.h>
#include <linux/errqueue.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Beside the data of an answer: the headers, IPv4's with options. */
enum { HEADERS = 60 + ECHO_HEADER };

struct exchange {
    struct mib_echo *echo;
    struct mib_echo found;
    struct echo_socket socket;
    uint16_t sequence;
    uint64_t sent; /* microseconds */
    uint8_t *bytes;
    size_t room;
};

static uint64_t now(void)
{
    struct timespec time;

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000;
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

static struct mib_addr address_to(const union echo_address *address)
{
    struct mib_addr addr = {{0}};

    if (address->head.sa_family == AF_INET)
        memcpy(addr.bytes, &address->ipv4.sin_addr, sizeof(address->ipv4.sin_addr));
    else if (address->head.sa_family == AF_INET6)
        memcpy(addr.bytes, &address->ipv6.sin6_addr, sizeof(address->ipv6.sin6_addr));
    return addr;
}

static void *pointer_to(uint64_t address)
{
    return (void *)(uintptr_t)address; // NOLINT(performance-no-int-to-ptr)
}

/* A raw socket's id for ICMPv6 is the sum's own business: the kernel makes it there. */
static int send_request(struct exchange *exchange)
{
    const struct mib_echo *echo = exchange->echo;
    const struct echo_kind *kind = echo_kind_of(echo->family);
    const struct echo_message request = {kind->request, exchange->socket.id, exchange->sequence};
    uint8_t header[ECHO_HEADER];
    union echo_address to;
    struct iovec parts[] = {{.iov_base = header, .iov_len = sizeof(header)},
                            {.iov_base = pointer_to(echo->data), .iov_len = echo->size}};
    struct msghdr message = {.msg_name = &to, .msg_iov = parts, .msg_iovlen = 2};

    message.msg_namelen = echo_address_from(echo, &echo->to, &to);
    echo_put(header, &request);
    uint16_t sum = echo_checksum(header, sizeof(header), parts[1].iov_base, echo->size);
    memcpy(header + 2, &sum, sizeof(sum));
    exchange->sent = now();
    return sendmsg(exchange->socket.fd, &message, MSG_NOSIGNAL) < 0 ? no_way(errno) : 0;
}

/* Answers. */

static void take_answer(struct exchange *exchange, enum mib_echo_answer answer,
                        const union echo_address *from)
{
    exchange->found.answer = (uint8_t)answer;
    exchange->found.time = (uint32_t)(now() - exchange->sent);
    exchange->found.from = address_to(from);
}

/* What a router or the host says of the request, which it quotes. */
static void take_error(struct exchange *exchange, struct msghdr *message, size_t length)
{
    const struct echo_kind *kind = echo_kind_of(exchange->echo->family);
    const struct echo_message request = {kind->request, exchange->socket.id, exchange->sequence};
    struct cmsghdr *control = CMSG_FIRSTHDR(message);

    for (; control; control = CMSG_NXTHDR(message, control)) {
        struct {
            struct sock_extended_err error;
            union echo_address from;
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
    const struct echo_kind *kind = echo_kind_of(exchange->echo->family);
    const struct echo_message reply = {kind->reply, exchange->socket.id, exchange->sequence};
    bool has_header = exchange->socket.raw && exchange->echo->family == MIB_FAMILY_IPV4;

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
    union echo_address from;
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
    ssize_t length = recvmsg(exchange->socket.fd, &message, queue | MSG_DONTWAIT);
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

    (void)getsockopt(exchange->socket.fd, SOL_SOCKET, SO_ERROR, &error, &length);
}

/* `stopper` is readable when no answer is waited for any more; -1: there is none. */
static int await_answer(struct exchange *exchange, int stopper)
{
    const uint64_t deadline = exchange->sent + (uint64_t)exchange->echo->timeout_ms * 1000;
    struct pollfd ready[] = {{.fd = exchange->socket.fd, .events = POLLIN},
                             {.fd = stopper, .events = POLLIN}};

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
    struct echo_group *group = echo_group_of(exchange->echo->group);
    int r = 0;

    if (!group || !echo_group_take(group, exchange->echo, &exchange->socket))
        r = echo_socket_open(exchange->echo, &exchange->socket);
    if (r < 0)
        return r;
    r = send_request(exchange);
    if (r == 0)
        r = await_answer(exchange, group ? echo_group_stopper(group) : -1);
    if (r == 0 && group)
        echo_group_keep(group, &exchange->socket);
    else
        echo_socket_close(&exchange->socket);
    return r;
}

int echo_exchange(struct mib_echo *echo)
{
    static atomic_uint requests;
    struct exchange exchange = {
        .echo = echo,
        .found = *echo,
        .sequence = (uint16_t)atomic_fetch_add(&requests, 1),
        .room = HEADERS + (size_t)(echo->size > echo->answer_size ? echo->size : echo->answer_size),
    };

    if (echo->options_size > sizeof(echo->options))
        return -EINVAL;
    if (!echo_group_is_own(echo->group))
        return -EBADF;
    exchange.bytes = malloc(exchange.room);
    if (!exchange.bytes)
        return -ENOMEM;
    exchange.found.answer = MIB_ECHO_NONE;
    exchange.found.answer_size = 0;
    int r = run(&exchange);
    free(exchange.bytes);
    if (r == 0)
        *echo = exchange.found;
    return r;
}
