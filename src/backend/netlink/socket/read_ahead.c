/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Parts of a dump, received on a thread of their own: a ring of datagrams between two threads. */
#include "backend/netlink/socket/read_ahead.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>

/* So many are received ahead; one side wakes the other when there is that much to be done for it.
 */
enum { SLOTS = 8, WAKE_AT = SLOTS / 2 };

struct slot {
    struct datagram datagram;
    int result;
};

struct read_ahead {
    int fd;
    pthread_t thread;
    int cancel_state; /* the caller's */
    pthread_mutex_t lock;
    pthread_cond_t filled;  /* for who takes */
    pthread_cond_t emptied; /* for the thread */

    /* Under the lock. */
    size_t taken;    /* datagrams that are done with, of … */
    size_t received; /* … these */
    bool over;       /* no more will be received */
    bool ended;      /* no more are wanted */

    bool has_taken; /* the caller has the datagram number `taken` */
    uint8_t *memory;
    struct slot slots[SLOTS];
};

int datagram_receive(int fd, int flags, struct datagram *datagram)
{
    struct sockaddr_nl sender = {0};
    socklen_t size = sizeof(sender);
    /* With MSG_TRUNC the length is that of the whole datagram. */
    ssize_t length = recvfrom(fd, datagram->bytes, datagram->room, flags | MSG_TRUNC,
                              (struct sockaddr *)&sender, &size);

    if (length < 0)
        return -errno;
    datagram->cut = (size_t)length > datagram->room;
    datagram->length = datagram->cut ? datagram->room : (size_t)length;
    datagram->sender = sender;
    datagram->sender_size = size;
    return 0;
}

static bool has_second_processor(void)
{
    cpu_set_t set;

    return sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) > 1;
}

/* False: nothing more is wanted. */
static bool await_room(struct read_ahead *ahead, struct slot **ret_slot)
{
    pthread_mutex_lock(&ahead->lock);
    while (!ahead->ended && ahead->received - ahead->taken == SLOTS)
        pthread_cond_wait(&ahead->emptied, &ahead->lock);
    bool wanted = !ahead->ended;
    if (wanted)
        *ret_slot = &ahead->slots[ahead->received % SLOTS];
    pthread_mutex_unlock(&ahead->lock);
    return wanted;
}

static void hand_over(struct read_ahead *ahead, bool over)
{
    pthread_mutex_lock(&ahead->lock);
    ahead->received++;
    ahead->over = over;
    if (over || ahead->received - ahead->taken >= WAKE_AT)
        pthread_cond_signal(&ahead->filled);
    pthread_mutex_unlock(&ahead->lock);
}

static void *run(void *context)
{
    struct read_ahead *ahead = context;
    struct slot *slot;
    bool over = false;

    while (!over && await_room(ahead, &slot)) {
        do
            slot->result = datagram_receive(ahead->fd, MSG_DONTWAIT, &slot->datagram);
        while (slot->result == -EINTR);
        over = slot->result < 0 && slot->result != -ENOBUFS;
        hand_over(ahead, over);
    }
    return NULL;
}

static int start(struct read_ahead *ahead)
{
    sigset_t all;
    sigset_t before;

    /* A new thread inherits the mask: signals are the program's threads' affair. */
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int r = pthread_create(&ahead->thread, NULL, run, ahead);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return -r;
}

static void destroy(struct read_ahead *ahead)
{
    (void)pthread_cond_destroy(&ahead->emptied);
    (void)pthread_cond_destroy(&ahead->filled);
    (void)pthread_mutex_destroy(&ahead->lock);
    free(ahead->memory);
    free(ahead);
}

struct read_ahead *read_ahead_begin(int fd, size_t room)
{
    struct read_ahead *ahead = has_second_processor() ? calloc(1, sizeof(*ahead)) : NULL;

    if (!ahead)
        return NULL;
    ahead->fd = fd;
    (void)pthread_mutex_init(&ahead->lock, NULL);
    (void)pthread_cond_init(&ahead->filled, NULL);
    (void)pthread_cond_init(&ahead->emptied, NULL);
    ahead->memory = malloc(SLOTS * room);
    for (size_t i = 0; ahead->memory && i < SLOTS; i++)
        ahead->slots[i].datagram =
            (struct datagram){.bytes = ahead->memory + i * room, .room = room};
    if (!ahead->memory || start(ahead) < 0) {
        destroy(ahead);
        return NULL;
    }
    /* Cancelled in a wait, the caller would leave the thread behind. */
    (void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &ahead->cancel_state);
    return ahead;
}

int read_ahead_next(struct read_ahead *ahead, const struct datagram **ret_datagram)
{
    pthread_mutex_lock(&ahead->lock);
    if (ahead->has_taken) {
        ahead->taken++;
        if (ahead->received - ahead->taken <= SLOTS - WAKE_AT)
            pthread_cond_signal(&ahead->emptied);
    }
    while (ahead->received == ahead->taken && !ahead->over)
        pthread_cond_wait(&ahead->filled, &ahead->lock);
    ahead->has_taken = ahead->received != ahead->taken;
    const struct slot *slot = &ahead->slots[ahead->taken % SLOTS];
    pthread_mutex_unlock(&ahead->lock);
    if (!ahead->has_taken)
        return -EAGAIN;
    if (slot->result == 0)
        *ret_datagram = &slot->datagram;
    return slot->result;
}

void read_ahead_end(struct read_ahead *ahead)
{
    int ignored;

    if (!ahead)
        return;
    pthread_mutex_lock(&ahead->lock);
    ahead->ended = true;
    pthread_cond_signal(&ahead->emptied);
    pthread_mutex_unlock(&ahead->lock);
    (void)pthread_join(ahead->thread, NULL);
    (void)pthread_setcancelstate(ahead->cancel_state, &ignored);
    destroy(ahead);
}
