/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "invariants.h"

#include <string.h>

#define HOLDS(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            return #condition;                                                                     \
    } while (0)

static bool is_index(uint32_t ifindex)
{
    return ifindex > 0 && ifindex <= INT32_MAX;
}

static bool is_family(uint8_t family)
{
    return family == MIB_FAMILY_IPV4 || family == MIB_FAMILY_IPV6;
}

/* An IPv4 address takes four bytes and leaves the others zero. */
static bool is_clean(uint8_t family, const struct mib_addr *address)
{
    static const uint8_t zero[12];

    return family == MIB_FAMILY_IPV6 || memcmp(address->bytes + 4, zero, sizeof(zero)) == 0;
}

static bool is_within(const struct nlmsghdr *message, const uint32_t *values, size_t count)
{
    const uint8_t *start = (const uint8_t *)message;
    const uint8_t *first = (const uint8_t *)values;

    return count == 0 ||
           (first >= start && first + count * sizeof(*values) <= start + message->nlmsg_len);
}

const char *link_violation(const struct nlmsghdr *message, const struct link_message *link)
{
    HOLDS(is_index(link->ifindex));
    HOLDS(memchr(link->name, 0, sizeof(link->name)));
    HOLDS(is_within(message, link->ipv4_conf, link->ipv4_conf_count));
    HOLDS(is_within(message, link->ipv6_conf, link->ipv6_conf_count));
    HOLDS(link->has_ipv4 || !link->ipv4_conf);
    HOLDS(link->has_ipv6 || !link->ipv6_conf);
    HOLDS(link->has_ipv6 || !(link->has_ipv6_flags || link->has_addr_gen_mode));
    return NULL;
}

const char *address_violation(const struct address_record *address)
{
    const struct mib_unicast *row = &address->row;

    HOLDS(is_family(row->family));
    HOLDS(row->prefix_length <= (row->family == MIB_FAMILY_IPV4 ? 32 : 128));
    HOLDS(row->ifindex != 0);
    HOLDS(is_clean(row->family, &row->address));
    HOLDS(is_clean(row->family, &address->peer));
    HOLDS(row->dad_state > MIB_DAD_INVALID && row->dad_state <= MIB_DAD_PREFERRED);
    HOLDS(row->prefix_origin <= MIB_PREFIX_ORIGIN_ROUTER_ADVERTISEMENT);
    HOLDS(row->suffix_origin <= MIB_SUFFIX_ORIGIN_RANDOM);
    HOLDS(row->iftype == 0);
    return NULL;
}

static const char *nexthop_violation(const struct route_nexthop *nexthop)
{
    HOLDS(nexthop->gateway_family == MIB_FAMILY_UNSPEC || is_family(nexthop->gateway_family));
    HOLDS(nexthop->gateway_family != MIB_FAMILY_UNSPEC || mib_addr_is_zero(&nexthop->gateway));
    HOLDS(nexthop->gateway_family != MIB_FAMILY_IPV4 ||
          is_clean(MIB_FAMILY_IPV4, &nexthop->gateway));
    return NULL;
}

const char *route_violation(const struct route_message *route,
                            const struct route_nexthops *nexthops)
{

    HOLDS(is_family(route->family));
    HOLDS(route->prefix_length <= (route->family == MIB_FAMILY_IPV4 ? 32 : 128));
    HOLDS(is_clean(route->family, &route->prefix));
    HOLDS(route->type != RTN_UNSPEC && route->type < RTN_XRESOLVE);
    HOLDS(nexthops->count <= nexthops->capacity);
    HOLDS(nexthops->count > 0 || route->nexthop_id != 0);
    for (size_t i = 0; i < nexthops->count; i++) {
        const struct route_nexthop *nexthop = &nexthops->items[i];
        const char *violation = nexthop_violation(nexthop);

        if (violation)
            return violation;
        HOLDS(nexthop->ifindex != 0);
    }
    return NULL;
}

const char *neighbour_violation(const struct neighbour_message *neighbour)
{
    static const uint8_t zero[MIB_PHYSICAL_ADDRESS_MAX];
    const struct mib_neighbour *row = &neighbour->row;
    size_t length = row->physical_address_length;

    HOLDS(is_family(row->family));
    HOLDS(is_index(row->ifindex));
    HOLDS(row->iftype == 0);
    HOLDS(is_clean(row->family, &row->address) && !mib_addr_is_zero(&row->address));
    HOLDS(row->state <= MIB_NEIGHBOUR_PERMANENT);
    HOLDS(row->state == MIB_NEIGHBOUR_PERMANENT || !neighbour->has_fixed_address);
    HOLDS(row->state != MIB_NEIGHBOUR_PERMANENT || row->since == 0);
    HOLDS(row->router <= 1);
    HOLDS(length <= sizeof(zero));
    HOLDS(memcmp(row->physical_address + length, zero, sizeof(zero) - length) == 0);
    return NULL;
}

const char *membership_violation(const struct membership *membership, enum membership_kind kind)
{
    uint8_t first = membership->address.bytes[0];

    HOLDS(is_family((uint8_t)membership->family));
    HOLDS(membership->ifindex != 0);
    HOLDS(is_clean((uint8_t)membership->family, &membership->address));
    HOLDS(!mib_addr_is_zero(&membership->address));
    HOLDS((kind == MEMBERSHIP_MULTICAST) ==
          (membership->family == MIB_FAMILY_IPV4 ? first >= 224 && first < 240 : first == 255));
    return NULL;
}

const char *nexthop_object_violation(const struct nexthop_object *object)
{
    HOLDS(object->id != 0);
    HOLDS(object->is_group == (object->members != NULL));
    HOLDS(object->is_group == (object->member_count != 0));
    HOLDS(!(object->is_group && object->blackhole));
    HOLDS(object->is_group || object->nexthop.ifindex != 0);
    return nexthop_violation(&object->nexthop);
}

const char *ipinterface_row_violation(const struct mib_ipinterface *row)
{
    HOLDS(is_family(row->family));
    HOLDS(is_index(row->ifindex));
    HOLDS(row->forwarding <= 1 && row->connected <= 1 && row->managed_addresses <= 1);
    HOLDS(row->other_stateful <= 1 && row->router_discovery <= 1);
    HOLDS(row->supports_router_discovery || !row->router_discovery);
    HOLDS(row->family == MIB_FAMILY_IPV6 || !row->supports_router_discovery);
    return NULL;
}

const char *route_row_violation(const struct mib_route *row)
{
    HOLDS(is_family(row->family));
    HOLDS(is_family(row->next_hop_family));
    HOLDS(row->prefix_length <= (row->family == MIB_FAMILY_IPV4 ? 32 : 128));
    HOLDS(is_clean(row->family, &row->prefix));
    HOLDS(is_clean(row->next_hop_family, &row->next_hop));
    HOLDS(row->ifindex != 0);
    HOLDS(row->loopback <= 1);
    return NULL;
}
