/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Plain IPv4 addresses, as the functions have them that are older than Windows Vista. */
#ifndef IPHLPAPI_IPEXPORT_H
#define IPHLPAPI_IPEXPORT_H

#include "iphlpapi_windef.h"

/* In network byte order. */
typedef ULONG IPAddr;
typedef ULONG IPMask;

#endif /* IPHLPAPI_IPEXPORT_H */
