/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * IP interfaces that are set through the API: read back, told to registrations, and as the kernel
 * has it; of links that are up and of such that are down.
 */
#include "child.h"
#include "ip_interfaces.h"

#include <stdio.h>
#include <string.h>

/* Each field that can be set, and where else it shows. */
static const struct setting {
    struct field field;
    const char *file; /* below /proc/sys/net; NULL: `ip -json link` */
    const char *text;
    ULONG value;
    ADDRESS_FAMILY family;
    bool in_callback; /* the row that registrations get shows it */
} settings[] = {
    {{FIELD(ForwardingEnabled)}, "ipv4/conf/v0/forwarding", "1", TRUE, AF_INET, true},
    {{FIELD(NlMtu)}, NULL, "\"mtu\":1400", 1400, AF_INET, true},
    {{FIELD(UseAutomaticMetric)}, "ipv4/conf/v0/tag", "1229979649", FALSE, AF_INET, true},
    {{FIELD(BaseReachableTime)},
     "ipv4/neigh/v0/base_reachable_time_ms",
     "20000",
     20000,
     AF_INET,
     false},
    {{FIELD(RetransmitTime)}, "ipv4/neigh/v0/retrans_time_ms", "2000", 2000, AF_INET, false},
    {{FIELD(NlMtu)}, "ipv6/conf/v0/mtu", "1300", 1300, AF_INET6, true},
    {{FIELD(RouterDiscoveryBehavior)},
     "ipv6/conf/v0/accept_ra",
     "0",
     RouterDiscoveryDisabled,
     AF_INET6,
     true},
    {{FIELD(DadTransmits)}, "ipv6/conf/v0/dad_transmits", "3", 3, AF_INET6, true},
    {{FIELD(LinkLocalAddressBehavior)},
     NULL,
     "\"inet6_addr_gen_mode\":\"none\"",
     LinkLocalAlwaysOff,
     AF_INET6,
     true},
    {{FIELD(UseAutomaticMetric)}, "ipv4/conf/v0/tag", "1229979650", FALSE, AF_INET6, true},
    {{FIELD(BaseReachableTime)},
     "ipv6/neigh/v0/base_reachable_time_ms",
     "20000",
     20000,
     AF_INET6,
     false},
    {{FIELD(RetransmitTime)}, "ipv6/neigh/v0/retrans_time_ms", "2000", 2000, AF_INET6, false},
};

static void expect_shown(const struct setting *setting)
{
    char shown[4096] = "";

    if (setting->file) {
        expect_sysctl(setting->file, setting->text);
        return;
    }
    FILE *output = popen("ip -json -details link show v0", "re"); // NOLINT(cert-env33-c): no input
    assert_non_null(output);
    shown[fread(shown, 1, sizeof(shown) - 1, output)] = 0;
    (void)pclose(output);
    if (!strstr(shown, setting->text))
        fail_test("%s = %u is shown without %s: %s", setting->field.name, setting->value,
                  setting->text, shown);
}

static void set(struct iface v0, const struct setting *setting, ULONG value)
{
    MIB_IPINTERFACE_ROW row = ip_interface_row(v0, setting->family);

    ip_interface_set_field(&row, &setting->field, value);
    DWORD error = SetIpInterfaceEntry(&row);
    if (error != NO_ERROR)
        fail_test("%s = %u: error %u", setting->field.name, value, error);
    row = ip_interface_row(v0, setting->family);
    if (ip_interface_field(&row, &setting->field) != value)
        fail_test("%s is %u, not %u", setting->field.name,
                  ip_interface_field(&row, &setting->field), value);
}

static void set_and_check(struct world *world, struct iface v0, const struct setting *setting,
                          ULONG value, const char *reports)
{
    struct row_key key = interface_key(v0, setting->family);

    world_begin(world);
    set(v0, setting, value);
    world_settle(world);
    world_expect(world, ROW_INTERFACE, key, reports);
    MIB_IPINTERFACE_ROW row = world_row(world, ROW_INTERFACE, key).interface;
    assert_int_equal(ip_interface_field(&row, &setting->field), value);
}

/* Each field: set, set again, which nobody hears of, and set back. */
static void check_settings(struct world *world, struct iface v0)
{
    for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
        const struct setting *setting = &settings[i];
        MIB_IPINTERFACE_ROW before = ip_interface_row(v0, setting->family);

        if (!setting->in_callback)
            continue;
        set_and_check(world, v0, setting, setting->value, "P");
        expect_shown(setting);
        set_and_check(world, v0, setting, setting->value, "");
        set_and_check(world, v0, setting, ip_interface_field(&before, &setting->field), "P");
    }
}

static void test_up(void **state)
{
    struct iface v0 = ip_interfaces_start(*state);

    sysctl_write("net/ipv6/conf/v0/accept_dad", "1");
    world_watch(*state);
    check_settings(*state, v0);
}

/* The kernel announces a link that is down less readily. */
static void test_down(void **state)
{
    struct iface v0 = ip_interfaces_start(*state);

    sysctl_write("net/ipv6/conf/v0/accept_dad", "1");
    ip("link set v0 down");
    world_watch(*state);
    check_settings(*state, v0);
}

/* How often a registration has been told of v0, once the change of another link has come. */
static void expect_told(struct recorder *recorder, size_t from, struct iface v0, struct iface last,
                        ADDRESS_FAMILY family, size_t count)
{
    struct row_key until = interface_key(last, AF_INET);
    struct row_key key = interface_key(v0, family);
    const struct timespec deadline = check_deadline();
    char types[TYPES_SIZE];

    check(recorder_wait(recorder, from, MibParameterNotification, &until, &deadline));
    recorder_types(recorder, from, &key, types);
    if (strlen(types) != count || strspn(types, "P") != count)
        fail_test("IPv%c was told %s, not P %zu times", family == AF_INET ? '4' : '6', types,
                  count);
}

/* Times show in no callback's row; that they were set is told all the same. */
static void check_times(struct iface v0, struct iface last)
{
    struct recorder recorder;

    assert_int_equal(recorder_start(&recorder, ROW_INTERFACE, AF_UNSPEC, FALSE), NO_ERROR);
    for (size_t i = 0; i < 3 * ARRAY_SIZE(settings); i++) {
        const struct setting *setting = &settings[i / 3];
        size_t from = recorder_count(&recorder);

        if (setting->in_callback)
            continue;
        bool again = i % 3 == 1;
        set(v0, setting, setting->value + (i % 3 == 2 ? 4000 : 0));
        if (i % 3 < 2)
            expect_shown(setting);
        ip("link set %s mtu %zu", "b0", 1300 + i);
        expect_told(&recorder, from, v0, last, setting->family, again ? 0 : 1);
        expect_told(&recorder, from, v0, last, setting->family == AF_INET ? AF_INET6 : AF_INET, 0);
    }
    recorder_stop(&recorder);
}

static void test_times(void **state)
{
    struct iface v0 = ip_interfaces_start(*state);

    ip("link add b0 type bridge");
    world_await_addresses();
    check_times(v0, iface_get("b0"));
    ip("link set v0 down");
    sysctl_write("net/ipv4/neigh/v0/base_reachable_time_ms", "30000");
    sysctl_write("net/ipv4/neigh/v0/retrans_time_ms", "1000");
    sysctl_write("net/ipv6/neigh/v0/base_reachable_time_ms", "30000");
    sysctl_write("net/ipv6/neigh/v0/retrans_time_ms", "1000");
    check_times(v0, iface_get("b0"));
}

struct listening {
    struct iface v0;
    struct iface last;
};

static void listen_elsewhere(struct child *self, void *context)
{
    const struct listening *listening = context;
    struct recorder recorder;
    size_t from = 0;

    child_drop_capabilities();
    check(recorder_start(&recorder, ROW_INTERFACE, AF_UNSPEC, FALSE) == NO_ERROR);
    for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
        bool is_ipv4 = settings[i].family == AF_INET;
        bool is_link_mtu = is_ipv4 && strcmp(settings[i].field.name, "NlMtu") == 0;

        child_say(self, 'r');
        child_expect(self, 'c');
        expect_told(&recorder, from, listening->v0, listening->last, AF_INET, is_ipv4 ? 1 : 0);
        expect_told(&recorder, from, listening->v0, listening->last, AF_INET6,
                    !is_ipv4 || is_link_mtu ? 1 : 0); /* IPv6 has that, too */
        from = recorder_count(&recorder);
    }
    recorder_stop(&recorder);
}

/* Another process, of a user without rights, is told once of each. */
static void test_other_process(void **state)
{
    for (int up = 1; up >= 0; up--) {
        struct listening listening = {.v0 = ip_interfaces_start(*state)};

        sysctl_write("net/ipv6/conf/v0/accept_dad", "1");
        if (!up)
            ip("link set v0 down");
        ip("link add b0 type bridge");
        world_await_addresses(); /* of each the interface is told */
        listening.last = iface_get("b0");
        struct child child = child_start(listen_elsewhere, &listening);
        for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
            child_expect(&child, 'r');
            set(listening.v0, &settings[i], settings[i].value);
            /* IPv4's row of it is told; IPv6 is not on it. */
            ip("link set b0 mtu %zu", 1200 - i);
            child_say(&child, 'c');
        }
        child_join(&child);
        ip("link del b0");
        ip("link del v0");
    }
}

/* A tunnel, on which VPN programs set all of this at once. */
static void test_tunnel(void **state)
{
    static const ADDRESS_FAMILY families[] = {AF_INET, AF_INET6};

    if (!ip_try("tuntap add tun0 mode tun"))
        skip();
    struct iface tun = iface_get("tun0");
    world_watch(*state);
    for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
        MIB_IPINTERFACE_ROW row = ip_interface_row(tun, families[i]);

        row.RouterDiscoveryBehavior = RouterDiscoveryDisabled;
        row.DadTransmits = 0;
        row.ManagedAddressConfigurationSupported = FALSE;
        row.OtherStatefulConfigurationSupported = FALSE;
        row.NlMtu = 1420;
        row.UseAutomaticMetric = FALSE;
        row.InterfaceLuid.Value = 0;
        row.InterfaceIndex = tun.index;
        world_begin(*state);
        assert_int_equal(SetIpInterfaceEntry(&row), NO_ERROR);
        assert_int_equal(row.InterfaceLuid.Value, tun.luid.Value);
        world_settle(*state);
        MIB_IPINTERFACE_ROW found =
            world_row(*state, ROW_INTERFACE, interface_key(tun, families[i])).interface;
        assert_int_equal(found.NlMtu, 1420);
        assert_int_equal(found.RouterDiscoveryBehavior, RouterDiscoveryDisabled);
        assert_false(found.UseAutomaticMetric);
        assert_int_equal(found.Metric, 0);
    }
}

/* The metric is 0, be it automatic or not, of each family by itself, and goes with the link. */
static void test_metric(void **state)
{
    struct iface v0 = ip_interfaces_start(*state);
    MIB_IPINTERFACE_ROW row = ip_interface_row(v0, AF_INET);

    row.Metric = 20;
    assert_true(row.UseAutomaticMetric);
    assert_int_equal(SetIpInterfaceEntry(&row), ERROR_NOT_SUPPORTED);
    row.UseAutomaticMetric = FALSE;
    assert_int_equal(SetIpInterfaceEntry(&row), ERROR_NOT_SUPPORTED);
    assert_true(ip_interface_row(v0, AF_INET).UseAutomaticMetric);
    row.Metric = 0;
    assert_int_equal(SetIpInterfaceEntry(&row), NO_ERROR);
    assert_false(ip_interface_row(v0, AF_INET).UseAutomaticMetric);
    assert_true(ip_interface_row(v0, AF_INET6).UseAutomaticMetric);
    expect_sysctl("ipv4/conf/v0/tag", "1229979649");
    ip("link set v0 down");
    ip("link set v0 name w0");
    assert_false(ip_interface_row(v0, AF_INET).UseAutomaticMetric);
    ip("link set w0 name v0");
    row.UseAutomaticMetric = TRUE;
    assert_int_equal(SetIpInterfaceEntry(&row), NO_ERROR);
    expect_sysctl("ipv4/conf/v0/tag", "0");

    /* A number of somebody else's stays. */
    sysctl_write("net/ipv4/conf/v0/tag", "7");
    row.UseAutomaticMetric = FALSE;
    assert_int_equal(SetIpInterfaceEntry(&row), ERROR_NOT_SUPPORTED);
    expect_sysctl("ipv4/conf/v0/tag", "7");
    row.UseAutomaticMetric = TRUE;
    row.RetransmitTime += 100;
    assert_int_equal(SetIpInterfaceEntry(&row), ERROR_NOT_SUPPORTED);
    assert_int_equal(ip_interface_row(v0, AF_INET).RetransmitTime, row.RetransmitTime - 100);
    row.RetransmitTime -= 100;
    row.UseAutomaticMetric = FALSE;
    assert_true(ip_interface_row(v0, AF_INET).UseAutomaticMetric);
    sysctl_write("net/ipv4/conf/v0/tag", "0");

    assert_int_equal(SetIpInterfaceEntry(&row), NO_ERROR);
    ip("link del v0");
    ip("link add v0 index %u type veth peer name v1", v0.index);
    assert_true(ip_interface_row(iface_get("v0"), AF_INET).UseAutomaticMetric);
}

enum { TOGETHER_ROUNDS = 300 };

static void toggle(struct iface v0, ADDRESS_FAMILY family)
{
    for (int i = 0; i < TOGETHER_ROUNDS; i++) {
        MIB_IPINTERFACE_ROW row = {.Family = family, .InterfaceLuid = v0.luid};

        check(GetIpInterfaceEntry(&row) == NO_ERROR);
        check(row.UseAutomaticMetric == (i % 2 == 0));
        row.SitePrefixLength = 0;
        row.UseAutomaticMetric = !row.UseAutomaticMetric;
        check(SetIpInterfaceEntry(&row) == NO_ERROR);
    }
}

static void toggle_elsewhere(struct child *self, void *context)
{
    (void)self;
    toggle(*(struct iface *)context, AF_INET6);
}

/* Two processes set the two families of one link: neither undoes what the other does. */
static void test_together(void **state)
{
    struct iface v0 = ip_interfaces_start(*state);

    for (int up = 1; up >= 0; up--) {
        struct child child = child_start(toggle_elsewhere, &v0);

        toggle(v0, AF_INET);
        child_join(&child);
        ip("link set v0 down");
    }
}

/* IPv4's MTU is the link's; IPv6's follows, unless it was set to less. */
static void test_mtu(void **state)
{
    struct iface v0 = ip_interfaces_start(*state);
    MIB_IPINTERFACE_ROW ipv4 = ip_interface_row(v0, AF_INET);
    MIB_IPINTERFACE_ROW ipv6 = ip_interface_row(v0, AF_INET6);

    world_watch(*state);
    ipv4.NlMtu = 1450;
    assert_int_equal(SetIpInterfaceEntry(&ipv4), NO_ERROR);
    assert_int_equal(ip_interface_row(v0, AF_INET6).NlMtu, 1450);
    ipv6.NlMtu = 1300;
    assert_int_equal(SetIpInterfaceEntry(&ipv6), NO_ERROR);
    ipv4.NlMtu = 1400;
    assert_int_equal(SetIpInterfaceEntry(&ipv4), NO_ERROR);
    assert_int_equal(ip_interface_row(v0, AF_INET6).NlMtu, 1300);
    ipv4.NlMtu = 1290;
    assert_int_equal(SetIpInterfaceEntry(&ipv4), NO_ERROR);
    assert_int_equal(ip_interface_row(v0, AF_INET6).NlMtu, 1290);
    world_begin(*state);
    world_settle(*state);
}

/* Whether a link listens to routers depends on what it forwards. */
static void test_router(void **state)
{
    struct iface v0 = ip_interfaces_start(*state);
    MIB_IPINTERFACE_ROW row = ip_interface_row(v0, AF_INET6);

    world_watch(*state);
    assert_int_equal(row.RouterDiscoveryBehavior, RouterDiscoveryEnabled);
    row.ForwardingEnabled = TRUE;
    row.NlMtu = 1300;
    assert_int_equal(SetIpInterfaceEntry(&row), ERROR_NOT_SUPPORTED);
    assert_false(ip_interface_row(v0, AF_INET6).ForwardingEnabled);
    assert_int_equal(ip_interface_row(v0, AF_INET6).NlMtu, 1500);
    sysctl_write("net/ipv6/conf/all/forwarding", "1");
    sysctl_write("net/ipv6/conf/v0/forwarding", "0");
    world_begin(*state);
    assert_int_equal(SetIpInterfaceEntry(&row), NO_ERROR);
    world_settle(*state);
    row = world_row(*state, ROW_INTERFACE, interface_key(v0, AF_INET6)).interface;
    assert_true(row.ForwardingEnabled);
    assert_int_equal(row.RouterDiscoveryBehavior, RouterDiscoveryEnabled);
    expect_sysctl("ipv6/conf/v0/accept_ra", "2");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_up),     world_test(test_down),          world_test(test_times),
        world_test(test_tunnel), world_test(test_other_process), world_test(test_metric),
        world_test(test_mtu),    world_test(test_router),        world_test(test_together),
    };
    int rc = netns_begin(argv);

    (void)argc;
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
