/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Compartments: the network namespace of the process is the one that there is. Contracts:
 * include/netioapi_compartments.h.
 */
#include "api/windows.h"
#include "platform/platform.h"

#include <stdbool.h>
#include <string.h>

/* That of Windows' default compartment, the same on each machine (Get-NetCompartment's page). */
static const GUID primary_guid = {
    0xb1062982, 0x2b18, 0x4b4f, {0xb3, 0xd5, 0xa7, 0x8d, 0xdb, 0x9c, 0xdd, 0x49}};

/* What is set is so already, or cannot be. */
static DWORD set(NET_IF_COMPARTMENT_ID id)
{
    return id == NET_IF_COMPARTMENT_ID_UNSPECIFIED || id == NET_IF_COMPARTMENT_ID_PRIMARY
               ? NO_ERROR
               : ERROR_NOT_FOUND;
}

NET_IF_COMPARTMENT_ID NETIOAPI_API_ GetCurrentThreadCompartmentId(void)
{
    return NET_IF_COMPARTMENT_ID_PRIMARY;
}

NETIOAPI_API SetCurrentThreadCompartmentId(NET_IF_COMPARTMENT_ID CompartmentId)
{
    return set(CompartmentId);
}

void NETIOAPI_API_ GetCurrentThreadCompartmentScope(PNET_IF_COMPARTMENT_SCOPE CompartmentScope,
                                                    PNET_IF_COMPARTMENT_ID CompartmentId)
{
    if (CompartmentScope)
        *CompartmentScope = NET_IF_COMPARTMENT_SCOPE_UNSPECIFIED;
    if (CompartmentId)
        *CompartmentId = NET_IF_COMPARTMENT_ID_PRIMARY;
}

NETIOAPI_API SetCurrentThreadCompartmentScope(NET_IF_COMPARTMENT_SCOPE CompartmentScope)
{
    if (CompartmentScope == NET_IF_COMPARTMENT_SCOPE_UNSPECIFIED)
        return NO_ERROR;
    return CompartmentScope == NET_IF_COMPARTMENT_SCOPE_ALL ? ERROR_NOT_SUPPORTED
                                                            : ERROR_INVALID_PARAMETER;
}

NET_IF_COMPARTMENT_ID NETIOAPI_API_ GetDefaultCompartmentId(void)
{
    return NET_IF_COMPARTMENT_ID_PRIMARY;
}

NET_IF_COMPARTMENT_ID NETIOAPI_API_ GetSessionCompartmentId(ULONG SessionId)
{
    (void)SessionId;
    return NET_IF_COMPARTMENT_ID_PRIMARY;
}

NETIOAPI_API SetSessionCompartmentId(ULONG SessionId, NET_IF_COMPARTMENT_ID CompartmentId)
{
    (void)SessionId;
    return set(CompartmentId);
}

NET_IF_COMPARTMENT_ID NETIOAPI_API_ GetJobCompartmentId(HANDLE JobHandle)
{
    return platform_is_job(JobHandle) ? NET_IF_COMPARTMENT_ID_PRIMARY
                                      : NET_IF_COMPARTMENT_ID_UNSPECIFIED;
}

NETIOAPI_API SetJobCompartmentId(HANDLE JobHandle, NET_IF_COMPARTMENT_ID CompartmentId)
{
    return platform_is_job(JobHandle) ? set(CompartmentId) : ERROR_INVALID_HANDLE;
}

NETIOAPI_API ConvertCompartmentGuidToId(const GUID *CompartmentGuid,
                                        PNET_IF_COMPARTMENT_ID CompartmentId)
{
    if (!CompartmentGuid || !CompartmentId)
        return ERROR_INVALID_PARAMETER;
    if (memcmp(CompartmentGuid, &primary_guid, sizeof(primary_guid)) != 0)
        return ERROR_NOT_FOUND;
    *CompartmentId = NET_IF_COMPARTMENT_ID_PRIMARY;
    return NO_ERROR;
}

NETIOAPI_API ConvertCompartmentIdToGuid(NET_IF_COMPARTMENT_ID CompartmentId, GUID *CompartmentGuid)
{
    if (!CompartmentGuid)
        return ERROR_INVALID_PARAMETER;
    if (CompartmentId != NET_IF_COMPARTMENT_ID_PRIMARY)
        return ERROR_NOT_FOUND;
    *CompartmentGuid = primary_guid;
    return NO_ERROR;
}

/* NOLINTBEGIN(readability-non-const-parameter): the API's signature */
NETIOAPI_API GetNetworkInformation(const NET_IF_NETWORK_GUID *NetworkGuid,
                                   PNET_IF_COMPARTMENT_ID CompartmentId, ULONG *SiteId,
                                   WCHAR *NetworkName, ULONG Length)
{
    (void)Length;
    return NetworkGuid && CompartmentId && SiteId && NetworkName ? ERROR_NOT_FOUND
                                                                 : ERROR_INVALID_PARAMETER;
}
/* NOLINTEND(readability-non-const-parameter) */

NETIOAPI_API SetNetworkInformation(const NET_IF_NETWORK_GUID *NetworkGuid,
                                   NET_IF_COMPARTMENT_ID CompartmentId, const WCHAR *NetworkName)
{
    (void)CompartmentId;
    return NetworkGuid && NetworkName ? ERROR_NOT_FOUND : ERROR_INVALID_PARAMETER;
}
