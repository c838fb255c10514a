/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* backend/proc/inet_sockets.h: /proc/net/tcp and the like. */
#include "backend/proc/inet_sockets.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define NAMES "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
#define REST " 00000000:00000000 00:00000000 00000000  1000        0 "

struct seen {
    struct inet_socket last;
    size_t count;
    int result;
};

static int take(void *context, const struct inet_socket *socket)
{
    struct seen *seen = context;

    seen->last = *socket;
    seen->count++;
    return seen->result;
}

static int read_text(const char *text, struct seen *seen)
{
    FILE *file = *text ? fmemopen((void *)text, strlen(text), "r") : fopen("/dev/null", "r");

    assert_non_null(file);
    int r = inet_sockets_read_text(file, take, seen);
    (void)fclose(file);
    return r;
}

static void test_lines(void **state)
{
    static const struct {
        int result;
        size_t count;
        const char *text;
    } cases[] = {
        {-EIO, 0, ""},
        {0, 0, NAMES},
        {0, 1, NAMES "   0: 0100007F:1F90 00000000:0000 0A" REST "4711 1 0 100 0 0 10 0\n"},
        {0, 2,
         NAMES "   0: 0100007F:1F90 0100007F:1F91 06" REST "0 3 0\n"
               "  10: 0100007F:1F90 00000000:0000 07" REST "4711 2 0 0"},
        /* Cut, or something else. */
        {-EIO, 0, NAMES "   0: 0100007F:1F90 00000000:0000 0A" REST "\n"},
        {-EIO, 0, NAMES "   0: 0100007F:1F90 00000000:000 0A" REST "4711 1\n"},
        {-EIO, 0, NAMES "   0: 0100007F.1F90 00000000:0000 0A" REST "4711 1\n"},
        {-EIO, 0, NAMES "   0: 0100007G:1F90 00000000:0000 0A" REST "4711 1\n"},
        {-EIO, 0,
         NAMES "   0: 0100007F:1F90 00000000000000000000000000000000:0000 0A" REST "1 1\n"},
        {-EIO, 0, NAMES "   0: 0100007F:1F90 00000000:0000 0AB" REST "4711 1\n"},
        {-EIO, 0, NAMES "   0: 0100007F:1F90 00000000:0000 0A" REST "-4711 1\n"},
        {-EIO, 0, NAMES "\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct seen seen = {.count = 0};
        int r = read_text(cases[i].text, &seen);

        if (r != cases[i].result || seen.count != cases[i].count)
            fail_msg("\"%s\": %d, %zu", cases[i].text, r, seen.count);
        if (r == 0 && seen.count > 0) {
            assert_int_equal(seen.last.family, MIB_FAMILY_IPV4);
            assert_int_equal(seen.last.local_port, 8080);
            assert_int_equal(seen.last.inode, 4711);
        }
    }
}

/* The order of the bytes in a number is the host's. */
static void test_addresses(void **state)
{
    static const uint8_t ipv6[16] = {0xfe, 0x80, [15] = 1};
    struct seen seen = {.count = 0};
    uint32_t parts[4];
    char text[512];

    (void)state;
    memcpy(parts, ipv6, sizeof(parts));
    (void)snprintf(text, sizeof(text),
                   NAMES " 0: %08X%08X%08X%08X:0016 %08X%08X%08X%08X:FFFF 01" REST "7 1\n",
                   parts[0], parts[1], parts[2], parts[3], parts[0], parts[1], parts[2], parts[3]);
    assert_int_equal(read_text(text, &seen), 0);
    assert_int_equal(seen.count, 1);
    assert_int_equal(seen.last.family, MIB_FAMILY_IPV6);
    assert_memory_equal(seen.last.local_address.bytes, ipv6, sizeof(ipv6));
    assert_memory_equal(seen.last.remote_address.bytes, ipv6, sizeof(ipv6));
    assert_int_equal(seen.last.local_port, 22);
    assert_int_equal(seen.last.remote_port, 65535);
    assert_int_equal(seen.last.state, 1);
}

static void test_end(void **state)
{
    struct seen seen = {.result = -ENOTTY};

    (void)state;
    assert_int_equal(read_text(NAMES "   0: 0100007F:1F90 00000000:0000 0A" REST "1 1\n"
                                     "   1: 0100007F:1F90 00000000:0000 0A" REST "1 1\n",
                               &seen),
                     -ENOTTY);
    assert_int_equal(seen.count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
