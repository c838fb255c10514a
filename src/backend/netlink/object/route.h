/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Routes: RTM_…ROUTE messages, the records that watches keep of them, and the rows that follow. */
#ifndef SRC_BACKEND_NETLINK_OBJECT_ROUTE_H
#define SRC_BACKEND_NETLINK_OBJECT_ROUTE_H

#include "backend/netlink/object/nexthop.h"
#include "backend/netlink/socket/socket.h"
#include "mib/instance_table.h"
#include "mib/row/route.h"

/* A parsed route message, without its nexthops. */
struct route_message {
    uint8_t family; /* enum mib_family */
    uint8_t prefix_length;
    uint8_t tos;
    uint8_t protocol; /* RTPROT_… */
    uint8_t scope;
    uint8_t type; /* RTN_… */
    bool local_table;
    struct mib_addr prefix;
    uint32_t source_prefix; /* IPv6: of the prefix that traffic has to come from; 0: any */
    uint32_t metric;
    uint32_t nexthop_id; /* 0: none */
    uint32_t digest;     /* of what identifies an IPv4 route beside prefix, tos and metric */
    bool expires;
    int32_t expires_in; /* s; 0 or less: it has expired */
};

/* Nexthops of a message. Zeroed is empty; the memory is used again from message to message. */
struct route_nexthops {
    struct route_nexthop *items;
    size_t count;
    size_t capacity;
};

void route_nexthops_clear(struct route_nexthops *nexthops);
int route_nexthops_add(struct route_nexthops *nexthops, const struct route_nexthop *nexthop);

/*
 * Pure. The nexthops that the message itself carries replace those in *nexthops; a route of a
 * nexthop object carries none unless net.ipv4.nexthop_compat_mode is on. A reject or throw route of
 * IPv4, which the kernel has on no link, gets one on the loopback link. -EBADMSG for a message that
 * cannot be one of the kernel's; -ENOMSG for a route that has nothing to do with any row: of
 * another table, or cached; -ENOMEM.
 */
int route_parse(const struct nlmsghdr *message, struct route_message *ret,
                struct route_nexthops *nexthops);

/*
 * Whether no row shows the nexthop: one of a throw route, one that the kernel does not use because
 * its link has no carrier, one that has expired. A watch keeps such nexthops all the same, because
 * a message may replace their route.
 */
bool route_nexthop_not_shown(const struct route_message *route,
                             const struct route_nexthop *nexthop);

/*
 * One nexthop of one route as a watch keeps it. IPv4 routes whose gateways are IPv4 addresses take
 * the narrow form.
 */
struct route_record {
    uint32_t ifindex;
    uint32_t metric;
    union {
        uint32_t digest;     /* IPv4: tells routes that share a nexthop apart */
        uint32_t expires_at; /* IPv6: s, CLOCK_BOOTTIME; nexthops come and go singly there */
    };
    uint16_t iftype;
    /*
     * Tells routes with equal key and metric apart. IPv4: TOS. IPv6: hash of the source prefix, XOR
     * nexthop object id or encapsulation hash.
     */
    uint16_t instance_id;
    uint8_t prefix_length;
    uint8_t type;
    uint8_t protocol;
    uint8_t flags; /* ROUTE_… */
};

enum {
    ROUTE_IPV6 = 1,            /* the prefix is an IPv6 one */
    ROUTE_GATEWAY_IPV6 = 2,    /* the next hop is */
    ROUTE_LOCAL_TABLE = 4,     /* table local, not main */
    ROUTE_MULTIPATH = 8,       /* one of several nexthops */
    ROUTE_OF_NEXTHOP = 16,     /* through a nexthop object */
    ROUTE_EXPIRES = 32,        /* expires_at counts */
    ROUTE_NOT_SHOWN = 64,      /* no row; part of the key, so that it is no row's instance */
    ROUTE_SOURCE_PREFIX = 128, /* for traffic from certain addresses only */
};

struct route_record_narrow {
    struct route_record common;
    uint8_t prefix[4];
    uint8_t gateway[4];
};

struct route_record_wide {
    struct route_record common;
    struct mib_addr prefix;
    struct mib_addr gateway;
};

/* The records of one prefix are a group. */
extern const struct instance_ops route_ops_narrow;
extern const struct instance_ops route_ops_wide;

/* Whether a table of routes holds wide records; otherwise they are narrow. */
static inline bool route_table_is_wide(const struct instance_table *table)
{
    return table->ops == &route_ops_wide;
}

/* Wide records that stand for their prefix only. */
extern const struct instance_ops route_ops_prefix;

/* The instance_id of the nexthop's record. */
uint16_t route_instance_id(const struct route_message *route, const struct route_nexthop *nexthop);

/* The record of one nexthop. iftype is its link's; now (s, CLOCK_BOOTTIME) counts if it expires. */
void route_record_make(const struct route_message *route, const struct route_nexthop *nexthop,
                       bool multipath, uint16_t iftype, uint32_t now,
                       struct route_record_wide *ret);

/* Between the two forms. A wide record that has an IPv6 address in it cannot be narrowed. */
void route_record_narrow_of(const struct route_record_wide *wide, struct route_record_narrow *ret);
void route_record_wide_of(const struct route_record_narrow *narrow, struct route_record_wide *ret);

/* enum mib_route_protocol and enum mib_route_origin for the kernel's RTPROT_…. */
uint8_t route_mib_protocol(uint8_t protocol);
uint8_t route_mib_origin(uint8_t protocol);

/* The other way round: RTPROT_STATIC for what has no number of its own. */
uint8_t route_kernel_protocol(uint8_t mib_protocol, uint8_t mib_origin);

/* The row that a program sees; now as above. */
void route_record_row(const struct route_record_wide *record, uint32_t now, struct mib_route *ret);

/* A dump of one table (RT_TABLE_…), of one link where ifindex is not 0. */
struct nl_msg *route_request_dump(uint8_t af, uint32_t table, uint32_t ifindex);

/*
 * Asks which route the kernel uses to get to the address of the row's prefix over the row's link.
 * The answer is the route as it is in the table.
 */
struct nl_msg *route_request_lookup(const struct mib_route *row);

#endif
