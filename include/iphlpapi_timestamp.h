/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What iphlpapi.h has of timestamps of packets. A file of its own because the DLL for Wine includes
 * it beside mingw-w64's iphlpapi.h, which lacks it. Programs include iphlpapi.h.
 *
 * Natively a packet's timestamps are asked for by socket options (SO_TIMESTAMPING); these functions
 * tell which of them an interface has.
 */
#ifndef IPHLPAPI_IPHLPAPI_TIMESTAMP_H
#define IPHLPAPI_IPHLPAPI_TIMESTAMP_H

#ifdef _WIN32
#ifndef IPHLPAPI_DLL_LINKAGE
#define IPHLPAPI_DLL_LINKAGE
#endif
#else
#include "netioapi.h"
#endif

/* Which packets the interface's own clock gives a time to. Tagged: those that ask for it. */
typedef struct _INTERFACE_HARDWARE_TIMESTAMP_CAPABILITIES {
    BOOLEAN PtpV2OverUdpIPv4EventMessageReceive;
    BOOLEAN PtpV2OverUdpIPv4AllMessageReceive;
    BOOLEAN PtpV2OverUdpIPv4EventMessageTransmit;
    BOOLEAN PtpV2OverUdpIPv4AllMessageTransmit;
    BOOLEAN PtpV2OverUdpIPv6EventMessageReceive;
    BOOLEAN PtpV2OverUdpIPv6AllMessageReceive;
    BOOLEAN PtpV2OverUdpIPv6EventMessageTransmit;
    BOOLEAN PtpV2OverUdpIPv6AllMessageTransmit;
    BOOLEAN AllReceive;
    BOOLEAN AllTransmit;
    BOOLEAN TaggedTransmit;
} INTERFACE_HARDWARE_TIMESTAMP_CAPABILITIES, *PINTERFACE_HARDWARE_TIMESTAMP_CAPABILITIES;

/* Likewise the system's. */
typedef struct _INTERFACE_SOFTWARE_TIMESTAMP_CAPABILITIES {
    BOOLEAN AllReceive;
    BOOLEAN AllTransmit;
    BOOLEAN TaggedTransmit;
} INTERFACE_SOFTWARE_TIMESTAMP_CAPABILITIES, *PINTERFACE_SOFTWARE_TIMESTAMP_CAPABILITIES;

typedef struct _INTERFACE_TIMESTAMP_CAPABILITIES {
    ULONG64 HardwareClockFrequencyHz; /* 0: it has no clock */
    BOOLEAN SupportsCrossTimestamp;
    INTERFACE_HARDWARE_TIMESTAMP_CAPABILITIES HardwareCapabilities;
    INTERFACE_SOFTWARE_TIMESTAMP_CAPABILITIES SoftwareCapabilities;
} INTERFACE_TIMESTAMP_CAPABILITIES, *PINTERFACE_TIMESTAMP_CAPABILITIES;

typedef struct _INTERFACE_HARDWARE_CROSSTIMESTAMP {
    ULONG64 SystemTimestamp1;
    ULONG64 HardwareClockTimestamp;
    ULONG64 SystemTimestamp2;
} INTERFACE_HARDWARE_CROSSTIMESTAMP, *PINTERFACE_HARDWARE_CROSSTIMESTAMP;

typedef struct HIFTIMESTAMPCHANGE__ *HIFTIMESTAMPCHANGE;

#ifdef __cplusplus
extern "C" {
#endif

typedef void(NETIOAPI_API_ *PINTERFACE_TIMESTAMP_CONFIG_CHANGE_CALLBACK)(PVOID CallerContext);

/**
 * @brief Read which timestamps an interface can give.
 *
 * @param InterfaceLuid the interface
 * @param TimestampCapabilites set to what its driver says (ETHTOOL_GET_TS_INFO)
 *
 * PtpV2…EventMessageReceive is of both families, as Linux does not tell them apart. TaggedTransmit
 * is what Linux has of transmission: packets that ask for it. What it has not is FALSE: PTP's other
 * messages, and cross timestamps of QueryPerformanceCounter's clock. A hardware clock counts
 * nanoseconds.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_FILE_NOT_FOUND: there is no such interface
 *  - ERROR_INVALID_PARAMETER: a pointer is NULL
 *  - ERROR_NOT_SUPPORTED: it can give none
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetInterfaceSupportedTimestampCapabilities
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ GetInterfaceSupportedTimestampCapabilities(
    const NET_LUID *InterfaceLuid, PINTERFACE_TIMESTAMP_CAPABILITIES TimestampCapabilites);

/**
 * @brief Read which timestamps an interface gives as it is set now.
 *
 * @param InterfaceLuid the interface
 * @param TimestampCapabilites set to what is on of what it can give (SIOCGHWTSTAMP); those of the
 *     system always are
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_FILE_NOT_FOUND: there is no such interface
 *  - ERROR_INVALID_PARAMETER: a pointer is NULL
 *  - ERROR_NOT_SUPPORTED: it can give none
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetInterfaceActiveTimestampCapabilities
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ GetInterfaceActiveTimestampCapabilities(
    const NET_LUID *InterfaceLuid, PINTERFACE_TIMESTAMP_CAPABILITIES TimestampCapabilites);

/**
 * @brief Of Windows before 11; replaced by GetInterfaceActiveTimestampCapabilities().
 *
 * @param InterfaceLuid not looked at
 * @param TimestampCapabilites not written
 *
 * Context: any thread, callbacks included. Asks nobody.
 * @return ERROR_NOT_SUPPORTED, as on Windows 11
 *  - ERROR_NOT_SUPPORTED: always
 * Source: iphlpapi.h of the Windows SDK; Microsoft has no page
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ GetInterfaceCurrentTimestampCapabilities(
    const NET_LUID *InterfaceLuid, PINTERFACE_TIMESTAMP_CAPABILITIES TimestampCapabilites);

/**
 * @brief Of Windows before 11; replaced by GetInterfaceSupportedTimestampCapabilities().
 *
 * @param InterfaceLuid not looked at
 * @param TimestampCapabilites not written
 *
 * Context: any thread, callbacks included. Asks nobody.
 * @return ERROR_NOT_SUPPORTED, as on Windows 11
 *  - ERROR_NOT_SUPPORTED: always
 * Source: iphlpapi.h of the Windows SDK; Microsoft has no page
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ GetInterfaceHardwareTimestampCapabilities(
    const NET_LUID *InterfaceLuid, PINTERFACE_TIMESTAMP_CAPABILITIES TimestampCapabilites);

/**
 * @brief Read an interface's clock between two readings of the system's.
 *
 * @param InterfaceLuid the interface
 * @param CrossTimestamp not written
 *
 * The system's times are those of QueryPerformanceCounter(). Linux reads a clock beside others than
 * that one, so there are none of these: SupportsCrossTimestamp is FALSE.
 *
 * Context: any thread, callbacks included.
 * @return
 *  - ERROR_INVALID_PARAMETER: a pointer is NULL
 *  - ERROR_NOT_SUPPORTED: else
 * Source: Microsoft iphlpapi.h page CaptureInterfaceHardwareCrossTimestamp
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ CaptureInterfaceHardwareCrossTimestamp(
    const NET_LUID *InterfaceLuid, PINTERFACE_HARDWARE_CROSSTIMESTAMP CrossTimestamp);

/**
 * @brief Register for changes of what interfaces can give.
 *
 * @param Callback not NULL
 * @param CallerContext not looked at
 * @param NotificationHandle not written
 *
 * Linux announces no such change: ethtool's multicast group has no message for it.
 *
 * Context: any thread, callbacks included. Asks nobody.
 * @return
 *  - ERROR_INVALID_PARAMETER: Callback or NotificationHandle is NULL
 *  - ERROR_NOT_SUPPORTED: else
 * Source: Microsoft iphlpapi.h page RegisterInterfaceTimestampConfigChange
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_
RegisterInterfaceTimestampConfigChange(PINTERFACE_TIMESTAMP_CONFIG_CHANGE_CALLBACK Callback,
                                       PVOID CallerContext, HIFTIMESTAMPCHANGE *NotificationHandle);

/**
 * @brief End a registration, of which there are none.
 *
 * @param NotificationHandle not looked at
 *
 * Context: any thread, callbacks included. Asks nobody.
 * Source: Microsoft iphlpapi.h page UnregisterInterfaceTimestampConfigChange
 */
IPHLPAPI_DLL_LINKAGE void NETIOAPI_API_
UnregisterInterfaceTimestampConfigChange(HIFTIMESTAMPCHANGE NotificationHandle);

/**
 * @brief Of Windows before 11; replaced by RegisterInterfaceTimestampConfigChange().
 *
 * @param CallerContext not looked at
 * @param Callback not looked at
 * @param NotificationHandle not written
 *
 * Context: any thread, callbacks included. Asks nobody.
 * @return ERROR_NOT_SUPPORTED, as on Windows 11
 *  - ERROR_NOT_SUPPORTED: always
 * Source: iphlpapi.h of the Windows SDK; Microsoft has no page
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ NotifyIfTimestampConfigChange(
    PVOID CallerContext, PINTERFACE_TIMESTAMP_CONFIG_CHANGE_CALLBACK Callback,
    HIFTIMESTAMPCHANGE *NotificationHandle);

/**
 * @brief Of Windows before 11; replaced by UnregisterInterfaceTimestampConfigChange().
 *
 * @param NotificationHandle not looked at
 *
 * Context: any thread, callbacks included. Asks nobody.
 * Source: iphlpapi.h of the Windows SDK; Microsoft has no page
 */
IPHLPAPI_DLL_LINKAGE void NETIOAPI_API_
CancelIfTimestampConfigChange(HIFTIMESTAMPCHANGE NotificationHandle);

#ifdef __cplusplus
}
#endif

#endif
