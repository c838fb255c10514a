/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Miredo as a client: started, moved to another port, stopped, killed, without its server. */
#include "child.h"
#include "miredo.h"
#include "ports.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct test {
    struct scene scene;
    struct ports ports;
    struct stable stable;
};

static int setup(void **state)
{
    struct test *test = calloc(1, sizeof(*test));

    if (!test)
        return -1;
    *state = test;
    netns_enter_new();
    scene_make(&test->scene);
    return 0;
}

static int teardown(void **state)
{
    struct test *test = *state;

    stable_stop(&test->stable);
    ports_stop(&test->ports);
    scene_end(&test->scene);
    free(test);
    return 0;
}

static void test_starts_and_stops(void **state)
{
    struct test *test = *state;

    scene_start_server(&test->scene);
    port_expect_error(ERROR_NOT_READY);
    ports_start(&test->ports, TRUE);

    scene_start_client(&test->scene, "teredo", 40001);
    ports_await(&test->ports, &test->scene, "I0 A40001 ");
    scene_await_qualified(&test->scene, "teredo");
    port_expect(40001);

    scene_stop_client(&test->scene);
    ports_await(&test->ports, &test->scene, "I0 A40001 D40001 ");
    port_expect_error(ERROR_NOT_READY);
}

/* As systemctl reload does, with another BindPort. */
static void test_moves(void **state)
{
    struct test *test = *state;

    scene_start_server(&test->scene);
    scene_start_client(&test->scene, "teredo", 40001);
    scene_await_qualified(&test->scene, "teredo");
    ports_start(&test->ports, FALSE);

    /* Who looks at its descriptors while it ends may keep it from starting again: docs/KERNEL.md */
    threads_await_asleep();
    scene_move_client(&test->scene, "teredo", 40002);
    ports_await(&test->ports, &test->scene, "D40001 A40002 |P40002 ");
    scene_await_qualified(&test->scene, "teredo");
    port_expect(40002);
}

static void test_is_killed(void **state)
{
    struct test *test = *state;

    scene_start_server(&test->scene);
    scene_start_client(&test->scene, "teredo", 40001);
    scene_await_qualified(&test->scene, "teredo");
    ports_start(&test->ports, FALSE);

    scene_kill_client(&test->scene);
    ports_await(&test->ports, &test->scene, "D40001 ");
    port_expect_error(ERROR_NOT_READY);

    scene_start_client(&test->scene, "teredo", 40003);
    ports_await(&test->ports, &test->scene, "D40001 A40003 ");
    port_expect(40003);
}

/* The port is there before the server answers, for those who may look into the process. */
static void test_waits_for_its_server(void **state)
{
    struct test *test = *state;

    ports_start(&test->ports, FALSE);
    scene_start_client(&test->scene, "teredo", 40001);
    ports_await(&test->ports, &test->scene, "A40001 ");
    port_expect(40001);

    scene_start_server(&test->scene);
    scene_await_qualified(&test->scene, "teredo");
    port_expect(40001);
    scene_stop_client(&test->scene);
    ports_await(&test->ports, &test->scene, "A40001 D40001 ");
}

/* Neither root nor the client's user: the address is all that there is to see. */
static void look_from_outside(struct child *self, void *context)
{
    USHORT port = 0;

    (void)context;
    if (setresgid(65533, 65533, 65533) < 0 || setresuid(65533, 65533, 65533) < 0) {
        /* No other user here, so that processes can always be looked into. */
        child_expect(self, 'w');
        child_say(self, 's');
        return;
    }
    child_expect(self, 'w');
    check(GetTeredoPort(&port) == ERROR_NOT_READY);
    child_say(self, 'r');
    child_expect(self, 'q');
    check(GetTeredoPort(&port) == NO_ERROR);
    check(port == 40001);
    child_say(self, 'p');
    child_expect(self, 'g');
    check(GetTeredoPort(&port) == ERROR_NOT_READY);
    child_say(self, 'n');
}

static bool has_other_users(void)
{
    char line[64] = "";
    FILE *file = fopen("/proc/self/uid_map", "re");

    assert_non_null(file);
    assert_non_null(fgets(line, sizeof(line), file));
    (void)fclose(file);
    return strstr(line, "4294967295") != NULL;
}

static void test_is_seen_from_outside(void **state)
{
    struct test *test = *state;
    bool others = has_other_users();
    struct child child = child_start(look_from_outside, NULL);

    scene_start_client(&test->scene, "teredo", 40001);
    scene_await_tunnel(&test->scene, "teredo");
    child_say(&child, 'w');
    if (!others) {
        child_expect(&child, 's');
        child_join(&child);
        return;
    }
    child_expect(&child, 'r');
    scene_start_server(&test->scene);
    scene_await_qualified(&test->scene, "teredo");
    child_say(&child, 'q');
    child_expect(&child, 'p');
    scene_stop_client(&test->scene);
    child_say(&child, 'g');
    child_expect(&child, 'n');
    child_join(&child);
}

static void test_table_is_stable_with_the_address(void **state)
{
    struct test *test = *state;
    struct stable other;
    bool teredo = true;

    assert_int_equal(stable_start(&test->stable, AF_INET6, &teredo), NO_ERROR);
    assert_false(teredo);

    scene_start_client(&test->scene, "teredo", 40001);
    scene_await_tunnel(&test->scene, "teredo");
    assert_int_equal(stable_start(&test->stable, AF_UNSPEC, NULL), ERROR_IO_PENDING);
    /* Teredo is none of IPv4's concern. */
    assert_int_equal(stable_start(&other, AF_INET, NULL), NO_ERROR);

    scene_start_server(&test->scene);
    scene_await_qualified(&test->scene, "teredo");
    stable_await(&test->stable, 1, true);
    assert_int_equal(stable_start(&other, AF_INET6, &teredo), NO_ERROR);
    assert_true(teredo);
}

static void test_table_is_stable_without_the_client(void **state)
{
    struct test *test = *state;

    scene_start_client(&test->scene, "teredo", 40001);
    scene_await_tunnel(&test->scene, "teredo");
    assert_int_equal(stable_start(&test->stable, AF_INET6, NULL), ERROR_IO_PENDING);
    assert_int_equal(stable_calls(&test->stable), 0);
    scene_kill_client(&test->scene);
    stable_await(&test->stable, 1, false);
}

/* Miredo's interface may be called otherwise. It is known by the process that sets it up. */
static void test_has_another_name(void **state)
{
    struct test *test = *state;
    struct timespec deadline = check_deadline();
    USHORT port = 0;

    scene_start_client(&test->scene, "six0", 40001);
    scene_await_tunnel(&test->scene, "six0");
    /* That process comes a moment after the interface, and no event with it. */
    while (GetTeredoPort(&port) != NO_ERROR && !check_deadline_passed(&deadline))
        (void)nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    assert_int_equal(port, 40001);
    assert_int_equal(stable_start(&test->stable, AF_INET6, NULL), ERROR_IO_PENDING);

    ports_start(&test->ports, FALSE);
    scene_start_server(&test->scene);
    scene_await_qualified(&test->scene, "six0");
    stable_await(&test->stable, 1, true);
    port_expect(40001);
    scene_stop_client(&test->scene);
    ports_await(&test->ports, &test->scene, "D40001 ");
}

/* A relay has a port and a tunnel, but no address to wait for: it serves other hosts. */
static void test_relay_is_no_client(void **state)
{
    struct test *test = *state;
    struct timespec deadline = check_deadline();
    struct stable other = {0};
    DWORD rc;

    ports_start(&test->ports, FALSE);
    scene_start_relay(&test->scene, "teredo");
    scene_await_tunnel(&test->scene, "teredo");
    /* Until it has brought its tunnel up it looks like a client. */
    while ((rc = stable_start(&other, AF_INET6, NULL)) == ERROR_IO_PENDING &&
           !check_deadline_passed(&deadline))
        stable_stop(&other);
    assert_int_equal(rc, NO_ERROR);
    port_expect_error(ERROR_NOT_READY);
}

static void test_cancels_itself(void **state)
{
    struct test *test = *state;

    ports_start(&test->ports, FALSE);
    monitor_lock(&test->ports.monitor);
    test->ports.cancel_within = true;
    monitor_unlock(&test->ports.monitor);
    scene_start_client(&test->scene, "teredo", 40001);
    ports_await(&test->ports, &test->scene, "A40001 ");
    monitor_lock(&test->ports.monitor);
    assert_int_equal(test->ports.cancelled, ERROR_POSSIBLE_DEADLOCK);
    test->ports.cancel_within = false;
    monitor_unlock(&test->ports.monitor);
}

#define client_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        client_test(test_starts_and_stops),
        client_test(test_moves),
        client_test(test_is_killed),
        client_test(test_waits_for_its_server),
        client_test(test_is_seen_from_outside),
        client_test(test_table_is_stable_with_the_address),
        client_test(test_table_is_stable_without_the_client),
        client_test(test_has_another_name),
        client_test(test_relay_is_no_client),
        client_test(test_cancels_itself),
    };

    (void)argc;
    int rc = netns_begin(argv);
    if (rc == 0)
        rc = miredo_begin();
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
