/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kinds of rows as data: what each is called, its fields, and the functions of the API that
 * deal with it. A test that goes through row_types is a test of every kind; row_kinds.def and
 * row_fields.def are the lists to extend.
 *
 * Public headers only: the conformance tests are built with this for Windows, too.
 */
#ifndef TESTS_SUPPORT_ROW_KINDS_H
#define TESTS_SUPPORT_ROW_KINDS_H

#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
#endif
#include <iphlpapi.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A macro of Windows' headers for COM, which no test needs. */
#undef interface

/* NOLINTBEGIN(bugprone-macro-parentheses): names and terms of a sum do not go in parentheses */

/* Whether an optional function is named in row_kinds.def; NONE otherwise. A constant. */
#define ROW_HAS(function) (sizeof(#function) != sizeof("NONE"))

enum row_kind {
#define ROW_KIND(KIND, name, row, table, get_table, get_entry, unknown_luid, initialize, notify)   \
    ROW_##KIND,
#include "row_kinds.def"
    ROW_KINDS,

    /* How many have notifications: the first ones. */
    ROW_WATCHED_KINDS = 0
#define ROW_KIND(KIND, name, row, table, get_table, get_entry, unknown_luid, initialize, notify)   \
    +ROW_HAS(notify)
#include "row_kinds.def"
};

union any_row {
#define ROW_KIND(KIND, name, row, table, get_table, get_entry, unknown_luid, initialize, notify)   \
    row name;
#include "row_kinds.def"
};

/* NOLINTEND(bugprone-macro-parentheses) */

enum row_format {
    FORMAT_FAMILY,
    FORMAT_LUID,
    FORMAT_INDEX, /* of the interface that the LUID names */
    FORMAT_ADDRESS,
    FORMAT_PREFIX_LENGTH, /* of the row's family */
    FORMAT_ZONE,          /* of the row's address */
    FORMAT_LIFETIME,      /* counts down, unless it is infinite */
    FORMAT_NUMBER,
    FORMAT_BYTES,
};

enum row_field_role {
    FIELD_PLAIN = 0,
    FIELD_KEY = 1,         /* tells rows of one kind apart */
    FIELD_TOLD = 2,        /* a notification is due when it changes; a lifetime: ends or begins */
    FIELD_IN_CALLBACK = 4, /* programs read it in the row that a callback is given */
    FIELD_DRIFTS = 8,      /* becomes another by itself */
};

struct row_field {
    const char *name;
    size_t offset;
    size_t size;
    enum row_format format;
    unsigned roles;
};

/* Who is told of changes, whatever the kind. It stays where it is while it is registered. */
struct row_listener {
    void (*told)(void *context, void *row, MIB_NOTIFICATION_TYPE type);
    void *context;
};

/* Notify…Change of a kind. */
typedef DWORD row_notify(ADDRESS_FAMILY family, const struct row_listener *listener,
                         BOOLEAN initial, HANDLE *handle);

/* What there is of a kind. Functions that a kind does not have are NULL. */
struct row_type {
    const char *name;
    const char *row_name; /* of its type */
    size_t row_size;
    size_t rows_offset; /* in the table, which begins with their number as a ULONG */
    const struct row_field *fields;
    size_t field_count;
    DWORD unknown_luid; /* the error of get_entry() for a LUID that no interface has */
    DWORD (*get_table)(ADDRESS_FAMILY family, void **table);
    DWORD (*get_entry)(void *row);
    void (*initialize)(void *row);
    row_notify *notify;
    /* As in the API. */
    const char *get_table_name;
    const char *get_entry_name;
    const char *initialize_name;
    const char *notify_name;
};

extern const struct row_type row_types[ROW_KINDS];

/* For those who do not mind what they are told. */
extern const struct row_listener row_ignore;

/* What Windows tells rows of one kind apart by. Without padding, compared with memcmp(). */
struct row_key {
    uint64_t luid;
    uint16_t family;
    uint16_t next_hop_family;
    uint32_t prefix_length;
    uint8_t address[16];
    uint8_t next_hop[16];
};

struct row_key row_key(enum row_kind kind, const void *row);
ADDRESS_FAMILY row_family(enum row_kind kind, const void *row);
bool row_key_equal(const struct row_key *a, const struct row_key *b);

/* Writes the fields of the key, and no others. */
void row_set_key(enum row_kind kind, void *row, const struct row_key *key);

/* Copies the fields that have one of these roles, and no others. */
void row_copy(enum row_kind kind, void *to, const void *from, unsigned roles);

/* NULL if the kind has no such field. */
const struct row_field *row_field(enum row_kind kind, const char *name);

/* The field with that format, or NULL. */
const struct row_field *row_field_of_format(enum row_kind kind, enum row_format format);

void *row_field_at(const struct row_field *field, void *row);
const void *row_field_in(const struct row_field *field, const void *row);

/* The value of a field that is a number. */
uint64_t row_number(const struct row_field *field, const void *row);

/* Byte by byte. */
bool row_field_same(const struct row_field *field, const void *a, const void *b);

/* The same, but lifetimes that count down count as equal. */
bool row_field_equal(const struct row_field *field, const void *a, const void *b);

/* How many rows there are in a table of Get…Table, and one of them. */
ULONG row_table_count(const void *table);
const void *row_in_table(enum row_kind kind, const void *table, size_t i);

#endif
