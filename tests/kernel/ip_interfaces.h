/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the tests of IP interfaces that are set share: a link, its rows, its settings as files. */
#ifndef TESTS_KERNEL_IP_INTERFACES_H
#define TESTS_KERNEL_IP_INTERFACES_H

#include "world.h"

/* v0, which is up, and its peer v1 beside; without duplicate detection. */
struct iface ip_interfaces_start(struct world *world);

/* As programs do it: what there is, to be changed. */
MIB_IPINTERFACE_ROW ip_interface_row(struct iface iface, ADDRESS_FAMILY family);

/* What stands in a file below /proc/sys/net. */
void expect_sysctl(const char *path, const char *expected);

/* A field by its place; of 1 or 4 bytes. */
#define FIELD(name)                                                                                \
#name, offsetof(MIB_IPINTERFACE_ROW, name), sizeof(((MIB_IPINTERFACE_ROW *)NULL)->name)

struct field {
    const char *name;
    size_t offset;
    size_t size;
};

void ip_interface_set_field(MIB_IPINTERFACE_ROW *row, const struct field *field, ULONG value);
ULONG ip_interface_field(const MIB_IPINTERFACE_ROW *row, const struct field *field);

#endif
