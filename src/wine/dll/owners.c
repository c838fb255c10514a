/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Wine has no function that tells which Windows process a process of the host is. Its own tables of
 * sockets tell whose a socket is: those are asked for when there are sockets of others than this
 * process, and compared by their ends.
 *
 * Its server holds every socket of its programs, too. Where nobody else is known to hold one, it
 * belongs to some program of this Wine, of which nothing is known. Nor is it where Wine's own
 * cannot be asked: whose process of the host it is, of this Wine or not, is not known then.
 */
#include "wine/dll/owners.h"
#include "api/windows.h"
#include "mib/query/process.h"
#include "mib/row/tcp.h"
#include "mib/row/udp.h"
#include "platform/platform.h"
#include "wine/dll/host.h"
#include "wine/dll/wines_own.h"
#include "wine/seam/unix_calls.h"
#include "wine/seam/unix_errors.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SYSTEM_PROCESS = 4 };

/* What a socket is known by; the begin of what is compared byte by byte. */
struct ends {
    uint8_t local_address[16];
    uint8_t remote_address[16];
    uint16_t local_port;
    uint16_t remote_port;
    uint32_t family;
};

struct owner {
    struct ends ends;
    uint32_t pid;
};

struct owner_list {
    struct owner *owners;
    size_t count;
    size_t size; /* of the memory */
};

static int add(struct owner_list *list, const struct ends *ends, uint32_t pid)
{
    if ((list->count + 1) * sizeof(*list->owners) > list->size) {
        size_t size = list->size ? list->size * 2 : 64 * sizeof(*list->owners);
        struct owner *grown = platform_grow(list->owners, &size);

        if (!grown)
            return -ENOMEM;
        list->owners = grown;
        list->size = size;
    }
    list->owners[list->count++] = (struct owner){.ends = *ends, .pid = pid};
    return 0;
}

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct ends));
}

/* 0: there is none, or there are several. */
static uint32_t find(const struct owner_list *list, const struct ends *ends)
{
    const struct owner *found =
        list->count ? bsearch(ends, list->owners, list->count, sizeof(*found), compare) : NULL;

    if (!found)
        return 0;
    while (found > list->owners && compare(found - 1, ends) == 0)
        found--;
    const uint32_t pid = found->pid;
    for (; found < list->owners + list->count && compare(found, ends) == 0; found++)
        if (found->pid != pid)
            return 0;
    return pid;
}

/* ---- Wine's own tables ----------------------------------------------------------------------- */

typedef DWORD(WINAPI *table_function)(void *table, DWORD *size, BOOL order, ULONG family, int class,
                                      ULONG reserved);

/* A table of Wine's, which the caller frees; NULL: there is none. */
static void *read_wines_own(const char *name, ULONG family, int class)
{
    table_function get = (table_function)wines_own_function(name);
    void *table = NULL;
    DWORD size = 0;

    if (!get)
        return NULL;
    for (int tries = 0; tries < 10; tries++) {
        DWORD error = get(table, &size, FALSE, family, class, 0);

        if (error == NO_ERROR && table)
            return table;
        platform_free(table);
        if (error != ERROR_INSUFFICIENT_BUFFER)
            return NULL;
        size += size / 8 + 64;
        table = platform_allocate(size);
        if (!table)
            return NULL;
    }
    platform_free(table);
    return NULL;
}

static uint16_t port_of(DWORD port)
{
    return (uint16_t)((port & 0xff) << 8 | (port >> 8 & 0xff));
}

/*
 * What is IPv4 over an IPv6 socket stands among IPv6's there, with its addresses mapped; a socket
 * for both families, too, and once.
 */
static int add_ipv6(struct owner_list *list, struct ends ends, uint32_t pid)
{
    static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};
    static const uint8_t any[16];
    const bool mapped = memcmp(ends.local_address, prefix, sizeof(prefix)) == 0;
    int r = 0;

    ends.family = MIB_FAMILY_IPV6;
    if (!mapped)
        r = add(list, &ends, pid);
    if (r < 0 || (!mapped && memcmp(ends.local_address, any, sizeof(any)) != 0))
        return r;
    struct ends ipv4 = ends;
    ipv4.family = MIB_FAMILY_IPV4;
    memset(ipv4.local_address, 0, sizeof(ipv4.local_address));
    memset(ipv4.remote_address, 0, sizeof(ipv4.remote_address));
    memcpy(ipv4.local_address, ends.local_address + 12, 4);
    memcpy(ipv4.remote_address, ends.remote_address + 12, 4);
    return add(list, &ipv4, pid);
}

static int add_tcp(struct owner_list *list)
{
    const MIB_TCPTABLE_OWNER_PID *table =
        read_wines_own("GetExtendedTcpTable", AF_INET, TCP_TABLE_OWNER_PID_ALL);
    const MIB_TCP6TABLE_OWNER_PID *table6 =
        read_wines_own("GetExtendedTcpTable", AF_INET6, TCP_TABLE_OWNER_PID_ALL);
    int r = 0;

    for (DWORD i = 0; r == 0 && table && i < table->dwNumEntries; i++) {
        const MIB_TCPROW_OWNER_PID *row = &table->table[i];
        struct ends ends = {
            .local_port = port_of(row->dwLocalPort),
            .remote_port = port_of(row->dwRemotePort),
            .family = MIB_FAMILY_IPV4,
        };

        memcpy(ends.local_address, &row->dwLocalAddr, 4);
        memcpy(ends.remote_address, &row->dwRemoteAddr, 4);
        if (row->dwOwningPid)
            r = add(list, &ends, row->dwOwningPid);
    }
    for (DWORD i = 0; r == 0 && table6 && i < table6->dwNumEntries; i++) {
        const MIB_TCP6ROW_OWNER_PID *row = &table6->table[i];
        struct ends ends = {
            .local_port = port_of(row->dwLocalPort),
            .remote_port = port_of(row->dwRemotePort),
        };

        memcpy(ends.local_address, row->ucLocalAddr, 16);
        memcpy(ends.remote_address, row->ucRemoteAddr, 16);
        if (row->dwOwningPid)
            r = add_ipv6(list, ends, row->dwOwningPid);
    }
    platform_free((void *)table);
    platform_free((void *)table6);
    return r;
}

static int add_udp(struct owner_list *list)
{
    const MIB_UDPTABLE_OWNER_PID *table =
        read_wines_own("GetExtendedUdpTable", AF_INET, UDP_TABLE_OWNER_PID);
    const MIB_UDP6TABLE_OWNER_PID *table6 =
        read_wines_own("GetExtendedUdpTable", AF_INET6, UDP_TABLE_OWNER_PID);
    int r = 0;

    for (DWORD i = 0; r == 0 && table && i < table->dwNumEntries; i++) {
        const MIB_UDPROW_OWNER_PID *row = &table->table[i];
        struct ends ends = {
            .local_port = port_of(row->dwLocalPort),
            .family = MIB_FAMILY_IPV4,
        };

        memcpy(ends.local_address, &row->dwLocalAddr, 4);
        if (row->dwOwningPid)
            r = add(list, &ends, row->dwOwningPid);
    }
    for (DWORD i = 0; r == 0 && table6 && i < table6->dwNumEntries; i++) {
        const MIB_UDP6ROW_OWNER_PID *row = &table6->table[i];
        struct ends ends = {.local_port = port_of(row->dwLocalPort)};

        memcpy(ends.local_address, row->ucLocalAddr, 16);
        if (row->dwOwningPid)
            r = add_ipv6(list, ends, row->dwOwningPid);
    }
    platform_free((void *)table);
    platform_free((void *)table6);
    return r;
}

/* ---- Rows ------------------------------------------------------------------------------------ */

/* Of a row of either table. */
static struct ends ends_of(enum mib_table table, const void *row, uint32_t **ret_pid,
                           bool *ret_is_owned)
{
    struct ends ends = {.family = 0};

    if (table == MIB_TABLE_TCP) {
        struct mib_tcp *tcp = (void *)(uintptr_t)row;

        memcpy(ends.local_address, tcp->local_address.bytes, 16);
        memcpy(ends.remote_address, tcp->remote_address.bytes, 16);
        ends.local_port = tcp->local_port;
        ends.remote_port = tcp->remote_port;
        ends.family = tcp->family;
        *ret_pid = &tcp->owner_pid;
        *ret_is_owned = tcp->is_owned != 0;
    } else {
        struct mib_udp *udp = (void *)(uintptr_t)row;

        memcpy(ends.local_address, udp->local_address.bytes, 16);
        ends.local_port = udp->local_port;
        ends.family = udp->family;
        *ret_pid = &udp->owner_pid;
        *ret_is_owned = udp->is_owned != 0;
    }
    return ends;
}

/* This process as the host has it; 0: that is not known. */
static uint32_t own_host_process(void)
{
    struct mib_process process = {.pid = 0};
    struct unix_query_params params = {.params = (uintptr_t)&process, .query = MIB_QUERY_PROCESS};

    return host_call(UNIX_CALL_QUERY, &params) && params.result == 0 ? process.pid : 0;
}

int owners_translate(enum mib_table table, void *rows, size_t count)
{
    const size_t row_size = mib_row_size(table);
    const uint32_t own = own_host_process();
    struct owner_list list = {.count = 0};
    const bool can_ask = wines_own_function(table == MIB_TABLE_TCP ? "GetExtendedTcpTable"
                                                                   : "GetExtendedUdpTable") != NULL;
    bool others = false;
    bool is_owned;
    uint32_t *pid;
    int r = 0;

    for (size_t i = 0; i < count && !others; i++) {
        (void)ends_of(table, (uint8_t *)rows + i * row_size, &pid, &is_owned);
        others = is_owned && (*pid != own || own == 0);
    }
    if (others)
        r = table == MIB_TABLE_TCP ? add_tcp(&list) : add_udp(&list);
    if (r == 0 && list.count > 1)
        qsort(list.owners, list.count, sizeof(*list.owners), compare);
    for (size_t i = 0; r == 0 && i < count; i++) {
        struct ends ends = ends_of(table, (uint8_t *)rows + i * row_size, &pid, &is_owned);
        uint32_t ours = *pid && *pid == own ? GetCurrentProcessId() : find(&list, &ends);

        if (!is_owned)
            *pid = 0;
        else if (ours)
            *pid = ours;
        else
            *pid = *pid && can_ask ? SYSTEM_PROCESS : 0;
    }
    platform_free(list.owners);
    return r;
}

/* ---- Programs -------------------------------------------------------------------------------- */

int owners_query_process(void *params)
{
    struct mib_process *query = params;
    WCHAR path[2048] = {0};
    DWORD length = sizeof(path) / sizeof(path[0]);

    if (query->pid == SYSTEM_PROCESS) {
        memset(query->path, 0, sizeof(query->path));
        memcpy(query->path, "System", sizeof("System"));
        return 0;
    }
    HANDLE process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE,
                                 query->pid ? query->pid : GetCurrentProcessId());
    if (!process && GetLastError() != ERROR_ACCESS_DENIED)
        return -ESRCH;
    if (!process || !QueryFullProcessImageNameW(process, 0, path, &length))
        path[0] = 0;
    if (process)
        (void)CloseHandle(process);
    memset(query->path, 0, sizeof(query->path));
    if (path[0])
        (void)WideCharToMultiByte(CP_UTF8, 0, path, -1, query->path, sizeof(query->path) - 1, NULL,
                                  NULL);
    return 0;
}
