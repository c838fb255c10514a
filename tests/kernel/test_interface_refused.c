/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * IP interfaces that are not set: what Linux cannot, what a user may not, what fails halfway, links
 * that go or get another name meanwhile. Nothing has changed then, and no other link.
 */
#include "child.h"
#include "ip_interfaces.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>

/* What is refused. In each row another field is changed as well, which must not happen. */
static const struct {
    ADDRESS_FAMILY family;
    struct field field;
    ULONG value;
    DWORD error;
} refusals[] = {
    {AF_INET, {FIELD(AdvertisingEnabled)}, TRUE, ERROR_NOT_SUPPORTED},
    {AF_INET, {FIELD(WeakHostSend)}, FALSE, ERROR_NOT_SUPPORTED},
    {AF_INET, {FIELD(WeakHostReceive)}, FALSE, ERROR_NOT_SUPPORTED},
    {AF_INET, {FIELD(UseNeighborUnreachabilityDetection)}, FALSE, ERROR_NOT_SUPPORTED},
    {AF_INET, {FIELD(ManagedAddressConfigurationSupported)}, TRUE, ERROR_NOT_SUPPORTED},
    {AF_INET, {FIELD(OtherStatefulConfigurationSupported)}, TRUE, ERROR_NOT_SUPPORTED},
    {AF_INET, {FIELD(AdvertiseDefaultRoute)}, TRUE, ERROR_NOT_SUPPORTED},
    {AF_INET, {FIELD(RouterDiscoveryBehavior)}, RouterDiscoveryEnabled, ERROR_NOT_SUPPORTED},
    {AF_INET, {FIELD(RouterDiscoveryBehavior)}, RouterDiscoveryDhcp, ERROR_NOT_SUPPORTED},
    {AF_INET, {FIELD(RouterDiscoveryBehavior)}, 3, ERROR_INVALID_PARAMETER},
    {AF_INET, {FIELD(DadTransmits)}, 3, ERROR_NOT_SUPPORTED},
    {AF_INET, {FIELD(BaseReachableTime)}, 0, ERROR_INVALID_PARAMETER},
    {AF_INET, {FIELD(RetransmitTime)}, 0, ERROR_INVALID_PARAMETER},
    {AF_INET, {FIELD(PathMtuDiscoveryTimeout)}, 1000, ERROR_NOT_SUPPORTED},
    {AF_INET, {FIELD(LinkLocalAddressBehavior)}, LinkLocalAlwaysOn, ERROR_NOT_SUPPORTED},
    {AF_INET, {FIELD(LinkLocalAddressTimeout)}, 1, ERROR_NOT_SUPPORTED},
    {AF_INET, {FIELD(SitePrefixLength)}, 64, ERROR_INVALID_PARAMETER},
    {AF_INET, {FIELD(NlMtu)}, 67, ERROR_INVALID_PARAMETER},
    {AF_INET, {FIELD(NlMtu)}, 70000, ERROR_INVALID_PARAMETER},
    {AF_INET, {FIELD(NlMtu)}, 1279, ERROR_NOT_SUPPORTED},
    {AF_INET, {FIELD(DisableDefaultRoutes)}, TRUE, ERROR_NOT_SUPPORTED},
    {AF_INET6, {FIELD(LinkLocalAddressBehavior)}, LinkLocalDelayed, ERROR_NOT_SUPPORTED},
    {AF_INET6, {FIELD(LinkLocalAddressBehavior)}, 7, ERROR_INVALID_PARAMETER},
    {AF_INET6, {FIELD(NlMtu)}, 1279, ERROR_INVALID_PARAMETER},
    {AF_INET6, {FIELD(NlMtu)}, 1501, ERROR_INVALID_PARAMETER},
    {AF_INET6, {FIELD(SitePrefixLength)}, 48, ERROR_NOT_SUPPORTED},
    {AF_INET6, {FIELD(SitePrefixLength)}, 129, ERROR_INVALID_PARAMETER},
    {AF_INET6, {FIELD(ZoneIndices[ScopeLevelLink])}, 99, ERROR_NOT_SUPPORTED},
};

static void test_refused(void **state)
{
    struct iface v0 = ip_interfaces_start(*state);

    world_watch(*state);
    world_begin(*state);
    for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
        MIB_IPINTERFACE_ROW before = ip_interface_row(v0, refusals[i].family);
        MIB_IPINTERFACE_ROW row = before;

        row.UseAutomaticMetric = FALSE;
        ip_interface_set_field(&row, &refusals[i].field, refusals[i].value);
        DWORD error = SetIpInterfaceEntry(&row);
        if (error != refusals[i].error)
            fail_test("%s = %u: error %u, not %u", refusals[i].field.name, refusals[i].value, error,
                      refusals[i].error);
        row = ip_interface_row(v0, refusals[i].family);
        row.ReachableTime = before.ReachableTime;
        assert_memory_equal(&row, &before, sizeof(row));
    }
    world_settle(*state);
    world_expect_quiet(*state, ROW_INTERFACE);
}

/* All ones: everything stays. */
static void test_unchanged(void **state)
{
    struct iface v0 = ip_interfaces_start(*state);
    MIB_IPINTERFACE_ROW row;

    world_watch(*state);
    memset(&row, 0xff, sizeof(row));
    row.Family = AF_INET6;
    row.InterfaceLuid = v0.luid;
    world_begin(*state);
    assert_int_equal(SetIpInterfaceEntry(&row), NO_ERROR);
    world_settle(*state);
    world_expect_quiet(*state, ROW_INTERFACE);
    world_begin(*state);
    row.NlMtu = 1320;
    assert_int_equal(SetIpInterfaceEntry(&row), NO_ERROR);
    world_settle(*state);
    assert_int_equal(ip_interface_row(v0, AF_INET6).NlMtu, 1320);
}

static void test_interfaces(void **state)
{
    struct iface v0 = ip_interfaces_start(*state);
    MIB_IPINTERFACE_ROW row = ip_interface_row(v0, AF_INET);

    row.InterfaceLuid.Info.IfType ^= 1;
    assert_int_equal(SetIpInterfaceEntry(&row), ERROR_FILE_NOT_FOUND);
    row.InterfaceLuid = v0.luid;
    /* The LUID counts, whatever the index. */
    row.InterfaceIndex += 1000;
    row.NlMtu = 1400;
    assert_int_equal(SetIpInterfaceEntry(&row), NO_ERROR);
    row = ip_interface_row(v0, AF_INET6);
    assert_int_equal(row.NlMtu, 1400);
    ip("link set v0 mtu 1000");
    row.Family = AF_INET6;
    assert_int_equal(SetIpInterfaceEntry(&row), ERROR_NOT_FOUND);
    ip("link del v0");
    assert_int_equal(SetIpInterfaceEntry(&row), ERROR_FILE_NOT_FOUND);
    row.InterfaceLuid.Value = 0;
    assert_int_equal(SetIpInterfaceEntry(&row), ERROR_FILE_NOT_FOUND);
    assert_int_equal(row.InterfaceLuid.Value, 0);

    /* A name like those of files. */
    ip("link add v.0 type veth peer name v...");
    row = ip_interface_row(iface_get("v..."), AF_INET6);
    row.NlMtu = 1300;
    assert_int_equal(SetIpInterfaceEntry(&row), NO_ERROR);
    expect_sysctl("ipv6/conf/v.../mtu", "1300");
    expect_sysctl("ipv6/conf/v.0/mtu", "1500");
}

static MIB_IPINTERFACE_ROW wanted_by_child[2];

static void set_without_rights(struct child *self, void *context)
{
    (void)self;
    (void)context;
    child_drop_capabilities();
    for (size_t i = 0; i < ARRAY_SIZE(wanted_by_child); i++)
        check(SetIpInterfaceEntry(&wanted_by_child[i]) == ERROR_ACCESS_DENIED);
    /* Before what cannot be. */
    wanted_by_child[0].Metric = 5;
    check(SetIpInterfaceEntry(&wanted_by_child[0]) == ERROR_ACCESS_DENIED);
}

/* The link's MTU, which needs no file, could be set. */
static void set_with_files_read_only(struct child *self, void *context)
{
    (void)self;
    (void)context;
    if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
        mount("/proc/sys", "/proc/sys", NULL, MS_BIND, NULL) < 0 ||
        mount(NULL, "/proc/sys", NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL) < 0)
        fail_test("/proc/sys cannot be made read-only: %s", strerrordesc_np(errno));
    for (size_t i = 0; i < ARRAY_SIZE(wanted_by_child); i++)
        check(SetIpInterfaceEntry(&wanted_by_child[i]) == ERROR_ACCESS_DENIED);
}

static void test_without_rights(void **state)
{
    static void (*const children[])(struct child *, void *) = {set_without_rights,
                                                               set_with_files_read_only};
    struct iface v0 = ip_interfaces_start(*state);

    for (size_t i = 0; i < ARRAY_SIZE(children); i++) {
        wanted_by_child[0] = ip_interface_row(v0, AF_INET);
        wanted_by_child[0].NlMtu = 1400;
        wanted_by_child[0].UseAutomaticMetric = FALSE;
        wanted_by_child[0].ForwardingEnabled = TRUE;
        wanted_by_child[1] = ip_interface_row(v0, AF_INET6);
        wanted_by_child[1].NlMtu = 1300;
        struct child child = child_start(children[i], NULL);
        child_join(&child);
        assert_int_equal(ip_interface_row(v0, AF_INET).NlMtu, 1500);
        assert_false(ip_interface_row(v0, AF_INET).ForwardingEnabled);
        assert_true(ip_interface_row(v0, AF_INET).UseAutomaticMetric);
        assert_int_equal(ip_interface_row(v0, AF_INET6).NlMtu, 1500);
    }
}

/* What the kernel refuses when other things have been done: these are undone. */
static void test_undone(void **state)
{
    struct iface v0 = ip_interfaces_start(*state);

    sysctl_write("net/ipv6/conf/v0/addr_gen_mode", "1");
    /* How new links make their addresses: by a secret, which there is not. */
    sysctl_write("net/ipv6/conf/default/addr_gen_mode", "2");
    world_watch(*state);
    for (int up = 1; up >= 0; up--) {
        MIB_IPINTERFACE_ROW before = ip_interface_row(v0, AF_INET6);
        MIB_IPINTERFACE_ROW row = before;

        row.NlMtu = 1300;
        row.UseAutomaticMetric = FALSE;
        row.LinkLocalAddressBehavior = LinkLocalAlwaysOn;
        assert_int_equal(SetIpInterfaceEntry(&row), ERROR_INVALID_PARAMETER);
        row = ip_interface_row(v0, AF_INET6);
        before.ReachableTime = row.ReachableTime;
        assert_memory_equal(&row, &before, sizeof(row));
        expect_sysctl("ipv6/conf/v0/mtu", "1500");
        world_change(*state, "link set v0 down");
    }
}

/* A link that gets another name all the while is the one that is set, and no other. */
static void test_renamed(void **state)
{
    static const char round[] = "link set v0 name x\nlink set w0 name v0\n"
                                "link set v0 name w0\nlink set x name v0\n";
    static char rounds[300 * sizeof(round)];
    struct iface v0 = ip_interfaces_start(*state);

    ip("link add w0 type veth peer name w1");
    struct iface w0 = iface_get("w0");
    if (!ip_renames_while_up())
        ip("link set v0 down");
    for (size_t i = 0; i < 300; i++)
        memcpy(rounds + i * (sizeof(round) - 1), round, sizeof(round));
    int pid = ip_batch_start(rounds);
    for (ULONG i = 0; i < 200; i++) {
        MIB_IPINTERFACE_ROW row = ip_interface_row(v0, AF_INET6);

        row.NlMtu = 1300 + i;
        assert_int_equal(SetIpInterfaceEntry(&row), NO_ERROR);
        assert_int_equal(ip_interface_row(v0, AF_INET6).NlMtu, 1300 + i);
        assert_int_equal(ip_interface_row(w0, AF_INET6).NlMtu, 1500);
    }
    ip_batch_finish(pid);
}

/* A link that goes meanwhile. */
static void test_gone(void **state)
{
    (void)state;
    world_without_dad();
    for (int i = 0; i < 20; i++) {
        ip("link add v0 type veth peer name v1");
        MIB_IPINTERFACE_ROW row = ip_interface_row(iface_get("v0"), i % 2 ? AF_INET : AF_INET6);
        DWORD error;
        int pid = ip_batch_start("link del v0\n");

        do {
            row.NlMtu = row.NlMtu == 1300 ? 1400 : 1300;
            row.UseAutomaticMetric = !row.UseAutomaticMetric;
            error = SetIpInterfaceEntry(&row);
        } while (error == NO_ERROR);
        ip_batch_finish(pid);
        /* The families go first. */
        if (error != ERROR_FILE_NOT_FOUND && error != ERROR_NOT_FOUND)
            fail_test("a link that goes: error %u", error);
        assert_int_equal(SetIpInterfaceEntry(&row), ERROR_FILE_NOT_FOUND);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_refused),        world_test(test_unchanged), world_test(test_interfaces),
        world_test(test_without_rights), world_test(test_renamed),   world_test(test_undone),
        world_test(test_gone),
    };
    int rc = netns_begin(argv);

    (void)argc;
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
