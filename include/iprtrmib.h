/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rows that the tables of the IP Helper API share; they live in the headers that this has. */
#ifndef IPHLPAPI_IPRTRMIB_H
#define IPHLPAPI_IPRTRMIB_H

#include "ifmib.h"
#include "ipifcons.h"
#include "ipmib.h"
#include "tcpmib.h"
#include "udpmib.h"

#endif /* IPHLPAPI_IPRTRMIB_H */
