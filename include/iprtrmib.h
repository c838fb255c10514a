/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Limits that the tables of the IP Helper API share. */
#ifndef IPHLPAPI_IPRTRMIB_H
#define IPHLPAPI_IPRTRMIB_H

#include "ipifcons.h"
#include "ipmib.h"

/* Length that a table's row array is declared with; NumEntries tells how many rows there are. */
#ifndef ANY_SIZE
#define ANY_SIZE 1
#endif

#define MAX_INTERFACE_NAME_LEN 256
#define MAXLEN_IFDESCR 256
#define MAXLEN_PHYSADDR 8

#endif /* IPHLPAPI_IPRTRMIB_H */
