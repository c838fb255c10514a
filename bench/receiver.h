/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whoever hears of changes: the library, or the floor that it is measured against. Both look the
 * same to a benchmark, and run the same handler.
 */
#ifndef BENCH_RECEIVER_H
#define BENCH_RECEIVER_H

#include <stdbool.h>
#include <stdint.h>

enum subject {
    SUBJECT_LINKS,     /* IPv4 interfaces */
    SUBJECT_ADDRESSES, /* IPv4 addresses */
    SUBJECT_ROUTES4,
    SUBJECT_ROUTES6,
};

enum change { CHANGE_ADD, CHANGE_PARAMETER, CHANGE_DELETE };

/*
 * Runs on the receiver's own thread. key: the MTU of "bench0", the address in host byte order, or
 * the route's number. Changes of other things are kept back.
 */
typedef void (*receiver_handler)(void *context, enum change change, uint32_t key);

struct receiver_kind {
    /* Hears of every change from then on. */
    void *(*open)(enum subject subject, receiver_handler handler, void *context);

    /* No handler runs afterwards. */
    void (*close)(void *receiver);
};

/* For a handler: when the receiver heard of the change, in ns as clock_now(). */
uint64_t receiver_now(void);

/* A registration: NotifyIpInterfaceChange, NotifyUnicastIpAddressChange, NotifyRouteChange2. */
extern const struct receiver_kind receiver_ours;

/*
 * A thread in a bare blocking recv() on a socket that is joined to the same groups and has a
 * 256 MB receive buffer, or what of it the privileges allow. It tells additions from changes no
 * better than the messages do.
 */
extern const struct receiver_kind receiver_floor;

/* As receiver_ours, in a program in Wine. */
extern const struct receiver_kind receiver_wine;

/*
 * A bare listener's socket and thread, with a bare dump of the IPv4 or IPv6 routes over it; before
 * that of links and nexthop objects, by which rows of routes are told, if that is wanted.
 */
void *floor_open_with_dump(bool ipv6, bool with_links);

/*
 * Reads the routes of a family, as bare as can be: recv() into 32 kB, the attributes looked up,
 * nothing stored. Returns how many there are in all tables.
 */
uint32_t floor_dump(bool ipv6);

/* Likewise the IPv4 neighbours. */
uint32_t floor_dump_neighbours(void);

/* Likewise the links with their counters and their speeds (ethtool); how many links there are. */
uint32_t floor_dump_links(void);

/* Likewise these and the addresses of all kinds: what adapters are made of. */
uint32_t floor_dump_adapters(void);

/* The TCP sockets of IPv4 and those of IPv6. */
uint32_t floor_dump_sockets(void);

/*
 * As floor_dump, with the keys of the routes (prefix, length, next hop, interface) stored one after
 * the other in memory that the caller frees.
 */
void *floor_dump_keys(bool ipv6, uint32_t *ret_count);

/* A bare socket of a netlink protocol. */
int floor_open_socket(int protocol);

/* The number of the generic netlink family "ethtool"; 0: there is none. */
uint16_t floor_ethtool_family(void);

#endif
