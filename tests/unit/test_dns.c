/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* backend/dns: servers and domains in the files of resolvers. */
#include "backend/dns/config.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

typedef void (*parser)(char *text, struct dns_config *ret);

/* "address:port …|suffix|domain …", as a file is understood. */
static void expect(parser parse, const char *file, const char *expected)
{
    static struct dns_config config;
    char text[1024];
    char found[1024];
    int length = 0;

    assert_true((size_t)snprintf(text, sizeof(text), "%s", file) < sizeof(text));
    parse(text, &config);
    for (size_t i = 0; i < config.server_count; i++) {
        const struct dns_server *server = &config.servers[i];
        char address[INET6_ADDRSTRLEN];

        inet_ntop(server->family == MIB_FAMILY_IPV4 ? AF_INET : AF_INET6, &server->address, address,
                  sizeof(address));
        length += sprintf(found + length, "%s/%u ", address, server->port);
    }
    length += sprintf(found + length, "|%s|", config.suffix);
    for (size_t i = 0; i < config.domain_count; i++)
        length += sprintf(found + length, " %s", config.domains[i]);
    assert_string_equal(found, expected);
}

static const struct {
    parser parse;
    const char *file;
    const char *expected;
} files[] = {
    {dns_parse_resolv_conf, "", "||"},
    {dns_parse_resolv_conf, "nameserver 192.0.2.1\nnameserver\t2001:db8::1 # x\n",
     "192.0.2.1/0 2001:db8::1/0 ||"},
    {dns_parse_resolv_conf, "nameserver fe80::1%eth0\n", "fe80::1/0 ||"},
    {dns_parse_resolv_conf, "search a.test b.test.", "|| a.test b.test"},
    {dns_parse_resolv_conf, "search a.test\nsearch b.test c.test\n", "|| b.test c.test"},
    {dns_parse_resolv_conf, "domain a.test\n", "|a.test| a.test"},
    {dns_parse_resolv_conf, "domain a.test\nsearch b.test\n", "|a.test| b.test"},
    {dns_parse_resolv_conf, "search b.test\ndomain a.test\n", "|a.test| a.test"},
    {dns_parse_resolv_conf, "#nameserver 192.0.2.1\n;nameserver 192.0.2.1\n", "||"},
    {dns_parse_resolv_conf, "nameserver\nnameserver x\nnameserver 0.0.0.0\nnameserver ::\n", "||"},
    {dns_parse_resolv_conf, "nameservers 192.0.2.1\nsearch .\nsearch\ndomain\n \n", "||"},
    {dns_parse_resolv_conf, "nameserver 192.0.2.1\r\nsearch a.test\r\n", "192.0.2.1/0 || a.test"},
    {dns_parse_link, "SERVERS=192.0.2.1 192.0.2.2:54\n", "192.0.2.1/0 192.0.2.2/54 ||"},
    {dns_parse_link, "DNS=[2001:db8::1]:853%eth0#dns.test 2001:db8::2%3\n",
     "2001:db8::1/853 2001:db8::2/0 ||"},
    {dns_parse_link, "DNS=[2001:db8::1 [2001:db8::1]x 192.0.2.1:0 192.0.2.1:65536 192.0.2.1:x\n",
     "||"},
    {dns_parse_link, "DOMAINS=a.test ~b.test ~. c.test\nROUTE_DOMAINS=d.test\n",
     "|| a.test c.test"},
    {dns_parse_link, "SERVERS\nDOMAINS\n=\nLLMNR=yes\n", "||"},
};

static void as_they_are_understood(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        expect(files[i].parse, files[i].file, files[i].expected);
}

/* More than there is room for, and a name that is too long by one byte. */
static void bounds(void **state)
{
    static struct dns_config config;
    static char text[16384];
    size_t length = 0;

    (void)state;
    for (size_t i = 0; i < (size_t)DNS_SERVERS + 8; i++)
        length += (size_t)sprintf(text + length, "nameserver 192.0.2.1\n");
    length += (size_t)sprintf(text + length, "search");
    for (size_t i = 0; i < (size_t)DNS_DOMAINS + 8; i++)
        length += (size_t)sprintf(text + length, " a.test");
    dns_parse_resolv_conf(text, &config);
    assert_int_equal(config.server_count, DNS_SERVERS);
    assert_int_equal(config.domain_count, DNS_DOMAINS);
    for (size_t size = DNS_NAME - 1; size <= DNS_NAME; size++) {
        length = (size_t)sprintf(text, "search ");
        memset(text + length, 'a', size);
        text[length + size] = '\0';
        dns_parse_resolv_conf(text, &config);
        assert_int_equal(config.domain_count, size < DNS_NAME);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_they_are_understood),
        cmocka_unit_test(bounds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
