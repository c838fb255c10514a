/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The namespace that a benchmark runs in, and the changes that it makes there: raw rtnetlink
 * requests, nothing of the library. What fails here ends the process.
 *
 * Routes have numbers. IPv4 route n is 1.0.0.0/24 and n times 256 further, through 192.0.2.2;
 * IPv6 route n is 2a00::/48 and n times 2^80 further, through 2001:db8::2. All leave by the
 * interface "bench0".
 */
#ifndef BENCH_KERNEL_H
#define BENCH_KERNEL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BENCH_MTU_BASE = 1400, BENCH_ROUTES_MAX = 4 << 20 };

/* Enters a new network namespace and makes its interfaces: lo, and "bench0" with addresses. */
void kernel_enter(void);

/* Removes the interface, and all routes with it. */
void kernel_leave(void);

/*
 * From now on the other end of "bench0" is in a network namespace of its own, which has nothing but
 * that and the address kernel_gateway(), where echo requests are answered.
 */
void kernel_move_peer_next_door(void);

uint32_t kernel_ifindex(void); /* of "bench0" */

/* In host byte order: an IPv4 address of "bench0", and of keys where the routes lead and begin. */
uint32_t kernel_address(void);
uint32_t kernel_gateway(void);
uint32_t kernel_route_prefix(uint32_t number);
uint32_t kernel_neighbour_address(uint32_t number);

/*
 * Adds (or deletes) routes first … first + count - 1, as fast as the kernel takes them: 60 kB of
 * requests in one send, of which only the last one is acknowledged. Returns the ns that the
 * kernel was busy with it.
 */
uint64_t kernel_change_routes(bool ipv6, bool add, uint32_t first, uint32_t count);

/*
 * Adds permanent IPv4 neighbours, in the same way: number n is 1.0.0.0 and n further, at
 * 02:00 and the four bytes of n, on the interface "bench0".
 */
void kernel_add_neighbours(uint32_t first, uint32_t count);

/*
 * Adds links, up, of kind veth, each two of them a pair, and two IPv4 addresses to each. count is
 * even.
 */
void kernel_add_links(uint32_t first, uint32_t count);

/* Single changes. *ret_sent is the time right before the request was sent. */
void kernel_change_route(bool add, uint32_t number, atomic_ullong *ret_sent);    /* IPv4 */
void kernel_change_address(bool add, uint32_t address, atomic_ullong *ret_sent); /* IPv4, /32 */
void kernel_change_mtu(uint32_t mtu, atomic_ullong *ret_sent);                   /* "bench0" */

/* The number of a route, by its prefix in network byte order; UINT32_MAX: none of ours. */
uint32_t kernel_route_number(bool ipv6, uint8_t prefix_length, const void *prefix);

/* Messages dropped at the full receive buffers of the namespace's open netlink sockets. */
uint64_t kernel_drops(void);

/*
 * Takes (true) the calling thread's right to exceed the system's limit for receive buffers, as
 * an ordinary user has none; false gives it back.
 */
void kernel_be_ordinary(bool ordinary);

/*
 * Shrinks the receive buffers of this process's netlink sockets to what an ordinary user gets
 * where net.core.rmem_max has the value that most systems have (212,992).
 */
void kernel_shrink_buffers(void);

/* Whether a receive buffer may exceed the system's limit. */
bool kernel_may_force_buffer(void);

#endif
