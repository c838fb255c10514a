/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Routes. */
#ifndef SRC_MIB_ROW_ROUTE_H
#define SRC_MIB_ROW_ROUTE_H

#include "mib/table.h"

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

/* What a change of a row sets. */
enum {
    MIB_ROUTE_METRIC = 1,
    MIB_ROUTE_PROTOCOL = 2, /* with the origin */
    MIB_ROUTE_LIFETIME = 4, /* IPv6 only, where it is not infinite */
};

/* Key: family, prefix, prefix_length, next hop, ifindex, iftype. */
struct mib_route {
    MIB_HEAD;
    uint8_t prefix_length; /* bits */
    struct mib_addr prefix;
    struct mib_addr next_hop; /* zero: on-link */
    uint32_t metric;
    uint32_t valid_lifetime; /* s */
    uint8_t next_hop_family; /* differs from family for IPv4 routes through IPv6 gateways */
    uint8_t protocol;        /* enum mib_route_protocol */
    uint8_t origin;          /* enum mib_route_origin */
    uint8_t loopback;
};

MIB_ASSERT_LAYOUT(struct mib_route, MIB_ROW_SIZE_ROUTE);

#endif
