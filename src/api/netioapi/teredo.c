/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The Teredo client's port. Contracts: include/netioapi.h. */
#include "api/error.h"
#include "api/windows.h"
#include "backend/backend.h"
#include "mib/row/teredo.h"

#include <errno.h>

NETIOAPI_API GetTeredoPort(USHORT *Port)
{
    struct mib_teredo row = {0};

    if (!Port)
        return ERROR_INVALID_PARAMETER;
    int r = backend_read_row(MIB_TABLE_TEREDO, &row);
    /* A client that is not started is one that is not ready. */
    if (r == -ENOENT)
        r = -EINPROGRESS;
    if (r == 0)
        *Port = row.port;
    return error_from(r);
}
