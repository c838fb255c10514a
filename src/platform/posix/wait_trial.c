/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The ways to wait, as a table, and a trial of one. The thread that tries has the lock, and the one
 * that waits is started for it.
 */
#include "platform/posix/wait_trial.h"
#include "platform/platform.h"

#include <errno.h>
#include <linux/futex.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Pauses of so long between looks at a thread, and so many of them at the most. */
enum { LOOK_NS = 50 * 1000, LOOKS_MAX = 4000 };

/* A thread's own data, which pthread_t points to, as far as its number may be. */
enum { OF_THREAD = 4096 };

/* What a thread leaves on its stack where the next calls of it come to lie. */
enum { PAINTED = 4096 };

struct wait_trial {
    const struct wait_way *way;
    pthread_mutex_t mutex;
    pthread_cond_t condition;
    pthread_rwlock_t rwlock;
    sem_t semaphore;
    atomic_int word;
    bool is_told; /* under the mutex: a condition's */
    pthread_t joined;
    sem_t joined_ends;

    /* What is waited for: somewhere in here. */
    atomic_uintptr_t base;
    size_t size;

    atomic_bool left;       /* by one of the two threads; who comes second frees */
    atomic_ulong waiter;    /* its number, or 0 */
    atomic_uintptr_t frame; /* on its stack: what is tried lies below, and has been painted */
};

/*
 * Just before a wait: where the C library's frames will be, there are zeros then, and not what
 * earlier calls left. With the sanitizer, arrays may not be on the stack.
 */
__attribute__((noinline, no_sanitize("address"))) static void paint_stack(struct wait_trial *trial)
{
    volatile uintptr_t words[PAINTED / sizeof(uintptr_t)];

    for (size_t i = 0; i < PAINTED / sizeof(uintptr_t); i++)
        words[i] = 0;
    (void)words[0];
    atomic_store(&trial->frame, (uintptr_t)__builtin_frame_address(0));
}

/* ---- Mutexes ------------------------------------------------------------------------------- */

static void prepare_mutex(struct wait_trial *trial)
{
    pthread_mutexattr_t attributes;

    (void)pthread_mutexattr_init(&attributes);
    (void)pthread_mutexattr_settype(&attributes, trial->way->type);
    (void)pthread_mutexattr_setprotocol(&attributes, trial->way->protocol);
    (void)pthread_mutexattr_setrobust(&attributes, trial->way->robust);
    (void)pthread_mutex_init(&trial->mutex, &attributes);
    (void)pthread_mutexattr_destroy(&attributes);
    trial->size = sizeof(trial->mutex);
    atomic_store(&trial->base, (uintptr_t)&trial->mutex);
}

static void prepare_locked_mutex(struct wait_trial *trial)
{
    prepare_mutex(trial);
    (void)pthread_mutex_lock(&trial->mutex);
}

static void wait_for_mutex(struct wait_trial *trial)
{
    paint_stack(trial);
    (void)pthread_mutex_lock(&trial->mutex);
    (void)pthread_mutex_unlock(&trial->mutex);
}

static void end_mutex(struct wait_trial *trial)
{
    (void)pthread_mutex_unlock(&trial->mutex);
}

static void clear_mutex(struct wait_trial *trial)
{
    (void)pthread_mutex_destroy(&trial->mutex);
}

/* ---- Condition variables: the wait, and that for the mutex at its end ---------------------- */

static void prepare_condition(struct wait_trial *trial)
{
    prepare_mutex(trial);
    (void)pthread_cond_init(&trial->condition, NULL);
    trial->size = sizeof(trial->condition);
    atomic_store(&trial->base, (uintptr_t)&trial->condition);
}

static void wait_for_condition(struct wait_trial *trial)
{
    (void)pthread_mutex_lock(&trial->mutex);
    paint_stack(trial);
    while (!trial->is_told)
        (void)pthread_cond_wait(&trial->condition, &trial->mutex);
    (void)pthread_mutex_unlock(&trial->mutex);
}

static void wait_for_condition_with_limit(struct wait_trial *trial)
{
    struct timespec until;

    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 3600;
    (void)pthread_mutex_lock(&trial->mutex);
    paint_stack(trial);
    while (!trial->is_told)
        (void)pthread_cond_timedwait(&trial->condition, &trial->mutex, &until);
    (void)pthread_mutex_unlock(&trial->mutex);
}

static void wait_for_condition_by_clock(struct wait_trial *trial)
{
    struct timespec until;

    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += 3600;
    (void)pthread_mutex_lock(&trial->mutex);
    paint_stack(trial);
    while (!trial->is_told)
        (void)pthread_cond_clockwait(&trial->condition, &trial->mutex, CLOCK_MONOTONIC, &until);
    (void)pthread_mutex_unlock(&trial->mutex);
}

static void provoke_condition(struct wait_trial *trial)
{
    (void)pthread_mutex_lock(&trial->mutex);
    trial->is_told = true;
    (void)pthread_cond_signal(&trial->condition);
    trial->size = sizeof(trial->mutex);
    atomic_store(&trial->base, (uintptr_t)&trial->mutex);
}

static void end_condition(struct wait_trial *trial)
{
    if (!trial->is_told)
        provoke_condition(trial);
    (void)pthread_mutex_unlock(&trial->mutex);
}

static void clear_condition(struct wait_trial *trial)
{
    (void)pthread_cond_destroy(&trial->condition);
    clear_mutex(trial);
}

/* ---- Read-write locks ---------------------------------------------------------------------- */

static void prepare_rwlock(struct wait_trial *trial)
{
    (void)pthread_rwlock_init(&trial->rwlock, NULL);
    (void)pthread_rwlock_wrlock(&trial->rwlock);
    trial->size = sizeof(trial->rwlock);
    atomic_store(&trial->base, (uintptr_t)&trial->rwlock);
}

static void wait_to_read(struct wait_trial *trial)
{
    paint_stack(trial);
    (void)pthread_rwlock_rdlock(&trial->rwlock);
    (void)pthread_rwlock_unlock(&trial->rwlock);
}

static void wait_to_write(struct wait_trial *trial)
{
    paint_stack(trial);
    (void)pthread_rwlock_wrlock(&trial->rwlock);
    (void)pthread_rwlock_unlock(&trial->rwlock);
}

static void end_rwlock(struct wait_trial *trial)
{
    (void)pthread_rwlock_unlock(&trial->rwlock);
}

static void clear_rwlock(struct wait_trial *trial)
{
    (void)pthread_rwlock_destroy(&trial->rwlock);
}

/* ---- The end of a thread ------------------------------------------------------------------- */

static void prepare_join(struct wait_trial *trial)
{
    (void)sem_init(&trial->joined_ends, 0, 0);
    trial->size = OF_THREAD;
}

static void *await_end(void *context)
{
    struct wait_trial *trial = context;

    while (sem_wait(&trial->joined_ends) < 0)
        ;
    return NULL;
}

static void wait_for_end(struct wait_trial *trial)
{
    if (pthread_create(&trial->joined, NULL, await_end, trial) != 0)
        return;
    atomic_store(&trial->base, (uintptr_t)trial->joined);
    paint_stack(trial);
    (void)pthread_join(trial->joined, NULL);
}

static void end_join(struct wait_trial *trial)
{
    (void)sem_post(&trial->joined_ends);
}

static void clear_join(struct wait_trial *trial)
{
    (void)sem_destroy(&trial->joined_ends);
}

/* ---- What others may end ------------------------------------------------------------------- */

static void prepare_semaphore(struct wait_trial *trial)
{
    (void)sem_init(&trial->semaphore, 0, 0);
    trial->size = sizeof(trial->semaphore);
    atomic_store(&trial->base, (uintptr_t)&trial->semaphore);
}

static void wait_for_semaphore(struct wait_trial *trial)
{
    paint_stack(trial);
    while (sem_wait(&trial->semaphore) < 0)
        ;
}

static void end_semaphore(struct wait_trial *trial)
{
    (void)sem_post(&trial->semaphore);
}

static void clear_semaphore(struct wait_trial *trial)
{
    (void)sem_destroy(&trial->semaphore);
}

/* As a program's own lock does it, with a mutex' value. */
static void prepare_word(struct wait_trial *trial)
{
    atomic_store(&trial->word, 2);
    trial->size = sizeof(trial->word);
    atomic_store(&trial->base, (uintptr_t)&trial->word);
}

static void wait_for_word(struct wait_trial *trial)
{
    paint_stack(trial);
    while (atomic_load(&trial->word) == 2)
        (void)syscall(SYS_futex, &trial->word, FUTEX_WAIT_PRIVATE, 2, NULL, NULL, 0);
}

static void end_word(struct wait_trial *trial)
{
    atomic_store(&trial->word, 0);
    (void)syscall(SYS_futex, &trial->word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static void clear_word(struct wait_trial *trial)
{
    (void)trial;
}

/* ---- The table ----------------------------------------------------------------------------- */

// clang-format off
#define MUTEX(a_kind, a_type, a_protocol, a_robust)                                                \
    {prepare_locked_mutex, wait_for_mutex, NULL, end_mutex, clear_mutex, a_kind,                   \
     PTHREAD_MUTEX_##a_type, PTHREAD_PRIO_##a_protocol, PTHREAD_MUTEX_##a_robust}
#define RELOCK(a_wait, a_type)                                                                     \
    {prepare_condition, a_wait, provoke_condition, end_condition, clear_condition, WAIT_MUTEX,     \
     PTHREAD_MUTEX_##a_type, PTHREAD_PRIO_NONE, PTHREAD_MUTEX_STALLED}
#define OTHER(a_kind, a_prepare, a_wait, a_end, a_clear)                                           \
    {a_prepare, a_wait, NULL, a_end, a_clear, a_kind,                                              \
     PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_NONE, PTHREAD_MUTEX_STALLED}

const struct wait_way wait_ways[] = {
    MUTEX(WAIT_MUTEX, NORMAL, NONE, STALLED),
    MUTEX(WAIT_MUTEX, RECURSIVE, NONE, STALLED),
    MUTEX(WAIT_MUTEX, ERRORCHECK, NONE, STALLED),
    MUTEX(WAIT_MUTEX, ADAPTIVE_NP, NONE, STALLED),
    MUTEX(WAIT_MUTEX_WORD, NORMAL, NONE, ROBUST),
    MUTEX(WAIT_MUTEX_WORD, RECURSIVE, NONE, ROBUST),
    MUTEX(WAIT_MUTEX_WORD, ERRORCHECK, NONE, ROBUST),
    MUTEX(WAIT_MUTEX_WORD, NORMAL, INHERIT, STALLED),
    MUTEX(WAIT_MUTEX_WORD, RECURSIVE, INHERIT, STALLED),
    MUTEX(WAIT_MUTEX_WORD, ERRORCHECK, INHERIT, STALLED),
    MUTEX(WAIT_MUTEX_WORD, NORMAL, INHERIT, ROBUST),
    RELOCK(wait_for_condition, NORMAL),
    RELOCK(wait_for_condition, RECURSIVE),
    RELOCK(wait_for_condition, ERRORCHECK),
    RELOCK(wait_for_condition_with_limit, NORMAL),
    RELOCK(wait_for_condition_with_limit, RECURSIVE),
    RELOCK(wait_for_condition_by_clock, NORMAL),
    RELOCK(wait_for_condition_by_clock, RECURSIVE),
    OTHER(WAIT_RWLOCK, prepare_rwlock, wait_to_read, end_rwlock, clear_rwlock),
    OTHER(WAIT_RWLOCK, prepare_rwlock, wait_to_write, end_rwlock, clear_rwlock),
    OTHER(WAIT_JOIN, prepare_join, wait_for_end, end_join, clear_join),
    OTHER(WAIT_UNKNOWN, prepare_condition, wait_for_condition, end_condition, clear_condition),
    OTHER(WAIT_UNKNOWN, prepare_semaphore, wait_for_semaphore, end_semaphore, clear_semaphore),
    OTHER(WAIT_UNKNOWN, prepare_word, wait_for_word, end_word, clear_word),
};
// clang-format on
const size_t wait_ways_count = sizeof(wait_ways) / sizeof(wait_ways[0]);

/* ---- A trial ------------------------------------------------------------------------------- */

static void leave(struct wait_trial *trial)
{
    if (atomic_exchange(&trial->left, true)) {
        trial->way->clear(trial);
        platform_free(trial);
    }
}

__attribute__((noinline)) static void run(void *context)
{
    struct wait_trial *trial = context;

    atomic_store(&trial->waiter, (unsigned long)gettid());
    trial->way->wait(trial);
    leave(trial);
}

/* It waits for what it should; or for the end of the thread that is named there. */
static bool waits_as_tried(struct wait_trial *trial, const struct thread_state *state)
{
    const uintptr_t base = atomic_load(&trial->base);
    const uintptr_t place = state->arguments[0];

    return base != 0 && place >= base && place - base < trial->size && wait_is_for_word(state);
}

static void pause_a_little(void)
{
    struct timespec time = {.tv_nsec = LOOK_NS};

    (void)nanosleep(&time, NULL);
}

/* False: not in time. A wait with a limit of time counts where it is the first of two. */
static bool await_wait(struct wait_trial *trial, bool with_limit, struct thread_state *ret)
{
    for (unsigned int looks = 0; looks < LOOKS_MAX; looks++) {
        const unsigned long waiter = atomic_load(&trial->waiter);
        struct thread_state state;

        if (waiter != 0 && thread_state_read(waiter, &state)) {
            struct thread_state seen = state;

            if (with_limit)
                seen.arguments[3] = 0;
            if (waits_as_tried(trial, &seen)) {
                *ret = state;
                return true;
            }
        }
        pause_a_little();
    }
    return false;
}

static bool look(struct wait_trial *trial, struct wait_sight *ret)
{
    struct wait_sight sight = {0};

    if (trial->way->provoke) {
        if (!await_wait(trial, true, &sight.state))
            return false;
        trial->way->provoke(trial);
    }
    if (!await_wait(trial, false, &sight.state))
        return false;
    sight.object = atomic_load(&trial->base);
    const size_t room = atomic_load(&trial->frame) - sight.state.stack;
    const size_t size = room < sizeof(sight.stack) ? room : sizeof(sight.stack);
    sight.frames = thread_memory_read(sight.state.stack, sight.stack, size) / sizeof(uintptr_t);
    *ret = sight;
    return true;
}

/*
 * A thread that does not come to wait is left to itself: it may be unable to begin as long as the
 * caller has some lock.
 */
int wait_try(const struct wait_way *way, struct wait_sight *ret)
{
    struct wait_trial *trial = platform_allocate(sizeof(*trial));
    struct wait_sight sight;
    platform_thread thread;

    if (!trial)
        return -ENOMEM;
    trial->way = way;
    way->prepare(trial);
    if (platform_thread_start(&thread, "iphlpapi-learn", run, trial) < 0) {
        way->end(trial);
        way->clear(trial);
        platform_free(trial);
        return -EAGAIN;
    }
    const bool seen = look(trial, &sight);
    way->end(trial);
    if (seen)
        platform_thread_join(thread);
    else
        platform_thread_detach(thread);
    leave(trial);
    if (!seen)
        return -EAGAIN;
    *ret = sight;
    return 0;
}
