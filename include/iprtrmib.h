/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Limits that the tables of the IP Helper API share. */
#ifndef IPHLPAPI_IPRTRMIB_H
#define IPHLPAPI_IPRTRMIB_H

#include "ipifcons.h"
#include "ipmib.h"

#define MAX_INTERFACE_NAME_LEN 256
#define MAXLEN_IFDESCR 256

#endif /* IPHLPAPI_IPRTRMIB_H */
