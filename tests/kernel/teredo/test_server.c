/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a client's server does to it. Miredo asks its server every 30 s, and gives up after three
 * tries of 4 s more; both tests wait for that at the same time.
 */
#include "miredo.h"
#include "ports.h"

#include <stdlib.h>

/* More than 42 s, and as much again for a machine that is busy. */
#define PATIENCE 120

struct test {
    struct scene lost; /* the server goes */
    struct ports lost_ports;
    struct stable lost_stable;
    struct scene moved; /* the client gets another address from its server */
    struct ports moved_ports;
};

static int setup(void **state)
{
    struct test *test = calloc(1, sizeof(*test));

    if (!test)
        return -1;
    *state = test;
    return 0;
}

static int teardown(void **state)
{
    struct test *test = *state;

    stable_stop(&test->lost_stable);
    ports_stop(&test->lost_ports);
    ports_stop(&test->moved_ports);
    scene_end(&test->lost);
    scene_end(&test->moved);
    free(test);
    return 0;
}

static void test_server_goes_or_answers_otherwise(void **state)
{
    struct test *test = *state;
    bool teredo = false;

    netns_enter_new();
    scene_make(&test->lost);
    scene_start_server(&test->lost);
    scene_start_client(&test->lost, "teredo", 40001);
    scene_await_qualified(&test->lost, "teredo");
    ports_start(&test->lost_ports, FALSE);
    assert_int_equal(stable_start(&test->lost_stable, AF_INET6, &teredo), NO_ERROR);
    assert_true(teredo);
    scene_stop_server(&test->lost);

    netns_enter_new();
    scene_make(&test->moved);
    scene_start_server(&test->moved);
    scene_start_client(&test->moved, "teredo", 40001);
    scene_await_qualified(&test->moved, "teredo");
    ports_start(&test->moved_ports, FALSE);
    scene_readdress_client(&test->moved);

    /* Another address, the same port: no change. */
    scene_await_readdressed(&test->moved, "teredo", PATIENCE);
    port_expect(40001);
    threads_await_asleep(); /* as in test_client */
    scene_move_client(&test->moved, "teredo", 40002);
    ports_await(&test->moved_ports, &test->moved, "D40001 A40002 |P40002 ");

    /* The client waits again, on the port that it had. */
    scene_await_unqualified(&test->lost, "teredo", PATIENCE);
    scene_return(&test->lost);
    port_expect(40001);
    assert_int_equal(stable_start(&test->lost_stable, AF_INET6, NULL), ERROR_IO_PENDING);
    scene_kill_client(&test->lost);
    ports_await(&test->lost_ports, &test->lost, "D40001 ");
    stable_await(&test->lost_stable, 1, false);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_server_goes_or_answers_otherwise, setup, teardown),
    };

    (void)argc;
    int rc = netns_begin(argv);
    if (rc == 0)
        rc = miredo_begin();
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
