/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* backend/gai: precedences of RFC 6724 and of /etc/gai.conf. */
#include "backend/gai/precedence.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void expect(const char *file, const char *address, uint32_t precedence)
{
    struct precedence_table table;
    struct mib_addr addr;
    char text[512];

    (void)snprintf(text, sizeof(text), "%s", file);
    precedence_parse(text, &table);
    assert_int_equal(inet_pton(AF_INET6, address, addr.bytes), 1);
    uint32_t found = precedence_of(&table, &addr);
    if (found != precedence)
        fail_msg("%s with \"%s\": %u, not %u", address, file, found, precedence);
}

/* RFC 6724, 2.1. */
static void defaults(void **state)
{
    (void)state;
    expect("", "::1", 50);
    expect("", "2001:db8::1", 40);
    expect("", "::ffff:192.0.2.1", 35);
    expect("", "2002:c000:201::1", 30);
    expect("", "2001:0:1::1", 5);
    expect("", "2001:1:1::1", 40);
    expect("", "fd00::1", 3);
    expect("", "fc00::1", 3);
    expect("", "fe00::1", 40);
    expect("", "::192.0.2.1", 1);
    expect("", "fec0::1", 1);
    expect("", "feff::1", 1);
    expect("", "fe80::1", 40);
    expect("", "3ffe::1", 1);
}

/* Lines that say nothing leave the defaults; one that does replaces all of them. */
static void files(void **state)
{
    static const char *const nothing[] = {
        "# precedence ::/0 7\n",
        "label ::/0 7\nscopev4 ::ffff:0:0/96 14\nreload yes\n",
        "precedence\nprecedence ::/0\nprecedence ::/0 \n",
        "precedence ::/129 7\nprecedence ::/-1 7\nprecedence ::/x 7\nprecedence ::/ 7\n",
        "precedence x/0 7\nprecedence ::/0 x\nprecedence ::/0 -7\nprecedence ::/0 7x\n",
        "precedence 192.0.2.0/24 7\nprecedence ::/0 99999999999999999999\n",
        "precedences ::/0 7\n\n\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++) {
        expect(nothing[i], "::ffff:192.0.2.1", 35);
        expect(nothing[i], "2001:db8::1", 40);
    }
    static const char ipv4_first[] = "precedence ::ffff:0:0/96  100 # IPv4\n";
    expect(ipv4_first, "::ffff:192.0.2.1", 100);
    expect(ipv4_first, "2001:db8::1", 40);
    expect(ipv4_first, "::1", 40);
    static const char longest[] =
        "\tprecedence 2001:db8::/32 7\r\nprecedence 2001:db8::5 9\nprecedence ::/0 1";
    expect(longest, "2001:db8::1", 7);
    expect(longest, "2001:db8::5", 9);
    expect(longest, "2001:db9::5", 1);
}

/* More lines than there is room for. */
static void many(void **state)
{
    static const char line[] = "precedence 2001:db8::/32 7\n";
    static char text[256 * sizeof(line)];
    struct precedence_table table;

    (void)state;
    for (size_t i = 0; i < 256; i++)
        memcpy(text + i * (sizeof(line) - 1), line, sizeof(line));
    precedence_parse(text, &table);
    assert_int_equal(table.count, PRECEDENCES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults),
        cmocka_unit_test(files),
        cmocka_unit_test(many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
