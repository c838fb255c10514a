/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The floor: what hearing of changes and reading of tables costs at least. */
#include "clock.h"
#include "kernel.h"
#include "receiver.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/nexthop.h>
#include <linux/inet_diag.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER_BYTES = 32768, SOCKET_BUFFER_BYTES = 128 << 20 /* the kernel doubles it */ };

struct floor_listener {
    int fd;
    enum subject subject;
    receiver_handler handler;
    void *context;
    uint32_t ifindex;
    pthread_t thread;
    atomic_bool ended;
    _Alignas(8) uint8_t buffer[BUFFER_BYTES];
};

/* The groups that a registration of the same subject needs. */
static const int groups[][5] = {
    [SUBJECT_LINKS] = {RTNLGRP_LINK, RTNLGRP_IPV4_NETCONF},
    [SUBJECT_ADDRESSES] = {RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR},
    [SUBJECT_ROUTES4] = {RTNLGRP_LINK, RTNLGRP_NEXTHOP, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV4_IFADDR,
                         RTNLGRP_IPV4_NETCONF},
    [SUBJECT_ROUTES6] = {RTNLGRP_LINK, RTNLGRP_NEXTHOP, RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV6_IFADDR,
                         RTNLGRP_IPV6_NETCONF},
};

int floor_open_socket(int protocol)
{
    const struct sockaddr_nl address = {.nl_family = AF_NETLINK};
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);

    if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
        bench_die("cannot open a netlink socket", errno);
    return fd;
}

static int open_socket(void)
{
    return floor_open_socket(NETLINK_ROUTE);
}

static void send_request(int fd, const void *request, size_t size)
{
    const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};

    if (sendto(fd, request, size, 0, (const struct sockaddr *)&kernel, sizeof(kernel)) < 0)
        bench_die("cannot send a request", errno);
}

/* Attributes. */

static const struct rtattr *find(const struct nlmsghdr *message, size_t info_size, uint16_t type)
{
    const struct rtattr *attribute =
        (const void *)((const uint8_t *)NLMSG_DATA(message) + NLMSG_ALIGN(info_size));
    int room = (int)(message->nlmsg_len - NLMSG_SPACE(info_size));

    for (; RTA_OK(attribute, room); attribute = RTA_NEXT(attribute, room))
        if (attribute->rta_type == type)
            return attribute;
    return NULL;
}

struct route {
    const void *prefix, *gateway;
    uint32_t ifindex, metric, table;
};

static void parse_route(const struct nlmsghdr *message, struct route *ret)
{
    const struct rtattr *attribute =
        (const void *)((const uint8_t *)NLMSG_DATA(message) + NLMSG_ALIGN(sizeof(struct rtmsg)));
    int room = (int)(message->nlmsg_len - NLMSG_SPACE(sizeof(struct rtmsg)));

    *ret = (struct route){0};
    for (; RTA_OK(attribute, room); attribute = RTA_NEXT(attribute, room)) {
        switch (attribute->rta_type) {
        case RTA_DST:
            ret->prefix = RTA_DATA(attribute);
            break;
        case RTA_GATEWAY:
            ret->gateway = RTA_DATA(attribute);
            break;
        case RTA_OIF:
            memcpy(&ret->ifindex, RTA_DATA(attribute), sizeof(ret->ifindex));
            break;
        case RTA_PRIORITY:
            memcpy(&ret->metric, RTA_DATA(attribute), sizeof(ret->metric));
            break;
        case RTA_TABLE:
            memcpy(&ret->table, RTA_DATA(attribute), sizeof(ret->table));
            break;
        default:
            break;
        }
    }
}

/* Listening. */

static void hear_link(const struct floor_listener *listener, const struct nlmsghdr *message)
{
    const struct ifinfomsg *info = NLMSG_DATA(message);
    const struct rtattr *mtu = find(message, sizeof(*info), IFLA_MTU);
    uint32_t value;

    if ((uint32_t)info->ifi_index != listener->ifindex || !mtu)
        return;
    memcpy(&value, RTA_DATA(mtu), sizeof(value));
    listener->handler(listener->context, CHANGE_PARAMETER, value);
}

static void hear_address(const struct floor_listener *listener, const struct nlmsghdr *message)
{
    const struct ifaddrmsg *info = NLMSG_DATA(message);
    const struct rtattr *local = find(message, sizeof(*info), IFA_LOCAL);
    uint32_t value;

    if (!local || info->ifa_family != AF_INET)
        return;
    memcpy(&value, RTA_DATA(local), sizeof(value));
    listener->handler(listener->context,
                      message->nlmsg_type == RTM_NEWADDR ? CHANGE_ADD : CHANGE_DELETE,
                      ntohl(value));
}

static void hear_route(const struct floor_listener *listener, const struct nlmsghdr *message)
{
    const struct rtmsg *info = NLMSG_DATA(message);
    struct route route;

    parse_route(message, &route);
    if (!route.prefix || route.ifindex != listener->ifindex)
        return;
    uint32_t number =
        kernel_route_number(info->rtm_family == AF_INET6, info->rtm_dst_len, route.prefix);
    if (number != UINT32_MAX)
        listener->handler(listener->context,
                          message->nlmsg_type == RTM_NEWROUTE ? CHANGE_ADD : CHANGE_DELETE, number);
}

static void hear(const struct floor_listener *listener, const struct nlmsghdr *message)
{
    switch (message->nlmsg_type) {
    case RTM_NEWLINK:
        if (listener->subject == SUBJECT_LINKS)
            hear_link(listener, message);
        break;
    case RTM_NEWADDR:
    case RTM_DELADDR:
        if (listener->subject == SUBJECT_ADDRESSES)
            hear_address(listener, message);
        break;
    case RTM_NEWROUTE:
    case RTM_DELROUTE:
        hear_route(listener, message);
        break;
    default:
        break;
    }
}

static void *listen_until_ended(void *context)
{
    struct floor_listener *listener = context;

    while (!atomic_load(&listener->ended)) {
        ssize_t length = recv(listener->fd, listener->buffer, sizeof(listener->buffer), 0);
        const struct nlmsghdr *message = (const void *)listener->buffer;

        for (; length > 0 && NLMSG_OK(message, length); message = NLMSG_NEXT(message, length))
            hear(listener, message);
    }
    return NULL;
}

static void enlarge(int fd)
{
    const int bytes = SOCKET_BUFFER_BYTES;

    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) < 0)
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
}

static struct floor_listener *join(enum subject subject, receiver_handler handler, void *context)
{
    struct floor_listener *listener = calloc(1, sizeof(*listener));

    if (!listener)
        bench_die("no memory", 0);
    listener->fd = open_socket();
    listener->subject = subject;
    listener->handler = handler;
    listener->context = context;
    listener->ifindex = kernel_ifindex();
    enlarge(listener->fd);
    for (int i = 0; i < 5 && groups[subject][i] != 0; i++)
        if (setsockopt(listener->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &groups[subject][i],
                       sizeof(int)) < 0)
            bench_die("cannot join a multicast group", errno);
    return listener;
}

static void start(struct floor_listener *listener)
{
    int error = pthread_create(&listener->thread, NULL, listen_until_ended, listener);

    if (error != 0)
        bench_die("cannot start a thread", error);
}

static void *floor_open(enum subject subject, receiver_handler handler, void *context)
{
    struct floor_listener *listener = join(subject, handler, context);

    start(listener);
    return listener;
}

static void floor_close(void *receiver)
{
    struct floor_listener *listener = receiver;
    struct nlmsghdr wake = {
        .nlmsg_len = sizeof(wake),
        .nlmsg_type = NLMSG_NOOP,
        .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
    };

    atomic_store(&listener->ended, true);
    send_request(listener->fd, &wake, sizeof(wake));
    (void)pthread_join(listener->thread, NULL);
    (void)close(listener->fd);
    free(listener);
}

const struct receiver_kind receiver_floor = {.open = floor_open, .close = floor_close};

/* Dumps. */

struct key4 {
    uint32_t prefix, gateway, ifindex;
    uint8_t prefix_length;
};

struct key6 {
    uint8_t prefix[16], gateway[16];
    uint32_t ifindex;
    uint8_t prefix_length;
};

/* Where the keys go; NULL where they are not stored. */
struct keys {
    uint8_t *bytes;
    size_t count, capacity, size;
};

static volatile uint32_t seen; /* so that what was parsed is not thrown away by the compiler */

static void store_key(struct keys *keys, bool ipv6, const struct rtmsg *info,
                      const struct route *route)
{
    size_t length = ipv6 ? 16 : 4;
    struct key4 key4 = {.ifindex = route->ifindex, .prefix_length = info->rtm_dst_len};
    struct key6 key6 = {.ifindex = route->ifindex, .prefix_length = info->rtm_dst_len};

    if (keys->count == keys->capacity) {
        keys->capacity = keys->capacity ? keys->capacity + keys->capacity / 2 : 1024;
        keys->bytes = reallocarray(keys->bytes, keys->capacity, keys->size);
        if (!keys->bytes)
            bench_die("no memory", 0);
    }
    if (route->prefix)
        memcpy(ipv6 ? (void *)key6.prefix : &key4.prefix, route->prefix, length);
    if (route->gateway)
        memcpy(ipv6 ? (void *)key6.gateway : &key4.gateway, route->gateway, length);
    memcpy(keys->bytes + keys->count++ * keys->size, ipv6 ? (void *)&key6 : &key4, keys->size);
}

/* What is asked for, and what is done with each answer; returns something of what was parsed. */
struct floor_dump {
    uint16_t request, answer;
    const void *info;
    size_t info_size;
    uint32_t (*take)(const struct nlmsghdr *message, struct keys *keys);
};

static inline uint32_t dump_over(int fd, const struct floor_dump *what, uint8_t *buffer,
                                 struct keys *keys)
{
    struct {
        struct nlmsghdr header;
        uint8_t info[64];
    } request = {
        .header =
            {
                .nlmsg_len = (uint32_t)NLMSG_LENGTH(what->info_size),
                .nlmsg_type = what->request,
                .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
                .nlmsg_seq = 1,
            },
    };
    uint32_t count = 0;
    uint32_t sum = 0;

    if (what->info_size > sizeof(request.info))
        bench_die("a request is too large", 0);
    memcpy(request.info, what->info, what->info_size);
    send_request(fd, &request, request.header.nlmsg_len);
    for (;;) {
        ssize_t length = recv(fd, buffer, BUFFER_BYTES, 0);
        const struct nlmsghdr *message = (const void *)buffer;

        if (length < 0)
            bench_die("cannot dump a table", errno);
        for (; NLMSG_OK(message, length); message = NLMSG_NEXT(message, length)) {
            /* Kernels before 6.14 refuse to dump IPv4's groups, for one. */
            if (message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR) {
                seen = sum;
                return count;
            }
            if (message->nlmsg_seq != 1 || message->nlmsg_type != what->answer)
                continue;
            sum += what->take(message, keys);
            count++;
        }
    }
}

static uint32_t take_route(const struct nlmsghdr *message, struct keys *keys)
{
    const struct rtmsg *info = NLMSG_DATA(message);
    struct route route;

    parse_route(message, &route);
    if (keys)
        store_key(keys, info->rtm_family == AF_INET6, info, &route);
    return route.ifindex + route.metric + route.table + !route.prefix + !route.gateway;
}

static uint32_t dump_routes_over(int fd, bool ipv6, uint8_t *buffer, struct keys *keys)
{
    const struct rtmsg info = {.rtm_family = ipv6 ? AF_INET6 : AF_INET};
    const struct floor_dump what = {RTM_GETROUTE, RTM_NEWROUTE, &info, sizeof(info), take_route};

    return dump_over(fd, &what, buffer, keys);
}

static uint32_t take_neighbour(const struct nlmsghdr *message, struct keys *keys)
{
    const struct ndmsg *info = NLMSG_DATA(message);
    const struct rtattr *attribute =
        (const void *)((const uint8_t *)NLMSG_DATA(message) + NLMSG_ALIGN(sizeof(*info)));
    int room = (int)(message->nlmsg_len - NLMSG_SPACE(sizeof(*info)));
    uint32_t sum = (uint32_t)info->ndm_ifindex + info->ndm_state;

    (void)keys;
    for (; RTA_OK(attribute, room); attribute = RTA_NEXT(attribute, room))
        if (attribute->rta_type == NDA_DST || attribute->rta_type == NDA_LLADDR ||
            attribute->rta_type == NDA_CACHEINFO)
            sum += *(const uint8_t *)RTA_DATA(attribute);
    return sum;
}

static uint32_t dump(bool ipv6, struct keys *keys)
{
    _Alignas(8) uint8_t buffer[BUFFER_BYTES];
    int fd = open_socket();
    uint32_t count = dump_routes_over(fd, ipv6, buffer, keys);

    (void)close(fd);
    return count;
}

uint32_t floor_dump(bool ipv6)
{
    return dump(ipv6, NULL);
}

uint32_t floor_dump_neighbours(void)
{
    const struct ndmsg info = {.ndm_family = AF_INET};
    const struct floor_dump what = {RTM_GETNEIGH, RTM_NEWNEIGH, &info, sizeof(info),
                                    take_neighbour};
    _Alignas(8) uint8_t buffer[BUFFER_BYTES];
    int fd = open_socket();
    uint32_t count = dump_over(fd, &what, buffer, NULL);

    (void)close(fd);
    return count;
}

void *floor_dump_keys(bool ipv6, uint32_t *ret_count)
{
    struct keys keys = {.size = ipv6 ? sizeof(struct key6) : sizeof(struct key4)};

    *ret_count = dump(ipv6, &keys);
    return keys.bytes;
}

static void ignore(void *context, enum change change, uint32_t key)
{
    (void)context;
    (void)change;
    (void)key;
}

static uint32_t take_any(const struct nlmsghdr *message, struct keys *keys)
{
    (void)keys;
    return message->nlmsg_len;
}

/* ---- Links -------------------------------------------------------------------------------------
 */

static uint32_t dump_once(int protocol, const struct floor_dump *what)
{
    _Alignas(8) uint8_t buffer[BUFFER_BYTES];
    int fd = floor_open_socket(protocol);
    uint32_t count = dump_over(fd, what, buffer, NULL);

    (void)close(fd);
    return count;
}

uint16_t floor_ethtool_family(void)
{
    static uint16_t family;
    const struct {
        struct nlmsghdr header;
        struct genlmsghdr generic;
        struct nlattr attribute;
        char name[sizeof(ETHTOOL_GENL_NAME)];
    } request = {
        .header = {.nlmsg_len = sizeof(request),
                   .nlmsg_type = GENL_ID_CTRL,
                   .nlmsg_flags = NLM_F_REQUEST},
        .generic = {.cmd = CTRL_CMD_GETFAMILY, .version = 1},
        .attribute = {.nla_len = NLA_HDRLEN + sizeof(ETHTOOL_GENL_NAME),
                      .nla_type = CTRL_ATTR_FAMILY_NAME},
        .name = ETHTOOL_GENL_NAME,
    };
    _Alignas(8) uint8_t buffer[BUFFER_BYTES];

    if (family != 0)
        return family;
    int fd = floor_open_socket(NETLINK_GENERIC);
    send_request(fd, &request, sizeof(request));
    ssize_t length = recv(fd, buffer, sizeof(buffer), 0);
    const struct nlmsghdr *message = (const void *)buffer;
    if (length > 0 && message->nlmsg_type == GENL_ID_CTRL)
        for (size_t at = NLMSG_LENGTH(GENL_HDRLEN); at + NLA_HDRLEN <= message->nlmsg_len;) {
            const struct nlattr *attribute = (const void *)(buffer + at);

            if (attribute->nla_type == CTRL_ATTR_FAMILY_ID)
                memcpy(&family, attribute + 1, sizeof(family));
            at += NLA_ALIGN(attribute->nla_len);
        }
    (void)close(fd);
    return family;
}

static void dump_speeds(void)
{
    const struct {
        struct genlmsghdr generic;
        struct nlattr header;
        struct nlattr flags;
        uint32_t compact;
    } info = {
        .generic = {.cmd = ETHTOOL_MSG_LINKMODES_GET, .version = ETHTOOL_GENL_VERSION},
        .header = {.nla_len = NLA_HDRLEN + sizeof(struct nlattr) + sizeof(uint32_t),
                   .nla_type = ETHTOOL_A_LINKMODES_HEADER | NLA_F_NESTED},
        .flags = {.nla_len = NLA_HDRLEN + sizeof(uint32_t), .nla_type = ETHTOOL_A_HEADER_FLAGS},
        .compact = ETHTOOL_FLAG_COMPACT_BITSETS,
    };
    uint16_t family = floor_ethtool_family();
    const struct floor_dump what = {family, family, &info, sizeof(info), take_any};

    if (family != 0)
        (void)dump_once(NETLINK_GENERIC, &what);
}

uint32_t floor_dump_links(void)
{
    const struct ifinfomsg info = {.ifi_family = AF_UNSPEC};
    const struct floor_dump what = {RTM_GETLINK, RTM_NEWLINK, &info, sizeof(info), take_any};
    uint32_t count = dump_once(NETLINK_ROUTE, &what);

    dump_speeds();
    return count;
}

uint32_t floor_dump_adapters(void)
{
    const struct ifaddrmsg all = {.ifa_family = AF_UNSPEC};
    const struct ifaddrmsg ipv4 = {.ifa_family = AF_INET};
    const struct ifaddrmsg ipv6 = {.ifa_family = AF_INET6};
    const struct floor_dump dumps[] = {
        {RTM_GETADDR, RTM_NEWADDR, &all, sizeof(all), take_any},
        {RTM_GETMULTICAST, RTM_GETMULTICAST, &ipv4, sizeof(ipv4), take_any},
        {RTM_GETMULTICAST, RTM_GETMULTICAST, &ipv6, sizeof(ipv6), take_any},
        {RTM_GETANYCAST, RTM_GETANYCAST, &ipv6, sizeof(ipv6), take_any},
    };
    uint32_t count = floor_dump_links();

    for (size_t i = 0; i < sizeof(dumps) / sizeof(dumps[0]); i++)
        (void)dump_once(NETLINK_ROUTE, &dumps[i]);
    return count;
}

uint32_t floor_dump_sockets(void)
{
    static const uint8_t families[] = {AF_INET, AF_INET6};
    uint32_t count = 0;

    for (size_t i = 0; i < sizeof(families); i++) {
        const struct inet_diag_req_v2 request = {
            .sdiag_family = families[i],
            .sdiag_protocol = IPPROTO_TCP,
            .idiag_states = ~(uint32_t)0,
        };
        const struct floor_dump what = {SOCK_DIAG_BY_FAMILY, SOCK_DIAG_BY_FAMILY, &request,
                                        sizeof(request), take_any};

        count += dump_once(NETLINK_SOCK_DIAG, &what);
    }
    return count;
}

/* Which type each link has, and where nexthop objects lead to: routes are told by both. */
static void dump_links_and_nexthops(struct floor_listener *listener)
{
    const struct {
        struct ifinfomsg info;
        struct rtattr attribute;
        uint32_t mask;
    } links = {
        .attribute = {.rta_len = RTA_LENGTH(sizeof(uint32_t)), .rta_type = IFLA_EXT_MASK},
        .mask = RTEXT_FILTER_SKIP_STATS,
    };
    const struct nhmsg nexthops = {0};
    const struct floor_dump dumps[] = {
        {RTM_GETLINK, RTM_NEWLINK, &links, sizeof(links), take_any},
        {RTM_GETNEXTHOP, RTM_NEWNEXTHOP, &nexthops, sizeof(nexthops), take_any},
    };

    for (size_t i = 0; i < sizeof(dumps) / sizeof(dumps[0]); i++)
        (void)dump_over(listener->fd, &dumps[i], listener->buffer, NULL);
}

void *floor_open_with_dump(bool ipv6, bool with_links)
{
    struct floor_listener *listener = join(ipv6 ? SUBJECT_ROUTES6 : SUBJECT_ROUTES4, ignore, NULL);

    if (with_links)
        dump_links_and_nexthops(listener);
    (void)dump_routes_over(listener->fd, ipv6, listener->buffer, NULL);
    start(listener);
    return listener;
}
