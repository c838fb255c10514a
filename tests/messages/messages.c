/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "messages.h"

#include <dirent.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More than any recorded message has. */
enum { MESSAGE_MAX = 16384 };

static struct nlmsghdr *allocate(size_t length)
{
    struct nlmsghdr *message = malloc(length);

    assert_non_null(message);
    return message;
}

static struct nlmsghdr *copy(const void *bytes, size_t length)
{
    struct nlmsghdr *message = allocate(length);

    memcpy(message, bytes, length);
    return message;
}

struct nlmsghdr *message_load(const char *name)
{
    static _Alignas(8) uint8_t buffer[MESSAGE_MAX];
    char path[512];

    (void)snprintf(path, sizeof(path), "%s/%s", RECORDED_MESSAGES, name);
    FILE *file = fopen(path, "re");
    if (!file)
        fail_msg("no recorded message %s", path);
    size_t length = fread(buffer, 1, sizeof(buffer), file);
    (void)fclose(file);
    if (length < sizeof(struct nlmsghdr) || ((struct nlmsghdr *)buffer)->nlmsg_len != length)
        fail_msg("%s is no message", path);
    return copy(buffer, length);
}

void message_load_all(const char *kind,
                      void (*visit)(const char *name, const struct nlmsghdr *message))
{
    char path[512];
    struct dirent **entries;

    (void)snprintf(path, sizeof(path), "%s/%s", RECORDED_MESSAGES, kind);
    int count = scandir(path, &entries, NULL, alphasort);
    if (count < 3)
        fail_msg("nothing recorded in %s", path);
    for (int i = 0; i < count; i++) {
        if (entries[i]->d_name[0] != '.') {
            (void)snprintf(path, sizeof(path), "%s/%s", kind, entries[i]->d_name);
            struct nlmsghdr *message = message_load(path);
            visit(path, message);
            free(message);
        }
        free(entries[i]);
    }
    free(entries);
}

static size_t put_attribute(uint8_t *to, uint16_t type, const void *data, size_t length)
{
    struct nlattr attribute = {.nla_len = (uint16_t)(NLA_HDRLEN + length), .nla_type = type};

    memcpy(to, &attribute, sizeof(attribute));
    memset(to + NLA_HDRLEN, 0, NLA_ALIGN(length));
    memcpy(to + NLA_HDRLEN, data, length);
    return NLA_HDRLEN + NLA_ALIGN(length);
}

/* The attributes in `from`, changed as asked for, written to `to`. The new length. */
static size_t change(uint8_t *to, const uint8_t *from, size_t length, const uint16_t *path,
                     const void *data, size_t data_length)
{
    size_t written = 0;
    bool done = false;
    int left = (int)length;

    for (const struct nlattr *a = (const void *)from; nla_ok(a, left); a = nla_next(a, &left)) {
        uint8_t nested[MESSAGE_MAX];
        const void *content = nla_data(a);
        size_t content_length = (size_t)nla_len(a);

        if (nla_type(a) == path[0] && !done) {
            done = true;
            if (path[1] != 0) {
                content_length =
                    change(nested, content, content_length, path + 1, data, data_length);
                content = nested;
            } else if (!data) {
                continue;
            } else {
                content = data;
                content_length = data_length;
            }
        }
        written += put_attribute(to + written, a->nla_type, content, content_length);
    }
    if (!done && data)
        written += put_attribute(to + written, path[0], data, data_length);
    return written;
}

struct nlmsghdr *message_with_nested(const struct nlmsghdr *message, size_t fixed,
                                     const uint16_t *path, const void *data, size_t length)
{
    _Alignas(8) uint8_t buffer[MESSAGE_MAX];
    size_t start = NLMSG_HDRLEN + NLMSG_ALIGN(fixed);

    memcpy(buffer, message, start);
    size_t whole = start + change(buffer + start, (const uint8_t *)message + start,
                                  message->nlmsg_len - start, path, data, length);
    ((struct nlmsghdr *)buffer)->nlmsg_len = (uint32_t)whole;
    return copy(buffer, whole);
}

struct nlmsghdr *message_with(const struct nlmsghdr *message, size_t fixed, uint16_t type,
                              const void *data, size_t length)
{
    const uint16_t path[] = {type, 0};

    return message_with_nested(message, fixed, path, data, length);
}

struct nlmsghdr *message_cut(const struct nlmsghdr *message, size_t length)
{
    struct nlmsghdr *cut = copy(message, length);

    cut->nlmsg_len = (uint32_t)length;
    return cut;
}

struct nlmsghdr *message_with_byte(const struct nlmsghdr *message, size_t offset, uint8_t value)
{
    struct nlmsghdr *changed = copy(message, message->nlmsg_len);

    ((uint8_t *)changed)[offset] = value;
    return changed;
}

static void check_and_free(struct nlmsghdr *message, void (*check)(const struct nlmsghdr *))
{
    check(message);
    free(message);
}

void message_mutilate(const struct nlmsghdr *message, void (*check)(const struct nlmsghdr *))
{
    static const uint8_t bytes[] = {0x00, 0x01, 0x7f, 0x80, 0xff};

    for (size_t length = NLMSG_HDRLEN; length < message->nlmsg_len; length++)
        check_and_free(message_cut(message, length), check);
    for (size_t offset = NLMSG_HDRLEN; offset < message->nlmsg_len; offset++)
        for (size_t i = 0; i < sizeof(bytes); i++)
            check_and_free(message_with_byte(message, offset, bytes[i]), check);
    for (size_t offset = NLMSG_HDRLEN; offset + 2 <= message->nlmsg_len; offset += 2)
        for (uint16_t value = 0; value < 48; value++) {
            struct nlmsghdr *changed = copy(message, message->nlmsg_len);
            uint16_t old;

            memcpy(&old, (uint8_t *)changed + offset, sizeof(old));
            /* Small numbers first, then those around what was there. */
            uint16_t new = value < 24 ? value : (uint16_t)(old + value - 36);
            memcpy((uint8_t *)changed + offset, &new, sizeof(new));
            check_and_free(changed, check);
        }
}
