/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Blocks of ports, in a namespace of the test's own: what is reserved shows in the kernel's list,
 * and is given to no socket that asks for any port.
 */
#include "world.h"

#include "child.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#define SETTINGS "/proc/sys/net/ipv4/"

/* As "TCP" and "UDP" have them. */
static const struct protocol {
    ULONG (*create)(USHORT, USHORT, ULONG64 *);
    ULONG (*delete)(USHORT, USHORT);
    ULONG (*look_up)(USHORT, USHORT, ULONG64 *);
    int type;
} protocols[] = {
    {CreatePersistentTcpPortReservation, DeletePersistentTcpPortReservation,
     LookupPersistentTcpPortReservation, SOCK_STREAM},
    {CreatePersistentUdpPortReservation, DeletePersistentUdpPortReservation,
     LookupPersistentUdpPortReservation, SOCK_DGRAM},
};

enum { PROTOCOLS = sizeof(protocols) / sizeof(protocols[0]) };

static void write_setting(const char *name, const char *text)
{
    char path[128];

    (void)snprintf(path, sizeof(path), SETTINGS "%s", name);
    FILE *file = fopen(path, "we");
    check(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

static void expect_list(const char *expected)
{
    char text[8192] = "";
    FILE *file = fopen(SETTINGS "ip_local_reserved_ports", "re");

    check(file != NULL);
    (void)fgets(text, sizeof(text), file);
    (void)fclose(file);
    text[strcspn(text, "\n")] = '\0';
    if (strcmp(text, expected) != 0)
        fail_test("\"%s\" instead of \"%s\"", text, expected);
}

/* A socket of a port, or of any. */
static int bind_socket(int type, int family, uint16_t port, uint16_t *ret_port)
{
    struct sockaddr_in6 address = {.sin6_family = (sa_family_t)family, .sin6_port = htons(port)};
    socklen_t size = sizeof(address);
    int fd = socket(family, type | SOCK_CLOEXEC, 0);

    check(fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
    if (type == SOCK_STREAM)
        check(listen(fd, 1) == 0);
    check(getsockname(fd, (struct sockaddr *)&address, &size) == 0);
    if (ret_port)
        *ret_port = ntohs(address.sin6_port);
    return fd;
}

static void test_round_trip(void **state)
{
    ULONG64 tokens[PROTOCOLS];
    ULONG64 token = 0;

    (void)state;
    write_setting("ip_local_reserved_ports", "7000-7009\n");
    for (size_t i = 0; i < PROTOCOLS; i++) {
        const struct protocol *protocol = &protocols[i];

        check(protocol->look_up(htons(5000), 10, &token) == ERROR_NOT_FOUND && token == 0);
        check(protocol->delete (htons(5000), 10) == ERROR_NOT_FOUND);
        check(protocol->create(htons(5000), 10, &tokens[i]) == NO_ERROR);
        expect_list("5000-5009,7000-7009");
        check(protocol->look_up(htons(5000), 10, &token) == NO_ERROR && token == tokens[i]);
        token = 0;
        check(protocol->look_up(htons(5000), 11, &token) == ERROR_NOT_FOUND && token == 0);
        check(protocol->create(htons(5009), 2, &token) == ERROR_SHARING_VIOLATION && token == 0);
        check(protocol->create(htons(6999), 2, &token) == ERROR_SHARING_VIOLATION);
        check(protocol->delete (htons(5000), 11) == ERROR_NOT_FOUND);
        expect_list("5000-5009,7000-7009");
        check(protocol->create(htons(65535), 1, &token) == NO_ERROR);
        check(protocol->delete (htons(5000), 10) == NO_ERROR);
        check(protocol->delete (htons(7000), 10) == NO_ERROR);
        expect_list("65535");
        check(protocol->delete (htons(65535), 1) == NO_ERROR);
        expect_list("");
        write_setting("ip_local_reserved_ports", "7000-7009\n");
        token = 0;
    }
    check(tokens[0] != tokens[1]);
}

/* Of sixteen ports that are given to whoever asks, all but two are reserved. */
static void test_effect(void **state)
{
    ULONG64 token;

    (void)state;
    write_setting("ip_local_reserved_ports", "\n");
    write_setting("ip_local_port_range", "40000 40015\n");
    check(CreatePersistentTcpPortReservation(htons(40002), 14, &token) == NO_ERROR);
    for (size_t i = 0; i < PROTOCOLS; i++) {
        uint16_t ports[2];
        int fds[2];

        for (size_t k = 0; k < 2; k++)
            fds[k] = bind_socket(protocols[i].type, AF_INET6, 0, &ports[k]);
        check(ports[0] + ports[1] == 40000 + 40001);
        /* Who names one gets it. */
        int named = bind_socket(protocols[i].type, AF_INET, 40002, NULL);
        (void)close(named);
        (void)close(fds[0]);
        (void)close(fds[1]);
    }
    check(DeletePersistentUdpPortReservation(htons(40002), 14) == NO_ERROR);
}

static void test_in_use(void **state)
{
    static const int families[] = {AF_INET, AF_INET6};
    ULONG64 token = 0;

    (void)state;
    write_setting("ip_local_reserved_ports", "\n");
    for (size_t i = 0; i < PROTOCOLS; i++)
        for (size_t k = 0; k < 2; k++) {
            int fd = bind_socket(protocols[i].type, families[k], 5005, NULL);

            check(protocols[i].create(htons(5000), 10, &token) == ERROR_SHARING_VIOLATION);
            check(token == 0);
            expect_list("");
            /* It is no socket of the other protocol. */
            check(protocols[1 - i].create(htons(5000), 10, &token) == NO_ERROR);
            check(protocols[1 - i].delete(htons(5000), 10) == NO_ERROR);
            (void)close(fd);
            check(protocols[i].create(htons(5000), 10, &token) == NO_ERROR);
            check(protocols[i].delete(htons(5000), 10) == NO_ERROR);
            token = 0;
        }
}

/* The kernel takes a list of a page, and nothing is written that is longer. */
static void test_long_list(void **state)
{
    ULONG64 token;
    DWORD rc = NO_ERROR;
    uint16_t port = 10000;

    (void)state;
    write_setting("ip_local_reserved_ports", "\n");
    for (; rc == NO_ERROR && port < 20000; port += 2)
        rc = CreatePersistentTcpPortReservation(htons(port), 1, &token);
    check(rc == ERROR_NOT_ENOUGH_MEMORY);
    check(LookupPersistentTcpPortReservation(htons(10000), 1, &token) == NO_ERROR);
    check(LookupPersistentTcpPortReservation(htons((uint16_t)(port - 4)), 1, &token) == NO_ERROR);
    check(LookupPersistentTcpPortReservation(htons((uint16_t)(port - 2)), 1, &token) ==
          ERROR_NOT_FOUND);
    write_setting("ip_local_reserved_ports", "\n");
}

static void expect_refused(DWORD error)
{
    ULONG64 token = 0;

    for (size_t i = 0; i < PROTOCOLS; i++) {
        check(protocols[i].create(htons(5000), 10, &token) == error && token == 0);
        check(protocols[i].delete(htons(5000), 10) == error);
    }
}

static void use_read_only(struct child *self, void *context)
{
    ULONG64 token;

    (void)self;
    (void)context;
    check(unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
    check(mount("/proc/sys", "/proc/sys", NULL, MS_BIND, NULL) == 0);
    check(mount(NULL, "/proc/sys", NULL,
                MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0);
    expect_refused(ERROR_ACCESS_DENIED);
    check(LookupPersistentTcpPortReservation(htons(5000), 10, &token) == ERROR_NOT_FOUND);
}

static void use_no_proc(struct child *self, void *context)
{
    ULONG64 token;

    (void)self;
    (void)context;
    check(unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
    check(mount("none", "/proc", "tmpfs", 0, NULL) == 0);
    expect_refused(ERROR_NOT_SUPPORTED);
    check(LookupPersistentTcpPortReservation(htons(5000), 10, &token) == ERROR_NOT_SUPPORTED);
}

static void test_refused(void **state)
{
    (void)state;
    write_setting("ip_local_reserved_ports", "\n");
    struct child child = child_start(use_read_only, NULL);
    child_join(&child);
    child = child_start(use_no_proc, NULL);
    child_join(&child);
    expect_list("");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_round_trip), world_test(test_effect),  world_test(test_in_use),
        world_test(test_long_list),  world_test(test_refused),
    };

    (void)argc;
    int r = netns_begin(argv);
    return r ? r : cmocka_run_group_tests(tests, NULL, NULL);
}
