/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Stands between mibshow and the library, and refuses some functions of those that it calls. */
#include <iphlpapi.h>

DWORD GetIpForwardTable2(ADDRESS_FAMILY Family, PMIB_IPFORWARD_TABLE2 *Table)
{
    (void)Family;
    (void)Table;
    return ERROR_ACCESS_DENIED;
}

/* A code that has no name. */
DWORD GetInterfaceDnsSettings(GUID Interface, DNS_INTERFACE_SETTINGS *Settings)
{
    (void)Interface;
    (void)Settings;
    return 99999;
}
