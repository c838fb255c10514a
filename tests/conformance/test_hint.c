/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Connectivity hints: the initial call, cancels, and what is told and read of a link that gets an
 * address and a default route. What a service of the host knows beside that is left out.
 */
#include "registration.h"

#include <stdio.h>
#include <string.h>

enum { HINTS_MAX = 16 };

static struct heard {
    struct platform_monitor *monitor;
    NL_NETWORK_CONNECTIVITY_HINT hints[HINTS_MAX];
    unsigned count;
    uintptr_t thread;
    HANDLE handle;   /* where the registration stores it */
    HANDLE seen;     /* what was there by the first call */
    bool cancels;    /* the callback tries to cancel its own registration */
    DWORD cancelled; /* what that said */
} heard;

static VOID NETIOAPI_API_ on_hint(PVOID context, NL_NETWORK_CONNECTIVITY_HINT hint)
{
    assert_ptr_equal(context, &heard);
    platform_monitor_lock(heard.monitor);
    if (heard.count == 0)
        heard.seen = heard.handle;
    if (heard.count < HINTS_MAX)
        heard.hints[heard.count++] = hint;
    heard.thread = platform_thread_self();
    platform_monitor_announce(heard.monitor);
    platform_monitor_unlock(heard.monitor);
    if (heard.cancels)
        heard.cancelled = CancelMibChangeNotify2(heard.handle);
}

static void hear(BOOLEAN initial)
{
    memset(&heard, 0, sizeof(heard));
    heard.monitor = platform_monitor_new();
    assert_int_equal(NotifyNetworkConnectivityHintChange(on_hint, &heard, initial, &heard.handle),
                     NO_ERROR);
    assert_non_null(heard.handle);
}

static void end(void)
{
    assert_int_equal(CancelMibChangeNotify2(heard.handle), NO_ERROR);
    assert_int_equal(CancelMibChangeNotify2(heard.handle), ERROR_INVALID_HANDLE);
    platform_monitor_free(heard.monitor);
}

static void check_values(const NL_NETWORK_CONNECTIVITY_HINT *hint)
{
    assert_in_range(hint->ConnectivityLevel, NetworkConnectivityLevelHintUnknown,
                    NetworkConnectivityLevelHintHidden);
    assert_in_range(hint->ConnectivityCost, NetworkConnectivityCostHintUnknown,
                    NetworkConnectivityCostHintVariable);
    assert_in_range(hint->ApproachingDataLimit, FALSE, TRUE);
    assert_in_range(hint->OverDataLimit, FALSE, TRUE);
    assert_in_range(hint->Roaming, FALSE, TRUE);
}

static void test_initial(void **state)
{
    NL_NETWORK_CONNECTIVITY_HINT hint;

    (void)state;
    hear(TRUE);
    assert_in_range(heard.count, 1, HINTS_MAX);
    assert_ptr_equal(heard.seen, heard.handle);
    check_values(&heard.hints[0]);
    if (heard.count == 1) {
        assert_true(heard.thread == platform_thread_self());
        assert_int_equal(GetNetworkConnectivityHint(&hint), NO_ERROR);
        assert_int_equal(hint.ConnectivityLevel, heard.hints[0].ConnectivityLevel);
    }
    end();
}

static void test_no_initial(void **state)
{
    (void)state;
    hear(FALSE);
    end();
}

static void test_cancel_own(void **state)
{
    (void)state;
    memset(&heard, 0, sizeof(heard));
    heard.monitor = platform_monitor_new();
    heard.cancels = true;
    assert_int_equal(NotifyNetworkConnectivityHintChange(on_hint, &heard, TRUE, &heard.handle),
                     NO_ERROR);
    assert_int_equal(heard.cancelled, ERROR_POSSIBLE_DEADLOCK);
    end();
}

/* ---- Changes -----------------------------------------------------------------------------------
 */

static void run_ip(const char *words)
{
    char line[128];
    char *arguments[24];
    size_t count = 0;

    assert_in_range(snprintf(line, sizeof(line), "ip %s", words), 1, sizeof(line) - 1);
    for (char *at = line; *at && count < ARRAY_SIZE(arguments) - 1;) {
        arguments[count++] = at;
        at += strcspn(at, " ");
        if (*at)
            *at++ = '\0';
    }
    arguments[count] = NULL;
    assert_true(platform_run(arguments));
}

/* Until the last hint has that level, and then it is read. */
static void await_level(NL_NETWORK_CONNECTIVITY_LEVEL_HINT level)
{
    const uint64_t deadline = suite_deadline();
    NL_NETWORK_CONNECTIVITY_HINT hint;
    bool timely = true;

    platform_monitor_lock(heard.monitor);
    while (timely && heard.hints[heard.count - 1].ConnectivityLevel != level)
        timely = platform_monitor_wait(heard.monitor, deadline);
    platform_monitor_unlock(heard.monitor);
    assert_true(timely);
    memset(&hint, 0x5a, sizeof(hint));
    assert_int_equal(GetNetworkConnectivityHint(&hint), NO_ERROR);
    assert_int_equal(hint.ConnectivityLevel, level);
    check_values(&hint);
    memset(&hint, 0x5a, sizeof(hint));
    assert_int_equal(GetNetworkConnectivityHintForInterface(5700, &hint), NO_ERROR);
    assert_int_equal(hint.ConnectivityLevel, level);
    check_values(&hint);
}

static void test_changes(void **state)
{
    NL_NETWORK_CONNECTIVITY_HINT hint;

    (void)state;
    if (!network_is_there())
        suite_skip("the network cannot be changed here");
    assert_int_equal(GetNetworkConnectivityHint(&hint), NO_ERROR);
    if (hint.ConnectivityLevel != NetworkConnectivityLevelHintNone)
        suite_skip("there is a network here already");
    run_ip("link add name confh index 5700 type veth peer name confi");
    run_ip("link set dev confh addrgenmode none up");
    run_ip("link set dev confi addrgenmode none up");
    hear(TRUE);
    await_level(NetworkConnectivityLevelHintNone);
    run_ip("address add 192.0.2.1/24 dev confh");
    await_level(NetworkConnectivityLevelHintLocalAccess);
    run_ip("route add default via 192.0.2.2");
    await_level(NetworkConnectivityLevelHintInternetAccess);
    run_ip("link set dev confi down");
    await_level(NetworkConnectivityLevelHintNone);
    run_ip("link set dev confi up");
    await_level(NetworkConnectivityLevelHintInternetAccess);
    run_ip("route del default");
    await_level(NetworkConnectivityLevelHintLocalAccess);
    run_ip("address del 192.0.2.1/24 dev confh");
    await_level(NetworkConnectivityLevelHintNone);
    run_ip("link del dev confh");
    end();
    /* Each once. */
    assert_int_equal(heard.count, 7);
    assert_int_equal(GetNetworkConnectivityHintForInterface(5700, &hint), ERROR_FILE_NOT_FOUND);
}

int main(int argc, char **argv)
{
    static const struct suite_test tests[] = {
        suite_test("initial_notification", test_initial, NULL),
        suite_test("no_initial_notification", test_no_initial, NULL),
        suite_test("own_cancel_in_the_initial_callback_is_refused", test_cancel_own, NULL),
        suite_test("changes_are_told_and_read", test_changes, NULL),
    };

    return suite_main(argc, argv, tests, ARRAY_SIZE(tests));
}
