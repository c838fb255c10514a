/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Single TCP connections, which the test makes in a namespace of its own: closed by others. */
#include "connections.h"
#include "world.h"

#include "child.h"

#include <errno.h>
#include <poll.h>

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
        struct connection one = connection_make(cases[i].server, cases[i].client, cases[i].device);
        struct connection other =
            connection_make(cases[i].server, cases[i].client, cases[i].device);
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
        connection_close(&one);
        connection_close(&other);
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
    struct connection connection = connection_make(AF_INET, AF_INET, NULL);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(runs); i++) {
        struct child child = child_start(runs[i], &connection.row);
        child_join(&child);
    }
    check(error_of(connection.client) == 0 && error_of(connection.server) == 0);
    connection_close(&connection);
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
