/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* handles/handle_table: a handle is one object's, and no other object's ever after. */
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

static struct handle_table table = HANDLE_TABLE_INIT;

static int teardown(void **state)
{
    (void)state;
    free(table.slots);
    table = (struct handle_table)HANDLE_TABLE_INIT;
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

/* Never 0, an odd number, and above the system's own handles where there is room for that. */
static void form_of_a_handle(void **state)
{
    (void)state;
    for (size_t i = 0; i < 20000; i++) {
        handle_value handle = insert(&objects[0]);

        assert_true(handle & 1);
        if (sizeof(handle) == 8)
            assert_true((uint64_t)handle >> 32 != 0);
        assert_ptr_equal(handle_table_remove(&table, handle), &objects[0]);
    }
}

static int by_value(const void *a, const void *b)
{
    handle_value x = *(const handle_value *)a;
    handle_value y = *(const handle_value *)b;

    return (x > y) - (x < y);
}

static void never_the_same_again(void **state)
{
    (void)state;
    enum { ROUNDS = 100000 };
    handle_value *seen = calloc(ROUNDS, sizeof(*seen));

    assert_non_null(seen);
    for (size_t i = 0; i < ROUNDS; i++) {
        seen[i] = insert(&objects[i % 4096]);
        if (i % 3 != 0 || i < 64) /* some stay */
            assert_ptr_equal(handle_table_remove(&table, seen[i]), &objects[i % 4096]);
    }
    qsort(seen, ROUNDS, sizeof(*seen), by_value);
    for (size_t i = 1; i < ROUNDS; i++)
        assert_true(seen[i] != seen[i - 1]);
    free(seen);
}

static void forged_handles(void **state)
{
    (void)state;
    enum { COUNT = 1000 };
    static handle_value handles[COUNT];
    uint64_t random = 88172645463325252U;

    for (size_t i = 0; i < COUNT; i++)
        handles[i] = insert(&objects[i]);
    for (size_t i = 0; i < COUNT; i++) {
        for (unsigned int bit = 0; bit < sizeof(handle_value) * 8; bit++)
            assert_null(handle_table_find(&table, handles[i] ^ (handle_value)1 << bit, NULL));
        for (handle_value step = 1; step <= 64; step++) {
            assert_null(handle_table_find(&table, handles[i] + step, NULL));
            assert_null(handle_table_find(&table, handles[i] - step, NULL));
        }
        for (unsigned int shift = 1; shift < 32; shift++) {
            assert_null(handle_table_find(&table, handles[i] << shift, NULL));
            assert_null(handle_table_find(&table, handles[i] >> shift, NULL));
        }
        assert_null(handle_table_find(&table, (uint32_t)handles[i], NULL));
        assert_null(handle_table_find(&table, ~handles[i], NULL));
    }
    for (size_t i = 0; i < 1000000; i++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        assert_null(handle_table_find(&table, (handle_value)random, NULL));
    }
    for (handle_value small = 0; small < 100000; small++)
        assert_null(handle_table_find(&table, small, NULL));
    assert_null(handle_table_find(&table, (handle_value)&table, NULL));
    for (size_t i = 0; i < COUNT; i++)
        assert_ptr_equal(handle_table_remove(&table, handles[i]), &objects[i]);
}

/* The handles that were given before stay good when the table grows, up to its end. */
static void growth(void **state)
{
    (void)state;
    size_t capacity = 1 << 20;
    handle_value *handles = calloc(capacity, sizeof(*handles));
    size_t count = 0;

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

/* Rather none than one that was given before. */
static void serial_numbers_run_out(void **state)
{
    (void)state;
    handle_value handle = 0x55;

    table.serial = UINT64_MAX >> 1;
    assert_int_equal(handle_table_insert(&table, &objects[0], &handle), -ENOMEM);
    assert_int_equal(handle, 0x55);
    assert_int_equal(table.count, 0);
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

static size_t forgotten;

static void forget(void *object)
{
    *(int *)object += 1000;
    forgotten++;
}

/* In the child of a fork; the exit code is the number of what is wrong, or 0. */
static int use_after_fork(const handle_value *handles, size_t count)
{
    handle_value own;

    handle_table_reset(&table, forget);
    if (forgotten != count || table.count != 0)
        return 1;
    for (size_t i = 0; i < count; i++)
        if (handle_table_find(&table, handles[i], NULL) || objects[i] != 1000)
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

static void forked_child_has_none(void **state)
{
    (void)state;
    handle_value handles[50];
    int status = -1;

    for (size_t i = 0; i < 50; i++) {
        objects[i] = 0;
        handles[i] = insert(&objects[i]);
    }
    handle_table_lock(&table);
    pid_t pid = fork();
    if (pid == 0)
        _exit(use_after_fork(handles, 50));
    handle_table_unlock(&table);
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
        test(forged_handles),
        test(growth),
        test(serial_numbers_run_out),
        test(one_remover_wins),
        test(many_threads),
        test(forked_child_has_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
