/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * UDP's sockets: mib_udp and MIB_UDPROW, MIB_UDP6ROW with all that tell more. The larger rows begin
 * as the smaller ones do.
 */
#include "mib/row/udp.h"
#include "api/rows/socket.h"
#include "mib/filter.h"

#include <string.h>

_Static_assert(offsetof(MIB_UDPROW_OWNER_PID, dwOwningPid) == sizeof(MIB_UDPROW) &&
                   offsetof(MIB_UDPROW_OWNER_MODULE, dwOwningPid) == sizeof(MIB_UDPROW),
               "rows of IPv4 have another layout");
_Static_assert(offsetof(MIB_UDP6ROW_OWNER_PID, dwOwningPid) == sizeof(MIB_UDP6ROW) &&
                   offsetof(MIB_UDP6ROW_OWNER_MODULE, dwOwningPid) == sizeof(MIB_UDP6ROW),
               "rows of IPv6 have another layout");

static MIB_UDPROW_OWNER_PID ipv4_row(const struct mib_udp *from)
{
    MIB_UDPROW_OWNER_PID row = {
        .dwLocalPort = port_in_row(from->local_port),
        .dwOwningPid = from->owner_pid,
    };

    memcpy(&row.dwLocalAddr, from->local_address.bytes, sizeof(row.dwLocalAddr));
    return row;
}

static void to_row(const void *model, void *ret)
{
    const MIB_UDPROW_OWNER_PID row = ipv4_row(model);

    memcpy(ret, &row, sizeof(MIB_UDPROW));
}

static void to_owner_pid(const void *model, void *ret)
{
    const MIB_UDPROW_OWNER_PID row = ipv4_row(model);

    memcpy(ret, &row, sizeof(row));
}

static void to_owner_module(const void *model, void *ret)
{
    const MIB_UDPROW_OWNER_PID row = ipv4_row(model);

    memset(ret, 0, sizeof(MIB_UDPROW_OWNER_MODULE));
    memcpy(ret, &row, sizeof(row));
}

static MIB_UDP6ROW_OWNER_PID ipv6_row(const struct mib_udp *from)
{
    MIB_UDP6ROW_OWNER_PID row = {
        .dwLocalScopeId = from->local_scope,
        .dwLocalPort = port_in_row(from->local_port),
        .dwOwningPid = from->owner_pid,
    };

    memcpy(row.ucLocalAddr, from->local_address.bytes, sizeof(row.ucLocalAddr));
    return row;
}

static void to_row6(const void *model, void *ret)
{
    const MIB_UDP6ROW_OWNER_PID row = ipv6_row(model);

    memcpy(ret, &row, sizeof(MIB_UDP6ROW));
}

static void to_owner_pid6(const void *model, void *ret)
{
    const MIB_UDP6ROW_OWNER_PID row = ipv6_row(model);

    memcpy(ret, &row, sizeof(row));
}

static void to_owner_module6(const void *model, void *ret)
{
    const MIB_UDP6ROW_OWNER_PID row = ipv6_row(model);

    memset(ret, 0, sizeof(MIB_UDP6ROW_OWNER_MODULE));
    memcpy(ret, &row, sizeof(row));
}

static int compare(const void *a, const void *b)
{
    const MIB_UDPROW *x = a; /* or the begin of a larger one */
    const MIB_UDPROW *y = b;
    int r = memcmp(&x->dwLocalAddr, &y->dwLocalAddr, sizeof(x->dwLocalAddr));

    return r ? r : compare_ports(x->dwLocalPort, y->dwLocalPort);
}

static int compare6(const void *a, const void *b)
{
    const MIB_UDP6ROW *x = a; /* likewise */
    const MIB_UDP6ROW *y = b;
    int r = memcmp(&x->dwLocalAddr, &y->dwLocalAddr, sizeof(x->dwLocalAddr));

    if (r == 0)
        r = compare_numbers(x->dwLocalScopeId, y->dwLocalScopeId);
    return r ? r : compare_ports(x->dwLocalPort, y->dwLocalPort);
}

#define UDP_BUFFER(family_number, row_type, table_type, convert, order, flags)                     \
    {                                                                                              \
        .row =                                                                                     \
            {                                                                                      \
                .table = MIB_TABLE_UDP,                                                            \
                .size = sizeof(row_type),                                                          \
                .rows_offset = offsetof(table_type, table),                                        \
                .to_row = (convert),                                                               \
            },                                                                                     \
        .family = (family_number), .filling_flags = (flags), .compare = (order),                   \
    }

#define UDP_BUFFER4(row_type, table_type, convert, flags)                                          \
    UDP_BUFFER(MIB_FAMILY_IPV4, row_type, table_type, convert, compare, flags)
#define UDP_BUFFER6(row_type, table_type, convert, flags)                                          \
    UDP_BUFFER(MIB_FAMILY_IPV6, row_type, table_type, convert, compare6, flags)

const struct api_buffer api_buffer_udp[SOCKET_FAMILIES][SOCKET_KINDS] = {
    [SOCKET_IPV4] =
        {
            [SOCKET_BASIC] = UDP_BUFFER4(MIB_UDPROW, MIB_UDPTABLE, to_row, 0),
            [SOCKET_OWNER_PID] = UDP_BUFFER4(MIB_UDPROW_OWNER_PID, MIB_UDPTABLE_OWNER_PID,
                                             to_owner_pid, MIB_FILTER_OWNERS),
            [SOCKET_OWNER_MODULE] = UDP_BUFFER4(MIB_UDPROW_OWNER_MODULE, MIB_UDPTABLE_OWNER_MODULE,
                                                to_owner_module, MIB_FILTER_OWNERS),
        },
    [SOCKET_IPV6] =
        {
            [SOCKET_BASIC] = UDP_BUFFER6(MIB_UDP6ROW, MIB_UDP6TABLE, to_row6, 0),
            [SOCKET_OWNER_PID] = UDP_BUFFER6(MIB_UDP6ROW_OWNER_PID, MIB_UDP6TABLE_OWNER_PID,
                                             to_owner_pid6, MIB_FILTER_OWNERS),
            [SOCKET_OWNER_MODULE] =
                UDP_BUFFER6(MIB_UDP6ROW_OWNER_MODULE, MIB_UDP6TABLE_OWNER_MODULE, to_owner_module6,
                            MIB_FILTER_OWNERS),
        },
};
