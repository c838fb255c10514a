/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * mibshow's tables of sockets. The API has a row of its own for each family; here they are one, so
 * that both are read alike.
 */
#include <stdlib.h>
#include <string.h>

#include "mibshow_table.h"

/* Sockets may come while it is asked for them. */
#define TRIES 8

struct socket_row {
    ADDRESS_FAMILY Family;
    SOCKADDR_INET LocalAddress;
    DWORD LocalPort;
    DWORD LocalScopeId;
    SOCKADDR_INET RemoteAddress;
    DWORD RemotePort;
    DWORD RemoteScopeId;
    DWORD State;
    DWORD OwningPid;
    LONGLONG CreateTimestamp;
};

/* ---- Where it is in the API's rows ----------------------------------------------------------- */

#define NOWHERE ((size_t)-1)

/* Offset of an address, its port, and its scope, which IPv4 lacks. */
struct end {
    size_t address;
    size_t port;
    size_t scope;
};

struct source {
    ADDRESS_FAMILY family;
    size_t rows; /* offset of the first in the table */
    size_t size; /* of one */
    struct end local;
    struct end remote; /* NOWHERE: UDP has none */
    size_t state;
    size_t pid;
    size_t timestamp;
};

#define TABLE_OF(table_, row)                                                                      \
    .rows = offsetof(table_, table), .size = sizeof(row), .pid = offsetof(row, dwOwningPid),       \
    .timestamp = offsetof(row, liCreateTimestamp)
#define STATE_OF(row) .state = offsetof(row, dwState)
#define END4(row, end)                                                                             \
    {                                                                                              \
        offsetof(row, dw##end##Addr), offsetof(row, dw##end##Port), NOWHERE                        \
    }
#define END6(row, end)                                                                             \
    {                                                                                              \
        offsetof(row, uc##end##Addr), offsetof(row, dw##end##Port),                                \
            offsetof(row, dw##end##ScopeId)                                                        \
    }
#define NO_END                                                                                     \
    {                                                                                              \
        NOWHERE, NOWHERE, NOWHERE                                                                  \
    }

static const struct source tcp_sources[] = {
    {.family = AF_INET,
     TABLE_OF(MIB_TCPTABLE_OWNER_MODULE, MIB_TCPROW_OWNER_MODULE),
     STATE_OF(MIB_TCPROW_OWNER_MODULE),
     .local = END4(MIB_TCPROW_OWNER_MODULE, Local),
     .remote = END4(MIB_TCPROW_OWNER_MODULE, Remote)},
    {.family = AF_INET6,
     TABLE_OF(MIB_TCP6TABLE_OWNER_MODULE, MIB_TCP6ROW_OWNER_MODULE),
     STATE_OF(MIB_TCP6ROW_OWNER_MODULE),
     .local = END6(MIB_TCP6ROW_OWNER_MODULE, Local),
     .remote = END6(MIB_TCP6ROW_OWNER_MODULE, Remote)},
};

static const struct source udp_sources[] = {
    {.family = AF_INET,
     TABLE_OF(MIB_UDPTABLE_OWNER_MODULE, MIB_UDPROW_OWNER_MODULE),
     .state = NOWHERE,
     .local = END4(MIB_UDPROW_OWNER_MODULE, Local),
     .remote = NO_END},
    {.family = AF_INET6,
     TABLE_OF(MIB_UDP6TABLE_OWNER_MODULE, MIB_UDP6ROW_OWNER_MODULE),
     .state = NOWHERE,
     .local = END6(MIB_UDP6ROW_OWNER_MODULE, Local),
     .remote = NO_END},
};

/* ---- Reading --------------------------------------------------------------------------------- */

static DWORD number_at(const char *row, size_t offset)
{
    DWORD number = 0;

    if (offset != NOWHERE)
        memcpy(&number, row + offset, sizeof(number));
    return number;
}

/* A port is in network byte order in the lower half of its DWORD. */
static DWORD port_at(const char *row, size_t offset)
{
    return ntohs((uint16_t)number_at(row, offset));
}

static void address_at(const char *row, size_t offset, ADDRESS_FAMILY family,
                       SOCKADDR_INET *ret_address)
{
    SOCKADDR_INET address;

    memset(&address, 0, sizeof(address));
    address.si_family = family;
    if (offset != NOWHERE && family == AF_INET)
        memcpy(&address.Ipv4.sin_addr, row + offset, sizeof(address.Ipv4.sin_addr));
    else if (offset != NOWHERE)
        memcpy(&address.Ipv6.sin6_addr, row + offset, sizeof(address.Ipv6.sin6_addr));
    *ret_address = address;
}

static bool add_row(struct row_list *list, struct report *report, const struct source *source,
                    const char *from)
{
    struct socket_row row;

    memset(&row, 0, sizeof(row));
    row.Family = source->family;
    address_at(from, source->local.address, source->family, &row.LocalAddress);
    row.LocalPort = port_at(from, source->local.port);
    row.LocalScopeId = number_at(from, source->local.scope);
    address_at(from, source->remote.address, source->family, &row.RemoteAddress);
    row.RemotePort = port_at(from, source->remote.port);
    row.RemoteScopeId = number_at(from, source->remote.scope);
    row.State = number_at(from, source->state);
    row.OwningPid = number_at(from, source->pid);
    memcpy(&row.CreateTimestamp, from + source->timestamp, sizeof(row.CreateTimestamp));
    return row_list_add(list, report, &row, sizeof(row));
}

/* With the class of rows that have everything. */
static DWORD get_tcp(void *table, DWORD *size, ULONG family)
{
    return CALL(GetExtendedTcpTable, table, size, TRUE, family, TCP_TABLE_OWNER_MODULE_ALL, 0);
}

static DWORD get_udp(void *table, DWORD *size, ULONG family)
{
    return CALL(GetExtendedUdpTable, table, size, TRUE, family, UDP_TABLE_OWNER_MODULE, 0);
}

static void add_rows(struct row_list *list, struct report *report, const struct source *source,
                     const char *function, DWORD (*get)(void *table, DWORD *size, ULONG family))
{
    DWORD size = 65536;
    char *table = NULL;
    DWORD error = ERROR_INSUFFICIENT_BUFFER;
    DWORD count;

    for (int i = 0; i < TRIES && error == ERROR_INSUFFICIENT_BUFFER; i++) {
        free(table);
        size += size / 8;
        table = malloc(size);
        error = table == NULL ? ERROR_NOT_ENOUGH_MEMORY : get(table, &size, source->family);
    }
    if (error != NO_ERROR) {
        report_failed(report, function, source->family == AF_INET ? "IPv4" : "IPv6", error);
        free(table);
        return;
    }
    count = number_at(table, 0);
    for (DWORD i = 0; i < count; i++) {
        if (!add_row(list, report, source, table + source->rows + i * source->size))
            break;
    }
    free(table);
}

static void read_sockets(const struct request *request, struct report *report,
                         const struct source sources[2], const char *function,
                         DWORD (*get)(void *table, DWORD *size, ULONG family),
                         struct rows *ret_rows)
{
    struct row_list list = {.count = 0};

    for (size_t i = 0; i < 2; i++) {
        if (request->family == AF_UNSPEC || request->family == sources[i].family)
            add_rows(&list, report, &sources[i], function, get);
    }
    row_list_give(&list, sizeof(struct socket_row), ret_rows);
}

static void read_tcp(const struct request *request, struct report *report, struct rows *ret_rows)
{
    read_sockets(request, report, tcp_sources, "GetExtendedTcpTable", get_tcp, ret_rows);
}

static void read_udp(const struct request *request, struct report *report, struct rows *ret_rows)
{
    read_sockets(request, report, udp_sources, "GetExtendedUdpTable", get_udp, ret_rows);
}

/* ---- What is shown --------------------------------------------------------------------------- */

#define ROW struct socket_row
#define LOCAL_END                                                                                  \
    FIELD(ROW, Family, FAMILY), FIELD(ROW, LocalAddress, ADDRESS, .heading = "local address"),     \
        FIELD(ROW, LocalScopeId, NUMBER), FIELD(ROW, LocalPort, NUMBER, .heading = "port")
#define OWNER FIELD(ROW, OwningPid, NUMBER, .heading = "pid"), FIELD(ROW, CreateTimestamp, INTEGER)

static const struct field tcp_list[] = {
    LOCAL_END,
    FIELD(ROW, RemoteAddress, ADDRESS, .heading = "remote address"),
    FIELD(ROW, RemoteScopeId, NUMBER),
    FIELD(ROW, RemotePort, NUMBER, .heading = "port"),
    FIELD(ROW, State, WORD, .words = &words_tcp_state, .heading = "state"),
    OWNER,
};
static const struct field udp_list[] = {LOCAL_END, OWNER};
#undef ROW

static const struct fields tcp_fields = FIELDS_OF(tcp_list);
static const struct fields udp_fields = FIELDS_OF(udp_list);

const struct shown_table table_tcp = {
    .name = "tcp",
    .title = "TCP sockets",
    .function = "GetExtendedTcpTable",
    .layout = LAYOUT_COLUMNS,
    .fields = &tcp_fields,
    .read = read_tcp,
};
const struct shown_table table_udp = {
    .name = "udp",
    .title = "UDP sockets",
    .function = "GetExtendedUdpTable",
    .layout = LAYOUT_COLUMNS,
    .fields = &udp_fields,
    .read = read_udp,
};
