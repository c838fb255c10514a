/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * All rows that adapters are made of, as one call reads them: each table once, and the rows of an
 * interface chained to it in the order in which they were read. For adapters.c, adapter_info.c.
 */
#ifndef SRC_API_IPHLPAPI_ADAPTER_ROWS_H
#define SRC_API_IPHLPAPI_ADAPTER_ROWS_H

#include "mib/filter.h"
#include "mib/row/interface.h"
#include "mib/table.h"

#include <stdbool.h>
#include <stddef.h>

/* What belongs to interfaces. */
enum adapter_part {
    ADAPTER_UNICAST,
    ADAPTER_ANYCAST,
    ADAPTER_MULTICAST,
    ADAPTER_GATEWAY, /* default routes through a gateway */
    ADAPTER_DNS,     /* servers of the family, and suffixes */
    ADAPTER_DHCP,    /* one for each family that a client runs for */
    ADAPTER_PREFIX,  /* struct adapter_prefix, made of the unicast addresses */
    ADAPTER_PARTS
};

/* A prefix that is on the link. */
struct adapter_prefix {
    MIB_HEAD;
    uint8_t length; /* bits */
    struct mib_addr address;
};

/* Rows of one size, and for each the number of the next one of its interface, plus 1. */
struct adapter_table {
    uint8_t *rows;
    uint32_t *next;
    size_t row_size;
    size_t count;
    size_t capacity;
    bool (*takes)(const void *row, enum mib_family family); /* NULL: all */
    enum mib_family family;
};

struct adapter_rows {
    struct adapter_table interfaces;
    struct adapter_table parts[ADAPTER_PARTS];
    uint32_t *first[ADAPTER_PARTS]; /* by the interface's number: its first row, plus 1 */
    uint32_t *slots;                /* by a hash of the ifindex: an interface's number, plus 1 */
    size_t mask;
    size_t *shown; /* numbers of interfaces, in the order in which a program gets them */
    size_t shown_count;
};

/*
 * parts: bits 1 << enum adapter_part of those that are wanted. Prefixes are made of unicast
 * addresses, which then are read, too. 0; negative errno.
 */
int adapter_rows_read(struct adapter_rows *rows, enum mib_family family, uint32_t interface_flags,
                      unsigned int parts);

/*
 * Which interfaces are shown: those that `shows` is true for, or all. First that of the default
 * route, of IPv4 and then of IPv6, at the end those of the loopback; the others by their index. A
 * program that takes the first one means the one that leads to the Internet.
 */
int adapter_rows_choose(struct adapter_rows *rows, enum mib_family family,
                        bool (*shows)(const struct mib_interface *link, enum mib_family family));

void adapter_rows_clear(struct adapter_rows *rows);

const struct mib_interface *adapter_rows_interface(const struct adapter_rows *rows, size_t number);

/* The interface's rows of that part: the first one, or the one after; NULL: no more. */
const void *adapter_rows_first(const struct adapter_rows *rows, enum adapter_part part,
                               size_t interface_number);
const void *adapter_rows_next(const struct adapter_rows *rows, enum adapter_part part,
                              const void *row);

#endif
