/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What programs go by where Windows and the host disagree. The two libraries are made of the same
 * objects, and each is linked with values of its own: libiphlpapi.so has the host's, values_host.c;
 * libiphlpapi.dll.so, for programs that were written for Windows, has those of values_windows.c.
 */
#ifndef SRC_PLATFORM_POSIX_VALUES_H
#define SRC_PLATFORM_POSIX_VALUES_H

#include <stdbool.h>
#include <stdint.h>

struct platform_values {
    uint16_t af_inet6;
    bool errno_is_win32; /* errno has GetLastError()'s code: managed programs read it there */
    bool has_runtime;    /* programs run on one, which has threads of the library's in hand */
    bool is_second;      /* a process may have the other one, which is not, beside it */
};

extern const struct platform_values platform_values;

#endif
