/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/netconf.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Bytes; nothing that a test here does says more between two reads. */
enum { LISTENER_BUFFER = 8 << 20, DATAGRAM_SIZE = 1 << 16 };

/* In a table that no row shows: nobody but a listener hears of it. */
#define SENTINEL_PREFIX "198.51.100.99/32"
#define SENTINEL_TABLE 99

struct announcement {
    enum heard_kind kind;
    uint32_t number; /* an index or id */
    uint8_t family;
    uint8_t prefix_length;
    uint8_t address[16];
    char letter;
};

struct listener {
    int fd;
    struct announcement *heard;
    size_t count;
    size_t capacity;
    bool sentinel;
    _Alignas(struct nlmsghdr) char buffer[DATAGRAM_SIZE];
};

static const int groups[] = {
    RTNLGRP_LINK,         RTNLGRP_IPV4_IFADDR,  RTNLGRP_IPV6_IFADDR,  RTNLGRP_IPV4_ROUTE,
    RTNLGRP_IPV6_ROUTE,   RTNLGRP_IPV6_IFINFO,  RTNLGRP_IPV6_PREFIX,  RTNLGRP_IPV4_RULE,
    RTNLGRP_IPV6_RULE,    RTNLGRP_IPV4_NETCONF, RTNLGRP_IPV6_NETCONF, RTNLGRP_NEXTHOP,
    RTNLGRP_IPV4_MROUTE,  RTNLGRP_IPV6_MROUTE,  RTNLGRP_NEIGH,        RTNLGRP_TC,
    RTNLGRP_ND_USEROPT,   RTNLGRP_NSID,         RTNLGRP_MDB,          RTNLGRP_MPLS_ROUTE,
    RTNLGRP_MPLS_NETCONF, RTNLGRP_BRVLAN,       RTNLGRP_TUNNEL,       RTNLGRP_STATS,
};

struct listener *listener_open(void)
{
    struct listener *listener = calloc(1, sizeof(*listener));
    const int size = LISTENER_BUFFER;
    struct sockaddr_nl name = {.nl_family = AF_NETLINK};

    if (!listener)
        fail_test("no memory");
    listener->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (listener->fd < 0 || bind(listener->fd, (struct sockaddr *)&name, sizeof(name)) < 0)
        fail_test("netlink socket: %s", strerrordesc_np(errno));
    if (setsockopt(listener->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
        (void)setsockopt(listener->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
    for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
        if (setsockopt(listener->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &groups[i],
                       sizeof(groups[i])) < 0 &&
            errno != EINVAL) /* unknown to this kernel */
            fail_test("netlink group %d: %s", groups[i], strerrordesc_np(errno));
    return listener;
}

void listener_close(struct listener *listener)
{
    if (!listener)
        return;
    close(listener->fd);
    free(listener->heard);
    free(listener);
}

void listener_begin(struct listener *listener)
{
    listener_collect(listener);
    listener->count = 0;
}

static void add(struct listener *listener, const struct announcement *announcement)
{
    if (listener->count == listener->capacity) {
        listener->capacity = listener->capacity ? 2 * listener->capacity : 64;
        listener->heard =
            reallocarray(listener->heard, listener->capacity, sizeof(*listener->heard));
        if (!listener->heard)
            fail_test("no memory");
    }
    listener->heard[listener->count++] = *announcement;
}

/* The attribute of that type, or NULL. */
static const struct rtattr *find(const struct nlmsghdr *message, size_t header, unsigned type)
{
    const char *start = (const char *)message;
    const struct rtattr *attribute = (const void *)(start + NLMSG_SPACE(header));
    int left = (int)message->nlmsg_len - (int)NLMSG_SPACE(header);

    for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left))
        if ((attribute->rta_type & NLA_TYPE_MASK) == type)
            return attribute;
    return NULL;
}

static uint32_t number_of(const struct rtattr *attribute, uint32_t otherwise)
{
    uint32_t number = otherwise;

    if (attribute && RTA_PAYLOAD(attribute) >= sizeof(number))
        memcpy(&number, RTA_DATA(attribute), sizeof(number));
    return number;
}

static void take_bytes(const struct rtattr *attribute, uint8_t bytes[16])
{
    size_t length = attribute ? RTA_PAYLOAD(attribute) : 0;

    memcpy(bytes, attribute ? RTA_DATA(attribute) : "", length < 16 ? length : 16);
}

static void hear_route(struct listener *listener, const struct nlmsghdr *message)
{
    const struct rtmsg *info = NLMSG_DATA(message);
    uint32_t table = number_of(find(message, sizeof(*info), RTA_TABLE), info->rtm_table);
    struct announcement heard = {
        .kind = HEARD_ROUTE,
        .family = info->rtm_family,
        .prefix_length = info->rtm_dst_len,
    };

    take_bytes(find(message, sizeof(*info), RTA_DST), heard.address);
    if (message->nlmsg_type == RTM_DELROUTE)
        heard.letter = 'D';
    else
        heard.letter = message->nlmsg_flags & NLM_F_REPLACE ? 'R' : 'N';
    if (table == SENTINEL_TABLE)
        listener->sentinel = listener->sentinel || heard.letter == 'D';
    if (table != RT_TABLE_MAIN && table != RT_TABLE_LOCAL)
        return;
    add(listener, &heard);
    if (heard.letter != 'D') {
        const struct rtattr *times = find(message, sizeof(*info), RTA_CACHEINFO);
        const struct rta_cacheinfo *cache = times ? RTA_DATA(times) : NULL;
        heard.kind = HEARD_LIFETIME;
        heard.letter = cache && cache->rta_expires != 0 ? 'F' : 'I';
        add(listener, &heard);
    }
}

static void hear_address(struct listener *listener, const struct nlmsghdr *message)
{
    const struct ifaddrmsg *info = NLMSG_DATA(message);
    uint32_t flags = number_of(find(message, sizeof(*info), IFA_FLAGS), info->ifa_flags);
    const struct rtattr *local = find(message, sizeof(*info), IFA_LOCAL);
    struct announcement heard = {.kind = HEARD_ADDRESS, .family = info->ifa_family, .letter = 'N'};

    take_bytes(local ? local : find(message, sizeof(*info), IFA_ADDRESS), heard.address);
    if (message->nlmsg_type == RTM_DELADDR)
        heard.letter = 'D';
    else if (flags & IFA_F_DADFAILED)
        heard.letter = 'F';
    else if (flags & IFA_F_TENTATIVE)
        heard.letter = 'T';
    else if (flags & IFA_F_DEPRECATED)
        heard.letter = 'O';
    add(listener, &heard);
}

static void hear_link(struct listener *listener, const struct nlmsghdr *message)
{
    const struct ifinfomsg *info = NLMSG_DATA(message);
    struct announcement heard = {.kind = HEARD_LINK, .number = (uint32_t)info->ifi_index};

    if (info->ifi_family == AF_INET6)
        heard.kind = HEARD_IPV6;
    else if (info->ifi_family != AF_UNSPEC)
        return;
    if (message->nlmsg_type == RTM_DELLINK)
        heard.letter = 'D';
    else if (heard.kind == HEARD_IPV6)
        heard.letter = 'N';
    else if (!(info->ifi_flags & IFF_UP))
        heard.letter = 'L';
    else
        heard.letter = info->ifi_flags & IFF_RUNNING ? 'U' : 'C';
    add(listener, &heard);
}

static void hear_netconf(struct listener *listener, const struct nlmsghdr *message)
{
    const struct netconfmsg *info = NLMSG_DATA(message);
    struct announcement heard = {
        .kind = info->ncm_family == AF_INET ? HEARD_NETCONF4 : HEARD_NETCONF6,
        .number = number_of(find(message, sizeof(*info), NETCONFA_IFINDEX), 0),
        .letter = message->nlmsg_type == RTM_DELNETCONF ? 'D' : 'N',
    };

    if (info->ncm_family == AF_INET || info->ncm_family == AF_INET6)
        add(listener, &heard);
}

static void hear(struct listener *listener, const struct nlmsghdr *message)
{
    struct announcement heard = {.letter = 'N'};

    switch (message->nlmsg_type) {
    case RTM_NEWROUTE:
    case RTM_DELROUTE:
        hear_route(listener, message);
        break;
    case RTM_NEWADDR:
    case RTM_DELADDR:
        hear_address(listener, message);
        break;
    case RTM_NEWLINK:
    case RTM_DELLINK:
        hear_link(listener, message);
        break;
    case RTM_NEWNETCONF:
    case RTM_DELNETCONF:
        hear_netconf(listener, message);
        break;
    case RTM_NEWNEXTHOP:
    case RTM_DELNEXTHOP:
        heard.kind = HEARD_NEXTHOP;
        heard.number = number_of(find(message, sizeof(struct nhmsg), NHA_ID), 0);
        heard.letter = message->nlmsg_type == RTM_DELNEXTHOP ? 'D' : 'N';
        add(listener, &heard);
        break;
    case RTM_NEWPREFIX:
        heard.kind = HEARD_PREFIX;
        heard.number = (uint32_t)((const struct prefixmsg *)NLMSG_DATA(message))->prefix_ifindex;
        add(listener, &heard);
        break;
    default:
        break;
    }
}

/* Reads what is there, waiting for something until the deadline. */
static bool listen_once(struct listener *listener, const struct timespec *deadline)
{
    struct pollfd ready = {.fd = listener->fd, .events = POLLIN};
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    long left =
        (deadline->tv_sec - now.tv_sec) * 1000 + (deadline->tv_nsec - now.tv_nsec) / 1000000;
    if (left < 0 || poll(&ready, 1, (int)left) <= 0)
        return false;

    ssize_t length = recv(listener->fd, listener->buffer, sizeof(listener->buffer), MSG_TRUNC);
    if (length < 0 || (size_t)length > sizeof(listener->buffer))
        fail_test("the test's own listener: %s",
                  length < 0 ? strerrordesc_np(errno) : "a datagram too long");
    unsigned rest = (unsigned)length;
    for (const struct nlmsghdr *message = (const void *)listener->buffer; NLMSG_OK(message, rest);
         message = NLMSG_NEXT(message, rest))
        hear(listener, message);
    return true;
}

void listener_collect(struct listener *listener)
{
    struct timespec deadline = check_deadline();

    listener->sentinel = false;
    ip_batch("route add blackhole " SENTINEL_PREFIX " table 99\n"
             "route del blackhole " SENTINEL_PREFIX " table 99\n");
    while (!listener->sentinel)
        if (!listen_once(listener, &deadline))
            fail_test("the kernel does not answer");
}

/* ---- What was heard of a subject ----------------------------------------------------------- */

enum { LETTERS_SIZE = 128 };

/* Of "10.1.0.0/16" or "fe80::1". */
static struct announcement subject_of(enum heard_kind kind, const char *subject, unsigned number)
{
    struct announcement wanted = {.kind = kind, .number = number};
    char address[INET6_ADDRSTRLEN];

    if (!subject)
        return wanted;
    const char *slash = strchrnul(subject, '/');
    (void)snprintf(address, sizeof(address), "%.*s", (int)(slash - subject), subject);
    wanted.family = strchr(address, ':') ? AF_INET6 : AF_INET;
    if (*slash)
        wanted.prefix_length = (uint8_t)strtoul(slash + 1, NULL, 10);
    if (inet_pton(wanted.family, address, wanted.address) != 1)
        fail_test("not an address: %s", subject);
    return wanted;
}

static void letters_of(const struct listener *listener, const struct announcement *wanted,
                       char letters[LETTERS_SIZE])
{
    size_t length = 0;

    for (size_t i = 0; i < listener->count && length < LETTERS_SIZE - 1; i++) {
        const struct announcement *heard = &listener->heard[i];

        if (heard->kind == wanted->kind && heard->number == wanted->number &&
            heard->family == wanted->family && heard->prefix_length == wanted->prefix_length &&
            memcmp(heard->address, wanted->address, sizeof(heard->address)) == 0)
            letters[length++] = heard->letter;
    }
    letters[length] = '\0';
}

static bool matches(const char *letters, const char *pattern)
{
    char anchored[128];
    regex_t expression;

    (void)snprintf(anchored, sizeof(anchored), "^(%s)$", pattern);
    if (regcomp(&expression, anchored, REG_EXTENDED | REG_NOSUB) != 0)
        fail_test("not a pattern: %s", pattern);
    bool matched = regexec(&expression, letters, 0, NULL, 0) == 0;
    regfree(&expression);
    return matched;
}

static void fail_heard(const char *file, int line, enum heard_kind kind, const char *subject,
                       unsigned number, const char *letters, const char *pattern)
{
    static const char *const names[] = {
        [HEARD_ROUTE] = "route",
        [HEARD_LIFETIME] = "the lifetime of route",
        [HEARD_ADDRESS] = "address",
        [HEARD_LINK] = "link",
        [HEARD_IPV6] = "IPv6 family state of link",
        [HEARD_NETCONF4] = "netconf",
        [HEARD_NETCONF6] = "IPv6 netconf",
        [HEARD_NEXTHOP] = "next hop",
        [HEARD_PREFIX] = "prefix on link",
    };
    char text[16];

    (void)snprintf(text, sizeof(text), "%u", number);
    check_fail(file, line, "the kernel announced \"%s\", not \"%s\", of %s %s", letters, pattern,
               names[kind], subject ? subject : text);
}

void listener_expect_at(const char *file, int line, struct listener *listener, enum heard_kind kind,
                        const char *subject, unsigned number, const char *pattern)
{
    struct announcement wanted = subject_of(kind, subject, number);
    char letters[LETTERS_SIZE];

    letters_of(listener, &wanted, letters);
    if (!matches(letters, pattern))
        fail_heard(file, line, kind, subject, number, letters, pattern);
}

bool listener_heard_nothing(const struct listener *listener, enum heard_kind kind, unsigned number)
{
    struct announcement wanted = subject_of(kind, NULL, number);
    char letters[LETTERS_SIZE];

    letters_of(listener, &wanted, letters);
    return letters[0] == '\0';
}

void listener_await_at(const char *file, int line, struct listener *listener, enum heard_kind kind,
                       const char *subject, unsigned number, const char *pattern)
{
    struct announcement wanted = subject_of(kind, subject, number);
    struct timespec deadline = check_deadline();
    char letters[LETTERS_SIZE];

    for (;;) {
        letters_of(listener, &wanted, letters);
        if (matches(letters, pattern))
            break;
        if (!listen_once(listener, &deadline))
            fail_heard(file, line, kind, subject, number, letters, pattern);
    }
    listener_collect(listener);
}
