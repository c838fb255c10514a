/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses as text. */
#ifndef TOOLS_ADDRESSES_H
#define TOOLS_ADDRESSES_H

#include <stdbool.h>
#include <stddef.h>

#include "platform.h"

/* An address, '/' and up to three digits. */
#define PREFIX_SIZE (INET6_ADDRSTRLEN + 4)

/* "ipv4", "ipv6" or "unspecified". */
const char *family_name(ADDRESS_FAMILY family);

/* An address of another family is told by the family's number. */
void format_address(const SOCKADDR_INET *address, char ret_text[INET6_ADDRSTRLEN]);
void format_prefix(const SOCKADDR_INET *address, unsigned int length, char ret_text[PREFIX_SIZE]);

bool is_unspecified(const SOCKADDR_INET *address);

/* "02:00:00:00:00:01" of bytes, in 3 * length + 1 characters; empty: of no length. */
void format_bytes(const unsigned char *bytes, size_t length, char *ret_text);

#endif /* TOOLS_ADDRESSES_H */
