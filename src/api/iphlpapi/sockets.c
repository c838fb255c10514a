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

DWORD NETIOAPI_API_ GetExtendedTcpTable(PVOID pTcpTable, DWORD *pdwSize, BOOL bOrder, ULONG ulAf,
                                        TCP_TABLE_CLASS TableClass, ULONG Reserved)
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
    enum socket_family family;
    unsigned int class = (unsigned int)TableClass;

    (void)Reserved;
    if (class >= sizeof(classes) / sizeof(classes[0]) || !family_from(ulAf, &family) || !pdwSize)
        return ERROR_INVALID_PARAMETER;
    if (family == SOCKET_IPV6 && classes[class].kind == SOCKET_BASIC)
        return ERROR_NOT_SUPPORTED;
    struct api_buffer shape = api_buffer_tcp[family][classes[class].kind];
    shape.filter_flags |= classes[class].part;
    return shape_get_buffer(&shape, pTcpTable, pdwSize, bOrder);
}

DWORD NETIOAPI_API_ GetExtendedUdpTable(PVOID pUdpTable, DWORD *pdwSize, BOOL bOrder, ULONG ulAf,
                                        UDP_TABLE_CLASS TableClass, ULONG Reserved)
{
    static const enum socket_kind kinds[] = {
        [UDP_TABLE_BASIC] = SOCKET_BASIC,
        [UDP_TABLE_OWNER_PID] = SOCKET_OWNER_PID,
        [UDP_TABLE_OWNER_MODULE] = SOCKET_OWNER_MODULE,
    };
    enum socket_family family;
    unsigned int class = (unsigned int)TableClass;

    (void)Reserved;
    if (class >= sizeof(kinds) / sizeof(kinds[0]) || !family_from(ulAf, &family))
        return ERROR_INVALID_PARAMETER;
    return shape_get_buffer(&api_buffer_udp[family][kinds[class]], pUdpTable, pdwSize, bOrder);
}

DWORD NETIOAPI_API_ SetTcpEntry(PMIB_TCPROW pTcpRow)
{
    struct mib_tcp key;

    if (!pTcpRow || pTcpRow->dwState != MIB_TCP_STATE_DELETE_TCB)
        return ERROR_INVALID_PARAMETER;
    tcp_key_of_row(pTcpRow, &key);
    return error_from(backend_change_row(MIB_TABLE_TCP, MIB_VERB_DELETE, &key, 0));
}
