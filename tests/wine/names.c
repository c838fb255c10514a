/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Says which names a program finds in iphlpapi.dll, by GetProcAddress and by imports of its own;
 * names.py runs it with this project's DLL and with Wine's own, and compares.
 *
 * A line for each name: found, or the error that it is missing with; for imports found, or the
 * exception that a call of what is missing raises.
 */
#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <windows.h>

/* What ours has in any Wine, some Wine has and some other has not; and what none has. */
static const char *const uncertain[] = {
    "GetCurrentThreadCompartmentId", "GetOwnerModuleFromTcp6Entry", "GetOwnerModuleFromTcpEntry",
    "GetPerTcp6ConnectionEStats",    "GetPerTcpConnectionEStats",   "Icmp6ParseReplies",
    "SetCurrentThreadCompartmentId", "SetPerTcp6ConnectionEStats",  "NoSuchFunction",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/*
 * Of imports.def: the one is in some Wines, the other in none. They are called only where they are
 * missing, and have no calling convention, so that their names are the same in 32 bits.
 */
__declspec(dllimport) void Icmp6ParseReplies(void);
__declspec(dllimport) void NoSuchFunction(void);

static jmp_buf after_call;
static DWORD raised;

static LONG CALLBACK on_exception(EXCEPTION_POINTERS *exception)
{
    raised = exception->ExceptionRecord->ExceptionCode;
    longjmp(after_call, 1);
}

static void try_import(const char *name, void (*function)(void))
{
    if (GetProcAddress(GetModuleHandleA("iphlpapi.dll"), name)) {
        (void)printf("import %s: found\n", name);
        return;
    }
    raised = 0;
    if (setjmp(after_call) == 0)
        function();
    (void)printf("import %s: exception %#lx\n", name, raised);
}

int main(void)
{
    HMODULE library = GetModuleHandleA("iphlpapi.dll");

    for (size_t i = 0; i < COUNT(uncertain); i++) {
        SetLastError(ERROR_SUCCESS);
        const void *function = (void *)GetProcAddress(library, uncertain[i]);
        (void)printf("name %s: %s %lu\n", uncertain[i], function ? "found" : "missing, error",
                     GetLastError());
    }
    (void)AddVectoredExceptionHandler(1, on_exception);
    try_import("Icmp6ParseReplies", Icmp6ParseReplies);
    try_import("NoSuchFunction", NoSuchFunction);
    return 0;
}
