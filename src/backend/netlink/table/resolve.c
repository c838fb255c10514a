/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A neighbour's link-layer address, asked of the neighbour.
 *
 * The kernel asks (ARP, ND), as if it had something to send: who may change neighbours makes it do
 * so by a request, after what was known has been deleted; others send a datagram. What comes of it
 * is heard over the group of neighbours' changes. Two answers count: REACHABLE, which the kernel
 * says when the neighbour itself has answered, and FAILED.
 */
#include "backend/netlink/object/address.h"
#include "backend/netlink/object/best_route.h"
#include "backend/netlink/object/neighbour.h"
#include "backend/netlink/socket/ask.h"
#include "backend/netlink/socket/family.h"
#include "backend/netlink/table/neighbour.h"
#include "backend/netlink/table/read.h"
#include "backend/netlink/table/table.h"
#include "backend/times.h"
#include "mib/query/resolve.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

/*
 * How long an answer is waited for, in ms. The kernel asks three times, a second apart. Without
 * rights, what it knows from earlier cannot be deleted: it uses that for five seconds, and asks
 * three times then.
 */
enum { WAIT_FIRST = 3500, WAIT_AGAIN = 9500 };

struct resolution {
    const struct mib_resolve *question;
    bool has_source;
    struct mib_neighbour key; /* the question's, with the interface */
    struct link link;

    /* Whose addresses they are: 0, nobody's of this host. */
    uint32_t owner;        /* of the address */
    uint32_t source_owner; /* of the source */

    struct netlink_socket requests;
    struct netlink_socket events; /* may lose some: apart, lest an answer be lost */
    bool found;
    struct mib_neighbour row; /* the kernel's entry, where found */
};

static bool is_same(const struct mib_addr *a, const struct mib_addr *b)
{
    return memcmp(a, b, sizeof(*a)) == 0;
}

/* The host's own addresses. */

static int take_address(void *context, const struct nlmsghdr *message)
{
    struct resolution *resolution = context;
    const struct mib_resolve *question = resolution->question;
    struct address_record record;

    if (address_parse(message, &record) < 0)
        return 0;
    if (question->ifindex && question->ifindex != record.row.ifindex)
        return 0;
    if (is_same(&record.row.address, &question->row.address))
        resolution->owner = record.row.ifindex;
    if (is_same(&record.row.address, &question->source))
        resolution->source_owner = record.row.ifindex;
    return 0;
}

static int take_link_address(void *context, const struct nlmsghdr *message)
{
    struct mib_neighbour *row = context;
    struct link_message link;

    if (link_parse(message, &link) < 0 || !link.address ||
        link.address_length > sizeof(row->physical_address))
        return 0;
    memcpy(row->physical_address, link.address, link.address_length);
    row->physical_address_length = link.address_length;
    return 0;
}

/* The host is no neighbour of its own, but whoever asks for its address is told it. */
static int answer_for_host(struct resolution *resolution)
{
    struct mib_neighbour *row = &resolution->row;

    *row = resolution->key;
    row->state = MIB_NEIGHBOUR_PERMANENT;
    if (resolution->link.flags & IFF_LOOPBACK)
        return -EHOSTUNREACH;
    int r = netlink_ask(link_request_one(row->ifindex, NULL), take_link_address, row);
    return r == 0 && row->physical_address_length == 0 ? -EHOSTUNREACH : r;
}

/* Which way the address is. */

static int take_way(void *context, const struct nlmsghdr *message)
{
    return best_route_parse(message, context) < 0 ? -EIO : 0;
}

/* The errors of routes: none, unreachable, prohibit, blackhole, throw, a link that is down. */
static int unreachable_for(int error)
{
    switch (error) {
    case -ENETUNREACH:
    case -EACCES:
    case -EINVAL:
    case -EAGAIN:
    case -ENETDOWN:
        return -EHOSTUNREACH;
    default:
        return error;
    }
}

static int ask_way(const struct mib_neighbour *key, bool in_table, struct best_route_message *ret)
{
    const struct mib_best_route question = {
        .family = key->family,
        .ifindex = key->ifindex,
        .destination = key->address,
    };
    struct best_route_message way = {0};
    int r = netlink_ask(best_route_request(&question, in_table), take_way, &way);

    if (r == 0)
        *ret = way;
    return unreachable_for(r);
}

/*
 * On-link by key->ifindex, or, where that is 0, by the best route's interface, which is set. The
 * table is asked first: the kernel takes an IPv4 address that no route of the interface has for one
 * that is on-link.
 */
static int find_way(struct mib_neighbour *key)
{
    struct best_route_message way = {0};
    int r = 0;

    if (key->family == MIB_FAMILY_IPV4 && key->ifindex)
        r = ask_way(key, true, &way);
    if (r == 0)
        r = ask_way(key, false, &way);
    if (r < 0)
        return r;
    if (way.type != RTN_UNICAST || way.gateway_family || way.ifindex == 0)
        return -EHOSTUNREACH;
    key->ifindex = way.ifindex;
    return 0;
}

/* Decides on the interface; *ret_own: the address is the host's own, and on it. */
static int choose_interface(struct resolution *resolution, bool *ret_own)
{
    const struct mib_resolve *question = resolution->question;
    struct mib_neighbour *key = &resolution->key;
    bool is_unicast = mib_addr_is_unicast(key->family, &key->address);
    int r = netlink_ask(address_request_dump(af_of(key->family), key->ifindex), take_address,
                        resolution);

    if (r < 0)
        return r;
    if (resolution->has_source && !resolution->source_owner)
        return -EADDRNOTAVAIL;
    if (resolution->has_source && !key->ifindex)
        key->ifindex = resolution->source_owner;
    bool own = resolution->owner && (key->ifindex == 0 || key->ifindex == resolution->owner);
    if (own)
        key->ifindex = resolution->owner;
    else if (is_unicast || !key->ifindex)
        r = find_way(key);
    if (r == 0)
        r = netlink_read_whole_link(key->ifindex, NULL, question->iftype, &resolution->link);
    if (r == 0)
        *ret_own = own;
    return r;
}

/* The kernel's entry. */

/* Whether the message is about the neighbour that is asked for; then its row is taken. */
static bool take_entry(struct resolution *resolution, const struct nlmsghdr *message)
{
    struct neighbour_message neighbour;

    if (message->nlmsg_type != RTM_NEWNEIGH || neighbour_parse(message, &neighbour) < 0 ||
        !neighbour_same_key(&neighbour.row, &resolution->key) ||
        !neighbour_complete(&neighbour, &resolution->link))
        return false;
    resolution->row = neighbour.row;
    resolution->found = true;
    return true;
}

static int take_answer(void *context, const struct nlmsghdr *message)
{
    (void)take_entry(context, message);
    return 0;
}

static int request(struct resolution *resolution, struct nl_msg *message, netlink_handler handler)
{
    int r = netlink_socket_request(&resolution->requests, message);

    return r < 0 ? r : netlink_socket_collect(&resolution->requests, handler, NULL, resolution);
}

static int read_entry(struct resolution *resolution)
{
    resolution->found = false;
    int r = request(resolution, neighbour_request_one(&resolution->key, false), take_answer);
    return r == -ENOENT ? 0 : r;
}

static bool is_in_state(const struct resolution *resolution, enum mib_neighbour_state state)
{
    return resolution->found && resolution->row.state == (uint8_t)state;
}

static bool is_answered(const struct resolution *resolution)
{
    return is_in_state(resolution, MIB_NEIGHBOUR_REACHABLE) ||
           is_in_state(resolution, MIB_NEIGHBOUR_PERMANENT);
}

/* What makes the kernel ask. */

static int make_kernel_ask(struct resolution *resolution)
{
    int r = 0;

    /* One that is being asked for already is as fresh as can be. */
    if (resolution->found && !is_in_state(resolution, MIB_NEIGHBOUR_INCOMPLETE))
        r = request(resolution, neighbour_request_delete(&resolution->key, false), NULL);
    if (r == 0 || r == -ENOENT)
        r = request(resolution, neighbour_request_use(&resolution->key), NULL);
    return r;
}

static socklen_t socket_address(uint8_t family, const struct mib_addr *address, uint16_t port,
                                uint32_t ifindex, struct sockaddr_storage *ret)
{
    struct sockaddr_in ipv4 = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 ipv6 = {
        .sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_scope_id = ifindex};

    memset(ret, 0, sizeof(*ret));
    if (family == MIB_FAMILY_IPV4) {
        memcpy(&ipv4.sin_addr, address->bytes, sizeof(ipv4.sin_addr));
        memcpy(ret, &ipv4, sizeof(ipv4));
        return sizeof(ipv4);
    }
    memcpy(&ipv6.sin6_addr, address->bytes, sizeof(ipv6.sin6_addr));
    memcpy(ret, &ipv6, sizeof(ipv6));
    return sizeof(ipv6);
}

/* To leave by the interface, and not to go farther than its network. */
static int set_options(int fd, uint8_t family, uint32_t ifindex)
{
    const uint32_t interface = htonl(ifindex);
    static const int hops = 1;
    bool ipv4 = family == MIB_FAMILY_IPV4;
    int level = ipv4 ? IPPROTO_IP : IPPROTO_IPV6;

    if (setsockopt(fd, level, ipv4 ? IP_UNICAST_IF : IPV6_UNICAST_IF, &interface,
                   sizeof(interface)) < 0 ||
        setsockopt(fd, level, ipv4 ? IP_TTL : IPV6_UNICAST_HOPS, &hops, sizeof(hops)) < 0)
        return -errno;
    return 0;
}

/* An empty datagram to the port of discard (RFC 863). */
static int send_datagram(const struct resolution *resolution)
{
    const struct mib_neighbour *key = &resolution->key;
    static const struct mib_addr any;
    struct sockaddr_storage to;
    struct sockaddr_storage from;
    socklen_t length = socket_address(key->family, &key->address, 9, key->ifindex, &to);
    const struct mib_addr *source = resolution->has_source ? &resolution->question->source : &any;
    int fd = socket(af_of(key->family), SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -errno;
    (void)socket_address(key->family, source, 0, key->ifindex, &from);
    int r = set_options(fd, key->family, key->ifindex);
    if (r == 0 && resolution->has_source && bind(fd, (const struct sockaddr *)&from, length) < 0)
        r = -errno;
    if (r == 0 && sendto(fd, "", 0, MSG_DONTROUTE | MSG_DONTWAIT | MSG_NOSIGNAL,
                         (const struct sockaddr *)&to, length) < 0)
        r = unreachable_for(-errno);
    (void)close(fd);
    return r;
}

/* Waiting. */

/* 0: something was heard of the neighbour, or was missed. -ETIMEDOUT. */
static int await_change(struct resolution *resolution, uint64_t deadline)
{
    for (;;) {
        const struct nlmsghdr *message;
        uint64_t now = times_now_ms();

        while ((message = netlink_socket_next(&resolution->events)))
            if (take_entry(resolution, message))
                return 0;
        if (now >= deadline)
            return -ETIMEDOUT;
        int r = netlink_socket_receive(&resolution->events, (uint32_t)(deadline - now));
        if (r == -ENOBUFS)
            return 0;
        if (r < 0 && r != -EAGAIN)
            return r;
    }
}

/* For how long an entry that has failed must stay so: a deletion takes far less. */
enum { SETTLED_MS = 20 };

/*
 * An entry that has failed may be what another one's deletion has left, in the moment before the
 * kernel asks again: it is believed when it has changed to that, is so still, and stays so.
 */
static int await_answer(struct resolution *resolution, uint64_t deadline)
{
    bool heard = false;

    for (;;) {
        int r = read_entry(resolution);

        if (r < 0 || is_answered(resolution))
            return r;
        if (heard && is_in_state(resolution, MIB_NEIGHBOUR_UNREACHABLE)) {
            const uint64_t settled = times_now_ms() + SETTLED_MS;

            r = await_change(resolution, settled < deadline ? settled : deadline);
            if (r < 0)
                return r == -ETIMEDOUT ? -EHOSTUNREACH : r;
            continue;
        }
        do {
            resolution->found = false;
            r = await_change(resolution, deadline);
        } while (r == 0 && resolution->found && !is_answered(resolution) &&
                 !is_in_state(resolution, MIB_NEIGHBOUR_UNREACHABLE));
        if (r == 0 && is_answered(resolution))
            return 0;
        if (r < 0)
            return r == -ETIMEDOUT ? -EHOSTUNREACH : r;
        heard = resolution->found;
    }
}

static int ask_neighbour(struct resolution *resolution)
{
    uint32_t wait = WAIT_FIRST;
    int r = read_entry(resolution);

    if (r < 0 || is_in_state(resolution, MIB_NEIGHBOUR_PERMANENT) ||
        (is_answered(resolution) && !resolution->question->fresh))
        return r;
    r = make_kernel_ask(resolution);
    if (r == -EPERM) {
        if (is_answered(resolution))
            return 0;
        /* It has an address that it will use before it asks. */
        if (resolution->found && !is_in_state(resolution, MIB_NEIGHBOUR_INCOMPLETE) &&
            !is_in_state(resolution, MIB_NEIGHBOUR_UNREACHABLE))
            wait = WAIT_AGAIN;
        r = send_datagram(resolution);
    }
    return r < 0 ? r : await_answer(resolution, times_now_ms() + wait);
}

static int resolve(struct resolution *resolution)
{
    static const int groups[] = {RTNLGRP_NEIGH, 0};
    const unsigned int up = IFF_UP | IFF_LOWER_UP;
    const struct link *link = &resolution->link;

    if ((link->flags & up) != up || (link->flags & (IFF_LOOPBACK | IFF_NOARP)) ||
        link->address_length == 0)
        return -EHOSTUNREACH;
    int r = netlink_socket_open(&resolution->requests);
    if (r == 0)
        r = netlink_socket_open_joined(&resolution->events, groups);
    if (r == 0)
        r = ask_neighbour(resolution);
    netlink_socket_close(&resolution->events);
    netlink_socket_close(&resolution->requests);
    return r;
}

int netlink_query_resolve(void *params)
{
    struct mib_resolve *question = params;
    struct resolution resolution = {
        .question = question,
        .has_source = !mib_addr_is_zero(&question->source),
        .key = question->row,
    };
    struct link link = {0};
    bool own = false;
    int r = 0;

    if (!netlink_has_family(question->family))
        return -EAFNOSUPPORT;
    if (question->ifindex)
        r = netlink_read_whole_link(question->ifindex, NULL, question->iftype, &link);
    if (r == 0)
        r = choose_interface(&resolution, &own);
    if (r < 0)
        return r;
    resolution.key.iftype = resolution.link.iftype;
    r = own ? answer_for_host(&resolution) : resolve(&resolution);
    if (r == 0)
        question->row = resolution.row;
    return r;
}
