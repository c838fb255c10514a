/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "row_kinds.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* NOLINTBEGIN(bugprone-macro-parentheses): names do not go in parentheses */

/* ---- Fields -------------------------------------------------------------------------------- */

#define ROW_FIELDS(name) static const struct row_field fields_of_##name[] = {
#define ROW_FIELD(row, field, format, roles)                                                       \
    {#field, offsetof(row, field), sizeof(((row *)0)->field), format, roles},
#define ROW_FIELDS_END                                                                             \
    }                                                                                              \
    ;
#include "row_fields.def"

/* ---- Functions, each with one type for all kinds --------------------------------------------- */

/* In the place of a function that the kind does not have; it is not called. */
#define NONE(...) ERROR_NOT_SUPPORTED

#define ROW_KIND(KIND, name, row, table, get_table, get_entry, unknown_luid, initialize, notify)   \
    static DWORD get_table_of_##name(ADDRESS_FAMILY family, void **memory)                         \
    {                                                                                              \
        return get_table(family, (table **)memory);                                                \
    }                                                                                              \
                                                                                                   \
    static DWORD get_entry_of_##name(void *entry)                                                  \
    {                                                                                              \
        (void)entry;                                                                               \
        return get_entry((row *)entry);                                                            \
    }                                                                                              \
                                                                                                   \
    static void initialize_##name(void *entry)                                                     \
    {                                                                                              \
        (void)entry;                                                                               \
        (void)initialize((row *)entry);                                                            \
    }                                                                                              \
                                                                                                   \
    static void NETIOAPI_API_ tell_##name(void *context, row *told, MIB_NOTIFICATION_TYPE type)    \
    {                                                                                              \
        const struct row_listener *listener = context;                                             \
                                                                                                   \
        listener->told(listener->context, told, type);                                             \
    }                                                                                              \
                                                                                                   \
    static DWORD notify_##name(ADDRESS_FAMILY family, const struct row_listener *listener,         \
                               BOOLEAN initial, HANDLE *handle)                                    \
    {                                                                                              \
        (void)family, (void)listener, (void)initial, (void)handle, (void)tell_##name;              \
        return notify(family, tell_##name, (void *)listener, initial, handle);                     \
    }
#include "row_kinds.def"

const struct row_type row_types[ROW_KINDS] = {
#define ROW_KIND(KIND, title, row, table, table_function, entry_function, unknown, initializer,    \
                 notifier)                                                                         \
    [ROW_##KIND] = {                                                                               \
        .name = #title,                                                                            \
        .row_name = #row,                                                                          \
        .row_size = sizeof(row),                                                                   \
        .rows_offset = offsetof(table, Table),                                                     \
        .fields = fields_of_##title,                                                               \
        .field_count = COUNT(fields_of_##title),                                                   \
        .unknown_luid = unknown,                                                                   \
        .get_table = get_table_of_##title,                                                         \
        .get_entry = ROW_HAS(entry_function) ? get_entry_of_##title : NULL,                        \
        .initialize = ROW_HAS(initializer) ? initialize_##title : NULL,                            \
        .notify = ROW_HAS(notifier) ? notify_##title : NULL,                                       \
        .get_table_name = #table_function,                                                         \
        .get_entry_name = ROW_HAS(entry_function) ? #entry_function : NULL,                        \
        .initialize_name = ROW_HAS(initializer) ? #initializer : NULL,                             \
        .notify_name = ROW_HAS(notifier) ? #notifier : NULL,                                       \
    },
#include "row_kinds.def"
};

/* NOLINTEND(bugprone-macro-parentheses) */

/* Whoever goes through the kinds with notifications stops at the first that has none. */
#define ROW_KIND(KIND, name, row, table, get_table, get_entry, unknown_luid, initialize, notify)   \
    _Static_assert(ROW_HAS(notify) == (ROW_##KIND < ROW_WATCHED_KINDS),                            \
                   "kinds with notifications come first");
#include "row_kinds.def"

static void ignore(void *context, void *row, MIB_NOTIFICATION_TYPE type)
{
    (void)context;
    (void)row;
    (void)type;
}

const struct row_listener row_ignore = {.told = ignore};

/* ---- Keys ---------------------------------------------------------------------------------- */

static void read_address(const SOCKADDR_INET *from, uint16_t *family, uint8_t bytes[16])
{
    *family = from->si_family;
    if (from->si_family == AF_INET)
        memcpy(bytes, &from->Ipv4.sin_addr, sizeof(from->Ipv4.sin_addr));
    else if (from->si_family == AF_INET6)
        memcpy(bytes, &from->Ipv6.sin6_addr, sizeof(from->Ipv6.sin6_addr));
}

static void write_address(SOCKADDR_INET *to, uint16_t family, const uint8_t bytes[16])
{
    memset(to, 0, sizeof(*to));
    to->si_family = family;
    if (family == AF_INET)
        memcpy(&to->Ipv4.sin_addr, bytes, sizeof(to->Ipv4.sin_addr));
    else
        memcpy(&to->Ipv6.sin6_addr, bytes, sizeof(to->Ipv6.sin6_addr));
}

/* The fields of a key come first. Its second address is a next hop. */
struct row_key row_key(enum row_kind kind, const void *row)
{
    const struct row_field *field = row_types[kind].fields;
    struct row_key key;
    unsigned addresses = 0;

    memset(&key, 0, sizeof(key));
    for (; field->roles & FIELD_KEY; field++) {
        const void *from = row_field_in(field, row);
        if (field->format == FORMAT_LUID)
            key.luid = row_number(field, row);
        else if (field->format == FORMAT_FAMILY)
            key.family = *(const ADDRESS_FAMILY *)from;
        else if (field->format == FORMAT_PREFIX_LENGTH)
            key.prefix_length = *(const UINT8 *)from;
        else if (addresses++ == 0)
            read_address(from, &key.family, key.address);
        else
            read_address(from, &key.next_hop_family, key.next_hop);
    }
    return key;
}

void row_set_key(enum row_kind kind, void *row, const struct row_key *key)
{
    const struct row_field *field = row_types[kind].fields;
    unsigned addresses = 0;

    for (; field->roles & FIELD_KEY; field++) {
        void *to = row_field_at(field, row);
        if (field->format == FORMAT_LUID)
            memcpy(to, &key->luid, sizeof(key->luid));
        else if (field->format == FORMAT_FAMILY)
            *(ADDRESS_FAMILY *)to = key->family;
        else if (field->format == FORMAT_PREFIX_LENGTH)
            *(UINT8 *)to = (UINT8)key->prefix_length;
        else if (addresses++ == 0)
            write_address(to, key->family, key->address);
        else
            write_address(to, key->next_hop_family, key->next_hop);
    }
}

ADDRESS_FAMILY row_family(enum row_kind kind, const void *row)
{
    return row_key(kind, row).family;
}

bool row_key_equal(const struct row_key *a, const struct row_key *b)
{
    return memcmp(a, b, sizeof(*a)) == 0;
}

/* ---- Single fields ------------------------------------------------------------------------- */

const void *row_field_in(const struct row_field *field, const void *row)
{
    return (const char *)row + field->offset;
}

void *row_field_at(const struct row_field *field, void *row)
{
    return (char *)row + field->offset;
}

const struct row_field *row_field(enum row_kind kind, const char *name)
{
    const struct row_type *type = &row_types[kind];

    for (size_t i = 0; i < type->field_count; i++)
        if (strcmp(type->fields[i].name, name) == 0)
            return &type->fields[i];
    return NULL;
}

const struct row_field *row_field_of_format(enum row_kind kind, enum row_format format)
{
    const struct row_type *type = &row_types[kind];

    for (size_t i = 0; i < type->field_count; i++)
        if (type->fields[i].format == format)
            return &type->fields[i];
    return NULL;
}

/* Wherever this runs, the lower bytes of a number come first. */
uint64_t row_number(const struct row_field *field, const void *row)
{
    uint64_t number = 0;

    memcpy(&number, row_field_in(field, row),
           field->size < sizeof(number) ? field->size : sizeof(number));
    return number;
}

bool row_field_same(const struct row_field *field, const void *a, const void *b)
{
    return memcmp(row_field_in(field, a), row_field_in(field, b), field->size) == 0;
}

bool row_field_equal(const struct row_field *field, const void *a, const void *b)
{
    if (field->format == FORMAT_LIFETIME)
        return (row_number(field, a) == UINT32_MAX) == (row_number(field, b) == UINT32_MAX);
    return row_field_same(field, a, b);
}

void row_copy(enum row_kind kind, void *to, const void *from, unsigned roles)
{
    const struct row_type *type = &row_types[kind];

    for (size_t i = 0; i < type->field_count; i++)
        if (type->fields[i].roles & roles)
            memcpy(row_field_at(&type->fields[i], to), row_field_in(&type->fields[i], from),
                   type->fields[i].size);
}

/* ---- Tables -------------------------------------------------------------------------------- */

ULONG row_table_count(const void *table)
{
    return *(const ULONG *)table;
}

const void *row_in_table(enum row_kind kind, const void *table, size_t i)
{
    const struct row_type *type = &row_types[kind];

    return (const char *)table + type->rows_offset + i * type->row_size;
}
