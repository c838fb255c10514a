/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* mibwatch's platform: POSIX. */
#include "mibwatch_platform.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static sem_t stop_semaphore;

static pthread_mutex_t locks[PLATFORM_LOCK_COUNT] = {
    PTHREAD_MUTEX_INITIALIZER,
    PTHREAD_MUTEX_INITIALIZER,
    PTHREAD_MUTEX_INITIALIZER,
};

/* A signal handler may post a semaphore, but neither lock a mutex nor signal a condition. */
static void on_signal(int signal_number)
{
    int saved_errno = errno;

    (void)signal_number;
    (void)sem_post(&stop_semaphore);
    errno = saved_errno;
}

bool platform_init(void)
{
    struct sigaction action;

    if (sem_init(&stop_semaphore, 0, 0) != 0)
        return false;
    memset(&action, 0, sizeof(action));
    (void)sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    action.sa_handler = on_signal;
    if (sigaction(SIGINT, &action, NULL) != 0 || sigaction(SIGTERM, &action, NULL) != 0)
        return false;
    action.sa_handler = SIG_IGN;
    return sigaction(SIGPIPE, &action, NULL) == 0;
}

void platform_wait(double seconds)
{
    time_t whole_seconds = (time_t)seconds;
    struct timespec deadline;

    if (seconds < 0) {
        while (sem_wait(&stop_semaphore) != 0 && errno == EINTR)
            continue;
        return;
    }
    (void)clock_gettime(CLOCK_MONOTONIC, &deadline);
    deadline.tv_sec += whole_seconds;
    deadline.tv_nsec += (long)((seconds - (double)whole_seconds) * 1e9);
    if (deadline.tv_nsec >= 1000000000L) {
        deadline.tv_sec++;
        deadline.tv_nsec -= 1000000000L;
    }
    while (sem_clockwait(&stop_semaphore, CLOCK_MONOTONIC, &deadline) != 0 && errno == EINTR)
        continue;
}

void platform_stop(void)
{
    (void)sem_post(&stop_semaphore);
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
