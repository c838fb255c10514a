/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table of interfaces: one dump of all links, one of all their speeds. Wireless links, which
 * are few, are asked one by one. A row by its key takes no dump.
 */
#include "backend/netlink/object/interface.h"
#include "backend/array.h"
#include "backend/netlink/object/speed.h"
#include "backend/netlink/socket/change.h"
#include "backend/netlink/socket/generic.h"
#include "backend/netlink/table/table.h"

#include <errno.h>
#include <linux/ethtool_netlink.h>
#include <linux/nl80211.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { IFTYPE_IEEE80211 = 71 };

/* A dump beside which links came or went may lack others, and is taken again so many times. */
enum { ATTEMPTS_MAX = 100 };

struct interface_reader {
    struct netlink_socket sock;
    uint8_t without;            /* MIB_INTERFACE_WITHOUT_… */
    struct mib_interface *rows; /* sorted by ifindex once they are all there */
    size_t count;
    size_t capacity;
};

static int take_link(void *context, const struct nlmsghdr *message)
{
    struct interface_reader *reader = context;
    struct link_message link;
    struct mib_interface row;

    if (interface_parse(message, &link, &row) < 0)
        return 0;
    struct mib_interface *rows =
        array_make_room(reader->rows, reader->count, &reader->capacity, sizeof(*rows), 16);
    if (!rows)
        return -ENOMEM;
    reader->rows = rows;
    if (reader->without & MIB_INTERFACE_WITHOUT_STATISTICS)
        interface_clear_counters(&row);
    row.iftype = link_iftype(&link, &reader->sock);
    rows[reader->count++] = row;
    return 0;
}

static int compare(const void *a, const void *b)
{
    const struct mib_interface *x = a;
    const struct mib_interface *y = b;

    return (x->ifindex > y->ifindex) - (x->ifindex < y->ifindex);
}

static int read_links(struct interface_reader *reader)
{
    int r = 0;

    for (unsigned int i = 0; r == 0 && i < ATTEMPTS_MAX; i++) {
        reader->count = 0;
        r = netlink_socket_request(&reader->sock, interface_request_dump(reader->without));
        if (r == 0)
            r = netlink_socket_collect(&reader->sock, take_link, NULL, reader);
        if (!reader->sock.answers_invalid)
            break;
    }
    if (r == 0 && reader->count > 1)
        qsort(reader->rows, reader->count, sizeof(*reader->rows), compare);
    return r;
}

/* Speeds. */

static struct mib_interface *find_row(const struct interface_reader *reader, uint32_t ifindex)
{
    return array_find(reader->rows, reader->count, sizeof(*reader->rows), ifindex);
}

static int take_ethtool(void *context, const struct nlmsghdr *message)
{
    struct interface_reader *reader = context;
    struct link_speed speed;
    struct mib_interface *row;

    if (speed_parse_ethtool(message, &speed) < 0)
        return 0;
    row = find_row(reader, speed.ifindex);
    if (row) {
        row->transmit_speed = speed.transmit;
        row->receive_speed = speed.receive;
    }
    return 0;
}

static void raise_speed(uint64_t *speed, uint64_t to)
{
    if (to != MIB_SPEED_UNKNOWN && (*speed == MIB_SPEED_UNKNOWN || *speed < to))
        *speed = to;
}

/* A link has one station, its access point; if it is an access point itself, the fastest counts. */
static int take_station(void *context, const struct nlmsghdr *message)
{
    struct interface_reader *reader = context;
    struct link_speed speed;
    struct mib_interface *row;

    if (speed_parse_station(message, &speed) < 0)
        return 0;
    row = find_row(reader, speed.ifindex);
    if (row) {
        raise_speed(&row->transmit_speed, speed.transmit);
        raise_speed(&row->receive_speed, speed.receive);
    }
    return 0;
}

static int collect(struct interface_reader *reader, struct netlink_socket *sock,
                   struct nl_msg *request, netlink_handler handler)
{
    int r = netlink_socket_request(sock, request);

    return r < 0 ? r : netlink_socket_collect(sock, handler, NULL, reader);
}

/* The host could not be asked at all. That a link or a kernel has no answer is one, too. */
static bool is_failure(int r)
{
    return r == -ENOMEM || r == -EMFILE || r == -ENFILE || r == -ENOBUFS;
}

static int read_wireless_speeds(struct interface_reader *reader, struct netlink_socket *sock)
{
    uint16_t family = 0;
    int r = 0;

    for (size_t i = 0; !is_failure(r) && i < reader->count; i++) {
        if (reader->rows[i].iftype != IFTYPE_IEEE80211)
            continue;
        if (family == 0)
            r = generic_find_family(sock, NL80211_GENL_NAME, &family);
        if (family == 0)
            break;
        r = collect(reader, sock, speed_request_stations(family, reader->rows[i].ifindex),
                    take_station);
    }
    return r;
}

static int ask_ethtool(struct interface_reader *reader, struct netlink_socket *sock,
                       uint16_t family)
{
    return collect(reader, sock,
                   speed_request_ethtool(family, reader->count == 1 ? reader->rows[0].ifindex : 0),
                   take_ethtool);
}

/*
 * The number of the family is kept, as to find it takes longer than to ask for a speed. ethtool is
 * no module, so that it has one number for as long as the kernel runs; a process that was moved to
 * another kernel is told that there is no such family, and looks for it again.
 */
static int read_ethtool_speeds(struct interface_reader *reader, struct netlink_socket *sock)
{
    static atomic_ushort known;
    uint16_t family = atomic_load_explicit(&known, memory_order_relaxed);
    int r = family == 0 ? -ENOENT : ask_ethtool(reader, sock, family);

    if (r != -ENOENT)
        return r;
    r = generic_find_family(sock, ETHTOOL_GENL_NAME, &family);
    if (r < 0)
        return r;
    atomic_store_explicit(&known, family, memory_order_relaxed);
    return ask_ethtool(reader, sock, family);
}

/* Of all rows; a single one is asked for alone. */
static int read_speeds(struct interface_reader *reader)
{
    struct netlink_socket sock;
    int r = netlink_socket_open_family(&sock, NETLINK_GENERIC);

    if (r < 0)
        return is_failure(r) ? r : 0;
    r = read_ethtool_speeds(reader, &sock);
    if (!is_failure(r))
        r = read_wireless_speeds(reader, &sock);
    netlink_socket_close(&sock);
    return is_failure(r) ? r : 0;
}

/* The verbs. */

static int read_table(const struct mib_filter *filter, backend_sink sink, void *context)
{
    struct interface_reader reader = {0};
    int r = netlink_socket_open(&reader.sock);

    if (r < 0)
        return r;
    if (filter->flags & MIB_FILTER_WITHOUT_STATISTICS)
        reader.without = MIB_INTERFACE_WITHOUT_STATISTICS;
    r = read_links(&reader);
    if (r == 0 && !(filter->flags & MIB_FILTER_WITHOUT_SPEED))
        r = read_speeds(&reader);
    for (size_t i = 0; r == 0 && i < reader.count; i++)
        r = sink(context, &reader.rows[i], reader.count - i - 1);
    free(reader.rows);
    netlink_socket_close(&reader.sock);
    return r;
}

static int read_row(void *memory)
{
    struct mib_interface *row = memory;
    struct interface_reader reader = {.without = row->without};

    /* The kernel's indexes are positive ints; others would not reach it as what they are. */
    if (row->ifindex == 0 || row->ifindex > INT32_MAX)
        return -ENODEV;
    int r = netlink_socket_open(&reader.sock);
    if (r < 0)
        return r;
    r = collect(&reader, &reader.sock, interface_request_one(row->ifindex, row->without),
                take_link);
    if (r == 0 && (reader.count == 0 || (row->iftype && reader.rows[0].iftype != row->iftype)))
        r = -ENODEV;
    if (r == 0 && !(row->without & MIB_INTERFACE_WITHOUT_SPEED))
        r = read_speeds(&reader);
    if (r == 0)
        *row = reader.rows[0];
    free(reader.rows);
    netlink_socket_close(&reader.sock);
    return r;
}

static int change_row(enum mib_verb verb, const void *memory, uint64_t fields)
{
    const struct mib_interface *row = memory;

    if (verb != MIB_VERB_SET || fields != MIB_INTERFACE_FIELD_UP)
        return -EOPNOTSUPP;
    if (row->ifindex == 0 || row->ifindex > INT32_MAX)
        return -ENODEV;
    return netlink_change(interface_request_up(row->ifindex, (row->flags & MIB_INTERFACE_UP) != 0));
}

const struct netlink_table netlink_table_interface = {
    .read_table = read_table,
    .read_row = read_row,
    .change_row = change_row,
};
