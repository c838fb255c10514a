/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Locks of the system's that matter here. The loader's is held while any module's DllMain runs,
 * and taken by every thread that begins or ends, by LoadLibrary, and by every look-up of a module
 * or of a function in it. That of fiber-local storage is held in Wine while its callbacks run at a
 * thread's end, and taken inside the loader's: a new thread's DllMains ask for storage. So nothing
 * that runs in such a callback, or that somebody in one may wait for, takes the loader's.
 */
#include "platform/platform.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <winternl.h>

/* Of ntdll; declared by no header. Imported, so that it need not be looked up where it is used. */
__declspec(dllimport) BOOLEAN NTAPI RtlDllShutdownInProgress(void);
__declspec(dllimport) NTSTATUS NTAPI
    NtQueueApcThread(HANDLE thread, void *routine, void *first, void *second, void *third);

struct in6_addr;
__declspec(dllimport) LONG NTAPI
    RtlIpv6StringToAddressA(const char *text, const char **ret_end, struct in6_addr *ret);

/* How long the end of a thread is waited for that may be unable to come to it meanwhile. */
enum { LONGEST_END_MS = 1000 };

void platform_mutex_init(platform_mutex *mutex)
{
    InitializeSRWLock(mutex);
}

void platform_mutex_destroy(platform_mutex *mutex)
{
    (void)mutex;
}

void platform_mutex_lock(platform_mutex *mutex)
{
    AcquireSRWLockExclusive(mutex);
}

void platform_mutex_unlock(platform_mutex *mutex)
{
    ReleaseSRWLockExclusive(mutex);
}

void platform_condition_init(platform_condition *condition)
{
    InitializeConditionVariable(condition);
}

void platform_condition_destroy(platform_condition *condition)
{
    (void)condition;
}

void platform_condition_broadcast(platform_condition *condition)
{
    WakeAllConditionVariable(condition);
}

void platform_condition_wait(platform_condition *condition, platform_mutex *mutex)
{
    (void)SleepConditionVariableSRW(condition, mutex, INFINITE, 0);
}

bool platform_condition_wait_for(platform_condition *condition, platform_mutex *mutex,
                                 uint32_t milliseconds)
{
    return SleepConditionVariableSRW(condition, mutex, milliseconds, 0) ||
           GetLastError() != ERROR_TIMEOUT;
}

/* Threads. */

struct start {
    void (*entry)(void *);
    void *context;
    WCHAR name[32];
};

/* Since Windows 10. */
typedef HRESULT(WINAPI *set_description_function)(HANDLE thread, const WCHAR *text);

static DWORD guard_slot(void);

static DWORD WINAPI run(void *memory)
{
    struct start start = *(struct start *)memory;
    HMODULE kernel = GetModuleHandleW(L"kernel32.dll");
    set_description_function set_description =
        (set_description_function)(void *)GetProcAddress(kernel, "SetThreadDescription");

    platform_free(memory);
    if (set_description)
        (void)set_description(GetCurrentThread(), start.name);
    /* So that no guard is the first of this thread to ask for storage. */
    (void)FlsSetValue(guard_slot(), NULL);
    start.entry(start.context);
    return 0;
}

/*
 * A thread that runs here, or may at any time call what is here, must find it in its place. That
 * is asked for once: it takes the loader's lock, which a program that registers need not be able
 * to get later.
 */
static bool pin(void)
{
    static LONG volatile pinned;
    HMODULE module;

    if (!pinned &&
        GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN,
                           (const WCHAR *)(const void *)pin, &module))
        (void)InterlockedExchange(&pinned, 1);
    return pinned;
}

int platform_thread_start(platform_thread *ret_thread, const char *name, void (*entry)(void *),
                          void *context)
{
    struct start *start;

    if (platform_is_ending())
        return -EAGAIN;
    start = pin() ? platform_allocate(sizeof(*start)) : NULL;
    if (!start)
        return -ENOMEM;
    start->entry = entry;
    start->context = context;
    for (size_t i = 0; name[i] && i + 1 < sizeof(start->name) / sizeof(start->name[0]); i++)
        start->name[i] = (WCHAR)name[i]; /* ASCII */
    HANDLE thread = CreateThread(NULL, 0, run, start, 0, NULL);
    if (!thread) {
        DWORD error = GetLastError();
        platform_free(start);
        return error == ERROR_NOT_ENOUGH_MEMORY ? -ENOMEM : -EAGAIN;
    }
    *ret_thread = thread;
    return 0;
}

static bool holds_loader_lock(void)
{
    enum { OFFSET = sizeof(void *) == 8 ? 0x110 : 0xa0 }; /* of LoaderLock in the PEB */
    const char *peb = (const char *)NtCurrentTeb()->ProcessEnvironmentBlock;
    const RTL_CRITICAL_SECTION *lock = *(RTL_CRITICAL_SECTION *const *)(const void *)(peb + OFFSET);

    return lock && lock->OwningThread == ULongToHandle(GetCurrentThreadId());
}

/*
 * A thread needs the loader's lock to begin and to end, and that of fiber-local storage. The caller
 * may be in a DllMain, or in the end of a thread, or be waited for by somebody who is. So the wait
 * has a limit. It is there for programs that register anew at once: each thread takes descriptors,
 * and few are allowed.
 */
void platform_thread_join(platform_thread thread)
{
    if (!holds_loader_lock())
        (void)WaitForSingleObject(thread, LONGEST_END_MS);
    (void)CloseHandle(thread);
}

void platform_thread_detach(platform_thread thread)
{
    (void)CloseHandle(thread);
}

/* Nothing ends a wait but TerminateThread(), against which there is no help. */
int platform_thread_keep(void)
{
    return 0;
}

void platform_thread_unkeep(int kept)
{
    (void)kept;
}

/* Handles of its own: the program may close its own meanwhile, and the thread may end. */
int platform_completion_begin(void *event, void (*routine)(void), void *context,
                              struct platform_completion *ret)
{
    const HANDLE process = GetCurrentProcess();
    struct platform_completion completion = {.routine = routine, .context = context};

    if (event && !DuplicateHandle(process, event, process, &completion.event, 0, FALSE,
                                  DUPLICATE_SAME_ACCESS))
        return -EINVAL;
    if (routine && !DuplicateHandle(process, GetCurrentThread(), process, &completion.thread, 0,
                                    FALSE, DUPLICATE_SAME_ACCESS)) {
        platform_completion_drop(&completion);
        return -ENOMEM;
    }
    if (event)
        (void)ResetEvent(completion.event);
    *ret = completion;
    return 0;
}

void platform_completion_end(struct platform_completion *completion, struct platform_status *status)
{
    if (completion->event)
        (void)SetEvent(completion->event);
    if (completion->routine)
        (void)NtQueueApcThread(completion->thread, (void *)completion->routine, completion->context,
                               status, NULL);
    platform_completion_drop(completion);
}

void platform_completion_drop(struct platform_completion *completion)
{
    if (completion->event)
        (void)CloseHandle(completion->event);
    if (completion->thread)
        (void)CloseHandle(completion->thread);
}

/* The DllMains of a process that ends, and what they have had registered with atexit(). */
bool platform_is_ending(void)
{
    return RtlDllShutdownInProgress();
}

bool platform_is_job(void *handle)
{
    JOBOBJECT_BASIC_ACCOUNTING_INFORMATION information;

    return QueryInformationJobObject(handle, JobObjectBasicAccountingInformation, &information,
                                     sizeof(information), NULL);
}

uint64_t platform_thread_id(void)
{
    return GetCurrentThreadId();
}

/*
 * Guards: fiber-local storage has callbacks at a thread's end, also where the DLL is not told of
 * threads. A thread that another ends (TerminateThread) runs none.
 */
static void WINAPI cut_off(void *value)
{
    struct platform_guard *guard = value;

    if (platform_is_ending())
        return;
    while (guard) {
        struct platform_guard *outer = guard->outer;

        guard->cut_off(guard->context);
        guard = outer;
    }
}

/*
 * FLS_OUT_OF_INDEXES: there is none. Threads that come at the same time each make one, and all but
 * one are given back: none waits for another that waits for the system.
 */
static DWORD guard_slot(void)
{
    static LONG volatile known = (LONG)FLS_OUT_OF_INDEXES;
    DWORD slot = (DWORD)known;

    if (slot != FLS_OUT_OF_INDEXES)
        return slot;
    DWORD made = FlsAlloc(cut_off);
    slot = (DWORD)InterlockedCompareExchange(&known, (LONG)made, (LONG)FLS_OUT_OF_INDEXES);
    if (slot == FLS_OUT_OF_INDEXES)
        return made;
    (void)FlsFree(made);
    return slot;
}

void platform_guard_enter(struct platform_guard *guard)
{
    DWORD slot = guard_slot();

    guard->outer = FlsGetValue(slot);
    (void)FlsSetValue(slot, guard);
}

void platform_guard_leave(struct platform_guard *guard)
{
    (void)FlsSetValue(guard_slot(), guard->outer);
}

/*
 * Memory: the heap of the process, as Wine's own iphlpapi has it. Programs give tables of both
 * to whichever FreeMibTable they find.
 */
void *platform_allocate(size_t size)
{
    return HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, size);
}

void *platform_heap_allocate(void *heap, uint32_t flags, size_t size)
{
    return heap ? HeapAlloc(heap, flags, size) : NULL;
}

void *platform_reallocate(void *memory, size_t size)
{
    return memory ? HeapReAlloc(GetProcessHeap(), 0, memory, size)
                  : HeapAlloc(GetProcessHeap(), 0, size);
}

void *platform_grow(void *memory, size_t *size)
{
    return platform_reallocate(memory, *size);
}

void platform_free(void *memory)
{
    if (memory)
        (void)HeapFree(GetProcessHeap(), 0, memory);
}

/* Wine's debug channels: who runs the program chooses with WINEDEBUG which of them are shown. */

struct debug_channel {
    unsigned char flags;
    char name[15];
};

enum { DEBUG_CLASS_ERR = 1 };

typedef int(__cdecl *debug_header_function)(int class, struct debug_channel *channel,
                                            const char *function);
typedef int(__cdecl *debug_output_function)(const char *text);

void platform_diagnostic(const char *line)
{
    static struct debug_channel channel = {.flags = 0xff, .name = "iphlpapi"};
    HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
    debug_header_function header =
        (debug_header_function)(void *)GetProcAddress(ntdll, "__wine_dbg_header");
    debug_output_function output =
        (debug_output_function)(void *)GetProcAddress(ntdll, "__wine_dbg_output");
    char text[512];

    (void)snprintf(text, sizeof(text), "%s\n", line);
    if (!header || !output)
        OutputDebugStringA(text);
    else if (header(DEBUG_CLASS_ERR, &channel, "native") >= 0)
        (void)output(text);
}

void platform_symbol_of(const void *function, char *ret_name, size_t size)
{
    char path[MAX_PATH];
    HMODULE module;

    if (!GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS |
                                GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
                            function, &module) ||
        GetModuleFileNameA(module, path, sizeof(path)) == 0) {
        (void)snprintf(ret_name, size, "%p", function);
        return;
    }
    path[sizeof(path) - 1] = 0;
    const char *name = strrchr(path, '\\');
    (void)snprintf(ret_name, size, "%s+%#llx", name ? name + 1 : path,
                   (unsigned long long)((const char *)function - (const char *)module));
}

/* Wine keeps descriptions of threads for debuggers alone. */
void platform_thread_name(uint64_t thread, char *ret_name, size_t size)
{
    (void)thread;
    if (size > 0)
        ret_name[0] = '\0';
}

int platform_at_fork(void (*child)(void))
{
    (void)child;
    return 0;
}

static BOOL WINAPI run_once(INIT_ONCE *flag, void *function, void **context)
{
    (void)flag;
    (void)context;
    ((void (*)(void))function)();
    return TRUE;
}

void platform_once(platform_once_flag *flag, void (*function)(void))
{
    (void)InitOnceExecuteOnce(flag, run_once, (void *)function, NULL);
}

bool platform_is_second_library(void)
{
    return false;
}

void platform_set_error(int error, uint32_t code)
{
    (void)error;
    SetLastError(code);
}

bool platform_parse_ipv6(const char *text, uint8_t ret[16])
{
    uint8_t address[16];
    const char *end;

    if (RtlIpv6StringToAddressA(text, &end, (struct in6_addr *)address) != 0 || *end)
        return false;
    memcpy(ret, address, sizeof(address));
    return true;
}

size_t platform_error_text(uint32_t code, void *ret, size_t room)
{
    DWORD length = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL,
                                  code, 0, ret, (DWORD)room, NULL);

    return length > 0 ? (size_t)length + 1 : 0;
}

uint64_t platform_now_ns(void)
{
    LARGE_INTEGER frequency;
    LARGE_INTEGER now;

    (void)QueryPerformanceFrequency(&frequency);
    (void)QueryPerformanceCounter(&now);
    const uint64_t rate = (uint64_t)frequency.QuadPart;
    const uint64_t count = (uint64_t)now.QuadPart;
    /* In two parts, as their product with so many would be too large. */
    return count / rate * 1000000000 + count % rate * 1000000000 / rate;
}
