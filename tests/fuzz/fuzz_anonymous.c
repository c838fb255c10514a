/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Datagrams that are made anonymous. What comes out is messages and attributes without a gap, is
 * all of it known, and differs by key in nothing but what is replaced. Addresses share as many
 * leading bits as before.
 */
#include "fuzz.h"

#include "anonymous.h"
#include "anonymous_policy.h"

#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <sys/random.h>
#include <sys/socket.h>

enum { KEYS = 2, ADDRESS = 16, VALUES = 2 + 2 * ADDRESS };

ssize_t __wrap_getrandom(void *bytes, size_t size, unsigned int flags);

/* The same each time, so that an input that fails fails again; another for each key. */
static uint8_t next_random;

ssize_t __wrap_getrandom(void *bytes, size_t size, unsigned int flags)
{
    (void)flags;
    for (size_t i = 0; i < size; i++)
        ((uint8_t *)bytes)[i] = next_random = (uint8_t)(next_random * 5 + 13);
    next_random++;
    return (ssize_t)size;
}

static uint64_t rewrite(struct anonymous *anonymous, const void *bytes, size_t size,
                        struct anonymous_buffer *buffer)
{
    uint64_t dropped = 0;

    MUST(anonymous_datagram(anonymous, bytes, size, buffer, &dropped) == 0);
    return dropped;
}

/* The attributes in those bytes, of either key: as many, of the same types and sizes. */
static void check_attributes(const uint8_t *one, const uint8_t *other, size_t size)
{
    while (size > 0) {
        struct nlattr attribute;

        MUST(size >= sizeof(attribute));
        memcpy(&attribute, one, sizeof(attribute));
        MUST(attribute.nla_len >= sizeof(attribute) && NLMSG_ALIGN(attribute.nla_len) <= size);
        MUST(memcmp(one, other, sizeof(attribute)) == 0);
        one += NLMSG_ALIGN(attribute.nla_len);
        other += NLMSG_ALIGN(attribute.nla_len);
        size -= NLMSG_ALIGN(attribute.nla_len);
    }
}

static void check_message(const struct nlmsghdr *header, const uint8_t *one, const uint8_t *other)
{
    const struct anonymous_message *known = anonymous_message(header->nlmsg_type);
    const size_t size = header->nlmsg_len - sizeof(*header);

    if (known && size >= known->head) {
        MUST(memcmp(one, other, known->head) == 0);
        check_attributes(one + known->head, other + known->head, size - known->head);
        return;
    }
    MUST(memcmp(one, other, size) == 0);
    MUST(known ? size <= sizeof(struct rtgenmsg)
               : header->nlmsg_type == NLMSG_ERROR || header->nlmsg_type == NLMSG_DONE ||
                     (header->nlmsg_type == NLMSG_NOOP && size == 0));
}

static void check_messages(const struct anonymous_buffer buffers[KEYS])
{
    const uint8_t *one = buffers[0].bytes;
    const uint8_t *other = buffers[1].bytes;
    size_t size = buffers[0].size;

    MUST(size == buffers[1].size);
    while (size > 0) {
        struct nlmsghdr header;

        MUST(size >= sizeof(header));
        memcpy(&header, one, sizeof(header));
        MUST(header.nlmsg_len >= sizeof(header) && header.nlmsg_len <= size);
        MUST(memcmp(one, other, sizeof(header)) == 0);
        check_message(&header, one + sizeof(header), other + sizeof(header));
        const size_t step = NLMSG_ALIGN(header.nlmsg_len);
        const size_t done = step < size ? step : size;
        one += done;
        other += done;
        size -= done;
    }
}

static unsigned shared_bits(const uint8_t *one, const uint8_t *other, unsigned limit)
{
    unsigned bits = 0;

    while (bits < limit && !((one[bits / 8] ^ other[bits / 8]) >> (7 - bits % 8) & 1))
        bits++;
    return bits;
}

/* data: VALUES bytes. */
static void check_addresses(const struct anonymous *anonymous, const uint8_t *data)
{
    const int family = data[0] % 2 == 0 ? AF_INET : AF_INET6;
    const unsigned bits = family == AF_INET ? 32 : 128;
    const unsigned length = data[1];
    uint8_t replaced[2][ADDRESS] = {0};

    anonymous_address(anonymous, family, data + 2, bits, replaced[0]);
    anonymous_address(anonymous, family, data + 2 + ADDRESS, bits, replaced[1]);
    MUST(shared_bits(replaced[0], replaced[1], bits) ==
         shared_bits(data + 2, data + 2 + ADDRESS, bits));
    anonymous_address(anonymous, family, data + 2, length, replaced[1]);
    MUST(shared_bits(replaced[0], replaced[1], bits) >= (length < bits ? length : bits));
    for (unsigned bit = length; bit < bits; bit++)
        MUST((replaced[1][bit / 8] >> (7 - bit % 8) & 1) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct anonymous *keys[KEYS];
    struct anonymous_buffer buffers[KEYS] = {{0}};
    struct anonymous_buffer again = {0};
    uint64_t dropped[KEYS];

    next_random = 0;
    for (size_t i = 0; i < KEYS; i++) {
        MUST(anonymous_new(&keys[i]) == 0);
        dropped[i] = rewrite(keys[i], data, size, &buffers[i]);
    }
    MUST(dropped[0] == dropped[1]);
    check_messages(buffers);
    MUST(rewrite(keys[0], buffers[0].bytes, buffers[0].size, &again) == 0);
    MUST(again.size >= buffers[0].size); /* names may have become longer */
    if (size >= VALUES)
        check_addresses(keys[0], data + size - VALUES);
    for (size_t i = 0; i < KEYS; i++) {
        anonymous_free(keys[i]);
        free(buffers[i].bytes);
    }
    free(again.bytes);
    return 0;
}
