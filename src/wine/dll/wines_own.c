/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finds Wine's own DLL, which wine-prefix has placed as wine_iphlpapi.dll. */
#include "wine/dll/wines_own.h"

#include <stddef.h>
#include <windows.h>

/* It stays loaded: functions of it may be called at any time. */
static HMODULE find(void)
{
    HMODULE module = GetModuleHandleW(L"wine_iphlpapi.dll");

    return module ? module : LoadLibraryW(L"wine_iphlpapi.dll");
}

bool wines_own_exists(void)
{
    return find() != NULL;
}

void (*wines_own_function(const char *name))(void)
{
    HMODULE module = find();

    return module ? (void (*)(void))(void *)GetProcAddress(module, name) : NULL;
}
