/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Links and the IP interfaces on them: RTM_…LINK and RTM_…NETCONF messages, the links that they add
 * up to, and the IP interface rows that follow.
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
    bool rename_pending; /* a DELNETCONF and a NEWNETCONF follow that a rename sends */
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
    bool present;   /* a RTM_NEWLINK arrived; the NETCONF messages of a new link come before it */
    uint32_t flags; /* IFF_… */
    uint32_t mtu;
    uint32_t master; /* the link that it is a port or member of; 0: none */
    uint32_t mtu_of; /* the link whose MTU it follows, unannounced; 0: none in this namespace */
    uint16_t iftype;
    uint16_t arphrd;
    uint8_t address_length; /* of its link-layer address, and of its neighbours'; 0: it has none */
    char name[16];
    bool is_tun;
    bool is_persistent; /* a tun device that exists also while no program holds it */
    uint32_t tag;       /* goes with the IPv4 family state */
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
 * The IANA ifType of links whose hardware has none and whose flags say point-to-point: that of PPP.
 * Written before all other calls by whoever needs to tell them from PPP proper.
 */
extern uint16_t link_iftype_pointopoint;

/* The IANA ifType of a link, 0 where the link is not known. */
uint16_t link_map_iftype(const struct link_map *map, uint32_t ifindex);

/* Whether a known link follows the MTU of this one, which is not announced. */
bool link_map_has_mtu_follower(const struct link_map *map, uint32_t ifindex);

/* Whether the link could carry traffic before and cannot now, or the other way round. */
bool link_carrying_changed(const struct link *before, const struct link *after);

/* include/net/if_inet6.h: what a router advertisement said, in IFLA_INET6_FLAGS. */
enum { LINK_RA_OTHERCONF = 0x80, LINK_RA_MANAGED = 0x40 };

/* A parsed link message. Pointers lead into the message. */
struct link_message {
    uint32_t ifindex;
    uint32_t flags;
    uint16_t arphrd;
    uint8_t family; /* AF_UNSPEC: of the link itself; AF_INET6: of its IPv6 family state; AF_BRIDGE:
                       a port */
    bool has_mtu;
    uint32_t mtu;
    uint8_t address_length; /* of its link-layer address; 0: it has none */
    const uint8_t *address;
    char name[16];   /* empty: not given */
    uint32_t master; /* this and the next five are given only where family is AF_UNSPEC */
    uint32_t lower;  /* the link that it is made upon, or its peer; 0: none in this namespace */
    bool is_ipvlan;
    bool has_device; /* of hardware; a link that a command makes has none */
    bool is_tun;     /* of kind "tun" */
    bool is_persistent;
    bool has_ipv4, has_ipv6, has_ipv6_flags, has_addr_gen_mode;
    uint32_t ipv6_flags; /* LINK_RA_… */
    uint8_t addr_gen_mode;
    const uint32_t *ipv4_conf;
    size_t ipv4_conf_count;
    const uint32_t *ipv6_conf;
    size_t ipv6_conf_count;
};

/* Pure. -EBADMSG for a message that cannot be one of the kernel's. */
int link_parse(const struct nlmsghdr *message, struct link_message *ret);

/* The IANA ifType of the link. `sock` is any socket, for asking about wireless links. */
uint16_t link_iftype(const struct link_message *link, const struct netlink_socket *sock);

/* A parsed netconf message; values below 0 are not given. ifindex below 0: not of one link. */
struct netconf_message {
    uint8_t family;
    int32_t ifindex;
    int32_t forwarding;
    int32_t ignores_linkdown;
};

int netconf_parse(const struct nlmsghdr *message, struct netconf_message *ret);

/*
 * Takes a RTM_NEWLINK into the map. from_dump: whether IFLA_AF_SPEC may decide which families are
 * enabled. Not in events: they can be older than NETCONF messages already seen. `sock` is any
 * socket, for asking about wireless links. *ret_link is valid until the map changes.
 */
int link_map_take_link(struct link_map *map, const struct link_message *message, bool from_dump,
                       const struct netlink_socket *sock, struct link **ret_link);

/* Takes nothing but the settings of the IPv6 family state. */
void link_take_ipv6_settings(struct link *link, const struct link_message *message);

/*
 * Takes a RTM_NEWNETCONF (present) or RTM_DELNETCONF into the map. *ret_link is NULL where the
 * message is not about one link.
 */
int link_map_take_netconf(struct link_map *map, const struct netconf_message *message, bool present,
                          struct link **ret_link);

/*
 * A link's tag is a number that the kernel keeps for whoever wants to write one (IPv4's setting
 * "tag"). Here it carries, of each family, what Linux has no place for: that a program has chosen
 * the metric, and how many times the times of neighbours were set, of which no message tells. 0:
 * nothing of it.
 */
struct link_tag {
    bool metric_fixed[2]; /* IPv4, IPv6 */
    uint8_t times_set[2]; /* the lower 7 bits count */
};

/* -EBUSY: somebody else has written it. */
int link_tag_parse(uint32_t tag, struct link_tag *ret);
uint32_t link_tag_format(const struct link_tag *tag);

/* The row of one family state of a link, which exists; without the times. */
void link_ipinterface(const struct link *link, enum mib_family family, struct mib_ipinterface *ret);

/* Requests: a dump of all links; one link, by index or by name. */
struct nl_msg *link_request_dump(void);
struct nl_msg *link_request_one(uint32_t ifindex, const char *name);

#endif
