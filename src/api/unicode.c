/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* UTF-8 and UTF-16, byte for byte and back. Pure. */
#include "api/unicode.h"

#include <stdint.h>
#include <string.h>

/* One character of UTF-8, or one byte that is none as a lone low surrogate. Its length. */
static size_t decode(const unsigned char *from, uint32_t *ret_character)
{
    static const struct {
        unsigned char mask, lead;
        uint32_t least;
    } forms[] = {{0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};

    for (size_t extra = 0; extra < sizeof(forms) / sizeof(forms[0]); extra++) {
        if ((from[0] & forms[extra].mask) != forms[extra].lead)
            continue;
        uint32_t character = from[0] & (unsigned char)~forms[extra].mask;
        size_t i = 1;
        while (i <= extra && (from[i] & 0xc0) == 0x80)
            character = character << 6 | (from[i++] & 0x3f);
        bool is_surrogate = character >= 0xd800 && character <= 0xdfff;
        if (i <= extra || character < forms[extra].least || character > 0x10ffff || is_surrogate)
            break;
        *ret_character = character;
        return extra + 1;
    }
    *ret_character = 0xdc00U | from[0];
    return 1;
}

static size_t units_of(uint32_t character)
{
    return character >= 0x10000 ? 2 : 1;
}

bool unicode_from_utf8(const char *from, WCHAR *ret, size_t length)
{
    uint32_t character;
    size_t count = 0;

    for (const char *rest = from; *rest; count += units_of(character))
        rest += decode((const unsigned char *)rest, &character);
    if (count >= length)
        return false;
    while (*from) {
        from += decode((const unsigned char *)from, &character);
        if (units_of(character) == 2) {
            *ret++ = (WCHAR)(0xd800 + ((character - 0x10000) >> 10));
            *ret++ = (WCHAR)(0xdc00 + ((character - 0x10000) & 0x3ff));
        } else {
            *ret++ = (WCHAR)character;
        }
    }
    *ret = 0;
    return true;
}

static size_t encode(uint32_t character, char *ret)
{
    if (character >= 0xdc80 && character <= 0xdcff) {
        ret[0] = (char)(character & 0xff);
        return 1;
    }
    if (character < 0x80) {
        ret[0] = (char)character;
        return 1;
    }
    size_t extra = character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
    static const unsigned char leads[] = {0, 0xc0, 0xe0, 0xf0};
    ret[0] = (char)(leads[extra] | character >> (6 * extra));
    for (size_t i = 1; i <= extra; i++)
        ret[i] = (char)(0x80 | (character >> (6 * (extra - i)) & 0x3f));
    return extra + 1;
}

bool unicode_to_utf8(const WCHAR *from, char *ret, size_t size)
{
    char text[64];
    size_t count = 0;

    while (*from) {
        uint32_t character = *from++;

        if (character >= 0xd800 && character < 0xdc00 && *from >= 0xdc00 && *from < 0xe000)
            character = 0x10000 + ((character - 0xd800) << 10) + (*from++ - 0xdc00U);
        if (count + 5 > sizeof(text))
            return false;
        count += encode(character, text + count);
    }
    text[count++] = 0;
    if (count > size)
        return false;
    memcpy(ret, text, count);
    return true;
}
