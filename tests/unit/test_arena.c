/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* api/arena: linked lists in a program's buffer, measured and then filled. */
#include "api/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct node {
    struct node *next;
    const char *text;
    uint8_t number;
};

struct list {
    uint8_t count;
};

/* Texts of lengths that leave the next structure unaligned, if nobody sees to it. */
static const char text[] = "a text";

static void write_list(struct arena *arena, const void *from)
{
    const struct list *list = from;
    struct node *first;
    struct node **end = &first;

    for (uint8_t i = 0; i < list->count; i++) {
        struct node *node = arena_take(arena, sizeof(*node));
        node->number = i;
        node->text = arena_copy(arena, text, (size_t)i % sizeof(text) + 1);
        *end = node;
        end = &node->next;
    }
}

static ULONG size_of(const struct list *list)
{
    ULONG size = 0x7fffffff;
    DWORD rc = arena_give(write_list, list, NULL, &size);

    assert_int_equal(rc, ERROR_BUFFER_OVERFLOW);
    return size;
}

static void test_list_is_whole_inside_its_buffer(void **state)
{
    const struct list list = {.count = 100};
    ULONG size = size_of(&list);
    uint8_t *buffer = malloc(size);
    uint8_t count = 0;

    (void)state;
    assert_non_null(buffer);
    memset(buffer, 0xa5, size);
    assert_int_equal(arena_give(write_list, &list, buffer, &size), NO_ERROR);
    for (const struct node *node = (const void *)buffer; node; node = node->next) {
        assert_true((const uint8_t *)node >= buffer &&
                    (const uint8_t *)(node + 1) <= buffer + size);
        assert_int_equal((uintptr_t)node % ARENA_ALIGNMENT, 0);
        assert_int_equal(node->number, count);
        assert_memory_equal(node->text, text, count % sizeof(text) + 1);
        count++;
    }
    assert_int_equal(count, list.count);
    free(buffer);
}

static void test_one_byte_less_leaves_the_buffer_alone(void **state)
{
    const struct list list = {.count = 3};
    ULONG size = size_of(&list);
    uint8_t buffer[512];
    uint8_t before[sizeof(buffer)];

    (void)state;
    assert_true(size < sizeof(buffer));
    memset(buffer, 0xa5, sizeof(buffer));
    memcpy(before, buffer, sizeof(buffer));
    ULONG less = size - 1;
    assert_int_equal(arena_give(write_list, &list, buffer, &less), ERROR_BUFFER_OVERFLOW);
    assert_int_equal(less, size);
    assert_memory_equal(buffer, before, sizeof(buffer));
}

/* Between the call that measures and that which fills, a program's list may have become longer. */
static void test_list_that_has_grown_tells_its_new_size(void **state)
{
    struct list list = {.count = 3};
    ULONG size = size_of(&list);
    ULONG given = size;
    _Alignas(8) uint8_t buffer[512];

    (void)state;
    list.count++;
    assert_int_equal(arena_give(write_list, &list, buffer, &given), ERROR_BUFFER_OVERFLOW);
    assert_int_equal(given, size_of(&list));
    assert_int_equal(arena_give(write_list, &list, buffer, &given), NO_ERROR);
}

static void test_size_that_suffices_stays(void **state)
{
    const struct list list = {.count = 3};
    _Alignas(8) uint8_t buffer[512];
    ULONG size = sizeof(buffer);

    (void)state;
    memset(buffer, 0xa5, sizeof(buffer));
    assert_int_equal(arena_give(write_list, &list, buffer, &size), NO_ERROR);
    assert_int_equal(size, sizeof(buffer));
    for (ULONG i = size_of(&list); i < sizeof(buffer); i++)
        assert_int_equal(buffer[i], 0xa5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list_is_whole_inside_its_buffer),
        cmocka_unit_test(test_one_byte_less_leaves_the_buffer_alone),
        cmocka_unit_test(test_list_that_has_grown_tells_its_new_size),
        cmocka_unit_test(test_size_that_suffices_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
