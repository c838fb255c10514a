/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * NTE contexts: the numbers by which the functions older than netioapi.h know IPv4 addresses of
 * interfaces. A process has its own; an address keeps its number for as long as the process lives,
 * also where it goes and comes back.
 */
#ifndef SRC_API_NTE_H
#define SRC_API_NTE_H

#include <stdbool.h>
#include <stdint.h>

/* Of the address, in network byte order, on the interface. 0: no memory. */
uint32_t nte_context_of(uint32_t address, uint32_t ifindex);

/* False: no address has that number. */
bool nte_find(uint32_t context, uint32_t *ret_address, uint32_t *ret_ifindex);

#endif
