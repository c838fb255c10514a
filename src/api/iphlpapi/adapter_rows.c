/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Called by the functions about adapters. Interfaces are found by a hash of their index, so joining
 * is linear. */
#include "api/iphlpapi/adapter_rows.h"
#include "backend/backend.h"
#include "mib/query/best_route.h"
#include "mib/row/dns.h"
#include "mib/row/route.h"
#include "mib/row/unicast.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool is_gateway(const void *row, enum mib_family family)
{
    const struct mib_route *route = row;

    (void)family;
    return route->prefix_length == 0 && !mib_addr_is_zero(&route->next_hop);
}

/* Suffixes have no family, so all rows are read. */
static bool is_dns_of(const void *row, enum mib_family family)
{
    const struct mib_dns *dns = row;

    return family == MIB_FAMILY_UNSPEC || dns->kind != MIB_DNS_SERVER || dns->family == family;
}

/* The table that a part is read from. */
static const struct {
    enum mib_table table;
    bool any_family;
    bool (*takes)(const void *row, enum mib_family family);
} sources[ADAPTER_PREFIX] = {
    [ADAPTER_UNICAST] = {.table = MIB_TABLE_UNICAST},
    [ADAPTER_ANYCAST] = {.table = MIB_TABLE_ANYCAST},
    [ADAPTER_MULTICAST] = {.table = MIB_TABLE_MULTICAST},
    [ADAPTER_GATEWAY] = {.table = MIB_TABLE_ROUTE, .takes = is_gateway},
    [ADAPTER_DNS] = {.table = MIB_TABLE_DNS, .takes = is_dns_of, .any_family = true},
    [ADAPTER_DHCP] = {.table = MIB_TABLE_DHCP},
};

/* A backend_sink. */
static int add(void *context, const void *row, size_t more)
{
    struct adapter_table *table = context;

    if (table->takes && !table->takes(row, table->family))
        return 0;
    if (table->count == table->capacity) {
        size_t capacity = table->count + 1 + (table->takes ? 0 : more);
        if (capacity < table->count * 2)
            capacity = table->count * 2;
        if (capacity >= UINT32_MAX)
            return -ENOMEM;
        uint8_t *rows = realloc(table->rows, capacity * table->row_size);
        if (!rows)
            return -ENOMEM;
        table->rows = rows;
        table->capacity = capacity;
    }
    memcpy(table->rows + table->count++ * table->row_size, row, table->row_size);
    return 0;
}

static size_t hash(const struct adapter_rows *rows, uint32_t ifindex)
{
    return (size_t)(ifindex * UINT32_C(2654435769)) & rows->mask;
}

/* The slot of the interface, or the free one where it would be. */
static uint32_t *find(const struct adapter_rows *rows, uint32_t ifindex)
{
    size_t i = hash(rows, ifindex);

    while (rows->slots[i] && adapter_rows_interface(rows, rows->slots[i] - 1)->ifindex != ifindex)
        i = (i + 1) & rows->mask;
    return &rows->slots[i];
}

static int index_interfaces(struct adapter_rows *rows)
{
    size_t size = 16;

    while (size < rows->interfaces.count * 2)
        size *= 2;
    rows->slots = calloc(size, sizeof(*rows->slots));
    if (!rows->slots)
        return -ENOMEM;
    rows->mask = size - 1;
    for (size_t i = 0; i < rows->interfaces.count; i++)
        *find(rows, adapter_rows_interface(rows, i)->ifindex) = (uint32_t)i + 1;
    return 0;
}

/* From the last to the first, so that each chain is in the order in which the rows came. */
static int chain(struct adapter_rows *rows, enum adapter_part part)
{
    struct adapter_table *table = &rows->parts[part];
    uint32_t *first = calloc(rows->interfaces.count + 1, sizeof(*first));

    rows->first[part] = first;
    table->next = calloc(table->count + 1, sizeof(*table->next));
    if (!first || !table->next)
        return -ENOMEM;
    for (size_t i = table->count; i-- > 0;) {
        struct mib_head *head = (void *)(table->rows + i * table->row_size);
        uint32_t number = *find(rows, head->ifindex);
        if (number == 0)
            continue; /* the interface came after it was looked for, or is gone */
        head->iftype = adapter_rows_interface(rows, number - 1)->iftype;
        table->next[i] = first[number - 1];
        first[number - 1] = (uint32_t)i + 1;
    }
    return 0;
}

/* ---- Prefixes ----------------------------------------------------------------------------------
 */

/* What every interface with an address of the family has. */
static const struct adapter_prefix common_prefixes[] = {
    {.family = MIB_FAMILY_IPV4, .length = 4, .address.bytes = {224}},
    {.family = MIB_FAMILY_IPV4, .length = 32, .address.bytes = {255, 255, 255, 255}},
    {.family = MIB_FAMILY_IPV6, .length = 8, .address.bytes = {0xff}},
};

static void set_host_bits(struct mib_addr *address, uint8_t from, uint8_t bits, bool set)
{
    for (unsigned int bit = from; bit < bits; bit++) {
        uint8_t mask = (uint8_t)(0x80U >> bit % 8);

        if (set)
            address->bytes[bit / 8] |= mask;
        else
            address->bytes[bit / 8] &= (uint8_t)~mask;
    }
}

/* The subnet, the host, and the subnet's broadcast address where it has one. */
static int add_prefixes_of(struct adapter_table *prefixes, const struct mib_unicast *unicast)
{
    bool ipv4 = unicast->family == MIB_FAMILY_IPV4;
    uint8_t bits = ipv4 ? 32 : 128;
    struct adapter_prefix prefix = {
        .ifindex = unicast->ifindex,
        .iftype = unicast->iftype,
        .family = unicast->family,
        .length = unicast->prefix_length,
        .address = unicast->address,
    };
    int r;

    set_host_bits(&prefix.address, prefix.length, bits, false);
    r = add(prefixes, &prefix, 0);
    prefix.length = bits;
    prefix.address = unicast->address;
    if (r == 0)
        r = add(prefixes, &prefix, 0);
    set_host_bits(&prefix.address, unicast->prefix_length, bits, true);
    if (r == 0 && ipv4 && unicast->prefix_length < 31)
        r = add(prefixes, &prefix, 0);
    for (size_t i = 0; r == 0 && i < sizeof(common_prefixes) / sizeof(common_prefixes[0]); i++) {
        if (common_prefixes[i].family != prefix.family)
            continue;
        prefix.length = common_prefixes[i].length;
        prefix.address = common_prefixes[i].address;
        r = add(prefixes, &prefix, 0);
    }
    return r;
}

static int compare_prefixes(const struct adapter_prefix *a, const struct adapter_prefix *b)
{
    if (a->ifindex != b->ifindex)
        return a->ifindex < b->ifindex ? -1 : 1;
    if (a->family != b->family)
        return a->family < b->family ? -1 : 1;
    if (a->length != b->length)
        return a->length < b->length ? -1 : 1;
    return memcmp(&a->address, &b->address, sizeof(a->address));
}

/* A row of an array that is sorted by its contents, and else stays in its order. */
struct prefix_place {
    struct adapter_prefix *row;
};

static int compare_places(const void *a, const void *b)
{
    const struct prefix_place *one = a;
    const struct prefix_place *other = b;
    int order = compare_prefixes(one->row, other->row);

    if (order != 0)
        return order;
    return one->row < other->row ? -1 : one->row > other->row;
}

/* Of equal prefixes the first stays, and all stay in their order. */
static int drop_duplicates(struct adapter_table *prefixes)
{
    struct adapter_prefix *rows = (void *)prefixes->rows;
    struct prefix_place *places = calloc(prefixes->count + 1, sizeof(*places));
    size_t kept = 0;

    if (!places)
        return -ENOMEM;
    for (size_t i = 0; i < prefixes->count; i++)
        places[i].row = &rows[i];
    qsort(places, prefixes->count, sizeof(*places), compare_places);
    /* From the end, because a row that is marked is no longer equal to the one before it. */
    for (size_t i = prefixes->count; i-- > 1;)
        if (compare_prefixes(places[i].row, places[i - 1].row) == 0)
            places[i].row->family = MIB_FAMILY_UNSPEC;
    for (size_t i = 0; i < prefixes->count; i++)
        if (rows[i].family != MIB_FAMILY_UNSPEC)
            rows[kept++] = rows[i];
    prefixes->count = kept;
    free(places);
    return 0;
}

static int make_prefixes(struct adapter_rows *rows)
{
    struct adapter_table *prefixes = &rows->parts[ADAPTER_PREFIX];
    const struct adapter_table *unicast = &rows->parts[ADAPTER_UNICAST];
    int r = 0;

    prefixes->row_size = sizeof(struct adapter_prefix);
    for (size_t i = 0; r == 0 && i < unicast->count; i++)
        r = add_prefixes_of(prefixes, (const void *)(unicast->rows + i * unicast->row_size));
    return r < 0 ? r : drop_duplicates(prefixes);
}

/* ---- Reading -----------------------------------------------------------------------------------
 */

static int read_part(struct adapter_rows *rows, enum adapter_part part, enum mib_family family)
{
    struct adapter_table *table = &rows->parts[part];
    const struct mib_filter filter = {
        .family = sources[part].any_family ? MIB_FAMILY_UNSPEC : family,
        .flags = MIB_FILTER_WITHOUT_IFTYPE,
    };

    table->takes = sources[part].takes;
    table->family = family;
    table->row_size = mib_row_size(sources[part].table);
    int r = backend_read_table(sources[part].table, &filter, add, table);
    return r == -EAFNOSUPPORT ? 0 : r; /* a host without IPv6 has no rows of it */
}

int adapter_rows_read(struct adapter_rows *rows, enum mib_family family, uint32_t interface_flags,
                      unsigned int parts)
{
    const struct mib_filter filter = {.flags = interface_flags};

    *rows = (struct adapter_rows){.mask = 0};
    if (parts & 1U << ADAPTER_PREFIX)
        parts |= 1U << ADAPTER_UNICAST;
    rows->interfaces.row_size = mib_row_size(MIB_TABLE_INTERFACE);
    int r = backend_read_table(MIB_TABLE_INTERFACE, &filter, add, &rows->interfaces);
    for (int i = 0; r == 0 && i < ADAPTER_PREFIX; i++)
        if (parts & 1U << i)
            r = read_part(rows, (enum adapter_part)i, family);
    if (r == 0 && parts & 1U << ADAPTER_PREFIX)
        r = make_prefixes(rows);
    if (r == 0)
        r = index_interfaces(rows);
    for (int i = 0; r == 0 && i < ADAPTER_PARTS; i++)
        r = chain(rows, (enum adapter_part)i);
    if (r < 0)
        adapter_rows_clear(rows);
    return r;
}

/* ---- Order -------------------------------------------------------------------------------------
 */

/* *ret_ifindex is 0 where there is none. */
static int interface_of_default_route(enum mib_family family, uint32_t *ret_ifindex)
{
    struct mib_best_route query = {.family = (uint8_t)family, .only_interface = true};
    int r = backend_query(MIB_QUERY_BEST_ROUTE, &query);

    if (r == -ENETUNREACH || r == -EAFNOSUPPORT)
        query.ifindex = 0;
    else if (r < 0)
        return r;
    *ret_ifindex = query.ifindex;
    return 0;
}

struct place {
    size_t number;
    uint32_t ifindex;
    unsigned int class; /* the lower ones come first */
};

static int compare_order(const void *a, const void *b)
{
    const struct place *one = a;
    const struct place *other = b;

    if (one->class != other->class)
        return one->class < other->class ? -1 : 1;
    return one->ifindex < other->ifindex ? -1 : one->ifindex > other->ifindex;
}

int adapter_rows_choose(struct adapter_rows *rows, enum mib_family family,
                        bool (*shows)(const struct mib_interface *link, enum mib_family family))
{
    enum { OF_IPV4, OF_IPV6, OTHER, LOOPBACK };
    uint32_t best[] = {[OF_IPV4] = 0, [OF_IPV6] = 0};
    struct place *places = calloc(rows->interfaces.count + 1, sizeof(*places));
    int r = 0;

    rows->shown = calloc(rows->interfaces.count + 1, sizeof(*rows->shown));
    rows->shown_count = 0;
    if (!places || !rows->shown)
        r = -ENOMEM;
    if (r == 0 && family != MIB_FAMILY_IPV6)
        r = interface_of_default_route(MIB_FAMILY_IPV4, &best[OF_IPV4]);
    if (r == 0 && family != MIB_FAMILY_IPV4)
        r = interface_of_default_route(MIB_FAMILY_IPV6, &best[OF_IPV6]);
    if (r < 0) {
        free(places);
        return r;
    }
    for (size_t i = 0; i < rows->interfaces.count; i++) {
        const struct mib_interface *link = adapter_rows_interface(rows, i);
        struct place *place = &places[rows->shown_count];

        if (shows && !shows(link, family))
            continue;
        *place = (struct place){.number = i, .ifindex = link->ifindex, .class = OTHER};
        if (link->medium == MIB_MEDIUM_LOOPBACK)
            place->class = LOOPBACK;
        else if (link->ifindex == best[OF_IPV4])
            place->class = OF_IPV4;
        else if (link->ifindex == best[OF_IPV6])
            place->class = OF_IPV6;
        rows->shown_count++;
    }
    qsort(places, rows->shown_count, sizeof(*places), compare_order);
    for (size_t i = 0; i < rows->shown_count; i++)
        rows->shown[i] = places[i].number;
    free(places);
    return 0;
}

void adapter_rows_clear(struct adapter_rows *rows)
{
    free(rows->interfaces.rows);
    free(rows->slots);
    free(rows->shown);
    for (int i = 0; i < ADAPTER_PARTS; i++) {
        free(rows->parts[i].rows);
        free(rows->parts[i].next);
        free(rows->first[i]);
    }
    *rows = (struct adapter_rows){.mask = 0};
}

const struct mib_interface *adapter_rows_interface(const struct adapter_rows *rows, size_t number)
{
    return (const void *)(rows->interfaces.rows + number * rows->interfaces.row_size);
}

static const void *row_of(const struct adapter_table *table, uint32_t number)
{
    return number ? table->rows + (size_t)(number - 1) * table->row_size : NULL;
}

const void *adapter_rows_first(const struct adapter_rows *rows, enum adapter_part part,
                               size_t interface_number)
{
    return row_of(&rows->parts[part], rows->first[part][interface_number]);
}

const void *adapter_rows_next(const struct adapter_rows *rows, enum adapter_part part,
                              const void *row)
{
    const struct adapter_table *table = &rows->parts[part];
    size_t number = (size_t)((const uint8_t *)row - table->rows) / table->row_size;

    return row_of(table, table->next[number]);
}
