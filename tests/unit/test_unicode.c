/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* api/unicode: interface names as UTF-16 and back. */
#include "api/unicode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *utf8;
    WCHAR utf16[20];
    size_t length; /* without the null */
} pairs[] = {
    {"", {0}, 0},
    {"lo", {'l', 'o'}, 2},
    {"fifteen_letters",
     {'f', 'i', 'f', 't', 'e', 'e', 'n', '_', 'l', 'e', 't', 't', 'e', 'r', 's'},
     15},
    {"\xc3\xbc", {0xfc}, 1},                   /* two bytes */
    {"\xe2\x82\xac", {0x20ac}, 1},             /* three */
    {"\xf0\x9f\x90\xa7", {0xd83d, 0xdc27}, 2}, /* four */
    {"\xf4\x8f\xbf\xbf", {0xdbff, 0xdfff}, 2}, /* the last character there is */
    {"\xef\xbf\xbf", {0xffff}, 1},
    {"\xc2\x80", {0x80}, 1},
    {"a\xff"
     "b",
     {'a', 0xdcff, 'b'},
     3},                   /* no UTF-8 at all */
    {"\x80", {0xdc80}, 1}, /* a continuation that continues nothing */
    {"\xc3", {0xdcc3}, 1}, /* cut short */
    {"\xc3(", {0xdcc3, '('}, 2},
    {"\xe2\x82", {0xdce2, 0xdc82}, 2},
    {"\xc0\x80", {0xdcc0, 0xdc80}, 2}, /* longer than it need be */
    {"\xe0\x80\x80", {0xdce0, 0xdc80, 0xdc80}, 3},
    {"\xf0\x80\x80\x80", {0xdcf0, 0xdc80, 0xdc80, 0xdc80}, 4},
    {"\xed\xa0\x80", {0xdced, 0xdca0, 0xdc80}, 3}, /* a surrogate */
    {"\xed\xb2\x80", {0xdced, 0xdcb2, 0xdc80}, 3},
    {"\xf4\x90\x80\x80", {0xdcf4, 0xdc90, 0xdc80, 0xdc80}, 4}, /* beyond the last */
    {"\xf8\x88\x80\x80\x80", {0xdcf8, 0xdc88, 0xdc80, 0xdc80, 0xdc80}, 5},
};

static void both_ways(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        WCHAR wide[32];
        char bytes[32];

        memset(wide, 0x55, sizeof(wide));
        memset(bytes, 0x55, sizeof(bytes));
        assert_true(unicode_from_utf8(pairs[i].utf8, wide, 32));
        assert_memory_equal(wide, pairs[i].utf16, (pairs[i].length + 1) * sizeof(WCHAR));
        assert_int_equal(wide[pairs[i].length + 1], 0x5555);
        assert_true(unicode_to_utf8(wide, bytes, 32));
        assert_string_equal(bytes, pairs[i].utf8);
    }
}

/* Exactly enough room, and one too little: then nothing at all is written. */
static void room(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        WCHAR wide[32];
        char bytes[32];
        size_t size = strlen(pairs[i].utf8) + 1;

        memset(wide, 0x55, sizeof(wide));
        for (size_t length = 0; length <= pairs[i].length; length++) {
            assert_false(unicode_from_utf8(pairs[i].utf8, wide, length));
            assert_int_equal(wide[0], 0x5555);
        }
        assert_true(unicode_from_utf8(pairs[i].utf8, wide, pairs[i].length + 1));
        memset(bytes, 0x55, sizeof(bytes));
        for (size_t length = 0; length < size; length++) {
            assert_false(unicode_to_utf8(wide, bytes, length));
            assert_int_equal(bytes[0], 0x55);
        }
        assert_true(unicode_to_utf8(wide, bytes, size));
    }
}

static void every_byte_comes_back(void **state)
{
    (void)state;
    for (unsigned int first = 1; first < 256; first++)
        for (unsigned int second = 0; second < 256; second++) {
            const char name[] = {(char)first, (char)second, '\0'};
            WCHAR wide[8];
            char bytes[8];

            assert_true(unicode_from_utf8(name, wide, 8));
            assert_true(unicode_to_utf8(wide, bytes, 8));
            assert_string_equal(bytes, name);
        }
}

/* Lone surrogates, which no name gives, end in something; never in too much. */
static void every_unit_is_bounded(void **state)
{
    (void)state;
    for (unsigned int unit = 1; unit < 0x10000; unit++) {
        const WCHAR name[] = {(WCHAR)unit, 'x', 0};
        char bytes[8];

        assert_true(unicode_to_utf8(name, bytes, sizeof(bytes)));
        assert_true(strlen(bytes) >= 2 && strlen(bytes) <= 4);
        assert_int_equal(bytes[strlen(bytes) - 1], 'x');
    }
}

/* Longer than any interface name: refused, whatever the room. */
static void much_too_long(void **state)
{
    (void)state;
    char bytes[1024];
    WCHAR wide[1024];

    memset(bytes, 'a', sizeof(bytes) - 1);
    bytes[sizeof(bytes) - 1] = 0;
    assert_false(unicode_from_utf8(bytes, wide, 1023));
    assert_true(unicode_from_utf8(bytes, wide, 1024)); /* a path may be as long */
    for (size_t i = 0; i < 1023; i++)
        wide[i] = 0x20ac;
    wide[1023] = 0;
    assert_false(unicode_to_utf8(wide, bytes, sizeof(bytes)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_ways),
        cmocka_unit_test(room),
        cmocka_unit_test(every_byte_comes_back),
        cmocka_unit_test(every_unit_is_bounded),
        cmocka_unit_test(much_too_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
