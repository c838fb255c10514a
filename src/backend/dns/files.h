/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where the host has its DNS configuration, in order of preference for each link: systemd-resolved
 * (/run/systemd/resolve/netif), systemd-networkd (/run/systemd/netif/links), resolvconf
 * (/run/resolvconf/interface), and for what has none of its own /etc/resolv.conf.
 */
#ifndef SRC_BACKEND_DNS_FILES_H
#define SRC_BACKEND_DNS_FILES_H

#include "backend/dns/config.h"

/* Each of them: 0; -ENOENT: the file is not there, or says nothing; -ENOMEM. */
int dns_read_link(uint32_t ifindex, struct dns_config *ret);
int dns_read_record(const char *record, struct dns_config *ret);
int dns_read_host(struct dns_config *ret);

/*
 * Gives the links that have a file: ifindex, or 0 and the name of resolvconf's record, which begins
 * with that of the interface ("eth0.dhclient"). A result below 0 ends it and is handed on.
 */
typedef int (*dns_found)(void *context, uint32_t ifindex, const char *record);
int dns_find_links(dns_found found, void *context);   /* systemd's */
int dns_find_records(dns_found found, void *context); /* resolvconf's */

#endif
