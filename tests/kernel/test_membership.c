/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Multicast groups and anycast addresses of interfaces, as the kernel has them. */
#include "child.h"
#include "world.h"

#include <arpa/inet.h>
#include <sched.h>
#include <string.h>

static bool same_address(const SOCKADDR_INET *a, const SOCKADDR_INET *b)
{
    return a->si_family == b->si_family &&
           (a->si_family == AF_INET ? memcmp(&a->Ipv4.sin_addr, &b->Ipv4.sin_addr, 4) == 0
                                    : memcmp(&a->Ipv6.sin6_addr, &b->Ipv6.sin6_addr, 16) == 0);
}

/* How often the table has the group; where it does, the entry says the same of it. */
static unsigned count_group(struct iface iface, ADDRESS_FAMILY family, const char *text)
{
    MIB_MULTICASTIPADDRESS_TABLE *table = NULL;
    MIB_MULTICASTIPADDRESS_ROW row = {.Address = inet_address(text), .InterfaceIndex = iface.index};
    DWORD result = GetMulticastIpAddressEntry(&row);
    unsigned count = 0;

    assert_int_equal(GetMulticastIpAddressTable(family, &table), NO_ERROR);
    for (ULONG i = 0; i < table->NumEntries; i++) {
        assert_true(family == AF_UNSPEC || table->Table[i].Address.si_family == family);
        if (table->Table[i].InterfaceIndex != iface.index ||
            !same_address(&table->Table[i].Address, &row.Address))
            continue;
        assert_int_equal(table->Table[i].InterfaceLuid.Value, iface.luid.Value);
        assert_memory_equal(&table->Table[i], &row, sizeof(row));
        count++;
    }
    FreeMibTable(table);
    assert_int_equal(result, count > 0 ? NO_ERROR : ERROR_NOT_FOUND);
    return count;
}

static void test_groups(void **state)
{
    static const struct {
        const char *address;
        ADDRESS_FAMILY family;
        bool has_zone;
    } groups[] = {{"239.1.2.3", AF_INET, false},
                  {"ff02::77", AF_INET6, true},
                  {"ff12::77", AF_INET6, true},
                  {"ff05::77", AF_INET6, false},
                  {"ff0e::77", AF_INET6, false}};

    world_add_pair(*state, "v0", "v1");
    struct iface v0 = iface_get("v0");
    struct iface lo = iface_get("lo");
    assert_int_equal(count_group(v0, AF_INET, "224.0.0.1"), 1);
    assert_int_equal(count_group(v0, AF_INET6, "ff02::1"), 1);
    for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
        const char *group = groups[i].address;

        assert_int_equal(count_group(v0, groups[i].family, group), 0);
        ip("addr add %s/%d dev v0 autojoin", group, groups[i].family == AF_INET ? 32 : 128);
        assert_int_equal(count_group(v0, groups[i].family, group), 1);
        assert_int_equal(count_group(v0, AF_UNSPEC, group), 1);
        assert_int_equal(count_group(lo, AF_UNSPEC, group), 0);
        MIB_MULTICASTIPADDRESS_ROW row = {.Address = inet_address(group), .InterfaceLuid = v0.luid};
        assert_int_equal(GetMulticastIpAddressEntry(&row), NO_ERROR);
        assert_int_equal(row.InterfaceIndex, v0.index);
        assert_int_equal(row.ScopeId.Value, groups[i].has_zone ? v0.index : 0);
        ip("addr del %s/%d dev v0", group, groups[i].family == AF_INET ? 32 : 128);
        assert_int_equal(count_group(v0, groups[i].family, group), 0);
    }
    ip("link del v0");
    MIB_MULTICASTIPADDRESS_ROW row = {.Address = inet_address("224.0.0.1"),
                                      .InterfaceIndex = v0.index};
    assert_int_equal(GetMulticastIpAddressEntry(&row), ERROR_FILE_NOT_FOUND);
}

/* A link below a family's least MTU has it no more. */
static void test_no_groups(void **state)
{
    MIB_MULTICASTIPADDRESS_TABLE *table = (void *)&table;

    (void)state;
    ip("link set lo down");
    ip("link set lo mtu 67");
    assert_int_equal(GetMulticastIpAddressTable(AF_INET, &table), ERROR_NOT_FOUND);
    assert_null(table);
}

static MIB_ANYCASTIPADDRESS_ROW anycast_row(struct iface iface, const char *address)
{
    MIB_ANYCASTIPADDRESS_ROW row = {.Address = inet_address(address), .InterfaceLuid = iface.luid};

    return row;
}

static void change_without_rights(struct child *self, void *context)
{
    MIB_ANYCASTIPADDRESS_ROW *row = context;

    (void)self;
    child_drop_capabilities();
    check(CreateAnycastIpAddressEntry(row) == ERROR_ACCESS_DENIED);
    check(DeleteAnycastIpAddressEntry(row) == ERROR_ACCESS_DENIED);
}

static void test_anycast(void **state)
{
    MIB_ANYCASTIPADDRESS_TABLE *table = (void *)&table;

    world_add_pair(*state, "v0", "v1");
    struct iface v0 = iface_get("v0");
    MIB_ANYCASTIPADDRESS_ROW row = anycast_row(v0, "2001:db8:7::");
    assert_int_equal(GetAnycastIpAddressEntry(&row), ERROR_NOT_FOUND);
    assert_int_equal(GetAnycastIpAddressTable(AF_INET, &table), ERROR_NOT_FOUND);
    assert_null(table);
    assert_int_equal(CreateAnycastIpAddressEntry(&row), ERROR_NOT_SUPPORTED);
    assert_int_equal(DeleteAnycastIpAddressEntry(&row), ERROR_NOT_FOUND);

    /* The address of all routers of the prefix. */
    sysctl_write("net/ipv6/conf/v0/forwarding", "1");
    ip("addr add 2001:db8:7::1/64 dev v0 nodad");
    /* The kernel joins it a moment after the address is there. */
    struct timespec deadline = check_deadline();
    while (GetAnycastIpAddressEntry(&row) == ERROR_NOT_FOUND && !check_deadline_passed(&deadline))
        (void)sched_yield();
    assert_int_equal(GetAnycastIpAddressEntry(&row), NO_ERROR);
    assert_int_equal(row.InterfaceIndex, v0.index);
    assert_int_equal(CreateAnycastIpAddressEntry(&row), ERROR_OBJECT_ALREADY_EXISTS);
    assert_int_equal(DeleteAnycastIpAddressEntry(&row), ERROR_NOT_SUPPORTED);
    assert_int_equal(GetAnycastIpAddressTable(AF_INET6, &table), NO_ERROR);
    bool found = false;
    for (ULONG i = 0; i < table->NumEntries; i++)
        /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison,cert-exp42-c,cert-flp37-c) */
        found |= memcmp(&table->Table[i], &row, sizeof(row)) == 0; /* all bytes are set */
    FreeMibTable(table);
    assert_true(found);

    struct child child = child_start(change_without_rights, &row);
    child_join(&child);
    assert_int_equal(GetAnycastIpAddressEntry(&row), NO_ERROR);
    ip("link del v0");
    assert_int_equal(GetAnycastIpAddressEntry(&row), ERROR_FILE_NOT_FOUND);
    assert_int_equal(CreateAnycastIpAddressEntry(&row), ERROR_NOT_FOUND);
    assert_int_equal(DeleteAnycastIpAddressEntry(&row), ERROR_NOT_FOUND);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_groups),
        world_test(test_no_groups),
        world_test(test_anycast),
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
