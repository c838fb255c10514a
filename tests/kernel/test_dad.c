/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Duplicate address detection as a program sees it, and tables that become stable by it. */
#include "world.h"

#define MAC "02:00:00:00:00:01"
#define LINK_LOCAL "fe80::ff:fe00:1"

static struct iface start(struct world *world)
{
    world_add_pair(world, "v0", "v1");
    world_await_addresses();
    return iface_get("v0");
}

static void test_tentative_then_preferred(void **state)
{
    struct world *world = *state;
    struct iface v0 = start(world);
    struct row_key key = unicast_key(v0, "2001:db8::1");

    world_watch(world);
    world_begin(world);
    ip("addr add 2001:db8::1/64 dev v0");
    world_await(world, ROW_UNICAST, key, "A");
    union any_row row;
    assert_int_equal(row_get(ROW_UNICAST, &key, &row), NO_ERROR);
    assert_int_equal(row.unicast.DadState, IpDadStateTentative);

    world_await(world, ROW_UNICAST, key, "AP");
    world_settle(world);
    world_expect(world, ROW_UNICAST, key, "AP");
    row = world_row(world, ROW_UNICAST, key);
    assert_int_equal(row.unicast.DadState, IpDadStatePreferred);

    /* IPv4 has no detection here: usable at once. */
    world_change(world, "addr add 10.0.0.1/24 dev v0");
    world_expect(world, ROW_UNICAST, unicast_key(v0, "10.0.0.1"), "A");
}

static void test_duplicate(void **state)
{
    struct world *world = *state;
    struct iface v0 = start(world);
    struct row_key key = unicast_key(v0, "2001:db8::1");

    ip_in(world_beside(world), "addr add 2001:db8::1/64 dev v1 nodad");
    world_watch(world);
    world_begin(world);
    ip("addr add 2001:db8::1/64 dev v0");
    world_await(world, ROW_UNICAST, key, "AP");
    world_settle(world);
    world_expect(world, ROW_UNICAST, key, "AP");
    union any_row row = world_row(world, ROW_UNICAST, key);
    assert_int_equal(row.unicast.DadState, IpDadStateDuplicate);

    world_change(world, "addr del 2001:db8::1/64 dev v0");
    world_expect(world, ROW_UNICAST, key, "D");
}

/* The kernel announces such an address only once it is preferred; it is there before. */
static struct iface start_link_that_goes_up(struct world *world, const char *dad_transmits)
{
    ip("link add v0 address " MAC " type veth peer name v1");
    struct iface v0 = iface_get("v0");
    sysctl_write("net/ipv6/conf/v0/dad_transmits", dad_transmits);
    world_watch(world);
    world_begin(world);
    ip("link set v1 up");
    ip("link set v0 up");
    return v0;
}

static void check_link_local_address(struct world *world, struct iface v0, const char *reports,
                                     NL_DAD_STATE dad_state)
{
    struct row_key key = unicast_key(v0, LINK_LOCAL);

    world_await(world, ROW_UNICAST, key, reports);
    world_settle(world);
    union any_row row = world_row(world, ROW_UNICAST, key);
    assert_int_equal(row.unicast.DadState, dad_state);
    assert_int_equal(row.unicast.PrefixOrigin, IpPrefixOriginWellKnown);
}

static void test_link_local_address_becomes_preferred(void **state)
{
    struct world *world = *state;
    struct iface v0 = start_link_that_goes_up(world, "3");

    check_link_local_address(world, v0, "AP", IpDadStatePreferred);
}

static void test_link_local_address_stays_tentative(void **state)
{
    struct world *world = *state;
    struct iface v0 = start_link_that_goes_up(world, "1000");

    check_link_local_address(world, v0, "A", IpDadStateTentative);
    world_change(world, "link set v0 down");
    world_expect(world, ROW_UNICAST, unicast_key(v0, LINK_LOCAL), "D");
}

struct stable {
    struct monitor monitor;
    unsigned calls;
    bool tentative; /* a table had such an address */
    bool complete;  /* the last one had the address waited for */
    struct row_key key;
};

static void on_stable(void *context, MIB_UNICASTIPADDRESS_TABLE *table)
{
    struct stable *stable = context;

    monitor_lock(&stable->monitor);
    stable->calls++;
    stable->complete = false;
    for (ULONG i = 0; i < table->NumEntries; i++) {
        union any_row row = {.unicast = table->Table[i]};
        struct row_key key = row_key(ROW_UNICAST, &row);
        stable->complete = stable->complete || row_key_equal(&key, &stable->key);
        stable->tentative = stable->tentative || row.unicast.DadState == IpDadStateTentative;
    }
    monitor_announce(&stable->monitor);
    monitor_unlock(&stable->monitor);
    FreeMibTable(table);
}

static void await_stable(struct stable *stable, unsigned calls)
{
    struct timespec deadline = check_deadline();
    bool timely = true;

    monitor_lock(&stable->monitor);
    while (stable->calls < calls && timely)
        timely = monitor_wait(&stable->monitor, &deadline);
    bool told = stable->calls >= calls && stable->complete && !stable->tentative;
    monitor_unlock(&stable->monitor);
    assert_true(told);
}

static void test_stable_table(void **state)
{
    struct world *world = *state;
    struct iface v0 = start(world);
    struct stable stable = {.key = unicast_key(v0, "2001:db8::1")};
    MIB_UNICASTIPADDRESS_TABLE *table = NULL;
    HANDLE handle = (HANDLE)&stable;

    monitor_init(&stable.monitor);
    assert_int_equal(
        NotifyStableUnicastIpAddressTable(AF_INET6, &table, on_stable, &stable, &handle), NO_ERROR);
    assert_non_null(table);
    assert_null(handle);
    assert_true(table->NumEntries >= 2);
    FreeMibTable(table);

    ip("addr add 2001:db8::1/64 dev v0");
    table = (MIB_UNICASTIPADDRESS_TABLE *)&stable;
    assert_int_equal(
        NotifyStableUnicastIpAddressTable(AF_INET6, &table, on_stable, &stable, &handle),
        ERROR_IO_PENDING);
    assert_null(table);
    assert_non_null(handle);

    /* IPv4's addresses are stable meanwhile: an interface's duplicate detection is its own. */
    HANDLE other = (HANDLE)&stable;
    assert_int_equal(NotifyStableUnicastIpAddressTable(AF_INET, &table, on_stable, &stable, &other),
                     NO_ERROR);
    assert_null(other);
    FreeMibTable(table);

    await_stable(&stable, 1);

    /* Each time the table becomes stable again. */
    ip("addr add 2001:db8::2/64 dev v0");
    await_stable(&stable, 2);
    assert_int_equal(CancelMibChangeNotify2(handle), NO_ERROR);
    assert_int_equal(CancelMibChangeNotify2(handle), ERROR_INVALID_HANDLE);
    monitor_destroy(&stable.monitor);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_tentative_then_preferred),
        world_test(test_duplicate),
        world_test(test_link_local_address_becomes_preferred),
        world_test(test_link_local_address_stays_tentative),
        world_test(test_stable_table),
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
