/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Unicast addresses are made, set and deleted. What a program sees as one row may be several
 * addresses of the kernel's, which has an IPv4 address once for each prefix: they are looked up
 * first, and all of them are changed.
 */
#include "backend/array.h"
#include "backend/netlink/object/address.h"
#include "backend/netlink/socket/ask.h"
#include "backend/netlink/socket/change.h"
#include "backend/netlink/socket/family.h"
#include "backend/netlink/table/promote.h"
#include "backend/netlink/table/read.h"
#include "backend/netlink/table/unicast.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <stdlib.h>
#include <string.h>

/* All addresses of the key's family on the key's link. */
struct addresses {
    struct address_message *items;
    size_t count;
    size_t capacity;
};

static int take_address(void *context, const struct nlmsghdr *message)
{
    struct addresses *addresses = context;
    struct address_message address;

    if (address_parse_message(message, &address) < 0)
        return 0;
    struct address_message *grown = array_make_room(addresses->items, addresses->count,
                                                    &addresses->capacity, sizeof(*grown), 16);
    if (!grown)
        return -ENOMEM;
    addresses->items = grown;
    addresses->items[addresses->count++] = address;
    return 0;
}

static bool is_meant(const struct address_message *address, const struct mib_unicast *key)
{
    const struct mib_unicast *row = &address->record.row;

    return row->ifindex == key->ifindex && row->family == key->family &&
           memcmp(&row->address, &key->address, sizeof(row->address)) == 0;
}

/* The one that the row shows. NULL: there is none. */
static const struct address_message *find(const struct addresses *addresses,
                                          const struct mib_unicast *key)
{
    const struct address_message *found = NULL;

    for (size_t i = 0; i < addresses->count; i++) {
        const struct address_message *address = &addresses->items[i];

        if (is_meant(address, key) &&
            (!found || address_ops.rank(&address->record, &found->record) < 0))
            found = address;
    }
    return found;
}

static bool in_prefix(const struct address_record *record, const struct mib_addr *address)
{
    size_t whole = record->row.prefix_length / 8;
    uint8_t mask = (uint8_t)(0xff00 >> record->row.prefix_length % 8);

    return memcmp(record->peer.bytes, address->bytes, whole) == 0 &&
           ((record->peer.bytes[whole] ^ address->bytes[whole]) & mask) == 0;
}

/* Whether the kernel deletes others with it: IPv4's secondary addresses of its subnet. */
static bool has_secondaries(const struct addresses *addresses,
                            const struct address_message *address)
{
    const struct mib_unicast *row = &address->record.row;

    if (row->family != MIB_FAMILY_IPV4 || (address->flags & IFA_F_SECONDARY))
        return false;
    for (size_t i = 0; i < addresses->count; i++) {
        const struct address_message *other = &addresses->items[i];

        if ((other->flags & IFA_F_SECONDARY) &&
            other->record.row.prefix_length == row->prefix_length &&
            (row->prefix_length == 32
                 ? memcmp(&address->record.peer, &other->record.peer, sizeof(struct mib_addr)) == 0
                 : in_prefix(&address->record, &other->record.peer)))
            return true;
    }
    return false;
}

/* The one address, and no other. */
static int delete_one(const struct addresses *addresses, const struct address_message *address,
                      const struct link *link)
{
    if (has_secondaries(addresses, address))
        return promote_while(link->name, address);
    return netlink_change(address_request_delete(address));
}

/*
 * All that the row stands for, but for one with this prefix. First those whose deletion may be
 * refused for the sake of others: nothing has changed then.
 */
static int delete_others(const struct addresses *addresses, const struct mib_unicast *key,
                         const struct link *link, int but_length)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < 2 * addresses->count; i++) {
        const struct address_message *address = &addresses->items[i % addresses->count];

        if (is_meant(address, key) && address->record.row.prefix_length != but_length &&
            has_secondaries(addresses, address) == (i < addresses->count))
            r = delete_one(addresses, address, link);
    }
    return r;
}

static int put(const struct address_message *address, int flags)
{
    int r = netlink_change(address_request_put(address, flags));

    /* Who may not was told so before: IPv6 is switched off on the link. */
    return r == -EACCES ? -EOPNOTSUPP : r;
}

static int create(const struct mib_unicast *row, uint64_t fields, const struct link *link)
{
    struct address_message address = {.record = {.row = *row, .peer = row->address}};
    bool is_loopback = row->family == MIB_FAMILY_IPV4
                           ? row->address.bytes[0] == 127
                           : memcmp(row->address.bytes, (const uint8_t[16]){[15] = 1}, 16) == 0;
    bool has_origins = fields & MIB_UNICAST_ORIGINS;

    if (is_loopback && !(link->flags & IFF_LOOPBACK))
        return -EINVAL;
    address.scope = is_loopback ? RT_SCOPE_HOST : RT_SCOPE_UNIVERSE;
    if (mib_addr_is_link_local(row->family, &row->address))
        address.scope = RT_SCOPE_LINK;
    if (row->family == MIB_FAMILY_IPV6 && (fields & MIB_UNICAST_WITHOUT_DAD))
        address.flags = IFA_F_NODAD;
    if (has_origins)
        address_put_origins(&address, row->prefix_origin, row->suffix_origin);
    else if (!is_loopback && address.scope == RT_SCOPE_UNIVERSE)
        address_put_origins(&address, MIB_PREFIX_ORIGIN_MANUAL, MIB_SUFFIX_ORIGIN_MANUAL);
    return put(&address, NLM_F_CREATE | NLM_F_EXCL);
}

/* Another prefix: IPv4 has both for a moment, IPv6 neither, as it has an address once. */
static int set_prefix(const struct addresses *addresses, const struct address_message *found,
                      struct address_message *changed, const struct link *link)
{
    const struct mib_unicast *row = &changed->record.row;
    int r;

    if (row->family == MIB_FAMILY_IPV6) {
        bool checked = !(found->flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED));

        if (checked)
            changed->flags |= IFA_F_NODAD;
        r = netlink_change(address_request_delete(found));
        if (r < 0)
            return r;
        r = put(changed, NLM_F_CREATE | NLM_F_EXCL);
        if (r < 0)
            (void)put(found, NLM_F_CREATE | NLM_F_EXCL);
        return r;
    }
    r = put(changed, NLM_F_CREATE | NLM_F_EXCL);
    /* One of the others has that prefix. */
    if (r == -EEXIST)
        r = put(changed, NLM_F_REPLACE);
    if (r < 0)
        return r;
    r = delete_others(addresses, row, link, row->prefix_length);
    if (r < 0)
        (void)netlink_change(address_request_delete(changed));
    return r;
}

static int set(const struct addresses *addresses, const struct address_message *found,
               const struct mib_unicast *row, uint64_t fields, const struct link *link)
{
    struct address_message changed = *found;

    changed.record.row.valid_lifetime = row->valid_lifetime;
    changed.record.row.preferred_lifetime = row->preferred_lifetime;
    if (fields & MIB_UNICAST_ORIGINS)
        address_put_origins(&changed, row->prefix_origin, row->suffix_origin);
    if (row->prefix_length == found->record.row.prefix_length)
        return put(&changed, NLM_F_REPLACE);
    changed.record.row.prefix_length = row->prefix_length;
    return set_prefix(addresses, found, &changed, link);
}

static int change(enum mib_verb verb, const struct addresses *addresses,
                  const struct mib_unicast *row, uint64_t fields, const struct link *link)
{
    const struct address_message *found = find(addresses, row);

    switch (verb) {
    case MIB_VERB_CREATE:
        return found ? -EEXIST : create(row, fields, link);
    case MIB_VERB_SET:
        return found ? set(addresses, found, row, fields, link) : -ENOENT;
    case MIB_VERB_DELETE:
        return found ? delete_others(addresses, row, link, -1) : -ENOENT;
    case MIB_VERB_FLUSH:
        break;
    }
    return -EOPNOTSUPP;
}

int unicast_change_row(enum mib_verb verb, const void *memory, uint64_t fields)
{
    const struct mib_unicast *row = memory;
    struct addresses addresses = {0};
    struct link link = {0};
    int r = netlink_read_whole_link(row->ifindex, NULL, row->iftype, &link);

    if (r < 0)
        return r;
    if (!(row->family == MIB_FAMILY_IPV4 ? link.ipv4.exists : link.ipv6.exists))
        return netlink_has_family(row->family) ? -ENODEV : -EAFNOSUPPORT;
    /* Who may change nothing is told that before what there is. */
    r = netlink_ask(address_request_nothing(), NULL, NULL);
    if (r == 0 || r == -ENODEV)
        r = netlink_ask(address_request_dump(af_of(row->family), row->ifindex), take_address,
                        &addresses);
    if (r == 0)
        r = change(verb, &addresses, row, fields, &link);
    free(addresses.items);
    return r;
}
