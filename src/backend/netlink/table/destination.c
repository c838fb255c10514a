/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The query for what RFC 6724 wants to know of a destination: the source by the best route, labels
 * by the kernel's table, the precedence by /etc/gai.conf.
 */
#include "mib/query/destination.h"
#include "backend/gai/precedence.h"
#include "backend/netlink/object/address.h"
#include "backend/netlink/object/address_label.h"
#include "backend/netlink/socket/ask.h"
#include "backend/netlink/socket/family.h"
#include "backend/netlink/table/table.h"
#include "mib/query/best_route.h"

#include <errno.h>
#include <string.h>

/* Of an address that no prefix of the kernel's table is for; its table has ::/0 with this. */
enum { LABEL_OTHER = 1 };

/* One address whose label is looked for. */
struct label_search {
    struct mib_addr address; /* IPv6, or IPv4-mapped */
    uint32_t ifindex;
    uint32_t label;
    int length; /* of the prefix found; -1: none yet */
};

static struct mib_addr mapped(uint8_t family, const struct mib_addr *address)
{
    struct mib_addr ret = {{[10] = 0xff, [11] = 0xff}};

    if (family == MIB_FAMILY_IPV6)
        return *address;
    memcpy(ret.bytes + 12, address->bytes, 4);
    return ret;
}

/* The longest prefix counts, and of equal ones that of the link. */
static int match_label(void *context, const struct nlmsghdr *message)
{
    struct label_search *searches = context;
    struct address_label found;

    if (address_label_parse(message, &found) < 0)
        return 0;
    for (size_t i = 0; i < 2; i++) {
        struct label_search *search = &searches[i];
        int length = 2 * found.length + (found.ifindex != 0);

        if (length <= search->length || (found.ifindex && found.ifindex != search->ifindex) ||
            !precedence_matches(&search->address, &found.prefix, found.length))
            continue;
        search->length = length;
        search->label = found.label;
    }
    return 0;
}

static int find_labels(struct mib_destination *query)
{
    struct label_search searches[] = {
        {mapped(query->family, &query->destination), query->ifindex, LABEL_OTHER, -1},
        {mapped(query->family, &query->source), query->ifindex, LABEL_OTHER, -1},
    };
    int r = netlink_ask(address_label_request_dump(), match_label, searches);

    if (r < 0)
        return r;
    query->label = searches[0].label;
    query->source_label = searches[1].label;
    return 0;
}

struct source_search {
    struct mib_destination *query;
    bool found;
};

static int match_source(void *context, const struct nlmsghdr *message)
{
    struct source_search *search = context;
    struct mib_destination *query = search->query;
    struct address_record record;

    if (address_parse(message, &record) < 0 ||
        memcmp(&record.row.address, &query->source, sizeof(query->source)) != 0)
        return 0;
    query->source_prefix_length = record.row.prefix_length;
    query->source_deprecated = record.row.dad_state == MIB_DAD_DEPRECATED;
    search->found = true;
    return 0;
}

/* On the interface of the route as a rule; a route may name the address of another one. */
static int look_at_source(struct mib_destination *query)
{
    const uint32_t links[] = {query->ifindex, 0};
    struct source_search search = {.query = query};
    int r = 0;

    query->source_prefix_length = query->family == MIB_FAMILY_IPV4 ? 32 : 128;
    for (size_t i = 0; r == 0 && !search.found && i < 2; i++) {
        r = netlink_ask(address_request_dump(af_of(query->family), links[i]), match_source,
                        &search);
        if (r == -ENODEV)
            r = 0; /* the interface has gone meanwhile */
    }
    return r;
}

static int find_source(struct mib_destination *query)
{
    struct mib_best_route route = {
        .ifindex = query->ifindex,
        .family = query->family,
        .destination = query->destination,
    };
    int r = netlink_query_best_route(&route);

    if (r == -ENETUNREACH || r == -ENODEV || r == -EAFNOSUPPORT)
        return 0;
    if (r < 0 || mib_addr_is_zero(&route.source))
        return r;
    query->ifindex = route.ifindex;
    query->iftype = route.iftype;
    query->source = route.source;
    query->reachable = true;
    return look_at_source(query);
}

int netlink_query_destination(void *params)
{
    struct mib_destination *query = params;
    struct mib_destination found = {
        .ifindex = query->ifindex, .family = query->family, .destination = query->destination};
    struct precedence_table precedences;
    struct mib_addr address = mapped(query->family, &query->destination);

    if (!netlink_has_family(MIB_FAMILY_IPV6))
        return -EAFNOSUPPORT;
    int r = find_source(&found);
    if (r == 0)
        r = find_labels(&found);
    if (r == 0)
        r = precedence_read(&precedences);
    if (r < 0)
        return r;
    if (!found.reachable) {
        found.ifindex = 0;
        found.iftype = 0;
    }
    found.precedence = precedence_of(&precedences, &address);
    *query = found;
    return 0;
}
