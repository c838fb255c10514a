/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * TCP's sockets: mib_tcp and MIB_TCPROW, MIB_TCP6ROW with all that tell more. The larger rows begin
 * as the smaller ones do, but for MIB_TCP6ROW, which has its state in front.
 */
#include "mib/row/tcp.h"
#include "api/rows/socket.h"
#include "mib/filter.h"

#include <string.h>

#define SAME_MEMBER(type, other, member)                                                           \
    (offsetof(type, member) == offsetof(other, member) &&                                          \
     sizeof(((type *)NULL)->member) == sizeof(((other *)NULL)->member))
#define BEGINS_AS_OWNER_PID(type)                                                                  \
    _Static_assert(SAME_MEMBER(type, MIB_TCPROW_OWNER_PID, dwState) &&                             \
                       SAME_MEMBER(type, MIB_TCPROW_OWNER_PID, dwLocalAddr) &&                     \
                       SAME_MEMBER(type, MIB_TCPROW_OWNER_PID, dwLocalPort) &&                     \
                       SAME_MEMBER(type, MIB_TCPROW_OWNER_PID, dwRemoteAddr) &&                    \
                       SAME_MEMBER(type, MIB_TCPROW_OWNER_PID, dwRemotePort),                      \
                   #type " has another layout")

BEGINS_AS_OWNER_PID(MIB_TCPROW);
BEGINS_AS_OWNER_PID(MIB_TCPROW2);
BEGINS_AS_OWNER_PID(MIB_TCPROW_OWNER_MODULE);
_Static_assert(offsetof(MIB_TCPROW2, dwOwningPid) == offsetof(MIB_TCPROW_OWNER_PID, dwOwningPid) &&
                   offsetof(MIB_TCPROW_OWNER_MODULE, dwOwningPid) ==
                       offsetof(MIB_TCPROW_OWNER_PID, dwOwningPid),
               "the owner has another place");

/* The two ends of a connection, as all rows of IPv6 have them. */
struct ends6 {
    UCHAR local_address[16];
    DWORD local_scope;
    DWORD local_port;
    UCHAR remote_address[16];
    DWORD remote_scope;
    DWORD remote_port;
};

enum { ENDS6_BEHIND_STATE = offsetof(MIB_TCP6ROW, LocalAddr) };

_Static_assert(sizeof(MIB_TCP6ROW) == (size_t)ENDS6_BEHIND_STATE + sizeof(struct ends6) &&
                   offsetof(MIB_TCP6ROW2, State) == sizeof(struct ends6) &&
                   offsetof(MIB_TCP6ROW_OWNER_PID, dwState) == sizeof(struct ends6) &&
                   offsetof(MIB_TCP6ROW_OWNER_MODULE, dwState) == sizeof(struct ends6) &&
                   offsetof(MIB_TCP6ROW2, dwOwningPid) ==
                       offsetof(MIB_TCP6ROW_OWNER_PID, dwOwningPid) &&
                   offsetof(MIB_TCP6ROW_OWNER_MODULE, dwOwningPid) ==
                       offsetof(MIB_TCP6ROW_OWNER_PID, dwOwningPid),
               "rows of IPv6 have another layout");

static MIB_TCPROW_OWNER_PID ipv4_row(const struct mib_tcp *from)
{
    MIB_TCPROW_OWNER_PID row = {
        .dwState = from->state,
        .dwLocalPort = port_in_row(from->local_port),
        .dwRemotePort = port_in_row(from->remote_port),
        .dwOwningPid = from->owner_pid,
    };

    memcpy(&row.dwLocalAddr, from->local_address.bytes, sizeof(row.dwLocalAddr));
    memcpy(&row.dwRemoteAddr, from->remote_address.bytes, sizeof(row.dwRemoteAddr));
    return row;
}

static void to_row(const void *model, void *ret)
{
    const MIB_TCPROW_OWNER_PID row = ipv4_row(model);

    memcpy(ret, &row, sizeof(MIB_TCPROW));
}

static void to_row2(const void *model, void *ret)
{
    const MIB_TCPROW_OWNER_PID row = ipv4_row(model);

    memset(ret, 0, sizeof(MIB_TCPROW2)); /* TcpConnectionOffloadStateInHost */
    memcpy(ret, &row, sizeof(row));
}

static void to_owner_pid(const void *model, void *ret)
{
    const MIB_TCPROW_OWNER_PID row = ipv4_row(model);

    memcpy(ret, &row, sizeof(row));
}

static void to_owner_module(const void *model, void *ret)
{
    const MIB_TCPROW_OWNER_PID row = ipv4_row(model);

    memset(ret, 0, sizeof(MIB_TCPROW_OWNER_MODULE));
    memcpy(ret, &row, sizeof(row));
}

static MIB_TCP6ROW_OWNER_PID ipv6_row(const struct mib_tcp *from)
{
    MIB_TCP6ROW_OWNER_PID row = {
        .dwLocalScopeId = from->local_scope,
        .dwLocalPort = port_in_row(from->local_port),
        .dwRemoteScopeId = from->remote_scope,
        .dwRemotePort = port_in_row(from->remote_port),
        .dwState = from->state,
        .dwOwningPid = from->owner_pid,
    };

    memcpy(row.ucLocalAddr, from->local_address.bytes, sizeof(row.ucLocalAddr));
    memcpy(row.ucRemoteAddr, from->remote_address.bytes, sizeof(row.ucRemoteAddr));
    return row;
}

static void to_row6(const void *model, void *ret)
{
    const MIB_TCP6ROW_OWNER_PID row = ipv6_row(model);

    memcpy(ret, &row.dwState, sizeof(row.dwState));
    memcpy((uint8_t *)ret + ENDS6_BEHIND_STATE, &row, sizeof(struct ends6));
}

static void to_row6_2(const void *model, void *ret)
{
    const MIB_TCP6ROW_OWNER_PID row = ipv6_row(model);

    memset(ret, 0, sizeof(MIB_TCP6ROW2)); /* TcpConnectionOffloadStateInHost */
    memcpy(ret, &row, sizeof(row));
}

static void to_owner_pid6(const void *model, void *ret)
{
    const MIB_TCP6ROW_OWNER_PID row = ipv6_row(model);

    memcpy(ret, &row, sizeof(row));
}

static void to_owner_module6(const void *model, void *ret)
{
    const MIB_TCP6ROW_OWNER_PID row = ipv6_row(model);

    memset(ret, 0, sizeof(MIB_TCP6ROW_OWNER_MODULE));
    memcpy(ret, &row, sizeof(row));
}

void tcp_key_of_row(const MIB_TCPROW *from, struct mib_tcp *ret)
{
    *ret = (struct mib_tcp){
        .family = MIB_FAMILY_IPV4,
        .local_port = port_of_row(from->dwLocalPort),
        .remote_port = port_of_row(from->dwRemotePort),
    };
    memcpy(ret->local_address.bytes, &from->dwLocalAddr, sizeof(from->dwLocalAddr));
    memcpy(ret->remote_address.bytes, &from->dwRemoteAddr, sizeof(from->dwRemoteAddr));
}

void tcp_key_of_row6(const MIB_TCP6ROW *from, struct mib_tcp *ret)
{
    *ret = (struct mib_tcp){
        .family = MIB_FAMILY_IPV6,
        .local_port = port_of_row(from->dwLocalPort),
        .remote_port = port_of_row(from->dwRemotePort),
        .local_scope = from->dwLocalScopeId,
        .remote_scope = from->dwRemoteScopeId,
    };
    memcpy(ret->local_address.bytes, &from->LocalAddr, sizeof(from->LocalAddr));
    memcpy(ret->remote_address.bytes, &from->RemoteAddr, sizeof(from->RemoteAddr));
}

static int compare(const void *a, const void *b)
{
    const MIB_TCPROW *x = a; /* or the begin of a larger one */
    const MIB_TCPROW *y = b;
    int r = memcmp(&x->dwLocalAddr, &y->dwLocalAddr, sizeof(x->dwLocalAddr));

    if (r == 0)
        r = compare_ports(x->dwLocalPort, y->dwLocalPort);
    if (r == 0)
        r = memcmp(&x->dwRemoteAddr, &y->dwRemoteAddr, sizeof(x->dwRemoteAddr));
    return r ? r : compare_ports(x->dwRemotePort, y->dwRemotePort);
}

static int compare6(const void *a, const void *b)
{
    const struct ends6 *x = a;
    const struct ends6 *y = b;
    int r = memcmp(x->local_address, y->local_address, sizeof(x->local_address));

    if (r == 0)
        r = compare_numbers(x->local_scope, y->local_scope);
    if (r == 0)
        r = compare_ports(x->local_port, y->local_port);
    if (r == 0)
        r = memcmp(x->remote_address, y->remote_address, sizeof(x->remote_address));
    if (r == 0)
        r = compare_numbers(x->remote_scope, y->remote_scope);
    return r ? r : compare_ports(x->remote_port, y->remote_port);
}

static int compare6_behind_state(const void *a, const void *b)
{
    return compare6((const uint8_t *)a + ENDS6_BEHIND_STATE,
                    (const uint8_t *)b + ENDS6_BEHIND_STATE);
}

#define TCP_BUFFER(family_number, row_type, table_type, convert, order, flags)                     \
    {                                                                                              \
        .row =                                                                                     \
            {                                                                                      \
                .table = MIB_TABLE_TCP,                                                            \
                .size = sizeof(row_type),                                                          \
                .rows_offset = offsetof(table_type, table),                                        \
                .to_row = (convert),                                                               \
            },                                                                                     \
        .family = (family_number), .filling_flags = (flags), .compare = (order),                   \
    }

#define TCP_BUFFER4(row_type, table_type, convert, flags)                                          \
    TCP_BUFFER(MIB_FAMILY_IPV4, row_type, table_type, convert, compare, flags)
#define TCP_BUFFER6(row_type, table_type, convert, order, flags)                                   \
    TCP_BUFFER(MIB_FAMILY_IPV6, row_type, table_type, convert, order, flags)

const struct api_buffer api_buffer_tcp[SOCKET_FAMILIES][TCP_KINDS] = {
    [SOCKET_IPV4] =
        {
            [SOCKET_BASIC] = TCP_BUFFER4(MIB_TCPROW, MIB_TCPTABLE, to_row, 0),
            [SOCKET_OWNER_PID] = TCP_BUFFER4(MIB_TCPROW_OWNER_PID, MIB_TCPTABLE_OWNER_PID,
                                             to_owner_pid, MIB_FILTER_OWNERS),
            [SOCKET_OWNER_MODULE] = TCP_BUFFER4(MIB_TCPROW_OWNER_MODULE, MIB_TCPTABLE_OWNER_MODULE,
                                                to_owner_module, MIB_FILTER_OWNERS),
            [TCP_OFFLOAD] = TCP_BUFFER4(MIB_TCPROW2, MIB_TCPTABLE2, to_row2, MIB_FILTER_OWNERS),
        },
    [SOCKET_IPV6] =
        {
            [SOCKET_BASIC] =
                TCP_BUFFER6(MIB_TCP6ROW, MIB_TCP6TABLE, to_row6, compare6_behind_state, 0),
            [SOCKET_OWNER_PID] = TCP_BUFFER6(MIB_TCP6ROW_OWNER_PID, MIB_TCP6TABLE_OWNER_PID,
                                             to_owner_pid6, compare6, MIB_FILTER_OWNERS),
            [SOCKET_OWNER_MODULE] =
                TCP_BUFFER6(MIB_TCP6ROW_OWNER_MODULE, MIB_TCP6TABLE_OWNER_MODULE, to_owner_module6,
                            compare6, MIB_FILTER_OWNERS),
            [TCP_OFFLOAD] =
                TCP_BUFFER6(MIB_TCP6ROW2, MIB_TCP6TABLE2, to_row6_2, compare6, MIB_FILTER_OWNERS),
        },
};
