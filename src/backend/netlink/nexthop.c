/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/netlink/nexthop.h"
#include "backend/netlink/array.h"

#include <errno.h>
#include <linux/nexthop.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdlib.h>
#include <string.h>

static int parse_group(const struct nlattr *group, struct nexthop *nexthop)
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
    nexthop->is_group = true;
    nexthop->members = members;
    nexthop->member_count = count;
    return 0;
}

static int parse_gateway(const struct nlattr *gateway, uint8_t family, struct route_leg *leg)
{
    size_t length = family == AF_INET ? 4 : 16;

    if ((family != AF_INET && family != AF_INET6) || (size_t)nla_len(gateway) != length)
        return -EBADMSG;
    memcpy(leg->gateway.bytes, nla_data(gateway), length);
    leg->gateway_family = family == AF_INET ? MIB_FAMILY_IPV4 : MIB_FAMILY_IPV6;
    return 0;
}

int nexthop_parse(const struct nlmsghdr *message, struct nexthop *ret)
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
    struct nexthop nexthop = {
        .id = nla_get_u32(attributes[NHA_ID]),
        .blackhole = attributes[NHA_BLACKHOLE] != NULL,
        .leg = {.weight = 1, .dead = info->nh_flags & RTNH_F_DEAD},
    };
    int r = 0;

    if (attributes[NHA_GROUP]) {
        if (nexthop.blackhole)
            return -EBADMSG;
        r = parse_group(attributes[NHA_GROUP], &nexthop);
    } else {
        /* A blackhole's link is not named; routes through it have it on the loopback link. */
        if (attributes[NHA_OIF])
            nexthop.leg.ifindex = nla_get_u32(attributes[NHA_OIF]);
        else if (nexthop.blackhole)
            nexthop.leg.ifindex = LOOPBACK_IFINDEX;
        if (nexthop.leg.ifindex == 0)
            return -EBADMSG;
        if (attributes[NHA_GATEWAY])
            r = parse_gateway(attributes[NHA_GATEWAY], info->nh_family, &nexthop.leg);
    }
    if (r == 0)
        *ret = nexthop;
    return r;
}

void nexthop_clear(struct nexthop *nexthop)
{
    free(nexthop->members);
    *nexthop = (struct nexthop){0};
}

void nexthop_map_clear(struct nexthop_map *map)
{
    for (size_t i = 0; i < map->count; i++)
        nexthop_clear(&map->nexthops[i]);
    free(map->nexthops);
    *map = (struct nexthop_map){0};
}

static size_t position_of(const struct nexthop_map *map, uint32_t id)
{
    size_t low = 0;
    size_t high = map->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (map->nexthops[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct nexthop *find(const struct nexthop_map *map, uint32_t id)
{
    size_t i = position_of(map, id);

    return i < map->count && map->nexthops[i].id == id ? &map->nexthops[i] : NULL;
}

bool nexthop_map_has(const struct nexthop_map *map, uint32_t id)
{
    return find(map, id) != NULL;
}

int nexthop_map_put(struct nexthop_map *map, const struct nexthop *nexthop)
{
    struct nexthop *known = find(map, nexthop->id);

    if (known) {
        nexthop_clear(known);
        *known = *nexthop;
        return 0;
    }
    struct nexthop *nexthops =
        array_make_room(map->nexthops, map->count, &map->capacity, sizeof(*nexthops), 8);
    if (!nexthops)
        return -ENOMEM;
    map->nexthops = nexthops;
    size_t i = position_of(map, nexthop->id);
    memmove(&map->nexthops[i + 1], &map->nexthops[i], (map->count - i) * sizeof(*nexthop));
    map->nexthops[i] = *nexthop;
    map->count++;
    return 0;
}

int nexthop_map_take(struct nexthop_map *map, const struct nlmsghdr *message)
{
    struct nexthop nexthop;
    int r = nexthop_parse(message, &nexthop);

    if (r != 0)
        return r;
    r = nexthop_map_put(map, &nexthop);
    if (r < 0)
        nexthop_clear(&nexthop);
    return r;
}

void nexthop_map_remove(struct nexthop_map *map, uint32_t id)
{
    struct nexthop *known = find(map, id);

    if (!known)
        return;
    nexthop_clear(known);
    size_t after = map->count - 1 - (size_t)(known - map->nexthops);
    memmove(known, known + 1, after * sizeof(*known));
    map->count--;
}

int nexthop_map_resolve(const struct nexthop_map *map, uint32_t id,
                        int (*visit)(void *context, const struct route_leg *leg), void *context)
{
    const struct nexthop *nexthop = find(map, id);

    if (!nexthop)
        return 0;
    if (!nexthop->is_group)
        return visit(context, &nexthop->leg);
    for (size_t i = 0; i < nexthop->member_count; i++) {
        const struct nexthop *member = find(map, nexthop->members[i]);
        /* Groups hold no groups (net/ipv4/nexthop.c: valid_group_nh). */
        int r = member && !member->is_group ? visit(context, &member->leg) : 0;
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
