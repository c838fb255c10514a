/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Those locks and waits. Who "wants" a lock takes it and gives it back. */
#include "deadlock_locks.h"

void lock_mutex(struct scene *scene)
{
    assert_int_equal(pthread_mutex_lock(&scene->mutex), 0);
}

void unlock_mutex(struct scene *scene)
{
    assert_int_equal(pthread_mutex_unlock(&scene->mutex), 0);
}

void want_mutex(struct scene *scene)
{
    lock_mutex(scene);
    unlock_mutex(scene);
}

void write_rwlock(struct scene *scene)
{
    assert_int_equal(pthread_rwlock_wrlock(&scene->rwlock), 0);
}

void unlock_rwlock(struct scene *scene)
{
    assert_int_equal(pthread_rwlock_unlock(&scene->rwlock), 0);
}

void read_rwlock(struct scene *scene)
{
    assert_int_equal(pthread_rwlock_rdlock(&scene->rwlock), 0);
}

void want_to_write(struct scene *scene)
{
    write_rwlock(scene);
    unlock_rwlock(scene);
}

void want_to_read(struct scene *scene)
{
    read_rwlock(scene);
    unlock_rwlock(scene);
}

struct timespec in_an_hour(clockid_t clock)
{
    struct timespec time;

    clock_gettime(clock, &time);
    time.tv_sec += 3600;
    return time;
}

void lock_condition(struct scene *scene)
{
    assert_int_equal(pthread_mutex_lock(&scene->condition_mutex), 0);
}

void unlock_condition(struct scene *scene)
{
    assert_int_equal(pthread_mutex_unlock(&scene->condition_mutex), 0);
}

void wait_for_condition(struct scene *scene)
{
    lock_condition(scene);
    scene->awaits_signal = true;
    while (!scene->is_signalled)
        (void)pthread_cond_wait(&scene->condition, &scene->condition_mutex);
    unlock_condition(scene);
}

void wait_for_condition_until(struct scene *scene)
{
    const struct timespec until = in_an_hour(CLOCK_REALTIME);

    lock_condition(scene);
    scene->awaits_signal = true;
    while (!scene->is_signalled)
        (void)pthread_cond_timedwait(&scene->condition, &scene->condition_mutex, &until);
    unlock_condition(scene);
}

void wait_for_condition_by_clock(struct scene *scene)
{
    const struct timespec until = in_an_hour(CLOCK_MONOTONIC);

    lock_condition(scene);
    scene->awaits_signal = true;
    while (!scene->is_signalled)
        (void)pthread_cond_clockwait(&scene->condition, &scene->condition_mutex, CLOCK_MONOTONIC,
                                     &until);
    unlock_condition(scene);
}

void want_mutex_alone(struct helper *helper)
{
    scene_ready(helper);
    want_mutex(helper->scene);
}

void want_last_plain(struct scene *scene)
{
    pthread_mutex_t *mutex = &scene->plain[scene->helpers_count - 1];

    (void)pthread_mutex_lock(mutex);
    (void)pthread_mutex_unlock(mutex);
}

void want_end_of_helper(struct scene *scene)
{
    (void)pthread_join(scene->helpers[0].thread, NULL);
}
