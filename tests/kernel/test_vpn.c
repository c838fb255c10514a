/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The life of a VPN client: a tun device, its settings and addresses, the routes through it, what
 * it is told of all that, and the way back. As one who may, as one who may not, and killed halfway.
 */
#include "world.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"

enum { SPLIT_ROUTES = 200, TUN_MTU = 1420 };

#define SERVER "203.0.113.7"
#define ROUTER "10.9.0.1"
#define FAR_AWAY "198.51.100.200"

/* ---- What the kernel has -----------------------------------------------------------------------
 */

/* Links, addresses and routes, as `ip` tells of them; the caller frees it. */
static char *host_state(void)
{
    static const char *const commands[] = {
        "ip -o link",
        "ip -o -4 addr",
        "ip -o -6 addr",
        "ip -4 route show table all",
        "ip -6 route show table all",
    };
    char *text = NULL;
    size_t size = 0;
    FILE *all = open_memstream(&text, &size);

    assert_non_null(all);
    for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
        char line[512];
        FILE *one = popen(commands[i], "re");

        assert_non_null(one);
        while (fgets(line, sizeof(line), one))
            (void)fputs(line, all);
        assert_int_equal(pclose(one), 0);
    }
    assert_int_equal(fclose(all), 0);
    return text;
}

static unsigned count_of(const char *state, const char *words)
{
    unsigned count = 0;

    for (const char *at = state; (at = strstr(at, words)) != NULL; at++)
        count++;
    return count;
}

/* A link has its own address when it has carrier, which takes the kernel a moment. */
static bool is_settled(const char *state)
{
    return count_of(state, "state UP") == 2 && count_of(state, "inet6 fe80:") == 2;
}

/* Until both have, and nothing more comes. */
static void await_links(void)
{
    struct timespec deadline = check_deadline();
    char *before = host_state();

    for (bool settled = false; !settled;) {
        if (check_deadline_passed(&deadline))
            fail_test("the links do not come up:\n%s", before);
        usleep(20000);
        char *now = host_state();
        settled = is_settled(now) && strcmp(before, now) == 0;
        free(before);
        before = now;
    }
    free(before);
}

/* The host: a link to a router, and the default route by it. */
static void make_host(void)
{
    world_without_dad();
    ip("link add e0 type veth peer name e1");
    ip("link set e1 up");
    ip("link set e0 up");
    ip("addr add 10.9.0.2/24 dev e0");
    ip("addr add 2001:db8:9::2/64 dev e0");
    ip("route add default via " ROUTER);
    ip("route add default via 2001:db8:9::1 dev e0");
    await_links();
}

/* Once the kernel has done what it does after an interface is gone. */
static void expect_state(const char *expected)
{
    struct timespec deadline = check_deadline();
    char *now = host_state();

    while (strcmp(now, expected) != 0 && !check_deadline_passed(&deadline)) {
        free(now);
        usleep(10000);
        now = host_state();
    }
    if (strcmp(now, expected) != 0)
        fail_test("there was\n%sand now is\n%s", expected, now);
    free(now);
}

/* ---- The client --------------------------------------------------------------------------------
 */

struct client {
    int tun;
    NET_LUID luid;
    NET_LUID physical;
};

/* -1: it may not. */
static int open_tun(const char *name, bool persistent)
{
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
    int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

    (void)snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
    if (fd >= 0 &&
        (ioctl(fd, TUNSETIFF, &request) < 0 || (persistent && ioctl(fd, TUNSETPERSIST, 1) < 0))) {
        close(fd);
        return -1;
    }
    return fd;
}

static MIB_IPFORWARD_ROW2 route_of(NET_LUID luid, const char *prefix, unsigned length,
                                   const char *next_hop)
{
    MIB_IPFORWARD_ROW2 row;

    InitializeIpForwardEntry(&row);
    row.InterfaceLuid = luid;
    row.DestinationPrefix.Prefix = inet_address(prefix);
    row.DestinationPrefix.PrefixLength = (UINT8)length;
    row.NextHop = inet_address(next_hop);
    row.Metric = 0;
    return row;
}

static MIB_UNICASTIPADDRESS_ROW unicast_of(NET_LUID luid, const char *address, unsigned length)
{
    MIB_UNICASTIPADDRESS_ROW row;

    InitializeUnicastIpAddressEntry(&row);
    row.InterfaceLuid = luid;
    row.Address = inet_address(address);
    row.OnLinkPrefixLength = (UINT8)length;
    row.DadState = IpDadStatePreferred;
    return row;
}

static DWORD set_up(const struct client *client)
{
    MIB_IFROW row = {.dwAdminStatus = MIB_IF_ADMIN_STATUS_UP};
    NET_IFINDEX index = 0;

    check(ConvertInterfaceLuidToIndex(&client->luid, &index) == NO_ERROR);
    row.dwIndex = index;
    return SetIfEntry(&row);
}

/* MTU, and no metric of the interface's own, as WireGuard sets it. */
static DWORD set_interface(const struct client *client, ADDRESS_FAMILY family)
{
    MIB_IPINTERFACE_ROW row;

    InitializeIpInterfaceEntry(&row);
    row.Family = family;
    row.InterfaceLuid = client->luid;
    check(GetIpInterfaceEntry(&row) == NO_ERROR);
    row.NlMtu = TUN_MTU;
    row.UseAutomaticMetric = FALSE;
    row.Metric = 0;
    if (family == AF_INET)
        row.SitePrefixLength = 0;
    return SetIpInterfaceEntry(&row);
}

/*
 * No service manages this namespace's links, whatever the host's do on the same bus. Where one
 * does, tests/unit/test_dns_settings.c has the rest of the story.
 */
static void set_dns(const struct client *client)
{
    static WCHAR server[] = {'1', '0', '.', '6', '6', '.', '0', '.', '1', 0};
    const DNS_INTERFACE_SETTINGS settings = {
        .Version = DNS_INTERFACE_SETTINGS_VERSION1,
        .Flags = DNS_SETTING_NAMESERVER,
        .NameServer = server,
    };
    GUID guid;

    check(ConvertInterfaceLuidToGuid(&client->luid, &guid) == NO_ERROR);
    check(SetInterfaceDnsSettings(guid, &settings) == ERROR_NOT_SUPPORTED);
}

/* The prefixes that go through the tunnel: first those that hide the default routes. */
static MIB_IPFORWARD_ROW2 tunnel_route(const struct client *client, unsigned number)
{
    static const struct {
        const char *prefix;
        unsigned length;
        const char *next_hop;
    } halves[] = {
        {"0.0.0.0", 1, "0.0.0.0"},
        {"128.0.0.0", 1, "0.0.0.0"},
        {"::", 1, "::"},
        {"8000::", 1, "::"},
    };
    char prefix[32];

    if (number < ARRAY_SIZE(halves))
        return route_of(client->luid, halves[number].prefix, halves[number].length,
                        halves[number].next_hop);
    (void)snprintf(prefix, sizeof(prefix), "10.%u.%u.0", 100 + number / 100, number % 100);
    return route_of(client->luid, prefix, 24, "0.0.0.0");
}

static MIB_IPFORWARD_ROW2 server_route(const struct client *client)
{
    return route_of(client->physical, SERVER, 32, ROUTER);
}

static void find_links(struct client *client)
{
    static const WCHAR tunnel[] = {'v', 'p', 'n', '0', 0};
    static const WCHAR physical[] = {'e', '0', 0};

    check(ConvertInterfaceAliasToLuid(tunnel, &client->luid) == NO_ERROR);
    check(ConvertInterfaceAliasToLuid(physical, &client->physical) == NO_ERROR);
}

static void connect_tunnel(const struct client *client)
{
    MIB_UNICASTIPADDRESS_ROW address;
    MIB_IPFORWARD_ROW2 route = server_route(client);

    check(set_up(client) == NO_ERROR);
    check(set_interface(client, AF_INET) == NO_ERROR);
    check(set_interface(client, AF_INET6) == NO_ERROR);
    address = unicast_of(client->luid, "10.66.0.2", 32);
    check(CreateUnicastIpAddressEntry(&address) == NO_ERROR);
    address = unicast_of(client->luid, "fd66::2", 128);
    check(CreateUnicastIpAddressEntry(&address) == NO_ERROR);
    check(CreateIpForwardEntry2(&route) == NO_ERROR);
    for (unsigned i = 0; i < SPLIT_ROUTES; i++) {
        route = tunnel_route(client, i);
        check(CreateIpForwardEntry2(&route) == NO_ERROR);
    }
    set_dns(client);
}

static void disconnect_tunnel(const struct client *client)
{
    MIB_UNICASTIPADDRESS_ROW address;
    MIB_IPFORWARD_ROW2 route;

    for (unsigned i = SPLIT_ROUTES; i-- > 0;) {
        route = tunnel_route(client, i);
        check(DeleteIpForwardEntry2(&route) == NO_ERROR);
    }
    route = server_route(client);
    check(DeleteIpForwardEntry2(&route) == NO_ERROR);
    address = unicast_of(client->luid, "10.66.0.2", 32);
    check(DeleteUnicastIpAddressEntry(&address) == NO_ERROR);
    address = unicast_of(client->luid, "fd66::2", 128);
    check(DeleteUnicastIpAddressEntry(&address) == NO_ERROR);
}

static NET_LUID way_to(const char *text)
{
    SOCKADDR_INET to = inet_address(text);
    SOCKADDR_INET source;
    MIB_IPFORWARD_ROW2 route;

    check(GetBestRoute2(NULL, 0, NULL, &to, 0, &route, &source) == NO_ERROR);
    return route.InterfaceLuid;
}

static void expect_adapter(const struct client *client)
{
    static ULONG64 buffer[16384];
    ULONG size = sizeof(buffer);
    const IP_ADAPTER_ADDRESSES *adapter = (const void *)buffer;
    unsigned addresses = 0;

    check(GetAdaptersAddresses(AF_UNSPEC, 0, NULL, (IP_ADAPTER_ADDRESSES *)buffer, &size) ==
          NO_ERROR);
    while (adapter && adapter->Luid.Value != client->luid.Value)
        adapter = adapter->Next;
    check(adapter != NULL);
    check(adapter->Mtu == TUN_MTU);
    check(adapter->OperStatus == IfOperStatusUp);
    for (const IP_ADAPTER_UNICAST_ADDRESS *at = adapter->FirstUnicastAddress; at; at = at->Next)
        addresses += at->PrefixOrigin == IpPrefixOriginManual;
    check(addresses == 2);
}

/* Ends the test, if it cannot be used. */
static int open_tun_or_skip(const char *name, bool persistent)
{
    int tun = open_tun(name, persistent);

    if (tun < 0) {
        (void)printf("    skipped: /dev/net/tun cannot be used\n");
        skip();
    }
    return tun;
}

/* ---- The tests ---------------------------------------------------------------------------------
 */

/* From the tun device to its end, with registrations of its own. */
static void test_life(void **state)
{
    struct world *world = *state;
    struct client client;

    close(open_tun_or_skip("vpn0", false));
    make_host();
    char *before = host_state();
    client.tun = open_tun("vpn0", false);
    assert_true(client.tun >= 0);
    find_links(&client);
    struct iface tunnel = iface_get("vpn0");
    struct iface physical = iface_get("e0");
    world_watch(world);
    world_begin(world);
    connect_tunnel(&client);
    world_settle(world);

    world_expect(world, ROW_UNICAST, unicast_key(tunnel, "10.66.0.2"), "A");
    world_expect(world, ROW_UNICAST, unicast_key(tunnel, "fd66::2"), "A");
    world_expect(world, ROW_ROUTE, route_key(physical, SERVER "/32", ROUTER), "A");
    world_expect(world, ROW_ROUTE, route_key(tunnel, "0.0.0.0/1", NULL), "A");
    world_expect(world, ROW_ROUTE, route_key(tunnel, "8000::/1", NULL), "A");
    world_expect(world, ROW_ROUTE, route_key(tunnel, "10.101.99.0/24", NULL), "A");
    assert_true(way_to(FAR_AWAY).Value == client.luid.Value);
    assert_true(way_to("2001:db8:77::1").Value == client.luid.Value);
    assert_true(way_to(SERVER).Value == client.physical.Value);
    expect_adapter(&client);

    world_begin(world);
    disconnect_tunnel(&client);
    world_settle(world);
    world_expect(world, ROW_ROUTE, route_key(physical, SERVER "/32", ROUTER), "D");
    world_expect(world, ROW_ROUTE, route_key(tunnel, "10.101.99.0/24", NULL), "D");
    world_expect(world, ROW_UNICAST, unicast_key(tunnel, "10.66.0.2"), "D");
    assert_true(way_to(FAR_AWAY).Value == client.physical.Value);
    assert_true(way_to("2001:db8:77::1").Value == client.physical.Value);
    close(client.tun);
    expect_state(before);
    free(before);
}

static void be_killed(struct child *self, void *context)
{
    struct client client = {.tun = open_tun("vpn0", false)};

    (void)context;
    check(client.tun >= 0);
    find_links(&client);
    connect_tunnel(&client);
    child_say(self, 'c');
    for (;;)
        pause();
}

/*
 * What belongs to the device goes with it; the route to the server is on another interface, and
 * stays, as on Windows. The next start finds it, and takes it away.
 */
static void test_killed(void **state)
{
    struct client client = {.tun = -1};
    int status;

    (void)state;
    close(open_tun_or_skip("vpn0", false));
    make_host();
    char *before = host_state();
    struct child child = child_start(be_killed, NULL);
    child_expect(&child, 'c');
    static const WCHAR physical[] = {'e', '0', 0};
    assert_int_equal(ConvertInterfaceAliasToLuid(physical, &client.physical), NO_ERROR);
    assert_int_equal(kill(child.pid, SIGKILL), 0);
    assert_int_equal(waitpid(child.pid, &status, 0), child.pid);

    MIB_IPFORWARD_ROW2 route = server_route(&client);
    assert_int_equal(CreateIpForwardEntry2(&route), ERROR_OBJECT_ALREADY_EXISTS);
    assert_int_equal(DeleteIpForwardEntry2(&route), NO_ERROR);
    expect_state(before);
    assert_true(way_to(FAR_AWAY).Value == client.physical.Value);
    free(before);
}

static void may_not(struct child *self, void *context)
{
    struct client client = {.tun = -1};
    MIB_UNICASTIPADDRESS_ROW address;
    MIB_IPFORWARD_ROW2 route;

    (void)self;
    (void)context;
    find_links(&client);
    address = unicast_of(client.luid, "10.66.0.2", 32);
    route = tunnel_route(&client, 0);
    child_drop_capabilities();
    check(set_up(&client) == ERROR_ACCESS_DENIED);
    check(set_interface(&client, AF_INET) == ERROR_ACCESS_DENIED);
    check(set_interface(&client, AF_INET6) == ERROR_ACCESS_DENIED);
    check(CreateUnicastIpAddressEntry(&address) == ERROR_ACCESS_DENIED);
    check(CreateIpForwardEntry2(&route) == ERROR_ACCESS_DENIED);
    route = server_route(&client);
    check(CreateIpForwardEntry2(&route) == ERROR_ACCESS_DENIED);
    route = route_of(client.physical, "0.0.0.0", 0, ROUTER);
    check(DeleteIpForwardEntry2(&route) == ERROR_ACCESS_DENIED);
    check(way_to(FAR_AWAY).Value == client.physical.Value);
}

static void test_without_privilege(void **state)
{
    (void)state;
    make_host();
    int tun = open_tun_or_skip("vpn0", true);
    ip("link set vpn0 up");
    char *before = host_state();
    struct child child = child_start(may_not, NULL);
    child_join(&child);
    expect_state(before);
    free(before);
    close(tun);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_life),
        world_test(test_killed),
        world_test(test_without_privilege),
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
