/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The IP Helper API. Programs include this header; everything else comes with it. */
#ifndef IPHLPAPI_IPHLPAPI_H
#define IPHLPAPI_IPHLPAPI_H

#include "ifdef.h"
#include "ipifcons.h"
#include "iphlpapi_windef.h"
#include "ipmib.h"
#include "iprtrmib.h"
#include "netioapi.h"
#include "nldef.h"
#include "ntddndis.h"
#include "ws2def.h"
#include "ws2ipdef.h"

#endif /* IPHLPAPI_IPHLPAPI_H */
