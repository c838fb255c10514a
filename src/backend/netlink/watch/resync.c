/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Resyncs: requested, put off, made and judged. A resync dumps one scope and reports the difference
 * to what is known.
 */
#include "backend/netlink/watch/inner.h"
#include "backend/netlink/watch/watch_log.h"
#include "probes/probes.h"

#include <errno.h>

/* Reports of one resync that are queued at a time. */
enum { REPORTS_AT_ONCE = 256 };

/* A dump that left more than this in the receive buffer gives its memory back. */
enum { TRIM_RECORDS = 256 };

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

/* Where it is requested because of a message: by the kind of that. */
static enum resync_cause cause_of_message(uint16_t type)
{
    static const struct {
        uint16_t type; /* without its verb: RTM_NEW… */
        enum resync_cause cause;
    } causes[] = {
        {RTM_NEWLINK, RESYNC_CAUSE_LINK},       {RTM_NEWADDR, RESYNC_CAUSE_ADDRESS},
        {RTM_NEWROUTE, RESYNC_CAUSE_ROUTE},     {RTM_NEWNEXTHOP, RESYNC_CAUSE_NEXTHOP},
        {RTM_NEWNETCONF, RESYNC_CAUSE_NETCONF}, {RTM_NEWPREFIX, RESYNC_CAUSE_PREFIX},
    };

    for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++)
        if (causes[i].type == type - (type - RTM_BASE) % 4)
            return causes[i].cause;
    return RESYNC_CAUSE_ANSWER;
}

void watch_request_resync(struct backend_watch *watch, enum resync_scope scope, uint32_t ifindex)
{
    resync_request(watch, cause_of_message(watch->message_type), scope, ifindex);
}

void resync_request(struct backend_watch *watch, enum resync_cause cause, enum resync_scope scope,
                    uint32_t ifindex)
{
    struct resync_request *request = &watch->requests[scope];

    if (!scope_at(watch, scope))
        return;
    request->pending = true;
    request->causes |= 1U << cause;
    for (size_t i = 0; i < request->count; i++)
        if (request->ifindexes[i] == ifindex)
            return;
    if (ifindex == 0 || scope == SCOPE_LINKS || request->count == RESYNC_LINKS_MAX)
        request->all = true;
    else
        request->ifindexes[request->count++] = ifindex;
}

/* Requests a resync of all scopes. */
void resync_request_all(struct backend_watch *watch, enum resync_cause cause)
{
    for (enum resync_scope scope = 0; scope < SCOPE_COUNT; scope++)
        resync_request(watch, cause, scope, 0);
}

/* Messages were lost. */
void resync_note_overrun(struct backend_watch *watch)
{
    if (log_wants(LOG_OVERRUN))
        watch_log_overrun(watch);
    watch_invalidate(watch, "messages were lost");
    resync_request_all(watch, RESYNC_CAUSE_OVERRUN);
    if (watch->quiet_awaited_until_ms == 0)
        watch->quiet_awaited_until_ms = netlink_socket_now_ms(&watch->socket) + QUIET_AWAITED_MS;
}

bool resync_is_pending(const struct backend_watch *watch)
{
    for (enum resync_scope scope = 0; scope < SCOPE_COUNT; scope++)
        if (watch->requests[scope].pending)
            return true;
    return false;
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
            int drained = watch_drain(watch);
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
    unsigned int tries = ++watch->tries[watch->resync.scope];

    if (!valid && tries < TRIES_AT_ONCE)
        return;
    unsigned int doublings = valid ? UINT32_MAX : tries - TRIES_AT_ONCE;
    uint64_t calm = doublings < 7 ? (uint64_t)CALM_FIRST_MS << doublings : CALM_LAST_MS;

    if (pause < calm)
        pause = calm < CALM_LAST_MS ? calm : CALM_LAST_MS;
    watch->not_before_ms = netlink_socket_now_ms(&watch->socket) + pause;
}

/* What a resync came to. */
enum resync_result {
    RESYNC_AGAIN,     /* its dump is not valid: nothing has changed, another resync is requested */
    RESYNC_REPORTING, /* its dump is valid; resync_report reports the changes */
    RESYNC_DONE,      /* its dump is valid, and there is nothing to report */
};

/* What was the cause of an invalid dump is the cause of the next one, and is counted once. */
static void count_resync(struct backend_watch *watch, const struct resync_request *request)
{
    for (enum resync_cause cause = 0; cause < RESYNC_CAUSES; cause++)
        if ((request->causes & ~request->counted) >> cause & 1)
            watch_count(watch, WATCH_COUNTER_RESYNCS + cause);
    if (request->counted)
        watch_count(watch, WATCH_COUNTER_RETRIES);
}

/* Takes the request over. From here on messages can make the dump invalid. */
static int resync_begin(struct backend_watch *watch, enum resync_scope scope)
{
    struct resync *resync = &watch->resync;
    struct instance_table *table = table_at(watch, scope);

    *resync = (struct resync){.scope = scope, .request = watch->requests[scope]};
    watch->requests[scope] = (struct resync_request){0};
    watch->quiet_awaited_until_ms = 0;
    count_resync(watch, &resync->request);
    if (log_wants(LOG_RESYNC))
        watch_log_resync(watch);
    /* The dump of links, which comes first in the initial dump, waits for the same lock. */
    int r = watch->suppressed ? 0 : await_kernel(watch);
    if (r < 0)
        return r;
    resync->invalid = false;
    resync->dumping = true;
    resync->began_ms = netlink_socket_now_ms(&watch->socket);
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

    watch_count(watch, WATCH_COUNTER_DUMPS);
    if (resync->request.all)
        r = scope->dump(watch, resync->scope, 0);
    for (size_t i = 0; r == 0 && !resync->request.all && i < resync->request.count; i++)
        r = scope->dump(watch, resync->scope, resync->request.ifindexes[i]);
    if (r == -ENOBUFS && !watch->suppressed) {
        watch_invalidate(watch, "an answer was lost");
        r = 0;
    }
    if (r == 0)
        r = watch_drain(watch);
    resync->dumping = false;
    return r;
}

/* Whether the dump is taken as valid. Where it is not, or not quite, requests another resync. */
static bool resync_judge(struct backend_watch *watch)
{
    const struct resync *resync = &watch->resync;
    /* Before the initial dump nothing is known: a table that may be wrong is better than none. */
    bool must_do = watch->suppressed && watch->tries[resync->scope] + 1 >= TRIES_AT_ONCE;
    bool valid = !resync->invalid || must_do;

    if (resync->invalid || resync->recheck) {
        watch->requests[resync->scope].pending = true;
        watch->requests[resync->scope].all = true;
        watch->requests[resync->scope].causes |= resync->request.causes;
        watch->requests[resync->scope].counted = resync->request.causes;
        defer_resyncs(watch, netlink_socket_now_ms(&watch->socket) - resync->began_ms, valid);
    }
    if (valid)
        watch->tries[resync->scope] = 0;
    return valid;
}

/* Nothing of the dump is kept. */
static void resync_discard(struct backend_watch *watch)
{
    const struct watch_scope *scope = watch->kind->scopes[watch->resync.scope];
    struct instance_table *table = table_at(watch, watch->resync.scope);

    watch_count(watch, WATCH_COUNTER_DISCARDED);
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

    watch_count(watch, WATCH_COUNTER_VALID);
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

/* The part of it that has a dump. */
static int resync_of_dump(struct backend_watch *watch)
{
    int r = resync_dump(watch);
    bool valid = r == 0 && resync_judge(watch);

    if (log_wants(LOG_DUMP))
        watch_log_dump(watch, valid, r, netlink_socket_now_ms(&watch->socket));
    if (valid)
        return (int)resync_commit(watch);
    resync_discard(watch);
    return r < 0 ? r : (int)RESYNC_AGAIN;
}

/* Dumps one scope and finds the difference to what is known. RESYNC_…, or a negative errno. */
static int resync(struct backend_watch *watch, enum resync_scope scope)
{
    PROBE_resync_begin(watch, watch->table, scope, watch->requests[scope].causes);
    int r = resync_begin(watch, scope);
    if (r == 0)
        r = resync_of_dump(watch);
    PROBE_resync_end(watch, watch->table, scope, r);
    return r;
}

/* One requested resync. */
int resync_next(struct backend_watch *watch)
{
    enum resync_scope scope = 0;

    while (!watch->requests[scope].pending)
        scope++;
    int r = resync(watch, scope);
    if (r == RESYNC_DONE)
        r = watch_derive(watch);
    return r < 0 ? r : 0;
}

/* Reports the next changes of those that a resync found. */
int resync_report(struct backend_watch *watch)
{
    struct instance_table *table = watch->resync.reporting;
    bool done = false;
    /* One more than there can be, so that the end is seen. */
    size_t limit = watch->kind->reports_at_once ? table->count + 1 : (size_t)REPORTS_AT_ONCE;
    int r = changes_of_table(watch, table, limit, &done);

    if (r < 0)
        return r;
    if (done)
        resync_end(watch);
    return done && !watch->suppressed ? watch_derive(watch) : 0;
}

/* Fills the tables. */
int resync_initially(struct backend_watch *watch)
{
    int r = 0;

    watch->suppressed = true;
    resync_request_all(watch, RESYNC_CAUSE_OPEN);
    for (enum resync_scope scope = 0; r >= 0 && scope < SCOPE_COUNT; scope++) {
        r = watch->requests[scope].pending ? RESYNC_AGAIN : RESYNC_DONE;
        while (r == RESYNC_AGAIN)
            r = resync(watch, scope);
        while (r >= 0 && watch->resync.reporting)
            r = resync_report(watch);
    }
    if (r >= 0 && watch->kind->derive)
        r = watch->kind->derive(watch);
    watch->suppressed = false;
    return r < 0 ? r : 0;
}
