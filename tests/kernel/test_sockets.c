/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tables of sockets that the test makes in a namespace of its own: every function and class, beside
 * what `ss` says of the same sockets, and where the kernel, /proc or rights are lacking.
 */
#include "world.h"

#include "child.h"
#include "socket_lines.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static const int families[] = {AF_INET, AF_INET6};

/* A name of loopback, or with `any` of all addresses. */
static socklen_t name_of(int family, bool any, uint16_t port, struct sockaddr_storage *ret)
{
    struct sockaddr_in ipv4 = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};

    ipv4.sin_addr.s_addr = htonl(any ? INADDR_ANY : INADDR_LOOPBACK);
    ipv6.sin6_addr = any ? in6addr_any : in6addr_loopback;
    if (family == AF_INET)
        memcpy(ret, &ipv4, sizeof(ipv4));
    else
        memcpy(ret, &ipv6, sizeof(ipv6));
    return family == AF_INET ? sizeof(ipv4) : sizeof(ipv6);
}

static int bound(int family, int type, bool any, uint16_t port)
{
    struct sockaddr_storage name;
    socklen_t length = name_of(family, any, port, &name);
    int fd = socket(family, type | SOCK_CLOEXEC, 0);
    int on = 1;

    check(fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0);
    check(bind(fd, (struct sockaddr *)&name, length) == 0);
    return fd;
}

static int listening(int family, bool any, uint16_t port)
{
    int fd = bound(family, SOCK_STREAM, any, port);

    check(listen(fd, 1024) == 0);
    return fd;
}

static int connected(int family, int type, uint16_t port)
{
    struct sockaddr_storage name;
    socklen_t length = name_of(family, false, port, &name);
    int fd = socket(family, type | SOCK_CLOEXEC, 0);

    check(fd >= 0 && connect(fd, (struct sockaddr *)&name, length) == 0);
    return fd;
}

/* Sockets in each state that lasts, of either family and of both; some of another process. */
struct sockets {
    int fds[64];
    size_t count;
    struct child child;
    struct socket_lines lines; /* as ss has them */
};

static int keep(struct sockets *sockets, int fd)
{
    check(sockets->count < ARRAY_SIZE(sockets->fds));
    sockets->fds[sockets->count++] = fd;
    return fd;
}

static void close_all(const struct sockets *sockets)
{
    for (size_t i = 0; i < sockets->count; i++)
        (void)close(sockets->fds[i]);
}

static void hold_more(struct child *self, void *context)
{
    close_all(context);
    (void)listening(AF_INET, false, 7001);
    (void)bound(AF_INET6, SOCK_DGRAM, true, 7002);
    child_say(self, 'r');
    child_expect(self, 'q');
}

/*
 * What the other end says comes some time after it was sent: the end of a connection, and of one
 * that nobody accepts its beginning.
 */
static void await_rest(void)
{
    static const char *const passing[] = {"SYN-SENT", "SYN-RECV", "FIN-WAIT-1", "CLOSING",
                                          "LAST-ACK"};
    struct socket_lines lines = {.count = 0};
    bool pending = true;

    while (pending) {
        for (size_t i = 0; i < ARRAY_SIZE(families); i++)
            socket_lines_tcp((ULONG)families[i], TCP_TABLE_OWNER_PID_ALL, &lines);
        pending = false;
        for (size_t i = 0; i < lines.count; i++)
            for (size_t j = 0; j < ARRAY_SIZE(passing); j++)
                pending |= strncmp(lines.items[i], passing[j], strlen(passing[j])) == 0;
        socket_lines_clear(&lines);
    }
}

static void make_sockets(struct sockets *sockets)
{
    *sockets = (struct sockets){.count = 0};
    for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
        const int family = families[i];
        int listener = keep(sockets, listening(family, false, 5000));
        int one, other;

        for (int state = 0; state < 4; state++) {
            one = connected(family, SOCK_STREAM, 5000);
            other = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
            check(other >= 0);
            if (state == 1)
                check(shutdown(one, SHUT_WR) == 0); /* FIN_WAIT2, CLOSE_WAIT */
            if (state == 2) {
                (void)close(one); /* TIME_WAIT */
                (void)close(other);
            } else if (state == 3) {
                keep(sockets, one); /* nobody holds the other end: FIN_WAIT2 without a process */
                (void)close(other);
            } else {
                keep(sockets, one);
                keep(sockets, other);
            }
        }
        keep(sockets, connected(family, SOCK_STREAM, 5000));    /* nobody accepts it */
        keep(sockets, bound(family, SOCK_STREAM, false, 5001)); /* is in no table */
        keep(sockets, bound(family, SOCK_DGRAM, false, 6000));
        keep(sockets, connected(family, SOCK_DGRAM, 6000));
    }
    /* For both families, and IPv4 over an IPv6 socket. */
    int both = keep(sockets, listening(AF_INET6, true, 5002));
    keep(sockets, connected(AF_INET, SOCK_STREAM, 5002));
    keep(sockets, accept4(both, NULL, NULL, SOCK_CLOEXEC));
    keep(sockets, bound(AF_INET6, SOCK_DGRAM, true, 6001));
    int on = 1;
    int single = keep(sockets, socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
    struct sockaddr_storage name;
    socklen_t length = name_of(AF_INET6, true, 5003, &name);
    check(setsockopt(single, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) == 0);
    check(bind(single, (struct sockaddr *)&name, length) == 0 && listen(single, 1) == 0);
    sockets->child = child_start(hold_more, sockets);
    child_expect(&sockets->child, 'r');
    await_rest();
}

static void drop_sockets(struct sockets *sockets)
{
    child_say(&sockets->child, 'q');
    child_join(&sockets->child);
    close_all(sockets);
}

/* ---- What all functions say ------------------------------------------------------------------ */

static void expect_same_but_owners(const struct socket_lines *a, const struct socket_lines *b)
{
    struct socket_lines x = {.count = 0};
    struct socket_lines y = {.count = 0};

    socket_lines_without_owners(a, &x);
    socket_lines_without_owners(b, &y);
    socket_lines_expect_equal("without owners", &x, &y);
    socket_lines_clear(&x);
    socket_lines_clear(&y);
}

/* Every function and class says the same, as far as it goes. */
static void expect_agreement(void)
{
    static const TCP_TABLE_CLASS classes[][3] = {
        {TCP_TABLE_OWNER_PID_ALL, TCP_TABLE_OWNER_PID_LISTENER, TCP_TABLE_OWNER_PID_CONNECTIONS},
        {TCP_TABLE_OWNER_MODULE_ALL, TCP_TABLE_OWNER_MODULE_LISTENER,
         TCP_TABLE_OWNER_MODULE_CONNECTIONS},
        {TCP_TABLE_BASIC_ALL, TCP_TABLE_BASIC_LISTENER, TCP_TABLE_BASIC_CONNECTIONS},
    };

    for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
        const ULONG family = (ULONG)families[i];
        struct socket_lines all = {.count = 0};
        struct socket_lines other = {.count = 0};

        socket_lines_tcp(family, TCP_TABLE_OWNER_PID_ALL, &all);
        check(all.count > 8);
        socket_lines_tcp2(family, &other);
        socket_lines_expect_equal("GetTcpTable2", &other, &all);
        socket_lines_clear(&other);
        socket_lines_old_tcp(family, &other);
        expect_same_but_owners(&other, &all);
        for (size_t c = 0; c < ARRAY_SIZE(classes) - (family != AF_INET); c++) {
            struct socket_lines parts = {.count = 0};

            socket_lines_clear(&other);
            socket_lines_tcp(family, classes[c][0], &other);
            socket_lines_tcp(family, classes[c][1], &parts);
            check(parts.count > 0 && parts.count < other.count);
            socket_lines_tcp(family, classes[c][2], &parts);
            socket_lines_expect_equal("listeners and connections", &parts, &other);
            if (c < 2)
                socket_lines_expect_equal("a class with owners", &other, &all);
            else
                expect_same_but_owners(&other, &all);
            socket_lines_clear(&parts);
        }
        socket_lines_clear(&all);
        socket_lines_clear(&other);
        socket_lines_udp(family, UDP_TABLE_OWNER_PID, &all);
        check(all.count >= 3);
        socket_lines_udp(family, UDP_TABLE_OWNER_MODULE, &other);
        socket_lines_expect_equal("UDP_TABLE_OWNER_MODULE", &other, &all);
        socket_lines_clear(&other);
        socket_lines_udp(family, UDP_TABLE_BASIC, &other);
        expect_same_but_owners(&other, &all);
        socket_lines_clear(&other);
        socket_lines_old_udp(family, &other);
        expect_same_but_owners(&other, &all);
        socket_lines_clear(&other);
        socket_lines_clear(&all);
    }
}

static void read_all(struct socket_lines *ret)
{
    *ret = (struct socket_lines){.count = 0};
    for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
        socket_lines_tcp((ULONG)families[i], TCP_TABLE_OWNER_PID_ALL, ret);
        socket_lines_udp((ULONG)families[i], UDP_TABLE_OWNER_PID, ret);
    }
}

static void test_tables(void **state)
{
    struct sockets sockets;
    struct socket_lines ours;
    struct socket_lines theirs;
    char line[128];

    (void)state;
    make_sockets(&sockets);
    expect_agreement();
    read_all(&ours);
    socket_lines_ss(&theirs);
    socket_lines_expect_equal("ss", &ours, &theirs);
    /* Some of them by hand. */
    (void)snprintf(line, sizeof(line), "LISTEN 127.0.0.1:5000 0.0.0.0:0 %d", (int)getpid());
    check(socket_lines_have(&ours, line));
    (void)snprintf(line, sizeof(line), "LISTEN [::]:5003 [::]:0 %d", (int)getpid());
    check(socket_lines_have(&ours, line));
    (void)snprintf(line, sizeof(line), "LISTEN 127.0.0.1:7001 0.0.0.0:0 %d", sockets.child.pid);
    check(socket_lines_have(&ours, line));
    (void)snprintf(line, sizeof(line), "UDP 0.0.0.0:7002 %d", sockets.child.pid);
    check(socket_lines_have(&ours, line));
    (void)snprintf(line, sizeof(line), "LISTEN 0.0.0.0:5002 0.0.0.0:0 %d", (int)getpid());
    check(socket_lines_have(&ours, line));
    (void)snprintf(line, sizeof(line), "LISTEN 0.0.0.0:5003 0.0.0.0:0 %d", (int)getpid());
    check(!socket_lines_have(&ours, line));
    socket_lines_clear(&ours);
    socket_lines_clear(&theirs);
    drop_sockets(&sockets);
}

/* ---- Those that allocate --------------------------------------------------------------------- */

/* What a function that allocates gives is what the one for buffers gives. */
static void expect_same_table(void *allocated, DWORD error, const void *table, ULONG size)
{
    check(error == NO_ERROR);
    assert_memory_equal(allocated, table, size);
    FreeMibTable(allocated);
}

/* NOLINTBEGIN(bugprone-macro-parentheses): types do not go in parentheses */
#define EXPECT_SAME(type, call, call_for_buffer)                                                   \
    do {                                                                                           \
        static UCHAR buffer[65536];                                                                \
        ULONG size = sizeof(buffer);                                                               \
        type *given = NULL;                                                                        \
        const DWORD error = (call);                                                                \
                                                                                                   \
        check((call_for_buffer) == NO_ERROR);                                                      \
        const ULONG count = *(const ULONG *)(const void *)buffer;                                  \
        expect_same_table(given, error, buffer,                                                    \
                          (ULONG)(offsetof(type, table) + count * sizeof(given->table[0])));       \
    } while (0)

/* NOLINTEND(bugprone-macro-parentheses) */

#define EXPECT_SAME_INTERNAL(name, type, get, family, class)                                       \
    EXPECT_SAME(type, name(&given, NULL, 0), get(buffer, &size, FALSE, family, class, 0))

static void test_allocated(void **state)
{
    struct sockets sockets;
    MIB_TCPTABLE2 *bound_table = NULL;
    MIB_TCP6TABLE2 *bound_table6 = NULL;

    (void)state;
    make_sockets(&sockets);
    EXPECT_SAME(MIB_TCPTABLE, AllocateAndGetTcpTableFromStack(&given, TRUE, NULL, 0),
                GetTcpTable((PMIB_TCPTABLE)buffer, &size, TRUE));
    EXPECT_SAME(MIB_UDPTABLE, AllocateAndGetUdpTableFromStack(&given, TRUE, NULL, 0),
                GetUdpTable((PMIB_UDPTABLE)buffer, &size, TRUE));
    EXPECT_SAME(MIB_TCP6TABLE_OWNER_PID,
                AllocateAndGetTcpExTableFromStack((void **)&given, TRUE, NULL, 0, AF_INET6),
                GetExtendedTcpTable(buffer, &size, TRUE, AF_INET6, TCP_TABLE_OWNER_PID_ALL, 0));
    EXPECT_SAME(MIB_UDPTABLE_OWNER_PID,
                AllocateAndGetUdpExTableFromStack((void **)&given, TRUE, NULL, 0, AF_INET),
                GetExtendedUdpTable(buffer, &size, TRUE, AF_INET, UDP_TABLE_OWNER_PID, 0));
    EXPECT_SAME(
        MIB_TCPTABLE_OWNER_MODULE,
        AllocateAndGetTcpExTable2FromStack((void **)&given, TRUE, NULL, 0, AF_INET,
                                           TCP_TABLE_OWNER_MODULE_LISTENER),
        GetExtendedTcpTable(buffer, &size, TRUE, AF_INET, TCP_TABLE_OWNER_MODULE_LISTENER, 0));
    EXPECT_SAME(MIB_UDP6TABLE_OWNER_MODULE,
                AllocateAndGetUdpExTable2FromStack((void **)&given, TRUE, NULL, 0, AF_INET6,
                                                   UDP_TABLE_OWNER_MODULE),
                GetExtendedUdpTable(buffer, &size, TRUE, AF_INET6, UDP_TABLE_OWNER_MODULE, 0));
    EXPECT_SAME(MIB_TCPTABLE2, InternalGetTcpTable2(&given, NULL, 0),
                GetTcpTable2((PMIB_TCPTABLE2)buffer, &size, FALSE));
    EXPECT_SAME(MIB_TCP6TABLE2, InternalGetTcp6Table2(&given, NULL, 0),
                GetTcp6Table2((PMIB_TCP6TABLE2)buffer, &size, FALSE));
    EXPECT_SAME_INTERNAL(InternalGetTcpTable, MIB_TCPTABLE, GetExtendedTcpTable, AF_INET,
                         TCP_TABLE_BASIC_ALL);
    EXPECT_SAME_INTERNAL(InternalGetTcpTableWithOwnerPid, MIB_TCPTABLE_OWNER_PID,
                         GetExtendedTcpTable, AF_INET, TCP_TABLE_OWNER_PID_ALL);
    EXPECT_SAME_INTERNAL(InternalGetTcp6TableWithOwnerPid, MIB_TCP6TABLE_OWNER_PID,
                         GetExtendedTcpTable, AF_INET6, TCP_TABLE_OWNER_PID_ALL);
    EXPECT_SAME_INTERNAL(InternalGetTcpTableWithOwnerModule, MIB_TCPTABLE_OWNER_MODULE,
                         GetExtendedTcpTable, AF_INET, TCP_TABLE_OWNER_MODULE_ALL);
    EXPECT_SAME_INTERNAL(InternalGetTcp6TableWithOwnerModule, MIB_TCP6TABLE_OWNER_MODULE,
                         GetExtendedTcpTable, AF_INET6, TCP_TABLE_OWNER_MODULE_ALL);
    EXPECT_SAME_INTERNAL(InternalGetUdpTable, MIB_UDPTABLE, GetExtendedUdpTable, AF_INET,
                         UDP_TABLE_BASIC);
    EXPECT_SAME_INTERNAL(InternalGetUdpTableWithOwnerPid, MIB_UDPTABLE_OWNER_PID,
                         GetExtendedUdpTable, AF_INET, UDP_TABLE_OWNER_PID);
    EXPECT_SAME_INTERNAL(InternalGetUdp6TableWithOwnerPid, MIB_UDP6TABLE_OWNER_PID,
                         GetExtendedUdpTable, AF_INET6, UDP_TABLE_OWNER_PID);
    EXPECT_SAME_INTERNAL(InternalGetUdpTableWithOwnerModule, MIB_UDPTABLE_OWNER_MODULE,
                         GetExtendedUdpTable, AF_INET, UDP_TABLE_OWNER_MODULE);
    EXPECT_SAME_INTERNAL(InternalGetUdp6TableWithOwnerModule, MIB_UDP6TABLE_OWNER_MODULE,
                         GetExtendedUdpTable, AF_INET6, UDP_TABLE_OWNER_MODULE);
    /* An older kernel does not tell of them, and then nothing does. */
    DWORD error = InternalGetBoundTcpEndpointTable(&bound_table, NULL, 0);
    check(InternalGetBoundTcp6EndpointTable(&bound_table6, NULL, 0) == error);
    if (error == NO_ERROR) {
        check(bound_table->dwNumEntries == 1 && bound_table6->dwNumEntries == 1);
        check(bound_table->table[0].dwLocalAddr == htonl(INADDR_LOOPBACK));
        check(bound_table->table[0].dwLocalPort == htons(5001));
        check(bound_table->table[0].dwRemotePort == 0 && bound_table6->table[0].dwRemotePort == 0);
        check(bound_table->table[0].dwState == MIB_TCP_STATE_RESERVED);
        check(bound_table6->table[0].State == MIB_TCP_STATE_RESERVED);
        check(bound_table6->table[0].dwLocalPort == htons(5001));
        check(bound_table->table[0].dwOwningPid == (DWORD)getpid());
        FreeMibTable(bound_table);
        FreeMibTable(bound_table6);
    } else {
        check(error == ERROR_NOT_SUPPORTED && !bound_table && !bound_table6);
    }
    drop_sockets(&sockets);
    if (error == NO_ERROR) {
        check(InternalGetBoundTcpEndpointTable(&bound_table, NULL, 0) == NO_ERROR);
        check(bound_table->dwNumEntries == 0);
        FreeMibTable(bound_table);
    }
}

/* ---- Owners' programs ------------------------------------------------------------------------ */

static bool is_text(const WCHAR *text, const char *expected)
{
    size_t i = 0;

    while (expected[i] && text[i] == (WCHAR)expected[i])
        i++;
    return !expected[i] && !text[i];
}

struct owner_rows {
    MIB_TCPROW_OWNER_MODULE tcp;
    MIB_TCP6ROW_OWNER_MODULE tcp6;
    MIB_UDPROW_OWNER_MODULE udp;
    MIB_UDP6ROW_OWNER_MODULE udp6;
};

static DWORD module_by(int number, struct owner_rows *rows, void *buffer, DWORD *size)
{
    const TCPIP_OWNER_MODULE_INFO_CLASS basic = TCPIP_OWNER_MODULE_INFO_BASIC;

    switch (number) {
    case 0:
        return GetOwnerModuleFromTcpEntry(&rows->tcp, basic, buffer, size);
    case 1:
        return GetOwnerModuleFromTcp6Entry(&rows->tcp6, basic, buffer, size);
    case 2:
        return GetOwnerModuleFromUdpEntry(&rows->udp, basic, buffer, size);
    case 3:
        return GetOwnerModuleFromUdp6Entry(&rows->udp6, basic, buffer, size);
    default:
        return GetOwnerModuleFromPidAndInfo(rows->tcp.dwOwningPid, NULL, basic, buffer, size);
    }
}

static void expect_module(DWORD pid, const char *path)
{
    struct owner_rows rows = {.tcp.dwOwningPid = pid,
                              .tcp6.dwOwningPid = pid,
                              .udp.dwOwningPid = pid,
                              .udp6.dwOwningPid = pid};
    const char *separator = strrchr(path, '/');
    const char *name = separator ? separator + 1 : path;
    union {
        TCPIP_OWNER_MODULE_BASIC_INFO info;
        UCHAR bytes[8192];
    } buffer;

    for (int i = 0; i < 5; i++) {
        DWORD size = 0;

        check(module_by(i, &rows, NULL, &size) == ERROR_INSUFFICIENT_BUFFER);
        const DWORD needed = size;
        check(needed == sizeof(buffer.info) + 2 * (strlen(path) + strlen(name) + 2));
        memset(&buffer, 0x5a, sizeof(buffer));
        size = needed - 1;
        check(module_by(i, &rows, &buffer, &size) == ERROR_INSUFFICIENT_BUFFER && size == needed);
        check(buffer.bytes[0] == 0x5a);
        check(module_by(i, &rows, &buffer, &size) == NO_ERROR && size == needed);
        check(is_text(buffer.info.pModuleName, name) && is_text(buffer.info.pModulePath, path));
        check(buffer.bytes[needed] == 0x5a);
    }
}

static void use_others_rights(struct child *self, void *context)
{
    const pid_t *parent = context;

    (void)self;
    /* Where there is another user to be. */
    if (setresgid(65534, 65534, 65534) == 0 && setresuid(65534, 65534, 65534) == 0)
        expect_module((DWORD)*parent, "");
}

static void end_at_once(struct child *self, void *context)
{
    (void)self;
    (void)context;
}

static void test_modules(void **state)
{
    char path[4096] = {0};
    pid_t parent = getpid();
    DWORD size = 0;

    (void)state;
    check(readlink("/proc/self/exe", path, sizeof(path) - 1) > 0);
    expect_module((DWORD)parent, path);
    struct child child = child_start(use_others_rights, &parent);
    child_join(&child);
    /* It has gone. */
    child = child_start(end_at_once, NULL);
    child_join(&child);
    check(GetOwnerModuleFromPidAndInfo((DWORD)child.pid, NULL, TCPIP_OWNER_MODULE_INFO_BASIC, NULL,
                                       &size) == ERROR_NOT_FOUND);
    check(size == 0);
}

/* ---- Where something is lacking -------------------------------------------------------------- */

static void lose_proc(void)
{
    check(unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
    check(mount("none", "/proc", "tmpfs", 0, NULL) == 0);
}

static void expect_no_owners(const struct socket_lines *all)
{
    struct socket_lines ours;

    read_all(&ours);
    expect_same_but_owners(&ours, all);
    for (size_t i = 0; i < ours.count; i++)
        check(strcmp(ours.items[i] + strlen(ours.items[i]) - 2, " 0") == 0);
    socket_lines_clear(&ours);
}

static void use_no_proc(struct child *self, void *context)
{
    const struct sockets *sockets = context;

    (void)self;
    lose_proc();
    expect_no_owners(&sockets->lines);
}

/* The text files: they do not tell which IPv6 sockets take IPv4. */
static void use_no_sock_diag(struct child *self, void *context)
{
    const struct socket_lines *all = &((const struct sockets *)context)->lines;
    struct socket_lines ours;

    (void)self;
    child_refuse_netlink(EPROTONOSUPPORT);
    read_all(&ours);
    for (size_t i = 0; i < ours.count; i++)
        if (!socket_lines_have(all, ours.items[i]))
            fail_test("only without sock_diag: %s", ours.items[i]);
    for (size_t i = 0; i < all->count; i++)
        if (!strstr(all->items[i], " 0.0.0.0:5002 0.0.0.0:0 ") &&
            !strstr(all->items[i], "UDP 0.0.0.0:") && !socket_lines_have(&ours, all->items[i]))
            fail_test("without sock_diag not there: %s", all->items[i]);
    socket_lines_clear(&ours);
}

static void expect_none_allocated(void)
{
    union {
        void *any;
        PMIB_TCPTABLE TcpTable;
        PMIB_TCPTABLE2 TcpTable2;
        PMIB_TCP6TABLE2 Tcp6Table2;
        PMIB_TCPTABLE_OWNER_PID TcpTableWithOwnerPid;
        PMIB_TCP6TABLE_OWNER_PID Tcp6TableWithOwnerPid;
        PMIB_TCPTABLE_OWNER_MODULE TcpTableWithOwnerModule;
        PMIB_TCP6TABLE_OWNER_MODULE Tcp6TableWithOwnerModule;
        PMIB_UDPTABLE UdpTable;
        PMIB_UDPTABLE_OWNER_PID UdpTableWithOwnerPid;
        PMIB_UDP6TABLE_OWNER_PID Udp6TableWithOwnerPid;
        PMIB_UDPTABLE_OWNER_MODULE UdpTableWithOwnerModule;
        PMIB_UDP6TABLE_OWNER_MODULE Udp6TableWithOwnerModule;
        PMIB_TCPTABLE2 BoundTcpEndpointTable;
        PMIB_TCP6TABLE2 BoundTcp6EndpointTable;
    } table = {.any = NULL};

    check(AllocateAndGetTcpTableFromStack(&table.TcpTable, TRUE, NULL, 0) == ERROR_NOT_SUPPORTED);
    check(AllocateAndGetUdpTableFromStack(&table.UdpTable, TRUE, NULL, 0) == ERROR_NOT_SUPPORTED);
    check(AllocateAndGetTcpExTableFromStack(&table.any, TRUE, NULL, 0, AF_INET) ==
          ERROR_NOT_SUPPORTED);
    check(AllocateAndGetUdpExTableFromStack(&table.any, TRUE, NULL, 0, AF_INET) ==
          ERROR_NOT_SUPPORTED);
    check(AllocateAndGetTcpExTable2FromStack(&table.any, TRUE, NULL, 0, AF_INET6,
                                             TCP_TABLE_OWNER_PID_ALL) == ERROR_NOT_SUPPORTED);
    check(AllocateAndGetUdpExTable2FromStack(&table.any, TRUE, NULL, 0, AF_INET6,
                                             UDP_TABLE_OWNER_PID) == ERROR_NOT_SUPPORTED);
    check(InternalGetTcpTable(&table.TcpTable, NULL, 0) == ERROR_NOT_SUPPORTED);
    check(InternalGetTcpTable2(&table.TcpTable2, NULL, 0) == ERROR_NOT_SUPPORTED);
    check(InternalGetTcp6Table2(&table.Tcp6Table2, NULL, 0) == ERROR_NOT_SUPPORTED);
    check(InternalGetTcpTableWithOwnerPid(&table.TcpTableWithOwnerPid, NULL, 0) ==
          ERROR_NOT_SUPPORTED);
    check(InternalGetTcp6TableWithOwnerPid(&table.Tcp6TableWithOwnerPid, NULL, 0) ==
          ERROR_NOT_SUPPORTED);
    check(InternalGetTcpTableWithOwnerModule(&table.TcpTableWithOwnerModule, NULL, 0) ==
          ERROR_NOT_SUPPORTED);
    check(InternalGetTcp6TableWithOwnerModule(&table.Tcp6TableWithOwnerModule, NULL, 0) ==
          ERROR_NOT_SUPPORTED);
    check(InternalGetUdpTable(&table.UdpTable, NULL, 0) == ERROR_NOT_SUPPORTED);
    check(InternalGetUdpTableWithOwnerPid(&table.UdpTableWithOwnerPid, NULL, 0) ==
          ERROR_NOT_SUPPORTED);
    check(InternalGetUdp6TableWithOwnerPid(&table.Udp6TableWithOwnerPid, NULL, 0) ==
          ERROR_NOT_SUPPORTED);
    check(InternalGetUdpTableWithOwnerModule(&table.UdpTableWithOwnerModule, NULL, 0) ==
          ERROR_NOT_SUPPORTED);
    check(InternalGetUdp6TableWithOwnerModule(&table.Udp6TableWithOwnerModule, NULL, 0) ==
          ERROR_NOT_SUPPORTED);
    check(InternalGetBoundTcpEndpointTable(&table.BoundTcpEndpointTable, NULL, 0) ==
          ERROR_NOT_SUPPORTED);
    check(InternalGetBoundTcp6EndpointTable(&table.BoundTcp6EndpointTable, NULL, 0) ==
          ERROR_NOT_SUPPORTED);
    check(!table.any);
}

static void use_nothing(struct child *self, void *context)
{
    union {
        MIB_TCPTABLE table;
        UCHAR bytes[64];
    } buffer;
    const ULONG full = sizeof(buffer);
    ULONG size = full;

    (void)self;
    (void)context;
    memset(&buffer, 0x5a, sizeof(buffer));
    lose_proc();
    child_refuse_netlink(EPROTONOSUPPORT);
    check(GetTcpTable(&buffer.table, &size, FALSE) == ERROR_NOT_SUPPORTED);
    check(GetTcpTable2((PMIB_TCPTABLE2)&buffer, &size, FALSE) == ERROR_NOT_SUPPORTED);
    check(GetTcp6Table((PMIB_TCP6TABLE)&buffer, &size, FALSE) == ERROR_NOT_SUPPORTED);
    check(GetTcp6Table2((PMIB_TCP6TABLE2)&buffer, &size, FALSE) == ERROR_NOT_SUPPORTED);
    check(GetUdpTable((PMIB_UDPTABLE)&buffer, &size, FALSE) == ERROR_NOT_SUPPORTED);
    check(GetUdp6Table((PMIB_UDP6TABLE)&buffer, &size, FALSE) == ERROR_NOT_SUPPORTED);
    for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
        const ULONG family = (ULONG)families[i];

        check(GetExtendedTcpTable(&buffer, &size, FALSE, family, TCP_TABLE_OWNER_PID_ALL, 0) ==
              ERROR_NOT_SUPPORTED);
        check(GetExtendedUdpTable(&buffer, &size, FALSE, family, UDP_TABLE_OWNER_PID, 0) ==
              ERROR_NOT_SUPPORTED);
    }
    check(size == full);
    for (size_t i = 0; i < sizeof(buffer); i++)
        check(buffer.bytes[i] == 0x5a);
    expect_none_allocated();
}

/*
 * The processes of another user are there, and what they hold is not to be seen. In a namespace of
 * one user there is no other.
 */
static void use_no_rights(struct child *self, void *context)
{
    const struct sockets *sockets = context;

    (void)self;
    close_all(sockets);
    if (setresgid(65534, 65534, 65534) == 0 && setresuid(65534, 65534, 65534) == 0)
        expect_no_owners(&sockets->lines);
}

static void test_lacking(void **state)
{
    static void (*const runs[])(struct child * self, void *context) = {
        use_no_proc, use_no_sock_diag, use_nothing, use_no_rights};
    struct sockets sockets;

    (void)state;
    make_sockets(&sockets);
    socket_lines_ss(&sockets.lines);
    for (size_t i = 0; i < ARRAY_SIZE(runs); i++) {
        struct child child = child_start(runs[i], &sockets);
        child_join(&child);
    }
    socket_lines_clear(&sockets.lines);
    drop_sockets(&sockets);
}

/* ---- Sizes and order ------------------------------------------------------------------------- */

static void test_sizes(void **state)
{
    struct sockets sockets;
    ULONG size = 0;

    (void)state;
    make_sockets(&sockets);
    check(GetTcpTable(NULL, &size, TRUE) == ERROR_INSUFFICIENT_BUFFER && size > sizeof(MIB_TCPROW));
    const ULONG enough = size;
    UCHAR *buffer = malloc(enough + 8);
    check(buffer != NULL);
    memset(buffer, 0x5a, enough + 8);
    size = enough - 1;
    check(GetTcpTable((PMIB_TCPTABLE)buffer, &size, TRUE) == ERROR_INSUFFICIENT_BUFFER);
    check(size == enough);
    for (size_t i = 0; i < enough + 8; i++)
        check(buffer[i] == 0x5a);
    size = enough + 8;
    check(GetTcpTable((PMIB_TCPTABLE)buffer, &size, TRUE) == NO_ERROR);
    for (size_t i = enough; i < enough + 8; i++)
        check(buffer[i] == 0x5a);
    const MIB_TCPTABLE *table = (const MIB_TCPTABLE *)buffer;
    check(enough == offsetof(MIB_TCPTABLE, table) + table->dwNumEntries * sizeof(MIB_TCPROW));
    for (DWORD i = 1; i < table->dwNumEntries; i++) {
        const MIB_TCPROW *a = &table->table[i - 1];
        const MIB_TCPROW *b = &table->table[i];
        const ULONG64 x[] = {ntohl(a->dwLocalAddr), ntohs((uint16_t)a->dwLocalPort),
                             ntohl(a->dwRemoteAddr), ntohs((uint16_t)a->dwRemotePort)};
        const ULONG64 y[] = {ntohl(b->dwLocalAddr), ntohs((uint16_t)b->dwLocalPort),
                             ntohl(b->dwRemoteAddr), ntohs((uint16_t)b->dwRemotePort)};
        size_t n = 0;

        while (n < 3 && x[n] == y[n])
            n++;
        check(x[n] <= y[n]);
    }
    free(buffer);
    drop_sockets(&sockets);
}

/* ---- Many, and coming and going -------------------------------------------------------------- */

enum { HOLDERS = 25, HELD = 800 };

static void hold_many(struct child *self, void *context)
{
    const int *first = context;

    for (int i = 0; i < HELD; i++)
        (void)listening(AF_INET, false, (uint16_t)(*first + i));
    child_say(self, 'r');
    child_expect(self, 'q');
}

static void test_many(void **state)
{
    struct socket_lines ours = {.count = 0};
    struct socket_lines theirs;
    struct child children[HOLDERS];

    (void)state;
    for (int i = 0; i < HOLDERS; i++) {
        int first = 10000 + i * HELD;

        children[i] = child_start(hold_many, &first);
        child_expect(&children[i], 'r');
    }
    socket_lines_tcp(AF_INET, TCP_TABLE_OWNER_PID_LISTENER, &ours);
    check(ours.count == (size_t)HOLDERS * HELD);
    socket_lines_ss(&theirs);
    socket_lines_expect_equal("ss", &ours, &theirs);
    for (int i = 0; i < HOLDERS; i++) {
        child_say(&children[i], 'q');
        child_join(&children[i]);
    }
    socket_lines_clear(&ours);
    socket_lines_clear(&theirs);
}

static bool stop_churning;

static void *churn(void *context)
{
    (void)context;
    while (!__atomic_load_n(&stop_churning, __ATOMIC_RELAXED)) {
        int fds[64];

        for (int i = 0; i < 64; i++)
            fds[i] = bound(AF_INET, i % 2 ? SOCK_DGRAM : SOCK_STREAM, false, 0);
        for (int i = 0; i < 64; i++) {
            if (i % 2 == 0)
                (void)listen(fds[i], 1);
            (void)close(fds[i]);
        }
    }
    return NULL;
}

/* A process comes and goes with its socket. */
static void live_shortly(struct child *self, void *context)
{
    (void)self;
    (void)context;
    (void)listening(AF_INET, false, 7003);
}

static bool have_steady(const struct socket_lines *lines, pid_t owner)
{
    char line[64];

    (void)snprintf(line, sizeof(line), "LISTEN 127.0.0.1:5000 0.0.0.0:0 %d", (int)owner);
    return socket_lines_have(lines, line);
}

static void test_churn(void **state)
{
    struct socket_lines ours = {.count = 0};
    int steady = listening(AF_INET, false, 5000);
    pthread_t thread;

    (void)state;
    stop_churning = false;
    check(pthread_create(&thread, NULL, churn, NULL) == 0);
    for (int i = 0; i < 100; i++) {
        struct child child = child_start(live_shortly, NULL);

        socket_lines_tcp(AF_INET, TCP_TABLE_OWNER_PID_ALL, &ours);
        /* The child has it, too, and its number may be the lower one. */
        check(have_steady(&ours, getpid()) || have_steady(&ours, child.pid));
        socket_lines_clear(&ours);
        socket_lines_udp(AF_INET, UDP_TABLE_OWNER_MODULE, &ours);
        socket_lines_clear(&ours);
        child_join(&child);
    }
    __atomic_store_n(&stop_churning, true, __ATOMIC_RELAXED);
    check(pthread_join(thread, NULL) == 0);
    (void)close(steady);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_tables),  world_test(test_allocated), world_test(test_modules),
        world_test(test_lacking), world_test(test_sizes),     world_test(test_many),
        world_test(test_churn),
    };

    (void)argc;
    int r = netns_begin(argv);
    return r ? r : cmocka_run_group_tests(tests, NULL, NULL);
}
