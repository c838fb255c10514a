/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is said of a cancel that waits for long: thread, callback, registration, lock and owner. */
#include "world.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct scene {
    struct monitor monitor; /* guards all but the mutex */
    pthread_mutex_t mutex;
    HANDLE handle;
    int tid; /* of the callback */
    DWORD result;
};

static void want_mutex(void *context, MIB_IPFORWARD_ROW2 *row, MIB_NOTIFICATION_TYPE type)
{
    struct scene *scene = context;

    (void)row;
    (void)type;
    monitor_lock(&scene->monitor);
    scene->tid = (int)gettid();
    monitor_announce(&scene->monitor);
    monitor_unlock(&scene->monitor);
    pthread_mutex_lock(&scene->mutex);
    pthread_mutex_unlock(&scene->mutex);
}

static void *cancel(void *context)
{
    struct scene *scene = context;

    scene->result = CancelMibChangeNotify2(scene->handle);
    return NULL;
}

/* One line of what is written on standard error meanwhile. */
static void read_line(int from, char *ret, size_t size)
{
    size_t length = 0;

    while (length < size - 1 && read(from, ret + length, 1) == 1 && ret[length] != '\n')
        length++;
    ret[length] = '\0';
}

/* The mutex is another thread's than the one that cancels, so the cancel is not refused. */
static void test_report(void **state)
{
    static struct scene scene = {.mutex = PTHREAD_MUTEX_INITIALIZER};
    struct timespec deadline = check_deadline();
    bool timely = true;
    char line[1024];
    char expected[256];
    pthread_t canceller;
    int ends[2];

    (void)state;
    monitor_init(&scene.monitor);
    assert_int_equal(NotifyRouteChange2(AF_INET, want_mutex, &scene, FALSE, &scene.handle),
                     NO_ERROR);
    pthread_mutex_lock(&scene.mutex);
    ip("route add blackhole 10.1.0.0/16");
    monitor_lock(&scene.monitor);
    while (scene.tid == 0 && timely)
        timely = monitor_wait(&scene.monitor, &deadline);
    const int tid = scene.tid;
    monitor_unlock(&scene.monitor);
    assert_true(timely);

    const int stderr_before = dup(STDERR_FILENO);
    assert_int_equal(pipe(ends), 0);
    assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
    const int created = pthread_create(&canceller, NULL, cancel, &scene);
    if (created == 0)
        read_line(ends[0], line, sizeof(line));
    assert_true(dup2(stderr_before, STDERR_FILENO) >= 0);
    pthread_mutex_unlock(&scene.mutex);
    assert_int_equal(created, 0);
    pthread_join(canceller, NULL);
    assert_int_equal(scene.result, NO_ERROR);

    (void)snprintf(expected, sizeof(expected),
                   "(NotifyRouteChange2) to return; it runs on thread %d (", tid);
    if (!strstr(line, expected))
        fail_test("\"%s\" is not in \"%s\"", expected, line);
    (void)snprintf(expected, sizeof(expected), "waits for the mutex at %p (", (void *)&scene.mutex);
    if (!strstr(line, expected))
        fail_test("\"%s\" is not in \"%s\"", expected, line);
    (void)snprintf(expected, sizeof(expected), "of thread %d (", (int)gettid());
    if (!strstr(line, expected))
        fail_test("\"%s\" is not in \"%s\"", expected, line);
    (void)close(ends[0]);
    (void)close(ends[1]);
    (void)close(stderr_before);
    monitor_destroy(&scene.monitor);
    ip("route del blackhole 10.1.0.0/16");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {world_test(test_report)};

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
