/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The descriptors of the tables of sockets, and what their rows have in common. */
#ifndef SRC_API_ROWS_SOCKET_H
#define SRC_API_ROWS_SOCKET_H

#include "api/rows/row.h"
#include "mib/row/tcp.h"

#include <string.h>

/* What the rows tell: as the classes of GetExtendedTcpTable(), or as GetTcpTable2() has it. */
enum socket_kind {
    SOCKET_BASIC,
    SOCKET_OWNER_PID,
    SOCKET_OWNER_MODULE,
    SOCKET_KINDS,
    TCP_OFFLOAD = SOCKET_KINDS,
    TCP_KINDS
};

enum socket_family { SOCKET_IPV4, SOCKET_IPV6, SOCKET_FAMILIES };

/* Of all sockets; flags of the filter say which part is meant. */
extern const struct api_buffer api_buffer_tcp[SOCKET_FAMILIES][TCP_KINDS];
extern const struct api_buffer api_buffer_udp[SOCKET_FAMILIES][SOCKET_KINDS];

/* The key of a connection, from a program's row. */
void tcp_key_of_row(const MIB_TCPROW *from, struct mib_tcp *ret);
void tcp_key_of_row6(const MIB_TCP6ROW *from, struct mib_tcp *ret);

/* A port as a row has it: in network byte order. */
static inline DWORD port_in_row(uint16_t port)
{
    const uint8_t bytes[2] = {(uint8_t)(port >> 8), (uint8_t)port};
    uint16_t value;

    memcpy(&value, bytes, sizeof(value));
    return value;
}

/* What a program has in the upper half does not count. */
static inline uint16_t port_of_row(DWORD port)
{
    const uint16_t value = (uint16_t)port;
    uint8_t bytes[2];

    memcpy(bytes, &value, sizeof(bytes));
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static inline int compare_numbers(DWORD a, DWORD b)
{
    return (a > b) - (a < b);
}

static inline int compare_ports(DWORD a, DWORD b)
{
    return compare_numbers(port_of_row(a), port_of_row(b));
}

#endif
