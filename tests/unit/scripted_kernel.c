/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scripted_kernel.h"

#include "backend/times.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { QUEUE = 512, LOOPBACK = 1, LINKS = 10, PATIENCE = 100000, START_MS = 1000000 };

struct datagram {
    int fd;         /* whom it is for */
    uint8_t *bytes; /* owned */
    size_t length;
    bool truncated;
    int error;
};

static struct {
    struct scripted_message links[LINKS]; /* by index; SCRIPTED_END where there is none */
    const struct scripted_message *nexthops;
    const struct scripted_message *routes;
    const struct scripted_message *addresses;
    int watch_fd; /* the first that asked: others are opened for one question */
    struct netlink_socket *waiting;
    struct datagram queue[QUEUE];
    size_t queued;
    const struct scripted_reaction *reactions;
    bool lacks_ipv6;
    bool interrupts_dump;
    bool loses_answer;
    unsigned dumps;
    unsigned nexthop_dumps;
    unsigned answers;
    unsigned receives;
    uint64_t now_ms;
    char requests[1024];
} kernel;

/* ---- What it has and says ------------------------------------------------------------------ */

static void have_links(const struct scripted_message *messages)
{
    for (const struct scripted_message *message = messages; message->kind; message++)
        for (unsigned i = 0; i < scripted_message_count(message); i++) {
            uint32_t ifindex = message->link.ifindex + i;

            assert_in_range(ifindex, 1, LINKS - 1);
            kernel.links[ifindex] = *message;
            kernel.links[ifindex].link.ifindex = ifindex;
            kernel.links[ifindex].link.last = 0;
            if (message->kind == SCRIPTED_NO_LINK)
                kernel.links[ifindex].kind = SCRIPTED_END;
        }
}

static void have(const struct scripted_message **had, const struct scripted_message *messages)
{
    if (messages)
        *had = messages;
}

static struct datagram *enqueue(int fd, const void *bytes, size_t length)
{
    assert_in_range(kernel.queued, 0, QUEUE - 1);
    struct datagram *datagram = &kernel.queue[kernel.queued++];

    *datagram = (struct datagram){.fd = fd, .bytes = malloc(length ? length : 1), .length = length};
    assert_non_null(datagram->bytes);
    if (length)
        memcpy(datagram->bytes, bytes, length);
    return datagram;
}

static void forget_datagram(size_t i)
{
    free(kernel.queue[i].bytes);
    kernel.queued--;
    memmove(&kernel.queue[i], &kernel.queue[i + 1], (kernel.queued - i) * sizeof(kernel.queue[0]));
}

static void say(const struct scripted_message *said)
{
    if (said->kind == SCRIPTED_TRUNCATED) {
        enqueue(kernel.watch_fd, NULL, 0)->truncated = true;
        return;
    }
    if (said->kind == SCRIPTED_FAILURE) {
        enqueue(kernel.watch_fd, NULL, 0)->error = said->error;
        return;
    }
    for (unsigned i = 0; i < scripted_message_count(said); i++) {
        struct nlmsghdr *message = scripted_message_build(said, i, kernel_time());

        (void)enqueue(kernel.watch_fd, message, message->nlmsg_len);
        free(message);
    }
}

void kernel_play(const struct scripted_event *event)
{
    if (event->links)
        have_links(event->links);
    have(&kernel.nexthops, event->nexthops);
    have(&kernel.routes, event->routes);
    have(&kernel.addresses, event->addresses);
    for (const struct scripted_message *said = event->says; said && said->kind; said++)
        say(said);
    kernel.lacks_ipv6 |= event->lacks_ipv6;
    kernel.interrupts_dump |= event->interrupts_dump;
    kernel.loses_answer |= event->loses_answer;
}

void kernel_reset(void)
{
    const struct scripted_event start = {.links = MESSAGES(LINK(1, .last = LINKS - 1))};

    while (kernel.queued > 0)
        forget_datagram(0);
    memset(&kernel, 0, sizeof(kernel));
    kernel.now_ms = START_MS;
    kernel.watch_fd = -1;
    kernel_play(&start);
}

/* ---- When it does so ----------------------------------------------------------------------- */

void kernel_react(const struct scripted_reaction *reactions)
{
    kernel.reactions = reactions;
    kernel.dumps = 0;
    kernel.nexthop_dumps = 0;
    kernel.answers = 0;
}

static bool takes_place(const struct scripted_reaction *reaction, enum scripted_moment moment,
                        unsigned number)
{
    unsigned last = reaction->last ? reaction->last : reaction->first;

    return reaction->moment == moment && number >= reaction->first && number <= last &&
           (!reaction->every || (number - reaction->first) % reaction->every == 0);
}

static void react(enum scripted_moment moment, unsigned number)
{
    for (const struct scripted_reaction *r = kernel.reactions; r && r->moment; r++)
        if (takes_place(r, moment, number) ||
            (moment == AT_DUMPS && r->moment == FROM_TIME && kernel_time() >= r->first))
            kernel_play(&r->kernel);
}

uint64_t kernel_time(void)
{
    return kernel.now_ms - START_MS;
}

const char *kernel_requests(void)
{
    static char text[sizeof(kernel.requests)];

    memcpy(text, kernel.requests, sizeof(text));
    kernel.requests[0] = 0;
    return text;
}

__attribute__((format(printf, 1, 2))) static void note_request(const char *format, ...)
{
    size_t length = strlen(kernel.requests);
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(kernel.requests + length, sizeof(kernel.requests) - length, format, arguments);
    va_end(arguments);
    assert_in_range(strlen(kernel.requests), 0, sizeof(kernel.requests) - 2);
}

/* ---- Answers ------------------------------------------------------------------------------- */

struct answer {
    int error;
    uint8_t bytes[SOCKET_DATAGRAM];
    size_t length;
    uint32_t sequence;
    uint32_t port;
    uint16_t flags;
};

static void answer_with(struct answer *answer, const struct nlmsghdr *message)
{
    struct nlmsghdr *place = (void *)(answer->bytes + answer->length);

    assert_in_range(answer->length + message->nlmsg_len, 1, sizeof(answer->bytes) - NLMSG_ALIGNTO);
    memcpy(place, message, message->nlmsg_len);
    place->nlmsg_seq = answer->sequence;
    place->nlmsg_pid = answer->port;
    place->nlmsg_flags = answer->flags;
    answer->length += NLMSG_ALIGN(message->nlmsg_len);
}

static uint32_t link_of_route(const struct nlmsghdr *message)
{
    const struct nlattr *link =
        nlmsg_find_attr((struct nlmsghdr *)message, sizeof(struct rtmsg), RTA_OIF);

    return link ? nla_get_u32(link) : 0;
}

/* Where the family asked for is missing, that is a request for all that there are. */
static bool is_family_asked_for(unsigned char family, unsigned char wanted)
{
    return family == wanted || (wanted == AF_INET6 && kernel.lacks_ipv6);
}

/* Calls answer_with for each message of the list that `is_wanted` by the request. */
static void answer_list(struct answer *answer, const struct scripted_message *list,
                        const struct nlmsghdr *request,
                        bool (*is_wanted)(const struct nlmsghdr *message,
                                          const struct nlmsghdr *request))
{
    for (const struct scripted_message *row = list; row && row->kind; row++)
        for (unsigned i = 0; i < scripted_message_count(row); i++) {
            struct nlmsghdr *message = scripted_message_build(row, i, kernel_time());

            if (is_wanted(message, request))
                answer_with(answer, message);
            free(message);
        }
}

static uint32_t table_of_route(const struct nlmsghdr *message)
{
    const struct nlattr *table =
        nlmsg_find_attr((struct nlmsghdr *)message, sizeof(struct rtmsg), RTA_TABLE);

    assert_non_null(table);
    return nla_get_u32(table);
}

/* As the kernel filters: by family, table and, where one is asked for, link. */
static bool is_route_wanted(const struct nlmsghdr *message, const struct nlmsghdr *request)
{
    const struct rtmsg *info = NLMSG_DATA(message);
    const struct rtmsg *wanted = NLMSG_DATA(request);
    uint32_t ifindex = link_of_route(request);

    return is_family_asked_for(info->rtm_family, wanted->rtm_family) &&
           table_of_route(message) == table_of_route(request) &&
           (ifindex == 0 || link_of_route(message) == ifindex);
}

static bool is_address_wanted(const struct nlmsghdr *message, const struct nlmsghdr *request)
{
    const struct ifaddrmsg *info = NLMSG_DATA(message);
    const struct ifaddrmsg *wanted = NLMSG_DATA(request);

    return is_family_asked_for(info->ifa_family, wanted->ifa_family) &&
           (wanted->ifa_index == 0 || info->ifa_index == wanted->ifa_index);
}

static bool is_anything_wanted(const struct nlmsghdr *message, const struct nlmsghdr *request)
{
    (void)message;
    (void)request;
    return true;
}

static bool has_link(uint32_t ifindex)
{
    assert_in_range(ifindex, 1, LINKS - 1);
    return kernel.links[ifindex].kind == SCRIPTED_LINK;
}

/* Notes the request, reacts to it, and refuses it where its link is gone. */
static void begin_dump(struct answer *answer, unsigned char family, const char *what,
                       uint32_t ifindex)
{
    note_request("%d%s", family == AF_INET ? 4 : 6, what);
    note_request(ifindex ? "/%u " : " ", ifindex);
    react(AT_DUMPS, ++kernel.dumps);
    if (ifindex != 0 && !has_link(ifindex))
        answer->error = ENODEV;
}

static void answer_routes(struct answer *answer, const struct nlmsghdr *request)
{
    const struct rtmsg *wanted = NLMSG_DATA(request);

    begin_dump(answer, wanted->rtm_family, table_of_route(request) == RT_TABLE_MAIN ? "m" : "l",
               link_of_route(request));
    answer_list(answer, kernel.routes, request, is_route_wanted);
}

static void answer_addresses(struct answer *answer, const struct nlmsghdr *request)
{
    const struct ifaddrmsg *wanted = NLMSG_DATA(request);

    begin_dump(answer, wanted->ifa_family, "a", wanted->ifa_index);
    answer_list(answer, kernel.addresses, request, is_address_wanted);
}

static void answer_nexthops(struct answer *answer, const struct nlmsghdr *request)
{
    note_request("N ");
    react(AT_NEXTHOP_DUMPS, ++kernel.nexthop_dumps);
    answer_list(answer, kernel.nexthops, request, is_anything_wanted);
}

static void answer_with_link(struct answer *answer, uint32_t ifindex)
{
    struct nlmsghdr *message = scripted_message_build(&kernel.links[ifindex], 0, kernel_time());

    answer_with(answer, message);
    free(message);
}

static void answer_links(struct answer *answer, const struct nlmsghdr *request, bool dump)
{
    const struct ifinfomsg *wanted = NLMSG_DATA(request);
    uint32_t ifindex = (uint32_t)wanted->ifi_index;

    if (dump) {
        note_request("L ");
        for (uint32_t i = 1; i < LINKS; i++)
            if (has_link(i))
                answer_with_link(answer, i);
        return;
    }
    note_request(ifindex == LOOPBACK ? "B " : "R%u ", ifindex);
    if (has_link(ifindex))
        answer_with_link(answer, ifindex);
    else
        answer->error = ENODEV;
}

static void finish_answer(struct answer *answer, bool dump)
{
    if (answer->error) {
        struct {
            struct nlmsghdr header;
            struct nlmsgerr verdict;
        } refusal = {
            .header = {.nlmsg_len = sizeof(refusal), .nlmsg_type = NLMSG_ERROR},
            .verdict = {.error = -answer->error},
        };
        answer->flags = 0;
        answer->length = 0;
        answer_with(answer, &refusal.header);
    } else if (dump) {
        const struct nlmsghdr last = {.nlmsg_len = NLMSG_LENGTH(0), .nlmsg_type = NLMSG_DONE};
        answer->flags |= kernel.interrupts_dump ? NLM_F_DUMP_INTR : 0;
        answer_with(answer, &last);
    }
}

static uint32_t port_of(int fd)
{
    struct sockaddr_nl address = {.nl_pid = 0};
    socklen_t length = sizeof(address);

    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    return address.nl_pid;
}

/* Stands for the system's (see CMakeLists.txt): the request is answered at once. */
ssize_t __wrap_sendto(int fd, const void *bytes, size_t size, int flags, const struct sockaddr *to,
                      socklen_t length);
ssize_t __wrap_sendto(int fd, const void *bytes, size_t size, int flags, const struct sockaddr *to,
                      socklen_t length)
{
    static struct answer answer;
    const struct nlmsghdr *request = bytes;

    (void)flags;
    (void)to;
    (void)length;
    assert_int_equal(request->nlmsg_len, size);
    bool dump = request->nlmsg_flags & NLM_F_DUMP;
    unsigned dumps = kernel.dumps;

    if (kernel.watch_fd < 0)
        kernel.watch_fd = fd;
    answer = (struct answer){
        .sequence = request->nlmsg_seq,
        .port = port_of(fd),
        .flags = dump ? NLM_F_MULTI : 0,
    };
    switch (request->nlmsg_type) {
    case RTM_GETLINK:
        answer_links(&answer, request, dump);
        break;
    case RTM_GETNEXTHOP:
        answer_nexthops(&answer, request);
        break;
    case RTM_GETADDR:
        answer_addresses(&answer, request);
        break;
    case RTM_GETROUTE:
        answer_routes(&answer, request);
        break;
    default:
        fail_msg("a request of type %u", request->nlmsg_type);
    }
    finish_answer(&answer, dump);
    if (!kernel.loses_answer)
        (void)enqueue(fd, answer.bytes, answer.length);
    kernel.interrupts_dump = false;
    kernel.loses_answer = false;
    if (kernel.dumps != dumps)
        react(BEHIND_DUMPS, kernel.dumps);
    react(BEHIND_ANSWERS, ++kernel.answers);
    return (ssize_t)size;
}

/* Stands for the system's. */
int __real_socket(int domain, int type, int protocol);
int __wrap_socket(int domain, int type, int protocol);
int __wrap_socket(int domain, int type, int protocol)
{
    if (domain != AF_INET6 || !kernel.lacks_ipv6)
        return __real_socket(domain, type, protocol);
    errno = EAFNOSUPPORT;
    return -1;
}

void kernel_expect_wait(struct netlink_socket *socket)
{
    kernel.waiting = socket;
    kernel.receives = 0;
}

/* Stands for the system's. Where nothing is there the time passes; for ever is an interruption. */
int __wrap_recvmmsg(int fd, struct mmsghdr *headers, unsigned int count, int flags,
                    struct timespec *timeout);
int __wrap_recvmmsg(int fd, struct mmsghdr *headers, unsigned int count, int flags,
                    struct timespec *timeout)
{
    unsigned int given = 0;

    (void)timeout;
    if (++kernel.receives > PATIENCE)
        fail_msg("a watch that does not come to rest");
    for (size_t i = 0; given < count && i < kernel.queued;) {
        struct datagram *datagram = &kernel.queue[i];
        struct msghdr *header = &headers[given].msg_hdr;

        if (datagram->fd != fd) {
            i++;
            continue;
        }
        if (datagram->error && given > 0)
            break;
        if (datagram->error) {
            errno = datagram->error;
            forget_datagram(i);
            return -1;
        }
        *(struct sockaddr_nl *)header->msg_name = (struct sockaddr_nl){.nl_family = AF_NETLINK};
        header->msg_namelen = sizeof(struct sockaddr_nl);
        header->msg_flags = datagram->truncated ? MSG_TRUNC : 0;
        memcpy(header->msg_iov->iov_base, datagram->bytes, datagram->length);
        headers[given].msg_len = (unsigned int)datagram->length;
        given++;
        forget_datagram(i);
    }
    if (given > 0)
        return (int)given;
    if (!(flags & MSG_DONTWAIT) && kernel.waiting->timeout_ms == 0)
        atomic_store(&kernel.waiting->interrupted, true);
    else if (!(flags & MSG_DONTWAIT))
        kernel.now_ms += kernel.waiting->timeout_ms;
    errno = EAGAIN;
    return -1;
}

/* Stands for the system's: the same, one datagram at a time. */
ssize_t __wrap_recvfrom(int fd, void *buffer, size_t size, int flags, struct sockaddr *sender,
                        socklen_t *sender_size);
ssize_t __wrap_recvfrom(int fd, void *buffer, size_t size, int flags, struct sockaddr *sender,
                        socklen_t *sender_size)
{
    struct iovec vector = {.iov_base = buffer, .iov_len = size};
    struct mmsghdr header = {
        .msg_hdr = {.msg_name = sender, .msg_iov = &vector, .msg_iovlen = 1},
    };

    if (__wrap_recvmmsg(fd, &header, 1, flags, NULL) < 0)
        return -1;
    *sender_size = header.msg_hdr.msg_namelen;
    /* Of one that was cut short the length is that of the whole. */
    return header.msg_hdr.msg_flags & MSG_TRUNC ? (ssize_t)size + 1 : (ssize_t)header.msg_len;
}

/* Stands for backend/times. */
uint64_t __wrap_times_now_ms(void);
uint64_t __wrap_times_now_ms(void)
{
    return kernel.now_ms;
}
