/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One epoll instance has the descriptors of all watches, and a timer for those that have something
 * to do at a time. Each is told of once (EPOLLONESHOT), and asked for anew when its watch is put
 * back: the kernel looks at it at that moment, so news that came meanwhile is not missed.
 */
#include "backend/netlink/watch/queue.h"
#include "backend/array.h"
#include "backend/netlink/watch/watch.h"
#include "backend/times.h"

#include <errno.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* A descriptor that cannot be waited for is looked at so often. */
enum { LOOK_EVERY_MS = 1000 };

/* What an event names that is no watch. Watches have their place, from 1. */
#define TIMER 0U
#define CONNECTION UINT32_MAX

static pthread_mutex_t lock =
    PTHREAD_MUTEX_INITIALIZER; /* guards what follows, and each watch's turn */
static int epoll = -1;
static int timer = -1;
static int end_connection = -1;
static bool ended; /* that connection is */
static uint64_t timer_at_ms = UINT64_MAX;
static struct backend_watch **watches; /* by place - 1; NULL where there is none */
static size_t watch_count;
static size_t watch_capacity;

/* ---- Under the lock ---- */

static int ask_for(int descriptor, int operation, uint32_t events, uint32_t place)
{
    struct epoll_event event = {.events = events, .data.u32 = place};

    if (epoll_ctl(epoll, operation, descriptor, &event) == 0)
        return 0;
    return errno == ENOSPC ? -ENOMEM : -errno; /* so many are not allowed */
}

static int open_timer(void)
{
    timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    return timer < 0 ? -errno : ask_for(timer, EPOLL_CTL_ADD, EPOLLIN | EPOLLONESHOT, TIMER);
}

static int open_queue(void)
{
    if (epoll >= 0)
        return 0;
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0)
        return -errno;
    int r = open_timer();
    /* No events: only its end is told, and to every thread. */
    if (r == 0 && end_connection >= 0)
        r = ask_for(end_connection, EPOLL_CTL_ADD, 0, CONNECTION);
    if (r < 0) {
        if (timer >= 0)
            (void)close(timer);
        (void)close(epoll);
        timer = -1;
        epoll = -1;
    }
    return r;
}

static void set_timer(uint64_t at_ms)
{
    struct itimerspec time = {
        .it_value = {.tv_sec = (time_t)(at_ms / 1000), .tv_nsec = (long)(at_ms % 1000) * 1000000},
    };

    timer_at_ms = at_ms;
    if (at_ms == UINT64_MAX)
        time.it_value = (struct timespec){0};
    (void)timerfd_settime(timer, TFD_TIMER_ABSTIME, &time, NULL);
}

/* One that is free, with room in the array; 0: there is no memory. */
static uint32_t find_place(void)
{
    struct backend_watch **grown;

    for (size_t i = 0; i < watch_count; i++)
        if (!watches[i])
            return (uint32_t)i + 1;
    // NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are what is kept
    grown = array_make_room(watches, watch_count, &watch_capacity, sizeof(*watches), 16);
    if (!grown)
        return 0;
    watches = grown;
    watches[watch_count++] = NULL;
    return (uint32_t)watch_count;
}

/* NULL: another thread came first. */
static struct backend_watch *claim(struct backend_watch *watch)
{
    if (!watch || !watch->turn.waits)
        return NULL;
    watch->turn.waits = false;
    return watch;
}

/* What is due, or NULL; and the timer is set for the next. */
static struct backend_watch *claim_due(void)
{
    struct backend_watch *due = NULL;
    uint64_t next = UINT64_MAX;
    uint64_t now = times_now_ms();

    for (size_t i = 0; i < watch_count; i++) {
        struct backend_watch *watch = watches[i];

        if (!watch || !watch->turn.waits)
            continue;
        if (!due && watch->turn.due_ms <= now)
            due = claim(watch);
        else if (watch->turn.due_ms < next)
            next = watch->turn.due_ms;
    }
    set_timer(next);
    return due;
}

/* At the end, when each is to hear of it. */
static struct backend_watch *claim_any(void)
{
    for (size_t i = 0; i < watch_count; i++)
        if (claim(watches[i]))
            return watches[i];
    return NULL;
}

static struct backend_watch *claim_by(uint32_t place)
{
    uint64_t expirations;

    if (ended)
        return claim_any();
    if (place != TIMER)
        return place <= watch_count ? claim(watches[place - 1]) : NULL;
    (void)!read(timer, &expirations, sizeof(expirations));
    struct backend_watch *watch = claim_due();
    (void)ask_for(timer, EPOLL_CTL_MOD, EPOLLIN | EPOLLONESHOT, TIMER);
    return watch;
}

static void leave(struct backend_watch *watch)
{
    (void)pthread_mutex_lock(&lock);
    (void)epoll_ctl(epoll, EPOLL_CTL_DEL, watch->socket.fd, NULL);
    watches[watch->turn.place - 1] = NULL;
    (void)pthread_mutex_unlock(&lock);
}

/* The other source's descriptor may be another one each time. */
static int ask_for_source(const struct watch_wait *wait, uint32_t place)
{
    const uint32_t events = (uint16_t)wait->source_events; /* those of poll() are those of epoll */
    int r = ask_for(wait->source_fd, EPOLL_CTL_MOD, events | EPOLLONESHOT, place);

    return r == -ENOENT ? ask_for(wait->source_fd, EPOLL_CTL_ADD, events | EPOLLONESHOT, place) : r;
}

/* ---- Without it ---- */

static void put(struct backend_watch *watch, const struct watch_wait *wait)
{
    uint32_t limit = wait->limit_ms;

    (void)pthread_mutex_lock(&lock);
    if (wait->source_fd >= 0 && ask_for_source(wait, watch->turn.place) < 0 &&
        limit > LOOK_EVERY_MS)
        limit = LOOK_EVERY_MS;
    watch->turn.due_ms = limit == UINT32_MAX ? UINT64_MAX : times_now_ms() + limit;
    watch->turn.waits = true;
    if (watch->turn.due_ms < timer_at_ms)
        set_timer(watch->turn.due_ms);
    /* Whoever it wakes waits for the lock. */
    (void)ask_for(watch->socket.fd, EPOLL_CTL_MOD, EPOLLIN | EPOLLONESHOT, watch->turn.place);
    (void)pthread_mutex_unlock(&lock);
}

void watch_queue_ends_with(int connection)
{
    (void)pthread_mutex_lock(&lock);
    end_connection = connection;
    (void)pthread_mutex_unlock(&lock);
}

int backend_watch_share(struct backend_watch *watch, void *context)
{
    uint32_t place = 0;

    (void)pthread_mutex_lock(&lock);
    int r = open_queue();
    if (r == 0) {
        place = find_place();
        r = place != 0 ? 0 : -ENOMEM;
    }
    /* Nothing is asked for yet; that cannot fail later. */
    if (r == 0)
        r = ask_for(watch->socket.fd, EPOLL_CTL_ADD, EPOLLONESHOT, place);
    if (r == 0) {
        watch->turn = (struct watch_turn){.place = place, .context = context, .leave = leave};
        watches[place - 1] = watch;
    }
    (void)pthread_mutex_unlock(&lock);
    return r;
}

void backend_watch_put(struct backend_watch *watch)
{
    /* Due at once: what it waits for is found out by a first look. */
    put(watch, &(struct watch_wait){.limit_ms = 0, .source_fd = -1});
}

int backend_watch_take(struct backend_watch *watch, void *changes, size_t size, size_t *ret_count)
{
    struct watch_wait wait;

    (void)pthread_mutex_lock(&lock);
    const bool over = ended;
    (void)pthread_mutex_unlock(&lock);
    if (over)
        return -EINTR;
    int r = watch_take(watch, changes, size, ret_count, &wait);
    if (r == -EAGAIN)
        put(watch, &wait); /* it is another thread's from here on */
    return r;
}

int backend_watch_next(uint32_t timeout_ms, void **ret_context)
{
    const int timeout = timeout_ms < INT32_MAX ? (int)timeout_ms : -1;
    struct backend_watch *watch = NULL;
    int r = 0;

    while (r == 0 && !watch) {
        struct epoll_event event;
        int count = epoll_wait(epoll, &event, 1, timeout);

        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return -errno;
        if (count == 0)
            return -ETIMEDOUT;
        (void)pthread_mutex_lock(&lock);
        ended |= event.data.u32 == CONNECTION;
        watch = claim_by(event.data.u32);
        if (!watch && ended)
            r = -EINTR;
        (void)pthread_mutex_unlock(&lock);
    }
    if (r < 0)
        return r;
    *ret_context = watch->turn.context;
    return 0;
}
