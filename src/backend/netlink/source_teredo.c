/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The port of the host's Teredo client.
 *
 * Nothing tells of the port itself. What tells that it may be another is whatever becomes of tun
 * devices and of addresses in 2001::/32; then a compare looks at the client anew.
 */
#include "backend/netlink/read.h"
#include "backend/netlink/source.h"
#include "backend/netlink/teredo.h"

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

static const struct known_ops teredo_ops = {
    .record_size = sizeof(struct mib_teredo),
    .hash = hash,
    .same_key = always,
    .same_instance = always,
    .same_record = same_record,
    .rank = rank,
    .same_row = same_row,
};

static void groups(const struct backend_source *source, int *ret_groups)
{
    (void)source;
    *ret_groups++ = RTNLGRP_LINK;
    *ret_groups++ = RTNLGRP_IPV6_IFADDR;
}

static int event(struct backend_source *source, const struct nlmsghdr *message)
{
    bool matters;

    if (source_is_link_message(message)) {
        struct link before;
        struct link *link;
        int r = source_take_link(source, message, &before, &link);

        if (r < 0)
            return r;
        matters = teredo_link_matters(&before, link);
    } else {
        matters = teredo_is_address_message(message);
    }
    if (matters) {
        source->teredo_looks = 0;
        source_request_compare(source, COMPARE_IPV6, 0);
    }
    return 0;
}

static bool concerns(enum compare_subject subject, const struct nlmsghdr *message)
{
    struct link_message link;

    if (subject == COMPARE_LINKS || !source_is_link_message(message))
        return subject == COMPARE_LINKS ? source_is_link_message(message)
                                        : teredo_is_address_message(message);
    return (message->nlmsg_type == RTM_NEWLINK || message->nlmsg_type == RTM_DELLINK) &&
           link_parse(message, &link) == 0 && link.is_tun;
}

static bool has_subject(const struct backend_source *source, enum compare_subject subject)
{
    (void)source;
    return subject == COMPARE_LINKS || subject == COMPARE_IPV6;
}

static struct known_table *table_of(struct backend_source *source, enum compare_subject subject)
{
    struct known_table *table = &source->known[subject];

    if (subject == COMPARE_LINKS)
        return NULL;
    if (!table->ops)
        known_table_init(table, &teredo_ops);
    return table;
}

static int take_dumped(void *context, const struct nlmsghdr *message)
{
    struct backend_source *source = context;
    struct address_record record;

    if (address_parse(message, &record) == 0)
        teredo_take_address(&source->links, &record.row);
    return 0;
}

/*
 * To look at a process' descriptors is to hold them for a moment. A tun device of which we hold
 * the last one is gone later than its process, and a client that restarts meanwhile finds the
 * name taken. So a process is left alone that may be about to end: one that was seen, and whose
 * tunnel has not got an address since.
 */
static bool may_be_ending(const struct backend_source *source, const struct link *tunnel)
{
    return source->teredo_seen.ifindex == tunnel->ifindex &&
           (mib_addr_is_zero(&tunnel->teredo_address) ||
            memcmp(&tunnel->teredo_address, &source->teredo_seen_address,
                   sizeof(tunnel->teredo_address)) == 0);
}

/*
 * The port of the client on the tunnel; 0: not known yet.
 *
 * Where its process cannot be found, the address tells the port: that which the client's server
 * sees, and which is the client's own unless an address translator lies between the two. Not so
 * where the process was seen before, and its port: then it is about to end, and will be heard of.
 */
static int port_of(struct backend_source *source, const struct link *tunnel, uint16_t *ret_port)
{
    if (may_be_ending(source, tunnel)) {
        *ret_port = source->teredo_seen.port;
        return 0;
    }
    uint16_t port;
    int r = teredo_bound_port(tunnel->name, &port);

    switch (r) {
    case 0:
        source->teredo_seen = (struct mib_teredo){.ifindex = tunnel->ifindex, .port = port};
        source->teredo_seen_address = tunnel->teredo_address;
        *ret_port = port;
        return 0;
    case -EINPROGRESS:
    case -ENOENT:
    case -EACCES:
        if (source->teredo_seen.ifindex == tunnel->ifindex)
            *ret_port = source->teredo_seen.port;
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
static void look_again_soon(struct backend_source *source)
{
    if (source->teredo_looks == LOOKS_AT_START)
        return;
    source->teredo_looks++;
    source->next_expiry = source_now() + 1;
}

static int dump(struct backend_source *source, enum compare_subject subject, uint32_t ifindex)
{
    const struct link *tunnel = NULL;
    uint16_t port = 0;

    if (subject == COMPARE_LINKS)
        return source_dump_links(source);
    teredo_begin_dump(&source->links, 0);
    int r = source_collect(source, address_request_dump(AF_INET6, ifindex), take_dumped);
    if (r == 0)
        r = teredo_find_tunnel(&source->links, &tunnel);
    if (r == 0 && tunnel)
        r = port_of(source, tunnel, &port);
    if (r < 0)
        return r;
    source->teredo_starting = tunnel && port == 0;
    if (source->teredo_starting)
        look_again_soon(source);
    if (!tunnel || port == 0)
        return 0;
    struct mib_teredo row = {.ifindex = tunnel->ifindex, .port = port};
    return known_table_saw(&source->known[subject], &row);
}

static bool on_link(const void *record, uint32_t ifindex)
{
    return ((const struct mib_teredo *)record)->ifindex == ifindex;
}

static void row_of(struct backend_source *source, const void *record, union mib_row *ret)
{
    (void)source;
    ret->teredo = *(const struct mib_teredo *)record;
}

const struct source_kind source_kind_teredo = {
    .groups = groups,
    .event = event,
    .concerns = concerns,
    .has_subject = has_subject,
    .table = table_of,
    .dump = dump,
    .on_link = on_link,
    .settled = source_settle_links,
    .reports_at_once = true,
    .row = row_of,
};

/* On demand: what a source learns. */

static int take_row(void *context, const union mib_row *row, size_t more)
{
    (void)more;
    *(struct mib_teredo *)context = row->teredo;
    return 0;
}

int backend_read_teredo(struct mib_teredo *ret_teredo)
{
    struct backend_source *source;
    struct mib_teredo row = {0};

    if (!netlink_has_family(MIB_FAMILY_IPV6))
        return -EAFNOSUPPORT;
    int r = backend_source_open(MIB_TABLE_TEREDO, MIB_FAMILY_IPV6, &source);
    if (r < 0)
        return r;
    r = backend_source_rows(source, take_row, &row);
    if (r == 0 && row.port == 0)
        r = source->teredo_starting ? -EINPROGRESS : -ENOENT;
    backend_source_close(source);
    if (r == 0)
        *ret_teredo = row;
    return r;
}
