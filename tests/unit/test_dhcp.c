/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* backend/dhcp: the files of leases, as clients wrote them when this was recorded. */
#include "backend/dhcp/lease.h"

#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct text {
    char bytes[1024];
    int length;
};

/* "interface address server lifetime obtained expires iaid duid; " */
static int show(void *context, const struct dhcp_lease *lease)
{
    struct text *text = context;
    const int family = lease->family == MIB_FAMILY_IPV4 ? AF_INET : AF_INET6;
    char address[INET6_ADDRSTRLEN];
    char server[INET6_ADDRSTRLEN];

    inet_ntop(family, &lease->address, address, sizeof(address));
    inet_ntop(family, &lease->server, server, sizeof(server));
    text->length += sprintf(text->bytes + text->length, "%s %s %s %u %lld %lld %x ",
                            lease->interface, address, server, lease->lifetime,
                            (long long)lease->obtained, (long long)lease->expires, lease->iaid);
    for (size_t i = 0; i < lease->duid_length; i++)
        text->length += sprintf(text->bytes + text->length, "%02x", lease->duid[i]);
    text->length += sprintf(text->bytes + text->length, "; ");
    return 0;
}

static void expect(int (*parse)(char *text, struct dhcp_lease *ret), const char *file,
                   const char *expected)
{
    struct text text = {.bytes = ""};
    struct dhcp_lease lease;
    char *copy = strdup(file);

    assert_non_null(copy);
    int r = parse(copy, &lease);
    assert_true(r == 0 || r == -ENOENT);
    if (r == 0)
        (void)show(&text, &lease);
    assert_string_equal(text.bytes, expected);
    free(copy);
}

#define LEASE "ADDRESS=192.0.2.9\nSERVER_ADDRESS=192.0.2.1\n"

static void networkd(void **state)
{
    (void)state;
    expect(dhcp_parse_networkd, LEASE "LIFETIME=3600\n", " 192.0.2.9 192.0.2.1 3600 0 0 0 ; ");
    expect(dhcp_parse_networkd, LEASE "LIFETIME=1h 1min 1s\n",
           " 192.0.2.9 192.0.2.1 3661 0 0 0 ; ");
    expect(dhcp_parse_networkd, LEASE "LIFETIME=infinity\n",
           " 192.0.2.9 192.0.2.1 4294967295 0 0 0 ; ");
    expect(dhcp_parse_networkd, LEASE "LIFETIME=1x\n", " 192.0.2.9 192.0.2.1 0 0 0 0 ; ");
    expect(dhcp_parse_networkd, LEASE "LIFETIME=99999999999999999999999\n",
           " 192.0.2.9 192.0.2.1 0 0 0 0 ; ");
    expect(dhcp_parse_networkd, "ADDRESS=192.0.2.9\nSERVER_ADDRESS=x\nLIFETIME=\n=\nx\n",
           " 192.0.2.9 0.0.0.0 0 0 0 0 ; ");
    expect(dhcp_parse_networkd, "#" LEASE, "");
    expect(dhcp_parse_networkd, "", "");
}

static void networkd_link(void **state)
{
    (void)state;
    expect(dhcp_parse_networkd_link,
           "# This is private data. Do not parse.\nADMIN_STATE=configuring\nDNS=\n"
           "DHCP6_CLIENT_IAID=0xe50145dd\n"
           "DHCP6_CLIENT_DUID=DUID-EN/Vendor:0000ab110033bdebf95e192c\n",
           " :: :: 0 0 0 e50145dd 00020000ab110033bdebf95e192c; ");
    expect(dhcp_parse_networkd_link, "DHCP6_CLIENT_DUID=DUID-LL:000102\n",
           " :: :: 0 0 0 0 0003000102; ");
    expect(dhcp_parse_networkd_link, "DHCP6_CLIENT_DUID=x:00\n", "");
    expect(dhcp_parse_networkd_link, "DHCP6_CLIENT_DUID=UUID:0x\n", "");
    expect(dhcp_parse_networkd_link, "ADMIN_STATE=unmanaged\n", "");
}

static void dhclient(void **state)
{
    static const struct {
        const char *file;
        const char *expected;
    } files[] = {
        {"lease {\n  interface \"c0\";\n  fixed-address 192.0.2.114;\n"
         "  option subnet-mask 255.255.255.0;\n  option routers 192.0.2.1;\n"
         "  option dhcp-lease-time 3600;\n  option dhcp-message-type 5;\n"
         "  option domain-name-servers 192.0.2.53;\n"
         "  option dhcp-server-identifier 192.0.2.1;\n  option dhcp-renewal-time 1800;\n"
         "  option broadcast-address 192.0.2.255;\n  option domain-name \"lan.test\";\n"
         "  renew 5 2026/11/27 15:53:33;\n  rebind 5 2026/11/27 16:20:27;\n"
         "  expire 5 2026/11/27 16:27:57;\n}\n",
         "c0 192.0.2.114 192.0.2.1 3600 1795793277 1795796877 0 ; "},
        {"default-duid \"\\000\\001\\000\\0012\\234]\\375\\246\\262\\364\\026\\214\\340\";\n"
         "lease6 {\n  interface \"c0\";\n  ia-na f4:16:8c:e0 {\n    starts 1795793278;\n"
         "    renew 1800;\n    rebind 3150;\n    iaaddr 2001:db8:7::12e {\n"
         "      starts 1795793278;\n      preferred-life 3600;\n      max-life 3600;\n    }\n  }\n"
         "  option dhcp6.client-id 0:1:0:1:32:9c:5d:fd:a6:b2:f4:16:8c:e0;\n"
         "  option dhcp6.server-id 0:1:0:1:32:9c:5d:f6:b6:5f:c7:5c:dd:34;\n"
         "  option dhcp6.status-code success \"success\";\n}\n",
         "c0 2001:db8:7::12e :: 3600 1795793278 1795796878 f4168ce0 "
         "00010001329c5dfda6b2f4168ce0; "},
        /* The other ways in which the same is written. */
        {"lease{interface\"a\\\"b\";fixed-address 192.0.2.2;expire never;}",
         "a\"b 192.0.2.2 0.0.0.0 0 0 9223372036854775807 0 ; "},
        {"lease { interface \"a\"; fixed-address 192.0.2.2; # }\n expire epoch 1700000000; # x\n"
         " option dhcp-lease-time 100; }",
         "a 192.0.2.2 0.0.0.0 100 1699999900 1700000000 0 ; "},
        {"lease6 { interface \"a\"; ia-na \"abc\\001\" { starts 5; iaaddr 2001:db8::1 {"
         " max-life 4294967295; } } option dhcp6.client-id \"\\000\\003ab\"; }",
         "a 2001:db8::1 :: 4294967295 5 9223372036854775807 61626301 00036162; "},
        {"lease { interface \"a\"; fixed-address 192.0.2.2; }\n"
         "lease { interface \"a\"; fixed-address 192.0.2.3; }",
         "a 192.0.2.2 0.0.0.0 0 0 0 0 ; a 192.0.2.3 0.0.0.0 0 0 0 0 ; "},
        /* What is none. */
        {"lease { interface \"a\"; expire 5 x y; }", ""},
        {"lease { interface \"a\"; fixed-address 192.0.2.2;", ""},
        {"lease { interface \"a", ""},
        {"lease { interface \"abcdefghijklmnopq\"; fixed-address 192.0.2.2; expire 5 2026/13/1; }",
         " 192.0.2.2 0.0.0.0 0 0 0 0 ; "},
        {"} } ; {", ""},
        {"\\", ""},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        struct text text = {.bytes = ""};

        assert_int_equal(dhcp_parse_dhclient(files[i].file, show, &text), 0);
        assert_string_equal(text.bytes, files[i].expected);
    }
}

/* A word that there is no room for is left out, and nothing else. */
static void dhclient_long_words(void **state)
{
    static char file[8192];
    struct text text = {.bytes = ""};

    (void)state;
    int length = snprintf(file, sizeof(file), "lease { interface ");
    memset(file + length, 'x', 4096);
    (void)snprintf(file + length + 4096, 64, "; fixed-address 192.0.2.2; }");
    assert_int_equal(dhcp_parse_dhclient(file, show, &text), 0);
    assert_string_equal(text.bytes, " 192.0.2.2 0.0.0.0 0 0 0 0 ; ");
}

/* Messages that dhcpcd kept. */
static const char options4[] = "638253633501053604c000020133040000"
                               "0e103a04000007083b0400000c4e0104ffffff001c04c00002ff0304c0000201ff";
static const char message6[] =
    "0779be100001000e00010001329c5dfea6b2f4168ce00002000e00010001329c5df6b65fc75cdd3400030028"
    "f4168ce00000070800000c4e0005001820010db80007000000000000000001af00000e1000000e10000d0009"
    "000073756363657373";

static void messages(void **state)
{
    struct text text = {.bytes = ""};
    struct dhcp_lease lease;
    uint8_t bytes[512] = {2, 1, 6};
    size_t size = 236;

    (void)state;
    memcpy(bytes + 16, (const uint8_t[]){192, 0, 2, 114}, 4);
    size += dhcp_parse_hex(options4, bytes + size, sizeof(bytes) - size);
    assert_int_equal(dhcp_parse_message4(bytes, size, &lease), 0);
    (void)show(&text, &lease);
    assert_string_equal(text.bytes, " 192.0.2.114 192.0.2.1 3600 0 0 0 ; ");
    for (size_t cut = 0; cut < size; cut++) {
        uint8_t *copy = malloc(cut + 1); /* so that a sanitizer sees what is read beyond it */

        assert_non_null(copy);
        memcpy(copy, bytes, cut);
        int r = dhcp_parse_message4(copy, cut, &lease);
        assert_true(r == -EBADMSG || (r == 0 && cut >= 243));
        free(copy);
    }

    size = dhcp_parse_hex(message6, bytes, sizeof(bytes));
    assert_int_equal(size, 97);
    assert_int_equal(dhcp_parse_message6(bytes, size, &lease), 0);
    text.length = 0;
    (void)show(&text, &lease);
    assert_string_equal(text.bytes,
                        " 2001:db8:7::1af :: 3600 0 0 f4168ce0 00010001329c5dfea6b2f4168ce0; ");
    for (size_t cut = 0; cut < size; cut++) {
        uint8_t *copy = malloc(cut + 1);

        assert_non_null(copy);
        memcpy(copy, bytes, cut);
        int r = dhcp_parse_message6(copy, cut, &lease);
        assert_true(r == -EBADMSG || (r == 0 && cut == 84)); /* all options but the last */
        free(copy);
    }
}

static void hexadecimal(void **state)
{
    uint8_t bytes[4];

    (void)state;
    assert_int_equal(dhcp_parse_hex("0:1:ff", bytes, 4), 3);
    assert_memory_equal(bytes, ((uint8_t[]){0, 1, 255}), 3);
    assert_int_equal(dhcp_parse_hex("0001Ff", bytes, 4), 3);
    assert_int_equal(dhcp_parse_hex("", bytes, 4), 0);
    assert_int_equal(dhcp_parse_hex(":", bytes, 4), 0);
    assert_int_equal(dhcp_parse_hex("0:", bytes, 4), 0);
    assert_int_equal(dhcp_parse_hex("0:x", bytes, 4), 0);
    assert_int_equal(dhcp_parse_hex("0:123", bytes, 4), 0);
    assert_int_equal(dhcp_parse_hex("0:1:2:3:4", bytes, 4), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networkd), cmocka_unit_test(networkd_link),
        cmocka_unit_test(dhclient), cmocka_unit_test(dhclient_long_words),
        cmocka_unit_test(messages), cmocka_unit_test(hexadecimal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
