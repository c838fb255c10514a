/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A socket for each request, so that what comes late for another is not taken for its answer.
 * Routers' errors come through the socket's queue of errors, over either kind of socket.
 */
#include "backend/icmp/echo.h"

#include <time.h> /* the next ones need it */

#include <errno.h>
#include <linux/errqueue.h>
#include <linux/icmp.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What is sent behind the header, as ping programs of Windows do. */
enum { ECHO_DATA = 32 };

struct echo {
    int fd;
    bool raw;    /* messages come with the IP header, and of others' requests, too */
    uint16_t id; /* raw: of this request; else the kernel's */
    uint16_t sequence;
    uint64_t sent; /* microseconds */
    enum echo_answer answer;
    uint64_t answered;
};

static uint64_t now(void)
{
    struct timespec time;

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000;
}

bool echo_is(const uint8_t *bytes, size_t length, bool has_ip_header,
             const struct echo_message *expected)
{
    struct icmphdr header;
    size_t before = has_ip_header && length > 0 ? (size_t)(bytes[0] & 0x0f) * 4 : 0;

    if (length < before + sizeof(header))
        return false;
    memcpy(&header, bytes + before, sizeof(header));
    return header.type == expected->type && header.code == 0 && header.un.echo.id == expected->id &&
           header.un.echo.sequence == expected->sequence;
}

/* RFC 1071, over an even number of bytes. */
static uint16_t checksum_of(const uint8_t *bytes, size_t length)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < length; i += 2) {
        uint16_t word;

        memcpy(&word, bytes + i, sizeof(word));
        sum += word;
    }
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

static int open_raw(struct echo *echo)
{
    const struct icmp_filter only_replies = {~(1U << ICMP_ECHOREPLY)};

    echo->raw = true;
    echo->fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
    if (echo->fd < 0)
        return errno == EACCES ? -EPERM : -errno;
    return setsockopt(echo->fd, SOL_RAW, ICMP_FILTER, &only_replies, sizeof(only_replies)) < 0
               ? -errno
               : 0;
}

static int open_socket(struct echo *echo)
{
    echo->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_ICMP);
    if (echo->fd >= 0)
        return 0;
    return errno == EACCES || errno == EPROTONOSUPPORT ? open_raw(echo) : -errno;
}

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

static int send_request(struct echo *echo, const uint8_t to[4], uint8_t time_to_live)
{
    const int hops = time_to_live;
    const int on = 1;
    uint8_t request[sizeof(struct icmphdr) + ECHO_DATA] = {0};
    struct sockaddr_in address = {.sin_family = AF_INET};
    struct icmphdr header = {.type = ICMP_ECHO};

    memcpy(&address.sin_addr, to, sizeof(address.sin_addr));
    if (setsockopt(echo->fd, IPPROTO_IP, IP_TTL, &hops, sizeof(hops)) < 0 ||
        setsockopt(echo->fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on)) < 0)
        return -errno;
    if (connect(echo->fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
        return no_way(errno);
    if (!echo->raw) {
        struct sockaddr_in own = {.sin_port = 0};
        socklen_t length = sizeof(own);

        if (getsockname(echo->fd, (struct sockaddr *)&own, &length) < 0)
            return -errno;
        echo->id = own.sin_port;
    }
    header.un.echo.id = echo->id;
    header.un.echo.sequence = echo->sequence;
    memcpy(request, &header, sizeof(header));
    header.checksum = checksum_of(request, sizeof(request));
    memcpy(request, &header, sizeof(header));
    echo->sent = now();
    return send(echo->fd, request, sizeof(request), MSG_NOSIGNAL) < 0 ? no_way(errno) : 0;
}

/* What a router or the host says of the request, which it quotes. */
static void take_error(struct echo *echo, struct msghdr *message, const uint8_t *quoted,
                       size_t length)
{
    const struct echo_message request = {ICMP_ECHO, echo->id, echo->sequence};
    struct cmsghdr *control = CMSG_FIRSTHDR(message);

    for (; control; control = CMSG_NXTHDR(message, control)) {
        struct sock_extended_err error;

        if (control->cmsg_level != IPPROTO_IP || control->cmsg_type != IP_RECVERR ||
            control->cmsg_len < CMSG_LEN(sizeof(error)))
            continue;
        memcpy(&error, CMSG_DATA(control), sizeof(error));
        if (error.ee_origin != SO_EE_ORIGIN_ICMP || !echo_is(quoted, length, false, &request))
            continue;
        if (error.ee_type == ICMP_TIME_EXCEEDED)
            echo->answer = ECHO_EXPIRED;
        else if (error.ee_type == ICMP_DEST_UNREACH)
            echo->answer = ECHO_UNREACHABLE;
    }
}

/* Whether there was one. */
static bool receive_error(struct echo *echo)
{
    uint8_t quoted[512];
    _Alignas(struct cmsghdr) uint8_t control[512];
    struct iovec vector = {.iov_base = quoted, .iov_len = sizeof(quoted)};
    struct msghdr message = {
        .msg_iov = &vector,
        .msg_iovlen = 1,
        .msg_control = control,
        .msg_controllen = sizeof(control),
    };
    ssize_t length = recvmsg(echo->fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT);

    if (length < 0)
        return false;
    take_error(echo, &message, quoted, (size_t)length);
    return true;
}

/* Whether there was something. */
static bool receive_message(struct echo *echo)
{
    const struct echo_message reply = {ICMP_ECHOREPLY, echo->id, echo->sequence};
    uint8_t bytes[1024];
    ssize_t length = recv(echo->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

    if (length < 0)
        return false;
    if (echo_is(bytes, (size_t)length, echo->raw, &reply)) {
        echo->answer = ECHO_REPLY;
        echo->answered = now();
    }
    return true;
}

/* An error of the socket's own is one that has been queued, too, and is not looked at. */
static void clear_error(const struct echo *echo)
{
    socklen_t length = sizeof(int);
    int error;

    (void)getsockopt(echo->fd, SOL_SOCKET, SO_ERROR, &error, &length);
}

static int await_answer(struct echo *echo, uint64_t deadline)
{
    struct pollfd ready = {.fd = echo->fd, .events = POLLIN};

    for (;;) {
        uint64_t time = now();

        while (echo->answer == ECHO_NONE && receive_message(echo))
            ;
        while (echo->answer == ECHO_NONE && receive_error(echo))
            ;
        if (echo->answer != ECHO_NONE || time >= deadline)
            return 0;
        clear_error(echo);
        if (poll(&ready, 1, (int)((deadline - time + 999) / 1000)) < 0 && errno != EINTR)
            return -errno;
    }
}

int echo_send(const uint8_t to[4], uint8_t time_to_live, uint32_t timeout_ms,
              enum echo_answer *ret_answer, uint32_t *ret_time)
{
    static atomic_uint requests;
    unsigned int number = atomic_fetch_add(&requests, 1);
    struct echo echo = {
        .fd = -1,
        .id = (uint16_t)getpid(),
        .sequence = (uint16_t)number,
        .answer = ECHO_NONE,
    };
    int r = open_socket(&echo);

    if (r == 0)
        r = send_request(&echo, to, time_to_live);
    if (r == 0)
        r = await_answer(&echo, echo.sent + (uint64_t)timeout_ms * 1000);
    if (echo.fd >= 0)
        (void)close(echo.fd);
    if (r < 0)
        return r;
    *ret_answer = echo.answer;
    *ret_time = echo.answer == ECHO_REPLY ? (uint32_t)(echo.answered - echo.sent) : 0;
    return 0;
}
