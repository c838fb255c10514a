/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The rows of all kinds alike: keys as tests write them, tables read and compared, what is wrong
 * with a row, and how it looks in a failure's report.
 */
#ifndef TESTS_SUPPORT_ROWS_H
#define TESTS_SUPPORT_ROWS_H

#include "row_kinds.h"

/* An interface as it was when it was looked up; its rows' keys outlive it. */
struct iface {
    NET_IFINDEX index;
    NET_LUID luid;
};

const char *row_kind_name(enum row_kind kind);

/* The index that is in a LUID: 24 bits in NetLuidIndex, the others in Reserved. */
NET_IFINDEX luid_index(uint64_t luid);

/* Fails the test if there is no such interface in the thread's namespace. */
struct iface iface_get(const char *name);

/* NULL: the interface's own, of that family; else "192.0.2.1", or "192.0.2.0/24" without a gateway.
 */
struct row_key row_key_parse(struct iface iface, ADDRESS_FAMILY family, const char *text);

struct row_key interface_key(struct iface iface, ADDRESS_FAMILY family);

/* "192.0.2.1" or "fe80::1", of no zone; fails the test for what is no address. */
SOCKADDR_INET inet_address(const char *text);

/* "192.0.2.1" or "fe80::1" */
struct row_key unicast_key(struct iface iface, const char *address);

/* "192.0.2.0/24", and the gateway, or NULL for an on-link route. */
struct row_key route_key(struct iface iface, const char *prefix, const char *next_hop);

/* The interface that the row is of. */
NET_IFINDEX row_index(enum row_kind kind, const union any_row *row);

/* Whether a notification was due had the row turned from one into the other. */
bool row_visibly_equal(enum row_kind kind, const union any_row *a, const union any_row *b);

/* Says what is inconsistent in the row, whoever made it, or returns NULL. */
const char *row_fault(enum row_kind kind, const union any_row *row);

/* One line: the key, and the fields of which changes are told. The buffer is returned. */
#define ROW_TEXT_SIZE 512
const char *row_format(enum row_kind kind, const union any_row *row, char text[ROW_TEXT_SIZE]);
const char *row_key_format(enum row_kind kind, const struct row_key *key, char text[ROW_TEXT_SIZE]);

/* The names of the fields that row_visibly_equal() finds different. The buffer is returned. */
const char *row_differences(enum row_kind kind, const union any_row *a, const union any_row *b,
                            char text[ROW_TEXT_SIZE]);

/* A table read afresh and copied, in the order of the keys; rows to be freed. */
struct row_table {
    union any_row *rows;
    size_t count;
};

/* The error of Get…Table; "no such entries" is an empty table. */
DWORD row_table_read(enum row_kind kind, ADDRESS_FAMILY family, struct row_table *ret_table);
void row_table_free(struct row_table *table);

/*
 * Two lists of rows in the order of their keys, side by side: those with one key together, where
 * the other list has none with NULL.
 *
 *     struct row_pair pair = row_pairs(kind, …);
 *     while (row_pair_next(&pair))
 *         pair.a, pair.b
 */
struct row_pair {
    enum row_kind kind;
    const union any_row *a;
    const union any_row *b;
    const union any_row *next_a;
    const union any_row *next_b;
    size_t left_a;
    size_t left_b;
};

struct row_pair row_pairs(enum row_kind kind, const union any_row *a, size_t a_count,
                          const union any_row *b, size_t b_count);
bool row_pair_next(struct row_pair *pair);

/* Get…Entry for the row with that key; ERROR_NOT_SUPPORTED of a kind that has no such function. */
DWORD row_get(enum row_kind kind, const struct row_key *key, union any_row *ret_row);

#endif
