/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a registration is told of changes that happen: which, how often, in which order, with what.
 */
#include "registration.h"
#include "table.h"

#include <stdlib.h>
#include <string.h>

/*
 * Three registrations: for the change's family, for both, and for the other family. The first two
 * are told each change once and rightly typed, the third nothing.
 */
struct trio {
    struct registration own;
    struct registration both;
    struct registration other;
    ADDRESS_FAMILY family;
    ADDRESS_FAMILY other_family;
};

static struct trio *trio_start(const struct suite_subject *subject)
{
    static struct trio trio;

    trio.family = subject->family;
    trio.other_family = subject->family == AF_INET ? AF_INET6 : AF_INET;
    registration_start(&trio.own, subject->kind, trio.family, FALSE);
    registration_start(&trio.both, subject->kind, AF_UNSPEC, FALSE);
    registration_start(&trio.other, subject->kind, trio.other_family, FALSE);
    return &trio;
}

static void trio_await(struct trio *trio, MIB_NOTIFICATION_TYPE type, unsigned number)
{
    registration_await_told(&trio->own, type, trio->family, number, 1);
    registration_await_told(&trio->both, type, trio->family, number, 1);
}

static void expect_one_family(struct registration *registration, ADDRESS_FAMILY family)
{
    unsigned count;
    struct told *told = registration_told(registration, &count);

    for (unsigned i = 0; i < count; i++)
        assert_int_equal(row_family(registration->kind, &told[i].row), family);
    free(told);
}

static void trio_stop(struct trio *trio, unsigned number, const char *history)
{
    registration_settle((struct registration *const[]){&trio->own, &trio->both, &trio->other}, 3);
    assert_string_equal(registration_history(&trio->own, trio->family, number), history);
    assert_string_equal(registration_history(&trio->both, trio->family, number), history);
    assert_string_equal(registration_history(&trio->other, trio->family, number), "");
    expect_one_family(&trio->own, trio->family);
    expect_one_family(&trio->other, trio->other_family);
    registration_stop(&trio->own);
    registration_stop(&trio->both);
    registration_stop(&trio->other);
}

static void test_add_change_delete(void **state)
{
    const struct suite_subject *subject = *state;
    struct trio *trio = trio_start(subject);

    network_add(subject->kind, subject->family, 1);
    trio_await(trio, MibAddInstance, 1);
    network_change(subject->kind, subject->family, 1);
    trio_await(trio, MibParameterNotification, 1);
    network_delete(subject->kind, subject->family, 1);
    trio_await(trio, MibDeleteInstance, 1);
    trio_stop(trio, 1, "APD");
}

/* Nothing that a program can read has changed: nobody is told. */
static void test_refresh(void **state)
{
    const struct suite_subject *subject = *state;

    network_add(subject->kind, subject->family, 1);
    struct trio *trio = trio_start(subject);
    network_refresh(subject->kind, subject->family, 1);
    network_refresh(subject->kind, subject->family, 1);
    trio_stop(trio, 1, "");
}

/* ---- Threads and order --------------------------------------------------------------------- */

static void test_another_thread(void **state)
{
    const struct suite_subject *subject = *state;
    static struct registration registration;

    registration_start(&registration, subject->kind, AF_UNSPEC, TRUE);
    registration_exercise(&registration, subject->family);
    assert_true(registration_look(&registration).thread != platform_thread_self());
    registration_stop(&registration);
}

#define TIMES 5

/*
 * However slow the callback is: each change once, in the order in which they happened. Another
 * registration tells when a change has been announced, which may be a moment after it was made.
 */
static void test_slow_callback(void **state)
{
    const struct suite_subject *subject = *state;
    static struct registration slow;
    static struct registration quick;
    char expected[2 * TIMES + 1] = {0};

    registration_start(&slow, subject->kind, subject->family, FALSE);
    registration_start(&quick, subject->kind, subject->family, FALSE);
    registration_hold(&slow);
    for (size_t i = 0; i < TIMES; i++) {
        network_add(subject->kind, subject->family, 1);
        registration_await_told(&quick, MibAddInstance, subject->family, 1, (unsigned)i + 1);
        network_delete(subject->kind, subject->family, 1);
        registration_await_told(&quick, MibDeleteInstance, subject->family, 1, (unsigned)i + 1);
        expected[2 * i] = 'A';
        expected[2 * i + 1] = 'D';
    }
    registration_await_held(&slow);
    registration_release(&slow);
    registration_settle((struct registration *const[]){&slow, &quick}, 2);
    assert_string_equal(registration_history(&slow, subject->family, 1), expected);
    assert_string_equal(registration_history(&quick, subject->family, 1), expected);
    registration_stop(&slow);
    registration_stop(&quick);
}

/* Its own callbacks wait; nobody else's. */
static void test_held_callback(void **state)
{
    const struct suite_subject *subject = *state;
    static struct registration slow;
    static struct registration others[ROW_WATCHED_KINDS];

    registration_start(&slow, subject->kind, subject->family, FALSE);
    for (int kind = 0; kind < ROW_WATCHED_KINDS; kind++)
        registration_start(&others[kind], (enum row_kind)kind, AF_UNSPEC, FALSE);
    registration_hold(&slow);
    network_make_change(subject->kind, subject->family);
    registration_await_held(&slow);
    network_undo_change(subject->kind, subject->family);
    for (int kind = 0; kind < ROW_WATCHED_KINDS; kind++)
        registration_exercise(&others[kind], subject->family);
    assert_int_equal(registration_inside(&slow), 1);
    assert_int_equal(registration_changes(&slow), 1);
    registration_release(&slow);
    registration_await(&slow, 2);
    registration_stop(&slow);
    for (int kind = 0; kind < ROW_WATCHED_KINDS; kind++)
        registration_stop(&others[kind]);
}

#define CROWD 30

static void test_everybody_is_told(void **state)
{
    const struct suite_subject *subject = *state;
    static struct registration crowd[CROWD];

    for (size_t i = 0; i < CROWD; i++)
        registration_start(&crowd[i], subject->kind, i % 2 ? AF_UNSPEC : subject->family,
                           i % 3 == 0);
    network_make_change(subject->kind, subject->family);
    network_undo_change(subject->kind, subject->family);
    for (size_t i = 0; i < CROWD; i++)
        registration_await(&crowd[i], 2);
    for (size_t i = 0; i < CROWD; i++)
        registration_stop(&crowd[i]);
}

/* ---- Rows ---------------------------------------------------------------------------------- */

/* The keys, and the fields that programs read in a callback, are those of the entry itself. */
static void expect_as_entry(struct registration *registration, const union any_row *row)
{
    union any_row entry = row_with_key_of(registration->kind, row);

    assert_int_equal(row_types[registration->kind].get_entry(&entry), NO_ERROR);
    rows_expect_same(registration->kind, row, &entry, FIELD_KEY | FIELD_IN_CALLBACK);
}

static void expect_same_key(enum row_kind kind, const void *a, const void *b)
{
    const struct row_field *index = row_field_of_format(kind, FORMAT_INDEX);

    rows_expect_same(kind, a, b, FIELD_KEY);
    assert_int_equal(row_number(index, a), row_number(index, b));
}

/* The row that it was told last about that number. */
static union any_row last_told(struct registration *registration, ADDRESS_FAMILY family,
                               unsigned number)
{
    unsigned count;
    struct told *told = registration_told(registration, &count);
    union any_row row;
    bool found = false;

    memset(&row, 0, sizeof(row));
    for (unsigned i = 0; i < count; i++) {
        if (network_number(registration->kind, family, &told[i].row) == (int)number) {
            row = told[i].row;
            found = true;
        }
    }
    free(told);
    assert_true(found);
    return row;
}

static void test_rows(void **state)
{
    const struct suite_subject *subject = *state;
    enum row_kind kind = subject->kind;
    static struct registration registration;

    registration_start(&registration, kind, subject->family, FALSE);
    network_add(kind, subject->family, 1);
    registration_await_told(&registration, MibAddInstance, subject->family, 1, 1);
    union any_row added = last_told(&registration, subject->family, 1);
    expect_as_entry(&registration, &added);

    network_change(kind, subject->family, 1);
    registration_await_told(&registration, MibParameterNotification, subject->family, 1, 1);
    union any_row changed = last_told(&registration, subject->family, 1);
    expect_as_entry(&registration, &changed);
    expect_same_key(kind, &added, &changed);

    network_delete(kind, subject->family, 1);
    registration_await_told(&registration, MibDeleteInstance, subject->family, 1, 1);
    union any_row gone = last_told(&registration, subject->family, 1);
    expect_same_key(kind, &added, &gone);
    registration_stop(&registration);
}

/*
 * Programs keep the pointer and read it later on another thread (GLib's network monitor does): it
 * stays readable, and what it was, while the registration lasts and not much else comes.
 */
static void test_rows_stay_readable(void **state)
{
    const struct suite_subject *subject = *state;
    static struct registration registration;

    registration_start(&registration, subject->kind, subject->family, FALSE);
    registration_exercise(&registration, subject->family);
    unsigned count;
    struct told *told = registration_told(&registration, &count);
    for (unsigned i = 0; i < count; i++)
        expect_same_key(subject->kind, &told[i].row, told[i].row_given);
    free(told);
    registration_stop(&registration);
}

/* ---- The promise as a whole ---------------------------------------------------------------- */

/* Which numbers there are in the table. */
static void read_numbers(enum row_kind kind, ADDRESS_FAMILY family, bool *present)
{
    struct table table = table_read(kind, AF_UNSPEC);

    memset(present, 0, NETWORK_NUMBERS * sizeof(*present));
    for (ULONG i = 0; i < table.count; i++) {
        int number = network_number(kind, family, table_row(&table, i));
        if (number >= 0)
            present[number] = true;
    }
    table_free(&table);
}

/*
 * The notifications, played over the table as it was when the registration returned, give the table
 * as it is now.
 */
static void test_replay(void **state)
{
    const struct suite_subject *subject = *state;
    static struct registration registration;
    bool played[NETWORK_NUMBERS];
    bool present[NETWORK_NUMBERS];

    network_add(subject->kind, subject->family, 1);
    network_add(subject->kind, subject->family, 2);
    registration_start(&registration, subject->kind, subject->family, FALSE);
    read_numbers(subject->kind, subject->family, played);
    assert_true(played[1] && played[2] && !played[3] && !played[4]);

    network_add(subject->kind, subject->family, 3);
    network_delete(subject->kind, subject->family, 1);
    network_change(subject->kind, subject->family, 2);
    network_add(subject->kind, subject->family, 4);
    network_delete(subject->kind, subject->family, 3);
    network_add(subject->kind, subject->family, 1);
    network_delete(subject->kind, subject->family, 4);
    network_add(subject->kind, subject->family, 3);
    registration_settle((struct registration *const[]){&registration}, 1);

    unsigned count;
    struct told *told = registration_told(&registration, &count);
    for (unsigned i = 0; i < count; i++) {
        int number = network_number(subject->kind, subject->family, &told[i].row);
        if (number < 0)
            continue;
        /* What is added was not there; what changes or goes was. */
        assert_int_equal(played[number], told[i].type != MibAddInstance);
        played[number] = told[i].type != MibDeleteInstance;
    }
    free(told);
    read_numbers(subject->kind, subject->family, present);
    assert_true(present[1] && present[2] && present[3] && !present[4]);
    assert_memory_equal(played, present, sizeof(present));
    registration_stop(&registration);
}

/* ---- What callbacks may do ----------------------------------------------------------------- */

/* A callback may call everything, with its own row too. */
static void read_everything(struct registration *registration, void *row,
                            MIB_NOTIFICATION_TYPE type)
{
    const char *violation = NULL;
    HANDLE handle;

    for (int kind = 0; kind < ROW_WATCHED_KINDS; kind++) {
        struct table table;
        if (table_get((enum row_kind)kind, AF_UNSPEC, &table) != NO_ERROR)
            violation = "no table in a callback";
        table_free(&table);
    }

    if (row && type != MibDeleteInstance && row_types[registration->kind].get_entry) {
        union any_row entry;
        memcpy(&entry, row, row_types[registration->kind].row_size);
        if (row_types[registration->kind].get_entry(&entry) != NO_ERROR)
            violation = "no entry for a callback's row";
    }

    /* Registrations made and ended within a callback, with and without an initial one. */
    struct registration inner;
    for (int kind = 0; kind < ROW_WATCHED_KINDS; kind++) {
        memset(&inner, 0, sizeof(inner));
        inner.kind = (enum row_kind)kind;
        inner.monitor = registration->context;
        if (notify_call((enum row_kind)kind, AF_UNSPEC, &inner, (BOOLEAN)(kind % 2), &handle) !=
                NO_ERROR ||
            CancelMibChangeNotify2(handle) != NO_ERROR || inner.initials != (unsigned)(kind % 2))
            violation = "no registration in a callback";
        free(inner.told);
    }

    platform_monitor_lock(registration->monitor);
    if (violation)
        registration->violation = violation;
    platform_monitor_unlock(registration->monitor);
}

static void test_callbacks_may_call(void **state)
{
    const struct suite_subject *subject = *state;
    struct platform_monitor *inner = platform_monitor_new();
    static struct registration registration;

    registration_start_with(&registration, subject->kind, AF_UNSPEC, TRUE, read_everything, inner);
    registration_exercise(&registration, subject->family);
    registration_stop(&registration);
    platform_monitor_free(inner);
}

int main(int argc, char **argv)
{
    static const struct suite_test tests[] = {
        suite_test_per_family("add_change_delete", test_add_change_delete, SUITE_NOTIFY),
        suite_test_per_family("refresh_is_not_told", test_refresh, SUITE_NOTIFY),
        suite_test_per_kind("callbacks_come_on_another_thread", test_another_thread, SUITE_NOTIFY),
        suite_test_per_family("slow_callback_misses_nothing", test_slow_callback, SUITE_NOTIFY),
        suite_test_per_kind("held_callback_holds_up_nobody_else", test_held_callback, SUITE_NOTIFY),
        suite_test_per_kind("thirty_registrations_are_told", test_everybody_is_told, SUITE_NOTIFY),
        suite_test_per_family("rows_are_those_of_the_entries", test_rows,
                              SUITE_NOTIFY | SUITE_ENTRY),
        suite_test_per_kind("rows_stay_readable", test_rows_stay_readable, SUITE_NOTIFY),
        suite_test_per_family("replay_gives_the_table", test_replay, SUITE_NOTIFY),
        suite_test_per_kind("callbacks_may_call_everything", test_callbacks_may_call, SUITE_NOTIFY),
    };

    return suite_main(argc, argv, tests, ARRAY_SIZE(tests));
}
