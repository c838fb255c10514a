/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ParseNetworkString: a string is parsed as what it looks like, and then compared with what it may
 * be. Contract: include/iphlpapi_text.h. Pure.
 */
#include "api/rows/convert.h"
#include "platform/platform.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum kind { IPV4, IPV6, NAME };
enum { PORT = 1, PREFIX = 2, SCOPE = 4 }; /* what may stand behind an address */

enum {
    NO_PREFIX = 255,
    MOST_PORT = 65535,
    PORT_ROOM = 6,
    NAME_ROOM = DNS_MAX_NAME_BUFFER_LENGTH,
    LONGEST_LABEL = 63,
    LITERAL_ROOM = 80, /* "[", 45 of an address, "%", 10 of a scope, "]:", 5 of a port, and more */
};

struct parsed {
    enum kind kind;
    unsigned int parts; /* PORT, PREFIX, SCOPE: those that are there */
    uint16_t port;
    uint8_t prefix;
    uint32_t scope;
    uint8_t address[16];
    WCHAR name[NAME_ROOM];
    WCHAR port_text[PORT_ROOM];
};

/* A string may have the parts that it needs, and a scope also where that is `optional`. */
static const struct form {
    DWORD type;
    enum kind kind;
    unsigned int needed;
    unsigned int optional;
} forms[] = {
    {NET_STRING_IPV4_ADDRESS, IPV4, 0, 0},
    {NET_STRING_IPV4_SERVICE, IPV4, PORT, 0},
    {NET_STRING_IPV4_NETWORK, IPV4, PREFIX, 0},
    {NET_STRING_IPV6_ADDRESS, IPV6, 0, SCOPE},
    {NET_STRING_IPV6_ADDRESS_NO_SCOPE, IPV6, 0, 0},
    {NET_STRING_IPV6_SERVICE, IPV6, PORT, SCOPE},
    {NET_STRING_IPV6_SERVICE_NO_SCOPE, IPV6, PORT, 0},
    {NET_STRING_IPV6_NETWORK, IPV6, PREFIX, 0},
    {NET_STRING_NAMED_ADDRESS, NAME, 0, 0},
    {NET_STRING_NAMED_SERVICE, NAME, PORT, 0},
};

static bool number_from(const char *text, uint32_t least, uint32_t most, uint32_t *ret)
{
    uint64_t value = 0;

    if (!*text)
        return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9')
            return false;
        value = value * 10 + (uint64_t)(*text - '0');
        if (value > most)
            return false;
    }
    if (value < least)
        return false;
    *ret = (uint32_t)value;
    return true;
}

static bool take_port(const char *text, struct parsed *parsed)
{
    uint32_t value;

    if (!number_from(text, 1, MOST_PORT, &value))
        return false;
    parsed->port = (uint16_t)value;
    parsed->parts |= PORT;
    return true;
}

static bool take_prefix(const char *text, uint32_t most, struct parsed *parsed)
{
    uint32_t value;

    if (!number_from(text, 0, most, &value))
        return false;
    parsed->prefix = (uint8_t)value;
    parsed->parts |= PREFIX;
    return true;
}

/* Cuts the text at the character; NULL: it has none. */
static char *cut_at(char *text, char where)
{
    char *rest = strchr(text, where);

    if (rest)
        *rest++ = '\0';
    return rest;
}

/* As many numbers as there are; four, unless there may be fewer. */
static bool take_ipv4(char *text, bool may_be_short, struct parsed *parsed)
{
    for (size_t i = 0; i < 4; i++) {
        char *rest = cut_at(text, '.');
        uint32_t value;

        if (!number_from(text, 0, UINT8_MAX, &value) || (text[0] == '0' && text[1] != '\0'))
            return false;
        parsed->address[i] = (uint8_t)value;
        if (!rest)
            return i == 3 || may_be_short;
        text = rest;
    }
    return false;
}

static bool parse_ipv4(char *text, struct parsed *parsed)
{
    char *prefix = cut_at(text, '/');
    char *port = cut_at(text, ':');

    parsed->kind = IPV4;
    return !(prefix && port) && take_ipv4(text, prefix != NULL, parsed) &&
           (!port || take_port(port, parsed)) && (!prefix || take_prefix(prefix, 32, parsed));
}

static bool take_scope(const char *text, struct parsed *parsed)
{
    parsed->parts |= SCOPE;
    return number_from(text, 0, UINT32_MAX, &parsed->scope);
}

/* The text of "[text]" and what stands behind it; false: a bracket is alone. */
static bool cut_brackets(char **text, char **ret_behind)
{
    char *behind = NULL;

    if (**text == '[') {
        (*text)++;
        behind = cut_at(*text, ']');
        if (!behind)
            return false;
    }
    *ret_behind = behind;
    return true;
}

static bool parse_ipv6(char *text, struct parsed *parsed)
{
    char *behind;

    parsed->kind = IPV6;
    if (!cut_brackets(&text, &behind))
        return false;
    char *prefix = behind ? NULL : cut_at(text, '/');
    char *scope = cut_at(text, '%');
    return platform_parse_ipv6(text, parsed->address) && (!scope || take_scope(scope, parsed)) &&
           (!prefix || take_prefix(prefix, 128, parsed)) &&
           (!behind || !*behind || (*behind == ':' && take_port(behind + 1, parsed)));
}

static bool is_digit(WCHAR c)
{
    return c >= '0' && c <= '9';
}

static bool may_be_in_label(WCHAR c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c >= 128;
}

static bool is_label(const WCHAR *label, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!may_be_in_label(label[i]))
            return false;
    return length > 0 && length <= LONGEST_LABEL && label[0] != '-' && label[length - 1] != '-';
}

static bool is_number(const WCHAR *label, size_t length)
{
    size_t digits = 0;

    while (digits < length && is_digit(label[digits]))
        digits++;
    return digits == length;
}

/* One dot may end it. */
static bool is_name(const WCHAR *name, size_t length)
{
    size_t begin = 0;

    if (length > 0 && name[length - 1] == '.')
        length--;
    for (size_t i = 0; i < length; i++) {
        if (name[i] != '.')
            continue;
        if (!is_label(name + begin, i - begin))
            return false;
        begin = i + 1;
    }
    return is_label(name + begin, length - begin) && !is_number(name + begin, length - begin);
}

static size_t length_of(const WCHAR *text)
{
    size_t length = 0;

    while (text[length])
        length++;
    return length;
}

static bool parse_name(const WCHAR *text, struct parsed *parsed)
{
    size_t length = length_of(text);
    size_t end = 0;
    char port[PORT_ROOM] = "";

    parsed->kind = NAME;
    while (end < length && text[end] != ':')
        end++;
    if (end >= NAME_ROOM || !is_name(text, end))
        return false;
    memcpy(parsed->name, text, end * sizeof(text[0]));
    if (end == length)
        return true;
    text += end + 1;
    for (size_t i = 0; text[i]; i++) {
        if (i + 1 >= PORT_ROOM || text[i] >= 128)
            return false;
        port[i] = (char)text[i];
        parsed->port_text[i] = text[i];
    }
    return take_port(port, parsed);
}

/* Only what is ASCII, and no longer than a literal can be, is one. */
static bool copy_literal(const WCHAR *text, char ret[LITERAL_ROOM])
{
    size_t length = length_of(text);

    if (length >= LITERAL_ROOM)
        return false;
    for (size_t i = 0; i <= length; i++) {
        if (text[i] >= 128)
            return false;
        ret[i] = (char)text[i];
    }
    return true;
}

static bool parse(const WCHAR *text, struct parsed *ret)
{
    char literal[LITERAL_ROOM] = "";

    if (copy_literal(text, literal)) {
        *ret = (struct parsed){.prefix = NO_PREFIX};
        if (parse_ipv4(literal, ret))
            return true;
    }
    if (copy_literal(text, literal)) {
        *ret = (struct parsed){.prefix = NO_PREFIX};
        if (parse_ipv6(literal, ret))
            return true;
    }
    *ret = (struct parsed){.prefix = NO_PREFIX};
    return parse_name(text, ret);
}

static bool is_one_of(const struct parsed *parsed, DWORD types)
{
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
        if (types & forms[i].type && parsed->kind == forms[i].kind &&
            (parsed->parts & ~forms[i].optional) == forms[i].needed)
            return true;
    return false;
}

static void put_port(const struct parsed *parsed, void *ret)
{
    const uint8_t bytes[2] = {(uint8_t)(parsed->port >> 8), (uint8_t)parsed->port};

    memcpy(ret, bytes, sizeof(bytes));
}

static void write_info(const struct parsed *parsed, NET_ADDRESS_INFO *ret)
{
    memset(ret, 0, sizeof(*ret));
    switch (parsed->kind) {
    case IPV4:
        ret->Format = NET_ADDRESS_IPV4;
        ret->Ipv4Address.sin_family = AF_INET;
        memcpy(&ret->Ipv4Address.sin_addr, parsed->address, sizeof(ret->Ipv4Address.sin_addr));
        put_port(parsed, &ret->Ipv4Address.sin_port);
        break;
    case IPV6:
        ret->Format = NET_ADDRESS_IPV6;
        ret->Ipv6Address.sin6_family = af_of(MIB_FAMILY_IPV6);
        memcpy(&ret->Ipv6Address.sin6_addr, parsed->address, sizeof(ret->Ipv6Address.sin6_addr));
        ret->Ipv6Address.sin6_scope_id = parsed->scope;
        put_port(parsed, &ret->Ipv6Address.sin6_port);
        break;
    case NAME:
        ret->Format = NET_ADDRESS_DNS_NAME;
        memcpy(ret->NamedAddress.Address, parsed->name, sizeof(parsed->name));
        memcpy(ret->NamedAddress.Port, parsed->port_text, sizeof(parsed->port_text));
        break;
    }
}

DWORD NETIOAPI_API_ ParseNetworkString(const WCHAR *NetworkString, DWORD Types,
                                       PNET_ADDRESS_INFO AddressInfo, USHORT *PortNumber,
                                       UCHAR *PrefixLength)
{
    struct parsed parsed;

    if (!NetworkString || !parse(NetworkString, &parsed) || !is_one_of(&parsed, Types))
        return ERROR_INVALID_PARAMETER;
    if (AddressInfo)
        write_info(&parsed, AddressInfo);
    if (PortNumber)
        *PortNumber = parsed.port;
    if (PrefixLength)
        *PrefixLength = parsed.prefix;
    return NO_ERROR;
}
