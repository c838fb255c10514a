/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the DLL exports and does not do: packet filters, which Windows does no more, and functions
 * that nobody implements. Prints what differs, and ends with 1 then.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <windows.h>

typedef DWORD(WINAPI *filter_function)(ULONG_PTR, ULONG_PTR, ULONG_PTR, ULONG_PTR, ULONG_PTR,
                                       ULONG_PTR, ULONG_PTR);
typedef void(WINAPI *absent_function)(void);

enum { WINE_STUB = 0x80000100 };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
    const char *plain;
    const char *decorated;
} filters[] = {
    {"PfAddFiltersToInterface", "_PfAddFiltersToInterface@24"},
    {"PfAddGlobalFilterToInterface", "_PfAddGlobalFilterToInterface@8"},
    {"PfBindInterfaceToIPAddress", "_PfBindInterfaceToIPAddress@12"},
    {"PfBindInterfaceToIndex", "_PfBindInterfaceToIndex@16"},
    {"PfCreateInterface", "_PfCreateInterface@24"},
    {"PfDeleteInterface", "_PfDeleteInterface@4"},
    {"PfDeleteLog", "_PfDeleteLog@0"},
    {"PfGetInterfaceStatistics", "_PfGetInterfaceStatistics@16"},
    {"PfMakeLog", "_PfMakeLog@4"},
    {"PfRebindFilters", "_PfRebindFilters@8"},
    {"PfRemoveFilterHandles", "_PfRemoveFilterHandles@12"},
    {"PfRemoveFiltersFromInterface", "_PfRemoveFiltersFromInterface@20"},
    {"PfRemoveGlobalFilterFromInterface", "_PfRemoveGlobalFilterFromInterface@8"},
    {"PfSetLogBuffer", "_PfSetLogBuffer@28"},
    {"PfTestPacket", "_PfTestPacket@20"},
    {"PfUnBindInterface", "_PfUnBindInterface@4"},
};

static const char *const absent[] = {"GetIfTableFromStack", "GetIgmpList", "IsLocalAddress",
                                     "NotifyRouteChangeEx", "SetBlockRoutes"};

static const char *called; /* the function that is to raise the exception */
static int failed;

static void fail(const char *name, const char *what, DWORD code)
{
    (void)printf("FAIL %s: %s, %lu\n", name, what, code);
    failed = 1;
}

static void check_filter(HMODULE library, const char *name)
{
    filter_function function = (void *)GetProcAddress(library, name);
    char buffer[64] = {0};
    static const char zeros[sizeof(buffer)];
    ULONG_PTR pointer = (ULONG_PTR)buffer;
    DWORD error;

    if (!function) {
        fail(name, "not exported", 0);
        return;
    }
    error = function(pointer, pointer, pointer, pointer, pointer, pointer, pointer);
    if (error != ERROR_CALL_NOT_IMPLEMENTED)
        fail(name, "its error", error);
    if (memcmp(buffer, zeros, sizeof(buffer)) != 0)
        fail(name, "something is written", error);
}

/* The exception cannot be gone on behind, so the rest is done in here, and ends the process. */
static LONG CALLBACK raised(EXCEPTION_POINTERS *pointers);

static void call_next(HMODULE library)
{
    static size_t next;

    while (next < COUNT(absent)) {
        absent_function function;

        called = absent[next++];
        function = (void *)GetProcAddress(library, called);
        if (function) {
            function();
            fail(called, "it returns", 0);
        } else {
            fail(called, "not exported", 0);
        }
    }
    ExitProcess((UINT)failed);
}

static LONG CALLBACK raised(EXCEPTION_POINTERS *pointers)
{
    const EXCEPTION_RECORD *record = pointers->ExceptionRecord;

    if (record->ExceptionCode != (DWORD)WINE_STUB)
        return EXCEPTION_CONTINUE_SEARCH;
    if (record->NumberParameters != 2 || !(record->ExceptionFlags & EXCEPTION_NONCONTINUABLE))
        fail(called, "the exception has another form", record->NumberParameters);
    else if (strcmp((const char *)record->ExceptionInformation[0], "iphlpapi.dll") != 0 ||
             strcmp((const char *)record->ExceptionInformation[1], called) != 0)
        fail(called, "the exception tells of another function", 0);
    call_next(GetModuleHandleW(L"iphlpapi.dll"));
    return EXCEPTION_CONTINUE_SEARCH;
}

int main(void)
{
    HMODULE library = LoadLibraryW(L"iphlpapi.dll");

    for (size_t i = 0; i < COUNT(filters); i++) {
        check_filter(library, filters[i].plain);
        check_filter(library, filters[i].decorated);
    }
    (void)AddVectoredExceptionHandler(1, raised);
    call_next(library);
    return 1;
}
