/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The values of libiphlpapi.so: an address of a row can be handed to connect() as it is. */
#include "platform/posix/values.h"

#include <sys/socket.h>

const struct platform_values platform_values = {.af_inet6 = AF_INET6};
