/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A DLL whose DllMain does what the program wants to be done there. */
#include <windows.h>

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, void *reserved);

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, void *reserved)
{
    typedef void (*function)(DWORD reason);
    function in_dll_main = (function)(void *)GetProcAddress(GetModuleHandleA(NULL), "in_dll_main");

    (void)module;
    (void)reserved;
    if (in_dll_main)
        in_dll_main(reason);
    return TRUE;
}
