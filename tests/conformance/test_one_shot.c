/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* NotifyAddrChange, NotifyRouteChange, CancelIPChangeNotify: requests, and calls that wait. */
#include "one_shot.h"

#include <stdlib.h>
#include <string.h>

struct request {
    struct one_shot_function function;
    OVERLAPPED overlapped;
    HANDLE handle;
    HANDLE signal;
};

static void request_again(struct request *request)
{
    memset(&request->overlapped, 0, sizeof(request->overlapped));
    request->overlapped.hEvent = request->signal;
    request->handle = NOBODYS_HANDLE;
    assert_int_equal(request->function.notify(&request->handle, &request->overlapped),
                     ERROR_IO_PENDING);
    assert_non_null(request->handle);
    assert_ptr_not_equal(request->handle, NOBODYS_HANDLE);
}

static void request_begin(struct request *request, enum row_kind kind)
{
    request->function = one_shot_function(kind);
    request->signal = platform_signal_new();
    request_again(request);
    assert_int_equal(one_shot_status(&request->overlapped), IS_PENDING);
}

static void request_await(struct request *request)
{
    assert_true(platform_signal_wait(request->signal, suite_deadline()));
    assert_int_equal(one_shot_status(&request->overlapped), IS_CHANGED);
    assert_int_equal(request->overlapped.InternalHigh, 0);
}

/* Until nothing is left to be told: changes come with others. */
static void request_again_until_pending(struct request *request)
{
    request_again(request);
    while (one_shot_status(&request->overlapped) != IS_PENDING) {
        request_await(request);
        request_again(request);
    }
}

static void request_end(struct request *request)
{
    if (CancelIPChangeNotify(&request->overlapped))
        assert_int_equal(one_shot_status(&request->overlapped), IS_CANCELLED);
    platform_signal_free(request->signal);
}

/*
 * Makes a change and waits until whoever listens has been told of it. Of IPv4's, a request that is
 * always under way is told with all others; a witness with a socket of its own may be told sooner.
 */
static void change(enum row_kind kind, ADDRESS_FAMILY family, bool back)
{
    static struct registration witness;
    static struct request always[ROW_WATCHED_KINDS];
    struct request *told = family == AF_INET ? &always[kind] : NULL;

    if (told && !told->signal) {
        told->function = one_shot_function(kind);
        told->signal = platform_signal_new();
#ifdef _WIN32
        told->signal = (HANDLE)((uintptr_t)told->signal | 1); /* not to a completion port */
#endif
        request_again_until_pending(told);
    }
    registration_start(&witness, kind, family, FALSE);
    if (back)
        network_undo_change(kind, family);
    else
        network_make_change(kind, family);
    registration_await(&witness, 1);
    registration_stop(&witness);
    if (told) {
        request_await(told);
        request_again_until_pending(told);
    }
}

/*
 * A test's kind of row. The requests of tests before have ended, and others would go on from them:
 * each round has one go on, once more under the same name, and cancels that.
 */
static enum row_kind begin(void **state)
{
    const enum row_kind kind = *(const enum row_kind *)*state;
    struct one_shot_function function = one_shot_function(kind);
    static OVERLAPPED overlapped;
    unsigned ended;

    change(kind, AF_INET, false);
    change(kind, AF_INET, true);
    do {
        memset(&overlapped, 0, sizeof(overlapped));
        for (ended = 0; one_shot_status(&overlapped) != IS_PENDING; ended++)
            assert_int_equal(function.notify(NULL, &overlapped), ERROR_IO_PENDING);
        (void)CancelIPChangeNotify(&overlapped);
    } while (ended > 1);
    return kind;
}

/* ---- A request ----------------------------------------------------------------------------- */

/* One change ends one request; the next needs another. */
static void test_request(void **state)
{
    const enum row_kind kind = begin(state);
    static struct request request;

    request_begin(&request, kind);
    for (int i = 0; i < 4; i++) {
        change(kind, AF_INET, i % 2 != 0);
        request_await(&request);
        request_again_until_pending(&request);
    }
    request_end(&request);
}

/* Changes of the other family, and of other tables, are none. */
static void test_other_changes(void **state)
{
    const enum row_kind kind = begin(state);
    static struct request request;

    request_begin(&request, kind);
    change(kind, AF_INET6, false);
    change(kind, AF_INET6, true);
    change(ROW_INTERFACE, AF_INET6, false);
    change(ROW_INTERFACE, AF_INET6, true);
    assert_int_equal(one_shot_status(&request.overlapped), IS_PENDING);
    request_end(&request);
}

/* Several under way are all told. */
static void test_many(void **state)
{
    const enum row_kind kind = begin(state);
    enum { COUNT = 20 };
    static struct request requests[COUNT];

    for (size_t i = 0; i < COUNT; i++)
        request_begin(&requests[i], kind);
    change(kind, AF_INET, false);
    for (size_t i = 0; i < COUNT; i++)
        request_await(&requests[i]);
    change(kind, AF_INET, true);
    for (size_t i = 0; i < COUNT; i++)
        request_end(&requests[i]);
}

static void test_without_event(void **state)
{
    const enum row_kind kind = begin(state);
    struct one_shot_function function = one_shot_function(kind);
    static OVERLAPPED overlapped;

    memset(&overlapped, 0, sizeof(overlapped));
    assert_int_equal(function.notify(NULL, &overlapped), ERROR_IO_PENDING);
    assert_int_equal(one_shot_status(&overlapped), IS_PENDING);
    change(kind, AF_INET, false);
    while (one_shot_status(&overlapped) == IS_PENDING)
        assert_true(platform_now() < suite_deadline());
    assert_int_equal(one_shot_status(&overlapped), IS_CHANGED);
    change(kind, AF_INET, true);
}

/* ---- Between two requests ------------------------------------------------------------------ */

/* A change after one has ended ends the next at once, in whichever way that is known to go on. */
static void test_between(void **state)
{
    const enum row_kind kind = begin(state);
    static struct request request;
    OVERLAPPED *other = calloc(1, sizeof(*other));

    assert_non_null(other);
    request_begin(&request, kind);
    change(kind, AF_INET, false);
    request_await(&request);
    change(kind, AF_INET, true);
    request_again(&request);
    request_await(&request);

    change(kind, AF_INET, false);
    other->hEvent = request.signal;
    assert_int_equal(request.function.notify(&request.handle, other), ERROR_IO_PENDING);
    assert_true(platform_signal_wait(request.signal, suite_deadline()));
    assert_int_equal(one_shot_status(other), IS_CHANGED);

    /* The first goes on from its own end, whoever else has. */
    request_again(&request);
    request_await(&request);
    change(kind, AF_INET, true);
    assert_int_equal(request.function.notify(NULL, NULL), NO_ERROR);
    free(other);
    request_end(&request);
}

/* It had not been told of anything, and is not any more. */
static void test_not_after_cancel(void **state)
{
    const enum row_kind kind = begin(state);
    static struct request request;

    request_begin(&request, kind);
    assert_true(CancelIPChangeNotify(&request.overlapped));
    assert_true(platform_signal_wait(request.signal, suite_deadline()));
    change(kind, AF_INET, false);
    request_again(&request);
    assert_int_equal(one_shot_status(&request.overlapped), IS_PENDING);
    change(kind, AF_INET, true);
    request_await(&request);
    request_end(&request);
}

/* ---- Cancel -------------------------------------------------------------------------------- */

static void test_cancel(void **state)
{
    const enum row_kind kind = begin(state);
    static struct request request;
    static OVERLAPPED unknown;

    request_begin(&request, kind);
    assert_false(CancelIPChangeNotify(NULL));
    assert_false(CancelIPChangeNotify(&unknown));
    assert_true(CancelIPChangeNotify(&request.overlapped));
    assert_int_equal(one_shot_status(&request.overlapped), IS_CANCELLED);
    assert_true(platform_signal_wait(request.signal, suite_deadline()));
    assert_false(CancelIPChangeNotify(&request.overlapped));
    request_end(&request);
}

/* The request stays ended by the change, and a later one goes on from it. */
static void test_cancel_of_ended(void **state)
{
    const enum row_kind kind = begin(state);
    static struct request request;

    request_begin(&request, kind);
    change(kind, AF_INET, false);
    request_await(&request);
    assert_false(CancelIPChangeNotify(&request.overlapped));
    assert_int_equal(one_shot_status(&request.overlapped), IS_CHANGED);
    change(kind, AF_INET, true);
    request_again(&request);
    request_await(&request);
    request_end(&request);
}

static void cancel_on_thread(void *context)
{
    struct request *request = context;

    if (!CancelIPChangeNotify(&request->overlapped))
        request->handle = NULL;
}

static void begin_on_thread(void *context)
{
    struct request *request = context;

    if (request->function.notify(&request->handle, &request->overlapped) != ERROR_IO_PENDING)
        request->handle = NULL;
}

/* The request outlives the thread that has made it, and another may cancel it. */
static void test_threads(void **state)
{
    const enum row_kind kind = begin(state);
    static struct request request;

    request_begin(&request, kind);
    platform_thread_join(platform_thread_start(cancel_on_thread, &request));
    assert_non_null(request.handle);
    assert_int_equal(one_shot_status(&request.overlapped), IS_CANCELLED);
    assert_true(platform_signal_wait(request.signal, suite_deadline()));

    platform_thread_join(platform_thread_start(begin_on_thread, &request));
    assert_non_null(request.handle);
    assert_int_equal(one_shot_status(&request.overlapped), IS_PENDING);
    change(kind, AF_INET, false);
    request_await(&request);
    change(kind, AF_INET, true);
    request_end(&request);
}

/* In a callback of another registration all of it may be called. */
static void use_in_callback(struct registration *registration, void *row,
                            MIB_NOTIFICATION_TYPE type)
{
    struct request *request = registration->context;

    (void)row;
    (void)type;
    if (!CancelIPChangeNotify(&request->overlapped) ||
        request->function.notify(&request->handle, &request->overlapped) != ERROR_IO_PENDING ||
        !CancelIPChangeNotify(&request->overlapped))
        request->handle = NULL;
}

static void test_in_callback(void **state)
{
    const enum row_kind kind = begin(state);
    static struct registration registration;
    static struct request request;

    request_begin(&request, kind);
    registration_start_with(&registration, ROW_INTERFACE, AF_INET, TRUE, use_in_callback, &request);
    registration_stop(&registration);
    assert_non_null(request.handle);
    assert_int_equal(one_shot_status(&request.overlapped), IS_CANCELLED);
    request_end(&request);
}

/* ---- An OVERLAPPED that is under way already ----------------------------------------------- */

/* The new request takes the place of the old one. */
static void test_replaced(void **state)
{
    const enum row_kind kind = begin(state);
    static struct request request;
    HANDLE first;

    request_begin(&request, kind);
    first = request.signal;
    request.signal = platform_signal_new();
    request_again(&request);
    assert_int_equal(one_shot_status(&request.overlapped), IS_PENDING);
    change(kind, AF_INET, false);
    request_await(&request);
    assert_false(platform_signal_wait(first, 0));
    assert_false(CancelIPChangeNotify(&request.overlapped));
    change(kind, AF_INET, true);
    platform_signal_free(first);
    request_end(&request);
}

static void test_of_the_other_table(void **state)
{
    enum { ATTEMPTS = 10 };
    const enum row_kind kind = begin(state);
    static struct request request;
    HANDLE handle = NOBODYS_HANDLE;
    DWORD rc = ERROR_IO_PENDING;

    request_begin(&request, kind);
    /* It may be taken where a late change has ended the request meanwhile. */
    for (int i = 0; i < ATTEMPTS && rc == ERROR_IO_PENDING; i++) {
        handle = NOBODYS_HANDLE;
        rc = request.function.other(&handle, &request.overlapped);
        if (rc == ERROR_IO_PENDING) {
            request_end(&request);
            request_begin(&request, kind);
        }
    }
    assert_int_equal(rc, ERROR_INVALID_PARAMETER);
    assert_ptr_equal(handle, NOBODYS_HANDLE);
    assert_int_equal(one_shot_status(&request.overlapped), IS_PENDING);
    change(kind, AF_INET, false);
    request_await(&request);
    change(kind, AF_INET, true);
    request_end(&request);
}

static void test_no_event(void **state)
{
    const enum row_kind kind = begin(state);
    struct one_shot_function function = one_shot_function(kind);
    OVERLAPPED overlapped = {.Internal = 7, .hEvent = NOBODYS_HANDLE};
    HANDLE handle = NOBODYS_HANDLE;

    assert_int_equal(function.notify(&handle, &overlapped), ERROR_INVALID_HANDLE);
    assert_ptr_equal(handle, NOBODYS_HANDLE);
    assert_int_equal(overlapped.Internal, 7);
    assert_false(CancelIPChangeNotify(&overlapped));
}

/* ---- Calls that wait ----------------------------------------------------------------------- */

struct waiter {
    struct one_shot_function function;
    struct platform_monitor *monitor;
    DWORD result;
    bool done;
};

static void wait_on_thread(void *context)
{
    struct waiter *waiter = context;
    DWORD result = waiter->function.notify(NULL, NULL);

    platform_monitor_lock(waiter->monitor);
    waiter->result = result;
    waiter->done = true;
    platform_monitor_announce(waiter->monitor);
    platform_monitor_unlock(waiter->monitor);
}

static bool is_done(struct waiter *waiter)
{
    platform_monitor_lock(waiter->monitor);
    bool done = waiter->done;
    platform_monitor_unlock(waiter->monitor);
    return done;
}

/* The thread may not be waiting yet, so there is change after change until it has come back. */
static void test_wait(void **state)
{
    const enum row_kind kind = begin(state);
    enum { COUNT = 3 };
    static struct waiter waiters[COUNT];
    struct platform_thread *threads[COUNT];
    uint64_t deadline = suite_deadline();
    bool made = false;

    for (size_t i = 0; i < COUNT; i++) {
        waiters[i] = (struct waiter){
            .function = one_shot_function(kind), .monitor = platform_monitor_new(), .result = 77};
        threads[i] = platform_thread_start(wait_on_thread, &waiters[i]);
    }
    for (size_t i = 0; i < COUNT; i++) {
        while (!is_done(&waiters[i])) {
            assert_true(platform_now() < deadline);
            change(kind, AF_INET, made);
            made = !made;
        }
        platform_thread_join(threads[i]);
        assert_int_equal(waiters[i].result, NO_ERROR);
        platform_monitor_free(waiters[i].monitor);
    }
    if (made)
        change(kind, AF_INET, true);
}

/* ---- What Windows has beside --------------------------------------------------------------- */

#ifdef _WIN32

static void test_last_errors(void **state)
{
    const enum row_kind kind = begin(state);
    struct one_shot_function function = one_shot_function(kind);
    OVERLAPPED overlapped = {0};
    HANDLE handle;
    DWORD bytes = 77;

    SetLastError(0);
    assert_int_equal(function.notify(&handle, &overlapped), ERROR_IO_PENDING);
    assert_int_equal(GetLastError(), ERROR_IO_PENDING);
    assert_ptr_not_equal(handle, INVALID_HANDLE_VALUE);
    assert_false(GetOverlappedResult(handle, &overlapped, &bytes, FALSE));
    assert_int_equal(GetLastError(), ERROR_IO_INCOMPLETE);
    assert_true(CancelIPChangeNotify(&overlapped));
    assert_false(GetOverlappedResult(handle, &overlapped, &bytes, TRUE));
    assert_int_equal(GetLastError(), ERROR_OPERATION_ABORTED);
    SetLastError(0);
    assert_false(CancelIPChangeNotify(&overlapped));
    assert_int_equal(GetLastError(), ERROR_NOT_FOUND);
    assert_false(CloseHandle(handle));
    assert_int_equal(function.notify(&handle, &overlapped), ERROR_IO_PENDING);
    assert_true(CancelIPChangeNotify(&overlapped));
}

/* With an event, which the call resets if it stays set, and without one, by the handle. */
static void test_overlapped_result(void **state)
{
    const enum row_kind kind = begin(state);
    HANDLE event = CreateEventW(NULL, TRUE, TRUE, NULL);

    for (int i = 0; i < 4; i++) {
        struct one_shot_function function = one_shot_function(kind);
        static OVERLAPPED overlapped[4];
        HANDLE handle;
        DWORD bytes = 77;

        memset(&overlapped[i], 0, sizeof(overlapped[i]));
        overlapped[i].hEvent = i < 2 ? event : NULL;
        do {
            assert_int_equal(function.notify(&handle, &overlapped[i]), ERROR_IO_PENDING);
        } while (one_shot_status(&overlapped[i]) != IS_PENDING);
        assert_int_equal(WaitForSingleObject(i < 2 ? event : handle, 0), WAIT_TIMEOUT);
        change(kind, AF_INET, i % 2 != 0);
        assert_true(GetOverlappedResult(handle, &overlapped[i], &bytes, TRUE));
        assert_int_equal(bytes, 0);
        assert_int_equal(WaitForSingleObject(i < 2 ? event : handle, 0), WAIT_OBJECT_0);
    }
    CloseHandle(event);
}

/* A packet for each end; none where the event's lowest bit says so. */
static void test_completion_port(void **state)
{
    const enum row_kind kind = begin(state);
    struct one_shot_function function = one_shot_function(kind);
    static OVERLAPPED overlapped, other, silent;
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    OVERLAPPED *told;
    ULONG_PTR key;
    HANDLE handle;
    DWORD bytes;

    silent.hEvent = (HANDLE)((uintptr_t)event | 1);
    assert_int_equal(function.notify(&handle, &overlapped), ERROR_IO_PENDING);
    assert_int_equal(function.notify(&handle, &silent), ERROR_IO_PENDING);
    HANDLE port = CreateIoCompletionPort(handle, NULL, 1234, 0);
    assert_non_null(port);
    change(kind, AF_INET, false);
    assert_true(GetQueuedCompletionStatus(port, &bytes, &key, &told, 60000));
    assert_int_equal(bytes, 0);
    assert_int_equal(key, 1234);
    assert_ptr_equal(told, &overlapped);
    assert_int_equal(one_shot_status(&overlapped), IS_CHANGED);
    assert_int_equal(WaitForSingleObject(event, 60000), WAIT_OBJECT_0);

    other.hEvent = event;
    assert_int_equal(function.notify(&handle, &other), ERROR_IO_PENDING);
    if (one_shot_status(&other) == IS_PENDING)
        assert_true(CancelIPChangeNotify(&other));
    bool changed = GetQueuedCompletionStatus(port, &bytes, &key, &told, 60000);
    assert_int_equal(one_shot_status(&other), changed ? IS_CHANGED : IS_CANCELLED);
    if (!changed)
        assert_int_equal(GetLastError(), ERROR_OPERATION_ABORTED);
    assert_ptr_equal(told, &other);
    assert_false(GetQueuedCompletionStatus(port, &bytes, &key, &told, 0));
    assert_int_equal(GetLastError(), WAIT_TIMEOUT);
    change(kind, AF_INET, true);
    CloseHandle(port);
    CloseHandle(event);
}

/* An end that nobody has seen stays to be seen, though the program calls once more. */
static void test_unseen(void **state)
{
    const enum row_kind kind = begin(state);
    static struct request request;

    request_begin(&request, kind);
    change(kind, AF_INET, false);
    while (one_shot_status(&request.overlapped) == IS_PENDING)
        Sleep(0);
    request_again(&request);
    request_await(&request);
    change(kind, AF_INET, true);
    request_end(&request);
}

#endif

int main(int argc, char **argv)
{
    static const enum row_kind addresses = ROW_UNICAST;
    static const enum row_kind routes = ROW_ROUTE;
#define BOTH(name)                                                                                 \
    suite_test(#name ".addresses", test_##name, &addresses),                                       \
        suite_test(#name ".routes", test_##name, &routes)
    static const struct suite_test tests[] = {
        BOTH(request),
        BOTH(other_changes),
        BOTH(many),
        BOTH(without_event),
        BOTH(between),
        BOTH(not_after_cancel),
        BOTH(cancel),
        BOTH(cancel_of_ended),
        BOTH(threads),
        BOTH(in_callback),
        BOTH(replaced),
        BOTH(of_the_other_table),
        BOTH(no_event),
        BOTH(wait),
#ifdef _WIN32
        BOTH(last_errors),
        BOTH(overlapped_result),
        BOTH(completion_port),
        BOTH(unseen),
#endif
    };

    return suite_main(argc, argv, tests, ARRAY_SIZE(tests));
}
