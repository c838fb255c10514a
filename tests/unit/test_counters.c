/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* backend/proc/counters: the kernel's files of counters, and what is none of them. */
#include "backend/proc/counters.h"

#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct seen {
    char text[512];
};

static void take(void *context, const char *block, const char *name, uint64_t value)
{
    struct seen *seen = context;
    size_t length = strlen(seen->text);

    (void)snprintf(seen->text + length, sizeof(seen->text) - length, "%s.%s=%" PRIu64 " ", block,
                   name, value);
}

static FILE *open_text(const char *text)
{
    FILE *file = *text ? fmemopen((void *)text, strlen(text), "r") : fopen("/dev/null", "r");

    assert_non_null(file);
    return file;
}

static void test_forms(void **state)
{
    static const struct {
        enum counters_form form;
        int result;
        const char *text;
        const char *seen;
    } cases[] = {
        {COUNTERS_LINES, 0, "", ""},
        {COUNTERS_LINES, 0, "Ip: Forwarding InReceives\nIp: 2 18446744073709551615\n",
         "Ip.Forwarding=2 Ip.InReceives=18446744073709551615 "},
        {COUNTERS_LINES, 0, "Tcp: MaxConn\nTcp: -1\n", "Tcp.MaxConn=18446744073709551615 "},
        /* Other places, names that nobody knows, blocks without a counter. */
        {COUNTERS_LINES, 0,
         "New: Z\nNew: 5\nIp: InReceives X Forwarding\nIp: 7 8 1\nIcmpMsg: \nIcmpMsg: \n",
         "New.Z=5 Ip.InReceives=7 Ip.X=8 Ip.Forwarding=1 "},
        /* The last line has no end. */
        {COUNTERS_LINES, 0, "Ip: A\nIp: 1", "Ip.A=1 "},
        /* Cut. */
        {COUNTERS_LINES, -EIO, "Ip: A B\n", ""},
        {COUNTERS_LINES, -EIO, "Ip: A B\nIp: 1\n", "Ip.A=1 "},
        {COUNTERS_LINES, -EIO, "Ip: A\nIp:\n", ""},
        {COUNTERS_LINES, -EIO, "Ip: A\nIp", ""},
        {COUNTERS_LINES, -EIO, "Ip: A\nIp: 1 2\n", "Ip.A=1 "},
        {COUNTERS_LINES, -EIO, "Ip: A\nUdp: 1\n", ""},
        {COUNTERS_LINES, -EIO, "Ip: A\nIp: 0x1\n", ""},
        {COUNTERS_LINES, -EIO, "Ip: A\nIp: 18446744073709551616\n", ""},
        {COUNTERS_LINES, -EIO, "Ip: A\nIp: -\n", ""},
        {COUNTERS_LINES, -EIO, "\n\n", ""},
        {COUNTERS_SINGLE, 0, "Ip6InReceives   \t3\nUdp6NoPorts\t4\n",
         ".Ip6InReceives=3 .Udp6NoPorts=4 "},
        {COUNTERS_SINGLE, -EIO, "Ip6InReceives   \t3\nUdp6NoP", ".Ip6InReceives=3 "},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct seen seen = {""};
        FILE *file = open_text(cases[i].text);
        int r = counters_read_text(file, cases[i].form, take, &seen);

        (void)fclose(file);
        if (r != cases[i].result || strcmp(seen.text, cases[i].seen) != 0)
            fail_msg("\"%s\": %d, \"%s\"", cases[i].text, r, seen.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
