/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the host has counted of a protocol, since it has its network. */
#ifndef SRC_MIB_QUERY_STATISTICS_H
#define SRC_MIB_QUERY_STATISTICS_H

#include "mib/query.h"

enum mib_protocol {
    MIB_PROTOCOL_IP,
    MIB_PROTOCOL_TCP,
    MIB_PROTOCOL_UDP,
    MIB_PROTOCOL_ICMP,
    MIB_PROTOCOLS
};

/* The values of each protocol. What they mean is in RFC 4293, RFC 4022, RFC 4113. */
enum mib_ip_value {
    MIB_IP_FORWARDS, /* 1 or 0 */
    MIB_IP_DEFAULT_TTL,
    MIB_IP_IN_RECEIVES,
    MIB_IP_IN_HDR_ERRORS,
    MIB_IP_IN_ADDR_ERRORS,
    MIB_IP_FORW_DATAGRAMS,
    MIB_IP_IN_UNKNOWN_PROTOS,
    MIB_IP_IN_DISCARDS,
    MIB_IP_IN_DELIVERS,
    MIB_IP_OUT_REQUESTS,
    MIB_IP_OUT_DISCARDS,
    MIB_IP_OUT_NO_ROUTES,
    MIB_IP_REASM_TIMEOUT, /* seconds that fragments are kept; not a counter */
    MIB_IP_REASM_REQDS,
    MIB_IP_REASM_OKS,
    MIB_IP_REASM_FAILS,
    MIB_IP_FRAG_OKS,
    MIB_IP_FRAG_FAILS,
    MIB_IP_FRAG_CREATES,
    MIB_IP_INTERFACES, /* rows of the tables: */
    MIB_IP_ADDRESSES,
    MIB_IP_ROUTES,
    MIB_IP_VALUES
};

enum mib_tcp_value {
    MIB_TCP_RTO_ALGORITHM, /* as RFC 2012 numbers them */
    MIB_TCP_RTO_MIN,       /* milliseconds */
    MIB_TCP_RTO_MAX,
    MIB_TCP_MAX_CONN, /* UINT64_MAX: no fixed one */
    MIB_TCP_ACTIVE_OPENS,
    MIB_TCP_PASSIVE_OPENS,
    MIB_TCP_ATTEMPT_FAILS,
    MIB_TCP_ESTAB_RESETS,
    MIB_TCP_CURR_ESTAB,
    MIB_TCP_IN_SEGS,
    MIB_TCP_OUT_SEGS,
    MIB_TCP_RETRANS_SEGS,
    MIB_TCP_IN_ERRS,
    MIB_TCP_OUT_RSTS,
    MIB_TCP_CONNECTIONS, /* in all states but listening */
    MIB_TCP_VALUES
};

enum mib_udp_value {
    MIB_UDP_IN_DATAGRAMS,
    MIB_UDP_NO_PORTS,
    MIB_UDP_IN_ERRORS,
    MIB_UDP_OUT_DATAGRAMS,
    MIB_UDP_SOCKETS, /* that have a port */
    MIB_UDP_VALUES
};

/* In: the type is added to MIB_ICMP_IN_TYPES; out likewise. */
enum mib_icmp_value {
    MIB_ICMP_IN_MSGS,
    MIB_ICMP_IN_ERRORS,
    MIB_ICMP_IN_TYPES,
    MIB_ICMP_OUT_MSGS = MIB_ICMP_IN_TYPES + 256,
    MIB_ICMP_OUT_ERRORS,
    MIB_ICMP_OUT_TYPES,
    MIB_ICMP_VALUES = MIB_ICMP_OUT_TYPES + 256
};

/*
 * In: family and protocol. Out: the protocol's values; one that the host does not count is 0.
 * -EAFNOSUPPORT: the host lacks the family. -EOPNOTSUPP: it does not show what it counts.
 */
struct mib_statistics {
    MIB_HEAD;
    uint8_t protocol; /* enum mib_protocol */
    _Alignas(8) uint64_t values[MIB_ICMP_VALUES];
};

MIB_ASSERT_LAYOUT(struct mib_statistics, MIB_QUERY_SIZE_STATISTICS);

#endif
