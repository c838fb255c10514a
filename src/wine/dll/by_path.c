/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Wine finds the host's half of a module among its own modules and in WINEDLLPATH only. But its
 * handle of such a library is the address of the library's table of functions, and there are two
 * ways to load one by its path and get that address:
 *
 *   - As a Winelib module, by LoadLibrary: iphlpnl.so has that face, too (src/wine/host/winelib.c).
 *     Not for a 32-bit program on a 64-bit host.
 *   - By a question to the memory manager, with a path in place of a module. Newer Wines have it.
 *
 * Which one this Wine has is found by trying.
 */
#include "wine/dll/by_path.h"
#include "wine/seam/winelib.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <wchar.h>
#include <windows.h>
#include <winternl.h>

/* Of Wine's ntdll. */
enum { MEMORY_WINE_LOAD_UNIX_LIB_BY_NAME = 1002 };

typedef NTSTATUS(WINAPI *query_function)(HANDLE process, const void *address, int class,
                                         void *information, SIZE_T size, SIZE_T *written);
typedef NTSTATUS(WINAPI *unix_call_function)(uint64_t library, unsigned int call, void *params);

#define FILE_NAME L"iphlpnl.so"

enum { PATH_SIZE = 1024 };

/* Written before by_path_call is given to anybody; whoever writes them, they are the same. */
static _Atomic(unix_call_function) unix_call;
static _Atomic(uint64_t) library;

static long __stdcall by_path_call(unsigned int call, void *params)
{
    return atomic_load(&unix_call)(atomic_load(&library), call, params);
}

/* Appends; false where there is no room. */
static bool add(WCHAR *path, const WCHAR *more)
{
    if (wcslen(path) + wcslen(more) >= PATH_SIZE)
        return false;
    wcscat(path, more);
    return true;
}

/* The DLL's folder with a backslash, in the letters that it has on the disk. */
static bool own_folder(WCHAR folder[PATH_SIZE])
{
    WCHAR path[PATH_SIZE];
    HMODULE self;

    if (!GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS |
                                GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
                            (const WCHAR *)&library, &self))
        return false;
    DWORD length = GetModuleFileNameW(self, path, PATH_SIZE);
    if (length == 0 || length >= PATH_SIZE)
        return false;
    length = GetLongPathNameW(path, folder, PATH_SIZE);
    if (length == 0 || length >= PATH_SIZE)
        return false;
    WCHAR *name = wcsrchr(folder, L'\\');
    if (!name)
        return false;
    name[1] = 0;
    return true;
}

/* The table that the Winelib module tells of; 0 where this Wine does not load it. */
static uint64_t load_winelib(const WCHAR *path)
{
    HMODULE module = LoadLibraryW(path);
    void *const *table =
        module ? (void *const *)(void *)GetProcAddress(module, WINELIB_TABLE) : NULL;

    return table ? (uintptr_t)*table : 0;
}

/* The path is one of the kernel's. 0 where this Wine cannot be asked, or does not load it. */
static uint64_t load_by_name(WCHAR *path)
{
    query_function query = (query_function)(void *)GetProcAddress(GetModuleHandleW(L"ntdll.dll"),
                                                                  "NtQueryVirtualMemory");
    size_t size = wcslen(path) * sizeof(*path);
    UNICODE_STRING name = {.Length = (USHORT)size, .MaximumLength = (USHORT)size, .Buffer = path};
    /* The library for the dynamic linker, and the one for calls. */
    uint64_t libraries[2] = {0};

    if (!query || query(GetCurrentProcess(), &name, MEMORY_WINE_LOAD_UNIX_LIB_BY_NAME, libraries,
                        sizeof(libraries), NULL) < 0)
        return 0;
    return libraries[1];
}

/*
 * Loads the file in a folder, in either way. `kernels` is the same folder for the kernel. Says why
 * not if there is such a file.
 */
static uint64_t load(const WCHAR *folder, const WCHAR *kernels, char *why, size_t size)
{
    WCHAR path[PATH_SIZE] = L"";
    WCHAR nt_path[PATH_SIZE] = L"\\??\\";
    uint64_t table;

    if (!add(path, folder) || !add(path, FILE_NAME) || !add(nt_path, kernels) ||
        !add(nt_path, FILE_NAME) || GetFileAttributesW(path) == INVALID_FILE_ATTRIBUTES)
        return 0;
    table = load_winelib(path);
    DWORD error = GetLastError();
    if (!table)
        table = load_by_name(nt_path);
    if (!table)
        (void)snprintf(why, size,
                       "iphlpnl.so is in the prefix and cannot be loaded (error %lu; is its file "
                       "system mounted noexec, does a security policy forbid it, or is libnl-3 "
                       "missing%s?)",
                       error,
                       sizeof(void *) < sizeof(uint64_t)
                           ? ", or does this Wine load it for 64-bit programs only"
                           : "");
    return table;
}

/* A folder of Windows', with a backslash. */
static bool windows_folder(WCHAR folder[PATH_SIZE], const WCHAR *name)
{
    UINT length = GetWindowsDirectoryW(folder, PATH_SIZE);

    return length > 0 && length < PATH_SIZE && add(folder, name);
}

/* 0 where there is none that this Wine loads. */
static uint64_t load_nearest(char *why, size_t size)
{
    WCHAR own[PATH_SIZE];
    WCHAR system[PATH_SIZE];
    WCHAR sysnative[PATH_SIZE];
    uint64_t table = 0;

    if (!windows_folder(system, L"\\system32\\") || !windows_folder(sysnative, L"\\sysnative\\"))
        return 0;
    if (own_folder(own) && _wcsicmp(own, system) != 0)
        table = load(own, own, why, size);
    if (!table)
        table = load(system, system, why, size);
    /*
     * The 64-bit host of a 32-bit program wants the one that such programs do not see in system32;
     * the kernel's paths are not led elsewhere. A 32-bit host does not miss it.
     */
    if (!table && sizeof(void *) < sizeof(uint64_t))
        table = load(sysnative, system, NULL, 0);
    return table;
}

iphlpnl_unix_call_function by_path_load(char *why, size_t size)
{
    const unix_call_function *dispatcher =
        (const void *)GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "__wine_unix_call_dispatcher");
    uint64_t table = dispatcher ? load_nearest(why, size) : 0;

    if (!table)
        return NULL;
    atomic_store(&library, table);
    atomic_store(&unix_call, *dispatcher);
    return by_path_call;
}
