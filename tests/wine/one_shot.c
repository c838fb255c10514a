/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * NotifyAddrChange in programs that unload the DLL, or end, or whose threads or whose server are
 * ended meanwhile.
 */
#include "scenario.h"

typedef DWORD(WINAPI *notify_function)(HANDLE *handle, OVERLAPPED *overlapped);
typedef BOOL(WINAPI *cancel_request_function)(OVERLAPPED *overlapped);

static notify_function notify(void)
{
    return (notify_function)function_of("NotifyAddrChange");
}

static HANDLE begin(OVERLAPPED *overlapped)
{
    HANDLE event = new_event();
    HANDLE handle;

    *overlapped = (OVERLAPPED){.hEvent = event};
    CHECK(notify()(&handle, overlapped) == ERROR_IO_PENDING);
    return event;
}

/* With the module's code gone, whoever waits in it would not come back. */
static int unload(void)
{
    static OVERLAPPED overlapped;
    HANDLE event = begin(&overlapped);

    CHECK(FreeLibrary(library));
    ask("change");
    await(event);
    CHECK(overlapped.Internal == 0);
    return EXIT_EXPECTED;
}

static DWORD WINAPI wait_for_change(void *function)
{
    return ((notify_function)function)(NULL, NULL);
}

/* Whether it waits, nobody can tell; so that it may, it has some time. */
static HANDLE start_waiter(void)
{
    HANDLE thread = start(wait_for_change, (void *)notify());

    CHECK(WaitForSingleObject(thread, 500) == WAIT_TIMEOUT);
    return thread;
}

static int exit_while_waiting(void)
{
    static OVERLAPPED overlapped;

    (void)begin(&overlapped);
    (void)start_waiter();
    ExitProcess(EXIT_EXPECTED);
}

/* Others are told. */
static int thread_terminated(void)
{
    static OVERLAPPED overlapped;
    HANDLE event = begin(&overlapped);
    HANDLE terminated = start_waiter();
    HANDLE other = start_waiter();

    CHECK(TerminateThread(terminated, 7));
    await(terminated);
    ask("change");
    await(event);
    await(other);
    CHECK(code_of(other) == NO_ERROR);
    return EXIT_EXPECTED;
}

static DWORD WINAPI begin_here(void *overlapped)
{
    (void)begin(overlapped);
    return NO_ERROR;
}

/* The system ends what a thread has begun with a device when the thread ends; this goes on. */
static int thread_ended(void)
{
    static OVERLAPPED overlapped;
    HANDLE thread = start(begin_here, &overlapped);

    await(thread);
    CHECK(code_of(thread) == NO_ERROR);
    CHECK(!HasOverlappedIoCompleted(&overlapped));
    ask("change");
    await(overlapped.hEvent);
    CHECK(overlapped.Internal == 0);
    CHECK(!((cancel_request_function)function_of("CancelIPChangeNotify"))(&overlapped));
    return EXIT_EXPECTED;
}

/* As in lifetime.c: this thread asks for something, and does not wait. The others have to end. */
static int server_killed(void)
{
    static OVERLAPPED overlapped;
    HANDLE event = new_event();

    (void)begin(&overlapped);
    (void)start_waiter();
    (void)start_waiter();
    ask("kill server");
    while (ResetEvent(event))
        Sleep(10);
    return EXIT_FAILED;
}

const struct scenario scenarios[] = {
    {"unload", unload},
    {"exit-while-waiting", exit_while_waiting},
    {"thread-terminated", thread_terminated},
    {"thread-ended", thread_ended},
    {"server-killed", server_killed},
    {0},
};
