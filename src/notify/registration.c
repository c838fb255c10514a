/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Registrations: made and destroyed, the calls to the program that each makes one at a time, and
 * what becomes of all in a forked child. Called by the API, the dispatcher and cancel; it knows
 * neither rows nor callbacks.
 */
#include "notify/registration.h"
#include "probes/probes.h"

#include <errno.h>

struct handle_table notify_handles = HANDLE_TABLE_INIT(0);
platform_mutex notify_wait_lock = PLATFORM_MUTEX_INIT;

struct notify_wait *notify_waits;

/*
 * All that live, for forked children, which start without registrations. A fork takes no lock: it
 * would have to hold it while the program's own fork handlers wait for theirs, and a thread that
 * has one of those may be waiting here. Instead, links are stored in an order in which the list is
 * whole at any moment.
 */
static registration_link living;
static platform_mutex living_lock = PLATFORM_MUTEX_INIT; /* against other threads that change it */

/* The parent's, in a child: kept in sight for a leak checker. */
static registration_link forgotten;

static int fork_result;
static void (*_Atomic forget_more)(void);

static void add_to_living(struct registration *registration)
{
    platform_mutex_lock(&living_lock);
    struct registration *next = atomic_load(&living);
    atomic_store(&registration->next, next);
    registration->place = &living;
    if (next)
        next->place = &registration->next;
    atomic_store(&living, registration);
    platform_mutex_unlock(&living_lock);
}

static void remove_from_living(struct registration *registration)
{
    platform_mutex_lock(&living_lock);
    struct registration *next = atomic_load(&registration->next);
    atomic_store(registration->place, next);
    if (next)
        next->place = registration->place;
    platform_mutex_unlock(&living_lock);
}

/* The threads are gone, and with them whatever they held; memory and subscriber are left alone. */
static void forget(struct registration *registration)
{
    if (registration->watch)
        backend_watch_abandon(registration->watch);
    platform_mutex_init(&registration->lock);
    platform_condition_init(&registration->condition);
    registration->waiting_cancels = 0;
    registration->cancelled = true;
}

static void after_fork_in_child(void)
{
    registration_link *end = &living;
    struct registration *registration;

    for (; (registration = atomic_load(end)); end = &registration->next)
        forget(registration);
    atomic_store(end, atomic_load(&forgotten));
    atomic_store(&forgotten, atomic_load(&living));
    atomic_store(&living, NULL);
    platform_mutex_init(&living_lock);
    handle_table_forget(&notify_handles);
    platform_mutex_init(&notify_wait_lock);
    notify_waits = NULL;
    void (*forget_requests)(void) = atomic_load(&forget_more);
    if (forget_requests)
        forget_requests();
}

static void watch_forks(void)
{
    fork_result = platform_at_fork(after_fork_in_child);
}

static int begin_to_watch_forks(void)
{
    static platform_once_flag once = PLATFORM_ONCE_INIT;

    platform_once(&once, watch_forks);
    return fork_result;
}

int notify_at_fork(void (*forget_requests)(void))
{
    atomic_store(&forget_more, forget_requests);
    return begin_to_watch_forks();
}

/* References. */

void registration_keep(void *object)
{
    struct registration *registration = object;

    atomic_fetch_add(&registration->references, 1);
}

static void destroy(struct registration *registration)
{
    remove_from_living(registration);
    backend_watch_close(registration->watch);
    if (registration->subscriber)
        registration->ops->release(registration->subscriber);
    platform_condition_destroy(&registration->condition);
    platform_mutex_destroy(&registration->lock);
    platform_free(registration);
}

void registration_drop(struct registration *registration)
{
    if (atomic_fetch_sub(&registration->references, 1) == 1)
        destroy(registration);
}

/* Calls. */

/*
 * The program ended the thread from within its callback, which therefore never returns. In the
 * initial call that was the program's own thread, and the registration lives on. Else it was the
 * dispatcher, and nothing is reported any more.
 */
static void cut_off(void *context)
{
    struct registration *registration = context;

    platform_mutex_lock(&registration->lock);
    bool was_initial = !registration->begun;
    registration->runner = 0;
    platform_condition_broadcast(&registration->condition);
    platform_mutex_unlock(&registration->lock);
    if (was_initial)
        dispatch_begin(registration);
    registration_drop(registration); /* notify_register's, or the dispatcher's */
}

/* Under the lock. They had waited for a call that is over: one succeeds, or all were refused. */
static void await_cancels(struct registration *registration)
{
    const int kept = platform_thread_keep(); /* its guard takes the lock, too */

    while (registration->waiting_cancels > 0)
        platform_condition_wait(&registration->condition, &registration->lock);
    platform_thread_unkeep(kept);
}

bool registration_begin_call(struct registration *registration)
{
    bool may;

    /* First, since it may wait for the system, and a cancel waits for whoever is the runner. */
    registration->guard = (struct platform_guard){.cut_off = cut_off, .context = registration};
    platform_guard_enter(&registration->guard);
    platform_mutex_lock(&registration->lock);
    if (registration->waiting_cancels > 0)
        await_cancels(registration);
    may = !registration->cancelled;
    if (may) {
        registration->runner = platform_thread_id();
        registration->call_began_ns = notify_times_calls() ? platform_now_ns() : 0;
    }
    platform_mutex_unlock(&registration->lock);
    if (!may)
        platform_guard_leave(&registration->guard);
    return may;
}

/* Under the lock. A call has returned. */
static void note_call(struct registration *registration)
{
    registration->calls++;
    if (registration->call_began_ns == 0)
        return;
    uint64_t took = platform_now_ns() - registration->call_began_ns;
    if (took > registration->longest_call_ns)
        registration->longest_call_ns = took;
}

void registration_end_call(struct registration *registration)
{
    platform_guard_leave(&registration->guard);
    platform_mutex_lock(&registration->lock);
    registration->runner = 0;
    note_call(registration);
    if (registration->waiting_cancels > 0)
        platform_condition_broadcast(&registration->condition);
    platform_mutex_unlock(&registration->lock);
}

/* What a registration that fails leaves to the caller. Its dispatcher has not begun. */
static void disown(struct registration *registration)
{
    registration->watch = NULL;
    registration->subscriber = NULL;
}

int notify_register(struct backend_watch *watch, const struct notify_subscriber_ops *ops,
                    void *subscriber, const void *callback, bool with_initial, void **ret_handle)
{
    struct registration *registration;
    int r = begin_to_watch_forks();

    if (r < 0)
        return r;
    registration = platform_allocate(sizeof(*registration));
    if (!registration)
        return -ENOMEM;
    registration->ops = ops;
    registration->subscriber = subscriber;
    registration->callback = callback;
    registration->watch = watch;
    platform_mutex_init(&registration->lock);
    platform_condition_init(&registration->condition);
    atomic_init(&registration->references, 3); /* the handle's, the dispatcher's, this call's */
    atomic_init(&registration->next, NULL);
    add_to_living(registration);

    r = dispatch_prepare(registration);
    if (r < 0) {
        disown(registration);
        destroy(registration);
        return r;
    }
    r = handle_table_insert(&notify_handles, registration, &registration->handle);
    if (r < 0) {
        disown(registration);
        dispatch_give_up(registration);
        registration_drop(registration); /* the handle's reference */
        registration_drop(registration); /* this call's */
        return r;
    }

    /* Nothing may be reported before the initial call. */
    *ret_handle = (void *)registration->handle; // NOLINT(performance-no-int-to-ptr)
    if (with_initial && ops->initial && registration_begin_call(registration)) {
        PROBE_callback_begin(registration->handle, watch, ops->name, PROBE_CALL_INITIAL);
        ops->initial(registration->subscriber);
        PROBE_callback_end(registration->handle, watch, ops->name, PROBE_CALL_INITIAL);
        registration_end_call(registration);
    }
    dispatch_begin(registration);
    registration_drop(registration);
    return 0;
}
