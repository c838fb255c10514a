/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* api/rows and mib/row: rows of the model as rows of the API, keys back, and equality. */
#include "api/rows/convert.h"
#include "api/rows/row.h"
#include "mib/row/ipinterface.h"
#include "mib/row/neighbour.h"
#include "mib/row/route.h"
#include "mib/row/unicast.h"

#include "row_kinds.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define IPV4                                                                                       \
    {                                                                                              \
        192, 0, 2, 1                                                                               \
    }
#define LINK_LOCAL                                                                                 \
    {                                                                                              \
        0xfe, 0x80, [15] = 0x99                                                                    \
    }

static const struct mib_addr ipv4 = {IPV4};
static const struct mib_addr ipv6 = {{0x20, 0x01, 0x0d, 0xb8, [15] = 1}};
static const struct mib_addr link_local = {LINK_LOCAL};

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
    family = MIB_FAMILY_IPV4;
    assert_true(family_of_af(WINDOWS_AF_INET6, &family));
    assert_int_equal(family, MIB_FAMILY_IPV6);
    assert_false(ip_family_of_af(AF_UNSPEC, &family));
    for (unsigned int af = 1; af < 0x10000; af++)
        if (af != AF_INET && af != AF_INET6 && af != WINDOWS_AF_INET6)
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

/* ---- The model's rows as rows of the API ---------------------------------------------------- */

/* What a field, or a part of one, must be: a number, or bytes. */
struct value {
    const char *name;
    size_t offset;
    size_t size;
    uint64_t number;
    const void *bytes; /* or NULL */
};

#define NUMBER(type, field, value)                                                                 \
    {                                                                                              \
        .name = #field, .offset = offsetof(type, field), .size = sizeof(((type *)0)->field),       \
        .number = (uint64_t)(value)                                                                \
    }
#define BYTES(type, field, value)                                                                  \
    {                                                                                              \
        .name = #field, .offset = offsetof(type, field), .size = sizeof(((type *)0)->field),       \
        .bytes = (value)                                                                           \
    }

/* Of index 3 and type 6. */
#define LUID 0x0006000003000000

#define I(field, value) NUMBER(MIB_IPINTERFACE_ROW, field, value)
#define U(field, value) NUMBER(MIB_UNICASTIPADDRESS_ROW, field, value)
#define R(field, value) NUMBER(MIB_IPFORWARD_ROW2, field, value)
#define N(field, value) NUMBER(MIB_IPNET_ROW2, field, value)

static const struct mib_ipinterface interface6 = {
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
    .metric_fixed = 1,
    .dad_transmits = 2,
    .mtu = 1480,
    .base_reachable_time = 30000,
    .reachable_time = 31234,
    .retransmit_time = 1000,
    .path_mtu_discovery_timeout = 600000,
};

static const struct value interface6_values[] = {
    I(Family, AF_INET6),
    I(InterfaceLuid, LUID),
    I(InterfaceIndex, 3),
    I(ForwardingEnabled, TRUE),
    I(Connected, TRUE),
    I(UseNeighborUnreachabilityDetection, TRUE),
    I(SupportsNeighborDiscovery, TRUE),
    I(ManagedAddressConfigurationSupported, TRUE),
    I(OtherStatefulConfigurationSupported, FALSE),
    I(AdvertisingEnabled, FALSE),
    I(UseAutomaticMetric, FALSE),
    I(Metric, 0),
    I(RouterDiscoveryBehavior, RouterDiscoveryEnabled),
    I(LinkLocalAddressBehavior, LinkLocalAlwaysOn),
    I(DadTransmits, 2),
    I(NlMtu, 1480),
    I(BaseReachableTime, 30000),
    I(ReachableTime, 31234),
    I(RetransmitTime, 1000),
    I(PathMtuDiscoveryTimeout, 600000),
    I(ZoneIndices[ScopeLevelLink], 3),
};

static const struct mib_ipinterface interface4 = {
    .family = MIB_FAMILY_IPV4,
    .ifindex = 3,
    .iftype = 6,
};

static const struct value interface4_values[] = {
    I(Family, AF_INET),
    I(UseAutomaticMetric, TRUE),
    I(RouterDiscoveryBehavior, RouterDiscoveryDisabled),
    I(LinkLocalAddressBehavior, LinkLocalAlwaysOff),
    I(ZoneIndices[ScopeLevelLink], 0),
};

static const struct mib_unicast unicast6 = {
    .address = {LINK_LOCAL},
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

static const struct value unicast6_values[] = {
    U(Address.si_family, AF_INET6),
    BYTES(MIB_UNICASTIPADDRESS_ROW, Address.Ipv6.sin6_addr, &link_local),
    U(Address.Ipv6.sin6_scope_id, 3),
    U(Address.Ipv6.sin6_port, 0),
    U(ScopeId.Value, 3),
    U(InterfaceLuid, LUID),
    U(InterfaceIndex, 3),
    U(PrefixOrigin, IpPrefixOriginWellKnown),
    U(SuffixOrigin, IpSuffixOriginRandom),
    U(ValidLifetime, 600),
    U(PreferredLifetime, 300),
    U(OnLinkPrefixLength, 64),
    U(SkipAsSource, FALSE),
    U(DadState, IpDadStateTentative),
    U(CreationTimeStamp, 132000000000000000),
};

static const struct mib_unicast unicast4 = {
    .address = {IPV4},
    .ifindex = 3,
    .valid_lifetime = 600,
    .preferred_lifetime = 300,
    .iftype = 6,
    .family = MIB_FAMILY_IPV4,
};

static const struct value unicast4_values[] = {
    U(Address.si_family, AF_INET),
    BYTES(MIB_UNICASTIPADDRESS_ROW, Address.Ipv4.sin_addr, &ipv4),
    U(ScopeId.Value, 0),
};

static const struct mib_route route_advertised = {
    .prefix = {IPV4},
    .next_hop = {LINK_LOCAL},
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

static const struct value route_advertised_values[] = {
    R(InterfaceLuid, LUID),
    R(InterfaceIndex, 3),
    R(DestinationPrefix.Prefix.si_family, AF_INET),
    R(DestinationPrefix.PrefixLength, 32),
    R(NextHop.si_family, AF_INET6),
    R(NextHop.Ipv6.sin6_scope_id, 3),
    R(SitePrefixLength, 0),
    R(ValidLifetime, UINT32_MAX),
    R(PreferredLifetime, UINT32_MAX),
    R(Metric, 77),
    R(Protocol, MIB_IPPROTO_NETMGMT),
    R(Loopback, TRUE),
    R(AutoconfigureAddress, TRUE),
    R(Publish, FALSE),
    R(Immortal, TRUE),
    R(Age, 0),
    R(Origin, NlroRouterAdvertisement),
};

static const struct mib_route route_finite = {
    .ifindex = 3,
    .iftype = 6,
    .valid_lifetime = 600,
    .family = MIB_FAMILY_IPV4,
    .next_hop_family = MIB_FAMILY_IPV6,
    .origin = MIB_ROUTE_ORIGIN_DHCP,
};

static const struct value route_finite_values[] = {
    R(Immortal, FALSE),
    R(PreferredLifetime, 600),
    R(AutoconfigureAddress, FALSE),
    R(Origin, NlroDHCP),
};

static const struct mib_neighbour neighbour_router = {
    .address = {LINK_LOCAL},
    .ifindex = 3,
    .iftype = 6,
    .family = MIB_FAMILY_IPV6,
    .state = MIB_NEIGHBOUR_STALE,
    .physical_address = {0x02, 0x11, [31] = 0x99},
    .physical_address_length = 32,
    .router = 1,
    .since = 61000,
};

static const struct value neighbour_router_values[] = {
    N(Address.si_family, AF_INET6),
    BYTES(MIB_IPNET_ROW2, Address.Ipv6.sin6_addr, &link_local),
    N(Address.Ipv6.sin6_scope_id, 3),
    N(InterfaceIndex, 3),
    N(InterfaceLuid, LUID),
    BYTES(MIB_IPNET_ROW2, PhysicalAddress, neighbour_router.physical_address),
    N(PhysicalAddressLength, 32),
    N(State, NlnsStale),
    N(Flags, 1),
    N(ReachabilityTime.LastReachable, 61000),
};

static const struct mib_neighbour neighbour_unreachable = {
    .address = {IPV4},
    .ifindex = 3,
    .iftype = 6,
    .family = MIB_FAMILY_IPV4,
    .state = MIB_NEIGHBOUR_UNREACHABLE,
    .since = 70,
};

static const struct value neighbour_unreachable_values[] = {
    N(Address.si_family, AF_INET),
    BYTES(MIB_IPNET_ROW2, Address.Ipv4.sin_addr, &ipv4),
    N(PhysicalAddressLength, 0),
    N(State, NlnsUnreachable),
    N(Flags, 2),
    N(ReachabilityTime.LastUnreachable, 70),
};

#define CASE(kind, api, model)                                                                     \
    {                                                                                              \
        kind, &(api), #model, &(model), model##_values,                                            \
            sizeof(model##_values) / sizeof(struct value)                                          \
    }

static const struct {
    enum row_kind kind;
    const struct api_row *api;
    const char *name;
    const void *model;
    const struct value *values;
    size_t count;
} cases[] = {
    CASE(ROW_INTERFACE, api_row_ipinterface, interface6),
    CASE(ROW_INTERFACE, api_row_ipinterface, interface4),
    CASE(ROW_UNICAST, api_row_unicast, unicast6),
    CASE(ROW_UNICAST, api_row_unicast, unicast4),
    CASE(ROW_ROUTE, api_row_route, route_advertised),
    CASE(ROW_ROUTE, api_row_route, route_finite),
    CASE(ROW_NEIGHBOUR, api_row_neighbour, neighbour_router),
    CASE(ROW_NEIGHBOUR, api_row_neighbour, neighbour_unreachable),
};

enum { CASES = sizeof(cases) / sizeof(cases[0]) };

static void rows_have_their_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        union any_row row;

        memset(&row, 0x55, sizeof(row));
        cases[i].api->to_row(cases[i].model, &row);
        for (size_t j = 0; j < cases[i].count; j++) {
            const struct value *value = &cases[i].values[j];
            const void *expected = value->bytes ? value->bytes : &value->number;
            if (memcmp((const char *)&row + value->offset, expected, value->size) != 0)
                print_error("%s: %s\n", cases[i].name, value->name);
            assert_memory_equal((const char *)&row + value->offset, expected, value->size);
        }
    }
}

/* All fields of all types in Windows' headers, to pick those of rows from. */
static const struct abi_field {
    const char *type;
    const char *name;
    size_t offset;
    size_t size;
} abi_fields[] = {
/* NOLINTNEXTLINE(bugprone-sizeof-expression): of those that are pointers, too */
#define ABI_FIELD(T, field) {#T, #field, offsetof(T, field), sizeof(((T *)0)->field)},
#include "../abi/abi.def"
};

enum { ABI_FIELDS = sizeof(abi_fields) / sizeof(abi_fields[0]) };

/* What was in the row's place before leaves no trace, in no field that Windows has. */
static void rows_are_written_whole(void **state)
{
    size_t fields = 0;

    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        union any_row row;
        union any_row other;

        memset(&row, 0x55, sizeof(row));
        memset(&other, 0xaa, sizeof(other));
        cases[i].api->to_row(cases[i].model, &row);
        cases[i].api->to_row(cases[i].model, &other);
        for (size_t j = 0; j < ABI_FIELDS; j++) {
            const struct abi_field *field = &abi_fields[j];
            if (strcmp(field->type, row_types[cases[i].kind].row_name) != 0)
                continue;
            fields++;
            if (memcmp((const char *)&row + field->offset, (const char *)&other + field->offset,
                       field->size) != 0)
                print_error("%s: %s\n", cases[i].name, field->name);
            assert_memory_equal((const char *)&row + field->offset,
                                (const char *)&other + field->offset, field->size);
        }
    }
    assert_true(fields > CASES);
}

static bool is_covered(const struct row_type *type, size_t offset)
{
    for (size_t i = 0; i < type->field_count; i++) {
        const struct row_field *field = &type->fields[i];
        if (offset >= field->offset && offset < field->offset + field->size)
            return true;
    }
    return false;
}

/* Each field of Windows' is in the list that the tests go by, but for padding at its end. */
static void lists_of_fields_are_complete(void **state)
{
    (void)state;
    for (size_t i = 0; i < ABI_FIELDS; i++) {
        const struct abi_field *field = &abi_fields[i];
        for (int kind = 0; kind < ROW_KINDS; kind++) {
            const struct row_type *type = &row_types[kind];
            size_t covered = 0;

            if (strcmp(field->type, type->row_name) != 0)
                continue;
            while (covered < field->size && is_covered(type, field->offset + covered))
                covered++;
            if (field->size - covered >= _Alignof(uint32_t))
                fail_msg("%s.%s: %zu bytes of %zu", field->type, field->name, covered, field->size);
        }
    }
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
#define FIELD(kind, type, field, value, counts)                                                    \
    {                                                                                              \
        kind, counts, #field, offsetof(struct type, field), sizeof(((struct type *)0)->field),     \
            value                                                                                  \
    }
#define I_FIELD(field, counts) FIELD(ROW_INTERFACE, mib_ipinterface, field, 1, counts)
#define U_FIELD(field, value, counts) FIELD(ROW_UNICAST, mib_unicast, field, value, counts)

static const struct {
    enum row_kind kind;
    bool counts;
    const char *name;
    size_t offset;
    size_t size;
    uint64_t value;
} changes[] = {
    I_FIELD(forwarding, true),
    I_FIELD(unreachability_detection, true),
    I_FIELD(managed_addresses, true),
    I_FIELD(other_stateful, true),
    I_FIELD(router_discovery, true),
    I_FIELD(link_local_automatic, true),
    I_FIELD(connected, true),
    I_FIELD(supports_router_discovery, true),
    I_FIELD(dad_transmits, true),
    I_FIELD(mtu, true),
    I_FIELD(metric_fixed, true),
    I_FIELD(times_set, true),
    I_FIELD(base_reachable_time, false),
    I_FIELD(reachable_time, false),
    I_FIELD(retransmit_time, false),
    I_FIELD(path_mtu_discovery_timeout, false),
    I_FIELD(reserved, false),
    U_FIELD(valid_lifetime, 599, false),
    U_FIELD(preferred_lifetime, 0, false),
    U_FIELD(created, 5, false),
    U_FIELD(valid_lifetime, MIB_LIFETIME_INFINITE, true),
    U_FIELD(preferred_lifetime, MIB_LIFETIME_INFINITE, true),
    U_FIELD(dad_state, MIB_DAD_PREFERRED, true),
    U_FIELD(prefix_length, 1, true),
    U_FIELD(prefix_origin, MIB_PREFIX_ORIGIN_DHCP, true),
    U_FIELD(suffix_origin, MIB_SUFFIX_ORIGIN_DHCP, true),
};

static void what_makes_rows_differ(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        struct mib_ipinterface interfaces[2] = {{.family = MIB_FAMILY_IPV4, .ifindex = 1}};
        struct mib_unicast addresses[2] = {{.valid_lifetime = 600, .preferred_lifetime = 300}};
        bool is_interface = changes[i].kind == ROW_INTERFACE;

        interfaces[1] = interfaces[0];
        addresses[1] = addresses[0];
        memcpy((char *)(is_interface ? (void *)&interfaces[1] : &addresses[1]) + changes[i].offset,
               &changes[i].value, changes[i].size);
        bool same = is_interface ? mib_ipinterface_same(&interfaces[0], &interfaces[1])
                                 : mib_unicast_same(&addresses[0], &addresses[1]);
        if (same == changes[i].counts)
            fail_msg("%s: %s", row_types[changes[i].kind].name, changes[i].name);
        assert_int_not_equal(same, changes[i].counts);
    }
}

/* What is to be set is what the row shows, which nothing but the key is to be taken from. */
static void interfaces_that_are_set(void **state)
{
    const struct api_row *type = &api_row_ipinterface_change;
    const uint64_t all = 0xfff;
    struct mib_ipinterface change = {0};
    MIB_IPINTERFACE_ROW row;
    uint64_t fields = 0;

    (void)state;
    api_row_ipinterface.to_row(&interface6, &row);
    assert_int_equal(type->change_of(&row, MIB_VERB_SET, &change, &fields), 0);
    assert_int_equal(fields, all);
    change.ifindex = interface6.ifindex;
    change.iftype = interface6.iftype;
    change.connected = interface6.connected;
    change.supports_router_discovery = interface6.supports_router_discovery;
    change.reachable_time = interface6.reachable_time;
    assert_memory_equal(&change, &interface6, sizeof(change));

    row.SitePrefixLength = 0;
    assert_int_equal(type->change_of(&row, MIB_VERB_SET, &change, &fields), 0);
    assert_int_equal(fields, all);
    row.SitePrefixLength = 48;
    assert_int_equal(type->change_of(&row, MIB_VERB_SET, &change, &fields), 0);
    assert_int_equal(fields, all | MIB_IPINTERFACE_UNSUPPORTED);
    row.SitePrefixLength = 129;
    assert_int_equal(type->change_of(&row, MIB_VERB_SET, &change, &fields), 0);
    assert_true(fields & MIB_IPINTERFACE_IMPOSSIBLE);

    /* All bits set: it stays. */
    memset(&row, 0xff, sizeof(row));
    row.InterfaceLuid.Value = LUID;
    row.Family = AF_INET6;
    assert_int_equal(type->change_of(&row, MIB_VERB_SET, &change, &fields), 0);
    assert_int_equal(fields, 0);
    row.Family = AF_INET;
    assert_int_equal(type->change_of(&row, MIB_VERB_SET, &change, &fields), 0);
    assert_int_equal(fields, MIB_IPINTERFACE_IMPOSSIBLE); /* SitePrefixLength */
    row.Family = AF_UNSPEC;
    assert_int_equal(type->change_of(&row, MIB_VERB_SET, &change, &fields), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(families),
        cmocka_unit_test(luids),
        cmocka_unit_test(rows_have_their_values),
        cmocka_unit_test(rows_are_written_whole),
        cmocka_unit_test(lists_of_fields_are_complete),
        cmocka_unit_test(addresses_there_and_back),
        cmocka_unit_test(kinds_of_addresses),
        cmocka_unit_test(interfaces_that_are_set),
        cmocka_unit_test(what_makes_rows_differ),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
