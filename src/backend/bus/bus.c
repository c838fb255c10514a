/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Loads sd-bus, and bounds the time that it may take. */
#include "backend/bus/bus.h"
#include "backend/log.h"
#include "backend/proc/process.h"
#include "backend/times.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATIENCE_MS = 1000 };

/*
 * The library, which is never unloaded. Whoever needs it first loads it; where two threads do, both
 * find the same, and no lock is held meanwhile.
 */
static const struct bus_library *load(void)
{
    static _Atomic(const struct bus_library *) loaded;
    const struct bus_library *library = atomic_load(&loaded);
    bool complete = true;

    if (library)
        return library;
    void *handle = dlopen("libsystemd.so.0", RTLD_NOW | RTLD_LOCAL);
    if (!handle)
        return NULL;
    struct bus_library *found = calloc(1, sizeof(*found));
    if (found) {
#define BUS_FUNCTION(name)                                                                         \
    *(void **)&found->name = dlsym(handle, "sd_bus_" #name);                                       \
    complete = complete && found->name;
#include "backend/bus/functions.def"
#undef BUS_FUNCTION
    }
    if (!found || !complete) {
        free(found);
        (void)dlclose(handle);
        return NULL;
    }
    if (!atomic_compare_exchange_strong(&loaded, &library, found)) {
        free(found);
        return library;
    }
    return found;
}

/* What is left of the time, in ms. */
static int time_left(const struct bus *bus)
{
    uint64_t now = times_now_ms();

    return now < bus->deadline ? (int)(bus->deadline - now) : 0;
}

/* sd_bus_call waits for a connection to be made for as long as that takes, so this is done here. */
static int await_ready(const struct bus *bus)
{
    int r;

    while ((r = bus->sd->is_ready(bus->connection)) == 0) {
        r = bus->sd->process(bus->connection, NULL);
        if (r > 0)
            continue;
        if (r < 0)
            break;
        int events = bus->sd->get_events(bus->connection);
        struct pollfd polled = {.fd = bus->sd->get_fd(bus->connection), .events = (short)events};

        if (events < 0 || polled.fd < 0)
            return -ENOTCONN;
        r = poll(&polled, 1, time_left(bus));
        if (r == 0 || time_left(bus) == 0)
            return -ETIMEDOUT;
        if (r < 0 && errno != EINTR)
            return -ENOTCONN;
    }
    return r > 0 ? 0 : r == -ENOMEM ? r : -ENOTCONN;
}

int bus_connect(struct bus *ret)
{
    struct bus bus = {.sd = load()};

    if (!bus.sd)
        return -ENOTCONN;
    bus_give_time(&bus);
    int r = bus.sd->open_system(&bus.connection);
    if (r < 0)
        return r == -ENOMEM || r == -EMFILE || r == -ENFILE ? r : -ENOTCONN;
    *ret = bus;
    return 0;
}

int bus_open(struct bus *ret)
{
    struct bus bus;
    int r = bus_connect(&bus);

    if (r < 0)
        return r;
    r = await_ready(&bus);
    if (r < 0) {
        bus_close(&bus);
        return r;
    }
    *ret = bus;
    return 0;
}

void bus_close(struct bus *bus)
{
    if (bus->connection)
        bus->sd->close_unref(bus->connection);
    bus->connection = NULL;
}

void bus_give_time(struct bus *bus)
{
    bus->deadline = times_now_ms() + PATIENCE_MS;
}

int bus_request(const struct bus *bus, const struct bus_object *object, const char *method,
                sd_bus_message **ret)
{
    sd_bus_message *request;
    int r = bus->sd->message_new_method_call(bus->connection, &request, object->service,
                                             object->path, object->interface, method);

    if (r < 0)
        return r == -ENOMEM ? r : -EIO;
    (void)bus->sd->message_set_auto_start(request, 0);
    *ret = request;
    return 0;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);
    size_t end_length = strlen(end);

    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

/* By the last part of the error's name: services name the same errors in their own domains. */
static int errno_of(const char *name)
{
    static const struct {
        const char *name;
        int error;
    } errors[] = {
        {".ServiceUnknown", -ESRCH},
        {".NameHasNoOwner", -ESRCH},
        {".UnmanagedInterface", -ESRCH}, /* systemd-networkd: the link is not its */
        {".NoReply", -ETIMEDOUT},
        {".Timeout", -ETIMEDOUT},
        {".TimedOut", -ETIMEDOUT},
        {".AccessDenied", -EPERM},
        {".InteractiveAuthorizationRequired", -EPERM},
        {".PermissionDenied", -EPERM},
        {".NotAuthorized", -EPERM},
        {".NoSuchLink", -ENODEV},
        {".UnknownDevice", -ENODEV}, /* NetworkManager */
        {".NotActive", -ENODEV},
        {".LinkBusy", -EBUSY},
        {".NoMemory", -ENOMEM},
        {".InvalidArgs", -EINVAL},
    };

    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
        if (ends_with(name, errors[i].name))
            return errors[i].error;
    return -EIO;
}

int bus_call(const struct bus *bus, sd_bus_message *request, sd_bus_message **ret_reply)
{
    sd_bus_error error = SD_BUS_ERROR_NULL;
    sd_bus_message *reply = NULL;
    int left = time_left(bus);
    int r = -ETIMEDOUT;

    if (left > 0)
        r = bus->sd->call(bus->connection, request, (uint64_t)left * 1000, &error, &reply);
    bus->sd->message_unref(request);
    if (r >= 0) {
        if (ret_reply)
            *ret_reply = reply;
        else
            bus->sd->message_unref(reply);
        return 0;
    }
    if (error.name && r != -ENOMEM && r != -ETIMEDOUT)
        r = errno_of(error.name);
    else if (r != -ENOMEM && r != -ETIMEDOUT)
        r = -EIO;
    if (error.name && r != -ESRCH)
        log_tell(LOG_ERROR, "D-Bus: %s: %s", error.name, error.message ? error.message : "");
    bus->sd->error_free(&error);
    return r;
}

int bus_get_property(const struct bus *bus, const struct bus_object *object, const char *name,
                     const char *type, sd_bus_message **ret_reply)
{
    const struct bus_object properties = {object->service, object->path,
                                          "org.freedesktop.DBus.Properties"};
    sd_bus_message *request = NULL;
    sd_bus_message *reply = NULL;
    int r = bus_request(bus, &properties, "Get", &request);

    if (r < 0)
        return r;
    r = bus->sd->message_append(request, "ss", object->interface, name);
    if (r < 0) {
        bus->sd->message_unref(request);
        return -ENOMEM;
    }
    r = bus_call(bus, request, &reply);
    if (r < 0)
        return r;
    r = bus->sd->message_enter_container(reply, 'v', type);
    if (r <= 0) {
        bus->sd->message_unref(reply);
        return r == -ENOMEM ? r : -EBADMSG;
    }
    *ret_reply = reply;
    return 0;
}

/* The process of a service, as the bus sees it. */
static int process_of(const struct bus *bus, const char *service, uint32_t *ret_pid)
{
    const struct bus_object of_bus = {"org.freedesktop.DBus", "/org/freedesktop/DBus",
                                      "org.freedesktop.DBus"};
    sd_bus_message *request = NULL;
    sd_bus_message *reply = NULL;
    uint32_t pid = 0;
    int r = bus_request(bus, &of_bus, "GetConnectionUnixProcessID", &request);

    if (r < 0)
        return r;
    r = bus->sd->message_append(request, "s", service);
    if (r < 0) {
        bus->sd->message_unref(request);
        return -ENOMEM;
    }
    r = bus_call(bus, request, &reply);
    if (r < 0)
        return r;
    r = bus->sd->message_read(reply, "u", &pid);
    bus->sd->message_unref(reply);
    if (r <= 0)
        return r == -ENOMEM ? r : -EIO;
    *ret_pid = pid;
    return 0;
}

int bus_begin(struct bus *bus, const char *service)
{
    uint32_t pid;

    bus_give_time(bus);
    int r = process_of(bus, service, &pid);
    if (r < 0)
        return r;
    int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (proc < 0)
        return errno == ENOENT ? -ESRCH : -errno;
    bool serves = process_shares_network(proc, pid);
    close(proc);
    return serves ? 0 : -ESRCH;
}
