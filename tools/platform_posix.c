/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The programs' platform: POSIX. */
#include "platform.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t locks[PLATFORM_LOCK_COUNT] = {
    PTHREAD_MUTEX_INITIALIZER,
    PTHREAD_MUTEX_INITIALIZER,
    PTHREAD_MUTEX_INITIALIZER,
};

static volatile sig_atomic_t stopped;
static volatile sig_atomic_t asked_for_stats;

/* What platform_wait() waits with: all signals as they were, and those that it handles let in. */
static sigset_t waiting_mask;

static void on_stop_signal(int number)
{
    (void)number;
    stopped = 1;
}

static void on_stats_signal(int number)
{
    (void)number;
    asked_for_stats = 1;
}

/*
 * A standard descriptor that is closed would be given to a registration's socket, and lines be
 * written there. In its place comes one that nobody reads.
 */
static bool occupy_standard_descriptors(void)
{
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++) {
        if (fcntl(descriptor, F_GETFD) < 0 && open("/dev/null", O_RDWR) < 0)
            return false;
    }
    return true;
}

bool platform_init(void)
{
    struct sigaction action;

    if (!occupy_standard_descriptors())
        return false;
    memset(&action, 0, sizeof(action));
    (void)sigemptyset(&action.sa_mask);
    action.sa_handler = SIG_IGN;
    return sigaction(SIGPIPE, &action, NULL) == 0;
}

/*
 * The signals that the program has a use for are blocked in all threads, and let in by
 * platform_wait() alone: they interrupt nothing else, and one that comes early stays pending. What
 * is ignored would not: a shell starts background jobs with SIGINT ignored.
 */
bool platform_catch_stop(void)
{
    struct sigaction action;
    sigset_t set;

    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGUSR1);
    errno = pthread_sigmask(SIG_BLOCK, &set, &waiting_mask);
    if (errno != 0)
        return false;
    (void)sigdelset(&waiting_mask, SIGINT);
    (void)sigdelset(&waiting_mask, SIGTERM);
    (void)sigdelset(&waiting_mask, SIGUSR1);
    memset(&action, 0, sizeof(action));
    (void)sigemptyset(&action.sa_mask);
    action.sa_handler = on_stop_signal;
    if (sigaction(SIGINT, &action, NULL) < 0 || sigaction(SIGTERM, &action, NULL) < 0)
        return false;
    action.sa_handler = on_stats_signal;
    return sigaction(SIGUSR1, &action, NULL) == 0;
}

double platform_seconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

enum platform_woken platform_wait(double seconds)
{
    /* Without events to wait for, poll() tells of a pipe that nobody reads any more. */
    struct pollfd output = {.fd = STDOUT_FILENO};
    double deadline = platform_seconds() + seconds, left = seconds;
    struct timespec timeout;

    while (!stopped) {
        int r;

        if (asked_for_stats) {
            asked_for_stats = 0;
            return PLATFORM_WOKEN_FOR_STATS;
        }
        if (seconds >= 0) {
            timeout.tv_sec = (time_t)left;
            timeout.tv_nsec = (long)((left - (double)timeout.tv_sec) * 1e9);
        }
        r = ppoll(&output, 1, seconds >= 0 ? &timeout : NULL, &waiting_mask);
        if (r == 0)
            return PLATFORM_WOKEN_BY_TIME;
        if (r > 0 || errno != EINTR)
            return PLATFORM_WOKEN_BY_END;
        left = deadline - platform_seconds();
        if (left < 0)
            left = 0;
    }
    return PLATFORM_WOKEN_BY_END;
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

/* The native library tells it by errno. */
DWORD platform_last_error(void)
{
    static const struct {
        int number;
        DWORD error;
    } errors[] = {
        {EPERM, ERROR_ACCESS_DENIED},           {EACCES, ERROR_ACCESS_DENIED},
        {EAFNOSUPPORT, ERROR_NOT_SUPPORTED},    {EINVAL, ERROR_INVALID_PARAMETER},
        {ENOMEM, ERROR_NOT_ENOUGH_MEMORY},      {EMFILE, ERROR_NOT_ENOUGH_MEMORY},
        {ENETUNREACH, IP_DEST_NET_UNREACHABLE}, {EHOSTUNREACH, IP_DEST_HOST_UNREACHABLE},
        {ETIMEDOUT, IP_REQ_TIMED_OUT},          {EMSGSIZE, IP_PACKET_TOO_BIG},
        {ENOBUFS, IP_GENERAL_FAILURE},
    };

    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        if (errors[i].number == errno)
            return errors[i].error;
    }
    return ERROR_GEN_FAILURE;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): Windows has others */
bool platform_arguments(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    return true; /* they are UTF-8 already, or what the names of interfaces are */
}

void *platform_function(const char *name)
{
    return dlsym(RTLD_DEFAULT, name);
}

void platform_library(const void *function, char *ret_path, size_t size)
{
    Dl_info info;
    char *full;

    ret_path[0] = '\0';
    if (dladdr(function, &info) == 0 || info.dli_fname == NULL)
        return;
    full = realpath(info.dli_fname, NULL);
    (void)snprintf(ret_path, size, "%s", full != NULL ? full : info.dli_fname);
    free(full);
}

void platform_system(char *ret_text, size_t size)
{
    struct utsname name;

    ret_text[0] = '\0';
    if (uname(&name) == 0)
        (void)snprintf(ret_text, size, "%s %s %s", name.sysname, name.release, name.machine);
}

static uint64_t (*replaced_clock)(void); /* NULL: the system's */

void platform_replace_clock(uint64_t (*clock)(void))
{
    replaced_clock = clock;
}

static void read_clock(struct timespec *ret_now)
{
    if (replaced_clock == NULL) {
        (void)clock_gettime(CLOCK_REALTIME, ret_now);
        return;
    }
    const uint64_t now = replaced_clock();
    ret_now->tv_sec = (time_t)(now / 1000000000);
    ret_now->tv_nsec = (long)(now % 1000000000);
}

void platform_local_time(struct platform_time *ret_time)
{
    struct timespec now;
    struct tm tm;

    read_clock(&now);
    memset(&tm, 0, sizeof(tm));
    (void)localtime_r(&now.tv_sec, &tm);
    time_from(&tm, &now, ret_time);
}

void platform_utc_time(struct platform_time *ret_time)
{
    struct timespec now;
    struct tm tm;

    read_clock(&now);
    memset(&tm, 0, sizeof(tm));
    (void)gmtime_r(&now.tv_sec, &tm);
    time_from(&tm, &now, ret_time);
}

bool platform_colour_terminal(void)
{
    const char *terminal = getenv("TERM"); // NOLINT(concurrency-mt-unsafe): before any thread

    return isatty(STDOUT_FILENO) == 1 && terminal != NULL && strcmp(terminal, "dumb") != 0;
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
