/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Compares our headers with Windows': number by number with a table that mingw-w64 compiled from
 * its own headers, and, for what those lack, with the numbers in abi_newer.def.
 */
#include "abi_table.h"

#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const number_names[] = {
#define ABI_TYPE(T) "sizeof(" #T ")", "alignof(" #T ")",
#define ABI_INT(T) ABI_TYPE(T) "is_signed(" #T ")",
#define ABI_PTR(T) "sizeof(" #T ")", "sizeof(*" #T ")",
#define ABI_HOST_FIELD(T, field) "offsetof(" #T ", " #field ")", "sizeof(" #T "." #field ")",
#define ABI_FIELD(T, field) ABI_HOST_FIELD(T, field) "kind of " #T "." #field,
#define ABI_CONST(name) #name,
#define ABI_CALL(name, ...) #name "(" #__VA_ARGS__ ")",
#include "abi.def"
};

static const struct {
    const char *name;
    size_t offset, size;
} bit_fields[] = {
#define ABI_BITS(T, field)                                                                         \
    {#T "." #field, offsetof(struct abi_bits, ABI_JOIN(bits_, __LINE__)), sizeof(T)},
#include "abi.def"
};

static const struct {
    const char *name;
    uint64_t windows, mingw;
} differing[] = {
#define ABI_DIFFERS(name, value, mingw_value) {#name, value, mingw_value},
#include "abi_newer.def"
};

static const struct {
    const char *name;
    uint64_t ours, windows;
} newer[] = {
#define ABI_NEW_TYPE(T, size, alignment)                                                           \
    {"sizeof(" #T ")", sizeof(T), size}, {"alignof(" #T ")", _Alignof(T), alignment},
#define ABI_NEW_INT(T, size, alignment, is_signed)                                                 \
    ABI_NEW_TYPE(T, size, alignment){"is_signed(" #T ")", (T)-1 < (T)1, is_signed},
#define ABI_NEW_PTR(T, pointee_size)                                                               \
    {"sizeof(" #T ")", sizeof(T), sizeof(void *)}, {"sizeof(*" #T ")", sizeof(*(T)0), pointee_size},
#define ABI_NEW_FIELD(T, field, offset, size, kind)                                                \
    {"offsetof(" #T ", " #field ")", offsetof(T, field), offset},                                  \
        {"sizeof(" #T "." #field ")", sizeof(__typeof__(((T *)0)->field)), size},                  \
        {"kind of " #T "." #field, ABI_KIND(T, field), kind},
#define ABI_NEW_CONST(name, value) {#name, (uint64_t)(name), value},
#define ABI_NEW_CALL(name, argument, value)                                                        \
    {#name "(" #argument ")", (uint64_t)(name(argument)), value},
#define ABI_DIFFERS(name, value, mingw_value) {#name, (uint64_t)(name), value},
#include "abi_newer.def"
};

static const char *mingw_path;
static struct abi_table mingw;

static int read_mingw_table(void **state)
{
    (void)state;
    FILE *file = fopen(mingw_path, "rb");
    if (!file) {
        print_error("%s: cannot open (errno %d)\n", mingw_path, errno);
        return -1;
    }
    size_t got = fread(&mingw, 1, sizeof(mingw), file);
    (void)fclose(file);
    if (got != sizeof(mingw) || memcmp(mingw.counts, abi_table.counts, sizeof(mingw.counts)) != 0) {
        print_error("%s: not made from the lists that this test was made from\n", mingw_path);
        return -1;
    }
    return 0;
}

/* 1, having said so, where a number of ours is not Windows'. */
static size_t differs(const char *name, uint64_t ours, uint64_t windows)
{
    if (ours == windows)
        return 0;
    print_error("%s: %" PRId64 ", on Windows %" PRId64 "\n", name, (int64_t)ours, (int64_t)windows);
    return 1;
}

static void numbers_are_those_of_mingw(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < ABI_NUMBERS; i++)
        wrong += differs(number_names[i], abi_table.numbers[i], mingw.numbers[i]);
    assert_int_equal(wrong, 0);
}

static void bit_fields_are_where_mingw_has_them(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof(bit_fields) / sizeof(bit_fields[0]); i++) {
        const char *ours = (const char *)&abi_table.bits + bit_fields[i].offset;
        const char *theirs = (const char *)&mingw.bits + bit_fields[i].offset;
        static const char none[sizeof(MIB_IF_ROW2)];
        assert_in_range(bit_fields[i].size, 1, sizeof(none));
        if (memcmp(ours, none, bit_fields[i].size) == 0 ||
            memcmp(ours, theirs, bit_fields[i].size) != 0) {
            print_error("%s: not the bits that it has on Windows\n", bit_fields[i].name);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

/* The bits do not tell: all ones are all ones. */
static void bit_fields_are_unsigned(void **state)
{
    (void)state;
    const struct {
        const char *name;
        bool positive;
    } all_ones[] = {
#define ABI_BITS(T, field) {#T "." #field, ((T){.field = -1}).field > 0},
#include "abi.def"
    };
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof(all_ones) / sizeof(all_ones[0]); i++) {
        if (!all_ones[i].positive) {
            print_error("%s: signed, on Windows unsigned\n", all_ones[i].name);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void newer_declarations_are_those_of_windows(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof(newer) / sizeof(newer[0]); i++)
        wrong += differs(newer[i].name, newer[i].ours, newer[i].windows);
    assert_int_equal(wrong, 0);
}

/* A newer mingw-w64 may have been corrected; a third value means that somebody is wrong. */
static void known_differences_of_mingw_are_as_recorded(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < ABI_DIFFERING; i++) {
        if (mingw.differing[i] != differing[i].mingw &&
            mingw.differing[i] != differing[i].windows) {
            print_error("%s: mingw-w64 has %" PRId64 ", abi_newer.def says %" PRId64 "\n",
                        differing[i].name, (int64_t)mingw.differing[i],
                        (int64_t)differing[i].mingw);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        (void)fprintf(stderr, "usage: %s table-made-by-mingw\n", argv[0]);
        return EXIT_FAILURE;
    }
    mingw_path = argv[1];

    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_those_of_mingw),
        cmocka_unit_test(bit_fields_are_where_mingw_has_them),
        cmocka_unit_test(bit_fields_are_unsigned),
        cmocka_unit_test(newer_declarations_are_those_of_windows),
        cmocka_unit_test(known_differences_of_mingw_are_as_recorded),
    };
    return cmocka_run_group_tests(tests, read_mingw_table, NULL);
}
