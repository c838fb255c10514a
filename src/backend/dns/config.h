/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What files say of DNS servers and domains. Pure, in bounded memory: what is more than there is
 * room for is left out, and so is a line, a server or a domain that cannot be understood.
 */
#ifndef SRC_BACKEND_DNS_CONFIG_H
#define SRC_BACKEND_DNS_CONFIG_H

#include "mib/row/dns.h"

enum { DNS_SERVERS = 32, DNS_DOMAINS = 64, DNS_NAME = sizeof(((struct mib_dns *)0)->name) };

struct dns_server {
    struct mib_addr address;
    uint16_t port;  /* 0: the usual one */
    uint8_t family; /* enum mib_family */
};

struct dns_config {
    struct dns_server servers[DNS_SERVERS];
    char domains[DNS_DOMAINS][DNS_NAME]; /* that names are searched in */
    char suffix[DNS_NAME];               /* empty: none is named */
    size_t server_count;
    size_t domain_count;
};

/*
 * resolv.conf (man 5), which resolvconf's records are written like, too: the last of several
 * `search` and `domain` lines counts. `text` is changed.
 */
void dns_parse_resolv_conf(char *text, struct dns_config *ret);

/*
 * The files in which systemd-resolved (SERVERS=, DOMAINS=) and systemd-networkd (DNS=, DOMAINS=)
 * keep what a link has. A domain that only says which link is asked ("~example.com") is none that
 * names are searched in. `text` is changed.
 */
void dns_parse_link(char *text, struct dns_config *ret);

/*
 * One server or domain more, in the same words as in files, unless it is there already. False: it
 * cannot be understood, or there is no room.
 */
bool dns_add_server(struct dns_config *config, const char *text);
bool dns_add_domain(struct dns_config *config, const char *text);

#endif
