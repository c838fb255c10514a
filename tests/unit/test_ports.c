/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kernel's list of reserved ports: text to set and back. */
#include "backend/proc/ports.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void whole(void **state)
{
    static const char *const texts[] = {
        "\n", "1\n", "0\n", "65535\n", "5000-5009,7000,65534-65535\n", "0-65535\n",
    };
    char text[PORTS_TEXT];
    struct port_set set;

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        assert_int_equal(ports_parse(texts[i], &set), 0);
        assert_int_equal(ports_print(&set, text), 0);
        assert_string_equal(text, texts[i]);
    }
    assert_int_equal(ports_parse("2,1-3,9", &set), 0);
    assert_int_equal(ports_print(&set, text), 0);
    assert_string_equal(text, "1-3,9\n");
    assert_true(ports_has(&set, 3) && !ports_has(&set, 4));
}

static void damaged(void **state)
{
    static const char *const texts[] = {
        "-",  "1-", "2-1", "65536", "99999999999999999999", "1,,2", "1,", "1,\n",
        ",1", "a",  "1 2", "1-2-3",
    };
    struct port_set set = {{9}};

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_int_equal(ports_parse(texts[i], &set), -EBADMSG);
    assert_int_equal(set.bits[0], 9);
}

static void too_long(void **state)
{
    char text[PORTS_TEXT] = "x";
    struct port_set set;

    (void)state;
    memset(&set, 0x55, sizeof(set));
    assert_int_equal(ports_print(&set, text), -ENOBUFS);
    assert_string_equal(text, "x");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole),
        cmocka_unit_test(damaged),
        cmocka_unit_test(too_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
