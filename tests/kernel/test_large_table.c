/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A table that takes the kernel many datagrams: each route once, also while others come and go, and
 * nothing is left of what read it; with one processor as with several.
 */
#include "namespace.h"
#include "netns.h"
#include "recorder.h"

#include <arpa/inet.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of 60 bytes each; a datagram of a dump has 32 kB. */
enum { ROUTES = 20000, LINE = 64, CHANGES = 500 };

static uint32_t prefix_of(uint32_t number)
{
    return 0x0b000000 + (number << 8);
}

static void routes(const char *verb, uint32_t first, uint32_t count, char *text)
{
    for (uint32_t i = first; i < first + count; i++) {
        uint32_t prefix = prefix_of(i);
        text += snprintf(text, LINE, "route %s %u.%u.%u.0/24 via 10.0.0.2\n", verb, prefix >> 24,
                         prefix >> 16 & 0xff, prefix >> 8 & 0xff);
    }
}

static int enter(void **state)
{
    char *lines = malloc((size_t)ROUTES * LINE);

    (void)state;
    assert_non_null(lines);
    netns_enter_new();
    ip_batch("link set lo up\n"
             "link add v0 type veth peer name v1\n"
             "link set v1 up\n"
             "link set v0 up\n"
             "addr add 10.0.0.1/24 dev v0\n");
    routes("add", 0, ROUTES, lines);
    ip_batch(lines);
    free(lines);
    return 0;
}

/* Fails unless each of the routes is there once. */
static void expect_all_routes(void)
{
    static uint8_t seen[ROUTES];
    MIB_IPFORWARD_TABLE2 *table;
    uint32_t count = 0;

    memset(seen, 0, sizeof(seen));
    assert_int_equal(GetIpForwardTable2(AF_INET, &table), NO_ERROR);
    for (uint32_t i = 0; i < table->NumEntries; i++) {
        const MIB_IPFORWARD_ROW2 *row = &table->Table[i];
        uint32_t prefix = ntohl(row->DestinationPrefix.Prefix.Ipv4.sin_addr.s_addr);
        uint32_t number = (prefix - prefix_of(0)) >> 8;

        if (row->DestinationPrefix.PrefixLength != 24 || number >= ROUTES)
            continue;
        assert_int_equal(seen[number], 0);
        assert_int_equal(ntohl(row->NextHop.Ipv4.sin_addr.s_addr), 0x0a000002);
        assert_true(row->InterfaceLuid.Value != 0);
        seen[number] = 1;
        count++;
    }
    FreeMibTable(table);
    assert_int_equal(count, ROUTES);
}

static void test_all_routes(void **state)
{
    struct holdings before = holdings_now();

    (void)state;
    for (int i = 0; i < 10; i++)
        expect_all_routes();
    holdings_expect_restored(&before);
}

static void test_while_others_change(void **state)
{
    char *lines = malloc((size_t)2 * CHANGES * LINE);

    (void)state;
    assert_non_null(lines);
    routes("add", ROUTES, CHANGES, lines);
    routes("del", ROUTES, CHANGES, lines + strlen(lines));
    int pid = ip_batch_start(lines);
    for (int i = 0; i < 10; i++)
        expect_all_routes();
    ip_batch_finish(pid);
    free(lines);
}

static void test_one_processor(void **state)
{
    cpu_set_t all;
    cpu_set_t one;

    (void)state;
    assert_int_equal(sched_getaffinity(0, sizeof(all), &all), 0);
    CPU_ZERO(&one);
    CPU_SET((size_t)sched_getcpu(), &one);
    assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
    expect_all_routes();
    assert_int_equal(sched_setaffinity(0, sizeof(all), &all), 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_all_routes, enter),
        cmocka_unit_test(test_while_others_change),
        cmocka_unit_test(test_one_processor),
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
