/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Cancels that are refused again and again while changes come: the registration lives on, and is
 * told each of them, once and in order.
 */
#include "world.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUTES = 250, REFUSALS = 25 };

struct scene {
    pthread_mutex_t mutex;
    struct monitor monitor; /* guards what follows */
    HANDLE handle;
    bool has;   /* the canceller, the mutex */
    bool ends;  /* the canceller */
    bool wants; /* the callback, the mutex */
    unsigned told;
    bool in_order;
    unsigned refused;
    unsigned others; /* results */
};

/*
 * Wants the mutex at each call, when the canceller has it. Until it has it, it says so: who has the
 * mutex and finds it wanted cancels in vain.
 */
static void call(void *context, MIB_IPFORWARD_ROW2 *row, MIB_NOTIFICATION_TYPE type)
{
    struct scene *scene = context;
    const uint32_t address = ntohl(row->DestinationPrefix.Prefix.Ipv4.sin_addr.s_addr);
    struct timespec deadline = check_deadline();
    bool timely = true;

    monitor_lock(&scene->monitor);
    while (!scene->has && !scene->ends && timely)
        timely = monitor_wait(&scene->monitor, &deadline);
    scene->wants = true;
    scene->in_order &= type == MibAddInstance && (address >> 8 & 0xFF) == scene->told;
    monitor_announce(&scene->monitor);
    monitor_unlock(&scene->monitor);
    pthread_mutex_lock(&scene->mutex);
    monitor_lock(&scene->monitor);
    scene->wants = false;
    scene->told++;
    monitor_announce(&scene->monitor);
    monitor_unlock(&scene->monitor);
    pthread_mutex_unlock(&scene->mutex);
}

/* Has the mutex, and cancels when the callback wants it. */
static void *cancel_again_and_again(void *context)
{
    struct scene *scene = context;
    struct timespec deadline = check_deadline();
    bool going = true;

    while (going) {
        bool timely = true;

        pthread_mutex_lock(&scene->mutex);
        monitor_lock(&scene->monitor);
        scene->has = true;
        monitor_announce(&scene->monitor);
        while (!scene->wants && scene->told < ROUTES && timely)
            timely = monitor_wait(&scene->monitor, &deadline);
        going = scene->wants;
        monitor_unlock(&scene->monitor);
        const DWORD result = going ? CancelMibChangeNotify2(scene->handle) : NO_ERROR;
        monitor_lock(&scene->monitor);
        scene->has = false;
        monitor_unlock(&scene->monitor);
        pthread_mutex_unlock(&scene->mutex);
        monitor_lock(&scene->monitor);
        scene->refused += going && result == ERROR_POSSIBLE_DEADLOCK;
        scene->others += going && result != ERROR_POSSIBLE_DEADLOCK;
        going &= scene->refused < REFUSALS && scene->others == 0;
        scene->ends = !going;
        monitor_announce(&scene->monitor);
        monitor_unlock(&scene->monitor);
    }
    return NULL;
}

static void test_refused_in_a_storm(void **state)
{
    static struct scene scene = {.mutex = PTHREAD_MUTEX_INITIALIZER, .in_order = true};
    struct timespec deadline = check_deadline();
    bool timely = true;
    char *batch = calloc(ROUTES, 64);
    size_t length = 0;
    pthread_t canceller;

    (void)state;
    assert_non_null(batch);
    for (unsigned i = 0; i < ROUTES; i++)
        length += (size_t)sprintf(batch + length, "route add blackhole 10.1.%u.0/24\n", i);
    monitor_init(&scene.monitor);
    assert_int_equal(NotifyRouteChange2(AF_INET, call, &scene, FALSE, &scene.handle), NO_ERROR);
    assert_int_equal(pthread_create(&canceller, NULL, cancel_again_and_again, &scene), 0);
    ip_batch(batch);
    free(batch);
    (void)pthread_join(canceller, NULL);
    monitor_lock(&scene.monitor);
    while (scene.told < ROUTES && timely)
        timely = monitor_wait(&scene.monitor, &deadline);
    monitor_unlock(&scene.monitor);
    assert_int_equal(CancelMibChangeNotify2(scene.handle), NO_ERROR);
    assert_int_equal(scene.others, 0);
    assert_int_equal(scene.refused, REFUSALS);
    assert_int_equal(scene.told, ROUTES);
    assert_true(scene.in_order);
    monitor_destroy(&scene.monitor);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {world_test(test_refused_in_a_storm)};

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
