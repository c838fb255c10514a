/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What netioapi.h has of compartments, and of the forwarding layer's virtual interfaces, which lead
 * into them. A file of its own because the DLL for Wine includes it beside mingw-w64's netioapi.h,
 * which lacks the most of it. Programs include iphlpapi.h.
 *
 * Linux' network namespaces are compartments. A process sees one of them, which is compartment 1;
 * others cannot be named, and are not reached. An id of 0 asks for what is anyway.
 */
#ifndef IPHLPAPI_NETIOAPI_COMPARTMENTS_H
#define IPHLPAPI_NETIOAPI_COMPARTMENTS_H

#ifdef _WIN32
#ifndef IPHLPAPI_DLL_LINKAGE
#define IPHLPAPI_DLL_LINKAGE
#endif
typedef UINT32 NET_IF_COMPARTMENT_SCOPE, *PNET_IF_COMPARTMENT_SCOPE;
#define NET_IF_COMPARTMENT_ID_UNSPECIFIED 0
#define NET_IF_COMPARTMENT_ID_PRIMARY 1
#define NET_IF_COMPARTMENT_SCOPE_UNSPECIFIED 0
#define NET_IF_COMPARTMENT_SCOPE_ALL 0xffffffffU
#else
#include "netioapi.h"
#endif

/* ---- Forwarding-layer virtual interfaces ----------------------------------------------------- */

typedef enum _NET_FL_VIRTUAL_INTERFACE_ORIGIN {
    NetFlVirtualInterfaceOriginOid = 0,
    NetFlVirtualInterfaceOriginApi = 1,
    NetFlVirtualInterfaceOriginDefault = 2
} NET_FL_VIRTUAL_INTERFACE_ORIGIN;

typedef enum _NET_FL_ISOLATION_MODE {
    NetFlIsolationModeNone = 0,
    NetFlIsolationModeVlan = 1,
    NetFlIsolationModeVsid = 2
} NET_FL_ISOLATION_MODE;

typedef struct _MIB_FL_VIRTUAL_INTERFACE_ROW {
    ADDRESS_FAMILY Family;
    IF_LUID IfLuid;
    ULONG VirtualIfId;
    GUID CompartmentGuid;
    NET_FL_ISOLATION_MODE IsolationMode;
    NET_FL_VIRTUAL_INTERFACE_ORIGIN Origin;
    IF_LUID VirtualIfLuid;
    IF_INDEX VirtualIfIndex;
    BOOLEAN AllowLocalNd;
    ULONG AttachedFlsnpiClients;
    ULONG FlsnpiClientConfigErrors;
    ULONG64 FlsnpiClientInjectErrors;
    ULONG64 FlsnpiClientCloneErrors;
    ULONG64 InFlsnpiIndicatedPackets;
    ULONG64 InFlsnpiClientReturnedPackets;
    ULONG64 InFlsnpiClientSilentlyDroppedPackets;
    ULONG64 InFlsnpiClientDroppedPackets;
    ULONG64 InFlsnpiClientInjectedPackets;
    ULONG64 InFlsnpiClientClonedPackets;
    ULONG64 OutFlsnpiIndicatedPackets;
    ULONG64 OutFlsnpiClientReturnedPackets;
    ULONG64 OutFlsnpiClientDroppedPackets;
    ULONG64 OutFlsnpiClientSilentlyDroppedPackets;
    ULONG64 OutFlsnpiClientInjectedPackets;
    ULONG64 OutFlsnpiClientClonedPackets;
    ULONG64 OutFlsnpiClientClonedPacketsForNbSplit;
} MIB_FL_VIRTUAL_INTERFACE_ROW, *PMIB_FL_VIRTUAL_INTERFACE_ROW;

typedef struct _MIB_FL_VIRTUAL_INTERFACE_TABLE {
    ULONG NumEntries;
    MIB_FL_VIRTUAL_INTERFACE_ROW Table[ANY_SIZE];
} MIB_FL_VIRTUAL_INTERFACE_TABLE, *PMIB_FL_VIRTUAL_INTERFACE_TABLE;

/* ---- Functions ------------------------------------------------------------------------------- */

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @brief Get the compartment of the calling thread.
 *
 * Context: any thread, callbacks included. Asks nobody.
 * @return NET_IF_COMPARTMENT_ID_PRIMARY
 * Source: Microsoft netioapi.h page GetCurrentThreadCompartmentId, which calls it reserved;
 * netioapi.h of the Windows SDK
 */
IPHLPAPI_DLL_LINKAGE NET_IF_COMPARTMENT_ID NETIOAPI_API_ GetCurrentThreadCompartmentId(void);

/**
 * @brief Have the calling thread in a compartment.
 *
 * @param CompartmentId 1, where it is; 0: that of its process, which is the same
 *
 * Context: any thread, callbacks included. Asks nobody.
 * @return NO_ERROR, or
 *  - ERROR_NOT_FOUND: no other can be reached
 * Source: Microsoft netioapi.h page SetCurrentThreadCompartmentId, which calls it reserved;
 * netioapi.h of the Windows SDK
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API
SetCurrentThreadCompartmentId(NET_IF_COMPARTMENT_ID CompartmentId);

/**
 * @brief Get which compartments the calling thread sees.
 *
 * @param CompartmentScope set to NET_IF_COMPARTMENT_SCOPE_UNSPECIFIED: its own; or NULL
 * @param CompartmentId set to its own, NET_IF_COMPARTMENT_ID_PRIMARY; or NULL
 *
 * Context: any thread, callbacks included. Asks nobody.
 * Source: netioapi.h of the Windows SDK; Microsoft has no page
 */
IPHLPAPI_DLL_LINKAGE void NETIOAPI_API_ GetCurrentThreadCompartmentScope(
    PNET_IF_COMPARTMENT_SCOPE CompartmentScope, PNET_IF_COMPARTMENT_ID CompartmentId);

/**
 * @brief Set which compartments the calling thread sees.
 *
 * @param CompartmentScope NET_IF_COMPARTMENT_SCOPE_UNSPECIFIED: its own
 *
 * Context: any thread, callbacks included. Asks nobody.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: CompartmentScope is none
 *  - ERROR_NOT_SUPPORTED: it is NET_IF_COMPARTMENT_SCOPE_ALL; others cannot be seen
 * Source: netioapi.h of the Windows SDK; Microsoft has no page
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API
SetCurrentThreadCompartmentScope(NET_IF_COMPARTMENT_SCOPE CompartmentScope);

/**
 * @brief Get the compartment of the process.
 *
 * Context: any thread, callbacks included. Asks nobody.
 * @return NET_IF_COMPARTMENT_ID_PRIMARY
 * Source: netioapi.h of the Windows SDK; Microsoft has no page
 */
IPHLPAPI_DLL_LINKAGE NET_IF_COMPARTMENT_ID NETIOAPI_API_ GetDefaultCompartmentId(void);

/**
 * @brief Get the compartment of a session.
 *
 * @param SessionId any: a session has no compartment of its own
 *
 * Context: any thread, callbacks included. Asks nobody.
 * @return NET_IF_COMPARTMENT_ID_PRIMARY
 * Source: Microsoft netioapi.h page GetSessionCompartmentId, which calls it reserved; netioapi.h of
 * the Windows SDK
 */
IPHLPAPI_DLL_LINKAGE NET_IF_COMPARTMENT_ID NETIOAPI_API_ GetSessionCompartmentId(ULONG SessionId);

/**
 * @brief Have a session in a compartment.
 *
 * @param SessionId any
 * @param CompartmentId 1, where it is; 0: none of its own
 *
 * Context: any thread, callbacks included. Asks nobody.
 * @return NO_ERROR, or
 *  - ERROR_NOT_FOUND: no other can be reached
 * Source: Microsoft netioapi.h page SetSessionCompartmentId, which calls it reserved; netioapi.h of
 * the Windows SDK
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API SetSessionCompartmentId(ULONG SessionId,
                                                          NET_IF_COMPARTMENT_ID CompartmentId);

/**
 * @brief Get the compartment of a job.
 *
 * @param JobHandle a job; natively there are none
 *
 * Context: any thread, callbacks included. Asks nobody.
 * @return NET_IF_COMPARTMENT_ID_PRIMARY; NET_IF_COMPARTMENT_ID_UNSPECIFIED if JobHandle is no job
 * Source: netioapi.h of the Windows SDK; Microsoft has no page
 */
IPHLPAPI_DLL_LINKAGE NET_IF_COMPARTMENT_ID NETIOAPI_API_ GetJobCompartmentId(HANDLE JobHandle);

/**
 * @brief Have a job in a compartment.
 *
 * @param JobHandle a job; natively there are none
 * @param CompartmentId 1, where it is; 0: none of its own
 *
 * Context: any thread, callbacks included. Asks nobody.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_HANDLE: JobHandle is no job
 *  - ERROR_NOT_FOUND: no other compartment can be reached
 * Source: netioapi.h of the Windows SDK; Microsoft has no page
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API SetJobCompartmentId(HANDLE JobHandle,
                                                      NET_IF_COMPARTMENT_ID CompartmentId);

/**
 * @brief Find the compartment that has a GUID.
 *
 * @param CompartmentGuid the GUID
 * @param CompartmentId set to the compartment
 *
 * Compartment 1 has the GUID of Windows' default compartment.
 *
 * Context: any thread, callbacks included. Asks nobody.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: a pointer is NULL
 *  - ERROR_NOT_FOUND: no compartment that can be reached has it
 * Source: netioapi.h of the Windows SDK; Microsoft has no page
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API ConvertCompartmentGuidToId(const GUID *CompartmentGuid,
                                                             PNET_IF_COMPARTMENT_ID CompartmentId);

/**
 * @brief Get the GUID of a compartment.
 *
 * @param CompartmentId the compartment
 * @param CompartmentGuid set to its GUID: that of Windows' default compartment
 *
 * Context: any thread, callbacks included. Asks nobody.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: CompartmentGuid is NULL
 *  - ERROR_NOT_FOUND: it is not 1; no other can be reached
 * Source: netioapi.h of the Windows SDK; Microsoft has no page
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API ConvertCompartmentIdToGuid(NET_IF_COMPARTMENT_ID CompartmentId,
                                                             GUID *CompartmentGuid);

/**
 * @brief Get what is known of a network, by its GUID.
 *
 * @param NetworkGuid the GUID
 * @param CompartmentId not written
 * @param SiteId not written
 * @param NetworkName not written
 * @param Length not looked at
 *
 * Linux has no networks with GUIDs: NetworkGuid of MIB_IF_ROW2 is zero.
 *
 * Context: any thread, callbacks included. Asks nobody.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: a pointer is NULL
 *  - ERROR_NOT_FOUND: there is no such network
 * Source: Microsoft netioapi.h page GetNetworkInformation, which calls it reserved; netioapi.h of
 * the Windows SDK
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API GetNetworkInformation(const NET_IF_NETWORK_GUID *NetworkGuid,
                                                        PNET_IF_COMPARTMENT_ID CompartmentId,
                                                        ULONG *SiteId, WCHAR *NetworkName,
                                                        ULONG Length);

/**
 * @brief Set what is known of a network, by its GUID.
 *
 * @param NetworkGuid the GUID
 * @param CompartmentId not looked at
 * @param NetworkName a string
 *
 * Linux has no networks with GUIDs.
 *
 * Context: any thread, callbacks included. Asks nobody.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: a pointer is NULL
 *  - ERROR_NOT_FOUND: there is no such network
 * Source: Microsoft netioapi.h page SetNetworkInformation, which calls it reserved; netioapi.h of
 * the Windows SDK
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API SetNetworkInformation(const NET_IF_NETWORK_GUID *NetworkGuid,
                                                        NET_IF_COMPARTMENT_ID CompartmentId,
                                                        const WCHAR *NetworkName);

/**
 * @brief Set a row to its initial values, which are zero.
 *
 * @param Row the row; NULL is fine
 *
 * Context: any thread, callbacks included. Asks nobody.
 * Source: netioapi.h of the Windows SDK; Microsoft has no page
 */
IPHLPAPI_DLL_LINKAGE void NETIOAPI_API_
InitializeFlVirtualInterfaceEntry(PMIB_FL_VIRTUAL_INTERFACE_ROW Row);

/**
 * @brief Make a virtual interface of the forwarding layer.
 *
 * @param Row a row of which Family, IfLuid, VirtualIfId, CompartmentGuid and IsolationMode count
 *
 * Linux' forwarding has no such layer, and other compartments cannot be reached.
 *
 * Context: any thread, callbacks included. Asks nobody.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Row is NULL, or its Family is neither AF_INET nor AF_INET6
 *  - ERROR_NOT_SUPPORTED: else
 * Source: netioapi.h of the Windows SDK; Microsoft has no page
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API CreateFlVirtualInterface(const MIB_FL_VIRTUAL_INTERFACE_ROW *Row);

/**
 * @brief Delete a virtual interface of the forwarding layer.
 *
 * @param Row a row of which Family, IfLuid and VirtualIfId count
 *
 * Context: any thread, callbacks included. Asks nobody.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Row is NULL, or its Family is neither AF_INET nor AF_INET6
 *  - ERROR_NOT_FOUND: there is no such interface
 * Source: netioapi.h of the Windows SDK; Microsoft has no page
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API DeleteFlVirtualInterface(const MIB_FL_VIRTUAL_INTERFACE_ROW *Row);

/**
 * @brief Change a virtual interface of the forwarding layer.
 *
 * @param Row a row of which Family, IfLuid and VirtualIfId count
 *
 * Context: any thread, callbacks included. Asks nobody.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Row is NULL, or its Family is neither AF_INET nor AF_INET6
 *  - ERROR_NOT_FOUND: there is no such interface
 * Source: netioapi.h of the Windows SDK; Microsoft has no page
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API SetFlVirtualInterface(const MIB_FL_VIRTUAL_INTERFACE_ROW *Row);

/**
 * @brief Read a virtual interface of the forwarding layer.
 *
 * @param Row a row of which Family, IfLuid and VirtualIfId count
 *
 * Context: any thread, callbacks included. Asks nobody.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Row is NULL, or its Family is neither AF_INET nor AF_INET6
 *  - ERROR_NOT_FOUND: there is no such interface
 * Source: netioapi.h of the Windows SDK; Microsoft has no page
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API GetFlVirtualInterface(PMIB_FL_VIRTUAL_INTERFACE_ROW Row);

/**
 * @brief Read the virtual interfaces of the forwarding layer.
 *
 * @param Family AF_INET, AF_INET6, or AF_UNSPEC
 * @param Table set to a table without rows, to be freed with FreeMibTable()
 *
 * Context: any thread, callbacks included. Asks nobody.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: Table is NULL, or Family is none of these
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory
 * Source: netioapi.h of the Windows SDK; Microsoft has no page
 */
IPHLPAPI_DLL_LINKAGE NETIOAPI_API
GetFlVirtualInterfaceTable(ADDRESS_FAMILY Family, PMIB_FL_VIRTUAL_INTERFACE_TABLE *Table);

#ifdef __cplusplus
}
#endif

#endif
