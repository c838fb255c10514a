/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the DLL exports and does not do: packet filters, which Windows does no more, and functions
 * that nobody implements. Prints what differs, and ends with 1 then.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <windows.h>

typedef void(WINAPI *absent_function)(void);

enum { WINE_STUB = 0x80000100 };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A call of a function with so many arguments: in 32 bits it takes just those off the stack. */
#define CALL(function, types, ...) ((DWORD(WINAPI *) types)(void *)(function)) __VA_ARGS__

static DWORD call(FARPROC function, int arguments, ULONG_PTR a)
{
    typedef ULONG_PTR word;

    switch (arguments) {
    case 0:
        return CALL(function, (void), ());
    case 1:
        return CALL(function, (word), (a));
    case 2:
        return CALL(function, (word, word), (a, a));
    case 3:
        return CALL(function, (word, word, word), (a, a, a));
    case 4:
        return CALL(function, (word, word, word, word), (a, a, a, a));
    case 5:
        return CALL(function, (word, word, word, word, word), (a, a, a, a, a));
    case 6:
        return CALL(function, (word, word, word, word, word, word), (a, a, a, a, a, a));
    default:
        return CALL(function, (word, word, word, word, word, word, word), (a, a, a, a, a, a, a));
    }
}

static const struct {
    const char *name;
    int arguments;
} filters[] = {
    {"PfAddFiltersToInterface", 6},
    {"PfAddGlobalFilterToInterface", 2},
    {"PfBindInterfaceToIPAddress", 3},
    {"PfBindInterfaceToIndex", 4},
    {"PfCreateInterface", 6},
    {"PfDeleteInterface", 1},
    {"PfDeleteLog", 0},
    {"PfGetInterfaceStatistics", 4},
    {"PfMakeLog", 1},
    {"PfRebindFilters", 2},
    {"PfRemoveFilterHandles", 3},
    {"PfRemoveFiltersFromInterface", 5},
    {"PfRemoveGlobalFilterFromInterface", 2},
    {"PfSetLogBuffer", 7},
    {"PfTestPacket", 5},
    {"PfUnBindInterface", 1},
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

static void check_filter(HMODULE library, const char *name, int arguments)
{
    FARPROC function = GetProcAddress(library, name);
    char buffer[64] = {0};
    static const char zeros[sizeof(buffer)];
    DWORD error;

    if (!function) {
        fail(name, "not exported", 0);
        return;
    }
    error = call(function, arguments, (ULONG_PTR)buffer);
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
        char decorated[64];

        (void)snprintf(decorated, sizeof(decorated), "_%s@%d", filters[i].name,
                       4 * filters[i].arguments);
        check_filter(library, decorated, filters[i].arguments);
        /* 32-bit Windows has no other name. */
        if (sizeof(void *) == 8)
            check_filter(library, filters[i].name, filters[i].arguments);
        else if (GetProcAddress(library, filters[i].name))
            fail(filters[i].name, "exported by its plain name", 0);
    }
    (void)AddVectoredExceptionHandler(1, raised);
    call_next(library);
    return 1;
}
