/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses, services, networks and names as text, and words for IP_STATUS. */
#include "suite.h"

#include <stdio.h>
#include <string.h>

enum { WITHOUT_PREFIX = 255, ROOM = 400 };

#define ANY                                                                                        \
    (NET_STRING_ANY_ADDRESS | NET_STRING_ANY_SERVICE | NET_STRING_IP_NETWORK |                     \
     NET_STRING_IPV6_ADDRESS_NO_SCOPE | NET_STRING_IPV6_SERVICE_NO_SCOPE)

/* Which types each string is; of no other is it. */
static const struct string {
    const char *text;
    DWORD types;
    USHORT port;
    UCHAR prefix;
    ULONG scope;
    const char *address; /* its bytes, as hexadecimal digits; a name: as it is */
} strings[] = {
    {"192.168.100.10", NET_STRING_IPV4_ADDRESS, 0, WITHOUT_PREFIX, 0, "c0a8640a"},
    {"192.168.100.10:80", NET_STRING_IPV4_SERVICE, 80, WITHOUT_PREFIX, 0, "c0a8640a"},
    {"1.2.3.4:65535", NET_STRING_IPV4_SERVICE, 65535, WITHOUT_PREFIX, 0, "01020304"},
    {"192.168.100/24", NET_STRING_IPV4_NETWORK, 0, 24, 0, "c0a86400"},
    {"10/8", NET_STRING_IPV4_NETWORK, 0, 8, 0, "0a000000"},
    {"0.0.0.0/0", NET_STRING_IPV4_NETWORK, 0, 0, 0, "00000000"},
    {"1.2.3.4/32", NET_STRING_IPV4_NETWORK, 0, 32, 0, "01020304"},
    {"::", NET_STRING_IPV6_ADDRESS | NET_STRING_IPV6_ADDRESS_NO_SCOPE, 0, WITHOUT_PREFIX, 0,
     "00000000000000000000000000000000"},
    {"[::1]", NET_STRING_IPV6_ADDRESS | NET_STRING_IPV6_ADDRESS_NO_SCOPE, 0, WITHOUT_PREFIX, 0,
     "00000000000000000000000000000001"},
    {"21DA:00D3:0000:2F3B:02AA:00FF:FE28:9C5A%2", NET_STRING_IPV6_ADDRESS, 0, WITHOUT_PREFIX, 2,
     "21da00d300002f3b02aa00fffe289c5a"},
    {"::ffff:1.2.3.4", NET_STRING_IPV6_ADDRESS | NET_STRING_IPV6_ADDRESS_NO_SCOPE, 0,
     WITHOUT_PREFIX, 0, "00000000000000000000ffff01020304"},
    {"[fe80::1%4294967295]:8080", NET_STRING_IPV6_SERVICE, 8080, WITHOUT_PREFIX, 0xffffffff,
     "fe800000000000000000000000000001"},
    {"[fe80::1]:1", NET_STRING_IPV6_SERVICE | NET_STRING_IPV6_SERVICE_NO_SCOPE, 1, WITHOUT_PREFIX,
     0, "fe800000000000000000000000000001"},
    {"21DA:D3::/48", NET_STRING_IPV6_NETWORK, 0, 48, 0, "21da00d3000000000000000000000000"},
    {"::/0", NET_STRING_IPV6_NETWORK, 0, 0, 0, "00000000000000000000000000000000"},
    {"::1/128", NET_STRING_IPV6_NETWORK, 0, 128, 0, "00000000000000000000000000000001"},
    {"www.example.com", NET_STRING_NAMED_ADDRESS, 0, WITHOUT_PREFIX, 0, NULL},
    {"localhost.", NET_STRING_NAMED_ADDRESS, 0, WITHOUT_PREFIX, 0, NULL},
    {"_ldap._tcp.1-2.x", NET_STRING_NAMED_ADDRESS, 0, WITHOUT_PREFIX, 0, NULL},
    {"4.3.2.1.in-addr.arpa:53", NET_STRING_NAMED_SERVICE, 53, WITHOUT_PREFIX, 0, NULL},
    {"", 0, 0, 0, 0, NULL},
    {"127", 0, 0, 0, 0, NULL},
    {"1.2.3", 0, 0, 0, 0, NULL},
    {"1.2.3.4.5", 0, 0, 0, 0, NULL},
    {"1.2.3.256", 0, 0, 0, 0, NULL},
    {"1.2.3.04", 0, 0, 0, 0, NULL},
    {".1.2.3.4", 0, 0, 0, 0, NULL},
    {"1..2.3", 0, 0, 0, 0, NULL},
    {"1.2.3.4:", 0, 0, 0, 0, NULL},
    {"1.2.3.4:0", 0, 0, 0, 0, NULL},
    {"1.2.3.4:65536", 0, 0, 0, 0, NULL},
    {"1.2.3.4:-1", 0, 0, 0, 0, NULL},
    {"1.2.3.4: 80", 0, 0, 0, 0, NULL},
    {"1.2.3.4/33", 0, 0, 0, 0, NULL},
    {"1.2.3.4/", 0, 0, 0, 0, NULL},
    {"1.2.3.4/24:80", 0, 0, 0, 0, NULL},
    {"1.2.3.4:80/24", 0, 0, 0, 0, NULL},
    {" 1.2.3.4", 0, 0, 0, 0, NULL},
    {"1.2.3.4 ", 0, 0, 0, 0, NULL},
    {":::", 0, 0, 0, 0, NULL},
    {"[::1", 0, 0, 0, 0, NULL},
    {"::1]", 0, 0, 0, 0, NULL},
    {"[::1]80", 0, 0, 0, 0, NULL},
    {"[::1]:", 0, 0, 0, 0, NULL},
    {"[::1/64]", 0, 0, 0, 0, NULL},
    {"[::1]/64", 0, 0, 0, 0, NULL},
    {"fe80::1%", 0, 0, 0, 0, NULL},
    {"fe80::1%eth0", 0, 0, 0, 0, NULL},
    {"fe80::1%4294967296", 0, 0, 0, 0, NULL},
    {"fe80::1%2/64", 0, 0, 0, 0, NULL},
    {"::1/129", 0, 0, 0, 0, NULL},
    {"::g", 0, 0, 0, 0, NULL},
    {"12345::", 0, 0, 0, 0, NULL},
    {"1:2:3:4:5:6:7:8:9", 0, 0, 0, 0, NULL},
    {"-a.example", 0, 0, 0, 0, NULL},
    {"a-.example", 0, 0, 0, 0, NULL},
    {"a..example", 0, 0, 0, 0, NULL},
    {".", 0, 0, 0, 0, NULL},
    {"a b", 0, 0, 0, 0, NULL},
    {"a/24", 0, 0, 0, 0, NULL},
    {"a:", 0, 0, 0, 0, NULL},
    {"a:b", 0, 0, 0, 0, NULL},
    {"a:1:2", 0, 0, 0, 0, NULL},
};

static const WCHAR *widen(const char *text)
{
    static WCHAR wide[ROOM];
    size_t i = 0;

    for (; text[i]; i++)
        wide[i] = (unsigned char)text[i];
    wide[i] = 0;
    return wide;
}

static void expect_bytes(const struct string *string, const void *bytes, size_t size)
{
    char digits[33];

    assert_int_equal(strlen(string->address), size * 2);
    for (size_t i = 0; i < size; i++)
        (void)snprintf(digits + 2 * i, 3, "%02x", ((const UCHAR *)bytes)[i]);
    assert_string_equal(digits, string->address);
}

static void expect_name(const struct string *string, const NET_ADDRESS_INFO *info)
{
    const size_t length = strcspn(string->text, ":");

    assert_int_equal(info->Format, NET_ADDRESS_DNS_NAME);
    for (size_t i = 0; i < length; i++)
        assert_int_equal(info->NamedAddress.Address[i], string->text[i]);
    assert_int_equal(info->NamedAddress.Address[length], 0);
    for (size_t i = length; string->text[i]; i++)
        assert_int_equal(info->NamedAddress.Port[i - length], string->text[i + 1]);
    if (!string->text[length])
        assert_int_equal(info->NamedAddress.Port[0], 0);
}

static void expect_info(const struct string *string, const NET_ADDRESS_INFO *info)
{
    const UCHAR *port = NULL;

    if (!string->address) {
        expect_name(string, info);
        return;
    }
    if (strlen(string->address) == 8) {
        assert_int_equal(info->Format, NET_ADDRESS_IPV4);
        assert_int_equal(info->Ipv4Address.sin_family, AF_INET);
        expect_bytes(string, &info->Ipv4Address.sin_addr, 4);
        port = (const UCHAR *)&info->Ipv4Address.sin_port;
    } else {
        assert_int_equal(info->Format, NET_ADDRESS_IPV6);
        assert_int_equal(info->Ipv6Address.sin6_family, AF_INET6);
        expect_bytes(string, &info->Ipv6Address.sin6_addr, 16);
        assert_int_equal(info->Ipv6Address.sin6_scope_id, string->scope);
        port = (const UCHAR *)&info->Ipv6Address.sin6_port;
    }
    assert_int_equal(port[0] << 8 | port[1], string->port);
}

static void test_strings(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(strings); i++) {
        for (DWORD type = 1; type <= NET_STRING_NAMED_SERVICE; type <<= 1) {
            const DWORD expected = strings[i].types & type ? NO_ERROR : ERROR_INVALID_PARAMETER;
            NET_ADDRESS_INFO info;
            USHORT port = 1;
            UCHAR prefix = 1;

            memset(&info, 0x55, sizeof(info));
            DWORD rc = ParseNetworkString(widen(strings[i].text), type, &info, &port, &prefix);
            if (rc != expected)
                fail_msg("'%s' as 0x%x: %u", strings[i].text, (unsigned)type, (unsigned)rc);
            if (rc != NO_ERROR) {
                assert_true(port == 1 && prefix == 1 && (unsigned)info.Format == 0x55555555);
                continue;
            }
            assert_int_equal(port, strings[i].port);
            assert_int_equal(prefix, strings[i].prefix);
            expect_info(&strings[i], &info);
        }
        assert_int_equal(ParseNetworkString(widen(strings[i].text), ANY, NULL, NULL, NULL),
                         strings[i].types ? NO_ERROR : ERROR_INVALID_PARAMETER);
    }
}

static DWORD parse_name(size_t label, size_t labels)
{
    char text[ROOM] = "";
    size_t used = 0;

    for (size_t i = 0; i < labels; i++) {
        memset(text + used, 'a', label);
        used += label;
        text[used++] = i + 1 < labels ? '.' : '\0';
    }
    return ParseNetworkString(widen(text), NET_STRING_NAMED_ADDRESS, NULL, NULL, NULL);
}

static void test_lengths(void **state)
{
    static const WCHAR beyond_ascii[] = {'b', 0xfc, 'c', 'h', 'e', 'r', '.', 'd', 'e', 0};

    (void)state;
    assert_int_equal(parse_name(63, 1), NO_ERROR);
    assert_int_equal(parse_name(64, 1), ERROR_INVALID_PARAMETER);
    assert_int_equal(parse_name(63, 4), NO_ERROR); /* 255 */
    assert_int_equal(parse_name(31, 8), NO_ERROR); /* 255 */
    assert_int_equal(parse_name(1, 150), ERROR_INVALID_PARAMETER);
    assert_int_equal(ParseNetworkString(beyond_ascii, NET_STRING_NAMED_ADDRESS, NULL, NULL, NULL),
                     NO_ERROR);
}

static void test_words(void **state)
{
    WCHAR words[ROOM];
    WCHAR others[ROOM];
    DWORD size = sizeof(words);
    DWORD needed = 0;

    (void)state;
    assert_int_equal(GetIpErrorString(IP_REQ_TIMED_OUT, words, &size), NO_ERROR);
    assert_int_equal(GetIpErrorString(IP_REQ_TIMED_OUT, NULL, &needed), ERROR_INSUFFICIENT_BUFFER);
    assert_true(needed > sizeof(WCHAR) && needed % sizeof(WCHAR) == 0);
    assert_int_equal(words[needed / sizeof(WCHAR) - 1], 0);
    needed--;
    assert_int_equal(GetIpErrorString(IP_REQ_TIMED_OUT, words, &needed), ERROR_INSUFFICIENT_BUFFER);
    size = sizeof(others);
    assert_int_equal(GetIpErrorString(IP_GENERAL_FAILURE, others, &size), NO_ERROR);
    assert_memory_not_equal(words, others, sizeof(WCHAR) * 4);
}

int main(int argc, char **argv)
{
    static const struct suite_test tests[] = {
        suite_test("strings", test_strings, NULL),
        suite_test("lengths", test_lengths, NULL),
        suite_test("words", test_words, NULL),
    };

    return suite_main(argc, argv, tests, ARRAY_SIZE(tests));
}
