/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Signals and answers of org.freedesktop.NetworkManager. The bus keeps the order of what one sender
 * sends, so that a signal before the answer is part of the answer, and one after it changes it.
 */
#include "backend/connectivity/manager.h"
#include "backend/array.h"
#include "backend/bus/bus.h"
#include "backend/proc/process.h"
#include "backend/times.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char name_of_service[] = "org.freedesktop.NetworkManager";
static const char manager_path[] = "/org/freedesktop/NetworkManager";
static const char device_interface[] = "org.freedesktop.NetworkManager.Device";

/* What was asked last. Each answer leads to the next question. */
enum question {
    ASKED_NOTHING,
    ASKED_OWNER,   /* who has the service's name */
    ASKED_PROCESS, /* the owner's */
    ASKED_OBJECTS, /* all that the owner knows */
};

struct manager {
    struct bus bus;
    enum question asked;
    uint64_t cookie; /* of the question */
    char owner[64];  /* the service's unique name; empty: it is not there */
    bool is_known;   /* the objects were answered */
    bool lost;       /* the bus is gone */
    bool check_enabled, check_available;
    struct manager_device *devices;
    size_t count;
    size_t capacity;
};

static void forget(struct manager *manager)
{
    manager->owner[0] = '\0';
    manager->asked = ASKED_NOTHING;
    manager->is_known = false;
    manager->check_enabled = false;
    manager->check_available = false;
    manager->count = 0;
}

static bool copy_text(char *to, size_t size, const char *text)
{
    size_t length = strlen(text);

    if (length >= size)
        return false;
    memcpy(to, text, length + 1);
    return true;
}

/* ---- Questions --------------------------------------------------------------------------------
 */

static const struct bus_object of_bus = {"org.freedesktop.DBus", "/org/freedesktop/DBus",
                                         "org.freedesktop.DBus"};

/* Sends a request, which is used up. cookie NULL: no answer is wanted. */
static int send_request(struct manager *manager, sd_bus_message *request, uint64_t *cookie)
{
    const struct bus_library *sd = manager->bus.sd;

    if (!cookie)
        (void)sd->message_set_expect_reply(request, 0);
    int r = sd->send(manager->bus.connection, request, cookie);
    sd->message_unref(request);
    return r < 0 ? r : 0;
}

static int ask_bus(struct manager *manager, const char *method, const char *text, uint64_t *cookie)
{
    sd_bus_message *request;
    int r = bus_request(&manager->bus, &of_bus, method, &request);

    if (r < 0)
        return r;
    r = manager->bus.sd->message_append(request, "s", text);
    if (r < 0) {
        manager->bus.sd->message_unref(request);
        return r;
    }
    return send_request(manager, request, cookie);
}

static int ask(struct manager *manager, enum question question)
{
    static const struct bus_object objects = {name_of_service, "/org/freedesktop",
                                              "org.freedesktop.DBus.ObjectManager"};
    sd_bus_message *request;
    int r = 0;

    manager->asked = question;
    if (question == ASKED_OWNER)
        return ask_bus(manager, "GetNameOwner", name_of_service, &manager->cookie);
    if (question == ASKED_PROCESS)
        return ask_bus(manager, "GetConnectionUnixProcessID", manager->owner, &manager->cookie);
    r = bus_request(&manager->bus, &objects, "GetManagedObjects", &request);
    return r < 0 ? r : send_request(manager, request, &manager->cookie);
}

/* ---- What is said of one object ---------------------------------------------------------------
 */

/* Where one property goes. */
struct property {
    const char *name;
    char type; /* 's' into name, 'u', 'b' */
    void *value;
};

/* A variant, which is skipped where it has another type than it should. */
static int read_property(const struct bus_library *sd, sd_bus_message *message,
                         const struct property *property)
{
    const char types[] = {property->type, '\0'};
    const char *text;
    int truth;
    int r = sd->message_enter_container(message, 'v', types);

    if (r == -ENXIO)
        return sd->message_skip(message, "v");
    if (r >= 0 && property->type == 's') {
        r = sd->message_read(message, "s", &text);
        /* No link has a name that is longer. */
        if (r >= 0 && !copy_text(property->value, sizeof(((struct manager_device *)0)->name), text))
            *(char *)property->value = '\0';
    } else if (r >= 0 && property->type == 'b') {
        r = sd->message_read(message, "b", &truth);
        if (r >= 0)
            *(bool *)property->value = truth;
    } else if (r >= 0) {
        r = sd->message_read(message, "u", property->value);
    }
    return r < 0 ? r : sd->message_exit_container(message);
}

/* a{sv}: those of the list, which ends with a name of NULL. */
static int read_properties(const struct bus_library *sd, sd_bus_message *message,
                           const struct property *properties)
{
    const char *name;
    int r = sd->message_enter_container(message, 'a', "{sv}");

    while (r >= 0 && (r = sd->message_enter_container(message, 'e', "sv")) > 0) {
        const struct property *property = properties;

        r = sd->message_read(message, "s", &name);
        if (r < 0)
            break;
        while (property->name && strcmp(property->name, name) != 0)
            property++;
        r = property->name ? read_property(sd, message, property) : sd->message_skip(message, "v");
        if (r >= 0)
            r = sd->message_exit_container(message);
    }
    return r < 0 ? r : sd->message_exit_container(message);
}

static int read_manager(struct manager *manager, sd_bus_message *message)
{
    const struct property properties[] = {
        {"ConnectivityCheckEnabled", 'b', &manager->check_enabled},
        {"ConnectivityCheckAvailable", 'b', &manager->check_available},
        {0},
    };

    return read_properties(manager->bus.sd, message, properties);
}

/* The device of a path. `adds`: it is made where it is not there. NULL: none; or no memory. */
static struct manager_device *device_at(struct manager *manager, const char *path, bool adds)
{
    for (size_t i = 0; i < manager->count; i++)
        if (strcmp(manager->devices[i].path, path) == 0)
            return &manager->devices[i];
    if (!adds)
        return NULL;
    struct manager_device *grown =
        array_make_room(manager->devices, manager->count, &manager->capacity, sizeof(*grown), 8);
    if (!grown)
        return NULL;
    manager->devices = grown;
    grown += manager->count++;
    *grown = (struct manager_device){0};
    (void)copy_text(grown->path, sizeof(grown->path), path);
    return grown;
}

static int read_device(struct manager *manager, sd_bus_message *message, const char *path,
                       bool adds)
{
    if (strlen(path) >= sizeof(((struct manager_device *)0)->path))
        return manager->bus.sd->message_skip(message, "a{sv}"); /* none of NetworkManager's */
    struct manager_device *device = device_at(manager, path, adds);

    if (!device)
        return adds ? -ENOMEM : manager->bus.sd->message_skip(message, "a{sv}");
    const struct property properties[] = {
        {"Interface", 's', device->name},
        {"IpInterface", 's', device->ip_name},
        {"Ip4Connectivity", 'u', &device->connectivity[0]},
        {"Ip6Connectivity", 'u', &device->connectivity[1]},
        {"Metered", 'u', &device->metered},
        {0},
    };

    return read_properties(manager->bus.sd, message, properties);
}

/* The properties of one interface of an object. */
static int read_interface(struct manager *manager, sd_bus_message *message, const char *path,
                          const char *interface, bool adds)
{
    if (strcmp(interface, device_interface) == 0)
        return read_device(manager, message, path, adds);
    if (strcmp(interface, name_of_service) == 0 && strcmp(path, manager_path) == 0)
        return read_manager(manager, message);
    return manager->bus.sd->message_skip(message, "a{sv}");
}

/* a{sa{sv}}: the interfaces of an object. */
static int read_object(struct manager *manager, sd_bus_message *message, const char *path)
{
    const struct bus_library *sd = manager->bus.sd;
    const char *interface;
    int r = sd->message_enter_container(message, 'a', "{sa{sv}}");

    while (r >= 0 && (r = sd->message_enter_container(message, 'e', "sa{sv}")) > 0) {
        r = sd->message_read(message, "s", &interface);
        if (r >= 0)
            r = read_interface(manager, message, path, interface, true);
        if (r >= 0)
            r = sd->message_exit_container(message);
    }
    return r < 0 ? r : sd->message_exit_container(message);
}

/* a{oa{sa{sv}}} */
static int read_objects(struct manager *manager, sd_bus_message *message)
{
    const struct bus_library *sd = manager->bus.sd;
    const char *path;
    int r = sd->message_enter_container(message, 'a', "{oa{sa{sv}}}");

    while (r >= 0 && (r = sd->message_enter_container(message, 'e', "oa{sa{sv}}")) > 0) {
        r = sd->message_read(message, "o", &path);
        if (r >= 0)
            r = read_object(manager, message, path);
        if (r >= 0)
            r = sd->message_exit_container(message);
    }
    return r;
}

/* ---- Answers ----------------------------------------------------------------------------------
 */

static bool serves_this_namespace(uint32_t pid)
{
    int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (proc < 0)
        return false;
    bool serves = process_shares_network(proc, pid);
    (void)close(proc);
    return serves;
}

static int take_answer(struct manager *manager, sd_bus_message *message)
{
    const struct bus_library *sd = manager->bus.sd;
    enum question asked = manager->asked;
    const char *owner;
    uint32_t pid;
    int r;

    manager->asked = ASKED_NOTHING;
    if (sd->message_is_method_error(message, NULL) > 0)
        return 0; /* it is not there, or not any more */
    switch (asked) {
    case ASKED_OWNER:
        r = sd->message_read(message, "s", &owner);
        if (r >= 0 && copy_text(manager->owner, sizeof(manager->owner), owner))
            r = ask(manager, ASKED_PROCESS);
        break;
    case ASKED_PROCESS:
        r = sd->message_read(message, "u", &pid);
        if (r >= 0 && serves_this_namespace(pid))
            r = ask(manager, ASKED_OBJECTS);
        break;
    case ASKED_OBJECTS:
        r = read_objects(manager, message);
        manager->is_known = r >= 0;
        if (r < 0)
            manager->count = 0;
        break;
    default:
        r = 0;
    }
    return r;
}

/* ---- Signals ----------------------------------------------------------------------------------
 */

/* The service has another owner, or none. */
static int take_owner(struct manager *manager, sd_bus_message *message)
{
    const char *name;
    const char *before;
    const char *owner;
    int r = manager->bus.sd->message_read(message, "sss", &name, &before, &owner);

    if (r < 0 || strcmp(name, name_of_service) != 0)
        return r;
    if (strcmp(owner, manager->owner) == 0)
        return 0; /* as the answer had it */
    forget(manager);
    if (!owner[0] || !copy_text(manager->owner, sizeof(manager->owner), owner))
        return 0;
    return ask(manager, ASKED_PROCESS);
}

static int take_properties(struct manager *manager, sd_bus_message *message)
{
    const char *interface;
    int r = manager->bus.sd->message_read(message, "s", &interface);

    if (r < 0)
        return r;
    return read_interface(manager, message, manager->bus.sd->message_get_path(message), interface,
                          false);
}

static int take_new_object(struct manager *manager, sd_bus_message *message)
{
    const char *path;
    int r = manager->bus.sd->message_read(message, "o", &path);

    return r < 0 ? r : read_object(manager, message, path);
}

static int take_gone_object(struct manager *manager, sd_bus_message *message)
{
    const char *path;
    int r = manager->bus.sd->message_read(message, "o", &path);
    struct manager_device *device = r < 0 ? NULL : device_at(manager, path, false);

    if (device)
        *device = manager->devices[--manager->count];
    return r;
}

static const struct {
    const char *interface;
    const char *member;
    bool of_service; /* sent by NetworkManager, and understood once its objects are known */
    int (*take)(struct manager *manager, sd_bus_message *message);
    const char *rule; /* which of them are wanted */
} signals[] = {
    {"org.freedesktop.DBus", "NameOwnerChanged", false, take_owner,
     "sender='org.freedesktop.DBus',member='NameOwnerChanged',"
     "arg0='org.freedesktop.NetworkManager'"},
    {"org.freedesktop.DBus.Properties", "PropertiesChanged", true, take_properties,
     "sender='org.freedesktop.NetworkManager',member='PropertiesChanged',"
     "arg0='org.freedesktop.NetworkManager.Device'"},
    {"org.freedesktop.DBus.Properties", "PropertiesChanged", true, take_properties,
     "sender='org.freedesktop.NetworkManager',member='PropertiesChanged',"
     "arg0='org.freedesktop.NetworkManager'"},
    {"org.freedesktop.DBus.ObjectManager", "InterfacesAdded", true, take_new_object,
     "sender='org.freedesktop.NetworkManager',member='InterfacesAdded',"
     "arg0path='/org/freedesktop/NetworkManager/Devices/'"},
    {"org.freedesktop.DBus.ObjectManager", "InterfacesRemoved", true, take_gone_object,
     "sender='org.freedesktop.NetworkManager',member='InterfacesRemoved',"
     "arg0path='/org/freedesktop/NetworkManager/Devices/'"},
};

enum { SIGNALS = sizeof(signals) / sizeof(signals[0]) };

/* Anybody may send a signal to a connection; only NetworkManager's and the bus' own count. */
static int take_signal(struct manager *manager, sd_bus_message *message)
{
    const char *sender = manager->bus.sd->message_get_sender(message);

    for (size_t i = 0; i < SIGNALS; i++) {
        const char *expected = signals[i].of_service ? manager->owner : of_bus.service;

        if (manager->bus.sd->message_is_signal(message, signals[i].interface, signals[i].member) <=
            0)
            continue;
        if (!sender || strcmp(sender, expected) != 0)
            return 0;
        if (signals[i].of_service && !manager->is_known)
            return 0; /* its objects are still to come, or it is not ours */
        return signals[i].take(manager, message);
    }
    return 0;
}

/* ---- The connection ---------------------------------------------------------------------------
 */

static int subscribe(struct manager *manager)
{
    int r = 0;

    for (size_t i = 0; r >= 0 && i < SIGNALS; i++)
        r = ask_bus(manager, "AddMatch", signals[i].rule, NULL);
    return r < 0 ? r : ask(manager, ASKED_OWNER);
}

int manager_open(struct manager **ret)
{
    struct manager *manager = calloc(1, sizeof(*manager));

    if (!manager)
        return -ENOMEM;
    int r = bus_connect(&manager->bus);
    if (r == 0)
        r = subscribe(manager);
    if (r < 0) {
        manager_close(manager);
        return r == -ENOMEM || r == -EMFILE || r == -ENFILE ? r : -ENOTCONN;
    }
    *ret = manager;
    return 0;
}

void manager_close(struct manager *manager)
{
    if (!manager)
        return;
    bus_close(&manager->bus);
    free(manager->devices);
    free(manager);
}

int manager_poll(const struct manager *manager, short *ret_events)
{
    const struct bus *bus = &manager->bus;
    int events = manager->lost ? -1 : bus->sd->get_events(bus->connection);
    int fd = events < 0 ? -1 : bus->sd->get_fd(bus->connection);

    if (fd < 0)
        return -1;
    *ret_events = (short)events;
    return fd;
}

int manager_take(struct manager *manager)
{
    const struct bus_library *sd = manager->bus.sd;
    sd_bus_message *message = NULL;
    uint64_t cookie;
    int taken = 0;
    int r = manager->lost ? -ENOTCONN : sd->process(manager->bus.connection, &message);

    if (r >= 0 && !message)
        return r > 0;
    if (r >= 0) {
        if (sd->message_get_reply_cookie(message, &cookie) < 0)
            taken = take_signal(manager, message);
        else if (manager->asked != ASKED_NOTHING && cookie == manager->cookie)
            taken = take_answer(manager, message);
        sd->message_unref(message);
    }
    if (r < 0 || taken == -ENOMEM) {
        forget(manager);
        manager->lost = true;
        return -ENOTCONN;
    }
    return 1; /* what cannot be understood says nothing */
}

int manager_await(struct manager *manager)
{
    enum { PATIENCE_MS = 1000 };
    uint64_t deadline = times_now_ms() + PATIENCE_MS;

    while (manager->asked != ASKED_NOTHING) {
        struct pollfd polled = {0};
        int r = manager_take(manager);

        if (r < 0)
            return r;
        if (r > 0)
            continue;
        uint64_t now = times_now_ms();
        polled.fd = manager_poll(manager, &polled.events);
        if (polled.fd < 0 || now >= deadline)
            break;
        (void)poll(&polled, 1, (int)(deadline - now));
    }
    return 0;
}

bool manager_checks(const struct manager *manager)
{
    return manager->is_known && manager->check_enabled && manager->check_available;
}

const struct manager_device *manager_find(const struct manager *manager, const char *name)
{
    const struct manager_device *found = NULL;

    for (size_t i = 0; i < manager->count; i++) {
        if (strcmp(manager->devices[i].ip_name, name) == 0)
            return &manager->devices[i];
        if (strcmp(manager->devices[i].name, name) == 0)
            found = &manager->devices[i];
    }
    return found;
}
