/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Adapters as they are made of real links: their order, their prefixes, and hosts that have none.
 * That they agree with all other functions is tests/conformance/test_adapters.c's.
 */
#include "world.h"

#include <arpa/inet.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "child.h"

static IP_ADAPTER_ADDRESSES *adapters_of(ULONG family, ULONG flags)
{
    IP_ADAPTER_ADDRESSES *adapters = NULL;
    ULONG size = 0;
    ULONG error;

    /* They may become more between two calls. */
    while ((error = GetAdaptersAddresses(family, flags, NULL, adapters, &size)) ==
           ERROR_BUFFER_OVERFLOW) {
        adapters = realloc(adapters, size);
        assert_non_null(adapters);
    }
    assert_int_equal(error, NO_ERROR);
    assert_non_null(adapters); /* without a buffer it was told how large one has to be */
    return adapters;
}

static IP_ADAPTER_INFO *infos(void)
{
    ULONG size = 0;

    assert_int_equal(GetAdaptersInfo(NULL, &size), ERROR_BUFFER_OVERFLOW);
    IP_ADAPTER_INFO *info = malloc(size);
    assert_non_null(info);
    assert_int_equal(GetAdaptersInfo(info, &size), NO_ERROR);
    return info;
}

/* ---- Order -------------------------------------------------------------------------------------
 */

/* Kernels with modules for tunnels have some in each namespace (sit0, gre0, …). */
static bool is_of_the_test(const WCHAR *name)
{
    return (name[0] == 'a' || name[0] == 'b' || name[0] == 'v' || name[0] == 'l') && name[2] == 0;
}

/* The names of the adapters that the test has made, and of lo, in their order. */
static void expect_order(ULONG family, const char *expected)
{
    char names[256] = "";
    IP_ADAPTER_ADDRESSES *adapters = adapters_of(family, 0);

    for (const IP_ADAPTER_ADDRESSES *at = adapters; at; at = at->Next) {
        size_t length = strlen(names);

        if (!is_of_the_test(at->FriendlyName))
            continue;
        if (length > 0)
            names[length++] = ' ';
        for (const WCHAR *character = at->FriendlyName; *character; character++)
            names[length++] = (char)*character;
        names[length] = '\0';
    }
    free(adapters);
    assert_string_equal(names, expected);
}

static void add_pair(const char *name, const char *peer)
{
    ip("link add %s type veth peer name %s", name, peer);
    ip("link set %s up", name);
    ip("link set %s up", peer);
    world_await_carrier(name);
    world_await_carrier(peer);
    world_await_addresses(); /* they come with the carrier */
}

static void test_order(void **state)
{
    (void)state;
    world_without_dad();
    add_pair("a0", "a1");
    add_pair("b0", "b1");
    ip("addr add 10.1.0.1/24 dev a1");
    ip("addr add 10.2.0.1/24 dev b0");
    ip("addr add 2001:db8:1::1/64 dev b1");
    expect_order(AF_UNSPEC, "a1 a0 b1 b0 lo");
    ip("route add default via 10.2.0.2 dev b0 metric 10");
    expect_order(AF_UNSPEC, "b0 a1 a0 b1 lo");
    ip("route add default via 2001:db8:1::2 dev b1");
    expect_order(AF_UNSPEC, "b0 b1 a1 a0 lo");
    expect_order(AF_INET, "b0 a1 a0 b1 lo");
    expect_order(AF_INET6, "b1 a1 a0 b0 lo");
    ip("route add default via 10.1.0.2 dev a1 metric 5");
    expect_order(AF_UNSPEC, "a1 b1 a0 b0 lo");
}

/* ---- Prefixes ----------------------------------------------------------------------------------
 */

static void expect_prefixes(const char *link, const char *expected)
{
    char prefixes[1024] = "";
    IP_ADAPTER_ADDRESSES *adapters = adapters_of(AF_UNSPEC, GAA_FLAG_INCLUDE_PREFIX);
    const IP_ADAPTER_ADDRESSES *adapter = adapters;

    while (adapter && adapter->IfIndex != netns_ifindex(link))
        adapter = adapter->Next;
    if (!adapter)
        fail_test("there is no adapter %s", link);
    for (const IP_ADAPTER_PREFIX *at = adapter->FirstPrefix; at; at = at->Next) {
        const SOCKADDR_INET *address = (const void *)at->Address.lpSockaddr;
        const void *bytes = address->si_family == AF_INET ? (const void *)&address->Ipv4.sin_addr
                                                          : &address->Ipv6.sin6_addr;
        char text[INET6_ADDRSTRLEN];
        size_t length = strlen(prefixes);

        assert_non_null(inet_ntop(address->si_family, bytes, text, sizeof(text)));
        (void)snprintf(prefixes + length, sizeof(prefixes) - length, "%s%s/%u", length ? " " : "",
                       text, (unsigned)at->PrefixLength);
    }
    free(adapters);
    assert_string_equal(prefixes, expected);
}

static void test_prefixes(void **state)
{
    static const struct {
        const char *link; /* one of its own for each, without link-local addresses */
        const char *addresses[3];
        const char *expected;
    } cases[] = {
        {"p1", {NULL}, ""},
        {"p2",
         {"10.0.1.9/24"},
         "10.0.1.0/24 10.0.1.9/32 10.0.1.255/32 224.0.0.0/4 255.255.255.255/32"},
        {"p3", {"10.0.2.1/32"}, "10.0.2.1/32 224.0.0.0/4 255.255.255.255/32"},
        {"p4", {"10.0.3.3/31"}, "10.0.3.2/31 10.0.3.3/32 224.0.0.0/4 255.255.255.255/32"},
        {"p5",
         {"10.0.4.1/24", "10.0.4.2/24", "10.0.4.3/25"},
         "10.0.4.0/24 10.0.4.1/32 10.0.4.255/32 224.0.0.0/4 255.255.255.255/32 "
         "10.0.4.0/25 10.0.4.3/32 10.0.4.127/32 10.0.4.2/32"},
        {"p6", {"2001:db8:6::7/64"}, "2001:db8:6::/64 2001:db8:6::7/128 ff00::/8"},
        {"p7", {"2001:db8:7::7/61"}, "2001:db8:7::/61 2001:db8:7::7/128 ff00::/8"},
        {"p8", {"10.0.5.77/0"}, "0.0.0.0/0 10.0.5.77/32 255.255.255.255/32 224.0.0.0/4"},
    };

    (void)state;
    world_without_dad();
    expect_prefixes("lo", "127.0.0.0/8 127.0.0.1/32 127.255.255.255/32 224.0.0.0/4 "
                          "255.255.255.255/32 ::1/128 ff00::/8");
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        ip("link add %s type veth peer name peer%u", cases[i].link, (unsigned)i);
        ip("link set %s addrgenmode none", cases[i].link);
        ip("link set %s up", cases[i].link);
        for (size_t j = 0; j < ARRAY_SIZE(cases[i].addresses) && cases[i].addresses[j]; j++)
            ip("addr add %s dev %s", cases[i].addresses[j], cases[i].link);
        expect_prefixes(cases[i].link, cases[i].expected);
    }
}

/* ---- Gateways, names, flags --------------------------------------------------------------------
 */

static void test_info(void **state)
{
    unsigned others = 0;

    (void)state;
    world_without_dad();
    add_pair("v0", "v1");
    ip("addr add 10.0.0.1/24 dev v0");
    ip("addr add 10.0.0.7/16 dev v0");
    ip("route add default via 10.0.0.254 dev v0 metric 10");
    ip("route add default via 10.0.0.253 dev v0 metric 20");
    ip("route add default via inet6 fe80::1 dev v0 metric 30");
    IP_ADAPTER_INFO *info = infos();

    assert_int_equal(info->Index, netns_ifindex("v0"));
    assert_string_equal(info->Description, "v0");
    assert_string_equal(info->IpAddressList.IpAddress.String, "10.0.0.1");
    assert_string_equal(info->IpAddressList.IpMask.String, "255.255.255.0");
    assert_non_null(info->IpAddressList.Next);
    assert_string_equal(info->IpAddressList.Next->IpAddress.String, "10.0.0.7");
    assert_string_equal(info->IpAddressList.Next->IpMask.String, "255.255.0.0");
    assert_null(info->IpAddressList.Next->Next);
    assert_string_equal(info->GatewayList.IpAddress.String, "10.0.0.254");
    assert_non_null(info->GatewayList.Next);
    assert_string_equal(info->GatewayList.Next->IpAddress.String, "10.0.0.253");
    assert_null(info->GatewayList.Next->Next);
    /* The number is the one by which the address can be deleted. */
    assert_int_equal(DeleteIPAddress(info->IpAddressList.Next->Context), NO_ERROR);
    free(info);
    info = infos();
    assert_null(info->IpAddressList.Next);
    for (const IP_ADAPTER_INFO *other = info->Next; other; other = other->Next) {
        others += other->Index == netns_ifindex("v1");
        assert_string_equal(other->IpAddressList.IpAddress.String, "0.0.0.0");
        assert_null(other->IpAddressList.Next);
    }
    assert_int_equal(others, 1);
    free(info);
}

/* A size that was enough may be too small a moment later: then the buffer stays as it was. */
static void test_growth(void **state)
{
    ULONG size = 0;
    ULONG needed;

    (void)state;
    add_pair("v0", "v1");
    assert_int_equal(GetAdaptersAddresses(AF_INET, 0, NULL, NULL, &size), ERROR_BUFFER_OVERFLOW);
    uint8_t *buffer = malloc(size);
    uint8_t *before = malloc(size);
    assert_true(buffer && before);
    memset(buffer, 0xa5, size);
    memset(before, 0xa5, size);
    ip("addr add 10.0.0.1/24 dev v0");
    needed = size;
    assert_int_equal(
        GetAdaptersAddresses(AF_INET, 0, NULL, (IP_ADAPTER_ADDRESSES *)buffer, &needed),
        ERROR_BUFFER_OVERFLOW);
    assert_true(needed > size);
    assert_memory_equal(buffer, before, size);
    buffer = realloc(buffer, needed);
    assert_non_null(buffer);
    assert_int_equal(
        GetAdaptersAddresses(AF_INET, 0, NULL, (IP_ADAPTER_ADDRESSES *)buffer, &needed), NO_ERROR);
    free(buffer);
    free(before);
}

static void expect_autoconfig(BOOL expected)
{
    IP_PER_ADAPTER_INFO info[8];
    ULONG size = sizeof(info);

    assert_int_equal(GetPerAdapterInfo(netns_ifindex("v0"), info, &size), NO_ERROR);
    assert_int_equal(info->AutoconfigEnabled, expected);
    assert_int_equal(info->AutoconfigActive, expected);
}

static void test_autoconfig(void **state)
{
    (void)state;
    add_pair("v0", "v1");
    ip("addr add 10.0.0.1/24 dev v0");
    expect_autoconfig(FALSE);
    ip("addr add 169.254.3.4/16 dev v0");
    expect_autoconfig(TRUE);
}

/* ---- DHCP --------------------------------------------------------------------------------------
 */

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");

    check(file != NULL);
    check(fputs(text, file) >= 0);
    check(fclose(file) == 0);
}

/* With /var/lib of its own, in which dhclient has written down its leases. */
static void check_dhcp(struct child *self, void *context)
{
    ULONG64 buffer[8192];
    ULONG size = sizeof(buffer);
    const IP_ADAPTER_INFO *info = (const void *)buffer;
    const IP_ADAPTER_ADDRESSES *adapter = (const void *)buffer;

    (void)self;
    (void)context;
    check(unshare(CLONE_NEWNS) == 0);
    check(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
    check(mount("tmpfs", "/var/lib", "tmpfs", 0, NULL) == 0);
    check(GetAdaptersInfo((IP_ADAPTER_INFO *)buffer, &size) == NO_ERROR);
    check(!info->DhcpEnabled && info->LeaseExpires == 0);
    check(info->DhcpServer.IpAddress.String[0] == '\0');

    check(mkdir("/var/lib/dhcp", 0755) == 0);
    write_file("/var/lib/dhcp/dhclient.v0.leases", "lease {\n"
                                                   "  interface \"v0\";\n"
                                                   "  fixed-address 10.0.0.1;\n"
                                                   "  option dhcp-lease-time 86400;\n"
                                                   "  option dhcp-server-identifier 10.0.0.254;\n"
                                                   "  renew 3 2030/01/02 12:00:00;\n"
                                                   "  rebind 4 2030/01/03 00:00:00;\n"
                                                   "  expire 4 2030/01/03 12:00:00;\n"
                                                   "}\n");
    size = sizeof(buffer);
    check(GetAdaptersInfo((IP_ADAPTER_INFO *)buffer, &size) == NO_ERROR);
    check(info->DhcpEnabled);
    check(info->LeaseExpires == 1893672000);
    check(strcmp(info->DhcpServer.IpAddress.String, "10.0.0.254") == 0);
    size = sizeof(buffer);
    check(GetAdaptersAddresses(AF_UNSPEC, 0, NULL, (IP_ADAPTER_ADDRESSES *)buffer, &size) ==
          NO_ERROR);
    check(adapter->Flags & IP_ADAPTER_DHCP_ENABLED);
    const SOCKADDR_INET *server = (const void *)adapter->Dhcpv4Server.lpSockaddr;
    check(server && server->Ipv4.sin_addr.s_addr == htonl(0x0a0000fe));
    check(adapter->Dhcpv6Server.lpSockaddr == NULL);

    /* The lease of an address that is gone is over. */
    ip("addr del 10.0.0.1/24 dev v0");
    size = sizeof(buffer);
    check(GetAdaptersInfo((IP_ADAPTER_INFO *)buffer, &size) == NO_ERROR);
    check(!info->DhcpEnabled);
}

static void test_dhcp(void **state)
{
    (void)state;
    add_pair("v0", "v1");
    ip("addr add 10.0.0.1/24 dev v0");
    ip("route add default via 10.0.0.254");
    struct child child = child_start(check_dhcp, NULL);
    child_join(&child);
}

/* ---- Hosts with little -------------------------------------------------------------------------
 */

static void test_no_adapter(void **state)
{
    ULONG size = 0;

    (void)state;
    DWORD count = 0;
    assert_int_equal(GetNumberOfInterfaces(&count), NO_ERROR);
    if (count > 1) {
        (void)printf("    left out: this kernel has other interfaces than lo in each namespace\n");
        skip();
    }
    assert_int_equal(GetAdaptersInfo(NULL, &size), ERROR_NO_DATA);
    assert_int_equal(size, 0);
    IP_ADAPTER_ORDER_MAP *map = GetAdapterOrderMap();
    assert_non_null(map);
    assert_int_equal(map->NumAdapters, 0);
    FreeMibTable(map);
    /* The kernel takes IPv4 away from a link that is too small for it, and leaves lo its IPv6. */
    ip("link set lo mtu 60");
    assert_int_equal(GetAdaptersAddresses(AF_INET, 0, NULL, NULL, &size), ERROR_NO_DATA);
    assert_int_equal(size, 0);
    IP_ADAPTER_ADDRESSES *adapters = adapters_of(AF_INET, GAA_FLAG_INCLUDE_ALL_INTERFACES);
    assert_null(adapters->Next);
    assert_int_equal(adapters->IfIndex, 0);
    assert_int_equal(adapters->Ipv6IfIndex, netns_ifindex("lo"));
    assert_null(adapters->FirstUnicastAddress);
    free(adapters);
}

/* ---- The host ----------------------------------------------------------------------------------
 */

static void check_params(struct child *self, void *context)
{
    static const struct {
        const char *host;
        const char *name;
        const char *domain; /* NULL: not of the name */
    } cases[] = {
        {"alone", "alone", NULL},
        {"pc.example.net", "pc", "example.net"},
        {"dot.", "dot", NULL},
    };
    FIXED_INFO info[8];

    (void)self;
    (void)context;
    check(unshare(CLONE_NEWUTS) == 0);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        ULONG size = sizeof(info);

        check(sethostname(cases[i].host, strlen(cases[i].host)) == 0);
        check(GetNetworkParams(info, &size) == NO_ERROR);
        check(strcmp(info->HostName, cases[i].name) == 0);
        check(!cases[i].domain || strcmp(info->DomainName, cases[i].domain) == 0);
        check(info->EnableRouting == 0);
    }
    sysctl_write("net/ipv4/ip_forward", "1");
    ULONG size = sizeof(info);
    check(GetNetworkParams(info, &size) == NO_ERROR);
    check(info->EnableRouting == 1);
}

static void test_params(void **state)
{
    (void)state;
    struct child child = child_start(check_params, NULL);
    child_join(&child);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_order),      world_test(test_prefixes), world_test(test_info),
        world_test(test_autoconfig), world_test(test_growth),   world_test(test_dhcp),
        world_test(test_no_adapter), world_test(test_params),
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
