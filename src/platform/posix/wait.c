/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The owner of what a thread waits for, read from the C library's locks. */
#include "platform/wait.h"
#include "platform/posix/process_map.h"
#include "platform/posix/wait_signature.h"

#include <linux/futex.h>
#include <pthread.h>

/* In a mutex' kind, which its attributes make: other processes may have it. */
enum { KIND_IS_SHARED = 128 };

bool platform_waits_learn(void)
{
    return wait_signature_learn();
}

/*
 * A number of another process may be that of a thread here, where each has numbers of its own. So
 * what other processes may have has no owner.
 */
static bool is_of_others(uintptr_t object)
{
    struct process_map map;

    return !process_map_find(object, &map) || map.is_shared;
}

/* Robust ones have the mark in any case. */
static bool read_mutex(uintptr_t object, pthread_mutex_t *ret)
{
    pthread_mutex_t mutex;

    if (thread_memory_read(object, &mutex, sizeof(mutex)) != sizeof(mutex) ||
        ((mutex.__data.__kind & KIND_IS_SHARED) != 0 && is_of_others(object)))
        return false;
    *ret = mutex;
    return true;
}

static uint64_t owner_of_mutex(uintptr_t object)
{
    pthread_mutex_t mutex;

    if (!read_mutex(object, &mutex) || mutex.__data.__lock == 0 || mutex.__data.__owner <= 0)
        return 0;
    return (uint64_t)mutex.__data.__owner;
}

/* The kernel passes it on when its owner has died. */
static uint64_t owner_in_word(uintptr_t object)
{
    pthread_mutex_t mutex;

    if (!read_mutex(object, &mutex) || ((uint32_t)mutex.__data.__lock & FUTEX_OWNER_DIED) != 0)
        return 0;
    return (uint32_t)mutex.__data.__lock & FUTEX_TID_MASK;
}

/* None where it is read: readers are not noted. */
static uint64_t owner_of_rwlock(uintptr_t object)
{
    pthread_rwlock_t rwlock;

    if (thread_memory_read(object, &rwlock, sizeof(rwlock)) != sizeof(rwlock) ||
        (rwlock.__data.__shared != 0 && is_of_others(object)) || rwlock.__data.__cur_writer <= 0)
        return 0;
    return (uint64_t)rwlock.__data.__cur_writer;
}

/* The kernel clears the word at its end. */
static uint64_t joined_thread(uintptr_t object)
{
    int32_t word;

    return thread_memory_read(object, &word, sizeof(word)) == sizeof(word) && word > 0
               ? (uint64_t)word
               : 0;
}

static uint64_t owner_of(enum wait_kind kind, uintptr_t object, const char **ret_what)
{
    switch (kind) {
    case WAIT_UNKNOWN:
        return 0;
    case WAIT_MUTEX:
        *ret_what = "the mutex";
        return owner_of_mutex(object);
    case WAIT_MUTEX_WORD:
        *ret_what = "the mutex";
        return owner_in_word(object);
    case WAIT_RWLOCK:
        *ret_what = "the read-write lock";
        return owner_of_rwlock(object);
    case WAIT_JOIN:
        *ret_what = "the end of a thread";
        return joined_thread(object);
    }
    return 0;
}

bool platform_wait_of(uint64_t thread, struct platform_wait *ret)
{
    struct thread_state state;
    struct thread_state again;
    uintptr_t object = 0;
    const char *what = "";

    if (!thread_state_read(thread, &state))
        return false;
    const enum wait_kind kind = wait_signature_find(&state, &object);
    const uint64_t owner = owner_of(kind, kind == WAIT_JOIN ? state.arguments[0] : object, &what);
    /* What was read of its stack was so while it slept. */
    if (owner == 0 || !thread_state_read(thread, &again) || !thread_state_same(&state, &again))
        return false;
    *ret = (struct platform_wait){
        .thread = thread,
        .owner = owner,
        .object = (const void *)object, // NOLINT(performance-no-int-to-ptr)
        .what = what,
        .sleeps = state.sleeps,
    };
    return true;
}
