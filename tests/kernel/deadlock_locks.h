/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Locks of a scene, and waits for them: what shapes of both sorts are made of. */
#ifndef TESTS_KERNEL_DEADLOCK_LOCKS_H
#define TESTS_KERNEL_DEADLOCK_LOCKS_H

#include "deadlock_scene.h"

#define KIND(a_type, a_protocol, a_robust)                                                         \
    {                                                                                              \
        PTHREAD_MUTEX_##a_type, PTHREAD_PRIO_##a_protocol, PTHREAD_MUTEX_##a_robust, 0             \
    }

void lock_mutex(struct scene *scene);
void unlock_mutex(struct scene *scene);
void want_mutex(struct scene *scene);
void write_rwlock(struct scene *scene);
void unlock_rwlock(struct scene *scene);
void read_rwlock(struct scene *scene);
void want_to_write(struct scene *scene);
void want_to_read(struct scene *scene);
struct timespec in_an_hour(clockid_t clock);
void lock_condition(struct scene *scene);
void unlock_condition(struct scene *scene);
void wait_for_condition(struct scene *scene);
void wait_for_condition_until(struct scene *scene);
void wait_for_condition_by_clock(struct scene *scene);
void want_mutex_alone(struct helper *helper);
void want_last_plain(struct scene *scene);
void want_end_of_helper(struct scene *scene);

#endif
