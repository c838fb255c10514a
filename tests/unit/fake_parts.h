/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the services of fake_services.h share. All of it is called in the services' process. */
#ifndef TESTS_UNIT_FAKE_PARTS_H
#define TESTS_UNIT_FAKE_PARTS_H

#include "fake_services.h"

#include <systemd/sd-bus.h>

/* Ends the process where a result of sd-bus is below 0. */
void fake_check(int r, const char *what);

void fake_add_table(sd_bus *bus, const char *path, const char *interface,
                    const sd_bus_vtable *table);

/* A property that is an array of what nobody expects. */
int fake_get_garbage(sd_bus *bus, const char *path, const char *interface, const char *property,
                     sd_bus_message *reply, void *context, sd_bus_error *error);

/* NetworkManager's objects, without its name. */
void fake_manager_begin(sd_bus *bus, enum fake_behaviour how);

#endif
