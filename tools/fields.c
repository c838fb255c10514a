/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fields of the API's structures, as text or JSON. */
#include "fields.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "addresses.h"
#include "names.h"

#define FOREVER 0xffffffffU

static uint64_t number_in(const struct field *field, const void *at)
{
    uint8_t one;
    uint16_t two;
    uint32_t four;
    uint64_t eight;

    switch (field->size) {
    case sizeof(one):
        memcpy(&one, at, sizeof(one));
        return one;
    case sizeof(two):
        memcpy(&two, at, sizeof(two));
        return two;
    case sizeof(four):
        memcpy(&four, at, sizeof(four));
        return four;
    default:
        memcpy(&eight, at, sizeof(eight));
        return eight;
    }
}

static int64_t integer_in(const struct field *field, const void *at)
{
    uint64_t number = number_in(field, at);

    return field->size == sizeof(int32_t) ? (int32_t)number : (int64_t)number;
}

static void *pointer_in(const void *at)
{
    void *pointer;

    memcpy(&pointer, at, sizeof(pointer));
    return pointer;
}

static void add_nothing(struct line *line, const struct field *field)
{
    if (line->format != LINE_JSON && field->label != NULL)
        line_text(line, field->label);
    line_null(line, field->name, "-");
}

/* A text of JSON; text for a reader has "-" where there is none. */
static void add_string(struct line *line, const struct field *field, const char *text)
{
    if (text[0] == '\0' && line->format != LINE_JSON)
        add_nothing(line, field);
    else
        line_string(line, field->name, field->label, text);
}

static void add_luid(struct line *line, const struct field *field, uint64_t luid)
{
    char number[24];

    (void)snprintf(number, sizeof(number), "0x%016" PRIx64, luid);
    line_string(line, field->name, field->label, number);
}

bool field_is_interface(const struct field *field, const void *row, const NET_LUID *luid,
                        NET_IFINDEX index)
{
    uint64_t number = number_in(field, (const char *)row + field->offset);

    return number == (field->size == sizeof(index) ? index : luid->Value);
}

static void add_interface(struct line *line, const struct field *field, const void *at)
{
    char name[INTERFACE_NAME_SIZE];
    NET_LUID luid = {.Value = number_in(field, at)};
    NET_IFINDEX index = (NET_IFINDEX)luid.Value;

    if (luid.Value == 0) {
        add_nothing(line, field);
        return;
    }
    if (field->size == sizeof(index) && ConvertInterfaceIndexToLuid(index, &luid) != NO_ERROR)
        luid.Value = 0;
    interface_name(&luid, index, false, name);
    add_string(line, field, name);
}

static void add_guid(struct line *line, const struct field *field, const GUID *guid)
{
    char text[40];

    (void)snprintf(text, sizeof(text), "{%08X-%04X-%04X-%02X%02X-%02X%02X%02X%02X%02X%02X}",
                   (unsigned int)guid->Data1, guid->Data2, guid->Data3, guid->Data4[0],
                   guid->Data4[1], guid->Data4[2], guid->Data4[3], guid->Data4[4], guid->Data4[5],
                   guid->Data4[6], guid->Data4[7]);
    line_string(line, field->name, field->label, text);
}

static void add_address(struct line *line, const struct field *field, const SOCKADDR_INET *address)
{
    char text[INET6_ADDRSTRLEN];

    format_address(address, text);
    line_string(line, field->name, field->label, text);
}

static void add_prefix(struct line *line, const struct field *field, const SOCKADDR_INET *address,
                       unsigned int length)
{
    char text[PREFIX_SIZE];

    format_prefix(address, length, text);
    line_string(line, field->name, field->label, text);
}

/* What it points to has the size of its family, which may be less than that of a SOCKADDR_INET. */
static bool copy_address(const SOCKET_ADDRESS *from, SOCKADDR_INET *ret_address)
{
    SOCKADDR_INET address;
    size_t size = sizeof(address);

    if (from->lpSockaddr == NULL)
        return false;
    memset(&address, 0, sizeof(address));
    if ((size_t)from->iSockaddrLength < size)
        size = (size_t)from->iSockaddrLength;
    memcpy(&address, from->lpSockaddr, size);
    *ret_address = address;
    return true;
}

static void add_socket_address(struct line *line, const struct field *field,
                               const SOCKET_ADDRESS *from)
{
    SOCKADDR_INET address;

    if (copy_address(from, &address))
        add_address(line, field, &address);
    else
        add_nothing(line, field);
}

static void add_numbers(struct line *line, const struct field *field, const ULONG *numbers)
{
    char label[64];

    (void)snprintf(label, sizeof(label), " %s(", field->label == NULL ? "" : field->label);
    line_text(line, label);
    line_open(line, field->name, '[');
    for (size_t i = 0; i < field->size / sizeof(numbers[0]); i++)
        line_number(line, NULL, NULL, numbers[i]);
    line_close(line, ']');
    line_text(line, " )");
}

static void add_word(struct line *line, const struct field *field, const void *at, bool words)
{
    const char *word = word_of(field->words, (uint32_t)number_in(field, at));

    if (words && word != NULL)
        line_string(line, field->name, field->label, word);
    else
        line_integer(line, field->name, field->label, integer_in(field, at));
}

/* A bit that has no word is told by its value. */
static void add_bits(struct line *line, const struct field *field, uint64_t bits)
{
    bool any = false;

    line_open(line, field->name, '[');
    for (unsigned int i = 0; i < 8 * field->size; i++) {
        uint64_t bit = (uint64_t)1 << i;
        const char *word = word_of(field->words, (uint32_t)bit);

        if ((bits & bit) == 0)
            continue;
        if (any)
            line_text(line, ",");
        if (word != NULL)
            line_string(line, NULL, NULL, word);
        else
            line_number(line, NULL, NULL, bit);
        any = true;
    }
    line_close(line, ']');
    if (!any)
        line_text(line, " none");
}

static void add_counts(struct line *line, const struct field *field, const void *row,
                       const ULONG *counts)
{
    ADDRESS_FAMILY family;
    bool any = false;

    memcpy(&family, (const char *)row + field->other, sizeof(family));
    line_open(line, field->name, '{');
    for (size_t i = 0; i < field->size / sizeof(counts[0]); i++) {
        const char *word = word_of(field->words_by_family[family == AF_INET6], (uint32_t)i);
        char number[24];

        if (counts[i] == 0)
            continue;
        if (word == NULL) {
            (void)snprintf(number, sizeof(number), "%zu", i);
            word = number;
        }
        if (any)
            line_text(line, ",");
        line_number(line, word, word, counts[i]);
        any = true;
    }
    line_close(line, '}');
    if (!any)
        line_text(line, " none");
}

/* Linux and Windows know no speed as -1. */
static void add_speed(struct line *line, const struct field *field, uint64_t speed)
{
    static const struct {
        uint64_t unit;
        const char *name;
    } units[] = {
        {1000000000, "Gbit/s"},
        {1000000, "Mbit/s"},
        {1000, "kbit/s"},
        {1, "bit/s"},
    };
    char text[40];
    size_t i = 0;

    if (line->format == LINE_JSON) {
        line_number(line, field->name, field->label, speed);
        return;
    }
    if (speed == 0 || speed == UINT64_MAX) {
        add_nothing(line, field);
        return;
    }
    while (speed % units[i].unit != 0)
        i++;
    (void)snprintf(text, sizeof(text), "%" PRIu64 " %s", speed / units[i].unit, units[i].name);
    line_string(line, field->name, field->label, text);
}

static void add_bytes(struct line *line, const struct field *field, const void *row,
                      const unsigned char *bytes)
{
    char text[3 * 256 + 1];
    ULONG length;

    memcpy(&length, (const char *)row + field->other, sizeof(length));
    if (length > field->size)
        length = (ULONG)field->size;
    format_bytes(bytes, length < 256 ? length : 256, text);
    if (text[0] == '\0')
        add_nothing(line, field);
    else
        line_string(line, field->name, field->label, text);
}

static void add_wide(struct line *line, const struct field *field, const WCHAR *text, size_t length)
{
    char *utf8;

    if (text == NULL) {
        add_nothing(line, field);
        return;
    }
    utf8 = utf8_from(text, length);
    if (utf8 == NULL)
        line->failed = true;
    else
        add_string(line, field, utf8);
    free(utf8);
}

/* As the API gives texts of bytes, they may be anything; JSON is UTF-8. */
static void add_bytes_as_text(struct line *line, const struct field *field, const char *text,
                              size_t length)
{
    char *utf8;

    if (text == NULL) {
        add_nothing(line, field);
        return;
    }
    utf8 = utf8_made_valid(text, length);
    if (utf8 == NULL)
        line->failed = true;
    else
        add_string(line, field, utf8);
    free(utf8);
}

/* A list whose first lies in the row has one with an empty text where it is empty. */
static bool starts_with_nothing(const struct list *list, const void *first)
{
    return *((const char *)first + list->fields[0].offset) == '\0';
}

/* In text: of each the first field that has a heading. */
static void add_list(struct line *line, const struct field *field, const void *first, bool words)
{
    const struct list *list = field->list;
    bool any = false;

    line_open(line, field->name, '[');
    for (const void *row = first; row != NULL; row = pointer_in((const char *)row + list->next)) {
        bool shown = false;

        if (any)
            line_text(line, ",");
        any = true;
        if (list->count > 1)
            line_open(line, NULL, '{');
        for (size_t i = 0; i < list->count; i++) {
            struct field member = list->fields[i];

            if (line->format == LINE_JSON ? list->count > 1 && member.name == NULL
                                          : shown || member.heading == NULL)
                continue;
            if (list->count == 1)
                member.name = NULL;
            member.label = NULL;
            field_add(line, &member, row, words);
            shown = true;
        }
        if (list->count > 1)
            line_close(line, '}');
    }
    line_close(line, ']');
    if (!any)
        line_text(line, " -");
}

static void add_number(struct line *line, const struct field *field, const void *at, bool words)
{
    uint64_t number = number_in(field, at);

    if (field->format == FORMAT_LIFETIME && words && number == FOREVER && line->format != LINE_JSON)
        line_string(line, field->name, field->label, "forever");
    else
        line_number(line, field->name, field->label, number);
}

void field_add(struct line *line, const struct field *field, const void *row, bool words)
{
    const void *at = (const char *)row + field->offset;
    const IP_ADDRESS_PREFIX *prefix = at;

    switch (field->format) {
    case FORMAT_FAMILY:
        line_string(line, field->name, field->label,
                    family_name((ADDRESS_FAMILY)number_in(field, at)));
        break;
    case FORMAT_LUID:
        add_luid(line, field, number_in(field, at));
        break;
    case FORMAT_INTERFACE:
        add_interface(line, field, at);
        break;
    case FORMAT_GUID:
        add_guid(line, field, at);
        break;
    case FORMAT_ADDRESS:
        add_address(line, field, at);
        break;
    case FORMAT_NEXT_HOP:
        if (words && line->format != LINE_JSON && is_unspecified(at))
            line_string(line, field->name, field->label, "on-link");
        else
            add_address(line, field, at);
        break;
    case FORMAT_ADDRESS_LENGTH:
        add_prefix(line, field, at, *((const unsigned char *)row + field->other));
        break;
    case FORMAT_SOCKET_ADDRESS:
        add_socket_address(line, field, at);
        break;
    case FORMAT_PREFIX:
        add_prefix(line, field, &prefix->Prefix, prefix->PrefixLength);
        break;
    case FORMAT_BOOLEAN:
        line_boolean(line, field->name, field->label, number_in(field, at) != 0);
        break;
    case FORMAT_NUMBER:
    case FORMAT_LIFETIME:
        add_number(line, field, at, words);
        break;
    case FORMAT_NUMBERS:
        add_numbers(line, field, at);
        break;
    case FORMAT_INTEGER:
        line_integer(line, field->name, field->label, integer_in(field, at));
        break;
    case FORMAT_WORD:
        add_word(line, field, at, words);
        break;
    case FORMAT_BITS:
        if (words)
            add_bits(line, field, number_in(field, at));
        else
            line_number(line, field->name, field->label, number_in(field, at));
        break;
    case FORMAT_COUNTS:
        add_counts(line, field, row, at);
        break;
    case FORMAT_SPEED:
        add_speed(line, field, number_in(field, at));
        break;
    case FORMAT_BYTES:
        add_bytes(line, field, row, at);
        break;
    case FORMAT_STRING:
        add_bytes_as_text(line, field, at, field->size);
        break;
    case FORMAT_STRING_POINTER:
        add_bytes_as_text(line, field, pointer_in(at), SIZE_MAX);
        break;
    case FORMAT_WIDE:
        add_wide(line, field, at, field->size / sizeof(WCHAR));
        break;
    case FORMAT_WIDE_POINTER:
        add_wide(line, field, pointer_in(at), SIZE_MAX);
        break;
    case FORMAT_LIST:
        add_list(line, field, pointer_in(at), words);
        break;
    case FORMAT_IN_LIST:
        add_list(line, field, starts_with_nothing(field->list, at) ? NULL : at, words);
        break;
    }
}

bool field_is_number(const struct field *field)
{
    return field->format == FORMAT_NUMBER || field->format == FORMAT_INTEGER ||
           field->format == FORMAT_LIFETIME || field->format == FORMAT_SPEED;
}
