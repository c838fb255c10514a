/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Callbacks that end their thread instead of returning. */
#include "world.h"

struct scene {
    struct monitor monitor; /* guards all of it */
    HANDLE handle;
    bool entered;      /* a callback has begun */
    bool held;         /* it does not end its thread before it is let go */
    unsigned reported; /* changes */
};

static void scene_init(struct scene *scene)
{
    *scene = (struct scene){0};
    monitor_init(&scene->monitor);
}

static void scene_await(struct scene *scene, const bool *what)
{
    monitor_lock(&scene->monitor);
    const bool timely = monitor_wait_until(&scene->monitor, what, true);
    monitor_unlock(&scene->monitor);
    assert_true(timely);
}

/* Under the monitor. */
static void note_change(struct scene *scene)
{
    scene->reported++;
    scene->entered = true;
    monitor_announce(&scene->monitor);
}

/* Returns when it is let go. */
static void stay(void *context, MIB_IPFORWARD_ROW2 *row, MIB_NOTIFICATION_TYPE type)
{
    struct scene *scene = context;

    (void)row;
    (void)type;
    monitor_lock(&scene->monitor);
    note_change(scene);
    (void)monitor_wait_until(&scene->monitor, &scene->held, false);
    monitor_unlock(&scene->monitor);
}

static void end_thread(void *context, MIB_IPFORWARD_ROW2 *row, MIB_NOTIFICATION_TYPE type)
{
    stay(context, row, type);
    pthread_exit(NULL);
}

/* The registration is at its end, its cancel does not wait, and others hear on. */
static void test_dispatcher(void **state)
{
    struct holdings before = holdings_now();
    struct scene scene;
    struct recorder witness;
    struct iface lo = iface_get("lo");
    struct timespec deadline = check_deadline();
    struct row_key key = route_key(lo, "10.2.0.0/16", NULL);

    (void)state;
    scene_init(&scene);
    assert_int_equal(recorder_start(&witness, ROW_ROUTE, AF_INET, FALSE), NO_ERROR);
    assert_int_equal(NotifyRouteChange2(AF_INET, end_thread, &scene, FALSE, &scene.handle),
                     NO_ERROR);
    ip("route add blackhole 10.1.0.0/16");
    scene_await(&scene, &scene.entered);
    ip("route add blackhole 10.2.0.0/16");
    assert_true(recorder_wait(&witness, 0, MibAddInstance, &key, &deadline));
    assert_int_equal(CancelMibChangeNotify2(scene.handle), NO_ERROR);
    assert_int_equal(CancelMibChangeNotify2(scene.handle), ERROR_INVALID_HANDLE);
    assert_int_equal(scene.reported, 1);
    recorder_stop(&witness);
    monitor_destroy(&scene.monitor);
    holdings_expect_restored(&before);
}

static void *join(pthread_t thread)
{
    void *result;

    assert_int_equal(pthread_join(thread, &result), 0);
    return result;
}

static void *cancel(void *context)
{
    struct scene *scene = context;
    DWORD result = CancelMibChangeNotify2(scene->handle);

    return (void *)(uintptr_t)result; // NOLINT(performance-no-int-to-ptr)
}

/* A thread that is to be ended while it waits in a cancel is not before that returns. */
static void test_thread_that_cancels(void **state)
{
    struct holdings before = holdings_now();
    struct scene scene;
    pthread_t threads[2];

    (void)state;
    scene_init(&scene);
    scene.held = true;
    assert_int_equal(NotifyRouteChange2(AF_INET, stay, &scene, FALSE, &scene.handle), NO_ERROR);
    ip("route add blackhole 10.1.0.0/16");
    scene_await(&scene, &scene.entered);
    assert_int_equal(pthread_create(&threads[0], NULL, cancel, &scene), 0);
    threads_await_asleep();
    assert_int_equal(pthread_cancel(threads[0]), 0);
    threads_await_asleep();
    /* Another one finds the wait of the first. */
    assert_int_equal(pthread_create(&threads[1], NULL, cancel, &scene), 0);
    threads_await_asleep();
    monitor_lock(&scene.monitor);
    scene.held = false;
    monitor_announce(&scene.monitor);
    monitor_unlock(&scene.monitor);
    const uintptr_t first = (uintptr_t)join(threads[0]);
    const uintptr_t second = (uintptr_t)join(threads[1]);
    assert_int_equal(first == NO_ERROR ? second : first, ERROR_INVALID_HANDLE);
    assert_true(first == NO_ERROR || second == NO_ERROR);
    assert_int_equal(CancelMibChangeNotify2(scene.handle), ERROR_INVALID_HANDLE);
    monitor_destroy(&scene.monitor);
    holdings_expect_restored(&before);
}

/* A cancel that waits for the callback already. */
static void test_during_cancel(void **state)
{
    struct holdings before = holdings_now();
    struct scene scene;
    pthread_t thread;

    (void)state;
    scene_init(&scene);
    scene.held = true;
    assert_int_equal(NotifyRouteChange2(AF_INET, end_thread, &scene, FALSE, &scene.handle),
                     NO_ERROR);
    ip("route add blackhole 10.1.0.0/16");
    scene_await(&scene, &scene.entered);
    assert_int_equal(pthread_create(&thread, NULL, cancel, &scene), 0);
    threads_await_asleep();
    monitor_lock(&scene.monitor);
    scene.held = false;
    monitor_announce(&scene.monitor);
    monitor_unlock(&scene.monitor);
    assert_int_equal((uintptr_t)join(thread), NO_ERROR);
    monitor_destroy(&scene.monitor);
    holdings_expect_restored(&before);
}

static void end_thread_initially(void *context, MIB_IPFORWARD_ROW2 *row, MIB_NOTIFICATION_TYPE type)
{
    struct scene *scene = context;

    (void)row;
    if (type == MibInitialNotification)
        pthread_exit(scene);
    monitor_lock(&scene->monitor);
    note_change(scene);
    monitor_unlock(&scene->monitor);
}

static void *register_with_initial(void *context)
{
    struct scene *scene = context;

    (void)NotifyRouteChange2(AF_INET, end_thread_initially, scene, TRUE, &scene->handle);
    return NULL; /* not reached */
}

/* The thread that registers ends; the registration lives. */
static void test_initial(void **state)
{
    struct holdings before = holdings_now();
    struct scene scene;
    pthread_t thread;

    (void)state;
    scene_init(&scene);
    assert_int_equal(pthread_create(&thread, NULL, register_with_initial, &scene), 0);
    assert_ptr_equal(join(thread), &scene);
    assert_non_null(scene.handle);
    ip("route add blackhole 10.1.0.0/16");
    scene_await(&scene, &scene.entered);
    assert_int_equal(CancelMibChangeNotify2(scene.handle), NO_ERROR);
    monitor_destroy(&scene.monitor);
    holdings_expect_restored(&before);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_dispatcher),
        world_test(test_during_cancel),
        world_test(test_thread_that_cancels),
        world_test(test_initial),
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
