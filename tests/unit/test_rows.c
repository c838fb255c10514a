/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* api/rows and mib/row: rows of the model as rows of the API, keys back, and equality. */
#include "api/rows/convert.h"
#include "api/rows/row.h"
#include "mib/row/ipinterface.h"
#include "mib/row/route.h"
#include "mib/row/unicast.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct mib_addr ipv4 = {{192, 0, 2, 1}};
static const struct mib_addr ipv6 = {{0x20, 0x01, 0x0d, 0xb8, [15] = 1}};
static const struct mib_addr link_local = {{0xfe, 0x80, [15] = 0x99}};

static void families(void **state)
{
    (void)state;
    enum mib_family family = MIB_FAMILY_IPV4;

    assert_true(family_of_af(AF_UNSPEC, &family));
    assert_int_equal(family, MIB_FAMILY_UNSPEC);
    assert_true(family_of_af(AF_INET, &family));
    assert_int_equal(family, MIB_FAMILY_IPV4);
    assert_true(family_of_af(AF_INET6, &family));
    assert_int_equal(family, MIB_FAMILY_IPV6);
    assert_false(ip_family_of_af(AF_UNSPEC, &family));
    for (unsigned int af = 1; af < 0x10000; af++)
        if (af != AF_INET && af != AF_INET6)
            assert_false(family_of_af((ADDRESS_FAMILY)af, &family));
    assert_int_equal(family, MIB_FAMILY_IPV6);
}

static void luids(void **state)
{
    (void)state;
    NET_LUID luid = luid_of(0x123456, 71);
    uint32_t ifindex;
    uint16_t iftype;

    assert_int_equal(luid.Value, (uint64_t)71 << 48 | (uint64_t)0x123456 << 24);
    assert_int_equal(interface_of(&luid, 99, &ifindex, &iftype), 0); /* the LUID counts */
    assert_int_equal(ifindex, 0x123456);
    assert_int_equal(iftype, 71);
    luid.Value = 0;
    assert_int_equal(interface_of(&luid, 99, &ifindex, &iftype), 0);
    assert_int_equal(ifindex, 99);
    assert_int_equal(iftype, 0);
    assert_int_equal(interface_of(&luid, 0, &ifindex, &iftype), -EINVAL);
    /* Every index has a LUID of its own, and comes back of it. */
    static const uint32_t indexes[] = {1, 100, 0xffffff, 0x1000000, 100 + 0x1000000, INT32_MAX};
    for (size_t i = 0; i < sizeof(indexes) / sizeof(indexes[0]); i++) {
        luid = luid_of(indexes[i], 6);
        assert_int_equal(interface_of(&luid, 0, &ifindex, &iftype), 0);
        assert_int_equal(ifindex, indexes[i]);
        assert_int_equal(iftype, 6);
    }
    assert_int_equal(luid_of(100 + 0x1000000, 6).Value, (uint64_t)6 << 48 | 100 << 24 | 1);
    luid = luid_of(5, 6);
    luid.Info.Reserved = 0x80; /* beyond any index */
    assert_int_equal(interface_of(&luid, 5, &ifindex, &iftype), -ENODEV);
    luid = luid_of(0, 6);
    assert_int_equal(interface_of(&luid, 5, &ifindex, &iftype), -ENODEV);
    luid = luid_of(5, 0);
    assert_int_equal(interface_of(&luid, 5, &ifindex, &iftype), -ENODEV);
    luid.Value = UINT64_MAX;
    assert_int_equal(interface_of(&luid, 5, &ifindex, &iftype), -ENODEV);
}

static void interface_rows(void **state)
{
    (void)state;
    struct mib_ipinterface from = {
        .family = MIB_FAMILY_IPV6,
        .forwarding = 1,
        .unreachability_detection = 1,
        .managed_addresses = 1,
        .router_discovery = 1,
        .link_local_automatic = 1,
        .connected = 1,
        .ifindex = 3,
        .iftype = 6,
        .supports_router_discovery = 1,
        .dad_transmits = 2,
        .mtu = 1480,
        .base_reachable_time = 30000,
        .reachable_time = 31234,
        .retransmit_time = 1000,
        .path_mtu_discovery_timeout = 600000,
    };
    MIB_IPINTERFACE_ROW row;

    memset(&row, 0x55, sizeof(row));
    api_row_ipinterface.to_row(&from, &row);
    assert_int_equal(row.Family, AF_INET6);
    assert_int_equal(row.InterfaceLuid.Value, luid_of(3, 6).Value);
    assert_int_equal(row.InterfaceIndex, 3);
    assert_int_equal(row.ForwardingEnabled, TRUE);
    assert_int_equal(row.Connected, TRUE);
    assert_int_equal(row.UseNeighborUnreachabilityDetection, TRUE);
    assert_int_equal(row.SupportsNeighborDiscovery, TRUE);
    assert_int_equal(row.ManagedAddressConfigurationSupported, TRUE);
    assert_int_equal(row.OtherStatefulConfigurationSupported, FALSE);
    assert_int_equal(row.AdvertisingEnabled, FALSE);
    assert_int_equal(row.RouterDiscoveryBehavior, RouterDiscoveryEnabled);
    assert_int_equal(row.LinkLocalAddressBehavior, LinkLocalAlwaysOn);
    assert_int_equal(row.DadTransmits, 2);
    assert_int_equal(row.NlMtu, 1480);
    assert_int_equal(row.BaseReachableTime, 30000);
    assert_int_equal(row.ReachableTime, 31234);
    assert_int_equal(row.RetransmitTime, 1000);
    assert_int_equal(row.PathMtuDiscoveryTimeout, 600000);
    assert_int_equal(row.ZoneIndices[ScopeLevelLink], 3);
    from.family = MIB_FAMILY_IPV4;
    from.router_discovery = 0;
    from.link_local_automatic = 0;
    api_row_ipinterface.to_row(&from, &row);
    assert_int_equal(row.Family, AF_INET);
    assert_int_equal(row.RouterDiscoveryBehavior, RouterDiscoveryDisabled);
    assert_int_equal(row.LinkLocalAddressBehavior, LinkLocalAlwaysOff);
    assert_int_equal(row.ZoneIndices[ScopeLevelLink], 0);
}

static void unicast_rows(void **state)
{
    (void)state;
    struct mib_unicast from = {
        .address = link_local,
        .ifindex = 3,
        .valid_lifetime = 600,
        .preferred_lifetime = 300,
        .iftype = 6,
        .family = MIB_FAMILY_IPV6,
        .prefix_length = 64,
        .prefix_origin = MIB_PREFIX_ORIGIN_WELL_KNOWN,
        .suffix_origin = MIB_SUFFIX_ORIGIN_RANDOM,
        .dad_state = MIB_DAD_TENTATIVE,
        .created = 132000000000000000,
    };
    MIB_UNICASTIPADDRESS_ROW row;

    memset(&row, 0x55, sizeof(row));
    api_row_unicast.to_row(&from, &row);
    assert_int_equal(row.Address.si_family, AF_INET6);
    assert_memory_equal(&row.Address.Ipv6.sin6_addr, &link_local, 16);
    assert_int_equal(row.Address.Ipv6.sin6_scope_id, 3);
    assert_int_equal(row.Address.Ipv6.sin6_port, 0);
    assert_int_equal(row.ScopeId.Value, 3);
    assert_int_equal(row.InterfaceLuid.Value, luid_of(3, 6).Value);
    assert_int_equal(row.InterfaceIndex, 3);
    assert_int_equal(row.PrefixOrigin, IpPrefixOriginWellKnown);
    assert_int_equal(row.SuffixOrigin, IpSuffixOriginRandom);
    assert_int_equal(row.ValidLifetime, 600);
    assert_int_equal(row.PreferredLifetime, 300);
    assert_int_equal(row.OnLinkPrefixLength, 64);
    assert_int_equal(row.SkipAsSource, FALSE);
    assert_int_equal(row.DadState, IpDadStateTentative);
    assert_true(row.CreationTimeStamp.QuadPart == 132000000000000000);

    from.address = ipv4;
    from.family = MIB_FAMILY_IPV4;
    memset(&row, 0x55, sizeof(row));
    api_row_unicast.to_row(&from, &row);
    assert_int_equal(row.Address.si_family, AF_INET);
    assert_memory_equal(&row.Address.Ipv4.sin_addr, &ipv4, 4);
    assert_int_equal(row.ScopeId.Value, 0);
}

static void route_rows(void **state)
{
    (void)state;
    struct mib_route from = {
        .prefix = ipv4,
        .next_hop = link_local,
        .ifindex = 3,
        .metric = 77,
        .valid_lifetime = MIB_LIFETIME_INFINITE,
        .iftype = 6,
        .family = MIB_FAMILY_IPV4,
        .next_hop_family = MIB_FAMILY_IPV6,
        .prefix_length = 32,
        .protocol = MIB_ROUTE_PROTOCOL_NETMGMT,
        .origin = MIB_ROUTE_ORIGIN_ROUTER_ADVERTISEMENT,
        .loopback = 1,
    };
    MIB_IPFORWARD_ROW2 row;

    memset(&row, 0x55, sizeof(row));
    api_row_route.to_row(&from, &row);
    assert_int_equal(row.InterfaceLuid.Value, luid_of(3, 6).Value);
    assert_int_equal(row.InterfaceIndex, 3);
    assert_int_equal(row.DestinationPrefix.Prefix.si_family, AF_INET);
    assert_int_equal(row.DestinationPrefix.PrefixLength, 32);
    assert_int_equal(row.NextHop.si_family, AF_INET6);
    assert_int_equal(row.NextHop.Ipv6.sin6_scope_id, 3);
    assert_int_equal(row.SitePrefixLength, 0);
    assert_int_equal(row.ValidLifetime, UINT32_MAX);
    assert_int_equal(row.PreferredLifetime, UINT32_MAX);
    assert_int_equal(row.Metric, 77);
    assert_int_equal(row.Protocol, MIB_IPPROTO_NETMGMT);
    assert_int_equal(row.Loopback, TRUE);
    assert_int_equal(row.AutoconfigureAddress, TRUE);
    assert_int_equal(row.Publish, FALSE);
    assert_int_equal(row.Immortal, TRUE);
    assert_int_equal(row.Age, 0);
    assert_int_equal(row.Origin, NlroRouterAdvertisement);
    from.valid_lifetime = 600;
    from.origin = MIB_ROUTE_ORIGIN_DHCP;
    api_row_route.to_row(&from, &row);
    assert_int_equal(row.Immortal, FALSE);
    assert_int_equal(row.PreferredLifetime, 600);
    assert_int_equal(row.AutoconfigureAddress, FALSE);
    assert_int_equal(row.Origin, NlroDHCP);
}

static void addresses_there_and_back(void **state)
{
    (void)state;
    SOCKADDR_INET address = {0};
    struct mib_addr back;
    uint8_t family = 0;

    address.si_family = AF_INET;
    memcpy(&address.Ipv4.sin_addr, ipv4.bytes, 4);
    memset(&back, 0x55, sizeof(back));
    assert_true(address_of(&address, &family, &back));
    assert_int_equal(family, MIB_FAMILY_IPV4);
    assert_memory_equal(&back, &ipv4, sizeof(back));
    address.si_family = AF_INET6;
    memcpy(&address.Ipv6.sin6_addr, ipv6.bytes, 16);
    address.Ipv6.sin6_scope_id = 9;
    assert_true(address_of(&address, &family, &back));
    assert_int_equal(family, MIB_FAMILY_IPV6);
    assert_memory_equal(&back, &ipv6, sizeof(back));
    address.si_family = AF_UNSPEC;
    assert_false(address_of(&address, &family, &back));
    address.si_family = 0xffff;
    assert_false(address_of(&address, &family, &back));
}

static void kinds_of_addresses(void **state)
{
    (void)state;
    struct mib_addr address = {{0xfe, 0xbf}};

    assert_true(mib_addr_is_link_local(MIB_FAMILY_IPV6, &link_local));
    assert_true(mib_addr_is_link_local(MIB_FAMILY_IPV6, &address));
    assert_false(mib_addr_is_link_local(MIB_FAMILY_IPV4, &link_local));
    address.bytes[1] = 0xc0;
    assert_false(mib_addr_is_link_local(MIB_FAMILY_IPV6, &address));
    assert_false(mib_addr_is_zero(&address));
    address = (struct mib_addr){{[15] = 1}};
    assert_false(mib_addr_is_zero(&address));
    address.bytes[15] = 0;
    assert_true(mib_addr_is_zero(&address));
}

/* One field after the other: whether a change of it is one that a program is told. */
#define FIELD(type, field, counts)                                                                 \
    {                                                                                              \
        offsetof(struct type, field), counts, #field                                               \
    }

static void what_makes_interfaces_differ(void **state)
{
    (void)state;
    static const struct {
        size_t offset;
        bool counts;
        const char *name;
    } fields[] = {
        FIELD(mib_ipinterface, forwarding, true),
        FIELD(mib_ipinterface, unreachability_detection, true),
        FIELD(mib_ipinterface, managed_addresses, true),
        FIELD(mib_ipinterface, other_stateful, true),
        FIELD(mib_ipinterface, router_discovery, true),
        FIELD(mib_ipinterface, link_local_automatic, true),
        FIELD(mib_ipinterface, connected, true),
        FIELD(mib_ipinterface, supports_router_discovery, true),
        FIELD(mib_ipinterface, dad_transmits, true),
        FIELD(mib_ipinterface, mtu, true),
        FIELD(mib_ipinterface, base_reachable_time, false),
        FIELD(mib_ipinterface, reachable_time, false),
        FIELD(mib_ipinterface, retransmit_time, false),
        FIELD(mib_ipinterface, path_mtu_discovery_timeout, false),
        FIELD(mib_ipinterface, reserved, false),
    };

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        struct mib_ipinterface a = {.family = MIB_FAMILY_IPV4, .ifindex = 1};
        struct mib_ipinterface b = a;

        ((uint8_t *)&b)[fields[i].offset] = 1;
        if (mib_ipinterface_same(&a, &b) == fields[i].counts)
            fail_msg("%s", fields[i].name);
    }
}

static void what_makes_addresses_differ(void **state)
{
    (void)state;
    struct mib_unicast a = {.valid_lifetime = 600, .preferred_lifetime = 300};
    struct mib_unicast b = a;

    b.valid_lifetime = 599;
    b.preferred_lifetime = 0;
    b.created = 5;
    assert_true(mib_unicast_same(&a, &b));
    b = a;
    b.valid_lifetime = MIB_LIFETIME_INFINITE;
    assert_false(mib_unicast_same(&a, &b));
    b = a;
    b.preferred_lifetime = MIB_LIFETIME_INFINITE;
    assert_false(mib_unicast_same(&a, &b));
    b = a;
    b.dad_state = MIB_DAD_PREFERRED;
    assert_false(mib_unicast_same(&a, &b));
    b = a;
    b.prefix_length = 1;
    assert_false(mib_unicast_same(&a, &b));
    b = a;
    b.prefix_origin = MIB_PREFIX_ORIGIN_DHCP;
    assert_false(mib_unicast_same(&a, &b));
    b = a;
    b.suffix_origin = MIB_SUFFIX_ORIGIN_DHCP;
    assert_false(mib_unicast_same(&a, &b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(families),
        cmocka_unit_test(luids),
        cmocka_unit_test(interface_rows),
        cmocka_unit_test(unicast_rows),
        cmocka_unit_test(route_rows),
        cmocka_unit_test(addresses_there_and_back),
        cmocka_unit_test(kinds_of_addresses),
        cmocka_unit_test(what_makes_interfaces_differ),
        cmocka_unit_test(what_makes_addresses_differ),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
