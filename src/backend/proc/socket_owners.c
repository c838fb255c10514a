/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Looks for the holders of sockets through /proc. A look costs one system call for each descriptor
 * of the machine, so all sockets are looked for at once.
 *
 * A socket that was passed on may belong to a process of any network namespace: none is left out.
 */
#include "backend/proc/socket_owners.h"
#include "backend/proc/process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *socket_owners_keeper;

static bool is_keeper(int process)
{
    char name[16] = "";
    int fd = openat(process, "comm", O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return false;
    ssize_t length = read(fd, name, sizeof(name) - 1);
    (void)close(fd);
    return length > 0 && strncmp(name, socket_owners_keeper, strlen(socket_owners_keeper)) == 0;
}

/* The place that has the inode, or the free one where it belongs. Some place is free. */
static struct socket_owner *place_of(const struct socket_owners *owners, uint32_t inode)
{
    size_t i = inode * (size_t)0x9e3779b1U;

    for (i ^= i >> 15;; i++) {
        struct socket_owner *place = &owners->places[i & (owners->capacity - 1)];

        if (place->inode == inode || place->inode == 0)
            return place;
    }
}

static int make_room(struct socket_owners *owners)
{
    struct socket_owners grown = *owners;

    if (owners->count < owners->capacity / 2)
        return 0;
    grown.capacity = owners->capacity ? owners->capacity * 2 : 64;
    grown.places = calloc(grown.capacity, sizeof(*grown.places));
    if (!grown.places)
        return -ENOMEM;
    for (size_t i = 0; i < owners->capacity; i++)
        if (owners->places[i].inode)
            *place_of(&grown, owners->places[i].inode) = owners->places[i];
    free(owners->places);
    *owners = grown;
    return 0;
}

int socket_owners_want(struct socket_owners *owners, uint32_t inode)
{
    if (inode == 0)
        return 0;
    int r = make_room(owners);
    if (r < 0)
        return r;
    struct socket_owner *place = place_of(owners, inode);
    if (place->inode == 0) {
        place->inode = inode;
        owners->count++;
    }
    return 0;
}

uint32_t socket_owners_pid(const struct socket_owners *owners, uint32_t inode)
{
    return owners->capacity && inode ? place_of(owners, inode)->pid : 0;
}

static void take_descriptor(struct socket_owners *owners, uint32_t pid, int fds, const char *name)
{
    char target[32]; /* whatever is longer than the link of a socket is none */
    uint32_t inode;
    ssize_t length = readlinkat(fds, name, target, sizeof(target) - 1);

    if (length < 0)
        return;
    target[length] = '\0';
    if (!process_link_is_socket(target, &inode) || inode == 0)
        return;
    struct socket_owner *place = place_of(owners, inode);
    if (place->inode == inode && place->pid == 0) {
        place->pid = pid;
        owners->found++;
    }
}

/* 1: all are found. */
static int take_process(void *context, int process, uint32_t pid)
{
    struct socket_owners *owners = context;

    if (socket_owners_keeper && is_keeper(process))
        return 0;
    int fds = openat(process, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = fds < 0 ? NULL : fdopendir(fds);

    if (!directory) {
        int error = errno;
        if (fds >= 0)
            (void)close(fds);
        return error == EMFILE || error == ENFILE || error == ENOMEM ? -error : 0;
    }
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is this function's own */
    for (const struct dirent *entry; owners->found < owners->count && (entry = readdir(directory));)
        if (entry->d_name[0] != '.')
            take_descriptor(owners, pid, fds, entry->d_name);
    (void)closedir(directory);
    return owners->found == owners->count;
}

int socket_owners_find(struct socket_owners *owners)
{
    if (owners->count == 0)
        return 0;
    int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (proc < 0)
        return errno == EMFILE || errno == ENFILE || errno == ENOMEM ? -errno : 0;
    int r = process_visit(proc, take_process, owners);
    (void)close(proc);
    return r < 0 ? r : 0;
}

void socket_owners_clear(struct socket_owners *owners)
{
    free(owners->places);
    *owners = (struct socket_owners){0};
}
