/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an entry is, as the comment of its packet says it. */
#ifndef SRC_CAPTURE_COMMENT_H
#define SRC_CAPTURE_COMMENT_H

#include "capture/capture.h"

enum { COMMENT_MAX = 128 };

/* The length of the text, which is put into `ret`. */
size_t comment_format(const struct capture_entry *entry, char ret[COMMENT_MAX]);

/* Fills in what the text says. false: it is none of an entry, and *entry is as it was. */
bool comment_parse(const void *text, size_t size, struct capture_entry *entry);

#endif
