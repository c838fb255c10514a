/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What tells programs on POSIX that a request has ended: an eventfd of theirs, or a call. The
 * program may close its descriptor, and the number may be another file's then; so a copy is kept.
 */
#include "platform/platform.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * An eventfd has no file type, and adds a zero without ever blocking. Nothing else takes it: other
 * descriptors without a type are not written to, or not in eight bytes of zeros.
 */
static bool is_eventfd(int fd)
{
    const uint64_t nothing = 0;
    struct stat status;

    return fstat(fd, &status) == 0 && (status.st_mode & S_IFMT) == 0 &&
           write(fd, &nothing, sizeof(nothing)) == sizeof(nothing);
}

int platform_event_open(platform_event *ret_event, void *event, void *request, void **ret_handle)
{
    platform_event opened = {0};

    if (event) {
        if ((uintptr_t)event > INT_MAX)
            return -EBADF;
        int fd = fcntl((int)(uintptr_t)event, F_DUPFD_CLOEXEC, 0);
        if (fd < 0)
            return -errno;
        if (!is_eventfd(fd)) {
            (void)close(fd);
            return -EBADF;
        }
        opened.copy = fd + 1;
    }
    *ret_event = opened;
    *ret_handle = request;
    return 0;
}

/* It goes on counting: what it has counted and nobody has read is still there to be read. */
bool platform_event_reset(platform_event *event)
{
    (void)event;
    return false;
}

void platform_event_tell(platform_event *event, bool cancelled)
{
    struct pollfd room = {.fd = event->copy - 1, .events = POLLOUT};
    const uint64_t one = 1;

    int before;

    (void)cancelled;
    if (event->copy == 0)
        return;
    (void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before); /* the caller has a lock */
    /* Where it can count no further it has told already, and a write would wait. */
    if (poll(&room, 1, 0) == 1)
        (void)!write(room.fd, &one, sizeof(one));
    (void)pthread_setcancelstate(before, NULL);
}

/* A fork may come between any two lines, and the child must not close another file. */
void platform_event_close(platform_event *event)
{
    int fd = event->copy - 1;
    int before;

    event->copy = 0;
    if (fd < 0)
        return;
    (void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before); /* the caller may have a lock */
    (void)close(fd);
    (void)pthread_setcancelstate(before, NULL);
}

int platform_completion_begin(void *event, void (*routine)(void), void *context,
                              struct platform_completion *ret)
{
    platform_event told = {0};
    void *unused;
    int r = event ? platform_event_open(&told, event, NULL, &unused) : 0;

    if (r < 0)
        return r;
    *ret = (struct platform_completion){.routine = routine, .context = context};
    ret->event = (void *)(uintptr_t)told.copy; // NOLINT(performance-no-int-to-ptr)
    return 0;
}

void platform_completion_end(struct platform_completion *completion, struct platform_status *status)
{
    platform_event told = {.copy = (int)(uintptr_t)completion->event};
    void (*routine)(void *, struct platform_status *, uint32_t);

    platform_event_tell(&told, false);
    platform_completion_drop(completion);
    memcpy(&routine, &completion->routine, sizeof(routine));
    if (routine)
        routine(completion->context, status, 0);
}

void platform_completion_drop(struct platform_completion *completion)
{
    platform_event told = {.copy = (int)(uintptr_t)completion->event};

    platform_event_close(&told);
    completion->event = NULL;
}
