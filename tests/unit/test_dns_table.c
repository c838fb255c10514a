/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table of DNS servers and domains, in a network namespace and with /run and /etc of the test's
 * own: which file counts for which link, and which service.
 */
#include "backend/backend.h"
#include "check.h"
#include "fake_services.h"
#include "mib/row/dns.h"
#include "netns.h"
#include "own_host.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define RESOLVED "/run/systemd/resolve/netif/"
#define NETWORKD "/run/systemd/netif/links/"
#define RESOLVCONF "/run/resolvconf/interface/"

struct text {
    char bytes[1024];
    int length;
};

static int take(void *context, const void *memory, size_t more)
{
    const struct mib_dns *row = memory;
    struct text *text = context;
    char address[INET6_ADDRSTRLEN] = "";

    (void)more;
    assert_true(row->iftype != 0 || row->ifindex == 0);
    if (row->kind == MIB_DNS_SERVER)
        inet_ntop(row->family == MIB_FAMILY_IPV4 ? AF_INET : AF_INET6, &row->address, address,
                  sizeof(address));
    else
        assert_int_equal(row->family, MIB_FAMILY_UNSPEC);
    text->length += sprintf(text->bytes + text->length, "%u %s%s%s; ", row->ifindex,
                            row->kind == MIB_DNS_SUFFIX ? "=" : "", address, row->name);
    return 0;
}

static void expect_of(enum mib_family family, const char *expected)
{
    const struct mib_filter filter = {.family = family};
    struct text text = {.bytes = ""};

    assert_int_equal(backend_read_table(MIB_TABLE_DNS, &filter, take, &text), 0);
    assert_string_equal(text.bytes, expected);
}

static void expect(const char *expected)
{
    expect_of(MIB_FAMILY_UNSPEC, expected);
}

/* It is that of the default route's link, if there is one. */
static void resolv_conf(void **state)
{
    (void)state;
    own_host_begin();
    expect("");
    own_host_put("/etc/resolv.conf",
                 "nameserver 192.0.2.1\nnameserver 2001:db8::1\nsearch a.test b.test\n");
    expect("0 192.0.2.1; 0 2001:db8::1; 0 =a.test; 0 a.test; 0 b.test; ");
    ip("route add default dev a0");
    expect("10 192.0.2.1; 10 2001:db8::1; 10 =a.test; 10 a.test; 10 b.test; ");
    expect_of(MIB_FAMILY_IPV4, "10 192.0.2.1; ");
    expect_of(MIB_FAMILY_IPV6, "10 2001:db8::1; ");
    own_host_put("/etc/resolv.conf", "nameserver 127.0.0.53\n");
    expect("10 127.0.0.53; ");
    own_host_put("/run/systemd/resolve/resolv.conf", "nameserver 192.0.2.7\n");
    expect("10 192.0.2.7; ");
    own_host_end();
}

/* Each has less weight than the one before it. Files of links that are not there say nothing. */
static void order(void **state)
{
    (void)state;
    own_host_begin();
    ip("route add default dev a0");
    own_host_put("/etc/resolv.conf", "nameserver 192.0.2.1\n");
    own_host_put(RESOLVCONF "a0.dhclient", "nameserver 192.0.2.2\n");
    expect("10 192.0.2.2; ");
    own_host_put(NETWORKD "10", "DNS=192.0.2.3\n");
    own_host_put(NETWORKD "99", "DNS=192.0.2.3\n");
    own_host_put(NETWORKD "x", "DNS=192.0.2.3\n");
    expect("10 192.0.2.3; ");
    own_host_put(RESOLVED "10", "SERVERS=192.0.2.4\nDOMAINS=a.test ~b.test\n");
    expect("10 192.0.2.4; 10 =a.test; 10 a.test; ");
    own_host_put(RESOLVED "10", "LLMNR=yes\n");
    expect("10 192.0.2.3; ");
    own_host_end();
}

/* The longest name of a link that a record begins with. Several records add up. */
static void records(void **state)
{
    (void)state;
    own_host_begin();
    own_host_put(RESOLVCONF "a0.5.x", "nameserver 192.0.2.5\n");
    own_host_put(RESOLVCONF "b0.x", "nameserver 192.0.2.6\n");
    expect("11 192.0.2.5; ");
    own_host_put(RESOLVCONF "a0.5.y", "nameserver 192.0.2.5\n");
    expect("11 192.0.2.5; 11 192.0.2.5; ");
    own_host_end();
}

/* What is no file is not waited for; what is too long ends. */
static void odd_files(void **state)
{
    static const char line[] = "nameserver 192.0.2.1\n";

    (void)state;
    own_host_begin();
    assert_int_equal(mkfifo("/etc/resolv.conf", 0644), 0);
    expect("");
    own_host_put(RESOLVED "10/x", "");
    expect("");
    assert_int_equal(remove("/etc/resolv.conf"), 0);
    own_host_put("/etc/resolv.conf", line);
    FILE *file = fopen("/etc/resolv.conf", "ae");
    assert_non_null(file);
    for (size_t i = 0; i < 100000; i++)
        assert_true(fputs("# more than is read\n", file) >= 0);
    assert_int_equal(fclose(file), 0);
    expect("0 192.0.2.1; ");
    own_host_end();
}

#define OF_RESOLVED "10 192.0.2.1; 10 2001:db8::1; 10 =a.test; 10 a.test; "
#define OF_MANAGER "10 192.0.2.3; 10 2001:db8::3; 10 =c.test; 10 c.test; "
#define OF_FILE "10 192.0.2.9; "

/* Which source counts, for how the services behave. A hung one costs its time and no more. */
static void services(void **state)
{
    static const struct {
        struct fakes fakes;
        const char *expected;
    } cases[] = {
        {{FAKE_ANSWERS, FAKE_ABSENT}, OF_RESOLVED}, {{FAKE_ANSWERS, FAKE_ANSWERS}, OF_RESOLVED},
        {{FAKE_ANSWERS, FAKE_HANGS}, OF_RESOLVED},  {{FAKE_ABSENT, FAKE_ANSWERS}, OF_MANAGER},
        {{FAKE_HANGS, FAKE_ANSWERS}, OF_MANAGER},   {{FAKE_GARBAGE, FAKE_ANSWERS}, OF_MANAGER},
        {{FAKE_ABSENT, FAKE_ABSENT}, OF_FILE},      {{FAKE_GARBAGE, FAKE_GARBAGE}, OF_FILE},
        {{FAKE_HANGS, FAKE_HANGS}, OF_FILE},        {{FAKE_ELSEWHERE, FAKE_ELSEWHERE}, OF_FILE},
    };

    (void)state;
    own_host_begin();
    own_host_put("/etc/passwd", "root:x:0:0:root:/:/bin/sh\n"); /* for the bus */
    own_host_put(RESOLVCONF "a0.x", "nameserver 192.0.2.9\n");
    if (!fake_bus_begin()) {
        own_host_end();
        skip();
    }
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        fake_services_begin(cases[i].fakes);
        expect(cases[i].expected);
    }

    /* What resolved keeps in files counts where it does not answer, and only there. */
    own_host_put(RESOLVED "10", "SERVERS=192.0.2.4\n");
    fake_services_begin((struct fakes){FAKE_HANGS, FAKE_ANSWERS});
    expect("10 192.0.2.4; ");
    fake_services_begin((struct fakes){FAKE_ANSWERS, FAKE_ABSENT});
    expect(OF_RESOLVED);
    fake_bus_stop();
    expect("10 192.0.2.4; ");
    fake_bus_end();
    own_host_end();
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resolv_conf), cmocka_unit_test(order),    cmocka_unit_test(records),
        cmocka_unit_test(odd_files),   cmocka_unit_test(services),
    };
    int rc = own_host_prepare(argv);

    (void)argc;
    if (rc != 0)
        return rc;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
