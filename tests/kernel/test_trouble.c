/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Limits reached, rights missing, and very many registrations: clear errors, nothing leaked. */
#include "child.h"
#include "world.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define NOBODYS_HANDLE ((HANDLE)0xdeadbeef)

static void ignore_stable(void *context, MIB_UNICASTIPADDRESS_TABLE *table)
{
    (void)context;
    FreeMibTable(table);
}

/* ---- Descriptors --------------------------------------------------------------------------- */

static void limit_descriptors(rlim_t limit)
{
    struct rlimit now;

    check(getrlimit(RLIMIT_NOFILE, &now) == 0);
    now.rlim_cur = limit < now.rlim_max ? limit : now.rlim_max;
    check(setrlimit(RLIMIT_NOFILE, &now) == 0);
}

/* The limit moves up one by one, so that each descriptor of a registration is once the last. */
static void run_out_of_descriptors(struct child *self, void *context)
{
    struct holdings before = holdings_now();
    /* The lowest number that is free; all below are taken. */
    int first_free = dup(self->words);

    (void)context;
    check(first_free >= 0);
    close(first_free);
    for (int kind = 0; kind < ROW_WATCHED_KINDS; kind++) {
        DWORD rc = ERROR_NOT_ENOUGH_MEMORY;

        for (rlim_t more = 0; rc != NO_ERROR; more++) {
            HANDLE handle = NOBODYS_HANDLE;

            check(more < 64);
            limit_descriptors((rlim_t)first_free + more);
            rc = row_types[kind].notify(AF_UNSPEC, &row_ignore, TRUE, &handle);
            limit_descriptors(RLIM_INFINITY);
            if (more == 0 && rc == NO_ERROR)
                fail_test("a registration of kind %d without a descriptor", kind);
            if (rc == NO_ERROR) {
                check(CancelMibChangeNotify2(handle) == NO_ERROR);
            } else {
                if (rc != ERROR_NOT_ENOUGH_MEMORY)
                    fail_test("error %u with %u descriptors to spare", rc, (unsigned)more);
                check(handle == NULL);
            }
            holdings_expect_restored(&before);
        }
    }

    for (int kind = 0; kind < ROW_KINDS; kind++) {
        struct row_table table = {0};

        limit_descriptors((rlim_t)first_free);
        DWORD rc = row_table_read((enum row_kind)kind, AF_UNSPEC, &table);
        limit_descriptors(RLIM_INFINITY);
        if (rc != NO_ERROR && rc != ERROR_NOT_ENOUGH_MEMORY)
            fail_test("error %u from a table without a descriptor", rc);
        row_table_free(&table);
    }

    HANDLE handle = NOBODYS_HANDLE;
    MIB_UNICASTIPADDRESS_TABLE *table = NULL;
    limit_descriptors((rlim_t)first_free);
    DWORD rc = NotifyStableUnicastIpAddressTable(AF_UNSPEC, &table, ignore_stable, NULL, &handle);
    limit_descriptors(RLIM_INFINITY);
    if (rc == ERROR_NOT_ENOUGH_MEMORY)
        check(handle == NULL);
    else
        check(rc == NO_ERROR);
    FreeMibTable(table);
    holdings_expect_restored(&before);
}

static void test_descriptor_limit(void **state)
{
    (void)state;
    struct child child = child_start(run_out_of_descriptors, NULL);
    child_join(&child);
}

/* ---- Threads ------------------------------------------------------------------------------- */

static void register_without_threads(struct child *self, void *context)
{
    (void)self;
    (void)context;
    /* What the library sets up once is set up now. */
    HANDLE handle = NULL;
    check(row_types[ROW_ROUTE].notify(AF_UNSPEC, &row_ignore, FALSE, &handle) == NO_ERROR);
    check(CancelMibChangeNotify2(handle) == NO_ERROR);

    struct holdings before = holdings_now();
    child_refuse_threads();
    for (int round = 0; round < 3; round++) {
        for (int kind = 0; kind < ROW_WATCHED_KINDS; kind++) {
            handle = NOBODYS_HANDLE;
            DWORD rc = row_types[kind].notify(AF_UNSPEC, &row_ignore, TRUE, &handle);
            if (rc != ERROR_NOT_ENOUGH_MEMORY)
                fail_test("error %u of a registration without a thread", rc);
            check(handle == NULL);
        }
    }
    struct holdings after = holdings_now();
    check(after.descriptors == before.descriptors);
    check(after.threads == before.threads);

    /* What needs no thread works. */
    struct row_table table;
    check(row_table_read(ROW_INTERFACE, AF_UNSPEC, &table) == NO_ERROR);
    row_table_free(&table);
}

static void test_thread_refused(void **state)
{
    (void)state;
    struct child child = child_start(register_without_threads, NULL);
    child_join(&child);
}

/* ---- No netlink ---------------------------------------------------------------------------- */

static void ignore_port(void *context, USHORT port, MIB_NOTIFICATION_TYPE type)
{
    (void)context;
    (void)port;
    (void)type;
}

struct sandbox {
    int error;
    DWORD expected;
};

/* A service that may use the internet's sockets only; its registration is from before. */
static void work_in_sandbox(struct child *self, void *context)
{
    const struct sandbox *sandbox = context;
    struct recorder recorder;
    struct timespec deadline = check_deadline();
    NET_LUID luid = {.Value = 0};

    check(recorder_start(&recorder, ROW_ROUTE, AF_INET, FALSE) == NO_ERROR);
    struct holdings before = holdings_now();
    child_refuse_netlink(sandbox->error);
    for (int kind = 0; kind < ROW_WATCHED_KINDS; kind++) {
        HANDLE handle = NOBODYS_HANDLE;
        check(row_types[kind].notify(AF_UNSPEC, &row_ignore, TRUE, &handle) == sandbox->expected);
        check(handle == NULL);
    }
    for (int kind = 0; kind < ROW_KINDS; kind++) {
        struct row_table table = {0};
        check(row_table_read((enum row_kind)kind, AF_UNSPEC, &table) == sandbox->expected);
    }
    HANDLE handle = NOBODYS_HANDLE;
    MIB_UNICASTIPADDRESS_TABLE *stable = (void *)NOBODYS_HANDLE;
    check(NotifyStableUnicastIpAddressTable(AF_UNSPEC, &stable, ignore_stable, NULL, &handle) ==
          sandbox->expected);
    check(handle == NULL && stable == NULL);
    handle = NOBODYS_HANDLE;
    check(NotifyTeredoPortChange(ignore_port, NULL, TRUE, &handle) == sandbox->expected);
    check(handle == NULL);
    USHORT port = 0;
    check(GetTeredoPort(&port) == sandbox->expected);
    MIB_IPINTERFACE_ROW row = {.Family = AF_INET, .InterfaceIndex = 1};
    check(GetIpInterfaceEntry(&row) == sandbox->expected);
    check(ConvertInterfaceIndexToLuid(1, &luid) == sandbox->expected);
    check(ConvertInterfaceAliasToLuid(u"lo", &luid) == sandbox->expected);
    holdings_expect_restored(&before);

    recorder_hold(&recorder);
    child_say(self, '1');
    check(recorder_wait_held(&recorder, &deadline));
    recorder_release(&recorder);
    recorder_stop(&recorder);
}

static void test_sandbox(void **state)
{
    static struct sandbox sandboxes[] = {{EAFNOSUPPORT, ERROR_NOT_SUPPORTED},
                                         {EPERM, ERROR_ACCESS_DENIED},
                                         {EACCES, ERROR_ACCESS_DENIED}};

    (void)state;
    for (size_t i = 0; i < sizeof(sandboxes) / sizeof(sandboxes[0]); i++) {
        struct child child = child_start(work_in_sandbox, &sandboxes[i]);
        child_expect(&child, '1');
        ip("route add blackhole 192.0.2.0/24");
        child_join(&child);
        ip("route del blackhole 192.0.2.0/24");
    }
}

/* ---- No right to enlarge buffers ----------------------------------------------------------- */

#define STORM 20000

/*
 * An ordinary user's process, whose callbacks sleep through more than its buffers hold: what was
 * lost on the way is made good.
 */
static void listen_without_rights(struct child *self, void *context)
{
    struct recorder recorders[ROW_WATCHED_KINDS];
    struct replay replays[ROW_WATCHED_KINDS];
    struct timespec deadline = check_deadline();

    (void)context;
    child_drop_capabilities();
    for (int kind = 0; kind < ROW_WATCHED_KINDS; kind++) {
        check(recorder_start(&recorders[kind], (enum row_kind)kind, AF_UNSPEC, TRUE) == NO_ERROR);
        replay_init(&replays[kind], &recorders[kind]);
    }

    child_say(self, '1');
    child_expect(self, '1');
    for (int kind = 0; kind < ROW_WATCHED_KINDS; kind++) {
        replay_converge(&replays[kind]);
        check(replays[kind].applied > 1);
        recorder_hold(&recorders[kind]);
    }

    child_say(self, '2');
    child_expect(self, '2');
    check(recorder_wait_held(&recorders[ROW_ROUTE], &deadline));
    child_say(self, '3');
    child_expect(self, '3');
    for (int kind = 0; kind < ROW_WATCHED_KINDS; kind++) {
        recorder_release(&recorders[kind]);
        replay_converge(&replays[kind]);
    }
    for (int kind = 0; kind < ROW_WATCHED_KINDS; kind++) {
        recorder_stop(&recorders[kind]);
        replay_destroy(&replays[kind]);
    }
}

static char *storm_lines(const char *verb, int first, int count)
{
    size_t size = (size_t)count * 64;
    size_t length = 0;
    char *lines = malloc(size);

    if (!lines)
        fail_test("no memory");
    for (int i = first; i < first + count; i++)
        length += (size_t)snprintf(lines + length, size - length,
                                   i % 2 ? "route %s blackhole 10.%d.%d.0/24\n"
                                         : "route %s blackhole 2001:db8:%x:%x::/64\n",
                                   verb, i / 256, i % 256);
    return lines;
}

static void test_overrun_without_rights(void **state)
{
    (void)state;
    struct child child = child_start(listen_without_rights, NULL);

    child_expect(&child, '1');
    ip_batch("link add b0 type bridge\n"
             "addr add 10.0.0.1/32 dev lo\n"
             "route add blackhole 192.0.2.0/24\n");
    child_say(&child, '1');

    child_expect(&child, '2');
    ip("route add blackhole 203.0.113.0/24");
    child_say(&child, '2');
    child_expect(&child, '3');

    char *lines = storm_lines("add", 0, STORM);
    ip_batch(lines);
    free(lines);
    lines = storm_lines("del", STORM / 4, STORM / 2);
    ip_batch(lines);
    free(lines);
    ip("link del b0");
    child_say(&child, '3');
    child_join(&child);
}

/* ---- Very many ----------------------------------------------------------------------------- */

#define LIVE 2000
#define DESCRIPTORS_EACH 4

struct listener {
    struct monitor *monitor;
    HANDLE handle;
    unsigned told;
    unsigned *waiting; /* listeners not told yet */
};

static void on_listened_route(void *context, MIB_IPFORWARD_ROW2 *row, MIB_NOTIFICATION_TYPE type)
{
    struct listener *listener = context;

    (void)row;
    (void)type;
    monitor_lock(listener->monitor);
    if (listener->told++ == 0) {
        --*listener->waiting;
        monitor_announce(listener->monitor);
    }
    monitor_unlock(listener->monitor);
}

static void test_many_live(void **state)
{
    static struct listener listeners[LIVE];
    struct monitor monitor;
    struct rlimit limit;
    unsigned waiting = LIVE;

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    if (limit.rlim_max < (rlim_t)LIVE * DESCRIPTORS_EACH + 64) {
        print_error("only %llu descriptors are allowed\n", (unsigned long long)limit.rlim_max);
        const char *ci = secure_getenv("CI");
        if (ci && strcmp(ci, "true") == 0)
            fail();
        skip();
    }
    rlim_t soft = limit.rlim_cur;
    limit_descriptors(limit.rlim_max);

    monitor_init(&monitor);
    struct holdings before = holdings_now();
    for (size_t i = 0; i < LIVE; i++) {
        listeners[i] = (struct listener){.monitor = &monitor, .waiting = &waiting};
        DWORD rc = NotifyRouteChange2(AF_INET, on_listened_route, &listeners[i], FALSE,
                                      &listeners[i].handle);
        if (rc != NO_ERROR)
            fail_test("registration %zu: error %u", i, rc);
    }

    ip("route add blackhole 10.1.0.0/16");
    struct timespec deadline = check_deadline();
    bool timely = true;
    monitor_lock(&monitor);
    while (waiting > 0 && timely)
        timely = monitor_wait(&monitor, &deadline);
    monitor_unlock(&monitor);
    assert_int_equal(waiting, 0);

    for (size_t i = 0; i < LIVE; i++) {
        DWORD rc = CancelMibChangeNotify2(listeners[i].handle);
        if (rc != NO_ERROR || listeners[i].told != 1)
            fail_test("cancel %zu: error %u, told %u times", i, rc, listeners[i].told);
    }
    for (size_t i = 0; i < LIVE; i++)
        assert_int_equal(CancelMibChangeNotify2(listeners[i].handle), ERROR_INVALID_HANDLE);
    holdings_expect_restored(&before);
    monitor_destroy(&monitor);
    limit_descriptors(soft);
}

#define ROUNDS (CHECK_SANITIZED ? 600 : 10000)
#define WARM_UP 200
#define GROWTH_KIB 2048

static void register_and_cancel(int rounds)
{
    for (int i = 0; i < rounds; i++) {
        int kind = i % ROW_WATCHED_KINDS;
        HANDLE handle = NULL;
        DWORD rc = row_types[kind].notify(AF_UNSPEC, &row_ignore, i % 2, &handle);
        if (rc != NO_ERROR)
            fail_test("round %d: error %u", i, rc);
        rc = CancelMibChangeNotify2(handle);
        if (rc != NO_ERROR)
            fail_test("round %d: cancel: error %u", i, rc);
    }
}

static void test_many_rounds(void **state)
{
    (void)state;
    register_and_cancel(WARM_UP);
    struct holdings before = holdings_now();
    register_and_cancel(ROUNDS);
    holdings_expect_restored(&before);

    struct holdings after = holdings_now();
    print_message("resident: %zu KiB before, %zu KiB after %d rounds\n", before.resident_kib,
                  after.resident_kib, ROUNDS);
    if (!CHECK_SANITIZED && after.resident_kib > before.resident_kib + GROWTH_KIB)
        fail_test("%d rounds took %zu KiB", ROUNDS, after.resident_kib - before.resident_kib);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_descriptor_limit), world_test(test_thread_refused),
        world_test(test_sandbox),          world_test(test_overrun_without_rights),
        world_test(test_many_live),        world_test(test_many_rounds),
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
