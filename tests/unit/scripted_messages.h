/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the scripted kernel has and says, as data: links, nexthop objects, routes, addresses and
 * settings, and receives that fail. A row of a script names them by the macros below.
 */
#ifndef TESTS_UNIT_SCRIPTED_MESSAGES_H
#define TESTS_UNIT_SCRIPTED_MESSAGES_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

enum scripted_kind {
    SCRIPTED_END = 0,
    SCRIPTED_LINK,
    SCRIPTED_NEXTHOP,
    SCRIPTED_ROUTE,
    SCRIPTED_ADDRESS,
    SCRIPTED_PREFIX,
    SCRIPTED_NETCONF,
    /* Among the links that it has. */
    SCRIPTED_NO_LINK,
    /* Among what it says. */
    SCRIPTED_MALFORMED,
    SCRIPTED_TRUNCATED,
    SCRIPTED_FAILURE,
};

/* A link with IPv4 and IPv6, without hardware addresses. */
struct scripted_link {
    uint32_t ifindex;
    uint32_t last; /* this link and all up to that index; 0: this one only */
    int family;    /* AF_UNSPEC; messages of AF_INET6 and AF_BRIDGE show nothing but the link */
    bool deleted;
    bool is_down;
    uint32_t flags; /* IFF_… beside those of a link that is up */
    uint32_t master;
    uint32_t lower;    /* the link below it, or its peer … */
    bool is_ipvlan;    /* … whose MTU it follows if it is one */
    uint16_t arphrd;   /* ARPHRD_NONE where 0, of the loopback link ARPHRD_LOOPBACK */
    uint32_t mtu;      /* 1500 where 0 */
    uint32_t ipv6_mtu; /* IPv6's own; 0: the message does not say */
    bool without_ipv6;
};

/* A route 10.NUMBER.0.0/16 or 2001:NUMBER::/32. */
struct scripted_route {
    int family;
    bool deleted;
    uint8_t number;
    uint32_t table;  /* RT_TABLE_MAIN where 0 */
    uint32_t metric; /* 10 where 0 */
    uint32_t link;   /* of the first nexthop, 2 where 0 */
    uint32_t second_link;
    uint32_t nexthop;    /* id of the nexthop object whose nexthop it has … */
    bool compatible;     /* … and shows beside the id (nexthop_compat_mode) */
    bool has_expiry;     /* it expires … */
    int32_t expires;     /* … in this time, in 1/100 s … */
    uint32_t expires_at; /* … or at this time of the kernel's, in ms, where it is not 0 */
    uint16_t flags;      /* NLM_F_… */
    uint8_t tos;
    uint8_t protocol; /* RTPROT_STATIC where 0 */
    uint8_t scope;
    uint8_t type; /* RTN_UNICAST where 0 */
    uint8_t gateway;
    uint8_t second_gateway; /* of a second nexthop, on the link second_link; 0: there is none */
    uint8_t weight;         /* of the second nexthop; 0 is 1 */
    bool nexthop_is_dead;   /* the second one, where there are two */
};

/* 10.NUMBER.0.1/24 or 2001:NUMBER::1/64; numbers above 255 go into the next byte. */
struct scripted_address {
    int family;
    bool deleted;
    unsigned number;
    unsigned count; /* this one and those with the numbers behind it; 0: this one only */
    uint32_t link;
};

struct scripted_nexthop {
    int family;
    bool deleted;
    uint32_t id;
    uint32_t link;
    uint8_t gateway;
};

struct scripted_netconf {
    int family;
    bool deleted;
    int32_t ifindex;
    int ignores_linkdown;
};

/* Two bytes behind the netlink header, too few for any type. */
struct scripted_malformed {
    uint16_t type;
    uint8_t family;
};

struct scripted_message {
    enum scripted_kind kind;
    union {
        struct scripted_link link;
        struct scripted_nexthop nexthop;
        struct scripted_route route;
        struct scripted_address address;
        struct scripted_netconf netconf;
        struct scripted_malformed malformed;
        uint32_t prefix_link;
        int error;
    };
};

/* clang-format off */
#define LINK(number, ...)      {.kind = SCRIPTED_LINK, .link = {.ifindex = (number), __VA_ARGS__}}
#define LINK_DOWN(number, ...) LINK(number, .is_down = true, __VA_ARGS__)
#define NO_LINK(number, ...) \
    {.kind = SCRIPTED_NO_LINK, .link = {.ifindex = (number), __VA_ARGS__}}
#define ROUTE(af, n, ...) \
    {.kind = SCRIPTED_ROUTE, .route = {.family = (af), .number = (n), __VA_ARGS__}}
#define ROUTE4(n, ...)         ROUTE(AF_INET, n, __VA_ARGS__)
#define ROUTE6(n, ...)         ROUTE(AF_INET6, n, __VA_ARGS__)
#define ADDRESS(af, n, of, ...) \
    {.kind = SCRIPTED_ADDRESS, \
     .address = {.family = (af), .number = (n), .link = (of), __VA_ARGS__}}
#define ADDRESS4(n, of, ...)   ADDRESS(AF_INET, n, of, __VA_ARGS__)
#define ADDRESS6(n, of, ...)   ADDRESS(AF_INET6, n, of, __VA_ARGS__)
#define NEXTHOP(af, n, of, to, ...) \
    {.kind = SCRIPTED_NEXTHOP, \
     .nexthop = {.family = (af), .id = (n), .link = (of), .gateway = (to), __VA_ARGS__}}
#define NEXTHOP4(n, of, to, ...) NEXTHOP(AF_INET, n, of, to, __VA_ARGS__)
#define NEXTHOP6(n, of, to, ...) NEXTHOP(AF_INET6, n, of, to, __VA_ARGS__)
#define NETCONF(af, number, ignores, ...) \
    {.kind = SCRIPTED_NETCONF, \
     .netconf = {.family = (af), .ifindex = (number), .ignores_linkdown = (ignores), __VA_ARGS__}}
#define NETCONF4(number, ignores, ...) NETCONF(AF_INET, number, ignores, __VA_ARGS__)
#define NETCONF6(number, ignores, ...) NETCONF(AF_INET6, number, ignores, __VA_ARGS__)
/* RTM_NEWPREFIX: a router advertised one. */
#define PREFIX(number)         {.kind = SCRIPTED_PREFIX, .prefix_link = (number)}
/* A datagram that is longer than the buffer. */
#define TRUNCATED              {.kind = SCRIPTED_TRUNCATED}
/* A receive that fails: ENOBUFS after an overrun, ENOMEM. */
#define FAILURE(number)        {.kind = SCRIPTED_FAILURE, .error = (number)}
#define MALFORMED(rtm, af) \
    {.kind = SCRIPTED_MALFORMED, .malformed = {.type = (rtm), .family = (af)}}
#define MESSAGES(...) \
    (const struct scripted_message[]){__VA_ARGS__, {.kind = SCRIPTED_END}}
#define NO_MESSAGES            (const struct scripted_message[]){{.kind = SCRIPTED_END}}
/* clang-format on */

/* How many messages a row stands for. */
unsigned scripted_message_count(const struct scripted_message *message);

/*
 * The nth of these, from 0, allocated: free() it. `time_ms` is the kernel's time. Fails the test
 * where it cannot be built.
 */
struct nlmsghdr *scripted_message_build(const struct scripted_message *message, unsigned nth,
                                        uint64_t time_ms);

#endif
