/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What services of the host have for links, as they tell on D-Bus: systemd-resolved, which knows
 * systemd-networkd's settings as well, and NetworkManager.
 */
#ifndef SRC_BACKEND_DNS_SERVICE_H
#define SRC_BACKEND_DNS_SERVICE_H

#include "backend/bus/bus.h"
#include "backend/dns/config.h"

/* Of one link, which NetworkManager calls by its name. */
struct dns_link {
    uint32_t ifindex;
    char name[16]; /* with ifindex 0 */
    struct dns_config config;
};

struct dns_links {
    struct dns_link *links;
    size_t count;
    size_t capacity;
};

/* Frees what it holds. */
void dns_links_clear(struct dns_links *links);

/*
 * Each of them: 0, and the links that something is configured for. -ESRCH: the service is not
 * there; -EBADMSG: it says what cannot be understood; -ENOMEM; else as bus_call.
 */
int dns_ask_resolved(struct bus *bus, struct dns_links *ret);
int dns_ask_network_manager(struct bus *bus, struct dns_links *ret);

#endif
