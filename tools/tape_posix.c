/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * mibwatch's recordings, where it is linked with the library that hears the kernel.
 *
 * An anonymous one is written by the library to a pipe, and from there by a thread to the file. So
 * what is not anonymous is on no disk at any time, whatever ends the program.
 */
#include "tape.h"

#include "backend/netlink/tape/control.h"
#include "convert.h"
#include "platform.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* More than the library writes at once. Where the system allows less, it waits for the thread. */
enum { PIPE_SIZE = 1 << 20 };

/* What writes the anonymous file. */
static struct {
    bool runs; /* until tape_end() */
    pthread_t thread;
    sem_t told; /* that it has begun, or cannot */
    bool begun;
    struct conversion *conversion;
    const char *why;
    uint64_t dropped;
    char pipe[32]; /* the name of the end that the library writes to */
} converter;

static void tell_begun(void)
{
    converter.begun = true;
    (void)sem_post(&converter.told);
}

static void *convert(void *unused)
{
    (void)unused;
    converter.why = conversion_finish(converter.conversion, tell_begun, &converter.dropped);
    (void)sem_post(&converter.told);
    return NULL;
}

const char *tape_begin(const char *path, bool replays)
{
    if (replays)
        platform_replace_clock(iphlpapi_tape_time);
    return iphlpapi_tape_begin(path, replays);
}

/* Ends the library's recording, and so the conversion. */
static const char *end_anonymous(void)
{
    const char *why = iphlpapi_tape_end();

    (void)pthread_join(converter.thread, NULL);
    /* Where the file took no more, the library knows of the pipe only. */
    return converter.why ? converter.why : why;
}

const char *tape_begin_anonymous(const char *path)
{
    int ends[2];
    char from[32];

    if (sem_init(&converter.told, 0, 0) < 0 || pipe2(ends, O_CLOEXEC) < 0)
        return strerrordesc_np(errno);
    (void)fcntl(ends[1], F_SETPIPE_SZ, PIPE_SIZE);
    (void)snprintf(from, sizeof(from), "/proc/self/fd/%d", ends[0]);
    (void)snprintf(converter.pipe, sizeof(converter.pipe), "/proc/self/fd/%d", ends[1]);
    const char *why = conversion_begin(from, "the recording", path, true, &converter.conversion);
    (void)close(ends[0]);
    if (why) {
        (void)close(ends[1]);
        return why;
    }
    const int r = pthread_create(&converter.thread, NULL, convert, NULL);
    why = r == 0 ? iphlpapi_tape_begin(converter.pipe, false) : strerrordesc_np(r);
    /* The library has its own. Where it has none, this ends the conversion. */
    (void)close(ends[1]);
    if (r != 0) {
        (void)convert(NULL);
    } else if (why) {
        (void)pthread_join(converter.thread, NULL);
    } else {
        while (sem_wait(&converter.told) < 0 && errno == EINTR)
            ;
        converter.runs = converter.begun;
        why = converter.begun ? NULL : end_anonymous();
    }
    return why;
}

void tape_start(void)
{
    iphlpapi_tape_start(platform_stop);
}

const char *tape_end(void)
{
    return converter.runs ? end_anonymous() : iphlpapi_tape_end();
}

uint64_t tape_dropped(void)
{
    return converter.dropped;
}
