/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One epoll instance has the descriptors of all watches, and a timer for those that have something
 * to do at a time. Each is told of once (EPOLLONESHOT), and asked for anew when its watch is put
 * back: the kernel looks at it at that moment, so news that came meanwhile is not missed.
 *
 * It has the connection to wineserver, too. A thread of Wine ends when it finds the server gone at
 * its next request, and the process with the last of them. One that waits for the network makes no
 * request, and would keep the process for ever, as would one that waits for it to end a call. So
 * when the connection breaks, every watch ends.
 */
#include "wine/host/watch_queue.h"
#include "backend/array.h"
#include "backend/netlink/watch/take.h"
#include "backend/times.h"
#include "wine/host/server_connection.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* A descriptor that cannot be waited for is looked at so often. */
enum { LOOK_EVERY_MS = 1000 };

/* What an event names that is no place's. Places have their number, from 1. */
enum { TIMER = 0 };
#define SERVER UINT32_MAX

struct watch_place {
    struct backend_watch *watch;
    uint32_t number;
    uint64_t context;
    uint64_t due_ms; /* CLOCK_BOOTTIME; UINT64_MAX: never */
    bool waits;      /* no thread has it */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards everything below */
static int epoll = -1;
static int timer = -1;
static uint64_t timer_at_ms = UINT64_MAX;
static struct watch_place **places; /* by number - 1; NULL where there is none */
static size_t place_count;
static size_t place_capacity;
static bool ended; /* the server is gone */

static int ask_for(int descriptor, int operation, uint32_t events, uint32_t number)
{
    struct epoll_event event = {.events = events | EPOLLONESHOT, .data.u32 = number};

    if (epoll_ctl(epoll, operation, descriptor, &event) == 0)
        return 0;
    return errno == ENOSPC ? -ENOMEM : -errno; /* so many are not allowed */
}

/*
 * Nothing is asked for, so only the end of the connection is told, and to every thread. Without a
 * connection to be found there is nothing to wait for.
 */
static int watch_server(void)
{
    struct epoll_event event = {.data.u32 = SERVER};
    int connection = server_connection_find();

    if (connection < 0)
        return connection == -ENOENT ? 0 : connection;
    return epoll_ctl(epoll, EPOLL_CTL_ADD, connection, &event) == 0 ? 0 : -errno;
}

/* Under the lock, as all that follows up to the next mark. */
static int open_queue(void)
{
    if (epoll >= 0)
        return 0;
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0)
        return -errno;
    timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    int r = timer < 0 ? -errno : ask_for(timer, EPOLL_CTL_ADD, EPOLLIN, TIMER);
    if (r == 0)
        r = watch_server();
    if (r < 0) {
        if (timer >= 0)
            (void)close(timer);
        (void)close(epoll);
        epoll = -1;
    }
    return r;
}

/* 0: at once. */
static void set_timer(uint64_t at_ms)
{
    struct itimerspec time = {
        .it_value = {.tv_sec = (time_t)(at_ms / 1000), .tv_nsec = (long)(at_ms % 1000) * 1000000},
    };

    if (at_ms == 0)
        time.it_value.tv_nsec = 1; /* 0 stops it */
    timer_at_ms = at_ms;
    if (at_ms == UINT64_MAX)
        time.it_value = (struct timespec){0};
    (void)timerfd_settime(timer, TFD_TIMER_ABSTIME, &time, NULL);
}

/* A number that is free, with its place in the array; 0: there is no memory. */
static uint32_t find_number(void)
{
    struct watch_place **grown;

    for (size_t i = 0; i < place_count; i++)
        if (!places[i])
            return (uint32_t)i + 1;
    // NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are what is kept
    grown = array_make_room(places, place_count, &place_capacity, sizeof(*places), 16);
    if (!grown)
        return 0;
    places = grown;
    places[place_count++] = NULL;
    return (uint32_t)place_count;
}

static struct watch_place *claim(struct watch_place *place)
{
    if (!place || !place->waits)
        return NULL; /* another thread came first */
    place->waits = false;
    return place;
}

/* What is due, or NULL; and the timer is set for the next. */
static struct watch_place *claim_due(void)
{
    struct watch_place *due = NULL;
    uint64_t next = UINT64_MAX;
    uint64_t now = times_now_ms();

    for (size_t i = 0; i < place_count; i++) {
        struct watch_place *place = places[i];

        if (!place || !place->waits)
            continue;
        if (!due && place->due_ms <= now)
            due = claim(place);
        else if (place->due_ms < next)
            next = place->due_ms;
    }
    set_timer(next);
    return due;
}

static struct watch_place *claim_by(uint32_t number)
{
    uint64_t expirations;

    if (number != TIMER)
        return number <= place_count ? claim(places[number - 1]) : NULL;
    (void)!read(timer, &expirations, sizeof(expirations));
    struct watch_place *place = claim_due();
    (void)ask_for(timer, EPOLL_CTL_MOD, EPOLLIN, TIMER);
    return place;
}

/* At the end, when each is to hear of it. */
static struct watch_place *claim_any(void)
{
    for (size_t i = 0; i < place_count; i++)
        if (claim(places[i]))
            return places[i];
    return NULL;
}

/* ---- Any thread, without the lock ---- */

int watch_queue_add(struct backend_watch *watch, struct watch_place **ret_place)
{
    struct watch_place *place = calloc(1, sizeof(*place));

    if (!place)
        return -ENOMEM;
    place->watch = watch;
    (void)pthread_mutex_lock(&lock);
    int r = open_queue();
    if (r == 0) {
        place->number = find_number();
        r = place->number != 0 ? 0 : -ENOMEM;
    }
    /* Nothing is asked for yet; that cannot fail later. */
    if (r == 0)
        r = ask_for(watch_descriptor(watch), EPOLL_CTL_ADD, 0, place->number);
    if (r == 0)
        places[place->number - 1] = place;
    (void)pthread_mutex_unlock(&lock);
    if (r < 0) {
        free(place);
        return r;
    }
    *ret_place = place;
    return 0;
}

void watch_queue_remove(struct watch_place *place)
{
    (void)pthread_mutex_lock(&lock);
    (void)epoll_ctl(epoll, EPOLL_CTL_DEL, watch_descriptor(place->watch), NULL);
    places[place->number - 1] = NULL;
    (void)pthread_mutex_unlock(&lock);
    free(place);
}

struct backend_watch *watch_queue_watch(const struct watch_place *place)
{
    return place->watch;
}

/* The other source's descriptor may be another one each time. */
static int ask_for_source(const struct watch_wait *wait, uint32_t number)
{
    const uint32_t events = (uint16_t)wait->source_events; /* those of poll() are those of epoll */
    int r = ask_for(wait->source_fd, EPOLL_CTL_MOD, events, number);

    return r == -ENOENT ? ask_for(wait->source_fd, EPOLL_CTL_ADD, events, number) : r;
}

static void put(struct watch_place *place, const struct watch_wait *wait)
{
    uint32_t limit = wait->limit_ms;

    (void)pthread_mutex_lock(&lock);
    if (wait->source_fd >= 0 && ask_for_source(wait, place->number) < 0 && limit > LOOK_EVERY_MS)
        limit = LOOK_EVERY_MS;
    place->due_ms = limit == UINT32_MAX ? UINT64_MAX : times_now_ms() + limit;
    place->waits = true;
    if (place->due_ms < timer_at_ms)
        set_timer(place->due_ms);
    /* Whoever it wakes waits for the lock. */
    (void)ask_for(watch_descriptor(place->watch), EPOLL_CTL_MOD, EPOLLIN, place->number);
    (void)pthread_mutex_unlock(&lock);
}

void watch_queue_put(struct watch_place *place, uint64_t context)
{
    place->context = context;
    /* Due at once: what it waits for is found out by a first look. */
    put(place, &(struct watch_wait){.limit_ms = 0, .source_fd = -1});
}

int watch_queue_take(struct watch_place *place, void *changes, size_t size, size_t *ret_count)
{
    struct watch_wait wait;

    (void)pthread_mutex_lock(&lock);
    const bool over = ended;
    (void)pthread_mutex_unlock(&lock);
    if (over)
        return -EINTR;
    int r = watch_take(place->watch, changes, size, ret_count, &wait);
    if (r == -EAGAIN)
        put(place, &wait); /* it is another thread's from here on */
    return r;
}

int watch_queue_next(uint32_t timeout_ms, uint64_t *ret_context)
{
    const int timeout = timeout_ms < INT32_MAX ? (int)timeout_ms : -1;
    struct watch_place *place = NULL;
    int r = 0;

    while (r == 0 && !place) {
        struct epoll_event event;
        int count = epoll_wait(epoll, &event, 1, timeout);

        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return -errno;
        if (count == 0)
            return -ETIMEDOUT;
        (void)pthread_mutex_lock(&lock);
        ended |= event.data.u32 == SERVER;
        place = ended ? claim_any() : claim_by(event.data.u32);
        if (place)
            *ret_context = place->context;
        else if (ended)
            r = -EINTR;
        (void)pthread_mutex_unlock(&lock);
    }
    return r;
}
