/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A thread that waits for the end of the connection to Wine's server, and then interrupts every
 * watch: the threads that wait in them belong to a process that Wine has given up. Called by
 * unixlib.c.
 */
#include "wine/host/server_end.h"
#include "backend/array.h"
#include "wine/host/server_connection.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum { THREAD_STACK = 64 << 10 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards everything below */
static struct backend_watch **watches;
static size_t watch_count;
static size_t watch_capacity;
static bool waiting; /* or there is no connection to wait for */
static bool server_gone;

static void *await_end(void *context)
{
    struct pollfd connection = {.fd = (int)(intptr_t)context};

    /* Nothing is asked for, so only the end of the connection ends this. */
    while (poll(&connection, 1, -1) < 0 && errno == EINTR)
        ;
    (void)pthread_mutex_lock(&lock);
    server_gone = true;
    for (size_t i = 0; i < watch_count; i++)
        backend_watch_interrupt(watches[i]);
    (void)pthread_mutex_unlock(&lock);
    (void)close(connection.fd);
    return NULL;
}

/* Under the lock. Without a connection to be found there is nothing to wait for. */
static int start(void)
{
    int connection = server_connection_find();
    pthread_attr_t attributes;
    pthread_t thread;
    sigset_t all;
    sigset_t before;

    if (connection == -ENOENT) {
        waiting = true;
        return 0;
    }
    if (connection < 0)
        return connection;
    connection = fcntl(connection, F_DUPFD_CLOEXEC, 0);
    if (connection < 0)
        return -errno;
    (void)pthread_attr_init(&attributes);
    (void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    (void)pthread_attr_setstacksize(&attributes, THREAD_STACK);
    /* Wine's handlers take every thread that a signal finds for one of Wine's. */
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int r = pthread_create(&thread, &attributes, await_end,
                           (void *)(intptr_t)connection); // NOLINT(performance-no-int-to-ptr)
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    (void)pthread_attr_destroy(&attributes);
    if (r == 0)
        waiting = true;
    else
        (void)close(connection);
    return -r;
}

int server_end_add(struct backend_watch *watch)
{
    struct backend_watch **grown;
    int r = 0;

    (void)pthread_mutex_lock(&lock);
    if (!waiting)
        r = start();
    if (r == 0) {
        // NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are what is kept
        grown = array_make_room(watches, watch_count, &watch_capacity, sizeof(watch), 16);
        r = grown ? 0 : -ENOMEM;
    }
    if (r == 0) {
        watches = grown;
        watches[watch_count++] = watch;
        if (server_gone)
            backend_watch_interrupt(watch);
    }
    (void)pthread_mutex_unlock(&lock);
    return r;
}

void server_end_remove(struct backend_watch *watch)
{
    (void)pthread_mutex_lock(&lock);
    for (size_t i = 0; i < watch_count; i++)
        if (watches[i] == watch) {
            watches[i] = watches[--watch_count];
            break;
        }
    (void)pthread_mutex_unlock(&lock);
}
