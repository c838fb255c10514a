/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cancels that can never return, by what the canceller has and what the callback waits for. */
#include "deadlock_locks.h"

#include <sched.h>

static void lock_mutex_twice(struct scene *scene)
{
    lock_mutex(scene);
    lock_mutex(scene);
}

static void unlock_mutex_twice(struct scene *scene)
{
    unlock_mutex(scene);
    unlock_mutex(scene);
}

static void lock_standard(struct scene *scene)
{
    assert_int_equal(mtx_lock(&scene->standard), thrd_success);
}

static void unlock_standard(struct scene *scene)
{
    assert_int_equal(mtx_unlock(&scene->standard), thrd_success);
}

static void want_standard(struct scene *scene)
{
    lock_standard(scene);
    unlock_standard(scene);
}

static void write_rwlock_for_writers(struct scene *scene)
{
    assert_int_equal(pthread_rwlock_wrlock(&scene->rwlock_for_writers), 0);
}

static void unlock_rwlock_for_writers(struct scene *scene)
{
    assert_int_equal(pthread_rwlock_unlock(&scene->rwlock_for_writers), 0);
}

static void want_to_read_beside_writers(struct scene *scene)
{
    assert_int_equal(pthread_rwlock_rdlock(&scene->rwlock_for_writers), 0);
    unlock_rwlock_for_writers(scene);
}

/* When the callback waits, it is told to go on, and needs the mutex for it. */
static void signal_and_keep_mutex(struct scene *scene)
{
    lock_condition(scene);
    while (!scene->awaits_signal) {
        unlock_condition(scene);
        (void)sched_yield();
        lock_condition(scene);
    }
    scene->is_signalled = true;
    (void)pthread_cond_signal(&scene->condition);
}

/* Has its own lock and wants the scene's. */
static void keep_and_want_mutex(struct helper *helper)
{
    struct scene *scene = helper->scene;

    (void)pthread_mutex_lock(&scene->plain[helper->number]);
    scene_ready(helper);
    want_mutex(scene);
    (void)pthread_mutex_unlock(&scene->plain[helper->number]);
}

/* Has its own lock and wants that of the helper before. */
static void keep_and_want_last(struct helper *helper)
{
    struct scene *scene = helper->scene;
    pthread_mutex_t *last = &scene->plain[helper->number - 1];

    (void)pthread_mutex_lock(&scene->plain[helper->number]);
    scene_ready(helper);
    (void)pthread_mutex_lock(last);
    (void)pthread_mutex_unlock(last);
    (void)pthread_mutex_unlock(&scene->plain[helper->number]);
}

static void write_and_want_mutex(struct helper *helper)
{
    write_rwlock(helper->scene);
    scene_ready(helper);
    want_mutex(helper->scene);
    unlock_rwlock(helper->scene);
}

static void join_canceller(struct helper *helper)
{
    scene_ready(helper);
    (void)pthread_join(helper->scene->canceller, NULL);
}

static void keep_and_join_canceller(struct helper *helper)
{
    struct scene *scene = helper->scene;

    (void)pthread_mutex_lock(&scene->plain[helper->number]);
    join_canceller(helper);
    (void)pthread_mutex_unlock(&scene->plain[helper->number]);
}

/* The second registration's callback waits by then. */
static void keep_and_cancel_second(struct helper *helper)
{
    struct scene *scene = helper->scene;

    (void)pthread_mutex_lock(&scene->plain[helper->number]);
    scene_ready(helper);
    scene_await_inside(scene, 1);
    scene_cancel(scene, 1);
    (void)pthread_mutex_unlock(&scene->plain[helper->number]);
}

static void cancel_first(struct helper *helper)
{
    scene_ready(helper);
    scene_await_inside(helper->scene, 0);
    scene_cancel(helper->scene, 0);
}

static void start_one(struct scene *scene)
{
    scene_spawn(scene, keep_and_want_mutex);
}

static void start_ten(struct scene *scene)
{
    scene_spawn(scene, keep_and_want_mutex);
    for (size_t i = 1; i < 10; i++)
        scene_spawn(scene, keep_and_want_last);
}

static void start_writer(struct scene *scene)
{
    scene_spawn(scene, write_and_want_mutex);
}

static void start_rivals(struct scene *scene)
{
    for (size_t i = 0; i < 4; i++)
        scene_spawn(scene, want_mutex_alone);
}

static void start_joined(struct scene *scene)
{
    scene_spawn(scene, want_mutex_alone);
    scene->helpers[0].is_joined = true;
}

static void start_joiner(struct scene *scene)
{
    scene_spawn(scene, join_canceller);
    scene->helpers[0].is_joined = true;
}

static void start_joiner_with_lock(struct scene *scene)
{
    scene_spawn(scene, keep_and_join_canceller);
}

static void start_canceller_of_second(struct scene *scene)
{
    scene_spawn(scene, keep_and_cancel_second);
}

static void start_cancel_of_first(struct scene *scene)
{
    scene_spawn(scene, cancel_first);
}

static void want_end_of_canceller(struct scene *scene)
{
    (void)pthread_join(scene->canceller, NULL);
}

static void cancel_second(struct scene *scene)
{
    scene_await_inside(scene, 1);
    scene_await_asleep(scene, &scene->parts[1].tid);
    scene_cancel(scene, 1);
}

static void cancel_third(struct scene *scene)
{
    scene_await_inside(scene, 2);
    scene_await_asleep(scene, &scene->parts[2].tid);
    scene_cancel(scene, 2);
}

#define ON_MUTEX .hold = lock_mutex, .waits = {want_mutex}, .let_go = unlock_mutex
#define AFTER_SIGNAL(a_wait)                                                                       \
    .waits = {a_wait}, .let_go = unlock_condition, .before = signal_and_keep_mutex

static const struct shape deadlocks[] = {
    {.name = "normal mutex", ON_MUTEX},
    {.name = "recursive mutex",
     .hold = lock_mutex_twice,
     .waits = {want_mutex},
     .let_go = unlock_mutex_twice,
     .kind = KIND(RECURSIVE, NONE, STALLED)},
    {.name = "error-checking mutex", ON_MUTEX, .kind = KIND(ERRORCHECK, NONE, STALLED)},
    {.name = "adaptive mutex", ON_MUTEX, .kind = KIND(ADAPTIVE_NP, NONE, STALLED)},
    {.name = "robust mutex", ON_MUTEX, .kind = KIND(NORMAL, NONE, ROBUST)},
    {.name = "robust recursive mutex", ON_MUTEX, .kind = KIND(RECURSIVE, NONE, ROBUST)},
    {.name = "inheriting mutex", ON_MUTEX, .kind = KIND(NORMAL, INHERIT, STALLED)},
    {.name = "inheriting recursive mutex", ON_MUTEX, .kind = KIND(RECURSIVE, INHERIT, STALLED)},
    {.name = "inheriting robust mutex", ON_MUTEX, .kind = KIND(NORMAL, INHERIT, ROBUST)},
    {.name = "mutex of C11",
     .hold = lock_standard,
     .waits = {want_standard},
     .let_go = unlock_standard},
    {.name = "mutex with rivals",
     .hold = lock_mutex,
     .start = start_rivals,
     .waits = {want_mutex},
     .let_go = unlock_mutex},
    {.name = "writer against reader",
     .hold = write_rwlock,
     .waits = {want_to_read},
     .let_go = unlock_rwlock},
    {.name = "writer against writer",
     .hold = write_rwlock,
     .waits = {want_to_write},
     .let_go = unlock_rwlock},
    {.name = "preferred writer against reader",
     .hold = write_rwlock_for_writers,
     .waits = {want_to_read_beside_writers},
     .let_go = unlock_rwlock_for_writers},
    {.name = "condition variable's mutex", AFTER_SIGNAL(wait_for_condition)},
    {.name = "the same with a limit of time", AFTER_SIGNAL(wait_for_condition_until)},
    {.name = "the same by a clock", AFTER_SIGNAL(wait_for_condition_by_clock)},
    {.name = "join", .waits = {want_end_of_canceller}, .is_canceller_joined = true},
    {.name = "one lock between",
     .hold = lock_mutex,
     .start = start_one,
     .waits = {want_last_plain},
     .let_go = unlock_mutex},
    {.name = "ten locks between",
     .hold = lock_mutex,
     .start = start_ten,
     .waits = {want_last_plain},
     .let_go = unlock_mutex,
     .kind = KIND(NORMAL, INHERIT, STALLED)},
    {.name = "a writer between",
     .hold = lock_mutex,
     .start = start_writer,
     .waits = {want_to_read},
     .let_go = unlock_mutex,
     .kind = KIND(NORMAL, NONE, ROBUST)},
    {.name = "a thread joined that waits",
     .hold = lock_mutex,
     .start = start_joined,
     .waits = {want_end_of_helper},
     .let_go = unlock_mutex},
    {.name = "a thread joined that joins",
     .start = start_joiner,
     .waits = {want_end_of_helper},
     .is_canceller_joined = true},
    {.name = "a lock of a thread that joins",
     .start = start_joiner_with_lock,
     .waits = {want_last_plain},
     .is_canceller_joined = true},
    {.name = "a cancel between",
     .hold = lock_mutex,
     .waits = {cancel_second, want_mutex},
     .let_go = unlock_mutex},
    {.name = "two cancels between",
     .hold = lock_mutex,
     .waits = {cancel_second, cancel_third, want_mutex},
     .let_go = unlock_mutex},
    {.name = "a lock and a cancel between",
     .hold = lock_mutex,
     .start = start_canceller_of_second,
     .waits = {want_last_plain, want_mutex},
     .let_go = unlock_mutex},
    {.name = "the initial call", ON_MUTEX, .is_initial = true},
    {.name = "another cancel of it",
     .hold = lock_mutex,
     .start = start_cancel_of_first,
     .waits = {want_mutex},
     .let_go = unlock_mutex},
    {.name = "from a callback", ON_MUTEX, .is_cancelled_in_callback = true},
};

int main(int argc, char **argv)
{
    (void)argc;
    return scene_main(argv, deadlocks, ARRAY_SIZE(deadlocks), scene_check_refused);
}
