/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* mibwatch's platform: POSIX. */
#include "mibwatch_platform.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t locks[PLATFORM_LOCK_COUNT] = {
    PTHREAD_MUTEX_INITIALIZER,
    PTHREAD_MUTEX_INITIALIZER,
    PTHREAD_MUTEX_INITIALIZER,
};

static void stop_signals(sigset_t *ret_set)
{
    (void)sigemptyset(ret_set);
    (void)sigaddset(ret_set, SIGINT);
    (void)sigaddset(ret_set, SIGTERM);
}

/*
 * The signals that end mibwatch are blocked in all threads, and taken by platform_wait(): no
 * handler interrupts anything, and one that comes early stays pending. What is ignored would not:
 * a shell starts background jobs with SIGINT ignored.
 */
bool platform_init(void)
{
    struct sigaction action;
    sigset_t set;

    stop_signals(&set);
    if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0)
        return false;
    memset(&action, 0, sizeof(action));
    (void)sigemptyset(&action.sa_mask);
    action.sa_handler = SIG_DFL;
    if (sigaction(SIGINT, &action, NULL) != 0 || sigaction(SIGTERM, &action, NULL) != 0)
        return false;
    action.sa_handler = SIG_IGN;
    return sigaction(SIGPIPE, &action, NULL) == 0;
}

static double monotonic_seconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void platform_wait(double seconds)
{
    double deadline = monotonic_seconds() + seconds, left = seconds;
    struct timespec timeout;
    sigset_t set;

    stop_signals(&set);
    for (;;) {
        if (seconds >= 0) {
            timeout.tv_sec = (time_t)left;
            timeout.tv_nsec = (long)((left - (double)timeout.tv_sec) * 1e9);
        }
        if (sigtimedwait(&set, NULL, seconds >= 0 ? &timeout : NULL) >= 0 || errno != EINTR)
            return;
        left = deadline - monotonic_seconds();
        if (left < 0)
            left = 0;
    }
}

void platform_stop(void)
{
    (void)kill(getpid(), SIGTERM);
}

void platform_lock(enum platform_lock lock)
{
    (void)pthread_mutex_lock(&locks[lock]);
}

void platform_unlock(enum platform_lock lock)
{
    (void)pthread_mutex_unlock(&locks[lock]);
}

static void time_from(const struct tm *tm, const struct timespec *now,
                      struct platform_time *ret_time)
{
    ret_time->year = tm->tm_year + 1900;
    ret_time->month = tm->tm_mon + 1;
    ret_time->day = tm->tm_mday;
    ret_time->hour = tm->tm_hour;
    ret_time->minute = tm->tm_min;
    ret_time->second = tm->tm_sec;
    ret_time->microsecond = (int)(now->tv_nsec / 1000);
}

void platform_local_time(struct platform_time *ret_time)
{
    struct timespec now;
    struct tm tm;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    memset(&tm, 0, sizeof(tm));
    (void)localtime_r(&now.tv_sec, &tm);
    time_from(&tm, &now, ret_time);
}

void platform_utc_time(struct platform_time *ret_time)
{
    struct timespec now;
    struct tm tm;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    memset(&tm, 0, sizeof(tm));
    (void)gmtime_r(&now.tv_sec, &tm);
    time_from(&tm, &now, ret_time);
}

bool platform_colour_terminal(void)
{
    return isatty(STDOUT_FILENO) == 1;
}

bool platform_reader_gone(int error)
{
    return error == EPIPE;
}

/* %m, as there are two functions called strerror_r(), which differ in what they return. */
void platform_error_text(int error, char *text, size_t size)
{
    errno = error;
    (void)snprintf(text, size, "%m");
}
