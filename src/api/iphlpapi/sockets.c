/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* TCP's and UDP's tables of sockets. Contracts: include/iphlpapi_sockets.h. */
#include "api/error.h"
#include "api/rows/convert.h"
#include "api/rows/socket.h"
#include "api/shape.h"

#include <stddef.h>

ULONG NETIOAPI_API_ GetTcpTable(PMIB_TCPTABLE TcpTable, ULONG *SizePointer, BOOL Order)
{
    return shape_get_buffer(&api_buffer_tcp[SOCKET_IPV4][SOCKET_BASIC], TcpTable, SizePointer,
                            Order);
}

ULONG NETIOAPI_API_ GetTcpTable2(PMIB_TCPTABLE2 TcpTable, ULONG *SizePointer, BOOL Order)
{
    return shape_get_buffer(&api_buffer_tcp[SOCKET_IPV4][TCP_OFFLOAD], TcpTable, SizePointer,
                            Order);
}

ULONG NETIOAPI_API_ GetTcp6Table(PMIB_TCP6TABLE TcpTable, ULONG *SizePointer, BOOL Order)
{
    return shape_get_buffer(&api_buffer_tcp[SOCKET_IPV6][SOCKET_BASIC], TcpTable, SizePointer,
                            Order);
}

ULONG NETIOAPI_API_ GetTcp6Table2(PMIB_TCP6TABLE2 TcpTable, ULONG *SizePointer, BOOL Order)
{
    return shape_get_buffer(&api_buffer_tcp[SOCKET_IPV6][TCP_OFFLOAD], TcpTable, SizePointer,
                            Order);
}

ULONG NETIOAPI_API_ GetUdpTable(PMIB_UDPTABLE UdpTable, ULONG *SizePointer, BOOL Order)
{
    return shape_get_buffer(&api_buffer_udp[SOCKET_IPV4][SOCKET_BASIC], UdpTable, SizePointer,
                            Order);
}

ULONG NETIOAPI_API_ GetUdp6Table(PMIB_UDP6TABLE Udp6Table, ULONG *SizePointer, BOOL Order)
{
    return shape_get_buffer(&api_buffer_udp[SOCKET_IPV6][SOCKET_BASIC], Udp6Table, SizePointer,
                            Order);
}

static bool family_from(ULONG af, enum socket_family *ret)
{
    enum mib_family family;

    if (af > UINT16_MAX || !ip_family_of_af((ADDRESS_FAMILY)af, &family))
        return false;
    *ret = family == MIB_FAMILY_IPV4 ? SOCKET_IPV4 : SOCKET_IPV6;
    return true;
}

/* The descriptor that family and class mean; NO_ERROR, or what is wrong with them. */
static DWORD tcp_shape(ULONG af, TCP_TABLE_CLASS table_class, struct api_buffer *ret)
{
    static const struct {
        enum socket_kind kind;
        uint32_t part;
    } classes[] = {
        [TCP_TABLE_BASIC_LISTENER] = {SOCKET_BASIC, MIB_FILTER_LISTENERS},
        [TCP_TABLE_BASIC_CONNECTIONS] = {SOCKET_BASIC, MIB_FILTER_CONNECTIONS},
        [TCP_TABLE_BASIC_ALL] = {SOCKET_BASIC, 0},
        [TCP_TABLE_OWNER_PID_LISTENER] = {SOCKET_OWNER_PID, MIB_FILTER_LISTENERS},
        [TCP_TABLE_OWNER_PID_CONNECTIONS] = {SOCKET_OWNER_PID, MIB_FILTER_CONNECTIONS},
        [TCP_TABLE_OWNER_PID_ALL] = {SOCKET_OWNER_PID, 0},
        [TCP_TABLE_OWNER_MODULE_LISTENER] = {SOCKET_OWNER_MODULE, MIB_FILTER_LISTENERS},
        [TCP_TABLE_OWNER_MODULE_CONNECTIONS] = {SOCKET_OWNER_MODULE, MIB_FILTER_CONNECTIONS},
        [TCP_TABLE_OWNER_MODULE_ALL] = {SOCKET_OWNER_MODULE, 0},
    };
    const unsigned int class = (unsigned int)table_class;
    enum socket_family family;

    if (class >= sizeof(classes) / sizeof(classes[0]) || !family_from(af, &family))
        return ERROR_INVALID_PARAMETER;
    if (family == SOCKET_IPV6 && classes[class].kind == SOCKET_BASIC)
        return ERROR_NOT_SUPPORTED;
    struct api_buffer shape = api_buffer_tcp[family][classes[class].kind];
    shape.filter_flags |= classes[class].part;
    *ret = shape;
    return NO_ERROR;
}

static DWORD udp_shape(ULONG af, UDP_TABLE_CLASS table_class, const struct api_buffer **ret)
{
    static const enum socket_kind kinds[] = {
        [UDP_TABLE_BASIC] = SOCKET_BASIC,
        [UDP_TABLE_OWNER_PID] = SOCKET_OWNER_PID,
        [UDP_TABLE_OWNER_MODULE] = SOCKET_OWNER_MODULE,
    };
    const unsigned int class = (unsigned int)table_class;
    enum socket_family family;

    if (class >= sizeof(kinds) / sizeof(kinds[0]) || !family_from(af, &family))
        return ERROR_INVALID_PARAMETER;
    *ret = &api_buffer_udp[family][kinds[class]];
    return NO_ERROR;
}

DWORD NETIOAPI_API_ GetExtendedTcpTable(PVOID pTcpTable, DWORD *pdwSize, BOOL bOrder, ULONG ulAf,
                                        TCP_TABLE_CLASS TableClass, ULONG Reserved)
{
    struct api_buffer shape;
    DWORD error = pdwSize ? tcp_shape(ulAf, TableClass, &shape) : ERROR_INVALID_PARAMETER;

    (void)Reserved;
    return error == NO_ERROR ? shape_get_buffer(&shape, pTcpTable, pdwSize, bOrder) : error;
}

DWORD NETIOAPI_API_ GetExtendedUdpTable(PVOID pUdpTable, DWORD *pdwSize, BOOL bOrder, ULONG ulAf,
                                        UDP_TABLE_CLASS TableClass, ULONG Reserved)
{
    const struct api_buffer *shape;
    DWORD error = udp_shape(ulAf, TableClass, &shape);

    (void)Reserved;
    return error == NO_ERROR ? shape_get_buffer(shape, pUdpTable, pdwSize, bOrder) : error;
}

DWORD NETIOAPI_API_ AllocateAndGetTcpTableFromStack(PMIB_TCPTABLE *ppTcpTable, BOOL bOrder,
                                                    HANDLE hHeap, DWORD dwFlags)
{
    return shape_allocate_buffer(&api_buffer_tcp[SOCKET_IPV4][SOCKET_BASIC], bOrder, hHeap, dwFlags,
                                 (void **)ppTcpTable);
}

DWORD NETIOAPI_API_ AllocateAndGetUdpTableFromStack(PMIB_UDPTABLE *ppUdpTable, BOOL bOrder,
                                                    HANDLE hHeap, DWORD dwFlags)
{
    return shape_allocate_buffer(&api_buffer_udp[SOCKET_IPV4][SOCKET_BASIC], bOrder, hHeap, dwFlags,
                                 (void **)ppUdpTable);
}

DWORD NETIOAPI_API_ AllocateAndGetTcpExTable2FromStack(PVOID *ppTcpTable, BOOL bOrder, HANDLE hHeap,
                                                       DWORD dwFlags, DWORD dwFamily,
                                                       TCP_TABLE_CLASS TableClass)
{
    struct api_buffer shape;
    DWORD error = tcp_shape(dwFamily, TableClass, &shape);

    return error == NO_ERROR ? shape_allocate_buffer(&shape, bOrder, hHeap, dwFlags, ppTcpTable)
                             : error;
}

DWORD NETIOAPI_API_ AllocateAndGetUdpExTable2FromStack(PVOID *ppUdpTable, BOOL bOrder, HANDLE hHeap,
                                                       DWORD dwFlags, DWORD dwFamily,
                                                       UDP_TABLE_CLASS TableClass)
{
    const struct api_buffer *shape;
    DWORD error = udp_shape(dwFamily, TableClass, &shape);

    return error == NO_ERROR ? shape_allocate_buffer(shape, bOrder, hHeap, dwFlags, ppUdpTable)
                             : error;
}

DWORD NETIOAPI_API_ AllocateAndGetTcpExTableFromStack(PVOID *ppTcpTable, BOOL bOrder, HANDLE hHeap,
                                                      DWORD dwFlags, DWORD dwFamily)
{
    return AllocateAndGetTcpExTable2FromStack(ppTcpTable, bOrder, hHeap, dwFlags, dwFamily,
                                              TCP_TABLE_OWNER_PID_ALL);
}

DWORD NETIOAPI_API_ AllocateAndGetUdpExTableFromStack(PVOID *ppUdpTable, BOOL bOrder, HANDLE hHeap,
                                                      DWORD dwFlags, DWORD dwFamily)
{
    return AllocateAndGetUdpExTable2FromStack(ppUdpTable, bOrder, hHeap, dwFlags, dwFamily,
                                              UDP_TABLE_OWNER_PID);
}

/* NOLINTBEGIN(bugprone-macro-parentheses): names and types do not go in parentheses */
#define INTERNAL(name, type, protocol, family, kind)                                               \
    DWORD NETIOAPI_API_ name(type *Table, HANDLE HeapHandle, DWORD HeapFlags)                      \
    {                                                                                              \
        return shape_allocate_buffer(&api_buffer_##protocol[SOCKET_##family][kind], FALSE,         \
                                     HeapHandle, HeapFlags, (void **)Table);                       \
    }

/* NOLINTEND(bugprone-macro-parentheses) */

INTERNAL(InternalGetTcpTable2, PMIB_TCPTABLE2, tcp, IPV4, TCP_OFFLOAD)
INTERNAL(InternalGetTcp6Table2, PMIB_TCP6TABLE2, tcp, IPV6, TCP_OFFLOAD)
INTERNAL(InternalGetTcpTableWithOwnerPid, PMIB_TCPTABLE_OWNER_PID, tcp, IPV4, SOCKET_OWNER_PID)
INTERNAL(InternalGetTcp6TableWithOwnerPid, PMIB_TCP6TABLE_OWNER_PID, tcp, IPV6, SOCKET_OWNER_PID)
INTERNAL(InternalGetTcpTableWithOwnerModule, PMIB_TCPTABLE_OWNER_MODULE, tcp, IPV4,
         SOCKET_OWNER_MODULE)
INTERNAL(InternalGetTcp6TableWithOwnerModule, PMIB_TCP6TABLE_OWNER_MODULE, tcp, IPV6,
         SOCKET_OWNER_MODULE)
INTERNAL(InternalGetUdpTableWithOwnerPid, PMIB_UDPTABLE_OWNER_PID, udp, IPV4, SOCKET_OWNER_PID)
INTERNAL(InternalGetUdp6TableWithOwnerPid, PMIB_UDP6TABLE_OWNER_PID, udp, IPV6, SOCKET_OWNER_PID)
INTERNAL(InternalGetUdpTableWithOwnerModule, PMIB_UDPTABLE_OWNER_MODULE, udp, IPV4,
         SOCKET_OWNER_MODULE)
INTERNAL(InternalGetUdp6TableWithOwnerModule, PMIB_UDP6TABLE_OWNER_MODULE, udp, IPV6,
         SOCKET_OWNER_MODULE)
INTERNAL(InternalGetTcpTable, PMIB_TCPTABLE, tcp, IPV4, SOCKET_BASIC)
INTERNAL(InternalGetUdpTable, PMIB_UDPTABLE, udp, IPV4, SOCKET_BASIC)

static DWORD get_bound(enum socket_family family, void **table, HANDLE heap, DWORD flags)
{
    struct api_buffer shape = api_buffer_tcp[family][TCP_OFFLOAD];

    shape.filter_flags |= MIB_FILTER_BOUND;
    return shape_allocate_buffer(&shape, FALSE, heap, flags, table);
}

DWORD NETIOAPI_API_ InternalGetBoundTcpEndpointTable(PMIB_TCPTABLE2 *BoundTcpTable,
                                                     HANDLE HeapHandle, DWORD HeapFlags)
{
    return get_bound(SOCKET_IPV4, (void **)BoundTcpTable, HeapHandle, HeapFlags);
}

DWORD NETIOAPI_API_ InternalGetBoundTcp6EndpointTable(PMIB_TCP6TABLE2 *BoundTcpTable,
                                                      HANDLE HeapHandle, DWORD HeapFlags)
{
    return get_bound(SOCKET_IPV6, (void **)BoundTcpTable, HeapHandle, HeapFlags);
}

DWORD NETIOAPI_API_ SetTcpEntry(PMIB_TCPROW pTcpRow)
{
    struct mib_tcp key;

    if (!pTcpRow || pTcpRow->dwState != MIB_TCP_STATE_DELETE_TCB)
        return ERROR_INVALID_PARAMETER;
    tcp_key_of_row(pTcpRow, &key);
    return error_from(backend_change_row(MIB_TABLE_TCP, MIB_VERB_DELETE, &key, 0));
}
