/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mib/known_table.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NONE UINT32_MAX

/* Records are copied to the stack, so their size has a bound. */
#define RECORD_MAX 96

enum {
    MARK_LIVE = 1,  /* the slot holds an instance */
    MARK_FRESH = 2, /* first seen by the compare that is under way: not reported yet */
    MARK_SEEN = 4,  /* the compare saw it, or an event during the compare told of it */
    MARK_TOLD = 8,  /* its key has been dealt with in this pass of reports */
};

enum { PHASE_IDLE, PHASE_SEEING, PHASE_DELETES, PHASE_OTHERS };

static void *record_at(const struct known_table *table, uint32_t slot)
{
    return table->records + (size_t)slot * table->ops->record_size;
}

void known_table_init(struct known_table *table, const struct known_ops *ops)
{
    memset(table, 0, sizeof(*table));
    table->ops = ops;
    table->free_head = NONE;
    assert(!ops || ops->record_size <= RECORD_MAX);
}

void known_table_clear(struct known_table *table)
{
    free(table->records);
    free(table->next);
    free(table->marks);
    free(table->heads);
    known_table_init(table, table->ops);
}

static uint32_t bucket_of(const struct known_table *table, const void *record)
{
    return table->ops->hash(record) & (table->bucket_count - 1);
}

/* Grows one array. On failure the old one stays, which is all that is needed to be undone. */
static int grow_array(void *array, size_t count, size_t size)
{
    void **place = array;
    void *grown = reallocarray(*place, count, size);

    if (!grown)
        return -ENOMEM;
    *place = grown;
    return 0;
}

static int grow_slots(struct known_table *table)
{
    uint32_t capacity = table->capacity ? table->capacity + table->capacity / 2 : 16;

    if (capacity <= table->capacity || capacity >= NONE)
        return -ENOMEM;
    if (grow_array(&table->records, capacity, table->ops->record_size) < 0 ||
        grow_array(&table->next, capacity, sizeof(*table->next)) < 0 ||
        grow_array(&table->marks, capacity, sizeof(*table->marks)) < 0)
        return -ENOMEM;
    table->capacity = capacity;
    return 0;
}

/* Hangs every instance into its bucket anew. */
static void rebuild_chains(struct known_table *table)
{
    memset(table->heads, 0xff, table->bucket_count * sizeof(*table->heads));
    for (uint32_t slot = 0; slot < table->used; slot++) {
        if (!(table->marks[slot] & MARK_LIVE))
            continue;
        uint32_t bucket = bucket_of(table, record_at(table, slot));
        table->next[slot] = table->heads[bucket];
        table->heads[bucket] = slot;
    }
}

/* Keeps 1 to 2 instances a bucket: chains stay short, and heads cost 2 to 4 bytes an instance. */
static int grow_buckets(struct known_table *table)
{
    uint32_t count = table->bucket_count ? table->bucket_count * 2 : 16;
    uint32_t *heads = reallocarray(NULL, count, sizeof(*heads));

    if (!heads)
        return -ENOMEM;
    free(table->heads);
    table->heads = heads;
    table->bucket_count = count;
    rebuild_chains(table);
    return 0;
}

static int insert(struct known_table *table, const void *record, uint8_t marks)
{
    uint32_t slot = table->free_head;

    if (slot == NONE && table->used == table->capacity && grow_slots(table) < 0)
        return -ENOMEM;
    if (table->count / 2 >= table->bucket_count && grow_buckets(table) < 0)
        return -ENOMEM;

    if (slot != NONE)
        table->free_head = table->next[slot];
    else
        slot = table->used++;
    memcpy(record_at(table, slot), record, table->ops->record_size);
    table->marks[slot] = MARK_LIVE | marks;
    uint32_t bucket = bucket_of(table, record);
    table->next[slot] = table->heads[bucket];
    table->heads[bucket] = slot;
    table->count++;
    return 0;
}

static void erase(struct known_table *table, uint32_t slot)
{
    uint32_t *link = &table->heads[bucket_of(table, record_at(table, slot))];

    while (*link != slot)
        link = &table->next[*link];
    *link = table->next[slot];
    table->next[slot] = table->free_head;
    table->free_head = slot;
    table->marks[slot] = 0;
    table->count--;
}

static uint32_t first_in_bucket(const struct known_table *table, const void *record)
{
    return table->bucket_count ? table->heads[bucket_of(table, record)] : NONE;
}

/* The winner of the record's key among the slots whose marks under `mask` equal `value`. */
static uint32_t winner_of(const struct known_table *table, const void *record, uint8_t mask,
                          uint8_t value)
{
    uint32_t winner = NONE;

    for (uint32_t slot = first_in_bucket(table, record); slot != NONE; slot = table->next[slot]) {
        if ((table->marks[slot] & mask) != value ||
            !table->ops->same_key(record_at(table, slot), record))
            continue;
        if (winner == NONE ||
            table->ops->rank(record_at(table, slot), record_at(table, winner)) < 0)
            winner = slot;
    }
    return winner;
}

/* The slot of the record's instance whose marks under `mask` equal `value`. */
static uint32_t find_instance(const struct known_table *table, const void *record, uint8_t mask,
                              uint8_t value)
{
    uint32_t slot = first_in_bucket(table, record);

    while (slot != NONE && ((table->marks[slot] & mask) != value ||
                            !table->ops->same_key(record_at(table, slot), record) ||
                            !table->ops->same_instance(record_at(table, slot), record)))
        slot = table->next[slot];
    return slot;
}

/* What only a compare has seen so far is overtaken by an event that tells of the same instance. */
static void forget_fresh(struct known_table *table, const void *record)
{
    uint32_t slot;

    while ((slot = find_instance(table, record, MARK_FRESH, MARK_FRESH)) != NONE)
        erase(table, slot);
}

/* A copy of a slot's record, so that it outlives its slot. */
static bool copy_record(const struct known_table *table, uint32_t slot, uint8_t *ret_copy)
{
    if (slot == NONE)
        return false;
    memcpy(ret_copy, record_at(table, slot), table->ops->record_size);
    return true;
}

static int report_difference(const struct known_table *table, const void *before, const void *after,
                             known_report report, void *context)
{
    if (!report || (!before && !after))
        return 0;
    if (!after)
        return report(context, MIB_CHANGE_DELETE, before);
    if (!before)
        return report(context, MIB_CHANGE_ADD, after);
    if (!table->ops->same_row(before, after))
        return report(context, MIB_CHANGE_PARAMETER, after);
    return 0;
}

int known_table_put(struct known_table *table, const void *record, known_report report,
                    void *context)
{
    _Alignas(8) uint8_t before[RECORD_MAX];
    uint8_t seen = table->phase == PHASE_SEEING ? MARK_SEEN : 0;
    bool had = copy_record(table, winner_of(table, record, MARK_FRESH, 0), before);
    uint32_t slot = find_instance(table, record, MARK_FRESH, 0);

    if (slot != NONE) {
        memcpy(record_at(table, slot), record, table->ops->record_size);
        table->marks[slot] |= seen;
    } else if (insert(table, record, seen) < 0) {
        return -ENOMEM;
    }
    forget_fresh(table, record);
    uint32_t after = winner_of(table, record, MARK_FRESH, 0);
    return report_difference(table, had ? before : NULL, record_at(table, after), report, context);
}

int known_table_drop(struct known_table *table, const void *record, known_report report,
                     void *context)
{
    _Alignas(8) uint8_t before[RECORD_MAX];
    uint32_t slot = find_instance(table, record, MARK_FRESH, 0);

    forget_fresh(table, record);
    if (slot == NONE)
        return 0;
    (void)copy_record(table, winner_of(table, record, MARK_FRESH, 0), before);
    erase(table, slot);
    uint32_t after = winner_of(table, record, MARK_FRESH, 0);
    return report_difference(table, before, after == NONE ? NULL : record_at(table, after), report,
                             context);
}

const void *known_table_find(const struct known_table *table, const void *record)
{
    uint32_t slot = winner_of(table, record, MARK_FRESH, 0);

    return slot == NONE ? NULL : record_at(table, slot);
}

bool known_table_has_key(const struct known_table *table, const void *record)
{
    return winner_of(table, record, 0, 0) != NONE;
}

bool known_table_has_instance(const struct known_table *table, const void *record)
{
    return find_instance(table, record, 0, 0) != NONE;
}

bool known_table_visit(const struct known_table *table, const void *record,
                       bool (*visit)(void *context, const void *other), void *context)
{
    for (uint32_t slot = first_in_bucket(table, record); slot != NONE; slot = table->next[slot])
        if (visit(context, record_at(table, slot)))
            return true;
    return false;
}

bool known_table_visit_rows(const struct known_table *table,
                            bool (*visit)(void *context, const void *record), void *context)
{
    for (uint32_t slot = 0; slot < table->used; slot++)
        if ((table->marks[slot] & MARK_LIVE) &&
            winner_of(table, record_at(table, slot), 0, 0) == slot &&
            visit(context, record_at(table, slot)))
            return true;
    return false;
}

bool known_table_visit_all(const struct known_table *table,
                           bool (*visit)(void *context, const void *record), void *context)
{
    for (uint32_t slot = 0; slot < table->used; slot++)
        if ((table->marks[slot] & MARK_LIVE) && visit(context, record_at(table, slot)))
            return true;
    return false;
}

int known_table_convert(struct known_table *table, const struct known_ops *ops,
                        void (*convert)(const void *from, void *to))
{
    uint8_t *records = NULL;

    assert(ops->record_size <= RECORD_MAX);
    if (table->capacity) {
        records = reallocarray(NULL, table->capacity, ops->record_size);
        if (!records)
            return -ENOMEM;
    }
    for (uint32_t slot = 0; slot < table->used; slot++)
        if (table->marks[slot] & MARK_LIVE)
            convert(record_at(table, slot), records + (size_t)slot * ops->record_size);
    free(table->records);
    table->records = records;
    table->ops = ops;
    if (table->bucket_count)
        rebuild_chains(table);
    return 0;
}

void known_table_begin(struct known_table *table)
{
    table->phase = PHASE_SEEING;
}

int known_table_saw(struct known_table *table, const void *record)
{
    uint32_t known = NONE;

    for (uint32_t slot = first_in_bucket(table, record); slot != NONE; slot = table->next[slot]) {
        const void *other = record_at(table, slot);

        if (!table->ops->same_key(other, record) || !table->ops->same_instance(other, record))
            continue;
        bool same = table->ops->same_record(other, record);
        /* Seen before in this compare, or told of by an event, which is newer than the dump. */
        if ((table->marks[slot] & MARK_SEEN) && !same)
            return 0;
        if (same)
            known = slot;
        if (table->marks[slot] & MARK_SEEN)
            break;
    }
    if (known == NONE)
        return insert(table, record, MARK_FRESH | MARK_SEEN);
    memcpy(record_at(table, known), record, table->ops->record_size);
    table->marks[known] |= MARK_SEEN;
    return 0;
}

bool known_table_has_seen(const struct known_table *table, const void *record)
{
    return find_instance(table, record, MARK_SEEN, MARK_SEEN) != NONE;
}

void known_table_abandon(struct known_table *table)
{
    for (uint32_t slot = 0; slot < table->used; slot++) {
        if (table->marks[slot] & MARK_FRESH)
            erase(table, slot);
        else
            table->marks[slot] &= MARK_LIVE;
    }
    table->phase = PHASE_IDLE;
}

bool known_table_shield(struct known_table *table, const void *record,
                        bool (*same_group)(const void *a, const void *b),
                        bool (*told)(const void *a, const void *b))
{
    bool others = false;
    uint32_t next;

    for (uint32_t slot = first_in_bucket(table, record); slot != NONE; slot = next) {
        next = table->next[slot];
        if (!same_group(record, record_at(table, slot)))
            continue;
        others |= !told(record, record_at(table, slot));
        if (table->marks[slot] & MARK_FRESH)
            erase(table, slot);
        else
            table->marks[slot] |= MARK_SEEN;
    }
    return others;
}

void known_table_finish(struct known_table *table,
                        bool (*in_scope)(void *context, const void *record), void *context)
{
    if (in_scope)
        for (uint32_t slot = 0; slot < table->used; slot++)
            if ((table->marks[slot] & (MARK_LIVE | MARK_SEEN)) == MARK_LIVE &&
                !in_scope(context, record_at(table, slot)))
                table->marks[slot] |= MARK_SEEN;
    table->phase = PHASE_DELETES;
    table->cursor = 0;
}

/* Everything is told: what was not seen goes, what was new stays. */
static void settle(struct known_table *table)
{
    for (uint32_t slot = 0; slot < table->used; slot++) {
        if (!(table->marks[slot] & MARK_LIVE))
            continue;
        if (table->marks[slot] & MARK_SEEN)
            table->marks[slot] = MARK_LIVE;
        else
            erase(table, slot);
    }
    table->phase = PHASE_IDLE;
}

/* So that a key with several changed instances is told once. */
static void mark_told(struct known_table *table, const void *record)
{
    for (uint32_t slot = first_in_bucket(table, record); slot != NONE; slot = table->next[slot])
        if (table->ops->same_key(record_at(table, slot), record))
            table->marks[slot] |= MARK_TOLD;
}

/* Deals with the key of one slot, in the pass that the table is in. */
static int report_slot(struct known_table *table, uint32_t slot, known_report report, void *context,
                       size_t *left)
{
    uint8_t marks = table->marks[slot];
    const void *record = record_at(table, slot);
    bool fresh = marks & MARK_FRESH;
    bool seen = marks & MARK_SEEN;

    if (!(marks & MARK_LIVE) || (marks & MARK_TOLD) || fresh != seen)
        return 0; /* known and seen, or dealt with: nothing new */
    uint32_t before = winner_of(table, record, MARK_FRESH, 0);
    uint32_t after = winner_of(table, record, MARK_SEEN, MARK_SEEN);
    if ((table->phase == PHASE_DELETES) != (after == NONE))
        return 0; /* for the other pass */
    mark_told(table, record);
    (*left)--;
    return report_difference(table, before == NONE ? NULL : record_at(table, before),
                             after == NONE ? NULL : record_at(table, after), report, context);
}

int known_table_report(struct known_table *table, known_report report, void *context, size_t limit,
                       bool *ret_done)
{
    size_t left = limit;

    while (report && table->phase != PHASE_IDLE) {
        while (table->cursor < table->used) {
            if (left == 0) {
                *ret_done = false;
                return 0;
            }
            int r = report_slot(table, table->cursor, report, context, &left);
            table->cursor++;
            if (r < 0)
                return r;
        }
        table->cursor = 0;
        if (table->phase == PHASE_OTHERS)
            break;
        table->phase = PHASE_OTHERS;
    }
    settle(table);
    *ret_done = true;
    return 0;
}
