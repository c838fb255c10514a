/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The host's Teredo client (RFC 4380; on Linux: Miredo), by its tunnel.
 *
 * The tunnel is a tun device that carries an address in 2001::/32 once the client is qualified,
 * that is, once a Teredo server has answered. Before that it is one that a client is known to
 * wait on.
 */
#ifndef SRC_BACKEND_NETLINK_WATCH_TEREDO_CLIENT_H
#define SRC_BACKEND_NETLINK_WATCH_TEREDO_CLIENT_H

#include "backend/netlink/object/address.h"
#include "backend/netlink/object/link.h"
#include "backend/proc/process.h"

struct teredo_address {
    uint32_t ifindex;
    struct mib_addr address;
};

/* The links' addresses in 2001::/32 as a dump showed them. Zeroed is empty. */
struct teredo_addresses {
    struct teredo_address *items; /* sorted by ifindex, one a link */
    size_t count;
    size_t capacity;
};

void teredo_addresses_clear(struct teredo_addresses *addresses);

/* Before a dump of one link's addresses, or all (ifindex 0): forgets what the last one showed. */
void teredo_begin_dump(struct teredo_addresses *addresses, uint32_t ifindex);

/*
 * Takes an address that such a dump shows, if it is one in 2001::/32 on a tun device. A client has
 * one; of several on a link the lowest is taken, so that it is the same one each time. 0; -ENOMEM.
 */
int teredo_take_address(struct teredo_addresses *addresses, const struct link_map *links,
                        const struct mib_unicast *row);

/* The link's address, valid until the addresses change; NULL: it has none. */
const struct mib_addr *teredo_address_of(const struct teredo_addresses *addresses,
                                         uint32_t ifindex);

/* Whether a change of a link can be one of the client; ifindex 0: there was no link before. */
bool teredo_link_matters(const struct link *before, const struct link *after);

/* Whether an address message is of 2001::/32. */
bool teredo_is_address_message(const struct nlmsghdr *message);

/*
 * Whether a client waits on that link for its address: a tun device which has none, and which
 *  - is called "teredo" or "miredo", as Miredo's are unless they are called otherwise, and is
 *    down: Miredo brings it up when it gives it an address, a Teredo relay from the start; one
 *    that stays without a program (persistent) is not meant;
 *  - or is one that Miredo runs on as a client, whatever it is called.
 * 1, 0; -EMFILE, -ENFILE, -ENOMEM.
 */
int teredo_is_waiting(const struct teredo_addresses *addresses, const struct link *link);

/*
 * The client's tunnel: with an address, else waiting; of several the lowest index. *ret is NULL
 * where there is none. 0; as above.
 */
int teredo_find_tunnel(const struct teredo_addresses *addresses, const struct link_map *links,
                       const struct link **ret);

/*
 * The port that the client on the tunnel has bound. 0; -EINPROGRESS: none yet; -ENOENT: there is
 * no client to be seen; -EACCES: not for our eyes; -ENOMEM, -EMFILE, -ENFILE, -ENOBUFS.
 */
int teredo_bound_port(const char *ifname, uint16_t *ret_port);

/* The parts of that. */

/*
 * Fills in the ports of those sockets that are IPv4 UDP ones, bound and not connected, in the
 * calling thread's network namespace. -EOPNOTSUPP: the kernel cannot be asked.
 */
int teredo_fill_ports(struct process_sockets *sockets);

/*
 * The port of a Teredo client that has these sockets; 0: none of them can be its. It is the first
 * that is bound, but for the one on which clients of a local network find each other (RFC 4380,
 * 5.2.8): port 3544, unless there is no other.
 */
uint16_t teredo_choose_port(const struct process_sockets *sockets);

#endif
