/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Programs whose end, or whose callbacks' end, comes in unusual ways. lifetime.py knows how each of
 * them has to end.
 */
#include "scenario.h"

#include <stdlib.h>
#include <string.h>

/* The DLL is unloaded. */

static int unload(void)
{
    HANDLE event = new_event();
    HANDLE handle = listen_with(set_event, event);
    cancel_function cancel = api.cancel;

    CHECK(FreeLibrary(library));
    CHECK(FreeLibrary(library)); /* once too often, as programs do */
    CHECK(GetModuleHandleA("iphlpapi.dll") == library);
    ask("change");
    await(event);
    CHECK(cancel(handle) == NO_ERROR);
    /* One lives until the process ends. */
    load();
    (void)listen_with(set_event, event);
    CHECK(FreeLibrary(library));
    return EXIT_EXPECTED;
}

static int unload_unused(void)
{
    for (int i = 0; i < 3; i++) {
        PMIB_UNICASTIPADDRESS_TABLE table;

        CHECK(api.get_table(AF_UNSPEC, &table) == NO_ERROR);
        CHECK(table->NumEntries > 0);
        api.free_table(table);
        CHECK(FreeLibrary(library));
        CHECK(!GetModuleHandleA("iphlpapi.dll"));
        load();
    }
    check_that_changes_arrive();
    return EXIT_EXPECTED;
}

/* The process ends while callbacks run. */

static void WINAPI exit_process(PVOID context, PMIB_UNICASTIPADDRESS_ROW row,
                                MIB_NOTIFICATION_TYPE type)
{
    (void)context;
    (void)row;
    (void)type;
    ExitProcess(EXIT_EXPECTED);
}

static int exit_in_callback(void)
{
    (void)listen_with(exit_process, NULL);
    ask("change");
    Sleep(INFINITE);
    return EXIT_FAILED;
}

/* A callback that is called and does not return before it is let go. */
struct hold {
    HANDLE called, let_go;
    LONG volatile running, ended;
};

static void WINAPI hold(PVOID context, PMIB_UNICASTIPADDRESS_ROW row, MIB_NOTIFICATION_TYPE type)
{
    struct hold *here = context;

    (void)row;
    (void)type;
    InterlockedIncrement(&here->running);
    SetEvent(here->called);
    WaitForSingleObject(here->let_go, INFINITE);
    InterlockedIncrement(&here->ended);
}

static struct hold *new_hold(void)
{
    static struct hold here;

    here = (struct hold){.called = new_event(), .let_go = new_event()};
    return &here;
}

static int exit_during_callback(void)
{
    struct hold *here = new_hold();

    (void)listen_with(hold, here);
    ask("change");
    await(here->called);
    ExitProcess(EXIT_EXPECTED);
}

static int return_during_callback(void)
{
    struct hold *here = new_hold();

    (void)listen_with(hold, here);
    ask("change");
    await(here->called);
    return EXIT_EXPECTED;
}

static DWORD WINAPI cancel_in_thread(void *handle)
{
    return api.cancel(handle);
}

/* A cancel on another thread, which waits for the callback. */
static HANDLE begin_cancel(HANDLE handle)
{
    HANDLE waiting = start(cancel_in_thread, handle);

    await_asleep();
    CHECK(WaitForSingleObject(waiting, 0) == WAIT_TIMEOUT);
    return waiting;
}

static int exit_during_cancel(void)
{
    struct hold *here = new_hold();
    HANDLE handle = listen_with(hold, here);

    ask("change");
    await(here->called);
    (void)begin_cancel(handle);
    return EXIT_EXPECTED;
}

/* The thread ends while a callback runs. */

static void WINAPI exit_thread(PVOID context, PMIB_UNICASTIPADDRESS_ROW row,
                               MIB_NOTIFICATION_TYPE type)
{
    (void)row;
    (void)type;
    SetEvent(context);
    ExitThread(0);
}

static int thread_exit(void)
{
    HANDLE event = new_event();
    HANDLE other_event = new_event();
    HANDLE handle = listen_with(exit_thread, event);
    HANDLE other = listen_with(set_event, other_event);

    ask("change");
    await(event);
    await(other_event);
    check_that_changes_arrive();
    ResetEvent(other_event);
    ask("change");
    await(other_event);
    CHECK(api.cancel(handle) == NO_ERROR);
    CHECK(api.cancel(handle) == ERROR_INVALID_HANDLE);
    CHECK(api.cancel(other) == NO_ERROR);
    return EXIT_EXPECTED;
}

/* A cancel waits when the thread ends. */
static void WINAPI hold_and_exit(PVOID context, PMIB_UNICASTIPADDRESS_ROW row,
                                 MIB_NOTIFICATION_TYPE type)
{
    hold(context, row, type);
    ExitThread(0);
}

static int thread_exit_during_cancel(void)
{
    struct hold *here = new_hold();
    HANDLE handle = listen_with(hold_and_exit, here);

    ask("change");
    await(here->called);
    HANDLE thread = begin_cancel(handle);
    SetEvent(here->let_go);
    await(thread);
    CHECK(code_of(thread) == NO_ERROR);
    return EXIT_EXPECTED;
}

struct initial {
    HANDLE handle;
    HANDLE changed;
};

static void WINAPI exit_thread_initially(PVOID context, PMIB_UNICASTIPADDRESS_ROW row,
                                         MIB_NOTIFICATION_TYPE type)
{
    struct initial *initial = context;

    (void)row;
    if (type == MibInitialNotification)
        ExitThread(EXIT_EXPECTED);
    SetEvent(initial->changed);
}

static DWORD WINAPI register_and_exit(void *context)
{
    struct initial *initial = context;

    (void)api.notify_address(AF_UNSPEC, exit_thread_initially, initial, TRUE, &initial->handle);
    return EXIT_FAILED;
}

static int thread_exit_initial(void)
{
    struct initial initial = {.changed = new_event()};
    HANDLE thread = start(register_and_exit, &initial);

    await(thread);
    CHECK(code_of(thread) == EXIT_EXPECTED);
    CHECK(initial.handle);
    ask("change");
    await(initial.changed);
    CHECK(api.cancel(initial.handle) == NO_ERROR);
    return EXIT_EXPECTED;
}

/* Exceptions. */

enum { CODE_OF_OURS = 0xe0000000 | EXIT_EXPECTED };

static void WINAPI raise_ours(PVOID context, PMIB_UNICASTIPADDRESS_ROW row,
                              MIB_NOTIFICATION_TYPE type)
{
    (void)row;
    (void)type;
    RaiseException((DWORD)CODE_OF_OURS, 0, 0, NULL);
    SetEvent(context); /* where a handler had it go on */
}

static LONG WINAPI last_filter(EXCEPTION_POINTERS *pointers)
{
    CHECK(pointers->ExceptionRecord->ExceptionCode == (DWORD)CODE_OF_OURS);
    ask("# the filter was called");
    return EXCEPTION_EXECUTE_HANDLER; /* which ends the process with the exception's code */
}

static int raise_unhandled(void)
{
    HANDLE event = new_event();

    (void)SetUnhandledExceptionFilter(last_filter);
    (void)listen_with(raise_ours, event);
    ask("change");
    await(event);
    return EXIT_FAILED;
}

static LONG WINAPI go_on(EXCEPTION_POINTERS *pointers)
{
    return pointers->ExceptionRecord->ExceptionCode == (DWORD)CODE_OF_OURS
               ? EXCEPTION_CONTINUE_EXECUTION
               : EXCEPTION_CONTINUE_SEARCH;
}

static int raise_handled(void)
{
    HANDLE event = new_event();

    CHECK(AddVectoredExceptionHandler(1, go_on));
    HANDLE handle = listen_with(raise_ours, event);
    for (int i = 0; i < 2; i++) {
        ResetEvent(event);
        ask("change");
        await(event);
    }
    CHECK(api.cancel(handle) == NO_ERROR);
    return EXIT_EXPECTED;
}

/* Many at once. */

enum { MANY = 1000 };

struct counter {
    LONG volatile left;
    HANDLE none_left;
};

struct counted {
    struct counter *counter;
    LONG volatile called;
};

static void count(struct counted *counted)
{
    if (InterlockedIncrement(&counted->called) == 1 &&
        InterlockedDecrement(&counted->counter->left) == 0)
        SetEvent(counted->counter->none_left);
}

static void WINAPI count_address(PVOID context, PMIB_UNICASTIPADDRESS_ROW row,
                                 MIB_NOTIFICATION_TYPE type)
{
    (void)row;
    (void)type;
    count(context);
}

static void WINAPI count_route(PVOID context, PMIB_IPFORWARD_ROW2 row, MIB_NOTIFICATION_TYPE type)
{
    (void)row;
    (void)type;
    count(context);
}

static void listen_often(struct counted *counted, HANDLE *handles, struct counter *counter)
{
    *counter = (struct counter){.left = MANY, .none_left = new_event()};
    for (int i = 0; i < MANY; i++) {
        counted[i] = (struct counted){.counter = counter};
        DWORD error =
            i % 2 ? api.notify_route(AF_UNSPEC, count_route, &counted[i], FALSE, &handles[i])
                  : api.notify_address(AF_UNSPEC, count_address, &counted[i], FALSE, &handles[i]);
        if (error != NO_ERROR)
            fail("register", error);
    }
}

static int many(void)
{
    static struct counted counted[MANY], further[MANY];
    static HANDLE handles[MANY];
    static struct counter counter, further_counter;

    listen_often(counted, handles, &counter);
    ask("count descriptors");
    ask("change");
    await(counter.none_left);
    for (int i = 0; i < MANY; i++)
        CHECK(api.cancel(handles[i]) == NO_ERROR);
    /* As many live at the end of the process. */
    listen_often(further, handles, &further_counter);
    ask("change");
    await(further_counter.none_left);
    return EXIT_EXPECTED;
}

/*
 * Calls of so many registrations that are under way at the same time, each on a thread of its own;
 * and changes arrive at others meanwhile.
 */
enum { BLOCKED = 40 };

struct blocked {
    struct counter *counter;
    HANDLE release;
    LONG volatile called;
};

static void WINAPI block(PVOID context, PMIB_UNICASTIPADDRESS_ROW row, MIB_NOTIFICATION_TYPE type)
{
    struct blocked *blocked = context;

    (void)row;
    (void)type;
    if (InterlockedIncrement(&blocked->called) > 1)
        return;
    if (InterlockedDecrement(&blocked->counter->left) == 0)
        SetEvent(blocked->counter->none_left);
    await(blocked->release);
}

static int many_blocked(void)
{
    static struct blocked blocked[BLOCKED];
    static HANDLE handles[BLOCKED];
    struct counter counter = {.left = BLOCKED, .none_left = new_event()};
    HANDLE release = CreateEventW(NULL, TRUE, FALSE, NULL);

    for (int i = 0; i < BLOCKED; i++) {
        blocked[i] = (struct blocked){.counter = &counter, .release = release};
        handles[i] = listen_with(block, &blocked[i]);
    }
    ask("change");
    await(counter.none_left);
    check_that_changes_arrive();
    SetEvent(release);
    check_that_changes_arrive();
    for (int i = 0; i < BLOCKED; i++)
        CHECK(api.cancel(handles[i]) == NO_ERROR);
    check_that_changes_arrive();
    return EXIT_EXPECTED;
}

/* What a Windows thread has to have. */

/*
 * What __declspec(thread) is where the compiler makes it: data in the section .tls, of which each
 * thread has a copy, found by the module's index.
 */
extern ULONG _tls_index;
extern char _tls_start;
__attribute__((section(".tls$AAB"), used)) static volatile LONG tls_template = 1234;

static volatile LONG *tls_variable(void)
{
    enum {
        OFFSET = sizeof(void *) == 8 ? 0x58 : 0x2c
    }; /* of ThreadLocalStoragePointer in the TEB */
    char *const *blocks = *(char *const *const *)((char *)NtCurrentTeb() + OFFSET);

    return (volatile LONG *)(blocks[_tls_index] + ((char *)&tls_template - &_tls_start));
}

struct surroundings {
    HANDLE done;
    DWORD slot;
    ULONG adapters; /* GetAdaptersAddresses' result */
    HRESULT com;
    LONG tls_before, tls_after;
    bool slot_worked, stack_worked, has_teb_stack;
};

static bool use_stack(void)
{
    volatile char large[512 * 1024];

    for (size_t i = 0; i < sizeof(large); i += 1024)
        large[i] = (char)i;
    return large[1024] == (char)1024;
}

static ULONG ask_adapters(void)
{
    ULONG size = 65536;
    IP_ADAPTER_ADDRESSES *adapters = malloc(size);
    ULONG error =
        adapters ? api.get_adapters(AF_UNSPEC, 0, NULL, adapters, &size) : ERROR_NOT_ENOUGH_MEMORY;

    free(adapters);
    return error;
}

static void WINAPI look_around(PVOID context, PMIB_UNICASTIPADDRESS_ROW row,
                               MIB_NOTIFICATION_TYPE type)
{
    typedef HRESULT(WINAPI * initialize)(void *, DWORD);
    typedef void(WINAPI * uninitialize)(void);
    struct surroundings *here = context;
    HMODULE ole = LoadLibraryA("ole32.dll");
    const NT_TIB *tib = (const NT_TIB *)NtCurrentTeb();

    (void)row;
    (void)type;
    if (here->com == S_OK)
        return; /* once is enough */
    here->tls_before = *tls_variable();
    *tls_variable() = 77;
    here->tls_after = *tls_variable();
    here->slot_worked = !TlsGetValue(here->slot) && TlsSetValue(here->slot, here) &&
                        TlsGetValue(here->slot) == here;
    here->has_teb_stack = (void *)&here < tib->StackBase && (void *)&here > tib->StackLimit;
    here->stack_worked = use_stack();
    here->adapters = ask_adapters();
    if (ole) {
        here->com = ((initialize)(void *)GetProcAddress(ole, "CoInitializeEx"))(NULL, 2);
        ((uninitialize)(void *)GetProcAddress(ole, "CoUninitialize"))();
    }
    SetEvent(here->done);
}

static int surroundings(void)
{
    struct surroundings here = {.done = new_event(), .slot = TlsAlloc(), .com = E_FAIL};

    CHECK(TlsSetValue(here.slot, (void *)1));
    *tls_variable() = 5;
    HANDLE handle = listen_with(look_around, &here);
    ask("change");
    await(here.done);
    CHECK(here.tls_before == 1234);
    CHECK(here.tls_after == 77);
    CHECK(*tls_variable() == 5);
    CHECK(here.slot_worked);
    CHECK(TlsGetValue(here.slot) == (void *)1);
    CHECK(here.has_teb_stack);
    CHECK(here.stack_worked);
    CHECK(here.adapters == NO_ERROR);
    CHECK(here.com == S_OK);
    CHECK(api.cancel(handle) == NO_ERROR);
    return EXIT_EXPECTED;
}

/* Cancel. */

static int cancel_slow(void)
{
    struct hold *here = new_hold();
    HANDLE handle = listen_with(hold, here);

    ask("change");
    await(here->called);
    HANDLE thread = begin_cancel(handle);
    CHECK(here->ended == 0);
    SetEvent(here->let_go);
    await(thread);
    CHECK(code_of(thread) == NO_ERROR);
    CHECK(here->running == here->ended);
    LONG before = here->running;
    check_that_changes_arrive();
    CHECK(here->running == before);
    return EXIT_EXPECTED;
}

enum { RING = 3 };

struct ring_member {
    struct ring *ring;
    HANDLE handle;  /* its own */
    HANDLE outcome; /* set when the cancel of the next one has returned */
    LONG volatile called;
    DWORD result;
};

struct ring {
    LONG volatile missing; /* members whose callback does not run yet */
    HANDLE all_run;
    struct ring_member members[RING];
};

static void WINAPI cancel_next(PVOID context, PMIB_UNICASTIPADDRESS_ROW row,
                               MIB_NOTIFICATION_TYPE type)
{
    struct ring_member *member = context;
    struct ring *ring = member->ring;
    size_t next = (size_t)(member - ring->members + 1) % RING;

    (void)row;
    (void)type;
    if (InterlockedIncrement(&member->called) != 1)
        return;
    if (InterlockedDecrement(&ring->missing) == 0)
        SetEvent(ring->all_run);
    await(ring->all_run);
    member->result = api.cancel(ring->members[next].handle);
    SetEvent(member->outcome);
}

static int ring(void)
{
    static struct ring ring;
    int refused = -1;

    ring.missing = RING;
    ring.all_run = new_event();
    for (int i = 0; i < RING; i++)
        ring.members[i] = (struct ring_member){.ring = &ring, .outcome = new_event()};
    for (int i = 0; i < RING; i++)
        ring.members[i].handle = listen_with(cancel_next, &ring.members[i]);
    ask("change");
    for (int i = 0; i < RING; i++)
        await(ring.members[i].outcome);
    for (int i = 0; i < RING; i++) {
        if (ring.members[i].result == ERROR_POSSIBLE_DEADLOCK) {
            CHECK(refused < 0);
            refused = i;
        } else {
            CHECK(ring.members[i].result == NO_ERROR);
        }
    }
    CHECK(refused >= 0);
    CHECK(api.cancel(ring.members[(refused + 1) % RING].handle) == NO_ERROR);
    return EXIT_EXPECTED;
}

/* Exports: whatever Wine's own DLL has, a program gets from this one. */

static const char *at(HMODULE module, DWORD offset)
{
    return (const char *)module + offset;
}

static int exports(void)
{
    HMODULE theirs = LoadLibraryA("wine_iphlpapi.dll");

    CHECK(theirs);
    const IMAGE_DOS_HEADER *dos = (const IMAGE_DOS_HEADER *)theirs;
    const IMAGE_NT_HEADERS *nt = (const void *)at(theirs, (DWORD)dos->e_lfanew);
    const IMAGE_DATA_DIRECTORY *place =
        &nt->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_EXPORT];
    const IMAGE_EXPORT_DIRECTORY *directory = (const void *)at(theirs, place->VirtualAddress);
    const DWORD *names = (const void *)at(theirs, directory->AddressOfNames);

    CHECK(directory->NumberOfNames > 100);
    for (DWORD i = 0; i < directory->NumberOfNames; i++)
        (void)function_of(at(theirs, names[i]));
    /* Each is ours. */
    CHECK(GetProcAddress(library, "GetTcpTable") != GetProcAddress(theirs, "GetTcpTable"));
    CHECK(GetProcAddress(library, "FreeMibTable") != GetProcAddress(theirs, "FreeMibTable"));
    return EXIT_EXPECTED;
}

/* The server dies. */

static int server_killed(void)
{
    HANDLE event = new_event();

    for (int i = 0; i < 3; i++)
        (void)listen_with(set_event, new_event());
    check_that_changes_arrive();
    ask("kill server");
    /*
     * A thread of Wine ends when it finds the server gone as it asks for something; one that
     * waits there already would wait on, with the DLL or without. So this one asks, and does not
     * wait. The dispatchers have to end by themselves, or the process would not end.
     */
    while (ResetEvent(event))
        Sleep(10);
    return EXIT_FAILED;
}

/* The same in a program that another Windows program has started. */
static int server_killed_created(void)
{
    char line[MAX_PATH + 32] = "\"";
    STARTUPINFOA startup = {.cb = sizeof(startup)};
    PROCESS_INFORMATION information;

    CHECK(GetModuleFileNameA(NULL, line + 1, MAX_PATH) > 0);
    strcat(line, "\" server-killed");
    CHECK(CreateProcessA(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &information));
    (void)WaitForSingleObject(information.hProcess, INFINITE);
    return EXIT_FAILED;
}

const struct scenario scenarios[] = {
    {"unload", unload},
    {"unload-unused", unload_unused},
    {"exit-in-callback", exit_in_callback},
    {"exit-during-callback", exit_during_callback},
    {"return-during-callback", return_during_callback},
    {"exit-during-cancel", exit_during_cancel},
    {"thread-exit", thread_exit},
    {"thread-exit-during-cancel", thread_exit_during_cancel},
    {"thread-exit-initial", thread_exit_initial},
    {"raise-unhandled", raise_unhandled},
    {"raise-handled", raise_handled},
    {"many", many},
    {"many-blocked", many_blocked},
    {"surroundings", surroundings},
    {"cancel-slow", cancel_slow},
    {"ring", ring},
    {"exports", exports},
    {"server-killed", server_killed},
    {"server-killed-created", server_killed_created},
    {0},
};
