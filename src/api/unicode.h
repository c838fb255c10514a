/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Names and paths: bytes on Linux, UTF-16 in the API. Linux gives names no encoding; they are
 * taken for UTF-8, and a byte that is not becomes U+DC80 to U+DCFF, so that every name comes back
 * as it went (as Python's "surrogateescape", PEP 383).
 */
#ifndef SRC_API_UNICODE_H
#define SRC_API_UNICODE_H

#include "api/windows.h"

#include <stdbool.h>
#include <stddef.h>

/* Both write a terminating null, and nothing at all where it would not fit: false. */
bool unicode_from_utf8(const char *from, WCHAR *ret, size_t length);
bool unicode_to_utf8(const WCHAR *from, char *ret, size_t size);

#endif
