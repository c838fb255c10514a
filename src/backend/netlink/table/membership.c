/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The tables of multicast groups and of anycast addresses: one dump for each family, beside one of
 * the links. A kernel that does not dump IPv4's groups shows them in /proc; IPv4 has no anycast
 * addresses in Linux.
 */
#include "backend/netlink/object/address.h"
#include "backend/netlink/object/link.h"
#include "backend/netlink/object/membership.h"
#include "backend/netlink/socket/ask.h"
#include "backend/netlink/socket/family.h"
#include "backend/netlink/table/read.h"
#include "backend/netlink/table/table.h"
#include "backend/proc/igmp.h"
#include "mib/row/anycast.h"
#include "mib/row/multicast.h"

#include <errno.h>
#include <string.h>

_Static_assert(sizeof(struct mib_anycast) == sizeof(struct mib_multicast) &&
                   offsetof(struct mib_anycast, address) == offsetof(struct mib_multicast, address),
               "a row of one table is read as one of the other");

/* Who gets what a family has of one kind. */
struct membership_reader {
    enum membership_kind kind;
    bool without_iftype;
    int (*take)(struct membership_reader *reader, const struct membership *membership);
    struct netlink_socket sock;
    struct link_map links;
    backend_sink sink;
    void *context;
    struct mib_multicast *key; /* of the one row that is looked for */
    bool found;
};

static int take_message(void *context, const struct nlmsghdr *message)
{
    struct membership_reader *reader = context;
    struct membership membership;

    if (membership_parse(message, reader->kind, &membership) < 0)
        return 0;
    return reader->take(reader, &membership);
}

static int take_group(void *context, uint32_t ifindex, const uint8_t address[4])
{
    struct membership_reader *reader = context;
    struct membership membership = {.ifindex = ifindex, .family = MIB_FAMILY_IPV4};

    memcpy(membership.address.bytes, address, 4);
    return reader->take(reader, &membership);
}

static int dump(struct membership_reader *reader, struct nl_msg *request, netlink_handler handler)
{
    int r = netlink_socket_request(&reader->sock, request);

    return r < 0 ? r : netlink_socket_collect(&reader->sock, handler, NULL, reader);
}

static int read_family(struct membership_reader *reader, enum mib_family family)
{
    int r = dump(reader, membership_request_dump(reader->kind, family), take_message);

    if (r != -EOPNOTSUPP || family != MIB_FAMILY_IPV4)
        return r;
    return reader->kind == MEMBERSHIP_MULTICAST ? igmp_read(take_group, reader) : 0;
}

/* The whole table. */

static int take_link(void *context, const struct nlmsghdr *message)
{
    struct membership_reader *reader = context;
    struct link_message parsed;
    struct link *link;

    if (link_parse(message, &parsed) < 0)
        return 0;
    return link_map_take_link(&reader->links, &parsed, true, &reader->sock, &link);
}

/* Links that came since they were dumped are passed over. */
static int give(struct membership_reader *reader, const struct membership *membership)
{
    const struct link *link =
        reader->without_iftype ? NULL : link_map_find(&reader->links, membership->ifindex);
    struct mib_multicast row = {
        .ifindex = membership->ifindex,
        .family = (uint8_t)membership->family,
        .address = membership->address,
    };

    if (!link && !reader->without_iftype)
        return 0;
    if (link)
        row.iftype = link->iftype;
    return reader->sink(reader->context, &row, 0);
}

static int read_table(enum membership_kind kind, const struct mib_filter *filter, backend_sink sink,
                      void *context)
{
    struct membership_reader reader = {
        .kind = kind,
        .without_iftype = filter->flags & MIB_FILTER_WITHOUT_IFTYPE,
        .take = give,
        .sink = sink,
        .context = context,
    };
    int r = netlink_socket_open(&reader.sock);

    if (r < 0)
        return r;
    if (!reader.without_iftype)
        r = dump(&reader, link_request_dump(), take_link);
    if (r == 0 && filter->family != MIB_FAMILY_IPV6)
        r = read_family(&reader, MIB_FAMILY_IPV4);
    if (r == 0 && filter->family != MIB_FAMILY_IPV4 && netlink_has_family(MIB_FAMILY_IPV6))
        r = read_family(&reader, MIB_FAMILY_IPV6);
    link_map_clear(&reader.links);
    netlink_socket_close(&reader.sock);
    return r;
}

/* One row. */

static int match(struct membership_reader *reader, const struct membership *membership)
{
    const struct mib_multicast *key = reader->key;

    reader->found |= membership->ifindex == key->ifindex && membership->family == key->family &&
                     memcmp(&membership->address, &key->address, sizeof(key->address)) == 0;
    return 0;
}

static int read_row(enum membership_kind kind, void *row)
{
    struct membership_reader reader = {.kind = kind, .take = match, .key = row};
    struct link link = {0};
    int r = netlink_read_whole_link(reader.key->ifindex, NULL, reader.key->iftype, &link);

    if (r == 0 && !netlink_has_family(reader.key->family))
        r = -EAFNOSUPPORT;
    if (r == 0)
        r = netlink_socket_open(&reader.sock);
    if (r < 0)
        return r;
    r = read_family(&reader, reader.key->family);
    netlink_socket_close(&reader.sock);
    if (r == 0 && !reader.found)
        r = -ENOENT;
    if (r == 0)
        reader.key->iftype = link.iftype;
    return r;
}

static int read_multicast_table(const struct mib_filter *filter, backend_sink sink, void *context)
{
    return read_table(MEMBERSHIP_MULTICAST, filter, sink, context);
}

static int read_multicast_row(void *row)
{
    return read_row(MEMBERSHIP_MULTICAST, row);
}

static int read_anycast_table(const struct mib_filter *filter, backend_sink sink, void *context)
{
    return read_table(MEMBERSHIP_ANYCAST, filter, sink, context);
}

static int read_anycast_row(void *row)
{
    return read_row(MEMBERSHIP_ANYCAST, row);
}

/*
 * No request to the kernel makes or deletes an anycast address of a link: a socket may join one,
 * which ends with the socket. What would be refused on Windows, too, is refused for that reason.
 */
static int change_anycast_row(enum mib_verb verb, const void *row, uint64_t fields)
{
    struct mib_anycast key = *(const struct mib_anycast *)row;
    int r = netlink_ask(address_request_nothing(), NULL, NULL);

    (void)fields;
    if (r < 0 && r != -ENODEV)
        return r;
    r = read_anycast_row(&key);
    if (r == 0 && verb == MIB_VERB_CREATE)
        return -EEXIST;
    if (r == -ENOENT && verb == MIB_VERB_CREATE)
        return -EOPNOTSUPP;
    return r == 0 ? -EOPNOTSUPP : r;
}

const struct netlink_table netlink_table_multicast = {
    .read_table = read_multicast_table,
    .read_row = read_multicast_row,
};

const struct netlink_table netlink_table_anycast = {
    .read_table = read_anycast_table,
    .read_row = read_anycast_row,
    .change_row = change_anycast_row,
};
