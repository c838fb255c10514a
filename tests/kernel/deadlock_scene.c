/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The course of a scene. */
#include "deadlock_scene.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

/* The sleeps of a cancel: the last of so many begins when it has tried the proof four times. */
enum { SLEEPS = 5 };

/* ---- What all of it waits with ------------------------------------------------------------- */

static void await(struct scene *scene, const bool *what, const char *words)
{
    monitor_lock(&scene->monitor);
    const bool timely = monitor_wait_until(&scene->monitor, what, true);
    monitor_unlock(&scene->monitor);
    if (!timely)
        fail_test("%s: waited in vain: %s", scene->shape->name, words);
}

static void set(struct scene *scene, bool *what)
{
    monitor_lock(&scene->monitor);
    *what = true;
    monitor_announce(&scene->monitor);
    monitor_unlock(&scene->monitor);
}

/* Where there is nothing to wait on. */
static void pause_a_little(void)
{
    struct timespec time = {.tv_nsec = 500L * 1000};

    nanosleep(&time, NULL);
}

void scene_await_asleep(struct scene *scene, const int *tid)
{
    struct timespec deadline = check_deadline();

    for (;;) {
        monitor_lock(&scene->monitor);
        const int number = *tid;
        monitor_unlock(&scene->monitor);
        if (number != 0 && thread_is_asleep(number))
            return;
        if (check_deadline_passed(&deadline))
            fail_test("%s: a thread does not sleep", scene->shape->name);
        pause_a_little();
    }
}

bool scene_is_over(struct scene *scene)
{
    monitor_lock(&scene->monitor);
    const bool is_over = scene->is_over;
    monitor_unlock(&scene->monitor);
    return is_over;
}

void scene_set_over(struct scene *scene)
{
    set(scene, &scene->is_over);
}

/* How often a thread has gone to sleep. */
static unsigned long switches_of(int tid)
{
    char path[64];
    char line[256];
    unsigned long count = 0;

    (void)snprintf(path, sizeof(path), "/proc/self/task/%d/status", tid);
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof(line), file))
        (void)sscanf(line, "voluntary_ctxt_switches: %lu", &count);
    if (file)
        (void)fclose(file);
    return count;
}

/* ---- The callbacks ------------------------------------------------------------------------- */

static void call(void *context, MIB_IPFORWARD_ROW2 *row, MIB_NOTIFICATION_TYPE type)
{
    struct part *part = context;
    struct scene *scene = part->scene;
    void (*wait)(struct scene *) = NULL;

    monitor_lock(&scene->monitor);
    const bool is_initial = type == MibInitialNotification;
    if (!is_initial && part->count < SCENE_TOLD_MAX) {
        const uint32_t address = ntohl(row->DestinationPrefix.Prefix.Ipv4.sin_addr.s_addr);
        part->told[part->count++] = type == MibAddInstance ? address >> 16 & 0xFF : 0;
    }
    if (part->tid == 0) {
        part->tid = (int)gettid();
        part->inside = true;
        wait = scene->shape->waits[part->number];
    }
    monitor_announce(&scene->monitor);
    monitor_unlock(&scene->monitor);
    if (wait)
        wait(scene);
    monitor_lock(&scene->monitor);
    if (wait)
        part->inside = false;
    monitor_announce(&scene->monitor);
    monitor_unlock(&scene->monitor);
}

void scene_await_inside(struct scene *scene, size_t part)
{
    struct timespec deadline = check_deadline();
    bool timely = true;

    monitor_lock(&scene->monitor);
    while (scene->parts[part].tid == 0 && timely)
        timely = monitor_wait(&scene->monitor, &deadline);
    monitor_unlock(&scene->monitor);
}

void scene_cancel(struct scene *scene, size_t part)
{
    const DWORD result = CancelMibChangeNotify2(scene->parts[part].handle);

    monitor_lock(&scene->monitor);
    scene->refused += result == ERROR_POSSIBLE_DEADLOCK;
    scene->parts[part].was_cancelled |= result == NO_ERROR;
    monitor_announce(&scene->monitor);
    monitor_unlock(&scene->monitor);
}

/* ---- The threads --------------------------------------------------------------------------- */

static void *run_helper(void *context)
{
    struct helper *helper = context;

    helper->run(helper);
    return NULL;
}

void scene_ready(struct helper *helper)
{
    monitor_lock(&helper->scene->monitor);
    helper->tid = (int)gettid();
    monitor_unlock(&helper->scene->monitor);
    set(helper->scene, &helper->ready);
}

void scene_spawn(struct scene *scene, void (*run)(struct helper *))
{
    struct helper *helper = &scene->helpers[scene->helpers_count];

    *helper = (struct helper){.scene = scene, .number = scene->helpers_count, .run = run};
    scene->helpers_count++;
    assert_int_equal(pthread_create(&helper->thread, NULL, run_helper, helper), 0);
    await(scene, &helper->ready, "a helper's lock");
}

static void begin_cancel(struct scene *scene)
{
    const int tid = (int)gettid();

    monitor_lock(&scene->monitor);
    scene->canceller_tid = tid;
    scene->switches = switches_of(tid);
    scene->begun = true;
    monitor_announce(&scene->monitor);
    monitor_unlock(&scene->monitor);
}

/* The whole life of the thread that cancels. */
static void *run_canceller(void *context)
{
    struct scene *scene = context;

    if (scene->shape->hold)
        scene->shape->hold(scene);
    set(scene, &scene->holds);
    await(scene, &scene->may_begin, "the cancel's begin");
    if (scene->shape->before)
        scene->shape->before(scene);
    begin_cancel(scene);
    const DWORD result = CancelMibChangeNotify2(scene->parts[0].handle);
    monitor_lock(&scene->monitor);
    scene->result = result;
    scene->refused += result == ERROR_POSSIBLE_DEADLOCK;
    scene->parts[0].was_cancelled |= result == NO_ERROR;
    monitor_unlock(&scene->monitor);
    set(scene, &scene->returned);
    await(scene, &scene->may_let_go, "the cancel's end");
    if (scene->shape->let_go)
        scene->shape->let_go(scene);
    set(scene, &scene->has_gone);
    return NULL;
}

/* The same in a callback, of an interface's registration beside. */
static void cancel_in_callback(void *context, MIB_IPINTERFACE_ROW *row, MIB_NOTIFICATION_TYPE type)
{
    (void)row;
    if (type == MibInitialNotification)
        run_canceller(context);
}

static void *run_registrant(void *context)
{
    struct scene *scene = context;
    HANDLE handle;

    (void)NotifyIpInterfaceChange(AF_INET, cancel_in_callback, scene, TRUE, &handle);
    (void)CancelMibChangeNotify2(handle);
    return NULL;
}

static void *run_first_registrant(void *context)
{
    struct scene *scene = context;

    (void)NotifyRouteChange2(AF_INET, call, &scene->parts[0], TRUE, &scene->parts[0].handle);
    return NULL;
}

/* ---- The course ---------------------------------------------------------------------------- */

void scene_init_mutex(pthread_mutex_t *mutex, const struct mutex_kind *kind)
{
    pthread_mutexattr_t attributes;

    assert_int_equal(pthread_mutexattr_init(&attributes), 0);
    assert_int_equal(pthread_mutexattr_settype(&attributes, kind->type), 0);
    assert_int_equal(pthread_mutexattr_setprotocol(&attributes, kind->protocol), 0);
    assert_int_equal(pthread_mutexattr_setrobust(&attributes, kind->robust), 0);
    assert_int_equal(pthread_mutexattr_setpshared(&attributes, kind->shared), 0);
    assert_int_equal(pthread_mutex_init(mutex, &attributes), 0);
    assert_int_equal(pthread_mutexattr_destroy(&attributes), 0);
}

static void init(struct scene *scene, const struct shape *shape)
{
    const struct mutex_kind plain = {0};
    pthread_rwlockattr_t writers;

    memset(scene, 0, sizeof(*scene));
    scene->shape = shape;
    monitor_init(&scene->monitor);
    scene_init_mutex(&scene->mutex, &shape->kind);
    for (size_t i = 0; i < SCENE_HELPERS; i++)
        scene_init_mutex(&scene->plain[i], &plain);
    scene_init_mutex(&scene->condition_mutex, &plain);
    (void)pthread_cond_init(&scene->condition, NULL);
    (void)pthread_rwlock_init(&scene->rwlock, NULL);
    (void)pthread_rwlockattr_init(&writers);
    (void)pthread_rwlockattr_setkind_np(&writers, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    (void)pthread_rwlock_init(&scene->rwlock_for_writers, &writers);
    (void)pthread_rwlockattr_destroy(&writers);
    (void)mtx_init(&scene->standard, mtx_plain);
    (void)pthread_spin_init(&scene->spin, PTHREAD_PROCESS_PRIVATE);
    (void)sem_init(&scene->semaphore, 0, 0);
    (void)pthread_barrier_init(&scene->barrier, NULL, 2);
    scene->once = PTHREAD_ONCE_INIT;
    assert_int_equal(pipe(scene->pipe), 0);
    scene->event = eventfd(0, EFD_CLOEXEC);
    assert_true(scene->event >= 0);
    scene->shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(scene->shared != MAP_FAILED);
    while (scene->parts_count < SCENE_PARTS && shape->waits[scene->parts_count])
        scene->parts_count++;
}

static void clear(struct scene *scene)
{
    (void)munmap(scene->shared, 4096);
    (void)close(scene->event);
    (void)close(scene->pipe[0]);
    (void)close(scene->pipe[1]);
    (void)pthread_barrier_destroy(&scene->barrier);
    (void)sem_destroy(&scene->semaphore);
    (void)pthread_spin_destroy(&scene->spin);
    mtx_destroy(&scene->standard);
    (void)pthread_rwlock_destroy(&scene->rwlock_for_writers);
    (void)pthread_rwlock_destroy(&scene->rwlock);
    (void)pthread_cond_destroy(&scene->condition);
    (void)pthread_mutex_destroy(&scene->condition_mutex);
    for (size_t i = 0; i < SCENE_HELPERS; i++)
        (void)pthread_mutex_destroy(&scene->plain[i]);
    (void)pthread_mutex_destroy(&scene->mutex);
    monitor_destroy(&scene->monitor);
}

static void add_route(unsigned number)
{
    ip("route add blackhole 10.%u.0.0/16", number);
}

/* Up to the moment when all wait but the canceller, who has what it is to have. */
static void begin(struct scene *scene, pthread_t *ret_first_registrant)
{
    const struct shape *shape = scene->shape;

    for (size_t i = 0; i < scene->parts_count; i++) {
        scene->parts[i].scene = scene;
        scene->parts[i].number = i;
        if (i > 0 || !shape->is_initial)
            assert_int_equal(
                NotifyRouteChange2(AF_INET, call, &scene->parts[i], FALSE, &scene->parts[i].handle),
                NO_ERROR);
    }
    assert_int_equal(
        pthread_create(&scene->canceller, NULL,
                       shape->is_cancelled_in_callback ? run_registrant : run_canceller, scene),
        0);
    await(scene, &scene->holds, "the canceller's lock");
    if (shape->start)
        shape->start(scene);
    set(scene, &scene->started);
    if (shape->is_initial)
        assert_int_equal(pthread_create(ret_first_registrant, NULL, run_first_registrant, scene),
                         0);
    else
        add_route(1);
    for (size_t i = 0; i < scene->parts_count; i++) {
        scene_await_inside(scene, i);
        assert_int_not_equal(scene->parts[i].tid, 0);
    }
}

/* Each change once, in order, up to the last one. */
static void expect_told(struct scene *scene, struct part *part, unsigned first, unsigned last)
{
    struct timespec deadline = check_deadline();
    bool timely = true;

    monitor_lock(&scene->monitor);
    while (part->count < last - first + 1 && timely)
        timely = monitor_wait(&scene->monitor, &deadline);
    const size_t count = part->count;
    bool in_order = count == last - first + 1;
    for (size_t i = 0; i < count && in_order; i++)
        in_order = part->told[i] == first + i;
    monitor_unlock(&scene->monitor);
    if (!in_order)
        fail_test("%s: registration %zu was told %zu changes, or in another order",
                  scene->shape->name, part->number, count);
}

static void join_all(struct scene *scene)
{
    for (size_t i = 0; i < scene->helpers_count; i++)
        if (!scene->helpers[i].is_joined)
            (void)pthread_join(scene->helpers[i].thread, NULL);
}

/* Those that live were told everything; all are gone afterwards. */
static void end_registrations(struct scene *scene, unsigned first, unsigned last)
{
    for (size_t i = 0; i < scene->parts_count; i++) {
        struct part *part = &scene->parts[i];

        monitor_lock(&scene->monitor);
        const bool was_cancelled = part->was_cancelled;
        monitor_unlock(&scene->monitor);
        if (!was_cancelled)
            expect_told(scene, part, first, last);
        const DWORD result = CancelMibChangeNotify2(part->handle);
        if (result != (was_cancelled ? ERROR_INVALID_HANDLE : NO_ERROR))
            fail_test("%s: at the end, cancel of %zu: %u", scene->shape->name, i, (unsigned)result);
    }
    for (unsigned i = 1; i <= last; i++)
        if (i >= first)
            ip("route del blackhole 10.%u.0.0/16", i);
}

void scene_check_refused(const struct shape *shape)
{
    static struct scene scene;
    const unsigned first = shape->is_initial ? 2 : 1;
    pthread_t registrant;

    init(&scene, shape);
    begin(&scene, &registrant);
    add_route(2);
    set(&scene, &scene.may_begin);
    await(&scene, &scene.begun, "the cancel");
    add_route(3);
    /* In the cancel of a ring through several, another one may have been refused. */
    await(&scene, &scene.returned, "the cancel's return");
    set(&scene, &scene.may_let_go);
    await(&scene, &scene.has_gone, "the canceller's end");
    add_route(4);
    if (!shape->is_canceller_joined)
        (void)pthread_join(scene.canceller, NULL);
    join_all(&scene);
    if (shape->is_initial)
        (void)pthread_join(registrant, NULL);
    /* What waits in callbacks is at its end, too. */
    for (size_t i = 0; i < scene.parts_count; i++) {
        monitor_lock(&scene.monitor);
        const bool timely = monitor_wait_until(&scene.monitor, &scene.parts[i].inside, false);
        monitor_unlock(&scene.monitor);
        assert_true(timely);
    }
    if (scene.refused != 1)
        fail_test("%s: %zu cancels were refused; the last result is %u", shape->name, scene.refused,
                  (unsigned)scene.result);
    end_registrations(&scene, first, 4);
    clear(&scene);
}

void scene_check_not_refused(const struct shape *shape)
{
    static struct scene scene;
    struct timespec deadline = check_deadline();
    pthread_t registrant;
    bool returned = false;

    init(&scene, shape);
    begin(&scene, &registrant);
    set(&scene, &scene.may_begin);
    await(&scene, &scene.begun, "the cancel");
    while (!returned && switches_of(scene.canceller_tid) < scene.switches + SLEEPS) {
        monitor_lock(&scene.monitor);
        returned = scene.returned;
        monitor_unlock(&scene.monitor);
        if (check_deadline_passed(&deadline))
            fail_test("%s: the cancel does not wait", shape->name);
        pause_a_little();
    }
    monitor_lock(&scene.monitor);
    returned = scene.returned;
    const size_t refused = scene.refused;
    monitor_unlock(&scene.monitor);
    if (returned)
        fail_test("%s: the cancel returned %u before the callback did", shape->name,
                  (unsigned)scene.result);
    if (refused != 0)
        fail_test("%s: a cancel was refused", shape->name);
    shape->end(&scene);
    await(&scene, &scene.returned, "the cancel's return");
    if (scene.result != NO_ERROR)
        fail_test("%s: the cancel failed with %u", shape->name, (unsigned)scene.result);
    set(&scene, &scene.may_let_go);
    (void)pthread_join(scene.canceller, NULL);
    join_all(&scene);
    if (scene.refused != 0 || scene.parts[0].count != 1)
        fail_test("%s: %zu cancels refused, %zu changes told", shape->name, scene.refused,
                  scene.parts[0].count);
    end_registrations(&scene, 1, 1);
    clear(&scene);
}

/* ---- Programs ------------------------------------------------------------------------------ */

enum { SHAPES_MAX = 64 };

static void (*check_shape)(const struct shape *shape);
static unsigned long rounds = 1;

static void play(void **state)
{
    for (unsigned long i = 0; i < rounds; i++)
        check_shape(*state);
}

int scene_main(char **argv, const struct shape *shapes, size_t count,
               void (*check_one)(const struct shape *shape))
{
    static struct CMUnitTest tests[SHAPES_MAX];
    const char *given = secure_getenv("IPHLPAPI_TEST_ROUNDS"); // NOLINT(concurrency-mt-unsafe)

    if (given)
        rounds = strtoul(given, NULL, 10);
    check_shape = check_one;
    if (count > SHAPES_MAX)
        return 1;
    for (size_t i = 0; i < count; i++)
        tests[i] = (struct CMUnitTest){
            .name = shapes[i].name, .test_func = play, .initial_state = (void *)&shapes[i]};
    const int rc = netns_begin(argv);
    return rc ? rc : _cmocka_run_group_tests("shapes", tests, count, NULL, NULL);
}
