/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Requests' ends on Windows, where a driver would end them. Here it is done by hand, as the system
 * does it: the event is set, or, where there is none, the file; a completion port that a program
 * has given the file to gets a packet with the address of the request.
 *
 * The file is one end of a pipe. An operation on it signals it and sends the packet by itself: a
 * write of nothing, which succeeds at once and leaves no trace, or a read, which is cancelled. Both
 * begin and end in one call here. So no request depends on the life of the thread that made it.
 */
#include "platform/platform.h"

#include <errno.h>
#include <stdio.h>
#include <winternl.h>

/* Of NtQueryEvent: the event resets itself. */
enum { SYNCHRONIZATION_EVENT = 1 };

#ifndef STATUS_OBJECT_TYPE_MISMATCH
#define STATUS_OBJECT_TYPE_MISMATCH ((NTSTATUS)0xc0000024)
#endif

/* EVENT_BASIC_INFORMATION, in no header. */
struct event_information {
    LONG type;
    LONG is_set;
};

/* Of ntdll, in no header of mingw-w64's. */
__declspec(dllimport) NTSTATUS NTAPI
    NtReadFile(HANDLE file, HANDLE event, PIO_APC_ROUTINE routine, void *context,
               IO_STATUS_BLOCK *status, void *buffer, ULONG size, LARGE_INTEGER *offset,
               ULONG *key);
__declspec(dllimport) NTSTATUS NTAPI
    NtWriteFile(HANDLE file, HANDLE event, PIO_APC_ROUTINE routine, void *context,
                IO_STATUS_BLOCK *status, void *buffer, ULONG size, LARGE_INTEGER *offset,
                ULONG *key);
__declspec(dllimport) NTSTATUS NTAPI
    NtCancelIoFileEx(HANDLE file, IO_STATUS_BLOCK *operation, IO_STATUS_BLOCK *status);
__declspec(dllimport) NTSTATUS NTAPI
    NtQueryEvent(HANDLE event, ULONG class, void *information, ULONG size, ULONG *ret_size);

/* The file, the other end of its pipe, and what its operations end by. */
struct file {
    HANDLE handle;
    HANDLE other;
    HANDLE done;
};

static struct file *volatile the_file;

static int error_of_last(void)
{
    DWORD error = GetLastError();

    return error == ERROR_TOO_MANY_OPEN_FILES ? -EMFILE : -ENOMEM;
}

static bool is_open(HANDLE handle)
{
    return handle && handle != INVALID_HANDLE_VALUE;
}

static void close_file(const struct file *file)
{
    if (is_open(file->done))
        (void)CloseHandle(file->done);
    if (is_open(file->other))
        (void)CloseHandle(file->other);
    if (is_open(file->handle)) {
        (void)SetHandleInformation(file->handle, HANDLE_FLAG_PROTECT_FROM_CLOSE, 0);
        (void)CloseHandle(file->handle);
    }
}

/* Its name is free: it has the process's number, and one of its own for each try. */
static int make_file(struct file *ret_file)
{
    static LONG volatile tries;
    struct file file = {0};
    WCHAR name[64];

    (void)swprintf(name, sizeof(name) / sizeof(name[0]), L"\\\\.\\pipe\\iphlpapi.%lu.%ld",
                   GetCurrentProcessId(), InterlockedIncrement(&tries));
    file.handle = CreateNamedPipeW(
        name, PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE,
        PIPE_TYPE_BYTE | PIPE_REJECT_REMOTE_CLIENTS, 1, 0, 0, 0, NULL);
    if (is_open(file.handle))
        file.other =
            CreateFileW(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    if (is_open(file.other))
        file.done = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (!is_open(file.done) || !SetHandleInformation(file.handle, HANDLE_FLAG_PROTECT_FROM_CLOSE,
                                                     HANDLE_FLAG_PROTECT_FROM_CLOSE)) {
        int r = error_of_last();
        close_file(&file);
        return r;
    }
    *ret_file = file;
    return 0;
}

/* Once in a process. Of threads that make it at the same time all but one have made it for nothing.
 */
static int find_file(void)
{
    struct file *file;
    int r;

    if (the_file)
        return 0;
    file = platform_allocate(sizeof(*file));
    if (!file)
        return -ENOMEM;
    r = make_file(file);
    if (r == 0 && !InterlockedCompareExchangePointer((void *volatile *)&the_file, file, NULL))
        return 0;
    close_file(file);
    platform_free(file);
    return r;
}

/* What may be another thing than an event. One that may not be asked is one. */
static bool is_event(HANDLE handle)
{
    struct event_information information;

    return NtQueryEvent(handle, 0, &information, sizeof(information), NULL) !=
           STATUS_OBJECT_TYPE_MISMATCH;
}

/*
 * The lowest bit of an event's handle is not part of it: it says that no completion port is to be
 * told.
 */
int platform_event_open(platform_event *ret_event, void *event, void *request, void **ret_handle)
{
    // NOLINTNEXTLINE(performance-no-int-to-ptr)
    HANDLE given = (HANDLE)((uintptr_t)event & ~(uintptr_t)1);
    platform_event opened = {.request = (uintptr_t)event & 1 ? NULL : request};
    int r = find_file();

    if (r < 0)
        return r;
    if (given && !DuplicateHandle(GetCurrentProcess(), given, GetCurrentProcess(), &opened.event, 0,
                                  FALSE, DUPLICATE_SAME_ACCESS))
        return GetLastError() == ERROR_INVALID_HANDLE ? -EBADF : error_of_last();
    if (given && !is_event(opened.event)) {
        (void)CloseHandle(opened.event);
        return -EBADF;
    }
    *ret_event = opened;
    *ret_handle = the_file->handle;
    return 0;
}

/* Operations. With an event they signal that when they end, and not the file. */

static void end_by_write(HANDLE event, void *context)
{
    IO_STATUS_BLOCK status = {0};
    static char nothing[1];

    (void)NtWriteFile(the_file->handle, event, NULL, context, &status, nothing, 0, NULL, NULL);
}

static void end_by_cancel(HANDLE event, void *context)
{
    IO_STATUS_BLOCK status = {0};
    IO_STATUS_BLOCK ignored;
    char byte;

    if (NtReadFile(the_file->handle, event, NULL, context, &status, &byte, sizeof(byte), NULL,
                   NULL) != STATUS_PENDING)
        return;
    (void)NtCancelIoFileEx(the_file->handle, &status, &ignored);
    (void)WaitForSingleObject(event ? event : the_file->handle, INFINITE);
}

bool platform_event_reset(platform_event *event)
{
    struct event_information information = {0};

    if (!event->event) {
        /* An operation with an event of its own: beginning, it resets the file; it ends elsewhere.
         */
        end_by_cancel(the_file->done, NULL);
        return false;
    }
    if (NtQueryEvent(event->event, 0, &information, sizeof(information), NULL) == 0 &&
        information.type == SYNCHRONIZATION_EVENT && information.is_set)
        return true;
    (void)ResetEvent(event->event);
    return false;
}

void platform_event_tell(platform_event *event, bool cancelled)
{
    HANDLE done = event->event ? the_file->done : NULL;

    if (event->request || !event->event)
        (cancelled ? end_by_cancel : end_by_write)(done, event->request);
    if (event->event)
        (void)SetEvent(event->event);
}

void platform_event_close(platform_event *event)
{
    if (event->event)
        (void)CloseHandle(event->event);
    event->event = NULL;
}
