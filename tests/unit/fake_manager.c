/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What stands for NetworkManager: a device with a connection and DHCP's options. */
#include "fake_parts.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static enum fake_behaviour behaviour;

/* What the connection has of its sections, IPv4's and IPv6's. */
static struct {
    char servers[256]; /* as text, with blanks */
    char domains[256];
    int ignores_network;
} sections[2] = {{"192.0.2.3", "c.test", 0}, {"2001:db8::3", "", 0}};

static uint64_t version = 7;

static void put_words(sd_bus_message *message, const char *key, const char *text)
{
    char copy[256];
    char *rest;

    (void)snprintf(copy, sizeof(copy), "%s", text);
    fake_check(sd_bus_message_open_container(message, 'e', "sv"), key);
    fake_check(sd_bus_message_append(message, "s", key), key);
    fake_check(sd_bus_message_open_container(message, 'v', "as"), key);
    fake_check(sd_bus_message_open_container(message, 'a', "s"), key);
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        fake_check(sd_bus_message_append(message, "s", word), key);
    for (size_t i = 0; i < 3; i++)
        fake_check(sd_bus_message_close_container(message), key);
}

static int get_configuration(sd_bus *bus, const char *path, const char *interface,
                             const char *property, sd_bus_message *reply, void *context,
                             sd_bus_error *error)
{
    (void)bus, (void)path, (void)interface, (void)property, (void)context, (void)error;
    fake_check(sd_bus_message_open_container(reply, 'a', "a{sv}"), "links");
    for (size_t i = 0; i < 2; i++) {
        fake_check(sd_bus_message_open_container(reply, 'a', "{sv}"), "link");
        put_words(reply, "nameservers", sections[i].servers);
        if (sections[i].domains[0])
            put_words(reply, "domains", sections[i].domains);
        fake_check(
            sd_bus_message_append(reply, "{sv}{sv}", "interface", "s", "a0", "priority", "i", 100),
            "link");
        fake_check(sd_bus_message_close_container(reply), "link");
    }
    fake_check(sd_bus_message_append(reply, "a{sv}", 2, "nameservers", "as", 1, "192.0.2.4",
                                     "interface", "s", "gone"),
               "link");
    return sd_bus_message_close_container(reply);
}

static int get_device(sd_bus_message *call, void *context, sd_bus_error *error)
{
    const char *name;

    (void)context;
    fake_check(sd_bus_message_read(call, "s", &name), "device");
    if (strcmp(name, "a0") != 0)
        return sd_bus_error_set(error, "org.freedesktop.NetworkManager.UnknownDevice", "No.");
    return sd_bus_reply_method_return(call, "o", "/d/1");
}

/* With values of many types, all of which have to come back. */
static int get_connection(sd_bus_message *call, void *context, sd_bus_error *error)
{
    (void)context, (void)error;
    return sd_bus_reply_method_return(
        call, "a{sa{sv}}t", 3, "connection", 2, "id", "s", "x", "timestamp", "t", (uint64_t)1, /**/
        "ipv4", 5, "method", "s", "auto", "dns", "au", 0, "dns-data", "as", 1, "192.0.2.3",
        "dns-search", "as", 1, "c.test", "address-data", "aa{sv}", 1, 2, "address", "s",
        "192.0.2.9", "prefix", "u", 24, /**/
        "ipv6", 3, "method", "s", "auto", "dns-search", "as", 0, "dns", "aay", 0, version);
}

/* Numbers or bytes, as text. */
static void take_addresses(sd_bus_message *call, bool is_ipv4, char *text, size_t size)
{
    char word[64];
    const void *bytes;
    size_t length;
    uint32_t number;

    text[0] = '\0';
    fake_check(sd_bus_message_enter_container(call, 'v', is_ipv4 ? "au" : "aay"), "dns");
    fake_check(sd_bus_message_enter_container(call, 'a', is_ipv4 ? "u" : "ay"), "dns");
    while (is_ipv4 ? sd_bus_message_read(call, "u", &number) > 0
                   : sd_bus_message_read_array(call, 'y', &bytes, &length) > 0) {
        (void)inet_ntop(is_ipv4 ? AF_INET : AF_INET6, is_ipv4 ? &number : bytes, word,
                        sizeof(word));
        (void)snprintf(text + strlen(text), size - strlen(text), "%s ", word);
    }
    fake_check(sd_bus_message_exit_container(call), "dns");
    fake_check(sd_bus_message_exit_container(call), "dns");
}

static void take_words(sd_bus_message *call, char *text, size_t size)
{
    const char *word;

    text[0] = '\0';
    fake_check(sd_bus_message_enter_container(call, 'v', "as"), "words");
    fake_check(sd_bus_message_enter_container(call, 'a', "s"), "words");
    while (sd_bus_message_read(call, "s", &word) > 0)
        (void)snprintf(text + strlen(text), size - strlen(text), "%s ", word);
    fake_check(sd_bus_message_exit_container(call), "words");
    fake_check(sd_bus_message_exit_container(call), "words");
}

/* Returns how many keys there were that are not taken. */
static unsigned int take_section(sd_bus_message *call, size_t i)
{
    unsigned int others = 0;
    const char *key;

    if (i < 2)
        memset(&sections[i], 0, sizeof(sections[i]));
    fake_check(sd_bus_message_enter_container(call, 'a', "{sv}"), "section");
    while (sd_bus_message_enter_container(call, 'e', "sv") > 0) {
        fake_check(sd_bus_message_read(call, "s", &key), "key");
        if (i < 2 && strcmp(key, "dns") == 0) {
            take_addresses(call, i == 0, sections[i].servers, sizeof(sections[i].servers));
        } else if (i < 2 && strcmp(key, "dns-data") == 0) {
            take_words(call, sections[i].servers, sizeof(sections[i].servers));
        } else if (i < 2 && strcmp(key, "dns-search") == 0) {
            take_words(call, sections[i].domains, sizeof(sections[i].domains));
        } else if (strcmp(key, "ignore-auto-dns") == 0) {
            fake_check(sd_bus_message_read(call, "v", "b", &sections[i].ignores_network), key);
        } else {
            fake_check(sd_bus_message_skip(call, "v"), key);
            others += strcmp(key, "dhcp-timeout") != 0;
        }
        fake_check(sd_bus_message_exit_container(call), "key");
    }
    fake_check(sd_bus_message_exit_container(call), "section");
    return others;
}

static int reapply(sd_bus_message *call, void *context, sd_bus_error *error)
{
    unsigned int others = 0;
    const char *name;
    uint64_t of_version;
    uint32_t flags;

    (void)context;
    if (behaviour == FAKE_REFUSES)
        return sd_bus_error_set(error, "org.freedesktop.NetworkManager.Device.Error.NotAuthorized",
                                "Not authorized.");
    if (behaviour == FAKE_FAILS)
        return sd_bus_error_set(error, "org.freedesktop.NetworkManager.Odd", "No.");
    fake_check(sd_bus_message_enter_container(call, 'a', "{sa{sv}}"), "connection");
    while (sd_bus_message_enter_container(call, 'e', "sa{sv}") > 0) {
        fake_check(sd_bus_message_read(call, "s", &name), "section");
        others += take_section(call, strcmp(name, "ipv4") == 0   ? 0
                                     : strcmp(name, "ipv6") == 0 ? 1
                                                                 : 2);
        fake_check(sd_bus_message_exit_container(call), "section");
    }
    fake_check(sd_bus_message_exit_container(call), "connection");
    fake_check(sd_bus_message_read(call, "tu", &of_version, &flags), "version");
    /* id, timestamp, address-data and two methods. */
    if (others != 5 || of_version != version || flags != 0)
        return sd_bus_error_set(error, "org.freedesktop.NetworkManager.Odd", "Something is lost.");
    return sd_bus_reply_method_return(call, "");
}

static const sd_bus_vtable device_manager_table[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("GetDeviceByIpIface", "s", "o", get_device, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_VTABLE_END,
};

static const sd_bus_vtable device_table[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("GetAppliedConnection", "u", "a{sa{sv}}t", get_connection,
                  SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("Reapply", "a{sa{sv}}tu", "", reapply, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_VTABLE_END,
};

static const sd_bus_vtable manager_table[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_PROPERTY("Configuration", "aa{sv}", get_configuration, 0, 0),
    SD_BUS_VTABLE_END,
};

static const sd_bus_vtable manager_garbage[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_PROPERTY("Configuration", "a(is)", fake_get_garbage, 0, 0),
    SD_BUS_VTABLE_END,
};

/* Of device a0, and of one that is none of DHCP's. */
static int get_objects(sd_bus_message *call, void *context, sd_bus_error *error)
{
    char expiry[32];

    (void)context, (void)error;
    if (!sd_bus_message_is_method_call(call, "org.freedesktop.DBus.ObjectManager",
                                       "GetManagedObjects"))
        return 0;
    if (behaviour == FAKE_GARBAGE)
        return sd_bus_reply_method_return(call, "as", 1, "garbage");
    (void)snprintf(expiry, sizeof(expiry), "%lld", (long long)time(NULL) + 1000);
    return sd_bus_reply_method_return(
        call, "a{oa{sa{sv}}}", 4,                                                           /**/
        "/d/1", 2,                                                                          /**/
        "org.freedesktop.NetworkManager.Device", 4,                                         /**/
        "IpInterface", "s", "a0", "Dhcp4Config", "o", "/c4/1", "Dhcp6Config", "o", "/c6/1", /**/
        "Mtu", "u", 1500,                                                                   /**/
        "org.freedesktop.NetworkManager.Device.Veth", 0,                                    /**/
        "/d/2", 1,                                                                          /**/
        "org.freedesktop.NetworkManager.Device", 2,                                         /**/
        "IpInterface", "s", "a0.5", "Dhcp4Config", "o", "/",                                /**/
        "/c4/1", 1,                                                                         /**/
        "org.freedesktop.NetworkManager.DHCP4Config", 1,                                    /**/
        "Options", "a{sv}", 5, "ip_address", "s", "192.0.2.9", "dhcp_server_identifier", "s",
        "192.0.2.2", "dhcp_lease_time", "s", "3600", "expiry", "s", expiry, "odd", "u", 1, /**/
        "/c6/1", 1,                                                                        /**/
        "org.freedesktop.NetworkManager.DHCP6Config", 1,                                   /**/
        "Options", "a{sv}", 3, "ip6_address", "s", "2001:db8::9", "dhcp6_client_id", "s",
        "00:03:00:01:02", "iaid", "s", "00:00:01:02");
}

void fake_manager_begin(sd_bus *bus, enum fake_behaviour how)
{
    behaviour = how;
    fake_add_table(bus, "/org/freedesktop/NetworkManager/DnsManager",
                   "org.freedesktop.NetworkManager.DnsManager",
                   behaviour == FAKE_GARBAGE ? manager_garbage : manager_table);
    fake_add_table(bus, "/org/freedesktop/NetworkManager", "org.freedesktop.NetworkManager",
                   device_manager_table);
    fake_add_table(bus, "/d/1", "org.freedesktop.NetworkManager.Device", device_table);
    fake_check(sd_bus_add_object(bus, NULL, "/org/freedesktop", get_objects, NULL), "objects");
}
