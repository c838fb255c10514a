/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Network interfaces of several kinds, each a row: what every function that shows them says of
 * them, what is upon what, and that they are set up and down.
 */
#include "child.h"
#include "world.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define NO_SPEED NET_IF_LINK_SPEED_UNKNOWN
#define GIGABIT 1000000000ULL

struct expected {
    const char *name;
    IFTYPE type;
    TUNNEL_TYPE tunnel;
    NDIS_MEDIUM medium;
    NET_IF_ACCESS_TYPE access;
    IF_OPER_STATUS oper;
    NET_IF_ADMIN_STATUS admin;
    NET_IF_MEDIA_CONNECT_STATE connected;
    ULONG mtu;
    ULONG address_length;
    ULONG64 speed;
    const char *description;
};

/* On a host with IPv6 and these modules; a kind that the kernel lacks is passed over. */
static const struct {
    const char *link;
    const char *command;
} kinds[] = {
    {"v0", "link add v0 address 02:00:00:00:00:01 type veth peer name v1"},
    {"d0", "link add d0 mtu 1280 type dummy"},
    {"br0", "link add br0 type bridge"},
    {"vlan5", "link add link v0 name vlan5 type vlan id 5"},
    {"mac0", "link add link v0 name mac0 type macvlan"},
    {"ipip5", "link add ipip5 type ipip local 10.9.0.1 remote 10.9.0.2"},
    {"sit5", "link add sit5 type sit local 10.9.0.1 remote 10.9.0.3"},
    {"to4", "link add to4 type sit local 10.9.0.1"},
    {"isatap5", "link add isatap5 type sit mode any local 10.9.0.4 isatap"},
};

static const struct expected all_kinds[] = {
    {"lo", 24, TUNNEL_TYPE_NONE, NdisMediumLoopback, NET_IF_ACCESS_LOOPBACK, IfOperStatusUp,
     NET_IF_ADMIN_STATUS_UP, MediaConnectStateConnected, 65536, 0, NO_SPEED, "lo"},
    {"v0", 6, TUNNEL_TYPE_NONE, NdisMedium802_3, NET_IF_ACCESS_BROADCAST, IfOperStatusUp,
     NET_IF_ADMIN_STATUS_UP, MediaConnectStateConnected, 1500, 6, 10 * GIGABIT, "uplink"},
    {"d0", 6, TUNNEL_TYPE_NONE, NdisMedium802_3, NET_IF_ACCESS_BROADCAST, IfOperStatusDown,
     NET_IF_ADMIN_STATUS_DOWN, MediaConnectStateUnknown, 1280, 6, NO_SPEED, "d0"},
    {"br0", 6, TUNNEL_TYPE_NONE, NdisMedium802_3, NET_IF_ACCESS_BROADCAST, IfOperStatusDown,
     NET_IF_ADMIN_STATUS_DOWN, MediaConnectStateUnknown, 1500, 6, NO_SPEED, "br0"},
    {"mac0", 6, TUNNEL_TYPE_NONE, NdisMedium802_3, NET_IF_ACCESS_BROADCAST, IfOperStatusUp,
     NET_IF_ADMIN_STATUS_UP, MediaConnectStateConnected, 1500, 6, 10 * GIGABIT, "mac0"},
    {"vlan5", 6, TUNNEL_TYPE_NONE, NdisMedium802_3, NET_IF_ACCESS_BROADCAST, IfOperStatusUp,
     NET_IF_ADMIN_STATUS_UP, MediaConnectStateConnected, 1500, 6, 10 * GIGABIT, "vlan5"},
    {"ipip5", 23, TUNNEL_TYPE_DIRECT, NdisMediumTunnel, NET_IF_ACCESS_POINT_TO_POINT,
     IfOperStatusDown, NET_IF_ADMIN_STATUS_DOWN, MediaConnectStateUnknown, 0, 4, NO_SPEED, "ipip5"},
    {"sit5", 23, TUNNEL_TYPE_DIRECT, NdisMediumTunnel, NET_IF_ACCESS_POINT_TO_POINT,
     IfOperStatusDown, NET_IF_ADMIN_STATUS_DOWN, MediaConnectStateUnknown, 0, 4, NO_SPEED, "sit5"},
    {"to4", 1, TUNNEL_TYPE_6TO4, NdisMediumTunnel, NET_IF_ACCESS_BROADCAST, IfOperStatusDown,
     NET_IF_ADMIN_STATUS_DOWN, MediaConnectStateUnknown, 0, 4, NO_SPEED, "to4"},
};

static void make_network(void)
{
    world_without_dad();
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
        if (!ip_try("%s", kinds[i].command))
            (void)printf("    without %s: %s\n", kinds[i].link, netns_complaint());
    ip("link set v0 alias uplink");
    ip("link set v0 up");
    ip("link set v1 up");
    ip("link set mac0 up");
    (void)ip_try("link set vlan5 up");
    world_await_addresses();
}

static MIB_IF_ROW2 row_of(const char *name)
{
    MIB_IF_ROW2 row;

    memset(&row, 0, sizeof(row));
    row.InterfaceIndex = netns_ifindex(name);
    assert_int_equal(GetIfEntry2(&row), NO_ERROR);
    return row;
}

static bool is_text(const WCHAR *text, const char *expected)
{
    size_t i;

    for (i = 0; expected[i] && text[i] == (unsigned char)expected[i]; i++)
        ;
    return expected[i] == 0 && text[i] == 0;
}

#define EQUAL(row, field, value)                                                                   \
    do {                                                                                           \
        if ((ULONG64)(row)->field != (ULONG64)(value))                                             \
            fail_test("%s: %s is %llu, not %llu", expected->name, #field,                          \
                      (unsigned long long)(row)->field, (unsigned long long)(value));              \
    } while (0)

static void test_kinds(void **state)
{
    (void)state;
    make_network();
    for (size_t i = 0; i < ARRAY_SIZE(all_kinds); i++) {
        const struct expected *expected = &all_kinds[i];

        if (netns_ifindex(expected->name) == 0)
            continue;
        const MIB_IF_ROW2 row = row_of(expected->name);
        EQUAL(&row, Type, expected->type);
        EQUAL(&row, TunnelType, expected->tunnel);
        EQUAL(&row, MediaType, expected->medium);
        EQUAL(&row, AccessType, expected->access);
        EQUAL(&row, OperStatus, expected->oper);
        EQUAL(&row, AdminStatus, expected->admin);
        EQUAL(&row, MediaConnectState, expected->connected);
        if (expected->mtu)
            EQUAL(&row, Mtu, expected->mtu);
        EQUAL(&row, PhysicalAddressLength, expected->address_length);
        EQUAL(&row, TransmitLinkSpeed, expected->speed);
        EQUAL(&row, ReceiveLinkSpeed, expected->speed);
        EQUAL(&row, InterfaceAndOperStatusFlags.HardwareInterface, 0);
        EQUAL(&row, InterfaceGuid.Data1, row.InterfaceIndex);
        assert_true(is_text(row.Alias, expected->name));
        assert_true(is_text(row.Description, expected->description));
    }
}

static void test_carrier(void **state)
{
    static const UCHAR address[] = {2, 0, 0, 0, 0, 1};

    (void)state;
    make_network();
    MIB_IF_ROW2 row = row_of("v0");
    assert_memory_equal(row.PhysicalAddress, address, sizeof(address));
    ip("link set v1 down");
    for (unsigned i = 0; i < 500 && row.OperStatus == IfOperStatusUp; i++) {
        (void)usleep(10000);
        row = row_of("v0");
    }
    assert_int_equal(row.OperStatus, IfOperStatusLowerLayerDown);
    assert_int_equal(row.AdminStatus, NET_IF_ADMIN_STATUS_UP);
    assert_int_equal(row.MediaConnectState, MediaConnectStateDisconnected);
    assert_int_equal(row.InterfaceAndOperStatusFlags.NotMediaConnected, 1);
}

/* Every function that shows an interface shows the same. The network rests. */
static void test_all_functions_agree(void **state)
{
    static MIB_IFROW old[64];
    static IP_ADAPTER_INDEX_MAP adapters[64];
    const MIB_IFTABLE *old_table = (const MIB_IFTABLE *)old;
    const IP_INTERFACE_INFO *info = (const IP_INTERFACE_INFO *)adapters;
    MIB_IF_TABLE2 *table;
    MIB_IF_TABLE2 *bare;
    ULONG size = 0;
    DWORD count = 0;

    (void)state;
    make_network();
    assert_int_equal(GetIfTable2(&table), NO_ERROR);
    assert_int_equal(GetIfTable2Ex(MibIfTableNormalWithoutStatistics, &bare), NO_ERROR);
    assert_int_equal(GetNumberOfInterfaces(&count), NO_ERROR);
    assert_int_equal(count, table->NumEntries);
    assert_int_equal(bare->NumEntries, table->NumEntries);
    assert_int_equal(GetIfTable(NULL, &size, TRUE), ERROR_INSUFFICIENT_BUFFER);
    assert_int_equal(size, sizeof(DWORD) + count * sizeof(MIB_IFROW));
    size--;
    assert_int_equal(GetIfTable((MIB_IFTABLE *)old, &size, TRUE), ERROR_INSUFFICIENT_BUFFER);
    assert_int_equal(GetIfTable((MIB_IFTABLE *)old, &size, TRUE), NO_ERROR);
    assert_int_equal(old_table->dwNumEntries, count);
    size = 0;
    assert_int_equal(GetInterfaceInfo(NULL, &size), ERROR_INSUFFICIENT_BUFFER);
    assert_true(size <= sizeof(adapters));
    assert_int_equal(GetInterfaceInfo((IP_INTERFACE_INFO *)adapters, &size), NO_ERROR);
    assert_int_equal(info->NumAdapters, count - 1); /* without the loopback interface */
    for (ULONG i = 0; i < count; i++) {
        const MIB_IF_ROW2 *row = &table->Table[i];
        MIB_IF_ROW2 entry;
        MIB_IFROW old_entry;
        ULONG index = 0;

        assert_int_equal(bare->Table[i].InterfaceLuid.Value, row->InterfaceLuid.Value);
        assert_int_equal(bare->Table[i].InOctets, 0);
        assert_int_equal(bare->Table[i].OutOctets, 0);
        assert_int_equal(bare->Table[i].TransmitLinkSpeed, row->TransmitLinkSpeed);
        memset(&entry, 0, sizeof(entry));
        entry.InterfaceLuid = row->InterfaceLuid;
        assert_int_equal(GetIfEntry2(&entry), NO_ERROR);
        /* Multicast listeners still say hello. */
        memcpy(&entry.InOctets, &row->InOctets, sizeof(entry) - offsetof(MIB_IF_ROW2, InOctets));
        assert_memory_equal(&entry, row, sizeof(entry));
        memset(&old_entry, 0, sizeof(old_entry));
        old_entry.dwIndex = row->InterfaceIndex;
        assert_int_equal(GetIfEntry(&old_entry), NO_ERROR);
        const MIB_IFROW *old_row = &old_table->table[i];
        assert_memory_equal(&old_entry, old_row, offsetof(MIB_IFROW, dwInOctets));
        assert_int_equal(old_row->dwIndex, row->InterfaceIndex);
        assert_int_equal(old_row->dwType, row->Type);
        assert_int_equal(old_row->dwMtu, row->Mtu);
        assert_int_equal(old_row->dwAdminStatus, row->AdminStatus);
        /* IPv6 tunnels have 16 bytes, for which there is no room. */
        assert_int_equal(old_row->dwPhysAddrLen, row->PhysicalAddressLength < MAXLEN_PHYSADDR
                                                     ? row->PhysicalAddressLength
                                                     : MAXLEN_PHYSADDR);
        assert_true(is_text(row->Description, (const char *)old_row->bDescr));
        assert_int_equal(GetAdapterIndex((PWSTR)old_row->wszName, &index), NO_ERROR);
        assert_int_equal(index, row->InterfaceIndex);
        index = 0;
        assert_int_equal(GetAdapterIndex((PWSTR)old_row->wszName + 14, &index), NO_ERROR);
        assert_int_equal(index, row->InterfaceIndex);
        assert_int_equal(GetFriendlyIfIndex(index), index);
    }
    FreeMibTable(table);
    FreeMibTable(bare);
}

/* A datagram to itself is received as it was sent. */
static void test_counters(void **state)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
    char data[100] = {0};
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    (void)state;
    assert_true(fd >= 0);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(fd, (struct sockaddr *)&to, sizeof(to)), 0);
    const MIB_IF_ROW2 before = row_of("lo");
    for (unsigned i = 0; i < 10; i++)
        assert_int_equal(sendto(fd, data, sizeof(data), 0, (struct sockaddr *)&to, sizeof(to)),
                         sizeof(data));
    const MIB_IF_ROW2 after = row_of("lo");
    close(fd);
    /* IPv4's header, and UDP's. */
    assert_int_equal(after.OutOctets - before.OutOctets, 10 * (20 + 8 + sizeof(data)));
    assert_int_equal(after.InOctets - before.InOctets, after.OutOctets - before.OutOctets);
    assert_int_equal(after.InUcastPkts - before.InUcastPkts, 10);
    assert_int_equal(after.OutUcastPkts - before.OutUcastPkts, 10);
    assert_int_equal(after.InNUcastPkts, before.InNUcastPkts);
}

static bool is_upon(const char *higher, const char *lower)
{
    NET_IFINDEX above = netns_ifindex(higher);
    NET_IFINDEX below = netns_ifindex(lower);
    MIB_IFSTACK_TABLE *stack;
    MIB_INVERTEDIFSTACK_TABLE *inverted;
    unsigned found = 0;

    assert_int_equal(GetIfStackTable(&stack), NO_ERROR);
    assert_int_equal(GetInvertedIfStackTable(&inverted), NO_ERROR);
    assert_int_equal(stack->NumEntries, inverted->NumEntries);
    for (ULONG i = 0; i < stack->NumEntries; i++) {
        found += stack->Table[i].HigherLayerInterfaceIndex == above &&
                 stack->Table[i].LowerLayerInterfaceIndex == below;
        found += inverted->Table[i].HigherLayerInterfaceIndex == above &&
                 inverted->Table[i].LowerLayerInterfaceIndex == below;
    }
    FreeMibTable(stack);
    FreeMibTable(inverted);
    assert_true(found == 0 || found == 2);
    return found == 2;
}

static void test_stack(void **state)
{
    void *none = state;

    assert_int_equal(GetIfStackTable((MIB_IFSTACK_TABLE **)&none), ERROR_NOT_FOUND);
    assert_null(none);
    assert_int_equal(GetInvertedIfStackTable((MIB_INVERTEDIFSTACK_TABLE **)&none), ERROR_NOT_FOUND);
    make_network();
    ip("link set v1 master br0");
    assert_true(is_upon("mac0", "v0"));
    assert_true(is_upon("br0", "v1"));
    assert_false(is_upon("v0", "v1"));
    assert_false(is_upon("v1", "v0"));
    assert_false(is_upon("v0", "mac0"));
}

static void test_no_adapter(void **state)
{
    ULONG size = 0;
    DWORD count = 0;

    (void)state;
    assert_int_equal(GetNumberOfInterfaces(&count), NO_ERROR);
    if (count > 1) {
        (void)printf("    left out: this kernel has other interfaces than lo in each namespace\n");
        skip();
    }
    assert_int_equal(GetInterfaceInfo(NULL, &size), ERROR_NO_DATA);
}

/* A link that is gone is gone, and another with its index is another. */
static void test_index_used_again(void **state)
{
    MIB_IF_ROW2 row;
    MIB_IF_ROW2 gone;
    DWORD error;

    (void)state;
    ip("link add name d7 index 777 type bridge");
    gone = row_of("d7");
    ip("link del d7");
    row = gone;
    assert_int_equal(GetIfEntry2(&row), ERROR_FILE_NOT_FOUND);
    if (!ip_try("link add name d8 index 777 type ipip local 10.9.0.1 remote 10.9.0.2"))
        return;
    assert_int_equal(GetIfEntry2(&row), ERROR_FILE_NOT_FOUND);
    memset(&row, 0, sizeof(row));
    row.InterfaceIndex = 777;
    error = GetIfEntry2(&row);
    assert_int_equal(error, NO_ERROR);
    assert_true(row.InterfaceLuid.Value != gone.InterfaceLuid.Value);
}

static MIB_IFROW admin_row(DWORD index, DWORD status)
{
    MIB_IFROW row;

    memset(&row, 0, sizeof(row));
    row.dwIndex = index;
    row.dwAdminStatus = status;
    return row;
}

static void set_without_rights(struct child *self, void *context)
{
    MIB_IFROW row = admin_row(*(const DWORD *)context, MIB_IF_ADMIN_STATUS_UP);

    (void)self;
    child_drop_capabilities();
    DWORD error = SetIfEntry(&row);
    if (error != ERROR_ACCESS_DENIED)
        fail_test("error %u", error);
}

static void test_set(void **state)
{
    DWORD index;

    (void)state;
    ip("link add d0 type bridge");
    index = netns_ifindex("d0");
    MIB_IFROW row = admin_row(0x7ffffffe, MIB_IF_ADMIN_STATUS_UP);
    assert_int_equal(SetIfEntry(&row), ERROR_FILE_NOT_FOUND);
    struct child child = child_start(set_without_rights, &index);
    child_join(&child);
    assert_int_equal(row_of("d0").AdminStatus, NET_IF_ADMIN_STATUS_DOWN);
    row = admin_row(index, MIB_IF_ADMIN_STATUS_UP);
    assert_int_equal(SetIfEntry(&row), NO_ERROR);
    assert_int_equal(row_of("d0").AdminStatus, NET_IF_ADMIN_STATUS_UP);
    assert_int_equal(SetIfEntry(&row), NO_ERROR);
    row.dwAdminStatus = MIB_IF_ADMIN_STATUS_DOWN;
    assert_int_equal(SetIfEntry(&row), NO_ERROR);
    assert_int_equal(row_of("d0").AdminStatus, NET_IF_ADMIN_STATUS_DOWN);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_kinds),
        world_test(test_carrier),
        world_test(test_counters),
        world_test(test_all_functions_agree),
        world_test(test_stack),
        world_test(test_no_adapter),
        world_test(test_index_used_again),
        world_test(test_set),
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
