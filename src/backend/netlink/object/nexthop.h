/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Nexthop objects: RTM_…NEXTHOP messages, and routes' nexthop ids resolved to nexthops. */
#ifndef SRC_BACKEND_NETLINK_OBJECT_NEXTHOP_H
#define SRC_BACKEND_NETLINK_OBJECT_NEXTHOP_H

#include "backend/netlink/socket/socket.h"
#include "mib/addr.h"

/* One nexthop of a route: one that the route has itself, or a nexthop object's. */
struct route_nexthop {
    struct mib_addr gateway; /* zero: on-link */
    uint32_t ifindex;        /* 0: none (IPv4 reject routes) */
    uint8_t gateway_family;  /* enum mib_family; MIB_FAMILY_UNSPEC: no gateway */
    uint8_t weight;
    bool dead;         /* the kernel will not use it */
    uint32_t encap_id; /* hash of what else tells it apart: encapsulation, realm, on-link; or 0 */
};

struct nexthop_object {
    uint32_t id;
    bool is_group;
    bool blackhole;
    struct route_nexthop nexthop;
    uint32_t *members; /* group: ids; owned */
    size_t member_count;
};

/* Nexthop objects by id. Zeroed is empty. */
struct nexthop_map {
    struct nexthop_object *objects; /* sorted by id */
    size_t count;
    size_t capacity;
};

/*
 * Pure but for the members' memory; the caller clears it, or puts it into a map. -EBADMSG, -ENOMEM;
 * -ENOMSG for one of a bridge's fdb.
 */
int nexthop_parse(const struct nlmsghdr *message, struct nexthop_object *ret);

/* Frees what belongs to it. */
void nexthop_clear(struct nexthop_object *object);

void nexthop_map_clear(struct nexthop_map *map);

/* Takes the nexthop over, members and all, in the place of a known one. 0; -ENOMEM. */
int nexthop_map_put(struct nexthop_map *map, const struct nexthop_object *object);

/* Takes a RTM_NEWNEXTHOP into the map. 0; as nexthop_parse. */
int nexthop_map_take(struct nexthop_map *map, const struct nlmsghdr *message);

void nexthop_map_remove(struct nexthop_map *map, uint32_t id);
bool nexthop_map_has(const struct nexthop_map *map, uint32_t id);

/* Calls visit for each nexthop of an object or group; unknown ids have none. */
int nexthop_map_resolve(const struct nexthop_map *map, uint32_t id,
                        int (*visit)(void *context, const struct route_nexthop *nexthop),
                        void *context);

struct nl_msg *nexthop_request_dump(void);

#endif
