/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * org.freedesktop.NetworkManager: the connection as it is applied to the device is read, changed in
 * its sections of the families, and applied again. The number of its version goes along, so that
 * NetworkManager refuses if another has changed it meanwhile.
 */
#include "backend/dns/change.h"
#include "backend/dns/service.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char name_of_service[] = "org.freedesktop.NetworkManager";

static int result_of(int r)
{
    return r >= 0 ? 0 : r == -ENOMEM ? r : -EIO;
}

/* What is to be done, and what the domains will be. */
struct work {
    const struct bus *bus;
    const struct dns_change *change;
    struct dns_config domains;
};

/* Sends a request with one argument, of which the reply is wanted. */
static int ask(const struct bus *bus, const struct bus_object *object, const char *method,
               const char *type, const void *argument, sd_bus_message **ret_reply)
{
    sd_bus_message *request;
    int r = bus_request(bus, object, method, &request);

    if (r < 0)
        return r;
    r = type[0] == 's' ? bus->sd->message_append(request, type, (const char *)argument)
                       : bus->sd->message_append(request, type, *(const uint32_t *)argument);
    if (r < 0) {
        bus->sd->message_unref(request);
        return result_of(r);
    }
    return bus_call(bus, request, ret_reply);
}

/* ---- One section ------------------------------------------------------------------------------
 */

/* Whether the change sets anew what this key has. In both families' sections there are domains. */
static bool is_replaced(const struct dns_change *change, bool is_own, const char *key)
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

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (strcmp(keys[i].key, key) == 0)
            return (keys[i].fields & change->fields) && (is_own || keys[i].of_both);
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

/* {sv} by {sv}: what is not replaced is copied. */
static int copy_values(const struct work *work, sd_bus_message *reply, sd_bus_message *request,
                       bool is_own)
{
    const struct bus_library *sd = work->bus->sd;
    const char *key;
    int r;

    while ((r = sd->message_enter_container(reply, 'e', "sv")) > 0) {
        r = sd->message_read(reply, "s", &key);
        if (r >= 0 && is_replaced(work->change, is_own, key)) {
            r = sd->message_skip(reply, "v");
        } else if (r >= 0) {
            r = sd->message_open_container(request, 'e', "sv");
            if (r >= 0)
                r = sd->message_append(request, "s", key);
            if (r >= 0)
                r = sd->message_copy(request, reply, 0);
            if (r >= 0)
                r = sd->message_close_container(request);
        }
        if (r >= 0)
            r = sd->message_exit_container(reply);
        if (r < 0)
            return r;
    }
    return r;
}

/* A section with its name, of any kind. */
static int copy_section(const struct work *work, sd_bus_message *reply, sd_bus_message *request)
{
    const struct bus_library *sd = work->bus->sd;
    const struct dns_change *change = work->change;
    const char *own = change->family == MIB_FAMILY_IPV4 ? "ipv4" : "ipv6";
    const char *name;
    int r = sd->message_read(reply, "s", &name);

    if (r >= 0)
        r = sd->message_append(request, "s", name);
    if (r >= 0)
        r = sd->message_enter_container(reply, 'a', "{sv}");
    if (r >= 0)
        r = sd->message_open_container(request, 'a', "{sv}");
    if (r < 0)
        return r;
    const bool is_own = strcmp(name, own) == 0;
    if (is_own || strcmp(name, "ipv4") == 0 || strcmp(name, "ipv6") == 0)
        r = copy_values(work, reply, request, is_own);
    else
        r = sd->message_copy(request, reply, 1);
    if (r >= 0 && is_own && (change->fields & DNS_CHANGE_SERVERS))
        r = put_servers(work, request);
    if (r >= 0 && is_own && (change->fields & (DNS_CHANGE_SUFFIX | DNS_CHANGE_DOMAINS)))
        r = put_domains(work, request);
    if (r >= 0)
        r = sd->message_exit_container(reply);
    return r < 0 ? r : sd->message_close_container(request);
}

/* ---- The connection ---------------------------------------------------------------------------
 */

/* a{sa{sv}}, then the version; with it nothing but the number 0, for flags. */
static int copy_connection(const struct work *work, sd_bus_message *reply, sd_bus_message *request)
{
    const struct bus_library *sd = work->bus->sd;
    uint64_t version;
    int r = sd->message_enter_container(reply, 'a', "{sa{sv}}");

    if (r >= 0)
        r = sd->message_open_container(request, 'a', "{sa{sv}}");
    while (r >= 0 && (r = sd->message_enter_container(reply, 'e', "sa{sv}")) > 0) {
        r = sd->message_open_container(request, 'e', "sa{sv}");
        if (r >= 0)
            r = copy_section(work, reply, request);
        if (r >= 0)
            r = sd->message_close_container(request);
        if (r >= 0)
            r = sd->message_exit_container(reply);
    }
    if (r >= 0)
        r = sd->message_exit_container(reply);
    if (r >= 0)
        r = sd->message_close_container(request);
    if (r >= 0)
        r = sd->message_read(reply, "t", &version);
    return r < 0 ? r : sd->message_append(request, "tu", version, 0);
}

static int reapply(const struct work *work, const char *path)
{
    const struct bus_object device = {name_of_service, path,
                                      "org.freedesktop.NetworkManager.Device"};
    const uint32_t flags = 0;
    sd_bus_message *applied;
    sd_bus_message *request;
    int r = ask(work->bus, &device, "GetAppliedConnection", "u", &flags, &applied);

    if (r < 0)
        return r;
    r = bus_request(work->bus, &device, "Reapply", &request);
    if (r == 0) {
        r = result_of(copy_connection(work, applied, request));
        if (r == 0)
            r = bus_call(work->bus, request, NULL);
        else
            work->bus->sd->message_unref(request);
    }
    work->bus->sd->message_unref(applied);
    return r;
}

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
    static const struct bus_object manager = {name_of_service, "/org/freedesktop/NetworkManager",
                                              name_of_service};
    sd_bus_message *reply;
    const char *path;

    if (change->fields & DNS_CHANGE_MULTICAST)
        return -ESRCH;
    struct work *work = calloc(1, sizeof(*work));
    if (!work)
        return -ENOMEM;
    work->bus = bus;
    work->change = change;
    int r = bus_begin(bus, name_of_service);
    if (r == 0)
        r = make_domains(bus, change, &work->domains);
    if (r == 0)
        r = ask(bus, &manager, "GetDeviceByIpIface", "s", change->name, &reply);
    if (r == 0) {
        r = result_of(bus->sd->message_read(reply, "o", &path));
        if (r == 0)
            r = reapply(work, path);
        bus->sd->message_unref(reply);
    }
    free(work);
    /* It does not manage the device, or not by a connection. */
    return r == -ENODEV ? -ESRCH : r;
}
