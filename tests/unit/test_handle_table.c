/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * handles/handle_table: a handle is one object's, and no other object's ever after; with the 32
 * bits of other systems' pointers, no other object's for as long as there are values that were not
 * used.
 */
#include "handles/handle_table.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static struct handle_table table = HANDLE_TABLE_INIT(0);

static void begin(const struct handle_width *width)
{
    free(table.slots);
    table = (struct handle_table)HANDLE_TABLE_INIT(0);
    if (width)
        table.width = width;
}

static int teardown(void **state)
{
    (void)state;
    begin(NULL);
    return 0;
}

static handle_value insert(void *object)
{
    handle_value handle = 0;

    assert_int_equal(handle_table_insert(&table, object, &handle), 0);
    return handle;
}

static int objects[4096];

static void insert_find_remove(void **state)
{
    (void)state;
    handle_value first = insert(&objects[0]);
    handle_value second = insert(&objects[1]);

    assert_true(first != second);
    assert_ptr_equal(handle_table_find(&table, first, NULL), &objects[0]);
    assert_ptr_equal(handle_table_find(&table, second, NULL), &objects[1]);
    assert_int_equal(table.count, 2);
    assert_ptr_equal(handle_table_remove(&table, first), &objects[0]);
    assert_null(handle_table_remove(&table, first));
    assert_null(handle_table_find(&table, first, NULL));
    assert_ptr_equal(handle_table_find(&table, second, NULL), &objects[1]);
    assert_ptr_equal(handle_table_remove(&table, second), &objects[1]);
    assert_int_equal(table.count, 0);
}

static void empty_table(void **state)
{
    (void)state;
    assert_null(handle_table_find(&table, 0, NULL));
    assert_null(handle_table_find(&table, 1, NULL));
    assert_null(handle_table_remove(&table, UINTPTR_MAX));
}

static void keep_is_called_once(void *object)
{
    ++*(int *)object;
}

static void find_keeps_what_it_finds(void **state)
{
    (void)state;
    int kept = 0;
    handle_value handle = insert(&kept);

    assert_ptr_equal(handle_table_find(&table, handle, keep_is_called_once), &kept);
    assert_int_equal(kept, 1);
    assert_null(handle_table_find(&table, handle ^ 2, keep_is_called_once));
    assert_ptr_equal(handle_table_remove(&table, handle), &kept);
    assert_null(handle_table_find(&table, handle, keep_is_called_once));
    assert_int_equal(kept, 1);
}

/* As wide as pointers are here, and as on systems where they have 32 bits. */
static const struct handle_width *const widths[] = {NULL, &handle_width_32};
enum { WIDTHS = sizeof(widths) / sizeof(widths[0]) };

/* An odd number, beyond what the system's own handles can be, and none of its pseudo handles. */
static void check_form(handle_value handle)
{
    assert_true(handle & 1);
    uint64_t value = handle;

    if (table.width->bits == 64) {
        assert_true(value >> 32 != 0);
        assert_true(value < UINT64_MAX - 16);
    } else {
        assert_true(value >= 1U << 26);
        assert_true(value < UINT32_MAX - 16);
    }
}

static void form_of_a_handle(void **state)
{
    (void)state;
    for (size_t w = 0; w < WIDTHS; w++) {
        begin(widths[w]);
        for (size_t i = 0; i < 20000; i++) {
            handle_value handle = insert(&objects[0]);

            check_form(handle);
            assert_ptr_equal(handle_table_remove(&table, handle), &objects[0]);
        }
    }
}

static int by_value(const void *a, const void *b)
{
    handle_value x = *(const handle_value *)a;
    handle_value y = *(const handle_value *)b;

    return (x > y) - (x < y);
}

/*
 * So many registrations, of which some stay for a while and some for good, from a number on: each
 * handle is another.
 */
static void check_all_differ(size_t rounds, uint64_t number)
{
    enum { AT_A_TIME = 200, FOR_GOOD = 50 };
    handle_value living[AT_A_TIME] = {0};
    handle_value *seen = calloc(rounds, sizeof(*seen));

    assert_non_null(seen);
    table.number = number;
    for (size_t i = 0; i < rounds; i++) {
        size_t place = i < AT_A_TIME ? i : FOR_GOOD + i % (AT_A_TIME - FOR_GOOD);

        if (i >= AT_A_TIME)
            assert_ptr_equal(handle_table_remove(&table, living[place]), &objects[place]);
        seen[i] = insert(&objects[place]);
        check_form(seen[i]);
        living[place] = seen[i];
    }
    assert_int_equal(table.count, AT_A_TIME);
    for (size_t i = 0; i < AT_A_TIME; i++)
        assert_ptr_equal(handle_table_find(&table, living[i], NULL), &objects[i]);
    qsort(seen, rounds, sizeof(*seen), by_value);
    for (size_t i = 1; i < rounds; i++)
        assert_true(seen[i] != seen[i - 1]);
    free(seen);
}

static void never_the_same_again(void **state)
{
    (void)state;
    check_all_differ(100000, 0);
}

/* 262,143 were all that a process with 32 bits once had in its life; and the numbers go round. */
static void no_end_with_32_bits(void **state)
{
    (void)state;
    begin(&handle_width_32);
    check_all_differ((size_t)4 * 262143, 0);
    begin(&handle_width_32);
    check_all_differ(262143, ((uint64_t)1 << 31) - 100000);
    begin(&handle_width_32);
    check_all_differ(100000, UINT64_MAX - 50000);
}

/*
 * A value comes back when the others have been used up, and while it stands for something not at
 * all. So few bits that this can be seen.
 */
static void values_come_back_last(void **state)
{
    (void)state;
    enum { BITS = 16, VALUES = 1 << (BITS - 1), AT_A_TIME = 20 };
    static const struct handle_width narrow = {
        .bits = BITS,
        .half = 8,
        .numbers = VALUES - 1,
        .first = 1 << 10,
        .end = (1 << BITS) - 16,
        .max_slots = 64,
    };
    static size_t used[1 << BITS];
    handle_value living[AT_A_TIME] = {0};

    begin(&narrow);
    for (size_t i = 1; i < (size_t)VALUES * 10; i++) {
        /* One of them stays all the time. */
        size_t place = 1 + i * 7919 % (AT_A_TIME - 1);

        if (living[place])
            assert_ptr_equal(handle_table_remove(&table, living[place]), &objects[place]);
        if (i == 1)
            place = 0;
        living[place] = insert(&objects[place]);
        assert_true(living[place] >> BITS == 0);
        for (size_t k = 0; k < AT_A_TIME; k++)
            assert_true(k == place || living[k] != living[place]);
        assert_true(used[living[place]] == 0 || i - used[living[place]] > VALUES / 2);
        used[living[place]] = i;
    }
    assert_ptr_equal(handle_table_find(&table, living[0], NULL), &objects[0]);
}

/* A handle of one table is none in another of the process, how many there may be. */
static void tables_have_quarters(void **state)
{
    enum { HANDLES = 2000 };
    static const unsigned int quarters[] = {0, 1, 2, 3};
    static handle_value handles[4][HANDLES];

    (void)state;
    for (size_t w = 0; w < WIDTHS; w++) {
        for (size_t q = 0; q < 4; q++) {
            begin(widths[w]);
            table.quarter = quarters[q];
            for (size_t i = 0; i < HANDLES; i++)
                handles[q][i] = insert(&objects[0]);
            for (size_t other = 0; other < q; other++)
                for (size_t i = 0; i < HANDLES; i++)
                    assert_null(handle_table_find(&table, handles[other][i], NULL));
        }
    }
}

/* One bit or a few steps away there is no handle. */
static void check_near(handle_value handle)
{
    for (unsigned int bit = 0; bit < table.width->bits; bit++)
        assert_null(handle_table_find(&table, handle ^ (handle_value)1 << bit, NULL));
    for (handle_value step = 1; step <= HANDLE_STEPS; step++) {
        assert_null(handle_table_find(&table, handle + step, NULL));
        assert_null(handle_table_find(&table, handle - step, NULL));
    }
}

/* Nor is what else is made of one by mistake, which is only improbable. */
static void check_forged(handle_value handle)
{
    check_near(handle);
    for (unsigned int shift = 1; shift < 32; shift++) {
        assert_null(handle_table_find(&table, handle << shift, NULL));
        assert_null(handle_table_find(&table, handle >> shift, NULL));
    }
    assert_null(handle_table_find(&table, ~handle, NULL));
}

static void forged_handles(void **state)
{
    (void)state;
    enum { COUNT = 1000 };
    static handle_value handles[COUNT];
    uint64_t random = 88172645463325252U;

    for (size_t w = 0; w < WIDTHS; w++) {
        begin(widths[w]);
        for (size_t i = 0; i < COUNT; i++)
            handles[i] = insert(&objects[i]);
        for (size_t i = 0; i < COUNT; i++)
            check_forged(handles[i]);
        for (handle_value small = 0; small < 100000; small++)
            assert_null(handle_table_find(&table, small, NULL));
        assert_null(handle_table_find(&table, (handle_value)&table, NULL));
        for (size_t i = 0; table.width->bits == 64 && i < 1000000; i++) {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            assert_null(handle_table_find(&table, (handle_value)random, NULL));
        }
        for (size_t i = 0; table.width->bits == 64 && i < COUNT; i++)
            assert_null(handle_table_find(&table, (uint32_t)handles[i], NULL));
        for (size_t i = 0; i < COUNT; i++)
            assert_ptr_equal(handle_table_remove(&table, handles[i]), &objects[i]);
    }
}

/* With as many as there can be, of which one after the other is replaced. */
static void nothing_resembles_with_32_bits(void **state)
{
    (void)state;
    enum { MOST = 8192, ROUNDS = 30000 };
    static handle_value handles[MOST];

    begin(&handle_width_32);
    for (size_t i = 0; i < ROUNDS; i++) {
        handle_value *handle = &handles[i % MOST];

        if (*handle)
            assert_non_null(handle_table_remove(&table, *handle));
        *handle = insert(&objects[0]);
        check_near(*handle);
    }
    assert_int_equal(table.count, MOST);
}

/* The handles that were given before stay good when the table grows, up to its end. */
static void check_growth(const struct handle_width *width)
{
    size_t capacity = 1 << 20;
    handle_value *handles = calloc(capacity, sizeof(*handles));
    size_t count = 0;

    begin(width);
    assert_non_null(handles);
    while (count < capacity &&
           handle_table_insert(&table, &objects[count % 4096], &handles[count]) == 0)
        count++;
    assert_true(count >= 4096 && count <= capacity);
    handle_value none = 0x55;
    assert_int_equal(handle_table_insert(&table, &objects[0], &none), -ENOMEM);
    assert_int_equal(none, 0x55);
    for (size_t i = 0; i < count; i++)
        assert_ptr_equal(handle_table_find(&table, handles[i], NULL), &objects[i % 4096]);
    /* One that goes makes room for one. */
    assert_ptr_equal(handle_table_remove(&table, handles[7]), &objects[7]);
    handle_value again = insert(&objects[8]);
    assert_true(again != handles[7]);
    assert_null(handle_table_find(&table, handles[7], NULL));
    free(handles);
}

static void growth(void **state)
{
    (void)state;
    for (size_t w = 0; w < WIDTHS; w++)
        check_growth(widths[w]);
}

enum { RACES = 2000 };

struct racer {
    pthread_barrier_t *start;
    const handle_value *handles;
    size_t won;
    atomic_size_t *winners;
};

static void *race(void *context)
{
    struct racer *racer = context;

    for (size_t i = 0; i < RACES; i++) {
        (void)pthread_barrier_wait(racer->start);
        if (handle_table_remove(&table, racer->handles[i])) {
            racer->won++;
            atomic_fetch_add(&racer->winners[i], 1);
        }
    }
    return NULL;
}

static void one_remover_wins(void **state)
{
    (void)state;
    static handle_value handles[RACES];
    static atomic_size_t winners[RACES];
    struct racer racers[2];
    pthread_t threads[2];
    pthread_barrier_t start;

    for (size_t i = 0; i < RACES; i++)
        handles[i] = insert(&objects[i]);
    assert_int_equal(pthread_barrier_init(&start, NULL, 2), 0);
    for (size_t i = 0; i < 2; i++) {
        racers[i] = (struct racer){.start = &start, .handles = handles, .winners = winners};
        assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
    }
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    (void)pthread_barrier_destroy(&start);
    for (size_t i = 0; i < RACES; i++)
        assert_int_equal(winners[i], 1);
    assert_int_equal(racers[0].won + racers[1].won, RACES);
    assert_int_equal(table.count, 0);
}

static void *insert_and_remove(void *context)
{
    for (size_t i = 0; i < 5000; i++) {
        handle_value handle;

        if (handle_table_insert(&table, context, &handle) != 0 ||
            handle_table_find(&table, handle, NULL) != context ||
            handle_table_remove(&table, handle) != context)
            return context;
    }
    return NULL;
}

static void many_threads(void **state)
{
    (void)state;
    pthread_t threads[4];

    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, insert_and_remove, &objects[i]), 0);
    for (size_t i = 0; i < 4; i++) {
        void *failed;
        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
    assert_int_equal(table.count, 0);
}

/* In the child of a fork; the exit code is the number of what is wrong, or 0. */
static int use_after_fork(const handle_value *handles, size_t count)
{
    handle_value own;

    handle_table_forget(&table);
    if (table.count != 0)
        return 1;
    for (size_t i = 0; i < count; i++)
        if (handle_table_find(&table, handles[i], NULL) || handle_table_remove(&table, handles[i]))
            return 2;
    for (size_t i = 0; i < 200; i++) {
        if (handle_table_insert(&table, &objects[i], &own) != 0 ||
            handle_table_find(&table, own, NULL) != &objects[i])
            return 3;
        for (size_t k = 0; k < count; k++)
            if (own == handles[k])
                return 4;
    }
    free(table.slots); /* the leak sanitizer looks here too */
    return 0;
}

/* Also where the parent was in the midst of a change. */
static void forked_child_has_none(void **state)
{
    (void)state;
    handle_value handles[50];
    int status = -1;

    for (size_t i = 0; i < 50; i++)
        handles[i] = insert(&objects[i]);
    platform_mutex_lock(&table.lock);
    struct handle_table whole = table;
    table.slots = NULL;
    table.slot_count = 7;
    pid_t pid = fork();
    if (pid == 0)
        _exit(use_after_fork(handles, 50));
    table.slots = whole.slots;
    table.slot_count = whole.slot_count;
    platform_mutex_unlock(&table.lock);
    assert_true(pid > 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    for (size_t i = 0; i < 50; i++)
        assert_ptr_equal(handle_table_remove(&table, handles[i]), &objects[i]);
}

#define test(function) cmocka_unit_test_teardown(function, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(insert_find_remove),
        test(empty_table),
        test(find_keeps_what_it_finds),
        test(form_of_a_handle),
        test(never_the_same_again),
        test(no_end_with_32_bits),
        test(values_come_back_last),
        test(tables_have_quarters),
        test(forged_handles),
        test(nothing_resembles_with_32_bits),
        test(growth),
        test(one_remover_wins),
        test(many_threads),
        test(forked_child_has_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
