/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Network interfaces: one row for each link, whatever families are on it. */
#ifndef SRC_MIB_ROW_INTERFACE_H
#define SRC_MIB_ROW_INTERFACE_H

#include "mib/row/neighbour.h"
#include "mib/table.h"

/* A speed that nobody knows. */
#define MIB_SPEED_UNKNOWN UINT64_MAX

enum mib_interface_flag {
    MIB_INTERFACE_UP = 0x01,       /* set to be used (IFF_UP) */
    MIB_INTERFACE_RUNNING = 0x02,  /* as the kernel sees it, it can be used */
    MIB_INTERFACE_LOWER_UP = 0x04, /* the lower layer is up */
    MIB_INTERFACE_CARRIER = 0x08,  /* there is a signal; without meaning where it is not up */
    MIB_INTERFACE_DORMANT = 0x10,  /* it waits for something, as 802.1X */
    MIB_INTERFACE_POINT_TO_POINT = 0x20,
    MIB_INTERFACE_MULTICAST = 0x40,
    MIB_INTERFACE_NO_ARP = 0x80, /* neighbours need no resolution */
};

/* RFC 2863, ifOperStatus. */
enum mib_oper_status {
    MIB_OPER_UP = 1,
    MIB_OPER_DOWN = 2,
    MIB_OPER_TESTING = 3,
    MIB_OPER_UNKNOWN = 4,
    MIB_OPER_DORMANT = 5,
    MIB_OPER_NOT_PRESENT = 6,
    MIB_OPER_LOWER_LAYER_DOWN = 7,
};

/* How a tunnel encapsulates (IANAtunnelType-MIB). */
enum mib_tunnel {
    MIB_TUNNEL_NONE = 0,
    MIB_TUNNEL_OTHER = 1,
    MIB_TUNNEL_DIRECT = 2, /* IP in IP, nothing between the headers */
    MIB_TUNNEL_6TO4 = 11,
    MIB_TUNNEL_ISATAP = 13,
};

/* What a link is beside its type. */
enum mib_medium {
    MIB_MEDIUM_OTHER,
    MIB_MEDIUM_LOOPBACK,
    MIB_MEDIUM_ETHERNET, /* frames like Ethernet's, wireless ones included */
    MIB_MEDIUM_TOKENRING,
    MIB_MEDIUM_FDDI,
    MIB_MEDIUM_PPP,
    MIB_MEDIUM_IP, /* IP packets without a frame */
    MIB_MEDIUM_TUNNEL,
    MIB_MEDIUM_INFINIBAND,
    MIB_MEDIUM_FIREWIRE,
};

/* What need not be asked for: in a key's `without`; a filter has flags of that name,
 * MIB_FILTER_WITHOUT_…. */
enum {
    MIB_INTERFACE_WITHOUT_STATISTICS = 1,
    MIB_INTERFACE_WITHOUT_SPEED = 2,
};

/* Fields that MIB_VERB_SET sets. */
enum {
    MIB_INTERFACE_FIELD_UP = 1, /* MIB_INTERFACE_UP in flags */
};

/* Key: ifindex, iftype. No family. Counters are zero where they were not asked for. */
struct mib_interface {
    MIB_HEAD;
    uint8_t without; /* in a key */
    uint32_t mtu;    /* bytes */
    uint32_t lower;  /* the link that it is made upon; 0: none, or none in this namespace */
    uint32_t master; /* the bridge, bond, … that it is a port of; 0: none */
    uint16_t arphrd; /* ARPHRD_… */
    uint8_t flags;   /* MIB_INTERFACE_… */
    uint8_t oper;    /* enum mib_oper_status */
    uint8_t medium;  /* enum mib_medium */
    uint8_t tunnel;  /* enum mib_tunnel */
    uint8_t hardware;
    uint8_t physical_address_length;
    uint8_t has_ipv4; /* IPv4, IPv6 are on it */
    uint8_t has_ipv6;
    uint8_t managed_addresses; /* the last router advertisement had the M flag */
    uint8_t other_stateful;    /* … the O flag */
    uint8_t physical_address[MIB_PHYSICAL_ADDRESS_MAX];
    uint8_t permanent_address[MIB_PHYSICAL_ADDRESS_MAX]; /* as long; zero: it has none */
    _Alignas(8) uint64_t transmit_speed;                 /* bit/s, or MIB_SPEED_UNKNOWN */
    _Alignas(8) uint64_t receive_speed;
    _Alignas(8) uint64_t in_octets;
    _Alignas(8) uint64_t in_packets; /* all of them */
    _Alignas(8) uint64_t in_multicast;
    _Alignas(8) uint64_t in_discards;
    _Alignas(8) uint64_t in_errors;
    _Alignas(8) uint64_t in_unknown; /* that no protocol wanted */
    _Alignas(8) uint64_t out_octets;
    _Alignas(8) uint64_t out_packets;
    _Alignas(8) uint64_t out_discards;
    _Alignas(8) uint64_t out_errors;
    char name[16];         /* NUL-terminated */
    char description[256]; /* NUL-terminated: what the administrator has set, or the name */
};

MIB_ASSERT_LAYOUT(struct mib_interface, MIB_ROW_SIZE_INTERFACE);

#endif
