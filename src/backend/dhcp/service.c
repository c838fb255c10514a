/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * All objects of NetworkManager come in one answer, so that the number of links does not count:
 * devices, which name their configurations, and the configurations with DHCP's options.
 */
#include "backend/dhcp/service.h"
#include "backend/array.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct bus_object objects = {"org.freedesktop.NetworkManager", "/org/freedesktop",
                                          "org.freedesktop.DBus.ObjectManager"};

enum { FAMILIES = 2 };

static const struct {
    uint8_t family;
    const char *property; /* of a device */
    const char *interface;
} families[FAMILIES] = {
    {MIB_FAMILY_IPV4, "Dhcp4Config", "org.freedesktop.NetworkManager.DHCP4Config"},
    {MIB_FAMILY_IPV6, "Dhcp6Config", "org.freedesktop.NetworkManager.DHCP6Config"},
};

/* Strings are the answer's. */
struct device {
    const char *name;
    const char *configurations[FAMILIES];
};

struct configuration {
    const char *path;
    struct dhcp_lease lease;
};

struct answer {
    const struct bus_library *sd;
    sd_bus_message *reply;
    struct device *devices;
    size_t device_count;
    size_t device_capacity;
    struct configuration *configurations;
    size_t configuration_count;
    size_t configuration_capacity;
};

static uint32_t parse_u32(const char *text)
{
    char *end;
    unsigned long long value = strtoull(text, &end, 10);

    return end != text && !*end && value <= UINT32_MAX ? (uint32_t)value : 0;
}

static void take_option(struct dhcp_lease *lease, const char *key, const char *value)
{
    const bool is_ipv4 = lease->family == MIB_FAMILY_IPV4;
    const int family = is_ipv4 ? AF_INET : AF_INET6;
    uint8_t iaid[4];

    if (strcmp(key, is_ipv4 ? "ip_address" : "ip6_address") == 0)
        (void)inet_pton(family, value, lease->address.bytes);
    else if (is_ipv4 && strcmp(key, "dhcp_server_identifier") == 0)
        (void)inet_pton(family, value, lease->server.bytes);
    else if (strcmp(key, is_ipv4 ? "dhcp_lease_time" : "max_life") == 0)
        lease->lifetime = parse_u32(value);
    else if (strcmp(key, "expiry") == 0)
        lease->expires = parse_u32(value);
    else if (!is_ipv4 && strcmp(key, "dhcp6_client_id") == 0)
        lease->duid_length = (uint8_t)dhcp_parse_hex(value, lease->duid, sizeof(lease->duid));
    else if (!is_ipv4 && strcmp(key, "iaid") == 0 &&
             dhcp_parse_hex(value, iaid, sizeof(iaid)) == sizeof(iaid))
        lease->iaid =
            (uint32_t)iaid[0] << 24 | (uint32_t)iaid[1] << 16 | (uint32_t)iaid[2] << 8 | iaid[3];
}

/* {sv} by {sv}; `take` reads the variant or skips it. */
typedef int (*take_value)(struct answer *answer, const char *key, void *context);

static int each_value(struct answer *answer, take_value take, void *context)
{
    int r = answer->sd->message_enter_container(answer->reply, 'a', "{sv}");
    const char *key;

    while (r >= 0 && (r = answer->sd->message_enter_container(answer->reply, 'e', "sv")) > 0) {
        r = answer->sd->message_read(answer->reply, "s", &key);
        if (r >= 0)
            r = take(answer, key, context);
        if (r >= 0)
            r = answer->sd->message_exit_container(answer->reply);
    }
    return r < 0 ? r : answer->sd->message_exit_container(answer->reply);
}

static int skip_value(struct answer *answer)
{
    return answer->sd->message_skip(answer->reply, "v");
}

/* A string in a variant; NULL: it is something else. */
static int read_value(struct answer *answer, char type, const char **ret)
{
    const char types[] = {type, '\0'};
    const char *value = NULL;
    int r = answer->sd->message_enter_container(answer->reply, 'v', types);

    if (r == -ENXIO) {
        *ret = NULL;
        return skip_value(answer);
    }
    if (r >= 0)
        r = answer->sd->message_read(answer->reply, types, &value);
    if (r >= 0)
        r = answer->sd->message_exit_container(answer->reply);
    if (r >= 0)
        *ret = value;
    return r;
}

static int take_option_value(struct answer *answer, const char *key, void *context)
{
    const char *value;
    int r = read_value(answer, 's', &value);

    if (r >= 0 && value)
        take_option(context, key, value);
    return r;
}

static int take_configuration_value(struct answer *answer, const char *key, void *context)
{
    if (strcmp(key, "Options") != 0)
        return skip_value(answer);
    int r = answer->sd->message_enter_container(answer->reply, 'v', "a{sv}");
    if (r >= 0)
        r = each_value(answer, take_option_value, context);
    return r < 0 ? r : answer->sd->message_exit_container(answer->reply);
}

static int take_device_value(struct answer *answer, const char *key, void *context)
{
    struct device *device = context;

    if (strcmp(key, "IpInterface") == 0)
        return read_value(answer, 's', &device->name);
    for (size_t i = 0; i < FAMILIES; i++)
        if (strcmp(key, families[i].property) == 0)
            return read_value(answer, 'o', &device->configurations[i]);
    return skip_value(answer);
}

static int take_configuration(struct answer *answer, const char *path, uint8_t family)
{
    struct configuration *grown =
        array_make_room(answer->configurations, answer->configuration_count,
                        &answer->configuration_capacity, sizeof(*grown), 8);

    if (!grown)
        return -ENOMEM;
    answer->configurations = grown;
    grown += answer->configuration_count++;
    memset(grown, 0, sizeof(*grown));
    grown->path = path;
    grown->lease.family = family;
    return each_value(answer, take_configuration_value, &grown->lease);
}

static int take_device(struct answer *answer)
{
    struct device *grown = array_make_room(answer->devices, answer->device_count,
                                           &answer->device_capacity, sizeof(*grown), 8);

    if (!grown)
        return -ENOMEM;
    answer->devices = grown;
    grown += answer->device_count++;
    *grown = (struct device){NULL, {NULL}};
    return each_value(answer, take_device_value, grown);
}

static int take_interface(struct answer *answer, const char *path, const char *interface)
{
    if (strcmp(interface, "org.freedesktop.NetworkManager.Device") == 0)
        return take_device(answer);
    for (size_t i = 0; i < FAMILIES; i++)
        if (strcmp(interface, families[i].interface) == 0)
            return take_configuration(answer, path, families[i].family);
    return answer->sd->message_skip(answer->reply, "a{sv}");
}

/* {oa{sa{sv}}} by {oa{sa{sv}}}. */
static int read_objects(struct answer *answer)
{
    const struct bus_library *sd = answer->sd;
    sd_bus_message *reply = answer->reply;
    const char *path;
    const char *interface;
    int r = sd->message_enter_container(reply, 'a', "{oa{sa{sv}}}");

    while (r >= 0 && (r = sd->message_enter_container(reply, 'e', "oa{sa{sv}}")) > 0) {
        r = sd->message_read(reply, "o", &path);
        if (r >= 0)
            r = sd->message_enter_container(reply, 'a', "{sa{sv}}");
        while (r >= 0 && (r = sd->message_enter_container(reply, 'e', "sa{sv}")) > 0) {
            r = sd->message_read(reply, "s", &interface);
            if (r >= 0)
                r = take_interface(answer, path, interface);
            if (r >= 0)
                r = sd->message_exit_container(reply);
        }
        if (r >= 0)
            r = sd->message_exit_container(reply);
        if (r >= 0)
            r = sd->message_exit_container(reply);
    }
    return r;
}

/* What is configured by DHCP's options, of the device that names the configuration. */
static int give(const struct answer *answer, dhcp_file_found found, void *context)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < answer->configuration_count; i++)
        for (size_t k = 0; r == 0 && k < answer->device_count; k++) {
            const struct device *device = &answer->devices[k];
            struct dhcp_lease lease = answer->configurations[i].lease;
            const char *of_device = device->configurations[lease.family == MIB_FAMILY_IPV4 ? 0 : 1];

            if (!device->name || strlen(device->name) >= sizeof(lease.interface) || !of_device ||
                strcmp(of_device, answer->configurations[i].path) != 0 ||
                mib_addr_is_zero(&lease.address))
                continue;
            memcpy(lease.interface, device->name, strlen(device->name));
            if (lease.lifetime == UINT32_MAX)
                lease.expires = MIB_DHCP_NEVER;
            else if (lease.lifetime > 0 && lease.expires > lease.lifetime)
                lease.obtained = lease.expires - lease.lifetime;
            r = found(context, DHCP_NETWORK_MANAGER, 0, &lease);
        }
    return r;
}

int dhcp_ask_network_manager(struct bus *bus, dhcp_file_found found, void *context)
{
    struct answer answer = {.sd = bus->sd};
    sd_bus_message *request;

    int r = bus_begin(bus, objects.service);
    if (r == 0)
        r = bus_request(bus, &objects, "GetManagedObjects", &request);
    if (r == 0)
        r = bus_call(bus, request, &answer.reply);
    if (r < 0)
        return r == -ENOMEM ? r : 0;
    r = read_objects(&answer);
    if (r >= 0)
        r = give(&answer, found, context);
    else
        r = r == -ENOMEM ? r : 0;
    bus->sd->message_unref(answer.reply);
    free(answer.devices);
    free(answer.configurations);
    return r;
}
