/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ip_interfaces.h"

#include <stdio.h>
#include <string.h>

struct iface ip_interfaces_start(struct world *world)
{
    world_without_dad();
    world_add_pair(world, "v0", "v1");
    return iface_get("v0");
}

MIB_IPINTERFACE_ROW ip_interface_row(struct iface iface, ADDRESS_FAMILY family)
{
    MIB_IPINTERFACE_ROW row;

    InitializeIpInterfaceEntry(&row);
    row.Family = family;
    row.InterfaceLuid = iface.luid;
    assert_int_equal(GetIpInterfaceEntry(&row), NO_ERROR);
    row.SitePrefixLength = 0; /* which is wanted for IPv4 */
    return row;
}

static void read_sysctl(const char *path, char *ret, size_t size)
{
    char file[256];

    (void)snprintf(file, sizeof(file), "/proc/sys/net/%s", path);
    FILE *text = fopen(file, "re");
    if (!text || !fgets(ret, (int)size, text))
        fail_test("%s: cannot be read", file);
    ret[strcspn(ret, "\n")] = 0;
    (void)fclose(text);
}

void expect_sysctl(const char *path, const char *expected)
{
    char value[64];

    read_sysctl(path, value, sizeof(value));
    if (strcmp(value, expected) != 0)
        fail_test("%s is %s, not %s", path, value, expected);
}

void ip_interface_set_field(MIB_IPINTERFACE_ROW *row, const struct field *field, ULONG value)
{
    memcpy((char *)row + field->offset, &value, field->size); /* little-endian */
}

ULONG ip_interface_field(const MIB_IPINTERFACE_ROW *row, const struct field *field)
{
    ULONG value = 0;

    memcpy(&value, (const char *)row + field->offset, field->size);
    return value;
}
