/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A host without IPv6 (booted with ipv6.disable=1, or without the module). Its kernel has nothing
 * that answers for AF_INET6, and lets what answers for all families do it instead
 * (net/core/rtnetlink.c, rtnetlink_rcv_msg): asked for IPv6's addresses it gives IPv4's.
 *
 * Here it is a namespace whose links are too narrow for IPv6, and requests are readdressed on
 * their way to the kernel as the kernel would do it.
 */
#include "child.h"
#include "world.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

static bool without_ipv6;

/* In place of the C library's, for libnl and whoever else is in this process. */

EXPORTED int socket(int domain, int type, int protocol)
{
    if (without_ipv6 && domain == AF_INET6) {
        errno = EAFNOSUPPORT;
        return -1;
    }
    return (int)syscall(SYS_socket, domain, type, protocol);
}

EXPORTED ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    struct nlmsghdr *header = message->msg_iovlen > 0 ? message->msg_iov[0].iov_base : NULL;

    if (without_ipv6 && header && message->msg_iov[0].iov_len > sizeof(*header) &&
        (header->nlmsg_type == RTM_GETADDR || header->nlmsg_type == RTM_GETROUTE)) {
        struct rtgenmsg *body = NLMSG_DATA(header);

        if (body->rtgen_family == AF_INET6)
            body->rtgen_family = AF_UNSPEC;
    }
    return syscall(SYS_sendmsg, fd, message, flags);
}

static void start(void)
{
    ip("link set lo mtu 1000");
    ip("link add v0 mtu 1000 type veth peer name v1 mtu 1000");
    ip("link set v0 up");
    ip("link set v1 up");
    ip("addr add 10.0.0.1/24 dev v0");
    ip("route add 10.1.0.0/16 via 10.0.0.2");
    without_ipv6 = true;
}

static int end(void **state)
{
    without_ipv6 = false;
    return world_teardown(state);
}

static void read_tables(struct child *self, void *context)
{
    (void)self;
    (void)context;
    /* The loopback link keeps its IPv6 half in any case, so there are interfaces. */
    for (int kind = ROW_UNICAST; kind < ROW_KINDS; kind++) {
        struct row_table ipv4;
        struct row_table both;

        check(row_table_read((enum row_kind)kind, AF_INET, &ipv4) == NO_ERROR);
        check(row_table_read((enum row_kind)kind, AF_UNSPEC, &both) == NO_ERROR);
        check(ipv4.count > 0);
        if (both.count != ipv4.count)
            fail_test("%zu rows of kind %d, not %zu", both.count, kind, ipv4.count);
        row_table_free(&ipv4);
        row_table_free(&both);
    }

    MIB_UNICASTIPADDRESS_TABLE *addresses = NULL;
    check(GetUnicastIpAddressTable(AF_INET6, &addresses) == ERROR_NOT_SUPPORTED);
    check(!addresses);
    MIB_IPFORWARD_TABLE2 *routes = NULL;
    check(GetIpForwardTable2(AF_INET6, &routes) == ERROR_NOT_SUPPORTED);
    check(!routes);

    struct iface lo = iface_get("lo");
    struct row_key address = unicast_key(lo, "::1");
    struct row_key route = route_key(lo, "::1/128", NULL);
    struct row_key interface = interface_key(iface_get("v0"), AF_INET6);
    union any_row row;
    check(row_get(ROW_UNICAST, &address, &row) == ERROR_NOT_SUPPORTED);
    check(row_get(ROW_ROUTE, &route, &row) == ERROR_NOT_SUPPORTED);
    check(row_get(ROW_INTERFACE, &interface, &row) == ERROR_NOT_FOUND);

    USHORT port = 0;
    check(GetTeredoPort(&port) == ERROR_NOT_SUPPORTED);
    HANDLE handle = NULL;
    check(NotifyStableUnicastIpAddressTable(
              AF_UNSPEC, &addresses, (PSTABLE_UNICAST_IPADDRESS_TABLE_CALLBACK)(void *)read_tables,
              NULL, &handle) == NO_ERROR);
    check(addresses->NumEntries > 0);
    FreeMibTable(addresses);
}

static void test_tables(void **state)
{
    (void)state;
    start();
    struct child child = child_start(read_tables, NULL);
    child_join(&child);
}

static void watch(struct child *self, void *context)
{
    static const ADDRESS_FAMILY families[] = {AF_INET, AF_UNSPEC};
    static struct recorder recorders[ROW_KINDS][ARRAY_SIZE(families)];
    static struct recorder none[ROW_KINDS];
    struct replay replays[ROW_KINDS][ARRAY_SIZE(families)];

    (void)context;
    for (int kind = 0; kind < ROW_KINDS; kind++) {
        check(recorder_start(&none[kind], (enum row_kind)kind, AF_INET6, FALSE) == NO_ERROR);
        for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
            check(recorder_start(&recorders[kind][i], (enum row_kind)kind, families[i], FALSE) ==
                  NO_ERROR);
            replay_init(&replays[kind][i], &recorders[kind][i]);
        }
    }
    for (char word = '1'; word <= '3'; word++) {
        child_say(self, word);
        child_expect(self, word);
        for (int kind = 0; kind < ROW_KINDS; kind++)
            for (size_t i = 0; i < ARRAY_SIZE(families); i++)
                replay_converge(&replays[kind][i]);
    }
    for (int kind = 0; kind < ROW_KINDS; kind++) {
        check(recorder_count(&none[kind]) == 0);
        recorder_stop(&none[kind]);
        for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
            recorder_stop(&recorders[kind][i]);
            replay_destroy(&replays[kind][i]);
        }
    }
}

/* What is announced, and what has to be found out by comparing (docs/KERNEL.md). */
static void test_changes(void **state)
{
    (void)state;
    start();
    struct child child = child_start(watch, NULL);
    child_expect(&child, '1');
    ip("addr add 10.2.0.1/24 dev v0");
    ip("route add 10.3.0.0/16 via 10.2.0.2");
    child_say(&child, '1');
    child_expect(&child, '2');
    ip("link set v0 down");
    child_say(&child, '2');
    child_expect(&child, '3');
    ip("link del v0");
    child_say(&child, '3');
    child_join(&child);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_tables, world_setup, end),
        cmocka_unit_test_setup_teardown(test_changes, world_setup, end),
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
