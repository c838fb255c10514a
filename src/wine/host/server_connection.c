/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Wine makes the connection before anything else runs in the process, in one of two ways.
 *
 * A process that was started by another Windows program inherits it: one end of a pair of sockets
 * without names. Its number is in WINESERVERSOCKET. Wine takes the variable out of the
 * environment as soon as it has read it, but the kernel still shows the environment as it was at
 * the process's start. A process that was started from outside connects by itself, to the socket
 * that the server has bound by the name "socket" in its own folder.
 *
 * Either way Wine marks the descriptor to be closed on exec. Whatever else the process was started
 * with has no such mark.
 */
#include "wine/host/server_connection.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#define SERVER_SOCKET "socket"
#define INHERITED "WINESERVERSOCKET="

/* What keeps a file of /proc from being read: a shortage, or that there is none to be read. */
static int failure(void)
{
    return errno == ENOMEM || errno == EMFILE || errno == ENFILE ? -errno : -ENOENT;
}

/* The number of a descriptor; -ENOENT: it is none. */
static int parse_descriptor(const char *text)
{
    char *end;

    if (*text < '0' || *text > '9')
        return -ENOENT;
    long number = strtol(text, &end, 10);
    return *end == 0 && number <= INT_MAX ? (int)number : -ENOENT;
}

/* Whether a descriptor is a connection that Wine may have made, to a socket of this name or none.
 */
static bool is_connection(int fd, const char *peer_name)
{
    const size_t name_offset = offsetof(struct sockaddr_un, sun_path);
    struct sockaddr_un peer = {0};
    socklen_t peer_size = sizeof(peer);
    int type;
    socklen_t type_size = sizeof(type);
    int flags = fcntl(fd, F_GETFD);

    return flags >= 0 && (flags & FD_CLOEXEC) &&
           getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &type_size) == 0 && type == SOCK_STREAM &&
           getpeername(fd, (struct sockaddr *)&peer, &peer_size) == 0 &&
           peer.sun_family == AF_UNIX && (peer_size > name_offset) == (peer_name[0] != 0) &&
           strncmp(peer.sun_path, peer_name, sizeof(peer.sun_path)) == 0;
}

/* The number in the environment. -ENXIO: there is no such variable; -ENOENT: that is no number. */
static int read_inherited(void)
{
    FILE *environment = fopen("/proc/self/environ", "re");
    char *variable = NULL;
    size_t size = 0;
    int r = -ENXIO;

    if (!environment)
        return failure();
    errno = 0;
    while (r == -ENXIO && getdelim(&variable, &size, 0, environment) >= 0)
        if (strncmp(variable, INHERITED, strlen(INHERITED)) == 0)
            r = parse_descriptor(variable + strlen(INHERITED));
    if (r == -ENXIO && errno != 0)
        r = failure();
    free(variable);
    (void)fclose(environment);
    return r;
}

/* The one that the process has made by itself. */
static int find_own(void)
{
    DIR *descriptors = opendir("/proc/self/fd");
    const struct dirent *entry;
    int found = -ENOENT;

    if (!descriptors)
        return failure();
    /* In the order of their numbers, and Wine's is among the first. */
    while (found < 0 && (entry = readdir(descriptors))) { // NOLINT(concurrency-mt-unsafe)
        int fd = parse_descriptor(entry->d_name);

        if (fd >= 0 && is_connection(fd, SERVER_SOCKET))
            found = fd;
    }
    (void)closedir(descriptors);
    return found;
}

int server_connection_find(void)
{
    int inherited = read_inherited();

    if (inherited == -ENXIO)
        return find_own();
    return inherited < 0 || is_connection(inherited, "") ? inherited : -ENOENT;
}
