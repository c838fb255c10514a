/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How a source works, for the files that make one kind of source each.
 *
 * One socket, joined to the groups that the kind needs. Its messages are applied to the known
 * table one by one, and each difference becomes a change. Where the kernel is known to keep
 * silent, or messages were lost, a compare with a dump is requested; it runs when the socket is
 * drained, so that a burst of messages ends in one compare.
 *
 * A dump is believed only when no message about what it shows arrived while it ran, and the
 * kernel did not say that it was interrupted. Otherwise it is taken again, a few times at once
 * and then later, when things are calmer; nothing is reported from it meanwhile.
 */
#ifndef SRC_BACKEND_NETLINK_SOURCE_H
#define SRC_BACKEND_NETLINK_SOURCE_H

#include "backend/backend.h"
#include "backend/netlink/link.h"
#include "backend/netlink/nexthop.h"
#include "backend/netlink/route.h"
#include "backend/netlink/socket.h"
#include "mib/known_table.h"

/* What a compare is about, in the order in which they are made. */
enum compare_subject {
    COMPARE_LINKS,    /* links and netconf; the interface rows with them */
    COMPARE_NEXTHOPS, /* nexthop objects */
    COMPARE_IPV4,     /* the rows of one family */
    COMPARE_IPV6,
    COMPARE_SUBJECTS
};

/* The links that a requested compare is limited to; more than fit mean all. */
enum { COMPARE_LINKS_MAX = 4 };

struct compare_request {
    bool pending;
    bool all;
    uint32_t ifindexes[COMPARE_LINKS_MAX];
    size_t count;
};

struct source_kind {
    /* Multicast groups, 0-terminated. */
    void (*groups)(const struct backend_source *source, int *ret_groups);

    /* Applies one multicast message, and requests the compares that it calls for. */
    int (*event)(struct backend_source *source, const struct nlmsghdr *message);

    /* Whether a message makes a dump of the subject, taken at the same time, doubtful. */
    bool (*concerns)(enum compare_subject subject, const struct nlmsghdr *message);

    /*
     * Where a dump stays right in everything but what such a message is about: takes that out of
     * the compare, and tells that the dump may be believed. NULL: it never may.
     */
    bool (*shield)(struct backend_source *source, enum compare_subject subject,
                   const struct nlmsghdr *message);

    /* Which subjects there are. */
    bool (*has_subject)(const struct backend_source *source, enum compare_subject subject);

    /* The table that holds the rows of a subject; NULL: none. */
    struct known_table *(*table)(struct backend_source *source, enum compare_subject subject);

    /*
     * Sends the dump requests of a subject one after the other, collecting each with
     * source_collect. ifindex 0: everything, else that link only. What is answered need not be of
     * the family asked for: a kernel without IPv6 answers with all that the other families have.
     */
    int (*dump)(struct backend_source *source, enum compare_subject subject, uint32_t ifindex);

    /* Whether a dump of addresses or routes that is limited to one link would show the record. */
    bool (*on_link)(const void *record, uint32_t ifindex);

    /* After a compare: its result is believed (links, nexthops), or all is told (rows). */
    void (*settled)(struct backend_source *source, enum compare_subject subject);

    /* What a compare found is told in one go: the rows are asked for afterwards. */
    bool reports_at_once;

    /* Whether a record of the subject's table is shown as a row; NULL: each is. */
    bool (*is_row)(enum compare_subject subject, const void *record);

    /* The row of such a record. */
    void (*row)(struct backend_source *source, const void *record, union mib_row *ret);

    /*
     * What is to be told where a record that is no row came, changed or went. False: nothing.
     * NULL: never anything.
     */
    bool (*implied_change)(struct backend_source *source, const void *record,
                           struct mib_change *ret);
};

extern const struct source_kind source_kind_interface;
extern const struct source_kind source_kind_unicast;
extern const struct source_kind source_kind_teredo;
extern const struct source_kind source_kind_route;

struct backend_source {
    const struct source_kind *kind;
    enum mib_table opened_for; /* addresses are of one kind for two tables */
    enum mib_family family;
    struct netlink_socket socket;
    struct link_map links;

    /* What is known of each subject, where the kind keeps a table of it. */
    struct known_table known[COMPARE_SUBJECTS];

    /* Changes found out and not given yet: a ring is not needed, it empties before it fills. */
    struct mib_change *changes;
    size_t change_count;
    size_t change_given;
    size_t change_capacity;
    bool silent; /* the table is being learned for the first time: nobody is told */

    struct compare_request requests[COMPARE_SUBJECTS];
    bool comparing;
    enum compare_subject subject;    /* of the compare that is under way */
    struct known_table *reporting;   /* its table while its result is given piece by piece */
    bool disturbed;                  /* the dump under way is not to be believed */
    bool unsettled;                  /* it may be believed, but another look is due */
    unsigned int tries;              /* compares in a row that were not believed */
    uint64_t not_before_ms;          /* CLOCK_BOOTTIME: when the next one may be tried */
    uint64_t quiet_awaited_until_ms; /* … and how long a compare waits for quiet; 0: not at all */
    const uint32_t *limited_to;      /* the links a compare is limited to, with their number */
    size_t limited_count;

    /* A fresh copy while links or nexthops are compared; see `settled`. */
    struct link_map fresh_links;
    struct nexthop_map fresh_nexthops;

    /* Routes only. */
    struct known_table touched; /* prefixes that messages told of during the compare */
    struct nexthop_map nexthops;
    struct route_legs legs;
    struct known_table doubles;       /* IPv6 routes that the kernel has twice … */
    struct known_table fresh_doubles; /* … as the compare under way sees it */
    bool doubtful;          /* what IPv6's messages mean: a compare of everything is requested */
    bool has_mixed_routes;  /* IPv6 legs of one prefix with several protocols */
    bool has_shared_routes; /* multipath or nexthop routes: links are not independent */
    bool has_expiring_routes;
    bool awaits_lifetimes; /* a compare is to show when routes expire that routers advertised */

    /* When IPv6 is to be compared without a message, s of CLOCK_BOOTTIME; 0: not. */
    uint32_t next_expiry;

    /* Teredo only. */
    struct mib_teredo teredo_seen; /* what its client's process had last; ifindex 0: not seen */
    struct mib_addr teredo_seen_address; /* the tunnel's address then */
    bool teredo_starting;                /* there is a client, but its port is not known yet */
    unsigned int teredo_looks;           /* at a client without a port since something happened */
};

bool source_wants(const struct backend_source *source, enum mib_family family);

/* known_table_put and known_table_drop on one of the source's tables; changes are queued. */
int source_put(struct backend_source *source, struct known_table *table, const void *record);
int source_drop(struct backend_source *source, struct known_table *table, const void *record);

/* Asks for a compare; ifindex 0: of everything, as one of links always is. */
void source_request_compare(struct backend_source *source, enum compare_subject subject,
                            uint32_t ifindex);

/*
 * For a kind's dump: sends the request, consuming it whatever comes of it, and gives each answer to
 * on_answer. -ENODEV, -ENOENT and -EOPNOTSUPP, which is how the kernel says that there is nothing
 * to show, count as success.
 */
int source_collect(struct backend_source *source, struct nl_msg *request,
                   netlink_handler on_answer);

/* CLOCK_BOOTTIME, in s: the time of expiries. */
uint32_t source_now(void);

/* source_links.c: what every kind does with links. */

/* Dumps links, with their IP halves, into fresh_links. */
int source_dump_links(struct backend_source *source);

/* A kind's `settled`, where links are all that it settles: believes what was dumped. */
void source_settle_links(struct backend_source *source, enum compare_subject subject);

/* Whether it is a message about links or netconf. */
bool source_is_link_message(const struct nlmsghdr *message);

/*
 * Takes such a message into the map. *ret_before is the link as it was (ifindex 0: there was
 * none), *ret_link as it is, NULL where it is gone or the message concerns none.
 */
int source_take_link(struct backend_source *source, const struct nlmsghdr *message,
                     struct link *ret_before, struct link **ret_link);

/* source_addresses.c: what the kinds that know of addresses do, in a table for each family. */

/* The groups that tell of addresses, and of what makes or changes them in silence; appended. */
int *source_address_groups(const struct backend_source *source, int *groups);

/*
 * After source_take_link: requests the compares of addresses that such a message calls for. `link`
 * NULL: it is gone.
 */
void source_addresses_after_link(struct backend_source *source, const struct nlmsghdr *message,
                                 const struct link *before, const struct link *link);

/* Takes a message about an address or an advertised prefix; others are none of its business. */
int source_take_address(struct backend_source *source, const struct nlmsghdr *message);

/* A kind's has_subject: links, and the addresses of the families that the source wants. */
bool source_has_links_and_families(const struct backend_source *source,
                                   enum compare_subject subject);

/* For a kind's functions of these names, where the subject is a family. */
bool source_addresses_concerns(enum compare_subject subject, const struct nlmsghdr *message);
struct known_table *source_addresses_table(struct backend_source *source,
                                           enum compare_subject subject);
int source_dump_addresses(struct backend_source *source, enum compare_subject subject,
                          uint32_t ifindex);
bool source_address_on_link(const void *record, uint32_t ifindex);

static inline uint8_t af_of(enum mib_family family)
{
    return family == MIB_FAMILY_IPV4 ? AF_INET : AF_INET6;
}

/* The family of a subject's rows. */
static inline enum mib_family family_of(enum compare_subject subject)
{
    return subject == COMPARE_IPV4 ? MIB_FAMILY_IPV4 : MIB_FAMILY_IPV6;
}

static inline enum compare_subject subject_of(enum mib_family family)
{
    return family == MIB_FAMILY_IPV4 ? COMPARE_IPV4 : COMPARE_IPV6;
}

/* The table of a family, where the kind keeps one for each. */
static inline struct known_table *source_known(struct backend_source *source,
                                               enum mib_family family)
{
    return &source->known[subject_of(family)];
}

#endif
