/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What NetworkManager thinks of each link: whether the Internet can be reached through it, and
 * whether traffic is paid for. It is asked once and tells its changes from then on, over a bus
 * connection of its own. Nothing here waits, but for manager_await: what is asked is answered by
 * manager_take some time.
 *
 * It counts as long as it is on the bus and serves the same network namespace. When it goes, or the
 * bus does, all that it said is forgotten.
 */
#ifndef SRC_BACKEND_CONNECTIVITY_MANAGER_H
#define SRC_BACKEND_CONNECTIVITY_MANAGER_H

#include <stdbool.h>
#include <stdint.h>

/* NMConnectivityState and NMMetered, as NetworkManager's D-Bus interface numbers them. */
enum manager_connectivity {
    MANAGER_CONNECTIVITY_UNKNOWN = 0,
    MANAGER_CONNECTIVITY_NONE = 1,
    MANAGER_CONNECTIVITY_PORTAL = 2,
    MANAGER_CONNECTIVITY_LIMITED = 3,
    MANAGER_CONNECTIVITY_FULL = 4,
};

enum manager_metered {
    MANAGER_METERED_UNKNOWN = 0,
    MANAGER_METERED_YES = 1,
    MANAGER_METERED_NO = 2,
    MANAGER_METERED_GUESS_YES = 3,
    MANAGER_METERED_GUESS_NO = 4,
};

struct manager_device {
    char path[64];            /* of the bus */
    char name[16];            /* of the device */
    char ip_name[16];         /* of the link that has its addresses; empty: it is not in use */
    uint32_t connectivity[2]; /* enum manager_connectivity; of IPv4, of IPv6 */
    uint32_t metered;         /* enum manager_metered */
};

struct manager;

/* Connects. -ENOTCONN: there is no bus; -ENOMEM, -EMFILE, -ENFILE. */
int manager_open(struct manager **ret);

/* NULL is fine. */
void manager_close(struct manager *manager);

/* The descriptor to wait for, and for what. -1: the bus is gone. */
int manager_poll(const struct manager *manager, short *ret_events);

/*
 * Handles one message, if there is one. 1: more may follow; 0: there is none; -ENOTCONN: the bus is
 * gone, or a message could not be taken for want of memory, and nothing is known any more.
 */
int manager_take(struct manager *manager);

/* Handles what comes until all is known that was asked, a second at most. As manager_take. */
int manager_await(struct manager *manager);

/* Whether NetworkManager looks itself how far packets get. What it says of it is a guess else. */
bool manager_checks(const struct manager *manager);

/* NULL: it does not know the link. Valid until the next message. */
const struct manager_device *manager_find(const struct manager *manager, const char *name);

#endif
