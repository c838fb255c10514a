/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * org.freedesktop.NetworkManager: its devices, and the connection that is applied to one. That is
 * read, changed in its sections of the families, and applied again. The number of its version goes
 * along, so that NetworkManager refuses if another has changed it meanwhile.
 */
#ifndef SRC_BACKEND_BUS_MANAGER_H
#define SRC_BACKEND_BUS_MANAGER_H

#include "backend/bus/bus.h"

#define MANAGER_SERVICE "org.freedesktop.NetworkManager"

/*
 * The device of a link's name. Its path stands in the reply, which the caller frees. -ENODEV: there
 * is none; else as bus_call.
 */
int manager_find_device(const struct bus *bus, const char *name, sd_bus_message **ret_reply,
                        const char **ret_path);

/* What becomes of the sections "ipv4" and "ipv6"; all others stay as they are. */
struct manager_edit {
    /* Whether this key of the section goes. */
    bool (*replaces)(const void *context, const char *section, const char *key);
    /* Appends what comes in the place of those, behind all that stays: {sv} by {sv}. */
    int (*add)(const void *context, const char *section, sd_bus_message *request);
    const void *context;
};

/* -ENODEV: no connection is applied; -EIO: it is none that the service accepts; as bus_call. */
int manager_reapply(const struct bus *bus, const char *path, const struct manager_edit *edit);

/* The connection as it is stored, whatever was changed since. As above. */
int manager_reapply_stored(const struct bus *bus, const char *path);

/* What is said of IPv4 by the connection that is applied, … */
struct manager_ipv4 {
    char method[16];      /* "auto": by DHCP */
    int32_t dhcp_timeout; /* seconds; 0: the service's own */
};

int manager_get_applied(const struct bus *bus, const char *path, struct manager_ipv4 *ret);

/* …, and by the connection as it is stored. */
int manager_get_stored(const struct bus *bus, const char *path, struct manager_ipv4 *ret);

#endif
