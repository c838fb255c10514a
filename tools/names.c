/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of interfaces and errors. */
#include "names.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct known_name {
    uint64_t luid;
    char *name; /* owned */
};

/* Guarded by PLATFORM_LOCK_NAMES. Ascending by LUID. */
static struct known_name *known;
static size_t known_count;
static size_t known_size;

/* Where luid is, or where it belongs. */
static size_t known_position(uint64_t luid)
{
    size_t low = 0;
    size_t high = known_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (known[middle].luid < luid)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool known_get(uint64_t luid, char ret_name[INTERFACE_NAME_SIZE])
{
    bool found;
    size_t position;

    platform_lock(PLATFORM_LOCK_NAMES);
    position = known_position(luid);
    found = position < known_count && known[position].luid == luid;
    if (found)
        (void)snprintf(ret_name, INTERFACE_NAME_SIZE, "%s", known[position].name);
    platform_unlock(PLATFORM_LOCK_NAMES);
    return found;
}

/* Without memory the name is not remembered. */
static void known_set(uint64_t luid, const char *name)
{
    size_t size = strlen(name) + 1;
    char *copy = malloc(size);
    size_t position;

    if (copy == NULL)
        return;
    memcpy(copy, name, size);
    platform_lock(PLATFORM_LOCK_NAMES);
    position = known_position(luid);
    if (position < known_count && known[position].luid == luid) {
        free(known[position].name);
        known[position].name = copy;
        copy = NULL;
    } else {
        if (known_count == known_size) {
            size_t grown_size = known_size * 2 + 16;
            struct known_name *grown = realloc(known, grown_size * sizeof(*grown));

            if (grown == NULL)
                goto unlock;
            known = grown;
            known_size = grown_size;
        }
        memmove(&known[position + 1], &known[position], (known_count - position) * sizeof(*known));
        known[position].luid = luid;
        known[position].name = copy;
        known_count++;
        copy = NULL;
    }
unlock:
    platform_unlock(PLATFORM_LOCK_NAMES);
    free(copy);
}

static char *append_utf8(char *to, uint32_t character)
{
    if (character < 0x80) {
        *to++ = (char)character;
    } else if (character < 0x800) {
        *to++ = (char)(0xc0 | character >> 6);
        *to++ = (char)(0x80 | (character & 0x3f));
    } else if (character < 0x10000) {
        *to++ = (char)(0xe0 | character >> 12);
        *to++ = (char)(0x80 | (character >> 6 & 0x3f));
        *to++ = (char)(0x80 | (character & 0x3f));
    } else {
        *to++ = (char)(0xf0 | character >> 18);
        *to++ = (char)(0x80 | (character >> 12 & 0x3f));
        *to++ = (char)(0x80 | (character >> 6 & 0x3f));
        *to++ = (char)(0x80 | (character & 0x3f));
    }
    return to;
}

/* Surrogates that have no partner become U+FFFD. */
static void convert(const WCHAR *text, size_t length, char *ret_utf8)
{
    char *to = ret_utf8;

    for (size_t i = 0; i < length && text[i] != 0; i++) {
        uint32_t character = text[i];

        if (character >= 0xd800 && character < 0xdc00 && i + 1 < length && text[i + 1] >= 0xdc00 &&
            text[i + 1] < 0xe000) {
            i++;
            character = 0x10000 + ((character - 0xd800) << 10) + (text[i] - 0xdc00U);
        } else if (character >= 0xd800 && character < 0xe000) {
            character = 0xfffd;
        }
        to = append_utf8(to, character);
    }
    *to = '\0';
}

char *utf8_from(const WCHAR *text, size_t length)
{
    size_t used = 0;
    char *utf8;

    while (used < length && text[used] != 0)
        used++;
    utf8 = malloc(3 * used + 1);
    if (utf8 != NULL)
        convert(text, used, utf8);
    return utf8;
}

/* How many bytes a character of UTF-8 has that text begins with; 0: it begins with none. */
static size_t character_size(const char *text, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t size = 1;
    uint32_t character = bytes[0];

    if (bytes[0] < 0x80)
        return 1;
    if (bytes[0] >= 0xf0 && bytes[0] < 0xf5)
        size = 4;
    else if (bytes[0] >= 0xe0 && bytes[0] < 0xf0)
        size = 3;
    else if (bytes[0] >= 0xc2 && bytes[0] < 0xe0)
        size = 2;
    else
        return 0;
    if (size > length)
        return 0;
    character &= 0xffU >> (size + 1);
    for (size_t i = 1; i < size; i++) {
        if ((bytes[i] & 0xc0) != 0x80)
            return 0;
        character = character << 6 | (bytes[i] & 0x3f);
    }
    if ((size == 3 && character < 0x800) || (character >= 0xd800 && character < 0xe000) ||
        (size == 4 && (character < 0x10000 || character > 0x10ffff)))
        return 0;
    return size;
}

char *utf8_made_valid(const char *text, size_t length)
{
    size_t used = 0;
    char *utf8, *to;

    while (used < length && text[used] != '\0')
        used++;
    utf8 = malloc(3 * used + 1);
    to = utf8;
    for (size_t i = 0; utf8 != NULL && i < used;) {
        size_t size = character_size(text + i, used - i);

        if (size == 0) {
            to = append_utf8(to, 0xfffd);
            i++;
        } else {
            memcpy(to, text + i, size);
            to += size;
            i += size;
        }
    }
    if (utf8 != NULL)
        *to = '\0';
    return utf8;
}

static bool system_get(const NET_LUID *luid, char ret_name[INTERFACE_NAME_SIZE])
{
    WCHAR alias[NDIS_IF_MAX_STRING_SIZE + 1];

    if (ConvertInterfaceLuidToAlias(luid, alias, NDIS_IF_MAX_STRING_SIZE + 1) != NO_ERROR)
        return false;
    convert(alias, NDIS_IF_MAX_STRING_SIZE, ret_name);
    return true;
}

void interface_name(const NET_LUID *luid, NET_IFINDEX index, bool refresh,
                    char ret_name[INTERFACE_NAME_SIZE])
{
    if (!refresh && known_get(luid->Value, ret_name))
        return;
    if (system_get(luid, ret_name))
        known_set(luid->Value, ret_name);
    else if (!known_get(luid->Value, ret_name))
        (void)snprintf(ret_name, INTERFACE_NAME_SIZE, "if%" PRIu32, (uint32_t)index);
}

void names_load(void)
{
    PMIB_IPINTERFACE_TABLE table;
    char name[INTERFACE_NAME_SIZE];

    if (GetIpInterfaceTable(AF_UNSPEC, &table) != NO_ERROR)
        return;
    for (ULONG i = 0; i < table->NumEntries; i++)
        interface_name(&table->Table[i].InterfaceLuid, table->Table[i].InterfaceIndex, false, name);
    FreeMibTable(table);
}

void names_free(void)
{
    platform_lock(PLATFORM_LOCK_NAMES);
    for (size_t i = 0; i < known_count; i++)
        free(known[i].name);
    free(known);
    known = NULL;
    known_count = 0;
    known_size = 0;
    platform_unlock(PLATFORM_LOCK_NAMES);
}

const char *error_name(DWORD error)
{
#define ERROR_NAME(name)                                                                           \
    {                                                                                              \
        name, #name                                                                                \
    }
    static const struct {
        DWORD error;
        const char *name;
    } names[] = {
        ERROR_NAME(ERROR_FILE_NOT_FOUND),
        ERROR_NAME(ERROR_TOO_MANY_OPEN_FILES),
        ERROR_NAME(ERROR_ACCESS_DENIED),
        ERROR_NAME(ERROR_INVALID_HANDLE),
        ERROR_NAME(ERROR_NOT_ENOUGH_MEMORY),
        ERROR_NAME(ERROR_INVALID_DATA),
        ERROR_NAME(ERROR_OUTOFMEMORY),
        ERROR_NAME(ERROR_NOT_READY),
        ERROR_NAME(ERROR_GEN_FAILURE),
        ERROR_NAME(ERROR_NOT_SUPPORTED),
        ERROR_NAME(ERROR_DEV_NOT_EXIST),
        ERROR_NAME(ERROR_BAD_NET_NAME),
        ERROR_NAME(ERROR_INVALID_PARAMETER),
        ERROR_NAME(ERROR_BUFFER_OVERFLOW),
        ERROR_NAME(ERROR_CALL_NOT_IMPLEMENTED),
        ERROR_NAME(ERROR_INSUFFICIENT_BUFFER),
        ERROR_NAME(ERROR_INVALID_NAME),
        ERROR_NAME(ERROR_BUSY),
        ERROR_NAME(ERROR_ALREADY_EXISTS),
        ERROR_NAME(ERROR_NO_DATA),
        ERROR_NAME(ERROR_MORE_DATA),
        ERROR_NAME(ERROR_IO_PENDING),
        ERROR_NAME(ERROR_CAN_NOT_COMPLETE),
        ERROR_NAME(ERROR_POSSIBLE_DEADLOCK),
        ERROR_NAME(ERROR_NOT_FOUND),
        ERROR_NAME(ERROR_INVALID_USER_BUFFER),
        ERROR_NAME(ERROR_DUP_DOMAINNAME),
        ERROR_NAME(ERROR_ADDRESS_NOT_ASSOCIATED),
        ERROR_NAME(ERROR_NETWORK_UNREACHABLE),
        ERROR_NAME(ERROR_HOST_UNREACHABLE),
        ERROR_NAME(ERROR_INTERNAL_ERROR),
        ERROR_NAME(ERROR_TIMEOUT),
        ERROR_NAME(ERROR_OBJECT_ALREADY_EXISTS),
        ERROR_NAME(IP_BUF_TOO_SMALL),
        ERROR_NAME(IP_DEST_NET_UNREACHABLE),
        ERROR_NAME(IP_DEST_HOST_UNREACHABLE),
        ERROR_NAME(IP_DEST_PROT_UNREACHABLE),
        ERROR_NAME(IP_DEST_PORT_UNREACHABLE),
        ERROR_NAME(IP_NO_RESOURCES),
        ERROR_NAME(IP_BAD_OPTION),
        ERROR_NAME(IP_HW_ERROR),
        ERROR_NAME(IP_PACKET_TOO_BIG),
        ERROR_NAME(IP_REQ_TIMED_OUT),
        ERROR_NAME(IP_BAD_REQ),
        ERROR_NAME(IP_BAD_ROUTE),
        ERROR_NAME(IP_TTL_EXPIRED_TRANSIT),
        ERROR_NAME(IP_TTL_EXPIRED_REASSEM),
        ERROR_NAME(IP_PARAM_PROBLEM),
        ERROR_NAME(IP_SOURCE_QUENCH),
        ERROR_NAME(IP_OPTION_TOO_BIG),
        ERROR_NAME(IP_BAD_DESTINATION),
        ERROR_NAME(IP_DEST_UNREACHABLE),
        ERROR_NAME(IP_TIME_EXCEEDED),
        ERROR_NAME(IP_BAD_HEADER),
        ERROR_NAME(IP_UNRECOGNIZED_NEXT_HEADER),
        ERROR_NAME(IP_ICMP_ERROR),
        ERROR_NAME(IP_DEST_SCOPE_MISMATCH),
        ERROR_NAME(IP_ADDR_DELETED),
        ERROR_NAME(IP_SPEC_MTU_CHANGE),
        ERROR_NAME(IP_MTU_CHANGE),
        ERROR_NAME(IP_UNLOAD),
        ERROR_NAME(IP_ADDR_ADDED),
        ERROR_NAME(IP_MEDIA_CONNECT),
        ERROR_NAME(IP_MEDIA_DISCONNECT),
        ERROR_NAME(IP_BIND_ADAPTER),
        ERROR_NAME(IP_UNBIND_ADAPTER),
        ERROR_NAME(IP_DEVICE_DOES_NOT_EXIST),
        ERROR_NAME(IP_DUPLICATE_ADDRESS),
        ERROR_NAME(IP_INTERFACE_METRIC_CHANGE),
        ERROR_NAME(IP_RECONFIG_SECFLTR),
        ERROR_NAME(IP_NEGOTIATING_IPSEC),
        ERROR_NAME(IP_INTERFACE_WOL_CAPABILITY_CHANGE),
        ERROR_NAME(IP_DUPLICATE_IPADD),
        ERROR_NAME(IP_GENERAL_FAILURE),
#ifdef _WIN32
        ERROR_NAME(ERROR_PROC_NOT_FOUND),
#endif
    };
#undef ERROR_NAME

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].error == error)
            return names[i].name;
    }
    return "error";
}
