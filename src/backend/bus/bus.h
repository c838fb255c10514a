/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The system's D-Bus, for what services of the host know. sd-bus of libsystemd is loaded when it is
 * first needed, so that neither the library nor a program depends on it. A connection
 * that calls lives no longer than the question that it is for; one that only listens lives as long
 * as who listens. Either is used by one thread at a time.
 *
 * Nothing waits for long: who talks to a service says so with bus_begin, and all calls until the
 * next bus_begin have one second together. No service is started by what is asked of it.
 */
#ifndef SRC_BACKEND_BUS_BUS_H
#define SRC_BACKEND_BUS_BUS_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-bus.h>

/* The functions of sd-bus, by their names without sd_bus_. */
struct bus_library {
#define BUS_FUNCTION(name) __typeof__(sd_bus_##name) *(name);
#include "backend/bus/functions.def"
#undef BUS_FUNCTION
};

struct bus {
    const struct bus_library *sd;
    sd_bus *connection;
    uint64_t deadline; /* as times_now_ms counts */
};

struct bus_object {
    const char *service;
    const char *path;
    const char *interface;
};

/* -ENOTCONN: there is no libsystemd, or no bus; -ETIMEDOUT: the bus does not answer; -ENOMEM. */
int bus_open(struct bus *ret);
void bus_close(struct bus *bus);

/*
 * The same for who never waits: connecting, and what is sent, goes on in sd_bus_process. Not for
 * the functions below that call, but for bus_request. -ENOTCONN, -ENOMEM, -EMFILE, -ENFILE.
 */
int bus_connect(struct bus *ret);

/*
 * From now on that service is talked to. Services know links by their indexes or names, so one of
 * another network namespace, whose bus can be reached from here, does not count. 0; -ESRCH: it is
 * not there, or not for this namespace; else as bus_call.
 */
int bus_begin(struct bus *bus, const char *service);

/* The same service gets another second. */
void bus_give_time(struct bus *bus);

/* A method call without arguments yet. Freed by the sending of it, or by message_unref. */
int bus_request(const struct bus *bus, const struct bus_object *object, const char *method,
                sd_bus_message **ret);

/*
 * Sends a request, which is used up whatever comes of it. ret_reply may be NULL.
 *   -ESRCH      the service is not there
 *   -ETIMEDOUT  it has not answered in time
 *   -EPERM      it refuses: the user may not
 *   -ENODEV     it does not know the link
 *   -EBUSY      another service has the link
 *   -EINVAL     it does not accept the arguments
 *   -EIO        anything else; what it said goes to the log
 */
int bus_call(const struct bus *bus, sd_bus_message *request, sd_bus_message **ret_reply);

/*
 * A property, as a reply that has been entered as far as into the variant, whose content has the
 * type that is given. -EBADMSG: it has another; else as bus_call.
 */
int bus_get_property(const struct bus *bus, const struct bus_object *object, const char *name,
                     const char *type, sd_bus_message **ret_reply);

#endif
