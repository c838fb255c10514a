/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Single TCP connections, which the test makes in a namespace of its own: closed by others. */
#include "world.h"

#include "child.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A connection of the test with itself. */
struct connection {
    int listener;
    int client;
    int server;
    MIB_TCPROW row;   /* the client's, where the packets are IPv4's */
    MIB_TCP6ROW row6; /* … IPv6's */
};

static DWORD port_of(int fd, bool peer)
{
    struct sockaddr_in6 name = {.sin6_family = 0};
    socklen_t length = sizeof(name);

    check((peer ? getpeername : getsockname)(fd, (struct sockaddr *)&name, &length) == 0);
    return name.sin6_port; /* where IPv4 has it, too */
}

/* The server's socket is of its family, the client's is IPv4's unless both are IPv6's. */
static struct connection connect_both(int server_family, int client_family, const char *device)
{
    struct connection connection = {.listener = socket(server_family, SOCK_STREAM, 0)};
    struct sockaddr_in ipv4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};

    check(connection.listener >= 0 && listen(connection.listener, 8) == 0);
    connection.client = socket(client_family, SOCK_STREAM, 0);
    check(connection.client >= 0);
    if (device)
        check(setsockopt(connection.client, SOL_SOCKET, SO_BINDTODEVICE, device,
                         (socklen_t)strlen(device) + 1) == 0);
    ipv4.sin_port = ipv6.sin6_port = (in_port_t)port_of(connection.listener, false);
    check(connect(connection.client,
                  client_family == AF_INET ? (struct sockaddr *)&ipv4 : (struct sockaddr *)&ipv6,
                  client_family == AF_INET ? sizeof(ipv4) : sizeof(ipv6)) == 0);
    connection.server = accept(connection.listener, NULL, NULL);
    check(connection.server >= 0);
    connection.row = (MIB_TCPROW){
        .dwState = MIB_TCP_STATE_DELETE_TCB,
        .dwLocalAddr = ipv4.sin_addr.s_addr,
        .dwLocalPort = port_of(connection.client, false),
        .dwRemoteAddr = ipv4.sin_addr.s_addr,
        .dwRemotePort = port_of(connection.client, true),
    };
    connection.row6 = (MIB_TCP6ROW){
        .State = MIB_TCP_STATE_ESTAB,
        .LocalAddr = in6addr_loopback,
        .dwLocalPort = connection.row.dwLocalPort,
        .RemoteAddr = in6addr_loopback,
        .dwRemotePort = connection.row.dwRemotePort,
    };
    return connection;
}

static void disconnect(const struct connection *connection)
{
    (void)close(connection->client);
    (void)close(connection->server);
    (void)close(connection->listener);
}

/* What a read of a socket fails with now; 0: there is nothing to read. */
static int error_of(int fd)
{
    char byte;

    if (recv(fd, &byte, 1, MSG_DONTWAIT) >= 0)
        fail_test("something to read");
    return errno == EAGAIN ? 0 : errno;
}

static int error_to_come(int fd)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};

    check(poll(&ready, 1, 10000) == 1);
    return error_of(fd);
}

static void test_close(void **state)
{
    static const struct {
        int server;
        int client;
        const char *device;
    } cases[] = {
        {AF_INET, AF_INET, NULL},
        {AF_INET6, AF_INET, NULL},
        {AF_INET, AF_INET, "lo"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct connection one = connect_both(cases[i].server, cases[i].client, cases[i].device);
        struct connection other = connect_both(cases[i].server, cases[i].client, cases[i].device);
        MIB_TCPROW back = one.row;

        check(SetTcpEntry(&one.row) == NO_ERROR);
        check(error_of(one.client) == ECONNABORTED && error_to_come(one.server) == ECONNRESET);
        check(SetTcpEntry(&one.row) == ERROR_NOT_FOUND);
        /* From the other end; the upper half of a port does not count. */
        back.dwLocalPort = other.row.dwRemotePort | 0xabcd0000;
        back.dwRemotePort = other.row.dwLocalPort;
        check(SetTcpEntry(&back) == NO_ERROR);
        check(error_of(other.server) == ECONNABORTED && error_to_come(other.client) == ECONNRESET);
        /* Those that listen still do. */
        struct pollfd ready = {.fd = one.listener, .events = POLLIN};
        back = one.row;
        back.dwLocalPort = one.row.dwRemotePort;
        back.dwRemoteAddr = 0;
        back.dwRemotePort = 0;
        check(SetTcpEntry(&back) == ERROR_NOT_FOUND);
        check(poll(&ready, 1, 0) == 0);
        disconnect(&one);
        disconnect(&other);
    }
}

static void use_no_rights(struct child *self, void *context)
{
    (void)self;
    child_drop_capabilities();
    check(SetTcpEntry(context) == ERROR_ACCESS_DENIED);
}

static void use_no_sock_diag(struct child *self, void *context)
{
    (void)self;
    child_refuse_netlink(EPROTONOSUPPORT);
    check(SetTcpEntry(context) == ERROR_NOT_SUPPORTED);
}

static void test_refused(void **state)
{
    static void (*const runs[])(struct child * self, void *context) = {use_no_rights,
                                                                       use_no_sock_diag};
    struct connection connection = connect_both(AF_INET, AF_INET, NULL);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(runs); i++) {
        struct child child = child_start(runs[i], &connection.row);
        child_join(&child);
    }
    check(error_of(connection.client) == 0 && error_of(connection.server) == 0);
    disconnect(&connection);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_close),
        world_test(test_refused),
    };

    (void)argc;
    int r = netns_begin(argv);
    return r ? r : cmocka_run_group_tests(tests, NULL, NULL);
}
