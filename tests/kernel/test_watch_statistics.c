/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What registrations count: exact where the kernel's messages are, and the cause of each resync. */
#include "check.h"
#include "netns.h"
#include "recorder.h"
#include "world.h"

#include <iphlpapi.h>

#include <string.h>
#include <time.h>

static IPHLPAPI_WATCH_STATISTICS statistics_of(HANDLE handle)
{
    IPHLPAPI_WATCH_STATISTICS statistics = {.Size = sizeof(statistics)};

    check(IphlpapiGetWatchStatistics(handle, &statistics) == NO_ERROR);
    check(statistics.NotificationHandle == handle);
    return statistics;
}

static ULONG64 counter_at(HANDLE handle, size_t offset)
{
    IPHLPAPI_WATCH_STATISTICS statistics = statistics_of(handle);
    ULONG64 value;

    memcpy(&value, (const char *)&statistics + offset, sizeof(value));
    return value;
}

/* Waits until it has that value at least. */
static void await_counter(HANDLE handle, size_t offset, ULONG64 value)
{
    const struct timespec moment = {.tv_nsec = 1000000};
    struct timespec deadline = check_deadline();

    while (counter_at(handle, offset) < value) {
        if (check_deadline_passed(&deadline))
            fail_test("the counter at %zu stays below %llu", offset, (unsigned long long)value);
        (void)nanosleep(&moment, NULL);
    }
}

/* Waits until what the last dump has found is reported, and no further one is to come. */
static void await_quiet(const struct recorder *recorder)
{
    IPHLPAPI_WATCH_STATISTICS now = statistics_of(recorder->handle);
    IPHLPAPI_WATCH_STATISTICS before;

    do {
        before = now;
        threads_await_asleep();
        now = statistics_of(recorder->handle);
    } while (memcmp(&before, &now, sizeof(now)) != 0);
}

#define COUNTER(field) offsetof(IPHLPAPI_WATCH_STATISTICS, field)

static void begin(void)
{
    netns_enter_new();
    world_without_dad();
    ip("link add v0 type veth peer name v1");
    ip("link set v1 up");
    ip("link set v0 up");
    ip("addr add 192.0.2.1/24 dev v0");
    world_await_addresses(); /* links that come up go on being told of */
}

/* Routes, each of which is one message and one change. */
static void test_exact(void **state)
{
    struct recorder recorder;

    (void)state;
    begin();
    check(recorder_start(&recorder, ROW_ROUTE, AF_INET, FALSE) == NO_ERROR);
    await_quiet(&recorder);
    IPHLPAPI_WATCH_STATISTICS before = statistics_of(recorder.handle);
    assert_string_equal(before.Function, "NotifyRouteChange2");
    assert_true(before.Dumps > 0);
    assert_int_equal(before.ValidDumps + before.DiscardedDumps, before.Dumps);
    assert_true(before.Resyncs.Open > 0);
    assert_int_equal(before.Changes, 0);
    assert_int_equal(before.Callbacks, 0);

    ip_batch("route add 198.51.100.1 via 192.0.2.2\n"
             "route add 198.51.100.2 via 192.0.2.2\n"
             "route del 198.51.100.1\n");
    await_counter(recorder.handle, COUNTER(Callbacks), 3);
    IPHLPAPI_WATCH_STATISTICS after = statistics_of(recorder.handle);
    assert_int_equal(recorder_count(&recorder), 3);
    assert_int_equal(after.Changes, 3);
    assert_int_equal(after.GivenChanges, 3);
    assert_int_equal(after.Callbacks, 3);
    assert_int_equal(after.Messages, before.Messages + 3);
    assert_int_equal(after.Dumps, before.Dumps);
    assert_true(after.LongestQueue >= 1 && after.LongestQueue <= 3);
    assert_int_equal(
        after.MalformedMessages + after.ForeignDatagrams + after.CutDatagrams + after.Overruns, 0);
    assert_int_equal(after.LongestCallback, 0);
    recorder_stop(&recorder);
    assert_int_equal(IphlpapiGetWatchStatistics(after.NotificationHandle, &after),
                     ERROR_INVALID_HANDLE);
}

/* What makes a registration look at its table again, and the counter that says so. */
static const struct {
    const char *name;
    enum row_kind kind;
    ADDRESS_FAMILY family;
    size_t counter;
    const char *before;  /* of `ip`, before the registration; or NULL */
    const char *cause;   /* of `ip`; or NULL */
    const char *setting; /* written to, "1"; or NULL */
} causes[] = {
    {"link", ROW_ROUTE, AF_INET, COUNTER(Resyncs.Link), NULL, "link set v1 down", NULL},
    {"address", ROW_ROUTE, AF_INET, COUNTER(Resyncs.Address), NULL, "addr del 192.0.2.1/24 dev v0",
     NULL},
    {"route", ROW_ROUTE, AF_INET, COUNTER(Resyncs.Route),
     "route add 198.51.100.0/24 via 192.0.2.2\nroute append 198.51.100.0/24 via 192.0.2.3\n",
     "route replace 198.51.100.0/24 via 192.0.2.4", NULL},
    {"nexthop", ROW_ROUTE, AF_INET, COUNTER(Resyncs.Nexthop),
     "nexthop add id 9 via 192.0.2.2 dev v0\nroute add 198.51.100.0/24 nhid 9\n",
     "nexthop replace id 9 via 192.0.2.3 dev v0", NULL},
    {"netconf", ROW_ROUTE, AF_INET, COUNTER(Resyncs.Netconf), NULL, NULL,
     "net/ipv4/conf/all/ignore_routes_with_linkdown"},
    {"expiry", ROW_ROUTE, AF_INET6, COUNTER(Resyncs.Expiry), NULL,
     "route add 2001:db8::/64 dev v0 expires 1", NULL},
};

static void test_causes(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(causes); i++) {
        struct recorder recorder;

        begin();
        if (causes[i].before)
            ip_batch(causes[i].before);
        check(recorder_start(&recorder, causes[i].kind, causes[i].family, FALSE) == NO_ERROR);
        await_quiet(&recorder);
        const IPHLPAPI_WATCH_STATISTICS before = statistics_of(recorder.handle);
        const ULONG64 counted = counter_at(recorder.handle, causes[i].counter);
        if (causes[i].cause)
            ip("%s", causes[i].cause);
        if (causes[i].setting)
            sysctl_write(causes[i].setting, "1");
        print_message("%s\n", causes[i].name);
        await_counter(recorder.handle, causes[i].counter, counted + 1);
        await_counter(recorder.handle, COUNTER(ValidDumps), before.ValidDumps + 1);
        await_quiet(&recorder);
        const IPHLPAPI_WATCH_STATISTICS after = statistics_of(recorder.handle);
        assert_true(after.Dumps > before.Dumps);
        assert_int_equal(after.ValidDumps + after.DiscardedDumps, after.Dumps);
        assert_int_equal(after.Resyncs.Open, before.Resyncs.Open);
        assert_int_equal(after.Resyncs.Overrun + after.Resyncs.Error + after.Resyncs.Answer, 0);
        recorder_stop(&recorder);
    }
}

/* Each registration is found once, and none of those that are cancelled. */
static void test_all(void **state)
{
    enum { COUNT = 7 };
    struct recorder recorders[COUNT];
    IPHLPAPI_WATCH_STATISTICS statistics = {.Size = sizeof(statistics)};

    (void)state;
    netns_enter_new();
    for (size_t i = 0; i < COUNT; i++)
        check(recorder_start(&recorders[i], ROW_UNICAST, AF_INET, FALSE) == NO_ERROR);
    for (size_t left = COUNT;; left--) {
        unsigned found[COUNT] = {0};
        HANDLE handle = NULL;
        size_t all = 0;

        while (IphlpapiGetNextWatchStatistics(handle, &statistics) == NO_ERROR) {
            handle = statistics.NotificationHandle;
            all++;
            for (size_t i = 0; i < left; i++)
                found[i] += recorders[i].handle == handle;
        }
        assert_int_equal(all, left);
        for (size_t i = 0; i < left; i++)
            assert_int_equal(found[i], 1);
        assert_int_equal(IphlpapiGetNextWatchStatistics(handle, &statistics), ERROR_NO_MORE_ITEMS);
        if (left == 0)
            break;
        recorder_stop(&recorders[left - 1]);
    }
}

/* A callback that waits takes as long as it is held at least. */
static void test_longest(void **state)
{
    const struct timespec held = {.tv_nsec = 20000000};
    struct timespec deadline = check_deadline();
    struct recorder recorder;

    (void)state;
    begin();
    IphlpapiTimeCallbacks(TRUE);
    check(recorder_start(&recorder, ROW_ROUTE, AF_INET, FALSE) == NO_ERROR);
    recorder_hold(&recorder);
    ip("route add 198.51.100.1 via 192.0.2.2");
    check(recorder_wait_held(&recorder, &deadline));
    (void)nanosleep(&held, NULL); /* what is measured */
    recorder_release(&recorder);
    await_counter(recorder.handle, COUNTER(Callbacks), 1);
    IPHLPAPI_WATCH_STATISTICS statistics = statistics_of(recorder.handle);
    assert_true(statistics.LongestCallback >= (ULONG64)held.tv_nsec);
    IphlpapiTimeCallbacks(FALSE);
    recorder_hold(&recorder);
    ip("route del 198.51.100.1");
    check(recorder_wait_held(&recorder, &deadline));
    recorder_release(&recorder);
    await_counter(recorder.handle, COUNTER(Callbacks), 2);
    assert_int_equal(statistics_of(recorder.handle).LongestCallback, statistics.LongestCallback);
    recorder_stop(&recorder);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exact),
        cmocka_unit_test(test_causes),
        cmocka_unit_test(test_all),
        cmocka_unit_test(test_longest),
    };
    int status = netns_begin(argv);

    (void)argc;
    if (status != 0)
        return status;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
