/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * NotifyTeredoPortChange, as far as it goes without a client: what is told of one that comes and
 * goes takes a real one.
 */
#include "registration.h"

/* What the initial call said. It comes on the calling thread, so no lock is needed. */
struct heard {
    unsigned calls;
    USHORT port;
    MIB_NOTIFICATION_TYPE type;
    uintptr_t thread;
    HANDLE handle;   /* where the registration stores it */
    HANDLE seen;     /* what was there by then */
    bool cancels;    /* the callback tries to cancel its own registration */
    DWORD cancelled; /* what that said */
};

static VOID NETIOAPI_API_ on_port(PVOID context, USHORT port, MIB_NOTIFICATION_TYPE type)
{
    struct heard *heard = context;

    if (type != MibInitialNotification)
        return; /* of a client that this host has */
    heard->calls++;
    heard->port = port;
    heard->type = type;
    heard->thread = platform_thread_self();
    heard->seen = heard->handle;
    if (heard->cancels)
        heard->cancelled = CancelMibChangeNotify2(heard->handle);
}

static void test_initial(void **state)
{
    static struct heard heard;

    (void)state;
    assert_int_equal(NotifyTeredoPortChange(on_port, &heard, TRUE, &heard.handle), NO_ERROR);
    assert_int_equal(heard.calls, 1);
    assert_int_equal(heard.port, 0);
    assert_int_equal(heard.type, MibInitialNotification);
    assert_true(heard.thread == platform_thread_self());
    assert_non_null(heard.handle);
    assert_ptr_equal(heard.seen, heard.handle);
    assert_int_equal(CancelMibChangeNotify2(heard.handle), NO_ERROR);
    assert_int_equal(heard.calls, 1);
    assert_int_equal(CancelMibChangeNotify2(heard.handle), ERROR_INVALID_HANDLE);
}

static void test_no_initial(void **state)
{
    static struct heard heard;

    (void)state;
    assert_int_equal(NotifyTeredoPortChange(on_port, &heard, FALSE, &heard.handle), NO_ERROR);
    assert_non_null(heard.handle);
    assert_int_equal(CancelMibChangeNotify2(heard.handle), NO_ERROR);
    assert_int_equal(heard.calls, 0);
}

static void test_cancel_own(void **state)
{
    static struct heard heard = {.cancels = true};

    (void)state;
    assert_int_equal(NotifyTeredoPortChange(on_port, &heard, TRUE, &heard.handle), NO_ERROR);
    assert_int_equal(heard.calls, 1);
    assert_int_equal(heard.cancelled, ERROR_POSSIBLE_DEADLOCK);
    assert_int_equal(CancelMibChangeNotify2(heard.handle), NO_ERROR);
}

int main(int argc, char **argv)
{
    static const struct suite_test tests[] = {
        suite_test("initial_notification", test_initial, NULL),
        suite_test("no_initial_notification", test_no_initial, NULL),
        suite_test("own_cancel_in_the_initial_callback_is_refused", test_cancel_own, NULL),
    };

    return suite_main(argc, argv, tests, ARRAY_SIZE(tests));
}
