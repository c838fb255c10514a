/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Compiled on both sides: each has its own errno.h. */
#include "wine/seam/unix_errors.h"

#include <errno.h>
#include <stddef.h>

/* The place in the table is the number on the way; what is added goes to the end. */
static const int errors[] = {
    0,           EIO,          EINVAL,          ENODEV,    ENOENT,    ENOMEM,
    EAGAIN,      EMFILE,       ENFILE,          ENOBUFS,   EBADF,     EINTR,
    EDEADLK,     EAFNOSUPPORT, EPROTONOSUPPORT, EPERM,     EACCES,    ENOSYS,
    EINPROGRESS, EEXIST,       EROFS,           ESRCH,     EBUSY,     EOPNOTSUPP,
    ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL,   ETIMEDOUT, EOVERFLOW, ENODATA,
    ENETDOWN,    EMSGSIZE,     ECANCELED,
};

enum { UNIX_ERRORS = sizeof(errors) / sizeof(errors[0]), UNIX_ERROR_OTHER = 1 };

int32_t unix_error_from_errno(int result)
{
    for (int32_t i = 0; i < UNIX_ERRORS; i++)
        if (errors[i] == -result)
            return i;
    return UNIX_ERROR_OTHER;
}

int unix_error_to_errno(int32_t error)
{
    if (error < 0 || error >= UNIX_ERRORS)
        error = UNIX_ERROR_OTHER;
    return -errors[error];
}
