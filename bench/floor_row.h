/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What one row costs at least: bare requests for it, each set of them on a socket that is opened
 * for it and closed again, the attributes of the answers walked over, nothing stored. What fails
 * here ends the process.
 */
#ifndef BENCH_FLOOR_ROW_H
#define BENCH_FLOOR_ROW_H

#include <stdbool.h>
#include <stdint.h>

/* IPv4 addresses are in host byte order. */

/* The link and the route that applies to the address, by the kernel's look-up. */
void floor_get_route(uint32_t address);

/* That route, what the kernel makes of it for one packet, and the link. */
void floor_get_best_route(uint32_t address);

/* The latter alone, which says the interface. */
void floor_get_best_interface(uint32_t address);

/* The link with its counters, and its speed (ethtool). */
void floor_get_link(void);

/* The link and its IPv4 addresses; the kernel tells no single one. */
void floor_get_address(void);

/* The link and the neighbour. */
void floor_get_neighbour(uint32_t address);

/* Adds (or deletes) a route, acknowledged; numbers are those of kernel.h. */
void floor_change_route(bool add, uint32_t number);

#endif
