/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads properties of org.freedesktop.resolve1 and of org.freedesktop.NetworkManager. */
#include "backend/dns/service.h"
#include "backend/array.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

void dns_links_clear(struct dns_links *links)
{
    free(links->links);
    *links = (struct dns_links){NULL, 0, 0};
}

/* That link, which is new or not; NULL: no memory. */
static struct dns_link *get_link(struct dns_links *links, uint32_t ifindex, const char *name)
{
    for (size_t i = 0; i < links->count; i++)
        if (links->links[i].ifindex == ifindex && strcmp(links->links[i].name, name) == 0)
            return &links->links[i];
    struct dns_link *grown =
        array_make_room(links->links, links->count, &links->capacity, sizeof(*grown), 4);
    if (!grown)
        return NULL;
    links->links = grown;
    grown = &links->links[links->count++];
    memset(grown, 0, sizeof(*grown));
    grown->ifindex = ifindex;
    memcpy(grown->name, name, strlen(name));
    return grown;
}

/* 0 for what could be done or need not be, -ENOMEM; what sd-bus says else is garbage. */
static int result_of(int r)
{
    return r >= 0 ? 0 : r == -ENOMEM ? r : -EBADMSG;
}

/* ---- systemd-resolved -------------------------------------------------------------------------
 */

static const struct bus_object resolved = {"org.freedesktop.resolve1", "/org/freedesktop/resolve1",
                                           "org.freedesktop.resolve1.Manager"};

/* Ifindex 0 is what resolved has for no link; that is in files, too. */
static int take_server(struct dns_links *links, int32_t ifindex, int32_t family, const void *bytes,
                       size_t size, uint16_t port)
{
    struct dns_server server = {.port = port == 53 ? 0 : port};

    if (ifindex <= 0)
        return 0;
    if (family == AF_INET && size == 4)
        server.family = MIB_FAMILY_IPV4;
    else if (family == AF_INET6 && size == 16)
        server.family = MIB_FAMILY_IPV6;
    else
        return -EBADMSG;
    memcpy(server.address.bytes, bytes, size);
    if (mib_addr_is_zero(&server.address))
        return -EBADMSG;
    struct dns_link *link = get_link(links, (uint32_t)ifindex, "");
    if (!link)
        return -ENOMEM;
    if (link->config.server_count < DNS_SERVERS)
        link->config.servers[link->config.server_count++] = server;
    return 0;
}

/* a(iiayqs): link, family, address, port, name. Returns 1 as long as there are more. */
static int read_server(const struct bus_library *sd, sd_bus_message *reply, struct dns_links *links)
{
    int32_t ifindex;
    int32_t family;
    const void *bytes;
    size_t size;
    uint16_t port;
    const char *name;
    int r = sd->message_enter_container(reply, 'r', "iiayqs");

    if (r <= 0)
        return result_of(r);
    r = sd->message_read(reply, "ii", &ifindex, &family);
    if (r >= 0)
        r = sd->message_read_array(reply, 'y', &bytes, &size);
    if (r >= 0)
        r = sd->message_read(reply, "qs", &port, &name);
    if (r >= 0)
        r = sd->message_exit_container(reply);
    if (r < 0)
        return result_of(r);
    r = take_server(links, ifindex, family, bytes, size, port);
    return r < 0 ? r : 1;
}

/* a(isb): link, domain, whether it only says which link is asked. */
static int read_domain(const struct bus_library *sd, sd_bus_message *reply, struct dns_links *links)
{
    int32_t ifindex;
    const char *name;
    int route_only;
    int r = sd->message_read(reply, "(isb)", &ifindex, &name, &route_only);

    if (r <= 0)
        return result_of(r);
    if (ifindex <= 0 || route_only)
        return 1;
    struct dns_link *link = get_link(links, (uint32_t)ifindex, "");
    if (!link)
        return -ENOMEM;
    (void)dns_add_domain(&link->config, name);
    return 1;
}

static const struct {
    const char *property;
    const char *type;
    int (*read)(const struct bus_library *sd, sd_bus_message *reply, struct dns_links *links);
} of_resolved[] = {
    {"DNSEx", "a(iiayqs)", read_server},
    {"Domains", "a(isb)", read_domain},
};

static int read_resolved(const struct bus *bus, size_t i, struct dns_links *links)
{
    sd_bus_message *reply;
    int r = bus_get_property(bus, &resolved, of_resolved[i].property, of_resolved[i].type, &reply);

    if (r < 0)
        return r;
    r = result_of(bus->sd->message_enter_container(reply, 'a', of_resolved[i].type + 1));
    if (r == 0)
        do
            r = of_resolved[i].read(bus->sd, reply, links);
        while (r > 0);
    bus->sd->message_unref(reply);
    return r;
}

int dns_ask_resolved(struct bus *bus, struct dns_links *ret)
{
    struct dns_links links = {NULL, 0, 0};
    int r = bus_begin(bus, resolved.service);

    for (size_t i = 0; r == 0 && i < sizeof(of_resolved) / sizeof(of_resolved[0]); i++)
        r = read_resolved(bus, i, &links);
    if (r < 0) {
        dns_links_clear(&links);
        return r;
    }
    *ret = links;
    return 0;
}

/* ---- NetworkManager ---------------------------------------------------------------------------
 */

static const struct bus_object dns_manager = {"org.freedesktop.NetworkManager",
                                              "/org/freedesktop/NetworkManager/DnsManager",
                                              "org.freedesktop.NetworkManager.DnsManager"};

/* A variant of strings, each of which is taken into the configuration. */
static int read_strings(const struct bus_library *sd, sd_bus_message *reply,
                        bool (*take)(struct dns_config *config, const char *text),
                        struct dns_config *config)
{
    const char *text;
    int r = sd->message_enter_container(reply, 'v', "as");

    if (r > 0)
        r = sd->message_enter_container(reply, 'a', "s");
    if (r <= 0)
        return r < 0 ? result_of(r) : -EBADMSG;
    while ((r = sd->message_read(reply, "s", &text)) > 0)
        (void)take(config, text);
    if (r == 0)
        r = sd->message_exit_container(reply);
    if (r >= 0)
        r = sd->message_exit_container(reply);
    return result_of(r);
}

/* One {sv} of a link's dictionary; 1: there was one. */
static int read_entry(const struct bus_library *sd, sd_bus_message *reply, struct dns_link *link)
{
    const char *key;
    const char *name;
    int r = sd->message_enter_container(reply, 'e', "sv");

    if (r <= 0)
        return result_of(r);
    r = sd->message_read(reply, "s", &key);
    if (r < 0)
        return result_of(r);
    if (strcmp(key, "nameservers") == 0) {
        r = read_strings(sd, reply, dns_add_server, &link->config);
    } else if (strcmp(key, "domains") == 0) {
        r = read_strings(sd, reply, dns_add_domain, &link->config);
    } else if (strcmp(key, "interface") == 0) {
        r = result_of(sd->message_read(reply, "v", "s", &name));
        if (r == 0 && strlen(name) < sizeof(link->name)) {
            memset(link->name, 0, sizeof(link->name));
            memcpy(link->name, name, strlen(name));
        }
    } else {
        r = result_of(sd->message_skip(reply, "v"));
    }
    if (r == 0)
        r = result_of(sd->message_exit_container(reply));
    return r < 0 ? r : 1;
}

/* Several entries may be about one link: IPv4's, IPv6's. */
static int add_to(struct dns_links *links, const struct dns_link *from)
{
    struct dns_link *link = get_link(links, 0, from->name);

    if (!link)
        return -ENOMEM;
    for (size_t i = 0; i < from->config.server_count; i++)
        if (link->config.server_count < DNS_SERVERS)
            link->config.servers[link->config.server_count++] = from->config.servers[i];
    for (size_t i = 0; i < from->config.domain_count; i++)
        (void)dns_add_domain(&link->config, from->config.domains[i]);
    return 0;
}

static int read_links(const struct bus_library *sd, sd_bus_message *reply, struct dns_links *links)
{
    struct dns_link *link = malloc(sizeof(*link));
    int r = link ? 0 : -ENOMEM;

    if (r == 0)
        r = result_of(sd->message_enter_container(reply, 'a', "a{sv}"));
    while (r == 0) {
        r = sd->message_enter_container(reply, 'a', "{sv}");
        if (r <= 0) {
            r = result_of(r);
            break;
        }
        memset(link, 0, sizeof(*link));
        do
            r = read_entry(sd, reply, link);
        while (r > 0);
        if (r == 0)
            r = result_of(sd->message_exit_container(reply));
        if (r == 0 && link->name[0] && (link->config.server_count || link->config.domain_count))
            r = add_to(links, link);
    }
    free(link);
    return r;
}

int dns_ask_network_manager(struct bus *bus, struct dns_links *ret)
{
    struct dns_links links = {NULL, 0, 0};
    sd_bus_message *reply = NULL;

    int r = bus_begin(bus, dns_manager.service);
    if (r == 0)
        r = bus_get_property(bus, &dns_manager, "Configuration", "aa{sv}", &reply);
    if (r < 0)
        return r;
    r = read_links(bus->sd, reply, &links);
    bus->sd->message_unref(reply);
    if (r < 0) {
        dns_links_clear(&links);
        return r;
    }
    *ret = links;
    return 0;
}
