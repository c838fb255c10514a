/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A kernel of the test's own in place of the real one, for watches: it has links, nexthop objects,
 * addresses and routes to dump, says what the test lets it say, and keeps the time. So what depends
 * on which message comes in the midst of which dump can be played, the same way each time.
 *
 * Requests are noted, a word each:
 *     L      dump of links            B      the loopback link, as a barrier
 *     R2     one other link
 *     N      dump of nexthop objects
 *     4m 4l  dump of IPv4's table main or local, 4a of its addresses; 6m … of IPv6's; 4m/2 of one
 *            link only
 */
#ifndef TESTS_UNIT_SCRIPTED_KERNEL_H
#define TESTS_UNIT_SCRIPTED_KERNEL_H

#include "backend/netlink/watch/watch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Everything is as before the first test: links 1 to 9, all up, no routes. */
void kernel_reset(void);

/* A link with both IP halves, without hardware addresses, MTU 1500 unless it is said. */
struct link_says {
    uint16_t type; /* RTM_NEWLINK where 0 */
    int family;    /* AF_UNSPEC; AF_INET6 and AF_BRIDGE tell of nothing but the link */
    uint32_t ifindex;
    bool is_down;
    uint32_t flags; /* IFF_… beside those that tell whether it is up */
    uint32_t master;
    uint32_t lower;  /* the link below it, or its peer … */
    bool is_ipvlan;  /* … which it follows if it is one */
    uint16_t arphrd; /* ARPHRD_NONE where 0, of the loopback link ARPHRD_LOOPBACK */
    uint32_t mtu;
    uint32_t ipv6_mtu; /* IPv6's own; 0: not said */
    bool without_ipv6;
};

struct nlmsghdr *link_says_all(const struct link_says *link);
#define LINK(...) link_says_all(&(const struct link_says){__VA_ARGS__})

static inline struct nlmsghdr *link_says(uint16_t type, uint32_t ifindex, bool up)
{
    return LINK(.type = type, .ifindex = ifindex, .is_down = !up);
}

/* A route 10.NUMBER.0.0/16 or 2001:NUMBER::/32, in table main, metric 10, protocol static. */
struct route_says {
    int family;     /* AF_INET where 0 */
    uint32_t table; /* RT_TABLE_MAIN where 0 */
    uint32_t metric;
    uint32_t link; /* of the first nexthop, 2 where 0 */
    uint32_t second_link;
    uint32_t nexthop; /* id of the nexthop object whose nexthop it has … */
    int32_t expires;  /* in 1/100 s, where it has an expiry */
    uint16_t type;    /* RTM_NEWROUTE where 0 */
    uint16_t flags;   /* NLM_F_… */
    uint8_t number;
    uint8_t tos;
    uint8_t protocol; /* RTPROT_STATIC where 0 */
    uint8_t scope;
    uint8_t kind; /* RTN_UNICAST where 0 */
    uint8_t gateway;
    uint8_t second_gateway; /* of a second nexthop, on the link second_link; 0: there is none */
    uint8_t weight;         /* of the second nexthop; 0 is 1 */
    bool nexthop_is_dead;   /* the second one, where there are two */
    bool compatible;        /* … and tells itself beside (nexthop_compat_mode) */
    bool is_local;          /* RTN_LOCAL, on its link */
    bool has_expiry;
};

struct nlmsghdr *route_says(const struct route_says *route);
#define ROUTE(...) route_says(&(const struct route_says){__VA_ARGS__})

struct nlmsghdr *nexthop_says(uint16_t type, int family, uint32_t id, uint32_t ifindex,
                              uint8_t gateway);

/* 10.NUMBER.0.1/24 or 2001:NUMBER::1/64; numbers above 255 go into the next byte. */
struct nlmsghdr *address_says(uint16_t type, int family, uint32_t ifindex, unsigned number);

struct nlmsghdr *prefix_says(uint32_t ifindex); /* RTM_NEWPREFIX: a router advertised one */
struct nlmsghdr *netconf_says(uint16_t type, int family, int32_t ifindex, int ignores_linkdown);

/* What it has. Messages are taken over; a link replaces the one with its index. */
void kernel_has_link(struct nlmsghdr *message);
void kernel_has_no_link(uint32_t ifindex);
void kernel_lacks_ipv6(void); /* dumps of IPv6 show what the other families have */
void kernel_has_nexthops(struct nlmsghdr *message);       /* one, or NULL for none */
void kernel_has_routes(struct nlmsghdr *const *messages); /* NULL-terminated; all that there are */
void kernel_has_addresses(struct nlmsghdr *const *messages);
#define HAS_ADDRESSES(...) kernel_has_addresses((struct nlmsghdr *[]){__VA_ARGS__, NULL})
#define HAS_NO_ADDRESSES() kernel_has_addresses((struct nlmsghdr *[]){NULL})
#define HAS_ROUTES(...) kernel_has_routes((struct nlmsghdr *[]){__VA_ARGS__, NULL})
#define HAS_NO_ROUTES() kernel_has_routes((struct nlmsghdr *[]){NULL})

/* What it says, in a datagram of its own each, taken over. */
void kernel_says(struct nlmsghdr *message);
void kernel_says_too_long(void); /* a datagram that is cut */
void kernel_fails(int error);    /* a receive that fails: ENOBUFS, ENOMEM */

/*
 * What it does when a dump of routes or addresses is requested, or one of nexthop objects: called
 * with their number, from 1, before the answer is given.
 */
extern void (*kernel_at_request)(unsigned number);
extern void (*kernel_at_nexthop_request)(unsigned number);

/* For the answer that is about to be given. */
void kernel_flags_interrupted(void);
void kernel_loses_answer(void);

/* And what it does right behind it, once. */
extern void (*kernel_behind_answer)(void);

/* The time that has passed, in ms; it passes when a watch waits. */
uint64_t kernel_time(void);
void kernel_time_passes(uint32_t ms);

/* What was requested since this was asked last. */
const char *kernel_requests(void);

/* A watch that has learned what the kernel has. Fails the test where it cannot be. */
struct backend_watch *watch_of(enum mib_table table, enum mib_family family);

/*
 * What the watch tells until it would wait for ever: A, P or D with the number of the address or
 * the route's prefix, and with the next hop's last byte where it has one: "A1:7 D2 ". Interfaces
 * are told with family, index and MTU: "A6.2:1500 ".
 */
const char *watch_tells(struct backend_watch *watch);

/* Waits for one change, which must come. */
const struct mib_change *watch_waits(struct backend_watch *watch);

/* What it knows to be there, in order: "1:7 2 ". */
const char *watch_knows(struct backend_watch *watch);

#endif
