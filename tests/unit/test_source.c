/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * backend/netlink: sources and tables on kernels that are not this one. What they say comes from
 * here; the functions that ask and hear the kernel are replaced by the linker (--wrap).
 */
#include "messages.h"

#include "backend/netlink/source.h"

#include <errno.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

int __real_socket(int domain, int type, int protocol);
int __wrap_socket(int domain, int type, int protocol);
int __wrap_netlink_socket_request(struct netlink_socket *sock, struct nl_msg *message);
int __wrap_netlink_socket_collect(struct netlink_socket *sock, netlink_handler on_answer,
                                  netlink_handler on_other, void *context, bool *ret_disturbed);
int __wrap_netlink_socket_receive(struct netlink_socket *sock, uint32_t timeout_ms);
const struct nlmsghdr *__wrap_netlink_socket_next(struct netlink_socket *sock, bool *ret_cut);

/* The kernel of a test. */
static struct {
    bool has_ipv6;
    const struct nlmsghdr *addresses, *routes; /* what dumps show; of routes, those of table main */
    const struct nlmsghdr *event;              /* heard next */

    /* The request under way. */
    uint16_t type;
    uint8_t family;
    uint32_t table;
    bool dump;
} kernel;

int __wrap_socket(int domain, int type, int protocol)
{
    if (domain != AF_INET6 || kernel.has_ipv6)
        return __real_socket(domain, type, protocol);
    errno = EAFNOSUPPORT;
    return -1;
}

int __wrap_netlink_socket_request(struct netlink_socket *sock, struct nl_msg *message)
{
    struct nlmsghdr *header = nlmsg_hdr(message);
    const struct rtgenmsg *generic = NLMSG_DATA(header);
    struct nlattr *table = NULL;

    assert_non_null(sock);
    if (header->nlmsg_type == RTM_GETROUTE)
        table = nlmsg_find_attr(header, sizeof(struct rtmsg), RTA_TABLE);
    kernel.type = header->nlmsg_type;
    kernel.family = generic->rtgen_family;
    kernel.table = table ? nla_get_u32(table) : RT_TABLE_UNSPEC;
    kernel.dump = header->nlmsg_flags & NLM_F_DUMP;
    nlmsg_free(message);
    return 0;
}

/* A request for a family that is not there is one for every family that is. */
static bool is_asked_for(const struct nlmsghdr *message)
{
    uint8_t family = ((const struct rtgenmsg *)NLMSG_DATA(message))->rtgen_family;

    return family == kernel.family || (kernel.family == AF_INET6 && !kernel.has_ipv6);
}

int __wrap_netlink_socket_collect(struct netlink_socket *sock, netlink_handler on_answer,
                                  netlink_handler on_other, void *context, bool *ret_disturbed)
{
    const struct nlmsghdr *message = NULL;

    assert_non_null(sock);
    (void)on_other;
    (void)ret_disturbed;
    if (!kernel.dump)
        return kernel.type == RTM_GETLINK ? 0 : -EOPNOTSUPP;
    if (kernel.type == RTM_GETADDR)
        message = kernel.addresses;
    else if (kernel.type == RTM_GETROUTE && kernel.table == RT_TABLE_MAIN)
        message = kernel.routes;
    return message && is_asked_for(message) ? on_answer(context, message) : 0;
}

int __wrap_netlink_socket_receive(struct netlink_socket *sock, uint32_t timeout_ms)
{
    struct timespec time = {
        .tv_sec = timeout_ms / 1000,
        .tv_nsec = (long)(timeout_ms % 1000) * 1000000,
    };

    assert_non_null(sock);
    if (kernel.event)
        return 0;
    assert_int_not_equal(timeout_ms, UINT32_MAX); /* the source would sleep for good */
    nanosleep(&time, NULL);
    return -EAGAIN;
}

const struct nlmsghdr *__wrap_netlink_socket_next(struct netlink_socket *sock, bool *ret_cut)
{
    const struct nlmsghdr *event = kernel.event;

    assert_non_null(sock);
    (void)ret_cut;
    kernel.event = NULL;
    return event;
}

static int count_row(void *context, const union mib_row *row, size_t more)
{
    (void)row;
    (void)more;
    ++*(size_t *)context;
    return 0;
}

/* ---- Without IPv6 -------------------------------------------------------------------------- */

static int without_ipv6(void **state)
{
    (void)state;
    kernel.has_ipv6 = false;
    kernel.addresses = message_load("address/ipv4");
    kernel.routes = message_load("route/ipv4-gateway");
    return 0;
}

static int end_without_ipv6(void **state)
{
    (void)state;
    free((void *)kernel.addresses);
    free((void *)kernel.routes);
    return 0;
}

static size_t rows_of(enum mib_table table, enum mib_family family)
{
    struct backend_source *source = NULL;
    size_t count = 0;

    assert_int_equal(backend_source_open(table, family, &source), 0);
    assert_int_equal(backend_source_rows(source, count_row, &count), 0);
    backend_source_close(source);
    return count;
}

static void sources_without_ipv6(void **state)
{
    static const enum mib_table tables[] = {MIB_TABLE_UNICAST, MIB_TABLE_STABLE_UNICAST,
                                            MIB_TABLE_ROUTE};

    (void)state;
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        assert_int_equal(rows_of(tables[i], MIB_FAMILY_IPV4), 1);
        assert_int_equal(rows_of(tables[i], MIB_FAMILY_IPV6), 0);
        assert_int_equal(rows_of(tables[i], MIB_FAMILY_UNSPEC), 1);
    }
}

static void tables_without_ipv6(void **state)
{
    static const enum mib_table tables[] = {MIB_TABLE_IPINTERFACE, MIB_TABLE_UNICAST,
                                            MIB_TABLE_ROUTE};
    size_t count = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
        assert_int_equal(backend_read_table(tables[i], MIB_FAMILY_IPV6, count_row, &count),
                         -EAFNOSUPPORT);
    assert_int_equal(count, 0);
    assert_int_equal(backend_read_table(MIB_TABLE_UNICAST, MIB_FAMILY_UNSPEC, count_row, &count),
                     0);
    assert_int_equal(count, 1);
}

/* ---- A lifetime that comes later ----------------------------------------------------------- */

/* Linux 6.1 announces the route that a router advertised, then sets its lifetime in silence. */
static void lifetime_after_announcement(void **state)
{
    struct nlmsghdr *recorded = message_load("route/ipv6-expires");
    struct nlmsghdr *whole =
        message_with_byte(recorded, NLMSG_HDRLEN + offsetof(struct rtmsg, rtm_protocol), RTPROT_RA);
    struct nlmsghdr *announced = message_with(whole, sizeof(struct rtmsg), RTA_CACHEINFO, NULL, 0);
    struct backend_source *source = NULL;
    struct mib_change change;
    size_t count = 0;

    (void)state;
    kernel.has_ipv6 = true;
    kernel.addresses = NULL;
    kernel.routes = NULL;
    assert_int_equal(backend_source_open(MIB_TABLE_ROUTE, MIB_FAMILY_UNSPEC, &source), 0);
    kernel.event = announced;
    kernel.routes = whole;
    assert_int_equal(backend_source_wait(source, &change, 1, &count), 0);
    assert_int_equal(change.type, MIB_CHANGE_ADD);
    assert_int_equal(change.row.route.valid_lifetime, MIB_LIFETIME_INFINITE);
    assert_int_equal(backend_source_wait(source, &change, 1, &count), 0);
    assert_int_equal(change.type, MIB_CHANGE_PARAMETER);
    assert_int_not_equal(change.row.route.valid_lifetime, MIB_LIFETIME_INFINITE);
    backend_source_close(source);
    free(announced);
    free(whole);
    free(recorded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sources_without_ipv6, without_ipv6, end_without_ipv6),
        cmocka_unit_test_setup_teardown(tables_without_ipv6, without_ipv6, end_without_ipv6),
        cmocka_unit_test(lifetime_after_announcement),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
