/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is configured of DNS for a link, of one family: read, or set. */
#ifndef SRC_MIB_QUERY_DNS_SETTINGS_H
#define SRC_MIB_QUERY_DNS_SETTINGS_H

#include "mib/query.h"

/* What is to be set. */
enum {
    MIB_DNS_SET_SERVERS = 1,   /* the family's; none: what the network says */
    MIB_DNS_SET_SUFFIX = 2,    /* which is the first of the domains; empty: that one goes */
    MIB_DNS_SET_DOMAINS = 4,   /* behind the suffix, if that is set as well; else all of them */
    MIB_DNS_SET_MULTICAST = 8, /* LLMNR and mDNS */
};

enum mib_dns_multicast {
    MIB_DNS_MULTICAST_UNKNOWN,
    MIB_DNS_MULTICAST_OFF,
    MIB_DNS_MULTICAST_ON,
};

/*
 * In: ifindex, iftype, family, fields, and what is set by these. Out, where nothing is set: all
 * else. ifindex 0, which nothing can be set for: the host's, as /etc/resolv.conf has it.
 *   -ENODEV      no such link
 *   -EINVAL      a server is no address of the family, or a domain no name
 *   -EOPNOTSUPP  no service is there that could set it
 *   -EPERM       the user may not; -ETIMEDOUT: the service does not answer in time
 */
struct mib_dns_settings {
    MIB_HEAD;
    uint8_t fields;    /* MIB_DNS_SET_…; none: it is only read */
    uint8_t multicast; /* enum mib_dns_multicast */
    uint8_t reserved[3];
    char suffix[256];   /* text is UTF-8 and NUL-terminated */
    char servers[1536]; /* addresses, with blanks between them */
    char domains[4096]; /* that names are searched in; likewise, as many as there is room for */
};

MIB_ASSERT_LAYOUT(struct mib_dns_settings, MIB_QUERY_SIZE_DNS_SETTINGS);

#endif
