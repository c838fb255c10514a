/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the tests of converters share: recorded messages are loaded, changed and converted in one
 * way for all kinds. A kind of message is a descriptor, a change of a message is a row.
 */
#ifndef TESTS_UNIT_CONVERTER_H
#define TESTS_UNIT_CONVERTER_H

#include "messages.h"
#include "mib/addr.h"

#include <linux/netlink.h>

enum { CONVERTER_OBJECT_MAX = 512 };

struct converter {
    const char *kind;   /* the folder of its recorded messages */
    size_t header_size; /* of the header behind the netlink header */
    size_t object_size; /* of what it makes of a message: CONVERTER_OBJECT_MAX at most */
    int (*parse)(const struct nlmsghdr *message, void *ret_object);
    void (*clear)(void *object); /* NULL: the object owns nothing */

    /* Fails the test where something does not hold that holds of all that is accepted. */
    void (*check)(const struct nlmsghdr *message, const void *object);

    bool has_messages_without_row; /* parse returns -ENOMSG for some messages … */
    const char *without_row;       /* … and for this recorded one; NULL: for none of those */
};

/* Converts a message and frees it. Where the object has pointers into it they are not valid. */
int convert(const struct converter *converter, struct nlmsghdr *message, void *ret_object);

/* The recorded message of that name, which must be accepted. */
void convert_recorded(const struct converter *converter, const char *name, void *ret_object);

/* Likewise, with an attribute replaced or, where data is NULL, taken away. */
void convert_changed(const struct converter *converter, const char *name, uint16_t type,
                     const void *data, size_t length, void *ret_object);

/* A change of a recorded message, and what the converter returns then. */
struct converter_case {
    const char *name;
    size_t offset;    /* a byte is replaced, where not 0, by `byte` … */
    const void *data; /* … or the attribute `type`, by the first of these; NULL: it is taken away */
    size_t first;     /* how many of them: each length from first … */
    size_t last;      /* … to last */
    int expected;
    uint16_t type;
    uint8_t byte;
};

/* clang-format off */
#define BYTE(message, where, value, result) \
    {.name = (message), .offset = (where), .byte = (value), .expected = (result)}
#define WITH(message, attribute, bytes, length, result) \
    {.name = (message), .type = (attribute), .data = (bytes), .first = (length), .last = (length), \
     .expected = (result)}
#define WITHOUT(message, attribute, result) \
    {.name = (message), .type = (attribute), .expected = (result)}
/* Each length from 0 to `most` is refused but the one that is right. */
#define LENGTHS(message, attribute, bytes, right, most, result) \
    {.name = (message), .type = (attribute), .data = (bytes), .first = 0, .last = (right) - 1, \
     .expected = -EBADMSG}, \
    WITH(message, attribute, bytes, right, result), \
    {.name = (message), .type = (attribute), .data = (bytes), .first = (right) + 1, \
     .last = (most), .expected = -EBADMSG}
/* clang-format on */

void convert_cases(const struct converter *converter, const struct converter_case *cases,
                   size_t count);

/* All recorded messages of the kind: each is accepted; where asked for, mutilated, too. */
void convert_everything(const struct converter *converter, bool mutilated);

/* One recorded message of the kind, mutilated. */
void convert_mutilated(const struct converter *converter, const char *name);

/* An address in the form of the rows; IPv4 where the text has no colon. */
struct mib_addr address_of_text(const char *text);
enum mib_family family_of_text(const char *text);
bool is_address(const struct mib_addr *address, const char *text);

#endif
