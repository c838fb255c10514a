/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Waits that look as if a cancel could never return, and that another thread ends. */
#include "deadlock_locks.h"

#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void signal_condition(struct scene *scene)
{
    lock_condition(scene);
    scene->is_signalled = true;
    (void)pthread_cond_signal(&scene->condition);
    unlock_condition(scene);
}

static void keep_and_await_semaphore(struct helper *helper)
{
    struct scene *scene = helper->scene;

    (void)pthread_mutex_lock(&scene->plain[helper->number]);
    scene_ready(helper);
    (void)sem_wait(&scene->semaphore);
    (void)pthread_mutex_unlock(&scene->plain[helper->number]);
}

static void keep_and_run(struct helper *helper)
{
    struct scene *scene = helper->scene;

    (void)pthread_mutex_lock(&scene->plain[helper->number]);
    scene_ready(helper);
    while (!scene_is_over(scene))
        (void)sched_yield();
    (void)pthread_mutex_unlock(&scene->plain[helper->number]);
}

static struct timespec in_a_moment(clockid_t clock)
{
    struct timespec time;

    clock_gettime(clock, &time);
    time.tv_nsec += 200L * 1000 * 1000;
    if (time.tv_nsec >= 1000L * 1000 * 1000) {
        time.tv_sec++;
        time.tv_nsec -= 1000L * 1000 * 1000;
    }
    return time;
}

/* What the canceller has, again and again for a moment. */
static void try_mutex(struct scene *scene)
{
    while (!scene_is_over(scene)) {
        const struct timespec until = in_a_moment(CLOCK_REALTIME);

        (void)pthread_mutex_timedlock(&scene->mutex, &until);
    }
}

static void keep_and_try_mutex(struct helper *helper)
{
    struct scene *scene = helper->scene;

    (void)pthread_mutex_lock(&scene->plain[helper->number]);
    scene_ready(helper);
    try_mutex(scene);
    (void)pthread_mutex_unlock(&scene->plain[helper->number]);
}

/* With the mutex, from the one to the other. */
static void take_turns(struct helper *helper)
{
    scene_ready(helper);
    while (!scene_is_over(helper->scene))
        want_mutex(helper->scene);
}

static void await_semaphore_alone(struct helper *helper)
{
    scene_ready(helper);
    (void)sem_wait(&helper->scene->semaphore);
}

#if !CHECK_SANITIZED
static void die_with_mutex(struct helper *helper)
{
    lock_mutex(helper->scene);
    scene_ready(helper);
}
#endif

static void start_awaiter(struct scene *scene)
{
    scene_spawn(scene, keep_and_await_semaphore);
}

static void start_runner(struct scene *scene)
{
    scene_spawn(scene, keep_and_run);
}

static void start_trier(struct scene *scene)
{
    scene_spawn(scene, keep_and_try_mutex);
}

static void start_turns(struct scene *scene)
{
    scene_spawn(scene, take_turns);
    scene_spawn(scene, take_turns);
}

#if !CHECK_SANITIZED
static void start_dying(struct scene *scene)
{
    scene_spawn(scene, die_with_mutex);
    (void)pthread_join(scene->helpers[0].thread, NULL);
    scene->helpers[0].is_joined = true;
}
#endif

static void start_joined_awaiter(struct scene *scene)
{
    scene_spawn(scene, await_semaphore_alone);
    scene->helpers[0].is_joined = true;
}

static void try_mutex_by_clock(struct scene *scene)
{
    while (!scene_is_over(scene)) {
        const struct timespec until = in_a_moment(CLOCK_MONOTONIC);

        (void)pthread_mutex_clocklock(&scene->mutex, CLOCK_MONOTONIC, &until);
    }
}

static void try_to_read(struct scene *scene)
{
    while (!scene_is_over(scene)) {
        const struct timespec until = in_a_moment(CLOCK_REALTIME);

        (void)pthread_rwlock_timedrdlock(&scene->rwlock, &until);
    }
}

static void try_to_write(struct scene *scene)
{
    while (!scene_is_over(scene)) {
        const struct timespec until = in_a_moment(CLOCK_REALTIME);

        (void)pthread_rwlock_timedwrlock(&scene->rwlock, &until);
    }
}

static void try_to_join(struct scene *scene)
{
    while (!scene_is_over(scene)) {
        const struct timespec until = in_a_moment(CLOCK_REALTIME);

        (void)pthread_timedjoin_np(scene->canceller, NULL, &until);
    }
}

static void await_semaphore(struct scene *scene)
{
    (void)sem_wait(&scene->semaphore);
}

static void await_semaphore_for_an_hour(struct scene *scene)
{
    const struct timespec until = in_an_hour(CLOCK_REALTIME);

    (void)sem_timedwait(&scene->semaphore, &until);
}

static void post_semaphore(struct scene *scene)
{
    (void)sem_post(&scene->semaphore);
}

static void await_barrier(struct scene *scene)
{
    (void)pthread_barrier_wait(&scene->barrier);
}

static void read_event(struct scene *scene)
{
    uint64_t count;

    (void)!read(scene->event, &count, sizeof(count));
}

static void poll_event(struct scene *scene)
{
    struct pollfd poll_for = {.fd = scene->event, .events = POLLIN};

    (void)poll(&poll_for, 1, -1);
}

static void set_event(struct scene *scene)
{
    const uint64_t one = 1;

    (void)!write(scene->event, &one, sizeof(one));
}

static void read_pipe(struct scene *scene)
{
    char byte;

    (void)!read(scene->pipe[0], &byte, 1);
}

static void write_pipe(struct scene *scene)
{
    (void)!write(scene->pipe[1], "x", 1);
}

static void sleep_on(struct scene *scene)
{
    struct timespec time = {.tv_nsec = 200L * 1000 * 1000};

    while (!scene_is_over(scene))
        (void)nanosleep(&time, NULL);
}

static void run_on(struct scene *scene)
{
    while (!scene_is_over(scene))
        (void)sched_yield();
}

static void hold_spin(struct scene *scene)
{
    (void)pthread_spin_lock(&scene->spin);
}

static void want_spin(struct scene *scene)
{
    while (!scene_is_over(scene))
        if (pthread_spin_trylock(&scene->spin) == 0)
            (void)pthread_spin_unlock(&scene->spin);
}

static void let_go_of_spin(struct scene *scene)
{
    (void)pthread_spin_unlock(&scene->spin);
}

/* A program's own lock, with all that a mutex would have, and the canceller as its owner. */
static void hold_fake(struct scene *scene)
{
    atomic_store(&scene->fake[0], 2);
    atomic_store(&scene->fake[2], (int)gettid());
    atomic_store(&scene->fake[3], 1);
}

static void await_fake(struct scene *scene)
{
    while (atomic_load(&scene->fake[0]) == 2)
        (void)syscall(SYS_futex, &scene->fake[0], FUTEX_WAIT_PRIVATE, 2, NULL, NULL, 0);
}

static void end_fake(struct scene *scene)
{
    atomic_store(&scene->fake[0], 0);
    (void)syscall(SYS_futex, &scene->fake[0], FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

/* Another thread has it for reading. */
static void start_reader(struct scene *scene)
{
    read_rwlock(scene);
}

static void start_main_with_mutex(struct scene *scene)
{
    lock_mutex(scene);
}

static void start_main_with_writer(struct scene *scene)
{
    write_rwlock(scene);
}

static void cancel_second_that_ends(struct scene *scene)
{
    scene_await_inside(scene, 1);
    scene_cancel(scene, 1);
}

static struct scene *in_once;

static void wait_in_once_now(void)
{
    (void)sem_wait(&in_once->semaphore);
}

static void run_once(struct helper *helper)
{
    in_once = helper->scene;
    scene_ready(helper);
    (void)pthread_once(&helper->scene->once, wait_in_once_now);
}

static void nothing(void)
{
}

static void start_once(struct scene *scene)
{
    scene_spawn(scene, run_once);
    scene_await_asleep(scene, &scene->helpers[0].tid);
}

static void await_once(struct scene *scene)
{
    (void)pthread_once(&scene->once, nothing);
}

static void await_child(struct scene *scene)
{
    int status;

    while (waitpid(scene->child, &status, 0) < 0 && errno == EINTR)
        ;
}

/* A child that ends when something is in the pipe. */
static void start_child(struct scene *scene)
{
    scene->child = fork();
    assert_true(scene->child >= 0);
    if (scene->child == 0) {
        read_pipe(scene);
        _exit(0);
    }
}

/* A child that has the lock between processes until then. */
static void start_child_with_mutex(struct scene *scene)
{
    const struct mutex_kind kind = {.shared = PTHREAD_PROCESS_SHARED};

    scene_init_mutex(scene->shared, &kind);
    scene->child = fork();
    assert_true(scene->child >= 0);
    if (scene->child == 0) {
        (void)pthread_mutex_lock(scene->shared);
        set_event(scene);
        read_pipe(scene);
        (void)pthread_mutex_unlock(scene->shared);
        _exit(0);
    }
    read_event(scene);
}

static void want_mutex_of_child(struct scene *scene)
{
    (void)pthread_mutex_lock(scene->shared);
    (void)pthread_mutex_unlock(scene->shared);
}

static void start_child_with_rwlock(struct scene *scene)
{
    pthread_rwlockattr_t attributes;

    (void)pthread_rwlockattr_init(&attributes);
    (void)pthread_rwlockattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    (void)pthread_rwlock_init(scene->shared, &attributes);
    (void)pthread_rwlockattr_destroy(&attributes);
    scene->child = fork();
    assert_true(scene->child >= 0);
    if (scene->child == 0) {
        (void)pthread_rwlock_wrlock(scene->shared);
        set_event(scene);
        read_pipe(scene);
        (void)pthread_rwlock_unlock(scene->shared);
        _exit(0);
    }
    read_event(scene);
}

static void want_rwlock_of_child(struct scene *scene)
{
    (void)pthread_rwlock_rdlock(scene->shared);
    (void)pthread_rwlock_unlock(scene->shared);
}

static void end_child(struct scene *scene)
{
    write_pipe(scene);
    await_child(scene);
}

static void want_mutex_on(struct scene *scene)
{
    while (!scene_is_over(scene))
        want_mutex(scene);
}

#define OVER scene_set_over
#define BESIDE_MUTEX(a_wait, a_end)                                                                \
    .hold = lock_mutex, .waits = {a_wait}, .end = (a_end), .let_go = unlock_mutex

static const struct shape no_deadlocks[] = {
    {.name = "mutex for a time", BESIDE_MUTEX(try_mutex, OVER)},
    {.name = "mutex for a time by a clock", BESIDE_MUTEX(try_mutex_by_clock, OVER)},
    {.name = "to read for a time",
     .hold = write_rwlock,
     .waits = {try_to_read},
     .end = OVER,
     .let_go = unlock_rwlock},
    {.name = "to write for a time",
     .hold = write_rwlock,
     .waits = {try_to_write},
     .end = OVER,
     .let_go = unlock_rwlock},
    {.name = "join for a time", .waits = {try_to_join}, .end = OVER},
    {.name = "condition variable", BESIDE_MUTEX(wait_for_condition, signal_condition)},
    {.name = "condition variable for a time",
     BESIDE_MUTEX(wait_for_condition_until, signal_condition)},
    {.name = "condition variable by a clock",
     BESIDE_MUTEX(wait_for_condition_by_clock, signal_condition)},
    {.name = "semaphore", BESIDE_MUTEX(await_semaphore, post_semaphore)},
    {.name = "semaphore for a time", BESIDE_MUTEX(await_semaphore_for_an_hour, post_semaphore)},
    {.name = "barrier", BESIDE_MUTEX(await_barrier, await_barrier)},
    {.name = "eventfd", BESIDE_MUTEX(read_event, set_event)},
    {.name = "poll", BESIDE_MUTEX(poll_event, set_event)},
    {.name = "pipe", BESIDE_MUTEX(read_pipe, write_pipe)},
    {.name = "sleep", BESIDE_MUTEX(sleep_on, OVER)},
    {.name = "busy loop", BESIDE_MUTEX(run_on, OVER)},
    {.name = "spin lock",
     .hold = hold_spin,
     .waits = {want_spin},
     .end = OVER,
     .let_go = let_go_of_spin},
    {.name = "a program's own lock", .hold = hold_fake, .waits = {await_fake}, .end = end_fake},
    {.name = "another thread's mutex",
     .start = start_main_with_mutex,
     .waits = {want_mutex},
     .end = unlock_mutex},
    {.name = "another thread's inheriting mutex",
     .start = start_main_with_mutex,
     .waits = {want_mutex},
     .end = unlock_mutex,
     .kind = KIND(NORMAL, INHERIT, STALLED)},
    {.name = "another writer",
     .start = start_main_with_writer,
     .waits = {want_to_write},
     .end = unlock_rwlock},
    {.name = "another reader",
     .start = start_reader,
     .waits = {want_to_write},
     .end = unlock_rwlock},
    {.name = "another thread's end",
     .hold = lock_mutex,
     .start = start_joined_awaiter,
     .waits = {want_end_of_helper},
     .end = post_semaphore,
     .let_go = unlock_mutex},
    {.name = "a mutex passed on", .start = start_turns, .waits = {want_mutex_on}, .end = OVER},
    {.name = "a lock of a thread that waits for a semaphore",
     .hold = lock_mutex,
     .start = start_awaiter,
     .waits = {want_last_plain},
     .end = post_semaphore,
     .let_go = unlock_mutex},
    {.name = "a lock of a thread that runs",
     .hold = lock_mutex,
     .start = start_runner,
     .waits = {want_last_plain},
     .end = OVER,
     .let_go = unlock_mutex},
    {.name = "a lock of a thread that tries",
     .hold = lock_mutex,
     .start = start_trier,
     .waits = {want_last_plain},
     .end = OVER,
     .let_go = unlock_mutex},
    {.name = "a cancel whose callback ends",
     .hold = lock_mutex,
     .waits = {cancel_second_that_ends, await_semaphore},
     .end = post_semaphore,
     .let_go = unlock_mutex},
#if !CHECK_SANITIZED
    /* No thread may unlock it, but any can. */
    {.name = "a dead thread's mutex",
     .start = start_dying,
     .waits = {want_mutex},
     .end = unlock_mutex},
#endif
    {.name = "once",
     .hold = lock_mutex,
     .start = start_once,
     .waits = {await_once},
     .end = post_semaphore,
     .let_go = unlock_mutex},
    {.name = "a child's end",
     .hold = lock_mutex,
     .start = start_child,
     .waits = {await_child},
     .end = write_pipe,
     .let_go = unlock_mutex},
    {.name = "another process' mutex",
     .hold = lock_mutex,
     .start = start_child_with_mutex,
     .waits = {want_mutex_of_child},
     .end = end_child,
     .let_go = unlock_mutex},
    {.name = "another process' read-write lock",
     .hold = lock_mutex,
     .start = start_child_with_rwlock,
     .waits = {want_rwlock_of_child},
     .end = end_child,
     .let_go = unlock_mutex},
};

int main(int argc, char **argv)
{
    (void)argc;
    return scene_main(argv, no_deadlocks, ARRAY_SIZE(no_deadlocks), scene_check_not_refused);
}
