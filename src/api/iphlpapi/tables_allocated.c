/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The older tables, allocated. Contracts: include/iphlpapi_tables_allocated.h. */
#include "api/rows/address.h"
#include "api/rows/neighbour.h"
#include "api/rows/row.h"
#include "api/shape.h"

DWORD NETIOAPI_API_ AllocateAndGetIfTableFromStack(PMIB_IFTABLE *ppIfTable, BOOL bOrder,
                                                   HANDLE hHeap, DWORD dwFlags)
{
    return shape_allocate_buffer(&api_buffer_interface, bOrder, hHeap, dwFlags, (void **)ppIfTable);
}

DWORD NETIOAPI_API_ AllocateAndGetIpAddrTableFromStack(PMIB_IPADDRTABLE *ppIpAddrTable, BOOL bOrder,
                                                       HANDLE hHeap, DWORD dwFlags)
{
    return shape_allocate_buffer(&api_buffer_address, bOrder, hHeap, dwFlags,
                                 (void **)ppIpAddrTable);
}

DWORD NETIOAPI_API_ AllocateAndGetIpForwardTableFromStack(PMIB_IPFORWARDTABLE *ppIpForwardTable,
                                                          BOOL bOrder, HANDLE hHeap, DWORD dwFlags)
{
    return shape_allocate_buffer(&api_buffer_route, bOrder, hHeap, dwFlags,
                                 (void **)ppIpForwardTable);
}

DWORD NETIOAPI_API_ AllocateAndGetIpNetTableFromStack(PMIB_IPNETTABLE *ppIpNetTable, BOOL bOrder,
                                                      HANDLE hHeap, DWORD dwFlags)
{
    return shape_allocate_buffer(&api_buffer_neighbour, bOrder, hHeap, dwFlags,
                                 (void **)ppIpNetTable);
}

DWORD NETIOAPI_API_ NhpAllocateAndGetInterfaceInfoFromStack(IP_INTERFACE_NAME_INFO **ppTable,
                                                            DWORD *pdwCount, BOOL bOrder,
                                                            HANDLE hHeap, DWORD dwFlags)
{
    return shape_allocate_rows(&api_buffer_interface_name, bOrder, hHeap, dwFlags, (void **)ppTable,
                               pdwCount);
}
