/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The port of the host's Teredo client.
 *
 * Nothing tells of the port itself. What tells that it may be another is whatever becomes of tun
 * devices and of addresses in 2001::/32; then a resync looks at the client anew.
 */
#include "backend/netlink/watch/teredo.h"
#include "backend/netlink/watch/teredo_client.h"
#include "backend/netlink/watch/watch.h"
#include "backend/times.h"

#include <errno.h>
#include <string.h>

/* A client whose process has no port yet is looked at so many times more, once a second. */
enum { LOOKS_AT_START = 5 };

static uint32_t hash(const void *record)
{
    (void)record;
    return 0;
}

static bool always(const void *a, const void *b)
{
    (void)a;
    (void)b;
    return true;
}

static int rank(const void *a, const void *b)
{
    (void)a;
    (void)b;
    return 0; /* one instance */
}

static bool same_record(const void *a, const void *b)
{
    const struct mib_teredo *x = a;
    const struct mib_teredo *y = b;

    return x->port == y->port && x->ifindex == y->ifindex;
}

static bool same_row(const void *a, const void *b)
{
    return ((const struct mib_teredo *)a)->port == ((const struct mib_teredo *)b)->port;
}

static const struct instance_ops teredo_ops = {
    .record_size = sizeof(struct mib_teredo),
    .group_hash = hash,
    .same_key = always,
    .same_instance = always,
    .same_record = same_record,
    .rank = rank,
    .same_row = same_row,
};

static void groups(const struct backend_watch *watch, int *ret_groups)
{
    (void)watch;
    *ret_groups++ = RTNLGRP_LINK;
    *ret_groups++ = RTNLGRP_IPV6_IFADDR;
}

static int event(struct backend_watch *watch, const struct nlmsghdr *message)
{
    bool matters;

    if (watch_is_link_message(message)) {
        struct link before;
        struct link *link;
        int r = watch_take_link(watch, message, &before, &link);

        if (r < 0)
            return r;
        matters = teredo_link_matters(&before, link);
    } else {
        matters = teredo_is_address_message(message);
    }
    if (matters) {
        watch->teredo_looks = 0;
        watch_request_resync(watch, SCOPE_IPV6, 0);
    }
    return 0;
}

static bool invalidates(enum resync_scope scope, const struct nlmsghdr *message)
{
    struct link_message link;

    if (scope == SCOPE_LINKS || !watch_is_link_message(message))
        return scope == SCOPE_LINKS ? watch_is_link_message(message)
                                    : teredo_is_address_message(message);
    return (message->nlmsg_type == RTM_NEWLINK || message->nlmsg_type == RTM_DELLINK) &&
           link_parse(message, &link) == 0 && link.is_tun;
}

static bool has_scope(const struct backend_watch *watch, enum resync_scope scope)
{
    (void)watch;
    return scope == SCOPE_LINKS || scope == SCOPE_IPV6;
}

static struct instance_table *table_of(struct backend_watch *watch, enum resync_scope scope)
{
    struct instance_table *table = &watch->instances[scope];

    if (scope == SCOPE_LINKS)
        return NULL;
    if (!instance_table_is_initialised(table))
        instance_table_init(table, &teredo_ops);
    return table;
}

static int take_dumped(void *context, const struct nlmsghdr *message)
{
    struct backend_watch *watch = context;
    struct address_record record;

    if (address_parse(message, &record) == 0)
        teredo_take_address(&watch->links, &record.row);
    return 0;
}

/*
 * To look at a process' descriptors is to hold them for a moment. A tun device of which we hold
 * the last one is gone later than its process, and a client that restarts meanwhile finds the
 * name taken. So a process is left alone that may be about to end: one that was seen, and whose
 * tunnel has not got an address since.
 */
static bool may_be_ending(const struct backend_watch *watch, const struct link *tunnel)
{
    return watch->teredo_seen.ifindex == tunnel->ifindex &&
           (mib_addr_is_zero(&tunnel->teredo_address) ||
            memcmp(&tunnel->teredo_address, &watch->teredo_seen_address,
                   sizeof(tunnel->teredo_address)) == 0);
}

/*
 * The port of the client on the tunnel; 0: not known yet.
 *
 * Where its process cannot be found, the address tells the port: that which the client's server
 * sees, and which is the client's own unless an address translator lies between the two. Not so
 * where the process was seen before, and its port: then it is about to end, and will be heard of.
 */
static int port_of(struct backend_watch *watch, const struct link *tunnel, uint16_t *ret_port)
{
    if (may_be_ending(watch, tunnel)) {
        *ret_port = watch->teredo_seen.port;
        return 0;
    }
    uint16_t port;
    int r = teredo_bound_port(tunnel->name, &port);

    switch (r) {
    case 0:
        watch->teredo_seen = (struct mib_teredo){.ifindex = tunnel->ifindex, .port = port};
        watch->teredo_seen_address = tunnel->teredo_address;
        *ret_port = port;
        return 0;
    case -EINPROGRESS:
    case -ENOENT:
    case -EACCES:
        if (watch->teredo_seen.ifindex == tunnel->ifindex)
            *ret_port = watch->teredo_seen.port;
        else if (r != -EINPROGRESS && !mib_addr_is_zero(&tunnel->teredo_address))
            *ret_port = mib_addr_teredo_port(&tunnel->teredo_address);
        else
            *ret_port = 0;
        return 0;
    default:
        return r;
    }
}

/* A client opens its tunnel first and its port a moment later, which nothing tells of. */
static void look_again_soon(struct backend_watch *watch)
{
    if (watch->teredo_looks == LOOKS_AT_START)
        return;
    watch->teredo_looks++;
    watch->next_expiry = times_now_s() + 1;
}

static int dump(struct backend_watch *watch, enum resync_scope scope, uint32_t ifindex)
{
    const struct link *tunnel = NULL;
    uint16_t port = 0;

    if (scope == SCOPE_LINKS)
        return watch_dump_links(watch);
    teredo_begin_dump(&watch->links, 0);
    int r = watch_collect(watch, address_request_dump(AF_INET6, ifindex), take_dumped);
    if (r == 0)
        r = teredo_find_tunnel(&watch->links, &tunnel);
    if (r == 0 && tunnel)
        r = port_of(watch, tunnel, &port);
    if (r < 0)
        return r;
    watch->teredo_starting = tunnel && port == 0;
    if (watch->teredo_starting)
        look_again_soon(watch);
    if (!tunnel || port == 0)
        return 0;
    const struct mib_teredo row = {
        .ifindex = tunnel->ifindex, .family = MIB_FAMILY_IPV6, .port = port};

    return instance_table_mark_dumped(&watch->instances[scope], &row);
}

static bool on_link(const void *record, uint32_t ifindex)
{
    return ((const struct mib_teredo *)record)->ifindex == ifindex;
}

static void row_of(struct backend_watch *watch, const void *record, void *ret)
{
    (void)watch;
    *(struct mib_teredo *)ret = *(const struct mib_teredo *)record;
}

const struct watch_kind watch_kind_teredo = {
    .groups = groups,
    .event = event,
    .invalidates = invalidates,
    .has_scope = has_scope,
    .table = table_of,
    .dump = dump,
    .on_link = on_link,
    .commit = watch_commit_links,
    .reports_at_once = true,
    .row = row_of,
};

bool watch_teredo_is_starting(const struct backend_watch *watch)
{
    return watch->teredo_starting;
}
