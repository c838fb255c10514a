/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The conformance tests' platform: Windows, and Wine on Linux. In Wine the network is the host's,
 * and the host's `ip` changes it; on Windows the API does. Both are done only where
 * IPHLPAPI_TEST_NETWORK=own says that the network is there for these tests: in Wine that it runs in
 * a network namespace of its own, on Windows that the machine is one for tests.
 */
#include "network.h"
#include "platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Exported by Wine's ntdll: runs a host program, and returns its exit code if told to wait. */
typedef LONG(WINAPI *unix_spawnvp)(char *const argv[], int wait);

static unix_spawnvp spawn_on_host;
static void *watch_timer;

static void (*function_of(const char *module_name, const char *name))(void)
{
    HMODULE module = LoadLibraryA(module_name);

    return module ? (void (*)(void))GetProcAddress(module, name) : NULL;
}

int platform_begin(char **argv)
{
    (void)argv;
    (void)setvbuf(stdout, NULL, _IONBF, 0);
    spawn_on_host = (unix_spawnvp)(void *)function_of("ntdll.dll", "__wine_unix_spawnvp");
    return 0;
}

const char *platform_environment(const char *name)
{
    return getenv(name);
}

void (*platform_function(const char *name))(void)
{
    return function_of("iphlpapi.dll", name);
}

/* Without the DLLs' last words: one of them may be what hangs. */
void platform_exit(int code)
{
    TerminateProcess(GetCurrentProcess(), (UINT)code);
    abort(); /* never reached */
}

static VOID CALLBACK on_timer(PVOID context, BOOLEAN fired)
{
    (void)context;
    (void)fired;
    (void)printf("hung: the test takes too long\n");
    platform_exit(EXIT_HUNG);
}

void platform_watch(unsigned seconds)
{
    if (watch_timer)
        (void)DeleteTimerQueueTimer(NULL, watch_timer, NULL);
    if (!CreateTimerQueueTimer(&watch_timer, NULL, on_timer, NULL, seconds * 1000, 0,
                               WT_EXECUTEONLYONCE | WT_EXECUTEINTIMERTHREAD))
        watch_timer = NULL;
}

const struct network_driver *platform_network(const char **ret_why_not)
{
    const char *network = getenv("IPHLPAPI_TEST_NETWORK");

    if (!network || strcmp(network, "own") != 0) {
        *ret_why_not = "IPHLPAPI_TEST_NETWORK=own does not say that the network may be changed";
        return NULL;
    }
    return spawn_on_host ? &network_ip : &network_windows;
}

bool platform_run(char **argv)
{
    static char path[] = "/usr/sbin/ip"; /* which may be in no folder of PATH */

    if (strcmp(argv[0], "ip") == 0)
        argv[0] = path;
    return spawn_on_host && spawn_on_host(argv, TRUE) == 0;
}

struct platform_thread {
    HANDLE thread;
    void (*run)(void *);
    void *context;
};

static DWORD WINAPI run_thread(void *context)
{
    struct platform_thread *thread = context;

    thread->run(thread->context);
    return 0;
}

struct platform_thread *platform_thread_start(void (*run_in_it)(void *), void *context)
{
    struct platform_thread *thread = malloc(sizeof(*thread));

    assert_non_null(thread);
    thread->run = run_in_it;
    thread->context = context;
    thread->thread = CreateThread(NULL, 0, run_thread, thread, 0, NULL);
    assert_non_null(thread->thread);
    return thread;
}

void platform_thread_join(struct platform_thread *thread)
{
    WaitForSingleObject(thread->thread, INFINITE);
    CloseHandle(thread->thread);
    free(thread);
}

uintptr_t platform_thread_self(void)
{
    return GetCurrentThreadId();
}

void platform_let_routines_run(void)
{
    (void)SleepEx(1, TRUE);
}

HANDLE platform_heap(void)
{
    return GetProcessHeap();
}

void platform_heap_free(void *memory)
{
    if (memory)
        (void)HeapFree(GetProcessHeap(), 0, memory);
}

void *platform_event_new(void)
{
    return CreateEventA(NULL, TRUE, FALSE, NULL);
}

bool platform_event_await(void *event, uint64_t deadline)
{
    uint64_t now = platform_now();

    return WaitForSingleObject(event, deadline > now ? (DWORD)(deadline - now) : 0) ==
           WAIT_OBJECT_0;
}

void platform_event_free(void *event)
{
    (void)CloseHandle(event);
}

struct platform_monitor {
    CRITICAL_SECTION lock;
    CONDITION_VARIABLE changed;
};

struct platform_monitor *platform_monitor_new(void)
{
    struct platform_monitor *monitor = malloc(sizeof(*monitor));

    assert_non_null(monitor);
    InitializeCriticalSection(&monitor->lock);
    InitializeConditionVariable(&monitor->changed);
    return monitor;
}

void platform_monitor_free(struct platform_monitor *monitor)
{
    DeleteCriticalSection(&monitor->lock);
    free(monitor);
}

void platform_monitor_lock(struct platform_monitor *monitor)
{
    EnterCriticalSection(&monitor->lock);
}

void platform_monitor_unlock(struct platform_monitor *monitor)
{
    LeaveCriticalSection(&monitor->lock);
}

void platform_monitor_announce(struct platform_monitor *monitor)
{
    WakeAllConditionVariable(&monitor->changed);
}

bool platform_monitor_wait(struct platform_monitor *monitor, uint64_t deadline)
{
    uint64_t now = GetTickCount64();

    if (now >= deadline)
        return false;
    return SleepConditionVariableCS(&monitor->changed, &monitor->lock, (DWORD)(deadline - now));
}

HANDLE platform_signal_new(void)
{
    HANDLE event = CreateEventW(NULL, FALSE, FALSE, NULL);

    assert_non_null(event);
    return event;
}

void platform_signal_free(HANDLE signal)
{
    CloseHandle(signal);
}

bool platform_signal_wait(HANDLE signal, uint64_t deadline)
{
    uint64_t now = platform_now();

    return WaitForSingleObject(signal, deadline > now ? (DWORD)(deadline - now) : 0) ==
           WAIT_OBJECT_0;
}

uint64_t platform_now(void)
{
    return GetTickCount64();
}
