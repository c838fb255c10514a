/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A registration in a Windows program in Wine, which tells of its callbacks over a pipe. */
#include "clock.h"
#include "kernel.h"
#include "receiver.h"
#include "wine.h"
#include "wine/wine_event.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct listener {
    struct wine_program program;
    enum subject subject;
    receiver_handler handler;
    void *context;
    pthread_t thread;
};

static _Thread_local uint64_t heard;

uint64_t receiver_now(void)
{
    return heard ? heard : clock_now();
}

static bool read_event(const struct listener *listener, struct wine_event *ret_event)
{
    ssize_t length;

    do
        length = read(listener->program.output, ret_event, sizeof(*ret_event));
    while (length < 0 && errno == EINTR);
    if (length != 0 && length != sizeof(*ret_event))
        bench_die("bench_helper says what cannot be understood", 0);
    return length != 0;
}

static void *run(void *context)
{
    static const enum change changes[] = {
        [WINE_CHANGE_ADD] = CHANGE_ADD,
        [WINE_CHANGE_PARAMETER] = CHANGE_PARAMETER,
        [WINE_CHANGE_DELETE] = CHANGE_DELETE,
    };
    const struct listener *listener = context;
    struct wine_event event;

    while (read_event(listener, &event)) {
        heard = wine_time(event.time);
        if (listener->subject == SUBJECT_ADDRESSES)
            event.key = ntohl(event.key);
        else if (listener->subject == SUBJECT_ROUTES4)
            event.key = kernel_route_number(false, 24, &event.key);
        if (event.key != UINT32_MAX)
            listener->handler(listener->context, changes[event.change], event.key);
    }
    return NULL;
}

static void *open_listener(enum subject subject, receiver_handler handler, void *context)
{
    static const char *const subjects[] = {
        [SUBJECT_LINKS] = "links",
        [SUBJECT_ADDRESSES] = "addresses",
        [SUBJECT_ROUTES4] = "routes",
        [SUBJECT_ROUTES6] = "routes",
    };
    struct listener *listener = calloc(1, sizeof(*listener));
    struct wine_event event;
    char index[16];

    if (!listener)
        bench_die("no memory", 0);
    (void)snprintf(index, sizeof(index), "%u", kernel_ifindex());
    listener->subject = subject;
    listener->handler = handler;
    listener->context = context;
    wine_start(&listener->program, true, "bench_helper.exe",
               (const char *const[]){"hear", subjects[subject], index, NULL});
    if (!read_event(listener, &event) || event.change != WINE_CHANGE_NONE)
        bench_die("bench_helper could not register", 0);
    int error = pthread_create(&listener->thread, NULL, run, listener);
    if (error != 0)
        bench_die("cannot start a thread", error);
    return listener;
}

static void close_listener(void *receiver)
{
    struct listener *listener = receiver;

    wine_close_input(&listener->program);
    (void)pthread_join(listener->thread, NULL);
    wine_end(&listener->program);
    free(listener);
}

const struct receiver_kind receiver_wine = {.open = open_listener, .close = close_listener};
