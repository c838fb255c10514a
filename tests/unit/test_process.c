/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * backend/proc/process: a /proc of the test's own, as the kernel had it while Miredo ran, and
 * with parts that are missing or wrong, as when a process vanishes while it is looked at.
 */
#include "backend/proc/process.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* As recorded of Miredo 1.2.6 on Linux 6.18. */
static const char tun_fdinfo[] = "pos:\t0\nflags:\t0104002\nmnt_id:\t27\nino:\t86\niff:\tteredo\n";
static const char plain_fdinfo[] = "pos:\t0\nflags:\t0100002\nmnt_id:\t27\nino:\t5\n";

static char root[] = "/tmp/iphlpapi-proc-XXXXXX";
static int proc = -1;

static void path_of(char path[256], const char *format, va_list arguments)
{
    int length = vsnprintf(path, 256, format, arguments);

    assert_true(length > 0 && length < 256);
}

#define PATH_FROM_ARGUMENTS(format)                                                                \
    char path[256];                                                                                \
    do {                                                                                           \
        va_list arguments;                                                                         \
        va_start(arguments, format);                                                               \
        path_of(path, format, arguments);                                                          \
        va_end(arguments);                                                                         \
    } while (0)

__attribute__((format(printf, 1, 2))) static void make_directory(const char *format, ...)
{
    PATH_FROM_ARGUMENTS(format);
    assert_int_equal(mkdirat(proc, path, 0700), 0);
}

__attribute__((format(printf, 3, 4))) static void make_file(const void *content, size_t length,
                                                            const char *format, ...)
{
    PATH_FROM_ARGUMENTS(format);
    int fd = openat(proc, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, content, length), length);
    close(fd);
}

__attribute__((format(printf, 1, 2))) static void remove_path(const char *format, ...)
{
    PATH_FROM_ARGUMENTS(format);
    assert_int_equal(unlinkat(proc, path, 0), 0);
}

/* A descriptor; fdinfo NULL: it has vanished by then. */
static void make_fd(unsigned pid, unsigned fd, const char *target, const char *fdinfo)
{
    char path[64];

    (void)snprintf(path, sizeof(path), "%u/fd/%u", pid, fd);
    assert_int_equal(symlinkat(target, proc, path), 0);
    if (fdinfo)
        make_file(fdinfo, strlen(fdinfo), "%u/fdinfo/%u", pid, fd);
}

/* In which namespace: 0 is the test's own. */
static void make_process(unsigned pid, unsigned namespace, const char *comm)
{
    char from[32];
    char to[32];

    make_directory("%u", pid);
    make_directory("%u/fd", pid);
    make_directory("%u/fdinfo", pid);
    make_directory("%u/net", pid);
    make_file(comm, strlen(comm), "%u/comm", pid);
    (void)snprintf(from, sizeof(from), "namespace%u", namespace);
    (void)snprintf(to, sizeof(to), "%u/net/dev", pid);
    assert_int_equal(linkat(proc, from, proc, to, 0), 0);
}

/* The process of a client, with its tunnel on descriptor 4 and its port's socket on 7. */
static void make_client(unsigned pid, unsigned namespace)
{
    make_process(pid, namespace, "miredo\n");
    make_fd(pid, 0, "/dev/null", plain_fdinfo);
    make_fd(pid, 7, "socket:[78221]", plain_fdinfo);
    make_fd(pid, 4, "/dev/net/tun", tun_fdinfo);
    make_fd(pid, 3, "socket:[78216]", plain_fdinfo);
}

static int setup(void **state)
{
    (void)state;
    memcpy(root + strlen(root) - 6, "XXXXXX", 6);
    if (!mkdtemp(root) || (proc = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
        return -1;
    make_file("", 0, "namespace0");
    make_file("", 0, "namespace1");
    make_directory("thread-self");
    make_directory("thread-self/net");
    make_directory("net");
    make_file("1.0 2.0\n", 8, "uptime");
    return linkat(proc, "namespace0", proc, "thread-self/net/dev", 0);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

static int teardown(void **state)
{
    (void)state;
    close(proc);
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): there is one thread */
    return nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS); // NOLINT(concurrency-mt-unsafe)
}

static int find(struct process_sockets *ret)
{
    *ret = (struct process_sockets){0};
    return process_tun_sockets(proc, "teredo", ret);
}

static void expect_error(int error)
{
    struct process_sockets sockets;

    assert_int_equal(find(&sockets), error);
    assert_null(sockets.sockets);
}

static void client_is_found(void **state)
{
    struct process_sockets sockets;

    (void)state;
    expect_error(-ENOENT);
    make_process(1, 0, "init\n");
    make_fd(1, 5, "socket:[5]", plain_fdinfo);
    expect_error(-ENOENT);
    make_client(200, 0);
    make_client(30, 0);
    assert_int_equal(find(&sockets), 0);
    /* In order of processes and descriptors, however the directory has them. */
    assert_int_equal(sockets.count, 4);
    assert_int_equal(sockets.sockets[0].pid, 30);
    assert_int_equal(sockets.sockets[0].fd, 3);
    assert_int_equal(sockets.sockets[0].inode, 78216);
    assert_int_equal(sockets.sockets[1].fd, 7);
    assert_int_equal(sockets.sockets[1].inode, 78221);
    assert_int_equal(sockets.sockets[2].pid, 200);
    assert_int_equal(sockets.sockets[3].inode, 78221);
    process_sockets_clear(&sockets);
    process_sockets_clear(&sockets);
}

static void other_devices(void **state)
{
    (void)state;
    make_process(10, 0, "openvpn\n");
    make_fd(10, 3, "/dev/net/tun", "pos:\t0\niff:\ttun0\n");
    make_fd(10, 4, "socket:[44]", plain_fdinfo);
    /* A device that is not set up yet has no name; a file may be called so. */
    make_fd(10, 5, "/dev/net/tun", plain_fdinfo);
    make_fd(10, 6, "/tmp/tun", plain_fdinfo);
    make_fd(10, 8, "/tmp/tunnel", tun_fdinfo);
    make_fd(10, 9, "anon_inode:[eventpoll]", tun_fdinfo);
    expect_error(-ENOENT);
    /* The same name in another namespace is another device. */
    make_client(11, 1);
    expect_error(-ENOENT);
}

static void processes_vanish(void **state)
{
    struct process_sockets sockets;

    (void)state;
    make_client(20, 0);
    remove_path("20/fdinfo/4");
    expect_error(-ENOENT);

    make_client(21, 0);
    remove_path("21/net/dev");
    expect_error(-ENOENT);

    make_directory("22");
    make_directory("23");
    make_directory("23/fd");
    make_fd(23, 4, "/dev/net/tun", NULL);
    make_file("", 0, "24"); /* a number, and not a directory */
    expect_error(-ENOENT);

    /* What is left of others is no obstacle; what vanishes beside the device is left out. */
    make_client(25, 0);
    make_fd(25, 9, "socket:[99] (deleted)", NULL);
    make_fd(25, 10, "socket:[99999999999999999999]", NULL);
    make_fd(25, 11, "socket:[]", NULL);
    make_fd(25, 12, "socket:[12", NULL);
    assert_int_equal(find(&sockets), 0);
    for (size_t i = 0; i < sockets.count; i++)
        assert_true(sockets.sockets[i].pid == 25 && sockets.sockets[i].fd < 8);
    process_sockets_clear(&sockets);
}

static void missing_proc(void **state)
{
    struct process_sockets sockets;
    int none = open("/dev/null", O_RDONLY | O_CLOEXEC);

    (void)state;
    assert_int_equal(process_tun_sockets(none, "teredo", &sockets), -ENOTDIR);
    assert_int_equal(process_serves_teredo(none, 3), -ENOTDIR);
    close(none);
    /* Without a namespace of its own nobody can be said to be of the same. */
    make_client(40, 0);
    remove_path("thread-self/net/dev");
    expect_error(-ENOENT);
}

static void helper_is_found(void **state)
{
    static const char command[] = "/usr/libexec/miredo/miredo-privproc\0001f";

    (void)state;
    assert_int_equal(process_serves_teredo(proc, 31), 0);
    make_process(50, 0, "miredo-privproc\n");
    assert_int_equal(process_serves_teredo(proc, 31), 0); /* its command line has vanished */
    make_file(command, sizeof(command), "50/cmdline");
    assert_int_equal(process_serves_teredo(proc, 31), 1);
    assert_int_equal(process_serves_teredo(proc, 30), 0);
    make_file("miredo\n", 7, "50/comm");
    assert_int_equal(process_serves_teredo(proc, 31), 0);
    make_process(51, 1, "miredo-privproc\n");
    make_file(command, sizeof(command), "51/cmdline");
    assert_int_equal(process_serves_teredo(proc, 31), 0);
}

static bool is_tun(const char *text, size_t length)
{
    /* Memory of exactly that length, for the address sanitizer. */
    char *copy = malloc(length ? length : 1);

    assert_non_null(copy);
    memcpy(copy, text, length);
    bool result = process_fdinfo_is_tun(copy, length, "teredo");
    free(copy);
    return result;
}

static void fdinfo_texts(void **state)
{
    const size_t whole = sizeof(tun_fdinfo) - 1;
    char changed[sizeof(tun_fdinfo)];

    (void)state;
    assert_true(is_tun(tun_fdinfo, whole));
    assert_false(is_tun(plain_fdinfo, sizeof(plain_fdinfo) - 1));
    assert_true(is_tun("iff:\tteredo\n", 12));
    assert_false(is_tun("iff:\tteredo0\n", 13));
    assert_false(is_tun("iff:\ttered\n", 11));
    assert_false(is_tun("iff: teredo\n", 12));
    assert_false(is_tun("iff:\t\n", 6));
    assert_false(is_tun("ino:\tiff:\tteredo\n", 17));
    assert_false(is_tun("\n\n\n", 3));
    /* Cut anywhere: only the whole line counts. */
    for (size_t length = 0; length < whole; length++)
        assert_false(is_tun(tun_fdinfo, length));
    /* Any byte of the line changed. */
    for (size_t i = whole - 12; i < whole; i++) {
        memcpy(changed, tun_fdinfo, sizeof(changed));
        changed[i] ^= 0x20;
        assert_false(is_tun(changed, whole));
    }
}

static void link_texts(void **state)
{
    static const char *const wrong[] = {"",
                                        "socket:",
                                        "socket:[",
                                        "socket:[]",
                                        "socket:[-1]",
                                        "socket:[ 1]",
                                        "socket:[1",
                                        "socket:[1x]",
                                        "socket:[1]]",
                                        "socket:[4294967296]",
                                        "socket:[99999999999999999999999]",
                                        "Socket:[1]",
                                        "pipe:[1]"};
    uint32_t inode = 0;

    (void)state;
    assert_true(process_link_is_socket("socket:[78221]", &inode));
    assert_int_equal(inode, 78221);
    assert_true(process_link_is_socket("socket:[4294967295]", &inode));
    assert_int_equal(inode, UINT32_MAX);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_false(process_link_is_socket(wrong[i], &inode));
}

static bool serves(const char *text, size_t length, uint32_t ifindex)
{
    char *copy = malloc(length ? length : 1);

    assert_non_null(copy);
    memcpy(copy, text, length);
    bool result = process_command_serves_teredo(copy, length, ifindex);
    free(copy);
    return result;
}

static void command_texts(void **state)
{
    static const char whole[] = "/usr/libexec/miredo/miredo-privproc\000a0";

    (void)state;
    assert_true(serves(whole, sizeof(whole), 0xa0));
    assert_false(serves(whole, sizeof(whole), 10));
    assert_false(serves(whole, sizeof(whole), 0));
    for (size_t length = 0; length < sizeof(whole); length++)
        assert_false(serves(whole, length, 0xa0));
    assert_false(serves("x\0a0\0more", 10, 0xa0));
    assert_false(serves("x\0+a0", 6, 0xa0));
    assert_false(serves("x\0\0", 3, 0));
    assert_false(serves("\0\0\0\0", 4, 0));
    assert_false(serves("x\0a000000000000000a0", 20, 0xa0));
}

#define proc_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        proc_test(client_is_found),   proc_test(other_devices),
        proc_test(processes_vanish),  proc_test(missing_proc),
        proc_test(helper_is_found),   cmocka_unit_test(fdinfo_texts),
        cmocka_unit_test(link_texts), cmocka_unit_test(command_texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
