/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Replaces addresses, prefix-preserving, and names. An address's bit is flipped or not as AES says
 * of the bits before it: the construction of Xu, Fan, Ammar and Moon (Crypto-PAn, ICNP 2002).
 * Nettle has the AES: it is small, has no state of its own, and Debian maintains it for GnuTLS.
 */
#include "anonymous.h"

#include <errno.h>
#include <nettle/aes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

enum { ADDRESS_MAX = 16, TEXT_MAX = 24, MAC_SIZE = 6, CHUNK = 8, MIDDLE = 88 };
enum { VERSION_NUMBERS = 3, VERSION_DIGITS = 3 };

/* One of each, so that equal bytes of two sorts are replaced differently. */
enum domain { DOMAIN_IPV4, DOMAIN_IPV6, DOMAIN_LINK, DOMAINS };

struct replaced_text {
    const char *word;
    char by[TEXT_MAX];
    char text[];
};

struct anonymous {
    struct aes128_ctx key;
    uint8_t pads[DOMAINS][AES_BLOCK_SIZE];
    struct replaced_text **texts; /* sorted: a recording of containers has many */
    size_t text_count, text_capacity;
};

/* The bits of a prefix stay; those behind it, too, if it is whole. */
struct kept {
    uint8_t length;
    bool whole;
    uint8_t prefix[ADDRESS_MAX];
};

static const struct kept kept_ipv4[] = {
    {8, true, {0}},                   /* unspecified */
    {8, true, {127}},                 /* loopback */
    {16, false, {169, 254}},          /* link-local */
    {4, true, {224}},                 /* multicast */
    {32, true, {255, 255, 255, 255}}, /* limited broadcast */
};

/* Those of groups come before their range: a group may have an address in it. */
static const struct kept kept_ipv6[] = {
    {127, true, {0}},                                  /* unspecified and loopback */
    {96, false, {[10] = 0xff, [11] = 0xff}},           /* an IPv4 address */
    {96, false, {0, 0x64, 0xff, 0x9b}},                /* NAT64 */
    {32, false, {0x20, 0x01}},                         /* Teredo */
    {16, false, {0x20, 0x02}},                         /* 6to4 */
    {7, false, {0xfc}},                                /* unique local */
    {64, false, {0xfe, 0x80}},                         /* link-local */
    {104, false, {0xff, 0x02, [11] = 1, [12] = 0xff}}, /* solicited-node: an address' end */
    {112, true, {0xff, 0x01}},                         /* groups that IANA has given */
    {112, true, {0xff, 0x02}},
    {112, true, {0xff, 0x05}},
    {8, false, {0xff}}, /* other groups */
};

static unsigned bit_of(const uint8_t *bytes, unsigned bit)
{
    return bytes[bit / 8] >> (7 - bit % 8) & 1U;
}

static bool share(const uint8_t *one, const uint8_t *other, unsigned bits)
{
    const unsigned whole = bits / 8;
    const uint8_t mask = (uint8_t)(0xff00U >> bits % 8);

    return memcmp(one, other, whole) == 0 &&
           (bits % 8 == 0 || ((one[whole] ^ other[whole]) & mask) == 0);
}

/* Whether the bit behind the first ones stays: then what is kept stays, and nothing else becomes
 * it. */
static bool bit_stays(const struct kept *kept, size_t count, const uint8_t *bytes, unsigned bit)
{
    for (size_t i = 0; i < count; i++)
        if (bit < kept[i].length ? share(bytes, kept[i].prefix, bit)
                                 : kept[i].whole && share(bytes, kept[i].prefix, kept[i].length))
            return true;
    return false;
}

/*
 * An interface identifier that was made of a link-layer address has ff:fe in its middle, and no
 * other gets it: the library tells addresses' origin by that.
 */
static bool bit_of_identifier_stays(const uint8_t *bytes, unsigned bit)
{
    static const uint8_t middle[] = {0xff, 0xfe};

    return bit >= MIDDLE && bit < MIDDLE + 16 && share(bytes + MIDDLE / 8, middle, bit - MIDDLE);
}

static unsigned flip(const struct anonymous *anonymous, enum domain domain, const uint8_t *bytes,
                     unsigned bit)
{
    uint8_t block[AES_BLOCK_SIZE];
    const unsigned whole = bit / 8;
    const uint8_t mask = (uint8_t)(0xff00U >> bit % 8);

    memcpy(block, anonymous->pads[domain], sizeof(block));
    memcpy(block, bytes, whole);
    if (bit % 8 != 0)
        block[whole] = (uint8_t)((bytes[whole] & mask) | (block[whole] & (uint8_t)~mask));
    aes128_encrypt(&anonymous->key, sizeof(block), block, block);
    return block[0] >> 7;
}

static void map(const struct anonymous *anonymous, enum domain domain, const struct kept *kept,
                size_t count, const uint8_t *bytes, unsigned bits, uint8_t *ret)
{
    for (unsigned bit = 0; bit < bits; bit++) {
        unsigned value = bit_of(bytes, bit);
        if (!bit_stays(kept, count, bytes, bit) &&
            (domain != DOMAIN_IPV6 || !bit_of_identifier_stays(bytes, bit)))
            value ^= flip(anonymous, domain, bytes, bit);
        ret[bit / 8] = (uint8_t)(ret[bit / 8] | value << (7 - bit % 8));
    }
}

int anonymous_new(struct anonymous **ret)
{
    struct anonymous *anonymous = calloc(1, sizeof(*anonymous));
    uint8_t key[AES128_KEY_SIZE];

    if (!anonymous)
        return -ENOMEM;
    if (getrandom(key, sizeof(key), 0) != (ssize_t)sizeof(key) ||
        getrandom(anonymous->pads, sizeof(anonymous->pads), 0) !=
            (ssize_t)sizeof(anonymous->pads)) {
        free(anonymous);
        return -EIO;
    }
    aes128_set_encrypt_key(&anonymous->key, key);
    *ret = anonymous;
    return 0;
}

void anonymous_free(struct anonymous *anonymous)
{
    if (!anonymous)
        return;
    for (size_t i = 0; i < anonymous->text_count; i++)
        free(anonymous->texts[i]);
    free(anonymous->texts);
    free(anonymous);
}

void anonymous_address(const struct anonymous *anonymous, int family, const uint8_t *bytes,
                       unsigned length, uint8_t *ret)
{
    const bool four = family == AF_INET;
    const size_t size = four ? 4 : 16;
    uint8_t mapped[ADDRESS_MAX] = {0};

    if (length > size * 8)
        length = (unsigned)size * 8;
    if (four)
        map(anonymous, DOMAIN_IPV4, kept_ipv4, sizeof(kept_ipv4) / sizeof(kept_ipv4[0]), bytes,
            length, mapped);
    else
        map(anonymous, DOMAIN_IPV6, kept_ipv6, sizeof(kept_ipv6) / sizeof(kept_ipv6[0]), bytes,
            length, mapped);
    memcpy(ret, mapped, size);
}

static bool all_are(const uint8_t *bytes, size_t size, uint8_t value)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i] != value)
            return false;
    return true;
}

static void map_link_address(const struct anonymous *anonymous, const uint8_t *bytes, size_t size,
                             uint8_t *ret)
{
    static const uint8_t ipv6_groups[] = {0x33, 0x33};

    for (size_t done = 0; done < size; done += CHUNK) {
        const size_t part = size - done < CHUNK ? size - done : CHUNK;
        uint8_t mapped[CHUNK] = {0};
        map(anonymous, DOMAIN_LINK, NULL, 0, bytes + done, (unsigned)part * 8, mapped);
        memcpy(ret + done, mapped, part);
    }
    if (size != MAC_SIZE)
        return;
    ret[0] = (uint8_t)((ret[0] & 0xfc) | (bytes[0] & 3));
    if (memcmp(bytes, ipv6_groups, sizeof(ipv6_groups)) == 0)
        memcpy(ret, ipv6_groups, sizeof(ipv6_groups));
}

void anonymous_link_address(const struct anonymous *anonymous, const uint8_t *bytes, size_t size,
                            uint8_t *ret)
{
    if (all_are(bytes, size, 0) || all_are(bytes, size, 0xff))
        memcpy(ret, bytes, size);
    else if (size == 4 || size == 16)
        anonymous_address(anonymous, size == 4 ? AF_INET : AF_INET6, bytes, (unsigned)size * 8,
                          ret);
    else
        map_link_address(anonymous, bytes, size, ret);
}

/* By the word, then by the text. */
static int compare(const struct replaced_text *known, const char *word, const char *text,
                   size_t length)
{
    int order = strcmp(known->word, word);

    if (order == 0)
        order = strncmp(known->text, text, length);
    return order != 0 ? order : known->text[length] != '\0';
}

/* Where it is, or would be. */
static size_t position_of(const struct anonymous *anonymous, const char *word, const char *text,
                          size_t length)
{
    size_t low = 0;
    size_t high = anonymous->text_count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (compare(anonymous->texts[middle], word, text, length) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int make_room_for_text(struct anonymous *anonymous)
{
    if (anonymous->text_count < anonymous->text_capacity)
        return 0;
    const size_t capacity = anonymous->text_capacity * 2 + 16;
    // NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are what is kept
    struct replaced_text **texts = reallocarray(anonymous->texts, capacity, sizeof(*texts));
    if (!texts)
        return -ENOMEM;
    anonymous->texts = texts;
    anonymous->text_capacity = capacity;
    return 0;
}

const char *anonymous_text(struct anonymous *anonymous, const char *word, const char *text,
                           size_t size)
{
    const size_t length = strnlen(text, size);

    if (length == 0)
        return "";
    if (length == 2 && memcmp(text, "lo", 2) == 0)
        return "lo";
    const size_t place = position_of(anonymous, word, text, length);
    if (place < anonymous->text_count && compare(anonymous->texts[place], word, text, length) == 0)
        return anonymous->texts[place]->by;
    struct replaced_text *added =
        make_room_for_text(anonymous) == 0 ? calloc(1, sizeof(*added) + length + 1) : NULL;
    if (!added)
        return NULL;
    added->word = word;
    memcpy(added->text, text, length);
    struct replaced_text **at = &anonymous->texts[place];
    // NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are what is kept
    memmove(at + 1, at, (anonymous->text_count - place) * sizeof(*at));
    *at = added;
    (void)snprintf(added->by, sizeof(added->by), "%.8s%zu", word, ++anonymous->text_count);
    return added->by;
}

void anonymous_version(char *text, const char *name)
{
    const size_t length = strlen(name);
    size_t kept = 0;

    if (strncmp(text, name, length) == 0)
        kept = length;
    for (unsigned numbers = 0; kept > 0 && numbers < VERSION_NUMBERS; numbers++) {
        const size_t digits =
            text[kept] == (numbers == 0 ? ' ' : '.') ? strspn(text + kept + 1, "0123456789") : 0;
        if (digits == 0 || digits > VERSION_DIGITS)
            break;
        kept += 1 + digits;
    }
    text[kept > length ? kept : 0] = '\0';
}
