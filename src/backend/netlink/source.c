/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/netlink/source.h"
#include "backend/netlink/times.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/*
 * Receive buffer asked for. It takes no memory while it is empty; what does not fit costs a
 * compare and nothing else.
 */
enum { RECEIVE_BUFFER = 32 << 20 };

/* Reports of one compare that are queued at a time. */
enum { REPORTS_AT_ONCE = 256 };

/* A compare that is not believed: so many tries at once, then after these pauses. */
enum { TRIES_AT_ONCE = 3, CALM_FIRST_MS = 20, CALM_LAST_MS = 2000, PAUSE_PER_COMPARE = 4 };

/*
 * After an overrun a compare waits until nothing has arrived for so long, or for the longer time at
 * the most: dumps of a table that changes fast are slow, hold up the changes, overrun the receive
 * buffer once more, and are not believed in the end.
 */
enum { QUIET_MS = 20, QUIET_AWAITED_MS = 2000 };

/* A dump that left more than this in the receive buffer gives its memory back. */
enum { TRIM_RECORDS = 256 };

bool source_wants(const struct backend_source *source, enum mib_family family)
{
    return source->family == MIB_FAMILY_UNSPEC || source->family == family;
}

uint32_t source_now(void)
{
    return (uint32_t)(times_now_ms() / 1000);
}

/* Makes room first, so that a change which the known table has taken in is always told. */
static int reserve_changes(struct backend_source *source, size_t more)
{
    size_t needed = source->change_count + more;
    size_t capacity = source->change_capacity ? source->change_capacity : 8;

    if (needed <= source->change_capacity)
        return 0;
    while (capacity < needed)
        capacity *= 2;
    struct mib_change *changes = reallocarray(source->changes, capacity, sizeof(*changes));
    if (!changes)
        return -ENOMEM;
    source->changes = changes;
    source->change_capacity = capacity;
    return 0;
}

/* Which of the source's tables a report is about. */
struct report_context {
    struct backend_source *source;
    const struct known_table *table;
};

static bool is_row(const struct backend_source *source, const struct known_table *table,
                   const void *record)
{
    enum compare_subject subject = (enum compare_subject)(table - source->known);

    return !source->kind->is_row || source->kind->is_row(subject, record);
}

/* known_report: queues the change. There is room. */
static int queue_change(void *context, enum mib_change_type type, const void *record)
{
    const struct report_context *report = context;
    struct backend_source *source = report->source;
    struct mib_change *change = &source->changes[source->change_count];

    *change = (struct mib_change){.type = type};
    if (is_row(source, report->table, record))
        source->kind->row(source, record, &change->row);
    else if (!source->kind->implied_change || !source->kind->implied_change(source, record, change))
        return 0;
    source->change_count++;
    return 0;
}

/* Nobody is told while the tables are learned for the first time. */
static known_report reporter(const struct backend_source *source)
{
    return source->silent ? NULL : queue_change;
}

int source_put(struct backend_source *source, struct known_table *table, const void *record)
{
    struct report_context report = {.source = source, .table = table};
    int r = reserve_changes(source, 1);

    return r < 0 ? r : known_table_put(table, record, reporter(source), &report);
}

int source_drop(struct backend_source *source, struct known_table *table, const void *record)
{
    struct report_context report = {.source = source, .table = table};
    int r = reserve_changes(source, 1);

    return r < 0 ? r : known_table_drop(table, record, reporter(source), &report);
}

void source_request_compare(struct backend_source *source, enum compare_subject subject,
                            uint32_t ifindex)
{
    struct compare_request *request = &source->requests[subject];

    if (!source->kind->has_subject(source, subject))
        return;
    request->pending = true;
    for (size_t i = 0; i < request->count; i++)
        if (request->ifindexes[i] == ifindex)
            return;
    if (ifindex == 0 || subject == COMPARE_LINKS || request->count == COMPARE_LINKS_MAX)
        request->all = true;
    else
        request->ifindexes[request->count++] = ifindex;
}

/* Asks for a compare of all subjects. */
static void request_all(struct backend_source *source)
{
    for (enum compare_subject subject = 0; subject < COMPARE_SUBJECTS; subject++)
        source_request_compare(source, subject, 0);
}

/* Messages were lost. */
static void note_overrun(struct backend_source *source)
{
    source->disturbed = true;
    request_all(source);
    if (source->quiet_awaited_until_ms == 0)
        source->quiet_awaited_until_ms = times_now_ms() + QUIET_AWAITED_MS;
}

static bool is_compare_pending(const struct backend_source *source)
{
    for (enum compare_subject subject = 0; subject < COMPARE_SUBJECTS; subject++)
        if (source->requests[subject].pending)
            return true;
    return false;
}

/* A message that is not an answer: an event, or an acknowledgement that came to wake us. */
static int handle_event(void *context, const struct nlmsghdr *message)
{
    struct backend_source *source = context;

    if (message->nlmsg_type < NLMSG_MIN_TYPE)
        return 0;
    if (source->comparing && source->kind->concerns(source->subject, message) &&
        !(source->kind->shield && source->kind->shield(source, source->subject, message)))
        source->disturbed = true;
    int r = source->kind->event(source, message);
    if (r == -EBADMSG)
        source->socket.dropped_malformed++;
    return r == -EBADMSG || r == -ENOMSG ? 0 : r;
}

/* The messages of the batch that is there. */
static int handle_batch(struct backend_source *source)
{
    const struct nlmsghdr *message;
    uint64_t cut = source->socket.dropped_cut;
    int r = 0;

    while (r == 0 && (message = netlink_socket_next(&source->socket)))
        r = handle_event(source, message);
    if (source->socket.dropped_cut != cut) {
        source->disturbed = true;
        request_all(source);
    }
    return r;
}

/* Messages until something is there to be told, or the batch is at its end. */
static int handle_until_change(struct backend_source *source, bool *ret_drained)
{
    const struct nlmsghdr *message;
    uint64_t cut = source->socket.dropped_cut;
    bool drained = false;
    int r = 0;

    while (r == 0 && source->change_count == 0 && !drained) {
        message = netlink_socket_next(&source->socket);
        drained = !message;
        if (message)
            r = handle_event(source, message);
    }
    if (source->socket.dropped_cut != cut)
        request_all(source);
    if (r < 0)
        return r;
    *ret_drained = drained;
    return 0;
}

/* Receives a batch. 0 also when nothing is there in time (*ret_empty). */
static int receive(struct backend_source *source, uint32_t timeout_ms, bool *ret_empty)
{
    int r = netlink_socket_receive(&source->socket, timeout_ms);

    if (r == -ENOBUFS)
        note_overrun(source);
    else if (r < 0 && r != -EAGAIN)
        return r;
    *ret_empty = r == -EAGAIN;
    return 0;
}

/* Everything that has arrived. */
static int drain(struct backend_source *source)
{
    bool empty = false;
    int r = handle_batch(source);

    while (r == 0 && !empty) {
        r = receive(source, 0, &empty);
        if (r == 0 && !empty)
            r = handle_batch(source);
    }
    return r;
}

int source_collect(struct backend_source *source, struct nl_msg *request, netlink_handler on_answer)
{
    uint64_t overruns = source->socket.overruns;
    bool disturbed = false;
    int r = netlink_socket_request(&source->socket, request);

    if (r == 0) {
        r = netlink_socket_collect(&source->socket, on_answer, handle_event, source);
        disturbed = source->socket.disturbed;
    }
    if (source->socket.overruns != overruns || r == -ENOBUFS) {
        note_overrun(source);
    } else if (disturbed) {
        source->disturbed = true;
        request_all(source);
    }
    if (r == -ENODEV || r == -ENOENT || r == -EOPNOTSUPP || r == -EAFNOSUPPORT)
        return 0;
    return r;
}

static int ignore_answer(void *context, const struct nlmsghdr *message)
{
    (void)context;
    (void)message;
    return 0;
}

/*
 * The kernel tells of a link going down before it takes the routes away, and dumps do not wait
 * for that to end. This request does: it is answered under the lock that is held meanwhile.
 */
static int await_kernel(struct backend_source *source)
{
    int r = -ENOBUFS;

    /* The answer is lost where the receive buffer has filled up once more: drained, it has room. */
    for (int i = 0; r == -ENOBUFS && i < TRIES_AT_ONCE; i++) {
        r = source_collect(source, link_request_one(LOOPBACK_IFINDEX, NULL), ignore_answer);
        if (r == -ENOBUFS) {
            int drained = drain(source);
            if (drained < 0)
                return drained;
        }
    }
    return r;
}

static bool record_in_scope(void *context, const void *record)
{
    const struct backend_source *source = context;

    for (size_t i = 0; i < source->limited_count; i++)
        if (source->kind->on_link(record, source->limited_to[i]))
            return true;
    return source->limited_count == 0;
}

/*
 * After a compare that is to be made again: the first few times at once, then after a pause in
 * which things may calm down, and which keeps compares of large tables from taking all the time.
 */
static void defer_compares(struct backend_source *source, uint64_t took_ms, bool believed)
{
    uint64_t pause = took_ms * PAUSE_PER_COMPARE;

    source->tries++;
    if (!believed && source->tries < TRIES_AT_ONCE)
        return;
    unsigned int doublings = believed ? UINT32_MAX : source->tries - TRIES_AT_ONCE;
    uint64_t calm = doublings < 7 ? (uint64_t)CALM_FIRST_MS << doublings : CALM_LAST_MS;

    if (pause < calm)
        pause = calm < CALM_LAST_MS ? calm : CALM_LAST_MS;
    source->not_before_ms = times_now_ms() + pause;
}

/*
 * Dumps one subject and compares. 1: believed, either source->reporting is set (there may be
 * something to tell) or all is done. 0: not believed, nothing has changed. Or a negative errno.
 */
static int compare(struct backend_source *source, enum compare_subject subject)
{
    struct compare_request request = source->requests[subject];
    struct known_table *table = source->kind->table(source, subject);
    int r;

    source->requests[subject] = (struct compare_request){0};
    source->quiet_awaited_until_ms = 0;
    source->subject = subject;
    source->limited_to = request.ifindexes;
    source->limited_count = request.all ? 0 : request.count;
    source->disturbed = false;
    /* While learning, the dump of links that comes first waits for the same lock. */
    r = source->silent ? 0 : await_kernel(source);
    if (r < 0)
        return r;
    source->disturbed = false;
    source->unsettled = false;
    source->comparing = true;
    uint64_t began_ms = times_now_ms();
    known_table_clear(&source->touched);
    known_table_clear(&source->fresh_doubles);
    if (table)
        known_table_begin(table);
    if (source->limited_count == 0)
        r = source->kind->dump(source, subject, 0);
    for (size_t i = 0; r == 0 && i < source->limited_count; i++)
        r = source->kind->dump(source, subject, request.ifindexes[i]);
    if (r == -ENOBUFS && !source->silent) {
        source->disturbed = true; /* an answer was lost */
        r = 0;
    }
    if (r == 0)
        r = drain(source);
    source->comparing = false;

    /* The first time there is nothing to fall back on: better a doubtful table, looked at again. */
    bool believed =
        r == 0 && (!source->disturbed || (source->silent && source->tries + 1 >= TRIES_AT_ONCE));
    if (!believed) {
        if (table)
            known_table_abandon(table);
        link_map_clear(&source->fresh_links);
        nexthop_map_clear(&source->fresh_nexthops);
    }
    if (r < 0)
        return r;
    if (!believed || source->disturbed || source->unsettled) {
        struct compare_request *again = &source->requests[subject];
        again->pending = true;
        again->all = true;
        defer_compares(source, times_now_ms() - began_ms, believed);
    }
    if (!believed)
        return 0;
    source->tries = 0;
    if (table) {
        known_table_finish(table, record_in_scope, source);
        if (table->used > TRIM_RECORDS)
            netlink_socket_trim(&source->socket);
        source->reporting = table;
        return 1;
    }
    source->kind->settled(source, subject);
    return 1;
}

/* One requested compare. */
static int compare_next(struct backend_source *source)
{
    enum compare_subject subject = 0;

    while (!source->requests[subject].pending)
        subject++;
    int r = compare(source, subject);
    return r < 0 ? r : 0;
}

/* Goes on with telling what a compare found. */
static int report_compare(struct backend_source *source)
{
    struct report_context report = {.source = source, .table = source->reporting};
    bool done = false;
    /* One more than there can be, so that the end is seen. */
    size_t limit =
        source->kind->reports_at_once ? source->reporting->count + 1 : (size_t)REPORTS_AT_ONCE;
    int r = reserve_changes(source, limit);

    if (r == 0)
        r = known_table_report(source->reporting, reporter(source), &report, limit, &done);
    if (r < 0)
        return r;
    if (done) {
        source->reporting = NULL;
        source->kind->settled(source, source->subject);
    }
    return 0;
}

/* When a wait must end although nothing arrives: ms from now, UINT32_MAX for never. */
static uint32_t wait_limit(const struct backend_source *source, bool *ret_expiry)
{
    uint64_t now = times_now_ms();
    uint64_t limit = UINT32_MAX;

    *ret_expiry = false;
    if (is_compare_pending(source)) {
        limit = source->not_before_ms > now ? source->not_before_ms - now : 0;
        if (source->quiet_awaited_until_ms > now && limit < QUIET_MS)
            limit = QUIET_MS;
    }
    if (source->next_expiry != 0) {
        uint64_t due = (uint64_t)source->next_expiry * 1000;
        uint64_t left = due > now ? due - now : 0;
        if (left < limit) {
            limit = left;
            *ret_expiry = true;
        }
    }
    return (uint32_t)limit;
}

/* One step towards the next change. */
static int step(struct backend_source *source)
{
    bool drained;
    bool empty;
    bool expiry;
    int r;

    if (source->reporting)
        return report_compare(source);
    r = handle_until_change(source, &drained);
    if (r < 0 || !drained)
        return r;
    uint32_t limit = wait_limit(source, &expiry);
    r = receive(source, limit, &empty);
    if (r < 0 || !empty || limit == UINT32_MAX)
        return r;
    /* Drained, and the time has come. */
    if (expiry) {
        source->next_expiry = 0;
        source_request_compare(source, COMPARE_IPV6, 0);
    }
    if (is_compare_pending(source) && times_now_ms() >= source->not_before_ms)
        return compare_next(source);
    return 0;
}

/*
 * After a failure, which is want of memory as a rule, messages may have gone by unheard. A
 * compare finds out, after a pause in which things may get better.
 */
static int recover(struct backend_source *source)
{
    const struct timespec pause = {.tv_nsec = CALM_FIRST_MS * 1000000L};

    request_all(source);
    source->not_before_ms = times_now_ms() + CALM_LAST_MS;
    (void)nanosleep(&pause, NULL);
    return atomic_load(&source->socket.interrupted) ? -EINTR : 0;
}

int backend_source_wait(struct backend_source *source, struct mib_change *changes, size_t max,
                        size_t *ret_count)
{
    while (source->change_count == 0) {
        int r = step(source);
        if (r == -EINTR || r == -EBADF)
            return r;
        if (r < 0)
            r = recover(source);
        if (r < 0)
            return r;
    }
    size_t count = source->change_count - source->change_given;
    if (count > max)
        count = max;
    memcpy(changes, source->changes + source->change_given, count * sizeof(*changes));
    source->change_given += count;
    if (source->change_given == source->change_count) {
        source->change_given = 0;
        source->change_count = 0;
    }
    *ret_count = count;
    return 0;
}

static int join_groups(struct backend_source *source)
{
    int groups[16] = {0};
    int r = 0;

    source->kind->groups(source, groups);
    for (size_t i = 0; r == 0 && groups[i] != 0; i++)
        r = netlink_socket_join(&source->socket, groups[i]);
    return r;
}

/* Learns the tables as they are. */
static int learn(struct backend_source *source)
{
    int r = 0;

    source->silent = true;
    request_all(source);
    for (enum compare_subject subject = 0; r == 0 && subject < COMPARE_SUBJECTS; subject++) {
        bool believed = !source->requests[subject].pending;

        while (r == 0 && !believed) {
            r = compare(source, subject);
            believed = r > 0;
            if (believed)
                r = 0;
        }
        while (r == 0 && source->reporting)
            r = report_compare(source);
    }
    source->silent = false;
    return r;
}

static const struct source_kind *kind_of(enum mib_table table)
{
    switch (table) {
    case MIB_TABLE_IPINTERFACE:
        return &source_kind_interface;
    case MIB_TABLE_UNICAST:
    case MIB_TABLE_STABLE_UNICAST:
        return &source_kind_unicast;
    case MIB_TABLE_ROUTE:
        return &source_kind_route;
    case MIB_TABLE_TEREDO:
        return &source_kind_teredo;
    }
    return NULL;
}

int backend_source_open(enum mib_table table, enum mib_family family,
                        struct backend_source **ret_source)
{
    struct backend_source *source = calloc(1, sizeof(*source));
    int r;

    if (!source)
        return -ENOMEM;
    source->kind = kind_of(table);
    source->opened_for = table;
    source->family = family;
    r = netlink_socket_open(&source->socket);
    if (r == 0) {
        netlink_socket_enlarge(&source->socket, RECEIVE_BUFFER);
        r = join_groups(source);
    }
    if (r == 0)
        r = learn(source);
    if (r < 0) {
        backend_source_close(source);
        return r;
    }
    *ret_source = source;
    return 0;
}

struct row_context {
    struct backend_source *source;
    const struct known_table *table;
    backend_sink sink;
    void *context;
    int result;
};

static bool sink_record(void *context, const void *record)
{
    struct row_context *rows = context;
    union mib_row row;

    if (!is_row(rows->source, rows->table, record))
        return false;
    rows->source->kind->row(rows->source, record, &row);
    rows->result = rows->sink(rows->context, &row, 0);
    return rows->result < 0;
}

int backend_source_rows(struct backend_source *source, backend_sink sink, void *context)
{
    struct row_context rows = {.source = source, .sink = sink, .context = context};

    for (size_t i = 0; rows.result == 0 && i < COMPARE_SUBJECTS; i++) {
        rows.table = &source->known[i];
        if (rows.table->ops)
            known_table_visit_rows(rows.table, sink_record, &rows);
    }
    return rows.result;
}

void backend_source_interrupt(struct backend_source *source)
{
    netlink_socket_interrupt(&source->socket);
}

void backend_source_abandon(struct backend_source *source)
{
    if (source->socket.fd >= 0)
        (void)close(source->socket.fd);
    source->socket.fd = -1;
}

void backend_source_close(struct backend_source *source)
{
    if (!source)
        return;
    netlink_socket_close(&source->socket);
    link_map_clear(&source->links);
    link_map_clear(&source->fresh_links);
    nexthop_map_clear(&source->nexthops);
    nexthop_map_clear(&source->fresh_nexthops);
    route_legs_clear(&source->legs);
    known_table_clear(&source->touched);
    known_table_clear(&source->doubles);
    known_table_clear(&source->fresh_doubles);
    for (size_t i = 0; i < COMPARE_SUBJECTS; i++)
        known_table_clear(&source->known[i]);
    free(source->changes);
    free(source);
}
