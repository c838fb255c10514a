/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Programs that call the DLL while they hold locks of the system's: the loader's, which is held in
 * every DllMain, and that of fiber-local storage, which Wine holds in a callback at a thread's end.
 * Other threads meanwhile wait for these locks inside the DLL. lifetime.py runs the scenarios.
 */
#include "scenario.h"

#include <string.h>

/* In a DllMain. */

static void (*at_attach)(void);
static void (*at_detach)(void);

__declspec(dllexport) void in_dll_main(DWORD reason);

__declspec(dllexport) void in_dll_main(DWORD reason)
{
    if (reason == DLL_PROCESS_ATTACH && at_attach)
        at_attach();
    if (reason == DLL_PROCESS_DETACH && at_detach)
        at_detach();
}

static HMODULE load_dll(void)
{
    HMODULE dll = LoadLibraryA("wine_locks_dll.dll");

    CHECK(dll);
    return dll;
}

static void attach(void (*function)(void))
{
    at_attach = function;
    CHECK(FreeLibrary(load_dll()));
}

/* A thread that has begun, which takes these locks, and goes on when it is told to. */

static HANDLE has_begun, may_go_on;

static DWORD WINAPI begin_and_wait(void *function)
{
    SetEvent(has_begun);
    await(may_go_on);
    return ((LPTHREAD_START_ROUTINE)function)(NULL);
}

static HANDLE start_waiting(LPTHREAD_START_ROUTINE function, DWORD *ret_number)
{
    has_begun = new_event();
    may_go_on = new_event();
    HANDLE thread = CreateThread(NULL, 0, begin_and_wait, (void *)function, 0, ret_number);
    CHECK(thread);
    await(has_begun);
    return thread;
}

/* In a callback of fiber-local storage, on a thread that ends. */

struct storage {
    DWORD slot;
    HANDLE ends; /* set when the callback has begun */
    void (*function)(void);
};

static void WINAPI at_end(void *value)
{
    struct storage *storage = value;

    SetEvent(storage->ends);
    storage->function();
}

static DWORD WINAPI end_at_once(void *context)
{
    struct storage *storage = context;

    CHECK(FlsSetValue(storage->slot, storage));
    return EXIT_EXPECTED;
}

/* A thread that calls the function as it ends. */
static HANDLE start_to_end(void (*function)(void))
{
    static struct storage storage;

    storage = (struct storage){.slot = FlsAlloc(at_end), .ends = new_event(), .function = function};
    CHECK(storage.slot != FLS_OUT_OF_INDEXES);
    HANDLE thread = start(end_at_once, &storage);
    await(storage.ends);
    return thread;
}

static void use_storage(void)
{
    DWORD slot = FlsAlloc(NULL);

    CHECK(slot != FLS_OUT_OF_INDEXES);
    CHECK(FlsFree(slot));
}

/* What the DLL imports, replaced by what says that it was called, and calls the same. */

static void *replace_import(const char *name, void *function)
{
    char *base = (char *)library;
    const IMAGE_DOS_HEADER *dos = (const void *)base;
    const IMAGE_NT_HEADERS *nt = (const void *)(base + dos->e_lfanew);
    const IMAGE_DATA_DIRECTORY *place =
        &nt->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_IMPORT];
    const IMAGE_IMPORT_DESCRIPTOR *module = (const void *)(base + place->VirtualAddress);

    for (; module->FirstThunk; module++) {
        const IMAGE_THUNK_DATA *names = (const void *)(base + module->OriginalFirstThunk);
        IMAGE_THUNK_DATA *functions = (void *)(base + module->FirstThunk);

        for (size_t i = 0; names[i].u1.AddressOfData; i++) {
            const IMAGE_IMPORT_BY_NAME *import = (const void *)(base + names[i].u1.AddressOfData);
            void **imported = (void **)&functions[i].u1.Function;
            void *before = *imported;
            DWORD protection;

            if (IMAGE_SNAP_BY_ORDINAL(names[i].u1.Ordinal) || strcmp(import->Name, name) != 0)
                continue;
            CHECK(VirtualProtect(imported, sizeof(*imported), PAGE_READWRITE, &protection));
            *imported = function;
            CHECK(VirtualProtect(imported, sizeof(*imported), protection, &protection));
            return before;
        }
    }
    fail(name, ERROR_PROC_NOT_FOUND);
    return NULL;
}

static HANDLE inside; /* a replaced function was called */

static HMODULE(WINAPI *load_library)(const WCHAR *name);

static HMODULE WINAPI say_and_load_library(const WCHAR *name)
{
    SetEvent(inside);
    return load_library(name);
}

static BOOL(WINAPI *fls_set_value)(DWORD slot, void *value);
static DWORD thread_to_say;

/* The first value of a thread takes the lock. */
static BOOL WINAPI say_and_fls_set_value(DWORD slot, void *value)
{
    if (GetCurrentThreadId() == thread_to_say) {
        SetEvent(inside);
        use_storage();
    }
    return fls_set_value(slot, value);
}

/* Registrations. */

static void get_table(void)
{
    PMIB_UNICASTIPADDRESS_TABLE table;

    CHECK(api.get_table(AF_UNSPEC, &table) == NO_ERROR);
    api.free_table(table);
}

static HANDLE handles[2];

static void cancel_all(void)
{
    for (size_t i = 0; i < sizeof(handles) / sizeof(handles[0]); i++)
        if (handles[i])
            CHECK(api.cancel(handles[i]) == NO_ERROR);
}

/* One that has told of a change already. */
static HANDLE listen_and_hear(void)
{
    HANDLE event = new_event();
    HANDLE handle = listen_with(set_event, event);

    ask("change");
    await(event);
    return handle;
}

static void register_and_cancel(void)
{
    CHECK(api.cancel(listen_with(set_event, new_event())) == NO_ERROR);
}

/* An initial call, on a thread of its own, that is let go on. */
struct initial {
    HANDLE handle, called, let_go;
    bool ends_thread;
};

static struct initial initial;

static void WINAPI in_initial_call(PVOID context, PMIB_UNICASTIPADDRESS_ROW row,
                                   MIB_NOTIFICATION_TYPE type)
{
    (void)context;
    (void)row;
    if (type != MibInitialNotification)
        return;
    SetEvent(initial.called);
    await(initial.let_go);
    if (initial.ends_thread)
        ExitThread(EXIT_EXPECTED);
}

static DWORD WINAPI register_with_initial(void *context)
{
    (void)context;
    CHECK(api.notify_address(AF_UNSPEC, in_initial_call, NULL, TRUE, &initial.handle) == NO_ERROR);
    return EXIT_EXPECTED;
}

static void prepare_initial(bool ends_thread)
{
    initial =
        (struct initial){.called = new_event(), .let_go = new_event(), .ends_thread = ends_thread};
}

static HANDLE start_initial(bool ends_thread)
{
    prepare_initial(ends_thread);
    HANDLE thread = start(register_with_initial, NULL);
    await(initial.called);
    return thread;
}

/* Scenarios. */

/* A thread that ends in its initial call does so while another one is in a DllMain. */
static void let_end_and_cancel(void)
{
    SetEvent(initial.let_go);
    CHECK(api.cancel(initial.handle) == NO_ERROR); /* when the call is over */
    use_storage();
}

static int thread_exit_in_dll_main(void)
{
    HANDLE thread = start_initial(true);

    attach(let_end_and_cancel);
    await(thread);
    CHECK(code_of(thread) == EXIT_EXPECTED);
    return EXIT_EXPECTED;
}

/* The dispatcher cannot even begin. */
static int register_in_dll_main(void)
{
    attach(register_and_cancel);
    check_that_changes_arrive();
    return EXIT_EXPECTED;
}

/* The dispatchers, of which one has called, cannot end. */
static int cancel_in_dll_main(void)
{
    at_detach = cancel_all;
    HMODULE dll = load_dll();
    handles[0] = listen_and_hear();
    handles[1] = listen_with(set_event, new_event());
    CHECK(FreeLibrary(dll));
    check_that_changes_arrive();
    return EXIT_EXPECTED;
}

/* As the process ends the dispatchers are gone, one of them from its callback. */
static void cancel_and_end(void)
{
    cancel_all();
    CHECK(api.cancel(initial.handle) == NO_ERROR);
    (void)TerminateProcess(GetCurrentProcess(), EXIT_EXPECTED);
}

static int cancel_at_exit(void)
{
    at_detach = cancel_and_end;
    (void)load_dll();
    handles[0] = listen_and_hear();
    handles[1] = listen_with(set_event, new_event());
    (void)start_initial(false);
    return EXIT_FAILED; /* but for what is done at the end */
}

/* Two threads ask for the host for the first time, and the one has what the other waits for. */
static DWORD WINAPI call_first(void *context)
{
    (void)context;
    get_table();
    return EXIT_EXPECTED;
}

static void call_second(void)
{
    SetEvent(may_go_on);
    await(inside);
    get_table();
}

static int first_call_in_dll_main(void)
{
    inside = new_event();
    load_library = (HMODULE(WINAPI *)(const WCHAR *))replace_import("LoadLibraryW",
                                                                    (void *)say_and_load_library);
    HANDLE thread = start_waiting(call_first, NULL);
    attach(call_second);
    await(thread);
    return EXIT_EXPECTED;
}

/* A registration by a thread that ends, while another one's dispatcher cannot begin. */
static DWORD WINAPI register_one(void *context)
{
    (void)context;
    handles[0] = listen_with(set_event, new_event());
    SetEvent(inside);
    return EXIT_EXPECTED;
}

static void register_second(void)
{
    SetEvent(may_go_on);
    await(inside);
    (void)register_with_initial(NULL);
    CHECK(api.cancel(initial.handle) == NO_ERROR);
    cancel_all();
}

static int register_at_thread_end(void)
{
    register_and_cancel(); /* the first one loads what it needs */
    inside = new_event();
    prepare_initial(false);
    SetEvent(initial.let_go);
    HANDLE thread = start_waiting(register_one, NULL);
    await(start_to_end(register_second));
    await(thread);
    check_that_changes_arrive();
    return EXIT_EXPECTED;
}

/* A cancel by a thread that ends; the dispatchers cannot. */
static int cancel_at_thread_end(void)
{
    handles[0] = listen_and_hear();
    handles[1] = listen_with(set_event, new_event());
    HANDLE thread = start_to_end(cancel_all);
    await(thread);
    check_that_changes_arrive();
    return EXIT_EXPECTED;
}

/* A cancel by a thread that ends, of a registration whose thread cannot make its call. */
static void cancel_before_call(void)
{
    SetEvent(may_go_on);
    await(inside);
    CHECK(api.cancel(initial.handle) == NO_ERROR);
}

static int cancel_before_initial_call(void)
{
    /* What is there once only is there already. */
    HANDLE earlier = start_initial(false);
    SetEvent(initial.let_go);
    await(earlier);
    CHECK(api.cancel(initial.handle) == NO_ERROR);

    inside = new_event();
    fls_set_value =
        (BOOL(WINAPI *)(DWORD, void *))replace_import("FlsSetValue", (void *)say_and_fls_set_value);
    prepare_initial(false);
    HANDLE thread = start_waiting(register_with_initial, &thread_to_say);
    await(start_to_end(cancel_before_call));
    await(thread);
    CHECK(WaitForSingleObject(initial.called, 0) == WAIT_TIMEOUT);
    return EXIT_EXPECTED;
}

const struct scenario scenarios[] = {
    {"thread-exit-in-dll-main", thread_exit_in_dll_main},
    {"register-in-dll-main", register_in_dll_main},
    {"cancel-in-dll-main", cancel_in_dll_main},
    {"cancel-at-exit", cancel_at_exit},
    {"first-call-in-dll-main", first_call_in_dll_main},
    {"register-at-thread-end", register_at_thread_end},
    {"cancel-at-thread-end", cancel_at_thread_end},
    {"cancel-before-initial-call", cancel_before_initial_call},
    {0},
};
