/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An abstract Unix address is had by one socket of a network namespace, whatever file systems its
 * processes see, and is free again when that socket is closed. Called by what reads a number of the
 * kernel's, changes a part of it and writes it back, as the kernel compares nothing.
 */
#include "backend/netlink/socket/exclusive.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { ATTEMPTS_MAX = 1000, PAUSE_NS = 1000000 };

int exclusive_begin(const char *name)
{
    const struct timespec pause = {.tv_nsec = PAUSE_NS};
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(name);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || length >= sizeof(address.sun_path))
        goto without;
    memcpy(address.sun_path + 1, name, length); /* behind a zero byte */
    length += offsetof(struct sockaddr_un, sun_path) + 1;
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
        if (bind(fd, (const struct sockaddr *)&address, (socklen_t)length) == 0)
            return fd;
        if (errno != EADDRINUSE)
            break;
        (void)nanosleep(&pause, NULL);
    }
without:
    exclusive_end(fd);
    return -1;
}

void exclusive_end(int exclusive)
{
    if (exclusive >= 0)
        (void)close(exclusive);
}
