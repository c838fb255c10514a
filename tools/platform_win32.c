/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The programs' platform: Windows. */
#include "platform.h"

#include <windows.h>
#include <shellapi.h>

#include <errno.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef ENABLE_VIRTUAL_TERMINAL_PROCESSING
#define ENABLE_VIRTUAL_TERMINAL_PROCESSING 0x0004
#endif

static HANDLE stop_event;

static SRWLOCK locks[PLATFORM_LOCK_COUNT] = {SRWLOCK_INIT, SRWLOCK_INIT, SRWLOCK_INIT};

/* Runs on a thread of the system's own. Every event ends the program: Ctrl-C, Ctrl-Break, close. */
static BOOL WINAPI on_control(DWORD event)
{
    (void)event;
    SetEvent(stop_event);
    return TRUE;
}

/* A program that is started without a standard output, as by a service, has one that nobody reads.
 */
static bool occupy_standard_outputs(void)
{
    FILE *const streams[] = {stdout, stderr};

    for (size_t i = 0; i < sizeof(streams) / sizeof(streams[0]); i++) {
        int descriptor = _fileno(streams[i]);

        if ((descriptor < 0 || _get_osfhandle(descriptor) < 0) &&
            freopen("NUL", "w", streams[i]) == NULL)
            return false;
    }
    return true;
}

bool platform_init(void)
{
    WSADATA data;

    if (!occupy_standard_outputs())
        return false;
    if (WSAStartup(MAKEWORD(2, 2), &data) != 0) {
        errno = EIO;
        return false;
    }
    (void)SetConsoleOutputCP(CP_UTF8);
    return true;
}

bool platform_catch_stop(void)
{
    stop_event = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (stop_event == NULL) {
        errno = ENOMEM;
        return false;
    }
    if (!SetConsoleCtrlHandler(on_control, TRUE)) {
        errno = EIO;
        return false;
    }
    return true;
}

/* What main() is given is in the code page of the system, which need not have all characters. */
bool platform_arguments(int *argc, char ***argv)
{
    int count;
    WCHAR **wide = CommandLineToArgvW(GetCommandLineW(), &count);
    char **arguments = wide == NULL ? NULL : calloc((size_t)count + 1, sizeof(arguments[0]));

    for (int i = 0; arguments != NULL && i < count; i++) {
        int size = WideCharToMultiByte(CP_UTF8, 0, wide[i], -1, NULL, 0, NULL, NULL);

        arguments[i] = malloc((size_t)size + 1);
        if (arguments[i] == NULL) {
            errno = ENOMEM;
            return false;
        }
        arguments[i][0] = '\0';
        (void)WideCharToMultiByte(CP_UTF8, 0, wide[i], -1, arguments[i], size, NULL, NULL);
    }
    (void)LocalFree(wide);
    if (arguments == NULL) {
        errno = ENOMEM;
        return false;
    }
    *argc = count;
    *argv = arguments;
    return true;
}

void platform_library(const void *function, char *ret_path, size_t size)
{
    HMODULE module = GetModuleHandleA("iphlpapi.dll");

    (void)function;
    if (module == NULL || GetModuleFileNameA(module, ret_path, (DWORD)size) == 0)
        ret_path[0] = '\0';
}

void platform_system(char *ret_text, size_t size)
{
    HMODULE module = GetModuleHandleA("ntdll.dll");
    const char *(*wine_version)(void) =
        (const char *(*)(void))(void *)GetProcAddress(module, "wine_get_version");
    void (*host_version)(const char **, const char **) = (void (*)(const char **, const char **))(
        void *)GetProcAddress(module, "wine_get_host_version");
    const char *name = "";
    const char *release = "";

    if (host_version != NULL)
        host_version(&name, &release);
    if (wine_version != NULL)
        (void)snprintf(ret_text, size, "Wine %s on %s %s", wine_version(), name, release);
    else
        (void)snprintf(ret_text, size, "Windows");
}

DWORD platform_last_error(void)
{
    return GetLastError();
}

void *platform_function(const char *name)
{
    return (void *)GetProcAddress(GetModuleHandleA("iphlpapi.dll"), name);
}

static enum platform_woken wait_ms(DWORD ms)
{
    return WaitForSingleObject(stop_event, ms) == WAIT_TIMEOUT ? PLATFORM_WOKEN_BY_TIME
                                                               : PLATFORM_WOKEN_BY_END;
}

enum platform_woken platform_wait(double seconds)
{
    /* The longest wait that the system knows, about 49 days; longer ones are made of several. */
    const double longest = (double)(INFINITE - 1) / 1000;

    if (seconds < 0)
        return wait_ms(INFINITE);
    while (seconds > longest) {
        if (wait_ms(INFINITE - 1) == PLATFORM_WOKEN_BY_END)
            return PLATFORM_WOKEN_BY_END;
        seconds -= longest;
    }
    return wait_ms((DWORD)(seconds * 1000 + 0.5));
}

double platform_seconds(void)
{
    return (double)GetTickCount64() / 1000;
}

void platform_stop(void)
{
    SetEvent(stop_event);
}

void platform_lock(enum platform_lock lock)
{
    AcquireSRWLockExclusive(&locks[lock]);
}

void platform_unlock(enum platform_lock lock)
{
    ReleaseSRWLockExclusive(&locks[lock]);
}

/* The system's time counts 100 ns; SYSTEMTIME keeps milliseconds only. */
static void time_from(const FILETIME *now, const SYSTEMTIME *calendar,
                      struct platform_time *ret_time)
{
    ULARGE_INTEGER ticks = {.LowPart = now->dwLowDateTime, .HighPart = now->dwHighDateTime};

    ret_time->year = calendar->wYear;
    ret_time->month = calendar->wMonth;
    ret_time->day = calendar->wDay;
    ret_time->hour = calendar->wHour;
    ret_time->minute = calendar->wMinute;
    ret_time->second = calendar->wSecond;
    ret_time->microsecond = (int)(ticks.QuadPart % 10000000 / 10);
}

void platform_local_time(struct platform_time *ret_time)
{
    FILETIME now;
    SYSTEMTIME utc;
    SYSTEMTIME local;

    GetSystemTimeAsFileTime(&now);
    if (!FileTimeToSystemTime(&now, &utc) || !SystemTimeToTzSpecificLocalTime(NULL, &utc, &local))
        GetLocalTime(&local);
    time_from(&now, &local, ret_time);
}

void platform_utc_time(struct platform_time *ret_time)
{
    FILETIME now;
    SYSTEMTIME utc;

    GetSystemTimeAsFileTime(&now);
    if (!FileTimeToSystemTime(&now, &utc))
        GetSystemTime(&utc);
    time_from(&now, &utc, ret_time);
}

bool platform_colour_terminal(void)
{
    HANDLE console = GetStdHandle(STD_OUTPUT_HANDLE);
    DWORD mode;

    return _isatty(_fileno(stdout)) && GetConsoleMode(console, &mode) &&
           SetConsoleMode(console, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING);
}

/*
 * The C library reports a pipe whose reader closed it as EINVAL. Wine hands on descriptors that
 * were closed from the beginning, with what it has opened itself since: that cannot be written to.
 */
bool platform_reader_gone(int error)
{
    return error == EPIPE || error == EINVAL || error == EBADF;
}

void platform_error_text(int error, char *text, size_t size)
{
    if (strerror_s(text, size, error) != 0)
        (void)snprintf(text, size, "error %d", error);
}
