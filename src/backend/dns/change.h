/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Has the service that knows a link's DNS settings change them. */
#ifndef SRC_BACKEND_DNS_CHANGE_H
#define SRC_BACKEND_DNS_CHANGE_H

#include "backend/bus/bus.h"
#include "backend/dns/config.h"

enum {
    DNS_CHANGE_SERVERS = 1,   /* of the family, those of `config` */
    DNS_CHANGE_SUFFIX = 2,    /* config.suffix, in the place of the first domain */
    DNS_CHANGE_DOMAINS = 4,   /* config.domains, behind the suffix if that is changed, too */
    DNS_CHANGE_MULTICAST = 8, /* LLMNR and mDNS */
};

struct dns_change {
    uint32_t ifindex;
    const char *name; /* the link's */
    unsigned int fields;
    uint8_t family;
    bool multicast;
    struct dns_config config;
};

/*
 * By systemd-resolved, or by systemd-networkd where the link is its. All or nothing: where a step
 * fails, those before it are taken back, unless the service answers no more. -ESRCH: the service is
 * not there; else as bus_call.
 */
int dns_change_by_resolved(struct bus *bus, const struct dns_change *change);

/*
 * By NetworkManager, in one step, until the connection is activated anew. -ESRCH: it is not there,
 * or the device is not its. Multicast is nothing that it could change by itself.
 */
int dns_change_by_network_manager(struct bus *bus, const struct dns_change *change);

/* Whether resolved answers to LLMNR or mDNS on the link. */
int dns_ask_multicast(struct bus *bus, uint32_t ifindex, bool *ret);

/* The domains after the change, of those before it. Pure. */
void dns_change_domains(const struct dns_change *change, const struct dns_config *before,
                        struct dns_config *ret);

#endif
