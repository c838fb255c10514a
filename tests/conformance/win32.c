/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The conformance tests' platform: Windows, and Wine. In Wine the network is the host's, and its
 * own `ip` makes the changes; the whole of Wine then has to run in a network namespace in which
 * that is allowed. On Windows netsh makes them, as an administrator.
 */
#include "platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEADLINE_MILLISECONDS 60000
#define LOOPBACK "\"Loopback Pseudo-Interface 1\""

static bool is_wine(void)
{
    HMODULE ntdll = GetModuleHandleA("ntdll.dll");

    return ntdll && GetProcAddress(ntdll, "wine_get_version");
}

static bool run(const char *command)
{
    STARTUPINFOA startup = {.cb = sizeof(startup)};
    PROCESS_INFORMATION process;
    DWORD code = 1;
    char line[512];

    (void)snprintf(line, sizeof(line), "%s", command);
    if (!CreateProcessA(NULL, line, NULL, NULL, FALSE, CREATE_NO_WINDOW, NULL, NULL, &startup,
                        &process))
        return false;
    WaitForSingleObject(process.hProcess, INFINITE);
    GetExitCodeProcess(process.hProcess, &code);
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    return code == 0;
}

int platform_begin(char **argv)
{
    (void)argv;
    (void)setvbuf(stdout, NULL, _IONBF, 0);
    return 0;
}

void conformance_cause_change(enum conformance_change change, bool make)
{
    static const struct {
        const char *wine[2]; /* undone, made */
        const char *windows[2];
    } commands[CHANGE_KINDS] = {
        [CHANGE_INTERFACE] = {{"link set lo mtu 65536", "link set lo mtu 65000"},
                              {"set interface " LOOPBACK " mtu=4294967295 store=active",
                               "set interface " LOOPBACK " mtu=65000 store=active"}},
        [CHANGE_UNICAST] = {{"addr del 198.51.100.77/32 dev lo",
                             "addr add 198.51.100.77/32 dev lo"},
                            {"delete address " LOOPBACK " 198.51.100.77",
                             "add address " LOOPBACK
                             " 198.51.100.77 255.255.255.255 store=active"}},
        [CHANGE_ROUTE] = {{"route del 203.0.113.0/24 dev lo", "route add 203.0.113.0/24 dev lo"},
                          {"delete route 203.0.113.0/24 " LOOPBACK " store=active",
                           "add route 203.0.113.0/24 " LOOPBACK " store=active"}},
    };
    char command[256];

    if (is_wine())
        (void)snprintf(command, sizeof(command), "start.exe /wait /unix /usr/sbin/ip %s",
                       commands[change].wine[make]);
    else
        (void)snprintf(command, sizeof(command), "netsh.exe interface ipv4 %s",
                       commands[change].windows[make]);
    if (!run(command))
        fail_msg("this did not work: %s", command);
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

uint64_t platform_deadline(void)
{
    return GetTickCount64() + DEADLINE_MILLISECONDS;
}
