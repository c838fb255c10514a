/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wine/host/server_watch.h"
#include "wine/host/server_connection.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum { WATCH_STACK = 64 << 10 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards everything below */
static struct backend_watch **watches;
static size_t watch_count;
static size_t watch_capacity;
static bool watching;
static bool server_gone;

static void *watch(void *context)
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

/* Under the lock. Without a connection to be found there is nothing to watch. */
static int start(void)
{
    int connection = server_connection_find();
    pthread_attr_t attributes;
    pthread_t thread;
    sigset_t all;
    sigset_t before;

    if (connection == -ENOENT) {
        watching = true;
        return 0;
    }
    if (connection < 0)
        return connection;
    connection = fcntl(connection, F_DUPFD_CLOEXEC, 0);
    if (connection < 0)
        return -errno;
    (void)pthread_attr_init(&attributes);
    (void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    (void)pthread_attr_setstacksize(&attributes, WATCH_STACK);
    /* Wine's handlers take every thread that a signal finds for one of Wine's. */
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int r = pthread_create(&thread, &attributes, watch,
                           (void *)(intptr_t)connection); // NOLINT(performance-no-int-to-ptr)
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    (void)pthread_attr_destroy(&attributes);
    if (r == 0)
        watching = true;
    else
        (void)close(connection);
    return -r;
}

/* Under the lock. */
static int append(struct backend_watch *watch)
{
    if (watch_count == watch_capacity) {
        size_t capacity = watch_capacity ? watch_capacity * 2 : 16;
        struct backend_watch **memory =
            reallocarray(watches, capacity, sizeof(*memory)); // NOLINT(bugprone-sizeof-expression)
        if (!memory)
            return -ENOMEM;
        watches = memory;
        watch_capacity = capacity;
    }
    watches[watch_count++] = watch;
    return 0;
}

int server_watch_add(struct backend_watch *watch)
{
    int r = 0;

    (void)pthread_mutex_lock(&lock);
    if (!watching)
        r = start();
    if (r == 0)
        r = append(watch);
    if (r == 0 && server_gone)
        backend_watch_interrupt(watch);
    (void)pthread_mutex_unlock(&lock);
    return r;
}

void server_watch_remove(struct backend_watch *watch)
{
    (void)pthread_mutex_lock(&lock);
    for (size_t i = 0; i < watch_count; i++)
        if (watches[i] == watch) {
            watches[i] = watches[--watch_count];
            break;
        }
    (void)pthread_mutex_unlock(&lock);
}
