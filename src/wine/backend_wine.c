/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The DLL's backend: the host's, through unix calls. */
#include "backend/backend.h"
#include "platform/platform.h"
#include "wine/host.h"
#include "wine/unix_calls.h"
#include "wine/unix_errors.h"

#include <errno.h>
#include <string.h>

/* The result of a call that has one. */
#define CALL(number, params)                                                                       \
    (host_call(number, &(params)) ? unix_error_to_errno((params).result) : -ENOSYS)

static uint64_t from_pointer(const void *pointer)
{
    return (uintptr_t)pointer;
}

/* Rows. */

enum { ROWS_AT_ONCE = 256 };

/* Gives a batch that has come, and fetches and gives all others. */
static int sink_batches(struct unix_batch batch, const union mib_row *buffer, backend_sink sink,
                        void *context)
{
    struct unix_rows_params params = {.batch = batch};
    uint64_t left = batch.total;
    int r = 0;

    for (;;) {
        for (uint32_t i = 0; r == 0 && i < params.batch.count; i++)
            r = sink(context, &buffer[i], (size_t)(left - i - 1));
        left -= params.batch.count;
        if (params.batch.rows == 0)
            return r;
        if (r < 0)
            break;
        (void)host_call(UNIX_CALL_ROWS_FETCH, &params);
    }
    (void)host_call(UNIX_CALL_ROWS_FREE, &params);
    return r;
}

int backend_read_table(enum mib_table table, enum mib_family family, backend_sink sink,
                       void *context)
{
    union mib_row buffer[ROWS_AT_ONCE];
    struct unix_read_table_params params = {
        .batch = {.buffer = from_pointer(buffer), .room = ROWS_AT_ONCE},
        .table = table,
        .family = family,
    };
    int r = CALL(UNIX_CALL_READ_TABLE, params);

    return r < 0 ? r : sink_batches(params.batch, buffer, sink, context);
}

int backend_read_ipinterface(struct mib_ipinterface *row)
{
    struct unix_read_ipinterface_params params = {.row = *row};
    int r = CALL(UNIX_CALL_READ_IPINTERFACE, params);

    if (r == 0)
        *row = params.row;
    return r;
}

int backend_read_unicast(struct mib_unicast *row)
{
    struct unix_read_unicast_params params = {.row = *row};
    int r = CALL(UNIX_CALL_READ_UNICAST, params);

    if (r == 0)
        *row = params.row;
    return r;
}

int backend_read_route(struct mib_route *row)
{
    struct unix_read_route_params params = {.row = *row};
    int r = CALL(UNIX_CALL_READ_ROUTE, params);

    if (r == 0)
        *row = params.row;
    return r;
}

int backend_read_teredo(struct mib_teredo *ret_teredo)
{
    struct unix_read_teredo_params params = {0};
    int r = CALL(UNIX_CALL_READ_TEREDO, params);

    if (r == 0)
        *ret_teredo = params.row;
    return r;
}

int backend_read_link(uint32_t ifindex, struct mib_link *ret_link)
{
    struct unix_read_link_params params = {.link = {.ifindex = ifindex}};
    int r = CALL(UNIX_CALL_READ_LINK, params);

    if (r == 0)
        *ret_link = params.link;
    return r;
}

int backend_read_link_by_name(const char *name, struct mib_link *ret_link)
{
    struct unix_read_link_params params = {0};
    size_t length = strlen(name);

    if (length >= sizeof(params.link.name))
        return -ENODEV;
    memcpy(params.link.name, name, length + 1);
    int r = CALL(UNIX_CALL_READ_LINK_BY_NAME, params);
    if (r == 0)
        *ret_link = params.link;
    return r;
}

/* Sources. */

struct backend_source {
    uint64_t host; /* the host's source */
};

int backend_source_open(enum mib_table table, enum mib_family family,
                        struct backend_source **ret_source)
{
    struct unix_source_open_params params = {.table = table, .family = family};
    struct backend_source *source = platform_allocate(sizeof(*source));

    if (!source)
        return -ENOMEM;
    int r = CALL(UNIX_CALL_SOURCE_OPEN, params);
    if (r < 0) {
        platform_free(source);
        return r;
    }
    source->host = params.source;
    *ret_source = source;
    return 0;
}

int backend_source_wait(struct backend_source *source, struct mib_change *changes, size_t max,
                        size_t *ret_count)
{
    struct unix_source_wait_params params = {
        .source = source->host,
        .changes = from_pointer(changes),
        .room = max < UINT32_MAX ? (uint32_t)max : UINT32_MAX,
    };
    int r = CALL(UNIX_CALL_SOURCE_WAIT, params);

    if (r == 0)
        *ret_count = params.count;
    return r;
}

int backend_source_rows(struct backend_source *source, backend_sink sink, void *context)
{
    union mib_row buffer[ROWS_AT_ONCE];
    struct unix_source_rows_params params = {
        .batch = {.buffer = from_pointer(buffer), .room = ROWS_AT_ONCE},
        .source = source->host,
    };
    int r = CALL(UNIX_CALL_SOURCE_ROWS, params);

    return r < 0 ? r : sink_batches(params.batch, buffer, sink, context);
}

void backend_source_interrupt(struct backend_source *source)
{
    struct unix_source_params params = {.source = source->host};

    (void)host_call(UNIX_CALL_SOURCE_INTERRUPT, &params);
}

/* Windows has no fork. */
void backend_source_abandon(struct backend_source *source)
{
    (void)source;
}

void backend_source_close(struct backend_source *source)
{
    struct unix_source_params params;

    if (!source)
        return;
    params.source = source->host;
    (void)host_call(UNIX_CALL_SOURCE_CLOSE, &params);
    platform_free(source);
}
