/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GUIDs and names of interfaces, by the rules that Wine has for them. Pure. */
#include "api/rows/names.h"
#include "api/rows/convert.h"

#include <stdio.h>
#include <string.h>

/* Wine's: the index in Data1, and this in Data4. */
static const uint8_t guid_end[8] = {0, 0, 'N', 'e', 't', 'D', 'e', 'v'};

/* What comes before the index in a name, by the interface's type. */
static const struct {
    uint16_t iftype;
    const char *prefix;
} prefixes[] = {
    {IF_TYPE_OTHER, "other"},
    {IF_TYPE_ETHERNET_CSMACD, "ethernet"},
    {IF_TYPE_ISO88025_TOKENRING, "tokenring"},
    {IF_TYPE_PPP, "ppp"},
    {IF_TYPE_SOFTWARE_LOOPBACK, "loopback"},
    {IF_TYPE_ATM, "atm"},
    {IF_TYPE_IEEE80211, "wireless"},
    {IF_TYPE_TUNNEL, "tunnel"},
    {IF_TYPE_IEEE1394, "ieee1394"},
};
enum { PREFIXES = sizeof(prefixes) / sizeof(prefixes[0]) };

/* Before the number of any other type. */
static const char other_prefix[] = "iftype";

GUID guid_of(uint32_t ifindex)
{
    GUID guid = {.Data1 = ifindex};

    memcpy(guid.Data4, guid_end, sizeof(guid.Data4));
    return guid;
}

uint32_t ifindex_of_guid(const GUID *guid)
{
    GUID same = guid_of((uint32_t)guid->Data1);
    bool is_ours = same.Data2 == guid->Data2 && same.Data3 == guid->Data3 &&
                   memcmp(same.Data4, guid->Data4, sizeof(same.Data4)) == 0;

    return is_ours && guid->Data1 <= INT32_MAX ? (uint32_t)guid->Data1 : 0;
}

static void text_of_device(uint32_t ifindex, char ret[DEVICE_NAME_LENGTH])
{
    const uint8_t *end = guid_end;

    (void)snprintf(ret, DEVICE_NAME_LENGTH,
                   "\\DEVICE\\TCPIP_{%08X-0000-0000-%02X%02X-%02X%02X%02X%02X%02X%02X}",
                   (unsigned int)ifindex, end[0], end[1], end[2], end[3], end[4], end[5], end[6],
                   end[7]);
}

void device_name_of(uint32_t ifindex, WCHAR ret[DEVICE_NAME_LENGTH])
{
    char text[DEVICE_NAME_LENGTH];

    text_of_device(ifindex, text);
    for (size_t i = 0; i < DEVICE_NAME_LENGTH; i++)
        ret[i] = (WCHAR)(unsigned char)text[i];
}

static unsigned int lower_of(unsigned int character)
{
    return character >= 'A' && character <= 'Z' ? character - 'A' + 'a' : character;
}

static int digit_of(unsigned int character)
{
    if (character >= '0' && character <= '9')
        return (int)(character - '0');
    unsigned int lower = lower_of(character);
    return lower >= 'a' && lower <= 'f' ? (int)(lower - 'a') + 10 : -1;
}

/* Eight digits at a fixed place name the interface; all else is the same in all names. */
uint32_t ifindex_of_device_name(const WCHAR *name)
{
    enum { DIGITS = 8, PREFIX = sizeof("\\DEVICE\\TCPIP_") - 1 };
    char text[DEVICE_NAME_LENGTH];
    const char *same = name[0] == '{' ? text + PREFIX : text;
    uint32_t ifindex = 0;
    size_t i;

    for (i = 0; name[i] != 0 && name[i] != '{' && i < PREFIX; i++)
        ;
    if (name[i++] != '{')
        return 0;
    for (size_t end = i + DIGITS; i < end; i++) {
        int digit = digit_of(name[i]);
        if (digit < 0)
            return 0;
        ifindex = ifindex << 4 | (uint32_t)digit;
    }
    text_of_device(ifindex, text);
    for (i = 0; same[i] != 0 && lower_of(name[i]) == lower_of((unsigned char)same[i]); i++)
        ;
    return same[i] == 0 && name[i] == 0 && ifindex <= INT32_MAX ? ifindex : 0;
}

void name_of_luid(const NET_LUID *luid, char ret[INTERFACE_NAME_SIZE])
{
    unsigned int iftype = (unsigned int)luid->Info.IfType;
    unsigned int index = (unsigned int)luid->Info.NetLuidIndex;

    /* A LUID that is none of this host's may have anything in Reserved. */
    if (luid->Info.Reserved <= INT32_MAX >> LUID_INDEX_BITS)
        index |= (unsigned int)luid->Info.Reserved << LUID_INDEX_BITS;
    for (size_t i = 0; i < PREFIXES; i++) {
        if (prefixes[i].iftype == iftype) {
            (void)snprintf(ret, INTERFACE_NAME_SIZE, "%s_%u", prefixes[i].prefix, index);
            return;
        }
    }
    (void)snprintf(ret, INTERFACE_NAME_SIZE, "%s%u_%u", other_prefix, iftype, index);
}

/* A number of digits alone, up to `last`. */
static bool parse_number(const char *from, size_t length, uint32_t last, uint32_t *ret)
{
    uint64_t number = 0;

    if (length == 0)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (from[i] < '0' || from[i] > '9')
            return false;
        number = number * 10 + (uint64_t)(from[i] - '0');
        if (number > last)
            return false;
    }
    *ret = (uint32_t)number;
    return true;
}

static bool parse_iftype(const char *from, size_t length, uint32_t *ret)
{
    size_t skipped = sizeof(other_prefix) - 1;

    for (size_t i = 0; i < PREFIXES; i++) {
        if (strlen(prefixes[i].prefix) == length && memcmp(prefixes[i].prefix, from, length) == 0) {
            *ret = prefixes[i].iftype;
            return true;
        }
    }
    return length > skipped && memcmp(from, other_prefix, skipped) == 0 &&
           parse_number(from + skipped, length - skipped, UINT16_MAX, ret);
}

bool luid_of_name(const char *name, NET_LUID *ret)
{
    const char *separator = strchr(name, '_');
    uint32_t iftype;
    uint32_t index;

    if (!separator || !parse_iftype(name, (size_t)(separator - name), &iftype) ||
        !parse_number(separator + 1, strlen(separator + 1), INT32_MAX, &index))
        return false;
    *ret = luid_of(index, (uint16_t)iftype);
    return true;
}
