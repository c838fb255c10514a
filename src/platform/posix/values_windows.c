/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The values of libiphlpapi.dll.so: what a program has from Windows' headers. */
#include "platform/posix/values.h"

const struct platform_values platform_values = {
    .af_inet6 = 23,
    .errno_is_win32 = true,
    .has_runtime = true,
    .is_second = true,
};
