/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * systemd-networkd has a method that renews, and none that gives up. NetworkManager has neither: it
 * asks the server again when the connection's IPv4 settings are applied with a difference, and
 * gives the lease up when they are applied without DHCP.
 */
#include "backend/dhcp/client.h"
#include "backend/bus/manager.h"

#include <errno.h>
#include <string.h>

int dhcp_renew_by_networkd(struct bus *bus, uint32_t ifindex)
{
    static const struct bus_object manager = {"org.freedesktop.network1",
                                              "/org/freedesktop/network1",
                                              "org.freedesktop.network1.Manager"};
    sd_bus_message *request = NULL;
    int r = bus_begin(bus, manager.service);

    if (r == 0)
        r = bus_request(bus, &manager, "RenewLink", &request);
    if (r < 0)
        return r;
    r = bus->sd->message_append(request, "i", (int32_t)ifindex);
    if (r < 0) {
        bus->sd->message_unref(request);
        return r == -ENOMEM ? r : -EIO;
    }
    return bus_call(bus, request, NULL);
}

/* ---- NetworkManager ---------------------------------------------------------------------------
 */

/* How long it waits for an answer where the connection does not say so. */
enum { DEFAULT_TIMEOUT_S = 45 };

struct edit {
    const struct bus *bus;
    int32_t timeout;
};

static bool replaces_timeout(const void *context, const char *section, const char *key)
{
    (void)context;
    return strcmp(section, "ipv4") == 0 && strcmp(key, "dhcp-timeout") == 0;
}

static int add_timeout(const void *context, const char *section, sd_bus_message *request)
{
    const struct edit *edit = context;

    if (strcmp(section, "ipv4") != 0)
        return 0;
    return edit->bus->sd->message_append(request, "{sv}", "dhcp-timeout", "i", edit->timeout);
}

/* A connection without IPv4 must not name servers or domains. */
static bool replaces_method(const void *context, const char *section, const char *key)
{
    static const char *const keys[] = {"method", "dns", "dns-data", "dns-search"};

    (void)context;
    if (strcmp(section, "ipv4") != 0)
        return false;
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (strcmp(keys[i], key) == 0)
            return true;
    return false;
}

static int add_method(const void *context, const char *section, sd_bus_message *request)
{
    const struct edit *edit = context;

    if (strcmp(section, "ipv4") != 0)
        return 0;
    return edit->bus->sd->message_append(request, "{sv}", "method", "s", "disabled");
}

static int begin(struct bus *bus, const char *name, sd_bus_message **ret_reply,
                 const char **ret_path, struct manager_ipv4 *ret_applied)
{
    sd_bus_message *reply = NULL;
    const char *path = NULL;
    int r = bus_begin(bus, MANAGER_SERVICE);

    if (r == 0)
        r = manager_find_device(bus, name, &reply, &path);
    if (r < 0)
        return r;
    r = manager_get_applied(bus, path, ret_applied);
    if (r < 0) {
        bus->sd->message_unref(reply);
        return r;
    }
    *ret_reply = reply;
    *ret_path = path;
    return 0;
}

/* Whether it was DHCP that was given up. */
static int renew_stored(const struct bus *bus, const char *path)
{
    struct manager_ipv4 stored;
    int r = manager_get_stored(bus, path, &stored);

    if (r < 0)
        return r;
    return strcmp(stored.method, "auto") == 0 ? manager_reapply_stored(bus, path) : -ESRCH;
}

int dhcp_renew_by_network_manager(struct bus *bus, const char *name, bool *ret_shows)
{
    struct edit context = {.bus = bus};
    const struct manager_edit edit = {replaces_timeout, add_timeout, &context};
    struct manager_ipv4 applied;
    sd_bus_message *reply;
    const char *path;
    int r = begin(bus, name, &reply, &path, &applied);

    if (r < 0)
        return r == -ENODEV ? -ESRCH : r;
    const bool has_lease = strcmp(applied.method, "auto") == 0;
    if (has_lease) {
        /* The least of a difference: a second of the time that it waits. */
        context.timeout = applied.dhcp_timeout > 0 ? applied.dhcp_timeout : DEFAULT_TIMEOUT_S;
        context.timeout += context.timeout % 2 == 0 || context.timeout == 1 ? 1 : -1;
        r = manager_reapply(bus, path, &edit);
    } else {
        r = strcmp(applied.method, "disabled") == 0 ? renew_stored(bus, path) : -ESRCH;
    }
    bus->sd->message_unref(reply);
    if (r == 0)
        *ret_shows = !has_lease;
    return r == -ENODEV ? -ESRCH : r;
}

int dhcp_release_by_network_manager(struct bus *bus, const char *name)
{
    const struct edit context = {.bus = bus};
    const struct manager_edit edit = {replaces_method, add_method, &context};
    struct manager_ipv4 applied;
    sd_bus_message *reply;
    const char *path;
    int r = begin(bus, name, &reply, &path, &applied);

    if (r < 0)
        return r == -ENODEV ? -ESRCH : r;
    r = strcmp(applied.method, "auto") == 0 ? manager_reapply(bus, path, &edit) : -ESRCH;
    bus->sd->message_unref(reply);
    return r == -ENODEV ? -ESRCH : r;
}
