/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The watch of the port of the host's Teredo client.
 *
 * The kernel does not announce the port. Any change of a tun device or of an address in 2001::/32
 * may be one of the port as well; then a resync looks at the client again.
 */
#include "backend/netlink/object/address.h"
#include "backend/netlink/watch/links.h"
#include "backend/netlink/watch/teredo.h"
#include "backend/netlink/watch/teredo_client.h"
#include "backend/netlink/watch/watch.h"
#include "backend/times.h"
#include "mib/row/teredo.h"

#include <errno.h>
#include <string.h>

/* A client whose process has no port yet is looked at so many times more, once a second. */
enum { LOOKS_AT_START = 5 };

struct teredo_state {
    struct teredo_addresses addresses; /* of the dump under way */
    struct mib_teredo seen; /* what the client's process had when last seen; ifindex 0: never */
    struct mib_addr seen_address; /* the tunnel's address then; zero: none */
    bool starting;                /* there is a client, but its port is not known yet */
    unsigned int looks;           /* at a client without a port, since the last event */
};

static struct teredo_state *teredo_state_of(const struct backend_watch *watch)
{
    return watch->state;
}

static void teredo_clear_state(struct backend_watch *watch)
{
    teredo_addresses_clear(&teredo_state_of(watch)->addresses);
}

static uint32_t teredo_hash(const void *record)
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

static int teredo_rank(const void *a, const void *b)
{
    (void)a;
    (void)b;
    return 0; /* one instance */
}

static bool teredo_same_record(const void *a, const void *b)
{
    const struct mib_teredo *x = a;
    const struct mib_teredo *y = b;

    return x->port == y->port && x->ifindex == y->ifindex;
}

static bool teredo_same_row(const void *a, const void *b)
{
    return ((const struct mib_teredo *)a)->port == ((const struct mib_teredo *)b)->port;
}

static const struct instance_ops teredo_ops = {
    .record_size = sizeof(struct mib_teredo),
    .group_hash = teredo_hash,
    .same_key = always,
    .same_instance = always,
    .same_record = teredo_same_record,
    .rank = teredo_rank,
    .same_row = teredo_same_row,
};

static int teredo_event(struct backend_watch *watch, const struct nlmsghdr *message)
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
        teredo_state_of(watch)->looks = 0;
        watch_request_resync(watch, SCOPE_IPV6, 0);
    }
    return 0;
}

static bool teredo_invalidates(enum resync_scope scope, const struct nlmsghdr *message)
{
    struct link_message link;

    (void)scope;
    if (!watch_is_link_message(message))
        return teredo_is_address_message(message);
    return (message->nlmsg_type == RTM_NEWLINK || message->nlmsg_type == RTM_DELLINK) &&
           link_parse(message, &link) == 0 && link.is_tun;
}

static int take_dumped_address(void *context, const struct nlmsghdr *message)
{
    struct backend_watch *watch = context;
    struct address_record record;

    if (address_parse(message, &record) < 0)
        return 0;
    return teredo_take_address(&teredo_state_of(watch)->addresses, &watch->links, &record.row);
}

/*
 * Reading /proc/PID/fd briefly holds a reference to each open file. If the process exits meanwhile,
 * that reference keeps its tun device alive and a restarting client gets EBUSY. So a process is
 * left alone that may be exiting: one that was seen, and whose tunnel has not got an address since.
 */
static bool may_be_exiting(const struct teredo_state *state, const struct link *tunnel)
{
    const struct mib_addr *address = teredo_address_of(&state->addresses, tunnel->ifindex);

    return state->seen.ifindex == tunnel->ifindex &&
           (!address || memcmp(address, &state->seen_address, sizeof(*address)) == 0);
}

/*
 * The port of the client on the tunnel; 0: not known yet.
 *
 * Where its process cannot be found, the address has the port: that which the client's server sees,
 * and which is the client's own unless an address translator lies between the two. Not so where the
 * process was seen before: then it is exiting, and the kernel will announce that its tunnel goes.
 */
static int port_of(struct teredo_state *state, const struct link *tunnel, uint16_t *ret_port)
{
    if (may_be_exiting(state, tunnel)) {
        *ret_port = state->seen.port;
        return 0;
    }
    const struct mib_addr *address = teredo_address_of(&state->addresses, tunnel->ifindex);
    uint16_t port;
    int r = teredo_bound_port(tunnel->name, &port);

    switch (r) {
    case 0:
        state->seen = (struct mib_teredo){.ifindex = tunnel->ifindex, .port = port};
        state->seen_address = address ? *address : (struct mib_addr){0};
        *ret_port = port;
        return 0;
    case -EINPROGRESS:
    case -ENOENT:
    case -EACCES:
        if (state->seen.ifindex == tunnel->ifindex)
            *ret_port = state->seen.port;
        else if (r != -EINPROGRESS && address)
            *ret_port = mib_addr_teredo_port(address);
        else
            *ret_port = 0;
        return 0;
    default:
        return r;
    }
}

/* A client opens its tunnel first. It binds its port a moment later, which is not announced. */
static void look_again_soon(struct backend_watch *watch)
{
    struct teredo_state *state = teredo_state_of(watch);

    if (state->looks == LOOKS_AT_START)
        return;
    state->looks++;
    watch->look_again_at[SCOPE_IPV6] = times_now_s() + 1;
}

static int teredo_dump(struct backend_watch *watch, enum resync_scope scope, uint32_t ifindex)
{
    struct teredo_state *state = teredo_state_of(watch);
    const struct link *tunnel = NULL;
    uint16_t port = 0;

    teredo_begin_dump(&state->addresses, 0);
    int r = watch_collect(watch, address_request_dump(AF_INET6, ifindex), take_dumped_address);
    if (r == 0)
        r = teredo_find_tunnel(&state->addresses, &watch->links, &tunnel);
    if (r == 0 && tunnel)
        r = port_of(state, tunnel, &port);
    if (r < 0)
        return r;
    state->starting = tunnel && port == 0;
    if (state->starting)
        look_again_soon(watch);
    if (!tunnel || port == 0)
        return 0;
    const struct mib_teredo row = {
        .ifindex = tunnel->ifindex, .family = MIB_FAMILY_IPV6, .port = port};

    return instance_table_mark_dumped(&watch->instances[scope], &row);
}

static bool teredo_on_link(const void *record, uint32_t ifindex)
{
    return ((const struct mib_teredo *)record)->ifindex == ifindex;
}

static void teredo_row(struct backend_watch *watch, const void *record, void *ret)
{
    (void)watch;
    *(struct mib_teredo *)ret = *(const struct mib_teredo *)record;
}

/* The client, of which there is one: its dump looks at addresses, /proc and sock_diag. */
static const struct watch_scope client_scope = {
    .ops = &teredo_ops,
    .invalidates = teredo_invalidates,
    .dump = teredo_dump,
    .on_link = teredo_on_link,
};

const struct watch_kind watch_kind_teredo = {
    .groups = {RTNLGRP_LINK},
    .groups_ipv6 = {RTNLGRP_IPV6_IFADDR},
    .scopes = {[SCOPE_LINKS] = &watch_scope_links, [SCOPE_IPV6] = &client_scope},
    .state_size = sizeof(struct teredo_state),
    .clear_state = teredo_clear_state,
    .event = teredo_event,
    .asks_host = true,
    .reports_at_once = true,
    .row = teredo_row,
};

bool watch_teredo_is_starting(const struct backend_watch *watch)
{
    return teredo_state_of(watch)->starting;
}
