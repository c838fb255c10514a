/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The host's values and a runtime's threads, for tests of those. */
#include "platform/posix/values.h"

#include <sys/socket.h>

const struct platform_values platform_values = {.af_inet6 = AF_INET6, .has_runtime = true};
