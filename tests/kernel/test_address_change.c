/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Addresses that are made, set and deleted through the API: read back, told to registrations, and
 * as `ip` shows them. What is refused has changed nothing.
 */
#include "child.h"
#include "world.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct iface start(struct world *world)
{
    world_without_dad();
    world_add_pair(world, "v0", "v1");
    return iface_get("v0");
}

static MIB_UNICASTIPADDRESS_ROW row_of(struct iface iface, const char *address, UINT8 length)
{
    MIB_UNICASTIPADDRESS_ROW row;
    bool ipv6 = strchr(address, ':') != NULL;

    InitializeUnicastIpAddressEntry(&row);
    row.Address.si_family = ipv6 ? AF_INET6 : AF_INET;
    if (inet_pton(row.Address.si_family, address,
                  ipv6 ? (void *)&row.Address.Ipv6.sin6_addr
                       : (void *)&row.Address.Ipv4.sin_addr) != 1)
        fail_test("no address: %s", address);
    row.InterfaceIndex = iface.index;
    row.OnLinkPrefixLength = length;
    return row;
}

/* What `ip -json` says of an address on v0 has this in it; NULL: it says nothing. */
static void expect_shown(const char *address, const char *text)
{
    char line[4096] = "";
    char wanted[64];
    FILE *shown;

    (void)snprintf(wanted, sizeof(wanted), "\"local\":\"%s\"", address);
    shown = popen("ip -json addr show dev v0", "re"); // NOLINT(cert-env33-c): no input of others
    assert_non_null(shown);
    size_t length = fread(line, 1, sizeof(line) - 1, shown);
    line[length] = 0;
    (void)pclose(shown);
    const char *found = strstr(line, wanted);
    if (!text) {
        assert_null(found);
        return;
    }
    assert_non_null(found);
    const char *end = strchr(found, '}');
    const char *part = strstr(found, text);
    if (!part || !end || part > end)
        fail_test("%s is shown without %s: %.300s", address, text, found);
}

static void expect_result(DWORD result)
{
    assert_int_equal(result, NO_ERROR);
}

/* A step of one change by the API. */
#define change(world, call)                                                                        \
    do {                                                                                           \
        world_begin(world);                                                                        \
        expect_result(call);                                                                       \
        world_settle(world);                                                                       \
    } while (0)

struct life {
    const char *address;
    UINT8 length;
    UINT8 other_length;
    const char *shown;
    const char *reports_of_prefix;
};

static void check_life(struct world *world, const struct life *life)
{
    struct iface v0 = start(world);
    struct row_key key = unicast_key(v0, life->address);
    MIB_UNICASTIPADDRESS_ROW row = row_of(v0, life->address, life->length);

    row.DadState = IpDadStatePreferred;
    world_watch(world);
    change(world, CreateUnicastIpAddressEntry(&row));
    world_expect(world, ROW_UNICAST, key, "A|AP");
    MIB_UNICASTIPADDRESS_ROW found = world_row(world, ROW_UNICAST, key).unicast;
    assert_int_equal(found.OnLinkPrefixLength, life->length);
    assert_int_equal(found.ValidLifetime, 0xffffffff);
    assert_int_equal(found.PreferredLifetime, 0xffffffff);
    assert_int_equal(found.PrefixOrigin, IpPrefixOriginManual);
    assert_int_equal(found.SuffixOrigin, IpSuffixOriginManual);
    assert_int_equal(found.DadState, IpDadStatePreferred);
    assert_int_equal(found.InterfaceLuid.Value, v0.luid.Value);
    expect_shown(life->address, life->shown);

    assert_int_equal(CreateUnicastIpAddressEntry(&row), ERROR_OBJECT_ALREADY_EXISTS);
    row.OnLinkPrefixLength = life->other_length;
    assert_int_equal(CreateUnicastIpAddressEntry(&row), ERROR_OBJECT_ALREADY_EXISTS);

    /* Lifetimes; what is Manual stays so, though an address with a lifetime is DHCP's as a rule. */
    found.ValidLifetime = 5000;
    found.PreferredLifetime = 3000;
    change(world, SetUnicastIpAddressEntry(&found));
    found = world_row(world, ROW_UNICAST, key).unicast;
    assert_in_range(found.ValidLifetime, 4000, 5000);
    assert_in_range(found.PreferredLifetime, 2000, 3000);
    assert_int_equal(found.PrefixOrigin, IpPrefixOriginManual);
    assert_int_equal(found.SuffixOrigin, IpSuffixOriginManual);

    found.PreferredLifetime = 0;
    change(world, SetUnicastIpAddressEntry(&found));
    world_expect(world, ROW_UNICAST, key, "P");
    assert_int_equal(world_row(world, ROW_UNICAST, key).unicast.DadState, IpDadStateDeprecated);

    found.ValidLifetime = 0xffffffff;
    found.PreferredLifetime = 0xffffffff;
    found.OnLinkPrefixLength = life->other_length;
    change(world, SetUnicastIpAddressEntry(&found));
    world_expect(world, ROW_UNICAST, key, life->reports_of_prefix);
    found = world_row(world, ROW_UNICAST, key).unicast;
    assert_int_equal(found.OnLinkPrefixLength, life->other_length);
    assert_int_equal(found.DadState, IpDadStatePreferred);
    assert_int_equal(found.ValidLifetime, 0xffffffff);

    change(world, DeleteUnicastIpAddressEntry(&found));
    world_expect(world, ROW_UNICAST, key, "D");
    world_expect_no_row(world, ROW_UNICAST, key);
    expect_shown(life->address, NULL);
    assert_int_equal(DeleteUnicastIpAddressEntry(&found), ERROR_NOT_FOUND);
    assert_int_equal(SetUnicastIpAddressEntry(&found), ERROR_NOT_FOUND);
}

static void test_ipv4(void **state)
{
    static const struct life life = {
        .address = "192.0.2.1",
        .length = 24,
        .other_length = 28,
        .shown = "\"prefixlen\":24,\"broadcast\":\"192.0.2.255\"",
        .reports_of_prefix = "P|PP",
    };

    check_life(*state, &life);
}

/* The kernel has an IPv6 address once. */
static void test_ipv6(void **state)
{
    static const struct life life = {
        .address = "2001:db8::1",
        .length = 64,
        .other_length = 96,
        .shown = "\"prefixlen\":64",
        .reports_of_prefix = "DA|DAP|P|PP|PDA",
    };

    check_life(*state, &life);
}

static void test_whole_address(void **state)
{
    struct iface v0 = start(*state);
    static const struct {
        const char *address;
        UINT8 length;
    } cases[] = {{"192.0.2.1", 32}, {"2001:db8::1", 128}};

    world_watch(*state);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        MIB_UNICASTIPADDRESS_ROW row = row_of(v0, cases[i].address, 255);
        struct row_key key = unicast_key(v0, cases[i].address);

        change(*state, CreateUnicastIpAddressEntry(&row));
        assert_int_equal(world_row(*state, ROW_UNICAST, key).unicast.OnLinkPrefixLength,
                         cases[i].length);
    }
}

/* All pairs of origins are read back by every process, whatever the kernel has words for. */
static void test_origins(void **state)
{
    struct iface v0 = start(*state);
    static const char *const addresses[] = {"192.0.2.1", "2001:db8::1"};

    for (size_t i = 0; i < ARRAY_SIZE(addresses); i++)
        for (int prefix = IpPrefixOriginOther; prefix <= IpPrefixOriginRouterAdvertisement;
             prefix++)
            for (int suffix = IpSuffixOriginOther; suffix <= IpSuffixOriginRandom; suffix++) {
                MIB_UNICASTIPADDRESS_ROW row = row_of(v0, addresses[i], 64 >> (1 - i));

                row.PrefixOrigin = (NL_PREFIX_ORIGIN)prefix;
                row.SuffixOrigin = (NL_SUFFIX_ORIGIN)suffix;
                assert_int_equal(CreateUnicastIpAddressEntry(&row), NO_ERROR);
                assert_int_equal(GetUnicastIpAddressEntry(&row), NO_ERROR);
                assert_int_equal(row.PrefixOrigin, prefix);
                assert_int_equal(row.SuffixOrigin, suffix);
                row.PrefixOrigin = IpPrefixOriginDhcp;
                row.SuffixOrigin = IpSuffixOriginDhcp;
                assert_int_equal(SetUnicastIpAddressEntry(&row), NO_ERROR);
                row.PrefixOrigin = IpPrefixOriginUnchanged;
                row.SuffixOrigin = IpSuffixOriginUnchanged;
                assert_int_equal(SetUnicastIpAddressEntry(&row), NO_ERROR);
                assert_int_equal(GetUnicastIpAddressEntry(&row), NO_ERROR);
                assert_int_equal(row.PrefixOrigin, IpPrefixOriginDhcp);
                assert_int_equal(row.SuffixOrigin, IpSuffixOriginDhcp);
                assert_int_equal(DeleteUnicastIpAddressEntry(&row), NO_ERROR);
            }
}

/* Without promote_secondaries Linux would delete all three. */
static void test_secondaries_stay(void **state)
{
    struct iface v0 = start(*state);
    static const char *const addresses[] = {"192.0.2.1", "192.0.2.2", "192.0.2.3"};
    MIB_UNICASTIPADDRESS_ROW row = row_of(v0, addresses[0], 24);

    for (size_t i = 0; i < ARRAY_SIZE(addresses); i++)
        ip("addr add %s/24 dev v0", addresses[i]);
    sysctl_write("net/ipv4/conf/all/promote_secondaries", "0");
    sysctl_write("net/ipv4/conf/v0/promote_secondaries", "0");
    world_watch(*state);
    change(*state, DeleteUnicastIpAddressEntry(&row));
    world_expect(*state, ROW_UNICAST, unicast_key(v0, addresses[0]), "D");
    world_expect_no_row(*state, ROW_UNICAST, unicast_key(v0, addresses[0]));
    for (size_t i = 1; i < ARRAY_SIZE(addresses); i++) {
        (void)world_row(*state, ROW_UNICAST, unicast_key(v0, addresses[i]));
        expect_shown(addresses[i], "\"prefixlen\":24");
    }
    /* The setting is what it was. */
    ip("addr add 192.0.2.4/24 dev v0");
    ip("addr del 192.0.2.2/24 dev v0");
    expect_shown("192.0.2.4", NULL);
}

/* The one row is two addresses for the kernel: both go. */
static void test_two_prefixes(void **state)
{
    struct iface v0 = start(*state);
    struct row_key key = unicast_key(v0, "192.0.2.1");
    MIB_UNICASTIPADDRESS_ROW row = row_of(v0, "192.0.2.1", 26);

    ip("addr add 192.0.2.1/24 dev v0");
    ip("addr add 192.0.2.1/25 dev v0");
    world_watch(*state);
    change(*state, SetUnicastIpAddressEntry(&row));
    assert_int_equal(world_row(*state, ROW_UNICAST, key).unicast.OnLinkPrefixLength, 26);
    ip("addr add 192.0.2.1/24 dev v0");
    change(*state, DeleteUnicastIpAddressEntry(&row));
    world_expect_no_row(*state, ROW_UNICAST, key);
}

static void test_duplicate_detection(void **state)
{
    struct world *world = *state;
    MIB_UNICASTIPADDRESS_ROW row;

    world_add_pair(world, "v0", "v1");
    row = row_of(iface_get("v0"), "2001:db8::1", 64);
    assert_int_equal(CreateUnicastIpAddressEntry(&row), NO_ERROR);
    assert_int_equal(GetUnicastIpAddressEntry(&row), NO_ERROR);
    assert_int_equal(row.DadState, IpDadStateTentative);
    row = row_of(iface_get("v0"), "2001:db8::2", 64);
    row.DadState = IpDadStatePreferred;
    assert_int_equal(CreateUnicastIpAddressEntry(&row), NO_ERROR);
    assert_int_equal(GetUnicastIpAddressEntry(&row), NO_ERROR);
    assert_int_equal(row.DadState, IpDadStatePreferred);
}

/* The functions that are older than rows with a family. */

static DWORD number_of(const char *address)
{
    struct in_addr parsed;

    if (inet_pton(AF_INET, address, &parsed) != 1)
        fail_test("no address: %s", address);
    return parsed.s_addr;
}

static void test_old_functions(void **state)
{
    struct iface v0 = start(*state);
    struct row_key key = unicast_key(v0, "192.0.2.1");
    ULONG context = 0;
    ULONG again = 0;
    ULONG instance = 0;

    world_watch(*state);
    change(*state, AddIPAddress(number_of("192.0.2.1"), number_of("255.255.255.0"), v0.index,
                                &context, &instance));
    world_expect(*state, ROW_UNICAST, key, "A");
    MIB_UNICASTIPADDRESS_ROW row = world_row(*state, ROW_UNICAST, key).unicast;
    assert_int_equal(row.OnLinkPrefixLength, 24);
    assert_int_equal(row.PrefixOrigin, IpPrefixOriginManual);
    expect_shown("192.0.2.1", "\"prefixlen\":24,\"broadcast\":\"192.0.2.255\"");
    assert_int_not_equal(context, 0);
    assert_int_equal(
        AddIPAddress(number_of("192.0.2.1"), number_of("255.0.0.0"), v0.index, &again, &instance),
        ERROR_DUP_DOMAINNAME);
    assert_int_equal(again, 0);
    assert_int_equal(
        AddIPAddress(number_of("127.0.0.9"), number_of("255.0.0.0"), v0.index, &again, &instance),
        ERROR_INVALID_PARAMETER);
    assert_int_equal(AddIPAddress(number_of("192.0.2.2"), number_of("255.255.255.0"), v0.index,
                                  &again, &instance),
                     NO_ERROR);
    assert_int_not_equal(again, context);
    change(*state, DeleteIPAddress(context));
    world_expect(*state, ROW_UNICAST, key, "D");
    world_expect_no_row(*state, ROW_UNICAST, key);
    expect_shown("192.0.2.2", "\"prefixlen\":24");
    assert_int_equal(DeleteIPAddress(context), ERROR_NOT_FOUND);
    assert_int_equal(DeleteIPAddress(context + 1000), ERROR_INVALID_PARAMETER);
    ip("link del v0");
    assert_int_equal(DeleteIPAddress(again), ERROR_NOT_FOUND);
}

static const MIB_IPADDRROW *find_old_row(const MIB_IPADDRTABLE *table, const char *address)
{
    for (DWORD i = 0; i < table->dwNumEntries; i++)
        if (table->table[i].dwAddr == number_of(address))
            return &table->table[i];
    fail_test("%s is not in the table", address);
}

static void test_old_table(void **state)
{
    struct iface v0 = start(*state);
    static MIB_IPADDRROW buffer[64];
    MIB_IPADDRTABLE *table = (MIB_IPADDRTABLE *)buffer;
    MIB_UNICASTIPADDRESS_TABLE *rows;
    ULONG size = 0;

    ip("addr add 192.0.2.1/24 dev v0");
    ip("addr add 10.0.0.1/8 dev v0 valid_lft 900 preferred_lft 900");
    assert_int_equal(GetIpAddrTable(NULL, &size, FALSE), ERROR_INSUFFICIENT_BUFFER);
    ULONG needed = size;
    assert_int_equal(GetUnicastIpAddressTable(AF_INET, &rows), NO_ERROR);
    assert_int_equal(needed,
                     offsetof(MIB_IPADDRTABLE, table) + rows->NumEntries * sizeof(MIB_IPADDRROW));
    size = needed - 1;
    memset(buffer, 0xee, sizeof(buffer));
    assert_int_equal(GetIpAddrTable(table, &size, FALSE), ERROR_INSUFFICIENT_BUFFER);
    assert_int_equal(size, needed);
    assert_int_equal(table->dwNumEntries, 0xeeeeeeee);
    assert_int_equal(GetIpAddrTable(table, &size, FALSE), NO_ERROR);
    assert_int_equal(table->dwNumEntries, rows->NumEntries);
    assert_int_equal(table->table[0].dwIndex, v0.index);
    assert_int_equal(table->table[table->dwNumEntries - 1].dwAddr, number_of("127.0.0.1"));
    const MIB_IPADDRROW *manual = find_old_row(table, "192.0.2.1");
    assert_int_equal(manual->dwMask, number_of("255.255.255.0"));
    assert_int_equal(manual->dwBCastAddr, 1);
    assert_int_equal(manual->wType, MIB_IPADDR_PRIMARY);
    const MIB_IPADDRROW *leased = find_old_row(table, "10.0.0.1");
    assert_int_equal(leased->dwMask, number_of("255.0.0.0"));
    assert_int_equal(leased->wType, MIB_IPADDR_PRIMARY | MIB_IPADDR_DYNAMIC);
    size = sizeof(buffer);
    assert_int_equal(GetIpAddrTable(table, &size, TRUE), NO_ERROR);
    assert_int_equal(table->table[0].dwAddr, number_of("10.0.0.1"));
    assert_int_equal(table->table[table->dwNumEntries - 1].dwAddr, number_of("192.0.2.1"));
    FreeMibTable(rows);
}

/* What is refused, and leaves everything as it was. */

static void test_interfaces(void **state)
{
    struct iface v0 = start(*state);
    MIB_UNICASTIPADDRESS_ROW row = row_of(v0, "192.0.2.1", 24);
    MIB_UNICASTIPADDRESS_ROW lost = row;

    world_watch(*state);
    /* The LUID is what counts. */
    row.InterfaceLuid = v0.luid;
    row.InterfaceIndex = 1;
    change(*state, CreateUnicastIpAddressEntry(&row));
    (void)world_row(*state, ROW_UNICAST, unicast_key(v0, "192.0.2.1"));
    row.InterfaceLuid.Info.IfType ^= 1;
    assert_int_equal(SetUnicastIpAddressEntry(&row), ERROR_NOT_FOUND);
    assert_int_equal(DeleteUnicastIpAddressEntry(&row), ERROR_NOT_FOUND);
    row = row_of(v0, "127.0.0.9", 8);
    assert_int_equal(CreateUnicastIpAddressEntry(&row), ERROR_INVALID_PARAMETER);
    row = row_of(v0, "::1", 128);
    assert_int_equal(CreateUnicastIpAddressEntry(&row), ERROR_INVALID_PARAMETER);

    sysctl_write("net/ipv6/conf/v0/disable_ipv6", "1");
    row = row_of(v0, "2001:db8::1", 64);
    assert_int_equal(CreateUnicastIpAddressEntry(&row), ERROR_NOT_SUPPORTED);

    world_change(*state, "link del v0");
    assert_int_equal(CreateUnicastIpAddressEntry(&lost), ERROR_NOT_FOUND);
    assert_int_equal(SetUnicastIpAddressEntry(&lost), ERROR_NOT_FOUND);
    assert_int_equal(DeleteUnicastIpAddressEntry(&lost), ERROR_NOT_FOUND);
}

static ULONG added_before; /* an NTE context */

static void change_without_rights(struct child *self, void *context)
{
    MIB_UNICASTIPADDRESS_ROW *rows = context;

    (void)self;
    child_drop_capabilities();
    check(CreateUnicastIpAddressEntry(&rows[0]) == ERROR_ACCESS_DENIED);
    check(CreateUnicastIpAddressEntry(&rows[1]) == ERROR_ACCESS_DENIED);
    check(SetUnicastIpAddressEntry(&rows[1]) == ERROR_ACCESS_DENIED);
    check(SetUnicastIpAddressEntry(&rows[0]) == ERROR_ACCESS_DENIED);
    check(DeleteUnicastIpAddressEntry(&rows[0]) == ERROR_ACCESS_DENIED);
    check(DeleteUnicastIpAddressEntry(&rows[1]) == ERROR_ACCESS_DENIED);
    ULONG given = 7;
    ULONG instance = 7;
    check(AddIPAddress(number_of("192.0.2.3"), number_of("255.255.255.0"), rows[0].InterfaceIndex,
                       &given, &instance) == ERROR_ACCESS_DENIED);
    check(given == 7 && instance == 7);
    check(DeleteIPAddress(added_before) == ERROR_ACCESS_DENIED);
}

static void test_without_rights(void **state)
{
    struct iface v0 = start(*state);
    MIB_UNICASTIPADDRESS_ROW rows[] = {row_of(v0, "192.0.2.1", 24), row_of(v0, "192.0.2.2", 25)};

    ULONG instance;

    ip("addr add 192.0.2.2/24 dev v0");
    assert_int_equal(AddIPAddress(number_of("192.0.2.9"), number_of("255.255.255.0"), v0.index,
                                  &added_before, &instance),
                     NO_ERROR);
    world_watch(*state);
    world_begin(*state);
    struct child child = child_start(change_without_rights, rows);
    child_join(&child);
    world_settle(*state);
    world_expect(*state, ROW_UNICAST, unicast_key(v0, "192.0.2.1"), "");
    world_expect(*state, ROW_UNICAST, unicast_key(v0, "192.0.2.2"), "");
    world_expect_no_row(*state, ROW_UNICAST, unicast_key(v0, "192.0.2.1"));
    expect_shown("192.0.2.2", "\"prefixlen\":24");
    expect_shown("192.0.2.3", NULL);
    expect_shown("192.0.2.9", "\"prefixlen\":24");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_ipv4),
        world_test(test_ipv6),
        world_test(test_whole_address),
        world_test(test_origins),
        world_test(test_secondaries_stay),
        world_test(test_two_prefixes),
        world_test(test_duplicate_detection),
        world_test(test_old_functions),
        world_test(test_old_table),
        world_test(test_interfaces),
        world_test(test_without_rights),
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
