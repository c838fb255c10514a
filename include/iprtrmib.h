/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which table of sockets a program wants. The rows live in the headers that this one has. */
#ifndef IPHLPAPI_IPRTRMIB_H
#define IPHLPAPI_IPRTRMIB_H

#include "ifmib.h"
#include "ipifcons.h"
#include "ipmib.h"
#include "tcpmib.h"
#include "udpmib.h"

/* Rows with what, and of which sockets. */
typedef enum _TCP_TABLE_CLASS {
    TCP_TABLE_BASIC_LISTENER,
    TCP_TABLE_BASIC_CONNECTIONS,
    TCP_TABLE_BASIC_ALL,
    TCP_TABLE_OWNER_PID_LISTENER,
    TCP_TABLE_OWNER_PID_CONNECTIONS,
    TCP_TABLE_OWNER_PID_ALL,
    TCP_TABLE_OWNER_MODULE_LISTENER,
    TCP_TABLE_OWNER_MODULE_CONNECTIONS,
    TCP_TABLE_OWNER_MODULE_ALL
} TCP_TABLE_CLASS,
    *PTCP_TABLE_CLASS;

typedef enum _UDP_TABLE_CLASS {
    UDP_TABLE_BASIC,
    UDP_TABLE_OWNER_PID,
    UDP_TABLE_OWNER_MODULE
} UDP_TABLE_CLASS,
    *PUDP_TABLE_CLASS;

#endif /* IPHLPAPI_IPRTRMIB_H */
