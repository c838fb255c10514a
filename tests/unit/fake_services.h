/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A system bus of a test's own, with services of the test's on it that stand for systemd-resolved
 * and NetworkManager. They know link 10, which NetworkManager calls a0.
 */
#ifndef TESTS_UNIT_FAKE_SERVICES_H
#define TESTS_UNIT_FAKE_SERVICES_H

#include <stdbool.h>

enum fake_behaviour {
    FAKE_ABSENT,
    FAKE_ANSWERS,
    FAKE_HANGS,     /* is on the bus, and answers nothing */
    FAKE_GARBAGE,   /* its properties have other types than they should */
    FAKE_REFUSES,   /* does not allow that anything is changed */
    FAKE_BUSY,      /* resolved: the link is systemd-networkd's, which is on the bus, too */
    FAKE_OWNED,     /* the same, but systemd-networkd is not there */
    FAKE_FAILS,     /* resolved: changes servers, and has an error for domains; NetworkManager: an
                       error for all that is changed */
    FAKE_ELSEWHERE, /* both: they answer of the links of another network namespace, their own */
    FAKE_STALLS,    /* resolved: changes servers, and does not answer about domains */
};

struct fakes {
    enum fake_behaviour resolved;
    enum fake_behaviour network_manager;
};

/* False: there is no dbus-daemon here. */
bool fake_bus_begin(void);
void fake_bus_end(void);

/* Replaces the services of before. Returns when they are on the bus. */
void fake_services_begin(struct fakes fakes);

/*
 * systemd-resolved itself, that of IPHLPAPI_TEST_RESOLVED or the system's, in the place of the
 * services of before. Whether it is on the bus; else it says why.
 */
bool real_resolved_begin(void);

/* Stops the bus itself, which goes on to accept connections. */
void fake_bus_stop(void);

#endif
