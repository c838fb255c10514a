/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scenario.h"

#include <string.h>

HMODULE library;
struct api api;

void fail(const char *what, DWORD error)
{
    (void)printf("FAIL %s (%lu)\n", what, error);
    (void)fflush(stdout);
    TerminateProcess(GetCurrentProcess(), EXIT_FAILED);
}

void *function_of(const char *name)
{
    void *function = (void *)GetProcAddress(library, name);

    if (!function)
        fail(name, GetLastError());
    return function;
}

void load(void)
{
    static const struct {
        const char *name;
        size_t offset;
    } functions[] = {
        {"NotifyUnicastIpAddressChange", offsetof(struct api, notify_address)},
        {"NotifyRouteChange2", offsetof(struct api, notify_route)},
        {"CancelMibChangeNotify2", offsetof(struct api, cancel)},
        {"GetUnicastIpAddressTable", offsetof(struct api, get_table)},
        {"FreeMibTable", offsetof(struct api, free_table)},
        {"GetAdaptersAddresses", offsetof(struct api, get_adapters)},
    };

    library = LoadLibraryA("iphlpapi.dll");
    CHECK(library);
    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
        *(void **)((char *)&api + functions[i].offset) = function_of(functions[i].name);
}

void ask(const char *what)
{
    (void)printf("%s\n", what);
    (void)fflush(stdout);
}

HANDLE new_event(void)
{
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);

    CHECK(event);
    return event;
}

void await(HANDLE object)
{
    CHECK(WaitForSingleObject(object, DEADLINE_MS) == WAIT_OBJECT_0);
}

HANDLE start(LPTHREAD_START_ROUTINE function, void *context)
{
    HANDLE thread = CreateThread(NULL, 0, function, context, 0, NULL);

    CHECK(thread);
    return thread;
}

DWORD code_of(HANDLE thread)
{
    DWORD code;

    CHECK(GetExitCodeThread(thread, &code));
    return code;
}

HANDLE listen_with(PUNICAST_IPADDRESS_CHANGE_CALLBACK callback, void *context)
{
    HANDLE handle = NULL;

    CHECK(api.notify_address(AF_UNSPEC, callback, context, FALSE, &handle) == NO_ERROR);
    CHECK(handle);
    return handle;
}

void WINAPI set_event(PVOID context, PMIB_UNICASTIPADDRESS_ROW row, MIB_NOTIFICATION_TYPE type)
{
    (void)row;
    (void)type;
    SetEvent(context);
}

static void await_change(const char *asked)
{
    HANDLE event = new_event();
    HANDLE handle = listen_with(set_event, event);

    ask(asked);
    await(event);
    CHECK(api.cancel(handle) == NO_ERROR);
    CloseHandle(event);
}

void check_that_changes_arrive(void)
{
    await_change("change");
}

void await_asleep(void)
{
    await_change("change when asleep");
}

int main(int argc, char **argv)
{
    for (const struct scenario *scenario = scenarios; argc == 2 && scenario->name; scenario++)
        if (strcmp(argv[1], scenario->name) == 0) {
            load();
            return scenario->run();
        }
    (void)printf("FAIL no such scenario\n");
    return EXIT_FAILED;
}
