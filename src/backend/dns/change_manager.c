/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* NetworkManager: what the change sets anew in the connection that is applied to the device. */
#include "backend/bus/manager.h"
#include "backend/dns/change.h"
#include "backend/dns/service.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What is to be done, and what the domains will be. */
struct work {
    const struct bus *bus;
    const struct dns_change *change;
    struct dns_config domains;
};

/* ---- One section ------------------------------------------------------------------------------
 */

static bool is_own_section(const struct dns_change *change, const char *section)
{
    return strcmp(section, change->family == MIB_FAMILY_IPV4 ? "ipv4" : "ipv6") == 0;
}

/* Whether the change sets anew what this key has. In both families' sections there are domains. */
static bool replaces(const void *context, const char *section, const char *key)
{
    static const struct {
        const char *key;
        unsigned int fields;
        bool of_both;
    } keys[] = {
        {"dns", DNS_CHANGE_SERVERS, false},
        {"dns-data", DNS_CHANGE_SERVERS, false},
        {"ignore-auto-dns", DNS_CHANGE_SERVERS, false},
        {"dns-search", DNS_CHANGE_SUFFIX | DNS_CHANGE_DOMAINS, true},
    };
    const struct dns_change *change = ((const struct work *)context)->change;

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (strcmp(keys[i].key, key) == 0)
            return (keys[i].fields & change->fields) &&
                   (keys[i].of_both || is_own_section(change, section));
    return false;
}

/* The servers: au of an IPv4 address as it stands in memory, aay of IPv6. */
static int put_servers(const struct work *work, sd_bus_message *request)
{
    const struct bus_library *sd = work->bus->sd;
    const struct dns_config *config = &work->change->config;
    const bool is_ipv4 = work->change->family == MIB_FAMILY_IPV4;
    int r = sd->message_open_container(request, 'e', "sv");

    if (r >= 0)
        r = sd->message_append(request, "s", "dns");
    if (r >= 0)
        r = sd->message_open_container(request, 'v', is_ipv4 ? "au" : "aay");
    if (r >= 0)
        r = sd->message_open_container(request, 'a', is_ipv4 ? "u" : "ay");
    for (size_t i = 0; r >= 0 && i < config->server_count; i++) {
        uint32_t number;

        memcpy(&number, config->servers[i].address.bytes, sizeof(number));
        r = is_ipv4 ? sd->message_append(request, "u", number)
                    : sd->message_append_array(request, 'y', config->servers[i].address.bytes, 16);
    }
    for (size_t i = 0; r >= 0 && i < 3; i++)
        r = sd->message_close_container(request);
    if (r >= 0)
        r = sd->message_append(request, "{sv}", "ignore-auto-dns", "b", config->server_count > 0);
    return r;
}

static int put_domains(const struct work *work, sd_bus_message *request)
{
    const struct bus_library *sd = work->bus->sd;
    int r = sd->message_open_container(request, 'e', "sv");

    if (r >= 0)
        r = sd->message_append(request, "s", "dns-search");
    if (r >= 0)
        r = sd->message_open_container(request, 'v', "as");
    if (r >= 0)
        r = sd->message_open_container(request, 'a', "s");
    for (size_t i = 0; r >= 0 && i < work->domains.domain_count; i++)
        r = sd->message_append(request, "s", work->domains.domains[i]);
    for (size_t i = 0; r >= 0 && i < 3; i++)
        r = sd->message_close_container(request);
    return r;
}

static int add(const void *context, const char *section, sd_bus_message *request)
{
    const struct work *work = context;
    int r = 0;

    if (!is_own_section(work->change, section))
        return 0;
    if (work->change->fields & DNS_CHANGE_SERVERS)
        r = put_servers(work, request);
    if (r >= 0 && (work->change->fields & (DNS_CHANGE_SUFFIX | DNS_CHANGE_DOMAINS)))
        r = put_domains(work, request);
    return r;
}

/* ---- The connection ---------------------------------------------------------------------------
 */

/* The domains that the link has, which a change of its suffix keeps but for the first. */
static int make_domains(struct bus *bus, const struct dns_change *change, struct dns_config *ret)
{
    static const struct dns_config nothing;
    const struct dns_config *before = &nothing;
    struct dns_links links;
    int r = dns_ask_network_manager(bus, &links);

    if (r < 0)
        return r == -EBADMSG ? -EIO : r;
    for (size_t i = 0; i < links.count; i++)
        if (strcmp(links.links[i].name, change->name) == 0)
            before = &links.links[i].config;
    dns_change_domains(change, before, ret);
    dns_links_clear(&links);
    return 0;
}

int dns_change_by_network_manager(struct bus *bus, const struct dns_change *change)
{
    sd_bus_message *reply;
    const char *path;

    if (change->fields & DNS_CHANGE_MULTICAST)
        return -ESRCH;
    struct work *work = calloc(1, sizeof(*work));
    if (!work)
        return -ENOMEM;
    const struct manager_edit edit = {.replaces = replaces, .add = add, .context = work};
    work->bus = bus;
    work->change = change;
    int r = bus_begin(bus, MANAGER_SERVICE);
    if (r == 0)
        r = make_domains(bus, change, &work->domains);
    if (r == 0)
        r = manager_find_device(bus, change->name, &reply, &path);
    if (r == 0) {
        r = manager_reapply(bus, path, &edit);
        bus->sd->message_unref(reply);
    }
    free(work);
    /* It does not manage the device, or not by a connection. */
    return r == -ENODEV ? -ESRCH : r;
}
