/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* FreeMibTable. Contract: include/netioapi.h. */
#include "api/windows.h"
#include "platform/platform.h"

void NETIOAPI_API_ FreeMibTable(PVOID Memory)
{
    platform_free(Memory);
}
