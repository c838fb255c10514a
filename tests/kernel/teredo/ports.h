/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A registration of NotifyTeredoPortChange that keeps what it is told, and stable tables. */
#ifndef TESTS_KERNEL_TEREDO_PORTS_H
#define TESTS_KERNEL_TEREDO_PORTS_H

#include "check.h"
#include "miredo.h"

#include <iphlpapi.h>

struct ports {
    struct monitor monitor; /* guards what follows */
    char told[512];         /* "A40001 D40001 ": type and port of each notification */
    pthread_t initial;      /* where the initial one came */
    pthread_t later;        /* where the last one came */
    bool inside;
    const char *fault;
    HANDLE handle;
    DWORD cancelled; /* what a cancel from within gave, if asked for */
    bool cancel_within;
};

void ports_start(struct ports *ports, BOOLEAN initial);

/* Cancels, and fails the test for whatever went wrong meanwhile. Accepts a zeroed one. */
void ports_stop(struct ports *ports);

/*
 * Waits until just this was told: patterns separated by '|', any of which will do. Fails the test
 * once the deadline has passed, with what the scene's programs said; NULL: there is none.
 */
void ports_await(struct ports *ports, const struct scene *scene, const char *patterns);

/* GetTeredoPort gives that. */
void port_expect(uint16_t port);
void port_expect_error(DWORD error);

/* A call of NotifyStableUnicastIpAddressTable, which is pending. */
struct stable {
    struct monitor monitor; /* guards what follows */
    unsigned calls;
    bool teredo; /* the last table had an address in 2001::/32 */
    HANDLE handle;
};

/* The call: ERROR_IO_PENDING, or NO_ERROR where *ret_teredo tells of the table as above. */
DWORD stable_start(struct stable *stable, ADDRESS_FAMILY family, bool *ret_teredo);
void stable_stop(struct stable *stable);

/* Waits until the callback was given so many tables, the last of them as told. */
void stable_await(struct stable *stable, unsigned calls, bool teredo);

/* How many there were. */
unsigned stable_calls(struct stable *stable);

#endif
