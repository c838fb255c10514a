/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A network namespace, /run, /etc and /var/lib of a test's own, with two links. */
#ifndef TESTS_UNIT_OWN_HOST_H
#define TESTS_UNIT_OWN_HOST_H

#include <stddef.h>

/* Instead of namespace_begin, which it calls; as that one, 0 or the code to exit with. */
int own_host_prepare(char **argv);

/* Links a0 (index 10, 192.0.2.9/24) and a0.5 (11), up; empty folders. */
void own_host_begin(void);
void own_host_end(void);

/* Writes a file, for which folders are made. */
void own_host_put(const char *path, const char *text);
void own_host_put_bytes(const char *path, const void *bytes, size_t size);

#endif
