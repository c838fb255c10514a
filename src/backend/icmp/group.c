/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One socket is kept for each group, which is what a program needs that sends one request after the
 * other: opening it takes as long as an answer of the host next door.
 */
#include "backend/icmp/group.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct echo_group {
    int stopper;
    pid_t owner;
    pthread_mutex_t lock; /* guards what follows */
    bool has_kept;
    struct echo_socket kept;
};

struct echo_group *echo_group_of(mib_echo_group group)
{
    return (struct echo_group *)(uintptr_t)group; // NOLINT(performance-no-int-to-ptr)
}

/* A child of fork() has its parent's groups in memory, and would end what waits there. */
bool echo_group_is_own(mib_echo_group group)
{
    return group == 0 || echo_group_of(group)->owner == getpid();
}

int echo_group_open(uint8_t family, mib_echo_group *ret_group)
{
    const struct mib_echo plain = {.family = family, .flags = MIB_ECHO_BROADCAST};
    struct echo_group *group = malloc(sizeof(*group));

    if (!group)
        return -ENOMEM;
    int r = echo_socket_open(&plain, &group->kept);
    if (r < 0) {
        free(group);
        return r;
    }
    group->owner = getpid();
    group->stopper = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (group->stopper < 0) {
        r = -errno;
        echo_socket_close(&group->kept);
        free(group);
        return r;
    }
    group->has_kept = echo_socket_is_plain(&group->kept);
    if (!group->has_kept)
        echo_socket_close(&group->kept);
    (void)pthread_mutex_init(&group->lock, NULL);
    *ret_group = (uintptr_t)group;
    return 0;
}

int echo_group_stop(mib_echo_group group)
{
    const uint64_t one = 1;

    if (group == 0 || !echo_group_is_own(group))
        return -EBADF;
    ssize_t written = write(echo_group_of(group)->stopper, &one, sizeof(one));
    return written < 0 && errno != EAGAIN ? -errno : 0;
}

int echo_group_close(mib_echo_group group)
{
    struct echo_group *own = echo_group_of(group);

    if (!own || !echo_group_is_own(group))
        return -EBADF;
    if (own->has_kept)
        echo_socket_close(&own->kept);
    (void)close(own->stopper);
    (void)pthread_mutex_destroy(&own->lock);
    free(own);
    return 0;
}

int echo_group_stopper(const struct echo_group *group)
{
    return group->stopper;
}

bool echo_group_take(struct echo_group *group, const struct mib_echo *echo, struct echo_socket *ret)
{
    (void)pthread_mutex_lock(&group->lock);
    bool takes = group->has_kept && echo_socket_fits(&group->kept, echo);
    if (takes) {
        *ret = group->kept;
        group->has_kept = false;
    }
    (void)pthread_mutex_unlock(&group->lock);
    return takes;
}

void echo_group_keep(struct echo_group *group, const struct echo_socket *socket)
{
    struct echo_socket other = *socket;
    bool closes = true;

    (void)pthread_mutex_lock(&group->lock);
    if (echo_socket_is_plain(socket)) {
        other = group->kept;
        closes = group->has_kept;
        group->kept = *socket;
        group->has_kept = true;
    }
    (void)pthread_mutex_unlock(&group->lock);
    if (closes)
        echo_socket_close(&other);
}
