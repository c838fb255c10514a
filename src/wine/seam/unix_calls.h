/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The calls from the DLL (PE) to the host (ELF): src/backend/backend.h, carried over Wine's unix
 * call. Each call has a number and one struct of parameters.
 *
 * The structs have one layout on every platform, 32-bit Windows programs on a 64-bit host
 * included: pointers and the host's objects are 64-bit integers, and nothing depends on padding.
 * Rows cross as they are (src/mib/row.h). `result` is 0 or an error of unix_errors.h.
 */
#ifndef SRC_WINE_SEAM_UNIX_CALLS_H
#define SRC_WINE_SEAM_UNIX_CALLS_H

#include "mib/row.h"

/* Raised whenever a call, a struct or a row changes: both halves have to be of one build. */
enum { UNIX_CALLS_VERSION = 2 };

/*
 * What crosses as the iftype of a link that is point-to-point by its flags alone. The host has PPP
 * for it and no way to tell it from PPP proper; the DLL gives it the type that Wine has for it.
 */
enum { UNIX_IFTYPE_POINTOPOINT = 0x8000 | 23 };

/* Every call, with the name of its function on the host. The enum and the table are made of it. */
#define UNIX_CALL_LIST(X)                                                                          \
    X(VERSION, version)                                                                            \
    X(READ_TABLE, read_table)                                                                      \
    X(READ_IPINTERFACE, read_ipinterface)                                                          \
    X(READ_UNICAST, read_unicast)                                                                  \
    X(READ_ROUTE, read_route)                                                                      \
    X(READ_TEREDO, read_teredo)                                                                    \
    X(READ_LINK, read_link)                                                                        \
    X(READ_LINK_BY_NAME, read_link_by_name)                                                        \
    X(WATCH_OPEN, watch_open)                                                                      \
    X(WATCH_WAIT, watch_wait)                                                                      \
    X(WATCH_ROWS, watch_rows)                                                                      \
    X(WATCH_INTERRUPT, watch_interrupt)                                                            \
    X(WATCH_CLOSE, watch_close)                                                                    \
    X(ROWS_FETCH, rows_fetch)                                                                      \
    X(ROWS_FREE, rows_free)

#define UNIX_CALL_NUMBER(number, function) UNIX_CALL_##number,

enum unix_call { UNIX_CALL_LIST(UNIX_CALL_NUMBER) UNIX_CALLS };

struct unix_version_params {
    uint32_t version; /* out */
    int32_t result;
};

/*
 * Rows come in batches: the first with the call that reads them all, the others with
 * UNIX_CALL_ROWS_FETCH. `rows` is what is left on the host, 0 where nothing is.
 */
struct unix_batch {
    uint64_t buffer; /* in: union mib_row[room] */
    uint64_t rows;   /* out; in for a fetch */
    uint64_t total;  /* out: rows in all, those of the other batches included */
    uint32_t room;   /* in */
    uint32_t count;  /* out */
};

struct unix_read_table_params {
    struct unix_batch batch;
    uint32_t table;
    uint32_t family;
    int32_t result;
    uint32_t reserved;
};

struct unix_read_ipinterface_params {
    struct mib_ipinterface row; /* in: the key */
    int32_t result;
};

struct unix_read_unicast_params {
    struct mib_unicast row; /* in: the key */
    int32_t result;
    uint32_t reserved;
};

struct unix_read_route_params {
    struct mib_route row; /* in: the key */
    int32_t result;
};

struct unix_read_teredo_params {
    struct mib_teredo row; /* out */
    int32_t result;
};

struct unix_read_link_params {
    struct mib_link link; /* in: the index, or the name */
    int32_t result;
};

struct unix_watch_open_params {
    uint64_t watch; /* out */
    uint32_t table;
    uint32_t family;
    int32_t result;
    uint32_t reserved;
};

struct unix_watch_wait_params {
    uint64_t watch;
    uint64_t changes; /* in: struct mib_change[room] */
    uint32_t room;
    uint32_t count; /* out */
    int32_t result;
    uint32_t reserved;
};

struct unix_watch_rows_params {
    struct unix_batch batch;
    uint64_t watch;
    int32_t result;
    uint32_t reserved;
};

/* UNIX_CALL_WATCH_INTERRUPT, UNIX_CALL_WATCH_CLOSE. */
struct unix_watch_params {
    uint64_t watch;
};

/* UNIX_CALL_ROWS_FETCH, UNIX_CALL_ROWS_FREE: no more than batch.rows is needed for the latter. */
struct unix_rows_params {
    struct unix_batch batch;
};

#define UNIX_CALLS_ASSERT_SIZE(type, size)                                                         \
    _Static_assert(sizeof(type) == (size), #type " has another layout here")

UNIX_CALLS_ASSERT_SIZE(struct mib_ipinterface, 40);
UNIX_CALLS_ASSERT_SIZE(struct mib_unicast, 48);
UNIX_CALLS_ASSERT_SIZE(struct mib_route, 52);
UNIX_CALLS_ASSERT_SIZE(struct mib_teredo, 8);
UNIX_CALLS_ASSERT_SIZE(struct mib_link, 24);
UNIX_CALLS_ASSERT_SIZE(union mib_row, 56);
UNIX_CALLS_ASSERT_SIZE(struct mib_change, 64);
UNIX_CALLS_ASSERT_SIZE(struct unix_version_params, 8);
UNIX_CALLS_ASSERT_SIZE(struct unix_batch, 32);
UNIX_CALLS_ASSERT_SIZE(struct unix_read_table_params, 48);
UNIX_CALLS_ASSERT_SIZE(struct unix_read_ipinterface_params, 44);
UNIX_CALLS_ASSERT_SIZE(struct unix_read_unicast_params, 56);
UNIX_CALLS_ASSERT_SIZE(struct unix_read_route_params, 56);
UNIX_CALLS_ASSERT_SIZE(struct unix_read_teredo_params, 12);
UNIX_CALLS_ASSERT_SIZE(struct unix_read_link_params, 28);
UNIX_CALLS_ASSERT_SIZE(struct unix_watch_open_params, 24);
UNIX_CALLS_ASSERT_SIZE(struct unix_watch_wait_params, 32);
UNIX_CALLS_ASSERT_SIZE(struct unix_watch_rows_params, 48);
UNIX_CALLS_ASSERT_SIZE(struct unix_watch_params, 8);
UNIX_CALLS_ASSERT_SIZE(struct unix_rows_params, 32);

#endif
