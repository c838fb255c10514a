/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The conformance tests' platform: Linux. They run in a network namespace of their own. */
#include "namespace.h"
#include "network.h"
#include "platform.h"

#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

const char *platform_environment(const char *name)
{
    return secure_getenv(name);
}

void (*platform_function(const char *name))(void)
{
    return (void (*)(void))dlsym(RTLD_DEFAULT, name);
}

void platform_exit(int code)
{
    _exit(code);
}

static void on_alarm(int number)
{
    static const char words[] = "hung: the test takes too long\n";

    (void)number;
    (void)!write(STDOUT_FILENO, words, sizeof(words) - 1);
    _exit(EXIT_HUNG);
}

void platform_watch(unsigned seconds)
{
    const struct sigaction action = {.sa_handler = on_alarm};

    sigaction(SIGALRM, &action, NULL);
    alarm(seconds);
}

const struct network_driver *platform_network(const char **ret_why_not)
{
    (void)ret_why_not;
    return &network_ip; /* platform_begin() has seen to it */
}

bool platform_run(char **argv)
{
    pid_t pid;
    int status;

    if (posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ) != 0)
        return false;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return status == 0;
}

int platform_begin(char **argv)
{
    int rc = namespace_begin(argv);

    if (rc == 0 && !platform_run((char *[]){"ip", "link", "set", "lo", "up", NULL}))
        rc = namespace_unavailable("ip does not work");
    return rc;
}

struct platform_thread {
    pthread_t thread;
    void (*run)(void *);
    void *context;
};

static void *run_thread(void *context)
{
    struct platform_thread *thread = context;

    thread->run(thread->context);
    return NULL;
}

struct platform_thread *platform_thread_start(void (*run)(void *), void *context)
{
    struct platform_thread *thread = malloc(sizeof(*thread));

    assert_non_null(thread);
    thread->run = run;
    thread->context = context;
    assert_int_equal(pthread_create(&thread->thread, NULL, run_thread, thread), 0);
    return thread;
}

void platform_thread_join(struct platform_thread *thread)
{
    pthread_join(thread->thread, NULL);
    free(thread);
}

uintptr_t platform_thread_self(void)
{
    return (uintptr_t)pthread_self();
}

void platform_let_routines_run(void)
{
    (void)usleep(1000);
}

HANDLE platform_heap(void)
{
    return NULL;
}

void platform_heap_free(void *memory)
{
    FreeMibTable(memory);
}

/*
 * The library tells by a descriptor of its own. The thread sanitizer does not know it for the same
 * event, and takes what comes after it for a race.
 */
void *platform_event_new(void)
{
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
    return NULL;
#endif
#endif
    return platform_signal_new();
}

bool platform_event_await(void *event, uint64_t deadline)
{
    return platform_signal_wait(event, deadline);
}

void platform_event_free(void *event)
{
    platform_signal_free(event);
}

struct platform_monitor {
    pthread_mutex_t lock;
    pthread_cond_t changed;
};

struct platform_monitor *platform_monitor_new(void)
{
    struct platform_monitor *monitor = malloc(sizeof(*monitor));
    pthread_condattr_t attributes;

    assert_non_null(monitor);
    pthread_mutex_init(&monitor->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&monitor->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    return monitor;
}

void platform_monitor_free(struct platform_monitor *monitor)
{
    pthread_cond_destroy(&monitor->changed);
    pthread_mutex_destroy(&monitor->lock);
    free(monitor);
}

void platform_monitor_lock(struct platform_monitor *monitor)
{
    pthread_mutex_lock(&monitor->lock);
}

void platform_monitor_unlock(struct platform_monitor *monitor)
{
    pthread_mutex_unlock(&monitor->lock);
}

void platform_monitor_announce(struct platform_monitor *monitor)
{
    pthread_cond_broadcast(&monitor->changed);
}

bool platform_monitor_wait(struct platform_monitor *monitor, uint64_t deadline)
{
    const struct timespec at = {
        .tv_sec = (time_t)(deadline / 1000),
        .tv_nsec = (long)(deadline % 1000) * 1000000L,
    };

    return pthread_cond_timedwait(&monitor->changed, &monitor->lock, &at) != ETIMEDOUT;
}

HANDLE platform_signal_new(void)
{
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

    assert_true(fd > 0);
    return (HANDLE)(intptr_t)fd; // NOLINT(performance-no-int-to-ptr)
}

void platform_signal_free(HANDLE signal)
{
    close((int)(intptr_t)signal);
}

bool platform_signal_wait(HANDLE signal, uint64_t deadline)
{
    struct pollfd told = {.fd = (int)(intptr_t)signal, .events = POLLIN};
    uint64_t now = platform_now();
    uint64_t count;

    return poll(&told, 1, deadline > now ? (int)(deadline - now) : 0) == 1 &&
           read(told.fd, &count, sizeof(count)) == sizeof(count);
}

uint64_t platform_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}
