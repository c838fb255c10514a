/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Stands between mibwatch and the library. Writes "FUNCTION handle" for each registration that
 * succeeded, and for each cancellation, to the file that the environment names.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#include <iphlpapi.h>

static void *next_function(const char *name)
{
    void *function = dlsym(RTLD_NEXT, name);

    if (function == NULL)
        abort();
    return function;
}

static void record(const char *function, HANDLE handle)
{
    /* Nothing in the program changes its environment. */
    const char *path = getenv("MIBWATCH_CALLS"); /* NOLINT(concurrency-mt-unsafe) */
    FILE *file = path == NULL ? NULL : fopen(path, "ae");

    if (file == NULL)
        abort();
    (void)fprintf(file, "%s %p\n", function, handle);
    (void)fclose(file);
}

DWORD NotifyIpInterfaceChange(ADDRESS_FAMILY Family, PIPINTERFACE_CHANGE_CALLBACK Callback,
                              PVOID CallerContext, BOOLEAN InitialNotification,
                              HANDLE *NotificationHandle)
{
    DWORD (*next)(ADDRESS_FAMILY, PIPINTERFACE_CHANGE_CALLBACK, PVOID, BOOLEAN, HANDLE *);
    DWORD error;

    *(void **)&next = next_function(__func__);
    error = next(Family, Callback, CallerContext, InitialNotification, NotificationHandle);
    if (error == NO_ERROR)
        record("register", *NotificationHandle);
    return error;
}

DWORD NotifyUnicastIpAddressChange(ADDRESS_FAMILY Family,
                                   PUNICAST_IPADDRESS_CHANGE_CALLBACK Callback, PVOID CallerContext,
                                   BOOLEAN InitialNotification, HANDLE *NotificationHandle)
{
    DWORD (*next)(ADDRESS_FAMILY, PUNICAST_IPADDRESS_CHANGE_CALLBACK, PVOID, BOOLEAN, HANDLE *);
    DWORD error;

    *(void **)&next = next_function(__func__);
    error = next(Family, Callback, CallerContext, InitialNotification, NotificationHandle);
    if (error == NO_ERROR)
        record("register", *NotificationHandle);
    return error;
}

DWORD NotifyRouteChange2(ADDRESS_FAMILY AddressFamily, PIPFORWARD_CHANGE_CALLBACK Callback,
                         PVOID CallerContext, BOOLEAN InitialNotification,
                         HANDLE *NotificationHandle)
{
    DWORD (*next)(ADDRESS_FAMILY, PIPFORWARD_CHANGE_CALLBACK, PVOID, BOOLEAN, HANDLE *);
    DWORD error;

    *(void **)&next = next_function(__func__);
    error = next(AddressFamily, Callback, CallerContext, InitialNotification, NotificationHandle);
    if (error == NO_ERROR)
        record("register", *NotificationHandle);
    return error;
}

DWORD NotifyStableUnicastIpAddressTable(ADDRESS_FAMILY Family, PMIB_UNICASTIPADDRESS_TABLE *Table,
                                        PSTABLE_UNICAST_IPADDRESS_TABLE_CALLBACK CallerCallback,
                                        PVOID CallerContext, HANDLE *NotificationHandle)
{
    DWORD(*next)
    (ADDRESS_FAMILY, PMIB_UNICASTIPADDRESS_TABLE *, PSTABLE_UNICAST_IPADDRESS_TABLE_CALLBACK, PVOID,
     HANDLE *);
    DWORD error;

    *(void **)&next = next_function(__func__);
    error = next(Family, Table, CallerCallback, CallerContext, NotificationHandle);
    if (error == ERROR_IO_PENDING)
        record("register", *NotificationHandle);
    return error;
}

DWORD CancelMibChangeNotify2(HANDLE NotificationHandle)
{
    DWORD (*next)(HANDLE);
    DWORD error;

    *(void **)&next = next_function(__func__);
    error = next(NotificationHandle);
    if (error == NO_ERROR)
        record("cancel", NotificationHandle);
    return error;
}
