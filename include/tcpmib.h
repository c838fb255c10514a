/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What Windows' header of this name has of TCP. */
#ifndef IPHLPAPI_TCPMIB_H
#define IPHLPAPI_TCPMIB_H

#include "iphlpapi_statistics.h"

#endif /* IPHLPAPI_TCPMIB_H */
