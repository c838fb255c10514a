/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The types of platform.h on POSIX. */
#ifndef SRC_PLATFORM_POSIX_PLATFORM_TYPES_H
#define SRC_PLATFORM_POSIX_PLATFORM_TYPES_H

#include <pthread.h>

typedef pthread_mutex_t platform_mutex;
typedef pthread_cond_t platform_condition;
typedef struct posix_thread *platform_thread;
typedef pthread_once_t platform_once_flag;
typedef struct {
    int copy; /* the library's own descriptor of it, plus 1 */
} platform_event;

#define PLATFORM_MUTEX_INIT PTHREAD_MUTEX_INITIALIZER
#define PLATFORM_ONCE_INIT PTHREAD_ONCE_INIT

#endif
