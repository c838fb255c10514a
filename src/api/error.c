/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The map from errno to Win32 codes. Called by every exported function; no other file has codes. */
#include "api/error.h"

#include <errno.h>
#include <stddef.h>

static const struct {
    int error;
    DWORD code;
} error_map[] = {
    {0, NO_ERROR},
    {EINVAL, ERROR_INVALID_PARAMETER},
    {ENODEV, ERROR_FILE_NOT_FOUND},
    {ENOENT, ERROR_NOT_FOUND},
    {ENOMEM, ERROR_NOT_ENOUGH_MEMORY},
    {EAGAIN, ERROR_NOT_ENOUGH_MEMORY}, /* no thread */
    {EMFILE, ERROR_NOT_ENOUGH_MEMORY}, /* no descriptor */
    {ENFILE, ERROR_NOT_ENOUGH_MEMORY},
    {ENOBUFS, ERROR_NOT_ENOUGH_MEMORY},
    {EINPROGRESS, ERROR_NOT_READY},
    {EBADF, ERROR_INVALID_HANDLE},
    {EDEADLK, ERROR_POSSIBLE_DEADLOCK},
    {EAFNOSUPPORT, ERROR_NOT_SUPPORTED},
    {EPROTONOSUPPORT, ERROR_NOT_SUPPORTED},
    {ENOSYS, ERROR_NOT_SUPPORTED}, /* in Wine, without the half on the host */
    {EPERM, ERROR_ACCESS_DENIED},
    {EACCES, ERROR_ACCESS_DENIED},
    {EROFS, ERROR_ACCESS_DENIED}, /* a container's /proc/sys */
    {EEXIST, ERROR_OBJECT_ALREADY_EXISTS},
    {ESRCH, ERROR_NOT_FOUND},         /* the kernel's word for a route that is not there */
    {EADDRNOTAVAIL, ERROR_NOT_FOUND}, /* …, and for an address */
    {EBUSY, ERROR_BUSY},
    {EADDRINUSE, ERROR_SHARING_VIOLATION}, /* a port */
    {ENETDOWN, ERROR_NOT_READY},
    {EOPNOTSUPP, ERROR_NOT_SUPPORTED},
    {ENETUNREACH, ERROR_NETWORK_UNREACHABLE},
    {EHOSTUNREACH, ERROR_HOST_UNREACHABLE},
    {ETIMEDOUT, ERROR_TIMEOUT},
    {ENODATA, ERROR_NO_DATA},
    {ECANCELED, ERROR_CANCELLED},
    {EPROTO, ERROR_PROC_NOT_FOUND}, /* Windows' word for what went wrong with the DHCP client */
};

DWORD error_from(int result)
{
    for (size_t i = 0; i < sizeof(error_map) / sizeof(error_map[0]); i++)
        if (error_map[i].error == -result)
            return error_map[i].code;
    return ERROR_GEN_FAILURE;
}
