/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The part of a watch that all kinds share: it opens the socket, applies messages, schedules and
 * makes resyncs, and queues changes. backend.h declares what callers use of it, watch.h what the
 * kinds do. What a message or a record means is the kinds' business.
 */
#include "backend/netlink/watch/watch.h"
#include "backend/times.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/*
 * Receive buffer asked for. It takes no memory while it is empty; what does not fit costs a
 * resync and nothing else.
 */
enum { RECEIVE_BUFFER = 32 << 20 };

/* Reports of one resync that are queued at a time. */
enum { REPORTS_AT_ONCE = 256 };

/* A resync that is not valid: so many tries at once, then after these pauses. */
enum { TRIES_AT_ONCE = 3, CALM_FIRST_MS = 20, CALM_LAST_MS = 2000, PAUSE_PER_RESYNC = 4 };

/*
 * After an overrun a resync waits until nothing has arrived for QUIET_MS, at most QUIET_AWAITED_MS
 * in all. A dump of a table that changes fast is slow, holds up the changes, overruns the receive
 * buffer once more, and is not valid in the end.
 */
enum { QUIET_MS = 20, QUIET_AWAITED_MS = 2000 };

/* A dump that left more than this in the receive buffer gives its memory back. */
enum { TRIM_RECORDS = 256 };

bool watch_wants(const struct backend_watch *watch, enum mib_family family)
{
    return watch->filter.family == MIB_FAMILY_UNSPEC || watch->filter.family == family;
}

/* The scope as the kind has it; NULL: the watch does not have it. */
static const struct watch_scope *scope_at(const struct backend_watch *watch,
                                          enum resync_scope scope)
{
    bool of_family = scope >= SCOPE_IPV4;

    return !of_family || watch_wants(watch, family_of(scope)) ? watch->kind->scopes[scope] : NULL;
}

/* The scope's table; NULL: it has none. */
static struct instance_table *table_at(struct backend_watch *watch, enum resync_scope scope)
{
    return watch->kind->scopes[scope]->ops ? &watch->instances[scope] : NULL;
}

/* Room is made first, so that a change which a table has taken over is always reported. */
static int reserve_changes(struct backend_watch *watch, size_t more)
{
    size_t needed = watch->change_count + more;
    size_t capacity = watch->change_capacity ? watch->change_capacity : 8;

    if (needed <= watch->change_capacity)
        return 0;
    while (capacity < needed)
        capacity *= 2;
    uint8_t *changes = reallocarray(watch->changes, capacity, watch->change_size);
    if (!changes)
        return -ENOMEM;
    watch->changes = changes;
    watch->change_capacity = capacity;
    return 0;
}

/* Which of the watch's tables a report is about. */
struct report_context {
    struct backend_watch *watch;
    const struct instance_table *table;
};

static bool is_row(const struct backend_watch *watch, const struct instance_table *table,
                   const void *record)
{
    enum resync_scope scope = (enum resync_scope)(table - watch->instances);

    return !watch->kind->is_row || watch->kind->is_row(scope, record);
}

/* instance_report: queues the change. There is room. */
static int queue_change(void *context, enum mib_change_type type, const void *record)
{
    const struct report_context *report = context;
    struct backend_watch *watch = report->watch;
    struct mib_change *change = (void *)(watch->changes + watch->change_count * watch->change_size);

    change->type = type;
    change->reserved = 0;
    if (is_row(watch, report->table, record))
        watch->kind->row(watch, record, change->row);
    else if (watch->kind->implied_row && watch->kind->implied_row(watch, record, change->row))
        change->type = MIB_CHANGE_PARAMETER;
    else
        return 0;
    watch->change_count++;
    return 0;
}

/* Nothing is reported from the initial dump. */
static instance_report reporter(const struct backend_watch *watch)
{
    return watch->suppressed ? NULL : queue_change;
}

int watch_put(struct backend_watch *watch, struct instance_table *table, const void *record)
{
    struct report_context report = {.watch = watch, .table = table};
    int r = reserve_changes(watch, 1);

    return r < 0 ? r : instance_table_put(table, record, reporter(watch), &report);
}

int watch_drop(struct backend_watch *watch, struct instance_table *table, const void *record)
{
    struct report_context report = {.watch = watch, .table = table};
    int r = reserve_changes(watch, 1);

    return r < 0 ? r : instance_table_drop(table, record, reporter(watch), &report);
}

int watch_report(struct backend_watch *watch, enum mib_change_type type, const void *row)
{
    int r = reserve_changes(watch, 1);

    if (r < 0)
        return r;
    struct mib_change *change = (void *)(watch->changes + watch->change_count * watch->change_size);

    change->type = type;
    change->reserved = 0;
    memcpy(change->row, row, mib_row_size(watch->table));
    watch->change_count++;
    return 0;
}

void watch_request_resync(struct backend_watch *watch, enum resync_scope scope, uint32_t ifindex)
{
    struct resync_request *request = &watch->requests[scope];

    if (!scope_at(watch, scope))
        return;
    request->pending = true;
    for (size_t i = 0; i < request->count; i++)
        if (request->ifindexes[i] == ifindex)
            return;
    if (ifindex == 0 || scope == SCOPE_LINKS || request->count == RESYNC_LINKS_MAX)
        request->all = true;
    else
        request->ifindexes[request->count++] = ifindex;
}

/* Requests a resync of all scopes. */
static void request_all(struct backend_watch *watch)
{
    for (enum resync_scope scope = 0; scope < SCOPE_COUNT; scope++)
        watch_request_resync(watch, scope, 0);
}

/* Messages were lost. */
static void note_overrun(struct backend_watch *watch)
{
    watch->resync.invalid = true;
    request_all(watch);
    if (watch->quiet_awaited_until_ms == 0)
        watch->quiet_awaited_until_ms = times_now_ms() + QUIET_AWAITED_MS;
}

static bool is_resync_pending(const struct backend_watch *watch)
{
    for (enum resync_scope scope = 0; scope < SCOPE_COUNT; scope++)
        if (watch->requests[scope].pending)
            return true;
    return false;
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
    if (watch->resync.dumping && invalidates_dump(watch, message))
        watch->resync.invalid = true;
    int r = watch->kind->event(watch, message);
    if (r == -EBADMSG)
        watch->socket.dropped_malformed++;
    return r == -EBADMSG || r == -ENOMSG ? 0 : r;
}

/* Handles the batch that was received last. */
static int handle_batch(struct backend_watch *watch)
{
    const struct nlmsghdr *message;
    uint64_t cut = watch->socket.dropped_cut;
    int r = 0;

    while (r == 0 && (message = netlink_socket_next(&watch->socket)))
        r = handle_event(watch, message);
    if (watch->socket.dropped_cut != cut) {
        watch->resync.invalid = true;
        request_all(watch);
    }
    return r;
}

/* What follows from all that is known, where all of it is of one moment. */
static int derive(struct backend_watch *watch)
{
    if (!watch->kind->derive || watch->resync.reporting || is_resync_pending(watch))
        return 0;
    return watch->kind->derive(watch);
}

/* Handles messages until there is a change, or until the batch is at its end. */
static int handle_until_change(struct backend_watch *watch, bool *ret_drained)
{
    const struct nlmsghdr *message;
    uint64_t cut = watch->socket.dropped_cut;
    bool drained = false;
    int r = 0;

    while (r == 0 && watch->change_count == 0 && !drained) {
        message = netlink_socket_next(&watch->socket);
        drained = !message;
        if (message)
            r = handle_event(watch, message);
        if (message && r == 0)
            r = derive(watch);
    }
    if (watch->socket.dropped_cut != cut)
        request_all(watch);
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
        note_overrun(watch);
    else if (r < 0 && r != -EAGAIN)
        return r;
    *ret_empty = r == -EAGAIN;
    return 0;
}

/* Handles everything that has arrived. */
static int drain(struct backend_watch *watch)
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
    uint64_t overruns = watch->socket.overruns;
    bool invalid = false;
    int r = netlink_socket_request(&watch->socket, request);

    if (r == 0) {
        r = netlink_socket_collect(&watch->socket, on_answer, handle_event, watch);
        invalid = watch->socket.answers_invalid;
    }
    if (watch->socket.overruns != overruns || r == -ENOBUFS) {
        note_overrun(watch);
    } else if (invalid) {
        watch->resync.invalid = true;
        request_all(watch);
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

static int ignore_answer(void *context, const struct nlmsghdr *message)
{
    (void)context;
    (void)message;
    return 0;
}

/*
 * The kernel announces that a link goes down before it removes the link's routes, and a dump does
 * not wait until they are gone. This request does: the kernel answers it under the lock that it
 * holds meanwhile.
 */
static int await_kernel(struct backend_watch *watch)
{
    int r = -ENOBUFS;

    /* An answer that finds the receive buffer full is lost. Drained, the buffer has room again. */
    for (int i = 0; r == -ENOBUFS && i < TRIES_AT_ONCE; i++) {
        r = watch_collect(watch, link_request_one(LOOPBACK_IFINDEX, NULL), ignore_answer);
        if (r == -ENOBUFS) {
            int drained = drain(watch);
            if (drained < 0)
                return drained;
        }
    }
    return r;
}

/* For instance_table_finish. */
static bool record_in_scope(void *context, const void *record)
{
    const struct backend_watch *watch = context;
    const struct resync *resync = &watch->resync;
    const struct watch_scope *scope = watch->kind->scopes[resync->scope];
    bool found = resync->request.all;

    for (size_t i = 0; !found && i < resync->request.count; i++)
        found = scope->on_link(record, resync->request.ifindexes[i]);
    return found;
}

/*
 * After a resync that is to be made again: the first few times at once, then after a pause. In a
 * pause things may calm down; and it keeps resyncs of large tables from taking all the time.
 */
static void defer_resyncs(struct backend_watch *watch, uint64_t took_ms, bool valid)
{
    uint64_t pause = took_ms * PAUSE_PER_RESYNC;

    watch->tries++;
    if (!valid && watch->tries < TRIES_AT_ONCE)
        return;
    unsigned int doublings = valid ? UINT32_MAX : watch->tries - TRIES_AT_ONCE;
    uint64_t calm = doublings < 7 ? (uint64_t)CALM_FIRST_MS << doublings : CALM_LAST_MS;

    if (pause < calm)
        pause = calm < CALM_LAST_MS ? calm : CALM_LAST_MS;
    watch->not_before_ms = times_now_ms() + pause;
}

/* What a resync came to. */
enum resync_result {
    RESYNC_AGAIN,     /* its dump is not valid: nothing has changed, another resync is requested */
    RESYNC_REPORTING, /* its dump is valid; report_resync reports the changes */
    RESYNC_DONE,      /* its dump is valid, and there is nothing to report */
};

/* Takes the request over. From here on messages can make the dump invalid. */
static int resync_begin(struct backend_watch *watch, enum resync_scope scope)
{
    struct resync *resync = &watch->resync;
    struct instance_table *table = table_at(watch, scope);

    *resync = (struct resync){.scope = scope, .request = watch->requests[scope]};
    watch->requests[scope] = (struct resync_request){0};
    watch->quiet_awaited_until_ms = 0;
    /* The dump of links, which comes first in the initial dump, waits for the same lock. */
    int r = watch->suppressed ? 0 : await_kernel(watch);
    if (r < 0)
        return r;
    resync->invalid = false;
    resync->dumping = true;
    resync->began_ms = times_now_ms();
    if (table && !instance_table_is_initialised(table))
        instance_table_init(table, watch->kind->scopes[scope]->ops);
    if (table)
        instance_table_begin(table);
    return 0;
}

/* Takes the dump, and handles what arrived meanwhile. */
static int resync_dump(struct backend_watch *watch)
{
    struct resync *resync = &watch->resync;
    const struct watch_scope *scope = watch->kind->scopes[resync->scope];
    int r = 0;

    if (resync->request.all)
        r = scope->dump(watch, resync->scope, 0);
    for (size_t i = 0; r == 0 && !resync->request.all && i < resync->request.count; i++)
        r = scope->dump(watch, resync->scope, resync->request.ifindexes[i]);
    if (r == -ENOBUFS && !watch->suppressed) {
        resync->invalid = true; /* an answer was lost */
        r = 0;
    }
    if (r == 0)
        r = drain(watch);
    resync->dumping = false;
    return r;
}

/* Whether the dump is taken as valid. Where it is not, or not quite, requests another resync. */
static bool resync_judge(struct backend_watch *watch)
{
    const struct resync *resync = &watch->resync;
    /* Before the initial dump nothing is known: a table that may be wrong is better than none. */
    bool must_do = watch->suppressed && watch->tries + 1 >= TRIES_AT_ONCE;
    bool valid = !resync->invalid || must_do;

    if (resync->invalid || resync->recheck) {
        watch->requests[resync->scope].pending = true;
        watch->requests[resync->scope].all = true;
        defer_resyncs(watch, times_now_ms() - resync->began_ms, valid);
    }
    if (valid)
        watch->tries = 0;
    return valid;
}

/* Nothing of the dump is kept. */
static void resync_discard(struct backend_watch *watch)
{
    const struct watch_scope *scope = watch->kind->scopes[watch->resync.scope];
    struct instance_table *table = table_at(watch, watch->resync.scope);

    if (table)
        instance_table_abandon(table);
    if (scope->discard)
        scope->discard(watch);
}

/* After the last report. */
static void resync_end(struct backend_watch *watch)
{
    const struct watch_scope *scope = watch->kind->scopes[watch->resync.scope];

    watch->resync.reporting = NULL;
    if (scope->commit)
        scope->commit(watch);
    if (scope->discard)
        scope->discard(watch);
}

/* Takes a valid dump over: what is known becomes what the dump shows. */
static enum resync_result resync_commit(struct backend_watch *watch)
{
    struct instance_table *table = table_at(watch, watch->resync.scope);

    if (!table) {
        resync_end(watch);
        return RESYNC_DONE;
    }
    instance_table_finish(table, record_in_scope, watch);
    if (table->used > TRIM_RECORDS)
        netlink_socket_trim(&watch->socket);
    watch->resync.reporting = table;
    return RESYNC_REPORTING;
}

/* Dumps one scope and finds the difference to what is known. RESYNC_…, or a negative errno. */
static int resync(struct backend_watch *watch, enum resync_scope scope)
{
    int r = resync_begin(watch, scope);

    if (r < 0)
        return r;
    r = resync_dump(watch);
    if (r == 0 && resync_judge(watch))
        return (int)resync_commit(watch);
    resync_discard(watch);
    return r < 0 ? r : (int)RESYNC_AGAIN;
}

/* One requested resync. */
static int resync_next(struct backend_watch *watch)
{
    enum resync_scope scope = 0;

    while (!watch->requests[scope].pending)
        scope++;
    int r = resync(watch, scope);
    if (r == RESYNC_DONE)
        r = derive(watch);
    return r < 0 ? r : 0;
}

/* Reports the next changes of those that a resync found. */
static int report_resync(struct backend_watch *watch)
{
    struct instance_table *table = watch->resync.reporting;
    struct report_context report = {.watch = watch, .table = table};
    bool done = false;
    /* One more than there can be, so that the end is seen. */
    size_t limit = watch->kind->reports_at_once ? table->count + 1 : (size_t)REPORTS_AT_ONCE;
    int r = reserve_changes(watch, limit);

    if (r == 0)
        r = instance_table_report(table, reporter(watch), &report, limit, &done);
    if (r < 0)
        return r;
    if (done)
        resync_end(watch);
    return done && !watch->suppressed ? derive(watch) : 0;
}

/*
 * When a wait must end although nothing arrives: ms from now, UINT32_MAX for never. *ret_due: the
 * scope that is to be looked at again then, SCOPE_COUNT where the wait ends for a resync.
 */
static uint32_t wait_limit(const struct backend_watch *watch, enum resync_scope *ret_due)
{
    uint64_t now = times_now_ms();
    uint64_t limit = UINT32_MAX;

    *ret_due = SCOPE_COUNT;
    if (is_resync_pending(watch)) {
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
    request_all(watch);
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
        r = derive(watch);
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
        return report_resync(watch);
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
    r = receive(watch, watch->kind->source_take ? 0 : patience, &empty);
    if (r < 0 || !empty)
        return r;
    if (patience < limit) {
        say_what_for(watch, limit);
        return 0;
    }
    if (limit == UINT32_MAX)
        return 0;
    /* Drained, and the time has come. */
    if (due != SCOPE_COUNT) {
        watch->look_again_at[due] = 0;
        watch_request_resync(watch, due, 0);
    }
    if (is_resync_pending(watch) && times_now_ms() >= watch->not_before_ms)
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

    request_all(watch);
    watch->not_before_ms = times_now_ms() + CALM_LAST_MS;
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
        if (r < 0)
            r = recover(watch);
        if (r < 0)
            return r;
    }
    return 0;
}

/* As many as there is room for. */
static size_t give_changes(struct backend_watch *watch, void *changes, size_t size)
{
    size_t count = watch->change_count - watch->change_given;
    if (count > size / watch->change_size)
        count = size / watch->change_size;
    memcpy(changes, watch->changes + watch->change_given * watch->change_size,
           count * watch->change_size);
    watch->change_given += count;
    if (watch->change_given == watch->change_count) {
        watch->change_given = 0;
        watch->change_count = 0;
    }
    return count;
}

int backend_watch_wait(struct backend_watch *watch, void *changes, size_t size, size_t *ret_count)
{
    int r = find_changes(watch);

    if (r == 0)
        *ret_count = give_changes(watch, changes, size);
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
        *ret_count = give_changes(watch, changes, size);
    return r;
}

static int *append_groups(int *end, const int *groups)
{
    for (size_t i = 0; i < WATCH_GROUPS_MAX && groups[i] != 0; i++)
        *end++ = groups[i];
    return end;
}

static int open_socket(struct backend_watch *watch)
{
    int groups[3 * WATCH_GROUPS_MAX + 1] = {0};
    int *end = append_groups(groups, watch->kind->groups);

    if (watch_wants(watch, MIB_FAMILY_IPV4))
        end = append_groups(end, watch->kind->groups_ipv4);
    if (watch_wants(watch, MIB_FAMILY_IPV6))
        (void)append_groups(end, watch->kind->groups_ipv6);
    int r = netlink_socket_open_joined(&watch->socket, groups);
    if (r == 0)
        netlink_socket_enlarge(&watch->socket, RECEIVE_BUFFER);
    return r;
}

/* Fills the tables. */
static int initial_dump(struct backend_watch *watch)
{
    int r = 0;

    watch->suppressed = true;
    request_all(watch);
    for (enum resync_scope scope = 0; r >= 0 && scope < SCOPE_COUNT; scope++) {
        r = watch->requests[scope].pending ? RESYNC_AGAIN : RESYNC_DONE;
        while (r == RESYNC_AGAIN)
            r = resync(watch, scope);
        while (r >= 0 && watch->resync.reporting)
            r = report_resync(watch);
    }
    if (r >= 0 && watch->kind->derive)
        r = watch->kind->derive(watch);
    watch->suppressed = false;
    return r < 0 ? r : 0;
}

/* NULL: the table cannot be watched. */
static const struct watch_kind *kind_of(enum mib_table table)
{
#define WATCH_KIND_yes(name) &watch_kind_##name
#define WATCH_KIND_no(name) NULL
    static const struct watch_kind *const kinds[] = {
#define MIB_TABLE(id, name, size, watched) WATCH_KIND_##watched(name),
#include "mib/tables.def"
#undef MIB_TABLE
    };

    return (unsigned int)table < MIB_TABLES ? kinds[table] : NULL;
}

/* The memory whose size depends on kind and table. */
static int allocate(struct backend_watch *watch)
{
    size_t state_size = watch->kind->state_size;

    watch->row = malloc(mib_row_size(watch->table));
    watch->state = state_size > 0 ? calloc(1, state_size) : NULL;
    return watch->row && (watch->state || state_size == 0) ? 0 : -ENOMEM;
}

int backend_watch_open(enum mib_table table, const struct mib_filter *filter,
                       struct backend_watch **ret_watch)
{
    const struct watch_kind *kind = kind_of(table);
    struct backend_watch *watch;
    int r;

    if (!kind)
        return -EOPNOTSUPP;
    watch = calloc(1, sizeof(*watch));
    if (!watch)
        return -ENOMEM;
    watch->kind = kind;
    watch->table = table;
    watch->filter = *filter;
    watch->source_fd = -1;
    watch->change_size = mib_change_size(table);
    r = allocate(watch);
    if (r == 0)
        r = open_socket(watch);
    if (r == 0 && kind->open_state)
        r = kind->open_state(watch);
    if (r == 0)
        r = initial_dump(watch);
    if (r < 0) {
        backend_watch_close(watch);
        return r;
    }
    *ret_watch = watch;
    return 0;
}

struct row_context {
    struct backend_watch *watch;
    const struct instance_table *table;
    backend_sink sink;
    void *context;
    int result;
};

static bool sink_record(void *context, const void *record)
{
    struct row_context *rows = context;

    if (!is_row(rows->watch, rows->table, record))
        return false;
    rows->watch->kind->row(rows->watch, record, rows->watch->row);
    rows->result = rows->sink(rows->context, rows->watch->row, 0);
    return rows->result < 0;
}

int backend_watch_rows(struct backend_watch *watch, backend_sink sink, void *context)
{
    struct row_context rows = {.watch = watch, .sink = sink, .context = context};

    if (watch->kind->derived_rows)
        return watch->kind->derived_rows(watch, sink, context);
    for (size_t i = 0; rows.result == 0 && i < SCOPE_COUNT; i++) {
        rows.table = &watch->instances[i];
        if (instance_table_is_initialised(rows.table))
            instance_table_visit_rows(rows.table, sink_record, &rows);
    }
    return rows.result;
}

void backend_watch_interrupt(struct backend_watch *watch)
{
    netlink_socket_interrupt(&watch->socket);
}

void backend_watch_abandon(struct backend_watch *watch)
{
    if (watch->socket.fd >= 0)
        (void)close(watch->socket.fd);
    if (watch->source_fd >= 0)
        (void)close(watch->source_fd);
    watch->socket.fd = -1;
    watch->source_fd = -1;
}

void backend_watch_close(struct backend_watch *watch)
{
    if (!watch)
        return;
    if (watch->turn.leave)
        watch->turn.leave(watch);
    netlink_socket_close(&watch->socket);
    if (watch->state && watch->kind->clear_state)
        watch->kind->clear_state(watch);
    free(watch->state);
    link_map_clear(&watch->links);
    link_map_clear(&watch->dumped_links);
    for (size_t i = 0; i < SCOPE_COUNT; i++)
        instance_table_clear(&watch->instances[i]);
    free(watch->changes);
    free(watch->row);
    free(watch);
}
