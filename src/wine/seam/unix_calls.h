/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The calls from the DLL (PE) to the host (ELF): src/backend/backend.h, carried over Wine's unix
 * call. Each call has a number and one struct of parameters. They carry any table: a new one
 * changes nothing here.
 *
 * The structs have one layout on every platform, 32-bit Windows programs on a 64-bit host
 * included: pointers and the host's objects are 64-bit integers, and nothing depends on padding.
 * Rows cross as they are (src/mib/). `result` is 0 or an error of unix_errors.h.
 */
#ifndef SRC_WINE_SEAM_UNIX_CALLS_H
#define SRC_WINE_SEAM_UNIX_CALLS_H

#include "mib/change.h"
#include "mib/filter.h"
#include "mib/query.h"
#include "mib/table.h"
#include "mib/watch_counters.h"

/*
 * What crosses as the iftype of a link that is point-to-point by its flags alone. The host has PPP
 * for it and no way to tell it from PPP proper; the DLL gives it the type that Wine has for it.
 */
enum { UNIX_IFTYPE_POINTOPOINT = 0x8000 | 23 };

/*
 * Every call: its number, the name of its function on the host, the size of its parameters. The
 * enum, the host's table, the layout's proof and the version are made of it.
 */
#define UNIX_CALL_LIST(X)                                                                          \
    X(VERSION, version, 8)                                                                         \
    X(READ_TABLE, read_table, 48)                                                                  \
    X(READ_ROW, read_row, 16)                                                                      \
    X(CHANGE_ROW, change_row, 32)                                                                  \
    X(QUERY, query, 16)                                                                            \
    X(WATCH_OPEN, watch_open, 24)                                                                  \
    X(WATCH_SHARE, watch_share, 24)                                                                \
    X(WATCH_PUT, watch_put, 8)                                                                     \
    X(WATCH_NEXT, watch_next, 16)                                                                  \
    X(WATCH_TAKE, watch_take, 32)                                                                  \
    X(WATCH_ROWS, watch_rows, 48)                                                                  \
    X(WATCH_COUNT, watch_count, 16)                                                                \
    X(WATCH_INTERRUPT, watch_interrupt, 8)                                                         \
    X(WATCH_CLOSE, watch_close, 8)                                                                 \
    X(ROWS_FETCH, rows_fetch, 32)                                                                  \
    X(ROWS_FREE, rows_free, 32)

#define UNIX_CALL_NUMBER(number, function, size) UNIX_CALL_##number,

enum unix_call { UNIX_CALL_LIST(UNIX_CALL_NUMBER) UNIX_CALLS };

/* The first call, before it is known whether the other side is of this build: it stays as it is. */
struct unix_version_params {
    uint32_t version; /* out */
    int32_t result;
};

/*
 * Rows come in batches: the first with the call that reads them all, the others with
 * UNIX_CALL_ROWS_FETCH. `rows` is what is left on the host, 0 where nothing is.
 */
struct unix_batch {
    _Alignas(8) uint64_t buffer; /* in: room for so many rows of the table */
    uint64_t rows;               /* out; in for a fetch */
    uint64_t total;              /* out: rows in all, those of the other batches included */
    uint32_t room;               /* in */
    uint32_t count;              /* out */
};

struct unix_read_table_params {
    struct unix_batch batch;
    struct mib_filter filter;
    uint32_t table;
    int32_t result;
};

struct unix_read_row_params {
    _Alignas(8) uint64_t row; /* in: the key; out: the row */
    uint32_t table;
    int32_t result;
};

struct unix_change_row_params {
    _Alignas(8) uint64_t row; /* in */
    uint64_t fields;
    uint32_t table;
    uint32_t verb;
    int32_t result;
    uint32_t reserved;
};

struct unix_query_params {
    _Alignas(8) uint64_t params; /* in and out: the query's struct */
    uint32_t query;
    int32_t result;
};

struct unix_watch_open_params {
    _Alignas(8) uint64_t watch; /* out */
    struct mib_filter filter;
    uint32_t table;
    int32_t result;
};

struct unix_watch_share_params {
    _Alignas(8) uint64_t watch;
    uint64_t context;
    int32_t result;
    uint32_t reserved;
};

struct unix_watch_put_params {
    _Alignas(8) uint64_t watch;
};

struct unix_watch_next_params {
    _Alignas(8) uint64_t context; /* out */
    uint32_t timeout_ms;          /* UINT32_MAX: none */
    int32_t result;
};

struct unix_watch_take_params {
    _Alignas(8) uint64_t watch;
    uint64_t changes; /* in: room for so many bytes of struct mib_change */
    uint32_t size;
    uint32_t count; /* out */
    int32_t result;
    uint32_t reserved;
};

struct unix_watch_rows_params {
    struct unix_batch batch;
    _Alignas(8) uint64_t watch;
    uint32_t table; /* the watch's */
    int32_t result;
};

struct unix_watch_count_params {
    _Alignas(8) uint64_t watch;
    uint64_t counters; /* out: a struct mib_watch_counters */
};

struct unix_watch_interrupt_params {
    _Alignas(8) uint64_t watch;
};

struct unix_watch_close_params {
    _Alignas(8) uint64_t watch;
};

struct unix_rows_fetch_params {
    struct unix_batch batch;
};

/* No more than batch.rows is needed. */
struct unix_rows_free_params {
    struct unix_batch batch;
};

#define UNIX_CALL_ASSERT_SIZE(number, function, size)                                              \
    _Static_assert(sizeof(struct unix_##function##_params) == (size),                              \
                   "the parameters of " #function " have another layout here");

UNIX_CALL_LIST(UNIX_CALL_ASSERT_SIZE)

/*
 * Both sides have to be of one build: what they agree on, in one number. It changes with any call,
 * table, query or counter that is added, moved or made larger.
 */
static inline uint32_t unix_calls_version(void)
{
    static const uint16_t parts[] = {WATCH_COUNTERS,
#define UNIX_CALL_PART(number, function, size) UNIX_CALL_##number, (size),
                                     UNIX_CALL_LIST(UNIX_CALL_PART)
#undef UNIX_CALL_PART
#define MIB_TABLE(id, name, size, watched) MIB_TABLE_##id, (size),
#include "mib/tables.def"
#undef MIB_TABLE
#define MIB_QUERY(id, name, size) MIB_QUERY_##id, (size),
#include "mib/queries.def"
#undef MIB_QUERY
    };
    uint32_t version = 0x811c9dc5U; /* FNV-1a */

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        version = (version ^ parts[i]) * 0x01000193U;
    return version;
}

#endif
