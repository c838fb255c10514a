/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rival.h"
#include "clock.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <netlink/cache.h>
#include <netlink/netlink.h>
#include <netlink/route/route.h>
#include <netlink/socket.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs a program with its output to a descriptor or, for -1, nowhere. False: it did not work. */
static bool run(char *const *arguments, int output)
{
    posix_spawn_file_actions_t actions;
    pid_t child;
    int status;

    (void)posix_spawn_file_actions_init(&actions);
    (void)posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    if (output >= 0)
        (void)posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    else
        (void)posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    int error = posix_spawnp(&child, arguments[0], &actions, NULL, arguments, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    return error == 0 && waitpid(child, &status, 0) == child && status == 0;
}

double rival_program(char *const *arguments)
{
    uint64_t before = clock_now();

    if (!run(arguments, -1))
        return NAN;
    return (double)(clock_now() - before) / 1e6;
}

double rival_libnl(uint32_t routes)
{
    struct nl_sock *socket = nl_socket_alloc();
    struct nl_cache *cache;

    if (!socket || nl_connect(socket, NETLINK_ROUTE) < 0)
        bench_die("libnl cannot connect", 0);
    uint64_t before = clock_now();
    if (rtnl_route_alloc_cache(socket, AF_INET, 0, &cache) < 0)
        bench_die("rtnl_route_alloc_cache failed", 0);
    double ms = (double)(clock_now() - before) / 1e6;
    if ((uint32_t)nl_cache_nitems(cache) < routes)
        bench_die("libnl gave too few routes", 0);
    nl_cache_free(cache);
    nl_socket_free(socket);
    return ms;
}

double rival_pyroute2(uint32_t routes)
{
    static char *const arguments[] = {
        "/usr/bin/python3", /* the one that Debian packages are for */
        "-c",
        "import time, socket\n"
        "from pyroute2 import IPRoute\n"
        "with IPRoute() as ip:\n"
        "    before = time.monotonic()\n"
        "    routes = list(ip.get_routes(family=socket.AF_INET))\n"
        "    print((time.monotonic() - before) * 1e3, len(routes))\n",
        NULL,
    };
    char line[64] = "";
    char *rest;
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) < 0)
        bench_die("cannot make a pipe", errno);
    bool ok = run(arguments, ends[1]);
    (void)close(ends[1]);
    ssize_t length = read(ends[0], line, sizeof(line) - 1);
    (void)close(ends[0]);
    if (!ok || length <= 0)
        return NAN;
    double ms = strtod(line, &rest);
    return strtoul(rest, NULL, 10) < routes ? NAN : ms;
}
