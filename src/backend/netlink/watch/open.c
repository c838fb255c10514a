/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A watch's beginning and end: its socket and groups, its memory, its first dump, forks, closing.
 */
#include "backend/netlink/tape/tape.h"
#include "backend/netlink/watch/inner.h"
#include "backend/netlink/watch/watch_log.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * Receive buffer asked for. It takes no memory while it is empty; what does not fit costs a
 * resync and nothing else.
 */
enum { RECEIVE_BUFFER = 32 << 20 };

static int *append_groups(int *end, const int *groups)
{
    for (size_t i = 0; i < WATCH_GROUPS_MAX && groups[i] != 0; i++)
        *end++ = groups[i];
    return end;
}

static int open_socket(struct backend_watch *watch)
{
    int groups[3 * WATCH_GROUPS_MAX + 1] = {0};
    int *end = append_groups(groups, watch->kind->groups);

    if (watch_wants(watch, MIB_FAMILY_IPV4))
        end = append_groups(end, watch->kind->groups_ipv4);
    if (watch_wants(watch, MIB_FAMILY_IPV6))
        (void)append_groups(end, watch->kind->groups_ipv6);
    int r = netlink_socket_open_joined(&watch->socket, groups);
    if (r == 0)
        netlink_socket_enlarge(&watch->socket, RECEIVE_BUFFER);
    return r;
}

/* NULL: the table cannot be watched. */
static const struct watch_kind *kind_of(enum mib_table table)
{
#define WATCH_KIND_yes(name) &watch_kind_##name
#define WATCH_KIND_no(name) NULL
    static const struct watch_kind *const kinds[] = {
#define MIB_TABLE(id, name, size, watched) WATCH_KIND_##watched(name),
#include "mib/tables.def"
#undef MIB_TABLE
    };

    return (unsigned int)table < MIB_TABLES ? kinds[table] : NULL;
}

/* The memory whose size depends on kind and table. */
static int allocate(struct backend_watch *watch)
{
    size_t state_size = watch->kind->state_size;

    watch->row = malloc(mib_row_size(watch->table));
    watch->state = state_size > 0 ? calloc(1, state_size) : NULL;
    return watch->row && (watch->state || state_size == 0) ? 0 : -ENOMEM;
}

static void free_watch(struct backend_watch *watch)
{
    if (watch->turn.leave)
        watch->turn.leave(watch);
    netlink_socket_close(&watch->socket);
    if (watch->state && watch->kind->clear_state)
        watch->kind->clear_state(watch);
    free(watch->state);
    link_map_clear(&watch->links);
    link_map_clear(&watch->dumped_links);
    for (size_t i = 0; i < SCOPE_COUNT; i++)
        instance_table_clear(&watch->instances[i]);
    free(watch->changes);
    free(watch->row);
    free(watch);
}

/* Watches so far, for their numbers. */
static atomic_uint opened;

int backend_watch_open(enum mib_table table, const struct mib_filter *filter,
                       struct backend_watch **ret_watch)
{
    const struct watch_kind *kind = kind_of(table);
    struct backend_watch *watch;
    int r;

    if (!kind || (kind->asks_host && tape_mode() == TAPE_PLAYS))
        return -EOPNOTSUPP;
    watch = calloc(1, sizeof(*watch));
    if (!watch)
        return -ENOMEM;
    watch->kind = kind;
    watch->number = atomic_fetch_add(&opened, 1) + 1;
    watch->table = table;
    watch->filter = *filter;
    watch->source_fd = -1;
    watch->change_size = mib_change_size(table);
    r = allocate(watch);
    if (r == 0)
        r = open_socket(watch);
    if (r == 0 && kind->open_state)
        r = kind->open_state(watch);
    if (r == 0)
        r = resync_initially(watch);
    if (r < 0) {
        if (log_wants(LOG_ERROR))
            watch_log_not_open(watch, r);
        free_watch(watch);
        return r;
    }
    if (log_wants(LOG_WATCH))
        watch_log_open(watch);
    *ret_watch = watch;
    return 0;
}

void backend_watch_interrupt(struct backend_watch *watch)
{
    netlink_socket_interrupt(&watch->socket);
}

void backend_watch_abandon(struct backend_watch *watch)
{
    if (watch->socket.fd >= 0)
        (void)close(watch->socket.fd);
    if (watch->source_fd >= 0)
        (void)close(watch->source_fd);
    watch->socket.fd = -1;
    watch->source_fd = -1;
}

void backend_watch_close(struct backend_watch *watch)
{
    if (!watch)
        return;
    if (log_wants(LOG_WATCH))
        watch_log_close(watch);
    free_watch(watch);
}
