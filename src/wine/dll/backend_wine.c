/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The DLL's backend: the host's, through unix calls. */
#include "backend/backend.h"
#include "platform/platform.h"
#include "wine/dll/host.h"
#include "wine/dll/iftypes.h"
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

/* Interface types: the host's on that side, Wine's on this. */

static void convert_iftype(enum mib_table table, union mib_row *row)
{
    switch (table) {
    case MIB_TABLE_IPINTERFACE:
        row->ipinterface.iftype =
            iftype_from_host(row->ipinterface.iftype, row->ipinterface.ifindex);
        break;
    case MIB_TABLE_UNICAST:
    case MIB_TABLE_STABLE_UNICAST:
        row->unicast.iftype = iftype_from_host(row->unicast.iftype, row->unicast.ifindex);
        break;
    case MIB_TABLE_ROUTE:
        row->route.iftype = iftype_from_host(row->route.iftype, row->route.ifindex);
        break;
    case MIB_TABLE_TEREDO:
        break;
    }
}

/*
 * A key's type, into the host's for that interface: several of the host's may be one of Wine's.
 * -ENODEV: the interface has another.
 */
static int iftype_to_host(uint32_t ifindex, uint16_t *iftype)
{
    struct unix_read_link_params params = {.link = {.ifindex = ifindex}};

    if (*iftype == 0)
        return 0;
    int r = CALL(UNIX_CALL_READ_LINK, params);
    if (r == 0 && iftype_from_host(params.link.iftype, ifindex) != *iftype)
        r = -ENODEV;
    if (r == 0)
        *iftype = params.link.iftype;
    return r;
}

/* Rows. */

enum { ROWS_AT_ONCE = 256 };

/* Gives a batch that has come, and fetches and gives all others. */
static int sink_batches(enum mib_table table, struct unix_batch batch, union mib_row *buffer,
                        backend_sink sink, void *context)
{
    struct unix_rows_params params = {.batch = batch};
    uint64_t left = batch.total;
    int r = 0;

    for (;;) {
        for (uint32_t i = 0; r == 0 && i < params.batch.count; i++) {
            convert_iftype(table, &buffer[i]);
            r = sink(context, &buffer[i], (size_t)(left - i - 1));
        }
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

    return r < 0 ? r : sink_batches(table, params.batch, buffer, sink, context);
}

int backend_read_ipinterface(struct mib_ipinterface *row)
{
    struct unix_read_ipinterface_params params = {.row = *row};
    int r = iftype_to_host(params.row.ifindex, &params.row.iftype);

    if (r == 0)
        r = CALL(UNIX_CALL_READ_IPINTERFACE, params);
    if (r == 0) {
        *row = params.row;
        row->iftype = iftype_from_host(row->iftype, row->ifindex);
    }
    return r;
}

int backend_read_unicast(struct mib_unicast *row)
{
    struct unix_read_unicast_params params = {.row = *row};
    int r = iftype_to_host(params.row.ifindex, &params.row.iftype);

    if (r == 0)
        r = CALL(UNIX_CALL_READ_UNICAST, params);
    if (r == 0) {
        *row = params.row;
        row->iftype = iftype_from_host(row->iftype, row->ifindex);
    }
    return r;
}

int backend_read_route(struct mib_route *row)
{
    struct unix_read_route_params params = {.row = *row};
    int r = iftype_to_host(params.row.ifindex, &params.row.iftype);

    if (r == 0)
        r = CALL(UNIX_CALL_READ_ROUTE, params);
    if (r == 0) {
        *row = params.row;
        row->iftype = iftype_from_host(row->iftype, row->ifindex);
    }
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

static int read_link_converted(enum unix_call number, struct unix_read_link_params *params,
                               struct mib_link *ret_link)
{
    int r = CALL(number, *params);

    if (r < 0)
        return r;
    params->link.iftype = iftype_from_host(params->link.iftype, params->link.ifindex);
    *ret_link = params->link;
    return 0;
}

int backend_read_link(uint32_t ifindex, struct mib_link *ret_link)
{
    struct unix_read_link_params params = {.link = {.ifindex = ifindex}};

    return read_link_converted(UNIX_CALL_READ_LINK, &params, ret_link);
}

int backend_read_link_by_name(const char *name, struct mib_link *ret_link)
{
    struct unix_read_link_params params = {0};
    size_t length = strlen(name);

    if (length >= sizeof(params.link.name))
        return -ENODEV;
    memcpy(params.link.name, name, length + 1);
    return read_link_converted(UNIX_CALL_READ_LINK_BY_NAME, &params, ret_link);
}

/* Sources. */

struct backend_watch {
    uint64_t host; /* the host's source */
    enum mib_table table;
};

int backend_watch_open(enum mib_table table, enum mib_family family,
                       struct backend_watch **ret_watch)
{
    struct unix_watch_open_params params = {.table = table, .family = family};
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

int backend_watch_wait(struct backend_watch *watch, struct mib_change *changes, size_t max,
                       size_t *ret_count)
{
    struct unix_watch_wait_params params = {
        .watch = watch->host,
        .changes = from_pointer(changes),
        .room = max < UINT32_MAX ? (uint32_t)max : UINT32_MAX,
    };
    int r = CALL(UNIX_CALL_WATCH_WAIT, params);

    if (r < 0)
        return r;
    for (uint32_t i = 0; i < params.count; i++)
        convert_iftype(watch->table, &changes[i].row);
    *ret_count = params.count;
    return 0;
}

int backend_watch_rows(struct backend_watch *watch, backend_sink sink, void *context)
{
    union mib_row buffer[ROWS_AT_ONCE];
    struct unix_watch_rows_params params = {
        .batch = {.buffer = from_pointer(buffer), .room = ROWS_AT_ONCE},
        .watch = watch->host,
    };
    int r = CALL(UNIX_CALL_WATCH_ROWS, params);

    return r < 0 ? r : sink_batches(watch->table, params.batch, buffer, sink, context);
}

void backend_watch_interrupt(struct backend_watch *watch)
{
    struct unix_watch_params params = {.watch = watch->host};

    (void)host_call(UNIX_CALL_WATCH_INTERRUPT, &params);
}

/* Windows has no fork. */
void backend_watch_abandon(struct backend_watch *watch)
{
    (void)watch;
}

void backend_watch_close(struct backend_watch *watch)
{
    struct unix_watch_params params;

    if (!watch)
        return;
    params.watch = watch->host;
    (void)host_call(UNIX_CALL_WATCH_CLOSE, &params);
    platform_free(watch);
}
