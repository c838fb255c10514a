/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The instance table: see instance_table.h for what it is for. Watches and the reader of IPv4
 * routes use it. It does no I/O and knows no row: all that depends on a record is in its ops.
 *
 *     heads            next      records      marks         one column for each slot:
 *    ┌───────┐        ┌─────┐   ┌─────────┐   ┌───────┐     records, next and marks have
 *    │ 0: ───┼───────>│  2 ─┼─┐ │ A       │   │ LIVE  │ 0   `capacity` slots, of which `used`
 *    │ 1: no │        ├─────┤ │ ├─────────┤   ├───────┤     were ever in use
 *    │ 2: ───┼──┐     │ no  │ │ │ (free)  │   │ 0     │ 1 <── free_head
 *    │ 3: no │  │     ├─────┤ │ ├─────────┤   ├───────┤
 *    └───────┘  │     │ no  │<┘ │ B       │   │ LIVE  │ 2
 *               │     ├─────┤   ├─────────┤   ├───────┤
 *               └────>│ no  │   │ C       │   │ LIVE  │ 3
 *                     └─────┘   └─────────┘   └───────┘
 *
 * A bucket's head is the first slot of a chain through `next`; the chain has all instances whose
 * group hash falls into the bucket, in no order. "no" is NONE. Free slots are a chain through
 * `next` as well. Slots are numbers, so that arrays can move when they grow.
 *
 * A resync goes through these phases:
 *
 *     IDLE ── begin ──> DUMPING ── finish ──> DELETES ──> OTHERS ── all reported ──> IDLE
 *                          └── abandon ──> IDLE
 *
 * What a slot's marks mean from DUMPING on, and what becomes of it when all is reported:
 *
 *     LIVE                   known, not in the dump: gone           erased
 *     LIVE + DUMPED          known, and in the dump (or an event    stays
 *                            arrived for it meanwhile)
 *     LIVE + ADDED + DUMPED  in the dump only: new                  stays
 *
 * A dump that shows a known instance with other content adds a second slot for it, so that the
 * known one is there to be compared with and to go back to: the old slot stays LIVE, the new one is
 * LIVE + ADDED + DUMPED. For put, drop and find, slots with ADDED do not exist yet.
 *
 * DELETES and OTHERS are two passes over all slots, so that keys that are gone are reported before
 * others. REPORTED is set on all slots of a key once the key is dealt with.
 */
#include "mib/instance_table.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NONE UINT32_MAX

/* Records are copied to the stack, so their size has a bound. */
#define RECORD_MAX 96

enum {
    MARK_LIVE = 1,     /* the slot holds an instance */
    MARK_ADDED = 2,    /* added by the dump under way: not reported yet */
    MARK_DUMPED = 4,   /* in the dump under way, or an event arrived for it meanwhile */
    MARK_REPORTED = 8, /* its key is dealt with: reported, or found to be without a difference */
};

enum { PHASE_IDLE, PHASE_DUMPING, PHASE_DELETES, PHASE_OTHERS };

static void *record_at(const struct instance_table *table, uint32_t slot)
{
    return table->records + (size_t)slot * table->ops->record_size;
}

void instance_table_init(struct instance_table *table, const struct instance_ops *ops)
{
    memset(table, 0, sizeof(*table));
    table->ops = ops;
    table->free_head = NONE;
    assert(!ops || ops->record_size <= RECORD_MAX);
}

void instance_table_clear(struct instance_table *table)
{
    free(table->records);
    free(table->next);
    free(table->marks);
    free(table->heads);
    instance_table_init(table, table->ops);
}

static uint32_t bucket_of(const struct instance_table *table, const void *record)
{
    return table->ops->group_hash(record) & (table->bucket_count - 1);
}

/* Grows one array. On failure the old one stays, so nothing has to be undone. */
static int grow_array(void *array, size_t count, size_t size)
{
    void **place = array;
    void *grown = reallocarray(*place, count, size);

    if (!grown)
        return -ENOMEM;
    *place = grown;
    return 0;
}

static int grow_slots(struct instance_table *table)
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

/* Links every instance into the chain of its bucket. */
static void rebuild_chains(struct instance_table *table)
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
static int grow_buckets(struct instance_table *table)
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

static int insert(struct instance_table *table, const void *record, uint8_t marks)
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

static void erase(struct instance_table *table, uint32_t slot)
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

static uint32_t first_in_bucket(const struct instance_table *table, const void *record)
{
    return table->bucket_count ? table->heads[bucket_of(table, record)] : NONE;
}

/* The winner of the record's key among the slots whose marks under `mask` equal `value`. */
static uint32_t winner_of(const struct instance_table *table, const void *record, uint8_t mask,
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
static uint32_t find_instance(const struct instance_table *table, const void *record, uint8_t mask,
                              uint8_t value)
{
    uint32_t slot = first_in_bucket(table, record);

    while (slot != NONE && ((table->marks[slot] & mask) != value ||
                            !table->ops->same_key(record_at(table, slot), record) ||
                            !table->ops->same_instance(record_at(table, slot), record)))
        slot = table->next[slot];
    return slot;
}

/* An event about an instance is newer than what the dump under way said of it. */
static void forget_added(struct instance_table *table, const void *record)
{
    uint32_t slot;

    while ((slot = find_instance(table, record, MARK_ADDED, MARK_ADDED)) != NONE)
        erase(table, slot);
}

/* A copy of a slot's record, so that it outlives its slot. */
static bool copy_record(const struct instance_table *table, uint32_t slot, uint8_t *ret_copy)
{
    if (slot == NONE)
        return false;
    memcpy(ret_copy, record_at(table, slot), table->ops->record_size);
    return true;
}

static int report_difference(const struct instance_table *table, const void *before,
                             const void *after, instance_report report, void *context)
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

int instance_table_put(struct instance_table *table, const void *record, instance_report report,
                       void *context)
{
    _Alignas(8) uint8_t before[RECORD_MAX];
    uint8_t dumped = table->phase == PHASE_DUMPING ? MARK_DUMPED : 0;
    bool had = copy_record(table, winner_of(table, record, MARK_ADDED, 0), before);
    uint32_t slot = find_instance(table, record, MARK_ADDED, 0);

    if (slot != NONE) {
        memcpy(record_at(table, slot), record, table->ops->record_size);
        table->marks[slot] |= dumped;
    } else if (insert(table, record, dumped) < 0) {
        return -ENOMEM;
    }
    forget_added(table, record);
    uint32_t after = winner_of(table, record, MARK_ADDED, 0);
    return report_difference(table, had ? before : NULL, record_at(table, after), report, context);
}

int instance_table_drop(struct instance_table *table, const void *record, instance_report report,
                        void *context)
{
    _Alignas(8) uint8_t before[RECORD_MAX];
    uint32_t slot = find_instance(table, record, MARK_ADDED, 0);

    forget_added(table, record);
    if (slot == NONE)
        return 0;
    (void)copy_record(table, winner_of(table, record, MARK_ADDED, 0), before);
    erase(table, slot);
    uint32_t after = winner_of(table, record, MARK_ADDED, 0);
    return report_difference(table, before, after == NONE ? NULL : record_at(table, after), report,
                             context);
}

const void *instance_table_find(const struct instance_table *table, const void *record)
{
    uint32_t slot = winner_of(table, record, MARK_ADDED, 0);

    return slot == NONE ? NULL : record_at(table, slot);
}

bool instance_table_has_key(const struct instance_table *table, const void *record)
{
    return winner_of(table, record, 0, 0) != NONE;
}

bool instance_table_has_instance(const struct instance_table *table, const void *record)
{
    return find_instance(table, record, 0, 0) != NONE;
}

static bool same_group(const struct instance_table *table, const void *a, const void *b)
{
    return table->ops->same_group ? table->ops->same_group(a, b) : table->ops->same_key(a, b);
}

bool instance_table_visit_group(const struct instance_table *table, const void *record,
                                bool (*visit)(void *context, const void *other), void *context)
{
    for (uint32_t slot = first_in_bucket(table, record); slot != NONE; slot = table->next[slot])
        if (same_group(table, record, record_at(table, slot)) &&
            visit(context, record_at(table, slot)))
            return true;
    return false;
}

bool instance_table_visit_rows(const struct instance_table *table,
                               bool (*visit)(void *context, const void *record), void *context)
{
    for (uint32_t slot = 0; slot < table->used; slot++)
        if ((table->marks[slot] & MARK_LIVE) &&
            winner_of(table, record_at(table, slot), 0, 0) == slot &&
            visit(context, record_at(table, slot)))
            return true;
    return false;
}

bool instance_table_visit_all(const struct instance_table *table,
                              bool (*visit)(void *context, const void *record), void *context)
{
    for (uint32_t slot = 0; slot < table->used; slot++)
        if ((table->marks[slot] & MARK_LIVE) && visit(context, record_at(table, slot)))
            return true;
    return false;
}

int instance_table_convert(struct instance_table *table, const struct instance_ops *ops,
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

void instance_table_begin(struct instance_table *table)
{
    table->phase = PHASE_DUMPING;
}

int instance_table_mark_dumped(struct instance_table *table, const void *record)
{
    uint32_t known = NONE;

    for (uint32_t slot = first_in_bucket(table, record); slot != NONE; slot = table->next[slot]) {
        const void *other = record_at(table, slot);

        if (!table->ops->same_key(other, record) || !table->ops->same_instance(other, record))
            continue;
        bool same = table->ops->same_record(other, record);
        /* Dumped twice: the first counts. Or known by an event, which is newer than the dump. */
        if ((table->marks[slot] & MARK_DUMPED) && !same)
            return 0;
        if (same)
            known = slot;
        if (table->marks[slot] & MARK_DUMPED)
            break;
    }
    if (known == NONE)
        return insert(table, record, MARK_ADDED | MARK_DUMPED);
    memcpy(record_at(table, known), record, table->ops->record_size);
    table->marks[known] |= MARK_DUMPED;
    return 0;
}

bool instance_table_is_dumped(const struct instance_table *table, const void *record)
{
    return find_instance(table, record, MARK_DUMPED, MARK_DUMPED) != NONE;
}

void instance_table_abandon(struct instance_table *table)
{
    for (uint32_t slot = 0; slot < table->used; slot++) {
        if (table->marks[slot] & MARK_ADDED)
            erase(table, slot);
        else
            table->marks[slot] &= MARK_LIVE;
    }
    table->phase = PHASE_IDLE;
}

bool instance_table_exclude(struct instance_table *table, const void *record)
{
    bool others = false;
    uint32_t next;

    for (uint32_t slot = first_in_bucket(table, record); slot != NONE; slot = next) {
        next = table->next[slot];
        if (!same_group(table, record, record_at(table, slot)))
            continue;
        others |= !table->ops->same_instance(record, record_at(table, slot));
        if (table->marks[slot] & MARK_ADDED)
            erase(table, slot);
        else
            table->marks[slot] |= MARK_DUMPED;
    }
    return others;
}

void instance_table_finish(struct instance_table *table,
                           bool (*in_scope)(void *context, const void *record), void *context)
{
    if (in_scope)
        for (uint32_t slot = 0; slot < table->used; slot++)
            if ((table->marks[slot] & (MARK_LIVE | MARK_DUMPED)) == MARK_LIVE &&
                !in_scope(context, record_at(table, slot)))
                table->marks[slot] |= MARK_DUMPED;
    table->phase = PHASE_DELETES;
    table->cursor = 0;
}

/* Everything is reported: what was not dumped goes, what the dump added stays. */
static void commit(struct instance_table *table)
{
    for (uint32_t slot = 0; slot < table->used; slot++) {
        if (!(table->marks[slot] & MARK_LIVE))
            continue;
        if (table->marks[slot] & MARK_DUMPED)
            table->marks[slot] = MARK_LIVE;
        else
            erase(table, slot);
    }
    table->phase = PHASE_IDLE;
}

/* So that a key with several changed instances is reported once. */
static void mark_reported(struct instance_table *table, const void *record)
{
    for (uint32_t slot = first_in_bucket(table, record); slot != NONE; slot = table->next[slot])
        if (table->ops->same_key(record_at(table, slot), record))
            table->marks[slot] |= MARK_REPORTED;
}

/* Deals with the key of one slot, in the pass that the table is in. */
static int report_slot(struct instance_table *table, uint32_t slot, instance_report report,
                       void *context, size_t *left)
{
    uint8_t marks = table->marks[slot];
    const void *record = record_at(table, slot);
    bool added = marks & MARK_ADDED;
    bool dumped = marks & MARK_DUMPED;

    if (!(marks & MARK_LIVE) || (marks & MARK_REPORTED) || added != dumped)
        return 0; /* dealt with; or known and dumped, which is no difference */
    uint32_t before = winner_of(table, record, MARK_ADDED, 0);
    uint32_t after = winner_of(table, record, MARK_DUMPED, MARK_DUMPED);
    if ((table->phase == PHASE_DELETES) != (after == NONE))
        return 0; /* for the other pass */
    mark_reported(table, record);
    (*left)--;
    return report_difference(table, before == NONE ? NULL : record_at(table, before),
                             after == NONE ? NULL : record_at(table, after), report, context);
}

int instance_table_report(struct instance_table *table, instance_report report, void *context,
                          size_t limit, bool *ret_done)
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
    commit(table);
    *ret_done = true;
    return 0;
}
