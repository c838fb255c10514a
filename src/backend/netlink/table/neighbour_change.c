/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Neighbours and proxies are made, set, deleted and flushed. What a program sees as one row may be
 * a neighbour, a proxy, or a group of which the kernel has no entry; it is looked up first, so that
 * the row that is shown is the one that is changed.
 */
#include "backend/array.h"
#include "backend/netlink/socket/ask.h"
#include "backend/netlink/socket/change.h"
#include "backend/netlink/socket/family.h"
#include "backend/netlink/table/neighbour.h"
#include "backend/netlink/table/read.h"
#include "backend/netlink/table/table.h"

#include <errno.h>
#include <linux/if.h>

/* What a key names. */
enum shown {
    SHOWN_NOT,
    SHOWN_NEIGHBOUR,
    SHOWN_PROXY,
    SHOWN_GROUP,
};

static int refuse(int error)
{
    int r = netlink_check_rights();

    return r < 0 ? r : error;
}

static int find(const struct mib_neighbour *key, const struct link *link, enum shown *ret_shown,
                struct mib_neighbour *ret_row)
{
    enum shown shown = SHOWN_NEIGHBOUR;
    int r = neighbour_read_entry(key, link, false, ret_row);

    if (r == -ENOENT) {
        shown = SHOWN_PROXY;
        r = neighbour_read_entry(key, link, true, ret_row);
    }
    if (r == -ENOENT) {
        shown = neighbour_is_group(key, link, ret_row) ? SHOWN_GROUP : SHOWN_NOT;
        r = 0;
    }
    if (r == 0)
        *ret_shown = shown;
    return r;
}

/* Neighbours. */

static bool has_neighbours(const struct link *link)
{
    return !(link->flags & IFF_LOOPBACK) && link->address_length > 0;
}

/* The kernel takes a longer address, and cuts it. */
static bool fits(const struct mib_neighbour *row, const struct link *link)
{
    return has_neighbours(link) && row->physical_address_length == link->address_length;
}

static int create_neighbour(const struct mib_neighbour *row, const struct link *link,
                            enum shown shown)
{
    struct mib_neighbour found;

    if (shown != SHOWN_NOT)
        return refuse(-EEXIST);
    int r = netlink_change(neighbour_request_put(row, NLM_F_CREATE | NLM_F_EXCL));
    /* An entry that the kernel has set aside, and that no row shows, is no neighbour yet. */
    if (r == -EEXIST && neighbour_read_entry(row, link, false, &found) == -ENOENT)
        r = netlink_change(neighbour_request_put(row, NLM_F_CREATE | NLM_F_REPLACE));
    return r;
}

/* That it is a router is what an IPv6 neighbour says of itself: it stays. */
static int set_neighbour(const struct mib_neighbour *row, enum shown shown,
                         const struct mib_neighbour *found)
{
    struct mib_neighbour changed = *row;

    if (shown == SHOWN_NOT)
        return refuse(-ENOENT);
    if (shown != SHOWN_NEIGHBOUR)
        return netlink_change(neighbour_request_put(row, NLM_F_CREATE | NLM_F_REPLACE));
    changed.router = found->router;
    return netlink_change(neighbour_request_put(&changed, NLM_F_REPLACE));
}

static int delete_neighbour(const struct mib_neighbour *key, enum shown shown)
{
    switch (shown) {
    case SHOWN_NEIGHBOUR:
    case SHOWN_PROXY:
        return netlink_change(neighbour_request_delete(key, shown == SHOWN_PROXY));
    case SHOWN_GROUP:
        return refuse(-EOPNOTSUPP);
    case SHOWN_NOT:
        break;
    }
    return refuse(-ENOENT);
}

static int change_neighbour(enum mib_verb verb, const struct mib_neighbour *row,
                            const struct link *link)
{
    struct mib_neighbour found;
    enum shown shown = SHOWN_NOT;

    if (verb != MIB_VERB_DELETE && !fits(row, link))
        return -EINVAL;
    int r = find(row, link, &shown, &found);
    if (r < 0)
        return r;
    if (verb == MIB_VERB_CREATE)
        return create_neighbour(row, link, shown);
    return verb == MIB_VERB_SET ? set_neighbour(row, shown, &found) : delete_neighbour(row, shown);
}

/* Proxies: the kernel takes one that is there for a new one. */
static int change_proxy(enum mib_verb verb, const struct mib_neighbour *key,
                        const struct link *link)
{
    struct mib_neighbour found;
    int r;

    switch (verb) {
    case MIB_VERB_CREATE:
        if (!has_neighbours(link) || (link->flags & IFF_NOARP))
            return -EINVAL;
        r = neighbour_read_entry(key, link, true, &found);
        if (r == 0)
            return refuse(-EEXIST);
        return r == -ENOENT ? netlink_change(neighbour_request_put_proxy(key)) : r;
    case MIB_VERB_DELETE:
        return netlink_change(neighbour_request_delete(key, true));
    case MIB_VERB_SET:
    case MIB_VERB_FLUSH:
        break;
    }
    return -EOPNOTSUPP;
}

/* Flush. */

/* Entries that traffic makes meanwhile may go or stay; so many times are they looked for. */
enum { FLUSH_ROUNDS = 3 };

struct flush {
    const struct mib_neighbour *what;
    struct netlink_socket sock;
    struct mib_neighbour *rows;
    size_t count;
    size_t capacity;
    bool again; /* entries that were unreachable before are what is left of deleted ones */
};

static bool is_meant(const struct flush *flush, const struct neighbour_message *neighbour)
{
    const struct mib_neighbour *row = &neighbour->row;

    if (flush->what->ifindex && flush->what->ifindex != row->ifindex)
        return false;
    if (row->ifindex == LOOPBACK_IFINDEX && neighbour->has_fixed_address)
        return false;
    return !flush->again || row->state != MIB_NEIGHBOUR_UNREACHABLE;
}

static int collect_entry(void *context, const struct nlmsghdr *message)
{
    struct flush *flush = context;
    struct neighbour_message neighbour;

    if (neighbour_parse(message, &neighbour) < 0 || !is_meant(flush, &neighbour))
        return 0;
    struct mib_neighbour *rows =
        array_make_room(flush->rows, flush->count, &flush->capacity, sizeof(*rows), 64);
    if (!rows)
        return -ENOMEM;
    flush->rows = rows;
    flush->rows[flush->count++] = neighbour.row;
    return 0;
}

static int delete_collected(struct flush *flush)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < flush->count; i++) {
        struct nl_msg *request = neighbour_request_delete(&flush->rows[i], false);

        r = netlink_socket_request(&flush->sock, request);
        if (r == 0)
            r = netlink_socket_collect(&flush->sock, NULL, NULL, NULL);
        if (r == -ENOENT || r == -ENODEV)
            r = 0;
    }
    return r;
}

static int flush_family(struct flush *flush, enum mib_family family)
{
    int r = 0;

    flush->again = false;
    for (int round = 0; r == 0 && round < FLUSH_ROUNDS; round++) {
        flush->count = 0;
        r = netlink_socket_request(&flush->sock, neighbour_request_dump(family, false));
        if (r == 0)
            r = netlink_socket_collect(&flush->sock, collect_entry, NULL, flush);
        if (r == 0 && flush->count == 0)
            break;
        if (r == 0)
            r = delete_collected(flush);
        flush->again = true;
    }
    return r;
}

static int flush_table(const struct mib_neighbour *what)
{
    struct flush flush = {.what = what};
    struct link link;
    int r = netlink_check_rights();

    if (r == 0 && what->ifindex)
        r = netlink_read_whole_link(what->ifindex, NULL, what->iftype, &link);
    if (r == 0 && what->family == MIB_FAMILY_IPV6 && !netlink_has_family(MIB_FAMILY_IPV6))
        r = -EAFNOSUPPORT;
    if (r == 0)
        r = netlink_socket_open(&flush.sock);
    if (r < 0)
        return r;
    if (what->family != MIB_FAMILY_IPV6)
        r = flush_family(&flush, MIB_FAMILY_IPV4);
    if (r == 0 && what->family != MIB_FAMILY_IPV4 && netlink_has_family(MIB_FAMILY_IPV6))
        r = flush_family(&flush, MIB_FAMILY_IPV6);
    netlink_socket_close(&flush.sock);
    free(flush.rows);
    return r;
}

int neighbour_change_row(enum mib_verb verb, const void *memory, uint64_t fields)
{
    const struct mib_neighbour *row = memory;
    struct link link = {0};

    if (verb == MIB_VERB_FLUSH)
        return flush_table(row);
    int r = netlink_read_whole_link(row->ifindex, NULL, row->iftype, &link);
    if (r < 0)
        return r;
    if (!(row->family == MIB_FAMILY_IPV4 ? link.ipv4.exists : link.ipv6.exists))
        return netlink_has_family(row->family) ? -ENODEV : -EAFNOSUPPORT;
    if (fields & MIB_NEIGHBOUR_PROXY)
        return change_proxy(verb, row, &link);
    return change_neighbour(verb, row, &link);
}
