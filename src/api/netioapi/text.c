/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Masks and GUIDs in their other forms. Contracts: include/netioapi.h. Pure. */
#include "api/windows.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { IPV4_BITS = 32 };

NETIOAPI_API ConvertLengthToIpv4Mask(ULONG MaskLength, ULONG *Mask)
{
    uint8_t bytes[4] = {0};

    if (!Mask)
        return ERROR_INVALID_PARAMETER;
    if (MaskLength > IPV4_BITS) {
        *Mask = INADDR_NONE;
        return ERROR_INVALID_PARAMETER;
    }
    for (ULONG bit = 0; bit < MaskLength; bit++)
        bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
    memcpy(Mask, bytes, sizeof(bytes));
    return NO_ERROR;
}

NETIOAPI_API ConvertIpv4MaskToLength(ULONG Mask, UINT8 *MaskLength)
{
    ULONG mask;

    if (!MaskLength)
        return ERROR_INVALID_PARAMETER;
    for (ULONG length = 0; length <= IPV4_BITS; length++) {
        if (ConvertLengthToIpv4Mask(length, &mask) == NO_ERROR && mask == Mask) {
            *MaskLength = (UINT8)length;
            return NO_ERROR;
        }
    }
    return ERROR_INVALID_PARAMETER;
}

/* A GUID as text: what stands where, but for the digits. */
enum { GUID_LENGTH = 38 };
static const char guid_form[GUID_LENGTH + 1] = "{01234567-0123-0123-0123-0123456789ab}";

static void guid_to_text(const GUID *guid, char ret[GUID_LENGTH + 1])
{
    const UCHAR *rest = guid->Data4;

    (void)snprintf(ret, GUID_LENGTH + 1, "{%08X-%04X-%04X-%02X%02X-%02X%02X%02X%02X%02X%02X}",
                   (unsigned int)guid->Data1, guid->Data2, guid->Data3, rest[0], rest[1], rest[2],
                   rest[3], rest[4], rest[5], rest[6], rest[7]);
}

/* Its value; -1: it is no digit. */
static int digit_of(char from)
{
    if (from >= '0' && from <= '9')
        return from - '0';
    if (from >= 'a' && from <= 'f')
        return from - 'a' + 10;
    return from >= 'A' && from <= 'F' ? from - 'A' + 10 : -1;
}

/* What stands behind the closing brace is not looked at. */
static bool guid_of_text(const char *text, GUID *ret)
{
    uint8_t bytes[sizeof(GUID)] = {0};
    size_t digits = 0;

    for (size_t i = 0; i < GUID_LENGTH; i++) {
        if (guid_form[i] == '{' || guid_form[i] == '-' || guid_form[i] == '}') {
            if (text[i] != guid_form[i])
                return false;
            continue;
        }
        int digit = digit_of(text[i]);
        if (digit < 0)
            return false;
        bytes[digits / 2] |= (uint8_t)(digits % 2 ? digit : digit << 4);
        digits++;
    }
    GUID guid = {
        .Data1 = (DWORD)bytes[0] << 24 | (DWORD)bytes[1] << 16 | (DWORD)bytes[2] << 8 | bytes[3],
        .Data2 = (USHORT)(bytes[4] << 8 | bytes[5]),
        .Data3 = (USHORT)(bytes[6] << 8 | bytes[7]),
    };
    memcpy(guid.Data4, bytes + 8, sizeof(guid.Data4));
    *ret = guid;
    return true;
}

NETIOAPI_API ConvertGuidToStringA(const GUID *Guid, char *String, ULONG Length)
{
    if (!Guid || !String)
        return ERROR_INVALID_PARAMETER;
    if (Length <= GUID_LENGTH)
        return ERROR_INSUFFICIENT_BUFFER;
    guid_to_text(Guid, String);
    return NO_ERROR;
}

NETIOAPI_API ConvertGuidToStringW(const GUID *Guid, PWSTR String, ULONG Length)
{
    char text[GUID_LENGTH + 1];

    if (!Guid || !String)
        return ERROR_INVALID_PARAMETER;
    if (Length <= GUID_LENGTH)
        return ERROR_INSUFFICIENT_BUFFER;
    guid_to_text(Guid, text);
    for (size_t i = 0; i <= GUID_LENGTH; i++)
        String[i] = (WCHAR)text[i];
    return NO_ERROR;
}

NETIOAPI_API ConvertStringToGuidA(const char *String, GUID *Guid)
{
    GUID guid;

    if (!String || !Guid || !guid_of_text(String, &guid))
        return ERROR_INVALID_PARAMETER;
    *Guid = guid;
    return NO_ERROR;
}

NETIOAPI_API ConvertStringToGuidW(const WCHAR *String, GUID *Guid)
{
    char text[GUID_LENGTH] = {0};

    if (!String || !Guid)
        return ERROR_INVALID_PARAMETER;
    for (size_t i = 0; i < GUID_LENGTH && String[i] > 0 && String[i] < 0x80; i++)
        text[i] = (char)String[i];
    return ConvertStringToGuidA(text, Guid);
}
