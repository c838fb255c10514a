/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Leases, as DHCP clients keep them in files. Pure, in bounded memory: what cannot be understood is
 * left out.
 */
#ifndef SRC_BACKEND_DHCP_LEASE_H
#define SRC_BACKEND_DHCP_LEASE_H

#include "mib/row/dhcp.h"

struct dhcp_lease {
    char interface[16];      /* as the file names it; empty: it does not */
    uint8_t family;          /* enum mib_family */
    uint8_t duid_length;     /* 0: not known */
    struct mib_addr address; /* that the host has by it; zero: none */
    struct mib_addr server;  /* zero: not known */
    uint32_t iaid;
    uint32_t lifetime; /* in s; 0: not known; UINT32_MAX: for ever */
    int64_t obtained;  /* as in struct mib_dhcp */
    int64_t expires;
    uint8_t duid[MIB_DHCP_DUID];
};

/* systemd-networkd's file of a link's IPv4 lease. -ENOENT: it says nothing. `text` is changed. */
int dhcp_parse_networkd(char *text, struct dhcp_lease *ret);

/*
 * What systemd-networkd's file of a link says of its DHCPv6 client, the DUID and the IAID. -ENOENT:
 * no client runs. `text` is changed.
 */
int dhcp_parse_networkd_link(char *text, struct dhcp_lease *ret);

/*
 * ISC dhclient's file of leases, of either family (dhclient.leases(5)): gives each, in the order of
 * the file, in which a later one of the same interface replaces an earlier one. A result below 0
 * ends it and is handed on.
 */
typedef int (*dhcp_found)(void *context, const struct dhcp_lease *lease);
int dhcp_parse_dhclient(const char *text, dhcp_found found, void *context);

/*
 * dhcpcd's file of a lease: the server's answer as it came, a DHCPv4 message with its BOOTP head or
 * a DHCPv6 one. -EBADMSG: it is none.
 */
int dhcp_parse_message4(const uint8_t *bytes, size_t size, struct dhcp_lease *ret);
int dhcp_parse_message6(const uint8_t *bytes, size_t size, struct dhcp_lease *ret);

/*
 * Bytes in hexadecimal digits, each of one or two where colons stand between them: "00:1:ff",
 * "0001ff". Returns their number, or 0 where it is no such text or there are more than `size`.
 */
size_t dhcp_parse_hex(const char *text, uint8_t *bytes, size_t size);

#endif
