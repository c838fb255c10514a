/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Fields of the API's structures: lists of them are data, and there is one way to print a field,
 * whatever the structure.
 */
#ifndef TOOLS_FIELDS_H
#define TOOLS_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "line.h"
#include "platform.h"
#include "words.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

enum field_format {
    FORMAT_FAMILY,
    FORMAT_LUID,
    FORMAT_INTERFACE, /* a LUID, or an index if it has four bytes: the interface's name */
    FORMAT_GUID,
    FORMAT_ADDRESS,        /* SOCKADDR_INET */
    FORMAT_NEXT_HOP,       /* the same; in text an unspecified one is "on-link" */
    FORMAT_ADDRESS_LENGTH, /* the same, with '/' and the byte at "other" */
    FORMAT_SOCKET_ADDRESS, /* SOCKET_ADDRESS, which may point to nothing */
    FORMAT_PREFIX,         /* IP_ADDRESS_PREFIX */
    FORMAT_BOOLEAN,
    FORMAT_NUMBER,
    FORMAT_NUMBERS,  /* an array of ULONG */
    FORMAT_INTEGER,  /* signed */
    FORMAT_WORD,     /* a number of an enumeration: one of "words" */
    FORMAT_BITS,     /* flags: a list of "words" */
    FORMAT_COUNTS,   /* an array of ULONG, counts of what the index says: those that are not 0.
                        "words_by_family" has their words: IPv4's, and IPv6's; "other" is where the
                        family is */
    FORMAT_LIFETIME, /* seconds */
    FORMAT_SPEED,    /* bits a second */
    FORMAT_BYTES,    /* as many as the ULONG at "other" says */
    FORMAT_STRING,   /* char[] */
    FORMAT_STRING_POINTER,
    FORMAT_WIDE, /* WCHAR[] */
    FORMAT_WIDE_POINTER,
    FORMAT_LIST,    /* a pointer to the first of a chain of "list" */
    FORMAT_IN_LIST, /* the same, but the first lies in the row */
};

struct list;

struct field {
    const char *name;  /* in JSON; NULL: only in text */
    const char *label; /* before the value in mibwatch's text */
    size_t offset;
    size_t size;
    enum field_format format;
    bool is_key; /* Get…Entry looks the row up by it */
    const char
        *heading; /* of the column, or before the value, in mibshow's text; NULL: not there */
    const struct words *words;
    const struct words *const *words_by_family;
    const struct list *list;
    size_t other; /* offset of another member that belongs to it */
};

/* A chain of structures in which each points to the next. */
struct list {
    size_t next; /* offset of the pointer */
    const struct field *fields;
    size_t count; /* if 1, JSON has a list of values, otherwise one of objects */
};

/* Lists of rows that both programs show: mibshow as tables, mibwatch as details. */
struct fields {
    const struct field *list;
    size_t count;
};

extern const struct fields ip_interface_fields;
extern const struct fields address_fields;
extern const struct fields route_fields;

#define FIELD_OF(row, field, how, key, ...)                                                        \
    {                                                                                              \
        .name = #field, .label = #field "=", .offset = offsetof(row, field),                       \
        .size = sizeof(((row *)0)->field), .format = FORMAT_##how, .is_key = (key), __VA_ARGS__    \
    }
/* Further initializers may follow, such as .heading or .words. */
#define FIELD(row, field, how, ...) FIELD_OF(row, field, how, false, __VA_ARGS__)
#define KEY(row, field, how, ...) FIELD_OF(row, field, how, true, __VA_ARGS__)
/* In mibshow's text only. */
#define FIELD_TEXT(row, field, how, ...)                                                           \
    {                                                                                              \
        .offset = offsetof(row, field), .size = sizeof(((row *)0)->field), .format = FORMAT_##how, \
        __VA_ARGS__                                                                                \
    }
/* The name of the row's interface, which the API leaves to be asked for. */
#define FIELD_INTERFACE(row, field)                                                                \
    {                                                                                              \
        .name = "interface", .offset = offsetof(row, field), .size = sizeof(((row *)0)->field),    \
        .format = FORMAT_INTERFACE, .heading = "interface"                                         \
    }

/**
 * Add a field of a row to a line.
 *
 * @param words false to have numbers of enumerations as numbers
 */
void field_add(struct line *line, const struct field *field, const void *row, bool words);

/* Whether a FORMAT_INTERFACE field tells of the interface that has this LUID and this index. */
bool field_is_interface(const struct field *field, const void *row, const NET_LUID *luid,
                        NET_IFINDEX index);

/* Whether a column of such fields is aligned to the right. */
bool field_is_number(const struct field *field);

#endif /* TOOLS_FIELDS_H */
