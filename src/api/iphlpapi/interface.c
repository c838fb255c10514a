/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Network interfaces, as they were before Windows Vista. Contracts: include/iphlpapi.h. */
#include "api/error.h"
#include "api/rows/names.h"
#include "api/shape.h"
#include "mib/query/link.h"
#include "mib/row/interface.h"

#include <errno.h>
#include <string.h>

DWORD NETIOAPI_API_ GetIfTable(PMIB_IFTABLE pIfTable, ULONG *pdwSize, BOOL bOrder)
{
    return shape_get_buffer(&api_buffer_interface, pIfTable, pdwSize, bOrder);
}

DWORD NETIOAPI_API_ GetIfEntry(PMIB_IFROW pIfRow)
{
    struct mib_interface row = {0};

    if (!pIfRow)
        return ERROR_INVALID_PARAMETER;
    row.ifindex = pIfRow->dwIndex;
    int r = backend_read_row(MIB_TABLE_INTERFACE, &row);
    if (r == -ENODEV)
        return ERROR_INVALID_DATA;
    if (r == 0)
        api_buffer_interface.row.to_row(&row, pIfRow);
    return error_from(r);
}

DWORD NETIOAPI_API_ SetIfEntry(PMIB_IFROW pIfRow)
{
    struct mib_interface row = {0};

    if (!pIfRow || pIfRow->dwIndex == 0 ||
        (pIfRow->dwAdminStatus != MIB_IF_ADMIN_STATUS_UP &&
         pIfRow->dwAdminStatus != MIB_IF_ADMIN_STATUS_DOWN))
        return ERROR_INVALID_PARAMETER;
    row.ifindex = pIfRow->dwIndex;
    if (pIfRow->dwAdminStatus == MIB_IF_ADMIN_STATUS_UP)
        row.flags = MIB_INTERFACE_UP;
    return error_from(
        backend_change_row(MIB_TABLE_INTERFACE, MIB_VERB_SET, &row, MIB_INTERFACE_FIELD_UP));
}

static int count_row(void *context, const void *row, size_t more)
{
    (void)row;
    (void)more;
    ++*(DWORD *)context;
    return 0;
}

DWORD NETIOAPI_API_ GetNumberOfInterfaces(DWORD *pdwNumIf)
{
    const struct mib_filter filter = {.flags =
                                          MIB_FILTER_WITHOUT_STATISTICS | MIB_FILTER_WITHOUT_SPEED};
    DWORD count = 0;

    if (!pdwNumIf)
        return ERROR_INVALID_PARAMETER;
    int r = backend_read_table(MIB_TABLE_INTERFACE, &filter, count_row, &count);
    if (r == 0)
        *pdwNumIf = count;
    return error_from(r);
}

DWORD NETIOAPI_API_ GetInterfaceInfo(PIP_INTERFACE_INFO pIfTable, ULONG *dwOutBufLen)
{
    return shape_get_buffer(&api_buffer_adapter, pIfTable, dwOutBufLen, FALSE);
}

DWORD NETIOAPI_API_ GetAdapterIndex(PWSTR AdapterName, ULONG *IfIndex)
{
    struct mib_link link = {0};

    if (!AdapterName || !IfIndex)
        return ERROR_INVALID_PARAMETER;
    link.ifindex = ifindex_of_device_name(AdapterName);
    int r = link.ifindex ? backend_query(MIB_QUERY_LINK, &link) : -ENODEV;
    if (r == -ENODEV)
        return ERROR_DEV_NOT_EXIST;
    if (r == 0)
        *IfIndex = link.ifindex;
    return error_from(r);
}

DWORD NETIOAPI_API_ GetFriendlyIfIndex(DWORD IfIndex)
{
    return IfIndex & 0x00ffffffU;
}

DWORD NETIOAPI_API_ GetUniDirectionalAdapterInfo(PIP_UNIDIRECTIONAL_ADAPTER_ADDRESS pIPIfInfo,
                                                 ULONG *dwOutBufLen)
{
    const ULONG needed = (ULONG)sizeof(*pIPIfInfo);

    if (!dwOutBufLen)
        return ERROR_INVALID_PARAMETER;
    if (!pIPIfInfo || *dwOutBufLen < needed) {
        *dwOutBufLen = needed;
        return ERROR_MORE_DATA;
    }
    /* No link of Linux' only sends, or only receives. */
    memset(pIPIfInfo, 0, sizeof(*pIPIfInfo));
    return NO_ERROR;
}
