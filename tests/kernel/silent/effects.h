/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a change does to the tables of which changes are told, field by field, and whether the
 * registrations of a world know of it.
 */
#ifndef TESTS_KERNEL_SILENT_EFFECTS_H
#define TESTS_KERNEL_SILENT_EFFECTS_H

#include "world.h"

/* The tables of which changes are told, both families. */
struct snapshot {
    struct row_table tables[ROW_WATCHED_KINDS];
};

/* Once no IPv6 address is tentative. */
void snapshot_take(struct snapshot *ret);
void snapshot_free(struct snapshot *snapshot);

/* One field of one row that has another value, or a row that came or went. */
struct effect {
    enum row_kind kind;
    struct row_key key;
    const struct row_field *field; /* NULL: the row itself */
    bool present;                  /* whether the row is there now */
    union any_row row;             /* as it is now */
};

struct effects {
    struct effect *effects;
    size_t count;
    size_t capacity;
};

/*
 * The differences, added to the list. Left out is what passes by itself: lifetimes that count
 * down, the ReachableTime that the kernel chooses anew from time to time (RFC 4861, 6.3.2), and the
 * CreationTimeStamp of an address that went and came back.
 */
void effects_find(struct effects *effects, const struct snapshot *before,
                  const struct snapshot *after);
void effects_clear(struct effects *effects);

/* "NlMtu", "unicast DadState", "route rows". The buffer is returned. */
#define EFFECT_NAME_SIZE 64
const char *effect_name(const struct effect *effect, char name[EFFECT_NAME_SIZE]);

/* Whether all registrations that cover the row have been told that it is like this now. */
bool effect_is_told(struct world *world, const struct effect *effect);

#endif
