/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "effects.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool has_tentative(const struct row_table *addresses)
{
    for (size_t i = 0; i < addresses->count; i++) {
        const MIB_UNICASTIPADDRESS_ROW *row = &addresses->rows[i].unicast;
        if (row->Address.si_family == AF_INET6 && row->DadState == IpDadStateTentative)
            return true;
    }
    return false;
}

void snapshot_free(struct snapshot *snapshot)
{
    for (int kind = 0; kind < ROW_WATCHED_KINDS; kind++)
        row_table_free(&snapshot->tables[kind]);
}

void snapshot_take(struct snapshot *ret)
{
    struct timespec deadline = check_deadline();

    *ret = (struct snapshot){0};
    for (;;) {
        for (int kind = 0; kind < ROW_WATCHED_KINDS; kind++)
            if (row_table_read((enum row_kind)kind, AF_UNSPEC, &ret->tables[kind]) != NO_ERROR)
                fail_test("%s table cannot be read", row_kind_name((enum row_kind)kind));
        if (!has_tentative(&ret->tables[ROW_UNICAST]))
            return;
        snapshot_free(ret);
        if (check_deadline_passed(&deadline))
            fail_test("some address stays tentative");
        (void)nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
}

/* What becomes another by itself, while the other field, if there is one, stays as it is. */
static const struct {
    enum row_kind kind;
    const char *field;
    const char *unless_changed;
} drifting[] = {
    {ROW_INTERFACE, "ReachableTime", "BaseReachableTime"},
    {ROW_UNICAST, "CreationTimeStamp", NULL},
};

static bool passes_by_itself(enum row_kind kind, const struct row_field *field,
                             const union any_row *a, const union any_row *b)
{
    if (field->format == FORMAT_LIFETIME)
        return row_number(field, a) != UINT32_MAX && row_number(field, b) != UINT32_MAX;
    for (size_t i = 0; i < ARRAY_SIZE(drifting); i++) {
        const char *condition = drifting[i].unless_changed;
        if (drifting[i].kind == kind && strcmp(drifting[i].field, field->name) == 0)
            return !condition || row_field_same(row_field(kind, condition), a, b);
    }
    return false;
}

static void add(struct effects *effects, enum row_kind kind, const struct row_field *field,
                const union any_row *row, bool present)
{
    if (effects->count == effects->capacity) {
        effects->capacity = effects->capacity ? 2 * effects->capacity : 16;
        effects->effects =
            reallocarray(effects->effects, effects->capacity, sizeof(*effects->effects));
        if (!effects->effects)
            fail_test("no memory");
    }
    effects->effects[effects->count++] = (struct effect){
        .kind = kind, .key = row_key(kind, row), .field = field, .present = present, .row = *row};
}

static void compare_rows(struct effects *effects, enum row_kind kind, const union any_row *before,
                         const union any_row *after)
{
    const struct row_type *type = &row_types[kind];

    for (size_t i = 0; i < type->field_count; i++) {
        const struct row_field *field = &type->fields[i];
        if (!row_field_same(field, before, after) && !passes_by_itself(kind, field, before, after))
            add(effects, kind, field, after, true);
    }
}

void effects_find(struct effects *effects, const struct snapshot *before,
                  const struct snapshot *after)
{
    for (int kind = 0; kind < ROW_WATCHED_KINDS; kind++) {
        struct row_pair pair =
            row_pairs((enum row_kind)kind, before->tables[kind].rows, before->tables[kind].count,
                      after->tables[kind].rows, after->tables[kind].count);

        while (row_pair_next(&pair)) {
            if (!pair.a)
                add(effects, pair.kind, NULL, pair.b, true);
            else if (!pair.b)
                add(effects, pair.kind, NULL, pair.a, false);
            else
                compare_rows(effects, pair.kind, pair.a, pair.b);
        }
    }
}

void effects_clear(struct effects *effects)
{
    free(effects->effects);
    *effects = (struct effects){0};
}

const char *effect_name(const struct effect *effect, char name[EFFECT_NAME_SIZE])
{
    bool of_interface = effect->kind == ROW_INTERFACE && effect->field;

    (void)snprintf(name, EFFECT_NAME_SIZE, "%s%s%s",
                   of_interface ? "" : row_kind_name(effect->kind), of_interface ? "" : " ",
                   effect->field ? effect->field->name : "rows");
    return name;
}

static bool is_known(struct watch *watch, const struct effect *effect)
{
    replay_apply(&watch->replay);
    const union any_row *row = replay_find(&watch->replay, &effect->key);
    if (!row || !effect->field)
        return (row != NULL) == effect->present;
    return row_field_same(effect->field, row, &effect->row);
}

bool effect_is_told(struct world *world, const struct effect *effect)
{
    for (size_t i = 0; i < WORLD_WATCHES; i++) {
        struct watch *watch = &world->watches[i];
        ADDRESS_FAMILY family = watch->recorder.family;
        if (watch->recorder.kind == effect->kind &&
            (family == AF_UNSPEC || family == effect->key.family) && !is_known(watch, effect))
            return false;
    }
    return true;
}
