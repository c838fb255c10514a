/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check.h"

#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int report_descriptor = -1;

void check_report_to(int descriptor)
{
    report_descriptor = descriptor;
}

void check_fail(const char *file, int line, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    if (report_descriptor >= 0) {
        dprintf(report_descriptor, "%s:%d: ", file, line);
        vdprintf(report_descriptor, format, args);
        _exit(1);
    }
    vprint_error(format, args);
    va_end(args);
    print_error("\n");
    _fail(file, line);
    abort();
}

struct timespec check_deadline_in(double seconds)
{
    struct timespec at;

    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += (time_t)seconds;
    at.tv_nsec += (long)((seconds - (double)(time_t)seconds) * 1e9);
    if (at.tv_nsec >= 1000000000L) {
        at.tv_nsec -= 1000000000L;
        at.tv_sec++;
    }
    return at;
}

int check_patience(void)
{
    const char *text = secure_getenv("IPHLPAPI_TEST_PATIENCE"); // NOLINT(concurrency-mt-unsafe)
    int times = text ? (int)strtol(text, NULL, 10) : 1;

    return times > 0 ? times : 1;
}

struct timespec check_deadline(void)
{
    return check_deadline_in(CHECK_DEADLINE_SECONDS);
}

bool check_deadline_passed(const struct timespec *deadline)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec != deadline->tv_sec ? now.tv_sec > deadline->tv_sec
                                          : now.tv_nsec >= deadline->tv_nsec;
}

void monitor_init(struct monitor *monitor)
{
    pthread_condattr_t attributes;

    pthread_mutex_init(&monitor->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&monitor->changed, &attributes);
    pthread_condattr_destroy(&attributes);
}

void monitor_destroy(struct monitor *monitor)
{
    pthread_cond_destroy(&monitor->changed);
    pthread_mutex_destroy(&monitor->lock);
}

void monitor_lock(struct monitor *monitor)
{
    pthread_mutex_lock(&monitor->lock);
}

void monitor_unlock(struct monitor *monitor)
{
    pthread_mutex_unlock(&monitor->lock);
}

void monitor_announce(struct monitor *monitor)
{
    pthread_cond_broadcast(&monitor->changed);
}

bool monitor_wait(struct monitor *monitor, const struct timespec *deadline)
{
    return pthread_cond_timedwait(&monitor->changed, &monitor->lock, deadline) != ETIMEDOUT;
}

bool monitor_wait_until(struct monitor *monitor, const bool *what, bool value)
{
    struct timespec deadline = check_deadline();
    bool timely = true;

    while (*what != value && timely)
        timely = monitor_wait(monitor, &deadline);
    return *what == value;
}

bool thread_is_asleep(int tid)
{
    char path[64];
    char line[512] = "";

    (void)snprintf(path, sizeof(path), "/proc/self/task/%d/stat", tid);
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    const char *read = fgets(line, sizeof(line), file);
    (void)fclose(file);

    /* The name, in parentheses, may have any character; the state follows it. */
    const char *name_end = read ? strrchr(line, ')') : NULL;
    return name_end && name_end[1] == ' ' && name_end[2] == 'S';
}

static bool all_others_asleep(void)
{
    DIR *directory = opendir("/proc/self/task");
    bool asleep = true;

    if (!directory)
        fail_test("/proc/self/task: %s", strerrordesc_np(errno));
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is this function's own */
    for (const struct dirent *entry; asleep && (entry = readdir(directory));) {
        int tid = (int)strtol(entry->d_name, NULL, 10);
        asleep = tid == 0 || tid == gettid() || thread_is_asleep(tid);
    }
    closedir(directory);
    return asleep;
}

void threads_await_asleep(void)
{
    struct timespec deadline = check_deadline();

    while (!all_others_asleep()) {
        if (check_deadline_passed(&deadline))
            fail_test("some thread never rests");
        sched_yield();
    }
}

static unsigned count_entries(const char *path)
{
    DIR *directory = opendir(path);
    unsigned count = 0;

    if (!directory)
        fail_test("%s: %s", path, strerrordesc_np(errno));
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is this function's own */
    for (const struct dirent *entry; (entry = readdir(directory));) {
        if (entry->d_name[0] != '.')
            count++;
    }
    closedir(directory);
    return count;
}

static void *tell_tid(void *context)
{
    int *tid = context;

    *tid = (int)gettid();
    return NULL;
}

/* A sanitizer starts a thread of its own with the process's first: have that counted before. */
static void start_first_thread(void)
{
    static pid_t started_in;
    pthread_t thread;
    char path[64];
    int tid;

    if (started_in == getpid() || pthread_create(&thread, NULL, tell_tid, &tid) != 0)
        return;
    pthread_join(thread, NULL);
    started_in = getpid();

    /* Joined is not quite gone, and must not be counted. */
    (void)snprintf(path, sizeof(path), "/proc/self/task/%d", tid);
    while (access(path, F_OK) == 0)
        sched_yield();
}

struct holdings holdings_now(void)
{
    start_first_thread();
    struct holdings now = {
        .descriptors = count_entries("/proc/self/fd"),
        .threads = count_entries("/proc/self/task"),
    };
    FILE *status = fopen("/proc/self/status", "re");
    char line[256];

    if (!status)
        fail_test("/proc/self/status: %s", strerrordesc_np(errno));
    while (fgets(line, sizeof(line), status)) {
        if (strncmp(line, "VmRSS:", 6) == 0)
            now.resident_kib = strtoul(line + 6, NULL, 10);
    }
    (void)fclose(status);
    return now;
}

/* Where registrations share threads, the first two stay, and so do two descriptors for all. */
static unsigned int shared_by_registrations(void)
{
    const char *dispatchers = secure_getenv("IPHLPAPI_TEST_DISPATCHERS");

    return dispatchers && strcmp(dispatchers, "pooled") == 0 ? 2 : 0;
}

void holdings_expect_restored(const struct holdings *before)
{
    struct timespec deadline = check_deadline();
    struct holdings now;

    for (;;) {
        now = holdings_now();
        if (now.descriptors <= before->descriptors + shared_by_registrations() &&
            now.threads <= before->threads + shared_by_registrations())
            return;
        if (check_deadline_passed(&deadline))
            break;
        usleep(1000); /* the kernel offers nothing to wait on here */
    }
    fail_test("leaked: %u descriptors (%u before), %u threads (%u before)", now.descriptors,
              before->descriptors, now.threads, before->threads);
}

uint64_t check_seed(void)
{
    const char *given = secure_getenv("IPHLPAPI_TEST_SEED");
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t seed = given ? strtoull(given, NULL, 0)
                          : (uint64_t)now.tv_sec * 1000000007U + (uint64_t)now.tv_nsec;
    if (seed == 0)
        seed = 1;
    (void)printf("seed: IPHLPAPI_TEST_SEED=%llu\n", (unsigned long long)seed);
    return seed;
}

uint64_t check_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}
