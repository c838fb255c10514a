/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the backend tells who runs the program, where the environment asks for it. */
#ifndef SRC_BACKEND_LOG_H
#define SRC_BACKEND_LOG_H

/*
 * One line to standard error, if IPHLPAPI_LOG lists "error": what the kernel, or a service of the
 * host, has refused and why. Any thread. errno stays as it is.
 */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
