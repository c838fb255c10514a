/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "instance_model.h"

#include "mib/instance_table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEYS = 120, INSTANCES = 4 };

/* More reports than that are too many in any case. */
enum { REPORTS_MAX = 2 * KEYS };

struct record {
    uint8_t key;
    uint8_t instance; /* also its rank */
    uint8_t row;      /* what a program sees */
    uint8_t detail;   /* what only the host knows; a change of it counts */
    uint32_t noise;   /* a change of it does not */
};

/* The other form: the same, elsewhere and longer. */
struct wide_record {
    uint8_t padding[20];
    struct record record;
    uint64_t more;
};

static const struct record *narrow(const void *record)
{
    return record;
}

static const struct record *wide(const void *record)
{
    return &((const struct wide_record *)record)->record;
}

/* Few buckets for many keys, so that chains are long and mixed. */
#define DEFINE_OPS(form, size)                                                                     \
    static uint32_t form##_hash(const void *record)                                                \
    {                                                                                              \
        return form(record)->key % 32U;                                                            \
    }                                                                                              \
    static bool form##_same_key(const void *a, const void *b)                                      \
    {                                                                                              \
        return form(a)->key == form(b)->key;                                                       \
    }                                                                                              \
    static bool form##_same_instance(const void *a, const void *b)                                 \
    {                                                                                              \
        return form(a)->instance == form(b)->instance;                                             \
    }                                                                                              \
    static bool form##_same_record(const void *a, const void *b)                                   \
    {                                                                                              \
        return form(a)->row == form(b)->row && form(a)->detail == form(b)->detail;                 \
    }                                                                                              \
    static int form##_rank(const void *a, const void *b)                                           \
    {                                                                                              \
        return (int)form(a)->instance - form(b)->instance;                                         \
    }                                                                                              \
    static bool form##_same_row(const void *a, const void *b)                                      \
    {                                                                                              \
        return form(a)->row == form(b)->row;                                                       \
    }                                                                                              \
    static const struct instance_ops form##_ops = {                                                \
        .record_size = (size),                                                                     \
        .group_hash = form##_hash,                                                                 \
        .same_key = form##_same_key,                                                               \
        .same_instance = form##_same_instance,                                                     \
        .same_record = form##_same_record,                                                         \
        .rank = form##_rank,                                                                       \
        .same_row = form##_same_row,                                                               \
    }

DEFINE_OPS(narrow, sizeof(struct record));
DEFINE_OPS(wide, sizeof(struct wide_record));

static void widen(const void *from, void *to)
{
    struct wide_record record = {.record = *(const struct record *)from, .more = UINT64_MAX};

    memcpy(to, &record, sizeof(record));
}

static void narrow_down(const void *from, void *to)
{
    memcpy(to, wide(from), sizeof(struct record));
}

/* One instance of one key, in the host, in the table, and in a resync. */
struct cell {
    bool exists;
    bool known;
    bool touched; /* by an event during the resync */
    bool seen;    /* by the resync */
    struct record truth;
    struct record held; /* as the table should hold it */
    struct record shown;
};

struct change {
    enum mib_change_type type;
    struct record record;
};

struct model {
    instance_choice choose;
    void *context;
    struct instance_table table;
    struct cell cells[KEYS][INSTANCES];
    uint32_t keys; /* of them in use in this run */
    bool resyncing;
    bool all; /* the resync is not limited to what in_scope selects */
    bool is_wide;
    bool refuse; /* the next report fails */
    struct change reports[REPORTS_MAX];
    size_t report_count;
    char mismatch[256];
};

static uint32_t choose(struct model *model, uint32_t below)
{
    return model->choose(model->context, below);
}

#define MISMATCH(model, ...)                                                                       \
    ((void)snprintf((model)->mismatch, sizeof((model)->mismatch), __VA_ARGS__), false)

static const struct record *content(const struct model *model, const void *record)
{
    return model->is_wide ? wide(record) : narrow(record);
}

static int note(void *context, enum mib_change_type type, const void *record)
{
    struct model *model = context;

    if (model->report_count < REPORTS_MAX)
        model->reports[model->report_count++] =
            (struct change){.type = type, .record = *content(model, record)};
    if (!model->refuse)
        return 0;
    model->refuse = false;
    return -ENOBUFS;
}

/* The row that a program knows of a key: NULL, or the first of its known instances. */
static const struct record *winner(const struct model *model, uint32_t key)
{
    for (size_t i = 0; i < INSTANCES; i++)
        if (model->cells[key][i].known)
            return &model->cells[key][i].held;
    return NULL;
}

static bool is_same(const struct record *a, const struct record *b)
{
    return memcmp(a, b, sizeof(*a)) == 0;
}

/* What is to be reported of a key that was `before` (NULL: nothing) and is as in the cells. */
static bool expected_change(const struct model *model, const struct record *before, uint32_t key,
                            struct change *ret)
{
    const struct record *after = winner(model, key);

    if (before && after && before->row != after->row)
        *ret = (struct change){MIB_CHANGE_PARAMETER, *after};
    else if (!before && after)
        *ret = (struct change){MIB_CHANGE_ADD, *after};
    else if (before && !after)
        *ret = (struct change){MIB_CHANGE_DELETE, *before};
    else
        return false;
    return true;
}

static bool check_one(struct model *model, const struct record *before, uint32_t key, int r,
                      bool refused)
{
    struct change expected;
    bool due = expected_change(model, before, key, &expected);

    if (model->report_count != due)
        return MISMATCH(model, "key %u: %zu reports, not %d", key, model->report_count, due);
    if (due && (model->reports[0].type != expected.type ||
                !is_same(&model->reports[0].record, &expected.record)))
        return MISMATCH(model, "key %u: a wrong change was reported", key);
    if (r != (due && refused ? -ENOBUFS : 0))
        return MISMATCH(model, "key %u: returned %d", key, r);
    return true;
}

static struct record random_content(struct model *model, uint32_t key, uint32_t instance)
{
    return (struct record){
        .key = (uint8_t)key,
        .instance = (uint8_t)instance,
        .row = (uint8_t)choose(model, 3),
        .detail = (uint8_t)choose(model, 2),
        .noise = choose(model, 1000),
    };
}

static int act(struct model *model, const struct record *record, bool put)
{
    struct wide_record form;

    widen(record, &form);
    const void *given = model->is_wide ? (const void *)&form : record;
    return put ? instance_table_put(&model->table, given, note, model)
               : instance_table_drop(&model->table, given, note, model);
}

/* The host changes an instance and says so, or it says so again. */
static bool event(struct model *model, uint32_t key, uint32_t instance)
{
    struct cell *cell = &model->cells[key][instance];
    bool put = choose(model, 5) != 0;
    bool had = winner(model, key) != NULL;
    struct record before = had ? *winner(model, key) : (struct record){0};
    struct record record = random_content(model, key, instance);

    model->refuse = choose(model, 20) == 0;
    bool refused = model->refuse;
    model->report_count = 0;
    int r = act(model, &record, put);
    model->refuse = false;
    cell->exists = put;
    cell->known = put;
    cell->truth = record;
    cell->held = record;
    cell->touched = true;
    cell->seen = false;
    return check_one(model, had ? &before : NULL, key, r, refused);
}

static void change_silently(struct model *model, uint32_t key, uint32_t instance)
{
    struct cell *cell = &model->cells[key][instance];

    cell->exists = choose(model, 2) != 0;
    cell->truth = random_content(model, key, instance);
}

/* The dump under way shows an instance; what it showed once and is no longer, it shows no more. */
static bool show(struct model *model, uint32_t key, uint32_t instance)
{
    struct cell *cell = &model->cells[key][instance];
    struct wide_record form;

    if (!cell->exists || (!model->all && key % 2 != 0))
        return true;
    if (cell->touched && cell->known && !narrow_same_record(&cell->held, &cell->truth))
        return true; /* changed silently after it was changed aloud: the next resync's matter */
    if (!cell->touched && cell->seen && !narrow_same_record(&cell->shown, &cell->truth))
        return true;
    widen(&cell->truth, &form);
    int r = instance_table_mark_dumped(&model->table,
                                       model->is_wide ? (const void *)&form : &cell->truth);
    if (r != 0)
        return MISMATCH(model, "mark_dumped: returned %d", r);
    cell->touched = cell->touched && cell->known; /* gone aloud, and back silently */
    cell->seen = true;
    cell->shown = cell->truth;
    if (cell->known && narrow_same_record(&cell->held, &cell->truth))
        cell->held = cell->truth;
    return true;
}

static bool in_scope(void *context, const void *record)
{
    const struct model *model = context;

    return content(model, record)->key % 2 == 0;
}

/* What the resync makes of the cells. */
static void settle(struct model *model)
{
    for (uint32_t key = 0; key < model->keys; key++)
        for (size_t i = 0; i < INSTANCES; i++) {
            struct cell *cell = &model->cells[key][i];

            if (cell->touched)
                continue;
            if (cell->seen) {
                cell->known = true;
                cell->held = cell->shown;
            } else if (model->all || key % 2 == 0) {
                cell->known = false;
            }
        }
}

/* Reports in pieces of a random size; deletions come first. */
static bool report(struct model *model)
{
    bool done = false;
    bool others = false;

    model->report_count = 0;
    for (size_t calls = 0; !done; calls++) {
        size_t limit = 1 + choose(model, 8);
        size_t before = model->report_count;

        model->refuse = choose(model, 10) == 0;
        bool refused = model->refuse;
        int r = instance_table_report(&model->table, note, model, limit, &done);
        bool failed = refused && !model->refuse;
        model->refuse = false;
        if (r != (failed ? -ENOBUFS : 0))
            return MISMATCH(model, "report: returned %d", r);
        if (model->report_count - before > limit)
            return MISMATCH(model, "report: %zu changes, limit %zu", model->report_count - before,
                            limit);
        if (calls > (size_t)KEYS * INSTANCES * 4)
            return MISMATCH(model, "report: comes to no end");
        for (size_t i = before; i < model->report_count; i++) {
            if (others && model->reports[i].type == MIB_CHANGE_DELETE)
                return MISMATCH(model, "report: a deletion after others");
            others = model->reports[i].type != MIB_CHANGE_DELETE;
        }
    }
    return true;
}

static bool check_reports(struct model *model, const struct record *before, const bool *had)
{
    size_t due = 0;

    for (uint32_t key = 0; key < model->keys; key++) {
        struct change expected;
        size_t found = 0;

        if (!expected_change(model, had[key] ? &before[key] : NULL, key, &expected))
            continue;
        due++;
        for (size_t i = 0; i < model->report_count; i++)
            found += model->reports[i].type == expected.type &&
                     is_same(&model->reports[i].record, &expected.record);
        if (found != 1)
            return MISMATCH(model, "resync: key %u reported %zu times", key, found);
    }
    if (due != model->report_count)
        return MISMATCH(model, "resync: %zu reports, not %zu", model->report_count, due);
    return true;
}

static bool finish(struct model *model)
{
    struct record before[KEYS];
    bool had[KEYS] = {false};
    bool silent = choose(model, 8) == 0;
    bool done = false;

    for (uint32_t key = 0; key < model->keys; key++) {
        had[key] = winner(model, key) != NULL;
        if (had[key])
            before[key] = *winner(model, key);
    }
    instance_table_finish(&model->table, model->all ? NULL : in_scope, model);
    model->resyncing = false;
    settle(model);
    if (silent) {
        if (instance_table_report(&model->table, NULL, NULL, 1, &done) != 0 || !done)
            return MISMATCH(model, "silent report: not done");
        return true;
    }
    return report(model) && check_reports(model, before, had);
}

static void begin(struct model *model)
{
    instance_table_begin(&model->table);
    model->resyncing = true;
    model->all = choose(model, 2) != 0;
    for (uint32_t key = 0; key < model->keys; key++)
        for (size_t i = 0; i < INSTANCES; i++) {
            model->cells[key][i].touched = false;
            model->cells[key][i].seen = false;
        }
}

/* Shows everything that has not been shown, from a random place on, and finishes. */
static bool show_rest(struct model *model)
{
    uint32_t first = choose(model, model->keys);

    for (uint32_t n = 0; n < model->keys; n++)
        for (uint32_t i = 0; i < INSTANCES; i++)
            if (choose(model, 40) != 0 && !show(model, (first + n) % model->keys, i))
                return false;
    return finish(model);
}

static bool convert(struct model *model)
{
    int r = model->is_wide ? instance_table_convert(&model->table, &narrow_ops, narrow_down)
                           : instance_table_convert(&model->table, &wide_ops, widen);

    model->is_wide = !model->is_wide;
    return r == 0 || MISMATCH(model, "convert: returned %d", r);
}

/* Rows as they are visited. */
static bool check_row(void *context, const void *record)
{
    struct model *model = context;
    const struct record *found = content(model, record);
    const struct record *expected = winner(model, found->key);

    model->report_count++;
    if (!expected || !is_same(found, expected)) {
        (void)MISMATCH(model, "rows: key %u is not what it should be", found->key);
        return true;
    }
    return false;
}

static bool check_instance(void *context, const void *record)
{
    struct model *model = context;
    const struct record *found = content(model, record);
    const struct cell *cell = &model->cells[found->key][found->instance];

    model->report_count++;
    if (!cell->known || !is_same(found, &cell->held)) {
        (void)MISMATCH(model, "instance %u of key %u is not what it should be", found->instance,
                       found->key);
        return true;
    }
    return false;
}

static bool count_key(void *context, const void *record)
{
    struct model *model = context;

    model->report_count += content(model, record)->key == model->reports[0].record.key;
    return false;
}

static bool check_key(struct model *model, uint32_t key, size_t instances)
{
    struct wide_record form;

    model->reports[0].record = (struct record){.key = (uint8_t)key};
    widen(&model->reports[0].record, &form);
    model->report_count = 0;
    (void)instance_table_visit_group(
        &model->table, model->is_wide ? (const void *)&form : &form.record, count_key, model);
    return model->report_count == instances ||
           MISMATCH(model, "visit: key %u has %zu instances, not %zu", key, model->report_count,
                    instances);
}

/* The whole table, outside of a resync. */
static bool check_table(struct model *model)
{
    size_t rows = 0;
    size_t total = 0;

    for (uint32_t key = 0; key < model->keys; key++) {
        size_t instances = 0;
        for (size_t i = 0; i < INSTANCES; i++)
            instances += model->cells[key][i].known;
        rows += instances > 0;
        total += instances;
        if (!check_key(model, key, instances))
            return false;
    }
    model->report_count = 0;
    if (instance_table_visit_rows(&model->table, check_row, model))
        return false;
    if (model->report_count != rows)
        return MISMATCH(model, "rows: %zu, not %zu", model->report_count, rows);
    model->report_count = 0;
    if (instance_table_visit_all(&model->table, check_instance, model))
        return false;
    if (model->report_count != total || model->table.count != total)
        return MISMATCH(model, "instances: %zu visited, %u counted, not %zu", model->report_count,
                        model->table.count, total);
    return true;
}

static bool step(struct model *model)
{
    uint32_t what = choose(model, 100);
    uint32_t key = choose(model, model->keys);
    uint32_t instance = choose(model, INSTANCES);
    bool fine = true;

    if (what < 50)
        fine = event(model, key, instance);
    else if (what < 75)
        change_silently(model, key, instance);
    else if (what < 78)
        fine = convert(model);
    else if (!model->resyncing && what < 90)
        begin(model);
    else if (model->resyncing && what < 94)
        fine = show(model, key, instance);
    else if (model->resyncing && what < 98)
        fine = show_rest(model);
    else if (model->resyncing) {
        instance_table_abandon(&model->table);
        model->resyncing = false;
    }
    return fine && (model->resyncing || check_table(model));
}

const char *instance_model_run(instance_choice choose_number, void *context, size_t operations)
{
    static char mismatch[512];
    struct model *model = calloc(1, sizeof(*model));
    bool fine = true;

    if (!model)
        return "no memory";
    model->choose = choose_number;
    model->context = context;
    model->keys = 1 + choose(model, KEYS);
    instance_table_init(&model->table, &narrow_ops);
    for (size_t i = 0; fine && i < operations; i++) {
        fine = step(model);
        if (!fine)
            (void)snprintf(mismatch, sizeof(mismatch), "operation %zu: %s", i, model->mismatch);
    }
    instance_table_clear(&model->table);
    instance_table_clear(&model->table);
    free(model);
    return fine ? NULL : mismatch;
}
