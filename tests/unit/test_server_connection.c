/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * server_connection: which of a process's descriptors is the connection to its wineserver.
 *
 * The environment counts as it was at a process's start, so each case is a process of its own:
 * this program once more, with the descriptors and the environment of the case.
 */
#include "wine/host/server_connection.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Descriptors of a case have the numbers from FIRST on; NONE is its exit status without any. */
enum { FIRST = 40, MOST = 4, NONE = 200, BROKEN };

enum kind {
    NOTHING,
    KEPT_PAIR, /* a pair or a server that is not to be closed on exec */
    KEPT_SERVER,
    PAIR,      /* one end of a pair without names */
    DATAGRAMS, /* likewise, of datagrams */
    SERVER,    /* connected to a socket that is bound by the name "socket" */
    OTHER,     /* by another name */
    LONGER,    /* by one that begins alike */
    ABSTRACT,  /* by a name of no file */
    ITSELF,    /* bound by the name "socket" itself */
    INTERNET,  /* connected by TCP */
    FILE_ONLY, /* no socket */
};

static const char *const peer_names[] = {
    [KEPT_SERVER] = "socket", [SERVER] = "socket", [OTHER] = "other",
    [LONGER] = "socket2",     [ABSTRACT] = "",
};

static const struct row {
    const char *name;
    const char *variable; /* NULL: unset */
    enum kind kinds[MOST];
    int expected;
} rows[] = {
    {"nothing at all", NULL, {NOTHING}, NONE},
    {"connected by itself", NULL, {SERVER}, FIRST},
    {"the first one", NULL, {SERVER, SERVER}, FIRST},
    {"among others", NULL, {PAIR, OTHER, LONGER, SERVER}, FIRST + 3},
    {"among others of that name", NULL, {ITSELF, ABSTRACT, SERVER}, FIRST + 2},
    {"among what is no socket", NULL, {FILE_ONLY, INTERNET, SERVER}, FIRST + 2},
    {"not what it was started with", NULL, {KEPT_SERVER, SERVER}, FIRST + 1},
    {"a pair alone", NULL, {PAIR, DATAGRAMS}, NONE},
    {"inherited", "40", {PAIR}, FIRST},
    {"inherited, among others", "41", {PAIR, PAIR, PAIR}, FIRST + 1},
    {"inherited, with another server", "42", {SERVER, PAIR, PAIR}, FIRST + 2},
    {"inherited, not marked", "40", {KEPT_PAIR, SERVER}, NONE},
    {"inherited, and gone", "43", {PAIR, SERVER}, NONE},
    {"inherited, and something else since", "40", {DATAGRAMS, PAIR}, NONE},
    {"inherited, and a file since", "40", {FILE_ONLY, PAIR}, NONE},
    {"inherited, and TCP since", "40", {INTERNET, PAIR}, NONE},
    {"inherited, and a named one since", "40", {SERVER, PAIR}, NONE},
    {"no number", "socket", {SERVER}, NONE},
    {"no whole number", "40 ", {PAIR}, NONE},
    {"too large a number", "4294967336", {PAIR}, NONE},
    {"no value", "", {PAIR, SERVER}, NONE},
};

static void demand(bool condition)
{
    if (!condition)
        _exit(BROKEN);
}

static int listen_at(const char *name, struct sockaddr_un *ret_address, socklen_t *ret_size)
{
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    *ret_address = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(ret_address->sun_path, name, strlen(name) + 1);
    *ret_size = sizeof(*ret_address);
    if (name[0])
        (void)unlink(name);
    else
        *ret_size = sizeof(ret_address->sun_family); /* the kernel chooses one of no file */
    demand(bind(listener, (struct sockaddr *)ret_address, *ret_size) == 0 &&
           listen(listener, 1) == 0);
    *ret_size = sizeof(*ret_address);
    demand(getsockname(listener, (struct sockaddr *)ret_address, ret_size) == 0);
    return listener;
}

static int connected_to(const char *name)
{
    struct sockaddr_un address;
    socklen_t size;

    (void)listen_at(name, &address, &size);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    demand(connect(fd, (struct sockaddr *)&address, size) == 0);
    return fd;
}

static int connected_by_tcp(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    demand(bind(listener, (struct sockaddr *)&address, size) == 0 && listen(listener, 1) == 0 &&
           getsockname(listener, (struct sockaddr *)&address, &size) == 0);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    demand(connect(fd, (struct sockaddr *)&address, size) == 0);
    return fd;
}

static int open_kind(enum kind kind)
{
    struct sockaddr_un address;
    socklen_t size;
    int ends[2];

    switch (kind) {
    case NOTHING:
        break;
    case PAIR:
    case KEPT_PAIR:
    case DATAGRAMS:
        demand(socketpair(AF_UNIX, kind == DATAGRAMS ? SOCK_DGRAM : SOCK_STREAM, 0, ends) == 0);
        return ends[0];
    case SERVER:
    case KEPT_SERVER:
    case OTHER:
    case LONGER:
    case ABSTRACT:
        return connected_to(peer_names[kind]);
    case ITSELF:
        return listen_at("socket", &address, &size);
    case INTERNET:
        return connected_by_tcp();
    case FILE_ONLY:
        return open("/dev/null", O_RDONLY);
    }
    return -1;
}

/* In a process of its own, and in a folder of its own. */
static void become(const struct row *row, size_t number)
{
    char text[16];
    char variable[64];
    char *environment[] = {row->variable ? variable : NULL, NULL};

    for (int i = 0; i < MOST; i++) {
        int fd = open_kind(row->kinds[i]);
        demand(fd < 0 || dup2(fd, FIRST + i) == FIRST + i);
        if (fd >= 0)
            (void)close(fd);
    }
    if (row->variable)
        (void)snprintf(variable, sizeof(variable), "WINESERVERSOCKET=%s", row->variable);
    (void)snprintf(text, sizeof(text), "%zu", number);
    (void)execle("/proc/self/exe", "test_server_connection", text, (char *)NULL, environment);
    demand(false);
}

/* What Wine does before anything else, and then the look. The result is the exit status. */
static int look(size_t number)
{
    for (int i = 0; i < MOST; i++)
        if (rows[number].kinds[i] > KEPT_SERVER)
            demand(fcntl(FIRST + i, F_SETFD, FD_CLOEXEC) == 0);
    environ[0] = NULL;
    int fd = server_connection_find();
    if (fd == -ENOENT)
        return NONE;
    return fd >= FIRST && fd < FIRST + MOST ? fd : BROKEN;
}

static void every_row(void **state)
{
    (void)state;
    char folder[] = "/tmp/server-connection-XXXXXX";
    unsigned wrong = 0;

    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int status;
        pid_t child = fork();

        assert_true(child >= 0);
        if (child == 0) {
            demand(chdir(folder) == 0);
            become(&rows[i], i);
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != rows[i].expected) {
            print_error("%s: %d, not %d\n", rows[i].name, WEXITSTATUS(status), rows[i].expected);
            wrong++;
        }
    }
    for (size_t i = 0; i < sizeof(peer_names) / sizeof(peer_names[0]); i++) {
        char path[64];

        if (!peer_names[i] || !peer_names[i][0])
            continue;
        (void)snprintf(path, sizeof(path), "%s/%s", folder, peer_names[i]);
        (void)unlink(path);
    }
    assert_int_equal(rmdir(folder), 0);
    assert_int_equal(wrong, 0);
}

/* Without a descriptor to look with it is not known, and that is another thing than none. */
static void no_descriptor_left(void **state)
{
    (void)state;
    int fds[1024];
    size_t count = 0;
    struct rlimit limit;

    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    struct rlimit less = {.rlim_cur = 64, .rlim_max = limit.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &less), 0);
    while (count < sizeof(fds) / sizeof(fds[0]) && (fds[count] = dup(STDERR_FILENO)) >= 0)
        count++;
    int r = server_connection_find();
    while (count > 0)
        (void)close(fds[--count]);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_int_equal(r, -EMFILE);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row),
        cmocka_unit_test(no_descriptor_left),
    };

    if (argc == 2)
        return look(strtoul(argv[1], NULL, 10));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
