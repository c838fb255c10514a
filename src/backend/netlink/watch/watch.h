/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How a watch works, for the files that make one kind of watch each. inner.h is the part that all
 * kinds share. It knows no kind: what differs is data and functions of struct watch_kind, and what
 * only one kind remembers is in the kind's own state.
 *
 * A watch has one socket, joined to the groups that the kind needs. It applies the messages to its
 * instance tables one by one, and each difference becomes a change. Where the kernel is known to
 * announce nothing, or messages were lost, a resync with a dump is requested. It runs when the
 * socket is drained, so that a burst of messages ends in one resync.
 *
 * A dump is valid only when no message about what it shows arrived while it ran, and the kernel did
 * not mark it as interrupted. Otherwise it is taken again: a few times at once, then after pauses.
 * Nothing is reported from a dump that is not valid.
 */
#ifndef SRC_BACKEND_NETLINK_WATCH_WATCH_H
#define SRC_BACKEND_NETLINK_WATCH_WATCH_H

#include "backend/backend.h"
#include "backend/netlink/object/link.h"
#include "backend/netlink/socket/socket.h"
#include "mib/instance_table.h"
#include "mib/watch_counters.h"

/* What one resync looks at. Resyncs of several scopes are made in this order. */
enum resync_scope {
    SCOPE_LINKS,    /* links and netconf, and interface rows */
    SCOPE_NEXTHOPS, /* nexthop objects */
    SCOPE_IPV4,     /* the rows of one family */
    SCOPE_IPV6,
    SCOPE_IPV4_ADDRESSES, /* of kinds that keep routes and addresses */
    SCOPE_IPV6_ADDRESSES,
    SCOPE_COUNT
};

/* More links than this in one request mean all. */
enum { RESYNC_LINKS_MAX = 4 };

struct resync_request {
    bool pending;
    bool all;         /* not limited to the links */
    uint32_t causes;  /* a bit for each enum resync_cause */
    uint32_t counted; /* those of a dump that was not valid, for which this is the next one */
    uint32_t ifindexes[RESYNC_LINKS_MAX];
    size_t count;
};

/* The resync that is under way. */
struct resync {
    enum resync_scope scope;
    struct resync_request request;    /* the links that it is limited to; all: none of them */
    bool dumping;                     /* from its first request until the socket is drained */
    bool invalid;                     /* the dump is not valid */
    const char *flaw;                 /* … for this reason, the first there was */
    bool recheck;                     /* it may be valid, but another resync is due */
    uint64_t began_ms;                /* CLOCK_BOOTTIME */
    struct instance_table *reporting; /* its table while its result is reported piece by piece */
};

/* One scope of one kind. */
struct watch_scope {
    /* Of the records in the scope's table; NULL: it has none. */
    const struct instance_ops *ops;

    /* Whether a message, arriving during a dump of the scope, may make the dump wrong. */
    bool (*invalidates)(enum resync_scope scope, const struct nlmsghdr *message);

    /*
     * Where such a message can make the dump wrong only about what it is about: takes that out of
     * the resync, and returns true. The dump stays valid then. NULL: never.
     */
    bool (*exclude)(struct backend_watch *watch, const struct nlmsghdr *message);

    /*
     * Sends the dump requests one after the other, collecting each with watch_collect. ifindex 0:
     * everything, else that link only. An answer need not be of the family asked for: a kernel
     * without IPv6 answers with all that the other families have.
     */
    int (*dump)(struct backend_watch *watch, enum resync_scope scope, uint32_t ifindex);

    /* Whether a dump that is limited to one link would show the record. */
    bool (*on_link)(const void *record, uint32_t ifindex);

    /* After the last report of a valid dump: takes over what it left beside the table, or NULL. */
    void (*commit)(struct backend_watch *watch);

    /* At the end of any resync: forgets what its dump left beside the table. NULL: nothing. */
    void (*discard)(struct backend_watch *watch);
};

enum { WATCH_GROUPS_MAX = 8 };

struct watch_kind {
    /* Multicast groups, 0-terminated: always, and for each family that the watch wants. */
    int groups[WATCH_GROUPS_MAX];
    int groups_ipv4[WATCH_GROUPS_MAX];
    int groups_ipv6[WATCH_GROUPS_MAX];

    /* NULL: the kind has no such scope. Those of a family exist where the watch wants it. */
    const struct watch_scope *scopes[SCOPE_COUNT];

    /* What backend_watch.state has room for, zeroed at first; clear_state frees what it holds. */
    size_t state_size;
    void (*clear_state)(struct backend_watch *watch);

    /* Before the initial dump; NULL: nothing is to be done then. */
    int (*open_state)(struct backend_watch *watch);

    /* Applies one multicast message, and requests the resyncs that it calls for. */
    int (*event)(struct backend_watch *watch, const struct nlmsghdr *message);

    /* It asks more of the host than a recording has: there is no replay for it. */
    bool asks_host;

    /* A resync's changes are given in one go: programs read the rows after the last of them. */
    bool reports_at_once;

    /* Whether a record of the scope's table is a row; NULL: each is. */
    bool (*is_row)(enum resync_scope scope, const void *record);

    /* The row of such a record. */
    void (*row)(struct backend_watch *watch, const void *record, void *ret);

    /*
     * The row that is reported as changed where a record that is not a row came, changed or went.
     * False: none. NULL: never.
     */
    bool (*implied_row)(struct backend_watch *watch, const void *record, void *ret);

    /*
     * Of kinds whose rows follow from all that is known together, and are in no table: called when
     * that may have changed and no resync is due; reports by watch_report. NULL: there are none.
     * And those rows, for backend_watch_rows.
     */
    int (*derive)(struct backend_watch *watch);
    int (*derived_rows)(struct backend_watch *watch, backend_sink sink, void *context);

    /*
     * Another source of news beside the kernel: which descriptor to wait for, and for what
     * (*ret_events; -1: there is none), and taking one message of it, without waiting: 1, or 0
     * where there is none. NULL: the kind has no such source. backend_watch.source_fd is the
     * kind's to keep.
     */
    int (*source_poll)(struct backend_watch *watch, short *ret_events);
    int (*source_take)(struct backend_watch *watch);
};

/* Of each table that is watched: watch_kind_route, …. */
#define WATCH_KIND_yes(name) extern const struct watch_kind watch_kind_##name;
#define WATCH_KIND_no(name)
#define MIB_TABLE(id, name, size, watched) WATCH_KIND_##watched(name)
#include "mib/tables.def"
#undef MIB_TABLE
#undef WATCH_KIND_yes
#undef WATCH_KIND_no

/* What a watch that shares threads would wait for. */
struct watch_wait {
    bool needed;
    uint32_t limit_ms; /* no longer than that; UINT32_MAX: for ever */
    int source_fd;     /* the kind's other source, or -1 */
    short source_events;
};

/* Its turn at those threads; queue.c's. */
struct watch_turn {
    void (*leave)(struct backend_watch *watch); /* before it is closed; NULL: it shares none */
    void *context;                              /* by which it is given to a thread */
    uint64_t due_ms;                            /* CLOCK_BOOTTIME; UINT64_MAX: never */
    uint32_t place;
    bool waits; /* no thread has it */
};

struct backend_watch {
    const struct watch_kind *kind;
    void *state; /* the kind's own; NULL where it has none */
    enum mib_table table;
    unsigned int number; /* for who reads the log: 1 for the first watch of the process */
    struct mib_filter filter;
    struct netlink_socket socket; /* whose clock is the watch's */
    int source_fd; /* what a forked child has to close of the kind's other source; -1: nothing */

    struct link_map links;
    struct link_map dumped_links; /* by the resync of links that is under way */

    /* What is known of each scope that has a table. */
    struct instance_table instances[SCOPE_COUNT];

    /* Changes found and not given yet. Reset once all are given, so no ring buffer is needed. */
    uint8_t *changes; /* struct mib_change, each in change_size bytes */
    size_t change_size;
    size_t change_count;
    size_t change_given;
    size_t change_capacity;
    void *row;       /* room for one, for those that are asked for */
    bool suppressed; /* the initial dump is under way: nothing is reported */

    struct resync_request requests[SCOPE_COUNT];
    uint32_t look_again_at[SCOPE_COUNT]; /* s, CLOCK_BOOTTIME: requests a resync then; 0: never */
    unsigned int tries[SCOPE_COUNT];     /* of its resyncs in a row that were not valid */
    uint64_t not_before_ms;              /* CLOCK_BOOTTIME: when the next one may be tried */
    unsigned int posted;                 /* answers among the messages that are still to come */
    uint64_t quiet_awaited_until_ms;     /* … and how long it waits for quiet; 0: not at all */
    struct resync resync;
    uint16_t message_type; /* of the event that the kind is given; else 0 */
    counter counters[WATCH_COUNTERS];

    struct watch_turn turn;
    struct watch_wait *would_wait; /* where watch_take says what for; NULL: it waits */
};

/*
 * As backend_watch_wait, but where that would wait: -EAGAIN, and *ret_wait. It does wait for the
 * kernel's answers, as that does.
 */
int watch_take(struct backend_watch *watch, void *changes, size_t size, size_t *ret_count,
               struct watch_wait *ret_wait);

/* The clock of routes' times of expiry: CLOCK_BOOTTIME in s. */
static inline uint32_t watch_now_s(const struct backend_watch *watch)
{
    return (uint32_t)(netlink_socket_now_ms(&watch->socket) / 1000);
}

bool watch_wants(const struct backend_watch *watch, enum mib_family family);

/*
 * A scope's table is initialised when its initial dump begins. What arrives before is ignored: the
 * dump shows it.
 */
static inline bool watch_awaits_initial_dump(const struct instance_table *table)
{
    return !instance_table_is_initialised(table);
}

/* instance_table_put and instance_table_drop on one of the watch's tables; changes are queued. */
int watch_put(struct backend_watch *watch, struct instance_table *table, const void *record);
int watch_drop(struct backend_watch *watch, struct instance_table *table, const void *record);

/* Queues a change of a row that is in no table. -ENOMEM: it is not queued. */
int watch_report(struct backend_watch *watch, enum mib_change_type type, const void *row);

/*
 * Requests a resync because of the message that the kind is given; ifindex 0: of everything, as one
 * of links always is.
 */
void watch_request_resync(struct backend_watch *watch, enum resync_scope scope, uint32_t ifindex);

/*
 * For a scope's dump: sends the request, consuming it whatever comes of it, and gives each answer
 * to on_answer, with the watch as its context. -ENODEV, -ENOENT, -EOPNOTSUPP and -EAFNOSUPPORT, by
 * which the kernel says that there is nothing to show, count as success.
 */
int watch_collect(struct backend_watch *watch, struct nl_msg *request, netlink_handler on_answer);

/*
 * Asks without waiting: the answer comes to the kind's `event`, in its place among the events (see
 * netlink_socket_is_posted). Where it gets lost, everything is looked at again.
 */
int watch_post(struct backend_watch *watch, struct nl_msg *request);

/* Whether nothing that the dump under way shows will count. The initial dump always counts. */
static inline bool watch_dump_is_useless(const struct backend_watch *watch)
{
    return watch->resync.invalid && !watch->suppressed;
}

/* The family of a scope's rows. */
static inline enum mib_family family_of(enum resync_scope scope)
{
    bool ipv4 = scope == SCOPE_IPV4 || scope == SCOPE_IPV4_ADDRESSES;

    return ipv4 ? MIB_FAMILY_IPV4 : MIB_FAMILY_IPV6;
}

static inline enum resync_scope scope_of(enum mib_family family)
{
    return family == MIB_FAMILY_IPV4 ? SCOPE_IPV4 : SCOPE_IPV6;
}

/* The table of a family, where the kind has one for each. */
static inline struct instance_table *watch_instances(struct backend_watch *watch,
                                                     enum mib_family family)
{
    return &watch->instances[scope_of(family)];
}

#endif
