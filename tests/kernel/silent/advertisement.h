/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Router advertisements (RFC 4861), as a router on the link would send them. */
#ifndef TESTS_KERNEL_SILENT_ADVERTISEMENT_H
#define TESTS_KERNEL_SILENT_ADVERTISEMENT_H

#include <stdbool.h>
#include <stdint.h>

struct advertisement {
    uint16_t router_lifetime; /* s; 0: no default router (any more) */
    uint8_t hop_limit;        /* 0: left open */
    uint8_t preference;       /* RFC 4191: 0 medium, 1 high, 3 low */
    bool managed;             /* addresses are to be had by DHCPv6 */
    uint32_t mtu;             /* 0: left open */

    /* A prefix of 64 bits that is on the link, and in which hosts make addresses. NULL: none. */
    const char *prefix;
    uint32_t valid_lifetime; /* s */
    uint32_t preferred_lifetime;

    /* A route of 48 bits through the router (RFC 4191, route information). NULL: none. */
    const char *route;
    uint32_t route_lifetime; /* s; 0xffffffff: for ever */
};

/*
 * Sends to all hosts on the link of that interface in that namespace, from that link-local address
 * of the interface, which may have others besides.
 */
void advertise(int netns, const char *interface, const char *router,
               const struct advertisement *advertisement);

#endif
