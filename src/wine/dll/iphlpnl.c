/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The companion of the DLL. Wine lets only its own kind of module ("builtin") reach a library of
 * the host; iphlpapi.dll itself must not be one, or Wine would load its own in its place. So this
 * module is marked as builtin, and all it does is to pass calls on to iphlpnl.so.
 */
#include "wine/dll/iphlpnl.h"

#include <stdint.h>
#include <windows.h>
#include <winternl.h>

#ifndef STATUS_NOT_SUPPORTED
#define STATUS_NOT_SUPPORTED ((NTSTATUS)0xc00000bb)
#endif

/* Of Wine's ntdll: a module's table of functions on the host, and the way to call one of them. */
enum { MEMORY_WINE_UNIX_FUNCS = 1000 };

typedef NTSTATUS(WINAPI *query_function)(HANDLE process, const void *address, int class,
                                         void *information, SIZE_T size, SIZE_T *written);
typedef NTSTATUS(WINAPI *unix_call_function)(uint64_t library, unsigned int call, void *params);

static uint64_t library;
static unix_call_function unix_call;

long __stdcall iphlpnl_unix_call(unsigned int call, void *params);

long __stdcall iphlpnl_unix_call(unsigned int call, void *params)
{
    return unix_call ? unix_call(library, call, params) : STATUS_NOT_SUPPORTED;
}

/* On Windows, and where the library of the host is missing, unix_call stays NULL. */
static void find_library(HINSTANCE module)
{
    HMODULE ntdll = GetModuleHandleA("ntdll.dll");
    query_function query = (query_function)(void *)GetProcAddress(ntdll, "NtQueryVirtualMemory");
    const unix_call_function *dispatcher =
        (const void *)GetProcAddress(ntdll, "__wine_unix_call_dispatcher");

    if (query && dispatcher &&
        query(GetCurrentProcess(), module, MEMORY_WINE_UNIX_FUNCS, &library, sizeof(library),
              NULL) >= 0)
        unix_call = *dispatcher;
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, void *reserved);

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, void *reserved)
{
    (void)reserved;
    if (reason == DLL_PROCESS_ATTACH) {
        DisableThreadLibraryCalls(module);
        find_library(module);
    }
    return TRUE;
}
