/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "converter.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct nlmsghdr *load(const struct converter *converter, const char *name)
{
    char path[64];

    (void)snprintf(path, sizeof(path), "%s/%s", converter->kind, name);
    return message_load(path);
}

static void clear(const struct converter *converter, void *object)
{
    if (converter->clear)
        converter->clear(object);
}

int convert(const struct converter *converter, struct nlmsghdr *message, void *ret_object)
{
    int r = converter->parse(message, ret_object);

    free(message);
    return r;
}

void convert_recorded(const struct converter *converter, const char *name, void *ret_object)
{
    int r = convert(converter, load(converter, name), ret_object);

    if (r != 0)
        fail_msg("%s/%s: %d", converter->kind, name, r);
}

void convert_changed(const struct converter *converter, const char *name, uint16_t type,
                     const void *data, size_t length, void *ret_object)
{
    struct nlmsghdr *message = load(converter, name);
    struct nlmsghdr *changed = message_with(message, converter->header_size, type, data, length);
    int r = convert(converter, changed, ret_object);

    free(message);
    if (r != 0)
        fail_msg("%s/%s with another attribute %u: %d", converter->kind, name, type, r);
}

static void convert_case(const struct converter *converter, const struct nlmsghdr *message,
                         const struct converter_case *row, size_t length)
{
    _Alignas(16) uint8_t object[CONVERTER_OBJECT_MAX];
    struct nlmsghdr *changed =
        row->offset ? message_with_byte(message, row->offset, row->byte)
                    : message_with(message, converter->header_size, row->type, row->data, length);

    assert_in_range(converter->object_size, 1, sizeof(object));
    int r = convert(converter, changed, object);
    if (r == 0)
        clear(converter, object);
    if (r != row->expected && row->offset)
        fail_msg("%s/%s: with byte %zu %u: %d, not %d", converter->kind, row->name, row->offset,
                 row->byte, r, row->expected);
    if (r != row->expected)
        fail_msg("%s/%s: with attribute %u of %zu bytes%s: %d, not %d", converter->kind, row->name,
                 row->type, length, row->data ? "" : " taken away", r, row->expected);
}

void convert_cases(const struct converter *converter, const struct converter_case *cases,
                   size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct nlmsghdr *message = load(converter, cases[i].name);

        for (size_t length = cases[i].first; length <= cases[i].last; length++)
            convert_case(converter, message, &cases[i], length);
        free(message);
    }
}

/* The converter whose messages are visited: message_load_all passes no context. */
static const struct converter *visited;

/* Converts a message that may be mutilated, and checks the object where it is accepted. */
static void check_visited(const struct nlmsghdr *message)
{
    _Alignas(16) uint8_t object[CONVERTER_OBJECT_MAX];

    assert_in_range(visited->object_size, 1, sizeof(object));
    int r = visited->parse(message, object);
    if (r == -EBADMSG || (r == -ENOMSG && visited->has_messages_without_row))
        return;
    assert_int_equal(r, 0);
    assert_true(message->nlmsg_len >= NLMSG_LENGTH(visited->header_size));
    visited->check(message, object);
    clear(visited, object);
}

static void check_recorded(const char *path, const struct nlmsghdr *message)
{
    _Alignas(16) uint8_t object[CONVERTER_OBJECT_MAX];
    const char *name = strchr(path, '/') + 1;
    bool without_row = visited->without_row && strcmp(name, visited->without_row) == 0;
    int r = visited->parse(message, object);

    if (r == 0)
        clear(visited, object);
    if (r != (without_row ? -ENOMSG : 0))
        fail_msg("%s: %d", path, r);
    check_visited(message);
}

static void check_recorded_and_mutilated(const char *path, const struct nlmsghdr *message)
{
    check_recorded(path, message);
    message_mutilate(message, check_visited);
}

void convert_everything(const struct converter *converter, bool mutilated)
{
    visited = converter;
    message_load_all(converter->kind, mutilated ? check_recorded_and_mutilated : check_recorded);
}

void convert_mutilated(const struct converter *converter, const char *name)
{
    struct nlmsghdr *message = load(converter, name);

    visited = converter;
    message_mutilate(message, check_visited);
    free(message);
}

enum mib_family family_of_text(const char *text)
{
    return strchr(text, ':') ? MIB_FAMILY_IPV6 : MIB_FAMILY_IPV4;
}

struct mib_addr address_of_text(const char *text)
{
    struct mib_addr address = {0};
    int af = family_of_text(text) == MIB_FAMILY_IPV6 ? AF_INET6 : AF_INET;

    assert_int_equal(inet_pton(af, text, address.bytes), 1);
    return address;
}

bool is_address(const struct mib_addr *address, const char *text)
{
    const struct mib_addr other = address_of_text(text);

    return memcmp(address, &other, sizeof(other)) == 0;
}
