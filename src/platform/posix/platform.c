/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "platform/platform.h"

#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void platform_mutex_init(platform_mutex *mutex)
{
    (void)pthread_mutex_init(mutex, NULL);
}

void platform_mutex_destroy(platform_mutex *mutex)
{
    (void)pthread_mutex_destroy(mutex);
}

void platform_mutex_lock(platform_mutex *mutex)
{
    (void)pthread_mutex_lock(mutex);
}

void platform_mutex_unlock(platform_mutex *mutex)
{
    (void)pthread_mutex_unlock(mutex);
}

void platform_condition_init(platform_condition *condition)
{
    pthread_condattr_t attributes;

    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(condition, &attributes);
    (void)pthread_condattr_destroy(&attributes);
}

void platform_condition_destroy(platform_condition *condition)
{
    (void)pthread_cond_destroy(condition);
}

void platform_condition_broadcast(platform_condition *condition)
{
    (void)pthread_cond_broadcast(condition);
}

void platform_condition_wait(platform_condition *condition, platform_mutex *mutex)
{
    (void)pthread_cond_wait(condition, mutex);
}

bool platform_condition_wait_for(platform_condition *condition, platform_mutex *mutex,
                                 uint32_t milliseconds)
{
    struct timespec until;

    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += milliseconds / 1000;
    until.tv_nsec += (long)(milliseconds % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    return pthread_cond_timedwait(condition, mutex, &until) != ETIMEDOUT;
}

struct start {
    void (*entry)(void *);
    void *context;
    char name[16];
};

static void *run(void *memory)
{
    struct start start = *(struct start *)memory;

    free(memory);
    (void)pthread_setname_np(pthread_self(), start.name);
    start.entry(start.context);
    return NULL;
}

int platform_thread_start(platform_thread *ret_thread, const char *name, void (*entry)(void *),
                          void *context)
{
    struct start *start = malloc(sizeof(*start));
    sigset_t all;
    sigset_t before;

    if (!start)
        return -ENOMEM;
    *start = (struct start){.entry = entry, .context = context};
    memcpy(start->name, name, strnlen(name, sizeof(start->name) - 1));
    /* A new thread inherits the mask, so no signal finds it before it could block them. */
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int r = pthread_create(ret_thread, NULL, run, start);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (r != 0)
        free(start);
    return -r;
}

void platform_thread_join(platform_thread thread)
{
    (void)pthread_join(thread, NULL);
}

uint64_t platform_thread_id(void)
{
    return (uint64_t)gettid();
}

void *platform_allocate(size_t size)
{
    return calloc(1, size);
}

void *platform_reallocate(void *memory, size_t size)
{
    return realloc(memory, size);
}

void platform_free(void *memory)
{
    free(memory);
}

void platform_diagnostic(const char *line)
{
    /* One write, so that lines of several threads do not mix. */
    (void)fprintf(stderr, "libiphlpapi: %s\n", line);
}

void platform_symbol_of(const void *function, char *ret_name, size_t size)
{
    Dl_info info;

    if (dladdr(function, &info) && info.dli_sname)
        (void)snprintf(ret_name, size, "%s", info.dli_sname);
    else if (dladdr(function, &info) && info.dli_fname)
        (void)snprintf(ret_name, size, "%s+%#tx", info.dli_fname,
                       (const char *)function - (const char *)info.dli_fbase);
    else
        (void)snprintf(ret_name, size, "%p", function);
}

int platform_at_fork(void (*prepare)(void), void (*parent)(void), void (*child)(void))
{
    return -pthread_atfork(prepare, parent, child);
}

void platform_once(platform_once_flag *flag, void (*function)(void))
{
    (void)pthread_once(flag, function);
}
