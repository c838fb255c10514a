/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* mib/instance_table: what put, drop and resync report, case by case and against a model. */
#include "instance_model.h"

#include "mib/instance_table.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

struct record {
    uint32_t key;
    uint32_t metric; /* tells instances apart; the least wins */
    uint32_t row;
};

static uint32_t hash(const void *record)
{
    return ((const struct record *)record)->key;
}

static bool same_key(const void *a, const void *b)
{
    return ((const struct record *)a)->key == ((const struct record *)b)->key;
}

static bool same_instance(const void *a, const void *b)
{
    return ((const struct record *)a)->metric == ((const struct record *)b)->metric;
}

static bool same_row(const void *a, const void *b)
{
    return ((const struct record *)a)->row == ((const struct record *)b)->row;
}

static int rank(const void *a, const void *b)
{
    uint32_t x = ((const struct record *)a)->metric;
    uint32_t y = ((const struct record *)b)->metric;

    return (x > y) - (x < y);
}

static const struct instance_ops ops = {
    .record_size = sizeof(struct record),
    .group_hash = hash,
    .same_key = same_key,
    .same_instance = same_instance,
    .same_record = same_row,
    .rank = rank,
    .same_row = same_row,
};

/* Reports as a line: "+key:row " "-key:row " "=key:row ". */
struct reported {
    char text[4096];
    size_t length;
};

static int note_report(void *context, enum mib_change_type type, const void *record)
{
    struct reported *reported = context;
    const struct record *r = record;
    const char *sign = type == MIB_CHANGE_ADD ? "+" : type == MIB_CHANGE_DELETE ? "-" : "=";

    reported->length += (size_t)snprintf(reported->text + reported->length,
                                         sizeof(reported->text) - reported->length, "%s%u:%u ",
                                         sign, r->key, r->row);
    return 0;
}

static struct instance_table table;
static struct reported reported;

static int setup(void **state)
{
    (void)state;
    instance_table_init(&table, &ops);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    instance_table_clear(&table);
    return 0;
}

#define assert_reported(expected)                                                                  \
    do {                                                                                           \
        assert_string_equal(reported.text, expected);                                              \
        reported = (struct reported){0};                                                           \
    } while (0)

static void put(uint32_t key, uint32_t metric, uint32_t row)
{
    struct record record = {key, metric, row};

    assert_int_equal(instance_table_put(&table, &record, note_report, &reported), 0);
}

static void drop(uint32_t key, uint32_t metric)
{
    struct record record = {key, metric, 0};

    assert_int_equal(instance_table_drop(&table, &record, note_report, &reported), 0);
}

static void mark_dumped(uint32_t key, uint32_t metric, uint32_t row)
{
    struct record record = {key, metric, row};

    assert_int_equal(instance_table_mark_dumped(&table, &record), 0);
}

static void report_all(void)
{
    bool done = false;

    while (!done)
        assert_int_equal(instance_table_report(&table, note_report, &reported, 1000, &done), 0);
}

static void one_instance(void **state)
{
    (void)state;
    put(1, 0, 10);
    assert_reported("+1:10 ");
    put(1, 0, 10);
    assert_reported("");
    put(1, 0, 11);
    assert_reported("=1:11 ");
    drop(1, 0);
    assert_reported("-1:11 ");
    drop(1, 0);
    assert_reported("");
    assert_int_equal(table.count, 0);
}

/* Added once, changed with the winner, deleted with the last. */
static void several_instances(void **state)
{
    (void)state;
    put(1, 5, 10);
    assert_reported("+1:10 ");
    put(1, 7, 20); /* does not win */
    assert_reported("");
    put(1, 7, 21);
    assert_reported("");
    put(1, 3, 30); /* wins */
    assert_reported("=1:30 ");
    drop(1, 7);
    assert_reported("");
    put(1, 9, 30);
    drop(1, 5);
    assert_reported("");
    drop(1, 3); /* the next one looks the same */
    assert_reported("");
    drop(1, 9);
    assert_reported("-1:30 ");
}

static void nobody_listens(void **state)
{
    (void)state;
    struct record record = {1, 0, 10};

    assert_int_equal(instance_table_put(&table, &record, NULL, NULL), 0);
    put(1, 0, 10);
    assert_reported("");
    assert_int_equal(instance_table_drop(&table, &record, NULL, NULL), 0);
    drop(1, 0);
    assert_reported("");
}

static int refuse(void *context, enum mib_change_type type, const void *record)
{
    (void)context;
    (void)type;
    (void)record;
    return -ENOMEM;
}

static void refused_reports_change_the_table(void **state)
{
    (void)state;
    struct record record = {1, 0, 10};
    bool done;

    assert_int_equal(instance_table_put(&table, &record, refuse, NULL), -ENOMEM);
    assert_int_equal(table.count, 1);
    assert_int_equal(instance_table_drop(&table, &record, refuse, NULL), -ENOMEM);
    assert_int_equal(table.count, 0);
    instance_table_begin(&table);
    mark_dumped(1, 0, 10);
    mark_dumped(2, 0, 20);
    instance_table_finish(&table, NULL, NULL);
    done = true;
    assert_int_equal(instance_table_report(&table, refuse, NULL, 9, &done), -ENOMEM);
    assert_true(done); /* as it was */
    report_all();
    assert_int_equal(reported.length, strlen("+2:20 ")); /* the other one */
    reported = (struct reported){0};
    assert_int_equal(table.count, 2);
}

static void resync_finds_everything(void **state)
{
    (void)state;
    put(1, 0, 10); /* stays */
    put(2, 0, 20); /* goes */
    put(3, 0, 30); /* changes */
    put(4, 1, 40); /* loses its winner to another instance */
    put(4, 2, 41);
    put(5, 1, 50); /* loses an instance that is no winner */
    put(5, 2, 51);
    reported = (struct reported){0};
    instance_table_begin(&table);
    mark_dumped(1, 0, 10);
    mark_dumped(3, 0, 31);
    mark_dumped(4, 2, 41);
    mark_dumped(5, 1, 50);
    mark_dumped(6, 0, 60); /* comes */
    instance_table_finish(&table, NULL, NULL);
    report_all();
    assert_non_null(strstr(reported.text, "=3:31 "));
    assert_non_null(strstr(reported.text, "=4:41 "));
    assert_non_null(strstr(reported.text, "+6:60 "));
    assert_int_equal(reported.length, strlen("-2:20 =3:31 =4:41 +6:60 "));
    assert_memory_equal(reported.text, "-2:20 ", 6); /* first */
    reported = (struct reported){0};
    assert_int_equal(table.count, 5);
    instance_table_begin(&table);
    mark_dumped(1, 0, 10);
    mark_dumped(3, 0, 31);
    mark_dumped(4, 2, 41);
    mark_dumped(5, 1, 50);
    mark_dumped(6, 0, 60);
    instance_table_finish(&table, NULL, NULL);
    report_all();
    assert_reported("");
}

static void resync_with_an_empty_dump(void **state)
{
    (void)state;
    instance_table_begin(&table);
    instance_table_finish(&table, NULL, NULL);
    report_all();
    assert_reported("");
    put(1, 0, 10);
    reported = (struct reported){0};
    instance_table_begin(&table);
    instance_table_finish(&table, NULL, NULL);
    report_all();
    assert_reported("-1:10 ");
    assert_int_equal(table.count, 0);
}

static void abandoned_resync_leaves_no_trace(void **state)
{
    (void)state;
    put(1, 0, 10);
    put(2, 0, 20);
    reported = (struct reported){0};
    instance_table_begin(&table);
    mark_dumped(1, 0, 11);
    mark_dumped(3, 0, 30);
    instance_table_abandon(&table);
    assert_int_equal(table.count, 2);
    put(1, 0, 10);
    put(2, 0, 20);
    assert_reported("");
    drop(3, 0);
    assert_reported("");
    /* Nothing counts as dumped from before. */
    instance_table_begin(&table);
    mark_dumped(2, 0, 20);
    instance_table_finish(&table, NULL, NULL);
    report_all();
    assert_reported("-1:10 ");
}

static void events_during_a_resync(void **state)
{
    (void)state;
    put(1, 0, 10);
    put(2, 0, 20);
    put(3, 0, 30);
    reported = (struct reported){0};
    instance_table_begin(&table);
    put(1, 0, 11); /* not dumped afterwards, but reported: it is there */
    assert_reported("=1:11 ");
    mark_dumped(2, 0, 20);
    drop(2, 0); /* shown before, and gone since */
    assert_reported("-2:20 ");
    mark_dumped(3, 0, 33);
    put(3, 0, 34); /* newer than what was shown */
    assert_reported("=3:34 ");
    mark_dumped(4, 0, 40);
    drop(4, 0);
    assert_reported("");
    put(5, 0, 50);
    assert_reported("+5:50 ");
    mark_dumped(5, 0, 50);
    put(6, 0, 60);
    assert_reported("+6:60 ");
    mark_dumped(6, 0, 61); /* older than what was reported */
    instance_table_finish(&table, NULL, NULL);
    report_all();
    assert_reported("");
    assert_int_equal(table.count, 4);
}

static bool is_odd(void *context, const void *record)
{
    (void)context;
    return ((const struct record *)record)->key % 2 != 0;
}

static void resync_of_a_part(void **state)
{
    (void)state;
    for (uint32_t key = 1; key <= 4; key++)
        put(key, 0, key);
    reported = (struct reported){0};
    instance_table_begin(&table);
    mark_dumped(3, 0, 3);
    instance_table_finish(&table, is_odd, NULL);
    report_all();
    assert_reported("-1:1 ");
    assert_int_equal(table.count, 3);
}

static void reports_in_pieces(void **state)
{
    (void)state;
    bool done = false;
    size_t calls = 0;

    for (uint32_t key = 0; key < 100; key++)
        put(key, 0, 1);
    reported = (struct reported){0};
    instance_table_begin(&table);
    for (uint32_t key = 50; key < 150; key++)
        mark_dumped(key, 0, key < 75 ? 1 : 2);
    instance_table_finish(&table, NULL, NULL);
    size_t reports = 0;
    while (!done) {
        reported = (struct reported){0};
        assert_int_equal(instance_table_report(&table, note_report, &reported, 7, &done), 0);
        size_t now = 0;
        for (const char *c = reported.text; *c; c++)
            now += *c == ' ';
        assert_true(now <= 7);
        reports += now;
        calls++;
    }
    assert_int_equal(reports, 50 + 25 + 50);
    assert_true(calls >= reports / 7);
    reported = (struct reported){0};
    assert_int_equal(table.count, 100);
}

static bool count_up(void *context, const void *record)
{
    (void)record;
    return ++*(size_t *)context == 3;
}

static void visits_stop_where_asked(void **state)
{
    (void)state;
    size_t visited = 0;

    assert_false(instance_table_visit_all(&table, count_up, &visited));
    for (uint32_t key = 0; key < 10; key++)
        put(key / 2, key, key);
    reported = (struct reported){0};
    assert_true(instance_table_visit_all(&table, count_up, &visited));
    assert_int_equal(visited, 3);
    visited = 10;
    assert_false(instance_table_visit_rows(&table, count_up, &visited));
    assert_int_equal(visited, 15);
}

/* Two keys make a group; some groups share a bucket. */
static uint32_t pair_hash(const void *record)
{
    return ((const struct record *)record)->key / 2 % 4;
}

static bool same_pair(const void *a, const void *b)
{
    return ((const struct record *)a)->key / 2 == ((const struct record *)b)->key / 2;
}

static bool count_pair(void *context, const void *record)
{
    size_t *visited = context;

    visited[((const struct record *)record)->key / 2]++;
    return false;
}

/* All of a group and nothing else is visited, and excluded from a dump. */
static void groups_are_apart(void **state)
{
    (void)state;
    static struct instance_ops pair_ops;
    const struct record asked = {.key = 2};

    pair_ops = ops;
    pair_ops.group_hash = pair_hash;
    pair_ops.same_group = same_pair;
    instance_table_init(&table, &pair_ops);
    for (uint32_t key = 0; key < 20; key++) {
        put(key, 0, key);
        put(key, 1, key);
    }
    reported = (struct reported){0};
    size_t visited[10] = {0};
    assert_false(instance_table_visit_group(&table, &asked, count_pair, visited));
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(visited[i], i == 1 ? 4 : 0);

    const struct record changed = {.key = 2, .row = 9};
    const struct record more = {.key = 3, .metric = 2};
    const struct record other = {.key = 5, .row = 9};
    bool done = false;

    instance_table_begin(&table);
    assert_int_equal(instance_table_mark_dumped(&table, &changed), 0);
    assert_int_equal(instance_table_mark_dumped(&table, &more), 0);
    assert_int_equal(instance_table_mark_dumped(&table, &other), 0);
    assert_true(instance_table_exclude(&table, &asked));
    instance_table_finish(&table, NULL, NULL);
    assert_int_equal(instance_table_report(&table, note_report, &reported, 100, &done), 0);
    assert_true(done);
    assert_int_equal(table.count, 4 + 1);
    memset(visited, 0, sizeof(visited));
    assert_false(instance_table_visit_all(&table, count_pair, visited));
    assert_int_equal(visited[1], 4);
    assert_int_equal(visited[2], 1);
    reported = (struct reported){0};
    /* Where the event's instance is the only one, no other look is due. */
    instance_table_clear(&table);
    put(2, 0, 1);
    reported = (struct reported){0};
    instance_table_begin(&table);
    assert_false(instance_table_exclude(&table, &asked));
    instance_table_abandon(&table);
}

struct long_record {
    uint64_t more;
    struct record record;
};

static uint32_t long_hash(const void *record)
{
    return hash(&((const struct long_record *)record)->record) * 7;
}

static bool long_same_key(const void *a, const void *b)
{
    return same_key(&((const struct long_record *)a)->record,
                    &((const struct long_record *)b)->record);
}

static void lengthen(const void *from, void *to)
{
    struct long_record record = {.more = 5, .record = *(const struct record *)from};

    memcpy(to, &record, sizeof(record));
}

static bool check_long(void *context, const void *record)
{
    const struct long_record *r = record;

    assert_int_equal(r->more, 5);
    assert_int_equal(r->record.row, r->record.key + 1);
    ++*(size_t *)context;
    return false;
}

/* An empty table, and one with holes. */
static void convert_keeps_instances(void **state)
{
    (void)state;
    static struct instance_ops long_ops;
    size_t visited = 0;

    long_ops = ops;
    long_ops.record_size = sizeof(struct long_record);
    long_ops.group_hash = long_hash;
    long_ops.same_key = long_same_key;
    assert_int_equal(instance_table_convert(&table, &ops, lengthen), 0);
    for (uint32_t key = 0; key < 60; key++)
        put(key, 0, key + 1);
    for (uint32_t key = 0; key < 60; key += 3)
        drop(key, 0);
    reported = (struct reported){0};
    assert_int_equal(instance_table_convert(&table, &long_ops, lengthen), 0);
    assert_false(instance_table_visit_all(&table, check_long, &visited));
    assert_int_equal(visited, 40);
    for (uint32_t key = 0; key < 60; key++) {
        struct long_record record = {.record = {.key = key}};
        visited = 0;
        (void)instance_table_visit_group(&table, &record, check_long, &visited);
        assert_true(key % 3 == 0 || visited >= 1);
    }
    instance_table_clear(&table);
}

/* Slots are used again: a table that breathes does not grow. */
static void memory_is_used_again(void **state)
{
    (void)state;
    uint32_t capacity = 0;

    for (uint32_t round = 0; round < 20; round++) {
        for (uint32_t key = 0; key < 1000; key++) {
            struct record record = {.key = round * 1000 + key};
            assert_int_equal(instance_table_put(&table, &record, NULL, NULL), 0);
        }
        assert_int_equal(table.count, 1000);
        assert_true(round == 0 || table.capacity == capacity);
        capacity = table.capacity;
        for (uint32_t key = 0; key < 1000; key++) {
            struct record record = {.key = round * 1000 + key};
            assert_int_equal(instance_table_drop(&table, &record, NULL, NULL), 0);
        }
        assert_int_equal(table.count, 0);
    }
}

static uint64_t random_state;

static uint32_t random_choice(void *context, uint32_t below)
{
    (void)context;
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 32) % below;
}

static void random_operations(void **state)
{
    (void)state;
    const char *given = getenv("IPHLPAPI_SEED"); // NOLINT(concurrency-mt-unsafe): one thread
    uint64_t seed = given ? strtoull(given, NULL, 0) : (uint64_t)time(NULL);
    size_t runs = given ? 1 : 25;

    for (size_t run = 0; run < runs; run++, seed++) {
        random_state = seed * 0x9e3779b97f4a7c15U + 1;
        const char *mismatch = instance_model_run(random_choice, NULL, 3000);
        if (mismatch)
            fail_msg("IPHLPAPI_SEED=%llu: %s", (unsigned long long)seed, mismatch);
    }
    print_message("seeds %llu to %llu\n", (unsigned long long)(seed - runs),
                  (unsigned long long)(seed - 1));
}

#define test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(one_instance),
        test(several_instances),
        test(nobody_listens),
        test(refused_reports_change_the_table),
        test(resync_finds_everything),
        test(resync_with_an_empty_dump),
        test(abandoned_resync_leaves_no_trace),
        test(events_during_a_resync),
        test(resync_of_a_part),
        test(reports_in_pieces),
        test(visits_stop_where_asked),
        test(groups_are_apart),
        test(convert_keeps_instances),
        test(memory_is_used_again),
        cmocka_unit_test(random_operations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
