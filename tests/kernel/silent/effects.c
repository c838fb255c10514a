/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "effects.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The kind whose rows are of that type; ROW_KINDS: none. */
/* clang-format off */
#define KIND_OF(T)                                                                                 \
    _Generic((T *)0, MIB_IPINTERFACE_ROW *: ROW_INTERFACE,                                         \
             MIB_UNICASTIPADDRESS_ROW *: ROW_UNICAST, MIB_IPFORWARD_ROW2 *: ROW_ROUTE,             \
             default: ROW_KINDS)
/* clang-format on */

/* All fields of all types, of which those of rows are looked at. */
static const struct {
    int kind;
    struct row_field field;
} fields[] = {
#define ABI_TYPE(T)
#define ABI_INT(T)
#define ABI_PTR(T)
/* NOLINTNEXTLINE(bugprone-sizeof-expression): of those that are pointers, too */
#define ABI_FIELD(T, name) {KIND_OF(T), {#name, offsetof(T, name), sizeof(((T *)0)->name)}},
#define ABI_HOST_FIELD(T, name)
#define ABI_CONST(name)
#define ABI_BITS(T, name)
#include "../../abi/abi.def"
};

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
    for (int kind = 0; kind < ROW_KINDS; kind++)
        row_table_free(&snapshot->tables[kind]);
}

void snapshot_take(struct snapshot *ret)
{
    struct timespec deadline = check_deadline();

    *ret = (struct snapshot){0};
    for (;;) {
        for (int kind = 0; kind < ROW_KINDS; kind++)
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

static bool differs(const struct row_field *field, const union any_row *a, const union any_row *b)
{
    return memcmp((const char *)a + field->offset, (const char *)b + field->offset, field->size) !=
           0;
}

static bool counts_down(ULONG a, ULONG b)
{
    return a != UINT32_MAX && b != UINT32_MAX;
}

static bool passes_by_itself(enum row_kind kind, const struct row_field *field,
                             const union any_row *a, const union any_row *b)
{
    bool valid = strcmp(field->name, "ValidLifetime") == 0;
    bool preferred = strcmp(field->name, "PreferredLifetime") == 0;

    switch (kind) {
    case ROW_INTERFACE:
        return strcmp(field->name, "ReachableTime") == 0 &&
               a->interface.BaseReachableTime == b->interface.BaseReachableTime;
    case ROW_UNICAST:
        return strcmp(field->name, "CreationTimeStamp") == 0 ||
               (valid && counts_down(a->unicast.ValidLifetime, b->unicast.ValidLifetime)) ||
               (preferred &&
                counts_down(a->unicast.PreferredLifetime, b->unicast.PreferredLifetime));
    case ROW_ROUTE:
        return (valid && counts_down(a->route.ValidLifetime, b->route.ValidLifetime)) ||
               (preferred && counts_down(a->route.PreferredLifetime, b->route.PreferredLifetime));
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
    for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
        const struct row_field *field = &fields[i].field;
        if (fields[i].kind == (int)kind && differs(field, before, after) &&
            !passes_by_itself(kind, field, before, after))
            add(effects, kind, field, after, true);
    }
}

void effects_find(struct effects *effects, const struct snapshot *before,
                  const struct snapshot *after)
{
    for (int kind = 0; kind < ROW_KINDS; kind++) {
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
    return !differs(effect->field, row, &effect->row);
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
