/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which link-layer address a neighbour has, asked of the neighbour itself. */
#ifndef SRC_MIB_QUERY_RESOLVE_H
#define SRC_MIB_QUERY_RESOLVE_H

#include "mib/query.h"
#include "mib/row/neighbour.h"

/*
 * In: the row's key, with ifindex 0 for the interface by which the host reaches the address; source
 * and fresh. Out: the row. It takes as long as the neighbour lets itself be waited for, within
 * bounds.
 * -EHOSTUNREACH: nobody answers, or the address is not on a network that the interface is on.
 * -EADDRNOTAVAIL: source is not an address of the interface, or, where none is named, of the host.
 */
struct mib_resolve {
    union {
        struct {
            MIB_HEAD;
        };
        struct mib_neighbour row;
    };
    struct mib_addr source; /* an address of the interface to ask on; zero: none is named */
    uint8_t fresh;          /* what the host knows already does not count */
    uint8_t reserved[3];
};

MIB_ASSERT_LAYOUT(struct mib_resolve, MIB_QUERY_SIZE_RESOLVE);

#endif
