/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The DLL's backend: the host's, through unix calls. */
#include "backend/backend.h"
#include "mib/query/link.h"
#include "platform/platform.h"
#include "wine/dll/host.h"
#include "wine/dll/iftypes.h"
#include "wine/dll/owners.h"
#include "wine/seam/unix_calls.h"
#include "wine/seam/unix_errors.h"

#include <errno.h>
#include <string.h>

/* The result of a call that has one. */
#define CALL(number, params)                                                                       \
    (host_call(number, &(params)) ? unix_error_to_errno((params).result) : -ENOSYS)

static uint64_t from_pointer(const void *pointer)
{
    return (uintptr_t)pointer;
}

/* Interface types: the host's on that side, Wine's on this. Each row begins with its interface. */

static void head_from_host(void *row)
{
    struct mib_head *head = row;

    if (head->iftype != 0)
        head->iftype = iftype_from_host(head->iftype, head->ifindex);
}

/*
 * A key's type, into the host's for that interface: several of the host's may be one of Wine's.
 * -ENODEV: the interface has another.
 */
static int head_to_host(void *row)
{
    struct mib_head *head = row;
    struct mib_link link = {.ifindex = head->ifindex};
    struct unix_query_params params = {.params = from_pointer(&link), .query = MIB_QUERY_LINK};

    if (head->iftype == 0)
        return 0;
    int r = CALL(UNIX_CALL_QUERY, params);
    if (r == 0 && iftype_from_host(link.iftype, link.ifindex) != head->iftype)
        r = -ENODEV;
    if (r == 0)
        head->iftype = link.iftype;
    return r;
}

/* Rows. */

enum { BATCH_SIZE = 16384 };

_Static_assert((int)MIB_ROW_SIZE_MAX <= (int)BATCH_SIZE, "there is room for one row");

/* Where the rows of one batch go. */
struct batch_buffer {
    _Alignas(8) uint8_t rows[BATCH_SIZE];
};

static struct unix_batch batch_for(enum mib_table table, const struct batch_buffer *buffer)
{
    return (struct unix_batch){
        .buffer = from_pointer(buffer),
        .room = (uint32_t)(sizeof(buffer->rows) / mib_row_size(table)),
    };
}

/* Gives a batch that has come, and fetches and gives all others. */
static int sink_batches(enum mib_table table, struct unix_batch batch, struct batch_buffer *buffer,
                        backend_sink sink, void *context)
{
    struct unix_rows_fetch_params fetch = {.batch = batch};
    size_t row_size = mib_row_size(table);
    uint64_t left = batch.total;
    int r = 0;

    for (;;) {
        for (uint32_t i = 0; r == 0 && i < fetch.batch.count; i++) {
            void *row = buffer->rows + i * row_size;

            head_from_host(row);
            r = sink(context, row, (size_t)(left - i - 1));
        }
        left -= fetch.batch.count;
        if (fetch.batch.rows == 0)
            return r;
        if (r < 0)
            break;
        (void)host_call(UNIX_CALL_ROWS_FETCH, &fetch);
    }
    struct unix_rows_free_params leave = {.batch = fetch.batch};
    (void)host_call(UNIX_CALL_ROWS_FREE, &leave);
    return r;
}

static int read_table(enum mib_table table, const struct mib_filter *filter, backend_sink sink,
                      void *context)
{
    struct batch_buffer buffer;
    struct unix_read_table_params params = {
        .batch = batch_for(table, &buffer),
        .filter = *filter,
        .table = table,
    };
    int r = CALL(UNIX_CALL_READ_TABLE, params);

    return r < 0 ? r : sink_batches(table, params.batch, &buffer, sink, context);
}

/* Rows that are kept until all are there. */
struct kept_rows {
    uint8_t *rows;
    size_t row_size;
    size_t count;
    size_t size; /* of the memory */
};

static int keep_row(void *context, const void *row, size_t more)
{
    struct kept_rows *kept = context;
    const size_t end = (kept->count + 1) * kept->row_size;

    if (end > kept->size) {
        size_t size = end + (more > kept->count ? more : kept->count) * kept->row_size;
        uint8_t *grown = platform_grow(kept->rows, &size);

        if (!grown)
            return -ENOMEM;
        kept->rows = grown;
        kept->size = size;
    }
    memcpy(kept->rows + kept->count++ * kept->row_size, row, kept->row_size);
    return 0;
}

/* Owners are the host's processes on that side, Wine's on this. */
static int read_owned(enum mib_table table, const struct mib_filter *filter, backend_sink sink,
                      void *context)
{
    struct kept_rows kept = {.row_size = mib_row_size(table)};
    int r = read_table(table, filter, keep_row, &kept);

    if (r == 0)
        r = owners_translate(table, kept.rows, kept.count);
    for (size_t i = 0; r == 0 && i < kept.count; i++)
        r = sink(context, kept.rows + i * kept.row_size, kept.count - i - 1);
    platform_free(kept.rows);
    return r;
}

int backend_read_table(enum mib_table table, const struct mib_filter *filter, backend_sink sink,
                       void *context)
{
    const bool sockets = table == MIB_TABLE_TCP || table == MIB_TABLE_UDP;

    return sockets && (filter->flags & MIB_FILTER_OWNERS)
               ? read_owned(table, filter, sink, context)
               : read_table(table, filter, sink, context);
}

/*
 * A call that takes a key and gives what is found for it in the same place; on failure that stays
 * as it was.
 */
static int call_in_place(enum unix_call number, void *params, const int32_t *result, void *key)
{
    struct mib_head *head = key;
    const uint16_t iftype = head->iftype;
    int r = head_to_host(key);

    if (r == 0)
        r = host_call(number, params) ? unix_error_to_errno(*result) : -ENOSYS;
    if (r == 0)
        head_from_host(key);
    else
        head->iftype = iftype;
    return r;
}

int backend_read_row(enum mib_table table, void *row)
{
    struct unix_read_row_params params = {.row = from_pointer(row), .table = table};

    return call_in_place(UNIX_CALL_READ_ROW, &params, &params.result, row);
}

int backend_change_row(enum mib_table table, enum mib_verb verb, const void *row, uint64_t fields)
{
    _Alignas(8) uint8_t copy[MIB_ROW_SIZE_MAX];
    struct unix_change_row_params params = {
        .row = from_pointer(copy),
        .fields = fields,
        .table = table,
        .verb = verb,
    };

    memcpy(copy, row, mib_row_size(table));
    int r = head_to_host(copy);
    return r == 0 ? CALL(UNIX_CALL_CHANGE_ROW, params) : r;
}

int backend_query(enum mib_query query, void *query_params)
{
    struct unix_query_params params = {.params = from_pointer(query_params), .query = query};

    if (query == MIB_QUERY_PROCESS)
        return owners_query_process(query_params);
    return call_in_place(UNIX_CALL_QUERY, &params, &params.result, query_params);
}

/* Watches. */

struct backend_watch {
    uint64_t host; /* the host's watch */
    enum mib_table table;
};

int backend_watch_open(enum mib_table table, const struct mib_filter *filter,
                       struct backend_watch **ret_watch)
{
    struct unix_watch_open_params params = {.filter = *filter, .table = table};
    struct backend_watch *watch = platform_allocate(sizeof(*watch));

    if (!watch)
        return -ENOMEM;
    int r = CALL(UNIX_CALL_WATCH_OPEN, params);
    if (r < 0) {
        platform_free(watch);
        return r;
    }
    watch->host = params.watch;
    watch->table = table;
    *ret_watch = watch;
    return 0;
}

int backend_watch_share(struct backend_watch *watch, void *context)
{
    struct unix_watch_share_params params = {
        .watch = watch->host,
        .context = from_pointer(context),
    };

    return CALL(UNIX_CALL_WATCH_SHARE, params);
}

void backend_watch_put(struct backend_watch *watch)
{
    struct unix_watch_put_params params = {.watch = watch->host};

    (void)host_call(UNIX_CALL_WATCH_PUT, &params);
}

int backend_watch_next(uint32_t timeout_ms, void **ret_context)
{
    struct unix_watch_next_params params = {.timeout_ms = timeout_ms};
    int r = CALL(UNIX_CALL_WATCH_NEXT, params);

    if (r == 0)
        *ret_context = (void *)(uintptr_t)params.context;
    return r;
}

int backend_watch_take(struct backend_watch *watch, void *changes, size_t size, size_t *ret_count)
{
    const size_t change_size = mib_change_size(watch->table);
    struct unix_watch_take_params params = {
        .watch = watch->host,
        .changes = from_pointer(changes),
        .size = size < UINT32_MAX ? (uint32_t)size : UINT32_MAX,
    };
    int r = CALL(UNIX_CALL_WATCH_TAKE, params);

    if (r < 0)
        return r;
    for (uint32_t i = 0; i < params.count; i++) {
        struct mib_change *change = (void *)((uint8_t *)changes + i * change_size);

        head_from_host(change->row);
    }
    *ret_count = params.count;
    return 0;
}

int backend_watch_rows(struct backend_watch *watch, backend_sink sink, void *context)
{
    struct batch_buffer buffer;
    struct unix_watch_rows_params params = {
        .batch = batch_for(watch->table, &buffer),
        .watch = watch->host,
        .table = watch->table,
    };
    int r = CALL(UNIX_CALL_WATCH_ROWS, params);

    return r < 0 ? r : sink_batches(watch->table, params.batch, &buffer, sink, context);
}

void backend_watch_count(const struct backend_watch *watch, struct mib_watch_counters *ret)
{
    struct unix_watch_count_params params = {.watch = watch->host, .counters = (uintptr_t)ret};

    *ret = (struct mib_watch_counters){0}; /* where the host is gone, as the program ends */
    (void)host_call(UNIX_CALL_WATCH_COUNT, &params);
}

void backend_watch_interrupt(struct backend_watch *watch)
{
    struct unix_watch_interrupt_params params = {.watch = watch->host};

    (void)host_call(UNIX_CALL_WATCH_INTERRUPT, &params);
}

/* Windows has no fork. */
void backend_watch_abandon(struct backend_watch *watch)
{
    (void)watch;
}

void backend_watch_close(struct backend_watch *watch)
{
    struct unix_watch_close_params params;

    if (!watch)
        return;
    params.watch = watch->host;
    (void)host_call(UNIX_CALL_WATCH_CLOSE, &params);
    platform_free(watch);
}
