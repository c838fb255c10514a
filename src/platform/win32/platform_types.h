/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The types of platform.h on Windows. */
#ifndef SRC_PLATFORM_WIN32_PLATFORM_TYPES_H
#define SRC_PLATFORM_WIN32_PLATFORM_TYPES_H

/* Ahead of windows.h, which would bring the older winsock. */
#include <winsock2.h>

#include <windows.h>

typedef SRWLOCK platform_mutex;
typedef CONDITION_VARIABLE platform_condition;
typedef HANDLE platform_thread;
typedef INIT_ONCE platform_once_flag;
typedef struct {
    HANDLE event;  /* the library's own handle of it, or NULL */
    void *request; /* what a completion port is told; NULL: nothing */
} platform_event;

#define PLATFORM_MUTEX_INIT SRWLOCK_INIT
#define PLATFORM_ONCE_INIT INIT_ONCE_STATIC_INIT

#endif
