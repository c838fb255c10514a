/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table of paths: the kernel's exceptions, each one destination for which it has learned
 * another MTU or gateway than its route says. The source is the kernel's answer for a packet there,
 * round-trip times are those of TCP. Linux keeps nothing of other destinations.
 */
#include "backend/array.h"
#include "backend/netlink/object/best_route.h"
#include "backend/netlink/object/tcp_metrics.h"
#include "backend/netlink/socket/family.h"
#include "backend/netlink/socket/generic.h"
#include "backend/netlink/table/read.h"
#include "backend/netlink/table/table.h"
#include "mib/row/interface.h"
#include "mib/row/path.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct exceptions {
    struct best_route_message *items;
    size_t count;
    size_t capacity;
    const struct mib_path *key; /* only those with its destination and interface; NULL: all */
};

static bool is_wanted(const struct exceptions *exceptions, const struct best_route_message *message,
                      uint8_t full_length)
{
    const struct mib_path *key = exceptions->key;

    return message->cloned && !message->incoming && message->type == RTN_UNICAST &&
           message->ifindex != 0 && message->prefix_length == full_length &&
           (!key || (key->ifindex == message->ifindex &&
                     memcmp(&key->destination, &message->prefix, sizeof(message->prefix)) == 0));
}

static int take_exception(void *context, const struct nlmsghdr *message)
{
    struct exceptions *exceptions = context;
    struct best_route_message parsed;

    if (best_route_parse(message, &parsed) < 0)
        return 0;
    const struct rtmsg *info = NLMSG_DATA(message);
    if (!is_wanted(exceptions, &parsed, info->rtm_family == AF_INET ? 32 : 128))
        return 0;
    struct best_route_message *items =
        array_make_room(exceptions->items, exceptions->count, &exceptions->capacity,
                        sizeof(*exceptions->items), 16);
    if (!items)
        return -ENOMEM;
    exceptions->items = items;
    exceptions->items[exceptions->count++] = parsed;
    return 0;
}

static int compare(const void *a, const void *b)
{
    const struct best_route_message *x = a;
    const struct best_route_message *y = b;

    if (x->ifindex != y->ifindex)
        return x->ifindex < y->ifindex ? -1 : 1;
    return memcmp(&x->prefix, &y->prefix, sizeof(x->prefix));
}

/* By interface, then by destination. */
static int collect(struct netlink_socket *sock, enum mib_family family,
                   struct exceptions *exceptions)
{
    int r = netlink_socket_request(sock, best_route_request_exceptions(family));

    if (r == 0)
        r = netlink_socket_collect(sock, take_exception, NULL, exceptions);
    if (r == 0 && exceptions->count > 1)
        qsort(exceptions->items, exceptions->count, sizeof(*exceptions->items), compare);
    return r;
}

/* What the rows of one call need. */
struct path_reader {
    struct netlink_socket sock;
    struct netlink_socket generic; /* zeroed where it was not opened */
    uint16_t tcp_metrics;          /* the family's number; 0: the kernel has none */
    bool looked_for_tcp_metrics;
    struct link link; /* of the row before, as a rule that of the next */
    struct mib_interface speeds;
    struct best_route_message answer;
    struct tcp_metrics metrics;
};

static void end(struct path_reader *reader)
{
    netlink_socket_close(&reader->generic);
    netlink_socket_close(&reader->sock);
}

/* -ENODEV: the link has gone meanwhile. */
static int take_link(struct path_reader *reader, uint32_t ifindex)
{
    if (reader->link.ifindex == ifindex)
        return 0;
    reader->link = (struct link){0};
    int r = netlink_read_whole_link(ifindex, NULL, 0, &reader->link);
    if (r < 0)
        return r;
    reader->speeds =
        (struct mib_interface){.ifindex = ifindex, .without = MIB_INTERFACE_WITHOUT_STATISTICS};
    return netlink_table_interface.read_row(&reader->speeds);
}

static int take_answer(void *context, const struct nlmsghdr *message)
{
    struct path_reader *reader = context;

    if (best_route_parse(message, &reader->answer) < 0)
        reader->answer = (struct best_route_message){0};
    return 0;
}

static int take_metrics(void *context, const struct nlmsghdr *message)
{
    struct path_reader *reader = context;

    if (tcp_metrics_parse(message, &reader->metrics) < 0)
        reader->metrics = (struct tcp_metrics){0};
    return 0;
}

/* One question. An error that is the answer is none: then nothing is known. */
static int ask(struct path_reader *reader, struct netlink_socket *sock, struct nl_msg *request,
               netlink_handler handler)
{
    int r = netlink_socket_request(sock, request);

    if (r == 0)
        r = netlink_socket_collect(sock, handler, NULL, reader);
    return r == -ENOMEM || r == -ENOBUFS || r == -EINTR ? r : 0;
}

static int read_source(struct path_reader *reader, struct mib_path *row)
{
    const struct mib_best_route query = {
        .family = row->family, .ifindex = row->ifindex, .destination = row->destination};

    reader->answer = (struct best_route_message){0};
    int r = ask(reader, &reader->sock, best_route_request(&query, false), take_answer);
    if (reader->answer.ifindex == row->ifindex)
        row->source = reader->answer.source;
    return r;
}

/* Opens what TCP's measurements are asked for over, once. */
static int find_tcp_metrics(struct path_reader *reader)
{
    if (reader->looked_for_tcp_metrics)
        return 0;
    reader->looked_for_tcp_metrics = true;
    int r = netlink_socket_open_family(&reader->generic, NETLINK_GENERIC);
    if (r == 0)
        r = generic_find_family(&reader->generic, "tcp_metrics", &reader->tcp_metrics);
    return r == -ENOENT || r == -EPROTONOSUPPORT ? 0 : r;
}

static int read_times(struct path_reader *reader, struct mib_path *row)
{
    int r = find_tcp_metrics(reader);

    if (r < 0 || reader->tcp_metrics == 0)
        return r;
    reader->metrics = (struct tcp_metrics){0};
    r = ask(reader, &reader->generic,
            tcp_metrics_request(reader->tcp_metrics, row->family, &row->destination, &row->source),
            take_metrics);
    row->rtt = reader->metrics.rtt;
    row->rtt_deviation = reader->metrics.rtt_deviation;
    row->last_reachable =
        reader->metrics.age < UINT32_MAX ? (uint32_t)reader->metrics.age : UINT32_MAX;
    return r;
}

static int make_row(struct path_reader *reader, enum mib_family family,
                    const struct best_route_message *exception, struct mib_path *ret)
{
    int r = take_link(reader, exception->ifindex);

    if (r < 0)
        return r;
    bool on_link = exception->gateway_family == MIB_FAMILY_UNSPEC;
    uint32_t mtu = exception->mtu;
    if (mtu == 0)
        mtu = family == MIB_FAMILY_IPV4 ? reader->link.mtu : reader->link.ipv6.mtu;
    *ret = (struct mib_path){
        .ifindex = exception->ifindex,
        .iftype = reader->link.iftype,
        .family = (uint8_t)family,
        .destination = exception->prefix,
        .next_hop_family = on_link ? (uint8_t)family : exception->gateway_family,
        .next_hop = on_link ? exception->prefix : exception->gateway,
        .mtu = mtu,
        .transmit_speed = reader->speeds.transmit_speed,
        .receive_speed = reader->speeds.receive_speed,
    };
    r = read_source(reader, ret);
    return r < 0 ? r : read_times(reader, ret);
}

/* Exceptions that differ in what is no part of the key (the table, the gateway) are one row. */
static int read_family(struct path_reader *reader, enum mib_family family,
                       const struct mib_path *key, backend_sink sink, void *context)
{
    struct exceptions exceptions = {.key = key};
    int r = collect(&reader->sock, family, &exceptions);

    for (size_t i = 0; r == 0 && i < exceptions.count; i++) {
        struct mib_path row;

        if (i > 0 && compare(&exceptions.items[i - 1], &exceptions.items[i]) == 0)
            continue;
        r = make_row(reader, family, &exceptions.items[i], &row);
        if (r == 0)
            r = sink(context, &row, exceptions.count - 1 - i);
        else if (r == -ENODEV)
            r = 0;
    }
    free(exceptions.items);
    return r;
}

static int read_table(const struct mib_filter *filter, backend_sink sink, void *context)
{
    struct path_reader reader = {0};
    int r = netlink_socket_open(&reader.sock);

    if (r == 0 && filter->family != MIB_FAMILY_IPV6)
        r = read_family(&reader, MIB_FAMILY_IPV4, NULL, sink, context);
    if (r == 0 && filter->family != MIB_FAMILY_IPV4 && netlink_has_family(MIB_FAMILY_IPV6))
        r = read_family(&reader, MIB_FAMILY_IPV6, NULL, sink, context);
    end(&reader);
    return r;
}

struct path_search {
    struct mib_path *row; /* the key, and what was found */
    bool found;
};

static int take_row(void *context, const void *memory, size_t more)
{
    struct path_search *search = context;
    const struct mib_path *row = memory;

    (void)more;
    if (mib_addr_is_zero(&search->row->source) ||
        memcmp(&search->row->source, &row->source, sizeof(row->source)) == 0) {
        *search->row = *row;
        search->found = true;
    }
    return 0;
}

static int read_row(void *memory)
{
    struct mib_path *row = memory;
    const struct mib_path key = *row;
    struct path_search search = {.row = row};
    struct path_reader reader = {0};
    struct link link = {0};
    int r = netlink_read_whole_link(key.ifindex, NULL, key.iftype, &link);

    if (r == 0 && !netlink_has_family(key.family))
        r = -EAFNOSUPPORT;
    if (r == 0)
        r = netlink_socket_open(&reader.sock);
    if (r == 0)
        r = read_family(&reader, key.family, &key, take_row, &search);
    end(&reader);
    return r == 0 && !search.found ? -ENOENT : r;
}

/*
 * IPv4's exceptions go by a setting. What IPv6 has for that (net.ipv6.route.flush) runs its
 * collection of garbage, which takes none that has not expired; so they are deleted one by one.
 */
static int forget(struct netlink_socket *sock, const struct best_route_message *exception)
{
    int r = netlink_socket_request(sock, best_route_request_forget(exception));

    if (r == 0)
        r = netlink_socket_collect(sock, NULL, NULL, NULL);
    return r == -ESRCH || r == -ENOENT ? 0 : r;
}

static int flush_ipv6(void)
{
    struct exceptions exceptions = {0};
    struct netlink_socket sock;
    int r = netlink_socket_open(&sock);

    if (r < 0)
        return r;
    r = collect(&sock, MIB_FAMILY_IPV6, &exceptions);
    for (size_t i = 0; r == 0 && i < exceptions.count; i++)
        r = forget(&sock, &exceptions.items[i]);
    free(exceptions.items);
    netlink_socket_close(&sock);
    return r;
}

static int flush(enum mib_family family)
{
    bool ipv4 = family != MIB_FAMILY_IPV6;
    bool ipv6 = family != MIB_FAMILY_IPV4 && netlink_has_family(MIB_FAMILY_IPV6);
    int fd = -1;
    int r = family == MIB_FAMILY_IPV6 && !ipv6 ? -EAFNOSUPPORT : netlink_check_rights();

    if (r < 0)
        return r;
    /* That it can be opened is what may fail: then IPv6's are as they were, too. */
    if (ipv4) {
        fd = open("/proc/sys/net/ipv4/route/flush", O_WRONLY | O_CLOEXEC);
        if (fd < 0)
            return errno == ENOENT ? -EOPNOTSUPP : -errno;
    }
    if (ipv6)
        r = flush_ipv6();
    if (r == 0 && ipv4 && write(fd, "1", 1) != 1)
        r = -errno;
    if (fd >= 0)
        (void)close(fd);
    return r;
}

static int change_row(enum mib_verb verb, const void *row, uint64_t fields)
{
    (void)fields;
    return verb == MIB_VERB_FLUSH ? flush(((const struct mib_path *)row)->family) : -EOPNOTSUPP;
}

const struct netlink_table netlink_table_path = {
    .read_table = read_table,
    .read_row = read_row,
    .change_row = change_row,
};
