/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DNS settings of interfaces and of the host. Contracts: include/netioapi_dns.h. What a version of
 * a structure has beside the version before stands at its end, so all are taken for the last one,
 * of which no more is touched than the version has.
 */
#include "api/error.h"
#include "api/rows/names.h"
#include "api/unicode.h"
#include "api/windows.h"
#include "backend/backend.h"
#include "mib/query/dns_settings.h"
#include "mib/query/host.h"
#include "mib/query/link.h"
#include "platform/platform.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

_Static_assert(offsetof(DNS_INTERFACE_SETTINGS, ProfileNameServer) ==
                       offsetof(DNS_INTERFACE_SETTINGS4, ProfileNameServer) &&
                   offsetof(DNS_INTERFACE_SETTINGS_EX, SupplementalSearchList) ==
                       offsetof(DNS_INTERFACE_SETTINGS4, SupplementalSearchList) &&
                   offsetof(DNS_INTERFACE_SETTINGS3, ProfileServerProperties) ==
                       offsetof(DNS_INTERFACE_SETTINGS4, ProfileServerProperties) &&
                   offsetof(DNS_SETTINGS, SearchList) == offsetof(DNS_SETTINGS2, SearchList),
               "the versions begin alike");

#define FLAGS1                                                                                     \
    (DNS_SETTING_IPV6 | DNS_SETTING_NAMESERVER | DNS_SETTING_SEARCHLIST |                          \
     DNS_SETTING_REGISTRATION_ENABLED | DNS_SETTING_REGISTER_ADAPTER_NAME | DNS_SETTING_DOMAIN |   \
     DNS_SETTINGS_ENABLE_LLMNR | DNS_SETTINGS_QUERY_ADAPTER_NAME | DNS_SETTING_PROFILE_NAMESERVER)
#define FLAGS2                                                                                     \
    (FLAGS1 | DNS_SETTING_DISABLE_UNCONSTRAINED_QUERIES | DNS_SETTING_SUPPLEMENTAL_SEARCH_LIST)
#define FLAGS3 (FLAGS2 | DNS_SETTING_DOH | DNS_SETTING_DOH_PROFILE)
#define FLAGS4                                                                                     \
    (FLAGS3 | DNS_SETTING_ENCRYPTED_DNS_ADAPTER_FLAGS | DNS_SETTING_DDR | DNS_SETTING_DOT |        \
     DNS_SETTING_DOT_PROFILE)

/* What Linux has not. */
#define UNSUPPORTED (FLAGS4 & ~(FLAGS1 & ~DNS_SETTING_PROFILE_NAMESERVER))

/* By its version less 1: the bytes of a structure, and the flags that it may have. */
struct version {
    size_t size;
    ULONG64 flags;
};

static const struct version of_interfaces[] = {
    {sizeof(DNS_INTERFACE_SETTINGS), FLAGS1},
    {sizeof(DNS_INTERFACE_SETTINGS_EX), FLAGS2},
    {sizeof(DNS_INTERFACE_SETTINGS3), FLAGS3},
    {sizeof(DNS_INTERFACE_SETTINGS4), FLAGS4},
};

#define HOST_FLAGS (DNS_SETTING_HOSTNAME | DNS_SETTING_DOMAIN | DNS_SETTING_SEARCHLIST)

static const struct version of_hosts[] = {
    {sizeof(DNS_SETTINGS), HOST_FLAGS},
    {sizeof(DNS_SETTINGS2), HOST_FLAGS | DNS_SETTING_DOH | DNS_SETTING_DDR},
};

/* NULL: there is no such version. */
static const struct version *version_of(ULONG version, const struct version *versions, size_t count)
{
    return version >= 1 && version <= count ? &versions[version - 1] : NULL;
}

#define INTERFACE_VERSION(version)                                                                 \
    version_of(version, of_interfaces, sizeof(of_interfaces) / sizeof(of_interfaces[0]))
#define HOST_VERSION(version) version_of(version, of_hosts, sizeof(of_hosts) / sizeof(of_hosts[0]))

static int link_of_guid(const GUID *guid, struct mib_link *ret)
{
    struct mib_link link = {.ifindex = ifindex_of_guid(guid)};
    int r = link.ifindex ? backend_query(MIB_QUERY_LINK, &link) : -ENODEV;

    if (r == 0)
        *ret = link;
    return r;
}

/* ---- Reading ----------------------------------------------------------------------------------
 */

/*
 * A string of the program's own. Words are separated by commas instead of blanks. NULL, with 0: it
 * is empty.
 */
static int give_text(const char *text, PWSTR *ret)
{
    const size_t size = strlen(text) + 1;
    PWSTR string;

    if (!*text)
        return 0;
    string = platform_allocate(size * sizeof(*string));
    if (!string)
        return -ENOMEM;
    if (!unicode_from_utf8(text, string, size)) {
        platform_free(string);
        return -EIO;
    }
    for (size_t i = 0; string[i]; i++)
        if (string[i] == ' ')
            string[i] = ',';
    *ret = string;
    return 0;
}

/* The flag of a member, if the member is set. */
static ULONG64 flag_of(const WCHAR *member, ULONG64 flag)
{
    return member ? flag : 0;
}

static void free_interface(DNS_INTERFACE_SETTINGS4 *settings)
{
    platform_free(settings->Domain);
    platform_free(settings->NameServer);
    platform_free(settings->SearchList);
}

static int read_interface(const struct mib_dns_settings *model, DNS_INTERFACE_SETTINGS4 *settings)
{
    int r = give_text(model->suffix, &settings->Domain);

    if (r == 0)
        r = give_text(model->servers, &settings->NameServer);
    if (r == 0)
        r = give_text(model->domains, &settings->SearchList);
    settings->EnableLLMNR = model->multicast == MIB_DNS_MULTICAST_ON;
    settings->Flags = (model->family == MIB_FAMILY_IPV6 ? DNS_SETTING_IPV6 : 0) |
                      flag_of(settings->Domain, DNS_SETTING_DOMAIN) |
                      flag_of(settings->NameServer, DNS_SETTING_NAMESERVER) |
                      flag_of(settings->SearchList, DNS_SETTING_SEARCHLIST) |
                      DNS_SETTINGS_ENABLE_LLMNR | DNS_SETTING_REGISTRATION_ENABLED |
                      DNS_SETTING_REGISTER_ADAPTER_NAME | DNS_SETTINGS_QUERY_ADAPTER_NAME;
    return r;
}

NETIOAPI_API GetInterfaceDnsSettings(GUID Interface, DNS_INTERFACE_SETTINGS *Settings)
{
    const struct version *version = Settings ? INTERFACE_VERSION(Settings->Version) : NULL;
    DNS_INTERFACE_SETTINGS4 settings = {.Version = Settings ? Settings->Version : 0};
    struct mib_link link = {0};

    if (!version || (Settings->Flags & ~(ULONG64)DNS_SETTING_IPV6))
        return ERROR_INVALID_PARAMETER;
    int r = link_of_guid(&Interface, &link);
    if (r < 0)
        return error_from(r);
    struct mib_dns_settings *model = platform_allocate(sizeof(*model));
    if (!model)
        return ERROR_NOT_ENOUGH_MEMORY;
    memset(model, 0, sizeof(*model));
    model->ifindex = link.ifindex;
    model->iftype = link.iftype;
    model->family = Settings->Flags & DNS_SETTING_IPV6 ? MIB_FAMILY_IPV6 : MIB_FAMILY_IPV4;
    r = backend_query(MIB_QUERY_DNS_SETTINGS, model);
    if (r == 0)
        r = read_interface(model, &settings);
    platform_free(model);
    if (r == 0)
        memcpy(Settings, &settings, version->size);
    else
        free_interface(&settings);
    return error_from(r);
}

void NETIOAPI_API_ FreeInterfaceDnsSettings(DNS_INTERFACE_SETTINGS *Settings)
{
    DNS_INTERFACE_SETTINGS4 settings = {.Version = 0};

    if (!Settings)
        return;
    memcpy(&settings, Settings, sizeof(*Settings));
    free_interface(&settings);
    Settings->Domain = Settings->NameServer = Settings->SearchList = NULL;
}

/* ---- Setting ----------------------------------------------------------------------------------
 */

/* A list of the program's with blanks between its words. NULL is an empty one. -EINVAL: no room. */
static int take_text(const WCHAR *string, char *text, size_t size)
{
    text[0] = '\0';
    if (string && !unicode_to_utf8(string, text, size))
        return -EINVAL;
    for (; *text; text++)
        if (*text == ',' || *text == '\t')
            *text = ' ';
    return 0;
}

/* What of the flags is to be set below the seam. */
static int make_model(const DNS_INTERFACE_SETTINGS4 *settings, struct mib_dns_settings *model)
{
    int r = 0;

    model->family = settings->Flags & DNS_SETTING_IPV6 ? MIB_FAMILY_IPV6 : MIB_FAMILY_IPV4;
    if (settings->Flags & DNS_SETTING_NAMESERVER) {
        model->fields |= MIB_DNS_SET_SERVERS;
        r = take_text(settings->NameServer, model->servers, sizeof(model->servers));
    }
    if (r == 0 && (settings->Flags & DNS_SETTING_DOMAIN)) {
        model->fields |= MIB_DNS_SET_SUFFIX;
        r = take_text(settings->Domain, model->suffix, sizeof(model->suffix));
    }
    if (r == 0 && (settings->Flags & DNS_SETTING_SEARCHLIST)) {
        model->fields |= MIB_DNS_SET_DOMAINS;
        r = take_text(settings->SearchList, model->domains, sizeof(model->domains));
    }
    if (settings->Flags & DNS_SETTINGS_ENABLE_LLMNR) {
        model->fields |= MIB_DNS_SET_MULTICAST;
        model->multicast = settings->EnableLLMNR ? MIB_DNS_MULTICAST_ON : MIB_DNS_MULTICAST_OFF;
    }
    return r;
}

/* Whether it asks for something that Linux has not, or for TRUE where FALSE is all there is. */
static bool is_unsupported(const DNS_INTERFACE_SETTINGS4 *settings)
{
    return (settings->Flags & UNSUPPORTED) ||
           ((settings->Flags & DNS_SETTING_REGISTRATION_ENABLED) &&
            settings->RegistrationEnabled) ||
           ((settings->Flags & DNS_SETTING_REGISTER_ADAPTER_NAME) &&
            settings->RegisterAdapterName) ||
           ((settings->Flags & DNS_SETTINGS_QUERY_ADAPTER_NAME) && settings->QueryAdapterName);
}

NETIOAPI_API SetInterfaceDnsSettings(GUID Interface, const DNS_INTERFACE_SETTINGS *Settings)
{
    const struct version *version = Settings ? INTERFACE_VERSION(Settings->Version) : NULL;
    DNS_INTERFACE_SETTINGS4 settings = {.Version = 0};
    struct mib_link link = {0};

    if (!version || (Settings->Flags & ~version->flags))
        return ERROR_INVALID_PARAMETER;
    memcpy(&settings, Settings, version->size);
    int r = link_of_guid(&Interface, &link);
    if (r < 0)
        return error_from(r);
    if (is_unsupported(&settings))
        return ERROR_NOT_SUPPORTED;
    struct mib_dns_settings *model = platform_allocate(sizeof(*model));
    if (!model)
        return ERROR_NOT_ENOUGH_MEMORY;
    memset(model, 0, sizeof(*model));
    model->ifindex = link.ifindex;
    model->iftype = link.iftype;
    r = make_model(&settings, model);
    if (r == 0 && model->fields)
        r = backend_query(MIB_QUERY_DNS_SETTINGS, model);
    platform_free(model);
    return error_from(r);
}

/* ---- The host ---------------------------------------------------------------------------------
 */

static void free_host(DNS_SETTINGS2 *settings)
{
    platform_free(settings->Hostname);
    platform_free(settings->Domain);
    platform_free(settings->SearchList);
}

/* A name with a domain in it has the last word about the domain, as in GetNetworkParams. */
static int read_host(struct mib_host *host, const struct mib_dns_settings *model,
                     DNS_SETTINGS2 *settings)
{
    const char *domain = model->suffix;
    char *dot = strchr(host->name, '.');

    if (dot) {
        *dot = '\0';
        domain = dot[1] ? dot + 1 : domain;
    }
    int r = give_text(host->name, &settings->Hostname);
    if (r == 0)
        r = give_text(domain, &settings->Domain);
    if (r == 0)
        r = give_text(model->domains, &settings->SearchList);
    settings->Flags = flag_of(settings->Hostname, DNS_SETTING_HOSTNAME) |
                      flag_of(settings->Domain, DNS_SETTING_DOMAIN) |
                      flag_of(settings->SearchList, DNS_SETTING_SEARCHLIST);
    return r;
}

NETIOAPI_API GetDnsSettings(DNS_SETTINGS *Settings)
{
    const struct version *version = Settings ? HOST_VERSION(Settings->Version) : NULL;
    DNS_SETTINGS2 settings = {.Version = Settings ? Settings->Version : 0};
    struct mib_host host = {0};

    if (!version || Settings->Flags)
        return ERROR_INVALID_PARAMETER;
    struct mib_dns_settings *model = platform_allocate(sizeof(*model));
    if (!model)
        return ERROR_NOT_ENOUGH_MEMORY;
    memset(model, 0, sizeof(*model));
    model->family = MIB_FAMILY_IPV4;
    int r = backend_query(MIB_QUERY_DNS_SETTINGS, model);
    if (r == 0)
        r = backend_query(MIB_QUERY_HOST, &host);
    if (r == 0)
        r = read_host(&host, model, &settings);
    platform_free(model);
    if (r == 0)
        memcpy(Settings, &settings, version->size);
    else
        free_host(&settings);
    return error_from(r);
}

NETIOAPI_API SetDnsSettings(const DNS_SETTINGS *Settings)
{
    const struct version *version = Settings ? HOST_VERSION(Settings->Version) : NULL;

    if (!version || (Settings->Flags & ~version->flags))
        return ERROR_INVALID_PARAMETER;
    return Settings->Flags ? ERROR_NOT_SUPPORTED : NO_ERROR;
}

void NETIOAPI_API_ FreeDnsSettings(DNS_SETTINGS *Settings)
{
    DNS_SETTINGS2 settings = {.Version = 0};

    if (!Settings)
        return;
    memcpy(&settings, Settings, sizeof(*Settings));
    free_host(&settings);
    Settings->Hostname = Settings->Domain = Settings->SearchList = NULL;
}
