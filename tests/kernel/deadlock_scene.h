/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A thread that cancels, callbacks that wait for something, and threads in between: one scene for
 * each shape of a wait. The shapes say who has what and who waits for whom.
 */
#ifndef TESTS_KERNEL_DEADLOCK_SCENE_H
#define TESTS_KERNEL_DEADLOCK_SCENE_H

#include "world.h"

#include <semaphore.h>
#include <stdatomic.h>
#include <threads.h>

#define SCENE_PARTS 3
#define SCENE_HELPERS 12
#define SCENE_TOLD_MAX 16

struct scene;

/* Of a mutex: PTHREAD_MUTEX_…, PTHREAD_PRIO_…, PTHREAD_MUTEX_ROBUST, PTHREAD_PROCESS_SHARED. */
struct mutex_kind {
    int type;
    int protocol;
    int robust;
    int shared;
};

struct shape {
    const char *name;
    void (*hold)(struct scene *scene);          /* the canceller, first; or NULL */
    void (*start)(struct scene *scene);         /* starts helpers; or NULL */
    void (*waits[SCENE_PARTS])(struct scene *); /* in the first call of each registration */
    void (*end)(struct scene *scene);           /* another thread ends the wait; or NULL */
    void (*let_go)(struct scene *scene); /* the canceller, when its cancel is over; or NULL */
    struct mutex_kind kind;              /* of the scene's mutex */
    void (*before)(struct scene *scene); /* the canceller, when all others wait; or NULL */
    bool is_initial;                     /* the first call is the initial one */
    bool is_cancelled_in_callback;       /* of a registration beside */
    bool is_canceller_joined;            /* by a callback or a helper */
};

/* A registration. */
struct part {
    struct scene *scene;
    size_t number;
    HANDLE handle;
    int tid; /* of the first call */
    bool inside;
    bool was_cancelled;
    size_t count;
    unsigned told[SCENE_TOLD_MAX]; /* N of the route 10.N.0.0/16 */
};

/* A thread between a callback and the canceller. */
struct helper {
    struct scene *scene;
    size_t number;
    void (*run)(struct helper *helper);
    pthread_t thread;
    int tid;
    bool ready;
    bool is_joined; /* by a callback or another helper */
};

struct scene { // NOLINT(clang-analyzer-optin.performance.Padding): by what belongs together
    struct monitor monitor; /* guards what follows, up to the locks */
    const struct shape *shape;
    size_t parts_count;
    struct part parts[SCENE_PARTS];
    size_t helpers_count;
    struct helper helpers[SCENE_HELPERS];
    bool started;   /* the helpers */
    size_t refused; /* cancels */
    bool is_over;   /* a wait that is a loop ends */

    pthread_t canceller;
    int canceller_tid;
    bool holds;     /* the canceller has what it is to have */
    bool may_begin; /* its cancel */
    bool begun;
    unsigned long switches; /* of it by then */
    bool returned;
    DWORD result;
    bool may_let_go;
    bool has_gone;

    pthread_mutex_t mutex; /* of the shape's kind */
    pthread_mutex_t plain[SCENE_HELPERS];
    pthread_rwlock_t rwlock;
    pthread_rwlock_t rwlock_for_writers; /* prefers them */
    pthread_cond_t condition;
    pthread_mutex_t condition_mutex;
    bool awaits_signal; /* under that mutex, as the next */
    bool is_signalled;
    mtx_t standard;
    pthread_spinlock_t spin;
    sem_t semaphore;
    pthread_barrier_t barrier;
    pthread_once_t once;
    int pipe[2];
    int event;
    pid_t child;
    atomic_int fake[10]; /* laid out as a mutex is */
    void *shared;        /* with a child: a mutex, a read-write lock */
};

/* The shape is refused, exactly one cancel of it, and nothing is lost. */
void scene_check_refused(const struct shape *shape);

/* It is not, and the cancel succeeds when another thread has ended the wait. */
void scene_check_not_refused(const struct shape *shape);

/*
 * A program's main: a test of each shape, played as often as IPHLPAPI_TEST_ROUNDS says. Returns its
 * exit status.
 */
int scene_main(char **argv, const struct shape *shapes, size_t count,
               void (*check)(const struct shape *shape));

/* For the shapes. */
void scene_spawn(struct scene *scene, void (*run)(struct helper *));
void scene_ready(struct helper *helper);                   /* it has its lock, and waits next */
void scene_await_inside(struct scene *scene, size_t part); /* in its first call */
void scene_cancel(struct scene *scene, size_t part);       /* and counts a refusal */
bool scene_is_over(struct scene *scene);
void scene_set_over(struct scene *scene);
void scene_init_mutex(pthread_mutex_t *mutex, const struct mutex_kind *kind);
void scene_await_asleep(struct scene *scene, const int *tid);

#endif
