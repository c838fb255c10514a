/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The rows of the model: what the backend finds out and the API layer turns into MIB rows.
 *
 * They know neither Windows' nor Linux' headers and have the same layout everywhere, so they can
 * cross a process or ABI boundary as they are. Address families are those of enum mib_family;
 * addresses are in network byte order, everything else is in the host's.
 */
#ifndef SRC_MIB_ROW_H
#define SRC_MIB_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mib_family {
    MIB_FAMILY_UNSPEC = 0, /* both, where a family selects */
    MIB_FAMILY_IPV4 = 4,
    MIB_FAMILY_IPV6 = 6,
};

/* The tables that can be read and whose changes can be heard. */
enum mib_table {
    MIB_TABLE_IPINTERFACE,
    MIB_TABLE_UNICAST,
    MIB_TABLE_ROUTE,
    MIB_TABLE_TEREDO, /* one row at most: the port of the host's Teredo client */

    /*
     * As MIB_TABLE_UNICAST, and beside it, tentative, the address that a Teredo client is still
     * waiting for (2001::/32, the rest zero, on the link that will have it).
     */
    MIB_TABLE_STABLE_UNICAST,
};

/* An IPv4 address uses the first four bytes, the others are zero. */
struct mib_addr {
    uint8_t bytes[16];
};

/* A network interface, as far as the keys of other rows need it. */
struct mib_link {
    uint32_t ifindex;
    uint16_t iftype; /* IANA ifType, part of the LUID */
    char name[16];   /* the interface's name, NUL-terminated */
};

#define MIB_LIFETIME_INFINITE UINT32_MAX

/*
 * Key: family, ifindex, iftype. The times are filled where a row is read on demand, not in a
 * notification: the kernel announces no change of them (reachable_time it even draws at random).
 */
struct mib_ipinterface {
    uint8_t family;
    uint8_t forwarding;
    uint8_t unreachability_detection; /* neighbours are resolved and probed (ARP, ND) */
    uint8_t managed_addresses;        /* the last router advertisement had the M flag */
    uint8_t other_stateful;           /* … the O flag */
    uint8_t router_discovery;         /* the host listens to router advertisements */
    uint8_t link_local_automatic;     /* the kernel makes link-local addresses by itself */
    uint8_t connected;                /* up, and the lower layer has carrier */
    uint32_t ifindex;
    uint16_t iftype;
    uint8_t supports_router_discovery;
    uint8_t reserved;
    uint32_t dad_transmits;
    uint32_t mtu;                        /* bytes */
    uint32_t base_reachable_time;        /* ms */
    uint32_t reachable_time;             /* ms */
    uint32_t retransmit_time;            /* ms */
    uint32_t path_mtu_discovery_timeout; /* ms */
};

enum mib_prefix_origin {
    MIB_PREFIX_ORIGIN_OTHER = 0,
    MIB_PREFIX_ORIGIN_MANUAL = 1,
    MIB_PREFIX_ORIGIN_WELL_KNOWN = 2,
    MIB_PREFIX_ORIGIN_DHCP = 3,
    MIB_PREFIX_ORIGIN_ROUTER_ADVERTISEMENT = 4,
};

enum mib_suffix_origin {
    MIB_SUFFIX_ORIGIN_OTHER = 0,
    MIB_SUFFIX_ORIGIN_MANUAL = 1,
    MIB_SUFFIX_ORIGIN_WELL_KNOWN = 2,
    MIB_SUFFIX_ORIGIN_DHCP = 3,
    MIB_SUFFIX_ORIGIN_LINK_LAYER_ADDRESS = 4,
    MIB_SUFFIX_ORIGIN_RANDOM = 5,
};

enum mib_dad_state {
    MIB_DAD_INVALID = 0,
    MIB_DAD_TENTATIVE = 1,
    MIB_DAD_DUPLICATE = 2,
    MIB_DAD_DEPRECATED = 3,
    MIB_DAD_PREFERRED = 4,
};

/* Key: family, address, ifindex, iftype. */
struct mib_unicast {
    struct mib_addr address;
    uint32_t ifindex;
    uint32_t valid_lifetime;     /* s */
    uint32_t preferred_lifetime; /* s */
    uint16_t iftype;
    uint8_t family;
    uint8_t prefix_length; /* bits */
    uint8_t prefix_origin; /* enum mib_prefix_origin */
    uint8_t suffix_origin; /* enum mib_suffix_origin */
    uint8_t dad_state;     /* enum mib_dad_state */
    uint8_t reserved[5];
    uint64_t created; /* 100 ns since 1601-01-01 UTC */
};

enum mib_route_origin {
    MIB_ROUTE_ORIGIN_MANUAL = 0,
    MIB_ROUTE_ORIGIN_WELL_KNOWN = 1,
    MIB_ROUTE_ORIGIN_DHCP = 2,
    MIB_ROUTE_ORIGIN_ROUTER_ADVERTISEMENT = 3,
    MIB_ROUTE_ORIGIN_6TO4 = 4,
};

/* The values of RFC 4292's IANAipRouteProtocol that rows carry. */
enum mib_route_protocol {
    MIB_ROUTE_PROTOCOL_OTHER = 1,
    MIB_ROUTE_PROTOCOL_LOCAL = 2,
    MIB_ROUTE_PROTOCOL_NETMGMT = 3,
    MIB_ROUTE_PROTOCOL_ICMP = 4,
    MIB_ROUTE_PROTOCOL_RIP = 8,
    MIB_ROUTE_PROTOCOL_IS_IS = 9,
    MIB_ROUTE_PROTOCOL_OSPF = 13,
    MIB_ROUTE_PROTOCOL_BGP = 14,
};

/* Key: family, prefix, prefix_length, next hop, ifindex, iftype. */
struct mib_route {
    struct mib_addr prefix;
    struct mib_addr next_hop; /* zero: on-link */
    uint32_t ifindex;
    uint32_t metric;
    uint32_t valid_lifetime; /* s */
    uint16_t iftype;
    uint8_t family;
    uint8_t next_hop_family; /* differs from family for IPv4 routes through IPv6 gateways */
    uint8_t prefix_length;   /* bits */
    uint8_t protocol;        /* enum mib_route_protocol */
    uint8_t origin;          /* enum mib_route_origin */
    uint8_t loopback;
};

/* The host's Teredo client (RFC 4380). No key: there is one. */
struct mib_teredo {
    uint32_t ifindex; /* of its tunnel */
    uint16_t port;    /* UDP, not 0 */
    uint16_t reserved;
};

/* Add, change and delete, decided against what was known before. */
enum mib_change_type {
    MIB_CHANGE_PARAMETER,
    MIB_CHANGE_ADD,
    MIB_CHANGE_DELETE,
};

union mib_row {
    struct mib_ipinterface ipinterface;
    struct mib_unicast unicast;
    struct mib_route route;
    struct mib_teredo teredo;
};

struct mib_change {
    uint32_t type; /* enum mib_change_type */
    uint32_t reserved;
    union mib_row row; /* which member: the table that the source was opened for */
};

/*
 * Whether a program that reads the row again could see a difference worth a notification; keys
 * are taken to be equal. Lifetimes that count down, and times read on demand, do not count.
 */
bool mib_ipinterface_same(const struct mib_ipinterface *a, const struct mib_ipinterface *b);
bool mib_unicast_same(const struct mib_unicast *a, const struct mib_unicast *b);

/* Whether it can be an interface's own: no group, not everybody (IPv4), not unspecified. */
bool mib_addr_is_unicast(uint8_t family, const struct mib_addr *addr);

/* Whether the address is a link-local one (IPv6 fe80::/10) and therefore needs a zone. */
bool mib_addr_is_link_local(uint8_t family, const struct mib_addr *addr);

/* Whether it is an IPv6 address in 2001::/32, which only Teredo clients have. */
bool mib_addr_is_teredo(uint8_t family, const struct mib_addr *addr);

/* The UDP port that such an address tells: the client's as its server sees it (RFC 4380, 4). */
uint16_t mib_addr_teredo_port(const struct mib_addr *addr);

bool mib_addr_is_zero(const struct mib_addr *addr);

#endif
