/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "recorder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How long a changed table may rest between two looks when no notification comes at all. */
#define LOOK_AGAIN_SECONDS 0.05

static const char *family_name(ADDRESS_FAMILY family)
{
    if (family == AF_INET)
        return "IPv4";
    return family == AF_INET6 ? "IPv6" : "both families'";
}

/* The place of the key in the sorted rows, or where it would have to be. */
static size_t place(const struct replay *replay, const struct row_key *key, bool *ret_found)
{
    size_t low = 0;
    size_t high = replay->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct row_key at = row_key(replay->recorder->kind, &replay->rows[middle]);
        int order = memcmp(&at, key, sizeof(at));
        if (order == 0) {
            *ret_found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *ret_found = false;
    return low;
}

void replay_init(struct replay *replay, struct recorder *recorder)
{
    struct row_table table;
    DWORD rc = row_table_read(recorder->kind, recorder->family, &table);

    if (rc != NO_ERROR)
        fail_test("%s table: error %u", row_kind_name(recorder->kind), rc);
    *replay = (struct replay){
        .recorder = recorder, .rows = table.rows, .count = table.count, .capacity = table.count};
}

void replay_destroy(struct replay *replay)
{
    free(replay->rows);
    *replay = (struct replay){0};
}

static void refuse(const struct replay *replay, const struct note *note, const char *what)
{
    const struct recorder *recorder = replay->recorder;
    char text[ROW_TEXT_SIZE];

    fail_test("%s registration for %s rows, notification %zu: %s: %s",
              row_kind_name(recorder->kind), family_name(recorder->family), replay->applied, what,
              row_format(recorder->kind, &note->row, text));
}

static void insert(struct replay *replay, size_t at, const union any_row *row)
{
    if (replay->count == replay->capacity) {
        size_t capacity = replay->capacity ? 2 * replay->capacity : 16;
        union any_row *grown = realloc(replay->rows, capacity * sizeof(*grown));
        if (!grown)
            fail_test("no memory");
        replay->rows = grown;
        replay->capacity = capacity;
    }
    memmove(&replay->rows[at + 1], &replay->rows[at], (replay->count - at) * sizeof(*row));
    replay->rows[at] = *row;
    replay->count++;
}

/* Whether the note repeats a row that was known already. */
static bool apply_note(struct replay *replay, const struct note *note)
{
    const struct recorder *recorder = replay->recorder;
    enum row_kind kind = recorder->kind;

    if (note->type == MibInitialNotification)
        return false;

    const char *fault = row_fault(kind, &note->row);
    if (fault)
        refuse(replay, note, fault);
    if (recorder->family != AF_UNSPEC && recorder->family != row_family(kind, &note->row))
        refuse(replay, note, "a family not asked for");

    struct row_key key = row_key(kind, &note->row);
    bool found;
    size_t at = place(replay, &key, &found);
    switch (note->type) {
    case MibAddInstance:
        if (found)
            refuse(replay, note, "add of a known key");
        insert(replay, at, &note->row);
        return false;
    case MibParameterNotification:
        if (!found)
            refuse(replay, note, "change of an unknown key");
        found = row_visibly_equal(kind, &replay->rows[at], &note->row);
        if (found && kind != ROW_INTERFACE)
            refuse(replay, note, "a change of nothing");
        replay->rows[at] = note->row;
        return found;
    case MibDeleteInstance:
        if (!found)
            refuse(replay, note, "delete of an unknown key");
        replay->count--;
        memmove(&replay->rows[at], &replay->rows[at + 1],
                (replay->count - at) * sizeof(replay->rows[0]));
        return false;
    case MibInitialNotification:
        return false;
    }
    refuse(replay, note, "a type that does not exist");
    return false;
}

void replay_apply(struct replay *replay)
{
    struct recorder *recorder = replay->recorder;

    for (;;) {
        struct note note;

        monitor_lock(&recorder->monitor);
        bool more = replay->applied < recorder->count;
        if (more)
            note = recorder->notes[replay->applied];
        const char *fault = recorder->fault;
        monitor_unlock(&recorder->monitor);

        if (fault)
            fail_test("%s registration: %s", row_kind_name(recorder->kind), fault);
        if (!more)
            return;
        bool repeats = apply_note(replay, &note);
        monitor_lock(&recorder->monitor);
        recorder->notes[replay->applied++].repeats = repeats;
        monitor_unlock(&recorder->monitor);
    }
}

const union any_row *replay_find(const struct replay *replay, const struct row_key *key)
{
    bool found;
    size_t at = place(replay, key, &found);

    return found ? &replay->rows[at] : NULL;
}

#define SHOWN_DIFFERENCES 20

/* The number of differences; the first of them are printed if wanted. */
static size_t compare(const struct replay *replay, const struct row_table *table, bool print)
{
    enum row_kind kind = replay->recorder->kind;
    size_t differences = 0;
    char told[ROW_TEXT_SIZE];
    char real[ROW_TEXT_SIZE];
    char fields[ROW_TEXT_SIZE];

    struct row_pair pair = row_pairs(kind, replay->rows, replay->count, table->rows, table->count);

    while (row_pair_next(&pair)) {
        if (pair.a && pair.b && row_visibly_equal(kind, pair.a, pair.b))
            continue;
        if (!print || ++differences > SHOWN_DIFFERENCES) {
            differences += !print;
            continue;
        }
        if (!pair.b)
            print_error("  told, but not there: %s\n", row_format(kind, pair.a, told));
        else if (!pair.a)
            print_error("  there, but not told: %s\n", row_format(kind, pair.b, real));
        else
            print_error("  told: %s\n  but:  %s\n  which differ in: %s\n",
                        row_format(kind, pair.a, told), row_format(kind, pair.b, real),
                        row_differences(kind, pair.a, pair.b, fields));
    }
    return differences;
}

static void check_table(enum row_kind kind, const struct row_table *table)
{
    char text[ROW_TEXT_SIZE];

    for (size_t i = 0; i < table->count; i++) {
        struct row_key key = row_key(kind, &table->rows[i]);
        const char *fault = row_fault(kind, &table->rows[i]);
        if (i > 0) {
            struct row_key previous = row_key(kind, &table->rows[i - 1]);
            if (row_key_equal(&key, &previous))
                fault = "two rows with one key";
        }
        if (fault)
            fail_test("%s table: %s: %s", row_kind_name(kind), fault,
                      row_format(kind, &table->rows[i], text));
    }
}

void replay_converge(struct replay *replay)
{
    struct recorder *recorder = replay->recorder;
    struct timespec deadline = check_deadline();

    for (;;) {
        struct row_table table;
        DWORD rc = row_table_read(recorder->kind, recorder->family, &table);
        if (rc != NO_ERROR)
            fail_test("%s table: error %u", row_kind_name(recorder->kind), rc);
        check_table(recorder->kind, &table);
        replay_apply(replay);

        bool late = check_deadline_passed(&deadline);
        size_t differences = compare(replay, &table, late);
        row_table_free(&table);
        if (differences == 0)
            return;
        if (late)
            fail_test("%s registration for %s rows: %zu differences after %zu notifications",
                      row_kind_name(recorder->kind), family_name(recorder->family), differences,
                      replay->applied);

        struct timespec look_again = check_deadline_in(LOOK_AGAIN_SECONDS);
        monitor_lock(&recorder->monitor);
        if (recorder->count == replay->applied)
            monitor_wait(&recorder->monitor, &look_again);
        monitor_unlock(&recorder->monitor);
    }
}
