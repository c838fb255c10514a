/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Links and the IP interfaces on them: RTM_…LINK and RTM_…NETCONF messages, what they leave known
 * of each link, and the IP interface rows that follow from it.
 */
#ifndef SRC_BACKEND_NETLINK_OBJECT_LINK_H
#define SRC_BACKEND_NETLINK_OBJECT_LINK_H

#include "backend/netlink/socket/socket.h"
#include "mib/addr.h"
#include "mib/row/ipinterface.h"

/* include/net/flow.h: the loopback link has this index in every network namespace. */
enum { LOOPBACK_IFINDEX = 1 };

/* The IPv4 or IPv6 family state of a link: its in_device or inet6_dev. */
struct link_family_state {
    bool exists;
    bool rename_pending; /* a rename takes it down and up again in the kernel's messages only */
    bool forwarding;
    bool ignores_linkdown;

    /* IPv6 only. */
    bool managed_addresses;
    bool other_stateful;
    bool link_local_automatic;
    uint32_t accept_ra;
    bool detects_duplicates; /* by the link's own accept_dad */
    uint32_t dad_transmits;
    uint32_t mtu;
};

struct link {
    uint32_t ifindex;
    bool present;   /* a RTM_NEWLINK told of it; NETCONF messages of a new link come before */
    uint32_t flags; /* IFF_… */
    uint32_t mtu;
    uint32_t master; /* the link that it is a port or member of; 0: none */
    uint32_t mtu_of; /* the link whose MTU it follows in silence; 0: none in this namespace */
    uint16_t iftype;
    uint16_t arphrd;
    char name[16];
    bool is_tun;
    bool is_persistent; /* a tun device that is there without a program that holds it */
    struct link_family_state ipv4;
    struct link_family_state ipv6;
};

/* Links by index. Zeroed is empty. */
struct link_map {
    struct link *links; /* sorted by ifindex */
    size_t count;
    size_t capacity;
};

void link_map_clear(struct link_map *map);
struct link *link_map_find(const struct link_map *map, uint32_t ifindex);
void link_map_remove(struct link_map *map, uint32_t ifindex);

/*
 * The IANA ifType of links that have none by their hardware and are point-to-point by their flags:
 * that of PPP. Whoever has to tell them from PPP proper writes another number here, before all
 * other calls.
 */
extern uint16_t link_iftype_pointopoint;

/* The IANA ifType of a link, 0 where the link is not known. */
uint16_t link_map_iftype(const struct link_map *map, uint32_t ifindex);

/* Whether a link is known that follows the MTU of this one in silence. */
bool link_map_has_mtu_follower(const struct link_map *map, uint32_t ifindex);

/* Whether traffic could flow before and cannot now, or the other way round, for any reason. */
bool link_carrying_changed(const struct link *before, const struct link *after);

/* What a link message says. Pointers lead into the message. */
struct link_message {
    uint32_t ifindex;
    uint32_t flags;
    uint16_t arphrd;
    uint8_t family; /* AF_UNSPEC: of the link itself; AF_INET6: of its IPv6 family state; AF_BRIDGE:
                       a port */
    bool has_mtu;
    uint32_t mtu;
    char name[16];   /* empty: not said */
    uint32_t master; /* this and the next five are said only where family is AF_UNSPEC */
    uint32_t lower;  /* the link that it is made upon, or its peer; 0: none in this namespace */
    bool is_ipvlan;
    bool has_device; /* whose link it is; those that a command makes have none */
    bool is_tun;     /* of kind "tun" */
    bool is_persistent;
    bool has_ipv4, has_ipv6, has_ipv6_flags, has_addr_gen_mode;
    uint32_t ipv6_flags; /* IF_RA_… */
    uint8_t addr_gen_mode;
    const uint32_t *ipv4_conf;
    size_t ipv4_conf_count;
    const uint32_t *ipv6_conf;
    size_t ipv6_conf_count;
};

/* Pure. -EBADMSG for a message that cannot be one of the kernel's. */
int link_parse(const struct nlmsghdr *message, struct link_message *ret);

/* What a netconf message says; values below 0 are not said. ifindex below 0: not of one link. */
struct netconf_message {
    uint8_t family;
    int32_t ifindex;
    int32_t forwarding;
    int32_t ignores_linkdown;
};

int netconf_parse(const struct nlmsghdr *message, struct netconf_message *ret);

/*
 * Takes a RTM_NEWLINK into the map. `from_dump` tells whether the message's word on which IP
 * family states exist counts: in a dump, not in an event, where it may be older than the NETCONF
 * messages that were sent before. `fd` is any socket, for asking about wireless links.
 * *ret_link is valid until the map changes.
 */
int link_map_take_link(struct link_map *map, const struct link_message *message, bool from_dump,
                       int fd, struct link **ret_link);

/* Only what a message says of the settings of the IPv6 family state. */
void link_take_ipv6_settings(struct link *link, const struct link_message *message);

/*
 * Takes a RTM_NEWNETCONF (present) or RTM_DELNETCONF into the map. *ret_link is NULL where it
 * concerns no link.
 */
int link_map_take_netconf(struct link_map *map, const struct netconf_message *message, bool present,
                          struct link **ret_link);

/* The row of one family state of a link, which exists; without the times. */
void link_ipinterface(const struct link *link, enum mib_family family, struct mib_ipinterface *ret);

/* Requests: a dump of all links; one link, by index or by name. */
struct nl_msg *link_request_dump(void);
struct nl_msg *link_request_one(uint32_t ifindex, const char *name);

#endif
