/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Connections are a{sa{sv}}: sections by their names, in these values by their keys. */
#include "backend/bus/manager.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int result_of(int r)
{
    return r >= 0 ? 0 : r == -ENOMEM ? r : -EIO;
}

static struct bus_object device_at(const char *path)
{
    return (struct bus_object){MANAGER_SERVICE, path, "org.freedesktop.NetworkManager.Device"};
}

/* Sends a request with one argument, of which the reply is wanted. */
static int ask(const struct bus *bus, const struct bus_object *object, const char *method,
               const char *type, const void *argument, sd_bus_message **ret_reply)
{
    sd_bus_message *request;
    int r = bus_request(bus, object, method, &request);

    if (r < 0)
        return r;
    if (type[0] == 's')
        r = bus->sd->message_append(request, type, (const char *)argument);
    else if (type[0])
        r = bus->sd->message_append(request, type, *(const uint32_t *)argument);
    if (r < 0) {
        bus->sd->message_unref(request);
        return result_of(r);
    }
    return bus_call(bus, request, ret_reply);
}

int manager_find_device(const struct bus *bus, const char *name, sd_bus_message **ret_reply,
                        const char **ret_path)
{
    static const struct bus_object manager = {MANAGER_SERVICE, "/org/freedesktop/NetworkManager",
                                              MANAGER_SERVICE};
    sd_bus_message *reply;
    const char *path;
    int r = ask(bus, &manager, "GetDeviceByIpIface", "s", name, &reply);

    if (r < 0)
        return r;
    r = result_of(bus->sd->message_read(reply, "o", &path));
    if (r < 0) {
        bus->sd->message_unref(reply);
        return r;
    }
    *ret_reply = reply;
    *ret_path = path;
    return 0;
}

/* ---- Applied again ----------------------------------------------------------------------------
 */

/* What is copied from the reply into the request. */
struct work {
    const struct bus_library *sd;
    const struct manager_edit *edit;
    sd_bus_message *reply;
    sd_bus_message *request;
};

/* {sv} by {sv}: what is not replaced is copied. */
static int copy_values(const struct work *work, const char *section)
{
    const struct bus_library *sd = work->sd;
    const char *key;
    int r;

    while ((r = sd->message_enter_container(work->reply, 'e', "sv")) > 0) {
        r = sd->message_read(work->reply, "s", &key);
        if (r >= 0 && work->edit->replaces(work->edit->context, section, key)) {
            r = sd->message_skip(work->reply, "v");
        } else if (r >= 0) {
            r = sd->message_open_container(work->request, 'e', "sv");
            if (r >= 0)
                r = sd->message_append(work->request, "s", key);
            if (r >= 0)
                r = sd->message_copy(work->request, work->reply, 0);
            if (r >= 0)
                r = sd->message_close_container(work->request);
        }
        if (r >= 0)
            r = sd->message_exit_container(work->reply);
        if (r < 0)
            return r;
    }
    return r < 0 ? r : work->edit->add(work->edit->context, section, work->request);
}

/* A section with its name, of any kind. */
static int copy_section(const struct work *work)
{
    const struct bus_library *sd = work->sd;
    const char *name;
    int r = sd->message_read(work->reply, "s", &name);

    if (r >= 0)
        r = sd->message_append(work->request, "s", name);
    if (r >= 0)
        r = sd->message_enter_container(work->reply, 'a', "{sv}");
    if (r >= 0)
        r = sd->message_open_container(work->request, 'a', "{sv}");
    if (r < 0)
        return r;
    if (strcmp(name, "ipv4") == 0 || strcmp(name, "ipv6") == 0)
        r = copy_values(work, name);
    else
        r = sd->message_copy(work->request, work->reply, 1);
    if (r >= 0)
        r = sd->message_exit_container(work->reply);
    return r < 0 ? r : sd->message_close_container(work->request);
}

/* a{sa{sv}}, then the version; with it nothing but the number 0, for flags. */
static int copy_connection(const struct work *work)
{
    const struct bus_library *sd = work->sd;
    uint64_t version;
    int r = sd->message_enter_container(work->reply, 'a', "{sa{sv}}");

    if (r >= 0)
        r = sd->message_open_container(work->request, 'a', "{sa{sv}}");
    while (r >= 0 && (r = sd->message_enter_container(work->reply, 'e', "sa{sv}")) > 0) {
        r = sd->message_open_container(work->request, 'e', "sa{sv}");
        if (r >= 0)
            r = copy_section(work);
        if (r >= 0)
            r = sd->message_close_container(work->request);
        if (r >= 0)
            r = sd->message_exit_container(work->reply);
    }
    if (r >= 0)
        r = sd->message_exit_container(work->reply);
    if (r >= 0)
        r = sd->message_close_container(work->request);
    if (r >= 0)
        r = sd->message_read(work->reply, "t", &version);
    return r < 0 ? r : sd->message_append(work->request, "tu", version, 0);
}

static int get_applied(const struct bus *bus, const char *path, sd_bus_message **ret_reply)
{
    const struct bus_object device = device_at(path);
    const uint32_t flags = 0;

    return ask(bus, &device, "GetAppliedConnection", "u", &flags, ret_reply);
}

int manager_reapply(const struct bus *bus, const char *path, const struct manager_edit *edit)
{
    const struct bus_object device = device_at(path);
    struct work work = {.sd = bus->sd, .edit = edit};
    int r = get_applied(bus, path, &work.reply);

    if (r < 0)
        return r;
    r = bus_request(bus, &device, "Reapply", &work.request);
    if (r == 0) {
        r = result_of(copy_connection(&work));
        if (r == 0)
            r = bus_call(bus, work.request, NULL);
        else
            bus->sd->message_unref(work.request);
    }
    bus->sd->message_unref(work.reply);
    return r;
}

int manager_reapply_stored(const struct bus *bus, const char *path)
{
    const struct bus_object device = device_at(path);
    sd_bus_message *request;
    int r = bus_request(bus, &device, "Reapply", &request);

    if (r < 0)
        return r;
    r = bus->sd->message_append(request, "a{sa{sv}}tu", 0, (uint64_t)0, 0);
    if (r < 0) {
        bus->sd->message_unref(request);
        return result_of(r);
    }
    return bus_call(bus, request, NULL);
}

/* ---- What it says of IPv4 ---------------------------------------------------------------------
 */

/* A value of section "ipv4". */
static int take_value(const struct bus_library *sd, sd_bus_message *reply, const char *key,
                      struct manager_ipv4 *ipv4)
{
    const char *word;
    int r;

    if (strcmp(key, "method") == 0) {
        r = sd->message_read(reply, "v", "s", &word);
        if (r >= 0)
            (void)snprintf(ipv4->method, sizeof(ipv4->method), "%s", word);
        return r;
    }
    if (strcmp(key, "dhcp-timeout") == 0)
        return sd->message_read(reply, "v", "i", &ipv4->dhcp_timeout);
    return sd->message_skip(reply, "v");
}

static int take_section(const struct bus_library *sd, sd_bus_message *reply,
                        struct manager_ipv4 *ipv4)
{
    const char *name;
    const char *key;
    int r = sd->message_read(reply, "s", &name);

    if (r < 0 || strcmp(name, "ipv4") != 0)
        return r < 0 ? r : sd->message_skip(reply, "a{sv}");
    r = sd->message_enter_container(reply, 'a', "{sv}");
    while (r >= 0 && (r = sd->message_enter_container(reply, 'e', "sv")) > 0) {
        r = sd->message_read(reply, "s", &key);
        if (r >= 0)
            r = take_value(sd, reply, key, ipv4);
        if (r >= 0)
            r = sd->message_exit_container(reply);
    }
    return r < 0 ? r : sd->message_exit_container(reply);
}

/* The reply is used up. */
static int take_connection(const struct bus *bus, sd_bus_message *reply, struct manager_ipv4 *ret)
{
    struct manager_ipv4 ipv4 = {.dhcp_timeout = 0};
    int r = bus->sd->message_enter_container(reply, 'a', "{sa{sv}}");

    while (r >= 0 && (r = bus->sd->message_enter_container(reply, 'e', "sa{sv}")) > 0) {
        r = take_section(bus->sd, reply, &ipv4);
        if (r >= 0)
            r = bus->sd->message_exit_container(reply);
    }
    bus->sd->message_unref(reply);
    if (r < 0)
        return result_of(r);
    *ret = ipv4;
    return 0;
}

int manager_get_applied(const struct bus *bus, const char *path, struct manager_ipv4 *ret)
{
    sd_bus_message *reply;
    int r = get_applied(bus, path, &reply);

    return r < 0 ? r : take_connection(bus, reply, ret);
}

/* A property that is a path, which stands in the reply. */
static int get_path(const struct bus *bus, const struct bus_object *object, const char *name,
                    sd_bus_message **ret_reply, const char **ret_path)
{
    sd_bus_message *reply;
    const char *path;
    int r = bus_get_property(bus, object, name, "o", &reply);

    if (r < 0)
        return r == -EBADMSG ? -EIO : r;
    r = result_of(bus->sd->message_read(reply, "o", &path));
    if (r < 0) {
        bus->sd->message_unref(reply);
        return r;
    }
    *ret_reply = reply;
    *ret_path = path;
    return 0;
}

int manager_get_stored(const struct bus *bus, const char *path, struct manager_ipv4 *ret)
{
    struct bus_object active = {MANAGER_SERVICE, NULL,
                                "org.freedesktop.NetworkManager.Connection.Active"};
    struct bus_object stored = {MANAGER_SERVICE, NULL,
                                "org.freedesktop.NetworkManager.Settings.Connection"};
    const struct bus_object device = device_at(path);
    sd_bus_message *of_device = NULL;
    sd_bus_message *of_active = NULL;
    sd_bus_message *reply;
    int r = get_path(bus, &device, "ActiveConnection", &of_device, &active.path);

    if (r == 0)
        r = get_path(bus, &active, "Connection", &of_active, &stored.path);
    if (r == 0)
        r = ask(bus, &stored, "GetSettings", "", NULL, &reply);
    if (r == 0)
        r = take_connection(bus, reply, ret);
    if (of_active)
        bus->sd->message_unref(of_active);
    if (of_device)
        bus->sd->message_unref(of_device);
    return r;
}
