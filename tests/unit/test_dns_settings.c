/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * GetInterfaceDnsSettings and SetInterfaceDnsSettings over services of the test's own: what is set
 * is read back, what is refused has changed nothing.
 */
#include "check.h"
#include "fake_services.h"
#include "netns.h"
#include "own_host.h"

#include <iphlpapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Link a0's GUID, by its index. */
static const GUID guid = {.Data1 = 10, .Data4 = {0, 0, 'N', 'e', 't', 'D', 'e', 'v'}};

static const char *narrow(const WCHAR *string, char text[256])
{
    size_t i = 0;

    for (; string && string[i] && i < 255; i++)
        text[i] = (char)string[i];
    text[i] = '\0';
    return text;
}

static PWSTR widen(const char *text, WCHAR string[256])
{
    size_t i = 0;

    if (!text)
        return NULL;
    for (; text[i] && i < 255; i++)
        string[i] = (WCHAR)text[i];
    string[i] = 0;
    return string;
}

/* "servers of IPv4|of IPv6|suffix|domains|LLMNR". */
static void expect(const char *expected)
{
    char found[1100];
    char texts[4][256];
    ULONG llmnr = 2;

    for (unsigned int i = 0; i < 2; i++) {
        DNS_INTERFACE_SETTINGS settings = {.Version = DNS_INTERFACE_SETTINGS_VERSION1,
                                           .Flags = i == 0 ? 0 : DNS_SETTING_IPV6};

        assert_int_equal(GetInterfaceDnsSettings(guid, &settings), NO_ERROR);
        (void)narrow(settings.NameServer, texts[i]);
        (void)narrow(settings.Domain, texts[2]);
        (void)narrow(settings.SearchList, texts[3]);
        assert_int_equal(!!(settings.Flags & DNS_SETTING_NAMESERVER), settings.NameServer != NULL);
        assert_int_equal(!!(settings.Flags & DNS_SETTING_DOMAIN), settings.Domain != NULL);
        assert_int_equal(!!(settings.Flags & DNS_SETTING_SEARCHLIST), settings.SearchList != NULL);
        assert_int_equal(!!(settings.Flags & DNS_SETTING_IPV6), i == 1);
        assert_true(llmnr == 2 || llmnr == settings.EnableLLMNR);
        llmnr = settings.EnableLLMNR;
        FreeInterfaceDnsSettings(&settings);
        FreeInterfaceDnsSettings(&settings);
    }
    (void)snprintf(found, sizeof(found), "%s|%s|%s|%s|%u", texts[0], texts[1], texts[2], texts[3],
                   (unsigned int)llmnr);
    assert_string_equal(found, expected);
}

/* NULL: nothing is set of it. */
struct setting {
    const char *servers4;
    const char *servers6;
    const char *domain;
    const char *search;
    const char *llmnr;
    DWORD error;
    const char *expected;
};

static DWORD set(const struct setting *setting)
{
    WCHAR strings[3][256];
    const char *servers = setting->servers4 ? setting->servers4 : setting->servers6;
    const DNS_INTERFACE_SETTINGS settings = {
        .Version = DNS_INTERFACE_SETTINGS_VERSION1,
        .Flags = (servers ? DNS_SETTING_NAMESERVER : 0U) |
                 (setting->servers6 ? DNS_SETTING_IPV6 : 0U) |
                 (setting->domain ? DNS_SETTING_DOMAIN : 0U) |
                 (setting->search ? DNS_SETTING_SEARCHLIST : 0U) |
                 (setting->llmnr ? DNS_SETTINGS_ENABLE_LLMNR : 0U),
        .NameServer = widen(servers, strings[0]),
        .Domain = widen(setting->domain, strings[1]),
        .SearchList = widen(setting->search, strings[2]),
        .EnableLLMNR = setting->llmnr && strcmp(setting->llmnr, "yes") == 0,
    };

    return SetInterfaceDnsSettings(guid, &settings);
}

static void begin(struct fakes fakes)
{
    own_host_begin();
    own_host_put("/etc/passwd", "root:x:0:0:root:/:/bin/sh\n"); /* for the bus */
    if (!fake_bus_begin()) {
        own_host_end();
        skip();
    }
    fake_services_begin(fakes);
}

static void end(void)
{
    fake_bus_end();
    own_host_end();
}

static void run(const struct setting *settings, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const DWORD error = set(&settings[i]);

        if (error != settings[i].error)
            fail_test("setting %zu: %u instead of %u", i, (unsigned int)error,
                      (unsigned int)settings[i].error);
        expect(settings[i].expected);
    }
}

#define AT_FIRST "192.0.2.1|2001:db8::1|a.test|a.test|1"

static void by_resolved(void **state)
{
    static const struct setting settings[] = {
        {.expected = AT_FIRST},
        {.servers4 = "192.0.2.5, 192.0.2.6",
         .expected = "192.0.2.5,192.0.2.6|2001:db8::1|a.test|a.test|1"},
        {.servers6 = "2001:db8::5 2001:db8::6,2001:db8::5",
         .expected = "192.0.2.5,192.0.2.6|2001:db8::5,2001:db8::6|a.test|a.test|1"},
        {.servers4 = "", .expected = "|2001:db8::5,2001:db8::6|a.test|a.test|1"},
        {.search = "b.test,c.test", .expected = "|2001:db8::5,2001:db8::6|b.test|b.test,c.test|1"},
        {.domain = "d.test", .expected = "|2001:db8::5,2001:db8::6|d.test|d.test,c.test|1"},
        {.domain = "e.test.",
         .search = "f.test e.test",
         .expected = "|2001:db8::5,2001:db8::6|e.test|e.test,f.test|1"},
        {.domain = "", .expected = "|2001:db8::5,2001:db8::6|f.test|f.test|1"},
        {.llmnr = "no", .expected = "|2001:db8::5,2001:db8::6|f.test|f.test|0"},
        {.servers4 = "192.0.2.7",
         .domain = "",
         .search = "",
         .llmnr = "yes",
         .expected = "192.0.2.7|2001:db8::5,2001:db8::6|||1"},
        {.servers4 = "192.0.2.7 x",
         .error = ERROR_INVALID_PARAMETER,
         .expected = "192.0.2.7|2001:db8::5,2001:db8::6|||1"},
        {.domain = "a.test b.test",
         .error = ERROR_INVALID_PARAMETER,
         .expected = "192.0.2.7|2001:db8::5,2001:db8::6|||1"},
        {.search = "a.test ~b.test",
         .error = ERROR_INVALID_PARAMETER,
         .expected = "192.0.2.7|2001:db8::5,2001:db8::6|||1"},
    };

    (void)state;
    begin((struct fakes){FAKE_ANSWERS, FAKE_ANSWERS});
    run(settings, ARRAY_SIZE(settings));
    end();
}

/* Where resolved has no say in the link, networkd has. */
static void by_networkd(void **state)
{
    static const struct setting settings[] = {
        {.servers4 = "192.0.2.5",
         .search = "b.test",
         .llmnr = "no",
         .expected = "192.0.2.5|2001:db8::1|b.test|b.test|0"},
    };

    (void)state;
    begin((struct fakes){FAKE_BUSY, FAKE_ABSENT});
    run(settings, ARRAY_SIZE(settings));
    end();
}

static void by_network_manager(void **state)
{
    static const struct setting settings[] = {
        {.expected = "192.0.2.3|2001:db8::3|c.test|c.test|0"},
        {.servers4 = "192.0.2.5 192.0.2.6", .expected = "192.0.2.5,192.0.2.6||c.test|c.test|0"},
        {.servers6 = "2001:db8::5", .expected = "192.0.2.3|2001:db8::5|c.test|c.test|0"},
        {.search = "d.test,e.test", .llmnr = "no", .expected = "192.0.2.3||d.test|d.test,e.test|0"},
        {.llmnr = "yes",
         .error = ERROR_NOT_SUPPORTED,
         .expected = "192.0.2.3||d.test|d.test,e.test|0"},
    };

    (void)state;
    begin((struct fakes){FAKE_ABSENT, FAKE_ANSWERS});
    run(settings, ARRAY_SIZE(settings));
    end();
}

/* systemd-resolved itself, as a user of its own whose number is root's here. */
static void by_real_resolved(void **state)
{
    static const struct setting settings[] = {
        {.expected = "||||1"},
        {.servers4 = "192.0.2.5,192.0.2.6",
         .domain = "a.test",
         .search = "b.test c.test",
         .llmnr = "yes",
         .expected = "192.0.2.5,192.0.2.6||a.test|a.test,b.test,c.test|1"},
        {.servers6 = "2001:db8::5",
         .expected = "192.0.2.5,192.0.2.6|2001:db8::5|a.test|a.test,b.test,c.test|1"},
        {.domain = "d.test",
         .expected = "192.0.2.5,192.0.2.6|2001:db8::5|d.test|d.test,b.test,c.test|1"},
        {.servers4 = "", .search = "", .llmnr = "no", .expected = "|2001:db8::5|||0"},
        {.servers4 = "0.0.0.0", .error = ERROR_INVALID_PARAMETER, .expected = "|2001:db8::5|||0"},
        {.servers4 = "192.0.2.7",
         .search = "a..test",
         .error = ERROR_INVALID_PARAMETER,
         .expected = "|2001:db8::5|||0"},
    };

    (void)state;
    begin((struct fakes){FAKE_ABSENT, FAKE_ABSENT});
    own_host_put("/etc/passwd", "root:x:0:0:root:/:/bin/sh\nsystemd-resolve:x:0:0::/:/bin/sh\n");
    own_host_put("/etc/group", "root:x:0:\nsystemd-resolve:x:0:\n");
    own_host_put("/run/systemd/resolve/x", "");
    if (real_resolved_begin()) {
        run(settings, ARRAY_SIZE(settings));
        end();
    } else {
        end();
        skip();
    }
}

/* How the services behave, the code, and what is there then. */
static void refused(void **state)
{
    static const struct {
        struct fakes fakes;
        DWORD error;
        const char *expected;
    } cases[] = {
        {{FAKE_REFUSES, FAKE_ANSWERS}, ERROR_ACCESS_DENIED, AT_FIRST},
        {{FAKE_OWNED, FAKE_ANSWERS}, ERROR_BUSY, AT_FIRST},
        {{FAKE_FAILS, FAKE_ANSWERS}, ERROR_GEN_FAILURE, AT_FIRST},
        {{FAKE_STALLS, FAKE_ANSWERS}, ERROR_TIMEOUT, AT_FIRST},
        {{FAKE_HANGS, FAKE_ABSENT}, ERROR_TIMEOUT, "||||0"},
        {{FAKE_ABSENT, FAKE_HANGS}, ERROR_TIMEOUT, "||||0"},
        {{FAKE_GARBAGE, FAKE_ABSENT}, ERROR_GEN_FAILURE, "||||0"},
        {{FAKE_ABSENT, FAKE_REFUSES}, ERROR_ACCESS_DENIED, "192.0.2.3|2001:db8::3|c.test|c.test|0"},
        {{FAKE_ABSENT, FAKE_ABSENT}, ERROR_NOT_SUPPORTED, "||||0"},
        {{FAKE_ELSEWHERE, FAKE_ELSEWHERE}, ERROR_NOT_SUPPORTED, "||||0"},
    };

    (void)state;
    begin((struct fakes){FAKE_ABSENT, FAKE_ABSENT});
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const struct setting setting = {.servers4 = "192.0.2.5",
                                        .search = "b.test",
                                        .error = cases[i].error,
                                        .expected = cases[i].expected};

        fake_services_begin(cases[i].fakes);
        run(&setting, 1);
    }
    end();
}

/* The files of the host, and its name. */
static void of_the_host(void **state)
{
    DNS_SETTINGS2 settings = {.Version = DNS_SETTINGS_VERSION2, .SettingFlags = 1};
    char text[256];

    (void)state;
    own_host_begin();
    own_host_put("/etc/resolv.conf", "search a.test b.test\n");
    assert_int_equal(GetDnsSettings((DNS_SETTINGS *)&settings), NO_ERROR);
    assert_string_equal(narrow(settings.SearchList, text), "a.test,b.test");
    assert_true(settings.Flags & DNS_SETTING_SEARCHLIST);
    assert_non_null(settings.Hostname);
    assert_int_equal(settings.SettingFlags, 0);
    FreeDnsSettings((DNS_SETTINGS *)&settings);
    assert_null(settings.SearchList);
    FreeDnsSettings(NULL);
    FreeInterfaceDnsSettings(NULL);
    own_host_end();
}

/* What a version has not is not written. */
static void versions(void **state)
{
    static const size_t sizes[] = {
        sizeof(DNS_INTERFACE_SETTINGS), sizeof(DNS_INTERFACE_SETTINGS_EX),
        sizeof(DNS_INTERFACE_SETTINGS3), sizeof(DNS_INTERFACE_SETTINGS4)};

    (void)state;
    own_host_begin();
    own_host_put("/run/resolvconf/interface/a0.x", "nameserver 192.0.2.9\n");
    for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
        union {
            DNS_INTERFACE_SETTINGS settings;
            unsigned char bytes[sizeof(DNS_INTERFACE_SETTINGS4) + 8];
        } memory;
        char text[256];

        memset(&memory, 0xa5, sizeof(memory));
        memory.settings.Version = (ULONG)i + 1;
        memory.settings.Flags = 0;
        assert_int_equal(GetInterfaceDnsSettings(guid, &memory.settings), NO_ERROR);
        assert_int_equal(memory.settings.Version, i + 1);
        assert_string_equal(narrow(memory.settings.NameServer, text), "192.0.2.9");
        assert_null(memory.settings.ProfileNameServer);
        for (size_t k = sizeof(DNS_INTERFACE_SETTINGS); k < sizeof(memory.bytes); k++)
            assert_int_equal(memory.bytes[k], k < sizes[i] ? 0 : 0xa5);
        FreeInterfaceDnsSettings(&memory.settings);
    }
    own_host_end();
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_resolved),
        cmocka_unit_test(by_networkd),
        cmocka_unit_test(by_network_manager),
        cmocka_unit_test(by_real_resolved),
        cmocka_unit_test(refused),
        cmocka_unit_test(of_the_host),
        cmocka_unit_test(versions),
    };
    int rc = own_host_prepare(argv);

    (void)argc;
    return rc != 0 ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
