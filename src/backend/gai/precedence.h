/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Precedences of destinations (RFC 6724, 2.1), which the kernel does not have: those of
 * /etc/gai.conf, which the C library goes by, else RFC 6724's.
 */
#ifndef SRC_BACKEND_GAI_PRECEDENCE_H
#define SRC_BACKEND_GAI_PRECEDENCE_H

#include "mib/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct precedence {
    struct mib_addr prefix; /* IPv6 */
    uint32_t value;
    uint8_t length; /* bits */
};

enum { PRECEDENCES = 64 };

struct precedence_table {
    struct precedence rows[PRECEDENCES];
    size_t count;
};

/* Pure. A file's text, NUL-terminated; lines that cannot be understood count for nothing. */
void precedence_parse(char *text, struct precedence_table *ret);

/* Those of the host, as they are now. 0; -ENOMEM. A file that cannot be read is as none. */
int precedence_read(struct precedence_table *ret);

/* Pure. An IPv6 address, or an IPv4-mapped one. */
uint32_t precedence_of(const struct precedence_table *table, const struct mib_addr *address);

/* Pure. Whether the first bits are the prefix'. */
bool precedence_matches(const struct mib_addr *address, const struct mib_addr *prefix,
                        uint8_t length);

#endif
