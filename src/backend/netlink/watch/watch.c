/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A watch's steps, which all kinds share: it receives and applies messages, waits, recovers from
 * errors, and has a resync made when its time has come. What a message or a record means is the
 * kinds' business.
 */
#include "backend/netlink/watch/inner.h"
#include "backend/netlink/watch/watch_log.h"
#include "probes/probes.h"

#include <errno.h>
#include <poll.h>
#include <time.h>

bool watch_wants(const struct backend_watch *watch, enum mib_family family)
{
    return watch->filter.family == MIB_FAMILY_UNSPEC || watch->filter.family == family;
}

/* Whether a message that arrives during a dump makes it invalid. */
static bool invalidates_dump(struct backend_watch *watch, const struct nlmsghdr *message)
{
    const struct watch_scope *scope = watch->kind->scopes[watch->resync.scope];

    return scope->invalidates(watch->resync.scope, message) &&
           !(scope->exclude && scope->exclude(watch, message));
}

/* A message that is not an answer: an event, or an acknowledgement that woke the receiver. */
static int handle_event(void *context, const struct nlmsghdr *message)
{
    struct backend_watch *watch = context;

    if (watch->posted > 0 && netlink_socket_is_posted(&watch->socket, message))
        watch->posted--;
    if (message->nlmsg_type < NLMSG_MIN_TYPE)
        return 0;
    PROBE_event(watch, watch->table, message->nlmsg_type, message->nlmsg_len);
    watch_count(watch, WATCH_COUNTER_MESSAGES);
    watch->message_type = message->nlmsg_type;
    if (log_wants(LOG_MESSAGE))
        watch_log_message(watch, message);
    if (watch->resync.dumping && invalidates_dump(watch, message))
        watch_invalidate(watch, "a message came about what it shows");
    int r = watch->kind->event(watch, message);
    watch->message_type = 0;
    if (r == -EBADMSG)
        counter_add(&watch->socket.dropped_malformed, 1);
    return r == -EBADMSG || r == -ENOMSG ? 0 : r;
}

/* Handles the batch that was received last. */
static int handle_batch(struct backend_watch *watch)
{
    const struct nlmsghdr *message;
    uint64_t cut = counter_get(&watch->socket.dropped_cut);
    int r = 0;

    while (r == 0 && (message = netlink_socket_next(&watch->socket)))
        r = handle_event(watch, message);
    if (counter_get(&watch->socket.dropped_cut) != cut) {
        watch_invalidate(watch, "a message was cut");
        resync_request_all(watch, RESYNC_CAUSE_ANSWER);
    }
    return r;
}

/* What follows from all that is known, where all of it is of one moment. */
int watch_derive(struct backend_watch *watch)
{
    if (!watch->kind->derive || watch->resync.reporting || resync_is_pending(watch))
        return 0;
    return watch->kind->derive(watch);
}

/* Handles messages until there is a change, or until the batch is at its end. */
static int handle_until_change(struct backend_watch *watch, bool *ret_drained)
{
    const struct nlmsghdr *message;
    uint64_t cut = counter_get(&watch->socket.dropped_cut);
    bool drained = false;
    int r = 0;

    while (r == 0 && watch->change_count == 0 && !drained) {
        message = netlink_socket_next(&watch->socket);
        drained = !message;
        if (message)
            r = handle_event(watch, message);
        if (message && r == 0)
            r = watch_derive(watch);
    }
    if (counter_get(&watch->socket.dropped_cut) != cut)
        resync_request_all(watch, RESYNC_CAUSE_ANSWER);
    if (r < 0)
        return r;
    *ret_drained = drained;
    return 0;
}

/* Receives a batch. 0 also when nothing arrived in time (*ret_empty). */
static int receive(struct backend_watch *watch, uint32_t timeout_ms, bool *ret_empty)
{
    int r = netlink_socket_receive(&watch->socket, timeout_ms);

    if (r == -ENOBUFS)
        resync_note_overrun(watch);
    else if (r < 0 && r != -EAGAIN)
        return r;
    *ret_empty = r == -EAGAIN;
    return 0;
}

/* Handles everything that has arrived. */
int watch_drain(struct backend_watch *watch)
{
    bool empty = false;
    int r = handle_batch(watch);

    while (r == 0 && !empty) {
        r = receive(watch, 0, &empty);
        if (r == 0 && !empty)
            r = handle_batch(watch);
    }
    return r;
}

int watch_collect(struct backend_watch *watch, struct nl_msg *request, netlink_handler on_answer)
{
    uint64_t overruns = counter_get(&watch->socket.overruns);
    bool invalid = false;
    int r = netlink_socket_request(&watch->socket, request);

    if (r == 0) {
        r = netlink_socket_collect(&watch->socket, on_answer, handle_event, watch);
        invalid = watch->socket.answers_invalid;
    }
    if (counter_get(&watch->socket.overruns) != overruns || r == -ENOBUFS) {
        resync_note_overrun(watch);
    } else if (invalid) {
        watch_invalidate(watch, "the kernel was interrupted");
        resync_request_all(watch, RESYNC_CAUSE_ANSWER);
    }
    if (r == -ENODEV || r == -ENOENT || r == -EOPNOTSUPP || r == -EAFNOSUPPORT)
        return 0;
    return r;
}

int watch_post(struct backend_watch *watch, struct nl_msg *request)
{
    int r = netlink_socket_post(&watch->socket, request);

    if (r == 0)
        watch->posted++;
    return r;
}

static bool waits_for_time(const struct backend_watch *watch)
{
    bool waits = resync_is_pending(watch);

    for (enum resync_scope scope = 0; scope < SCOPE_COUNT; scope++)
        waits = waits || watch->look_again_at[scope] != 0;
    return waits;
}

/*
 * When a wait must end although nothing arrives: ms from now, UINT32_MAX for never. *ret_due: the
 * scope that is to be looked at again then, SCOPE_COUNT where the wait ends for a resync.
 */
static uint32_t wait_limit(struct backend_watch *watch, enum resync_scope *ret_due)
{
    if (waits_for_time(watch))
        netlink_socket_look_at_clock(&watch->socket);
    uint64_t now = netlink_socket_now_ms(&watch->socket);
    uint64_t limit = UINT32_MAX;

    *ret_due = SCOPE_COUNT;
    if (resync_is_pending(watch)) {
        limit = watch->not_before_ms > now ? watch->not_before_ms - now : 0;
        if (watch->quiet_awaited_until_ms > now && limit < QUIET_MS)
            limit = QUIET_MS;
    }
    for (enum resync_scope scope = 0; scope < SCOPE_COUNT; scope++) {
        uint64_t due = (uint64_t)watch->look_again_at[scope] * 1000;
        uint64_t left = due > now ? due - now : 0;

        if (due != 0 && left < limit) {
            limit = left;
            *ret_due = scope;
        }
    }
    return (uint32_t)limit;
}

/* Answers that are not there when nothing more is found no room. */
static int await_posted(struct backend_watch *watch)
{
    bool empty;
    int r = receive(watch, 0, &empty);

    if (r < 0 || !empty)
        return r;
    watch->posted = 0;
    resync_request_all(watch, RESYNC_CAUSE_ANSWER);
    return 0;
}

/*
 * Takes what the kind's other source has, until there is a change, and then waits for either. A
 * message of the kernel ends the wait and is left to be received. 1: there is one, or the time is
 * over; 0: the other source has something, or had.
 */
static int await_source(struct backend_watch *watch, uint32_t limit)
{
    struct pollfd polled[] = {{.fd = watch->socket.fd, .events = POLLIN}, {.fd = -1}};
    int r;

    if (watch->socket.fd < 0)
        return -EBADF; /* in a forked child, whose other descriptor is closed as well */
    while ((r = watch->kind->source_take(watch)) > 0) {
        r = watch_derive(watch);
        if (r < 0 || watch->change_count > 0)
            return r;
    }
    if (r < 0)
        return r;
    polled[1].fd = watch->kind->source_poll(watch, &polled[1].events);
    r = poll(polled, sizeof(polled) / sizeof(polled[0]), limit < INT32_MAX ? (int)limit : -1);
    if (r < 0)
        return errno == EINTR ? 0 : -errno;
    return r == 0 || polled[0].revents != 0;
}

/* Of a watch that does not wait itself. */
static void say_what_for(struct backend_watch *watch, uint32_t limit)
{
    struct watch_wait *wait = watch->would_wait;

    *wait = (struct watch_wait){.needed = true, .limit_ms = limit, .source_fd = -1};
    if (watch->kind->source_poll)
        wait->source_fd = watch->kind->source_poll(watch, &wait->source_events);
}

/* One step towards the next change. */
static int step(struct backend_watch *watch)
{
    bool drained;
    bool empty;
    enum resync_scope due;
    int r;

    if (watch->resync.reporting)
        return resync_report(watch);
    r = handle_until_change(watch, &drained);
    if (r < 0 || !drained)
        return r;
    if (watch->posted > 0)
        return await_posted(watch);
    const uint32_t limit = wait_limit(watch, &due);
    const uint32_t patience = watch->would_wait ? 0 : limit;
    r = watch->kind->source_take ? await_source(watch, patience) : 1;
    if (r <= 0)
        return r;
    watch->socket.would_wait = patience < limit;
    r = receive(watch, watch->kind->source_take ? 0 : patience, &empty);
    const bool would_wait = watch->socket.would_wait;
    watch->socket.would_wait = false;
    if (r < 0 || !empty)
        return r;
    if (would_wait) {
        say_what_for(watch, limit);
        return 0;
    }
    if (limit == UINT32_MAX)
        return 0;
    /* Drained, and the time has come. */
    if (due != SCOPE_COUNT) {
        watch->look_again_at[due] = 0;
        resync_request(watch, RESYNC_CAUSE_EXPIRY, due, 0);
    }
    if (resync_is_pending(watch) && netlink_socket_now_ms(&watch->socket) >= watch->not_before_ms)
        return resync_next(watch);
    return 0;
}

/*
 * After an error (usually -ENOMEM) messages may have been missed. Requests a resync of everything,
 * after a pause in which memory may become free.
 */
static int recover(struct backend_watch *watch)
{
    const struct timespec pause = {.tv_nsec = CALM_FIRST_MS * 1000000L};

    resync_request_all(watch, RESYNC_CAUSE_ERROR);
    watch->not_before_ms = netlink_socket_now_ms(&watch->socket) + CALM_LAST_MS;
    (void)nanosleep(&pause, NULL);
    return atomic_load(&watch->socket.interrupted) ? -EINTR : 0;
}

/* Steps until there are changes, or until one would have to wait. */
static int find_changes(struct backend_watch *watch)
{
    while (watch->change_count == 0 && !(watch->would_wait && watch->would_wait->needed)) {
        int r = step(watch);
        if (r == -EINTR || r == -EBADF)
            return r;
        if (r < 0 && log_wants(LOG_ERROR))
            watch_log_error(watch, r);
        if (r < 0)
            r = recover(watch);
        if (r < 0)
            return r;
    }
    return 0;
}

int backend_watch_wait(struct backend_watch *watch, void *changes, size_t size, size_t *ret_count)
{
    int r = find_changes(watch);

    if (r == 0)
        *ret_count = changes_give(watch, changes, size);
    return r;
}

int watch_take(struct backend_watch *watch, void *changes, size_t size, size_t *ret_count,
               struct watch_wait *ret_wait)
{
    struct watch_wait wait = {.needed = false};

    watch->would_wait = &wait;
    int r = find_changes(watch);
    watch->would_wait = NULL;
    if (r == 0 && wait.needed) {
        *ret_wait = wait;
        return -EAGAIN;
    }
    if (r == 0)
        *ret_count = changes_give(watch, changes, size);
    return r;
}

void backend_watch_count(const struct backend_watch *watch, struct mib_watch_counters *ret)
{
    for (size_t i = 0; i < WATCH_COUNTERS; i++)
        ret->values[i] = counter_get(&watch->counters[i]);
    ret->values[WATCH_COUNTER_MALFORMED] = counter_get(&watch->socket.dropped_malformed);
    ret->values[WATCH_COUNTER_FOREIGN] = counter_get(&watch->socket.dropped_foreign);
    ret->values[WATCH_COUNTER_CUT] = counter_get(&watch->socket.dropped_cut);
    ret->values[WATCH_COUNTER_OVERRUNS] = counter_get(&watch->socket.overruns);
}
