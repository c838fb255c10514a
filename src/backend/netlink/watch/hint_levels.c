/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How far packets get, as follows from what the watch of hints knows: docs/MAPPING.md has the
 * rules. A link that carries has local access by an address, and access to the Internet by a
 * default route of a family of which the host has an address that is more than link-local.
 */
#include "backend/array.h"
#include "backend/netlink/object/address.h"
#include "backend/netlink/watch/hint.h"

#include <errno.h>
#include <linux/if.h>
#include <stdlib.h>
#include <string.h>

enum { FAMILIES = 2 };

static const enum mib_family families[FAMILIES] = {MIB_FAMILY_IPV4, MIB_FAMILY_IPV6};
static const enum resync_scope address_scopes[FAMILIES] = {SCOPE_IPV4_ADDRESSES,
                                                           SCOPE_IPV6_ADDRESSES};

/* A link with a default route. */
struct way {
    const struct link *link;
    uint64_t metrics[FAMILIES]; /* of its default routes; NO_ROUTE: there is none */
    struct mib_hint hint;
};

#define NO_ROUTE UINT64_MAX

static bool carries(const struct link *link)
{
    const uint32_t needed = IFF_UP | IFF_LOWER_UP;

    return link->present && (link->flags & needed) == needed && !(link->flags & IFF_LOOPBACK);
}

static bool is_usable(const struct mib_unicast *address)
{
    return address->dad_state == MIB_DAD_PREFERRED || address->dad_state == MIB_DAD_DEPRECATED;
}

/* ---- Addresses --------------------------------------------------------------------------------
 */

static bool is_of_loopback(const struct mib_unicast *address)
{
    static const struct mib_addr ipv6_loopback = {.bytes = {[15] = 1}};

    return address->family == MIB_FAMILY_IPV4
               ? address->address.bytes[0] == 127
               : memcmp(&address->address, &ipv6_loopback, sizeof(ipv6_loopback)) == 0;
}

static bool is_link_local(const struct mib_unicast *address)
{
    const uint8_t *bytes = address->address.bytes;

    return address->family == MIB_FAMILY_IPV4 ? bytes[0] == 169 && bytes[1] == 254
                                              : bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;
}

/* For instance_table_visit_rows. Linux uses an address on whatever link it is. */
static bool reaches_far(void *context, const void *record)
{
    const struct mib_unicast *address = &((const struct address_record *)record)->row;

    (void)context;
    return is_usable(address) && !is_of_loopback(address) && !is_link_local(address);
}

static bool host_has_address(const struct backend_watch *watch, size_t family)
{
    return instance_table_visit_rows(&watch->instances[address_scopes[family]], reaches_far, NULL);
}

/* For instance_table_visit_rows: the lowest link that carries and has an address. */
struct lowest {
    const struct link_map *links;
    uint32_t ifindex; /* 0: none */
};

static bool take_lowest(void *context, const void *record)
{
    const struct mib_unicast *address = &((const struct address_record *)record)->row;
    struct lowest *lowest = context;

    if (!is_usable(address) || (lowest->ifindex != 0 && lowest->ifindex <= address->ifindex))
        return false;
    const struct link *link = link_map_find(lowest->links, address->ifindex);
    if (link && carries(link))
        lowest->ifindex = link->ifindex;
    return false;
}

/* For instance_table_visit_rows: sets the bits of links that have an address, by their places. */
struct addressed {
    const struct link_map *links;
    bool *has_address;
};

static bool take_addressed(void *context, const void *record)
{
    const struct mib_unicast *address = &((const struct address_record *)record)->row;
    const struct addressed *addressed = context;
    const struct link *link = link_map_find(addressed->links, address->ifindex);

    if (link && is_usable(address))
        addressed->has_address[link - addressed->links->links] = true;
    return false;
}

/* ---- Default routes ---------------------------------------------------------------------------
 */

/* Of one family's default routes. */
struct defaults {
    uint64_t rejecting; /* the lowest metric of one that rejects, which hides those above it */
    uint32_t ifindex;   /* of this link only; 0: of all */
    uint64_t metric;    /* the lowest of the link's */
};

static bool is_for_all_traffic(const struct route_record *route)
{
    /* An IPv4 route of a TOS is for such packets only; IPv6's instance_id is another thing. */
    return !(route->flags & ROUTE_NOT_SHOWN) &&
           ((route->flags & ROUTE_IPV6) || route->instance_id == 0);
}

static bool take_rejecting(void *context, const void *record)
{
    const struct route_record *route = record;
    struct defaults *defaults = context;
    bool rejects = route->type != RTN_UNICAST && !(route->flags & ROUTE_SOURCE_PREFIX);

    if (is_for_all_traffic(route) && rejects && route->metric < defaults->rejecting)
        defaults->rejecting = route->metric;
    return false;
}

static bool take_metric(void *context, const void *record)
{
    const struct route_record *route = record;
    struct defaults *defaults = context;

    if (is_for_all_traffic(route) && route->type == RTN_UNICAST &&
        route->ifindex == defaults->ifindex && route->metric < defaults->rejecting &&
        route->metric < defaults->metric)
        defaults->metric = route->metric;
    return false;
}

/* ---- Links ------------------------------------------------------------------------------------
 */

/* What the host has of each family, looked at once for all links. */
struct host {
    bool has_address[FAMILIES];
    uint64_t rejecting[FAMILIES];
};

static struct host look_at_host(const struct backend_watch *watch)
{
    struct host host;

    for (size_t i = 0; i < FAMILIES; i++) {
        const struct instance_table *table = &watch->instances[scope_of(families[i])];
        struct defaults defaults = {.rejecting = NO_ROUTE};

        host.has_address[i] = table->count > 0 && host_has_address(watch, i);
        if (host.has_address[i])
            (void)instance_table_visit_all(table, take_rejecting, &defaults);
        host.rejecting[i] = defaults.rejecting;
    }
    return host;
}

static uint8_t cost_of(const struct manager_device *device)
{
    switch (device ? device->metered : MANAGER_METERED_UNKNOWN) {
    case MANAGER_METERED_YES:
    case MANAGER_METERED_GUESS_YES:
        return MIB_HINT_COST_FIXED;
    case MANAGER_METERED_NO:
    case MANAGER_METERED_GUESS_NO:
        return MIB_HINT_COST_UNRESTRICTED;
    default:
        return MIB_HINT_COST_UNKNOWN;
    }
}

/* A default route that NetworkManager has tried. */
static uint8_t level_of_connectivity(uint32_t connectivity)
{
    switch (connectivity) {
    case MANAGER_CONNECTIVITY_PORTAL:
        return MIB_HINT_LEVEL_CONSTRAINED;
    case MANAGER_CONNECTIVITY_LIMITED:
        return MIB_HINT_LEVEL_LOCAL;
    default:
        return MIB_HINT_LEVEL_INTERNET; /* or it does not know yet, or the link is not its own */
    }
}

static unsigned int rank_of(uint8_t level)
{
    static const uint8_t ranks[] = {
        [MIB_HINT_LEVEL_NONE] = 0,
        [MIB_HINT_LEVEL_LOCAL] = 1,
        [MIB_HINT_LEVEL_CONSTRAINED] = 2,
        [MIB_HINT_LEVEL_INTERNET] = 3,
    };

    return ranks[level];
}

static const struct manager_device *device_of(const struct backend_watch *watch,
                                              const struct link *link)
{
    const struct manager *manager = hint_state_of(watch)->manager;

    return manager ? manager_find(manager, link->name) : NULL;
}

static struct mib_hint hint_of(const struct backend_watch *watch, const struct link *link,
                               uint8_t level)
{
    return (struct mib_hint){.ifindex = link->ifindex,
                             .iftype = link->iftype,
                             .level = level,
                             .cost = cost_of(device_of(watch, link))};
}

/*
 * The level of the family that gets furthest. The kernel knows of ways only, NetworkManager tries
 * them; of a family without a default route it says that it is limited, which tells nothing.
 */
static uint8_t level_of_way(const struct backend_watch *watch, const struct way *way)
{
    const struct manager *manager = hint_state_of(watch)->manager;
    const struct manager_device *device = device_of(watch, way->link);
    uint8_t best = MIB_HINT_LEVEL_NONE;

    if (!device || !manager_checks(manager))
        return MIB_HINT_LEVEL_INTERNET;
    for (size_t i = 0; i < FAMILIES; i++) {
        uint8_t level = level_of_connectivity(device->connectivity[i]);

        if (way->metrics[i] != NO_ROUTE && rank_of(level) > rank_of(best))
            best = level;
    }
    return best;
}

/* Whether the link carries and has a default route that counts. */
static bool find_way(const struct backend_watch *watch, const struct host *host,
                     const struct link *link, struct way *ret)
{
    struct way way = {.link = link};
    bool found = false;

    if (!carries(link))
        return false;
    for (size_t i = 0; i < FAMILIES; i++) {
        struct defaults defaults = {
            .rejecting = host->rejecting[i], .ifindex = link->ifindex, .metric = NO_ROUTE};

        if (host->has_address[i])
            (void)instance_table_visit_all(&watch->instances[scope_of(families[i])], take_metric,
                                           &defaults);
        way.metrics[i] = defaults.metric;
        found = found || defaults.metric != NO_ROUTE;
    }
    if (!found)
        return false;
    way.hint = hint_of(watch, link, level_of_way(watch, &way));
    *ret = way;
    return true;
}

/* ---- The host ---------------------------------------------------------------------------------
 */

/* The way that gets further; of those the one that the kernel prefers, IPv4's before IPv6's. */
static bool is_better(const struct way *way, const struct way *than)
{
    unsigned int rank = rank_of(way->hint.level);
    unsigned int other = rank_of(than->hint.level);

    if (rank != other)
        return rank > other;
    for (size_t i = 0; i < FAMILIES; i++)
        if (way->metrics[i] != than->metrics[i])
            return way->metrics[i] < than->metrics[i];
    return way->link->ifindex < than->link->ifindex;
}

/* For instance_table_visit_all: the best way among the links of default routes. */
struct choice {
    const struct backend_watch *watch;
    const struct host *host;
    struct way best; /* link NULL: none yet */
};

static bool take_way(void *context, const void *record)
{
    const struct route_record *route = record;
    struct choice *choice = context;
    const struct link *link = link_map_find(&choice->watch->links, route->ifindex);
    struct way way;

    if (link && link != choice->best.link && find_way(choice->watch, choice->host, link, &way) &&
        (!choice->best.link || is_better(&way, &choice->best)))
        choice->best = way;
    return false;
}

void watch_hint_of_host(struct backend_watch *watch, struct mib_hint *ret)
{
    const struct host host = look_at_host(watch);
    struct choice choice = {.watch = watch, .host = &host};
    struct lowest lowest = {.links = &watch->links};

    for (size_t i = 0; i < FAMILIES; i++)
        (void)instance_table_visit_all(&watch->instances[scope_of(families[i])], take_way, &choice);
    for (size_t i = 0; !choice.best.link && i < FAMILIES; i++)
        (void)instance_table_visit_rows(&watch->instances[address_scopes[i]], take_lowest, &lowest);

    const struct link *local = link_map_find(&watch->links, lowest.ifindex);
    if (choice.best.link)
        *ret = choice.best.hint;
    else if (local)
        *ret = hint_of(watch, local, MIB_HINT_LEVEL_LOCAL);
    else
        *ret = (struct mib_hint){.level = MIB_HINT_LEVEL_NONE};
    ret->ifindex = 0;
    ret->iftype = 0;
}

int watch_hint_rows(struct backend_watch *watch, backend_sink sink, void *context)
{
    const struct host host = look_at_host(watch);
    const struct link_map *links = &watch->links;
    struct addressed addressed = {.links = links};
    struct mib_hint hint;
    int r;

    addressed.has_address = calloc(links->count + 1, sizeof(*addressed.has_address));
    if (!addressed.has_address)
        return -ENOMEM;
    for (size_t i = 0; i < FAMILIES; i++)
        (void)instance_table_visit_rows(&watch->instances[address_scopes[i]], take_addressed,
                                        &addressed);
    watch_hint_of_host(watch, &hint);
    r = sink(context, &hint, links->count);
    for (size_t i = 0; r == 0 && i < links->count; i++) {
        const struct link *link = &links->links[i];
        struct way way;
        bool local = carries(link) && addressed.has_address[i];

        if (!link->present)
            continue;
        if (find_way(watch, &host, link, &way))
            hint = way.hint;
        else
            hint = hint_of(watch, link, local ? MIB_HINT_LEVEL_LOCAL : MIB_HINT_LEVEL_NONE);
        r = sink(context, &hint, 0);
    }
    free(addressed.has_address);
    return r;
}
