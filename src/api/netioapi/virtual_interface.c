/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The forwarding layer's virtual interfaces: Linux has none. Contracts:
 * include/netioapi_compartments.h.
 */
#include "api/rows/convert.h"
#include "api/windows.h"
#include "platform/platform.h"

#include <string.h>

void NETIOAPI_API_ InitializeFlVirtualInterfaceEntry(PMIB_FL_VIRTUAL_INTERFACE_ROW Row)
{
    if (Row)
        memset(Row, 0, sizeof(*Row));
}

/* What is answered for a row that is one. */
static DWORD answer(const MIB_FL_VIRTUAL_INTERFACE_ROW *row, DWORD error)
{
    enum mib_family family;

    return row && ip_family_of_af(row->Family, &family) ? error : ERROR_INVALID_PARAMETER;
}

NETIOAPI_API CreateFlVirtualInterface(const MIB_FL_VIRTUAL_INTERFACE_ROW *Row)
{
    return answer(Row, ERROR_NOT_SUPPORTED);
}

NETIOAPI_API DeleteFlVirtualInterface(const MIB_FL_VIRTUAL_INTERFACE_ROW *Row)
{
    return answer(Row, ERROR_NOT_FOUND);
}

NETIOAPI_API SetFlVirtualInterface(const MIB_FL_VIRTUAL_INTERFACE_ROW *Row)
{
    return answer(Row, ERROR_NOT_FOUND);
}

NETIOAPI_API GetFlVirtualInterface(PMIB_FL_VIRTUAL_INTERFACE_ROW Row)
{
    return answer(Row, ERROR_NOT_FOUND);
}

NETIOAPI_API GetFlVirtualInterfaceTable(ADDRESS_FAMILY Family,
                                        PMIB_FL_VIRTUAL_INTERFACE_TABLE *Table)
{
    enum mib_family family;

    if (!Table || (Family != AF_UNSPEC && !ip_family_of_af(Family, &family)))
        return ERROR_INVALID_PARAMETER;
    PMIB_FL_VIRTUAL_INTERFACE_TABLE table = platform_allocate(sizeof(*table));
    if (!table)
        return ERROR_NOT_ENOUGH_MEMORY;
    *Table = table;
    return NO_ERROR;
}
