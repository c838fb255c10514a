/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * iphlpapi_probe [NAME...]: say which iphlpapi.dll a Windows program gets, and what it does.
 *
 * Prints lines name=value, for tools/wine_prefix:
 *   loaded=yes|no          whether there is an iphlpapi.dll; if not, error= and nothing else
 *   error=N                why not
 *   path=...               which file it is, as Windows programs see it
 *   kind=builtin|native    whether it carries the mark of Wine's own DLLs
 *   notify_error=N         what NotifyIpInterfaceChange returns (-1: not exported)
 *   handle=yes|no          whether it gives a handle
 *   initial=yes|no         whether the initial notification arrives
 *   cancel_error=N         what CancelMibChangeNotify2 returns for the handle, where there is one
 *   companion=PATH|none    iphlpnl.dll, the part that only this project's iphlpapi.dll loads
 *   host=yes|no            whether the host is reached, through that one or by iphlpnl.so itself
 *   fallback=yes|no        whether a function of wine_iphlpapi.dll works, Wine's own, which has the
 *                          calls where the host is not reached
 *   NAME=yes|no            whether a program finds this function in it
 *   copy=PATH|none         that one, if this project's iphlpapi.dll has loaded it
 * and ends with status 0 whatever it found, 1 if it could not say so.
 */
#include "wine/dll/iphlpnl.h"
#include "wine/seam/unix_calls.h"

#include <winsock2.h>
#include <ws2tcpip.h>

#include <iphlpapi.h>
#include <netioapi.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How long a notification may take that does not come before the function returns. */
#define DEADLINE_MS 5000

typedef DWORD(WINAPI *notify_function)(ADDRESS_FAMILY, PIPINTERFACE_CHANGE_CALLBACK, PVOID, BOOLEAN,
                                       PHANDLE);
typedef DWORD(WINAPI *cancel_function)(HANDLE);
typedef DWORD(WINAPI *params_function)(PFIXED_INFO, PULONG);

/* The type that GetProcAddress returns fits no function; a union says so without a warning. */
union function {
    FARPROC any;
    notify_function notify;
    cancel_function cancel;
    params_function params;
    iphlpnl_unix_call_function unix_call;
};

static union function find(HMODULE module, const char *name)
{
    union function function = {.any = GetProcAddress(module, name)};

    return function;
}

static const char *yes_no(bool value)
{
    return value ? "yes" : "no";
}

static void print_path(const char *name, HMODULE module)
{
    WCHAR path[MAX_PATH];
    char text[MAX_PATH * 4] = "";
    DWORD length = 0;

    if (module != NULL)
        length = GetModuleFileNameW(module, path, MAX_PATH);
    if (length == 0 || length == MAX_PATH ||
        WideCharToMultiByte(CP_UTF8, 0, path, -1, text, sizeof(text), NULL, NULL) == 0) {
        printf("%s=none\n", name);
        return;
    }
    printf("%s=%s\n", name, text);
}

/* Linkers put a small DOS program behind the DOS header; Wine's own DLLs have this text there. */
static bool is_builtin(HMODULE module)
{
    static const char mark[] = "Wine builtin DLL";
    const IMAGE_DOS_HEADER *header = (const IMAGE_DOS_HEADER *)module;

    return header->e_lfanew >= (LONG)(sizeof(*header) + sizeof(mark)) &&
           memcmp(header + 1, mark, sizeof(mark)) == 0;
}

static void WINAPI on_change(PVOID context, PMIB_IPINTERFACE_ROW row, MIB_NOTIFICATION_TYPE type)
{
    if (row == NULL && type == MibInitialNotification)
        SetEvent(context);
}

static void probe_notification(HMODULE module)
{
    union function notify = find(module, "NotifyIpInterfaceChange");
    union function cancel = find(module, "CancelMibChangeNotify2");
    HANDLE handle = NULL;
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    DWORD error;
    bool initial = false;

    if (event == NULL)
        exit(1);
    if (notify.any == NULL || cancel.any == NULL) {
        printf("notify_error=-1\nhandle=no\ninitial=no\n");
        CloseHandle(event);
        return;
    }
    error = notify.notify(AF_UNSPEC, on_change, event, TRUE, &handle);
    if (error == NO_ERROR)
        initial = WaitForSingleObject(event, handle != NULL ? DEADLINE_MS : 0) == WAIT_OBJECT_0;
    printf("notify_error=%lu\nhandle=%s\ninitial=%s\n", error, yes_no(handle != NULL),
           yes_no(initial));
    if (error == NO_ERROR && handle != NULL)
        printf("cancel_error=%lu\n", cancel.cancel(handle));
    /* Without a handle there is no telling when the last call comes: the event stays. */
    if (handle != NULL)
        CloseHandle(event);
}

/* Through the companion. */
static bool companion_reaches_host(void)
{
    HMODULE companion = GetModuleHandleW(L"iphlpnl.dll");
    struct unix_version_params params = {0};
    union function function;

    if (companion == NULL)
        return false;
    function = find(companion, "iphlpnl_unix_call");
    return function.any != NULL && function.unix_call(UNIX_CALL_VERSION, &params) >= 0 &&
           params.version == unix_calls_version();
}

static bool fallback_works(HMODULE copy)
{
    union function params = {.any = NULL};
    ULONG size = 0;

    if (copy != NULL)
        params = find(copy, "GetNetworkParams");
    return params.any != NULL && params.params(NULL, &size) == ERROR_BUFFER_OVERFLOW && size != 0;
}

int main(int argc, char **argv)
{
    /* Not the one beside this program, where it was built. */
    HMODULE module = LoadLibraryExW(L"iphlpapi.dll", NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);

    if (module == NULL) {
        printf("loaded=no\nerror=%lu\n", GetLastError());
        return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
    }
    printf("loaded=yes\n");
    print_path("path", module);
    printf("kind=%s\n", is_builtin(module) ? "builtin" : "native");
    /* Before it runs code that may fail badly. */
    (void)fflush(stdout);
    probe_notification(module);
    print_path("companion", GetModuleHandleW(L"iphlpnl.dll"));
    HMODULE copy = GetModuleHandleW(L"wine_iphlpapi.dll"); /* where the host is not reached */
    printf("host=%s\n", yes_no(companion_reaches_host() || copy == NULL));
    HMODULE own = LoadLibraryExW(L"wine_iphlpapi.dll", NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);
    printf("fallback=%s\n", yes_no(fallback_works(own)));
    for (int i = 1; i < argc; i++)
        printf("%s=%s\n", argv[i], yes_no(GetProcAddress(module, argv[i]) != NULL));
    print_path("copy", copy);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
