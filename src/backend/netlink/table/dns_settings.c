/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The query for a link's DNS settings: they are read as the table of DNS has them. */
#include "mib/query/dns_settings.h"
#include "backend/dns/change.h"
#include "backend/dns/files.h"
#include "backend/netlink/table/read.h"
#include "backend/netlink/table/table.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

_Static_assert((int)MIB_DNS_SET_SERVERS == (int)DNS_CHANGE_SERVERS &&
                   (int)MIB_DNS_SET_SUFFIX == (int)DNS_CHANGE_SUFFIX &&
                   (int)MIB_DNS_SET_DOMAINS == (int)DNS_CHANGE_DOMAINS &&
                   (int)MIB_DNS_SET_MULTICAST == (int)DNS_CHANGE_MULTICAST,
               "fields are the same on both sides");

/* ---- Text -------------------------------------------------------------------------------------
 */

/* A word more, if there is room for all of it. */
static void add_word(char *text, size_t size, const char *word)
{
    size_t length = strlen(text);
    size_t more = strlen(word);

    if (length + more + 2 > size)
        return;
    if (length > 0)
        text[length++] = ' ';
    memcpy(text + length, word, more + 1);
}

static void add_server(struct mib_dns_settings *settings, const struct mib_addr *address)
{
    char word[INET6_ADDRSTRLEN];

    if (inet_ntop(settings->family == MIB_FAMILY_IPV4 ? AF_INET : AF_INET6, address->bytes, word,
                  sizeof(word)))
        add_word(settings->servers, sizeof(settings->servers), word);
}

/* Each word of a text is taken into the configuration. -EINVAL: one was not understood. */
static int each_word(const char *text, size_t size, bool (*take)(struct dns_config *, const char *),
                     struct dns_config *config)
{
    char *copy = strndup(text, size);
    char *rest;
    int r = copy ? 0 : -ENOMEM;

    for (char *word = r == 0 ? strtok_r(copy, " ", &rest) : NULL; r == 0 && word;
         word = strtok_r(NULL, " ", &rest))
        r = take(config, word) ? 0 : -EINVAL;
    free(copy);
    return r;
}

/* ---- Reading ----------------------------------------------------------------------------------
 */

static int take_row(void *context, const void *memory, size_t more)
{
    struct mib_dns_settings *settings = context;
    const struct mib_dns *row = memory;

    (void)more;
    if (row->ifindex != settings->ifindex)
        return 0;
    if (row->kind == MIB_DNS_SUFFIX && !settings->suffix[0])
        memcpy(settings->suffix, row->name, sizeof(settings->suffix));
    else if (row->kind == MIB_DNS_SEARCH)
        add_word(settings->domains, sizeof(settings->domains), row->name);
    else if (row->kind == MIB_DNS_SERVER && row->family == settings->family)
        add_server(settings, &row->address);
    return 0;
}

static int read_multicast(struct mib_dns_settings *settings)
{
    struct bus bus;
    bool is_on;
    int r = bus_open(&bus);

    if (r < 0)
        return r == -ENOMEM ? r : 0;
    r = dns_ask_multicast(&bus, settings->ifindex, &is_on);
    bus_close(&bus);
    if (r == 0)
        settings->multicast = is_on ? MIB_DNS_MULTICAST_ON : MIB_DNS_MULTICAST_OFF;
    return r == -ENOMEM ? r : 0;
}

static int read_host(struct mib_dns_settings *settings)
{
    struct dns_config *config = malloc(sizeof(*config));
    int r = config ? dns_read_host(config) : -ENOMEM;

    if (r == 0) {
        for (size_t i = 0; i < config->server_count; i++)
            if (config->servers[i].family == settings->family)
                add_server(settings, &config->servers[i].address);
        for (size_t i = 0; i < config->domain_count; i++)
            add_word(settings->domains, sizeof(settings->domains), config->domains[i]);
        memcpy(settings->suffix, config->suffix[0] ? config->suffix : config->domains[0],
               sizeof(settings->suffix));
    }
    free(config);
    return r == -ENOENT ? 0 : r;
}

static int read_link(struct mib_dns_settings *settings)
{
    const struct mib_filter everything = {.family = MIB_FAMILY_UNSPEC};
    int r = netlink_table_dns.read_table(&everything, take_row, settings);

    return r < 0 ? r : read_multicast(settings);
}

/* ---- Setting ----------------------------------------------------------------------------------
 */

static int make_change(const struct mib_dns_settings *settings, const struct link *link,
                       struct dns_change *change)
{
    struct dns_config *config = &change->config;
    int r = 0;

    change->ifindex = link->ifindex;
    change->name = link->name;
    change->fields = settings->fields;
    change->family = settings->family;
    change->multicast = settings->multicast == MIB_DNS_MULTICAST_ON;
    if (settings->fields & MIB_DNS_SET_SERVERS)
        r = each_word(settings->servers, sizeof(settings->servers), dns_add_server, config);
    for (size_t i = 0; r == 0 && i < config->server_count; i++)
        if (config->servers[i].family != settings->family || config->servers[i].port)
            r = -EINVAL;
    if (r == 0 && (settings->fields & MIB_DNS_SET_SUFFIX) && settings->suffix[0]) {
        r = each_word(settings->suffix, sizeof(settings->suffix), dns_add_domain, config);
        if (r == 0 && config->domain_count != 1)
            r = -EINVAL;
        memcpy(config->suffix, config->domains[0], sizeof(config->suffix));
        config->domain_count = 0;
    }
    if (r == 0 && (settings->fields & MIB_DNS_SET_DOMAINS))
        r = each_word(settings->domains, sizeof(settings->domains), dns_add_domain, config);
    return r;
}

/* Off is how it is where nobody answers. */
static bool is_off_already(const struct dns_change *change)
{
    return change->fields == DNS_CHANGE_MULTICAST && !change->multicast;
}

static int apply(struct dns_change *change)
{
    struct bus bus;
    int r = bus_open(&bus);

    if (r == -ENOTCONN)
        return is_off_already(change) ? 0 : -EOPNOTSUPP;
    if (r < 0)
        return r;
    r = dns_change_by_resolved(&bus, change);
    if (r == -ESRCH && is_off_already(change)) {
        r = 0;
    } else if (r == -ESRCH) {
        if (!change->multicast)
            change->fields &= ~(unsigned int)DNS_CHANGE_MULTICAST;
        r = dns_change_by_network_manager(&bus, change);
    }
    bus_close(&bus);
    return r == -ESRCH ? -EOPNOTSUPP : r;
}

static int set(const struct mib_dns_settings *settings, const struct link *link)
{
    struct dns_change *change = calloc(1, sizeof(*change));
    int r = change ? make_change(settings, link, change) : -ENOMEM;

    if (r == 0)
        r = apply(change);
    free(change);
    return r;
}

int netlink_query_dns_settings(void *params)
{
    const struct mib_dns_settings *asked = params;
    struct link link = {0};
    int r = 0;

    if (asked->family != MIB_FAMILY_IPV4 && asked->family != MIB_FAMILY_IPV6)
        return -EINVAL;
    if (asked->ifindex || asked->iftype)
        r = netlink_read_whole_link(asked->ifindex, NULL, asked->iftype, &link);
    if (r < 0)
        return r;
    if (asked->fields)
        return link.ifindex ? set(asked, &link) : -EOPNOTSUPP;
    struct mib_dns_settings *settings = calloc(1, sizeof(*settings));
    if (!settings)
        return -ENOMEM;
    settings->ifindex = link.ifindex;
    settings->iftype = link.iftype;
    settings->family = asked->family;
    r = link.ifindex ? read_link(settings) : read_host(settings);
    if (r == 0)
        *(struct mib_dns_settings *)params = *settings;
    free(settings);
    return r;
}
