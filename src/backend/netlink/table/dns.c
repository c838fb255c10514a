/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table of DNS servers and domains: of each link what is configured for it, and what
 * /etc/resolv.conf has for the links of the default routes that have no configuration of their own.
 */
#include "mib/row/dns.h"
#include "backend/array.h"
#include "backend/dns/files.h"
#include "backend/dns/service.h"
#include "backend/netlink/socket/family.h"
#include "backend/netlink/table/read.h"
#include "backend/netlink/table/table.h"
#include "mib/query/best_route.h"

#include <errno.h>
#include <linux/if.h>
#include <stdlib.h>
#include <string.h>

/* A link whose rows have been given. Several of resolvconf's records may be about one. */
struct given {
    uint32_t ifindex;
    bool of_record;
};

struct reading {
    const struct mib_filter *filter;
    backend_sink sink;
    void *context;
    struct given *given;
    size_t count;
    size_t capacity;
    struct dns_config config;
};

static int give_name(const struct reading *reading, struct mib_dns row, const char *name)
{
    memcpy(row.name, name, sizeof(row.name));
    return reading->sink(reading->context, &row, 0);
}

/* The rows of one configuration. */
static int give(const struct reading *reading, uint32_t ifindex, uint16_t iftype)
{
    const struct dns_config *config = &reading->config;
    uint32_t family = reading->filter->family;
    struct mib_dns row = {.ifindex = ifindex, .iftype = iftype};
    int r = 0;

    for (size_t i = 0; r == 0 && i < config->server_count; i++) {
        const struct dns_server *server = &config->servers[i];
        struct mib_dns of_server = row;

        if (family != MIB_FAMILY_UNSPEC && family != server->family)
            continue;
        of_server.family = server->family;
        of_server.kind = MIB_DNS_SERVER;
        of_server.address = server->address;
        of_server.port = server->port;
        r = reading->sink(reading->context, &of_server, 0);
    }
    if (family != MIB_FAMILY_UNSPEC)
        return r;
    row.kind = MIB_DNS_SUFFIX;
    if (r == 0 && (config->suffix[0] || config->domain_count))
        r = give_name(reading, row, config->suffix[0] ? config->suffix : config->domains[0]);
    row.kind = MIB_DNS_SEARCH;
    for (size_t i = 0; r == 0 && i < config->domain_count; i++)
        r = give_name(reading, row, config->domains[i]);
    return r;
}

static const struct given *find(const struct reading *reading, uint32_t ifindex)
{
    for (size_t i = 0; i < reading->count; i++)
        if (reading->given[i].ifindex == ifindex)
            return &reading->given[i];
    return NULL;
}

static int give_once(struct reading *reading, uint32_t ifindex, uint16_t iftype, bool of_record)
{
    struct given *grown =
        array_make_room(reading->given, reading->count, &reading->capacity, sizeof(*grown), 16);

    if (!grown)
        return -ENOMEM;
    reading->given = grown;
    reading->given[reading->count++] = (struct given){ifindex, of_record};
    return give(reading, ifindex, iftype);
}

/* The link that a record is of: dots may stand in the interface's name and begin what follows. */
static int find_link(const char *record, struct link *ret)
{
    char name[IFNAMSIZ];
    size_t length = strlen(record);

    for (; length > 0; length--) {
        if ((record[length] && record[length] != '.') || length >= sizeof(name))
            continue;
        memcpy(name, record, length);
        name[length] = '\0';
        int r = netlink_read_whole_link(0, name, 0, ret);
        if (r != -ENODEV)
            return r;
    }
    return -ENODEV;
}

static int give_file(void *context, uint32_t ifindex, const char *record)
{
    struct reading *reading = context;
    struct link link = {0};
    int r = record ? find_link(record, &link) : netlink_read_whole_link(ifindex, NULL, 0, &link);

    if (r < 0)
        return r == -ENODEV ? 0 : r; /* files stay when a link has gone */
    const struct given *given = find(reading, link.ifindex);
    if (given && !(record && given->of_record))
        return 0;
    r = record ? dns_read_record(record, &reading->config)
               : dns_read_link(link.ifindex, &reading->config);
    if (r < 0)
        return r == -ENOENT ? 0 : r;
    return give_once(reading, link.ifindex, link.iftype, record != NULL);
}

/* What a service has told, which may be of links that this program does not have. */
static int give_links(struct reading *reading, const struct dns_links *links)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < links->count; i++) {
        const struct dns_link *of = &links->links[i];
        struct link link;

        r = netlink_read_whole_link(of->ifindex, of->ifindex ? NULL : of->name, 0, &link);
        if (r == -ENODEV) {
            r = 0;
        } else if (r == 0 && !find(reading, link.ifindex)) {
            reading->config = of->config;
            r = give_once(reading, link.ifindex, link.iftype, false);
        }
    }
    return r;
}

/*
 * Asks a service. 1: it has told what there is; 0: it is not there, does not answer, or says what
 * cannot be understood, and the next source is asked.
 */
static int give_service(struct reading *reading, struct bus *bus,
                        int (*ask)(struct bus *bus, struct dns_links *ret))
{
    struct dns_links links;

    if (!bus->connection)
        return 0;
    int r = ask(bus, &links);
    if (r < 0)
        return r == -ENOMEM ? r : 0;
    r = give_links(reading, &links);
    dns_links_clear(&links);
    return r < 0 ? r : 1;
}

/* What links have of their own. resolved's files are of use where it is not on the bus. */
static int give_own(struct reading *reading)
{
    struct bus bus = {.connection = NULL};
    int r = bus_open(&bus);

    if (r == -ENOMEM)
        return r;
    r = give_service(reading, &bus, dns_ask_resolved);
    if (r == 0)
        r = dns_find_links(give_file, reading);
    if (r >= 0)
        r = give_service(reading, &bus, dns_ask_network_manager);
    bus_close(&bus);
    return r < 0 ? r : dns_find_records(give_file, reading);
}

/* What the host has as a whole is that of the links of its default routes. */
static int give_host(struct reading *reading)
{
    static const uint8_t families[] = {MIB_FAMILY_IPV4, MIB_FAMILY_IPV6};
    bool has_link = false;
    int r = dns_read_host(&reading->config);

    if (r < 0)
        return r == -ENOENT ? 0 : r;
    for (size_t i = 0; r == 0 && i < sizeof(families); i++) {
        struct mib_best_route route = {.family = families[i]};

        r = netlink_query_best_route(&route);
        if (r == -ENETUNREACH || r == -EAFNOSUPPORT) {
            r = 0;
            continue;
        }
        has_link = true;
        if (r == 0 && !find(reading, route.ifindex))
            r = give_once(reading, route.ifindex, route.iftype, false);
    }
    return r == 0 && !has_link ? give(reading, 0, 0) : r;
}

static int read_table(const struct mib_filter *filter, backend_sink sink, void *context)
{
    struct reading *reading = calloc(1, sizeof(*reading));

    if (!reading)
        return -ENOMEM;
    reading->filter = filter;
    reading->sink = sink;
    reading->context = context;
    int r = give_own(reading);
    if (r == 0)
        r = give_host(reading);
    free(reading->given);
    free(reading);
    return r;
}

const struct netlink_table netlink_table_dns = {.read_table = read_table};
