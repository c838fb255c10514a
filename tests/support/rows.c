/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rows.h"

#include "check.h"
#include "netns.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *row_kind_name(enum row_kind kind)
{
    return row_types[kind].name;
}

NET_IFINDEX luid_index(uint64_t luid)
{
    return (NET_IFINDEX)((luid & 0xffffff) << 24 | (luid >> 24 & 0xffffff));
}

struct iface iface_get(const char *name)
{
    struct iface iface = {.index = netns_ifindex(name)};
    DWORD rc = ConvertInterfaceIndexToLuid(iface.index, &iface.luid);

    if (iface.index == 0 || rc != NO_ERROR)
        fail_test("interface %s, index %u: error %u", name, iface.index, rc);
    return iface;
}

/* The family, by the text; the bytes are those beyond which nothing is written. */
static uint16_t parse_address(const char *text, uint8_t bytes[16])
{
    uint16_t family = strchr(text, ':') ? AF_INET6 : AF_INET;

    if (inet_pton(family, text, bytes) != 1)
        fail_test("not an address: %s", text);
    return family;
}

struct row_key row_key_parse(struct iface iface, ADDRESS_FAMILY family, const char *text)
{
    struct row_key key = {.luid = iface.luid.Value, .family = family};
    char address[64];

    if (!text)
        return key;
    const char *slash = strchr(text, '/');
    size_t length = slash ? (size_t)(slash - text) : strlen(text);
    (void)snprintf(address, sizeof(address), "%.*s", (int)length, text);
    key.family = parse_address(address, key.address);
    if (slash) {
        key.prefix_length = (uint32_t)strtoul(slash + 1, NULL, 10);
        key.next_hop_family = key.family;
    }
    return key;
}

struct row_key interface_key(struct iface iface, ADDRESS_FAMILY family)
{
    return row_key_parse(iface, family, NULL);
}

SOCKADDR_INET inet_address(const char *text)
{
    SOCKADDR_INET address;

    memset(&address, 0, sizeof(address));
    if (inet_pton(AF_INET, text, &address.Ipv4.sin_addr) == 1)
        address.si_family = AF_INET;
    else if (inet_pton(AF_INET6, text, &address.Ipv6.sin6_addr) == 1)
        address.si_family = AF_INET6;
    else
        fail_test("%s is no address", text);
    return address;
}

struct row_key unicast_key(struct iface iface, const char *address)
{
    return row_key_parse(iface, AF_UNSPEC, address);
}

struct row_key route_key(struct iface iface, const char *prefix, const char *next_hop)
{
    struct row_key key = row_key_parse(iface, AF_UNSPEC, prefix);

    if (!strchr(prefix, '/'))
        fail_test("not a prefix: %s", prefix);
    if (next_hop)
        key.next_hop_family = parse_address(next_hop, key.next_hop);
    return key;
}

NET_IFINDEX row_index(enum row_kind kind, const union any_row *row)
{
    return (NET_IFINDEX)row_number(row_field_of_format(kind, FORMAT_INDEX), row);
}

/* Whether the kind's next field of which changes are told differs; *at is the place to go on. */
static const struct row_field *next_difference(enum row_kind kind, const union any_row *a,
                                               const union any_row *b, size_t *at)
{
    const struct row_type *type = &row_types[kind];

    while (*at < type->field_count) {
        const struct row_field *field = &type->fields[(*at)++];
        if ((field->roles & FIELD_TOLD) && !row_field_equal(field, a, b))
            return field;
    }
    return NULL;
}

bool row_visibly_equal(enum row_kind kind, const union any_row *a, const union any_row *b)
{
    size_t at = 0;

    return next_difference(kind, a, b, &at) == NULL;
}

/* ---- Faults -------------------------------------------------------------------------------- */

static const char *luid_fault(enum row_kind kind, const union any_row *row,
                              const struct row_field *field)
{
    NET_LUID luid = {.Value = row_number(field, row)};
    NET_IFINDEX index = row_index(kind, row);

    if (luid_index(luid.Value) != index || index == 0)
        return "LUID and index disagree";
    if (luid.Info.IfType == 0)
        return "the LUID has no interface type";
    return NULL;
}

static const char *address_fault(const SOCKADDR_INET *address)
{
    if (address->si_family == AF_INET)
        return address->Ipv4.sin_port == 0 ? NULL : "an address has a port";
    if (address->si_family != AF_INET6)
        return "an address has no family";
    return address->Ipv6.sin6_port == 0 && address->Ipv6.sin6_flowinfo == 0
               ? NULL
               : "an address has a port or a flow label";
}

/* The zone of an IPv6 address: its interface where it is link-local, in both places. */
static const char *zone_fault(enum row_kind kind, const union any_row *row,
                              const struct row_field *field)
{
    const SOCKADDR_INET *address = row_field_in(row_field_of_format(kind, FORMAT_ADDRESS), row);

    if (address->si_family != AF_INET6)
        return NULL;
    bool is_local = IN6_IS_ADDR_LINKLOCAL(&address->Ipv6.sin6_addr);
    ULONG zone = is_local ? row_index(kind, row) : 0;
    if (address->Ipv6.sin6_scope_id != zone || row_number(field, row) != zone)
        return "wrong zone";
    return NULL;
}

static const char *field_fault(enum row_kind kind, const union any_row *row,
                               const struct row_field *field)
{
    ADDRESS_FAMILY family = row_family(kind, row);

    switch (field->format) {
    case FORMAT_FAMILY:
        return family == AF_INET || family == AF_INET6 ? NULL : "no family";
    case FORMAT_LUID:
        return luid_fault(kind, row, field);
    case FORMAT_ADDRESS:
        return address_fault(row_field_in(field, row));
    case FORMAT_PREFIX_LENGTH:
        return row_number(field, row) <= (family == AF_INET ? 32 : 128)
                   ? NULL
                   : "impossible prefix length";
    case FORMAT_ZONE:
        return zone_fault(kind, row, field);
    case FORMAT_INDEX:
    case FORMAT_LIFETIME:
    case FORMAT_NUMBER:
    case FORMAT_BYTES:
        break;
    }
    return NULL;
}

const char *row_fault(enum row_kind kind, const union any_row *row)
{
    const struct row_type *type = &row_types[kind];
    struct row_key key = row_key(kind, row);

    for (size_t i = 0; i < type->field_count; i++) {
        const char *fault = field_fault(kind, row, &type->fields[i]);
        if (fault)
            return fault;
    }
    if (key.family == AF_INET6 && key.next_hop_family == AF_INET)
        return "an IPv6 route through an IPv4 next hop";
    return NULL;
}

/* ---- Text ---------------------------------------------------------------------------------- */

static void append(char text[ROW_TEXT_SIZE], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void append(char text[ROW_TEXT_SIZE], const char *format, ...)
{
    size_t used = strlen(text);
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text + used, ROW_TEXT_SIZE - used, format, arguments);
    va_end(arguments);
}

const char *row_key_format(enum row_kind kind, const struct row_key *key, char text[ROW_TEXT_SIZE])
{
    const struct row_field *field = row_types[kind].fields;
    char address[INET6_ADDRSTRLEN] = "?";
    char next_hop[INET6_ADDRSTRLEN] = "?";
    unsigned addresses = 0;

    inet_ntop(key->family, key->address, address, sizeof(address));
    inet_ntop(key->next_hop_family, key->next_hop, next_hop, sizeof(next_hop));
    text[0] = '\0';
    for (; field->roles & FIELD_KEY; field++) {
        if (field->format == FORMAT_FAMILY)
            append(text, "%s", key->family == AF_INET ? "IPv4" : "IPv6");
        else if (field->format == FORMAT_PREFIX_LENGTH)
            append(text, "/%u", key->prefix_length);
        else if (field->format == FORMAT_LUID)
            append(text, " on interface %u (type %u)", luid_index(key->luid),
                   (unsigned)(key->luid >> 48));
        else if (addresses++ == 0)
            append(text, "%s", address);
        else
            append(text, " via %s", next_hop);
    }
    return text;
}

const char *row_format(enum row_kind kind, const union any_row *row, char text[ROW_TEXT_SIZE])
{
    const struct row_type *type = &row_types[kind];
    struct row_key key = row_key(kind, row);
    const char *separator = ": ";

    row_key_format(kind, &key, text);
    for (size_t i = 0; i < type->field_count; i++) {
        const struct row_field *field = &type->fields[i];
        if (!(field->roles & FIELD_TOLD))
            continue;
        append(text, "%s%s", separator, field->name);
        separator = ", ";
        if (field->format == FORMAT_BYTES)
            for (size_t j = 0; j < field->size; j++)
                append(text, " %02x", ((const uint8_t *)row_field_in(field, row))[j]);
        else
            append(text, " %llu", (unsigned long long)row_number(field, row));
    }
    return text;
}

const char *row_differences(enum row_kind kind, const union any_row *a, const union any_row *b,
                            char text[ROW_TEXT_SIZE])
{
    const struct row_field *field;
    size_t at = 0;

    text[0] = '\0';
    while ((field = next_difference(kind, a, b, &at)))
        append(text, "%s%s", text[0] ? ", " : "", field->name);
    return text;
}

/* ---- Tables -------------------------------------------------------------------------------- */

static enum row_kind sorted_kind;

static int compare_rows(const void *a, const void *b)
{
    struct row_key x = row_key(sorted_kind, a);
    struct row_key y = row_key(sorted_kind, b);

    return memcmp(&x, &y, sizeof(x));
}

static DWORD read_rows(enum row_kind kind, ADDRESS_FAMILY family, struct row_table *table)
{
    void *memory = NULL;
    DWORD rc = row_types[kind].get_table(family, &memory);

    if (rc != NO_ERROR)
        return rc;
    table->count = row_table_count(memory);
    table->rows = calloc(table->count + 1, sizeof(*table->rows));
    for (size_t i = 0; table->rows && i < table->count; i++)
        memcpy(&table->rows[i], row_in_table(kind, memory, i), row_types[kind].row_size);
    FreeMibTable(memory);
    return NO_ERROR;
}

DWORD row_table_read(enum row_kind kind, ADDRESS_FAMILY family, struct row_table *ret_table)
{
    struct row_table table = {0};
    DWORD rc = read_rows(kind, family, &table);

    if (rc == ERROR_NOT_FOUND) {
        table.rows = calloc(1, sizeof(*table.rows));
        rc = NO_ERROR;
    }
    if (rc != NO_ERROR)
        return rc;
    if (!table.rows)
        return ERROR_NOT_ENOUGH_MEMORY;

    sorted_kind = kind;
    qsort(table.rows, table.count, sizeof(*table.rows), compare_rows);
    *ret_table = table;
    return NO_ERROR;
}

void row_table_free(struct row_table *table)
{
    free(table->rows);
    *table = (struct row_table){0};
}

struct row_pair row_pairs(enum row_kind kind, const union any_row *a, size_t a_count,
                          const union any_row *b, size_t b_count)
{
    return (struct row_pair){
        .kind = kind, .next_a = a, .next_b = b, .left_a = a_count, .left_b = b_count};
}

bool row_pair_next(struct row_pair *pair)
{
    int order = pair->left_a > 0 ? -1 : 1;

    if (pair->left_a == 0 && pair->left_b == 0)
        return false;
    if (pair->left_a > 0 && pair->left_b > 0) {
        struct row_key x = row_key(pair->kind, pair->next_a);
        struct row_key y = row_key(pair->kind, pair->next_b);
        order = memcmp(&x, &y, sizeof(x));
    }
    pair->a = order <= 0 ? pair->next_a : NULL;
    pair->b = order >= 0 ? pair->next_b : NULL;
    if (pair->a) {
        pair->next_a++;
        pair->left_a--;
    }
    if (pair->b) {
        pair->next_b++;
        pair->left_b--;
    }
    return true;
}

DWORD row_get(enum row_kind kind, const struct row_key *key, union any_row *ret_row)
{
    memset(ret_row, 0, sizeof(*ret_row));
    row_set_key(kind, ret_row, key);
    return row_types[kind].get_entry ? row_types[kind].get_entry(ret_row) : ERROR_NOT_SUPPORTED;
}
