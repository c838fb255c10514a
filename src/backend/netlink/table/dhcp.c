/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table of DHCP clients. A lease counts while it lasts and while its address is on the link:
 * files stay when a client has gone.
 */
#include "mib/row/dhcp.h"
#include "backend/array.h"
#include "backend/dhcp/files.h"
#include "backend/dhcp/service.h"
#include "backend/netlink/table/dhcp.h"
#include "backend/netlink/table/read.h"
#include "backend/netlink/table/table.h"
#include "mib/row/unicast.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct found {
    struct mib_dhcp row;
    enum dhcp_source source;
};

struct reading {
    struct found *found;
    size_t count;
    size_t capacity;
};

/* The link that a lease is of. dhcpcd puts a wireless network's name behind that of the link. */
static int find_link(uint32_t ifindex, const struct dhcp_lease *lease, struct link *ret)
{
    char name[sizeof(lease->interface)];
    size_t length = strnlen(lease->interface, sizeof(name));

    if (ifindex)
        return netlink_read_whole_link(ifindex, NULL, 0, ret);
    for (; length > 0; length--) {
        if (length >= sizeof(name) || (lease->interface[length] && lease->interface[length] != '-'))
            continue;
        memcpy(name, lease->interface, length);
        name[length] = '\0';
        int r = netlink_read_whole_link(0, name, 0, ret);
        if (r != -ENODEV)
            return r;
    }
    return -ENODEV;
}

/*
 * networkd's file does not say when a lease began. The kernel counts its address' lifetime down,
 * which the client sets anew whenever it renews the lease.
 */
static void take_times(const struct dhcp_lease *lease, const struct mib_unicast *address,
                       struct mib_dhcp *row)
{
    row->obtained = lease->obtained;
    row->expires = lease->expires;
    if (row->expires || !lease->lifetime)
        return;
    if (lease->lifetime == UINT32_MAX) {
        row->expires = MIB_DHCP_NEVER;
    } else if (address->valid_lifetime <= lease->lifetime) {
        row->expires = time(NULL) + address->valid_lifetime;
        row->obtained = row->expires - lease->lifetime;
    }
}

static int keep(struct reading *reading, enum dhcp_source source, const struct mib_dhcp *row)
{
    for (size_t i = 0; i < reading->count; i++) {
        struct found *other = &reading->found[i];

        if (other->row.ifindex != row->ifindex || other->row.family != row->family)
            continue;
        if (source < other->source ||
            (source == other->source && row->expires >= other->row.expires))
            *other = (struct found){*row, source};
        return 0;
    }
    struct found *grown =
        array_make_room(reading->found, reading->count, &reading->capacity, sizeof(*grown), 8);
    if (!grown)
        return -ENOMEM;
    reading->found = grown;
    reading->found[reading->count++] = (struct found){*row, source};
    return 0;
}

static int take_lease(void *context, enum dhcp_source source, uint32_t ifindex,
                      const struct dhcp_lease *lease)
{
    struct mib_unicast address = {.family = lease->family, .address = lease->address};
    struct mib_dhcp row = {.family = lease->family,
                           .server = lease->server,
                           .iaid = lease->iaid,
                           .duid_length = lease->duid_length};
    struct link link;

    if (lease->expires && lease->expires <= time(NULL))
        return 0;
    int r = find_link(ifindex, lease, &link);
    if (r < 0)
        return r == -ENODEV ? 0 : r;
    row.ifindex = address.ifindex = link.ifindex;
    row.iftype = address.iftype = link.iftype;
    memcpy(row.duid, lease->duid, sizeof(row.duid));
    if (!mib_addr_is_zero(&lease->address)) {
        r = netlink_table_unicast.read_row(&address);
        if (r < 0)
            return r == -ENOENT || r == -ENODEV || r == -EAFNOSUPPORT ? 0 : r;
        take_times(lease, &address, &row);
    }
    return keep(context, source, &row);
}

static int find_leases(struct reading *reading)
{
    struct bus bus;
    int r = bus_open(&bus);

    if (r == 0) {
        r = dhcp_ask_network_manager(&bus, take_lease, reading);
        bus_close(&bus);
    } else if (r != -ENOMEM) {
        r = 0;
    }
    return r < 0 ? r : dhcp_find_leases(take_lease, reading);
}

static int read_table(const struct mib_filter *filter, backend_sink sink, void *context)
{
    static const uint8_t families[] = {MIB_FAMILY_IPV4, MIB_FAMILY_IPV6};
    struct reading reading = {NULL, 0, 0};
    int r = find_leases(&reading);

    for (size_t i = 0; i < sizeof(families); i++)
        for (size_t k = 0; r == 0 && k < reading.count; k++) {
            const struct mib_dhcp *row = &reading.found[k].row;

            if (row->family == families[i] &&
                (filter->family == MIB_FAMILY_UNSPEC || filter->family == row->family))
                r = sink(context, row, 0);
        }
    free(reading.found);
    return r;
}

const struct netlink_table netlink_table_dhcp = {.read_table = read_table,
                                                 .change_row = dhcp_change_row};
