/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table of DHCP clients, in a network namespace and with files of the test's own: which lease
 * counts for which link.
 */
#include "backend/backend.h"
#include "check.h"
#include "fake_services.h"
#include "mib/row/dhcp.h"
#include "netns.h"
#include "own_host.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NETWORKD "/run/systemd/netif/"

struct text {
    char bytes[1024];
    int length;
};

/*
 * "link family server iaid duid times; ". Of times: how long the lease lasts, and how long it has
 * been, in steps of 100 s, so that it does not count how long the test takes; "never"; "-".
 */
static int take(void *context, const void *memory, size_t more)
{
    const struct mib_dhcp *row = memory;
    struct text *text = context;
    char server[INET6_ADDRSTRLEN];
    const int64_t now = time(NULL);

    (void)more;
    assert_int_not_equal(row->iftype, 0);
    inet_ntop(row->family == MIB_FAMILY_IPV4 ? AF_INET : AF_INET6, &row->server, server,
              sizeof(server));
    text->length += sprintf(text->bytes + text->length, "%u %u %s %x ", row->ifindex, row->family,
                            server, row->iaid);
    for (size_t i = 0; i < row->duid_length; i++)
        text->length += sprintf(text->bytes + text->length, "%02x", row->duid[i]);
    if (row->expires == MIB_DHCP_NEVER)
        text->length += sprintf(text->bytes + text->length, " never; ");
    else if (row->expires && row->obtained)
        text->length += sprintf(text->bytes + text->length, " %lld/%lld; ",
                                (long long)(row->expires - row->obtained),
                                (long long)((now - row->obtained + 50) / 100 * 100));
    else
        text->length += sprintf(text->bytes + text->length, " -; ");
    return 0;
}

static void expect_of(enum mib_family family, const char *expected)
{
    const struct mib_filter filter = {.family = family};
    struct text text = {.bytes = ""};

    assert_int_equal(backend_read_table(MIB_TABLE_DHCP, &filter, take, &text), 0);
    assert_string_equal(text.bytes, expected);
}

static void expect(const char *expected)
{
    expect_of(MIB_FAMILY_UNSPEC, expected);
}

/* Its times are those of the address; without one there is no lease. */
static void networkd(void **state)
{
    static const char lease[] = "ADDRESS=192.0.2.9\nSERVER_ADDRESS=192.0.2.1\nLIFETIME=3600\n";

    (void)state;
    own_host_begin();
    expect("");
    own_host_put(NETWORKD "leases/10", lease);
    own_host_put(NETWORKD "leases/99", lease);
    own_host_put(NETWORKD "leases/x", lease);
    expect("10 4 192.0.2.1 0  -; ");
    ip("address change 192.0.2.9/24 dev a0 valid_lft 3000 preferred_lft 3000");
    expect("10 4 192.0.2.1 0  3600/600; ");
    own_host_put(NETWORKD "links/10", "DHCP6_CLIENT_IAID=0x10\n"
                                      "DHCP6_CLIENT_DUID=DUID-EN/Vendor:0000ab11\n");
    expect("10 4 192.0.2.1 0  3600/600; 10 6 :: 10 00020000ab11 -; ");
    expect_of(MIB_FAMILY_IPV4, "10 4 192.0.2.1 0  3600/600; ");
    expect_of(MIB_FAMILY_IPV6, "10 6 :: 10 00020000ab11 -; ");
    own_host_put(NETWORKD "leases/10", "ADDRESS=192.0.2.9\nLIFETIME=infinity\n");
    expect_of(MIB_FAMILY_IPV4, "10 4 0.0.0.0 0  never; ");
    ip("address del 192.0.2.9/24 dev a0");
    expect_of(MIB_FAMILY_IPV4, "");
    own_host_end();
}

/* The newest lease of a link that has not expired. */
static void dhclient(void **state)
{
    char leases[1024];
    const long long now = time(NULL);

    (void)state;
    own_host_begin();
    (void)snprintf(leases, sizeof(leases),
                   "lease { interface \"a0\"; fixed-address 192.0.2.9; expire epoch %lld; }\n"
                   "lease { interface \"a0\"; fixed-address 192.0.2.9; expire epoch %lld;\n"
                   " option dhcp-lease-time 3600; option dhcp-server-identifier 192.0.2.2; }\n"
                   "lease { interface \"a0\"; fixed-address 192.0.2.8; expire never; }\n"
                   "lease { interface \"b0\"; fixed-address 192.0.2.9; expire never; }\n",
                   now - 1, now + 3000);
    own_host_put("/var/lib/dhcp/dhclient.leases", leases);
    expect("10 4 192.0.2.2 0  3600/600; ");
    own_host_put("/var/lib/dhcp/dhclient.a0.leases",
                 "lease { interface \"a0\"; fixed-address 192.0.2.9; expire never; }\n");
    expect("10 4 0.0.0.0 0  never; ");
    own_host_put(NETWORKD "leases/10", "ADDRESS=192.0.2.9\nSERVER_ADDRESS=192.0.2.3\n");
    expect("10 4 192.0.2.3 0  -; ");
    own_host_end();
}

/* An answer of a server, of which the file's name says whose it is. */
static void dhcpcd(void **state)
{
    static const uint8_t options[] = {99, 130, 83, 99, 53, 1,   5, 51, 4, 0,
                                      0,  14,  16, 54, 4,  192, 0, 2,  2, 255};
    uint8_t message[300] = {2, 1, 6};

    (void)state;
    own_host_begin();
    memcpy(message + 16, (const uint8_t[]){192, 0, 2, 9}, 4);
    memcpy(message + 236, options, sizeof(options));
    own_host_put_bytes("/var/lib/dhcpcd/b0.lease", message, sizeof(message));
    own_host_put("/var/lib/dhcpcd/a0.lease6", "none");
    expect("");
    own_host_put_bytes("/var/lib/dhcpcd/a0-some net.lease", message, sizeof(message));
    expect("10 4 192.0.2.2 0  3600/0; ");
    own_host_end();
}

static void network_manager(void **state)
{
    (void)state;
    own_host_begin();
    ip("address add 2001:db8::9/64 dev a0 nodad");
    own_host_put("/etc/passwd", "root:x:0:0:root:/:/bin/sh\n"); /* for the bus */
    if (!fake_bus_begin()) {
        own_host_end();
        skip();
    }
    fake_services_begin((struct fakes){FAKE_ABSENT, FAKE_ANSWERS});
    expect("10 4 192.0.2.2 0  3600/2600; 10 6 :: 102 0003000102 -; ");
    own_host_put("/var/lib/dhcp/dhclient.leases",
                 "lease { interface \"a0\"; fixed-address 192.0.2.9; expire never; }\n");
    expect_of(MIB_FAMILY_IPV4, "10 4 192.0.2.2 0  3600/2600; ");
    fake_services_begin((struct fakes){FAKE_ABSENT, FAKE_HANGS});
    expect("10 4 0.0.0.0 0  never; ");
    fake_services_begin((struct fakes){FAKE_ABSENT, FAKE_GARBAGE});
    expect("10 4 0.0.0.0 0  never; ");
    fake_bus_end();
    own_host_end();
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networkd),
        cmocka_unit_test(dhclient),
        cmocka_unit_test(dhcpcd),
        cmocka_unit_test(network_manager),
    };
    int rc = own_host_prepare(argv);

    (void)argc;
    return rc != 0 ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
