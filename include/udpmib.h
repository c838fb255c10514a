/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What Windows' header of this name has of UDP. */
#ifndef IPHLPAPI_UDPMIB_H
#define IPHLPAPI_UDPMIB_H

#include "iphlpapi_statistics.h"

#endif /* IPHLPAPI_UDPMIB_H */
