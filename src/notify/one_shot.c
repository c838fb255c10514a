/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One-shot requests: made, ended by the registration of their table, remembered after their end.
 *
 * One lock guards all of it. Under it are only short calls of the system's for the program's
 * events; registrations are made and cancelled without it. The handle table's lock and a
 * registration's are never taken inside it.
 */
#include "notify/one_shot.h"
#include "notify/notify.h"

#include <errno.h>
#include <stdatomic.h>

/* So many requests that have ended are remembered for each table, and all that may go on. */
enum { ENDED_KEPT = 256 };

struct request;
typedef _Atomic(struct request *) request_link;

struct request {
    request_link next;
    struct one_shot *source;
    void *name; /* the program's; NULL: a thread waits */
    void *given_event;
    uint64_t thread; /* that has asked */
    uint64_t seen;   /* changes that the program has been told of, or that it has not asked for */
    bool has_ended;  /* and is remembered */
    bool lent;       /* … and another request has gone on from it already */
    bool awaited;    /* its thread has not come out of the wait yet */
    bool failed;
    one_shot_tell tell;
    platform_event event;
    struct platform_guard guard; /* of the thread that waits */
};

/* The registration that a table has at a time. */
struct source_subscriber {
    struct one_shot *source;
};

struct one_shot {
    struct notify_subscriber_ops ops;
    request_link requests;
    uint64_t changes;
    void *handle; /* of the registration, or NULL */
    struct source_subscriber *subscriber;
    bool is_dead;           /* its watch has ended by itself */
    request_link forgotten; /* the parent's, in a child: kept in sight for a leak checker */
};

static bool changed(void *context, struct backend_watch *watch);
static void ended(void *context);

#define SOURCE_OPS(function, thread, of)                                                           \
    .ops = {                                                                                       \
        .name = (function),                                                                        \
        .thread_name = (thread),                                                                   \
        .table = (of),                                                                             \
        .settled = changed,                                                                        \
        .ended = ended,                                                                            \
        .release = platform_free,                                                                  \
    }

static struct one_shot sources[ONE_SHOT_TABLES] = {
    [ONE_SHOT_ADDRESSES] = {SOURCE_OPS("NotifyAddrChange", "iphlp-old-addr", MIB_TABLE_UNICAST)},
    [ONE_SHOT_ROUTES] = {SOURCE_OPS("NotifyRouteChange", "iphlp-old-route", MIB_TABLE_ROUTE)},
};

static platform_mutex lock = PLATFORM_MUTEX_INIT; /* guards sources and all requests */
static platform_condition condition;              /* a request of a thread has ended */
static int fork_result;

/* Called in a child of fork(): it begins without requests. The program's memory is left alone. */
static void forget(void)
{
    for (size_t i = 0; i < ONE_SHOT_TABLES; i++) {
        struct one_shot *source = &sources[i];
        request_link *end = &source->requests;
        struct request *request;

        for (; (request = atomic_load(end)); end = &request->next)
            platform_event_close(&request->event);
        atomic_store(end, atomic_load(&source->forgotten));
        atomic_store(&source->forgotten, atomic_load(&source->requests));
        atomic_store(&source->requests, NULL);
        source->handle = NULL;
        source->subscriber = NULL;
        source->is_dead = false;
    }
    platform_mutex_init(&lock);
    platform_condition_init(&condition);
}

static void prepare(void)
{
    platform_condition_init(&condition);
    fork_result = notify_at_fork(forget);
}

static int prepare_once(void)
{
    static platform_once_flag once = PLATFORM_ONCE_INIT;

    platform_once(&once, prepare);
    return fork_result;
}

/* The list. A fork may come at any moment, so links are stored in an order in which it is whole. */

static void add(struct request *request)
{
    atomic_store(&request->next, atomic_load(&request->source->requests));
    atomic_store(&request->source->requests, request);
}

static void remove_request(struct request *request)
{
    request_link *place = &request->source->requests;

    while (atomic_load(place) != request)
        place = &atomic_load(place)->next;
    atomic_store(place, atomic_load(&request->next));
    platform_event_close(&request->event);
    platform_free(request);
}

static struct request *find_pending(struct one_shot *source, const void *name)
{
    struct request *request = atomic_load(&source->requests);

    while (request && (request->has_ended || request->name != name))
        request = atomic_load(&request->next);
    return request;
}

/* What has ended. */

/* The same name, or, without one, the same thread. */
static bool is_same(const struct request *request, const struct request *earlier)
{
    return request->name == earlier->name && (request->name || request->thread == earlier->thread);
}

/* How well a request goes with one that has ended, as its continuation; 0: not at all. */
static unsigned fit(const struct request *request, const struct request *earlier)
{
    if (is_same(request, earlier))
        return 5;
    if (earlier->lent)
        return 0;
    /* Events' numbers come back when they have been closed, while other threads go on. */
    return 1 + (request->thread == earlier->thread ? 2 : 0) +
           (request->given_event && request->given_event == earlier->given_event ? 1 : 0);
}

/*
 * The request from which another goes on: the same, else one of the same thread, else with the same
 * event, else any from which none has gone on. So a program that names each of its requests anew
 * misses nothing; another that asks for the first time meanwhile may be told of a change that it
 * has not asked for, once. Of several the one that has ended first.
 */
static struct request *find_earlier(const struct request *request)
{
    struct request *best = NULL;
    struct request *earlier = atomic_load(&request->source->requests);
    unsigned best_fit = 0;

    for (; earlier; earlier = atomic_load(&earlier->next)) {
        unsigned fits = earlier->has_ended ? fit(request, earlier) : 0;

        if (fits > best_fit || (fits > 0 && fits == best_fit && earlier->seen < best->seen)) {
            best = earlier;
            best_fit = fits;
        }
    }
    return best;
}

/* Forgets the one that has ended first, and rather one from which another has gone on. */
static void forget_surplus(struct one_shot *source)
{
    struct request *oldest = NULL;
    struct request *request = atomic_load(&source->requests);
    size_t count = 0;

    for (; request; request = atomic_load(&request->next)) {
        if (!request->has_ended || request->awaited)
            continue;
        count++;
        if (!oldest || request->lent > oldest->lent ||
            (request->lent == oldest->lent && request->seen < oldest->seen))
            oldest = request;
    }
    if (count > ENDED_KEPT)
        remove_request(oldest);
}

static void end(struct request *request)
{
    request->seen = request->source->changes;
    request->has_ended = true;
    if (!request->name)
        return;
    request->tell(request->name, ONE_SHOT_CHANGED);
    platform_event_tell(&request->event, false);
    platform_event_close(&request->event);
}

/* The registration's side, on its dispatcher thread. */

/* Whether a registration is not the one of its table any more, or not yet. */
static bool is_stray(const struct source_subscriber *subscriber)
{
    return subscriber->source->subscriber != subscriber;
}

static bool changed(void *context, struct backend_watch *watch)
{
    const struct source_subscriber *subscriber = context;
    struct one_shot *source = subscriber->source;

    (void)watch;
    platform_mutex_lock(&lock);
    if (!is_stray(subscriber)) {
        struct request *request = atomic_load(&source->requests);

        source->changes++;
        for (; request; request = atomic_load(&request->next))
            if (!request->has_ended)
                end(request);
        platform_condition_broadcast(&condition);
    }
    platform_mutex_unlock(&lock);
    return false;
}

/*
 * Threads that wait are let go. Other requests stay as they are, until the program asks again: in
 * Wine this comes of the end of Wine's server, and nothing of the system can be called.
 */
static void ended(void *context)
{
    const struct source_subscriber *subscriber = context;
    struct one_shot *source = subscriber->source;

    platform_mutex_lock(&lock);
    if (!is_stray(subscriber)) {
        struct request *request = atomic_load(&source->requests);

        source->is_dead = true;
        for (; request; request = atomic_load(&request->next))
            request->failed = true;
        platform_condition_broadcast(&condition);
    }
    platform_mutex_unlock(&lock);
}

/* Under the lock. The registration, which is the caller's from then on, to cancel without it. */
static void *take_registration(struct one_shot *source)
{
    void *handle = source->handle;

    source->handle = NULL;
    source->subscriber = NULL;
    source->is_dead = false;
    return handle;
}

/* Under the lock. The registration that nobody has asked for, nor may ask for again; or NULL. */
static void *take_unused_registration(struct one_shot *source)
{
    return atomic_load(&source->requests) ? NULL : take_registration(source);
}

static void cancel_registration(void *handle)
{
    if (handle)
        (void)notify_cancel((handle_value)handle);
}

/*
 * Sees to it that the table has a registration, whose watch hears of every change from then on. Of
 * threads that come at the same time the first to finish has made it: nobody holds the lock while
 * a thread begins.
 */
static int make_registration(struct one_shot *source)
{
    const struct mib_filter filter = {.family = MIB_FAMILY_IPV4};
    struct source_subscriber *subscriber = platform_allocate(sizeof(*subscriber));
    struct backend_watch *watch = NULL;
    void *handle = NULL;
    int r;

    if (!subscriber)
        return -ENOMEM;
    subscriber->source = source;
    r = backend_watch_open(source->ops.table, &filter, &watch);
    if (r == 0)
        r = notify_register(watch, &source->ops, subscriber, NULL, false, &handle);
    if (r < 0) {
        backend_watch_close(watch);
        platform_free(subscriber);
        return r;
    }
    platform_mutex_lock(&lock);
    if (!source->handle) {
        /* What has ended may have missed changes, if there has been a registration before. */
        source->changes++;
        source->handle = handle;
        source->subscriber = subscriber;
        handle = NULL;
    }
    platform_mutex_unlock(&lock);
    cancel_registration(handle);
    return 0;
}

/* Takes the lock where the table has a registration that lives. 0: it is taken. */
static int lock_with_registration(struct one_shot *source)
{
    int r = 0;

    platform_mutex_lock(&lock);
    while (r == 0 && (!source->handle || source->is_dead)) {
        void *dead = source->is_dead ? take_registration(source) : NULL;

        platform_mutex_unlock(&lock);
        cancel_registration(dead);
        r = make_registration(source);
        if (r == 0)
            platform_mutex_lock(&lock);
    }
    return r;
}

/* Under the lock. The request goes on from an earlier one, or from now. */
static void begin(struct request *request)
{
    struct request *earlier = find_earlier(request);
    bool unseen = false;

    request->seen = request->source->changes;
    if (earlier)
        request->seen = earlier->seen;
    if (request->name) {
        unseen = platform_event_reset(&request->event) && earlier && earlier->name == request->name;
        request->tell(request->name, ONE_SHOT_PENDING);
    }
    if (earlier && is_same(request, earlier))
        remove_request(earlier);
    else if (earlier)
        earlier->lent = true;
    forget_surplus(request->source);
    add(request);
    if (unseen || request->seen != request->source->changes)
        end(request);
}

/* The thread was ended: while it waited, and so with the lock, or before. */
static void cut_off(void *context)
{
    struct request *request = context;

    if (!request->awaited) {
        platform_free(request);
        return;
    }
    remove_request(request);
    platform_mutex_unlock(&lock);
}

int one_shot_wait(enum one_shot_table table)
{
    struct one_shot *source = &sources[table];
    struct request *request;
    int r = platform_is_ending() ? -EAGAIN : prepare_once();

    if (r < 0)
        return r;
    request = platform_allocate(sizeof(*request));
    if (!request)
        return -ENOMEM;
    request->source = source;
    request->thread = platform_thread_id();
    request->guard = (struct platform_guard){.cut_off = cut_off, .context = request};
    platform_guard_enter(&request->guard); /* it may wait for the system */
    r = lock_with_registration(source);
    if (r < 0) {
        platform_guard_leave(&request->guard);
        platform_free(request);
        return r;
    }
    request->awaited = true;
    begin(request);
    while (!request->has_ended && !request->failed)
        platform_condition_wait(&condition, &lock);
    platform_guard_leave(&request->guard);
    request->awaited = false;
    if (!request->has_ended) {
        remove_request(request);
        r = -ECANCELED;
    }
    platform_mutex_unlock(&lock);
    return r;
}

int one_shot_begin(enum one_shot_table table, void *name, void *event, one_shot_tell tell,
                   void **ret_handle)
{
    struct one_shot *source = &sources[table];
    struct request *request;
    void *unused = NULL;
    void *handle;
    int r = platform_is_ending() ? -EAGAIN : prepare_once();

    if (r < 0)
        return r;
    request = platform_allocate(sizeof(*request));
    if (!request)
        return -ENOMEM;
    request->source = source;
    request->name = name;
    request->given_event = event;
    request->thread = platform_thread_id();
    request->tell = tell;
    r = platform_event_open(&request->event, event, name, &handle);
    if (r == 0) {
        r = lock_with_registration(source);
        if (r < 0)
            platform_event_close(&request->event);
    }
    if (r < 0) {
        platform_free(request);
        return r;
    }
    for (size_t i = 0; r == 0 && i < ONE_SHOT_TABLES; i++)
        if (&sources[i] != source && find_pending(&sources[i], name))
            r = -EINVAL;
    if (r == 0) {
        struct request *replaced = find_pending(source, name);

        *ret_handle = handle;
        if (replaced)
            replaced->has_ended = true; /* as far as it has seen; this one goes on from it */
        begin(request);
    } else {
        unused = take_unused_registration(source);
    }
    platform_mutex_unlock(&lock);
    cancel_registration(unused);
    if (r < 0) {
        platform_event_close(&request->event);
        platform_free(request);
    }
    return r;
}

int one_shot_cancel(const void *name)
{
    struct request *request = NULL;
    void *unused = NULL;

    if (platform_is_ending())
        return 0; /* nothing comes any more, and the lock may have been left locked */
    platform_mutex_lock(&lock);
    for (size_t i = 0; !request && i < ONE_SHOT_TABLES; i++)
        request = find_pending(&sources[i], name);
    if (request) {
        struct one_shot *source = request->source;

        request->tell(request->name, ONE_SHOT_CANCELLED);
        platform_event_tell(&request->event, true);
        remove_request(request);
        unused = take_unused_registration(source);
    }
    platform_mutex_unlock(&lock);
    cancel_registration(unused);
    return request ? 0 : -ENOENT;
}
