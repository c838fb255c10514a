/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "socket_lines.h"

#include "check.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void say(struct socket_lines *lines, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void say(struct socket_lines *lines, const char *format, ...)
{
    char text[256];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    lines->items = realloc(lines->items, (lines->count + 1) * sizeof(*lines->items));
    check(lines->items != NULL);
    lines->items[lines->count] = strdup(text);
    check(lines->items[lines->count] != NULL);
    lines->count++;
}

void socket_lines_clear(struct socket_lines *lines)
{
    for (size_t i = 0; i < lines->count; i++)
        free(lines->items[i]);
    free(lines->items);
    *lines = (struct socket_lines){.count = 0};
}

struct end {
    char text[64];
};

static struct end end_of(int family, const void *address, DWORD port)
{
    struct end end;
    char text[48];

    check(port <= 0xffff && inet_ntop(family, address, text, sizeof(text)) != NULL);
    (void)snprintf(end.text, sizeof(end.text), family == AF_INET ? "%s:%u" : "[%s]:%u", text,
                   ntohs((uint16_t)port));
    return end;
}

static void say_tcp(struct socket_lines *lines, DWORD state, struct end local, struct end remote,
                    DWORD owner)
{
    static const char *const states[] = {
        [MIB_TCP_STATE_LISTEN] = "LISTEN",         [MIB_TCP_STATE_SYN_SENT] = "SYN-SENT",
        [MIB_TCP_STATE_SYN_RCVD] = "SYN-RECV",     [MIB_TCP_STATE_ESTAB] = "ESTAB",
        [MIB_TCP_STATE_FIN_WAIT1] = "FIN-WAIT-1",  [MIB_TCP_STATE_FIN_WAIT2] = "FIN-WAIT-2",
        [MIB_TCP_STATE_CLOSE_WAIT] = "CLOSE-WAIT", [MIB_TCP_STATE_CLOSING] = "CLOSING",
        [MIB_TCP_STATE_LAST_ACK] = "LAST-ACK",     [MIB_TCP_STATE_TIME_WAIT] = "TIME-WAIT",
    };

    check(state < sizeof(states) / sizeof(states[0]) && states[state]);
    say(lines, "%s %s %s %u", states[state], local.text, remote.text, owner);
}

#define SAY_TCP(row, family, local, remote, owner)                                                 \
    say_tcp(lines, (DWORD)(row)->STATE, end_of(family, &(row)->local, (row)->dwLocalPort),         \
            end_of(family, &(row)->remote, (row)->dwRemotePort), owner)

/* A table by whichever function, in memory that the caller frees. */
struct reader {
    ULONG (*get)(const struct reader *reader, void *buffer, ULONG *size);
    ULONG family;
    int class;
};

static void *read_table(const struct reader *reader)
{
    void *buffer = NULL;
    ULONG size = 0;
    ULONG error;

    while ((error = reader->get(reader, buffer, &size)) == ERROR_INSUFFICIENT_BUFFER) {
        size += size / 8; /* they come and go */
        buffer = realloc(buffer, size);
        check(buffer != NULL);
    }
    if (error != NO_ERROR)
        fail_test("error %u", error);
    return buffer;
}

static ULONG get_extended_tcp(const struct reader *reader, void *buffer, ULONG *size)
{
    return GetExtendedTcpTable(buffer, size, reader->class % 2, reader->family,
                               (TCP_TABLE_CLASS)reader->class, 0);
}

static ULONG get_extended_udp(const struct reader *reader, void *buffer, ULONG *size)
{
    return GetExtendedUdpTable(buffer, size, FALSE, reader->family, (UDP_TABLE_CLASS)reader->class,
                               0);
}

static ULONG get_tcp(const struct reader *reader, void *buffer, ULONG *size)
{
    return reader->family == AF_INET ? GetTcpTable(buffer, size, TRUE)
                                     : GetTcp6Table(buffer, size, TRUE);
}

static ULONG get_tcp2(const struct reader *reader, void *buffer, ULONG *size)
{
    return reader->family == AF_INET ? GetTcpTable2(buffer, size, FALSE)
                                     : GetTcp6Table2(buffer, size, FALSE);
}

static ULONG get_udp(const struct reader *reader, void *buffer, ULONG *size)
{
    return reader->family == AF_INET ? GetUdpTable(buffer, size, TRUE)
                                     : GetUdp6Table(buffer, size, TRUE);
}

/* Each row of the table that `memory` is. */
/* NOLINTBEGIN(bugprone-macro-parentheses): types do not go in parentheses */
#define FOR_EACH(type, memory)                                                                     \
    for (type *table_ = (memory), *once_ = table_; once_; once_ = NULL)                            \
        for (DWORD i_ = 0; i_ < table_->dwNumEntries; i_++)
/* NOLINTEND(bugprone-macro-parentheses) */
#define ROW (&table_->table[i_])

static void check_module(DWORD words, const void *begin)
{
    const UCHAR *bytes = begin;

    for (DWORD i = 0; i < words * 8; i++)
        check(bytes[i] == 0);
}

void socket_lines_tcp(ULONG family, TCP_TABLE_CLASS class, struct socket_lines *lines)
{
    void *memory = read_table(&(struct reader){get_extended_tcp, family, (int)class});

#define STATE dwState
    if (class <= TCP_TABLE_BASIC_ALL) {
        FOR_EACH(MIB_TCPTABLE, memory)
        SAY_TCP(ROW, AF_INET, dwLocalAddr, dwRemoteAddr, 0);
    } else if (class <= TCP_TABLE_OWNER_PID_ALL && family == AF_INET) {
        FOR_EACH(MIB_TCPTABLE_OWNER_PID, memory)
        SAY_TCP(ROW, AF_INET, dwLocalAddr, dwRemoteAddr, ROW->dwOwningPid);
    } else if (class <= TCP_TABLE_OWNER_PID_ALL) {
        FOR_EACH(MIB_TCP6TABLE_OWNER_PID, memory)
        SAY_TCP(ROW, AF_INET6, ucLocalAddr, ucRemoteAddr, ROW->dwOwningPid);
    } else if (family == AF_INET) {
        FOR_EACH(MIB_TCPTABLE_OWNER_MODULE, memory)
        {
            SAY_TCP(ROW, AF_INET, dwLocalAddr, dwRemoteAddr, ROW->dwOwningPid);
            check_module(TCPIP_OWNING_MODULE_SIZE, ROW->OwningModuleInfo);
        }
    } else {
        FOR_EACH(MIB_TCP6TABLE_OWNER_MODULE, memory)
        {
            SAY_TCP(ROW, AF_INET6, ucLocalAddr, ucRemoteAddr, ROW->dwOwningPid);
            check_module(TCPIP_OWNING_MODULE_SIZE, ROW->OwningModuleInfo);
        }
    }
    free(memory);
}

void socket_lines_tcp2(ULONG family, struct socket_lines *lines)
{
    void *memory = read_table(&(struct reader){get_tcp2, family, 0});

    if (family == AF_INET) {
        FOR_EACH(MIB_TCPTABLE2, memory)
        {
            SAY_TCP(ROW, AF_INET, dwLocalAddr, dwRemoteAddr, ROW->dwOwningPid);
            check(ROW->dwOffloadState == TcpConnectionOffloadStateInHost);
        }
    }
#undef STATE
#define STATE State
    if (family == AF_INET6) {
        FOR_EACH(MIB_TCP6TABLE2, memory)
        {
            SAY_TCP(ROW, AF_INET6, LocalAddr, RemoteAddr, ROW->dwOwningPid);
            check(ROW->dwOffloadState == TcpConnectionOffloadStateInHost);
        }
    }
    free(memory);
}

void socket_lines_old_tcp(ULONG family, struct socket_lines *lines)
{
    void *memory = read_table(&(struct reader){get_tcp, family, 0});

    if (family == AF_INET) {
        FOR_EACH(MIB_TCPTABLE, memory)
        SAY_TCP(ROW, AF_INET, dwLocalAddr, dwRemoteAddr, 0);
    } else {
        FOR_EACH(MIB_TCP6TABLE, memory)
        SAY_TCP(ROW, AF_INET6, LocalAddr, RemoteAddr, 0);
    }
    free(memory);
}

static void say_udp(struct socket_lines *lines, struct end local, DWORD owner)
{
    say(lines, "UDP %s %u", local.text, owner);
}

void socket_lines_udp(ULONG family, UDP_TABLE_CLASS class, struct socket_lines *lines)
{
    void *memory = read_table(&(struct reader){get_extended_udp, family, (int)class});

    if (class == UDP_TABLE_BASIC && family == AF_INET) {
        FOR_EACH(MIB_UDPTABLE, memory)
        say_udp(lines, end_of(AF_INET, &ROW->dwLocalAddr, ROW->dwLocalPort), 0);
    } else if (class == UDP_TABLE_BASIC) {
        FOR_EACH(MIB_UDP6TABLE, memory)
        say_udp(lines, end_of(AF_INET6, &ROW->dwLocalAddr, ROW->dwLocalPort), 0);
    } else if (class == UDP_TABLE_OWNER_PID && family == AF_INET) {
        FOR_EACH(MIB_UDPTABLE_OWNER_PID, memory)
        say_udp(lines, end_of(AF_INET, &ROW->dwLocalAddr, ROW->dwLocalPort), ROW->dwOwningPid);
    } else if (class == UDP_TABLE_OWNER_PID) {
        FOR_EACH(MIB_UDP6TABLE_OWNER_PID, memory)
        say_udp(lines, end_of(AF_INET6, ROW->ucLocalAddr, ROW->dwLocalPort), ROW->dwOwningPid);
    } else if (family == AF_INET) {
        FOR_EACH(MIB_UDPTABLE_OWNER_MODULE, memory)
        {
            say_udp(lines, end_of(AF_INET, &ROW->dwLocalAddr, ROW->dwLocalPort), ROW->dwOwningPid);
            check_module(TCPIP_OWNING_MODULE_SIZE, ROW->OwningModuleInfo);
        }
    } else {
        FOR_EACH(MIB_UDP6TABLE_OWNER_MODULE, memory)
        {
            say_udp(lines, end_of(AF_INET6, ROW->ucLocalAddr, ROW->dwLocalPort), ROW->dwOwningPid);
            check_module(TCPIP_OWNING_MODULE_SIZE, ROW->OwningModuleInfo);
        }
    }
    free(memory);
}

void socket_lines_old_udp(ULONG family, struct socket_lines *lines)
{
    void *memory = read_table(&(struct reader){get_udp, family, 0});

    if (family == AF_INET) {
        FOR_EACH(MIB_UDPTABLE, memory)
        say_udp(lines, end_of(AF_INET, &ROW->dwLocalAddr, ROW->dwLocalPort), 0);
    } else {
        FOR_EACH(MIB_UDP6TABLE, memory)
        say_udp(lines, end_of(AF_INET6, &ROW->dwLocalAddr, ROW->dwLocalPort), 0);
    }
    free(memory);
}

/* ---- ss -------------------------------------------------------------------------------------- */

/* An end as ss has it, as one of that family; a port `*` is 0, the address `*` is any. */
static struct end end_from(const char *text, int family)
{
    static const char mapped[] = "[::ffff:";
    const char *colon = strrchr(text, ':');
    struct end end;
    const char *port = strcmp(colon + 1, "*") == 0 ? "0" : colon + 1;
    int length = (int)(colon - text);

    if (*text == '*')
        (void)snprintf(end.text, sizeof(end.text), "%s:%s", family == AF_INET ? "0.0.0.0" : "[::]",
                       port);
    else if (strncmp(text, mapped, sizeof(mapped) - 1) == 0 && memchr(text, '.', (size_t)length))
        (void)snprintf(end.text, sizeof(end.text), "%.*s:%s", length - (int)sizeof(mapped),
                       text + sizeof(mapped) - 1, port);
    else
        (void)snprintf(end.text, sizeof(end.text), "%.*s:%s", length, text, port);
    return end;
}

/* Of `users:(("name",pid=4711,fd=3),…)` the lowest; 0: there is none. */
static unsigned owner_from(const char *users)
{
    unsigned long owner = 0;

    while ((users = strstr(users, "pid="))) {
        unsigned long pid = strtoul(users + 4, NULL, 10);

        owner = owner && owner < pid ? owner : pid;
        users += 4;
    }
    return (unsigned)owner;
}

static void say_ss(struct socket_lines *lines, bool udp, const char *line)
{
    char state[16], local[80], remote[80];
    int users = 0;

    if (sscanf(line, "%15s %*u %*u %79s %79s %n", state, local, remote, &users) < 3 || !users)
        fail_test("ss: %s", line);
    for (int i = 0; i < 2; i++) {
        const int family = i == 0 ? AF_INET : AF_INET6;
        const unsigned owner = owner_from(line + users);

        if (*local != '*' && i != (*local == '[')) /* of one family; a mapped one goes below */
            continue;
        if (udp)
            say(lines, "UDP %s %u", end_from(local, family).text, owner);
        else
            say(lines, "%s %s %s %u", state, end_from(local, family).text,
                end_from(*local == '*' ? "*:*" : remote, family).text, owner);
    }
}

void socket_lines_ss(struct socket_lines *ret)
{
    static const char *const commands[] = {"ss -tanpH", "ss -uanpH"};
    char line[4096];

    *ret = (struct socket_lines){.count = 0};
    for (int i = 0; i < 2; i++) {
        FILE *pipe = popen(commands[i], "r"); // NOLINT(cert-env33-c)

        check(pipe != NULL);
        while (fgets(line, sizeof(line), pipe))
            /* Those that are only bound have no state of TCP's. */
            if (i == 1 || strncmp(line, "UNCONN", 6) != 0)
                say_ss(ret, i == 1, line);
        check(pclose(pipe) == 0);
    }
}

/* ---- Comparison ------------------------------------------------------------------------------ */

void socket_lines_without_owners(const struct socket_lines *lines, struct socket_lines *ret)
{
    for (size_t i = 0; i < lines->count; i++) {
        const char *end = strrchr(lines->items[i], ' ');

        say(ret, "%.*s", (int)(end - lines->items[i]), lines->items[i]);
    }
}

bool socket_lines_have(const struct socket_lines *lines, const char *line)
{
    for (size_t i = 0; i < lines->count; i++)
        if (strcmp(lines->items[i], line) == 0)
            return true;
    return false;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void socket_lines_expect_equal(const char *what, struct socket_lines *a, struct socket_lines *b)
{
    size_t i = 0;

    qsort(a->items, a->count, sizeof(*a->items), compare);
    qsort(b->items, b->count, sizeof(*b->items), compare);
    while (i < a->count && i < b->count && strcmp(a->items[i], b->items[i]) == 0)
        i++;
    if (i < a->count || i < b->count)
        fail_test("%s: \"%s\", not \"%s\"", what, i < a->count ? a->items[i] : "nothing more",
                  i < b->count ? b->items[i] : "nothing more");
}
