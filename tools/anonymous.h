/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Replaces what names a machine or a network in a recording: addresses, link-layer addresses,
 * names. The same is replaced by the same within one file, and by something else in the next.
 */
#ifndef TOOLS_ANONYMOUS_H
#define TOOLS_ANONYMOUS_H

#include <stddef.h>
#include <stdint.h>

struct anonymous;

/* What a rewritten datagram is put in. The bytes belong to whoever declares it; free() them. */
struct anonymous_buffer {
    uint8_t *bytes;
    size_t size;
    size_t capacity;
};

/**
 * Begin a file, with a random key.
 *
 * @param ret  receives it; end it with anonymous_free()
 * @return 0, or a negative errno
 */
int anonymous_new(struct anonymous **ret);

/** @param anonymous  NULL is fine */
void anonymous_free(struct anonymous *anonymous);

/**
 * Replace an address. Two addresses that share just N leading bits still share just N. Loopback,
 * unspecified, multicast and link-local ranges stay what they are.
 *
 * @param family  AF_INET or AF_INET6
 * @param bytes   4 or 16 bytes
 * @param length  those bits of them that are significant; the others become 0
 * @param ret     receives as many bytes
 */
void anonymous_address(const struct anonymous *anonymous, int family, const uint8_t *bytes,
                       unsigned length, uint8_t *ret);

/**
 * Replace a link-layer address. The group and the local bit stay; so do zeros and the broadcast.
 *
 * @param bytes  4 or 16 bytes are a tunnel's IPv4 or IPv6 address
 * @param ret    receives as many bytes
 */
void anonymous_link_address(const struct anonymous *anonymous, const uint8_t *bytes, size_t size,
                            uint8_t *ret);

/**
 * Replace a text by a word and a number. "lo" stays.
 *
 * @param word  what it is the name of; it lasts as long as `anonymous`
 * @return the text that replaces it, valid until the next call; NULL: no memory
 */
const char *anonymous_text(struct anonymous *anonymous, const char *word, const char *text,
                           size_t size);

/**
 * Leave of a name and a version what many have: the name, which is known, and up to three numbers,
 * as of "Linux 6.1.0-13-amd64". Of what does not begin so nothing stays.
 *
 * @param text  is replaced
 * @param name  which name it has to be
 */
void anonymous_version(char *text, const char *name);

/**
 * Rewrite a datagram of rtnetlink. What is not known not to be an address or a name is left out: an
 * attribute is dropped, a message becomes NLMSG_NOOP.
 *
 * @param buffer   its bytes are replaced
 * @param dropped  is increased by the attributes and messages that are left out
 * @return 0, or a negative errno: -ENOMEM
 */
int anonymous_datagram(struct anonymous *anonymous, const uint8_t *bytes, size_t size,
                       struct anonymous_buffer *buffer, uint64_t *dropped);

#endif
