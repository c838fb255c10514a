/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The changes that a watch has found and not yet given: queued by its tables, by kinds and by
 * resyncs, given to the dispatcher in their order. Also the rows that are known.
 */
#include "backend/netlink/watch/inner.h"
#include "backend/netlink/watch/watch_log.h"
#include "probes/probes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Room is made first, so that a change which a table has taken over is always reported. */
static int reserve_changes(struct backend_watch *watch, size_t more)
{
    size_t needed = watch->change_count + more;
    size_t capacity = watch->change_capacity ? watch->change_capacity : 8;

    if (needed <= watch->change_capacity)
        return 0;
    while (capacity < needed)
        capacity *= 2;
    uint8_t *changes = reallocarray(watch->changes, capacity, watch->change_size);
    if (!changes)
        return -ENOMEM;
    watch->changes = changes;
    watch->change_capacity = capacity;
    return 0;
}

/* It is complete, and the last one queued. */
static void note_change(struct backend_watch *watch, const struct mib_change *change)
{
    watch->change_count++;
    watch_count(watch, WATCH_COUNTER_CHANGES);
    PROBE_change(watch, watch->table, change->type, watch->change_count);
    if (log_wants(LOG_CHANGE))
        watch_log_change(watch, change);
}

/* Which of the watch's tables a report is about. */
struct report_context {
    struct backend_watch *watch;
    const struct instance_table *table;
};

static bool is_row(const struct backend_watch *watch, const struct instance_table *table,
                   const void *record)
{
    enum resync_scope scope = (enum resync_scope)(table - watch->instances);

    return !watch->kind->is_row || watch->kind->is_row(scope, record);
}

/* instance_report: queues the change. There is room. */
static int queue_change(void *context, enum mib_change_type type, const void *record)
{
    const struct report_context *report = context;
    struct backend_watch *watch = report->watch;
    struct mib_change *change = (void *)(watch->changes + watch->change_count * watch->change_size);

    change->type = type;
    change->reserved = 0;
    if (is_row(watch, report->table, record))
        watch->kind->row(watch, record, change->row);
    else if (watch->kind->implied_row && watch->kind->implied_row(watch, record, change->row))
        change->type = MIB_CHANGE_PARAMETER;
    else
        return 0;
    note_change(watch, change);
    return 0;
}

/* Nothing is reported from the initial dump. */
static instance_report reporter(const struct backend_watch *watch)
{
    return watch->suppressed ? NULL : queue_change;
}

int watch_put(struct backend_watch *watch, struct instance_table *table, const void *record)
{
    struct report_context report = {.watch = watch, .table = table};
    int r = reserve_changes(watch, 1);

    return r < 0 ? r : instance_table_put(table, record, reporter(watch), &report);
}

int watch_drop(struct backend_watch *watch, struct instance_table *table, const void *record)
{
    struct report_context report = {.watch = watch, .table = table};
    int r = reserve_changes(watch, 1);

    return r < 0 ? r : instance_table_drop(table, record, reporter(watch), &report);
}

int watch_report(struct backend_watch *watch, enum mib_change_type type, const void *row)
{
    int r = reserve_changes(watch, 1);

    if (r < 0)
        return r;
    struct mib_change *change = (void *)(watch->changes + watch->change_count * watch->change_size);

    change->type = type;
    change->reserved = 0;
    memcpy(change->row, row, mib_row_size(watch->table));
    note_change(watch, change);
    return 0;
}

int changes_of_table(struct backend_watch *watch, struct instance_table *table, size_t limit,
                     bool *ret_done)
{
    struct report_context report = {.watch = watch, .table = table};
    bool done = false;
    int r = reserve_changes(watch, limit);

    if (r == 0)
        r = instance_table_report(table, reporter(watch), &report, limit, &done);
    if (r < 0)
        return r;
    *ret_done = done;
    return 0;
}

/* As many as there is room for. */
size_t changes_give(struct backend_watch *watch, void *changes, size_t size)
{
    size_t count = watch->change_count - watch->change_given;
    if (count > size / watch->change_size)
        count = size / watch->change_size;
    memcpy(changes, watch->changes + watch->change_given * watch->change_size,
           count * watch->change_size);
    if (watch->change_count > counter_get(&watch->counters[WATCH_COUNTER_QUEUE]))
        counter_set(&watch->counters[WATCH_COUNTER_QUEUE], watch->change_count);
    counter_add(&watch->counters[WATCH_COUNTER_GIVEN], count);
    watch->change_given += count;
    if (watch->change_given == watch->change_count) {
        watch->change_given = 0;
        watch->change_count = 0;
    }
    return count;
}

struct row_context {
    struct backend_watch *watch;
    const struct instance_table *table;
    backend_sink sink;
    void *context;
    int result;
};

static bool sink_record(void *context, const void *record)
{
    struct row_context *rows = context;

    if (!is_row(rows->watch, rows->table, record))
        return false;
    rows->watch->kind->row(rows->watch, record, rows->watch->row);
    rows->result = rows->sink(rows->context, rows->watch->row, 0);
    return rows->result < 0;
}

int backend_watch_rows(struct backend_watch *watch, backend_sink sink, void *context)
{
    struct row_context rows = {.watch = watch, .sink = sink, .context = context};

    if (watch->kind->derived_rows)
        return watch->kind->derived_rows(watch, sink, context);
    for (size_t i = 0; rows.result == 0 && i < SCOPE_COUNT; i++) {
        rows.table = &watch->instances[i];
        if (instance_table_is_initialised(rows.table))
            instance_table_visit_rows(rows.table, sink_record, &rows);
    }
    return rows.result;
}
