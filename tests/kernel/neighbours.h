/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the tests of changed and of resolved neighbours share: a pair of links, and what `ip` says.
 */
#ifndef TESTS_KERNEL_NEIGHBOURS_H
#define TESTS_KERNEL_NEIGHBOURS_H

#include "world.h"

/*
 * v0 here, 10.0.0.1/24 and 2001:db8:1::1/64, with the link-layer address NEAR; v1
 * beside, 10.0.0.2/24 and 2001:db8:1::2/64, with FAR.
 */
#define NEAR "02:00:00:00:00:01"
#define FAR "02:00:00:00:00:02"
void neighbours_start(struct world *world);

/* What `ip -json neigh` says of an address, or of a network, on the link. */
#define IP_SAYS_SIZE 65536
void ip_neigh(char text[IP_SAYS_SIZE], const char *link, const char *address);

/*
 * That `ip -json neigh` has the address with this link-layer address and this state ("PERMANENT");
 * NULL: that it does not have it.
 */
#define ip_neigh_expect(link, address, lladdr, state)                                              \
    ip_neigh_expect_at(__FILE__, __LINE__, link, address, lladdr, state)
void ip_neigh_expect_at(const char *file, int line, const char *link, const char *address,
                        const char *lladdr, const char *state);

/* A row with that key, and a link-layer address, or NULL for none. */
MIB_IPNET_ROW2 neighbour_row(const char *link, const char *address, const char *lladdr);
MIB_IPNETROW old_neighbour_row(const char *link, const char *address, const char *lladdr,
                               DWORD type);

/* In network byte order. */
DWORD ipv4_address(const char *text);

/* Whether the six bytes are that address. */
bool is_lladdr(const void *bytes, const char *text);

#endif
