/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The old notifications, each of one change. Contracts: include/iphlpapi.h. */
#include "notify/one_shot.h"
#include "api/error.h"
#include "api/windows.h"
#include "platform/platform.h"

#include <errno.h>

#ifndef STATUS_CANCELLED
#define STATUS_CANCELLED ((NTSTATUS)0xC0000120)
#endif

/* Internal goes last: a program that sees it change may be done with the request. */
static void tell(void *request, enum one_shot_state state)
{
    static const DWORD statuses[] = {
        [ONE_SHOT_PENDING] = STATUS_PENDING,
        [ONE_SHOT_CHANGED] = 0,
        [ONE_SHOT_CANCELLED] = (DWORD)STATUS_CANCELLED,
    };
    OVERLAPPED *overlapped = request;

    overlapped->InternalHigh = 0;
    __atomic_store_n(&overlapped->Internal, statuses[state], __ATOMIC_RELEASE);
}

/*
 * Programs ask for the last error as well as for the result, and take ERROR_IO_PENDING from either.
 */
static DWORD notify(enum one_shot_table table, HANDLE *handle, OVERLAPPED *overlapped)
{
    HANDLE unused;

    if (!overlapped)
        return error_from(one_shot_wait(table));
    int r = one_shot_begin(table, overlapped, overlapped->hEvent, tell, handle ? handle : &unused);
    DWORD error = r == 0 ? ERROR_IO_PENDING : error_from(r);
    platform_set_error(r == 0 ? EINPROGRESS : -r, error);
    return error;
}

DWORD NETIOAPI_API_ NotifyAddrChange(PHANDLE Handle, LPOVERLAPPED overlapped)
{
    return notify(ONE_SHOT_ADDRESSES, Handle, overlapped);
}

DWORD NETIOAPI_API_ NotifyRouteChange(PHANDLE Handle, LPOVERLAPPED overlapped)
{
    return notify(ONE_SHOT_ROUTES, Handle, overlapped);
}

BOOL NETIOAPI_API_ CancelIPChangeNotify(LPOVERLAPPED notifyOverlapped)
{
    int r = notifyOverlapped ? one_shot_cancel(notifyOverlapped) : -ENOENT;

    if (r < 0)
        platform_set_error(-r, error_from(r));
    return r == 0;
}
