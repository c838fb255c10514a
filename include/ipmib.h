/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Route protocols (MIB_IPPROTO_*) live in nldef.h; programs look for them here. */
#ifndef IPHLPAPI_IPMIB_H
#define IPHLPAPI_IPMIB_H

#include "ifdef.h"
#include "nldef.h"

#endif /* IPHLPAPI_IPMIB_H */
