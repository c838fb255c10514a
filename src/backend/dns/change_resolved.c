/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * org.freedesktop.resolve1 and org.freedesktop.network1, which have the same methods for this. What
 * is not changed (servers of the other family with their ports and names, domains that only say
 * which link is asked) is set as it was.
 */
#include "backend/dns/change.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct bus_object services[] = {
    {"org.freedesktop.resolve1", "/org/freedesktop/resolve1", "org.freedesktop.resolve1.Manager"},
    {"org.freedesktop.network1", "/org/freedesktop/network1", "org.freedesktop.network1.Manager"},
};

enum { RESOLVED, NETWORKD };

struct server {
    int32_t family;
    uint8_t address[16];
    uint16_t port;
    char name[DNS_NAME];
};

struct domain {
    char name[DNS_NAME];
    int route_only;
};

/* Of a link. */
struct state {
    struct server servers[DNS_SERVERS];
    struct domain domains[DNS_DOMAINS];
    size_t server_count;
    size_t domain_count;
    char llmnr[16];
    char mdns[16];
};

static int result_of(int r)
{
    return r >= 0 ? 0 : r == -ENOMEM ? r : -EIO;
}

/* ---- What is there ----------------------------------------------------------------------------
 */

/* What there is no room for cannot be set again, so that nothing is changed then. */
static int copy(char *to, size_t size, const char *from)
{
    if (strlen(from) >= size)
        return -EIO;
    memcpy(to, from, strlen(from) + 1);
    return 0;
}

/* (iayqs) */
static int read_server(const struct bus *bus, sd_bus_message *reply, struct state *state)
{
    struct server *server = &state->servers[state->server_count];
    const void *bytes;
    const char *name;
    size_t size;
    int r = bus->sd->message_enter_container(reply, 'r', "iayqs");

    if (r <= 0)
        return result_of(r);
    if (state->server_count == DNS_SERVERS)
        return -EIO;
    r = bus->sd->message_read(reply, "i", &server->family);
    if (r >= 0)
        r = bus->sd->message_read_array(reply, 'y', &bytes, &size);
    if (r >= 0 && size != (server->family == AF_INET ? 4U : 16U))
        r = -EIO;
    if (r >= 0) {
        memcpy(server->address, bytes, size);
        r = bus->sd->message_read(reply, "qs", &server->port, &name);
    }
    if (r >= 0)
        r = copy(server->name, sizeof(server->name), name);
    if (r >= 0)
        r = bus->sd->message_exit_container(reply);
    if (r < 0)
        return result_of(r);
    state->server_count++;
    return 1;
}

/* (sb) */
static int read_domain(const struct bus *bus, sd_bus_message *reply, struct state *state)
{
    struct domain *domain = &state->domains[state->domain_count];
    const char *name;
    int route_only;
    int r = bus->sd->message_read(reply, "(sb)", &name, &route_only);

    if (r <= 0)
        return result_of(r);
    if (state->domain_count == DNS_DOMAINS || copy(domain->name, sizeof(domain->name), name) < 0)
        return -EIO;
    domain->route_only = route_only;
    state->domain_count++;
    return 1;
}

static int read_word(const struct bus *bus, sd_bus_message *reply, char *to, size_t size)
{
    const char *word;
    int r = bus->sd->message_read(reply, "s", &word);

    return r < 0 ? result_of(r) : copy(to, size, word);
}

static int read_llmnr(const struct bus *bus, sd_bus_message *reply, struct state *state)
{
    return read_word(bus, reply, state->llmnr, sizeof(state->llmnr));
}

static int read_mdns(const struct bus *bus, sd_bus_message *reply, struct state *state)
{
    return read_word(bus, reply, state->mdns, sizeof(state->mdns));
}

/* ---- What is set ------------------------------------------------------------------------------
 */

static int put_servers(const struct bus *bus, sd_bus_message *request, const struct state *state)
{
    int r = bus->sd->message_open_container(request, 'a', "(iayqs)");

    for (size_t i = 0; r >= 0 && i < state->server_count; i++) {
        const struct server *server = &state->servers[i];

        r = bus->sd->message_open_container(request, 'r', "iayqs");
        if (r >= 0)
            r = bus->sd->message_append(request, "i", server->family);
        if (r >= 0)
            r = bus->sd->message_append_array(request, 'y', server->address,
                                              server->family == AF_INET ? 4 : 16);
        if (r >= 0)
            r = bus->sd->message_append(request, "qs", server->port, server->name);
        if (r >= 0)
            r = bus->sd->message_close_container(request);
    }
    return r < 0 ? r : bus->sd->message_close_container(request);
}

static int put_domains(const struct bus *bus, sd_bus_message *request, const struct state *state)
{
    int r = bus->sd->message_open_container(request, 'a', "(sb)");

    for (size_t i = 0; r >= 0 && i < state->domain_count; i++)
        r = bus->sd->message_append(request, "(sb)", state->domains[i].name,
                                    state->domains[i].route_only);
    return r < 0 ? r : bus->sd->message_close_container(request);
}

static int put_llmnr(const struct bus *bus, sd_bus_message *request, const struct state *state)
{
    return bus->sd->message_append(request, "s", state->llmnr);
}

static int put_mdns(const struct bus *bus, sd_bus_message *request, const struct state *state)
{
    return bus->sd->message_append(request, "s", state->mdns);
}

/* ---- Steps ------------------------------------------------------------------------------------
 */

/* A property of resolved's link, and the method that sets it. */
static const struct step {
    unsigned int fields; /* of a change that takes it */
    const char *property;
    const char *type;
    const char *method;
    int (*read)(const struct bus *bus, sd_bus_message *reply, struct state *state);
    int (*put)(const struct bus *bus, sd_bus_message *request, const struct state *state);
} steps[] = {
    {DNS_CHANGE_SERVERS, "DNSEx", "a(iayqs)", "SetLinkDNSEx", read_server, put_servers},
    {DNS_CHANGE_SUFFIX | DNS_CHANGE_DOMAINS, "Domains", "a(sb)", "SetLinkDomains", read_domain,
     put_domains},
    {DNS_CHANGE_MULTICAST, "LLMNR", "s", "SetLinkLLMNR", read_llmnr, put_llmnr},
    {DNS_CHANGE_MULTICAST, "MulticastDNS", "s", "SetLinkMulticastDNS", read_mdns, put_mdns},
};

enum { STEPS = sizeof(steps) / sizeof(steps[0]) };

/* The link's object; freed with *ret_reply. */
static int get_link(const struct bus *bus, uint32_t ifindex, const char **ret_path,
                    sd_bus_message **ret_reply)
{
    sd_bus_message *request;
    sd_bus_message *reply;
    const char *path;
    int r = bus_request(bus, &services[RESOLVED], "GetLink", &request);

    if (r < 0)
        return r;
    if (bus->sd->message_append(request, "i", (int32_t)ifindex) < 0) {
        bus->sd->message_unref(request);
        return -ENOMEM;
    }
    r = bus_call(bus, request, &reply);
    if (r < 0)
        return r;
    r = bus->sd->message_read(reply, "o", &path);
    if (r < 0) {
        bus->sd->message_unref(reply);
        return result_of(r);
    }
    *ret_path = path;
    *ret_reply = reply;
    return 0;
}

static int read_step(const struct bus *bus, const char *path, const struct step *step,
                     struct state *state)
{
    const struct bus_object link = {services[RESOLVED].service, path,
                                    "org.freedesktop.resolve1.Link"};
    sd_bus_message *reply;
    int r = bus_get_property(bus, &link, step->property, step->type, &reply);

    if (r < 0)
        return r == -EBADMSG ? -EIO : r;
    if (step->type[0] == 'a')
        r = result_of(bus->sd->message_enter_container(reply, 'a', step->type + 1));
    if (r == 0)
        do
            r = step->read(bus, reply, state);
        while (r > 0);
    bus->sd->message_unref(reply);
    return r;
}

/* What the link has of these fields. */
static int read_state(const struct bus *bus, uint32_t ifindex, unsigned int fields,
                      struct state *state)
{
    sd_bus_message *reply;
    const char *path;
    int r = get_link(bus, ifindex, &path, &reply);

    if (r < 0)
        return r;
    for (size_t i = 0; r == 0 && i < STEPS; i++)
        if (steps[i].fields & fields)
            r = read_step(bus, path, &steps[i], state);
    bus->sd->message_unref(reply);
    return r;
}

static int take_step(const struct bus *bus, const struct bus_object *service, uint32_t ifindex,
                     const struct step *step, const struct state *state)
{
    sd_bus_message *request;
    int r = bus_request(bus, service, step->method, &request);

    if (r < 0)
        return r;
    r = bus->sd->message_append(request, "i", (int32_t)ifindex);
    if (r >= 0)
        r = step->put(bus, request, state);
    if (r < 0) {
        bus->sd->message_unref(request);
        return result_of(r);
    }
    return bus_call(bus, request, NULL);
}

static int take_steps(struct bus *bus, const struct bus_object *service,
                      const struct dns_change *change, const struct state *before,
                      const struct state *after)
{
    size_t done = 0;
    int r = 0;

    for (; r == 0 && done < STEPS; done++)
        if (steps[done].fields & change->fields)
            r = take_step(bus, service, change->ifindex, &steps[done], after);
    if (r == 0)
        return 0;
    /* If the time was over, the last one may still come to be done. */
    bus_give_time(bus);
    for (size_t i = 0; i < (r == -ETIMEDOUT ? done : done - 1); i++)
        if (steps[i].fields & change->fields)
            (void)take_step(bus, service, change->ifindex, &steps[i], before);
    return r;
}

/* ---- The change -------------------------------------------------------------------------------
 */

static int change_servers(const struct dns_change *change, const struct state *before,
                          struct state *after)
{
    const int32_t family = change->family == MIB_FAMILY_IPV4 ? AF_INET : AF_INET6;

    after->server_count = 0;
    for (size_t i = 0; i < change->config.server_count; i++) {
        struct server *server = &after->servers[after->server_count++];

        *server = (struct server){.family = family, .port = change->config.servers[i].port};
        memcpy(server->address, change->config.servers[i].address.bytes, sizeof(server->address));
    }
    for (size_t i = 0; i < before->server_count; i++) {
        if (before->servers[i].family == family)
            continue;
        if (after->server_count == DNS_SERVERS)
            return -EIO;
        after->servers[after->server_count++] = before->servers[i];
    }
    return 0;
}

static int change_domains(const struct dns_change *change, const struct state *before,
                          struct state *after)
{
    struct dns_config *configs = calloc(2, sizeof(*configs));

    if (!configs)
        return -ENOMEM;
    for (size_t i = 0; i < before->domain_count; i++)
        if (!before->domains[i].route_only)
            (void)dns_add_domain(&configs[0], before->domains[i].name);
    dns_change_domains(change, &configs[0], &configs[1]);
    after->domain_count = 0;
    for (size_t i = 0; i < configs[1].domain_count; i++) {
        memcpy(after->domains[i].name, configs[1].domains[i], DNS_NAME);
        after->domains[i].route_only = 0;
        after->domain_count++;
    }
    free(configs);
    for (size_t i = 0; i < before->domain_count; i++) {
        if (!before->domains[i].route_only)
            continue;
        if (after->domain_count == DNS_DOMAINS)
            return -EIO;
        after->domains[after->domain_count++] = before->domains[i];
    }
    return 0;
}

static int make_state(const struct dns_change *change, const struct state *before,
                      struct state *after)
{
    const char *multicast = change->multicast ? "yes" : "no";
    int r = change_servers(change, before, after);

    if (r == 0)
        r = change_domains(change, before, after);
    (void)copy(after->llmnr, sizeof(after->llmnr), multicast);
    (void)copy(after->mdns, sizeof(after->mdns), multicast);
    return r;
}

int dns_change_by_resolved(struct bus *bus, const struct dns_change *change)
{
    struct state *states = calloc(2, sizeof(*states));

    if (!states)
        return -ENOMEM;
    int r = bus_begin(bus, services[RESOLVED].service);
    if (r == 0)
        r = read_state(bus, change->ifindex, change->fields, &states[0]);
    if (r == 0)
        r = make_state(change, &states[0], &states[1]);
    if (r == 0)
        r = take_steps(bus, &services[RESOLVED], change, &states[0], &states[1]);
    /* The link is networkd's, which tells resolved. */
    if (r == -EBUSY) {
        r = bus_begin(bus, services[NETWORKD].service);
        if (r == 0)
            r = take_steps(bus, &services[NETWORKD], change, &states[0], &states[1]);
        r = r == -ESRCH ? -EBUSY : r;
    }
    free(states);
    return r;
}

int dns_ask_multicast(struct bus *bus, uint32_t ifindex, bool *ret)
{
    struct state *state = calloc(1, sizeof(*state));

    if (!state)
        return -ENOMEM;
    int r = bus_begin(bus, services[RESOLVED].service);
    if (r == 0)
        r = read_state(bus, ifindex, DNS_CHANGE_MULTICAST, state);
    if (r == 0)
        *ret = strcmp(state->llmnr, "no") != 0 || strcmp(state->mdns, "no") != 0;
    free(state);
    return r;
}

void dns_change_domains(const struct dns_change *change, const struct dns_config *before,
                        struct dns_config *ret)
{
    const bool has_list = change->fields & DNS_CHANGE_DOMAINS;
    const bool has_suffix = change->fields & DNS_CHANGE_SUFFIX;
    const struct dns_config *list = has_list ? &change->config : before;

    memset(ret, 0, sizeof(*ret));
    if (has_suffix && change->config.suffix[0])
        (void)dns_add_domain(ret, change->config.suffix);
    for (size_t i = has_suffix && !has_list ? 1 : 0; i < list->domain_count; i++)
        (void)dns_add_domain(ret, list->domains[i]);
}
