/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The DLL's entry point. */
#include <windows.h>

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, void *reserved);

/*
 * Nothing is begun before the first call that needs it, so that the DLL costs a program which
 * makes none no more than its loading. And nothing is ended: while a registration lives the
 * module stays (platform_thread_start), and at the end of the process its threads are gone
 * already, with whatever they held.
 */
BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, void *reserved)
{
    (void)reserved;
    if (reason == DLL_PROCESS_ATTACH)
        DisableThreadLibraryCalls(module);
    return TRUE;
}
