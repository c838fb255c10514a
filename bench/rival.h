/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Other ways to read tables of this namespace. Each returns ms, NAN if not installed. */
#ifndef BENCH_RIVAL_H
#define BENCH_RIVAL_H

#include <stdint.h>

/* A program, its arguments NULL-terminated: the process as a whole; what it prints goes nowhere. */
double rival_program(char *const *arguments);

/* IPv4 routes, and how many there are at least: */

/* rtnl_route_alloc_cache(); neither the socket before nor the freeing after it counts. */
double rival_libnl(uint32_t routes);

/* IPRoute().get_routes(), without the start of Python. */
double rival_pyroute2(uint32_t routes);

#endif
