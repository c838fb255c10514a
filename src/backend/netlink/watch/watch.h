/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How a watch works, for the files that make one kind of source each.
 *
 * One socket, joined to the groups that the kind needs. Its messages are applied to the known
 * table one by one, and each difference becomes a change. Where the kernel is known to keep
 * silent, or messages were lost, a resync with a dump is requested; it runs when the socket is
 * drained, so that a burst of messages ends in one resync.
 *
 * A dump is taken as valid only when no message about what it shows arrived while it ran, and the
 * kernel did not say that it was interrupted. Otherwise it is taken again, a few times at once
 * and then later, when things are calmer; nothing is reported from it meanwhile.
 */
#ifndef SRC_BACKEND_NETLINK_WATCH_WATCH_H
#define SRC_BACKEND_NETLINK_WATCH_WATCH_H

#include "backend/backend.h"
#include "backend/netlink/object/link.h"
#include "backend/netlink/object/nexthop.h"
#include "backend/netlink/object/route.h"
#include "backend/netlink/socket/family.h"
#include "backend/netlink/socket/socket.h"
#include "mib/instance_table.h"
#include "mib/row/teredo.h"

/* What a resync is about, in the order in which they are made. */
enum resync_scope {
    SCOPE_LINKS,    /* links and netconf; the interface rows with them */
    SCOPE_NEXTHOPS, /* nexthop objects */
    SCOPE_IPV4,     /* the rows of one family */
    SCOPE_IPV6,
    SCOPE_COUNT
};

/* The links that a requested resync is limited to; more than fit mean all. */
enum { RESYNC_LINKS_MAX = 4 };

struct resync_request {
    bool pending;
    bool all;
    uint32_t ifindexes[RESYNC_LINKS_MAX];
    size_t count;
};

struct watch_kind {
    /* Multicast groups, 0-terminated. */
    void (*groups)(const struct backend_watch *watch, int *ret_groups);

    /* Applies one multicast message, and requests the resyncs that it calls for. */
    int (*event)(struct backend_watch *watch, const struct nlmsghdr *message);

    /* Whether a message makes a dump of the scope, taken at the same time, doubtful. */
    bool (*invalidates)(enum resync_scope scope, const struct nlmsghdr *message);

    /*
     * Where a dump stays right in everything but what such a message is about: takes that out of
     * the resync, and tells that the dump may be taken as valid. NULL: it never may.
     */
    bool (*exclude)(struct backend_watch *watch, enum resync_scope scope,
                    const struct nlmsghdr *message);

    /* Which scopes there are. */
    bool (*has_scope)(const struct backend_watch *watch, enum resync_scope scope);

    /* The table that holds the rows of a scope; NULL: none. */
    struct instance_table *(*table)(struct backend_watch *watch, enum resync_scope scope);

    /*
     * Sends the dump requests of a scope one after the other, collecting each with
     * watch_collect. ifindex 0: everything, else that link only. What is answered need not be of
     * the family asked for: a kernel without IPv6 answers with all that the other families have.
     */
    int (*dump)(struct backend_watch *watch, enum resync_scope scope, uint32_t ifindex);

    /* Whether a dump of addresses or routes that is limited to one link would show the record. */
    bool (*on_link)(const void *record, uint32_t ifindex);

    /* After a resync: its result is taken as valid (links, nexthops), or all is told (rows). */
    void (*commit)(struct backend_watch *watch, enum resync_scope scope);

    /* What a resync found is told in one go: the rows are asked for afterwards. */
    bool reports_at_once;

    /* Whether a record of the scope's table is shown as a row; NULL: each is. */
    bool (*is_row)(enum resync_scope scope, const void *record);

    /* The row of such a record. */
    void (*row)(struct backend_watch *watch, const void *record, void *ret);

    /*
     * Where a record that is no row came, changed or went: the row that is reported as changed
     * then. False: none. NULL: never any.
     */
    bool (*implied_row)(struct backend_watch *watch, const void *record, void *ret);
};

/* Of each table that is watched: watch_kind_route, …. */
#define WATCH_KIND_yes(name) extern const struct watch_kind watch_kind_##name;
#define WATCH_KIND_no(name)
#define MIB_TABLE(id, name, size, watched) WATCH_KIND_##watched(name)
#include "mib/tables.def"
#undef MIB_TABLE
#undef WATCH_KIND_yes
#undef WATCH_KIND_no

struct backend_watch {
    const struct watch_kind *kind;
    enum mib_table table;
    struct mib_filter filter;
    struct netlink_socket socket;
    struct link_map links;

    /* What is known of each scope, where the kind keeps a table of it. */
    struct instance_table instances[SCOPE_COUNT];

    /* Changes found and not given yet. Reset once all are given, so no ring buffer is needed. */
    uint8_t *changes; /* struct mib_change, each in change_size bytes */
    size_t change_size;
    size_t change_count;
    size_t change_given;
    size_t change_capacity;
    void *row;       /* room for one, for those that are asked for */
    bool suppressed; /* the table is being learned for the first time: nobody is told */

    struct resync_request requests[SCOPE_COUNT];
    bool resyncing;
    enum resync_scope scope;          /* of the resync that is under way */
    struct instance_table *reporting; /* its table while its result is given piece by piece */
    bool invalid;                     /* the dump under way is not to be taken as valid */
    bool recheck;                     /* it may be taken as valid, but another look is due */
    unsigned int tries;               /* resyncs in a row that were not valid */
    uint64_t not_before_ms;           /* CLOCK_BOOTTIME: when the next one may be tried */
    uint64_t quiet_awaited_until_ms;  /* … and how long a resync waits for quiet; 0: not at all */
    const uint32_t *limited_to;       /* the links a resync is limited to, with their number */
    size_t limited_count;

    /* A fresh copy while links or nexthops are resynced; see `commit`. */
    struct link_map dumped_links;
    struct nexthop_map dumped_nexthop_objects;

    /* Routes only. */
    struct instance_table excluded_prefixes; /* prefixes that messages told of during the resync */
    struct nexthop_map nexthop_objects;
    struct route_nexthops nexthops;
    struct instance_table duplicates;        /* IPv6 routes that the kernel has twice … */
    struct instance_table dumped_duplicates; /* … as the resync under way sees it */
    bool ambiguous;         /* what IPv6's messages mean: a resync of everything is requested */
    bool has_mixed_routes;  /* IPv6 nexthops of one prefix with several protocols */
    bool has_shared_routes; /* multipath or nexthop routes: links are not independent */
    bool has_expiring_routes;
    bool awaits_lifetimes; /* a resync is to show when routes expire that routers advertised */

    /* When IPv6 is to be resynced without a message, s of CLOCK_BOOTTIME; 0: not. */
    uint32_t next_expiry;

    /* Teredo only. */
    struct mib_teredo teredo_seen; /* what its client's process had last; ifindex 0: not seen */
    struct mib_addr teredo_seen_address; /* the tunnel's address then */
    bool teredo_starting;                /* there is a client, but its port is not known yet */
    unsigned int teredo_looks;           /* at a client without a port since something happened */
};

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

/* Asks for a resync; ifindex 0: of everything, as one of links always is. */
void watch_request_resync(struct backend_watch *watch, enum resync_scope scope, uint32_t ifindex);

/*
 * For a kind's dump: sends the request, consuming it whatever comes of it, and gives each answer to
 * on_answer. -ENODEV, -ENOENT and -EOPNOTSUPP, which is how the kernel says that there is nothing
 * to show, count as success.
 */
int watch_collect(struct backend_watch *watch, struct nl_msg *request, netlink_handler on_answer);

/* watch_links.c: what every kind does with links. */

/* Dumps links, with their family states, into fresh_links. */
int watch_dump_links(struct backend_watch *watch);

/* A kind's `commit`, where links are all that it commits. */
void watch_commit_links(struct backend_watch *watch, enum resync_scope scope);

/* Whether it is a message about links or netconf. */
bool watch_is_link_message(const struct nlmsghdr *message);

/*
 * Takes such a message into the map. *ret_before is the link as it was (ifindex 0: there was
 * none), *ret_link as it is, NULL where it is gone or the message concerns none.
 */
int watch_take_link(struct backend_watch *watch, const struct nlmsghdr *message,
                    struct link *ret_before, struct link **ret_link);

/* watch_addresses.c: what the kinds that know of addresses do, in a table for each family. */

/* The groups that tell of addresses, and of what makes or changes them in silence; appended. */
int *watch_address_groups(const struct backend_watch *watch, int *groups);

/*
 * After source_take_link: requests the resyncs of addresses that such a message calls for. `link`
 * NULL: it is gone.
 */
void watch_addresses_after_link(struct backend_watch *watch, const struct nlmsghdr *message,
                                const struct link *before, const struct link *link);

/* Takes a message about an address or an advertised prefix; others are none of its business. */
int watch_take_address(struct backend_watch *watch, const struct nlmsghdr *message);

/* A kind's has_subject: links, and the addresses of the families that the watch wants. */
bool watch_has_links_and_families(const struct backend_watch *watch, enum resync_scope scope);

/* For a kind's functions of these names, where the scope is a family. */
bool watch_addresses_concerns(enum resync_scope scope, const struct nlmsghdr *message);
struct instance_table *watch_addresses_table(struct backend_watch *watch, enum resync_scope scope);
int watch_dump_addresses(struct backend_watch *watch, enum resync_scope scope, uint32_t ifindex);
bool watch_address_on_link(const void *record, uint32_t ifindex);

/* The family of a scope's rows. */
static inline enum mib_family family_of(enum resync_scope scope)
{
    return scope == SCOPE_IPV4 ? MIB_FAMILY_IPV4 : MIB_FAMILY_IPV6;
}

static inline enum resync_scope scope_of(enum mib_family family)
{
    return family == MIB_FAMILY_IPV4 ? SCOPE_IPV4 : SCOPE_IPV6;
}

/* The table of a family, where the kind keeps one for each. */
static inline struct instance_table *watch_instances(struct backend_watch *watch,
                                                     enum mib_family family)
{
    return &watch->instances[scope_of(family)];
}

#endif
