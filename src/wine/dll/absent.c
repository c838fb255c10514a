/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Functions of earlier Windows' and of Windows' own programs that Wine exports and does not
 * implement, the stubs of iphlpapi.spec. What they take is in no public source.
 *
 * A program that looks for one finds it, as in Wine's own DLL. One that calls it gets Wine's
 * exception for such functions, with the names of DLL and function, which Wine prints; no answer
 * is made up.
 */
#include <windows.h>

/* Wine's winternl.h has it as EXCEPTION_WINE_STUB. */
enum { WINE_STUB = 0x80000100 };

static void raise_absent(const char *name)
{
    const ULONG_PTR names[] = {(ULONG_PTR) "iphlpapi.dll", (ULONG_PTR)name};

    /* A handler may have the program go on behind it: there is nothing to go on with. */
    for (;;)
        RaiseException((DWORD)WINE_STUB, EXCEPTION_NONCONTINUABLE, sizeof(names) / sizeof(names[0]),
                       names);
}

#define ABSENT(name)                                                                               \
    void absent_##name(void);                                                                      \
    void absent_##name(void)                                                                       \
    {                                                                                              \
        raise_absent(#name);                                                                       \
    }
#include "absent.inc"
