/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The Teredo client's port, as far as it can be asked for without a client: what is told of one
 * that comes and goes takes a real one.
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

static void test_port(void **state)
{
    USHORT port = 0;

    (void)state;
    DWORD error = GetTeredoPort(&port);
    if (error == NO_ERROR)
        assert_int_not_equal(port, 0);
    else
        assert_int_equal(error, ERROR_NOT_READY);
}

static void test_port_null(void **state)
{
    (void)state;
    assert_int_equal(GetTeredoPort(NULL), ERROR_INVALID_PARAMETER);
}

static void test_no_callback(void **state)
{
    (void)state;
    for (BOOLEAN initial = 0; initial < 2; initial++) {
        HANDLE handle = NOBODYS_HANDLE;

        assert_int_equal(NotifyTeredoPortChange(NULL, NULL, initial, &handle),
                         ERROR_INVALID_PARAMETER);
        assert_null(handle);
    }
}

static void test_no_place_for_the_handle(void **state)
{
    struct heard heard = {0};

    (void)state;
    assert_int_equal(NotifyTeredoPortChange(on_port, &heard, TRUE, NULL), ERROR_INVALID_PARAMETER);
    assert_int_equal(heard.calls, 0);
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
    static const struct CMUnitTest tests[] = {
        suite_test("port", test_port, NULL),
        suite_test("port_null_is_refused", test_port_null, NULL),
        suite_test("no_callback_is_refused", test_no_callback, NULL),
        suite_test("no_place_for_the_handle_is_refused", test_no_place_for_the_handle, NULL),
        suite_test("initial_notification", test_initial, NULL),
        suite_test("no_initial_notification", test_no_initial, NULL),
        suite_test("own_cancel_in_the_initial_callback_is_refused", test_cancel_own, NULL),
    };

    return suite_main(argc, argv, tests, ARRAY_SIZE(tests));
}
