/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the tests change in the network: things of their own, with numbers. By kind of row:
 *
 *   interface  of both families, carrying nothing; number 0 is the loopback interface, which is
 *              there already
 *   unicast    an address of the loopback interface
 *   route      an on-link route through the loopback interface
 *
 * All functions are called on the test's own thread. A change that cannot be made fails the test;
 * one that this system does not offer skips it. When a test ends, what it left is taken away.
 */
#ifndef TESTS_CONFORMANCE_NETWORK_H
#define TESTS_CONFORMANCE_NETWORK_H

#include "platform.h"
#include "row_kinds.h"

#define NETWORK_NUMBERS 10

/* An interface is of both families, whichever is named here. */
void network_add(enum row_kind kind, ADDRESS_FAMILY family, unsigned number);
void network_delete(enum row_kind kind, ADDRESS_FAMILY family, unsigned number);

/* For callbacks, which must not end the test: tells whether it was possible. */
bool network_try_add(enum row_kind kind, ADDRESS_FAMILY family, unsigned number);

/*
 * A field of the row becomes another, or what it was before: an interface's MTU, an address's
 * lifetimes (no longer infinite), a route's protocol or metric.
 */
void network_change(enum row_kind kind, ADDRESS_FAMILY family, unsigned number);

/* The host says the same once more, or something that no row shows. */
void network_refresh(enum row_kind kind, ADDRESS_FAMILY family, unsigned number);

/*
 * One change in that table, possible on every system, and then the way back: another. It is about
 * the interface or the thing with these numbers. With AF_UNSPEC one in each family.
 */
#define NETWORK_CHANGE_INTERFACE 0
#define NETWORK_CHANGE_NUMBER (NETWORK_NUMBERS - 1)
void network_make_change(enum row_kind kind, ADDRESS_FAMILY family);
void network_undo_change(enum row_kind kind, ADDRESS_FAMILY family);

/* What is told of such a change, or of the way back, and about which number. */
struct network_told {
    MIB_NOTIFICATION_TYPE type;
    unsigned number;
};

struct network_told network_told(enum row_kind kind, bool undone);

/* Whether the network can be changed here; else changes skip the test. */
bool network_is_there(void);

/* The number of what this row's key names; -1 if it is none of the above. */
int network_number(enum row_kind kind, ADDRESS_FAMILY family, const void *row);

/* The index of an interface that network_add() made. */
NET_IFINDEX network_interface_index(unsigned number);

/*
 * Has the key name the thing with this number, in the family that it is of; the interface stays.
 * False: things of that kind are not told apart by an address.
 */
bool network_set_key(enum row_kind kind, unsigned number, struct row_key *key);

/* The address or prefix with that number. */
SOCKADDR_INET network_address(ADDRESS_FAMILY family, unsigned number);
IP_ADDRESS_PREFIX network_prefix(ADDRESS_FAMILY family, unsigned number);
UINT8 network_address_length(ADDRESS_FAMILY family);

/*
 * An IPv6 address that stays tentative, until network_settle() lets duplicate address detection
 * run. They are network_address(AF_INET6, number) too, on an interface of their own.
 */
void network_add_tentative(unsigned number);
void network_settle(void);

/*
 * Links, addresses, routes and neighbours of all sorts, besides those that have numbers. What the
 * host does not offer is left out; on another system than Linux all of it may be.
 */
void network_add_variety(void);

/* Takes away what is left. */
void network_clean(void);

/* ---- How a system does it ------------------------------------------------------------------ */

enum network_result {
    NETWORK_DONE,
    NETWORK_FAILED,
    NETWORK_NOT_OFFERED,
};

struct network_driver {
    enum network_result (*add)(enum row_kind kind, ADDRESS_FAMILY family, unsigned number);
    enum network_result (*remove)(enum row_kind kind, ADDRESS_FAMILY family, unsigned number);
    /* With the field as it was when added, or the other way; interfaces with AF_UNSPEC, too. */
    enum network_result (*set)(enum row_kind kind, ADDRESS_FAMILY family, unsigned number,
                               bool other);
    enum network_result (*refresh)(enum row_kind kind, ADDRESS_FAMILY family, unsigned number,
                                   bool other);
    int (*interface_number)(const MIB_IPINTERFACE_ROW *row);
    NET_IFINDEX (*interface_index)(unsigned number);

    enum network_result (*add_tentative)(unsigned number);
    enum network_result (*settle)(void);
    enum network_result (*remove_tentative)(void);

    void (*add_variety)(void); /* NULL: there is none */
    void (*remove_variety)(void);
};

/* By `ip`, which platform_run() runs: Linux, and Wine there. */
extern const struct network_driver network_ip;

/* By the API's own functions for that: Windows. */
extern const struct network_driver network_windows;

#endif
