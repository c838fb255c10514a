/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ICMP and ICMPv6 have the same layout here; their types differ, and who makes the checksum. */
#include "backend/icmp/message.h"

#include <string.h>

enum { IP_HEADER_LEAST = 20 };

void echo_put(uint8_t header[ECHO_HEADER], const struct echo_message *message)
{
    memset(header, 0, ECHO_HEADER);
    header[0] = message->type;
    memcpy(header + 4, &message->id, sizeof(message->id));
    memcpy(header + 6, &message->sequence, sizeof(message->sequence));
}

size_t echo_ip_header(const uint8_t *bytes, size_t length)
{
    if (length < IP_HEADER_LEAST || bytes[0] >> 4 != 4)
        return 0;
    size_t header = (size_t)(bytes[0] & 0x0f) * 4;
    return header >= IP_HEADER_LEAST && header <= length ? header : 0;
}

bool echo_is(const uint8_t *bytes, size_t length, bool has_ip_header,
             const struct echo_message *expected)
{
    uint8_t header[ECHO_HEADER];
    size_t before = 0;

    if (has_ip_header) {
        before = echo_ip_header(bytes, length);
        if (before == 0)
            return false;
    }
    if (length < before + ECHO_HEADER)
        return false;
    echo_put(header, expected);
    bytes += before;
    return bytes[0] == header[0] && bytes[1] == 0 && memcmp(bytes + 4, header + 4, 4) == 0;
}

static uint32_t add_words(uint32_t sum, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i += 2) {
        uint16_t word = 0;

        memcpy(&word, bytes + i, length - i < 2 ? 1 : 2);
        sum += word;
    }
    return sum;
}

uint16_t echo_checksum(const uint8_t *first, size_t first_length, const uint8_t *second,
                       size_t second_length)
{
    uint32_t sum = add_words(add_words(0, first, first_length), second, second_length);

    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}
