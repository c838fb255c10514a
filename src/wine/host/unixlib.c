/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The host's half of the DLL, loaded by Wine: each unix call of unix_calls.h, on the netlink
 * backend as it is.
 *
 * Wine calls on the thread that calls in the DLL, on a stack of its own of some 100 kB. A call
 * may block; a signal that ends the thread while it does ends it here.
 */
#include "backend/array.h"
#include "backend/backend.h"
#include "backend/netlink/object/link.h"
#include "backend/netlink/watch/queue.h"
#include "backend/proc/socket_owners.h"
#include "wine/host/debug_channel.h"
#include "wine/host/server_connection.h"
#include "wine/host/unixlib.h"
#include "wine/seam/unix_calls.h"
#include "wine/seam/unix_errors.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Rows that wait to be fetched. */
struct rows {
    uint8_t *rows;
    size_t row_size;
    size_t count;
    size_t given;
    size_t capacity;
};

static int add_row(void *context, const void *row, size_t more)
{
    struct rows *rows = context;

    (void)more;
    uint8_t *grown = array_make_room(rows->rows, rows->count, &rows->capacity, rows->row_size, 64);
    if (!grown)
        return -ENOMEM;
    rows->rows = grown;
    memcpy(rows->rows + rows->count++ * rows->row_size, row, rows->row_size);
    return 0;
}

static void *to_pointer(uint64_t value)
{
    return (void *)(uintptr_t)value; // NOLINT(performance-no-int-to-ptr)
}

static void free_rows(struct rows *rows)
{
    free(rows->rows);
    free(rows);
}

/* The next rows; frees what was all given. */
static void give_batch(struct rows *rows, struct unix_batch *batch)
{
    size_t count = rows->count - rows->given;

    if (count > batch->room)
        count = batch->room;
    if (count > 0)
        memcpy(to_pointer(batch->buffer), rows->rows + rows->given * rows->row_size,
               count * rows->row_size);
    rows->given += count;
    batch->count = (uint32_t)count;
    batch->total = rows->count;
    batch->rows = (uintptr_t)rows;
    if (rows->given == rows->count) {
        free_rows(rows);
        batch->rows = 0;
    }
}

/* Begins to give the rows that were read, or frees them where the reading failed. */
static int32_t finish_rows(struct rows *rows, int r, struct unix_batch *batch)
{
    if (r < 0)
        free_rows(rows);
    else
        give_batch(rows, batch);
    return unix_error_from_errno(r);
}

/* 0; -ENOMEM; -EOPNOTSUPP: there is no such table. */
static int begin_rows(uint32_t table, struct rows **ret_rows)
{
    if (table >= MIB_TABLES)
        return -EOPNOTSUPP;
    struct rows *rows = calloc(1, sizeof(*rows));
    if (!rows)
        return -ENOMEM;
    rows->row_size = mib_row_size(table);
    *ret_rows = rows;
    return 0;
}

/* The first call of each process. */
static int32_t call_version(void *memory)
{
    struct unix_version_params *params = memory;

    link_iftype_pointopoint = UNIX_IFTYPE_POINTOPOINT;
    socket_owners_keeper = "wineserver";
    debug_channel_join();
    params->version = unix_calls_version();
    params->result = 0;
    return 0;
}

static int32_t call_read_table(void *memory)
{
    struct unix_read_table_params *params = memory;
    struct rows *rows;
    int r = begin_rows(params->table, &rows);

    if (r < 0) {
        params->result = unix_error_from_errno(r);
        return 0;
    }
    r = backend_read_table(params->table, &params->filter, add_row, rows);
    params->result = finish_rows(rows, r, &params->batch);
    return 0;
}

static int32_t call_read_row(void *memory)
{
    struct unix_read_row_params *params = memory;

    params->result =
        unix_error_from_errno(backend_read_row(params->table, to_pointer(params->row)));
    return 0;
}

static int32_t call_change_row(void *memory)
{
    struct unix_change_row_params *params = memory;

    params->result = unix_error_from_errno(
        backend_change_row(params->table, params->verb, to_pointer(params->row), params->fields));
    return 0;
}

static int32_t call_query(void *memory)
{
    struct unix_query_params *params = memory;

    params->result =
        unix_error_from_errno(backend_query(params->query, to_pointer(params->params)));
    return 0;
}

static int32_t call_watch_open(void *memory)
{
    struct unix_watch_open_params *params = memory;
    struct backend_watch *watch;
    int r = backend_watch_open(params->table, &params->filter, &watch);

    if (r == 0)
        params->watch = (uintptr_t)watch;
    params->result = unix_error_from_errno(r);
    return 0;
}

/*
 * A thread of Wine ends when it finds wineserver gone at its next request, and the process with the
 * last of them. One that waits for the network makes no request, and would keep the process for
 * ever. So the watches end with the connection to it. Where none is to be found, there is nothing
 * to wait for.
 */
static int await_server(void)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static bool sought;
    int connection = -ENOENT;

    (void)pthread_mutex_lock(&lock);
    if (!sought)
        connection = server_connection_find();
    if (connection >= 0)
        watch_queue_ends_with(connection);
    sought = sought || connection >= 0 || connection == -ENOENT;
    (void)pthread_mutex_unlock(&lock);
    return connection < 0 && connection != -ENOENT ? connection : 0;
}

static int32_t call_watch_share(void *memory)
{
    struct unix_watch_share_params *params = memory;
    int r = await_server();

    if (r == 0)
        r = backend_watch_share(to_pointer(params->watch), to_pointer(params->context));
    params->result = unix_error_from_errno(r);
    return 0;
}

static int32_t call_watch_put(void *memory)
{
    const struct unix_watch_put_params *params = memory;

    backend_watch_put(to_pointer(params->watch));
    return 0;
}

static int32_t call_watch_next(void *memory)
{
    struct unix_watch_next_params *params = memory;
    void *context;
    int r = backend_watch_next(params->timeout_ms, &context);

    if (r == 0)
        params->context = (uintptr_t)context;
    params->result = unix_error_from_errno(r);
    return 0;
}

static int32_t call_watch_take(void *memory)
{
    struct unix_watch_take_params *params = memory;
    size_t count = 0;
    int r = backend_watch_take(to_pointer(params->watch), to_pointer(params->changes), params->size,
                               &count);

    params->count = (uint32_t)count;
    params->result = unix_error_from_errno(r);
    return 0;
}

static int32_t call_watch_rows(void *memory)
{
    struct unix_watch_rows_params *params = memory;
    struct rows *rows;
    int r = begin_rows(params->table, &rows);

    if (r < 0) {
        params->result = unix_error_from_errno(r);
        return 0;
    }
    r = backend_watch_rows(to_pointer(params->watch), add_row, rows);
    params->result = finish_rows(rows, r, &params->batch);
    return 0;
}

static int32_t call_watch_count(void *memory)
{
    const struct unix_watch_count_params *params = memory;

    backend_watch_count(to_pointer(params->watch), to_pointer(params->counters));
    return 0;
}

static int32_t call_watch_interrupt(void *memory)
{
    const struct unix_watch_interrupt_params *params = memory;

    backend_watch_interrupt(to_pointer(params->watch));
    return 0;
}

static int32_t call_watch_close(void *memory)
{
    const struct unix_watch_close_params *params = memory;

    backend_watch_close(to_pointer(params->watch));
    return 0;
}

static int32_t call_rows_fetch(void *memory)
{
    struct unix_rows_fetch_params *params = memory;

    give_batch(to_pointer(params->batch.rows), &params->batch);
    return 0;
}

static int32_t call_rows_free(void *memory)
{
    struct unix_rows_free_params *params = memory;

    free_rows(to_pointer(params->batch.rows));
    return 0;
}

#define UNIX_FUNCTION(number, function, size) [UNIX_CALL_##number] = call_##function,

__attribute__((visibility("default")))
const unix_function __wine_unix_call_funcs[] = {UNIX_CALL_LIST(UNIX_FUNCTION)};
__attribute__((visibility("default")))
const unix_function __wine_unix_call_wow64_funcs[] = {UNIX_CALL_LIST(UNIX_FUNCTION)};

_Static_assert(sizeof(__wine_unix_call_funcs) / sizeof(__wine_unix_call_funcs[0]) == UNIX_CALLS,
               "a call without a function");
_Static_assert(sizeof(__wine_unix_call_wow64_funcs) == sizeof(__wine_unix_call_funcs),
               "a call without a function");
