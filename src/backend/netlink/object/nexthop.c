/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Nexthop objects in messages, and a map of them. The watch of routes and the table of routes keep
 * one each, because a route's message has only the id of its nexthop object.
 */
#include "backend/netlink/object/nexthop.h"
#include "backend/array.h"
#include "backend/netlink/object/link.h"

#include <errno.h>
#include <linux/nexthop.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdlib.h>
#include <string.h>

static int parse_group(const struct nlattr *group, struct nexthop_object *object)
{
    size_t count = (size_t)nla_len(group) / sizeof(struct nexthop_grp);
    const uint8_t *entries = nla_data(group);

    if (count == 0 || (size_t)nla_len(group) % sizeof(struct nexthop_grp) != 0)
        return -EBADMSG;
    uint32_t *members = reallocarray(NULL, count, sizeof(*members));
    if (!members)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++) {
        struct nexthop_grp entry;
        memcpy(&entry, entries + i * sizeof(entry), sizeof(entry));
        members[i] = entry.id;
    }
    object->is_group = true;
    object->members = members;
    object->member_count = count;
    return 0;
}

static int parse_gateway(const struct nlattr *gateway, uint8_t family,
                         struct route_nexthop *nexthop)
{
    size_t length = family == AF_INET ? 4 : 16;

    if ((family != AF_INET && family != AF_INET6) || (size_t)nla_len(gateway) != length)
        return -EBADMSG;
    memcpy(nexthop->gateway.bytes, nla_data(gateway), length);
    nexthop->gateway_family = family == AF_INET ? MIB_FAMILY_IPV4 : MIB_FAMILY_IPV6;
    return 0;
}

int nexthop_parse(const struct nlmsghdr *message, struct nexthop_object *ret)
{
    static const struct nla_policy policy[NHA_MAX + 1] = {
        [NHA_ID] = {.type = NLA_U32, .maxlen = sizeof(uint32_t)},
        [NHA_OIF] = {.type = NLA_U32, .maxlen = sizeof(uint32_t)},
    };
    struct nlattr *attributes[NHA_MAX + 1];
    const struct nhmsg *info;

    if (message->nlmsg_len < NLMSG_LENGTH(sizeof(*info)) ||
        nlmsg_parse((struct nlmsghdr *)message, sizeof(*info), attributes, NHA_MAX, policy) < 0 ||
        !attributes[NHA_ID])
        return -EBADMSG;
    if (attributes[NHA_FDB])
        return -ENOMSG;
    if (nla_get_u32(attributes[NHA_ID]) == 0)
        return -EBADMSG;
    info = NLMSG_DATA(message);
    struct nexthop_object object = {
        .id = nla_get_u32(attributes[NHA_ID]),
        .blackhole = attributes[NHA_BLACKHOLE] != NULL,
        .nexthop = {.weight = 1, .dead = info->nh_flags & RTNH_F_DEAD},
    };
    int r = 0;

    if (attributes[NHA_GROUP]) {
        if (object.blackhole)
            return -EBADMSG;
        r = parse_group(attributes[NHA_GROUP], &object);
    } else {
        /* A blackhole's link is not named; routes through it have it on the loopback link. */
        if (attributes[NHA_OIF])
            object.nexthop.ifindex = nla_get_u32(attributes[NHA_OIF]);
        else if (object.blackhole)
            object.nexthop.ifindex = LOOPBACK_IFINDEX;
        if (object.nexthop.ifindex == 0)
            return -EBADMSG;
        if (attributes[NHA_GATEWAY])
            r = parse_gateway(attributes[NHA_GATEWAY], info->nh_family, &object.nexthop);
    }
    if (r == 0)
        *ret = object;
    return r;
}

void nexthop_clear(struct nexthop_object *object)
{
    free(object->members);
    *object = (struct nexthop_object){0};
}

void nexthop_map_clear(struct nexthop_map *map)
{
    for (size_t i = 0; i < map->count; i++)
        nexthop_clear(&map->objects[i]);
    free(map->objects);
    *map = (struct nexthop_map){0};
}

static struct nexthop_object *find(const struct nexthop_map *map, uint32_t id)
{
    return array_find(map->objects, map->count, sizeof(*map->objects), id);
}

bool nexthop_map_has(const struct nexthop_map *map, uint32_t id)
{
    return find(map, id) != NULL;
}

int nexthop_map_put(struct nexthop_map *map, const struct nexthop_object *object)
{
    struct nexthop_object *known = find(map, object->id);

    if (known) {
        nexthop_clear(known);
        *known = *object;
        return 0;
    }
    struct nexthop_object *objects =
        array_make_room(map->objects, map->count, &map->capacity, sizeof(*objects), 8);
    if (!objects)
        return -ENOMEM;
    map->objects = objects;
    size_t i = array_position_of(objects, map->count, sizeof(*objects), object->id);
    array_open_gap(objects, map->count++, sizeof(*objects), i);
    objects[i] = *object;
    return 0;
}

int nexthop_map_take(struct nexthop_map *map, const struct nlmsghdr *message)
{
    struct nexthop_object object;
    int r = nexthop_parse(message, &object);

    if (r != 0)
        return r;
    r = nexthop_map_put(map, &object);
    if (r < 0)
        nexthop_clear(&object);
    return r;
}

void nexthop_map_remove(struct nexthop_map *map, uint32_t id)
{
    struct nexthop_object *known = find(map, id);

    if (!known)
        return;
    nexthop_clear(known);
    array_close_gap(map->objects, map->count--, sizeof(*known), known);
}

int nexthop_map_resolve(const struct nexthop_map *map, uint32_t id,
                        int (*visit)(void *context, const struct route_nexthop *nexthop),
                        void *context)
{
    const struct nexthop_object *object = find(map, id);

    if (!object)
        return 0;
    if (!object->is_group)
        return visit(context, &object->nexthop);
    for (size_t i = 0; i < object->member_count; i++) {
        const struct nexthop_object *member = find(map, object->members[i]);
        /* Groups hold no groups (net/ipv4/nexthop.c: valid_group_nh). */
        int r = member && !member->is_group ? visit(context, &member->nexthop) : 0;
        if (r < 0)
            return r;
    }
    return 0;
}

struct nl_msg *nexthop_request_dump(void)
{
    struct nhmsg info = {0};
    struct nl_msg *message = nlmsg_alloc_simple(RTM_GETNEXTHOP, NLM_F_DUMP);

    if (message && nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO) < 0) {
        nlmsg_free(message);
        return NULL;
    }
    return message;
}
